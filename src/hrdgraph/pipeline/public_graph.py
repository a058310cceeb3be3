"""Make the public graph of what was mapped: hold evidence against snapshots, take out what is not
public, give things their names, and record the names that are new in data/persistent_iris.csv."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from hrdgraph.atomic_files import write_file
from hrdgraph.catalogue import Message, phrase, write_like
from hrdgraph.errors import (
    EvidenceError,
    HrdgraphError,
    MappingError,
    Origin,
    OutputError,
    ProjectError,
    raise_all,
)
from hrdgraph.evidence.anchoring import AnchoringResult, AnchorNames, anchor
from hrdgraph.evidence.anchors import read_anchors
from hrdgraph.evidence.citations import EvidenceReport
from hrdgraph.evidence.documents import copy_quads, with_digests
from hrdgraph.evidence.snapshots import Snapshots
from hrdgraph.explain.lineage import Lineage, names_of
from hrdgraph.exports.jsonld import misread, read_context
from hrdgraph.findings.model import Finding, Severity, find_in_source
from hrdgraph.identity.ledger import Ledger
from hrdgraph.identity.minting import follow_renamed
from hrdgraph.identity.persistent_iris import (
    FILE,
    PersistentIRI,
    lost,
    read_persistent_iris,
    write_rows,
)
from hrdgraph.mapping.execution.execute import Rows
from hrdgraph.ontology import context_of
from hrdgraph.paths import project_path
from hrdgraph.pipeline.inputs import Inputs
from hrdgraph.pipeline.stages.checking import find_dangling, find_idle
from hrdgraph.pipeline.stages.mapping import MappingResult
from hrdgraph.privacy.kept_back import find_namesakes_kept_back
from hrdgraph.privacy.levels import Level
from hrdgraph.privacy.publication import Publication, naming_scheme, policy_of, show
from hrdgraph.privacy.redaction import Secrets, secrets_of
from hrdgraph.privacy.withdrawals import NAME, add_traits, withdrawals_of
from hrdgraph.privacy.withdrawn_names import collect_traits, find_mentions
from hrdgraph.project import Project, Source
from hrdgraph.project.model import PRIVATE
from hrdgraph.rdf import IRI, ColumnGraph, Literal
from hrdgraph.vocab import HRD

LOST: Final = "persistent-iri-lost"
STRANGE: Final = "persistent-iri-elsewhere"


def _violation(rule: str, row: PersistentIRI, project: Project, file: Origin) -> Finding:
    fact = Message(rule, name=row.name, base=project.base)
    return find_in_source(Severity.VIOLATION, fact, row.iri, origins=(file,))


def _lost(project: Project, ledger: Ledger) -> tuple[PersistentIRI, ...]:
    before = project.build_dir / PRIVATE / FILE
    try:
        if not before.exists() or before.read_bytes() == ledger.recorded.encode():
            return ()
        return lost(read_persistent_iris(before), ledger.persistent)
    except (HrdgraphError, OSError):  # a build that is damaged is no witness
        return ()


def record(project: Project, ledger: Ledger, before: Ledger, folder: Path) -> str:
    """Write the IRIs that are new beside the judgements, where none was lost; what to tell of
    it, or "". A copy in the private folder of the build lets the next one see what is lost."""
    gone = _lost(project, before)
    rows = before.persistent if gone else ledger.persistent
    note = ""
    if not gone and rows != before.persistent:
        today = date.today().isoformat()
        dated = tuple(replace(row, since=row.since or today) for row in rows)
        note, rows = _write(project, dated, before), dated
    if rows or gone:
        same = rows is before.persistent and not gone
        text = before.recorded if same else write_rows((*_beside(rows, gone), *gone))
        (folder / PRIVATE / FILE).write_text(text, encoding="utf-8")
    return note


def _beside(
    rows: tuple[PersistentIRI, ...], gone: tuple[PersistentIRI, ...]
) -> tuple[PersistentIRI, ...]:
    """Return the rows that contradict none of those that are gone: a file that gives an IRI twice
    would not be read, and what is gone be forgotten."""
    gone_names = {text for row in gone for text in (row.iri, *row.names)}
    return tuple(row for row in rows if gone_names.isdisjoint((row.iri, *row.names)))


def _write(project: Project, rows: tuple[PersistentIRI, ...], before: Ledger) -> str:
    file = project.persistent_iris_file
    count, language = len(rows) - len(before.persistent), project.languages[0]
    try:
        write_file(file, [write_rows(rows).encode()])
    except OutputError as error:
        why = error.text(language)
        return phrase("persistent-iris-not-recorded", language, count=count, reason=why)
    name = project_path(file, project.root)
    return phrase("persistent-iris-recorded", language, count=count, file=name)


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
    ledger = follow_renamed(inputs.ledger, naming_scheme(project), graph)
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
    opened = public.kept.others if public.kept else {}
    findings = [
        *mapped.findings,
        *(row_count for count in mapped.row_counts for row_count in count(opened)),
    ]
    # judgements and withdrawals may well be of things of sources that are left out
    if inputs.is_whole:
        findings += find_dangling(project, ledger, graph)
        down = withdrawals_of(project)
        mentions = find_mentions(down, public.graph)
        findings += find_idle(project, ledger, graph, policy.returns, mentions)
        # Find the rows that the last build knew and that are gone, and those that give a thing of
        # here an IRI of somewhere else: violations, for to give the thing another IRI, or the IRI
        # to another thing, would break what others cite.
        file = Origin(project_path(project.persistent_iris_file, project.root))
        lost_rows = _lost(project, ledger)
        strange = [
            row
            for row in ledger.persistent
            if row.name.startswith(project.base) and not row.iri.startswith(project.base)
        ]
        findings += [_violation(LOST, row, project, file) for row in lost_rows] + [
            _violation(STRANGE, row, project, file) for row in strange
        ]
        # Note in private what is withdrawn and was not known by name yet, to know it again when its
        # table is gone.
        if nameless := down.standing.keys() - down.list_traits(NAME).keys():
            traits, _ = collect_traits(nameless, ledger, graph)
            add_traits(project, traits, down)
    findings += find_namesakes_kept_back(project, public.kept.questions if public.kept else ())
    secrets = secrets_of(project, inputs.plans, policy)
    secrets = replace(secrets, names=public.kept.names) if public.kept else secrets
    return PublicGraph(
        named, mapped.counts, anchored.report, public, secrets, findings, mapped.rows
    )


def snapshots_of(project: Project) -> Snapshots:
    """Return the texts of the documents of a project, with where its citations stood in them."""
    return Snapshots(project.snapshot_dirs, read_anchors(project.anchors_file))


def hold(
    project: Project, sources: Iterable[Source], graph: ColumnGraph, snapshots: Snapshots,
    lineage: Lineage,
) -> AnchoringResult:  # fmt: skip
    """Hold evidence against snapshots. Raises all that is broken. Words stay only of sources
    that, like the project, say `publish_words = true`."""
    chosen = tuple(sources)
    known = dict(snapshots.current)
    for source in (source for source in chosen if source.document):
        assert source.document is not None
        address, sha256 = source.document.address, source.document.sha256
        clash = set(graph.where(s=IRI(address), p=HRD.sha256).text()["o"]) - {Literal(sha256).n3()}
        if sha256 and clash:
            place = Origin(str(source.description_file), node="[document]")
            raise ProjectError(
                "document-digest-conflict", address=address, origin=place, hint="keep-one"
            )
        known |= {address: sha256} if sha256 else {}
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


def _add_row(error: EvidenceError, lineage: Lineage) -> EvidenceError:
    """Add the row that cites to an error, where the graph names only the evidence node."""
    rows = [row for trace in lineage.of(error.origin.node or "") for row in trace.rows]
    located = copy(error)
    located.origin = rows[0] if rows else error.origin
    return located


_SHOWN = 10  # IRIs; there may be one in every row


def check_spelled(project: Project, graph: ColumnGraph, lineage: Lineage) -> None:
    """Raise MappingError (or Problems) where a cell such as `foaf:Person` was taken for a whole
    IRI: `foaf` is no scheme but a prefix."""
    context = read_context(context_of(project))
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
    hint = write_like(f"{namespace}{local}") if namespace else Message("write-whole-iri")
    return MappingError("iri-abbreviated", iri=iri, prefix=prefix, origin=place, hint=hint)


def _cell_of_iri(iri: str, graph: ColumnGraph, lineage: Lineage) -> Origin:
    """Return the cell of a statement that the IRI stands in, or its row."""
    term = IRI(iri)
    for quads in (graph.where(o=term), graph.where(s=term), graph.where(p=term)):
        for quad in ColumnGraph(quads.terms, quads.quads.head(1)):
            for trace in lineage.of(quad.subject.n3(), quad.predicate.n3(), quad.object.n3()):
                return next(
                    (cell.origin for cell in trace.cells if cell.value == iri),
                    next(iter(trace.rows), trace.rule),
                )
    return Origin("", node=term.n3())
