"""A graph in columns as queries read it, and the algebra of the questions of its project: made
once by a build, taken up in a moment by each process that answers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import polars as pl

from hrdgraph.atomic_files import told
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio.columns import load_frames
from hrdgraph.sparql.algebra import Untranslated
from hrdgraph.sparql.algebra_json import to_json
from hrdgraph.sparql.dataset import ColumnDataset, by_predicate
from hrdgraph.sparql.reader import MANY, ColumnAnswers
from hrdgraph.sparql.translation import digest_of, translate

FOLDER: Final = "asked"  # below the folder of the columns
_ALGEBRA: Final = "questions.json"


def prepare_columns(
    graph: ColumnGraph, columns: Path, texts: Iterable[str] = (), *, many: int = MANY
) -> None:
    """Write into the folder of the columns what answers queries from them, with the algebra of
    those that are known; nothing for a graph so small that the store answers everything.
    OutputError where that fails."""
    if len(graph) < many:
        return
    folder, ordered = columns / FOLDER, by_predicate(graph)
    with told(folder):
        folder.mkdir()
        for frame, name in ((ordered.terms.to_frame("term"), "terms"), (ordered.quads, "quads")):
            frame.write_ipc(folder / f"{name}.arrow", record_batch_size=max(frame.height, 1))
        known = {digest_of(text): to_json(_translated(text)) for text in texts}
        (folder / _ALGEBRA).write_text(json.dumps(known, sort_keys=True), encoding="utf-8")


def prepared_answers(columns: Path) -> ColumnAnswers:
    """What answers queries from the columns in a folder. Of a build that has not prepared them
    they are prepared here. ProjectError where they are missing or damaged."""
    folder = columns / FOLDER
    if not folder.is_dir():
        from hrdgraph.rdfio import load_columns

        return ColumnAnswers.of(load_columns(columns))
    ordered = load_frames(folder, lambda name: pl.read_ipc(folder / f"{name}.arrow"))
    return ColumnAnswers(ColumnDataset(ordered), _algebra(folder))


def is_prepared(columns: Path) -> bool:
    """Whether a build has prepared its columns."""
    return (columns / FOLDER).is_dir()


def _translated(text: str) -> object:
    try:
        return translate(text)
    except Untranslated as reason:
        return reason


def _algebra(folder: Path) -> dict[str, Any]:
    """The algebra of known queries. Without it they are read anew."""
    try:
        found = json.loads((folder / _ALGEBRA).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
