"""A graph in columns into a folder of two Parquet files, and back."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import polars as pl
from polars.exceptions import OutOfBoundsError, PolarsError

from hrdgraph.errors import Origin, OutputError, ProjectError
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.graph import COLUMNS


def save_columns(graph: ColumnGraph, folder: Path) -> None:
    """Write `terms.parquet` and `quads.parquet` into a new folder. OutputError where that fails."""
    try:
        folder.mkdir(parents=True)
        graph.terms.to_frame("term").write_parquet(folder / "terms.parquet", statistics=False)
        graph.quads.write_parquet(folder / "quads.parquet", statistics=False)
    except (OSError, PolarsError) as error:
        hint = "is the disk full or the folder write-protected?"
        raise OutputError(f"cannot be written: {error}", origin=Origin(str(folder)), hint=hint) from error


def write_parquet(graph: ColumnGraph, out: BinaryIO) -> None:
    """Write one Parquet file of columns s, p, o, g: N-Triples texts, in order; g is empty in the default graph. OSError where the
    system does not take it."""
    frame = graph.text()
    try:
        frame.write_parquet(out)
    except PolarsError as error:  # which is what it makes of an error of the system
        raise OSError(str(error).rpartition("IO error: ")[2]) from error


def load_columns(folder: Path) -> ColumnGraph:
    """Read what `save_columns` wrote. ProjectError where it is missing or damaged."""
    try:
        graph = ColumnGraph(pl.read_parquet(folder / "terms.parquet")["term"], pl.read_parquet(folder / "quads.parquet"))
        _check(graph)
        return graph
    except FileNotFoundError as error:
        raise ProjectError("there is no graph", origin=Origin(str(folder)), hint="run `hrdgraph build` first") from error
    except (OSError, PolarsError) as error:
        raise ProjectError(f"the graph is damaged: {error}", origin=Origin(str(folder)), hint="run `hrdgraph build` again") from error


def _check(graph: ColumnGraph) -> None:
    """The two files must belong together."""
    highest = graph.quads.select(pl.max_horizontal(pl.col(COLUMNS).max())).item()
    if highest is not None and highest >= len(graph.terms):
        raise OutOfBoundsError("its numbers point beyond its dictionary")
