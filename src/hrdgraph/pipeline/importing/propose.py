"""Propose a source table for each table in a file: the kind of its rows, what its columns mean,
and what is in doubt."""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from heapq import nsmallest
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final, NamedTuple

from hrdgraph.atomic_files import copy_file
from hrdgraph.errors import (
    HrdgraphError,
    Origin,
    OutputError,
    ProjectError,
    SourceError,
    raise_all,
    reason_of,
)
from hrdgraph.evidence.dating import LANGUAGES, Convention, DateOrder, list_languages, read_date
from hrdgraph.extraction.reading.blocks import guess_language
from hrdgraph.extraction.reading.lexicon import lexicons
from hrdgraph.fact_kinds import Column, Kind
from hrdgraph.fact_kinds.cell_values import (
    CellError,
    Codes,
    codes_of,
    country_code,
    looks_like_address,
    split_cell,
    whole_address,
)
from hrdgraph.fact_kinds.confidentiality import (
    PUBLIC,
    RESTRICTED,
    SCHEME,
    is_private_title,
    level_or_restricted,
    private_data_in,
)
from hrdgraph.fact_kinds.guess import (
    LINKS,
    ColumnShares,
    Guess,
    Recogniser,
    Subjects,
    are_names_of_people,
    guess_below_groups,
    guess_by_headings,
    guess_columns,
    guess_table,
    is_ambiguous,
    is_of_death,
    is_partial,
    is_unknown,
    order_of_dates,
    unknown_in,
)
from hrdgraph.fact_kinds.headings import folded
from hrdgraph.fact_kinds.model import match_open_headings
from hrdgraph.fact_kinds.name_parts import PART_HEADINGS, guess_whole
from hrdgraph.fact_kinds.regions import Region, find_regions, whole_region
from hrdgraph.mapping.facts.layout import find_columns
from hrdgraph.nearest import hint_at
from hrdgraph.ontology import load
from hrdgraph.pipeline.importing.name_suggestions import (
    bodies_among_people,
    find_lists,
    lists_of_codes,
    names_nobody,
    people_in,
    several_names,
)
from hrdgraph.pipeline.importing.table_proposal import (
    ANY_CELL,
    ENDS,
    EVERYBODY,
    NOT_READ,
    NOTE,
    ONLY_US,
    ColumnAudience,
    LeftTable,
    NamedRows,
    Namesake,
    TableProposal,
    audience_of,
    codes_called_so,
    columns_of,
    explains,
    find_missing,
    find_namesakes,
    find_telling,
    list_alike,
    marks_below,
    may_be_same,
    name_of,
    row_marks_of,
    why_restricted,
    without_hidden_parts,
)
from hrdgraph.pipeline.importing.update import keep_before, keep_imported
from hrdgraph.project import Project, Source, model_dirs
from hrdgraph.project.tables import tables_of
from hrdgraph.project.toml import TomlSection, parse_toml
from hrdgraph.sources.delimited.columns import letters_of
from hrdgraph.sources.dialect import Dialect
from hrdgraph.sources.fact_table import (
    WORKBOOKS,
    cells_of,
    escapes_quotes,
    mark_facts,
    sheets_of,
    unique_names,
)
from hrdgraph.sources.text import encoding_of, read_bytes, read_text
from hrdgraph.vocab import HRD, HRDV

_HEAD: Final = {"title", "publisher", "licence", "language", "visibility", "facts", "table"}
_TABLE_KEYS: Final = {
    *("file", "kind", "sheet", "header", "totals", "area", "last", "delimiter", "encoding"),
    *("language", "dates", "pivot", "unknown", "apart", "visibility", "public", "unsourced"),
    *("rows_apart", "hides"),
    *("restricted", "withheld", "ignore", "columns", "rows", "values", "all", "on_error"),
}  # fmt: skip


class SourceDescription(NamedTuple):
    """What is said of a source, where its description does not say it already."""

    title: str
    publisher: str
    language: str
    on_error: str = ""


def write_source(
    project: Project, name: str, about: SourceDescription, proposals: Sequence[TableProposal],
    kinds: Mapping[str, Kind], *, publish: bool = False,
) -> Path:  # fmt: skip
    """Write `data/sources/NAME`, or bring a newer copy of its files there; the folder. Nothing
    else in the folder is changed, and what is said of the source stays. Without `publish` the
    source is restricted. OutputError where it cannot be written."""
    folder = project.root / "data" / "sources" / name
    if known := next((item for item in project.sources if item.name == name), None):
        about = about._replace(
            title=known.title, publisher=known.publisher, language=known.language
        )
    files = list(dict.fromkeys(proposal.file for proposal in proposals))
    text = description(about, proposals, kinds, publish=publish)
    _check_description(text, folder / "source.toml", proposals, kinds)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        new = keep_before(project, name, files)
        for file in files:
            copy_file(file, folder / file.name)
        (folder / "source.toml").write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError("unwritable", reason=reason_of(error)) from error
    keep_imported(project, name, new)
    return folder


