"""Bind a mapping document to its sources as a plan, and run a plan into files, or back into
rows."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from hrdgraph.catalogue import Message
from hrdgraph.errors import HrdgraphError, MappingError, Origin, table_of_errors
from hrdgraph.library.calls import Progress, UsageError, limit_threads
from hrdgraph.library.destination import (
    Destination,
    Output,
    check_graphs,
    check_place,
    check_targets,
    destination,
    open_sink,
    outputs,
)
from hrdgraph.library.output_format import FORMATS_OF_MAP, format_of
from hrdgraph.rdf import parse_term
from hrdgraph.sources.dialect import allowing

if TYPE_CHECKING:
    from hrdgraph.mapping.model import LogicalSource, LogicalView
    from hrdgraph.mapping.model import Mapping as Document
    from hrdgraph.mapping.plan import Plan
    from hrdgraph.mapping.tracing import Trace

NOTHING: Final = "\ue000"  # for private use: how the CSV of a frame says a missing value


class BoundPlan(NamedTuple):
    """A plan that is bound to its sources, how many processors to use for it, and the files that
    its document names as sources."""

    plan: Plan
    jobs: int
    sources: tuple[Path, ...]


def bound(
    path: Path, *, base: str | None = None, database: str | None = None,
    datatypes: str | None = None, outside: bool = False, servers: bool = False,
    jobs: int | None = None, instead: Mapping[str, Path] | None = None,
) -> BoundPlan:  # fmt: skip
    """Read a document, and hold it against its sources, or against others `instead`. The column
    engine gets as many threads as `limit_threads` says."""
    from hrdgraph.mapping.language.reader import DEFAULT_BASE, read_mapping
    from hrdgraph.mapping.planning.required_columns import list_needed

    with allowing(outside=outside, servers=servers):
        document = read_mapping(
            path, base=base or DEFAULT_BASE, database=database or "", ill_typed=datatypes == "keep"
        )
        document = _replace_sources(document, path.parent, instead or {})
        sources = tuple(source.path for source in list_needed(document))
        chosen = limit_threads(sources, jobs)
        from hrdgraph.mapping.planning.bind import (
            bind,  # only now, since it loads the column engine
        )

        return BoundPlan(bind(document), chosen, sources)


def _replace_sources(document: Document, folder: Path, instead: Mapping[str, Path]) -> Document:
    """Return a document whose sources are read from other files. MappingError for a name that is
    that of none."""
    if not instead:
        return document
    used: set[str] = set()

    def other(source: LogicalSource) -> LogicalSource:
        names = (
            os.path.relpath(source.path, folder), source.path.name, source.path.stem,
            str(source.path),
        )  # fmt: skip
        key = next((name for name in names if name in instead), None)
        used.update(() if key is None else (key,))
        dialect = replace(source.dialect, nulls=(*source.dialect.nulls, NOTHING))
        return source if key is None else replace(source, path=instead[key], dialect=dialect)

    maps = tuple(replace(item, source=_over(item.source, other)) for item in document.triples_maps)
    if strangers := sorted(instead.keys() - used):
        known = sorted(
            {source.path.name for item in document.triples_maps for source in _scan(item.source)}
        )
        raise MappingError("not-known-here", name=strangers[0], known=known, hint="there-is")
    return replace(document, triples_maps=maps)


def _over(source: Any, other: Any) -> Any:
    from hrdgraph.mapping.model import LogicalSource

    if isinstance(source, LogicalSource):
        return other(source)
    joins = tuple(replace(join, parent=_over(join.parent, other)) for join in source.joins)
    return replace(source, on=_over(source.on, other), joins=joins)


def _scan(source: LogicalSource | LogicalView) -> Iterator[LogicalSource]:
    from hrdgraph.mapping.model import LogicalSource

    if isinstance(source, LogicalSource):
        yield source
        return
    yield from _scan(source.on)
    for join in source.joins:
        yield from _scan(join.parent)


@dataclass(frozen=True)
class MapLimits:
    """Bytes to stay under, and the rows that were left out, told in the file `rejected`; `skips`
    says that this is allowed."""

    memory: int
    skips: bool
    rejected: Path | None
    left_out: list[HrdgraphError] = field(default_factory=list)

    @property
    def reject(self) -> Callable[[HrdgraphError], None] | None:
        """Return who is told of rows that cannot be mapped; None where they are errors."""
        return self.left_out.append if self.skips else None

    def in_order(self) -> list[HrdgraphError]:
        """By file and row: they come in the order of the work, which depends on what fits into
        memory."""
        files = list(dict.fromkeys(error.origin.file for error in self.left_out))
        order = {file: number for number, file in enumerate(files)}
        return sorted(
            self.left_out, key=lambda error: (order[error.origin.file], error.origin.row or 0)
        )


def rows_read(progress: Progress | None) -> Any:
    """Return what a run is told to call with a file and how many of its rows were read."""
    return None if progress is None else lambda file, rows: progress(Path(file).name, rows, 0)


def run_into(
    mapping: Path, bound: BoundPlan, output: Path | None, format: str | None, limits: MapLimits,
    progress: Progress | None = None,
) -> None:  # fmt: skip
    """Run a plan into a file, or onto standard output, and into the targets that it names: all
    of them, or no file."""
    from hrdgraph.mapping.execution.execute import run

    plan, jobs, sources = bound
    written: dict[str, Destination] = {"--output": destination(output)}
    if limits.rejected is not None:
        written["--rejected"] = destination(limits.rejected)
    own, targets = check_targets(plan, [mapping, *sources], written)
    format_of(limits.rejected, "csv", ("csv",))
    chosen = format_of(output, format, FORMATS_OF_MAP, "nq")
    check_graphs(own, chosen)
    sinks = [*targets, Output(own, chosen, written.pop("--output"))]
    with outputs([*(item.place for item in sinks), *written.values()]) as waiting:
        with open_sink(sinks, waiting[: len(sinks)], memory=limits.memory // 4, jobs=jobs) as sink:
            run(
                plan, sink, memory=limits.memory, reject=limits.reject, jobs=jobs,
                progress=rows_read(progress),
            )  # fmt: skip
        for file in waiting[len(sinks) :]:
            with file.naming_disk():
                file.stream.write(table_of_errors(limits.in_order()))


def trace_terms(
    plan: Plan, mapping: Path, what: Sequence[str], *, skips: bool
) -> tuple[Trace, ...]:
    """List every way in which a plan makes a thing or a triple, or raise MappingError."""
    from hrdgraph.mapping.tracing import Tracer

    terms = [text if text.startswith(("<", "_:", '"')) else f"<{text}>" for text in what]
    try:
        # a triple as a term is taken as `map` writes it
        wanted = [
            frozenset([text if text.startswith("<<(") else parse_term(text).n3()]) for text in terms
        ]
    except ValueError as error:
        raise UsageError("library-says", reason=error, hint="write-a-term") from error
    traces = Tracer(plan, reject=(lambda _: None) if skips else None).trace(*wanted)
    if not traces:
        raise MappingError("triple-not-made", origin=Origin(str(mapping)))
    return tuple(traces)


def run_on_engine(
    plan: BoundPlan, output: str | Path | None, format: str | None, on: str, distinct: str,
    limits: MapLimits, progress: Progress | None = None,
) -> int:  # fmt: skip
    """Run a plan on an engine into a new folder, by its path or URL; return how many statements
    it has. `distinct` is as in `hrdgraph.engines.MappingRequest`."""
    from hrdgraph.engines import DISTINCT, MappingRequest, find_engine, is_url

    if output is None:
        raise UsageError("goes-with", option="--on", options="--output")
    if format not in (None, "nq"):
        hint = Message("choose-format", formats="nq")
        raise UsageError("not-together", names=f"--on, --format {format}", hint=hint)
    if distinct not in DISTINCT:
        raise UsageError(
            "not-known-here", hint="there-is", name=distinct, known=", ".join(DISTINCT)
        )
    if not is_url(output):
        check_place(Path(output))
    rejected = [] if limits.rejected is None else [destination(limits.rejected)]
    format_of(limits.rejected, "csv", ("csv",))
    request = MappingRequest(distinct, limits.reject, rows_read(progress))
    with outputs(rejected) as waiting:
        count = find_engine(on, limits.memory, plan.jobs).map(plan.plan, output, request)
        for file in waiting:
            with file.naming_disk():
                file.stream.write(table_of_errors(limits.in_order()))
    return count
