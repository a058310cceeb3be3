"""The names of many records into columns: which words stand in which reading of which name, each
word once with its bounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import polars as pl

from hrdgraph.identity.matching.alignment import joined_forms
from hrdgraph.identity.names.bounds import bounds
from hrdgraph.identity.names.organisation import organisation_names
from hrdgraph.identity.names.person import PersonName, person_names
from hrdgraph.identity.names.words import Word
from hrdgraph.identity.records import KINDS, PERSON, Record

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
