"""What was mapped into the public graph in canonical names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, replace

from hrdgraph.catalogue import Message
from hrdgraph.errors import EvidenceError, MappingError, Origin, ProjectError, raise_all
from hrdgraph.evidence import (
    AnchoringResult,
    AnchorNames,
    EvidenceReport,
    Snapshots,
    anchor,
    copy_quads,
    with_digests,
)
from hrdgraph.evidence.anchors import read_anchors
from hrdgraph.explain import Lineage, names_of
from hrdgraph.export.context import misread, read_context
from hrdgraph.findings.model import Finding
from hrdgraph.identity import Ledger
from hrdgraph.identity.minting import followed
from hrdgraph.mapping.execution.execute import Rows
from hrdgraph.pipeline.inputs import Inputs
from hrdgraph.pipeline.stages.checking import find_dangling, find_idle
from hrdgraph.pipeline.stages.mapping import MappingResult
from hrdgraph.pipeline.stages.naming import find_lost
from hrdgraph.privacy import Level
from hrdgraph.privacy.hidden_cells import Secrets, secrets_of
from hrdgraph.privacy.namesakes import find_namesakes_kept_back
from hrdgraph.privacy.publication import Publication, naming_scheme, policy_of, show
from hrdgraph.privacy.withdrawals import NAME, NAMESAKE, add_traits, withdrawals_of
from hrdgraph.privacy.withdrawn_names import traits_of
from hrdgraph.project import Project, Source
from hrdgraph.rdf import IRI, ColumnGraph, Literal
from hrdgraph.vocab import HRD


@dataclass(frozen=True)
class PublicGraph:
    """The public graph before derivation, with what was found on the way to it."""

    graph: ColumnGraph
    counts: dict[str, int]
    evidence: EvidenceReport
    publication: Publication
    secrets: Secrets
    findings: list[Finding]
    rows: Mapping[str, Rows]


def name_things(inputs: Inputs, mapped: MappingResult, shown: Level) -> PublicGraph:
    """Hold evidence against snapshots, take out what is not public, and give things their
    canonical names."""
    project, graph = inputs.project, mapped.graph
    snapshots = snapshots_of(project)
    ledger = followed(inputs.ledger, naming_scheme(project), graph)
    policy = policy_of(
        project, inputs.sources, inputs.ontology, ledger, graph, shown, mapped.rooms, mapped.kept
    )
    lineage = inputs.lineage(names_of(ledger), mapped.rows)
    anchored = hold(project, inputs.sources, graph, snapshots, lineage)
    public = show(project, anchored.graph, policy, ledger)
    check_spelled(project, public.graph, inputs.lineage(names_of(public.ledger), mapped.rows))
    place = IRI(project.graph_name("derived"))
    copies = ColumnGraph.from_quads(copy_quads(public.graph, snapshots, place))
    named = ColumnGraph.union([public.graph, copies]) if len(copies) else public.graph
    findings = [*mapped.unsourced]
    # judgements and withdrawals may well be of things of sources that are left out
    if inputs.is_whole:
        findings += find_dangling(project, ledger, graph)
        findings += find_idle(project, ledger, graph, policy.returns)
        findings += find_lost(project, ledger)
        _note_names(project, ledger, graph)
    findings += find_namesakes_kept_back(project, public.kept.questions if public.kept else ())
    secrets = replace(secrets_of(project, inputs.plans, policy), kept=public.kept)
    return PublicGraph(
        named, mapped.counts, anchored.report, public, secrets, findings, mapped.rows
    )


def _note_names(project: Project, ledger: Ledger, graph: ColumnGraph) -> None:
    """Note in private what is withdrawn and was not known by name yet, to know it again when its
    table is gone. Its namesakes are asked about, not noted: nobody was told of them."""
    down = withdrawals_of(project)
    if nameless := down.standing.keys() - down.known(NAME).keys():
        traits, _ = traits_of(nameless, ledger, graph)
        add_traits(project, [each for each in traits if each.what != NAMESAKE], down)


def snapshots_of(project: Project) -> Snapshots:
    """The texts of the documents of a project, with where its citations stood in them."""
    return Snapshots(project.snapshot_dirs, read_anchors(project.anchors_file))


def hold(
    project: Project,
    sources: Iterable[Source],
    graph: ColumnGraph,
    snapshots: Snapshots,
    lineage: Lineage,
) -> AnchoringResult:
    """Hold evidence against snapshots. Raises all that is broken. Words stay only of sources
    that, like the project, say `publish_words = true`."""
    chosen = tuple(sources)
    known = dict(snapshots.current)
    for source in (source for source in chosen if source.document):
        known |= _text_of_document(source, graph)
    published = {
        IRI(project.graph_name(source.name)).n3()
        for source in chosen
        if source.publish_words and project.publish_words
    }
    anchored = anchor(
        with_digests(graph, known), snapshots, AnchorNames(project.base, frozenset(published))
    )
    raise_all([_add_row(error, lineage) for error in anchored.report.broken])
    return anchored


def _text_of_document(source: Source, graph: ColumnGraph) -> dict[str, str]:
    """The text that [document] names. ProjectError where the tables name another."""
    assert source.document is not None
    address, sha256 = source.document.address, source.document.sha256
    said = set(graph.where(s=IRI(address), p=HRD.sha256).text()["o"]) - {Literal(sha256).n3()}
    if sha256 and said:
        place = Origin(str(source.description_file), node="[document]")
        raise ProjectError(
            "document-digest-conflict",
            address=address,
            origin=place,
        )
    return {address: sha256} if sha256 else {}


def _add_row(error: EvidenceError, lineage: Lineage) -> EvidenceError:
    """The error with the row that cites, where the graph names only the evidence node."""
    rows = [row for trace in lineage.of(error.origin.node or "") for row in trace.rows]
    located = copy(error)
    located.origin = rows[0] if rows else error.origin
    return located


_SHOWN = 10  # IRIs; there may be one in every row


def check_spelled(project: Project, graph: ColumnGraph, lineage: Lineage) -> None:
    """Raise MappingError (or Problems) where a cell such as `foaf:Person` was taken for a whole
    IRI: `foaf` is no scheme but a prefix."""
    context = read_context(project.context_file)
    iris = graph.terms.filter(graph.terms.str.starts_with("<")).str.slice(1).str.strip_suffix(">")
    shortened = [beginning for beginning in (project.base, *context.prefixes.values()) if beginning]
    wrong = [
        iri for iri in misread(iris, context).head(_SHOWN) if not iri.startswith(tuple(shortened))
    ]
    raise_all(
        [
            _iri_error(
                iri,
                context.prefixes.get(iri.partition(":")[0], ""),
                _cell_of_iri(iri, graph, lineage),
            )
            for iri in wrong
        ]
    )


def _iri_error(iri: str, namespace: str, place: Origin) -> MappingError:
    prefix, _, local = iri.partition(":")
    hint = (
        Message("write-in-full", namespace=namespace, local=local)
        if namespace
        else Message("write-whole-iri-https-or")
    )
    return MappingError(
        "iri-abbreviated",
        iri=iri,
        prefix=prefix,
        origin=place,
        hint=hint,
    )


def _cell_of_iri(iri: str, graph: ColumnGraph, lineage: Lineage) -> Origin:
    """The cell of a statement that the IRI stands in, or its row."""
    term = IRI(iri)
    for said in (graph.where(o=term), graph.where(s=term), graph.where(p=term)):
        for quad in ColumnGraph(said.terms, said.quads.head(1)):
            for trace in lineage.of(quad.subject.n3(), quad.predicate.n3(), quad.object.n3()):
                return next(
                    (cell.origin for cell in trace.cells if cell.value == iri),
                    next(iter(trace.rows), trace.rule),
                )
    return Origin("", node=term.n3())
