"""`hrdgraph validate`: the built graph, or any RDF file, against the project's shapes or any
others."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hrdgraph.api.words import headings, word
from hrdgraph.catalogue import phrase
from hrdgraph.cli.engine.finding_counts import SEVERITIES, Sizes, Wanted, counted
from hrdgraph.cli.shared.common import (
    echo_json,
    json_option,
    language_option,
    languages,
    misused,
    opened,
    project_option,
    table,
)
from hrdgraph.cli.shared.completion import formats
from hrdgraph.cli.shared.option_values import Number, OneOf, PathTo, Place, Size
from hrdgraph.library.files.output_format import format_named
from hrdgraph.library.files.writing import output, write_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hrdgraph.project import Project
    from hrdgraph.rdf import ColumnGraph
    from hrdgraph.validate import ColumnSHACL, Shapes, Tally
    from hrdgraph.validate.engine.inference import InferenceResult
    from hrdgraph.validate.engine.outcome import ValidationOutcome

VIOLATIONS = 3
REPORTS = ("ttl", "jsonld")
FORMATS = ("table", "json", *REPORTS, "junit")
BLOCK = 100_000  # triples of a report written at once


@click.command()
@click.option(
    "--data",
    type=Place(),
    help="An RDF file or a bulk folder instead of the built graph; with --on, also its URL.",
)
@click.option(
    "--shapes",
    type=PathTo(path_type=Path),
    help="A file or folder of shapes, or a folder with shapes/*.ttl, instead of the project's.",
)
@click.option(
    "--infer",
    is_flag=True,
    help="Run the rules of the shapes (sh:rule) first, and validate the graph with what they "
    "derive.",
)
@click.option(
    "--inferred",
    type=PathTo(path_type=Path, dir_okay=False),
    help="Write what the rules derive there; --infer goes with it.",
)
@click.option(
    "--format", "-f", "format", default="table", show_default=True,
    shell_complete=formats(*FORMATS),
    help="How findings are told: to people, or to programs; ttl and jsonld are a "
         "sh:ValidationReport.",
)  # fmt: skip
@click.option(
    "--timeout",
    type=Number(0, min_open=True),
    default=300.0,
    show_default=True,
    help="Seconds for a query of a shape.",
)
@click.option(
    "--memory",
    type=Size(least=1),
    default="2G",
    show_default=True,
    help="Memory for a query of a shape; with --on sail, for rows.",
)
@click.option(
    "--on",
    metavar="ENGINE",
    help="Judge a bulk folder on an engine: sail, embedded, or sc://HOST, a Spark cluster.",
)
@click.option(
    "--severity",
    type=OneOf(SEVERITIES),
    default="info",
    show_default=True,
    help="Leave out what is less bad.",
)
@click.option("--shape", help="Only what this shape finds: its IRI, or the end of it.")
@click.option("--focus", help="Only what is found at this node: its IRI, or with a known prefix.")
@click.option(
    "--explain",
    metavar="RULE",
    help="Say what a rule is for, with examples that pass and fail; validate nothing.",
)
@project_option
@json_option
@language_option
def command(
    data: Path | str | None,
    shapes: Path | None,
    infer: bool,
    inferred: Path | None,
    format: str,
    timeout: float,
    memory: int,
    on: str | None,
    severity: str,
    shape: str | None,
    focus: str | None,
    explain: str | None,
    root: Path,
    as_json: bool,
    lang: str | None,
) -> int:
    """Check the built graph (or the RDF file --data) against shapes. With --data and --shapes no
    project is needed.

    ttl and jsonld print a standard sh:ValidationReport. With --infer, rules run until nothing
    new comes of them. Exit code 0: no violation. 1: the input is wrong. 2: called wrongly. 3:
    violations. Known findings (data/known_findings.csv) do not count.
    """
    format = format_named(format, FORMATS)
    if as_json and format not in ("table", "json"):
        raise misused("json-and-format", format=format)
    project = (
        None
        if (data or explain) and shapes and not (root / "hrdgraph.toml").is_file()
        else opened(root)
    )
    if explain:
        from hrdgraph.cli.engine.rule_text import explain_rule

        explain_rule(
            explain,
            _shapes(shapes, project),
            project,
            _language(lang, project),
            as_json=as_json or format == "json",
        )
        return 0
    if inferred is not None:
        _format_of(inferred)  # before anything is read
    engine = _engine(timeout, memory)
    graph = _graph(data, root) if on is None else None
    chosen = _shapes(shapes, project)
    from hrdgraph.library.validation import whole_iri

    wanted = Wanted(severity, _rule(shape, chosen), whole_iri(focus))
    if graph is None:
        assert on is not None
        held = _on_engine(on, data, chosen, wanted, engine, infer=infer or inferred is not None)
    else:
        read = [path for path in (data, shapes) if isinstance(path, Path)]
        derived = _derived(engine, graph, chosen, inferred, read) if infer or inferred else None
        whole = graph if derived is None else derived.graph
        held = _Validated(engine, engine.run(whole, chosen), whole, Sizes(len(whole), derived))
    return held.told(wanted, project, "json" if as_json else format, _language(lang, project))


@dataclass(frozen=True)
class _Validated:
    """A graph, with what was derived, held against shapes. `known` has its classes and properties,
    for warnings about the shapes."""

    engine: ColumnSHACL
    outcome: ValidationOutcome
    known: ColumnGraph
    sizes: Sizes

    def told(self, wanted: Wanted, project: Project | None, format: str, language: str) -> int:
        """Print what is wanted of the outcome; the exit code."""
        from hrdgraph.validate import Severity

        if not self.outcome.rules:
            click.echo(phrase("shapes-without-target", language), err=True)
        outcome = self.outcome.only(
            least=Severity(wanted.severity), rule=wanted.shape, focus=wanted.focus
        )
        if format in REPORTS:
            return _write_report(outcome, project, format)
        was_inferred = self.sizes.derived is not None
        warnings = self.engine.notices(self.known, outcome.shapes, inferred=was_inferred)
        found = counted(outcome, warnings, project, wanted)
        rules = [wanted.shape] if wanted.shape else outcome.rules
        _print(rules, found, format, language, self.sizes)
        return _exit_code(found)


def _on_engine(
    on: str,
    data: Path | str | None,
    shapes: Shapes,
    wanted: Wanted,
    engine: ColumnSHACL,
    *,
    infer: bool,
) -> _Validated:
    from hrdgraph.library.validation_on_engine import validate_bulk_on

    memory = engine.limits.memory
    found = validate_bulk_on(on, data, shapes, rule=wanted.shape, memory=memory, infer=infer)
    return _Validated(engine, found.outcome, found.known, Sizes(found.statements, None))


def _write_report(outcome: ValidationOutcome, project: Project | None, format: str) -> int:
    """Write the report as it is made, without a finding for each result; the exit code."""
    with output(None) as stream:
        stream.writelines(_report(outcome, format))
    return _exit_code(counted(outcome, (), project, Wanted()))


def _exit_code(found: Sequence[Tally]) -> int:
    return (
        VIOLATIONS
        if any(
            tally.first.severity.value == "violation" and not tally.first.known for tally in found
        )
        else 0
    )


def _engine(timeout: float, memory: int) -> ColumnSHACL:
    from hrdgraph.validate import ColumnSHACL, WorkerLimits

    return ColumnSHACL(WorkerLimits(timeout, memory))


def _derived(
    engine: ColumnSHACL, graph: ColumnGraph, shapes: Shapes, path: Path | None, read: Sequence[Path]
) -> InferenceResult:
    """What the rules derive, written to a file where one is wanted."""
    from hrdgraph.library.files.outputs import write_graph

    derived = engine.infer(graph, shapes)
    if path is not None:
        with output(path, inputs=read, option="--inferred") as stream:
            write_graph(derived.triples, stream, _format_of(path))
    return derived


def _format_of(path: Path) -> str:
    from hrdgraph.rdfio import format_of

    return format_of(path).name


def _print(
    rules: Sequence[str], found: Sequence[Tally], format: str, language: str, sizes: Sizes
) -> None:
    from hrdgraph.validate import junit, summary_of, table_of

    if format == "json":
        echo_json(summary_of(found) | sizes.as_dict())
    elif format == "junit":
        write_out(junit(found, rules, language), None)
    else:
        if derived := sizes.rows(language):
            table(headings(("derived", "by the rule", "of the property"), language), derived)
            click.echo()
        if rows := table_of(found, language):
            table(
                headings(("found", "times", "rule", "what", "look at"), language),
                [(word(row[0], language), *row[1:]) for row in rows],
            )
        statements = phrase("statements-counted", language, count=sizes.statements)
        findings = phrase("findings-counted", language, count=sum(tally.count for tally in found))
        click.echo(f"{statements}, {findings}")


def _report(outcome: ValidationOutcome, format: str) -> Iterator[bytes]:
    """The report in parts. JSON-LD is one array of what is said, some of it at a time; blank
    nodes keep their labels."""
    from hrdgraph.rdfio import format_named, serialize

    if format == "ttl":
        yield from outcome.turtle()
        return
    quads, before = outcome.report(), b"["
    while part := list(islice(quads, BLOCK)):
        yield before + serialize(part, format_named(format), {}).strip()[1:-1]
        before = b",\n"
    yield b"]\n"


def _shapes(path: Path | None, project: Project | None) -> Shapes:
    from hrdgraph.validate import read_shapes, read_shapes_at

    if path is not None:
        return read_shapes_at(path, root=project.root if project else None)
    assert project is not None
    return read_shapes(project.ontology_dir, root=project.root)


def _built(root: Path) -> ColumnGraph:
    from hrdgraph.api import open as open_graph

    return open_graph(root).columns


def _graph(data: Path | str | None, root: Path) -> ColumnGraph:
    from hrdgraph.library.inputs import graph_of

    if isinstance(data, str):
        raise misused("data-url-needs-engine")
    return _built(root) if data is None else graph_of(data)


def _rule(name: str | None, shapes: Shapes) -> str:
    """A shape as findings name it. OntologyError where there is none: its findings would be
    none, and look well."""
    from hrdgraph.validate.rules.help import shape_named

    return shapes.rule_of(shape_named(name, shapes)) if name else ""


def _language(chosen: str | None, project: Project | None) -> str:
    return languages(chosen, project)[0]
