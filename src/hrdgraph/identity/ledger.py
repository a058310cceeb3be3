"""Turn people's judgements into a ledger of which names mean one thing.

Rows are only added. A row on a pair that was judged before replaces the older row if its date is
later; with another word and no later date it is a contradiction. The canonical IRI of a cluster is
the member that the ledger mentions first, in whatever row, so new rows never give an old thing a
newer name; members without published statements come last. Recorded persistent IRIs come first, the
oldest before others. An authority's name for a thing (Wikidata, VIAF …) joins like any other and
takes part in contradictions, but is never the canonical IRI: it becomes a link."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from hrdgraph.catalogue import Message, phrase
from hrdgraph.errors import IdentityError, Origin, raise_all
from hrdgraph.identity.persistent_iris import FILE, PersistentIRI, is_outside, write_rows

if TYPE_CHECKING:
    import polars as pl


def clusters(
    pairs: Iterable[tuple[str, str]], rank: Mapping[str, int]
) -> tuple[tuple[str, ...], ...]:
    """Return the connected sets of two or more names, each in the order of `rank` and all in the
    order of their first members."""
    parent: dict[str, str] = {}
    for left, right in pairs:
        first, second = left, right
        if left in parent or right in parent:  # most things have one name more, and no others
            first, second = _root(parent, left), _root(parent, right)
        if rank[second] < rank[first]:  # the root is always the member of the lowest rank
            first, second = second, first
        parent[first] = parent[second] = first
    members: dict[str, list[str]] = {}
    for name in sorted(parent, key=rank.__getitem__):
        members.setdefault(_root(parent, name), []).append(name)
    return tuple(tuple(names) for names in members.values() if len(names) > 1)


def _root(parent: dict[str, str], name: str) -> str:
    above = parent.setdefault(name, name)
    while above != name:
        parent[name] = name = parent[above]
        above = parent[name]
    return name


def chain(pairs: Iterable[tuple[str, str]], start: str, end: str) -> list[tuple[str, str]]:
    """Return the shortest way from `start` to `end` over pairs, each turned into the direction of
    travel; empty if there is none."""
    neighbours: dict[str, list[str]] = {}
    for left, right in pairs:
        neighbours.setdefault(left, []).append(right)
        neighbours.setdefault(right, []).append(left)
    came_from, queue = {start: start}, deque([start])
    while queue and end not in came_from:
        here = queue.popleft()
        for there in neighbours.get(here, ()):
            if there not in came_from:
                came_from[there] = here
                queue.append(there)
    return _walk_back(came_from, end) if end in came_from else []


def _walk_back(came_from: Mapping[str, str], end: str) -> list[tuple[str, str]]:
    steps = []
    while came_from[end] != end:
        steps.append((came_from[end], end))
        end = came_from[end]
    return steps[::-1]


SHOWN: Final = 5  # contradictions that are told with their chains
ENDS: Final = 5  # rows of a long chain that are shown at each end


class Verdict(StrEnum):
    """A person's decision about two names. Unsure is a decision: it joins nothing and forbids
    nothing. Open withdraws an older decision: the question is asked again."""

    SAME = "same"
    NOT_SAME = "not-same"
    UNSURE = "unsure"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One row: two IRIs, the decision, by whom, when and why. `row` is the number in a
    spreadsheet, `at` the time of day in UTC if recorded (`10:22:03Z`); a row without one counts
    from the beginning of its day."""

    left: str
    right: str
    verdict: Verdict
    who: str
    when: date
    why: str
    row: int
    at: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        """Return the two IRIs, smaller first, whatever the order in which they were judged."""
        return (self.left, self.right) if self.left < self.right else (self.right, self.left)

    @property
    def moment(self) -> str:
        """Return the day, with the time of day if known, as in the file; moments sort by time."""
        return f"{self.when}T{self.at}" if self.at else f"{self.when}"

    def __str__(self) -> str:
        return self.describe("en")

    def describe(self, language: str) -> str:
        """Return the row as one line, in the words of the language."""
        sign = {Verdict.SAME: "=", Verdict.NOT_SAME: "≠", Verdict.UNSURE: "?", Verdict.OPEN: "…"}[
            self.verdict
        ]
        return phrase(
            "judgement-row", language, place=Message("place-row", row=self.row),
            pair=f"{self.left} {sign} {self.right}", who=self.who, when=self.when, why=self.why,
        )  # fmt: skip


