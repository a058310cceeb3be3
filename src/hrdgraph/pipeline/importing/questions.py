"""List what is open about a table that is imported as questions, and apply the answers of a person
to the proposal.

One column is one question, whatever is open about it: what it means, who sees it, which of its
cells mark private rows, what its texts mean, how its cells split. The command asks them one after
the other, the workbench in a form, and scripts answer them in a file; all three give the same
answers, by the file (and sheet) of a table:

    ["faits.csv"]
    kind = "act"
    dates = "dmy"
    ["faits.csv".columns.Statut]
    means = "outcome"
    values = { "partagé" = "joint-laureate", "sans suite" = "" }"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any, Final, NamedTuple

from hrdgraph.catalogue import LANGUAGES, Message, kind_word, phrase
from hrdgraph.errors import HrdgraphError, Origin, SourceError, raise_all
from hrdgraph.evidence.dating import list_languages
from hrdgraph.fact_kinds import Column, Kind
from hrdgraph.fact_kinds.cell_values import (
    CellError,
    Codes,
    country_code,
    is_country,
    split_cell,
)
from hrdgraph.fact_kinds.confidentiality import (
    RESTRICTED,
    SCHEME,
    cell_key,
    private_words,
    says_private,
)
from hrdgraph.fact_kinds.guess import Guess, Meaning, is_unknown
from hrdgraph.fact_kinds.name_parts import join_name
from hrdgraph.nearest import hint_at
from hrdgraph.pipeline.importing.propose import TableProposer, find_kind
from hrdgraph.pipeline.importing.table_proposal import (
    ANY_CELL,
    AUDIENCES,
    MARKED_ROWS,
    NOT_READ,
    NOTE,
    ROW_ALONE,
    LeftTable,
    TableProposal,
    add_meaning,
    answer_marked_rows,
    answer_row_marks,
    audience_of,
    choose_audience,
    count_unsourced,
    find_missing,
    list_alike,
    list_closed,
    list_doubtful,
    list_opposite,
    list_private_rows,
    may_be_same,
    name_of,
)
from hrdgraph.project import Source

MOST: Final = 10  # questions about a table that a person has patience for
WHAT: Final = "what"  # what was done in all rows
HARMLESS: Final = "not_about_privacy"  # the columns of yes and no that say nothing of who may see
EVERYBODY_TOO: Final = "everybody"  # the columns that only we would see, and everybody may
OTHER: Final = "other"  # the code of what is none of the others, kept in its own words
# what a table cannot be read without; all else is for us only, or unread, where nobody answers
_NEEDED: Final = ("kind", WHAT, "dates", "pivot", "together")
_UNSOURCED: Final = ("public", "restricted", "withheld")
_ORDERS: Final = ("dmy", "mdy")
_YEARS: Final = tuple(map(str, (date.today().year, *range(1999, 2100))))  # of two digits, the last
DAYS_FIRST: Final = ("fr", "es", "pt", "ru", "ar")  # languages in which days come first
_SHOWN: Final = 40  # texts of a column that are asked about
_FEW: Final = 8  # cells that show what a column holds
# the answers about a table and about a column, with what each takes
_TABLE: Final = {
    "kind": "text", "dates": "text", "pivot": "text", "title": "text",
    "what": "text-or-table", HARMLESS: "texts",
    "together": "texts", "columns": "table", "unsourced": "text", "document": "text",
    EVERYBODY_TOO: "texts", "means": "table", "header": "whole-number",
    "language": "text", "encoding": "text", MARKED_ROWS: "text",
}  # fmt: skip
_COLUMN: Final = {
    "means": "text", "who": "text", "split": "text-or-texts", "private": "texts", "public": "texts",
    "values": "table",
}  # fmt: skip


class TableQuestion(NamedTuple):
    """What is open: about the table (`heading` is empty) or a column. `asks` says what, in the
    words of an answers file; `texts` are cells with their counts, `choices` what may be answered,
    `usual` what holds without an answer; `needs` is the column that no heading means."""

    heading: str
    asks: tuple[str, ...]
    texts: tuple[tuple[str, int], ...] = ()
    choices: tuple[str, ...] = ()
    usual: str = ""
    needs: str = ""


def questions_of(
    proposal: TableProposal, kind: Kind, codes: Mapping[str, Codes]
) -> list[TableQuestion]:
    """List the questions about a table, the most important first, and not too many."""
    if proposal.is_left:
        return [_ask_kind(proposal, NOT_READ)]
    by_heading: dict[str, list[TableQuestion]] = {}
    for ask in _list_column_questions(proposal, kind, codes):
        by_heading.setdefault(ask.heading, []).append(ask)
    questions = list(_list_table_questions(proposal, codes, kind))
    for heading, parts in by_heading.items():
        texts = next((part.texts for part in parts if part.texts), ())
        choices = next((part.choices for part in parts if part.choices), ())
        asks = tuple(dict.fromkeys(ask for part in parts for ask in part.asks))
        questions.append(TableQuestion(heading, asks, texts, choices, parts[0].usual))
    if proposal.open_titles:  # as long as they hold, everybody sees nothing of it
        questions = [ask for ask in questions if _OF_AUDIENCE.isdisjoint(ask.asks)]
    questions = sorted(questions, key=_rank)
    # what no other question is about may be what the rows need, or what everybody may know
    asked = {ask.heading for ask in questions[: MOST - 1] if "means" in ask.asks}
    open_ones = {*_list_without_meaning(proposal, kind)} - asked
    known = {*proposal.offered, *by_heading}  # what is asked of a part of a name is of all of it
    parts_of = (
        meaning.parts for meaning in proposal.guess.meanings if meaning.heading in by_heading
    )
    closed = {*list_doubtful(proposal, kind)}.difference(known, *parts_of)
    if named := [name for name in proposal.headings if name in open_ones | closed]:
        asks = (*(["means"] if open_ones else ()), *([EVERYBODY_TOO] if closed else ()))
        counts = tuple((name, len({*proposal.cells_of(name)} - {""})) for name in named)
        question = TableQuestion("", asks, counts, (*_list_columns(kind), ""))
        questions.insert(sum(_rank(ask) <= _RANKS.index(WHAT) for ask in questions), question)
    return questions[:MOST]


def _list_without_meaning(proposal: TableProposal, kind: Kind) -> list[str]:
    """List the headings of which it is not sure what they mean, but those that a person has said
    something of, and those of private life."""
    seen = {*dict(proposal.chosen), *dict(proposal.said_of_rows)}
    marks = (mark for mark in proposal.row_marks if not mark.is_prose)
    seen |= {mark.heading for mark in marks if mark.is_likely or len(mark.cells) > _SHOWN}
    guess = proposal.guess
    open_ones = {*guess.unread, *(item.heading for item in guess.meanings if item.doubt)} - seen
    closed = {name for name, why in list_closed(proposal, kind).items() if why not in _TELLING}
    return [heading for heading in proposal.headings if heading in open_ones - closed]


_TELLING: Final = ("who-private-source",)  # a column of witnesses may be what rows are about


def _list_columns(kind: Kind) -> list[str]:
    """List what a heading may mean, what the rows need first."""
    named = [column for column in kind.columns if not column.technical]
    return [column.name for column in sorted(named, key=lambda one: not one.required)]


_RANKS: Final = (
    *("title", MARKED_ROWS, "private", HARMLESS, "kind", "what", "unsourced"),
    *("values", EVERYBODY_TOO),
    *("dates", "pivot", "split", "means", "together"),
)  # fmt: skip


_OF_AUDIENCE: Final = frozenset((MARKED_ROWS, "private", HARMLESS, "unsourced"))


def _rank(question: TableQuestion) -> int:
    return min(map(_RANKS.index, question.asks))


def _list_table_questions(
    proposal: TableProposal, codes: Mapping[str, Codes], kind: Kind
) -> Iterator[TableQuestion]:
    if texts := tuple((text, 1) for text in proposal.open_titles):
        yield TableQuestion("", ("title",), texts, ("restricted", "public"))
    choices = list_answers_of_marked(proposal)
    is_about_others = proposal.is_further and kind.thing != "person" and not proposal.hides
    is_open = MARKED_ROWS not in proposal.answered
    if choices and is_open and (proposal.marked_rows or is_about_others):
        numbers = tuple((str(row), 1) for row in proposal.marked_rows)
        yield TableQuestion("", (MARKED_ROWS,), numbers, choices, choices[0])
    flags = tuple(
        (mark.heading, len(mark.cells)) for mark in proposal.row_marks if not mark.is_likely
    )
    if flags and HARMLESS not in proposal.answered:
        yield TableQuestion("", (HARMLESS,), flags, tuple(heading for heading, _ in flags))
    if proposal.guess.doubt:
        yield _ask_kind(proposal, proposal.guess.kind)
    usual = "" if WHAT in proposal.answered else proposal.guess.told
    needed = missing_columns(proposal, kind)
    missing = kind.column(proposal.guess.missing) if proposal.missing or usual else None
    needed += [missing] if missing and missing not in needed else []
    unread = _list_without_meaning(proposal, kind) or [*proposal.headings]
    headings = tuple((heading, len({*proposal.cells_of(heading)} - {""})) for heading in unread)
    for column in () if proposal.guess.doubt else needed:  # which kind it is comes first
        yield TableQuestion("", (WHAT,), headings, _choices_of(column, codes), usual, column.name)
    if count := count_unsourced(proposal, kind):
        yield TableQuestion(
            "", ("unsourced",), (("", count),), ("public", "restricted"), "restricted"
        )
    if proposal.dates_doubt:
        yield TableQuestion("", ("dates",), choices=_ORDERS)
    if proposal.pivot_doubt:
        yield TableQuestion("", ("pivot",), choices=_YEARS[:2], usual=_YEARS[0])
    if proposal.namesakes and not proposal.namesakes_asked:
        names = tuple((item.names[0], item.rows) for item in proposal.namesakes)
        yield TableQuestion("", ("together",), names, tuple(name for name, _ in names))


def _ask_kind(proposal: TableProposal, usual: str) -> TableQuestion:
    choices = (proposal.guess.kind, *proposal.guess.others, NOT_READ)
    return TableQuestion("", ("kind",), choices=choices, usual=usual)


def list_answers_of_marked(proposal: TableProposal) -> tuple[str, ...]:
    """List what may be answered of rows that are marked, or private by their cells."""
    if proposal.marked_rows:
        return (RESTRICTED, ROW_ALONE, AUDIENCES[0])
    likely = any(marks.is_likely for marks in proposal.row_marks)
    return (RESTRICTED, ROW_ALONE) if likely or list_private_rows(proposal) else ()


def _list_column_questions(
    proposal: TableProposal, kind: Kind, codes: Mapping[str, Codes]
) -> Iterator[TableQuestion]:
    for marks in proposal.row_marks:
        if not marks.is_likely and HARMLESS not in proposal.answered:
            continue  # they are asked about together
        counts = Counter(proposal.cells_of(marks.heading))
        listed = tuple((cell, counts[cell]) for cell in marks.cells)
        yield TableQuestion(marks.heading, ("private",), listed)
    level = proposal.guess.of(SCHEME)
    if level is not None and 2 * len(proposal.hidden) > len(proposal.rows):  # most of the table
        levels = Counter(proposal.cells_of(level.heading)).most_common(_SHOWN)
        yield TableQuestion(level.heading, ("private",), tuple(levels), usual=RESTRICTED)
    explained = set[str]()
    for column, texts in unread_values(proposal, kind, codes):
        heading, known = proposal.columns[column.name], _choices_of(column, codes)
        usual = OTHER if OTHER in known and (column.required or column.default) else ""
        explained.add(heading)
        yield TableQuestion(heading, ("values",), tuple(texts[:_SHOWN]), known, usual)
    for meaning in proposal.guess.meanings:
        meant = kind.column(meaning.column)
        # others are asked about together
        is_open = meaning.doubt and meaning.heading not in explained
        if is_open and meant and (meant.required or meant.name == SCHEME):
            parts = zip(*map(proposal.cells_of, meaning.headings), strict=True)
            cells = Counter(map(join_name, parts))
            del cells[""]
            names = dict.fromkeys((meant.name, *_list_columns(kind), ""))
            yield TableQuestion(
                meaning.heading, ("means",), tuple(cells.most_common(3)), (*names,), meant.name
            )
    for name, split in proposal.splits:
        heading = proposal.columns.get(name, "")
        lists = [cell for cell in proposal.cells_of(heading) if len(split_cell(cell, split)) > 1]
        # addresses have no blanks: what stands between them is sure
        if lists and name != "document" and name not in proposal.answered:
            examples = tuple(Counter(lists).most_common(3))
            yield TableQuestion(heading, ("split",), examples, split, "; ".join(split))


def _choices_of(column: Column, codes: Mapping[str, Codes]) -> tuple[str, ...]:
    return tuple(codes[column.scheme].labels) if column.type == "code" else ()


def missing_columns(proposal: TableProposal, kind: Kind) -> list[Column]:
    """List the columns without which a row says nothing, and which nothing in the table means."""
    return kind.lacking({*proposal.columns, *dict(proposal.values)})


def refuse_open(proposals: Sequence[TableProposal], proposer: TableProposer) -> None:
    """Refuse to write tables of which nobody has said the kind, or what their rows need."""
    for proposal in proposals:
        guess, place = proposal.guess, Origin(proposal.file.name)
        if guess.is_open:
            near = (guess.kind, *guess.others)[:4]
            raise SourceError(
                "facts-kind-open", origin=place, count=len(proposal.rows),
                headings=tuple(proposal.headings), kinds=near,
            )  # fmt: skip
        kind = proposer.kinds[guess.kind]
        if needed := tuple(column.all_labels for column in missing_columns(proposal, kind)):
            raise SourceError(
                "facts-columns-missing", kind=kind.all_labels, labels=needed, origin=place
            )


def unread_values(
    proposal: TableProposal, kind: Kind, codes: Mapping[str, Codes]
) -> Iterator[tuple[Column, list[tuple[str, int]]]]:
    """List the columns of codes and countries with texts that are none, the most common first."""
    values, splits = dict(proposal.meant), dict(proposal.splits)
    for meaning in proposal.guess.meanings:
        column = kind.column(meaning.column)
        if column is None or column.scheme == SCHEME or column.type not in ("code", "country"):
            continue
        read = is_country if column.type == "country" else codes[column.scheme].find_code
        split = splits.get(column.name) or ((";",) if column.many else ())
        meant, counts = values.get(column.name, {}), Counter[str]()
        texts = Counter(proposal.cells_of(meaning.heading))
        for cell, count in texts.items():
            if not _is_blank(cell, proposal) and cell not in meant:
                items = [item for item in split_cell(cell, split) if item not in meant]
                counts.update({item: count for item in items if not read(item)})
        is_needed = column.required and column.type == "code" and not column.unless
        empty = sum(texts[text] for text in texts if _is_blank(text, proposal))
        if is_needed and "" not in meant and empty:
            counts[""] = empty
        if counts:
            yield column, counts.most_common()


def _is_blank(cell: str, proposal: TableProposal) -> bool:
    return not cell or cell in proposal.unknown or is_unknown(cell)


def settle(proposal: TableProposal, proposer: TableProposer, language: str) -> TableProposal:
    """Return the proposal with what holds where nobody answers. Where no date tells the order,
    days come first in languages that write so; in English it stays open. A text that is no code
    is "other" where the row needs one, and a row whose status is not understood is for us only.
    Other texts stay unread."""
    if proposal.dates_doubt and language in DAYS_FIRST:
        proposal = replace(proposal, dates="dmy")
    kind = proposer.kinds[proposal.guess.kind]
    for column, texts in unread_values(proposal, kind, proposer.codes):
        is_needed = column.required or column.default
        known = _choices_of(column, proposer.codes)
        if OTHER in known and is_needed:
            proposal = with_values(proposal, column.name, {text: (OTHER,) for text, _ in texts})
        elif column.default and column.type == "code":
            heading = proposal.columns[column.name]
            rows = dict(proposal.said_of_rows)  # what a person answered of the column stands
            unread = {text: RESTRICTED for text, _ in texts}
            rows[heading] = {**rows.get(heading, {ANY_CELL: "public"}), **unread}
            proposal = replace(proposal, said_of_rows=tuple(rows.items()))
            proposal = with_values(proposal, column.name, {text: () for text, _ in texts})
    return proposal


def with_values(
    proposal: TableProposal, column: str, values: Mapping[str, tuple[str, ...]]
) -> TableProposal:
    """Return the proposal with what some texts of a column mean."""
    meant = dict(proposal.meant)
    meant[column] = {**meant.get(column, {}), **values}
    return replace(proposal, meant=tuple(meant.items()))


def places_of(source: Source) -> dict[str, Any]:
    """Return where the tables of a source stand, and their kinds, as an answers file has them."""
    places: dict[str, dict[str, Any]] = {}
    for table in source.tables:
        if facts := table.facts:
            name = "#".join(filter(None, (table.file, facts.sheet, facts.area)))
            is_alone = name not in places and facts.header and not facts.area
            places[name] = {"kind": facts.kind} | (
                {"header": max(facts.header, 0)} if is_alone else {}
            )
    return places


def remember(proposal: TableProposal, proposer: TableProposer, source: Source) -> TableProposal:
    """Return the proposal with what was answered about the same table before, and stands in the
    settings of its source."""
    place = (proposal.file.name, proposal.sheet, proposal.area)
    for table in source.tables:
        facts = table.facts
        if (
            facts is None
            or facts.kind not in proposer.kinds
            or (table.file, facts.sheet, facts.area) != place
        ):
            continue
        exact = (item for item in proposal.guess.meanings if item.reason == "exact")
        read_by_heading = {
            name for item in exact if item.column not in facts.columns for name in item.headings
        }
        columns: dict[str, dict[str, Any]] = {}
        for name, items in sorted(facts.columns.items(), key=lambda one: one[0] == NOTE):
            is_known = proposer.kinds[facts.kind].column(name) is not None
            if not items or not is_known or (items[0].more and not items[0].noted):
                continue
            for heading in set(items[0].headings) & set(proposal.headings):
                column = columns.setdefault(heading, {})
                # read as something else, and in its own words
                if name == NOTE and (column or heading in read_by_heading):
                    column["who"] = AUDIENCES[0]
                    continue
                column |= {"means": name} | ({"split": items[0].split} if items[0].split else {})
        for level in ("withheld", "ignore"):
            for heading in getattr(facts, level):
                columns.setdefault(heading, {})["who"] = level
        kept: dict[str, Any] = {"kind": facts.kind, "dates": facts.dates, "columns": columns}
        if facts.pivot:
            kept["pivot"] = str(facts.pivot)
        if facts.unsourced:
            kept["unsourced"] = facts.unsourced
        if facts.language not in ("", source.language):
            kept["language"] = facts.language
        cited = facts.columns.get("document", ())
        same = ((name, items[0].value) for name, items in facts.columns.items() if items)
        kept[WHAT] = {name: text for name, text in same if text and name != "document"}
        proposal = answer(proposal, proposer, kept | {"document": cited[0].value if cited else ""})
        for name, texts in facts.values.items():
            proposal = with_values(proposal, name, texts)
        # what everybody sees in own words was looked at, cell by cell
        seen = (marks for marks in proposal.row_marks if not any(map(says_private, marks.cells)))
        noted = {heading for heading, column in columns.items() if column.get("means") == NOTE}
        answered = {*facts.rows, *noted.intersection(marks.heading for marks in seen)}
        marks = tuple(marks for marks in proposal.row_marks if marks.heading not in answered)
        return replace(
            proposal, row_marks=marks, said_of_rows=tuple(facts.rows.items()),
            hides=ROW_ALONE if table.hides == ROW_ALONE else "",
            rows_answered=proposal.rows_answered | answered,
            offered=proposal.offered.union(item for item in columns if "means" in columns[item]),
        )  # fmt: skip
    return proposal


def list_kept(
    fresh: Sequence[TableProposal], remembered: Sequence[TableProposal],
    answers: Mapping[str, Any], proposer: TableProposer,
) -> list[str]:  # fmt: skip
    """List what holds of earlier answers, and not by itself, though these answers leave it out."""
    lost = []
    for before, after in zip(fresh, remembered, strict=True):
        merged = answers_to(spread_answers(answers, remembered, proposer), after)
        lists = (merged.get(key, ()) for key in ("columns", "means", EVERYBODY_TOO, HARMLESS))
        named = {*chain(*lists), *([MARKED_ROWS] if MARKED_ROWS in merged else [])}
        closed = dict(after.said_of_rows).keys() | ({MARKED_ROWS} if after.hides else set())
        sides = [
            {row.heading: (row.column, row.seen_by) for row in audience_of(item, kind)}
            for item in (before, after)
            for kind in (proposer.kinds[after.guess.kind],)
        ]
        changed = {name for name, seen in sides[1].items() if seen != sides[0][name]}
        is_alike = before.guess.kind == after.guess.kind
        kept = closed | (changed if is_alike else set())
        known = (*after.headings, MARKED_ROWS)
        lost += [
            f"{name_of(after)}: {rule}" for rule in known if rule in kept and rule not in named
        ]
    return lost


def read_answers(file: Path) -> dict[str, Any]:
    """Read the answers in a file, TOML or JSON. SourceError where it is none."""
    try:
        text = file.read_text("utf-8-sig")
        content = json.loads(text) if file.suffix.lower() == ".json" else tomllib.loads(text)
    except OSError as error:
        raise SourceError.unreadable(file, error) from error
    except ValueError as error:
        raise SourceError.unreadable(file, error, "write-answers") from error
    return dict(_need("table", file.name, content))


def check_answers(
    answers: Mapping[str, Any], proposals: Sequence[TableProposal], proposer: TableProposer,
    left: Sequence[LeftTable] = (),
) -> list[str]:  # fmt: skip
    """Refuse answers that nothing would use: to what nobody asks, misspelt, of another type. All
    that is wrong is told at once. Return the answers that another answer made idle."""
    idle: list[str] = []
    errors: list[HrdgraphError] = []
    known: dict[str, list[TableProposal]] = {table.name: [] for table in left}
    for alike in list_alike(proposals):
        for table in alike:  # what is said of the first is said of each
            for name in {name_of(table), name_of(alike[0]), table.file.name}:
                known.setdefault(name, []).append(table)
    for name, given in answers.items():
        with _collecting(errors):
            _check_keys(name, given, _TABLE)
            if name not in known:
                raise _unknown(name, known)
            _check_one("kind", given, (*proposer.kinds, NOT_READ))
            if known[name] and given.get("kind") != NOT_READ:
                _check_answers_of_table(given, known[name], proposer, errors, idle)
    raise_all(errors)
    return idle


def _check_answers_of_table(
    given: Mapping[str, Any], proposals: Sequence[TableProposal], proposer: TableProposer,
    errors: list[HrdgraphError], idle: list[str],
) -> None:  # fmt: skip
    columns: dict[str, Mapping[str, Any]] = {}
    asked = [proposer.kinds[table.guess.kind] for table in proposals]
    kinds = [proposer.kinds[given["kind"]]] if given.get("kind") else asked
    for heading, column in _columns_of(given, proposals).items():
        name = column.get("means", "") if isinstance(column, Mapping) else ""
        is_asked = any(kind.column(name) for kind in asked)
        if is_asked and not any(kind.column(name) for kind in kinds):
            idle.append(f"{heading}: means = {name}")  # asked of a kind that it is not
            column = {key: value for key, value in column.items() if key != "means"}
        with _collecting(errors):
            if not any(heading in table.headings for table in proposals):
                raise _unknown(heading, proposals[0].headings)
            _check_keys(heading, column, _COLUMN)
            columns[heading] = column
    tables = []
    for table in proposals:
        after = _answer_kind(table, proposer, given.get("kind", ""))
        means_now = _means_of(table, after, columns, proposer.kinds[after.guess.kind])
        means = {name: {"means": column} for name, column in means_now.items()}
        read = {key: given[key] for key in ("kind",) if key in given} | {"columns": means}
        tables.append(answer(table, proposer, read))
    for heading, column in columns.items():
        had = column.get("means") == "" or bool(_meanings(heading, proposals))
        if had and not _meanings(heading, tables):
            left = {key: value for key, value in column.items() if key not in ("values", "split")}
            idle += [f"{heading}: {key}" for key in column if key not in left]
            columns[heading] = left
    with _collecting(errors):
        _check_table(given, tables, proposals, proposer)
    good: dict[str, Mapping[str, Any]] = {}
    with _collecting(errors):
        _check_twins(proposals[0], columns, proposer.kinds[tables[0].guess.kind])
        for heading, column in columns.items():
            with _collecting(errors):
                places = [table for table in tables if heading in table.headings]
                _check_column(heading, column, places, proposer)
                good[heading] = column
    with _collecting(errors):
        used = {**given, "means": {}, "columns": good}
        tables = [answer(table, proposer, used) for table in proposals]
        _check_effects(used, tables, proposer, errors)
    for heading, column in good.items():
        rows = [dict(table.said_of_rows).get(heading, {}) for table in tables]
        named = {*map(cell_key, column.get("private", ()))}
        closed = dict.fromkeys(
            cell for each in rows for cell, level in each.items()
            if level == RESTRICTED and cell_key(cell) not in named
        )  # fmt: skip
        if closed and ANY_CELL in column.get("public", ()):
            idle.append(f"{heading}: public = {ANY_CELL} ({'; '.join([*closed][:_SHOWN])})")


@contextmanager
def _collecting(errors: list[HrdgraphError]) -> Iterator[None]:
    """Go on after an error, which is kept."""
    try:
        yield
    except HrdgraphError as error:
        errors.append(error)


def _check_keys(name: str, given: Any, known: Mapping[str, str]) -> None:
    for key, value in _need("table", name, given).items():
        if key not in known:
            raise _unknown(key, known)
        _need(known[key], key, value)
        takes = {"values": "text-or-texts", "means": "text", WHAT: "text"}.get(key, "")
        for text, meaning in value.items() if takes and isinstance(value, Mapping) else ():
            _need(takes, text, meaning)


def _need(expected: str, name: str, value: Any) -> Any:
    """Return the value of an answer. SourceError where it is of another type than is expected."""
    is_texts = isinstance(value, (list, tuple, set, frozenset)) and all(
        isinstance(item, str) for item in value
    )
    fits = {"table": isinstance(value, Mapping), "text": isinstance(value, str), "texts": is_texts}
    fits["whole-number"] = isinstance(value, int) and value >= 0
    if not any(fits[name] for name in expected.split("-or-")):
        kinds = [kind_word(name) for name in expected.split("-or-")]
        raise SourceError("must-be", term=name, kind=kinds)
    return value


def _check_one(
    key: str, given: Mapping[str, Any], known: Iterable[str], none: str = "answer-not-asked"
) -> None:
    """Refuse values of an answer that are none of the known ones; `none` says why there is none."""
    values, known = given.get(key, ()), list(dict.fromkeys(known))
    for value in [values] if isinstance(values, str) else values:
        if value not in known:
            raise _make_refusal(key, value, known, None if known else Message(none))


def _make_refusal(
    key: str, value: str, known: Sequence[str], why: Message | None = None
) -> SourceError:
    shown = ", ".join(value or '""' for value in known[:_SHOWN])
    hint = why or (Message("there-is", known=shown) if shown else "")
    return SourceError("option-takes-other", option=f"'{key}'", value=value, hint=hint)


def _check_table(
    given: Mapping[str, Any], tables: Sequence[TableProposal], asked: Sequence[TableProposal],
    proposer: TableProposer,
) -> None:  # fmt: skip
    _check_one("dates", given, _ORDERS)
    _check_one("pivot", given, _YEARS)
    is_titled = any(table.private_titles for table in (*tables, *asked))
    titles = ("restricted", "public") if is_titled else ()
    _check_one("title", given, titles)
    marked = [word for table in (*tables, *asked) for word in list_answers_of_marked(table)]
    said = (one for one in given.get("columns", {}).values() if isinstance(one, Mapping))
    marked += (RESTRICTED, ROW_ALONE) if any(one.get("private") for one in said) else ()
    _check_one(MARKED_ROWS, given, marked, "answer-nothing-marked")
    # what was asked about stays a possible answer, though another one leaves it idle
    if isinstance(given.get(WHAT), Mapping):
        kinds = [proposer.kinds[table.guess.kind] for table in tables]
        named = [item.name for kind in kinds for item in kind.columns if may_be_same(kind, item)]
        _check_one(WHAT, {WHAT: [*given[WHAT]]}, named)
    elif WHAT in given and not any(table.guess.missing for table in (*tables, *asked)):
        raise _make_refusal("what", given["what"], (), Message("answer-what-unneeded"))
    _check_one("unsourced", given, _UNSOURCED)
    marks = (mark for table in (*tables, *asked) for mark in table.row_marks)
    flags = {mark.heading for mark in marks} | given.get("columns", {}).keys()
    for table in asked:  # in another import
        flags |= {*table.offered, *dict(table.chosen)}
    _check_one(HARMLESS, given, sorted(flags))
    alike = (pair for table in (*tables, *asked) for pair in table.namesakes)
    _check_one("language", given, list_languages())
    closed = [list_closed(table, proposer.kinds[table.guess.kind]) for table in tables]
    for heading in given.get(EVERYBODY_TOO, ()):
        codes = [reasons[heading] for reasons in closed if heading in reasons]
        if codes and len(codes) == sum(heading in table.headings for table in tables):
            why = Message(codes[0])
            if why.code != "who-kept-back":  # which no answer opens
                why = Message("answer-alone", why=why, heading=heading)
            raise _make_refusal(EVERYBODY_TOO, heading, (), why)
    _check_one(EVERYBODY_TOO, given, (name for table in tables for name in table.headings))
    _check_one("together", given, [name for pair in alike for name in pair.names])


def _check_column(
    heading: str, given: Mapping[str, Any], tables: Sequence[TableProposal],
    proposer: TableProposer,
) -> None:  # fmt: skip
    kinds = [proposer.kinds[table.guess.kind] for table in tables]
    if name := given.get("means"):
        _check_one("means", given, ["", *(item.name for kind in kinds for item in kind.columns)])
    cells = list(dict.fromkeys(cell for table in tables for cell in table.cells_of(heading)))
    keys = set(map(cell_key, cells))
    for name, extra in (("private", {""}), ("public", {"", ANY_CELL})):
        for value in given.get(name, ()):
            if cell_key(value) not in keys.union(extra):
                raise _make_refusal(f"{heading}: {name}", value, cells)
    marks = [given.get(name, ()) for name in ("private", "public")]
    swapped = (list_opposite(table, heading, *marks) for table in tables)
    if shown := ", ".join(dict.fromkeys(chain.from_iterable(swapped))):
        hint = Message("who-marks-opposite", text=f"{heading}: {shown}")
        raise _make_refusal(f"{heading}: private", shown, (), hint)
    for text in given.get("values", ()):
        if not any(text in cell if text else True for cell in cells):
            raise _make_refusal(f"{heading}: values", text, cells)


def _check_effects(
    given: Mapping[str, Any], tables: Sequence[TableProposal], proposer: TableProposer,
    errors: list[HrdgraphError],
) -> None:  # fmt: skip
    """Refuse answers that the tables do not show: each changes something, or is an error."""
    columns: dict[str, Mapping[str, Any]] = {
        name: {"who": AUDIENCES[0]} for name in given.get(EVERYBODY_TOO, ())
    }
    pairs = [(table, proposer.kinds[table.guess.kind]) for table in tables if not table.is_left]
    for heading in {**columns, **given["columns"]}:
        column = {**columns.get(heading, {}), **given["columns"].get(heading, {})}
        places = [pair for pair in pairs if heading in pair[0].headings]
        for key, value in column.items():
            if places and not any(_is_shown(*pair, heading, key, value) for pair in places):
                hint = Message("answer-needs-means", heading=heading)
                seen = [item for pair in places for item in audience_of(*pair)]
                if any(item.heading == heading and item.is_fixed for item in seen):
                    hint = Message("who-kept-back")
                elif key == "values" and _meanings(heading, [table for table, _ in places]):
                    hint = Message("answer-values-plain", heading=heading)
                elif column.get("private"):
                    hint = Message("who-decides")
                errors.append(_make_refusal(f"{heading}: {key}", str(value), (), hint))
    same = given[WHAT] if isinstance(given.get(WHAT), Mapping) else {}
    said_once = [name for name, text in same.items() if text]
    for name in (*said_once, *(["document"] if given.get("document") else ())):
        if not any(name in dict(table.values) and kind.column(name) for table, kind in pairs):
            known = [table.columns[name] for table in tables if name in table.columns]
            errors.append(_make_refusal(WHAT if name in same else name, name, known))


def _is_shown(proposal: TableProposal, kind: Kind, heading: str, key: str, value: Any) -> bool:
    """Tell whether a proposal shows an answer about a column."""
    meant = [meaning.column for meaning in _meanings(heading, [proposal])]
    rows = dict(proposal.said_of_rows).get(heading, {})
    match key:
        case "means":
            return value in meant if value else not {*meant} - {NOTE}
        case "who":
            seen = {item.heading: item.shown_to for item in audience_of(proposal, kind)}
            seen_by = read_audience(value)
            return seen[heading] == seen_by and (bool(meant) or seen_by != AUDIENCES[0])
        case "private" | "public":
            keys = {*map(cell_key, value)}
            cells = [cell for cell in proposal.cells_of(heading) if cell_key(cell) in keys]
            levels = {rows.get(cell, rows.get(ANY_CELL)) for cell in cells}
            return levels <= ({AUDIENCES[0]} if key == "public" else {RESTRICTED})
        case "split":
            return any(name in proposal.answered for name in meant)
        case "values":
            texts = {text for name, each in proposal.meant if name in meant for text in each}
            return texts.issuperset(value)
    return True


def _meanings(heading: str, tables: Sequence[TableProposal]) -> list[Meaning]:
    return [item for table in tables for item in table.guess.meanings if heading in item.headings]


def read_audience(word: str) -> str:
    """Return who sees a column, by a word of a file or language, or raise SourceError."""
    words = {phrase(f"who-{word}", tag): word for tag in LANGUAGES for word in AUDIENCES}
    words |= {word: word for word in AUDIENCES} | {"restricted": AUDIENCES[1]}
    if (audience := words.get(word.strip().casefold())) is None:
        raise _make_refusal("who", word, tuple(words))
    return audience


def _check_twins(
    proposal: TableProposal, columns: Mapping[str, Mapping[str, Any]], kind: Kind
) -> None:
    """Refuse two headings that are said to mean one column, unless it holds names or words, which
    can be joined: one of them would not be read."""
    first: dict[str, str] = {}
    parts = {item.heading: item.headings for item in proposal.guess.meanings}
    for heading, answers in columns.items():
        column = answers.get("means", "")
        other = first.setdefault(column, heading)
        is_part = any({heading, other} <= {*names} for names in parts.values())
        known = kind.column(column)
        is_joined = known is not None and known.type in ("name", "words", "date", "year")
        if column not in ("", NOTE) and other != heading and not (is_part or is_joined):
            place = Origin(proposal.file.name)
            fields = {"heading": heading, "other": other, "column": column}
            raise SourceError("answers-mean-the-same", origin=place, **fields)


def _unknown(name: str, known: Any) -> SourceError:
    return SourceError("not-known-here", name=name, hint=hint_at(name, known))


def answers_to(answers: Mapping[str, Any], proposal: TableProposal) -> dict[str, Any]:
    """Return the answers about one table: those about its file, and over them its own."""
    names = dict.fromkeys((proposal.file.name, name_of(proposal)))
    return merge_answers(*(answers.get(name, {}) for name in names))


def merge_answers(*answers: Mapping[str, Any]) -> dict[str, Any]:
    """Merge answers about a table; of two about the same the later holds."""
    merged: dict[str, Any] = {}
    for more in answers:
        for key, value in more.items():
            is_table = isinstance(value, Mapping) and isinstance(merged.get(key), Mapping)
            merged[key] = merge_answers(merged[key], value) if is_table else value
    return merged


def spread_answers(
    answers: Mapping[str, Any], proposals: Sequence[TableProposal], proposer: TableProposer
) -> dict[str, Any]:
    """Return answers with those about the first of some alike tables for each of the others, but
    what is said of one table alone. Everybody sees a column there only where it is offered so, and
    cells that mark rows are meant where they stand."""
    spread = dict(answers)
    said = dict[str, Any]()  # of titles
    for name, texts in ((name_of(table), table.open_titles) for table in proposals):
        title = said.setdefault(str(texts), answers.get(name, {}).get("title"))
        if texts and title:
            spread[name] = {"title": title, **answers.get(name, {})}
    for first, *rest in list_alike(proposals):
        given = answers.get(name_of(first), {}) if rest else {}
        for table in rest if given and given.get("kind") != NOT_READ else ():
            after = _answer_kind(table, proposer, given.get("kind", ""))
            known = list_doubtful(after, proposer.kinds[after.guess.kind])
            shared = {key: value for key, value in given.items() if key not in _OF_ONE_TABLE}
            shared[EVERYBODY_TOO] = [name for name in given.get(EVERYBODY_TOO, ()) if name in known]
            marking = {marks.heading for marks in table.row_marks}
            likely = {marks.heading for marks in table.row_marks if marks.is_likely}
            shared |= {HARMLESS: [*{*shared[HARMLESS]} - likely]} if HARMLESS in shared else {}
            columns = shared["columns"] = dict[str, Any]()
            for heading, column in given.get("columns", {}).items():
                marks = {*column.get("private", ()), *column.get("public", ())}
                is_open = read_audience(column.get("who", NOT_READ)) == AUDIENCES[0]
                left = {"who"} if is_open and heading not in known else set()
                if heading not in marking and marks.isdisjoint(table.cells_of(heading)):
                    left |= {"private", "public"}
                columns[heading] = {key: column[key] for key in column if key not in left}
            spread[name_of(table)] = merge_answers(shared, spread.get(name_of(table), {}))
    return spread


_OF_ONE_TABLE: Final = (
    MARKED_ROWS, "title", "together", "document", WHAT, "header", "language", "encoding",
)  # fmt: skip


def answer(
    proposal: TableProposal, proposer: TableProposer, given: Mapping[str, Any]
) -> TableProposal:
    """Return the proposal with answers about its table. SourceError where one is no code."""
    if given.get("kind") == NOT_READ:
        return replace(proposal, is_left=True)
    guessed, proposal = proposal, _answer_kind(proposal, proposer, given.get("kind", ""))
    columns = _columns_of(given, [guessed])
    kind = proposer.kinds[proposal.guess.kind]
    means = _means_of(guessed, proposal, columns, kind)
    if means:
        guess = _with_columns(proposal, means, kind)
        proposal = proposer.with_dates(replace(proposal, guess=guess))
    if given.get("dates") in _ORDERS:
        proposal = replace(proposal, dates=given["dates"], dates_doubt=False)
    if "pivot" in given:
        proposal = replace(proposal, pivot=int(given["pivot"]), pivot_doubt=False)
    if means or given.get("kind"):
        proposal = find_missing(proposal, kind)
    same = given.get(WHAT) or {}
    same = same if isinstance(same, Mapping) else {proposal.guess.missing: same}
    for name, text in same.items():
        proposal = proposer.with_value(proposal, text, name) if text else proposal
        proposal = replace(proposal, answered=proposal.answered | {WHAT, name})
    if given.get("document"):
        values = {**dict(proposal.values), "document": str(given["document"])}
        proposal = replace(proposal, values=tuple(values.items()))
    if "unsourced" in given:
        # of documents each row says it
        own = {SCHEME: given["unsourced"]} if kind.name == "document" else {}
        values = {**dict(proposal.values), **own}
        proposal = replace(proposal, unsourced=given["unsourced"], values=tuple(values.items()))
    if EVERYBODY_TOO in given:  # what she was shown needs no second answer
        shown = list_doubtful(guessed, proposer.kinds[guessed.guess.kind]).keys()
        proposal = replace(proposal, offered=proposal.offered | shown)
    if HARMLESS in given:
        proposal = replace(proposal, answered=proposal.answered | {HARMLESS})
    if "together" in given:
        names = set(given["together"])
        apart = tuple(item for item in proposal.namesakes if names.isdisjoint(item.names))
        proposal = replace(proposal, namesakes=apart, namesakes_asked=True)
    for marks in proposal.row_marks:
        if marks.heading in given.get(HARMLESS, ()):
            proposal = answer_row_marks(proposal, marks.heading, ())
    if given.get("title") == "public":
        proposal = replace(proposal, private_titles=())
    if "language" in given:
        proposal = replace(proposal, language=given["language"])
    # others are of another table of the file
    own = {name: column for name, column in columns.items() if name in proposal.headings}
    for heading, column in own.items():
        proposal = _answer_column(proposal, proposer, heading, column)
    if MARKED_ROWS in given:
        proposal = answer_marked_rows(proposal, given[MARKED_ROWS])
    opened = given.get(EVERYBODY_TOO, ())
    chosen = {name: AUDIENCES[0] for name in opened if name in proposal.headings}
    chosen |= {one: read_audience(column["who"]) for one, column in own.items() if "who" in column}
    return find_missing(choose_audience(proposal, chosen, kind), kind) if chosen else proposal


def _columns_of(
    given: Mapping[str, Any], proposals: Sequence[TableProposal]
) -> Mapping[str, Mapping[str, Any]]:
    """Return the answers about columns, with what was said of several at once. What everybody may
    see stays in its own words, unless its heading means something for the kind that was asked
    about."""
    columns = dict(given.get("columns", {}))
    asked = [item for item in proposals if given.get("kind", item.guess.kind) == item.guess.kind]
    for heading in given.get(EVERYBODY_TOO, ()):
        known = columns.get(heading, {})
        is_said = heading in given.get("means", {}) or not isinstance(known, Mapping)
        if is_said or any(meaning.reason != "cells" for meaning in _meanings(heading, asked)):
            continue
        if known.keys().isdisjoint(("means", "values", "split")):
            columns[heading] = {"means": "", **known}
    for heading, name in given.get("means", {}).items():
        known = columns.get(heading, {})
        columns[heading] = {"means": name, **known} if isinstance(known, Mapping) else known
    return columns


def _means_of(
    guessed: TableProposal, proposal: TableProposal, columns: Mapping[str, Mapping[str, Any]],
    kind: Kind,
) -> dict[str, str]:  # fmt: skip
    """Return what headings mean, as a person said; where she only said what their texts mean or
    how they split, the column that was guessed and asked about, unless her kind has none."""
    means = {heading: str(each["means"]) for heading, each in columns.items() if "means" in each}
    for heading, column in columns.items():
        if heading not in means and not {"values", "split"}.isdisjoint(column):
            names = [each.column for each in _meanings(heading, [guessed])]
            is_free = not _meanings(heading, [proposal])
            taken = {*means.values(), *proposal.columns}
            if is_free and names and kind.column(names[0]) and names[0] not in taken:
                means[heading] = names[0]
    return means


def _answer_kind(proposal: TableProposal, proposer: TableProposer, kind: str) -> TableProposal:
    if not kind:
        return proposal
    find_kind(proposer.kinds, kind)
    proposal = replace(proposal, is_left=False)
    if kind != proposal.guess.kind or proposal.guess.is_open:
        proposal = proposer.as_kind(proposal, kind)
    return replace(proposal, guess=replace(proposal.guess, doubt=False))


def _answer_column(
    proposal: TableProposal, proposer: TableProposer, heading: str, says: Mapping[str, Any]
) -> TableProposal:
    """Return the proposal with which cells of a column mark private rows, how its cells split, and
    what its texts mean."""
    if "private" in says or "public" in says:
        marks = [says.get(name, ()) for name in ("private", "public")]
        proposal = answer_row_marks(proposal, heading, *marks)
    meaning = next((item for item in proposal.guess.meanings if item.heading == heading), None)
    if meaning is None:
        return proposal
    if "split" in says:
        between = (says["split"],) if isinstance(says["split"], str) else tuple(says["split"] or ())
        splits = {**dict(proposal.splits), meaning.column: between}
        splits = {name: signs for name, signs in splits.items() if signs}
        answered = proposal.answered | {meaning.column}
        proposal = replace(proposal, splits=tuple(splits.items()), answered=answered)
    column = proposer.kinds[proposal.guess.kind].column(meaning.column)
    values = says.get("values", {})
    if column is not None and column.type in _SAID_EMPTY and not any(values.values()):
        proposal = with_values(proposal, column.name, dict.fromkeys(values, ()))
    elif column is not None and column.type in ("code", "country") and values:
        codes = {
            text: tuple(
                _code(text, column, proposer.codes)
                for text in ([meant] if isinstance(meant, str) else meant)
                if text
            )
            for text, meant in values.items()
        }
        proposal = with_values(proposal, column.name, codes)
    return proposal


_SAID_EMPTY: Final = ("name", "date", "year")  # a text of these may say nothing


def _code(text: str, column: Column, codes: Mapping[str, Codes]) -> str:
    """Return the code that an answer names. SourceError where there is none."""
    try:
        return country_code(text) if column.type == "country" else codes[column.scheme].code(text)
    except CellError as error:
        raise SourceError(error.fact, hint=error.hint) from error


def _with_columns(proposal: TableProposal, means: Mapping[str, str], kind: Kind) -> Guess:
    """Return the guess with the columns that some headings mean, as a person said."""
    guess, meanings = proposal.guess, dict[str, Meaning]()
    noted = [item for item in guess.meanings if item.column == NOTE]
    # what everybody sees in its own words may be read as something else, too
    ordered = (*noted, *(item for item in guess.meanings if item.column != NOTE))
    before = {heading: item for item in ordered for heading in item.headings}
    said = {
        heading: means.get(heading, before[heading].column if heading in before else "")
        for heading in proposal.headings
    }
    taken = set(means.values())
    for heading, column in said.items():
        old = before.get(heading)
        is_place = old is not None and column.endswith("place") and not old.doubt
        if column in taken and heading not in means and column != NOTE and not is_place:
            continue  # a person gave the column to another heading
        if old is not None and all(said[name] == old.column for name in old.headings):
            is_said = any(name in means for name in old.headings)
            kept = replace(old, doubt=old.doubt and not is_said)
            add_meaning(meanings, kept, joins=column in taken)
        elif kind.column(column):
            add_meaning(meanings, Meaning(heading, column, "said"), joins=column in taken)
    for heading in (name for item in noted for name in item.headings if name not in means):
        add_meaning(meanings, Meaning(heading, NOTE, "said"))
    read = {name for item in meanings.values() for name in item.headings}
    empty = set(proposal.headings) - set(before) - set(guess.unread)
    unread = tuple(name for name in proposal.headings if name not in read and name not in empty)
    missing = kind.column(guess.missing)
    if missing and not meanings.keys().isdisjoint((missing.name, *missing.unless)):
        guess = replace(guess, missing="", told="")
    return replace(guess, meanings=tuple(meanings.values()), unread=unread)


def as_dicts(proposals: Iterable[TableProposal], proposer: TableProposer) -> list[dict[str, Any]]:
    """List the open questions about tables, for machines; those about alike tables once."""
    return [_as_dict(*asked, proposer) for asked in _list_shared_questions(proposals, proposer)]


def list_needed(questions: Iterable[Mapping[str, Any]]) -> list[str]:
    """List what the open questions are about that hold an import up: a heading, or the answer."""
    return [
        ask["column"] or ask["asks"][0]
        for ask in questions
        if (ask["column"] and "means" in ask["asks"]) or not {*_NEEDED}.isdisjoint(ask["asks"])
    ]


def _list_shared_questions(
    proposals: Iterable[TableProposal], proposer: TableProposer
) -> Iterator[tuple[str, list[TableProposal], TableQuestion, list[TableQuestion]]]:
    """Yield each question about tables, with the name by which it is answered, the tables that it
    is about, and its parts. Alike tables are asked about once, and so are ones below the same
    title, and the rows of a file that have no source; which rows are private is one question."""
    groups: dict[tuple[object, str], list[tuple[TableProposal, TableQuestion]]] = {}
    titled, hosts = dict[object, str](), dict[str, str]()
    for first, proposal in (
        (alike[0], table) for alike in list_alike(proposals) for table in alike
    ):
        kind, own = proposer.kinds[proposal.guess.kind], name_of(proposal)
        for ask in questions_of(proposal, kind, proposer.codes):
            # by the name of the first, from which an answer holds for all
            name = own if not {*_OF_ONE_TABLE}.isdisjoint(ask.asks) else name_of(first)
            if ask.asks == ("title",):
                name = titled.setdefault((proposal.file, ask.texts), own)
            name = proposal.file.name if ask.asks == ("unsourced",) else name
            groups.setdefault((ask.heading or ask.asks, name), []).append((proposal, ask))
            if "private" in ask.asks or ask.usual == SCHEME:
                hosts.setdefault(name, ask.heading)
    for name, heading in hosts.items():
        for key in ((HARMLESS,), name), ((MARKED_ROWS,), name):
            if (pairs := groups.get(key)) and (key[0] == (HARMLESS,) or not pairs[0][1].texts):
                groups[heading, name] += groups.pop(key)
    for (about, name), pairs in groups.items():
        parts, counts = [ask for _, ask in pairs], Counter[str]()
        own_parts = [ask for ask in parts if (ask.heading or ask.asks) == about]
        for ask in own_parts[:1] if about == (WHAT,) else own_parts:
            counts.update(dict(ask.texts))
        chosen = (ask.choices for ask in parts if ask in own_parts or MARKED_ROWS in ask.asks)
        whole = parts[0]._replace(
            asks=tuple(dict.fromkeys(chain.from_iterable(ask.asks for ask in parts))),
            choices=tuple(dict.fromkeys(chain.from_iterable(chosen))), texts=tuple(counts.items()),
        )  # fmt: skip
        yield name, [*{name_of(item): item for item, _ in pairs}.values()], whole, parts


def _as_dict(
    name: str, proposals: Sequence[TableProposal], ask: TableQuestion,
    parts: Sequence[TableQuestion], proposer: TableProposer,
) -> dict[str, Any]:  # fmt: skip
    proposal, codes = proposals[0], proposer.codes
    kind, guess = proposer.kinds[proposal.guess.kind], proposal.guess
    by_kind: dict[str, dict[str, Any]] = {}
    if guess.doubt and not ask.heading:  # other kinds have other columns: answered in one round
        names = proposer.kinds.keys() & {guess.kind, *guess.others}
        for other in (proposer.kinds[each] for each in proposer.kinds if each in names):
            by_kind.setdefault("means", {})[other.name] = _list_columns(other)
            if needed := proposer.find_needed(proposal, other):  # what else each needs
                choices = {column.name: [*_choices_of(column, codes)] for column in needed}
                by_kind.setdefault("kind", {})[other.name] = choices
    because = list_doubtful(proposal, kind)
    listed = next((part for part in parts if HARMLESS in part.asks), parts[0])
    cells = _list_cells(proposals, listed) if not listed.heading else {}
    texts = [*dict(ask.texts)] if "private" in ask.asks else []
    texts += chain(*cells.values()) if HARMLESS in listed.asks else []
    marks = {text: mark for text in texts if (mark := private_words(text))}
    rows = _list_rows(proposal, ask) if len(proposals) == 1 else {}
    shown = {
        "table": name, "column": ask.heading, "asks": list(ask.asks),
        "texts": [{"text": text, "count": count, **({"rows": rows[text][:_SHOWN]} if rows else {})}
                  for text, count in ask.texts],
        "choices": list(ask.choices), "without_an_answer": ask.usual,
        "needs": {part.needs: [*part.choices] for part in parts if part.needs},
        "alike": [at for each in proposals if (at := name_of(each)) != name],
        "cells": cells,
        "because": {name: because[name] for name, _ in ask.texts if name in because}
                   if EVERYBODY_TOO in ask.asks else {},
        "taken_for": {item.heading: item.column for item in guess.meanings
                      if item.doubt and item.heading in dict(ask.texts)}
                     if "means" in ask.asks and not ask.heading else {},
        "private_already": [*marks], "words": marks,
        "choices_by_kind": by_kind.get(ask.asks[0], {}),
    }  # fmt: skip
    always = ("table", "column", "asks", "texts", "choices", "without_an_answer")
    return {key: value for key, value in shown.items() if value or key in always}


def _list_rows(proposal: TableProposal, question: TableQuestion) -> dict[str, list[int]]:
    """List the rows of the file with each text that may say that they are private."""
    texts = question.texts if "private" in question.asks else ()
    rows: dict[str, list[int]] = {text: [] for text, _ in texts}
    for number, cell in zip(proposal.numbers, proposal.cells_of(question.heading), strict=False):
        if cell in rows:
            rows[cell].append(number)
    return rows


def _list_cells(
    proposals: Sequence[TableProposal], question: TableQuestion
) -> dict[str, dict[str, int]]:
    """List the commonest cells below each heading that a question names, with their counts; of one
    that may mark rows, those that may say it."""
    marks = {mark.heading: mark.cells for table in proposals for mark in table.row_marks}
    cells = {}
    for name in (text for text, _ in question.texts if text in proposals[0].headings):
        counts = Counter(cell for table in proposals for cell in table.cells_of(name))
        cells[name] = dict(counts.most_common(_FEW))
        if HARMLESS in question.asks:
            cells[name] = {one: counts[one] for one in marks.get(name, ())[:_SHOWN]}
    return cells
