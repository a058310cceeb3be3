"""Prove from the data that rows make different quads: distinct hashes are distinct texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from hrdgraph.mapping.plan import QuadRule
from hrdgraph.mapping.planning.keys import Key
from hrdgraph.sources.reference_columns import HIDDEN, kinds_of
from hrdgraph.sources.values import all_named

_NUMBER: Final = f"{HIDDEN}number"


def once(frame: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Return the first of the rows that agree on some columns. Only rows with repeated hashes are
    compared; comparing takes three times the memory of the rows."""
    again = frame[names].hash_rows().is_duplicated()
    if not again.any():
        return frame
    numbers = pl.int_range(frame.height, eager=True).alias(_NUMBER)
    some = (
        frame[names].hstack([numbers]).filter(again).unique(all_named(names), keep="first")[_NUMBER]
    )
    return frame.filter(~again | numbers.is_in(some.implode()))


class UniquenessProbe:
    """Answers for all rows of one relation; each column is examined once."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame, self._columns = frame, frozenset(frame.columns)
        self._known: dict[frozenset[str], bool] = {}
        self._lacking: dict[tuple[str, str], bool] = {}

    def by_shared(self, rules: Sequence[QuadRule], keys: Mapping[int, Key]) -> list[QuadRule]:
        """Return the rules whose quads are proven different by a column that most of them have, or
        by all the columns that they share."""
        usable = [self._usable(keys[rule.number]) for rule in rules]
        times = Counter(name for names in usable for name in names)
        most = max(times.values(), default=0)
        names = {
            name
            for name, count in times.items()
            if count == most and self._differs(frozenset([name]))
        }
        if names:
            return [rule for rule, own in zip(rules, usable, strict=True) if names & own]
        common = frozenset[str]().union(*usable[:1]).intersection(*usable)
        return list(rules) if len(common) > 1 and self._differs(common) else []

    def by_all(self, key: Key) -> bool:
        """Say whether all columns that determine the quads, taken together, differ in every row."""
        return bool(key.columns or key.natural) and self._differs(self._usable(key))

    def subset(self, key: Key) -> list[str] | None:
        """Return the columns whose equal texts give equal quads, and different ones different
        quads; None if there are none."""
        # a template tells 1 and "1" no more apart than their texts
        typed = any(kinds_of(name) in self._columns for name in key.natural)
        return sorted(key.columns | key.natural) if key.is_whole and not typed else None

    def lacks(self, name: str, mark: str) -> bool:
        """Say whether no text of a column holds a character; none holds ""."""
        if mark and (name, mark) not in self._lacking:
            column = self._frame[name] if name in self._columns else None
            self._lacking[name, mark] = (
                column is not None
                and column.dtype == pl.String
                and not column.str.contains(mark, literal=True).any()
            )
        return not mark or self._lacking[name, mark]

    def _usable(self, key: Key) -> frozenset[str]:
        """Return the columns that prove quads different; one with kinds may give equal literals
        for different texts, as `1.0` and `1.00` do."""
        return key.columns | {name for name in key.natural if kinds_of(name) not in self._columns}

    def _differs(self, names: frozenset[str]) -> bool:
        if names not in self._known:
            rows = self._frame[sorted(names)] if names else self._frame.clear()
            rows = rows.drop_nulls() if any(column.null_count() for column in rows) else rows
            self._known[names] = bool(names) and rows.hash_rows().n_unique() == rows.height
        return self._known[names]
