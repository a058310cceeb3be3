"""Prepare a graph's columns and the algebra of its project's queries: a build makes them once,
each process that answers loads them quickly."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache, partial
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, get_args

import polars as pl

from hrdgraph.atomic_files import writing_to
from hrdgraph.disk_cache import digest_of
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio.columns import load_columns, load_frames
from hrdgraph.sparql import MANY, algebra, translation
from hrdgraph.sparql.algebra import (
    Aggregate,
    Constant,
    Expression,
    Operator,
    Pattern,
    Query,
    Untranslated,
    Variable,
)
from hrdgraph.sparql.column_dataset import ColumnDataset, by_predicate
from hrdgraph.sparql.reader import ColumnAnswers
from hrdgraph.sparql.translation import translate, translate_kept

_CLASSES: Final = MappingProxyType(
    {
        kind.__name__: kind
        for kind in (
            *get_args(Operator),
            *get_args(Expression),
            *(Aggregate, Constant, Pattern, Query, Untranslated, Variable),
        )
    }
)
COLUMNS_FOLDER: Final = "columns"  # beside that of the store
FOLDER: Final = "asked"  # below the folder of the columns
_ALGEBRA: Final = "questions.json"


def prepare_columns(
    graph: ColumnGraph, columns: Path, texts: Iterable[str] = (), *, many: int = MANY
) -> None:
    """Write into the folder of the columns what answers queries from them, with the algebra of
    the questions of its project. Nothing is written of a graph so small that the store answers
    everything. OutputError where that fails."""
    if len(graph) < many:
        return
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
        known = {digest_of([text]): _algebra_to_json(text) for text in texts}
        said = json.dumps({"edition": _edition(), "queries": known}, sort_keys=True)
        (folder / _ALGEBRA).write_text(said, encoding="utf-8")


def prepare_answers(columns: Path) -> ColumnAnswers:
    """Return the query engine for the columns in a folder. If the build has not prepared them,
    they are prepared here. ProjectError where they are missing or damaged."""
    folder = columns / FOLDER
    if not folder.is_dir():
        return ColumnAnswers.of(load_columns(columns))
    ordered = load_frames(folder, lambda name: pl.read_ipc(folder / f"{name}.arrow"))
    return ColumnAnswers(ColumnDataset(ordered), partial(_read, _algebra(folder)))


def _algebra_to_json(text: str) -> Any:
    try:
        return to_json(translate_kept(text))
    except Untranslated as reason:
        return to_json(reason)


def _read(known: Mapping[str, Any], text: str) -> Query:
    """Return the algebra of a query, cached by its digest if possible."""
    cached = known.get(digest_of([text]))
    try:
        query = None if cached is None else from_json(cached)
    except (KeyError, TypeError, ValueError):
        query = None  # of another version
    if isinstance(query, Untranslated):
        raise query
    return query if isinstance(query, Query) else translate(text)


def _algebra(folder: Path) -> dict[str, Any]:
    """Load the cached algebra of queries, if this version of the code wrote it; else empty."""
    try:
        cache = json.loads((folder / _ALGEBRA).read_text(encoding="utf-8"))
        return dict(cache["queries"]) if cache["edition"] == _edition() else {}
    except (OSError, ValueError, TypeError, KeyError):
        return {}


@cache
def _edition() -> str:
    """Return a digest of the code that translates queries."""
    digest = blake2b(version("rdflib").encode(), digest_size=16)
    for module in (algebra, translation):
        digest.update(Path(str(module.__file__)).read_bytes())
    return digest.hexdigest()


def to_json(value: Any) -> Any:
    """Return algebra, or why there is none, as JSON values: an object for each node, a list for
    each tuple."""
    if isinstance(value, Untranslated):
        return {"Untranslated": [value.reason, value.detail]}
    if is_dataclass(value):
        parts = [to_json(getattr(value, field.name)) for field in fields(value)]
        return {type(value).__name__: parts}
    return [to_json(part) for part in value] if isinstance(value, tuple) else value


def from_json(value: Any) -> Any:
    """Undo `to_json`. KeyError, TypeError or ValueError for what it did not write."""
    if isinstance(value, list):
        return tuple(from_json(part) for part in value)
    if not isinstance(value, dict):
        return value
    ((name, parts),) = value.items()
    return _CLASSES[name](*(from_json(part) for part in parts))
