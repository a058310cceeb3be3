"""Who will see each column of a table that is imported: everybody, only us, or it is not read. A
column is for everybody only where it is understood and nothing about it is private."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from hrdgraph.fact_kinds import Column, Kind
from hrdgraph.fact_kinds.addresses import whole_address
from hrdgraph.fact_kinds.codes import Codes
from hrdgraph.fact_kinds.guess import ROW_NUMBERS, Meaning
from hrdgraph.fact_kinds.headings import folded
from hrdgraph.fact_kinds.levels import SCHEME, RowMarks, row_marks, says_private, unread_levels
from hrdgraph.fact_kinds.private_data import private_data_in, private_topic
from hrdgraph.pipeline.importing.table_proposal import TableProposal

EVERYBODY, ONLY_US, NOT_READ = "public", "withheld", "ignore"  # as source.toml says them
AUDIENCES: Final = (EVERYBODY, ONLY_US, NOT_READ)
_LINKS: Final = ("document", "address")  # types of columns whose cells are addresses of the Web
_LONG: Final = 100  # characters of the middle cell of a column of prose
_MOST: Final = 3  # examples of a column


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
    def is_restricted(self) -> bool:
        """Whether the build with what is restricted holds it, where only we see it: what is in
        doubt, and no contacts, notes and the like."""
        held = self.reason.startswith("who-holds-")
        return held or self.reason in ("who-in-doubt", "who-kept-back")


def audience_of(proposal: TableProposal, kind: Kind) -> list[ColumnAudience]:
    """Who will see each column, as a person chose, else as it is proposed."""
    chosen = dict(proposal.chosen)
    found = []
    for place, heading in enumerate(proposal.headings):
        cells = [row[place] for row in proposal.rows if row[place]]
        meaning = next((one for one in proposal.guess.meanings if heading in one.headings), None)
        column = kind.column(meaning.column) if meaning else None
        proposed, reason = _propose(heading, cells, proposal, column, meaning)
        is_fixed = column is not None and column.visibility != "public"
        seen_by = chosen.get(heading, proposed)
        if is_fixed and seen_by == EVERYBODY:
            seen_by = proposed
        reason = reason if seen_by == proposed else "who-chosen"
        examples = tuple(dict.fromkeys(cells))[:_MOST]
        name = column.name if column else ""
        found.append(ColumnAudience(heading, name, examples, seen_by, proposed, reason, is_fixed))
    return found


def _propose(
    heading: str,
    cells: Sequence[str],
    proposal: TableProposal,
    column: Column | None,
    meaning: Meaning | None,
) -> tuple[str, str]:
    """Who should see a column, and why not everybody."""
    if meaning is None or column is None:
        if not cells or folded(heading) in ROW_NUMBERS:
            return NOT_READ, "who-nothing-there" if not cells else "who-row-number"
        topic = private_topic(heading)
        return ONLY_US, f"who-{topic}" if topic else "who-not-understood"
    if column.name == SCHEME:
        return EVERYBODY, "who-decides"
    if column.visibility != "public":
        return ONLY_US, "who-kept-back"
    is_link = column.type in _LINKS and any(map(whole_address, cells))
    topic = "" if is_link or meaning.parts else private_topic(heading)
    if column.prose or (column.prose is None and column.type == "words" and _is_long(cells)):
        return ONLY_US, "who-free-text"
    if topic:
        return ONLY_US, f"who-{topic}"
    if column.type == "document" and cells and not is_link and proposal.guess.kind != "document":
        return ONLY_US, "who-private-source"
    is_dated = column.type in ("date", "year")
    if meaning.doubt or (is_dated and proposal.dates_doubt):
        return ONLY_US, "who-in-doubt"
    texts = (cell for cell in cells if not (is_link and whole_address(cell)))
    return (ONLY_US, f"who-{held}") if (held := private_data_in(texts)) else (EVERYBODY, "")


def _is_long(cells: Sequence[str]) -> bool:
    return bool(cells) and len(sorted(cells, key=len)[len(cells) // 2]) > _LONG


def row_marks_of(
    proposal: TableProposal, kind: Kind, codes: Mapping[str, Codes]
) -> tuple[RowMarks, ...]:
    """The columns that may say which rows are private and are not understood precisely."""
    found = []
    for place, heading in enumerate(proposal.headings):
        cells = [row[place] for row in proposal.rows]
        meaning = next((one for one in proposal.guess.meanings if heading in one.headings), None)
        column = kind.column(meaning.column) if meaning else None
        if column is not None and column.name == SCHEME:
            if unread_levels(cells, heading, codes[SCHEME]):
                found.append(RowMarks(heading, tuple(dict.fromkeys(cells))))
            continue
        is_said = meaning is not None and meaning.reason != "cells" and not meaning.doubt
        is_prose = is_said or _is_long([cell for cell in cells if cell])
        is_prose |= private_topic(heading) not in ("", "typist", "beliefs")
        if not any(cells) and column is None and folded(heading) in ROW_NUMBERS:
            continue
        if marks := row_marks(heading, cells, is_prose=is_prose):
            found.append(marks)
    return tuple(found)


def private_title(texts: Iterable[str]) -> str:
    """The first of some texts around a table that says that it is not for everybody."""
    return next((text for text in texts if text and says_private(text)), "")


def why_restricted(proposal: TableProposal) -> list[tuple[str, str]]:
    """Why nothing of a table is published until a person has answered: codes of the catalogue,
    each with the text that is meant."""
    found = [("who-title-private", proposal.private_title)] if proposal.private_title else []
    if names := ", ".join(marks.heading for marks in proposal.row_marks):
        found.append(("who-marks-unread", names))
    rows = proposal.marks.hidden | proposal.marks.coloured | proposal.marks.struck
    if rows and not proposal.is_seen:
        found.append(("who-rows-marked", ", ".join(map(str, sorted(rows)[:_MOST]))))
    if proposal.guess.doubt:
        found.append(("who-kind-in-doubt", proposal.guess.kind))
    return found


def choose_audience(proposal: TableProposal, choices: Mapping[str, str]) -> TableProposal:
    """The proposal with who sees some headings, as a person chose. What is not read means
    nothing."""
    chosen = {**dict(proposal.chosen), **choices}
    meanings, unread = [], list(proposal.guess.unread)
    for item in proposal.guess.meanings:
        if any(chosen.get(name) == NOT_READ for name in item.headings):
            unread += item.headings
        else:
            meanings.append(item)
    guess = replace(proposal.guess, meanings=tuple(meanings), unread=tuple(unread))
    return replace(proposal, guess=guess, chosen=tuple(chosen.items()))


def answer_row_marks(
    proposal: TableProposal, marks: RowMarks, private: Iterable[str]
) -> TableProposal:
    """The proposal with the cells of a column that mean that a row is private, as a person says.
    Rows with cells that come later are kept back, but of prose, where only these are meant."""
    meant = set(private)
    left = tuple(item for item in proposal.row_marks if item.heading != marks.heading)
    rows = {cell: "restricted" if cell in meant else "public" for cell in marks.cells}
    if marks.is_prose:
        rows = {cell: "restricted" for cell in marks.cells if cell in meant} | {"*": "public"}
    said = proposal.said_of_rows if not meant else (*proposal.said_of_rows, (marks.heading, rows))
    guess = proposal.guess
    if (level := guess.of(SCHEME)) is not None and level.heading == marks.heading:
        others = tuple(item for item in guess.meanings if item is not level)
        guess = replace(guess, meanings=others, unread=(*guess.unread, marks.heading))
    return replace(proposal, row_marks=left, said_of_rows=said, guess=guess)
