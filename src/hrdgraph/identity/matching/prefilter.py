"""Pairs of records into those whose names may agree: the others have words left over on both
sides, and their score is 0.

What is taken out is proven: for each way to read the two names, either each has a word that is
like none of the other's, or, of organisations, all words of their own differ. What is kept is
not: the comparison decides it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import and_, or_
from typing import Final

import polars as pl

from hrdgraph.identity.matching.alignment import joined_forms
from hrdgraph.identity.names.organisation import organisation_names
from hrdgraph.identity.names.person import PersonName, person_names
from hrdgraph.identity.names.sounds import ALIKE, EXCHANGE, FARTHEST, likeness, profile
from hrdgraph.identity.names.words import Word
from hrdgraph.identity.records import KINDS, PERSON, Record

_GROUPS: Final = ("l", "m", "n", "r", "td", "pbfv", "kgx", "sšzžčcǆS")
_NEAR: Final = tuple(
    "".join(dict.fromkeys((*group, *(b for a, b in EXCHANGE if a in group)))) for group in _GROUPS
)
_PLACES: Final = {
    sound: sum(1 << 8 * place for place, group in enumerate((*_GROUPS, *_NEAR)) if sound in group)
    for sound in set().union(*_NEAR)
}
_MOST: Final = 8  # sounds of a group that are counted
_UNARY: Final = bytes((1 << min(count, _MOST)) - 1 for count in range(256))
_ENDINGS: Final = {"a": 1, "o": 2, "e": 3, "h": 4}
_OTHER: Final = 5
_ALL: Final = (1 << 64) - 1


def bounds(forms: Iterable[str], *, unvowelled: bool) -> tuple[int, int, int, int]:
    """The numbers of a word with these spellings: counts of its consonants by group and of the
    sounds near them, in unary, eight bits a group: the fewest and the most of all spellings; the
    number of consonants; the last sound, 0 where it tells nothing."""
    spoken = [profile(form) for form in forms]
    counts = [_counts(sounds) for sounds, _ in spoken]
    own, near = reduce(and_, (own for own, _ in counts)), reduce(or_, (near for _, near in counts))
    endings = {_ENDINGS.get(sounds[-1:], _OTHER) for sounds, _ in spoken}
    ending = 0 if unvowelled or len(endings) > 1 else endings.pop()
    return own, near, max(size for _, size in spoken), ending


def _counts(sounds: str) -> tuple[int, int]:
    if len(sounds) >= len(_UNARY):  # a byte does not hold so many; of such a word nothing is told
        return 0, _ALL
    packed = sum(_PLACES[sound] for sound in sounds if sound in _PLACES)
    unary = packed.to_bytes(2 * len(_GROUPS), "little").translate(_UNARY)
    return int.from_bytes(unary[: len(_GROUPS)], "little"), int.from_bytes(
        unary[len(_GROUPS) :], "little"
    )


# roles: a word; a patronymic; two words taken as one; no word, but a record that is not judged by
# them
NAME, FATHER, JOINED, FREE = range(4)
SEVERAL: Final = "|"  # between the spellings of a word
_ROWS: Final = {
    "place": pl.UInt32,
    "reading": pl.UInt16,
    "slot": pl.UInt8,
    "role": pl.UInt8,
    "size": pl.UInt8,
    "spelt": pl.String,
    "bare": pl.Boolean,
}
_BOUNDS: Final = {"own": pl.UInt64, "near": pl.UInt64, "consonants": pl.UInt32, "ending": pl.UInt8}
_MOST_PLACES: Final = 250  # words of a reading, and readings of a record
Row = tuple[int, int, int, int, int, str, bool]


@dataclass(frozen=True)
class Wording:
    """`rows` are the words, sorted by record: place of the record, number of the reading, slot,
    role, word, and the words of the reading that must find a partner (`size`, 0 for
    organisations, where one does). `words` are spellings and bounds. By place of the record:
    `begin` and `count` are its rows, `free` says that pairs of it are not judged by words."""

    rows: pl.DataFrame
    words: pl.DataFrame
    begin: pl.Series
    count: pl.Series
    free: pl.Series


def word_frame(records: Sequence[Record], start: int) -> pl.DataFrame:
    """The words of some records, the first of which has the place `start`, with their bounds."""
    made = [row for place, record in enumerate(records, start) for row in _rows(place, record)]
    frame = pl.DataFrame(made, schema=_ROWS, orient="row")
    words = frame.select("spelt", "bare").unique(maintain_order=True)
    numbers = [bounds(spelt.split(SEVERAL), unvowelled=bare) for spelt, bare in words.iter_rows()]
    known = words.hstack(pl.DataFrame(numbers, schema=_BOUNDS, orient="row"))
    return frame.join(known, on=["spelt", "bare"], how="left", maintain_order="left")


def wording(frames: Sequence[pl.DataFrame], count: int) -> Wording:
    """The frames of all batches, in order, as one; `count` records."""
    whole, key = pl.concat(frames), ["spelt", "bare"]
    words = whole.select(*key, *_BOUNDS).unique(key, maintain_order=True).with_row_index("word")
    numbers = words.select(*key, "word")
    rows = whole.drop(_BOUNDS).join(numbers, on=key, how="left", maintain_order="left").drop(key)
    is_free = (pl.col("role") == FREE).any()
    sizes = rows.group_by("place").agg(pl.len().alias("count"), is_free.alias("free"))
    places = pl.DataFrame({"place": pl.int_range(count, dtype=pl.UInt32, eager=True)})
    by_place = places.join(sizes, on="place", how="left", maintain_order="left")
    counts = by_place["count"].fill_null(0).cast(pl.Int64)
    free = by_place["free"].fill_null(False)
    return Wording(rows, words.drop("word"), counts.cum_sum() - counts, counts, free)


def _rows(place: int, record: Record) -> Iterator[Row]:
    made = (
        list(_persons(place, record) if record.kind == PERSON else _organisations(place, record))
        if record.kind in KINDS
        else [None]
    )
    if None in made or len(made) > _MOST_PLACES:
        yield place, 0, 0, FREE, 0, "", False
    else:
        yield from (row for row in made if row is not None)


def _persons(place: int, record: Record) -> Iterator[Row | None]:
    """The words of all readings; None where one has an initial, which stands for many words."""
    readings = [reading for name in record.names for reading in person_names(name)]
    for number, reading in enumerate(readings):
        if any(part.word.is_initial for part in reading.parts):
            yield None
            return
        yield from _parts(place, number, reading)


def _parts(place: int, number: int, reading: PersonName) -> Iterator[Row]:
    size = sum(not part.father for part in reading.parts)
    for slot, part in enumerate(reading.parts):
        yield place, number, slot, FATHER if part.father else NAME, size, *_spelt(part.word)
    for slot, (one, other) in enumerate(pairwise(reading.parts)):
        yield (
            place,
            number,
            slot,
            JOINED,
            size,
            SEVERAL.join(joined_forms(one.word, other.word)),
            one.word.is_unvowelled,
        )


def _organisations(place: int, record: Record) -> Iterator[Row | None]:
    """The own words of all readings; None where one has none, or is an acronym."""
    readings = [reading for name in record.names for reading in organisation_names(name)]
    for number, reading in enumerate(readings):
        if reading.acronym or not reading.own or any(unit.is_capitals for unit in reading.own):
            yield None
            return
        yield from (
            (place, number, slot, NAME, 0, *_spelt(unit.word))
            for slot, unit in enumerate(reading.own)
        )


def _spelt(word: Word) -> tuple[str, bool]:
    return SEVERAL.join(word.forms), word.is_unvowelled


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
