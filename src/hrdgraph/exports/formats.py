"""The formats by name, and the one function that writes them."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from hrdgraph.atomic_files import whole_folder, write_file, writing_to
from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, OutputError
from hrdgraph.exports.graph_texts import (
    ExportOptions,
    GraphTexts,
    nquads,
    ntriples,
    rdfxml,
    trig,
    turtle,
    write_nquads,
    write_trig,
    write_turtle,
)
from hrdgraph.exports.jsonld import jsonld, write_jsonld
from hrdgraph.exports.tables import tables, zip_tables
from hrdgraph.fact_kinds import Kind
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio.columns import write_parquet
from hrdgraph.vocab import PREFIXES


def write_folder(
    path: Path, files: Iterable[tuple[str, bytes]], *, endings: tuple[str, ...]
) -> None:
    """Write a folder of files, whole or not at all. One that is there is replaced only if its
    files all have one of `endings`. OutputError otherwise, and where the system does not take
    it."""
    path = path.resolve()
    with writing_to(path):
        if path.is_file():
            raise NotADirectoryError(errno.ENOTDIR, "Not a directory")
        foreign = (
            sorted(item.name for item in path.iterdir() if item.suffix not in endings)
            if path.exists()
            else []
        )
        if foreign:
            fact = Message("folder-holds-other-file", name=foreign[0])
            raise OutputError(fact, origin=Origin(str(path)), hint="choose-place")
        with whole_folder(path) as partial:
            for name, data in files:
                (partial / name).write_bytes(data)


@dataclass(frozen=True)
class ExportFormat:
    """One way to write a graph: an entry is a format of `export`, of its help and of its
    completion. `graphs` says whether the names of graphs are kept; without them, equal triples
    become one. `is_marked` says whether it can hold the statement that it is restricted."""

    name: str
    ending: str
    media_type: str
    graphs: bool
    write: Callable[[ColumnGraph, ExportOptions], Iterator[bytes]]
    is_marked: bool = True


def _parquet(graph: ColumnGraph, _: ExportOptions) -> Iterator[bytes]:
    out = BytesIO()
    write_parquet(graph, out)
    yield out.getvalue()


def _networks(format: str) -> Callable[[ColumnGraph, ExportOptions], Iterator[bytes]]:
    def write(graph: ColumnGraph, options: ExportOptions) -> Iterator[bytes]:
        from hrdgraph.exports.network import network
        from hrdgraph.exports.network_measures import format_gexf, format_graphml

        drawn = network(graph, options.languages, options.kinds)
        if len(graph) and not drawn:
            hint = Message("choose-format", formats="ttl, nq, jsonld, csv")
            raise OutputError("network-empty", hint=hint)
        yield (format_graphml if format == "graphml" else format_gexf)(drawn)

    return write


FORMATS: Final[dict[str, ExportFormat]] = {
    item.name: item
    for item in (
        ExportFormat("nq", ".nq", "application/n-quads", True, nquads),
        ExportFormat("trig", ".trig", "application/trig", True, trig),
        ExportFormat("jsonld", ".jsonld", "application/ld+json", True, jsonld),
        ExportFormat("nt", ".nt", "application/n-triples", False, ntriples),
        ExportFormat("ttl", ".ttl", "text/turtle", False, turtle),
        ExportFormat("rdfxml", ".rdf", "application/rdf+xml", False, rdfxml),
        ExportFormat("csv", ".zip", "application/zip", False, zip_tables),
        ExportFormat("parquet", ".parquet", "application/vnd.apache.parquet", True, _parquet),
        ExportFormat("graphml", ".graphml", "application/xml", False, _networks("graphml"), False),
        ExportFormat("gexf", ".gexf", "application/xml", False, _networks("gexf"), False),
    )
}


def _write_checked_jsonld(texts: GraphTexts) -> Iterator[bytes]:
    check_iris(texts.graph, "jsonld")
    return write_jsonld(texts)


# the formats of a build, whose writers share what is made of the graph
BUILD_FORMATS: Final[dict[str, Callable[[GraphTexts], Iterator[bytes]]]] = {
    "nq": write_nquads, "trig": write_trig, "ttl": write_turtle, "jsonld": _write_checked_jsonld,
}  # fmt: skip
# in an IRI too, so that they can say what is none
_WITH_ESCAPES: Final = ("nq", "nt", "trig", "ttl", "parquet")


def export(
    graph: ColumnGraph, format: str, out: BinaryIO | Path, *, context: Path | str | None, base: str,
    prefixes: Mapping[str, str] = PREFIXES, languages: Sequence[str] = ("en",),
    kinds: Mapping[str, Kind] | None = None,
) -> None:  # fmt: skip
    """Write `graph` in the format called `format` to an open stream or a file. A file is written
    whole or not at all.

    `context` is the JSON-LD context file (None: IRIs are written out), `base` the IRI that ids
    are shortened by. CSV goes to a zip archive where `out` is a stream or ends in `.zip`, else to
    a folder. Raises OutputError on an unknown format, on what the format cannot say, and on what
    the disk refuses.

    >>> import io
    >>> from hrdgraph.rdf import IRI, Literal, Quad
    >>> graph = ColumnGraph.from_quads([Quad(IRI("http://e.org/a"), IRI("http://e.org/b"),
    ...     Literal("1.50"))])
    >>> out = io.BytesIO()
    >>> export(graph, "nt", out, context=Path("context.jsonld"), base="")
    >>> out.getvalue()
    b'<http://e.org/a> <http://e.org/b> "1.50" .\\n'
    """
    if format not in FORMATS:
        raise OutputError("not-known-here", name=format, known=", ".join(FORMATS), hint="there-is")
    if format not in _WITH_ESCAPES:
        check_iris(graph, format)
    options = ExportOptions(context, base, tuple(languages), kinds, prefixes=prefixes)
    if not isinstance(out, Path):
        with writing_to(str(getattr(out, "name", "output"))):
            for chunk in FORMATS[format].write(graph, options):
                out.write(chunk)
    elif format == "csv" and out.suffix != ".zip":
        write_folder(out, tables(graph, options), endings=(".csv", ".json"))
    else:
        write_file(out, FORMATS[format].write(graph, options))


def check_iris(graph: ColumnGraph, format: str) -> None:
    """Raise OutputError for an IRI that only an escape can write: unescaped, it would be another
    one."""
    unsafe = graph.terms.filter(graph.terms.str.contains(r"^<[^>]*\\u"))
    if len(unsafe):
        raise OutputError("format-cannot-hold", format=format, text=unsafe[0])
