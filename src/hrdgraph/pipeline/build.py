"""The whole build on one page: read, map, name, verify, publish, derive, check, write."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from unicodedata import normalize

from hrdgraph.catalogue import Message
from hrdgraph.errors import ProjectError, raise_all
from hrdgraph.evidence import EvidenceReport, Snapshots, copy_quads
from hrdgraph.explain import Lineage, Names, SourcePlan, names_of, told_names
from hrdgraph.identity import Ledger
from hrdgraph.identity.minting import followed
from hrdgraph.mapping import Tracer
from hrdgraph.mapping.execution.kept_rows import Rows
from hrdgraph.mapping.facts.checks import with_kinds
from hrdgraph.nearest import meant
from hrdgraph.ontology import Ontology
from hrdgraph.pipeline.findings.completed_addresses import find_completed
from hrdgraph.pipeline.findings.findings_output import FindingContext, FindingsOutput, tell
from hrdgraph.pipeline.findings.unread_columns import find_unread
from hrdgraph.pipeline.joined_names import find_joined
from hrdgraph.pipeline.left_out import NOTHING_LEFT_OUT, LeftOut, rows_of_errors
from hrdgraph.pipeline.memory import BuildMemory, NoMemory
from hrdgraph.pipeline.result import BuildOptions, Result, is_failed
from hrdgraph.pipeline.reused_parts import hidden_by, ledger_of, plans_of, read_terms, tracer_by
from hrdgraph.pipeline.stages.anchoring import hold
from hrdgraph.pipeline.stages.checking import (
    explained,
    find_all,
    find_dangling,
    find_idle,
    find_violations,
)
from hrdgraph.pipeline.stages.derivation import derive_all
from hrdgraph.pipeline.stages.disagreements import find_disagreements
from hrdgraph.pipeline.stages.encoding_check import find_damaged
from hrdgraph.pipeline.stages.iri_check import check_spelled
from hrdgraph.pipeline.stages.mapping import check_terms, map_sources
from hrdgraph.pipeline.stages.naming import find_lost, record
from hrdgraph.pipeline.stages.outputs import (
    PARTS,
    STORE,
    OutputContext,
    check_replaceable,
    write_graph,
    write_reports,
)
from hrdgraph.pipeline.stages.rule_store import RuleStore
from hrdgraph.pipeline.stages.tables import check_again, read_again, typed_again
from hrdgraph.pipeline.workspace import recover, workspace
from hrdgraph.privacy import Level
from hrdgraph.privacy.hidden_cells import Secrets
from hrdgraph.privacy.k_anonymity import find_alone
from hrdgraph.privacy.publication import Publication, naming_scheme, policy_of, show
from hrdgraph.privacy.redaction import known_secrets, masking
from hrdgraph.privacy.unlisted_properties import find_unlisted
from hrdgraph.project import Project, Source
from hrdgraph.queries import Catalogue
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.sources import sharing
from hrdgraph.sparql import MANY
from hrdgraph.stage_progress import Progress, within
from hrdgraph.validate import Finding, Shapes
from hrdgraph.validate.tables.reading import Frames


@dataclass(frozen=True)
class Inputs:
    """Everything that a build reads, read and checked before anything is made."""

    project: Project
    sources: tuple[Source, ...]
    tables: Frames
    ontology: Ontology
    shapes: Shapes
    catalogue: Catalogue
    ledger: Ledger
    plans: tuple[SourcePlan, ...]
    memory: BuildMemory
    left_out: LeftOut = NOTHING_LEFT_OUT

    @property
    def is_whole(self) -> bool:
        """Whether every source of the project is built."""
        return len(self.sources) == len(self.project.sources)

    def lineage(self, names: Names, rows: Mapping[str, Rows]) -> Lineage:
        """What traces statements back to rows, of which those of some sources are made."""

        def tracer(item: SourcePlan) -> Tracer:
            return tracer_by(item, self.memory, rows.get(item.source.name, {}))

        return Lineage(self.plans, names, self.project.root, tracer)


@dataclass(frozen=True)
class NamedGraph:
    """The public graph before derivation, with what was found on the way to it."""

    graph: ColumnGraph
    counts: dict[str, int]
    evidence: EvidenceReport
    public: Publication
    secrets: Secrets
    findings: list[Finding]
    rows: Mapping[str, Rows]


def build(
    project: Project,
    options: BuildOptions | None = None,
    progress: Progress = lambda _: None,
    memory: BuildMemory | None = None,
) -> Result:
    """Build a project into its build folder, which changes only when everything has succeeded.
    With a memory of builds before, what has not changed since is not made again.

    Raises what is wrong with the input (SourceError, MappingError, IdentityError, EvidenceError
    …, several at once as Problems), and OutputError where the result cannot be written.
    Violations are no error: they are in `Result.findings`.
    """
    options, memory = options or BuildOptions(), memory or NoMemory()
    memory.begin()
    project = memory.known(with_kinds(project))
    project = project if options.shown is Level.PUBLIC else project.restricted()
    target = project.build_dir.resolve()  # a link to another disk stays one
    recover(target)
    check_replaceable(project.build_dir)
    progress("reading")
    with masking(lambda: known_secrets(project), project.root):
        # a table is checked, and then mapped: what is read between the two is the same
        with sharing():
            inputs = _read(project, options, memory)
            named = _name(inputs, progress, options.shown, options.on)
        with workspace(target, 0o777 if options.shown is Level.PUBLIC else 0o700) as folder:
            result = _finish(inputs, named, options, folder, progress)
    memory.end()
    return result


def _finish(
    inputs: Inputs, named: NamedGraph, options: BuildOptions, folder: Path, progress: Progress
) -> Result:
    """Derive, check, and write everything into a folder."""
    with closing(RuleStore(named.graph, folder / STORE, inputs.memory)) as store:
        derived = _derive(inputs, named, store, progress)
        result = _written(inputs, named, derived, options, folder, progress)
        store.finish()
    return result


def _written(
    inputs: Inputs,
    named: NamedGraph,
    derived: tuple[ColumnGraph, ColumnGraph, list[Finding]],
    options: BuildOptions,
    folder: Path,
    progress: Progress,
) -> Result:
    """Validate, and write everything but the store. A small graph is written while it is
    validated; of a large one, what both take would not fit beside each other."""
    graph = derived[0]
    _let_go(graph)
    questions = tuple(query.text for query in inputs.catalogue.questions)
    written = OutputContext(
        inputs.project,
        inputs.sources,
        inputs.ontology,
        derived[1],
        named.public,
        options,
        inputs.memory,
        questions,
    )
    tell = within(progress, "writing", "files")
    with ThreadPoolExecutor(1) as beside:
        begun = beside.submit(write_graph, written, graph, folder) if len(graph) < MANY else None
        result, told = _told(inputs, named, derived, options, folder, progress)
        _let_go(graph)
        known = begun.result() if begun else write_graph(written, graph, folder, tell)
    tell(PARTS - 1, PARTS)
    return write_reports(written, result, told, folder, known)


def _let_go(graph: ColumnGraph) -> None:
    """Free what the stages before have used, and what only circles of references hold: of a large
    graph, columns that the collector of Python would come to when all is written."""
    if len(graph) >= MANY:
        gc.collect()


def _told(
    inputs: Inputs,
    named: NamedGraph,
    derived: tuple[ColumnGraph, ColumnGraph, list[Finding]],
    options: BuildOptions,
    folder: Path,
    progress: Progress,
) -> tuple[Result, FindingsOutput]:
    """Validate, and explain what was found from the sources. What was read of them for that is
    let go of before the graph is written."""
    project = inputs.project
    graph, _, findings = derived
    if options.validate:
        progress("validating")
        findings += find_violations(
            graph, inputs.shapes, inputs.memory, within(progress, "validating", "shapes")
        )
    typed = typed_again(project, inputs.sources, inputs.plans, inputs.memory)
    findings += find_unlisted(project, inputs.plans, named.public.missing)
    findings += find_alone(project, inputs.sources, named.secrets, typed)
    findings += find_joined(project, inputs.sources, named.secrets, typed, inputs.memory)
    findings += find_unread(project, inputs.sources)
    findings += find_completed(project, inputs.sources, inputs.tables, named.secrets)
    names = told_names(names_of(named.public.ledger), graph)
    lineage = inputs.lineage(names, named.rows)
    findings += find_damaged(graph, lineage, named.secrets, typed)
    explanations = explained(project, findings, lineage, whole=options.validate and inputs.is_whole)
    progress("writing")
    failed = is_failed(explanations, strict=options.strict)
    result = Result(
        graph,
        named.counts,
        explanations,
        named.evidence,
        named.public.withheld,
        failed,
        left_out=inputs.left_out.errors,
    )
    said = FindingContext(inputs.plans, lineage, inputs.shapes, typed, named.secrets, inputs.memory)
    told = tell(project, inputs.sources, result, said, folder, options)
    if inputs.is_whole and options.shown is Level.PUBLIC:
        note = record(project, named.public.ledger, inputs.ledger, folder)
        told = replace(told, notes=(*told.notes, *filter(None, [note])))
    return result, told


def _read(project: Project, options: BuildOptions, memory: BuildMemory) -> Inputs:
    sources, skip_errors = _chosen(project, options.only), options.skip_errors
    known = read_terms(project, memory)
    ledger = ledger_of(project, memory)
    tables = read_again(project.sources, memory)
    found = check_again(tables, sources, memory, whole=skip_errors)
    left_out = rows_of_errors(found, sources) if skip_errors else NOTHING_LEFT_OUT
    raise_all(left_out.others if skip_errors else found)
    plans = plans_of(project, sources, memory)
    check_terms(plans, known.ontology)
    return Inputs(
        project,
        sources,
        tables,
        known.ontology,
        known.shapes,
        known.catalogue,
        ledger,
        plans,
        memory,
        left_out,
    )


def _chosen(project: Project, only: tuple[str, ...]) -> tuple[Source, ...]:
    names, only = (
        [source.name for source in project.sources],
        tuple(normalize("NFC", name) for name in only),
    )
    for name in only:
        if name not in names:
            raise ProjectError(
                "source-unknown",
                name=name,
                hint=meant(name, names, Message("there-is", known=", ".join(names))),
            )
    return tuple(source for source in project.sources if not only or source.name in only)


def _name(
    inputs: Inputs, progress: Progress, shown: Level = Level.PUBLIC, on: str = ""
) -> NamedGraph:
    """Map the sources, hold evidence against snapshots, take out what is not public, and give
    things their canonical names."""
    project = inputs.project
    rows = inputs.left_out.rows
    mapped = map_sources(
        project, inputs.plans, inputs.ontology, progress, shown, rows, inputs.memory, on
    )
    progress("naming")
    ledger = followed(inputs.ledger, naming_scheme(project), mapped.graph)
    policy = policy_of(
        project, inputs.sources, inputs.ontology, ledger, mapped.graph, shown, mapped.rooms
    )
    anchored = hold(
        project,
        inputs.sources,
        mapped.graph,
        inputs.lineage(names_of(ledger), mapped.rows),
    )
    public = show(project, anchored.graph, policy, ledger)
    check_spelled(project, public.graph, inputs.lineage(names_of(public.ledger), mapped.rows))
    copied = copy_quads(
        public.graph, Snapshots(project.snapshot_dirs), IRI(project.graph_name("derived"))
    )
    known = ColumnGraph.union([public.graph, ColumnGraph.from_quads(copied)])
    findings: list[Finding] = []
    # judgements and withdrawals may well be of things of sources that are left out
    if inputs.is_whole:
        findings = find_dangling(project, ledger, mapped.graph)
        findings += find_idle(project, ledger, mapped.graph) + find_lost(project, ledger)
    return NamedGraph(
        known,
        mapped.counts,
        anchored.report,
        public,
        hidden_by(project, inputs.plans, policy, inputs.memory),
        findings,
        mapped.rows,
    )


def _derive(
    inputs: Inputs, named: NamedGraph, store: RuleStore, progress: Progress
) -> tuple[ColumnGraph, ColumnGraph, list[Finding]]:
    """Derive, and ask the check queries; then keep the store. The graph, and which query made
    what of it."""
    project = inputs.project
    progress("loading")
    progress("deriving")
    derived = derive_all(
        store.answers,
        inputs.catalogue,
        inputs.ontology,
        named.graph,
        IRI(project.graph_name("derived")),
        within(progress, "deriving", "queries"),
        inputs.memory,
    )
    graph = derived.whole
    progress("checking")
    disagreeing = find_disagreements(derived, inputs.ontology, project.base)
    found = find_all(
        project,
        inputs.sources,
        inputs.tables,
        graph,
        store.answers,
        inputs.catalogue,
        within(progress, "checking", "queries"),
    )
    store.keep(graph)
    return graph, derived.rules, named.findings + disagreeing + found
