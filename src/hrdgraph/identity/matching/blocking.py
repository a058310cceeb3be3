"""Find the few pairs of records that are worth comparing, in steps that grow with the records, not
with their square."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import combinations, product
from typing import TypeVar

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import IdentityError
from hrdgraph.identity.names.organisation import Unit, organisation_names
from hrdgraph.identity.names.person import PersonName, person_names
from hrdgraph.identity.names.words import skeletons_of
from hrdgraph.identity.records import EVENT, PERSON, Record
from hrdgraph.processes.bounds import die_with

_MOST_PARTS = 5  # of a name; those of princes are longer
_OWN = frozenset(("proper", "place", "brand", "number"))
_LONG = 3  # consonants of a word that is a key of its own


def keys_of(record: Record, *, fine: bool = False) -> frozenset[str]:
    """Return the keys of a record: any two words of a person's name by their consonants, an
    initial with a word; any two units of meaning of an organisation's name, its rarer words
    alone, its acronyms; outside identifiers. With `fine`, consonants are distinguished more:
    fewer pairs, which miss some romanisations of Arabic and Korean."""
    if record.kind == EVENT:  # known by whom it was done to, not by its name
        victims = (context.iri for context in record.contexts if context.kind == "victim")
        return frozenset(f"e{iri}" for iri in victims)
    by_name = _person_keys if record.kind == PERSON else _organisation_keys
    name_keys = (
        f"{record.kind[:1] or '?'}{key}" for name in record.names for key in by_name(name, fine)
    )
    return frozenset((*name_keys, *(f"={iri}" for iri in record.identifiers)))


def _person_keys(name: str, fine: bool) -> Iterator[str]:
    for reading in person_names(name):
        yield from _reading_keys(reading, fine)


def _reading_keys(reading: PersonName, fine: bool) -> Iterator[str]:
    parts = [part.word for part in reading.parts if not part.father][:_MOST_PARTS]
    whole = [word for word in parts if not word.is_initial]
    if len(parts) == 1:
        yield from (
            (f"1{skeleton}" for skeleton in whole[0].skeletons(fine=fine) if whole) if whole else ()
        )
        return
    sounds = [tuple(word.skeletons(fine=fine)) for word in whole]
    yield from _pairs(sounds)
    if len(whole) == 3:  # two of the three may be written as one
        first, second, third = (word.latin for word in whole)
        yield from _pairs([tuple(skeletons_of((first + second,), fine=fine)), sounds[2]])
        yield from _pairs([sounds[0], tuple(skeletons_of((second + third,), fine=fine))])
    # Yield an initial and a word, for names with an initial (`i`) and for those that one may
    # stand for (`n`): see `blocking`.
    parts = [part.word for part in reading.parts if not part.father][:_MOST_PARTS]
    mark = "i" if any(word.is_initial for word in parts) else "n"
    for one, other in ((a, b) for a, b in product(parts, parts) if a is not b and not b.is_initial):
        if one.is_initial or mark == "n":
            letters = {form[:1] for form in one.forms}
            yield from (
                f"{mark}{letter}+{skeleton}"
                for letter in letters
                for skeleton in other.skeletons(fine=fine)
            )


def _pairs(choices: Sequence[tuple[str, ...]]) -> Iterator[str]:
    for one, other in combinations(choices, 2):
        yield from ("+".join(sorted(pair)) for pair in product(one, other))


def _organisation_keys(name: str, fine: bool) -> Iterator[str]:
    for reading in organisation_names(name):
        # Rarer words alone, and pairs of units, of which one is a word of the name's own or
        # a place, if the name has any.
        units = [unit for unit in reading.units if unit.kind != "light"][:_MOST_PARTS]
        choices = [_choices(unit, fine) for unit in units]
        if len(units) == 1:
            yield from (f"1{choice}" for choice in choices[0])
        for (one, of_one), (other, of_other) in combinations(zip(units, choices, strict=True), 2):
            if reading.is_general or _OWN & {one.kind, other.kind}:
                yield from _pairs([of_one, of_other])
        own = [forms for unit, forms in zip(units, choices, strict=True) if unit.kind == "proper"]
        yield from (choice for forms in own for choice in forms if len(choice) >= _LONG)
        yield from (
            f"a{initials}" for initials in {reading.acronym, *reading.initials} if len(initials) > 1
        )


def _choices(unit: Unit, fine: bool) -> tuple[str, ...]:
    return tuple(sorted(unit.concepts))[:2] or tuple(sorted(unit.word.skeletons(fine=fine)))


S = TypeVar("S")
T = TypeVar("T")
_AHEAD = 2  # tasks for each process that may wait or be done


@dataclass(frozen=True)
class Workers:
    """Where tasks are done: here, or in a pool of processes. Results are the same."""

    pool: ProcessPoolExecutor | None = None
    jobs: int = 1

    def each(self, task: Callable[[S], T], items: Iterable[S]) -> Iterator[T]:
        """Yield what `task` makes of each item, in order. Raises IdentityError where a process
        was ended."""
        if self.pool is None:
            yield from map(task, items)
            return
        waiting: deque[Future[T]] = deque()
        for item in items:
            waiting.append(self.pool.submit(task, item))
            if len(waiting) > _AHEAD * self.jobs:
                yield _result(waiting.popleft())
        while waiting:
            yield _result(waiting.popleft())


HERE = Workers()


@contextmanager
def workers(jobs: int) -> Iterator[Workers]:
    """Yield so many processes, or this one; they end with the block."""
    if jobs < 2:
        yield HERE
        return
    from multiprocessing import get_context

    # a fork would take the threads of the column library along
    pool = ProcessPoolExecutor(
        jobs, mp_context=get_context("spawn"), initializer=die_with, initargs=(os.getpid(),)
    )
    try:
        yield Workers(pool, jobs)
    finally:
        pool.shutdown(cancel_futures=True)


def _result(future: Future[T]) -> T:
    from concurrent.futures.process import BrokenProcessPool

    try:
        return future.result()
    except BrokenProcessPool:
        raise IdentityError("process-ended", hint="is-memory-left") from None


LARGEST_BLOCK = 60  # records that share a key; above it they must share more
FINE_FROM = 50_000  # records, from here on consonants are told apart more finely
_BATCH = 20_000


@dataclass(frozen=True)
class Candidates:
    """Pairs of places in the sequence of records, and what was left out: keys that too many
    records share."""

    pairs: pl.DataFrame
    keys: int
    narrowed: int
    left_out: int
    left_out_records: int
    fine: bool = False

    def facts(self) -> Iterator[Message]:
        """Yield what was compared and what was left out."""
        pairs = Message("pairs-counted", count=self.pairs.height)
        yield Message("pairs-from-keys", pairs=pairs, keys=_count_message("shared-keys", self.keys))
        if self.narrowed:
            yield Message("keys-narrowed", count=self.narrowed, records=LARGEST_BLOCK)
        if self.left_out:
            records = _count_message("records", self.left_out_records)
            yield Message("keys-left-out", count=self.left_out, records=records)
        if self.fine:
            yield Message("consonants-told-apart")

    def __str__(self) -> str:
        return "; ".join(map(str, self.facts()))


def _count_message(what: str, count: int) -> Message:
    return Message(f"{what}-counted", count=count)


def candidates(
    records: Sequence[Record], largest: int = LARGEST_BLOCK, *, by: Workers = HERE
) -> Candidates:
    """Return the pairs of records that share a key. A key of more than `largest` records is
    restricted to those with an equal name, and left out if these are still too many."""
    fine = len(records) >= FINE_FROM
    frame = _read_keys(records, fine, by)
    sizes = frame.group_by("key").len("size").filter(pl.col("size") > 1)
    frame = frame.join(sizes, on="key")
    small, large = frame.filter(pl.col("size") <= largest), frame.filter(pl.col("size") > largest)
    narrow = large.with_columns(pl.struct("key", "spelt").hash(1).alias("key")).drop("size")
    again = narrow.group_by("key").len("size").filter(pl.col("size") > 1)
    narrow = narrow.join(again, on="key")
    lost, fitting = narrow.filter(pl.col("size") > largest), pl.col("size") <= largest
    blocks = pl.concat([part.select("place", "key") for part in (small, narrow.filter(fitting))])
    pairs = _possible(_pair_up(blocks), records)
    dropped = lost["key"].n_unique(), lost["place"].n_unique()
    return Candidates(pairs, sizes.height, large["key"].n_unique(), *dropped, fine)


def _read_keys(records: Sequence[Record], fine: bool, by: Workers) -> pl.DataFrame:
    """Return a row for each record and key, the keys hashed. Keys of names that an initial may
    stand for are kept only where one does."""
    batches = (
        (records[start : start + _BATCH], start, fine) for start in range(0, len(records), _BATCH)
    )
    read = list(by.each(_hash_keys, batches))
    if not read:
        return pl.DataFrame(schema={"place": pl.UInt32, "key": pl.UInt64, "spelt": pl.UInt64})
    frame = pl.concat(read)
    wanted = frame.filter("is_initial")["key"].unique().implode()
    return (
        frame.filter(~pl.col("is_whole") | pl.col("key").is_in(wanted))
        .select("place", "key", "spelt")
        .unique()
    )


def _hash_keys(part: tuple[Sequence[Record], int, bool]) -> pl.DataFrame:
    """Return the hashed keys of some records, the first of which has the place given."""
    records, start, fine = part
    rows = list(_rows(records, start, fine))
    frame = pl.DataFrame(
        rows, schema={"place": pl.UInt32, "key": pl.String, "spelt": pl.String}, orient="row"
    )
    mark = pl.col("key").str.slice(1, 1)
    is_person = pl.col("key").str.starts_with("p")
    return frame.select(
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


def _rows(records: Sequence[Record], start: int, fine: bool) -> Iterator[tuple[int, str, str]]:
    for place, record in enumerate(records, start):
        spelt = " ".join(sorted(record.names[0].lower().split())) if record.names else ""
        yield from ((place, key, spelt) for key in keys_of(record, fine=fine))


def _pair_up(blocks: pl.DataFrame) -> pl.DataFrame:
    lazy = blocks.lazy()
    matched = lazy.join(lazy, on="key", suffix="_right").filter(
        pl.col("place") < pl.col("place_right")
    )
    pairs = matched.select(left="place", right="place_right").unique()
    return pairs.collect(engine="streaming").sort("left", "right")


def _possible(pairs: pl.DataFrame, records: Sequence[Record]) -> pl.DataFrame:
    """Return the pairs that neither years of birth nor genders rule out."""
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
