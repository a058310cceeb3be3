"""Which parts of a build a memory may keep, and which files each of them is made from."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from hrdgraph.explain import SourcePlan, passed_over, plan_source, plan_sources, tracer_of
from hrdgraph.identity import Ledger, read_ledger
from hrdgraph.mapping import Plan, Trace, Tracer, Untraceable
from hrdgraph.mapping.execution.scan import Skip
from hrdgraph.mapping.execution.small_changes import is_row_wise
from hrdgraph.mapping.facts.layout import kind_files
from hrdgraph.mapping.facts.plan_cache import heads_of
from hrdgraph.mapping.model import LogicalSource
from hrdgraph.mapping.tracing.trace import NO_ROWS, MadeRows, Triple
from hrdgraph.ontology import Ontology, load
from hrdgraph.pipeline.memory import BuildMemory, State, state_of
from hrdgraph.pipeline.open_mapping import Made, OpenMapping, Parts
from hrdgraph.privacy import Policy
from hrdgraph.privacy.hidden_cells import Secrets, secrets_of
from hrdgraph.project import Project, Source
from hrdgraph.queries import Catalogue, find
from hrdgraph.validate import Shapes, read_shapes

_KEPT = 64 << 20  # bytes of the files of a source whose rows are kept for traces
_SMALL = 2 << 20  # bytes of the files of a source whose rows are kept to the end of a build
_TRACES = 20_000  # triples of a source, of which it is kept what they were made of


class Runs(NamedTuple):
    """How a source is mapped: whole, without some rows; or, where it `is_open` to changes, as it
    was mapped last with what has changed, and with rows that were made then."""

    whole: Callable[[SourcePlan, Parts, Skip], Made]
    changed: Callable[[SourcePlan, Parts, OpenMapping | None, MadeRows], OpenMapping]
    is_open: bool


class MappedSource(NamedTuple):
    """What rules of a source made, from what, and how it may be changed, where that is known."""

    key: object
    made: Made
    open: OpenMapping | None


@dataclass(frozen=True)
class ProjectTerms:
    """What a project says of its terms, and the questions that it asks."""

    ontology: Ontology
    shapes: Shapes
    catalogue: Catalogue


def read_terms(project: Project, memory: BuildMemory) -> ProjectTerms:
    """The ontology, the shapes and the questions of a project."""
    own, asked = _below(project.ontology_dir), _below(project.queries_dir)
    return ProjectTerms(
        memory.part("ontology", own, lambda: load(project.ontology_dir), lambda _: own),
        memory.part(
            "shapes",
            (own, project.root),
            lambda: read_shapes(project.ontology_dir, root=project.root),
            lambda _: own,
        ),
        memory.part("questions", asked, lambda: find(project.queries_dir), lambda _: asked),
    )


def ledger_of(project: Project, memory: BuildMemory) -> Ledger:
    """What people have decided, with the IRIs that were given."""
    files = project.judgements_file, project.persistent_iris_file
    return memory.part("ledger", files, lambda: read_ledger(files[0]), lambda _: files)


def plans_of(
    project: Project, sources: Iterable[Source], memory: BuildMemory
) -> tuple[SourcePlan, ...]:
    """The plans of sources. Raises everything that is wrong in any of them at once."""
    own = _below(project.ontology_dir)

    def plan(project: Project, source: Source) -> SourcePlan:
        heads = heads_of(source) if memory.keeps else {}
        files = [*own, *kind_files(project, source), source.description_file]
        files += [*source.mapping_files, *map(source.table_file, source.tables)]

        def read(made: SourcePlan) -> list[Path] | None:
            # who changed a heading meanwhile, and changes it back, gets a plan anew
            return _but(heads, _with_read(files, made)) if heads_of(source) == heads else None

        return memory.part(
            _plan_name(source),
            (source, project.base, project.graph_base, own, heads),
            lambda: plan_source(project, source),
            read,
        )

    return plan_sources(project, sources, plan)


def _but(known: Container[Path], files: Iterable[Path] | None) -> list[Path] | None:
    return None if files is None else [path for path in files if path not in known]


def may_change(item: SourcePlan, memory: BuildMemory) -> bool:
    """Whether what a source makes may be changed by what a few of its rows make."""
    number = memory.number(_plan_name(item.source))
    return memory.part(f"kind of {_plan_name(item.source)}", number, lambda: is_row_wise(item.plan))


def mapped_by(
    item: SourcePlan, project: Project, memory: BuildMemory, runs: Runs, parts: Parts, skip: Skip
) -> Made:
    """What rules of a source make, by what is said of who may see it. Where a few rows of its
    tables have changed, only what stands on these is mapped again. Otherwise rules over other
    tables are not told apart: most join the same names, which is dearer than what it saves."""
    left_out = plain(skip)
    name = _statements_name(item, left_out)
    key = (memory.number(_plan_name(item.source)), project.sources, left_out)
    last: MappedSource | None = memory.recall(name)

    def make() -> MappedSource:
        if skip or not runs.is_open:
            return MappedSource(key, runs.whole(item, parts, skip), None)
        known = last.open if last is not None and last.key == key else None
        found = runs.changed(item, parts, known, _traced(item, known, memory))
        return MappedSource(key, found.made, found)

    return memory.part(name, key, make, lambda _: _with_read([], item)).made


def _traced(item: SourcePlan, known: OpenMapping | None, memory: BuildMemory) -> MadeRows:
    """The rows that a tracer made of what a mapping made its graph of."""
    tracer: RememberingTracer | None = memory.recall(_rows_name(item))
    return NO_ROWS if tracer is None or known is None else tracer.rows_of(known.state)


class RememberingTracer(Tracer):
    """A tracer that keeps what it found of each triple: of those that are asked for together, few
    are new after a small change. It is `of` a state of a mapping, which has read the same files."""

    def __init__(self, plan: Plan, rows: MadeRows, of: object = None) -> None:
        super().__init__(plan, passed_over, rows)
        self._found: dict[tuple[Triple, int | None], tuple[Trace, ...] | Untraceable] = {}
        self._of, self._scanned = of, scanned_by(plan)
        self._states = self._states_now()

    def trace_each(
        self, triples: Sequence[Triple], most: int | None = None
    ) -> list[tuple[Trace, ...] | Untraceable]:
        """As `Tracer.trace_each`."""
        if len(self._found) > _TRACES:
            self._found.clear()
        new = [triple for triple in dict.fromkeys(triples) if (triple, most) not in self._found]
        for triple, found in zip(new, super().trace_each(new, most) if new else (), strict=True):
            self._found[triple, most] = found
        self._look_again()
        return [self._found[triple, most] for triple in triples]

    def trace(
        self,
        subjects: frozenset[str],
        predicates: frozenset[str] | None = None,
        objects: frozenset[str] | None = None,
    ) -> list[Trace]:
        """As `Tracer.trace`."""
        found = super().trace(subjects, predicates, objects)
        self._look_again()
        return found

    def rows_of(self, state: object) -> MadeRows:
        """The rows that it has made, where they are surely those of a state of a mapping."""
        return self.made_rows() if state is not None and state is self._of else NO_ROWS

    def _look_again(self) -> None:
        """What is read of a file that has changed meanwhile is of another state."""
        if self._of is not None and self._states != self._states_now():
            self._of = None

    def _states_now(self) -> list[State]:
        return [state_of(path) for path in self._scanned]


def hidden_by(
    project: Project, plans: Sequence[SourcePlan], policy: Policy, memory: BuildMemory
) -> Secrets:
    """What must stand in nothing that is passed on: which columns that is of, follows from plans
    and from what is said of sources and properties. The cells are in no part."""
    numbers = [memory.number(_plan_name(item.source)) for item in plans]
    closed = frozenset(policy.hidden(policy.properties))
    return memory.part(
        "hidden columns",
        (project.root, project.sources, numbers, closed, policy.shown),
        lambda: secrets_of(project, plans, policy),
    )


def is_small(item: SourcePlan) -> bool:
    """Whether the rows of a source may be kept while all else is made."""
    read = _with_read([], item)
    return read is not None and sum(path.stat().st_size for path in read) <= _SMALL


def tracer_by(item: SourcePlan, memory: BuildMemory, rows: MadeRows = NO_ROWS) -> Tracer:
    """What traces statements over a source, with the rows that were made of it already, or that
    it has read."""
    if not memory.keeps:
        return tracer_of(item, rows)
    read = _with_read([], item)
    small = read is not None and sum(path.stat().st_size for path in read) <= _KEPT
    mapped: MappedSource | None = memory.recall(_statements_name(item))
    state = mapped.open.state if mapped is not None and mapped.open is not None else None
    return memory.part(
        _rows_name(item),
        memory.number(_plan_name(item.source)),
        lambda: RememberingTracer(item.plan, rows, state),
        lambda _: read if small else None,
    )


def _rows_name(item: SourcePlan) -> str:
    return f"rows of {item.source.name}"


def _statements_name(item: SourcePlan, left_out: object = None) -> str:
    return f"statements of {item.source.name}, {hash(repr(left_out or {}))}"


def plain(rows: Mapping[Path, Any]) -> object:
    """Rows by file, and perhaps by level, as a value that can be compared."""
    return {
        path: value.to_list() if isinstance(value, pl.Series) else plain(value)
        for path, value in rows.items()
    }


def _plan_name(source: Source) -> str:
    return f"plan of {source.name}"


def _below(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(path for path in folder.rglob("*") if path.is_file()))


def scanned_by(plan: Plan) -> list[Path]:
    """The files that a plan reads."""
    return sorted({scan.source.path for scan in plan.scans})


def _with_read(files: list[Path], item: SourcePlan) -> list[Path] | None:
    """Some files, and those that a plan reads; None where it asks a database, which may change
    beside its file."""
    read = {scan.source for scan in item.plan.scans}
    return [*files, *(source.path for source in read)] if all(map(_is_file, read)) else None


def _is_file(source: LogicalSource) -> bool:
    return source.dialect.database is None and source.path.is_file()
