"""Pairs of records into those whose names may agree: the others have words left over on both
sides, and their score is 0.

What is taken out is proven: for each way to read the two names, either each has a word that is
like none of the other's, or, of organisations, all words of their own differ. What is kept is
not: the comparison decides it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from hrdgraph.identity.matching.name_columns import JOINED, NAME, SEVERAL, Wording
from hrdgraph.identity.names.sounds import ALIKE, FARTHEST, likeness
from hrdgraph.identity.records import Record

_CLOSE = ALIKE - 1e-9  # which of two words comes first changes the last digits
_COMMON = 3  # pairs of names that ask for one pair of words: such are looked at first
Asked = list[tuple[str, str, bool]]


@dataclass(frozen=True)
class Sieve:
    """What is known of all records, by place."""

    wording: Wording
    identified: pl.Series

    @classmethod
    def of(cls, records: Sequence[Record], wording: Wording) -> Sieve:
        return cls(
            wording, pl.Series([bool(record.identifiers) for record in records], dtype=pl.Boolean)
        )

    def begin(self, pairs: pl.DataFrame) -> Sifting:
        """Begin with some pairs (`left`, `right`)."""
        left, right = pairs["left"], pairs["right"]
        by_authority = self.identified.gather(left) & self.identified.gather(right)
        free = self.wording.free.gather(left) | self.wording.free.gather(right) | by_authority
        return Sifting(pairs, free, self._may_be_alike(pairs.with_row_index("pair").filter(~free)))

    def _may_be_alike(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """A row for each pair of words of each pair of readings that the bounds do not tell
        apart."""
        known = self.wording
        frame = pairs.select(
            "pair",
            _ranges(known, pairs["left"]).alias("row"),
            _ranges(known, pairs["right"]).alias("row_right"),
        )
        frame = frame.explode("row", empty_as_null=False).explode("row_right", empty_as_null=False)
        left, right = (
            known.rows[frame["row"]].drop("place"),
            known.rows[frame["row_right"]].drop("place"),
        )
        frame = frame.select("pair").hstack(left).hstack(right.rename(lambda name: f"{name}_right"))
        frame = frame.filter((pl.col("role") != JOINED) | (pl.col("role_right") != JOINED))
        return frame.filter(
            within_bounds(known.words[frame["word"]], known.words[frame["word_right"]])
        )

    def asked(self, frame: pl.DataFrame) -> Asked:
        """Spellings of both sides, and whether one is without vowels, of a frame of pairs of
        words."""
        words = self.wording.words.select("spelt", "bare")
        left, right = words[frame["word"]], words[frame["word_right"]]
        return list(
            zip(
                left["spelt"].to_list(),
                right["spelt"].to_list(),
                (left["bare"] | right["bare"]).to_list(),
                strict=True,
            )
        )


@dataclass(frozen=True)
class Sifting:
    """A chunk of pairs on its way: which are kept whatever their words, and pairs of words that
    may be alike."""

    pairs: pl.DataFrame
    free: pl.Series
    rows: pl.DataFrame

    def common(self) -> pl.DataFrame:
        """The pairs of words that many pairs of names ask for."""
        return self._words().filter(pl.col("len") >= _COMMON).drop("len")

    def rest(self) -> pl.DataFrame:
        """All pairs of words that are left."""
        return self._words().drop("len")

    def without(self, words: pl.DataFrame, alike: Sequence[bool]) -> Sifting:
        """Without the pairs of words that are not alike, and then without pairs of names that
        have words left over on both sides."""
        unlike = words.filter(~pl.Series(alike, dtype=pl.Boolean))
        rows = self.rows.join(unlike, on=["word", "word_right"], how="anti", maintain_order="left")
        return Sifting(
            self.pairs,
            self.free,
            rows.join(_open(rows), on="pair", how="semi", maintain_order="left"),
        )

    def kept(self) -> pl.DataFrame:
        """The pairs that may be one thing, in their order."""
        known = pl.int_range(self.pairs.height, dtype=pl.UInt32, eager=True).is_in(
            self.rows["pair"].unique().implode()
        )
        return self.pairs.filter(self.free | known)

    def _words(self) -> pl.DataFrame:
        return self.rows.group_by("word", "word_right").len().sort("word", "word_right")


def alike(asked: Asked) -> list[bool]:
    """Whether two words may be alike, for many pairs of words."""
    return [any(_are_close(left, right, bare)) for left, right, bare in asked]


def _are_close(left: str, right: str, bare: bool) -> Iterator[bool]:
    return (
        likeness(a, b, unvowelled=bare) >= _CLOSE
        for a in left.split(SEVERAL)
        for b in right.split(SEVERAL)
    )


def _ranges(known: Wording, places: pl.Series) -> pl.Series:
    begin = known.begin.gather(places)
    return pl.select(pl.int_ranges(begin, begin + known.count.gather(places))).to_series()


def within_bounds(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Whether the least cost of two words is no more than alike words may have, and their last
    sounds do not tell them apart."""
    a = left.select(pl.all().name.prefix("a_")).hstack(right.select(pl.all().name.prefix("b_")))
    missing = [
        (pl.col(f"{one}_own") & ~pl.col(f"{other}_near")).bitwise_count_ones().cast(pl.Float64)
        for one, other in (("a", "b"), ("b", "a"))
    ]
    size = pl.max_horizontal("a_consonants", "b_consonants", pl.lit(1))
    first, second = pl.col("a_ending"), pl.col("b_ending")
    told = (first > 0) & (second > 0) & (first != second)
    by_ending = (
        told
        & (first.is_in([1, 2]) | second.is_in([1, 2]))
        & ~(first.is_in([1, 3, 4]) & second.is_in([1, 3, 4]))
    )
    return a.select((pl.max_horizontal(missing) <= FARTHEST * size) & ~by_ending).to_series()


def _open(rows: pl.DataFrame) -> pl.DataFrame:
    """The pairs with readings of which at least one side has no name left over. Patronymics may
    be left over; two words may be one."""
    names = [
        pl.col(f"slot{side}").filter(pl.col(f"role{side}") == NAME).n_unique()
        for side in ("", "_right")
    ]
    found = rows.group_by("pair", "reading", "reading_right").agg(
        ((pl.col("role") == JOINED) | (pl.col("role_right") == JOINED)).any().alias("joined"),
        (names[0] >= pl.col("size").first()).alias("left"),
        (names[1] >= pl.col("size_right").first()).alias("right"),
    )
    return found.filter(pl.any_horizontal("joined", "left", "right")).select("pair").unique()
