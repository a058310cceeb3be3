"""Plans and files into one sink: each quad goes to the outputs of its rule, in their formats. All files appear, or none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from hrdgraph.cli.common import output as output_stream
from hrdgraph.errors import OutputError

if TYPE_CHECKING:
    from hrdgraph.mapping import GraphSink, LineSink, Plan, Sink
    from hrdgraph.mapping.logical_target import LogicalTarget
    from hrdgraph.rdf import ColumnGraph

LINES: Final = ("nq", "nt")  # written as they are made; of the others, the whole graph is held
_WITHOUT_TRIPLE_TERMS: Final = ("jsonld", "rdfxml", "rdfjson")


@dataclass(frozen=True)
class Output:
    """What is to be written where; without a path, on standard output. `target` says how the file is encoded and packed."""

    plan: Plan
    format: str
    path: Path | None
    target: LogicalTarget | None = None


@contextmanager
def opened(outputs: Sequence[Output], *, memory: int, jobs: int) -> Iterator[Sink]:
    """A sink for the rows of a run, after which everything is written. `memory` bounds the lines that are held back, in bytes."""
    from hrdgraph.mapping.running.routes import Routes

    with ExitStack() as files, ExitStack() as inner:  # packed and whole before the first file appears
        sinks: list[tuple[Output, LineSink | GraphSink, BinaryIO]] = []
        for item in outputs:
            file = files.enter_context(output_stream(item.path))
            stream = inner.enter_context(_packed(file, item.target)) if item.target is not None else file
            sinks.append((item, inner.enter_context(_sink(item, stream, memory // len(outputs), jobs)), stream))
        yield sinks[0][1] if len(sinks) == 1 else Routes([(item.plan, sink) for item, sink, _ in sinks])
        for item, sink, stream in sinks:
            _finish(item, sink, stream)


def _packed(file: BinaryIO, target: LogicalTarget) -> AbstractContextManager[BinaryIO]:
    from hrdgraph.cli.packing import packed  # loads the libraries of all compressions

    return packed(file, target)


@contextmanager
def _sink(item: Output, stream: BinaryIO, memory: int, jobs: int) -> Iterator[LineSink | GraphSink]:
    from hrdgraph.mapping import GraphSink, LineSink

    if item.format not in LINES:
        yield GraphSink()
        return
    with closing(LineSink(item.plan, stream, graphs=item.format == "nq", memory=memory, jobs=jobs)) as sink:
        yield sink


def _finish(item: Output, sink: LineSink | GraphSink, stream: BinaryIO) -> None:
    from hrdgraph.mapping import LineSink

    if isinstance(sink, LineSink):
        sink.finish()
    else:
        write_graph(sink.graph(), stream, item.format)


def write_graph(graph: ColumnGraph, out: BinaryIO, format: str) -> None:
    """Write a graph in a format of whole graphs. OutputError on what it cannot say."""
    from hrdgraph.export import export
    from hrdgraph.export.formats import check_iris
    from hrdgraph.export.rdfjson import write_rdfjson
    from hrdgraph.rdfio import write_parquet

    if format in _WITHOUT_TRIPLE_TERMS and graph.terms.str.starts_with("<<(").any():
        hint = "use nq, nt, ttl or trig; quoted triples are of RDF 1.2"
        raise OutputError(f"{format} cannot say a triple that is a term", hint=hint)
    if format == "parquet":
        write_parquet(graph, out)
    elif format == "rdfjson":
        check_iris(graph, format)
        write_rdfjson(graph, out)
    else:
        export(graph, format, out, context=None, base="")
