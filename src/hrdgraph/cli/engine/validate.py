"""`hrdgraph validate`: the built graph, or any RDF file, against the project's shapes or any
others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from hrdgraph.cli.engine.finding_counts import REPORTS, SEVERITIES, Sizes, Validated, Wanted
from hrdgraph.cli.shared.common import (
    json_option,
    language_option,
    languages,
    misused,
    opened,
    project_option,
)
from hrdgraph.cli.shared.completion import formats
from hrdgraph.cli.shared.option_values import Number, OneOf, PathTo, Place, Size
from hrdgraph.library.files.output_format import format_named
from hrdgraph.library.files.writing import output

if TYPE_CHECKING:
    from hrdgraph.project import Project
    from hrdgraph.rdf import ColumnGraph
    from hrdgraph.shacl.inference import InferenceResult
    from hrdgraph.shacl.shapes import Shapes
    from hrdgraph.shacl.validator import ColumnSHACL

FORMATS = ("table", "json", *REPORTS, "junit")


@click.command()
@click.option(
    "--data",
    type=Place(),
)
@click.option(
    "--shapes",
    type=PathTo(path_type=Path),
)
@click.option(
    "--infer",
    is_flag=True,
)
@click.option(
    "--inferred",
    type=PathTo(path_type=Path, dir_okay=False),
)
@click.option(
    "--format", "-f", "format", default="table", show_default=True,
    shell_complete=formats(*FORMATS),

)  # fmt: skip
@click.option(
    "--timeout",
    type=Number(0, min_open=True),
    default=300.0,
    show_default=True,
)
@click.option(
    "--memory",
    type=Size(least=1),
    default="2G",
    show_default=True,
)
@click.option(
    "--on",
    metavar="ENGINE",
)
@click.option(
    "--severity",
    type=OneOf(SEVERITIES),
    default="info",
    show_default=True,
)
@click.option(
    "--shape",
)
@click.option(
    "--focus",
)
@click.option(
    "--explain",
    metavar="RULE",
)
@project_option
@json_option
@language_option
def command(
    root: Path,
    lang: str | None,
    format: str,
    as_json: bool,
    explain: str | None,
    **options: Any,
) -> int:
    """Check the built graph (or the RDF file --data) against shapes."""
    format = _format(format, as_json=as_json)
    wanted = _Request(root=root, **options)
    project = wanted.project(explain)
    language = languages(lang, project)[0]
    if explain:
        from hrdgraph.cli.engine.rule_text import explain_rule

        as_json = format == "json"
        explain_rule(explain, wanted.chosen(project), project, language, as_json=as_json)
        return 0
    return wanted.validated(project).told(project, format, language)


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

    def validated(self, project: Project | None) -> Validated:
        """The data held against the shapes, here or on an engine."""
        from hrdgraph.shacl.validator import ColumnSHACL
        from hrdgraph.store.worker_process import WorkerLimits

        if self.inferred is not None:
            _format_of(self.inferred)  # before anything is read
        engine = ColumnSHACL(WorkerLimits(self.timeout, self.memory))
        graph = self._graph() if self.on is None else None
        shapes = self.chosen(project)
        wanted = self._wanted(shapes)
        if graph is None:
            return self._on_engine(engine, shapes, wanted)
        derived = self._derived(engine, graph, shapes) if self._infers else None
        whole = graph if derived is None else derived.graph
        sizes = Sizes(len(whole), derived)
        return Validated(engine, engine.run(whole, shapes), whole, sizes, wanted)

    @property
    def _infers(self) -> bool:
        return self.infer or self.inferred is not None

    def _graph(self) -> ColumnGraph:
        from hrdgraph.api import open as open_graph
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
        from hrdgraph.library.files.outputs import write_graph

        derived, read = engine.infer(graph, shapes), (self.data, self.shapes)
        if self.inferred is not None:
            files = [path for path in read if isinstance(path, Path)]
            with output(self.inferred, inputs=files, option="--inferred") as stream:
                write_graph(derived.triples, stream, _format_of(self.inferred))
        return derived


def _format_of(path: Path) -> str:
    from hrdgraph.rdfio import format_of

    return format_of(path).name
