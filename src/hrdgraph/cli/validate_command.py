"""The name of a rule into what is printed of it: a shape with its examples, or a check query as
it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from hrdgraph.catalogue import number, phrase
from hrdgraph.catalogue.words import headings
from hrdgraph.cli.common import (
    VIOLATIONS,
    echo_json,
    findings_table,
    languages,
    misused,
    opened,
    standard_options,
    table,
    tell,
)
from hrdgraph.cli.completion import formats
from hrdgraph.cli.generate import register
from hrdgraph.cli.option_values import Number, OneOf, PathTo, Place, Size
from hrdgraph.cli.progress import counting
from hrdgraph.library.destination import output, write_out
from hrdgraph.library.output_format import format_named

if TYPE_CHECKING:
    from hrdgraph.findings.model import Finding
    from hrdgraph.findings.tally import Tally
    from hrdgraph.project import Project
    from hrdgraph.rdf import ColumnGraph
    from hrdgraph.shacl.inference import InferenceResult
    from hrdgraph.shacl.outcome import ValidationOutcome
    from hrdgraph.shacl.shapes import Shapes
    from hrdgraph.shacl.validator import ColumnSHACL
    from hrdgraph.stage_progress import Tell


REPORTS = ("ttl", "jsonld")
BLOCK = 100_000  # triples of a report written at once
SEVERITIES = ("violation", "warning", "info")


@dataclass(frozen=True)
class Wanted:
    """What a person wants to see: no less bad than this, of one shape, at one node."""

    severity: str = "info"
    shape: str = ""
    focus: str = ""

    def fits(self, finding: Finding) -> bool:
        """Whether a finding is wanted."""
        bad_enough = SEVERITIES.index(finding.severity.value) <= SEVERITIES.index(self.severity)
        return bad_enough and self.shape in ("", finding.rule) and self.focus in ("", finding.focus)


@dataclass(frozen=True)
class Sizes:
    """How many statements were looked at, and what rules have derived of them."""

    statements: int
    derived: InferenceResult | None

    def as_dict(self) -> dict[str, object]:
        """The part for machines; nothing where no rules were run."""
        if self.derived is None:
            return {}
        rules = [
            {"rule": one.rule, "makes": one.makes, "count": one.count}
            for one in self.derived.counts
        ]
        return {
            "derived": {"count": len(self.derived), "rounds": self.derived.rounds, "rules": rules}
        }

    def rows(self, language: str) -> list[tuple[str, str, str]]:
        """A row for each rule, and one for all."""
        if self.derived is None:
            return []
        from hrdgraph.findings.model import short

        rows = [
            (number(one.count, language), short(one.rule), ", ".join(map(short, one.makes)))
            for one in self.derived.counts
        ]
        total = phrase("all-in-rounds", language, count=self.derived.rounds)
        if not rows:
            total = phrase("rules-look-at-nothing", language)
        return [*rows, (number(len(self.derived), language), total, "")]


def counted(
    outcome: ValidationOutcome, warnings: Iterable[Finding], project: Project | None, wanted: Wanted
) -> list[Tally]:
    """Results and warnings about the shapes, counted by rule. Only findings of rules with known
    findings are made one by one."""
    from hrdgraph.findings.model import marked, read_known
    from hrdgraph.findings.tally import tallied, together

    known = read_known(project.known_findings_file) if project else ()
    some, others = outcome.parted({row.rule for row in known})
    said = [*warnings]
    rules = {some.shapes.rule_of(batch.shape.node) for batch in some.batches} | {
        one.rule for one in said
    }
    findings = (finding for part in (said, _distinct(some)) for finding in part)
    apart = tallied(
        filter(wanted.fits, marked(findings, [row for row in known if row.rule in rules]))
    )
    return together([*apart, *others.tallies()])


def _distinct(outcome: ValidationOutcome) -> Iterable[Finding]:
    return {*outcome.findings()} if outcome.batches else ()


@dataclass(frozen=True)
class Validated:
    """A graph, with what was derived, held against shapes. `known` has its classes and properties,
    for warnings about the shapes."""

    engine: ColumnSHACL
    outcome: ValidationOutcome
    known: ColumnGraph
    sizes: Sizes
    wanted: Wanted

    def told(self, project: Project | None, format: str, language: str) -> int:
        """Print what is wanted of the outcome; the exit code."""
        from hrdgraph.findings.model import Severity

        if not self.outcome.rules:
            tell("shapes-without-target", language, err=True)
        wanted = self.wanted
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


def _write_report(outcome: ValidationOutcome, project: Project | None, format: str) -> int:
    """Write the report as it is made, without a finding for each result; the exit code."""
    with output(None) as stream:
        stream.writelines(_report(outcome, format))
    return _exit_code(counted(outcome, (), project, Wanted()))


def _exit_code(found: Sequence[Tally]) -> int:
    new = (tally.first.severity.value for tally in found if not tally.first.known)
    return VIOLATIONS if "violation" in new else 0


def _print(
    rules: Sequence[str], found: Sequence[Tally], format: str, language: str, sizes: Sizes
) -> None:
    from hrdgraph.findings.tally import junit, summary_of, table_of

    if format == "json":
        echo_json(summary_of(found) | sizes.as_dict())
    elif format == "junit":
        write_out(junit(found, rules, language), None)
    else:
        if derived := sizes.rows(language):
            table(headings(("derived", "by the rule", "of the property"), language), derived)
            click.echo()
        if rows := table_of(found, language):
            findings_table(rows, language)
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


FORMATS = ("table", "json", *REPORTS, "junit")


@register("validate")
@click.command()
@click.option("--data", type=Place())
@click.option("--shapes", type=PathTo(path_type=Path))
@click.option("--infer", is_flag=True)
@click.option("--inferred", type=PathTo(path_type=Path, dir_okay=False))
@click.option(
    "--format", "-f", "format", default="table", show_default=True,
    shell_complete=formats(*FORMATS),

)  # fmt: skip
@click.option("--timeout", type=Number(0, min_open=True), default=300.0, show_default=True)
@click.option("--memory", type=Size(least=1), default="2G", show_default=True)
@click.option("--on", metavar="ENGINE")
@click.option("--engine", type=OneOf(("columns", "pyshacl")), default="columns", show_default=True)
@click.option("--severity", type=OneOf(SEVERITIES), default="info", show_default=True)
@click.option("--shape")
@click.option("--focus")
@click.option("--explain", metavar="RULE")
@standard_options
def run_validate(
    root: Path, lang: str | None, format: str, as_json: bool, explain: str | None, **options: Any
) -> int:
    """Check the built graph (or the RDF file --data) against shapes."""
    format = _format(format, as_json=as_json)
    wanted = _Request(root=root, **options)
    project = wanted.project(explain)
    language = languages(lang, project)[0]
    if explain:
        as_json = format == "json"
        explain_rule(explain, wanted.chosen(project), project, language, as_json=as_json)
        return 0
    with counting("part-shapes", language) as tell:
        validated = wanted.validated(project, tell)
    return validated.told(project, format, language)


def _format(name: str, *, as_json: bool) -> str:
    format = format_named(name, FORMATS)
    if as_json and format not in ("table", "json"):
        raise misused("json-and-format", format=format)
    return "json" if as_json else format


class _Request(NamedTuple):
    """What is held against what, how far it may go, and what is wanted of it."""

    root: Path
    data: Path | str | None
    shapes: Path | None
    infer: bool
    inferred: Path | None
    timeout: float
    memory: int
    on: str | None
    engine: str
    severity: str
    shape: str | None
    focus: str | None

    def project(self, explain: str | None) -> Project | None:
        """The project, unless nothing of one is needed and there is none."""
        without = (self.data or explain) and self.shapes
        is_there = (self.root / "hrdgraph.toml").is_file()
        return None if without and not is_there else opened(self.root)

    def chosen(self, project: Project | None) -> Shapes:
        """The shapes."""
        from hrdgraph.shacl.shapes import read_shapes, read_shapes_at

        if self.shapes is not None:
            return read_shapes_at(self.shapes, root=project.root if project else None)
        assert project is not None
        return read_shapes(project.ontology_dir, root=project.root)

    def validated(self, project: Project | None, tell: Tell) -> Validated:
        """The data held against the shapes, here or on an engine."""
        from hrdgraph.library.validation import engine_named
        from hrdgraph.store.worker_process import WorkerLimits

        if self.inferred is not None:
            _format_of(self.inferred)  # before anything is read
        limits = WorkerLimits(self.timeout, self.memory)
        engine = engine_named(self.engine, limits, infer=self._infers, on=self.on)
        graph = self._graph() if self.on is None else None
        shapes = self.chosen(project)
        wanted = self._wanted(shapes)
        if graph is None:
            return self._on_engine(engine, shapes, wanted)
        derived = self._derived(engine, graph, shapes) if self._infers else None
        whole = graph if derived is None else derived.graph
        sizes = Sizes(len(whole), derived)
        return Validated(engine, engine.run(whole, shapes, tell), whole, sizes, wanted)

    @property
    def _infers(self) -> bool:
        return self.infer or self.inferred is not None

    def _graph(self) -> ColumnGraph:
        from hrdgraph.library.graph import open_graph
        from hrdgraph.library.inputs import graph_of

        if isinstance(self.data, str):
            raise misused("data-url-needs-engine")
        return open_graph(self.root).columns if self.data is None else graph_of(self.data)

    def _wanted(self, shapes: Shapes) -> Wanted:
        """What is to be told. OntologyError for a shape that there is not: its findings would be
        none, and look well."""
        from hrdgraph.library.validation import whole_iri
        from hrdgraph.shacl.rule_help import shape_named

        rule = shapes.rule_of(shape_named(self.shape, shapes)) if self.shape else ""
        return Wanted(self.severity, rule, whole_iri(self.focus))

    def _on_engine(self, engine: ColumnSHACL, shapes: Shapes, wanted: Wanted) -> Validated:
        from hrdgraph.library.validation import validate_bulk_on

        assert self.on is not None
        found = validate_bulk_on(
            self.on, self.data, shapes, rule=wanted.shape, memory=self.memory, infer=self._infers
        )
        sizes = Sizes(found.statements, None)
        return Validated(engine, found.outcome, found.known, sizes, wanted)

    def _derived(self, engine: ColumnSHACL, graph: ColumnGraph, shapes: Shapes) -> InferenceResult:
        """What the rules derive, written to a file where one is wanted."""
        from hrdgraph.library.destination import write_graph

        derived, read = engine.infer(graph, shapes), (self.data, self.shapes)
        if self.inferred is not None:
            files = [path for path in read if isinstance(path, Path)]
            with output(self.inferred, inputs=files, option="--inferred") as stream:
                write_graph(derived.triples, stream, _format_of(self.inferred))
        return derived


def _format_of(path: Path) -> str:
    from hrdgraph.rdfio import format_of

    return format_of(path).name


CHECK = "checks/"


def explain_rule(
    name: str, shapes: Shapes, project: Project | None, language: str, *, as_json: bool
) -> None:
    """Print it."""
    if name.startswith(CHECK) and project is not None:
        _explain_check(name.removeprefix(CHECK), project, language, as_json=as_json)
        return
    from hrdgraph.shacl.rule_help import rule_help
    from hrdgraph.shacl.validator import ColumnSHACL

    rule = rule_help(name, shapes, ColumnSHACL())
    if as_json:
        echo_json(rule.as_dict(language))
    else:
        click.echo(rule.text(language))


def _explain_check(name: str, project: Project, language: str, *, as_json: bool) -> None:
    """A check has no example: its graph is in order when the query answers with no row."""
    from hrdgraph.queries import CHECKS, find

    query = find(project.queries_dir)[f"{CHECKS}/{name}"]
    place, severity, title = (
        str(query.path or ""),
        query.severity or "violation",
        query.title(language),
    )
    if as_json:
        echo_json(
            {
                "rule": CHECK + name,
                "severity": severity,
                "place": {"file": place},
                "purpose": [title],
                "query": query.text,
            }
        )
    else:
        click.echo(f"{CHECK}{name}: {title}\n{place} ({severity})\n\n{query.text.strip()}")
