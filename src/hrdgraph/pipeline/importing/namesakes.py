"""Rows that name somebody by one name into the names that may be of two: what the rows say beside
the name differs, as it does not of one person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from hrdgraph.fact_kinds import Kind
from hrdgraph.fact_kinds.codes import Codes
from hrdgraph.fact_kinds.countries import country_code, is_country
from hrdgraph.fact_kinds.headings import folded

_THINGS: Final = ("person", "organisation")
# what somebody has one of, by the names of columns and by headings that no kind has a column for
_ONE: Final = ("country", "birth", "gender", "wikidata", "founded")
_ONE_HEADINGS: Final = frozenset(
    map(
        folded,
        (
            "sex", "sexe", "sexo", "gender", "genre", "género", "пол",
            "date of birth", "birth date", "born", "year of birth", "date de naissance", "né le",
            "née le", "né(e) le", "fecha de nacimiento", "nacimiento", "дата рождения",
        ),
    )
)  # fmt: skip
_ONCE: Final = frozenset(("killing", "death", "death-in-custody", "extrajudicial-execution"))
_WHEN: Final = ("date", "place")


class Namesake(NamedTuple):
    """A name as it is written, in how many rows, and the heading whose cells differ."""

    names: tuple[str, ...]
    rows: int
    heading: str


class NamedRows(NamedTuple):
    """Rows of a table with the heading of each column that is understood, and the values of
    columns that are the same in all rows."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    columns: Mapping[str, str]
    values: Mapping[str, str] = {}

    def cells(self, heading: str, numbers: Sequence[int]) -> set[str]:
        """What a column has in some rows, without case and accents; blanks apart. Of a country
        its names are one."""
        place = self.headings.index(heading)
        read = _country if heading == self.columns.get("country") else folded
        return {text for number in numbers if (text := read(self.rows[number][place]))}


def find_namesakes(kind: Kind, table: NamedRows, codes: Mapping[str, Codes]) -> list[Namesake]:
    """The names of a table that may be of several people, or organisations."""
    found: list[Namesake] = []
    for heading in _named(kind, table):
        place = table.headings.index(heading)
        by_name: dict[str, list[int]] = {}
        for number, row in enumerate(table.rows):
            if name := folded(row[place]):
                by_name.setdefault(name, []).append(number)
        for numbers in by_name.values():
            differs = next(_differing(kind, table, numbers, codes), "")
            if len(numbers) > 1 and differs:
                names = tuple(sorted({table.rows[number][place] for number in numbers}))
                found.append(Namesake(names, len(numbers), differs))
    return found


def _country(text: str) -> str:
    return country_code(text) if is_country(text) else folded(text)


def _named(kind: Kind, table: NamedRows) -> Iterator[str]:
    """The headings of the names of people: of the rows themselves, or of victims and laureates."""
    for column in kind.columns:
        is_own = kind.name in _THINGS and column.name == kind.key_of
        is_other = column.required and column.type == "name" and column.of[:1] == ("person",)
        if (is_own or is_other) and column.name in table.columns:
            yield table.columns[column.name]


def _differing(
    kind: Kind, table: NamedRows, numbers: Sequence[int], codes: Mapping[str, Codes]
) -> Iterator[str]:
    own = [table.columns[name] for name in _ONE if name in table.columns]
    others = [name for name in table.headings if folded(name) in _ONE_HEADINGS]
    for heading in dict.fromkeys((*own, *others)):
        if len(table.cells(heading, numbers)) > 1:
            yield heading
    if kind.name == "act":
        ends = [number for number in numbers if _act_of(table, number, codes) in _ONCE]
        for name in _WHEN if len(ends) > 1 else ():
            if name in table.columns and len(table.cells(table.columns[name], ends)) > 1:
                yield table.columns[name]


def _act_of(table: NamedRows, number: int, codes: Mapping[str, Codes]) -> str:
    """The code of what was done in a row; empty where it is not known."""
    if "type" in table.values:
        return table.values["type"]
    heading = table.columns.get("type")
    text = table.rows[number][table.headings.index(heading)] if heading else ""
    return codes["act-type"].known(text) or ""