def _check_description(
    text: str, path: Path, proposals: Sequence[TableProposal], kinds: Mapping[str, Kind]
) -> None:
    """Read a description as the build would, before it is kept. Raises what that would refuse."""
    section = TomlSection(parse_toml(text, path), path)
    tables = tables_of(section, section.get("facts", dict, {}), section.sections("table"))
    errors: list[HrdgraphError] = []
    for table, proposal in zip(tables, proposals, strict=True):
        place = Origin(str(path), node=f"[[table]] {table.label}")
        if table.facts is not None:
            try:
                kind = kinds[table.facts.kind]
                find_columns(kind, table, table.facts, proposal.headings, place)
            except HrdgraphError as error:
                errors.append(error)
    raise_all(errors)


def is_as_written(source: Source) -> bool:
    """Tell whether the description of a source says nothing but what an import writes."""
    toml = tomllib.loads(source.description_file.read_text("utf-8"))
    tables = toml.get("table", [])
    return toml.keys() <= _HEAD and all(table.keys() <= _TABLE_KEYS for table in tables)


def description(
    about: SourceDescription, proposals: Sequence[TableProposal], kinds: Mapping[str, Kind], *,
    publish: bool = False,
) -> str:  # fmt: skip
    """Write the text of source.toml."""
    head = {
        "title": about.title, "publisher": about.publisher, "licence": "not stated",
        "language": about.language, "visibility": "public" if publish else "restricted",
    }  # fmt: skip
    lines = [f"{key} = {_text(value)}" for key, value in head.items()]
    lines += ["", "[facts]", f"language = {_text(about.language)}"]
    lines += [f"on_error = {_text(about.on_error)}"] if about.on_error else []
    for proposal in proposals:
        lines += ["", *_table(proposal, kinds[proposal.guess.kind])]
    return "\n".join(lines) + "\n"


def _table(proposal: TableProposal, kind: Kind) -> list[str]:
    proposal = without_hidden_parts(proposal, kind)
    region, audience = proposal.region, audience_of(proposal, kind)
    # the level of a row is public with the row
    only_us = [seen for seen in audience if seen.seen_by == ONLY_US and seen.column != SCHEME]
    special = (proposal.sheet, proposal.area, proposal.encoding, region.dropped)
    is_plain_text = region.header == 1 and not any(special) and _is_plain(proposal)
    settings: dict[str, object] = {
        "file": proposal.file.name,
        "kind": kind.name,
        "sheet": proposal.sheet or None,
        "header": None if is_plain_text else region.header,
        "totals": True if region.dropped else None,
        "area": proposal.area or None,
        "last": region.last if proposal.is_above else None,
        "delimiter": proposal.delimiter if proposal.delimiter not in ("", ",") else None,
        "encoding": proposal.encoding or None,
        "language": proposal.language or None,
        "dates": proposal.dates or None,
        "pivot": proposal.pivot or None,
        "unknown": list(proposal.unknown) or None,
        "apart": [name for item in proposal.namesakes for name in item.names] or None,
        "rows_apart": find_telling(proposal, kind) or None,
        "unsourced": proposal.unsourced or None,
        "hides": proposal.hides or None,
        "visibility": "restricted" if why_restricted(proposal) else None,
        "public": _find_confirmed(proposal, audience) or None,
        "restricted": [seen.heading for seen in only_us if seen.is_restricted] or None,
        "withheld": [seen.heading for seen in only_us if not seen.is_restricted] or None,
        "ignore": [seen.heading for seen in audience if seen.seen_by == NOT_READ] or None,
    }
    lines = (f"{key} = {_text(value)}" for key, value in settings.items() if value is not None)
    rows = [
        line
        for heading, cells in proposal.said_of_rows
        for line in (
            f"[table.rows.{_text(heading)}]",
            *(f"{_text(cell)} = {_text(level)}" for cell, level in cells.items()),
        )
    ]
    values = [
        line
        for name, texts in proposal.meant
        if name in proposal.columns and texts
        for line in (f"[table.values.{name}]", *_meanings(texts))
    ]
    return ["[[table]]", *lines, *_columns(proposal, kind, audience), *values, *rows]


