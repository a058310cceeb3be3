"""Propose a table of a file: where it is, what its rows and columns mean, who will see each
column, and what is in doubt. A column is for everybody only where it is understood and nothing
about it is private."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path
from typing import Final, NamedTuple

from hrdgraph.catalogue import Message
from hrdgraph.fact_kinds import Column, Kind
from hrdgraph.fact_kinds.cell_values import (
    Codes,
    country_code,
    is_completed,
    is_of_country,
    looks_like_address,
    read_items,
    whole_address,
)
from hrdgraph.fact_kinds.confidentiality import (
    RESTRICTED,
    SCHEME,
    RowMarks,
    are_prose,
    are_remarks,
    as_yes_or_no,
    cell_key,
    cells_with_private_data,
    is_flag,
    keeps_back,
    lets_out,
    opposite_cells,
    private_data_in,
    private_data_of,
    private_topic,
    row_marks,
    says_private,
    speaks_of_marks,
    speaks_of_secret,
    unread_levels,
)
from hrdgraph.fact_kinds.guess import (
    LINKS,
    ROW_NUMBERS,
    Guess,
    Meaning,
    are_names_of_people,
    is_unknown,
    numbers_rows,
    tells_of_harm,
)
from hrdgraph.fact_kinds.headings import (
    folded,
    read_words,
    words_pattern,
)
from hrdgraph.fact_kinds.name_parts import join_parts, order_parts
from hrdgraph.fact_kinds.regions import Region
from hrdgraph.fact_kinds.template import sentence_of, with_labels
from hrdgraph.mapping.functions.hrd import join_places
from hrdgraph.rdf import IRI
from hrdgraph.sources.fact_table import WORKBOOKS
from hrdgraph.sources.spreadsheet.xlsx import NO_MARKS, SheetMarks, marks_of
from hrdgraph.sources.text import read_bytes

_THINGS: Final = ("person", "organisation")
# what somebody has one of, by the names of columns and by headings that no kind has a column for
_ONE: Final = ("country", "birth", "gender", "wikidata", "founded")
_ONE_HEADINGS: Final = frozenset(map(folded, read_words("personal-headings")))
ENDS: Final = frozenset(("killing", "death", "death-in-custody", "extrajudicial-execution"))
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
        """Return what a column has in some rows, without case and accents; blanks apart. Of a
        country its names are one."""
        place = self.headings.index(heading)
        read = _country if heading == self.columns.get("country") else folded
        return {text for number in numbers if (text := read(self.rows[number][place]))}


def find_namesakes(kind: Kind, table: NamedRows, codes: Mapping[str, Codes]) -> list[Namesake]:
    """Find the names of a table that may be of several people, or organisations."""
    pairs: list[Namesake] = []
    for heading in _headings_of_names(kind, table):
        place = table.headings.index(heading)
        by_name: dict[str, list[int]] = {}
        for number, row in enumerate(table.rows):
            if (name := folded(row[place])) and not any(map(str.isdigit, name)):
                by_name.setdefault(name, []).append(number)
        again = [numbers for numbers in by_name.values() if len(numbers) > 1]
        describing = [
            one for one in table.headings if _describes(table, one, heading, again[:_SAMPLE])
        ]
        ids = [
            heading
            for heading in table.headings
            if again and _identifies(kind, table, heading, place)
        ]
        for numbers in again:
            alone = [heading for heading in describing if len(table.cells(heading, numbers)) > 1]
            alone = alone if len(alone) > 1 else []
            alone += [heading for heading in ids if len(table.cells(heading, numbers)) > 1]
            if differs := next(chain(_differing(kind, table, numbers, codes), alone), ""):
                names = tuple(sorted({table.rows[number][place] for number in numbers}))
                pairs.append(Namesake(names, len(numbers), differs))
    return pairs


def _describes(table: NamedRows, heading: str, names: str, again: Sequence[Sequence[int]]) -> bool:
    """Tell whether a column says what somebody is: of most names that come again, one thing."""
    counts = [len(table.cells(heading, numbers)) for numbers in again if heading != names]
    filled = [count for count in counts if count]
    return len(filled) >= _ENOUGH and 4 * filled.count(1) >= 3 * len(filled)


def _identifies(kind: Kind, table: NamedRows, heading: str, names: int) -> bool:
    """Tell whether a column holds ids of the people who are named: no id is of two names. Where
    each stands once it may be that of the row, unless a row is about somebody and the ids are no
    running numbers."""
    if _ID_WORDS.isdisjoint(folded(heading).split()) and private_topic(heading) != _ID_TOPIC:
        return False
    place = table.headings.index(heading)
    pairs = {(row[place], folded(row[names])) for row in table.rows if row[place]}
    ids = {item for item, _ in pairs}
    filled = sum(bool(row[place]) for row in table.rows)
    if len(ids) < len(pairs) or 10 * filled < 9 * len(table.rows):
        return False
    is_running = all(map(str.isdigit, ids))
    return len(ids) < filled or (kind.name in (*_THINGS, "role") and not is_running)


_ID_WORDS: Final = frozenset(map(folded, read_words("ids")))
_ID_TOPIC: Final = "identity-number"
_ENOUGH, _SAMPLE = 5, 200  # names that come again, from which a column is known, of how many


def _country(text: str) -> str:
    return country_code(text) if is_of_country(text) else folded(text)


def _headings_of_names(kind: Kind, table: NamedRows) -> Iterator[str]:
    """Yield the headings of people's names: of the rows themselves, of victims and laureates."""
    for column in kind.columns:
        is_own = kind.name in _THINGS and column.name == kind.key_of
        is_other = column.required and column.type == "name" and column.of[:1] == ("person",)
        if (is_own or is_other) and column.name in table.columns:
            yield table.columns[column.name]