@dataclass(frozen=True)
class Ledger:
    """All judgements, in the order of their rows. A contradictory one cannot be made:
    IdentityError shows the chain. `unsaid` are names without published statements: none of them
    names a thing that has another name. `persistent` are the IRIs without a source: each joins
    its names."""

    judgements: tuple[Judgement, ...] = ()
    file: str = ""
    unsaid: frozenset[str] = frozenset()
    persistent: tuple[PersistentIRI, ...] = ()

    def __post_init__(self) -> None:
        # An error for every row that contradicts an older row on its pair and is not
        # later.
        newest: dict[tuple[str, str], Judgement] = {}
        errors = []
        for row in self.judgements:
            older = newest.get(row.pair)
            if older and older.verdict != row.verdict and row.moment <= older.moment:
                errors.append(self._both_ways(older, row))
            newest[row.pair] = row
        raise_all(errors)
        against = [row for row in self._with(Verdict.NOT_SAME) if self._is_joined(row)]
        more = [self._more(against[SHOWN:])] if against[SHOWN:] else []
        raise_all([*map(self._contradiction, against[:SHOWN]), *more])

    @cached_property
    def rank(self) -> Mapping[str, int]:
        """Return every IRI in the files with its place: persistent ones by age, then judged ones
        in the order of first mention, then other names; unsaid ones last."""
        judged = {name: place for place, name in enumerate(self.judged)}

        def age(row: PersistentIRI) -> tuple[str, int, str]:
            known = not judged.keys().isdisjoint((row.iri, row.name, *row.formerly))
            places = (
                [judged[name] for name in (row.iri, *row.names) if name in judged] if known else ()
            )
            return row.age, min(places, default=len(judged)), row.iri

        given = sorted(self.persistent, key=age)
        names = dict.fromkeys([row.iri for row in given] + list(judged))
        names |= dict.fromkeys(name for row in given for name in row.names if name not in names)
        ordered = sorted(names, key=self.unsaid.__contains__) if self.unsaid else names
        return MappingProxyType({name: place for place, name in enumerate(ordered)})

    @cached_property
    def judged(self) -> tuple[str, ...]:
        """Return every judged IRI, in the order of first mention."""
        return tuple(
            dict.fromkeys(name for row in self.judgements for name in (row.left, row.right))
        )

    @cached_property
    def _given(self) -> list[tuple[str, str]]:
        """Return each name of a thing that has a persistent IRI, with that IRI."""
        return [(name, row.iri) for row in self.persistent for name in row.names]

    @cached_property
    def clusters(self) -> tuple[tuple[str, ...], ...]:
        """Return the sets of two or more IRIs of this graph that are one thing, the canonical IRI
        of each first."""
        inside = (tuple(filter(self._is_inside, members)) for members in self.joined)
        parted = inside if self.outside else self.joined
        return tuple(members for members in parted if len(members) > 1)

    @cached_property
    def outside(self) -> frozenset[str]:
        """Return the names from authorities."""
        return frozenset(filter(is_outside, self.rank))

    @cached_property
    def joined(self) -> tuple[tuple[str, ...], ...]:
        """Return the sets of names that are one thing, including authorities' names, each in the
        order of first mention."""
        return clusters([row.pair for row in self._with(Verdict.SAME)] + self._given, self.rank)

    @cached_property
    def links(self) -> Mapping[str, tuple[str, ...]]:
        """Return the canonical IRI of each thing that authorities have names for, with these
        names."""
        linked = [members for members in self.joined if not self.outside.isdisjoint(members)]
        parted = [(next(filter(self._is_inside, members), ""), members) for members in linked]
        return MappingProxyType(
            {
                inside: tuple(name for name in members if name in self.outside)
                for inside, members in parted
                if inside
            }
        )

    def _is_inside(self, name: str) -> bool:
        return name not in self.outside

    @cached_property
    def canonical(self) -> Mapping[str, str]:
        """Return every alias with its canonical IRI; canonical IRIs themselves are not in it."""
        return MappingProxyType(
            {alias: cluster[0] for cluster in self.clusters for alias in cluster[1:]}
        )

    @cached_property
    def members(self) -> Mapping[str, tuple[str, ...]]:
        """Return every IRI of this graph that was joined to another, with its whole set."""
        return MappingProxyType({name: cluster for cluster in self.clusters for name in cluster})

    @cached_property
    def names(self) -> pl.DataFrame:
        """Return every IRI in the files, in the order of `rank`, as an N-Triples text (`name`)
        with the `canonical` one; marks on aliases, on authorities' names, on former names and
        names without a source (`is_former`), and on names of things with a persistent IRI
        (`is_given`). Unsaid names are neither former nor given."""
        import polars as pl  # who only asks goes without columns

        names = list(self.rank)
        things = [self.canonical.get(name, name) for name in names]
        open_rows = [row for row in self.persistent if row.iri not in self.unsaid]
        persistent_names = {row.iri for row in open_rows}
        visible = (row for row in open_rows if row.name not in self.unsaid)
        former = {name for row in visible for name in (row.iri, *row.formerly)}
        marks = {
            "is_alias": [name in self.canonical for name in names],
            "is_outside": [name in self.outside for name in names],
            "is_former": [name in former for name in names],
            "is_given": [thing in persistent_names for thing in things],
        }
        texts = {"name": names, "canonical": things}
        types = {**dict.fromkeys(texts, pl.String), **dict.fromkeys(marks, pl.Boolean)}
        in_brackets = [pl.format("<{}>", name).alias(name) for name in texts]
        return pl.DataFrame({**texts, **marks}, schema=types).with_columns(in_brackets)

    @cached_property
    def recorded(self) -> str:
        """Return the persistent IRIs as the text of their file."""
        return write_rows(self.persistent)

    @cached_property
    def unsure(self) -> tuple[Judgement, ...]:
        """Return the judgements that wait for somebody who knows."""
        return tuple(self._with(Verdict.UNSURE))

    @cached_property
    def standing(self) -> Mapping[tuple[str, str], Judgement]:
        """Return the judgement that counts for each judged pair."""
        return MappingProxyType(
            {pair: row for pair, row in self.latest.items() if row.verdict != Verdict.OPEN}
        )

    @cached_property
    def latest(self) -> Mapping[tuple[str, str], Judgement]:
        """Return the last row on each pair."""
        return MappingProxyType({row.pair: row for row in self.judgements})

    def _with(self, verdict: Verdict) -> list[Judgement]:
        return [row for row in self.standing.values() if row.verdict == verdict]

    @cached_property
    def root(self) -> Mapping[str, str]:
        """Return every name that was joined to another with the first mentioned of its set, also
        for authorities' names."""
        return MappingProxyType({name: members[0] for members in self.joined for name in members})

    def _is_joined(self, row: Judgement) -> bool:
        return self.root.get(row.left, row.left) == self.root.get(row.right, row.right)

    def answers(self) -> Answers:
        """Return the answers for any two names, judged directly or by a chain of judgements."""
        decided = (row for row in self.standing.values() if row.verdict != Verdict.SAME)
        apart = {self._roots(row.left, row.right): row for row in decided}
        return Answers(self.root, MappingProxyType(apart))

    def _roots(self, left: str, right: str) -> tuple[str, str]:
        a, b = self.root.get(left, left), self.root.get(right, right)
        return (a, b) if a < b else (b, a)

    def _contradiction(self, row: Judgement) -> IdentityError:
        same = [same.pair for same in self._with(Verdict.SAME)]
        steps = chain(same + self._given, row.left, row.right)
        rows = [
            self.standing.get((min(step), max(step)), f"{FILE}: {' = '.join(step)}")
            for step in steps
        ]
        shown = "\n".join(f"    {line}" for line in _shorten(rows))
        fact = Message(
            "judgements-contradict", left=row.left, right=row.right, chain=shown, statement=row
        )
        return IdentityError(fact, origin=Origin(self.file, row.row), hint="correct-judgement")

    def _step(self, step: tuple[str, str]) -> Judgement | str:
        """Return the judgement that joins two names, or the text that one of them was given to the
        other."""
        return self.standing.get((min(step), max(step)), f"{FILE}: {' = '.join(step)}")

    def _more(self, rows: list[Judgement]) -> IdentityError:
        return IdentityError(
            "more-rows-contradicted", count=len(rows), origin=Origin(self.file, rows[0].row),
            hint="correct-first-ones-build-again",
        )  # fmt: skip

    def _both_ways(self, older: Judgement, row: Judgement) -> IdentityError:
        fact = Message(
            "judged-both-ways", first=older.verdict, second=row.verdict, older=older, newer=row
        )
        hint = Message("judge-later-than", moment=older.moment)
        return IdentityError(fact, origin=Origin(self.file, row.row, "judgement"), hint=hint)


def _shorten(rows: Sequence[Judgement | str]) -> list[str]:
    """Return the rows of a chain; of a long one, its two ends and the number between them."""
    if len(rows) <= 2 * ENDS + 1:
        return list(map(str, rows))
    return [
        *map(str, rows[:ENDS]), f"… {len(rows) - 2 * ENDS:,} more rows …", *map(str, rows[-ENDS:]),
    ]  # fmt: skip


@dataclass(frozen=True)
class Answers:
    """The answers of a ledger for any two names: `root` leads joined names to one of them, `apart`
    has the decisions about two of these."""

    root: Mapping[str, str]
    apart: Mapping[tuple[str, str], Judgement]

    def is_open(self, left: str, right: str) -> bool:
        """Say whether nobody has decided, and nothing follows from decisions."""
        return self.verdict(left, right) is None

    def verdict(self, left: str, right: str) -> Verdict | None:
        """Return what was decided, or follows from decisions; None for nothing."""
        a, b = self.root.get(left, left), self.root.get(right, right)
        if a == b:
            return Verdict.SAME
        row = self.apart.get((a, b) if a < b else (b, a))
        return row.verdict if row else None
