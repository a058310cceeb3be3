"""Make what is shown of the graph of all sources, count what was withheld, and collect what must
not be repeated anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from hrdgraph.errors import Origin, ProjectError, raise_all
from hrdgraph.identity.canonical import canonicalise, identity_quads, unsaid
from hrdgraph.identity.ledger import Ledger
from hrdgraph.identity.minting import NamingScheme, mint
from hrdgraph.mapping.functions.hrd import slug
from hrdgraph.ontology import Ontology
from hrdgraph.privacy.kept_back import KeptBack, list_different_names, mark_published, read_answers
from hrdgraph.privacy.levels import Level, Policy, RowsKeptBack, level_of
from hrdgraph.privacy.node_kinds import AllowList, Missing, list_people_at_risk
from hrdgraph.privacy.shadow_graphs import list_cited_in_shadow
from hrdgraph.privacy.visibility import publish_graph
from hrdgraph.privacy.withdrawals import NAME, withdrawals_of
from hrdgraph.privacy.withdrawn_names import find_returns, make_tombstones
from hrdgraph.project import Project, Source
from hrdgraph.project.open import list_source_folders
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad
from hrdgraph.rdf.marks import key_of
from hrdgraph.vocab import DCTERMS, HRD, RDF


@dataclass(frozen=True, eq=False)
class Publication:
    """The graph that is shown, how many statements of which kind are not, and the names that were
    down when it was decided. `ledger` has the IRIs that were given to what is new."""

    graph: ColumnGraph
    withheld: Mapping[str, int]
    missing: tuple[Missing, ...] = ()
    withdrawn: frozenset[IRI] = frozenset()
    ledger: Ledger = field(default_factory=Ledger)
    kept: KeptBack | None = field(default=None, repr=False)


def naming_scheme(project: Project) -> NamingScheme:
    """Return how a project names things."""
    sources = tuple(list_source_folders(project.root))  # also those that are not built
    tables = ((source.name, table) for source in project.sources for table in source.tables)
    apart = {
        (source, slug(name) or "")
        for source, table in tables
        if table.facts
        for name in table.facts.apart
    }
    return NamingScheme(project.base, project.persistent_iris, sources, frozenset(apart))


def policy_of(
    project: Project, sources: Iterable[Source], ontology: Ontology, ledger: Ledger,
    graph: ColumnGraph, shown: Level = Level.PUBLIC, rooms: tuple[tuple[str, ...], ...] = (),
    kept_rows: tuple[RowsKeptBack, ...] = (),
) -> Policy:  # fmt: skip
    """Build the policy from the files of a project. `graph` is that of all sources before its
    evidence is anchored; `rooms` are the sets of graphs that one source, or sources with a
    graph in common, write into; `kept_rows` what rows say that are not public."""
    graphs = {IRI(project.graph_name(source.name)): source for source in sources}
    down = withdrawals_of(project)
    returns = find_returns(down, ledger, graph)
    defaults = ((iri, item.default_visibility) for iri, item in ontology.properties.items())
    return Policy(
        properties={iri: level for iri, level in defaults if level},
        graphs={graph: source.visibility for graph, source in graphs.items()},
        award_lists=frozenset(graph for graph, source in graphs.items() if source.is_award_list),
        withdrawn=down.list_down(ledger).union(IRI(each.iri) for each in returns),
        returns=returns,
        withdrawn_names=tuple(name for names in down.list_traits(NAME).values() for name in names),
        places={
            graph: f"data/sources/{source.name}/source.toml" for graph, source in graphs.items()
        },
        wordless=list_cited_in_shadow(graph),
        joined=ledger.clusters,
        shown=shown,
        rooms=rooms,
        kept_rows=kept_rows,
        answers=read_answers(project) if kept_rows else {},
        different=list_different_names(ledger),
        apart=frozenset(
            name
            for source in project.sources
            for table in source.tables
            for name in (table.facts.apart if table.facts else ())
        ),
        was_published=partial(mark_published, project, ledger),
        allowed_of_persons=allow_list(project, ontology, shown),
        trusted=frozenset((IRI(project.graph_name("ontology")),)),
    )


def allow_list(project: Project, ontology: Ontology, shown: Level) -> AllowList:
    """List what may be said of persons where everything up to the level `shown` is let through:
    the properties that the ontology declares and does not hide, and those that the project names.
    ProjectError where the two contradict each other."""
    items = ontology.properties.items()
    declared = ((iri.value, item.default_visibility) for iri, item in items)
    levels = {key_of(iri): level_of(level) for iri, level in declared if level}
    origin = Origin(str(project.settings_file), node="public_properties")
    wrong = [iri for iri in project.public_properties if levels.get(key_of(iri), Level.PUBLIC)]
    hint = "take-out-or-publish"
    raise_all(
        [ProjectError("ontology-withholds", iri=iri, origin=origin, hint=hint) for iri in wrong]
    )
    hidden = {key for key, level in levels.items() if level > shown}
    listed = [iri for iri in ontology.properties if key_of(iri.value) not in hidden]
    living = (quad for quad in ontology.quads if quad.predicate == HRD.livingVisibility)
    listed += [quad.subject for quad in living if isinstance(quad.subject, IRI)]
    ends = [(iri, "domain", item.domain[0]) for iri, item in items if len(item.domain) == 1]
    ends += [(iri, "range", end) for iri, item in items for end in item.range]
    return AllowList.of(
        properties=(*listed, *map(IRI, project.public_properties)),
        classes={iri: ontology.ancestors(iri) for iri in ontology.classes},
        other_groups=map(IRI, project.public_classes),
        ends=ends,
    )


def show(project: Project, graph: ColumnGraph, policy: Policy, ledger: Ledger) -> Publication:
    """Take out what is not shown, of a graph in the names of its sources; give things their
    canonical names; leave tombstones of what was withdrawn, and, where more than the public is
    shown, say so."""
    shown = publish_graph(graph, policy)
    public = (
        shown
        if policy.shown is Level.PUBLIC
        else publish_graph(graph, replace(policy, shown=Level.PUBLIC))
    )
    # a name too may tell what is withheld
    silent = unsaid(ledger, graph, public.graph)
    # who stands where is worked out anew for each ledger
    ledger = replace(ledger, unsaid=silent) if silent != ledger.unsaid else ledger
    withdrawn = withdrawals_of(project)
    down = {row.iri for row in withdrawn.rows}
    ledger = mint(
        ledger, naming_scheme(project), public.graph, before=graph, exact=public.exact, taken=down
    )
    derived, stones = IRI(project.graph_name("derived")), withdrawn.tombstones(project.base)
    unlinked = list_people_at_risk(graph)
    identity = identity_quads(ledger, graph, shown.graph, derived, unlinked=unlinked)
    more = make_tombstones(stones, IRI(project.graph_name("withdrawn")))
    if policy.shown > Level.PUBLIC:
        more += _mark_dataset(project, policy.shown)
    identity_graph = ColumnGraph.union([identity, ColumnGraph.from_quads(more)])
    named = ColumnGraph.union([canonicalise(shown.graph, ledger), identity_graph])
    told = (shown.withheld, shown.missing, policy.withdrawn)
    return Publication(named, *told, ledger, shown.kept)


def _mark_dataset(project: Project, shown: Level) -> list[Quad]:
    """State, in a graph of its own, that this dataset is not for everybody."""
    dataset, graph = IRI(project.graph_base.rstrip("/#:")), IRI(project.graph_name("restricted"))
    return [
        Quad(dataset, RDF.type, IRI("http://rdfs.org/ns/void#Dataset"), graph),
        Quad(dataset, DCTERMS.accessRights, shown.concept, graph),
        Quad(
            dataset,
            DCTERMS.title,
            Literal(f"{project.title} ({shown.code}: not for publication)"),
            graph,
        ),
    ]
