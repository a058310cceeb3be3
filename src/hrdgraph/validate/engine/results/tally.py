"""Results in columns → for each rule how many findings there are and the first few, none of the
others made."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Final

import numpy as np
import polars as pl

from hrdgraph.validate.engine.columns.data import TripleArrays
from hrdgraph.validate.engine.columns.relation import Ids, distinct
from hrdgraph.validate.engine.results.result_columns import (
    Places,
    ResultBatch,
    bare,
    findings_of,
    messages_for,
    severity_of,
    texts_of,
)
from hrdgraph.validate.findings.model import EXAMPLES, Finding, Messages
from hrdgraph.validate.findings.tally import Tally, tallied, together
from hrdgraph.validate.shapes import Shapes

_HIGH: Final = np.uint64(32)
_FEW: Final = 1_000  # findings that are made sooner than their order is found in columns


def tallies_of(data: TripleArrays, batches: Iterable[ResultBatch], shapes: Shapes) -> list[Tally]:
    """Equal findings count once. Where results of a kind have messages of their own they are
    made one by one; of the others, only the first few.
    """
    kinds: dict[Hashable, list[ResultBatch]] = {}
    for batch in batches:
        kinds.setdefault(
            (severity_of(batch), shapes.rule_of(batch.shape.node), batch.component), []
        ).append(batch)
    return together([tally for some in kinds.values() for tally in _of_kind(data, some, shapes)])


def _of_kind(data: TripleArrays, batches: list[ResultBatch], shapes: Shapes) -> list[Tally]:
    if any(batch.messages for batch in batches):
        return tallied(_once(data, batches, shapes))
    alike: dict[Hashable, list[ResultBatch]] = {}
    for batch in batches:
        node = batch.shape.node
        alike.setdefault(
            (shapes.place_of(node), shapes.path_of(node), messages_for(batch, shapes)), []
        ).append(batch)
    return [_counted(data, some, shapes) for some in alike.values()]


def _once(data: TripleArrays, batches: Sequence[ResultBatch], shapes: Shapes) -> Iterator[Finding]:
    """The findings of several batches, equal ones once: what tells them apart is held, and no
    finding is."""
    seen: set[tuple[str, str | None, str | None, Messages, str]] = set()
    for batch in batches:
        for finding in findings_of(data, batch, shapes):
            key = (finding.focus, finding.path, finding.value, finding.messages, str(finding.place))
            if len(batches) == 1 or key not in seen:
                seen.add(key)
                yield finding


def _counted(data: TripleArrays, batches: Sequence[ResultBatch], shapes: Shapes) -> Tally:
    """One kind of finding: rows are distinct by focus node, value and path."""
    focus, values, paths = (
        np.concatenate(columns) for columns in zip(*map(_columns, batches), strict=True)
    )
    rows = _distinct(focus, values, paths)
    first = rows[np.isin(focus[rows], _first(data, distinct(focus[rows].astype(np.uint32))))]
    if len(first) > _FEW:
        first = first[_first_rows(data, focus[first], values[first], paths[first])]
    own = None if all(batch.paths is None for batch in batches) else paths[first]
    some = ResultBatch(batches[0].shape, batches[0].constraint, focus[first], values[first], own)
    return Tally(tallied(findings_of(data, some, shapes))[0].shown, len(rows))


def _columns(batch: ResultBatch) -> tuple[Places, Places, Places]:
    return (
        batch.focus,
        batch.values,
        np.full(len(batch), -1, np.int64) if batch.paths is None else batch.paths,
    )


def _distinct(focus: Places, values: Places, paths: Places) -> Places:
    """One row of those that are equal."""
    keys = (focus.astype(np.uint64) << _HIGH) | (values + 1).astype(np.uint64)
    order = np.lexsort((paths, keys)) if (paths >= 0).any() else np.argsort(keys, kind="stable")
    keep = np.ones(len(order), np.bool_)
    keep[1:] = (keys[order][1:] != keys[order][:-1]) | (paths[order][1:] != paths[order][:-1])
    return np.asarray(order[keep])


def _first(data: TripleArrays, nodes: Ids) -> Ids:
    """The first few of some nodes, in the order of the names that findings give them."""
    if len(nodes) <= EXAMPLES:
        return nodes
    return np.asarray(nodes[_names(data.texts(nodes)).arg_sort()[:EXAMPLES].to_numpy()])


def _first_rows(data: TripleArrays, focus: Places, values: Places, paths: Places) -> Places:
    """The first few rows in the order of their findings, which are not made."""
    columns = [
        pl.Series(texts_of(data, column), dtype=pl.String).fill_null("")
        for column in (focus, paths, values)
    ]
    frame = pl.DataFrame(
        {"focus": _names(columns[0]), "path": _names(columns[1]), "value": columns[2]}
    )
    return np.asarray(
        frame.with_row_index()
        .sort("focus", "path", "value")
        .head(EXAMPLES)["index"]
        .to_numpy()
        .astype(np.int64)
    )


def _names(texts: pl.Series) -> pl.Series:
    """The names that findings give nodes."""
    names = texts.str.strip_prefix("<")
    names = names.zip_with(names == texts, names.str.slice(0, names.str.len_chars() - 1))
    if names.str.contains("\\", literal=True).any():
        return texts.map_elements(bare, return_dtype=texts.dtype)
    return names
