"""One table of a file as it is proposed: where it is, what its rows and columns are taken for, and
what is in doubt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hrdgraph.fact_kinds import Kind
from hrdgraph.fact_kinds.addresses import is_completed, looks_like_address
from hrdgraph.fact_kinds.codes import Codes
from hrdgraph.fact_kinds.guess import Guess
from hrdgraph.fact_kinds.levels import RowMarks
from hrdgraph.fact_kinds.name_parts import joined
from hrdgraph.fact_kinds.regions import Region
from hrdgraph.fact_kinds.sentences import sentence_of, with_labels
from hrdgraph.pipeline.importing.namesakes import Namesake
from hrdgraph.sources.spreadsheet.unread_marks import NO_MARKS, SheetMarks, marks_of
from hrdgraph.sources.text import read_bytes

_ALOUD: Final = 5  # rows read aloud


@dataclass(frozen=True)
class TableProposal:
    """One table of a file: where it is, and what its rows and columns are taken for. `dates` is
    the order of its dates of figures; `dates_doubt` says that no date tells it. `rows` are its
    rows as texts."""

    file: Path
    sheet: str
    area: str
    region: Region
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    guess: Guess
    dates: str = ""
    dates_doubt: bool = False
    unknown: tuple[str, ...] = ()
    delimiter: str = ""
    encoding: str = ""
    language: str = ""  # of its dates, where it is not that of the person
    values: tuple[tuple[str, str], ...] = ()  # of columns that are the same in all rows
    namesakes: tuple[Namesake, ...] = ()  # names that may be of several people
    namesakes_asked: bool = False
    addresses: tuple[str, ...] = ()  # texts where addresses of the Web are read, each once
    several: tuple[str, ...] = ()  # cells that have names of several people, and are read as one
    bodies: tuple[str, ...] = ()  # names of organisations that would be people
    hidden: tuple[int, ...] = ()  # the numbers of rows that say that they are not public
    papers: tuple[str, ...] = ()  # what is cited and is no page, which makes it restricted
    marks: SheetMarks = NO_MARKS  # of its rows, which nothing reads
    chosen: tuple[tuple[str, str], ...] = ()  # who sees a heading, as a person chose
    row_marks: tuple[RowMarks, ...] = ()  # columns that may say which rows are private, unanswered
    said_of_rows: tuple[tuple[str, Mapping[str, str]], ...] = ()  # what was answered of such
    private_title: str = ""  # a text around the table that says it is not for everybody
    is_seen: bool = False  # whether a person has looked at it
    is_above: bool = False  # another table stands below it, so that its rows end where they do

    @property
    def columns(self) -> dict[str, str]:
        """The heading of each column that is understood."""
        return {meaning.column: meaning.heading for meaning in self.guess.meanings}

    @property
    def missing(self) -> str:
        """A column that one answer would say of all rows, and nobody has yet."""
        return self.guess.missing if self.guess.missing not in dict(self.values) else ""

    @property
    def doubts(self) -> int:
        """How many questions are open."""
        return (
            sum(meaning.doubt for meaning in self.guess.meanings)
            + self.guess.doubt
            + self.dates_doubt
            + bool(self.missing)
            + bool(self.misshaped)
            + bool(self.several)
            + bool(self.marks.hidden or self.marks.coloured or self.marks.struck)
            + bool(self.bodies)
            + (0 if self.namesakes_asked else len(self.namesakes))
        )

    def cell(self, row: Sequence[str], column: str) -> str:
        """What a row has in a column; of a name in parts, all of them."""
        meaning = self.guess.of(column)
        if meaning is None:
            return ""
        cells = [row[self.headings.index(heading)] for heading in meaning.headings]
        return joined(cells) if meaning.parts else cells[0]

    @property
    def misshaped(self) -> tuple[str, ...]:
        """Texts that look like addresses of the Web where these are read, and are none."""
        return tuple(text for text in self.addresses if looks_like_address(text))

    @property
    def completed(self) -> tuple[str, ...]:
        """Addresses of the Web that are read with the `https://` that they lack."""
        return tuple(text for text in self.addresses if is_completed(text))

    @property
    def whole_rows(self) -> list[tuple[str, ...]]:
        """The rows, with each name that is in parts whole under its first heading."""
        places = {
            self.headings.index(item.heading): item.column
            for item in self.guess.meanings
            if item.parts
        }
        if not places:
            return list(self.rows)
        return [
            tuple(
                self.cell(row, places[at]) if at in places else cell for at, cell in enumerate(row)
            )
            for row in self.rows
        ]


def columns_of(names: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    """The cells of rows by their headings."""
    return {
        name: [row[place] if place < len(row) else "" for row in rows]
        for place, name in enumerate(names)
    }


def countries_called_so(proposal: TableProposal, kind: Kind) -> set[str]:
    """The texts for "not known" that are codes of countries: NA is Namibia among other codes, and
    where no other column has it."""
    headings = {
        item.heading
        for item in proposal.guess.meanings
        if (column := kind.column(item.column)) and column.type == "country"
    }
    places = [place for place, name in enumerate(proposal.headings) if name in headings]
    codes = [row[place] for row in proposal.rows for place in places if row[place]]
    if 2 * sum(map(_is_code, codes)) <= len(codes):
        return set()
    others = (cell for row in proposal.rows for at, cell in enumerate(row) if at not in places)
    return set(filter(_is_code, codes)) - set(others)


def _is_code(text: str) -> bool:
    return len(text) == 2 and text.isascii() and text.isalpha() and text.isupper()


def marks_below(file: Path, sheet: str, region: Region) -> SheetMarks:
    """The marks of the rows of a table that nothing reads; a colour that most of them have means
    nothing."""
    if file.suffix.lower() not in (".xlsx", ".xlsm"):
        return NO_MARKS
    below = {*range(region.header + 1, region.last + 1)} - {*region.dropped}
    found = SheetMarks(*(rows & below for rows in marks_of(read_bytes(file), sheet)))
    is_usual = 3 * len(found.coloured) > len(below) > 2
    return found._replace(coloured=frozenset()) if is_usual else found


def read_aloud(
    proposal: TableProposal, kind: Kind, language: str, codes: Mapping[str, Codes]
) -> list[str]:
    """Return the first rows of a table as sentences, in which a person hears a mistake."""
    stated = (column for column in kind.columns if column.default)
    fixed = {one.name: one.default for one in stated if not one.default.startswith("@")}
    defaults, sentences = fixed | dict(proposal.values), []
    for row in proposal.rows[:_ALOUD]:
        cells = {name: proposal.cell(row, name) for name in proposal.columns}
        known = {name: "" if text in proposal.unknown else text for name, text in cells.items()}
        said = with_labels(kind, {**defaults, **known}, language, codes.__getitem__)
        sentences.append(sentence_of(kind, said, language))
    return sentences
