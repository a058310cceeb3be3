"""The whole build on one page: read, map, name and publish, derive, check, validate, write."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from hrdgraph.explain.lineage import names_in_public, names_of
from hrdgraph.findings.model import Finding
from hrdgraph.findings.source_rows import TypedRows
from hrdgraph.mapping.facts.layout import kinds_with_attributes, layouts_of, with_kinds
from hrdgraph.pipeline.inputs import Inputs, read_inputs
from hrdgraph.pipeline.public_graph import PublicGraph, name_things, record
from hrdgraph.pipeline.result import BuildOptions, Result, is_failed
from hrdgraph.pipeline.stages.checking import explain_findings, run_all_checks
from hrdgraph.pipeline.stages.derivation import RuleStore, derive_all
from hrdgraph.pipeline.stages.disagreements import find_disagreements
from hrdgraph.pipeline.stages.findings_output import (
    FindingContext,
    FindingsOutput,
    write_all_findings,
)
from hrdgraph.pipeline.stages.labels import label_facts
from hrdgraph.pipeline.stages.mapping import map_sources
from hrdgraph.pipeline.stages.outputs import (
    PARTS,
    STORE,
    OutputContext,
    check_replaceable,
    recover,
    workspace,
    write_graph,
    write_reports,
)
from hrdgraph.pipeline.stages.table_findings import (
    find_completed,
    find_damaged,
    find_in_folder,
    find_joined,
    find_repeated,
    find_unread,
)
from hrdgraph.privacy.kept_back import add_questions
from hrdgraph.privacy.levels import Level
from hrdgraph.privacy.redaction import find_secrets, masking
from hrdgraph.privacy.warnings import find_alone, find_unlisted
from hrdgraph.project import Project
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.shacl.validator import ColumnSHACL
from hrdgraph.sources import sharing
from hrdgraph.sparql import MANY
from hrdgraph.stage_progress import Progress, within


class CheckedGraph(NamedTuple):
    """The graph that is published, with what was derived; which query derived what (`rules`); and
    what was found so far."""

    graph: ColumnGraph
    rules: ColumnGraph
    findings: list[Finding]


def build(
    project: Project, options: BuildOptions | None = None, progress: Progress = lambda _: None
) -> Result:
    """Build a project into its build folder, which changes only when everything has succeeded.

    Raises what is wrong with the input (SourceError, MappingError, IdentityError, EvidenceError
    …, several at once as Problems), and OutputError where the result cannot be written.
    Violations are no error: they are in `Result.findings`.
    """
    options, project = options or BuildOptions(), with_kinds(project)
    is_public = options.shown is Level.PUBLIC
    project = project if is_public else project.for_restricted()
    target = project.build_dir.resolve()  # a link to another disk stays one
    recover(target)
    check_replaceable(project.build_dir)
    with masking(lambda: find_secrets(project), project.root):
        # a table is checked, and then mapped: what is read between the two is the same
        with sharing():
            progress("reading")
            inputs = read_inputs(project, options)
            mapped = map_sources(
                project, inputs.plans, inputs.ontology, progress, options.shown,
                inputs.left_out.rows, options.on, options.on_error,
            )  # fmt: skip
            inputs = inputs.with_unread(mapped.unread)
            progress("naming")
            public = name_things(inputs, mapped, options.shown)
            del mapped  # it is as large as what is published of it
        with (
            workspace(target, 0o777 if is_public else 0o700) as folder,
            closing(RuleStore(public.graph, folder / STORE)) as store,
        ):
            checked = _derive_and_check(inputs, public, store, progress)
            store.keep(checked.graph)
            result = _validate_and_write(inputs, public, checked, options, folder, progress)
            store.finish()
    return result


def _derive_and_check(
    inputs: Inputs, public: PublicGraph, store: RuleStore, progress: Progress
) -> CheckedGraph:
    """Derive statements and run the check queries. What was compared for that is let go of."""
    project = inputs.project
    progress("loading")
    progress("deriving")
    derived = derive_all(
        store, inputs.catalogue, inputs.ontology, public.graph, IRI(project.graph_name("derived")),
        within(progress, "deriving"),
    )  # fmt: skip
    labels = label_facts(
        derived.whole, kinds_with_attributes(project), inputs.ontology, project.languages,
        IRI(project.graph_name("derived")),
    )  # fmt: skip
    store.add(labels)
    whole = ColumnGraph.union([derived.whole, labels])
    progress("checking")
    findings = public.findings + find_disagreements(derived, inputs.ontology, project.base)
    tell = within(progress, "checking")
    findings += run_all_checks(
        project, inputs.sources, inputs.tables, whole, store, inputs.catalogue, tell
    )
    return CheckedGraph(whole, derived.rules, findings)


def _validate_and_write(
    inputs: Inputs, public: PublicGraph, checked: CheckedGraph, options: BuildOptions, folder: Path,
    progress: Progress,
) -> Result:  # fmt: skip
    """Validate, and write everything but the store."""
    graph = checked.graph
    output = OutputContext(
        inputs.project, inputs.sources, inputs.ontology, checked.rules, public.publication, options,
        tuple(query.text for query in inputs.catalogue.questions),
    )  # fmt: skip
    tell = within(progress, "writing")
    _free_memory(graph)
    with ThreadPoolExecutor(1) as beside:
        # a small graph is written while it is validated; of a large one, what both take would not
        # fit beside each other
        writing = beside.submit(write_graph, output, graph, folder) if len(graph) < MANY else None
        findings = _validate(inputs, public, checked, options, folder, progress)
        _free_memory(graph)
        digests = writing.result() if writing else write_graph(output, graph, folder, tell)
    tell(PARTS - 1, PARTS)
    notes: tuple[str, ...] = ()
    kept = public.publication.kept
    if kept and options.shown is Level.PUBLIC:
        add_questions(inputs.project, kept.questions)
    if inputs.is_whole and options.shown is Level.PUBLIC:
        note = record(inputs.project, public.publication.ledger, inputs.ledger, folder)
        notes = (note,) if note else ()
    result = Result(
        graph, public.counts, findings.findings, public.evidence, public.publication.withheld,
        is_failed(findings.findings, strict=options.strict), since=findings.public_since,
        notes=notes, public=findings.public, left_out=inputs.left_out.errors,
        rows_left_out=inputs.left_out.whole,
    )  # fmt: skip
    return write_reports(output, result, findings, folder, digests)


def _validate(
    inputs: Inputs, public: PublicGraph, checked: CheckedGraph, options: BuildOptions, folder: Path,
    progress: Progress,
) -> FindingsOutput:  # fmt: skip
    """Validate, trace findings to the sources, and write them. What was read of the sources for
    that is let go of before a large graph is written."""
    project, graph, findings = inputs.project, checked.graph, [*checked.findings]
    if options.validate:
        progress("validating")
        tell = within(progress, "validating")
        findings += ColumnSHACL().validate(graph, inputs.shapes, tell)
    typed = TypedRows(project.root, inputs.sources, inputs.plans)
    ledger = public.publication.ledger
    lineage = inputs.lineage(names_in_public(names_of(ledger), graph, ledger), public.rows)
    findings += find_unlisted(project, inputs.plans, public.publication.missing)
    findings += find_alone(project, inputs.sources, public.secrets, typed)
    layouts = [layout for source in inputs.sources for layout in layouts_of(project.kinds, source)]
    findings += find_joined(project, layouts, public.secrets, typed)
    findings += find_repeated(project, layouts, public.secrets, typed)
    findings += find_unread(project, inputs.sources)
    findings += find_in_folder(project)
    findings += find_completed(project, inputs.sources, inputs.tables, public.secrets)
    findings += find_damaged(graph, lineage, public.secrets, typed)
    is_whole = options.validate and inputs.is_whole
    explained = explain_findings(project, findings, lineage, whole=is_whole)
    progress("writing")
    context = FindingContext(inputs, options, graph, lineage, typed, public.secrets)
    return write_all_findings(explained, context, folder)


def _free_memory(graph: ColumnGraph) -> None:
    """Free what the stages before have used, and what only circles of references hold: of a large
    graph, columns that the collector of Python would come to when all is written."""
    if len(graph) >= MANY:
        gc.collect()