def _find_confirmed(proposal: TableProposal, audience: Sequence[ColumnAudience]) -> list[str]:
    """Return the columns that a person published though they hold phone numbers and the like, or
    name papers, which are restricted unless somebody says otherwise."""
    return [
        one.heading
        for place, one in enumerate(audience)
        if one.seen_by == EVERYBODY != one.proposed
        and (one.column == "document" or private_data_in(row[place] for row in proposal.rows))
    ]


def _is_plain(proposal: TableProposal) -> bool:
    """Tell whether the plain reader of CSV takes the quotes and headings of a file as they are:
    it knows no nameless ones, none twice, and leaves spaces at their ends."""
    if proposal.file.suffix.lower() in WORKBOOKS:
        return True
    text, delimiter = read_text(proposal.file, proposal.encoding)
    first = next(csv.reader(io.StringIO(text), delimiter=delimiter), [])
    are_names = not set(proposal.headings).difference(first)
    return are_names and not (escapes_quotes(text, delimiter) or proposal.repaired)


def _meanings(texts: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for text, codes in texts.items():
        yield f"{_text(text)} = {_text(list(codes) if len(codes) > 1 else ''.join(codes))}"


def _columns(proposal: TableProposal, kind: Kind, audience: Sequence[ColumnAudience]) -> list[str]:
    """List the columns that their headings alone would not tell."""
    # a heading that means nothing and is kept back is not ignored: it must mean nothing here too
    read = [item.heading for item in audience if item.seen_by != NOT_READ]
    only_us = [seen for seen in audience if seen.seen_by == ONLY_US and seen.column != SCHEME]
    withheld = [seen.heading for seen in only_us if not seen.is_restricted]
    by_heading, same = match_open_headings(kind, read, withheld), dict(proposal.values)
    columns = {
        column: heading
        for column, heading in proposal.columns.items()
        if column not in same
        and by_heading.get(column) != heading
        and not (column == "document" and heading in withheld)  # what it says needs no page of ours
    }
    in_parts = {item.column: item.parts for item in proposal.guess.meanings if item.parts}
    if notes := _notes(proposal, kind):
        in_parts[NOTE] = notes
    known = {**proposal.columns, **same}
    columns |= dict.fromkeys((column for column in by_heading if column not in known), "")
    several = [(name, signs) for name, signs in proposal.splits if name not in same]
    splits = {name: signs for name, signs in several if name in proposal.columns}
    lines = [
        f"{column} = {_text(text)}"
        for column, text in columns.items()
        if column not in in_parts and column not in splits
    ]
    lines += [
        f"{name} = {{ column = {_text(proposal.columns[name])}, split = {_text(signs)} }}"
        for name, signs in splits.items()
    ]
    lines += [
        f"{column} = {{ {'noted' if column == NOTE else 'joined'} = {_text(parts)} }}"
        for column, parts in in_parts.items()
    ]
    lines += [f"{column} = {{ value = {_text(value)} }}" for column, value in proposal.values]
    return ["[table.columns]", *lines] if lines else []


def _notes(proposal: TableProposal, kind: Kind) -> tuple[str, ...]:
    """List the headings that stand before what notes say."""
    meaning, column = proposal.guess.of(NOTE), kind.column(NOTE)
    if meaning is None or column is None:
        return ()
    notes = meaning.headings
    return () if len(notes) == 1 and folded(notes[0]) in column.known_headings else notes


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)  # a JSON string is a TOML string


TEXTS: Final = (".csv", ".tsv", ".tab", ".txt")
_DATED: Final = ("date", "year")
_LONGEST_DATE: Final = 500  # characters: more are prose
_SAMPLE: Final = 50  # dates whose language is looked at
_TEXTS: Final = 200  # the longest texts of a table, by whose small words its language is told
_LEGEND: Final = 12  # rows of a legend, and different cells of a column that it explains
_ABOVE: Final = 12  # cells above a table that may be its title
_ROWS: Final = 200  # that are looked at for what their columns mean