def _differing(
    kind: Kind, table: NamedRows, numbers: Sequence[int], codes: Mapping[str, Codes]
) -> Iterator[str]:
    own = [table.columns[name] for name in _ONE if name in table.columns]
    named = [name for name in table.headings if folded(name) in _ONE_HEADINGS]
    for heading in dict.fromkeys((*own, *named)):
        if len(table.cells(heading, numbers)) > 1:
            yield heading
    if kind.name == "act":
        ends = [number for number in numbers if _act_of(table, number, codes) in ENDS]
        for name in _WHEN if len(ends) > 1 else ():
            if name in table.columns and len(table.cells(table.columns[name], ends)) > 1:
                yield table.columns[name]
    if kind.name == "conferral":  # nobody wins one prize twice in a year
        edition = [table.headings.index(one) for name in ("award", "year")
                   if (one := table.columns.get(name))]  # fmt: skip
        by_edition: dict[tuple[str, ...], list[int]] = {}
        for number in numbers:
            cells = tuple(table.rows[number][at] for at in edition)
            by_edition.setdefault(cells, []).append(number)
        for heading in table.headings:
            is_number = folded(heading) in ROW_NUMBERS
            if not is_number and any(len(table.cells(heading, x)) > 1 for x in by_edition.values()):
                yield heading


def _act_of(table: NamedRows, number: int, codes: Mapping[str, Codes]) -> str:
    """Return the code of what was done in a row, or ""."""
    if "type" in table.values:
        return table.values["type"]
    heading = table.columns.get("type")
    text = table.rows[number][table.headings.index(heading)] if heading else ""
    return codes["act-type"].find_code(text) or ""


def without_hidden_parts(proposal: TableProposal, kind: Kind) -> TableProposal:
    """Return the proposal without the parts of places and words that only we see, where everybody
    sees others. A name or a date is whole, or not for everybody: a part of it would be that of
    somebody else, or another day."""
    public = {seen.heading for seen in audience_of(proposal, kind) if seen.shown_to == EVERYBODY}
    meanings = list(proposal.guess.meanings)
    for at, item in enumerate(meanings):
        column, seen = (
            kind.column(item.column),
            tuple(part for part in item.parts if part in public),
        )
        if seen and column and column.type == "words" and column.name != kind.key_of:
            parts = seen if len(seen) > 1 or column.name == NOTE else ()
            meanings[at] = replace(item, heading=seen[0], parts=parts)
    result = replace(proposal, guess=replace(proposal.guess, meanings=tuple(meanings)))
    result.audiences[kind.name] = audience_of(proposal, kind)
    return result


def find_telling(proposal: TableProposal, kind: Kind) -> list[str]:
    """List the headings that tell rows apart which agree in all that tells facts of their kind
    apart: as few as it takes, and ones that everybody sees before others."""
    if kind.key_of or "id" in proposal.columns:
        return []
    audience = audience_of(proposal, kind)
    public = [item.heading for item in audience if item.shown_to == EVERYBODY]
    own = {
        heading for item in proposal.guess.meanings if item.column in kind.identity
        for heading in item.headings
    }  # fmt: skip
    place = proposal.headings.index
    told = [place(heading) for heading in public if heading in own]
    seen = [place(heading) for heading in public if heading not in own]
    seen += [place(item.heading) for item in audience if item.reason == "who-row-number"]
    hidden = [place(item.heading) for item in audience if item.shown_to == ONLY_US]
    key = itemgetter(*told) if told else len  # all rows are as long
    counts = Counter(map(key, proposal.rows))
    alike = (row for row in proposal.rows if counts[key(row)] > 1)
    rows = {tuple(row[at] for at in (*told, *seen, *hidden)): row for row in alike}.values()
    apart: list[int] = []
    for places in (seen, hidden):
        more = list(places)
        while more and (known := _count_different(rows, [*told, *apart])) < len(rows):
            best = max(more, key=lambda at: _count_different(rows, [*told, *apart, at]))
            if _count_different(rows, [*told, *apart, best]) > known:
                apart.append(best)
            # one that only we see stands for the number of the row, and tells each apart
            more = [at for at in more if at != best] if places is seen and best in apart else []
    return [proposal.headings[at] for at in apart]


def _count_different(rows: Collection[Sequence[str]], places: Sequence[int]) -> int:
    return len({tuple(row[at] for at in places) for row in rows})


def find_missing(proposal: TableProposal, kind: Kind) -> TableProposal:
    """Add the first column that the rows need, that nobody has said yet, and that may be the same
    in all rows to the proposal; drop values of columns that a heading says."""
    filled = {name for name, text in proposal.columns.items() if any(proposal.cells_of(text))}
    values = {
        name: text for name, text in proposal.values if kind.column(name) and name not in filled
    }
    lacking = [
        column.name for column in kind.lacking({*filled, *values}) if may_be_same(kind, column)
    ]
    usual = proposal.guess.missing if proposal.guess.missing in values else ""
    guess = replace(proposal.guess, missing=next(iter(lacking), usual))
    return replace(proposal, guess=guess, values=tuple(values.items()))


def may_be_same(kind: Kind, column: Column) -> bool:
    """Tell whether all rows may have the same in a column: it names nobody whom they are about."""
    return column.type != "key" and column.role != "subject" and column.name != kind.key_of


