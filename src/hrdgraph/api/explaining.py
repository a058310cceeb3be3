"""A project and its graph into an explainer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import NamedTuple

from hrdgraph.evidence import Snapshots
from hrdgraph.evidence.anchors import read_anchors
from hrdgraph.explain import Explainer, Lineage, Reasons, names_of, told_names
from hrdgraph.explain.explanation import ClaimVisibility, Judged, VisibilityOf
from hrdgraph.identity import Judgement, Ledger, Verdict, read_ledger
from hrdgraph.identity.persistent_iris import PersistentIRI
from hrdgraph.ontology import Ontology
from hrdgraph.privacy import Policy, VisibilityDecisions
from hrdgraph.privacy.readable_build import ReadableBuild
from hrdgraph.project import Project
from hrdgraph.queries import BECAUSE, DERIVE, Catalogue, Query, grounds
from hrdgraph.rdf import IRI, ColumnGraph, Quad, Term
from hrdgraph.store import Reader, Store
from hrdgraph.vocab import DCTERMS, HRD, SKOS

_OF_CONFLICTS = (HRD.alternativeTo, HRD.conflictAbout, HRD.preferredTo, HRD.preferredBecause)
# the one to another name of this graph, the other to an authority's
_OF_IDENTITY = (DCTERMS.isReplacedBy, SKOS.exactMatch)
_REASONS = {
    HRD.preferredTo: ("preferred",),
    HRD.preferredBecause: ("preferred",),
    HRD.conflictAbout: ("conflict",),
    HRD.alternativeTo: ("conflict",),
}


class BuiltGraph(NamedTuple):
    """A graph in columns, the build that it is of, what opens its store, and the queries that
    derived some of it and say why."""

    graph: ColumnGraph
    build: ReadableBuild
    store: Callable[[], Store]
    catalogue: Callable[[], Catalogue]


def explainer_of(
    project: Project,
    built: BuiltGraph,
    ontology: Ontology,
    languages: Sequence[str],
) -> Explainer:
    """An explainer over a built graph. It plans each source anew when it comes to it, so that it
    explains from the sources as they are now."""
    graph, ledger = built.graph, read_ledger(project.judgements_file)
    lineage = Lineage.of_project(project, told_names(names_of(ledger), graph, ledger))
    sources = {
        project.graph_name(name): name
        for name in (*(source.name for source in project.sources), "ontology", "derived")
    }
    snapshots = Snapshots(project.snapshot_dirs, read_anchors(project.anchors_file))
    judged = _judged(ledger, graph)
    derivations = _Derivations(built, project, ontology, languages, judged, ledger.persistent)
    reasons = Reasons(derivations, derivations.grounds, judged, _visibility(project, graph))
    return Explainer(graph, ontology, lineage, snapshots, sources, reasons, languages)


def _judged(ledger: Ledger, graph: ColumnGraph) -> Judged:
    """The rows about a thing that name nothing which the graph does not tell."""
    places: dict[str, list[int]] = {}
    for place, row in enumerate(ledger.judgements):
        ends = (f"<{row.left}>", f"<{row.right}>")
        if None not in map(graph.position, ends):
            for name in ends:
                places.setdefault(name, []).append(place)

    def rows(names: frozenset[str]) -> tuple[Judgement, ...]:
        return tuple(
            ledger.judgements[place]
            for place in sorted({place for name in names for place in places.get(name, ())})
        )

    return rows


def _visibility(project: Project, graph: ColumnGraph) -> VisibilityOf:
    """Who may see a claim of the built graph, and which rule says so, set where."""
    places = {
        IRI(project.graph_name(source.name)): f"data/sources/{source.name}/source.toml"
        for source in project.sources
    }
    decisions = VisibilityDecisions(graph, Policy(places=places))

    def shown(node: IRI) -> ClaimVisibility:
        decision = decisions.of_thing(node)
        if decision is None:
            return ClaimVisibility()
        place = "" if decision.place == node.n3() else decision.place
        return ClaimVisibility(decision.level.code, decision.why, place)

    return shown


class _Derivations:
    """Says which rule, or which row of the ledger, derived a quad, and what it follows from."""

    def __init__(
        self,
        built: BuiltGraph,
        project: Project,
        ontology: Ontology,
        languages: Sequence[str],
        judged: Judged,
        persistent: Sequence[PersistentIRI],
    ) -> None:
        self._kept = {f"<{row.iri}>": [f"<{name}>" for name in row.names] for row in persistent}
        self._built, self._graph = built, built.graph
        self._ontology, self._languages, self._judged = ontology, languages, judged
        self._project = project
        self._derived = IRI(project.graph_name("derived"))

    def __call__(self, quad: Quad) -> tuple[str, ...]:
        if quad.graph != self._derived:
            return ()
        rules = tuple(
            self._shown(self._project.queries_dir / DERIVE / f"{name}.rq")
            for name in self._makers(quad)
        )
        if quad.predicate in _OF_IDENTITY:
            return rules or (self._of_ledger(quad),)
        return (
            (*rules, *map(self._concept, self._of_conflict(quad)))
            if quad.predicate in _OF_CONFLICTS
            else rules
        )

    def grounds(self, quad: Quad) -> tuple[Quad, ...]:
        """What a derived quad follows from, as the queries in queries/because say that are named
        like its rules."""
        if quad.graph != self._derived:
            return ()
        found = [query for name in self._reasons_of(quad) if (query := self._reasons.get(name))]
        return next((said for query in found if (said := grounds(self._store, query, quad))), ())

    def _reasons_of(self, quad: Quad) -> tuple[str, ...]:
        """The names of the reasons to ask: the first that has an answer counts."""
        return (
            *_REASONS.get(quad.predicate, ()),
            *(name.partition("-")[2] for name in self._makers(quad)),
        )

    def _makers(self, quad: Quad) -> list[str]:
        """The names of the queries that made it, in their order, as the build has recorded them."""
        made = (one.graph for one in self._rules.about(quad.subject) if one[:3] == quad[:3])
        return [rule.value.rpartition("/")[2] for rule in made if isinstance(rule, IRI)]

    @cached_property
    def _reasons(self) -> dict[str, Query]:
        return {query.name: query for query in self._built.catalogue().topic(BECAUSE)}

    @cached_property
    def _store(self) -> Reader:
        from hrdgraph.api.readers import reader_of  # few ask for grounds

        graph, build, store, _ = self._built
        return reader_of(graph, build.store(), store)

    @cached_property
    def _rules(self) -> ColumnGraph:
        return self._built.build.rules()

    def _of_ledger(self, quad: Quad) -> str:
        """The rows that judge one of the two names to be the same as another: one row where they
        were judged together, or a chain; or the file of the IRIs that last, where one of them was
        given for the other."""
        left, right = (self._names_of(term) for term in (quad.subject, quad.object))
        if quad.subject.n3() in right:
            return self._shown(self._project.persistent_iris_file)
        about = [row for row in self._judged(left | right) if row.verdict is Verdict.SAME]
        ends = [({f"<{row.left}>", f"<{row.right}>"}, row) for row in about]
        direct = [row for both, row in ends if both & left and both & right]
        rows = direct[-1:] or about
        numbers = (
            f" row{'s' * (len(rows) > 1)} {', '.join(str(row.row) for row in rows)}" if rows else ""
        )
        return self._shown(self._project.judgements_file) + numbers

    def _names_of(self, term: Term) -> frozenset[str]:
        """An IRI, and, where it is one that lasts, the names that it was given for."""
        return frozenset((term.n3(), *self._kept.get(term.n3(), ())))

    def _of_conflict(self, quad: Quad) -> list[Term]:
        """The conflict rules of a statement about claims that contradict each other; of a
        preference, the criterion that decided."""
        if quad.predicate == HRD.conflictAbout:
            return [quad.object]
        if quad.predicate in (HRD.preferredTo, HRD.preferredBecause):
            return self._graph.objects(quad.subject, HRD.preferredBecause)
        theirs = (
            self._graph.objects(quad.object, HRD.conflictAbout)
            if isinstance(quad.object, IRI)
            else []
        )
        return [
            rule for rule in self._graph.objects(quad.subject, HRD.conflictAbout) if rule in theirs
        ]

    def _concept(self, term: Term) -> str:
        entry = self._ontology.get(term) if isinstance(term, IRI) else None
        return (
            f"{self._ontology.label(entry.iri, self._languages)} ({entry.file})"
            if entry
            else term.n3()
        )

    def _shown(self, path: object) -> str:
        return str(path).removeprefix(f"{self._project.root}/")