class TableProposer:
    """Proposes for the tables of one project."""

    def __init__(
        self, project: Project, language: str, known: frozenset[str] = frozenset(), *,
        asks: bool = False,
    ) -> None:  # fmt: skip
        self.kinds = project.kinds
        self.asks = asks  # somebody is asked what the rows of every table are
        self._language = language if language in LANGUAGES else ""
        self._words = model_dirs(project.root)[0] / "extraction"
        schemes = {
            column.scheme
            for kind in self.kinds.values()
            for column in kind.columns
            if column.scheme
        }
        self.codes: Mapping[str, Codes] = {
            scheme: codes_of(project.vocabulary_dirs, scheme) for scheme in schemes
        }
        self._headings = {
            name
            for kind in self.kinds.values()
            for column in kind.columns
            for name in column.known_headings
        } | PART_HEADINGS
        self.cells = Recogniser(lru_cache(1 << 14)(self._is_date), self.codes, known)
        ontology = load(project)
        marks = (quad for quad in ontology.quads if quad.predicate == HRD.livingVisibility)
        withheld = {quad.subject for quad in marks if quad.object != HRDV["visibility/public"]}
        self._of_the_living = frozenset(
            iri for iri in ontology.properties if withheld & {iri, *ontology.ancestors(iri)}
        )

    def _is_date(self, text: str) -> bool:
        return _is_date_in(text, self._language) or _is_date_in(text, "")

    def of(
        self, file: Path, kind: str = "", given: Mapping[str, Any] | None = None
    ) -> tuple[list[TableProposal], list[LeftTable]]:
        """Propose the tables of a file, and list the sheets and tables in it that are not read.
        Where no kind is recognised, or a person says the `kind`, whatever has headings and rows
        is a table; `said` are answers about tables by their names, which may tell where headings
        stand. SourceError where nothing in it is a table."""
        if kind:
            find_kind(self.kinds, kind)
        given = given or {}
        open_: list[TableProposal] = []
        left: list[LeftTable] = []
        cover: list[str] = []  # cells of sheets without a table: what they say holds for the file
        encoding = str(_get_answer(given, file.name).get("encoding", ""))
        for sheet in sheets_of(file):
            repaired: dict[str, str] = {}
            rows = cells_of(file, sheet, Dialect(delimiter="", encoding=encoding), repaired)
            name = "#".join(filter(None, (file.name, sheet)))
            if isinstance(header := _get_answer(given, name).get("header"), int):
                regions = whole_region(rows, mark_facts, header)
            else:
                regions = find_regions(rows, self._headings, mark_facts)
                regions = regions or (whole_region(rows, mark_facts) if kind else [])
            layout = {**_text_layout(file, encoding), "repaired": tuple(repaired.items())}
            drafts = [
                replace(self._propose_region(file, sheet, table, rows, regions, kind), **layout)
                for table in regions
            ]
            tables = [table for table in drafts if table.rows and not self._is_prose(table)]
            open_ += tables
            cover += [sheet, *_list_cells_around(rows, regions)] if not regions else []
            if not tables and any(any(row) for row in rows):
                left.append(LeftTable(name, "sheet-without-headings"))
        why = self._why_left(open_, given)
        left += [
            LeftTable(name_of(one), code, one) for one, code in zip(open_, why, strict=True) if code
        ]
        asked = ("", "place-open") if self.asks else ("",)
        open_ = [
            replace(one, is_left=bool(code))
            for one, code in zip(open_, why, strict=True)
            if code in asked
        ]
        if not open_ and not any(table.code == "place-said-ignore" for table in left):
            raise SourceError("facts-not-found", origin=Origin(str(file)), name=file.name)
        if kind:
            open_ = [self.as_kind(table, kind) for table in open_]
        # a legend may say of a code below another heading that it is not to be published
        legends = (
            table.proposal for table in left if table.code in ("place-explains", "place-open")
        )
        legend = [
            cell
            for table in legends
            if table
            for cells in (table.headings, *table.rows)
            for cell in cells
        ]
        first = next((table for table in open_ if not table.is_left), None)
        # what explains the marks of another table is said of that one
        told = {text: [table for table in open_ if explains(table, text)] for text in cover}
        tables = []
        for one in open_:
            texts = [text for text, places in told.items() if not places or one in places]
            # nothing, where a person is asked which cells mark private rows
            texts += [] if any(marks.is_likely for marks in one.row_marks) else legend
            texts = [*filter(is_private_title, texts)]
            titled = replace(one, private_titles=(*one.private_titles, *texts))
            marks = row_marks_of(titled, self.kinds[one.guess.kind], self.codes)
            tables.append(replace(titled, row_marks=marks, is_further=one is not first))
        return tables, [table for table in left if table.code not in asked]

    def _is_prose(self, proposal: TableProposal) -> bool:
        """Tell whether a text file is prose with commas."""
        names = map(folded, proposal.headings)
        return proposal.file.suffix.lower() == ".txt" and self._headings.isdisjoint(names)

    def _why_left(self, open_: Sequence[TableProposal], given: Mapping[str, Any]) -> list[str]:
        """Tell why each table is not read, or "": a person said so, or it explains the others, or
        nobody knows what its rows are and another one is what the file is about. What a person
        answers for a table is read."""
        said = {name_of(table): _get_answer(given, name_of(table), whole=False) for table in open_}
        for first, *rest in list_alike(open_):  # what is said of the first holds for the others
            if (of_first := said[name_of(first)].get("kind")) != NOT_READ:
                said |= {
                    name_of(table): {"kind": of_first, **said[name_of(table)]} for table in rest
                }
        answers = [said[name_of(table)].get("kind") for table in open_]
        explains = [self._explains(table, open_) for table in open_]
        pairs = zip(open_, answers, strict=True)
        sure = (item for item, answer in pairs if not item.guess.is_open or answer)
        known = max((len(table.rows) for table in sure), default=0)
        most = max((len(table.rows) for table in open_), default=0)
        codes = []
        for one, answer, is_legend in zip(open_, answers, explains, strict=True):
            count, is_open = len(one.rows), one.guess.is_open
            code = "place-open" if is_open and (count <= known or 4 * count < most) else ""
            code = "place-explains" if is_legend and not all(explains) else code
            codes.append("place-said-ignore" if answer == NOT_READ else "" if answer else code)
        return codes

    def _explains(self, proposal: TableProposal, tables: Sequence[TableProposal]) -> bool:
        """Tell whether a table is a legend: a column of it lists headings, or its first one
        headings and the few different cells of columns of other tables."""
        others = [table for table in tables if table is not proposal]
        if not others:
            return False
        named = {folded(name) for one in others for name in one.headings}
        columns = zip(*proposal.rows, strict=True)
        filled = [[folded(cell) for cell in cells if cell] for cells in columns]
        if any(
            2 * len((self._headings | named).intersection(cells)) > len(cells) for cells in filled
        ):
            return True
        if not proposal.guess.doubt or len(proposal.headings) > 3 or len(proposal.rows) > _LEGEND:
            return False
        below = (set(map(folded, one.cells_of(name))) for one in others for name in one.headings)
        known = named.union(*(cells for cells in below if len(cells) <= _LEGEND)) - {""}
        listed = {folded(proposal.headings[0]), *filled[0]} - {""}
        return len(known & listed) > 1 and 2 * len(known & listed) >= len(listed)

    def _propose_region(
        self, file: Path, sheet: str, region: Region, rows: Sequence[Sequence[str]],
        regions: Sequence[Region], kind: str,
    ) -> TableProposal:  # fmt: skip
        names = unique_names(region.cells(rows, region.header), region.first_column)
        numbered = self._body(rows, region)
        above = filter(None, _list_cells_around(rows[: max(region.header - 1, 0)], regions))
        title = " ".join((file.stem, sheet, *islice(above, _ABOVE)))
        body = [*numbered.values()]
        guess = guess_below_groups(rows, region, names, lambda said: self._guess(said, body, title))
        if guess is None:
            columns = columns_of(names, body[:_ROWS])
            guess = guess_by_headings(self.kinds, columns, ColumnShares(self.cells), kind, title)
        return self._make_proposal(file, sheet, region, rows, regions, guess, numbered)

    def _guess(
        self, names: Sequence[str], rows: Sequence[Sequence[str]], title: str
    ) -> Guess | None:
        def guess(whole: Mapping[str, Sequence[str]]) -> Guess | None:
            subjects = Subjects.of(whole, names, title)
            return guess_table(self.kinds, whole, self.cells, subjects)

        return guess_whole(columns_of(names, rows[:_ROWS]), self.kinds, guess)

    def _body(self, rows: Sequence[Sequence[str]], region: Region) -> dict[int, tuple[str, ...]]:
        """Return the rows of a table by their numbers in the file, but empty ones and totals."""
        dropped = set(region.dropped)
        below = (n for n in range(region.header + 1, region.last + 1) if n not in dropped)
        return {number: row for number in below if any(row := tuple(region.cells(rows, number)))}

    def _make_proposal(
        self, file: Path, sheet: str, region: Region, rows: Sequence[Sequence[str]],
        regions: Sequence[Region], guess: Guess, body: Mapping[int, tuple[str, ...]],
    ) -> TableProposal:  # fmt: skip
        names = unique_names(region.cells(rows, region.header), region.first_column)
        is_part = region.first_column > 0 or any(any(row[region.end_column :]) for row in rows)
        is_above = any(item.header > region.last for item in regions)
        area = (
            f"{letters_of(region.first_column + 1)}:{letters_of(region.end_column)}"
            if is_part
            else ""
        )
        titles = (file.stem, sheet, *_list_cells_around(rows, regions))
        proposal = TableProposal(
            file, sheet, area, region, tuple(names), tuple(body.values()), guess,
            numbers=tuple(body), values=_values_of(guess), is_above=is_above,
            titles=titles, private_titles=tuple(filter(is_private_title, titles)),
            marks=marks_below(file, sheet, region), of_the_living=self._of_the_living,
        )  # fmt: skip
        return self.with_dates(proposal)

    def with_dates(self, proposal: TableProposal) -> TableProposal:
        """Return the proposal with the order of its dates, and its texts for "not known"."""
        kind = self.kinds[proposal.guess.kind]
        dated = [
            column.name
            for column in kind.columns
            if column.type in _DATED and column.name in proposal.columns
        ]
        cells = _list_texts(proposal, dated)
        texts = {*chain.from_iterable(proposal.rows)}
        unknown = set(unknown_in(texts))
        unknown -= codes_called_so(proposal)
        people = people_in(replace(proposal, unknown=()), kind)
        unknown |= {text for _, text in people if names_nobody(text)}
        proposal = replace(proposal, unknown=tuple(sorted(unknown)))
        order = order_of_dates(cells)
        pivot, open_years = _century_of(proposal, dated)
        proposal = self._add_advice(proposal, kind)
        # The language of dates that reads them all, if they are not in that of the person:
        # a list in English that a French speaker brings.
        sample = [*islice((cell for cell in cells if not is_unknown(cell)), _SAMPLE)]
        own = sum(_is_date_in(cell, self._language) for cell in sample) if self._language else 0
        most, best = max(own, 0.8 * len(sample)), ""
        for tags in (LANGUAGES, list_languages()) if self._language and own < len(sample) else ():
            if tags != LANGUAGES:
                if best or own == most:
                    break
                most = max(most, sum(_is_date_in(cell, "") for cell in sample))
            read = {tag: sum(_is_date_in(cell, tag) for cell in sample) for tag in tags}
            tied = [tag for tag in tags if read[tag] == max(read.values()) > most]
            ways = {tuple(read_date(cell, tag).edtf for cell in sample) for tag in tied}
            # a month of one language may be another month of another one
            best = tied[0] if tied and (tags == LANGUAGES or len(ways) == 1) else ""
        texts = {text for text in texts.union(proposal.headings) if "://" not in text} or {""}
        least = sorted(map(len, texts))[-_TEXTS:][0]
        long = (text for text in texts if len(text) >= least)
        longest = nsmallest(_TEXTS, long, key=lambda text: (-len(text), text))
        words = re.sub(r"\b\w\b|\w*\d\w*|_", "", "\n".join(longest))  # keys are no words
        spoken = guess_language(words, lexicons(self._words), self._language)
        return replace(
            proposal, dates=order, dates_doubt=not order and is_ambiguous(cells),
            pivot=pivot, pivot_doubt=open_years,
            namesakes=tuple(self._find_namesakes(proposal, kind)),
            language=best or ("" if spoken == self._language else spoken),
        )  # fmt: skip

    def _add_advice(self, proposal: TableProposal, kind: Kind) -> TableProposal:
        """Add to the proposal what a person should know of it before it is written."""
        kept = [item for item in proposal.splits if item[0] in proposal.answered]
        open_ones = find_lists(proposal, kind)
        meant = {**dict(lists_of_codes(proposal, kind, self.codes))}
        for name, texts in proposal.meant:
            meant[name] = {**meant.get(name, {}), **texts}
        splits = (*kept, *(item for item in open_ones if item[0] not in proposal.answered))
        for column, cell in people_in(proposal, kind):
            between = dict(splits).get(column.name) or ((";",) if column.many else ())
            items = split_cell(cell, between) if between else []
            if nobody := {one: () for one in items[1:] and items if names_nobody(one)}:
                meant[column.name] = {**nobody, **meant.get(column.name, {})}
        values = dict(proposal.values)
        for column in kind.columns:  # names of people would be those of organisations
            names = proposal.texts_of(column.name) if column.of[:1] == ("organisation",) else []
            is_open = "person" in column.of and column.kind_column not in proposal.columns
            if is_open and column.kind_column and are_names_of_people(names, often=True):
                values.setdefault(column.kind_column, "person")
        addresses = _cells_of(proposal, kind, LINKS)
        cited = () if kind.name == "document" else _cells_of(proposal, kind, ("document",))
        tests = (whole_address, looks_like_address, is_unknown)
        papers = tuple(text for text in cited if not any(test(text) for test in tests))
        return replace(
            proposal, addresses=addresses, papers=papers,
            several=tuple(several_names(proposal, kind, dict(splits))), splits=splits,
            values=tuple(values.items()), meant=tuple(meant.items()),
            bodies=tuple(bodies_among_people(proposal, kind)),
            hidden=self._find_hidden(proposal, kind),
            row_marks=row_marks_of(proposal, kind, self.codes),
        )  # fmt: skip

    def _find_hidden(self, proposal: TableProposal, kind: Kind) -> tuple[int, ...]:
        """Rows that are not public, counted from 1."""
        meaning, codes = proposal.guess.of(SCHEME), self.codes.get(SCHEME)
        if meaning is None or codes is None or kind.column(SCHEME) is None:
            return ()
        cells = enumerate(proposal.texts_of(SCHEME), 1)
        return tuple(
            number
            for number, text in cells
            if level_or_restricted(text, meaning.heading, codes) not in ("", PUBLIC)
        )

    def with_value(self, proposal: TableProposal, text: str, name: str = "") -> TableProposal:
        """Return the proposal with what all its rows have in a column, or in the one that they
        need: a code, by the code or a label, a country or a text. SourceError where there is none
        called so."""
        column = self.kinds[proposal.guess.kind].column(name or proposal.guess.missing)
        if column is None:
            return proposal
        value = text.strip()
        try:
            if column.scheme:
                value = self.codes[column.scheme].code(value)
            elif column.type == "country":
                value = country_code(value)
        except CellError as error:
            place = Origin(proposal.file.name)
            raise SourceError(error.fact, origin=place, hint=error.hint) from error
        new = replace(proposal, values=tuple({**dict(proposal.values), column.name: value}.items()))
        kind, when = self.kinds[proposal.guess.kind], proposal.guess.of("date")
        if column.name == "type" and when and value not in ENDS and is_of_death(when.heading):
            # on the day of her death nobody was arrested
            asked = [
                replace(meaning, doubt=meaning.doubt or meaning is when)
                for meaning in new.guess.meanings
            ]
            new = replace(new, guess=replace(new.guess, meanings=tuple(asked)))
        if column.name == "type" and when and is_partial(when.heading, new.cells_of(when.heading)):
            # who has no day of death may live: such rows stay with us until a person opens them
            known = dict(new.said_of_rows).get(when.heading, {})
            held = (when.heading, {**known, "": RESTRICTED, ANY_CELL: EVERYBODY})
            levels = (item for item in new.said_of_rows if item[0] != when.heading)
            new = replace(new, said_of_rows=(*levels, held))
        if not new.namesakes_asked:  # who are together was not answered yet
            new = replace(new, namesakes=tuple(self._find_namesakes(new, kind)))
        return find_missing(new, kind)

    def _find_namesakes(self, proposal: TableProposal, kind: Kind) -> list[Namesake]:
        values = dict(proposal.values)
        table = NamedRows(proposal.headings, proposal.whole_rows, proposal.columns, values)
        pairs = find_namesakes(kind, table, self.codes)
        return [item for item in pairs if not {*proposal.unknown}.issuperset(item.names)]

    def as_kind(self, proposal: TableProposal, kind: str) -> TableProposal:
        """Return the table with rows of another kind, even where it lacks what that needs."""
        shares = ColumnShares(self.cells)
        known = self.kinds[kind]
        guess = guess_whole(
            columns_of(proposal.headings, proposal.rows[:_ROWS]),
            self.kinds,
            lambda whole: guess_columns(known, whole, shares, partly=True),
        )
        assert guess is not None  # partly, any table can be read
        lacking, values = known.column(guess.missing), _values_of(guess)
        if lacking and lacking.scheme and not guess.told:
            # `Minister` may head ministers and others: it is what is asked about first
            heads = (self.codes[lacking.scheme].find_code(name) for name in proposal.headings)
            guess = replace(guess, told=next(filter(None, heads), ""))
        after = replace(proposal, guess=guess, values=values)
        return find_missing(self.with_dates(after), known)

    def find_needed(self, proposal: TableProposal, kind: Kind) -> list[Column]:
        """List the columns that rows of a kind would need, and that no heading would mean."""
        columns = columns_of(proposal.headings, proposal.rows[:_ROWS])
        guess = guess_columns(kind, columns, ColumnShares(self.cells), partly=True)
        found = kind.lacking([meaning.column for meaning in guess.meanings] if guess else ())
        return [one for one in found if may_be_same(kind, one)]


