"""Write a graph in columns to a folder of two Parquet files, and read it back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import polars as pl
from polars.exceptions import OutOfBoundsError, PolarsError

from hrdgraph.atomic_files import writing_to
from hrdgraph.errors import Origin, ProjectError
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.graph import COLUMNS


def save_columns(graph: ColumnGraph, folder: Path) -> None:
    """Write `terms.parquet` and `quads.parquet` into a new folder. OutputError where that fails."""
    with writing_to(folder):
        folder.mkdir(parents=True)
        for frame, name in ((graph.terms.to_frame("term"), "terms"), (graph.quads, "quads")):
            with _as_os_error():
                frame.write_parquet(folder / f"{name}.parquet", statistics=False)


def write_parquet(graph: ColumnGraph, out: BinaryIO) -> None:
    """Write one Parquet file of columns s, p, o, g: N-Triples texts, in order; g is empty in the
    default graph. OSError where the system does not take it."""
    frame = graph.text()
    with _as_os_error():
        frame.write_parquet(out)


@contextmanager
def _as_os_error() -> Iterator[None]:
    """Raise the errors of Polars as OSError."""
    try:
        yield
    except PolarsError as error:
        raise OSError(str(error).rpartition("IO error: ")[2]) from error


def load_columns(folder: Path) -> ColumnGraph:
    """Read what `save_columns` wrote. ProjectError where it is missing or damaged."""
    return load_frames(folder, lambda name: pl.read_parquet(folder / f"{name}.parquet"))


def load_frames(folder: Path, read: Callable[[str], pl.DataFrame]) -> ColumnGraph:
    """Read a graph from the two frames of a folder, `terms` and `quads`. ProjectError if one is
    missing or damaged."""
    try:
        # in one piece, so that looking up a subject copies no column
        terms, quads = (read(name).rechunk() for name in ("terms", "quads"))
        graph = ColumnGraph(terms["term"], quads)
        highest = graph.quads.select(pl.max_horizontal(pl.col(COLUMNS).max())).item()
        if highest is not None and highest >= len(graph.terms):
            raise OutOfBoundsError("its numbers point beyond its dictionary")
        return graph
    except FileNotFoundError as error:
        raise ProjectError(
            "graph-not-built", origin=Origin(str(folder)), hint="build-first"
        ) from error
    except (OSError, PolarsError) as error:
        raise ProjectError.unreadable(folder, error, "build-first") from error