def count_unsourced(proposal: TableProposal, kind: Kind) -> int:
    """Count the rows that only we would see, as their kind is public only with a source and the
    table names none, or as they are documents without a web address; 0 where a person has said who
    sees them."""
    values, is_of_papers = dict(proposal.values), kind.name == "document"
    cited = "address" if is_of_papers else "document"
    named = [seen for seen in audience_of(proposal, kind) if seen.column == cited]
    seen = [column.heading for column in named if column.seen_by == EVERYBODY]
    if proposal.unsourced:
        return 0
    if is_of_papers:
        cells = [map(whole_address, proposal.cells_of(heading)) for heading in seen]
        is_said = SCHEME in proposal.columns or SCHEME in values
        return 0 if is_said else len(proposal.rows) - sum(map(any, zip(*cells, strict=True)))
    is_cited = "evidence_start" in proposal.headings or cited in values or seen
    return 0 if is_cited or kind.unsourced == EVERYBODY else len(proposal.rows)


_ALOUD: Final = 5  # rows read aloud


@dataclass(frozen=True)
class TableProposal:
    """One table of a file: where it is, and what its rows and columns are taken for. `dates` is
    the order of its dates of figures; `dates_doubt` says that no date tells it, `pivot_doubt`
    that nothing tells the century. `rows` are its rows as texts."""

    file: Path
    sheet: str
    area: str
    region: Region
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    guess: Guess
    numbers: tuple[int, ...] = ()  # of its rows in the file
    dates: str = ""
    dates_doubt: bool = False
    pivot: int = 0  # the last year that two digits of its dates can mean
    pivot_doubt: bool = False
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
    repaired: tuple[tuple[str, str], ...] = ()  # cells of the file, and how they are read
    papers: tuple[str, ...] = ()  # what is cited and is no page, which makes it restricted
    marks: SheetMarks = NO_MARKS  # of its rows, which nothing reads
    chosen: tuple[tuple[str, str], ...] = ()  # who sees a heading, as a person chose
    row_marks: tuple[RowMarks, ...] = ()  # columns that may say which rows are private, unanswered
    said_of_rows: tuple[tuple[str, Mapping[str, str]], ...] = ()  # what was answered of such
    opposite: tuple[tuple[str, str], ...] = ()  # headings of which the opposite of a cell was said
    titles: tuple[str, ...] = ()  # of the file, the sheet, and texts around the table
    private_titles: tuple[str, ...] = ()  # texts around it that say it is not for everybody
    is_further: bool = False  # another table of its file stands before it
    hides: str = ""  # "row": its private rows keep back no people
    # by column, what stands between the items of its cells, and what their texts mean
    splits: tuple[tuple[str, tuple[str, ...]], ...] = ()
    meant: tuple[tuple[str, Mapping[str, tuple[str, ...]]], ...] = ()
    answered: frozenset[str] = frozenset()  # columns of which a person said how they split
    offered: frozenset[str] = frozenset()  # headings of which a person was shown who may see them
    rows_answered: frozenset[str] = frozenset()  # headings of which it was said what rows they mark
    unsourced: str = ""  # who sees rows without a source, as a person said
    is_above: bool = False  # another table stands below it, so that its rows end where they do
    is_left: bool = False  # it is not read: a person said so, or has not said what its rows are
    of_the_living: frozenset[IRI] = frozenset()  # properties that the ontology then withholds
    # the cells below each heading that was asked about: copies have them too
    below: dict[str, list[str]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def columns(self) -> dict[str, str]:
        """Return the heading of each column that is understood."""
        return {meaning.column: meaning.heading for meaning in self.guess.meanings}

    @property
    def missing(self) -> str:
        """Return a column that one answer would say of all rows, and nobody has yet."""
        return self.guess.missing if self.guess.missing not in dict(self.values) else ""

    @property
    def open_titles(self) -> list[str]:
        """List the texts around the table that say that it is not for everybody, and that explain
        no marks of rows that are asked about, or were answered."""
        asked = [
            *(mark.heading for mark in self.row_marks if mark.is_likely),
            *dict(self.said_of_rows),
        ]
        asked += [meaning.heading for meaning in self.guess.meanings if meaning.column == SCHEME]
        return [
            text for text in dict.fromkeys(self.private_titles)
            for parts in [[*filter(says_private, re.split(r"[.;\n]", text))] or [text]]
            if not (asked and all(explains(self, part, asked) for part in parts))
        ]  # fmt: skip

    @property
    def marked_rows(self) -> list[int]:
        """The rows that are hidden, coloured or struck out."""
        return sorted(self.marks.hidden | self.marks.coloured | self.marks.struck)

    def cells_of(self, heading: str) -> list[str]:
        """Return the cells below a heading."""
        if heading not in self.below:
            place = self.headings.index(heading) if heading in self.headings else -1
            self.below[heading] = [row[place] for row in self.rows] if place >= 0 else []
        return self.below[heading]

    def texts_of(self, column: str) -> list[str]:
        """Return what each row has in a column; of a name in parts, all of them."""
        places = self._places.get(column, ())
        if len(places) == 1:
            return self.cells_of(self.headings[places[0]])
        return [self.cell(row, column) for row in self.rows]

    def cell(self, row: Sequence[str], column: str) -> str:
        """Return what a row has in a column; of a name in parts, all of them."""
        cells = [row[place] for place in self._places.get(column, ())]
        if len(cells) < 2:
            return cells[0] if cells else ""
        if column.endswith("place"):
            return join_places(*cells) or ""
        return join_parts([self.headings[place] for place in self._places[column]], cells)

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """List where the cells of each column stand in a row."""
        index = self.headings.index
        return {item.column: [*map(index, item.headings)] for item in self.guess.meanings}

    @cached_property
    def audiences(self) -> dict[str, list[ColumnAudience]]:
        """Return what was found of who sees its columns, by kind."""
        return {}

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
        """Return the rows, with each name that is in parts whole under its first heading."""
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


def list_alike(proposals: Iterable[TableProposal]) -> list[list[TableProposal]]:
    """Group the tables of a file that have one kind and the same headings: a person is asked once
    about all of them, by the name of the first."""
    groups: dict[tuple[object, ...], list[TableProposal]] = {}
    for table in proposals:
        groups.setdefault((table.file, table.guess.kind, table.headings), []).append(table)
    return list(groups.values())


class LeftTable(NamedTuple):
    """A sheet, or a table of it, that is not read: what an answers file calls it, and a code of
    the catalogue for why."""

    name: str
    code: str
    proposal: TableProposal | None = None

    @property
    def message(self) -> Message:
        """Say where it is, why it is not read, and what makes it read."""
        place, count = ", ".join(self.name.split("#")), 0
        if self.proposal:
            region, count = self.proposal.region, len(self.proposal.rows)
            place += f", {region.header}–{region.last}"
        return Message(self.code, place=place, count=count, name=self.name)


def name_of(proposal: TableProposal) -> str:
    """Return what an answers file calls a table."""
    return "#".join(filter(None, (proposal.file.name, proposal.sheet, proposal.area)))


def columns_of(names: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    """Return the cells of rows by their headings."""
    return {
        name: [row[place] if place < len(row) else "" for row in rows]
        for place, name in enumerate(names)
    }


def codes_called_so(proposal: TableProposal) -> set[str]:
    """List the texts for "not known" that are codes of countries, provinces and the like: NA is
    Namibia, or Naples, among other codes, and where no other column has it."""
    found, others = set[str](), set[str]()
    for heading in proposal.headings:
        counts = Counter(filter(None, proposal.cells_of(heading)))
        codes = set(filter(_is_code, counts))
        words = {code for code in codes if not is_unknown(code) and as_yes_or_no(code) is None}
        is_of_codes = len(words) > 1 and 2 * sum(counts[code] for code in codes) > counts.total()
        (found if is_of_codes else others).update(codes)
    return found - others


def _is_code(text: str) -> bool:
    return len(text) == 2 and text.isascii() and text.isalpha() and text.isupper()


def marks_below(file: Path, sheet: str, region: Region) -> SheetMarks:
    """Find the marks of the rows of a table that nothing reads; a colour that most of them have
    means nothing."""
    if file.suffix.lower() not in WORKBOOKS:
        return NO_MARKS
    below = {*range(region.header + 1, region.last + 1)} - {*region.dropped}
    *rows, columns = marks_of(read_bytes(file), sheet)
    marks = SheetMarks(*(numbers & below for numbers in rows))._replace(columns=columns)
    is_usual = 3 * len(marks.coloured) > len(below) > 2
    return marks._replace(coloured=frozenset()) if is_usual else marks


def read_aloud(
    proposal: TableProposal, kind: Kind, language: str, codes: Mapping[str, Codes]
) -> list[str]:
    """Return the first rows of a table as sentences, in which a person hears a mistake."""
    stated = (column for column in kind.columns if column.default)
    fixed = {column.name: column.default for column in stated if not column.default.startswith("@")}
    defaults, sentences = fixed | dict(proposal.values), []
    splits, meant = dict(proposal.splits), dict(proposal.meant)
    required = (column for column in kind.columns if column.required and not column.default)
    needed = {name for column in required for name in kind.alternatives(column)}
    for row in proposal.rows[:_ALOUD]:
        cells = {name: proposal.cell(row, name) for name in proposal.columns}
        known = {name: "" if text in proposal.unknown else text for name, text in cells.items()}
        for name in {*splits, *meant} & known.keys():
            items = read_items(known[name], splits.get(name, ()), meant.get(name, {}))
            known[name] = ", ".join(items) if len(items) != 1 else items[0]
        texts = with_labels(kind, {**defaults, **known}, language, codes.__getitem__)
        filled = {name for name, text in known.items() if text}
        if filled and (not needed or filled & needed):  # else it says nothing
            sentences.append(sentence_of(kind, texts, language))
    return sentences


EVERYBODY, ONLY_US, NOT_READ = "public", "withheld", "ignore"  # as source.toml says them
NOTE: Final = "note"  # the column for what a table says in its own words
AUDIENCES: Final = (EVERYBODY, ONLY_US, NOT_READ)
OF_THE_DEAD: Final = "who-of-the-dead"  # published of people known to be dead, and of no others
_TEXTS: Final = ("words", "name", "document")  # types of columns whose cells are no yes and no
_MOST: Final = 3  # examples of a column
_MANY: Final = 50  # cells among which one that looks private makes no private column


class ColumnAudience(NamedTuple):
    """A heading, the column of the kind that it means ("" for none), some of its cells, who will
    see them, and a code of the catalogue for why not everybody. `proposed` is who would, had no
    person chosen. `is_fixed`: the kind itself keeps it back, and no person opens it."""

    heading: str
    column: str
    examples: tuple[str, ...]
    seen_by: str
    proposed: str
    reason: str
    is_fixed: bool

    @property
    def shown_to(self) -> str:
        """Return who will see them, as far as people live whom they are about."""
        return ONLY_US if self.reason == OF_THE_DEAD else self.seen_by

    @property
    def is_restricted(self) -> bool:
        """Tell whether the build with what is restricted holds it, where only we see it: what is
        in doubt, and no contacts, notes and the like."""
        held = self.reason.startswith("who-holds-")
        return held or self.reason in ("who-in-doubt", "who-kept-back")


def audience_of(proposal: TableProposal, kind: Kind) -> list[ColumnAudience]:
    """List who will see each column, as a person chose, else as it is proposed."""
    if kind.name not in proposal.audiences:  # a column of many rows is asked about again and again
        proposal.audiences[kind.name] = _find_audience(proposal, kind)
    return proposal.audiences[kind.name]


def _find_audience(proposal: TableProposal, kind: Kind) -> list[ColumnAudience]:
    chosen = dict(proposal.chosen)
    items = []
    for heading in proposal.headings:
        cells = [*filter(None, proposal.cells_of(heading))]
        meaning = next(
            (meaning for meaning in proposal.guess.meanings if heading in meaning.headings), None
        )
        column = kind.column(meaning.column) if meaning else None
        proposed, reason = _propose(heading, cells, proposal, kind, column, meaning)
        at = 1 + proposal.region.first_column + proposal.headings.index(heading)
        if at in proposal.marks.columns and reason in ("", "who-not-understood"):
            proposed, reason = ONLY_US, "who-hidden"
        is_fixed = column is not None and column.visibility != "public"
        seen_by = chosen.get(heading, proposed)
        if is_fixed and seen_by == EVERYBODY:
            seen_by = proposed
        is_told = reason == OF_THE_DEAD and heading in chosen and kind.column(NOTE) is not None
        reason = "who-chosen" if is_told or seen_by != proposed else reason
        examples = tuple(dict.fromkeys(cells))[:_MOST]
        name = column.name if column else ""
        items.append(ColumnAudience(heading, name, examples, seen_by, proposed, reason, is_fixed))
    return items


def list_doubtful(proposal: TableProposal, kind: Kind) -> dict[str, str]:
    """List the headings that only we see and that a person may want everybody to see, each with a
    code of the catalogue for why: all but those whose cells are likely to mark private rows, or
    yes and no, and those that are closed."""
    marks = (mark for mark in proposal.row_marks if mark.is_likely or is_flag(mark.cells))
    closed = {*list_closed(proposal, kind), *(mark.heading for mark in marks)}
    has_notes = kind.column(NOTE) is not None  # where what is not understood may stand
    doubts = {
        name for meaning in proposal.guess.meanings if meaning.doubt for name in meaning.headings
    }
    return {
        seen.heading: seen.reason
        for seen in audience_of(proposal, kind)
        if seen.shown_to == ONLY_US and seen.heading not in {*closed, *dict(proposal.chosen)}
        and (seen.reason != "who-in-doubt" or seen.heading in doubts) and (has_notes or seen.column)
        and (seen.column or not speaks_of_secret(seen.heading))
    }  # fmt: skip


def list_closed(proposal: TableProposal, kind: Kind) -> dict[str, str]:
    """List the headings that only we see since they are of somebody's private life, each with a
    code of the catalogue for why: no answer about several headings opens them."""
    needed = (item for item in kind.columns if item.required)
    is_about_people = kind.thing == "person" or any(item.of[:1] == ("person",) for item in needed)
    is_about_people |= proposal.guess.doubt
    return {
        seen.heading: seen.reason
        for seen in audience_of(proposal, kind)
        if seen.shown_to == ONLY_US
        and (seen.is_fixed or _is_secret(seen, proposal, is_about_people))
    }


def _is_secret(one: ColumnAudience, proposal: TableProposal, is_about_people: bool) -> bool:
    """Tell whether a column that only we see is of somebody's private life: of phones, numbers of
    people, homes, health, or a remark of our own. What is the matter of people alone, such as an
    address, is none where rows are about others."""
    cells = [cell for cell in proposal.cells_of(one.heading) if cell]
    # where something happened, or an office is, may be an address, which is nobody's home
    texts = (*proposal.titles, *proposal.headings, *chain(*proposal.rows[:_MANY]))
    is_home = is_about_people and one.column != "place"
    is_home &= not any(map(words_pattern("memorials").search, map(folded, texts)))
    is_home |= bool(words_pattern("homes").search(folded(one.heading)))
    match one.reason.removeprefix("who-"):
        case "address":
            return is_home
        case reason if reason in _OF_PLACES:
            return is_home and not one.column
        case "contact":
            return not all(map(whole_address, cells))
        case "beliefs":
            return is_about_people and not words_pattern("parties").search(folded(one.heading))
        case "identity-number":
            return is_about_people and any(len(cell) > _SHORT_NUMBER for cell in cells)
        case "private-source":
            return is_about_people and one.column != "document"
        case "birth" | "health" | "family":
            return is_about_people
        case "typist" | "safety" | "remarks" | "decides":
            return True
        case reason:  # text about others, some of which has such, may be public
            held = sum(1 for _ in cells_with_private_data(cells)) if "holds-" in reason else 0
            return bool(held) and not one.column and (is_about_people or 2 * held > len({*cells}))


_OF_PLACES: Final = ("holds-street", "holds-coordinates")
_SHORT_NUMBER: Final = 6  # characters: a number of a member, and none of a document


def _propose(
    heading: str, cells: Sequence[str], proposal: TableProposal, kind: Kind,
    column: Column | None, meaning: Meaning | None,
) -> tuple[str, str]:  # fmt: skip
    """Propose who should see a column, and tell why not everybody."""
    if meaning is None or column is None:
        if not cells or numbers_rows(heading, cells):
            return NOT_READ, "who-nothing-there" if not cells else "who-row-number"
        if dict(proposal.said_of_rows).get(heading):
            return ONLY_US, "who-decides"
        topic = private_topic(heading)
        if topic in ("", "free-text", "address", "beliefs", "identity-number"):
            held = {*private_data_in(cell for cell in cells if not whole_address(cell))}
            held -= {*_OF_PLACES} if topic == "address" else set()
            topic = min(held, key=lambda one: (one in _OF_PLACES, one), default=topic)
        return ONLY_US, f"who-{topic or 'not-understood'}"
    if column.name == SCHEME:
        return ONLY_US, "who-decides"
    if column.visibility != "public":
        return ONLY_US, "who-kept-back"
    is_link = column.type in LINKS and any(map(whole_address, cells))
    topic = "" if is_link or meaning.parts else private_topic(heading)
    topic = "" if topic == "safety" else topic  # `Type of threat` is what was done
    if column.prose or (column.prose is None and column.type == "words" and are_prose(cells)):
        return ONLY_US, "who-free-text"
    if topic:
        return ONLY_US, f"who-{topic}"
    if column.type == "document" and cells and not is_link and proposal.guess.kind != "document":
        return ONLY_US, "who-private-source"
    if column.role == "agent" and column.type == "words" and are_names_of_people(cells, often=True):
        return ONLY_US, "who-names-people"
    is_dated = column.type in ("date", "year")
    if meaning.doubt or (is_dated and proposal.dates_doubt):
        return ONLY_US, "who-in-doubt"
    texts = [cell for cell in cells if not (is_link and whole_address(cell))]
    private = [*islice(cells_with_private_data(texts), 2)]
    # a build leaves out a single such cell among many, and says which
    if private and (len(private) > 1 or len(texts) < _MANY):
        return ONLY_US, f"who-{private_data_of(private[0])}"
    # a column that names people is understood, and none says that they are none
    names_people = any(
        column.of[:1] == ("person",) and column.kind_column not in proposal.columns
        for column in kind.columns
        if column.name in proposal.columns
    )
    return EVERYBODY, OF_THE_DEAD if names_people and _is_of_living(column, proposal) else ""


def _is_of_living(column: Column, proposal: TableProposal) -> bool:
    """Tell whether a build publishes a column only of people who are known to be dead."""
    are_dead = dict(proposal.values).get("type") in ENDS
    return column.predicate in proposal.of_the_living and not are_dead


def row_marks_of(
    proposal: TableProposal, kind: Kind, codes: Mapping[str, Codes]
) -> tuple[RowMarks, ...]:
    """List the columns that may say which rows are private and are not understood precisely."""
    listed = []
    titles = {*proposal.titles, *proposal.private_titles}
    for heading in proposal.headings:
        cells = proposal.cells_of(heading)
        meaning = next(
            (meaning for meaning in proposal.guess.meanings if heading in meaning.headings), None
        )
        column = kind.column(meaning.column) if meaning else None
        if column is not None and column.name == SCHEME:
            if unread_levels(cells, heading, codes[SCHEME]):
                listed.append(RowMarks(heading, tuple(dict.fromkeys(cells))))
            continue
        is_said = meaning is not None and meaning.reason != "cells" and not meaning.doubt
        if is_said and is_flag(cells):  # `yes` is nobody's name: the heading was misread
            is_said = column is None or (column.type not in _TEXTS and not speaks_of_marks(heading))
        if not any(cells) and column is None and folded(heading) in ROW_NUMBERS:
            continue
        is_remarks = column is None and private_topic(heading) == "remarks"
        if column is not None and column.name == NOTE:  # in own words as a person said: unread
            is_remarks = not meaning or meaning.reason != "said"
            column, is_said = (column, is_said) if is_remarks else (None, False)
        is_content = is_said and not is_remarks and not (column and column.prose)
        if marks := row_marks(
            heading, cells, is_content=is_content, is_remarks=is_remarks, is_unread=column is None
        ):
            is_told = any(explains(proposal, text, [heading]) for text in titles)
            listed.append(marks._replace(is_likely=marks.is_likely or is_told))
        elif any(  # a title may explain them: "Sobre cerrado: no se divulga"
            explains(proposal, text, [heading])
            for text in titles
            if text in proposal.private_titles
            or any(
                f" {folded(heading)} {folded(cell)} " in f" {folded(text)} "
                for cell in ({*cells} if folded(heading) in folded(text) else ())
            )
        ):
            listed.append(RowMarks(heading, tuple(dict.fromkeys(cells))))
    known = {*dict(proposal.said_of_rows), *proposal.rows_answered}
    return tuple(one for one in listed if one.heading not in known)


def explains(proposal: TableProposal, text: str, headings: Iterable[str] = ()) -> bool:
    """Tell whether a text around a table explains the few short cells below one of some headings,
    else of those that may mark rows: `R = reserved`, `Code A: …`, `a star in "Not for release"`."""
    words = f" {folded(text)} "
    for heading in headings or [marks.heading for marks in proposal.row_marks]:
        cells, name = {*proposal.cells_of(heading)} - {""}, folded(heading)
        if len(cells) > _LEVELS or any(len(cell) > _LONGEST_LEVEL for cell in cells):
            continue
        named = [cell for cell in cells if f" {folded(cell)} " in words]
        quoted = rf"""["'«“„‹]\s*{re.escape(heading)}\s*["'»”“›]"""
        is_named = f" {name} " in words and (" " in name or re.search(quoted, text))
        is_named = is_named or any(f" {name} {folded(cell)} " in words for cell in named)
        if is_named or list_meanings(text, cells) or sum(len(cell) > 1 for cell in named) > 1:
            return True
    return False


def list_meanings(text: str, cells: Iterable[str]) -> dict[str, str]:
    """Return what a text says of some cells, as in `R = reserved; P: public`."""
    says = r"(?<!\w)%s[»”\"')]*\s*[=:]\s*([^,;.\n/]*)"
    found = ((cell, re.search(says % re.escape(cell), text, re.I)) for cell in cells if cell)
    return {cell: match[1] for cell, match in found if match}


_LEVELS, _LONGEST_LEVEL = 12, 40  # different cells that a text explains, and characters of one


def why_restricted(proposal: TableProposal) -> list[tuple[str, str]]:
    """Why nothing of a table is published until a person has answered: codes of the catalogue,
    each with the text that is meant."""
    reasons = [("who-title-private", text) for text in proposal.open_titles[:1]]
    if names := ", ".join(marks.heading for marks in proposal.row_marks):
        reasons.append(("who-marks-unread", names))
    reasons += [("who-marks-opposite", f"{heading}: {cell}") for heading, cell in proposal.opposite]
    if (rows := proposal.marked_rows) and MARKED_ROWS not in proposal.answered:
        reasons.append(("who-rows-marked", ", ".join(map(str, rows[:_MOST]))))
    if proposal.guess.doubt and (reasons or not is_plain_list(proposal)):
        reasons.append(("who-kind-in-doubt", proposal.guess.kind))
    return reasons


def is_plain_list(proposal: TableProposal) -> bool:
    """Tell whether rows say that people are people, with nothing delicate beside: a heading says
    exactly that names stand below it, none speaks of somebody's private life but for a birth, or
    of what was done to people, and none with few texts, which may be marks, is not understood."""
    guess, name = proposal.guess, proposal.guess.of("name")
    if guess.kind != "person" or guess.is_open or name is None or name.parts:
        return False
    if name.doubt or name.reason != "exact" or proposal.bodies or any(proposal.marks):
        return False
    if folded(name.heading) not in read_words("plain-names"):
        return False
    below = {heading: {*proposal.cells_of(heading)} - {""} for heading in proposal.headings}
    unread = (below[heading] for heading in guess.unread if heading in below)
    if any(1 < len(cells) <= _MARKS and not all(map(str.isdigit, cells)) for cells in unread):
        return False
    if any(
        private_topic(heading) not in ("", "birth") or tells_of_harm(heading) for heading in below
    ):
        return False
    titles = (*proposal.titles, proposal.file.stem, proposal.sheet)
    return not any(map(tells_of_harm, titles)) and not any(
        {*private_data_in(cell for cell in cells if not whole_address(cell))} - {"holds-street"}
        for cells in below.values()
    )


_MARKS: Final = 6  # different texts of a column that may mark rows


def choose_audience(
    proposal: TableProposal, choices: Mapping[str, str], kind: Kind
) -> TableProposal:
    """Return the proposal with who sees some headings, as a person chose. What is not read means
    nothing; what is kept back of living people everybody sees in its own words, too."""
    chosen = {**dict(proposal.chosen), **choices}
    audience = audience_of(proposal, kind) if kind.column(NOTE) else ()
    opened = {
        seen.heading
        for seen in audience
        if choices.get(seen.heading) == EVERYBODY
        and (column := kind.column(seen.column))
        and (seen.reason == OF_THE_DEAD or (_is_of_living(column, proposal) and not seen.is_fixed))
    }
    meanings: dict[str, Meaning] = {}
    unread = list(proposal.guess.unread)
    for item in proposal.guess.meanings:
        kept = tuple(name for name in item.headings if chosen.get(name) != NOT_READ)
        if len(kept) == len(item.headings) or (kept and item.column == NOTE):
            add_meaning(meanings, replace(item, heading=kept[0], parts=kept if item.parts else ()))
            unread += (name for name in item.headings if name not in kept)
        else:
            unread += item.headings
    read = {name for item in meanings.values() for name in item.headings}
    read |= {heading for heading, _ in proposal.said_of_rows}
    read -= opened
    for heading in proposal.headings if kind.column(NOTE) else ():
        if chosen.get(heading) == EVERYBODY and heading not in read:
            add_meaning(meanings, Meaning(heading, NOTE, "said"))
            read.add(heading)
    left = tuple(name for name in unread if name not in read)
    guess = replace(proposal.guess, meanings=tuple(meanings.values()), unread=left)
    return replace(proposal, guess=guess, chosen=tuple(chosen.items()))


def add_meaning(meanings: dict[str, Meaning], meaning: Meaning, *, joins: bool = False) -> None:
    """Add what a heading means, unless another heading means that; of notes, and where a person
    said it of several headings (`joins`), all are read."""
    known = meanings.setdefault(meaning.column, meaning)
    if known is not meaning and (joins or meaning.column == NOTE):
        parts = tuple(dict.fromkeys((*known.headings, *meaning.headings)))
        parts = parts if meaning.column == NOTE else order_parts(parts)
        meanings[meaning.column] = replace(known, heading=parts[0], parts=parts)


def answer_row_marks(
    proposal: TableProposal, heading: str, private: Collection[str], public: Collection[str] = ()
) -> TableProposal:
    """Return the proposal with the cells of a column that mark private rows, and those of public
    ones, as a person says, whatever the column is taken for. A cell of which nothing is said is
    public only where it says so itself, or is empty where only remarks were called private: rows
    with any other are kept back. Of prose that was asked about, only the cells that may say it are
    meant. Without an answer the column marks none."""
    opposite = tuple(item for item in proposal.opposite if item[0] != heading)
    if swapped := list_opposite(proposal, heading, private, public):
        return replace(proposal, opposite=(*opposite, (heading, ", ".join(swapped))))
    known = next((item for item in proposal.row_marks if item.heading == heading), None)
    rows = dict(proposal.said_of_rows).get(heading, {})
    if known is None and rows.get(ANY_CELL) == EVERYBODY:  # prose, of which some cells say it
        marked = tuple(cell for cell, level in rows.items() if level != EVERYBODY)
        known = RowMarks(heading, marked, is_prose=True)
    remarks = {*known.cells} if known and known.is_prose else None
    all_cells = proposal.cells_of(heading)
    closed, open_ = (set(map(cell_key, cells)) for cells in (private, public))
    if closed and not open_ and are_remarks(heading, private):
        open_ = {""}
    rows = {}
    for cell in dict.fromkeys(all_cells):
        if cell_key(cell) in closed:
            rows[cell] = RESTRICTED
        elif cell_key(cell) in open_ or (remarks is None and lets_out(cell, heading, private)):
            rows[cell] = EVERYBODY
        elif (remarks and cell in remarks) or (ANY_CELL in open_ and says_private(cell)):
            rows[cell] = RESTRICTED
    if ANY_CELL in open_ or remarks is not None:
        rows[ANY_CELL] = EVERYBODY
    rest = tuple(item for item in proposal.said_of_rows if item[0] != heading)
    left = tuple(item for item in proposal.row_marks if item is not known)
    guess, hidden = proposal.guess, proposal.hidden
    if (level := guess.of(SCHEME)) is not None and level.heading == heading:
        meanings = tuple(item for item in guess.meanings if item is not level)
        guess = replace(guess, meanings=meanings, unread=(*guess.unread, heading))
        numbered = enumerate(all_cells, 1)
        hidden = tuple(
            number for number, cell in numbered if rows.get(cell, rows.get(ANY_CELL)) != EVERYBODY
        )
    return replace(
        proposal, row_marks=left, said_of_rows=(*rest, (heading, rows)) if closed | open_ else rest,
        guess=guess, hidden=hidden, opposite=opposite,
        rows_answered=proposal.rows_answered | {heading},
    )  # fmt: skip


def list_opposite(
    proposal: TableProposal, heading: str, private: Collection[str], public: Collection[str]
) -> list[str]:
    """List the cells of which an answer says the opposite of what their words say, or a text
    around the table: where `R = reserved` stands, `R` is not public."""
    closed = [
        cell
        for text in {*proposal.titles, *proposal.private_titles}
        for cell, means in list_meanings(text, public).items()
        if speaks_of_secret(means) and explains(proposal, text, [heading])
    ]
    return [*opposite_cells(heading, private, public), *closed]


def answer_of_ticks(
    heading: str, cells: Iterable[str], ticked: Collection[str]
) -> dict[str, list[str]]:
    """Return the answer about the rows of a person who ticked the private ones of the cells that
    she was shown: the others are public, but those that say no or private, or that nobody knows."""
    left = (cell for cell in cells if cell not in ticked)
    others = (table for table in left if not keeps_back(table, heading) and not says_private(table))
    return {"private": [*ticked], "public": [*others] if ticked else []}


def describe_marks(proposal: TableProposal, only: str = "") -> Iterator[Message]:
    """Say who sees the rows with which cells, as a person answered of the columns."""
    for heading, rows in proposal.said_of_rows:
        below = Counter(proposal.cells_of(heading))
        for is_open in (True, False) if only in ("", heading) else ():
            levels = {heading: rows.get(heading, rows.get(ANY_CELL)) for heading in below}
            cells = [heading for heading in below if (levels[heading] == EVERYBODY) == is_open]
            if cells:
                yield describe_marked(heading, cells, sum(below[cell] for cell in cells), is_open)
        unsaid = [] if ANY_CELL in rows else [heading for heading in below if heading not in rows]
        if unsaid and all(unsaid):  # to open those where nothing stands, too, is no advice
            yield Message(
                "rows-unsaid", column=heading, count=sum(below[heading] for heading in unsaid)
            )


def list_private_rows(proposal: TableProposal) -> set[int]:
    """List the rows that only we may see, by their cells, counted from 1."""
    hidden = {*proposal.hidden}
    for heading, rows in proposal.said_of_rows:
        for number, cell in enumerate(proposal.cells_of(heading), 1):
            if rows.get(cell, rows.get(ANY_CELL)) != EVERYBODY:
                hidden.add(number)
    return hidden


def answer_marked_rows(proposal: TableProposal, who: str) -> TableProposal:
    """Return the proposal with who sees the rows that are hidden, coloured or struck out, and
    what private rows keep back: the people in them, or the row alone. Marked rows are private by
    their cells below a heading that tells them from all others; where none does, nothing of the
    table is published."""
    proposal = replace(proposal, hides="row" if who == ROW_ALONE else "")
    marked = {*proposal.marked_rows}
    at = {number for number, row in enumerate(proposal.numbers, 1) if row in marked}
    if who != EVERYBODY and not at <= list_private_rows(proposal):
        taken = {*dict(proposal.said_of_rows), *(mark.heading for mark in proposal.row_marks)}
        level = proposal.guess.of(SCHEME)
        taken |= {level.heading} if level else set()
        telling: list[tuple[int, str, dict[str, str]]] = []
        for heading in proposal.headings:
            cells = [*enumerate(proposal.cells_of(heading), 1)]
            closed = {cell for number, cell in cells if number in at}
            keys = {*map(cell_key, closed)}
            is_told = not any(cell_key(cell) in keys for number, cell in cells if number not in at)
            if heading not in taken and is_told and all(closed):
                rows = {**dict.fromkeys(sorted(closed), RESTRICTED), ANY_CELL: EVERYBODY}
                telling.append((len({cell for _, cell in cells}), heading, rows))
        if not telling:
            return proposal
        _, heading, rows = max(telling, key=itemgetter(0))  # most likely a key
        by_rows = (*proposal.said_of_rows, (heading, rows))
        proposal = replace(
            proposal, said_of_rows=by_rows, rows_answered=proposal.rows_answered | {heading}
        )
    return replace(proposal, answered=proposal.answered | {MARKED_ROWS})


def describe_marked(heading: str, cells: Sequence[str], count: int, is_open: bool) -> Message:
    """Say that everybody, or only we, may see the rows with some cells."""
    texts = tuple(one or Message("word-empty-cell") for one in cells[:_SHOWN_MARKS])
    texts += ("…",) if cells[_SHOWN_MARKS:] else ()
    who = Message("who-public" if is_open else "who-withheld")
    return Message("rows-marked-so", who=who, column=heading, texts=texts, count=count)


MARKED_ROWS: Final = "marked_rows"  # who may see the rows that are hidden, coloured or struck out
ROW_ALONE: Final = "row"  # its answer that private rows keep back no people
_SHOWN_MARKS: Final = 8
ANY_CELL: Final = "*"  # in settings: any text of which nothing else is said
