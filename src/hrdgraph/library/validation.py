"""Hold data against SHACL shapes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from hrdgraph.library.answers import Answer, Statements, html_table
from hrdgraph.library.building import graph_at
from hrdgraph.library.calls import UsageError, bytes_of
from hrdgraph.library.inputs import document_file, graph_of, project_at
from hrdgraph.privacy.readable_build import check_readable
from hrdgraph.processes import processors
from hrdgraph.project import Project
from hrdgraph.rdf import ColumnGraph
from hrdgraph.stage_progress import Tell, nobody

if TYPE_CHECKING:
    import polars

    from hrdgraph.engines import EngineOutcome
    from hrdgraph.findings.model import Finding
    from hrdgraph.shacl.outcome import ValidationOutcome
    from hrdgraph.shacl.rules import InferenceResult
    from hrdgraph.shacl.shapes import Shapes
    from hrdgraph.shacl.validator import ColumnSHACL
    from hrdgraph.store.worker_process import WorkerLimits


@dataclass(frozen=True)
class Validation(Answer):
    """What came of validating: `conforms`, the findings, the standard report, and what rules
    derived. It is true where the data conforms.

    >>> import hrdgraph
    >>> found = hrdgraph.validate(
    ...     "<http://e.org/a> a <http://e.org/Prize> .",
    ...     "@prefix sh: <http://www.w3.org/ns/shacl#> . [] a sh:NodeShape ;"
    ...     " sh:targetClass <http://e.org/Prize> ; sh:property [ sh:path <http://e.org/n> ;"
    ...     " sh:minCount 1 ] .")
    >>> found.conforms, [one.focus for one in found.findings]
    (False, ['http://e.org/a'])
    >>> len(found.warnings())
    0
    >>> found.to_polars()["severity"].to_list(), len(found.report()) > 5
    (['violation'], True)
    """

    outcome: ValidationOutcome
    derived: InferenceResult | None = None
    language: str = "en"
    statements: int = 0  # that were looked at, those derived too
    engine: ColumnSHACL | None = None
    known: ColumnGraph | None = None  # with the classes and properties of the data

    @property
    def conforms(self) -> bool:
        """Tell whether there is no result."""
        return self.outcome.conforms

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Return a finding for each result, equal ones once, in order."""
        from hrdgraph.findings.model import in_order

        return tuple(in_order({*self.outcome.findings()}))

    def warnings(self) -> list[Finding]:
        """List what looks like a mistake in the shapes."""
        if self.engine is None or self.known is None:
            return []
        was_inferred = self.derived is not None
        return list(self.engine.notices(self.known, self.outcome.shapes, inferred=was_inferred))

    def report(self) -> Statements:
        """Return the sh:ValidationReport."""
        return Statements(ColumnGraph.from_quads(self.outcome.report()))

    def __len__(self) -> int:
        return len(self.outcome)

    def __bool__(self) -> bool:
        return self.conforms

    def to_polars(self) -> polars.DataFrame:
        """Return a row for each finding: severity, rule, focus, path, value and message."""
        import polars

        names = ("severity", "rule", "focus", "path", "value", "message")
        rows = [
            (f.severity.value, f.rule, f.focus, f.path, f.value, f.message(self.language))
            for f in self.findings
        ]
        return polars.DataFrame(rows, schema=dict.fromkeys(names, polars.String), orient="row")

    def __repr__(self) -> str:
        return f"<hrdgraph validation, {'conforms' if self.conforms else f'{len(self)} results'}>"

    def _repr_html_(self) -> str:
        first = self.to_polars().head(50)
        rows = [[text or "" for text in row] for row in first.iter_rows()]
        return html_table(rows, first.columns, caption=repr(self))


