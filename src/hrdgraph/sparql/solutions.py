"""Solutions as columns of codes, null where a variable is unbound; joined as SPARQL joins them:
what is unbound agrees with everything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final

import polars as pl

from hrdgraph.sparql.algebra import Untranslated
from hrdgraph.sparql.dataset import CODE

ROW: Final = "\x01row"  # the number of a row; no variable is called so
UNIT: Final = "\x01unit"  # stands in solutions without variables: no rows without columns
_OTHER: Final = "\x01other"
MOST: Final = 50_000_000  # rows of a product that are still tried


def unit(height: int = 1) -> pl.DataFrame:
    """Solutions without variables."""
    return pl.DataFrame({UNIT: pl.zeros(height, dtype=CODE, eager=True)})


def shared(left: pl.DataFrame, right: pl.DataFrame) -> list[str]:
    """The variables that both sides may bind."""
    return [name for name in left.columns if name in right.columns and name[0] != "\x01"]


def join(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """Every two solutions that agree, as one. A column of row numbers of the left is kept."""
    names = shared(left, right)
    if UNIT in right.columns and (UNIT in left.columns or len(right.columns) > 1):
        right = right.rename({UNIT: _OTHER})
    parts = [_merged(mine, theirs, on, names) for mine, theirs, on in _agreeing(left, right, names)]
    found = (
        pl.concat(parts, how="diagonal")
        if parts
        else _merged(left.clear(), right.clear(), names, names)
    )
    return found.drop(_OTHER, strict=False)


def left_join(left: pl.DataFrame, matched: pl.DataFrame) -> pl.DataFrame:
    """The solutions of the left that were matched, joined (`matched`, with their row numbers),
    and the others."""
    bare = left.join(matched.select(pl.col(ROW).unique()), on=ROW, how="anti")
    return pl.concat([matched, bare], how="diagonal")


def plain_left_join(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame | None:
    """The same where no condition is to be looked at and nothing that is shared is unbound; None
    elsewhere."""
    names = shared(left, right)
    if not names or any(side[name].null_count() for side in (left, right) for name in names):
        return None
    right = right.drop(UNIT, strict=False)
    return left.join(right, on=names, how="left", maintain_order="left")


def minus(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """The solutions of the left that agree with none of the right with which they share a
    variable that both bind."""
    names = shared(left, right)
    if not names or not right.height:
        return left
    right = right.select(names).unique()
    if not any(side[name].null_count() for side in (left, right) for name in names):
        return left.join(right, on=names, how="anti", maintain_order="left")
    numbered = left.with_row_index(_OTHER)
    gone = [
        mine.join(theirs, on=on, how="semi")[_OTHER]
        for mine, theirs, on in _agreeing(numbered, right, names)
        if on
    ]
    taken = pl.concat(gone) if gone else pl.Series(dtype=pl.UInt32)
    return numbered.filter(~pl.col(_OTHER).is_in(taken.implode())).drop(_OTHER)


def matches(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Whether each solution of the left agrees with one of the right."""
    names = shared(left, right)
    numbered = left.with_row_index(_OTHER)
    if not names:
        return pl.repeat(right.height > 0, left.height, dtype=pl.Boolean, eager=True)
    right = right.select(names).unique()
    found = [
        (mine.join(theirs, on=on, how="semi") if on else mine)[_OTHER]
        for mine, theirs, on in _agreeing(numbered, right, names)
    ]
    those = pl.concat(found) if found else pl.Series(dtype=pl.UInt32)
    return numbered.select(pl.col(_OTHER).is_in(those.implode()))[_OTHER]


def _agreeing(
    left: pl.DataFrame, right: pl.DataFrame, names: Sequence[str]
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame, list[str]]]:
    """Parts of both sides that bind the same variables, with those that both bind."""
    loose = [name for name in names if left[name].null_count() or right[name].null_count()]
    if not loose:
        yield left, right, list(names)
        return
    for (first, mine), (second, theirs) in product(_by_bound(left, loose), _by_bound(right, loose)):
        yield mine, theirs, [name for name in names if name not in first | second]


def _by_bound(
    frame: pl.DataFrame, names: Sequence[str]
) -> list[tuple[frozenset[str], pl.DataFrame]]:
    """A frame in parts by which variables are unbound; these, and the part."""
    loose = [name for name in names if frame[name].null_count()]
    if not loose:
        return [(frozenset(), frame)]
    masks = frame.select(pl.col(loose).is_null())
    found = []
    for row in masks.unique().iter_rows():
        same = pl.all_horizontal(
            masks[name] == value for name, value in zip(loose, row, strict=True)
        )
        unbound = frozenset(name for name, value in zip(loose, row, strict=True) if value)
        found.append((unbound, frame.filter(masks.select(same.alias("same"))["same"])))
    return found


def _merged(
    left: pl.DataFrame, right: pl.DataFrame, on: Sequence[str], names: Sequence[str]
) -> pl.DataFrame:
    """Two parts joined; a variable that only one of them binds is that one's."""
    if not on:
        if left.height * right.height > MOST:
            raise Untranslated("sparql-too-many")
        found = left.join(right, how="cross", suffix=_OTHER)
    else:
        found = left.join(right, on=list(on), how="inner", suffix=_OTHER)
    doubled = [name for name in names if name not in on]
    return found.with_columns(
        pl.coalesce(name, f"{name}{_OTHER}").alias(name) for name in doubled
    ).drop(f"{name}{_OTHER}" for name in doubled)
