"""The whole build on one page: read, map, name, verify, publish, derive, check, write."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from unicodedata import normalize

from hrdgraph.catalogue import Message
from hrdgraph.errors import ProjectError, raise_all
from hrdgraph.explain import names_of, plan_sources, told_names
from hrdgraph.identity import read_ledger
from hrdgraph.mapping.facts.checks import with_kinds
from hrdgraph.nearest import meant
from hrdgraph.ontology import load
from hrdgraph.pipeline.findings.completed_addresses import find_completed
from hrdgraph.pipeline.findings.findings_output import FindingContext, FindingsOutput, tell
from hrdgraph.pipeline.findings.unread_columns import find_unread
from hrdgraph.pipeline.inputs import Inputs
from hrdgraph.pipeline.joined_names import find_joined
from hrdgraph.pipeline.left_out import NOTHING_LEFT_OUT, rows_of_errors
from hrdgraph.pipeline.public_graph import NamedGraph, name_things
from hrdgraph.pipeline.result import BuildOptions, Result, is_failed
from hrdgraph.pipeline.stages.checking import (
    explained,
    find_all,
)
from hrdgraph.pipeline.stages.derivation import derive_all
from hrdgraph.pipeline.stages.disagreements import find_disagreements
from hrdgraph.pipeline.stages.encoding_check import find_damaged
from hrdgraph.pipeline.stages.mapping import check_terms, map_sources
from hrdgraph.pipeline.stages.naming import record
from hrdgraph.pipeline.stages.outputs import (
    PARTS,
    STORE,
    OutputContext,
    check_replaceable,
    write_graph,
    write_reports,
)
from hrdgraph.pipeline.stages.rule_store import RuleStore
from hrdgraph.pipeline.workspace import recover, workspace
from hrdgraph.privacy import Level
from hrdgraph.privacy.k_anonymity import find_alone
from hrdgraph.privacy.redaction import known_secrets, masking
from hrdgraph.privacy.unlisted_properties import find_unlisted
from hrdgraph.project import Project, Source
from hrdgraph.queries import find
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.sources import sharing
from hrdgraph.sparql import MANY
from hrdgraph.stage_progress import Progress, within
from hrdgraph.validate import ColumnSHACL, Finding, read_shapes
from hrdgraph.validate.findings.source_rows import TypedRows
from hrdgraph.validate.tables.checks import check_tables
from hrdgraph.validate.tables.reading import read_tables


def build(
    project: Project,
    options: BuildOptions | None = None,
    progress: Progress = lambda _: None,
) -> Result:
    """Build a project into its build folder, which changes only when everything has succeeded.

    Raises what is wrong with the input (SourceError, MappingError, IdentityError, EvidenceError
    …, several at once as Problems), and OutputError where the result cannot be written.
    Violations are no error: they are in `Result.findings`.
    """
    options, project = options or BuildOptions(), with_kinds(project)
    project = project if options.shown is Level.PUBLIC else project.restricted()
    target = project.build_dir.resolve()  # a link to another disk stays one
    recover(target)
    check_replaceable(project.build_dir)
    progress("reading")
    with masking(lambda: known_secrets(project), project.root):
        # a table is checked, and then mapped: what is read between the two is the same
        with sharing():
            inputs = _read(project, options)
            named = _name(inputs, progress, options)
        with workspace(target, 0o777 if options.shown is Level.PUBLIC else 0o700) as folder:
            result = _finish(inputs, named, options, folder, progress)
    return result


def _finish(
    inputs: Inputs, named: NamedGraph, options: BuildOptions, folder: Path, progress: Progress
) -> Result:
    """Derive, check, and write everything into a folder."""
    with closing(RuleStore(named.graph, folder / STORE)) as store:
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
        findings += ColumnSHACL().validate(
            graph, inputs.shapes, within(progress, "validating", "shapes")
        )
    typed = TypedRows(project.root, inputs.sources, inputs.plans)
    findings += find_unlisted(project, inputs.plans, named.public.missing)
    findings += find_alone(project, inputs.sources, named.secrets, typed)
    findings += find_joined(project, inputs.sources, named.secrets, typed)
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
    said = FindingContext(inputs.plans, lineage, inputs.shapes, typed, named.secrets)
    told = tell(project, inputs.sources, result, said, folder, options)
    if inputs.is_whole and options.shown is Level.PUBLIC:
        note = record(project, named.public.ledger, inputs.ledger, folder)
        told = replace(told, notes=(*told.notes, *filter(None, [note])))
    return result, told


def _read(project: Project, options: BuildOptions) -> Inputs:
    sources, skip_errors = _chosen(project, options.only), options.skip_errors
    ontology = load(project.ontology_dir)
    shapes = read_shapes(project.ontology_dir, root=project.root)
    catalogue = find(project.queries_dir)
    ledger = read_ledger(project.judgements_file)
    tables = read_tables(project.sources)
    found = check_tables(tables, sources, whole=skip_errors)
    left_out = rows_of_errors(found, sources) if skip_errors else NOTHING_LEFT_OUT
    raise_all(left_out.others if skip_errors else found)
    plans = plan_sources(project, sources)
    check_terms(plans, ontology)
    return Inputs(project, sources, tables, ontology, shapes, catalogue, ledger, plans, left_out)


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


def _name(inputs: Inputs, progress: Progress, options: BuildOptions) -> NamedGraph:
    """Map the sources, and name what they say."""
    mapped = map_sources(
        inputs.project, inputs.plans, inputs.ontology, progress, options.shown,
        inputs.left_out.rows, options.on,
    )  # fmt: skip
    progress("naming")
    return name_things(inputs, mapped, options.shown)


def _derive(
    inputs: Inputs, named: NamedGraph, store: RuleStore, progress: Progress
) -> tuple[ColumnGraph, ColumnGraph, list[Finding]]:
    """Derive, and ask the check queries; then keep the store. The graph, and which query made
    what of it."""
    project = inputs.project
    progress("loading")
    progress("deriving")
    derived = derive_all(
        store,
        inputs.catalogue,
        inputs.ontology,
        named.graph,
        IRI(project.graph_name("derived")),
        within(progress, "deriving", "queries"),
    )
    graph = derived.whole
    progress("checking")
    disagreeing = find_disagreements(derived, inputs.ontology, project.base)
    found = find_all(
        project,
        inputs.sources,
        inputs.tables,
        graph,
        store,
        inputs.catalogue,
        within(progress, "checking", "queries"),
    )
    store.keep(graph)
    return graph, derived.rules, named.findings + disagreeing + found