def validate(
    data: Any = None, shapes: Any = None, *, project: str | Path | Project = ".",
    infer: bool = False, severity: Literal["violation", "warning", "info"] = "info",
    shape: str | None = None, focus: str | None = None, timeout: float = 300.0,
    memory: str | int = "2G", on: str | None = None,
    engine: Literal["columns", "pyshacl"] = "columns", progress: Tell = nobody,
) -> Validation:  # fmt: skip
    """Hold data against shapes. Without `data`, the built graph of the `project`; without
    `shapes`, those of the project.

    Both may be a path, a text of RDF, an opened graph, or a graph of rdflib. `infer` runs the
    rules of the shapes first. `severity`, `shape` and `focus` leave out other results; `timeout`
    (seconds) and `memory` bound each query of a shape.

    `on` is the address of an engine of another package, which judges a bulk folder;
    shapes that need more than what lies around a focus node are refused there. `engine` is
    "columns", or "pyshacl": the reference, which takes some twenty times as long, runs no rules
    and has no limits. `progress` is called with how many shapes are done, of how many.
    OntologyError for shapes that cannot be read, QueryError beyond a bound.

    >>> import hrdgraph
    >>> shapes = '''
    ... @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .
    ... ex:Award a sh:NodeShape ; sh:targetClass ex:Prize ; sh:property [ sh:path ex:name ;
    ...     sh:minCount 1 ] .
    ... '''
    >>> found = hrdgraph.validate("<http://example.org/rafto> a <http://example.org/Prize> .",
    ...     shapes)
    >>> found.conforms, found.findings[0].focus
    (False, 'http://example.org/rafto')
    """
    from hrdgraph.findings.model import Severity
    from hrdgraph.shacl.rule_help import find_shape
    from hrdgraph.store.worker_process import WorkerLimits

    opened = project if isinstance(project, Project) else None
    if opened is None and (data is None or shapes is None):
        opened = project_at(project)
    least, at, size = Severity(severity), whole_iri(focus), bytes_of(memory)
    judge = engine_named(engine, WorkerLimits(timeout, size), infer=infer, on=on)
    graph = None
    if on is None:
        graph = graph_of(data) if data is not None else graph_at(opened or project).columns
    with shapes_at(shapes, opened) as chosen:
        rule = chosen.rule_of(find_shape(shape, chosen)) if shape else ""
        derived = None
        if graph is None:
            result = validate_bulk_on(on or "", data, chosen, rule=rule, memory=size, infer=infer)
            outcome, statements, known = result.outcome, result.statements, result.known
        else:
            derived = judge.infer(graph, chosen) if infer else None
            known = graph if derived is None else derived.graph
            outcome, statements = judge.run(known, chosen, progress), len(known)
        outcome = outcome.only(least=least, rule=rule, focus=at)
        return Validation(outcome, derived, statements=statements, engine=judge, known=known)


def engine_named(
    name: str, limits: WorkerLimits, *, infer: bool = False, on: str | None = None
) -> ColumnSHACL:
    """Return the engine of a name. UsageError where there is none, and for what pySHACL cannot
    do."""
    from hrdgraph.shacl.validator import ENGINES, PYSHACL
    from hrdgraph.store.worker_process import USUAL

    if name not in ENGINES:
        raise UsageError("not-known-here", name=name, known=[*ENGINES], hint="there-is")
    given = {
        "--infer": infer, "--on": on is not None, "--timeout": limits.seconds != USUAL.seconds,
        "--memory": limits.memory != USUAL.memory,
    }  # fmt: skip
    if name == PYSHACL and any(given.values()):
        names = ", ".join(("--engine pyshacl", *(option for option in given if given[option])))
        raise UsageError("not-together", names=names, hint="keep-one")
    return ENGINES[name](limits)


@contextmanager
def shapes_at(shapes: Any, project: Project | None) -> Iterator[Shapes]:
    """Read shapes: a path, the text of RDF, a graph of rdflib; without them those of a project."""
    from hrdgraph.shacl.shapes import read_shapes, read_shapes_at

    if shapes is None and project is not None:
        yield read_shapes(project)
        return
    with document_file(shapes, ending=".ttl") as path:
        yield read_shapes_at(path, root=project.root if project else None)


def validate_bulk_on(
    on: str, data: Any, shapes: Shapes, *, rule: str = "", memory: int, infer: bool = False
) -> EngineOutcome:
    """Judge a bulk folder, by its path or URL, on an engine: by all shapes, or by those that ask
    one of the name `rule`."""
    from hrdgraph.engines import find_engine, is_url

    if infer:
        raise UsageError("not-together", names="--infer, --on", hint="keep-one")
    if not isinstance(data, str | Path) or not (is_url(data) or Path(data).is_dir()):
        hint = "write-bulk-folder"
        raise UsageError("goes-with", option="--on", options="FILE", hint=hint)
    if not is_url(data):
        check_readable(Path(data))
    return find_engine(on, memory, processors()).validate(str(data), shapes, rule)


def whole_iri(name: str | None) -> str:
    """Return an IRI in full; a name with a known prefix is one too."""
    from hrdgraph.findings.model import SHORTENED

    prefix, _, rest = (name or "").strip("<>").partition(":")
    return f"{SHORTENED[prefix]}{rest}" if prefix in SHORTENED else (name or "").strip("<>")
