"""Many records into the few pairs that are worth comparing, in a number of steps that grows with
the records and not with their square."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.identity.matching.keys import keys_of
from hrdgraph.identity.matching.name_columns import Wording, word_frame, wording
from hrdgraph.identity.matching.workers import HERE, Workers
from hrdgraph.identity.records import Record

LARGEST_BLOCK = 60  # records that share a key; above it they must share more
FINE_FROM = 50_000  # records, from here on consonants are told apart more finely
_BATCH = 20_000


@dataclass(frozen=True)
class Candidates:
    """Pairs of places in the sequence of records, and what was left out: keys that too many
    records share. `wording` are their names."""

    pairs: pl.DataFrame
    keys: int
    narrowed: int
    left_out: int
    left_out_records: int
    fine: bool = False
    wording: Wording | None = field(default=None, compare=False, repr=False)

    def facts(self) -> Iterator[Message]:
        """What was compared and what was left out."""
        pairs = Message("pairs-counted", count=self.pairs.height)
        yield Message("pairs-from-keys", pairs=pairs, keys=_counted("shared-keys", self.keys))
        if self.narrowed:
            yield Message("keys-narrowed", count=self.narrowed, records=LARGEST_BLOCK)
        if self.left_out:
            records = _counted("records", self.left_out_records)
            yield Message("keys-left-out", count=self.left_out, records=records)
        if self.fine:
            yield Message("consonants-told-apart")

    def __str__(self) -> str:
        return "; ".join(map(str, self.facts()))


def _counted(what: str, count: int) -> Message:
    return Message(f"{what}-counted", count=count)


def candidates(
    records: Sequence[Record], largest: int = LARGEST_BLOCK, *, by: Workers = HERE
) -> Candidates:
    """The pairs of records that share a key. A key of more than `largest` records is narrowed to
    those with an equal name, and left out where these are still too many."""
    fine = len(records) >= FINE_FROM
    frame, words = _read(records, fine, by)
    sizes = frame.group_by("key").len("size").filter(pl.col("size") > 1)
    frame = frame.join(sizes, on="key")
    small, large = frame.filter(pl.col("size") <= largest), frame.filter(pl.col("size") > largest)
    narrow = large.with_columns(pl.struct("key", "spelt").hash(1).alias("key")).drop("size")
    again = narrow.group_by("key").len("size").filter(pl.col("size") > 1)
    narrow = narrow.join(again, on="key")
    lost, fitting = narrow.filter(pl.col("size") > largest), pl.col("size") <= largest
    blocks = pl.concat([part.select("place", "key") for part in (small, narrow.filter(fitting))])
    pairs = _possible(_paired(blocks), records)
    dropped = lost["key"].n_unique(), lost["place"].n_unique()
    return Candidates(pairs, sizes.height, large["key"].n_unique(), *dropped, fine, words)


def _read(
    records: Sequence[Record], fine: bool, by: Workers
) -> tuple[pl.DataFrame, Wording | None]:
    """A row for each record and key, the keys hashed, and the words of all names. Keys of names
    that an initial may stand for are kept only where one does."""
    batches = (
        (None, (records[start : start + _BATCH], start, fine))
        for start in range(0, len(records), _BATCH)
    )
    read = [made for _, made in by.each(_batch, batches)]
    if not read:
        return pl.DataFrame(schema={"place": pl.UInt32, "key": pl.UInt64, "spelt": pl.UInt64}), None
    frame = pl.concat([keys for keys, _ in read])
    wanted = frame.filter("is_initial")["key"].unique().implode()
    frame = (
        frame.filter(~pl.col("is_whole") | pl.col("key").is_in(wanted))
        .select("place", "key", "spelt")
        .unique()
    )
    return frame, wording([words for _, words in read], len(records))


def _batch(part: tuple[Sequence[Record], int, bool]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The keys and the words of some records, the first of which has the place given; each name
    is read once for both."""
    records, start, fine = part
    rows = list(_rows(records, start, fine))
    frame = pl.DataFrame(
        rows, schema={"place": pl.UInt32, "key": pl.String, "spelt": pl.String}, orient="row"
    )
    mark = pl.col("key").str.slice(1, 1)
    is_person = pl.col("key").str.starts_with("p")
    keys = frame.select(
        "place",
        pl.when(is_person & mark.is_in(["i", "n"]))
        .then("pi" + pl.col("key").str.slice(2))
        .otherwise("key")
        .hash(0)
        .alias("key"),
        (is_person & (mark == "i")).alias("is_initial"),
        (is_person & (mark == "n")).alias("is_whole"),
        pl.col("spelt").hash(0),
    )
    return keys, word_frame(records, start)


def _rows(records: Sequence[Record], start: int, fine: bool) -> Iterator[tuple[int, str, str]]:
    for place, record in enumerate(records, start):
        spelt = " ".join(sorted(record.names[0].lower().split())) if record.names else ""
        yield from ((place, key, spelt) for key in keys_of(record, fine=fine))


def _paired(blocks: pl.DataFrame) -> pl.DataFrame:
    lazy = blocks.lazy()
    joined = lazy.join(lazy, on="key", suffix="_right").filter(
        pl.col("place") < pl.col("place_right")
    )
    pairs = joined.select(left="place", right="place_right").unique()
    return pairs.collect(engine="streaming").sort("left", "right")


def _possible(pairs: pl.DataFrame, records: Sequence[Record]) -> pl.DataFrame:
    """The pairs that neither years of birth nor genders rule out."""
    if pairs.is_empty():
        return pairs
    births = pl.Series(
        [record.compared_birth if record.kind == "person" else None for record in records],
        dtype=pl.Int32,
    )
    genders = pl.Series([record.gender or None for record in records], dtype=pl.String)
    left, right = pairs["left"], pairs["right"]
    apart = (births.gather(left) - births.gather(right)).abs() > 1
    other = genders.gather(left) != genders.gather(right)
    return pairs.filter(~(apart.fill_null(False) | other.fill_null(False)))