def _values_of(guess: Guess) -> tuple[tuple[str, str], ...]:
    return ((guess.missing, guess.told),) if guess.told else ()


def _list_cells_around(rows: Sequence[Sequence[str]], regions: Sequence[Region]) -> Iterator[str]:
    """Yield the cells of a sheet that belong to no row of a table: titles, remarks, totals."""
    for number, row in enumerate(rows, 1):
        if not any(
            item.header <= number <= item.last and number not in item.dropped for item in regions
        ):
            yield from row


def _get_answer(answers: Mapping[str, Any], name: str, *, whole: bool = True) -> Mapping[str, Any]:
    """Return the answers about a table; those about the whole file too, if `whole`."""
    answer = answers.get(name) or (answers.get(name.partition("#")[0]) if whole else None)
    return answer if isinstance(answer, Mapping) else {}


def _cells_of(proposal: TableProposal, kind: Kind, types: Sequence[str]) -> tuple[str, ...]:
    """List the texts in columns of some types, each once."""
    headings = proposal.columns
    names = [
        column.name for column in kind.columns if column.type in types and column.name in headings
    ]
    return tuple(_list_texts(proposal, names))


def _list_texts(proposal: TableProposal, names: Sequence[str]) -> list[str]:
    """List the texts in some columns, row by row, each once."""
    rows = zip(*map(proposal.texts_of, names), strict=True)
    return [*dict.fromkeys(filter(None, chain.from_iterable(rows)))]


