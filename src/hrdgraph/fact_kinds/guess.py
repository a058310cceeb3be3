"""A table whose headings and cells are known into the kind of its rows and the column that each
heading means, with reasons and doubts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from hrdgraph.fact_kinds.cell_values import Codes, is_country, whole_address
from hrdgraph.fact_kinds.confidentiality import SCHEME, is_of_birth, sense_of, unread_levels
from hrdgraph.fact_kinds.headings import (
    PRIVATE_WORDS,
    folded,
    is_loose,
    known_headings,
    match_headings,
    read_words,
    without_endings,
)
from hrdgraph.fact_kinds.model import Column, Kind
from hrdgraph.fact_kinds.regions import Region, Rows

_NOT_KNOWN: Final = read_words("not-known")
UNKNOWN: Final = frozenset(folded(text) or text for text in _NOT_KNOWN)
# the same for an engine that knows no accents from letters
PLAIN_UNKNOWN: Final = frozenset((*UNKNOWN, *(text.casefold() for text in _NOT_KNOWN)))
_AS_ABOVE: Final = read_words("as-above")
DITTO: Final = frozenset(folded(text) or text for text in _AS_ABOVE)
PLAIN_DITTO: Final = frozenset((*DITTO, *(text.casefold() for text in _AS_ABOVE)))
_LONGEST: Final = 2 * max(map(len, UNKNOWN))  # of a text for "not known", with its signs
_YEAR: Final = re.compile(r"(1[89]|20)\d\d")
_NUMERIC: Final = re.compile(r"\s*(\d{1,2})[./-](\d{1,2})[./-](\d{2}|\d{4})\s*")
_ISO: Final = re.compile(r"\d{4}-\d{2}(-\d{2})?")
_WORD: Final = re.compile(r"[^\W\d_][\w'’.-]*")
_NAME: Final = re.compile(r"[^\W\d_][\w'’.-]*(\s+[^\W\d_][\w'’.()-]*){1,5}")


def is_unknown(text: str) -> bool:
    """Whether a text is one of those by which people say that they do not know."""
    return (folded(text) or text.strip()) in UNKNOWN or text.strip() in ("?", "-", "—", "–")


def is_ditto(text: str) -> bool:
    """Whether a text says that the cell is as the one above."""
    return (folded(text) or text.strip()) in DITTO


def unknown_in(cells: Iterable[str]) -> list[str]:
    """The texts of cells that say "not known", each once."""
    short = {cell for cell in cells if cell and len(cell) <= _LONGEST}
    return sorted(filter(is_unknown, short))


def order_of_dates(cells: Iterable[str]) -> str:
    """The order of days and months that dates of figures have: told by one that can only be read
    in that order, and none in the other."""
    first = second = False
    for cell in cells:
        match = _NUMERIC.fullmatch(cell)
        if match:
            first |= int(match[1]) > 12
            second |= int(match[2]) > 12
    return "dmy" if first and not second else "mdy" if second and not first else ""


def is_ambiguous(cells: Iterable[str]) -> bool:
    """Whether some dates of figures can be read in two ways."""
    return any(
        (match := _NUMERIC.fullmatch(cell))
        and int(match[1]) <= 12
        and int(match[2]) <= 12
        and match[1] != match[2]
        for cell in cells
    )


Reader = Callable[[str], bool]
_Fit = Callable[[str], float]  # how well a cell fits, from 0 to 1


class Recogniser:
    """Tells how many cells of a column fit what a column of a kind holds. `is_date` reads dates,
    `codes` are the schemes by name, `known` the names that the graph has."""

    def __init__(
        self, is_date: Reader, codes: Mapping[str, Codes], known: frozenset[str] = frozenset()
    ) -> None:
        self._is_date, self._codes, self._known = is_date, codes, known

    def share(self, column: Column, cells: Sequence[str]) -> float | None:
        """The share of cells that fit a column, from 0 to 1; None where the cells cannot tell."""
        filled = [cell for cell in cells if cell and not is_unknown(cell)]
        test = self._test(column)
        if test is None or not filled:
            return None
        parts = [
            part
            for cell in filled
            for part in (cell.split(";") if column.many else [cell])
            if part.strip()
        ]
        return sum(test(part.strip()) for part in parts) / max(len(parts), 1)

    def _test(self, column: Column) -> _Fit | None:
        if column.enum:
            return None
        if column.type == "code":
            codes = self._codes.get(column.scheme)
            if codes is not None and column.scheme == SCHEME:
                return lambda cell: not unread_levels([cell], "public", codes)
            return lambda cell: codes is not None and codes.known(cell) is not None
        tests: dict[str, _Fit] = {
            "date": lambda cell: (
                bool(_ISO.fullmatch(cell) or _NUMERIC.fullmatch(cell) or _YEAR.fullmatch(cell))
                or self._is_date(cell)
            ),
            "year": lambda cell: bool(_YEAR.fullmatch(cell)),
            "country": is_country,
            "address": lambda cell: bool(whole_address(cell)),
            "name": self._is_name,
            "number": lambda cell: bool(re.search(r"\d", cell)),
        }
        return tests.get(column.type)

    def _is_name(self, cell: str) -> float:
        if folded(cell) in self._known or _NAME.fullmatch(cell) or not cell.isascii():
            return 1.0
        return 0.5 if _WORD.fullmatch(cell) else 0.0  # one word may be a name, or any word


_SURE: Final = 0.8
_ENOUGH: Final = 0.5
_NEVER: Final = 0.05
# what may be the same in all rows, where the table has these columns: a list of killings
_SAID_ONCE: Final[Mapping[str, Sequence[str]]] = {"type": ("victim", "date")}
_GUESSED: Final = (
    "act", "conferral", "award", "person", "organisation", "role", "founding", "award-event",
    "event", "situation", "quotation", "document", "defender", "attribute", "edition",
)  # fmt: skip
# addresses that only headings tell from that of the page where a row was read: `Site web` may be
# that of an award
_SITES: Final = ("website", "award_website")
# headings of what counts or names the rows, in small letters
ROW_NUMBERS: Final = frozenset(map(folded, read_words("row-numbers")))


@dataclass(frozen=True)
class Meaning:
    """What a heading means: the column, why (exact, alike, cells), and whether that is in doubt.
    `parts` are the headings that have the names together, in the order of the name; the first is
    the heading itself."""

    heading: str
    column: str
    reason: str
    share: float | None = None
    doubt: bool = False
    parts: tuple[str, ...] = ()

    @property
    def headings(self) -> tuple[str, ...]:
        """All headings that are read for the column."""
        return self.parts or (self.heading,)


@dataclass(frozen=True)
class Guess:
    """A kind of a table, and how its headings are understood. `unread` are headings that mean
    nothing; `doubts` are about the kind."""

    kind: str
    meanings: tuple[Meaning, ...]
    unread: tuple[str, ...]
    score: float
    doubt: bool = False
    others: tuple[str, ...] = field(default=())
    missing: str = ""  # a code that no column says: one answer is that of all rows

    def of(self, column: str) -> Meaning | None:
        """What is taken for a column."""
        return next((item for item in self.meanings if item.column == column), None)


def guess_table(
    kinds: Mapping[str, Kind], columns: Mapping[str, Sequence[str]], cells: Recogniser
) -> Guess | None:
    """The likeliest kind of a table of some columns; None where no kind has what it needs."""
    shares = ColumnShares(cells)  # for all kinds: many have a column of dates, or of countries
    found = [
        guess
        for name in _order(kinds)
        if (guess := guess_columns(kinds[name], columns, shares)) is not None
    ]
    ranked = sorted(found, key=lambda guess: -guess.score)
    if not ranked:
        return None
    best = ranked[0]
    near = [guess.kind for guess in ranked[1:] if guess.score > best.score - 1]
    return replace(best, doubt=bool(near), others=tuple(near[:3]))


def guess_by_headings(kinds: Mapping[str, Kind], names: Sequence[str], usual: str) -> Guess:
    """The kind that knows most of some headings, whatever stands below them, else the usual one;
    all of it in doubt."""
    known = {kind: match_headings(kinds[kind], names) for kind in (usual, *_order(kinds))}
    best = max(known, key=lambda kind: len(known[kind]))
    meanings = [
        Meaning(heading, column, "exact", doubt=True) for column, heading in known[best].items()
    ]
    unread = tuple(name for name in names if name not in known[best].values())
    return Guess(best, tuple(meanings), unread, 0.0, doubt=True)


def _order(kinds: Mapping[str, Kind]) -> list[str]:
    return [
        *(name for name in _GUESSED if name in kinds),
        *(name for name in kinds if name not in (*_GUESSED, "evidence")),
    ]


class ColumnShares:
    """The share of the cells under each heading of one table that fit what a column holds, each
    worked out once."""

    def __init__(self, cells: Recogniser) -> None:
        self._cells = cells
        self._found: dict[tuple[str, str, str, bool, bool], float | None] = {}

    def of(self, column: Column, heading: str, values: Sequence[str]) -> float | None:
        """The share, from 0 to 1; None where the cells cannot tell."""
        key = (heading, column.type, column.scheme, column.many, bool(column.enum))
        if key not in self._found:
            self._found[key] = self._cells.share(column, values)
        return self._found[key]


def guess_columns(
    kind: Kind, columns: Mapping[str, Sequence[str]], cells: ColumnShares
) -> Guess | None:
    """How the headings of a table would be understood, were its rows of a kind; None where a
    needed column is missing."""
    taken: dict[str, Meaning] = {}
    used: set[str] = set()
    for meaning in sorted(_candidates(kind, columns, cells), key=_rank):
        if meaning.column not in taken and meaning.heading not in used:
            taken[meaning.column] = meaning
            used.add(meaning.heading)
    lacking = _lacking(kind, taken)
    if len(lacking) > 1 or any(column.name not in _SAID_ONCE for column in lacking):
        return None
    missing = lacking[0].name if lacking else ""
    if missing and not all(name in taken for name in _SAID_ONCE[missing]):
        return None
    unread = tuple(name for name in columns if name not in used and any(columns[name]))
    order = {name: place for place, name in enumerate(columns)}
    known = sorted(taken.values(), key=lambda item: order[item.heading])
    score = _score(kind, taken, columns) - bool(missing)
    return Guess(kind.name, tuple(known), unread, score, missing=missing)


def _rank(meaning: Meaning) -> tuple[int, float]:
    share = 0.7 if meaning.share is None else meaning.share
    return ("exact", "alike", "cells").index(meaning.reason), -share


def _candidates(
    kind: Kind, columns: Mapping[str, Sequence[str]], cells: ColumnShares
) -> list[Meaning]:
    found: list[Meaning] = []
    readings = [_ColumnHeadings(column) for column in kind.columns]
    for heading, values in columns.items():
        name = folded(heading)
        if name in ROW_NUMBERS:
            continue
        for column in readings:
            meaning = column.meaning(heading, name, values, cells)
            if meaning is not None:
                found.append(meaning)
    return found


class _ColumnHeadings:
    """A column with the headings that mean it; a table may have very many headings."""

    def __init__(self, column: Column) -> None:
        self._column = column
        self._names = frozenset(known_headings(column))
        self._words = [frozenset(item.split()) for item in self._names if len(item) > 3]
        # what the cells alone prove; dates and codes of private life are told by headings
        self._by_cells = (
            not column.technical
            and column.visibility == "public"
            and (
                column.type in ("date", "country", "code", "address")
                and column.name not in ("status", "visibility", "reliability", *_SITES)
            )
        )

    def meaning(
        self, heading: str, name: str, values: Sequence[str], cells: ColumnShares
    ) -> Meaning | None:
        """How a heading (`name` without case and accents) may mean the column: it is one of those
        that are known, it holds one of them, or its cells are of that type."""
        column = self._column
        if column.name != "birth" and is_of_birth(heading):
            return None  # a birth is the date and the place of nothing else
        if name not in self._names:
            name = folded(without_endings(heading))
        if name in self._names and not is_loose(column, heading):
            share = cells.of(column, heading, values)
            doubt = share is not None and share < _ENOUGH
            if share is not None and share < _NEVER:
                return None  # the heading says it, and no cell does
            return Meaning(heading, column.name, "exact", share, doubt=doubt)
        return self._by_likeness(heading, name, values, cells)

    def _by_likeness(
        self, heading: str, name: str, values: Sequence[str], cells: ColumnShares
    ) -> Meaning | None:
        """What a heading that is not known may mean; in doubt."""
        column = self._column
        if column.name == "visibility" and not column.technical and sense_of(heading):
            share = cells.of(column, heading, values)
            good = share is not None and share >= _SURE
            return Meaning(heading, column.name, "alike", share, doubt=True) if good else None
        if not PRIVATE_WORDS.isdisjoint(name.split()):
            return None  # what somebody keeps to himself is published on no guess
        if self._is_alike(name):
            share = cells.of(column, heading, values)
            good = share is None or share >= _ENOUGH
            return Meaning(heading, column.name, "alike", share, doubt=True) if good else None
        share = cells.of(column, heading, values) if self._by_cells else None
        if share is not None and share >= _SURE:
            return Meaning(heading, column.name, "cells", share, doubt=True)
        return None

    def _is_alike(self, name: str) -> bool:
        words = set(name.split()) if not self._column.technical else set[str]()
        if self._column.name in _SITES and words:
            return any(words <= item for item in self._words)
        return any(item <= words for item in self._words)


def _lacking(kind: Kind, taken: Mapping[str, Meaning]) -> list[Column]:
    """The columns without which a row says nothing, and that the table does not have."""
    return [
        column
        for column in kind.columns
        if column.required
        and not (
            column.name in taken or column.default or any(name in taken for name in column.unless)
        )
    ]


def _score(kind: Kind, taken: Mapping[str, Meaning], columns: Mapping[str, Sequence[str]]) -> float:
    """How well a kind explains a table: headings that it knows, cells that fit, little that is
    left over."""
    score = sum(_worth(kind, meaning) for meaning in taken.values())
    understood = {item.heading for item in taken.values()}
    return score - 0.3 * sum(name not in understood for name in columns)


def _worth(kind: Kind, meaning: Meaning) -> float:
    """What one heading that is understood says for a kind; against it, where cells do not fit."""
    column, share = kind.column(meaning.column), meaning.share
    is_required = column is not None and column.required
    weight = 2.0 if is_required else 0.4 if meaning.column in _COMMON else 1.0
    fit = 1.0 if share is None else 0.3 + 0.7 * share
    against = 2.5 if is_required and share is not None and share < _ENOUGH else 0.0
    return weight * _WORTH[meaning.reason] * fit - against


_WORTH: Final = {"exact": 1.0, "alike": 0.6, "cells": 0.5}
_COMMON: Final = (
    *("document", "document_title", "publisher", "reliability", "status", "visibility"),
    *("note", "row_language", "id"),
)


# headings in two rows: one that stands twice, such as a name, means what the group above it says


def guess_below_groups(
    rows: Rows,
    region: Region,
    names: Sequence[str],
    guessed: Callable[[Sequence[str]], Guess | None],
) -> Guess | None:
    """What a table is taken for, where a heading that stands twice is read as its group. `names`
    are its headings, each once; what is told by a group is in doubt."""
    said = _group_names(rows, region, names)
    guess = guessed(said)
    return guess and _with_headings(guess, dict(zip(said, names, strict=True)))


def _group_names(rows: Rows, region: Region, names: Sequence[str]) -> list[str]:
    """The heading of each column; of one that stands twice, the group, where no other is it."""
    cells = list(map(folded, region.cells(rows, region.header)))
    groups = _groups(region.cells(rows, region.header - 1)) if region.header > 1 else []
    there = Counter(cells)
    said = [
        group if group and there[cell] > 1 else name
        for name, cell, group in zip(names, cells, groups or names, strict=True)
    ]
    again = Counter(map(folded, said))
    return [
        name if again[folded(group)] > 1 else group for name, group in zip(names, said, strict=True)
    ]


def _groups(cells: Sequence[str]) -> list[str]:
    """Each group over all columns up to the next: a text file has it over the first alone."""
    found: list[str] = []
    for cell in cells:
        found.append(" ".join(cell.split()) or (found[-1] if found else ""))
    return found


def _with_headings(guess: Guess, names: Mapping[str, str]) -> Guess:
    """The guess with the headings as the table has them."""
    meanings = tuple(
        replace(
            item,
            heading=names[item.heading],
            parts=tuple(names[part] for part in item.parts),
            doubt=item.doubt or any(names[part] != part for part in item.headings),
        )
        for item in guess.meanings
    )
    return replace(guess, meanings=meanings, unread=tuple(names[name] for name in guess.unread))
