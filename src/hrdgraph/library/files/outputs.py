"""Plans and streams into one sink: each quad goes to the outputs of its rule, in their formats."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from hrdgraph.errors import OutputError
from hrdgraph.library.files.destination import Destination, Waiting

if TYPE_CHECKING:
    import polars as pl

    from hrdgraph.mapping import GraphSink, LineSink, Plan, Sink
    from hrdgraph.mapping.execution.scan import Progress, RowFacts
    from hrdgraph.mapping.model import LogicalTarget
    from hrdgraph.mapping.plan import QuadRule
    from hrdgraph.rdf import ColumnGraph

LINES: Final = ("nq", "nt")  # written as they are made; of the others, the whole graph is held
_WITHOUT_TRIPLE_TERMS: Final = ("jsonld", "rdfxml")


class Output(NamedTuple):
    """What is to be written where. `target` says how the file is encoded and packed."""

    plan: Plan
    format: str
    place: Destination
    target: LogicalTarget | None = None


class _OutputSink(NamedTuple):
    """The sink of one output. Where the disk does not take what it writes, the error names that
    disk."""

    item: Output
    waiting: Waiting
    stream: BinaryIO
    sink: LineSink | GraphSink

    def take(self, frame: pl.DataFrame, rules: Sequence[QuadRule], known: RowFacts) -> None:
        """Take the quads of rules over rows."""
        with self.waiting.told():
            self.sink.take(frame, rules, known)

    def by_pieces(self, plan: Plan, progress: Progress | None) -> bool:
        """Do a whole plan, if the sink can."""
        from hrdgraph.mapping.execution.execute import WholeSink

        with self.waiting.told():
            return isinstance(self.sink, WholeSink) and self.sink.by_pieces(plan, progress)

    def finish(self) -> None:
        """Write what was held back."""
        with self.waiting.told():
            _finish(self.item, self.sink, self.stream)


@contextmanager
def opened(
    outputs: Sequence[Output], waiting: Sequence[Waiting], *, memory: int, jobs: int
) -> Iterator[Sink]:
    """A sink for the rows of a run, after which all is in the streams that are `waiting`.
    `memory` bounds the lines that are held back, in bytes."""
    from hrdgraph.mapping.execution.execute import Routes

    with ExitStack() as inner:
        sinks: list[_OutputSink] = []
        for item, place in zip(outputs, waiting, strict=True):
            stream = place.stream
            if item.target is not None:
                stream = inner.enter_context(_packed(place, item.target))
            sink = inner.enter_context(_sink(item, stream, memory // len(outputs), jobs))
            sinks.append(_OutputSink(item, place, stream, sink))
        yield sinks[0] if len(sinks) == 1 else Routes([(told.item.plan, told) for told in sinks])
        for told in sinks:
            told.finish()


@contextmanager
def _packed(place: Waiting, target: LogicalTarget) -> Iterator[BinaryIO]:
    from hrdgraph.library.files.packing import packed  # loads the libraries of all compressions

    with place.told(), packed(place.stream, target, place.held.parent) as stream:
        yield stream


@contextmanager
def _sink(item: Output, stream: BinaryIO, memory: int, jobs: int) -> Iterator[LineSink | GraphSink]:
    from hrdgraph.mapping import GraphSink, LineSink

    if item.format not in LINES:
        yield GraphSink()
        return
    with closing(
        LineSink(item.plan, stream, graphs=item.format == "nq", memory=memory, jobs=jobs)
    ) as sink:
        yield sink


def _finish(item: Output, sink: LineSink | GraphSink, stream: BinaryIO) -> None:
    from hrdgraph.mapping import LineSink

    if isinstance(sink, LineSink):
        sink.finish()
    else:
        write_graph(sink.graph(), stream, item.format)


def write_graph(graph: ColumnGraph, out: BinaryIO, format: str) -> None:
    """Write a graph in a format of whole graphs. OutputError on what it cannot say."""
    from hrdgraph.exports.formats import export
    from hrdgraph.rdfio import write_parquet

    if format in _WITHOUT_TRIPLE_TERMS and graph.terms.str.starts_with("<<(").any():
        hint = "use-nq-nt-ttl-or"
        raise OutputError("format-without-triple-terms", format=format, hint=hint)
    if format == "parquet":
        write_parquet(graph, out)
    else:
        export(graph, format, out, context=None, base="")
