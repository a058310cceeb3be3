"""Turn what people hand over, a path, a text, a graph or data frames, into what the engine reads:
files."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hrdgraph.catalogue import Message
from hrdgraph.errors import HrdgraphError, Origin, SourceError

if TYPE_CHECKING:
    import polars

    from hrdgraph.project import Project
    from hrdgraph.rdf import ColumnGraph


_YAML: Final = ("mappings:", "mapping:", "m:")


def is_text(value: object) -> bool:
    """Tell whether a value is the text of a document, and no path: it has several lines or a
    bracket, and no file is called so."""
    return (
        isinstance(value, str)
        and ("\n" in value or "<" in value)
        and not os.path.exists(value[:255].partition("\n")[0])
    )


@contextmanager
def document_file(document: Any, *, ending: str = "") -> Iterator[Path]:
    """Yield a file with a document that is given as a path, as its text, or as a graph; errors
    name a text by the plain name of that file."""
    if hasattr(document, "serialize"):  # of rdflib, or statements
        document, ending = document.serialize(format="turtle"), ".ttl"
    if not is_text(document):
        yield Path(document)
        return
    text = str(document)
    with naming_places() as folder:
        path = folder / f"document{ending or _ending(text)}"
        path.write_text(text, "utf-8")
        yield path


def _ending(text: str) -> str:
    lines = (line.strip() for line in text.splitlines())
    return ".yml" if any(line.startswith(_YAML) for line in lines) else ".ttl"


@contextmanager
def naming_places() -> Iterator[Path]:
    """Yield a folder for the time of a run. Errors from inside name its files as if it were the
    folder where one is."""
    with tempfile.TemporaryDirectory(prefix="hrdgraph-") as name:
        folder = Path(name).resolve()
        try:
            yield folder
        except HrdgraphError as error:
            for each in getattr(error, "errors", (error,)):
                each.origin = relative_to(each.origin, folder)
            raise


def relative_to(origin: Any, folder: Path) -> Any:
    """Return a place with its file as seen from a folder."""
    from dataclasses import replace

    return replace(origin, file=origin.file.removeprefix(f"{folder}/"))


@contextmanager
def stage(sources: Mapping[str, Any]) -> Iterator[dict[str, Path]]:
    """Yield a file for each source that is given by name: as a path, as a text, or as a data frame
    or rows."""
    with ExitStack() as stack:
        folder = stack.enter_context(naming_places())
        yield {
            name: _stage(folder, number, name, value)
            for number, (name, value) in enumerate(sources.items())
        }


def _stage(folder: Path, number: int, name: str, value: Any) -> Path:
    if isinstance(value, os.PathLike) or (isinstance(value, str) and not is_text(value)):
        return Path(value).absolute()
    place = folder / (str(number) if number else "") / Path(name).name
    place.parent.mkdir(exist_ok=True)
    if isinstance(value, str):
        place.write_text(value, "utf-8")
    else:
        frame = frame_of(name, value)
        ending = place.suffix.lower()
        if ending == ".parquet":
            frame.write_parquet(place)
        elif ending == ".json":
            frame.write_json(place)
        elif ending in (".jsonl", ".ndjson"):
            frame.write_ndjson(place)
        elif ending in ("", ".csv", ".tsv", ".tab"):
            from hrdgraph.library.mapping_runs import NOTHING

            separator = "\t" if ending in (".tsv", ".tab") else ","
            frame.write_csv(place, separator=separator, null_value=NOTHING)
        else:
            raise SourceError("unusable", fact=ending, hint="give-file-name")
    return place


def frame_of(name: str, value: Any) -> polars.DataFrame:
    """Rows or columns of any kind as a data frame: of Polars, of pandas, an Arrow table, a list
    of dictionaries, or lists by name."""
    import polars as pl

    if isinstance(value, pl.LazyFrame):
        return value.collect()
    if isinstance(value, pl.DataFrame):
        return value
    try:
        if hasattr(value, "to_dict") and hasattr(value, "columns"):  # pandas
            whole = value.astype(object).where(value.notna(), None)
            return pl.DataFrame({str(name): whole[name].tolist() for name in whole}, strict=False)
        if hasattr(value, "to_pydict"):  # Arrow
            return pl.DataFrame(value.to_pydict(), strict=False)
        return pl.DataFrame(value, strict=False)
    except Exception as error:  # the column library has errors of many classes
        raise SourceError(
            "unusable", fact=f"{name}: {type(value).__name__}", hint="give-table"
        ) from error


def graph_of(data: object) -> ColumnGraph:
    """Data of any kind as a graph: an RDF file, a bulk folder, a built project, the text of RDF,
    an opened graph, statements, an rdflib graph."""
    from hrdgraph.library.answers import Statements
    from hrdgraph.library.graph import Graph
    from hrdgraph.privacy.readable_build import check_readable
    from hrdgraph.rdf import ColumnGraph
    from hrdgraph.rdfio.ntriples import read_columns

    if isinstance(data, ColumnGraph):
        return data
    if isinstance(data, Graph):
        return data.columns
    if isinstance(data, Statements):
        return data.graph
    if isinstance(data, str | os.PathLike):
        with document_file(data if isinstance(data, str) else Path(data), ending=".trig") as path:
            check_readable(path)
            if (path / "hrdgraph.toml").is_file():
                return graph_in(path)
            if path.is_dir():
                from hrdgraph.exports.bulk import read_bulk_folder

                return read_bulk_folder(path)
            return read_columns(path, base=f"file:///{path.name}")
    if hasattr(data, "serialize"):  # of rdflib
        with document_file(_nquads(data), ending=".nq") as path:
            return read_columns(path)
    raise SourceError("unusable", fact=type(data).__name__, hint="give-graph")


def _nquads(graph: Any) -> str:
    """Return the text of an rdflib graph or dataset."""
    text: str = graph.serialize(format="nquads" if hasattr(graph, "graphs") else "nt")
    return f"{text}\n"


def graph_in(path: Path) -> ColumnGraph:
    """Read the graph of an RDF file, a release, a build folder or a project folder. SourceError
    where a folder is none of these."""
    written = _as_written(path)
    return _parse(path) if written is None else written


def graphs_in(*given: Any) -> list[ColumnGraph]:
    """Graphs that can be compared text by text: as they are written, if all are so that nothing
    else can be meant."""
    written = [_as_written(Path(item)) if isinstance(item, str | Path) else None for item in given]
    graphs = [
        graph
        if graph is not None
        else _parse(Path(item))
        if isinstance(item, str | Path)
        else graph_of(item)
        for item, graph in zip(given, written, strict=True)
    ]
    if None not in written:
        return graphs
    from hrdgraph.rdfio.canonical import comparable

    return [comparable(graph) for graph in graphs]


def _parse(path: Path) -> ColumnGraph:
    from hrdgraph.rdf import ColumnGraph
    from hrdgraph.rdfio.read import read_quads

    return ColumnGraph.from_quads(read_quads(path if path.is_file() else _graph_file(path)))


def _as_written(path: Path) -> ColumnGraph | None:
    """Read a graph with its blank nodes and language tags as they are written; None where its file
    is in a form that does not keep them."""
    from hrdgraph.rdfio.columns import load_columns
    from hrdgraph.rdfio.ntriples import read_canonical

    for folder in (path / "columns", path / "build" / "columns"):
        if folder.is_dir():
            return load_columns(folder)
    return read_canonical(path if path.is_file() else _graph_file(path))


def _graph_file(path: Path) -> Path:
    for folder in (path, path / "build"):
        if (folder / "graph.nq").is_file():
            return folder / "graph.nq"
    hint = Message("name-graph")
    fact = Message("graph-not-built" if path.is_dir() else "file-missing")
    raise SourceError(fact, origin=Origin(str(path)), hint=hint)


def project_at(place: str | Path | Project, only: Sequence[str] = ()) -> Project:
    """Open the project in a folder, with all of its sources or some, or return it as it is."""
    from hrdgraph.project import open_project

    return open_project(Path(place), only=only) if isinstance(place, str | Path) else place
