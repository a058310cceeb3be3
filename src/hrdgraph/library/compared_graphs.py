"""Files, releases, builds and projects into graphs that can be compared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, SourceError
from hrdgraph.rdf import ColumnGraph

if TYPE_CHECKING:
    pass


def graph_in(path: Path) -> ColumnGraph:
    """The graph of an RDF file, a release, a build folder or a project folder. SourceError where
    a folder is none of these."""
    written = _as_written(path)
    return _parsed(path) if written is None else written


def graphs_in(old: Path, new: Path) -> list[ColumnGraph]:
    """Two graphs that can be compared text by text: as they are written, if both are so that
    nothing else can be meant."""
    written = [_as_written(path) for path in (old, new)]
    graphs = [
        _parsed(path) if graph is None else graph
        for path, graph in zip((old, new), written, strict=True)
    ]
    if None not in written:
        return graphs
    from hrdgraph.rdfio.canonical import comparable

    return [comparable(graph) for graph in graphs]


def _parsed(path: Path) -> ColumnGraph:
    from hrdgraph.rdfio import read_quads

    return ColumnGraph.from_quads(read_quads(path if path.is_file() else _graph_file(path)))


def _as_written(path: Path) -> ColumnGraph | None:
    """A graph with its blank nodes and language tags as they are written; None where its file is
    in a form that does not keep them."""
    from hrdgraph.rdfio import load_columns
    from hrdgraph.rdfio.ntriples import read_canonical

    columns = next(
        (folder for folder in (path / "columns", path / "build" / "columns") if folder.is_dir()),
        None,
    )
    return (
        load_columns(columns)
        if columns
        else read_canonical(path if path.is_file() else _graph_file(path))
    )


def _graph_file(path: Path) -> Path:
    for folder in (path, path / "build"):
        if (folder / "graph.nq").is_file():
            return folder / "graph.nq"
    hint = Message("name-graph")
    fact = Message("folder-without-graph") if path.is_dir() else Message("path-not-there")
    raise SourceError(fact, origin=Origin(str(path)), hint=hint)
