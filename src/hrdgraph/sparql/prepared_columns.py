"""Prepare a graph's columns for queries: a build does it once, each process that answers loads them
quickly."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

import polars as pl

from hrdgraph.atomic_files import writing_to
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio.columns import load_columns, load_frames
from hrdgraph.sparql import MANY
from hrdgraph.sparql.algebra import Untranslated
from hrdgraph.sparql.column_dataset import ColumnDataset, by_predicate
from hrdgraph.sparql.reader import ColumnAnswers
from hrdgraph.sparql.translation import translate_kept

COLUMNS_FOLDER: Final = "columns"  # beside that of the store
FOLDER: Final = "asked"  # below the folder of the columns


def prepare_columns(
    graph: ColumnGraph, columns: Path, texts: Iterable[str] = (), *, many: int = MANY
) -> None:
    """Write into the folder of the columns what answers queries from them, and translate the
    project's questions for those who ask them. Nothing is done for a graph so small that the store
    answers everything. OutputError where that fails."""
    if len(graph) < many:
        return
    for text in texts:
        with suppress(Untranslated):
            translate_kept(text)
    folder, ordered = columns / FOLDER, by_predicate(graph)
    with writing_to(folder):
        folder.mkdir()
        for frame, name in ((ordered.terms.to_frame("term"), "terms"), (ordered.quads, "quads")):
            # strings one behind the other, so that equal graphs give equal bytes
            frame.write_ipc(
                folder / f"{name}.arrow",
                compat_level=pl.CompatLevel.oldest(),
                record_batch_size=max(frame.height, 1),
            )


def prepare_answers(columns: Path) -> ColumnAnswers:
    """Return the query engine for the columns in a folder. If the build has not prepared them,
    they are prepared here. ProjectError where they are missing or damaged."""
    folder = columns / FOLDER
    if not folder.is_dir():
        return ColumnAnswers.of(load_columns(columns))
    ordered = load_frames(folder, lambda name: pl.read_ipc(folder / f"{name}.arrow"))
    return ColumnAnswers(ColumnDataset(ordered), partial(translate_kept, is_storing=False))
