"""Put headings that each have a part of names, such as `Prénom` and `Nom`, or of dates, such as
`Year` and `Month`, into one column of whole ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from hrdgraph.fact_kinds.guess import Guess, Meaning
from hrdgraph.fact_kinds.headings import folded, read_words
from hrdgraph.fact_kinds.model import Kind

_GIVEN, _MIDDLE, _SURNAME, _SECOND, _YEAR, _MONTH, _DAY = range(7)  # in the order of the whole
# headings of each part, with whether they never have whole names
_NAME_PARTS: Final[dict[str, tuple[int, bool]]] = {
    folded(text): (part, not suffix)
    for suffix in ("-or-whole", "")
    for part, name in enumerate(("given", "middle", "surname", "second-surname"))
    for text in read_words(f"name-{name}{suffix}")
}
_ALONE: Final = ("first", "middle", "last")  # beside other words these are of time
PART_HEADINGS: Final = frozenset(_NAME_PARTS)
_PARTS: Final = _NAME_PARTS | {
    folded(text): (part, True)
    for part, name in enumerate(("year", "month", "day"), _YEAR)
    for text in read_words(f"date-{name}")
}
_LONGEST: Final = max(len(text.split()) for text in _PARTS)  # words of a heading of a part
# what the column of whole names is taken to be called, by a part that the table has
_WHOLE: Final = (
    (re.compile("nom$|noms|prenom|patronyme|nom de|post"), "nom"),
    (re.compile("apellid|nombre"), "nombre"), (re.compile("nome|apelid"), "nome"),
    (re.compile("[а-я]"), "имя"), (re.compile("[\u0600-\u06ff]"), "الاسم"),
    (re.compile(""), "name"),
)  # fmt: skip
_SEVERAL: Final = re.compile(r"[;/&\n]|\s(y|e|et|and|и|و)\s", re.IGNORECASE)
_TOLD: Final = 20  # names that are looked for in other columns
_PARTICLES: Final = frozenset(("de", "del", "la", "el", "da", "do", "dos", "di", "van", "von"))


@dataclass(frozen=True)
class PartedName:
    """Columns whose cells make one name, in the order of the name, and what a column of whole
    names would be called, or of whole dates (`is_date`). `doubt` says that some cells may not be
    parts of one name."""

    headings: tuple[str, ...]
    said: str
    doubt: bool = False
    is_date: bool = False


@dataclass(frozen=True)
class _HeadedPart:
    """A heading that names a part of a name, and of whose: `de la victime`."""

    heading: str
    whose: str
    place: int
    is_strong: bool
    word: str


def join_name(cells: Iterable[str | None]) -> str:
    """Join the parts of a name that are there, with a space between."""
    return " ".join(part for cell in cells if (part := " ".join((cell or "").split())))


def join_date(*values: str | None) -> str | None:
    """Return the date that a year, a month and a day make, in this order or turned, as far as they
    go: without a month, the year alone. What has no whole year stays as it is, and is no date."""
    parts = [re.sub(r"\.0+$", "", (value or "").strip()) for value in values]
    parts = parts[::-1] if len(parts[-1]) == 4 else parts
    if len(parts[0]) != 4:
        return " ".join(filter(None, parts)) or None
    known = parts[: parts.index("")] if "" in parts else parts
    if all(map(str.isdigit, known)):
        return "-".join(part.zfill(2) for part in known) or None
    return " ".join(reversed(known)) or None


def join_parts(headings: Sequence[str], cells: Sequence[str | None]) -> str:
    """Join cells below headings of the parts of a date, else of a name."""
    parts = list(map(_part_of, headings))
    is_date = all(part and part.place >= _YEAR for part in parts)
    return (join_date(*cells) or "") if is_date else join_name(cells)


def order_parts(headings: Sequence[str]) -> tuple[str, ...]:
    """Return headings that have a name together in the order of the name; others as they stand."""
    parts = [part for name in headings if (part := _part_of(name))]
    if len(parts) < len(headings):
        return tuple(headings)
    return tuple(p.heading for p in sorted(_beside_surnames(parts), key=lambda each: each.place))


def find_parted_names(columns: Mapping[str, Sequence[str]]) -> list[PartedName]:
    """Find the columns of a table that have parts of names, one entry for each name of a row. Two
    columns of one part are none: nobody knows which of them is meant."""
    by_whose: dict[tuple[str, bool], list[_HeadedPart]] = {}
    for part in filter(None, map(_part_of, columns)):
        by_whose.setdefault((part.whose, part.place >= _YEAR), []).append(part)
    parted_names: list[PartedName] = []
    for parts in by_whose.values():
        ordered = sorted(_beside_surnames(parts), key=lambda part: part.place)
        headings = [part.heading for part in ordered]
        is_whole = _is_dated if ordered[0].place >= _YEAR else _is_whole
        if _is_one_name(ordered) and not is_whole(headings, columns):
            parted_names.append(_of(ordered, columns))
    return parted_names


def _beside_surnames(parts: Sequence[_HeadedPart]) -> Sequence[_HeadedPart]:
    """Read a heading that may have whole names or surnames as given names, where another one has
    the surnames and none these: `name` beside `surname`."""
    if {part.place for part in parts if part.is_strong} != {_SURNAME}:
        return parts
    return [part if part.is_strong else replace(part, place=_GIVEN) for part in parts]


def _part_of(heading: str) -> _HeadedPart | None:
    words = folded(heading).split()
    for size in range(min(_LONGEST, len(words)), 0, -1):
        for word, whose in ((words[:size], words[size:]), (words[-size:], words[:-size])):
            if (text := " ".join(word)) in _PARTS and not (whose and text in _ALONE):
                return _HeadedPart(heading, " ".join(whose), *_PARTS[text], text)
    return None


def _is_one_name(parts: Sequence[_HeadedPart]) -> bool:
    places = [part.place for part in parts]
    if places[0] >= _YEAR:
        return places in ([_YEAR, _MONTH], [_YEAR, _MONTH, _DAY])
    is_told_apart = len(set(places)) == len(places) > 1
    return is_told_apart and any(part.is_strong for part in parts)


def _of(parts: Sequence[_HeadedPart], columns: Mapping[str, Sequence[str]]) -> PartedName:
    headings = tuple(part.heading for part in parts)
    words = " ".join(part.word for part in parts)
    is_date = parts[0].place == _YEAR
    name = "date" if is_date else next(name for pattern, name in _WHOLE if pattern.search(words))
    is_before = any(folded(part.heading).startswith(part.word) for part in parts)
    whose = parts[0].whose
    pattern = f"{name} {whose}" if is_before else f"{whose} {name}"
    doubt = not is_date and _is_doubtful([columns[name] for name in headings])
    return PartedName(headings, pattern.strip(), doubt, is_date)


def _is_doubtful(columns: Sequence[Sequence[str]]) -> bool:
    """Tell whether some row has several names in a part, or says the first part twice."""
    several = any(_SEVERAL.search(cell) for cell in columns[0])
    return several or any(_repeats(cells) for cells in zip(*columns, strict=True))


def _is_whole(names: Sequence[str], columns: Mapping[str, Sequence[str]]) -> bool:
    """Tell whether some column has the whole names: one of these, as where `Nom` has them beside
    `Prénom`, or another."""
    if _mostly_repeat([columns[name] for name in names]):
        return True
    rows = zip(*(columns[name] for name in names), strict=True)
    told = [(at, words) for at, cells in enumerate(rows) if (words := _words(join_name(cells)))]
    told = told[:_TOLD]
    other_columns = (cells for name, cells in columns.items() if name not in names)
    return any(
        2 * sum(words <= _words(cells[at]) for at, words in told) > len(told)
        for cells in other_columns
    )


def _is_dated(names: Sequence[str], columns: Mapping[str, Sequence[str]]) -> bool:
    """Tell whether another column has the whole dates."""
    years = columns[names[0]][:_TOLD]
    other_cells = (cells for name, cells in columns.items() if name not in names)
    return any(
        2 * sum(year != "" and year in cell and len(cell) in range(6, 30) and "://" not in cell
                for year, cell in zip(years, cells, strict=False)) > len(years)
        for cells in other_cells
    )  # fmt: skip


def _mostly_repeat(columns: Sequence[Sequence[str]]) -> bool:
    filled = [cells for cells in zip(*columns, strict=True) if sum(map(bool, cells)) > 1]
    return 2 * sum(map(_repeats, filled)) > len(filled)


def _repeats(cells: Sequence[str]) -> bool:
    """Tell whether all words of the first part stand in another one, or the other way round. Two
    surnames may well be the same."""
    first, *rest = map(_words, cells)
    return any(words and first and (first <= words or words <= first) for words in rest)


def _words(name: str) -> set[str]:
    return {*folded(name).split()} - _PARTICLES


class WholeNames:
    """The columns of a table with those of parts of names put together."""

    def __init__(self, columns: Mapping[str, Sequence[str]]) -> None:
        self._all = columns
        self._parts = {item.said: item for item in find_parted_names(columns)}
        heads = {item.headings[0]: item for item in self._parts.values()}
        rest = {name for item in self._parts.values() for name in item.headings[1:]}
        self.columns: dict[str, Sequence[str]] = {}
        for name, cells in columns.items():
            if name in heads:
                self.columns[heads[name].said] = self._cells(heads[name])
            elif name not in rest:
                self.columns[name] = cells

    def _cells(self, whole: PartedName) -> list[str]:
        rows = zip(*(self._all[name] for name in whole.headings), strict=True)
        return [(join_date(*cells) or "") if whole.is_date else join_name(cells) for cells in rows]

    def translate(self, guess: Guess, kind: Kind) -> Guess:
        """Turn a guess about the joined columns into one about the columns of the table."""
        meanings = [self._meaning(item) for item in guess.meanings]
        unread = [name for heading in guess.unread for name in self._headings(heading)]
        for place, item in enumerate(meanings):
            if _is_of_person(item.column, kind) and not item.parts:
                meanings[place] = self._with_rest(item, unread)
        joined_too = {name for item in meanings for name in item.parts}
        left = tuple(name for name in unread if name not in joined_too and any(self._all[name]))
        return replace(guess, meanings=tuple(meanings), unread=left)

    def _headings(self, heading: str) -> tuple[str, ...]:
        return self._parts[heading].headings if heading in self._parts else (heading,)

    def _meaning(self, item: Meaning) -> Meaning:
        parted = self._parts.get(item.heading)
        if parted is None:
            return item
        # the heading of whole names stands for theirs: only what it means may be a guess
        doubt = parted.doubt or item.doubt
        return replace(item, heading=parted.headings[0], parts=parted.headings, doubt=doubt)

    def _with_rest(self, meaning: Meaning, unread: Sequence[str]) -> Meaning:
        """Add the part of its names that nothing else reads to a meaning, in doubt: the heading
        does not say that it has the other part alone."""
        left = [part for name in unread if (part := _part_of(name)) and not part.whose]
        rest = [part for part in left if part.place < _YEAR]
        own = _part_of(meaning.heading) if meaning.heading in self._all else None
        for part in rest:
            place = own.place if own else _SURNAME if part.place < _SURNAME else _GIVEN
            parts = sorted(
                [(place, meaning.heading), (part.place, part.heading)], key=lambda pair: pair[0]
            )
            names = tuple(name for _, name in parts)
            columns = [self._all[name] for name in names]
            if place != part.place and part.is_strong and not _mostly_repeat(columns):
                return replace(meaning, heading=names[0], parts=names, doubt=True)
        return meaning


def _is_of_person(name: str, kind: Kind) -> bool:
    """Tell whether a column has the names of those whom a row is about."""
    column = kind.column(name)
    is_own = kind.thing == "person" and name == kind.key_of
    return is_own or bool(column and column.required and column.of[:1] == ("person",))


def guess_whole(
    columns: Mapping[str, Sequence[str]],
    kinds: Mapping[str, Kind],
    guessed: Callable[[Mapping[str, Sequence[str]]], Guess | None],
) -> Guess | None:
    """Guess the columns of a table, with those of parts of names put together."""
    whole = WholeNames(columns)
    guess = guessed(whole.columns)
    return whole.translate(guess, kinds[guess.kind]) if guess else None