def _century_of(proposal: TableProposal, dated: Sequence[str]) -> tuple[int, bool]:
    """Return the last year that two digits of dates can mean (0: there are none), and whether that
    is in doubt. No year of theirs is to come; of others the file, the titles, the same year with
    four digits in the row, or the span of most dates tells the century."""
    now, short, last = date.today().year, set[str](), Counter[bool]()
    titles = set(_WHOLE_YEAR.findall(" ".join(proposal.titles)))
    texts = _list_texts(proposal, dated)
    whole = [int(year) for text in texts for year in _WHOLE_YEAR.findall(text)]
    ends = {text: match[1] for text in texts if (match := _SHORT.search(text))}
    rows = zip(proposal.rows, *map(proposal.texts_of, dated), strict=True)
    for row, *cells in rows if ends else ():
        here = {ends[cell] for cell in cells if cell in ends}
        short |= here
        if here:
            years = titles.union(*map(_WHOLE_YEAR.findall, row))
            last.update(int(year) > now - 100 for year in years if year[2:] in here)
    if not short or all(int(year) > now % 100 for year in short):
        return (now if short else 0), False
    if len(whole) > len(ends):  # most dates have four digits: the others lie among them
        span = range(min(whole), max(whole) + 1)
        fits = [all(x - (x - int(end)) % 100 in span for end in short) for x in (now, 1999)]
        last.update(fits[:1] if fits[0] != fits[1] else ())
    return (1999 if last and last[False] else now), len(last) != 1


# a date of figures, or one with a word for its month, that ends with two digits
_SHORT: Final = re.compile(r"^(?:\d{1,2}[./ -])?(?:\d{1,2}|[^\W\d_]{3,10}\.?)[./ -](\d\d)$")
_WHOLE_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def _is_date_in(text: str, language: str) -> bool:
    return len(text) <= _LONGEST_DATE and any(
        (read := read_date(text, language, convention=Convention(1999, order))).edtf
        or read.reason.code == "calendar-unclear"
        for order in (DateOrder.DMY, DateOrder.MDY)
    )


def _text_layout(file: Path, encoding: str) -> dict[str, Any]:
    if file.suffix.lower() in WORKBOOKS:
        return {}
    _, delimiter = read_text(file, encoding)
    encoding = encoding.lower() or encoding_of(read_bytes(file))
    return {"delimiter": delimiter, "encoding": "" if encoding == "utf-8" else encoding}


def find_kind(kinds: Mapping[str, Kind], name: str) -> Kind:
    """Return the kind called so. ProjectError where there is none."""
    if name not in kinds:
        raise ProjectError(
            "not-known-here",
            name=name,
            hint=hint_at(name, kinds),
        )
    return kinds[name]


__all__ = ["TEXTS", "Dialect", "TableProposer", "find_kind"]
