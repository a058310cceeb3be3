"""What a table is taken for into what a form shows of it, and the answers of a person into the
proposal that they make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from hrdgraph.catalogue import phrase
from hrdgraph.fact_kinds import Kind
from hrdgraph.fact_kinds.cell_values import whole_address
from hrdgraph.fact_kinds.guess import Guess, Meaning
from hrdgraph.pipeline.importing.propose import TableProposer
from hrdgraph.pipeline.importing.table_proposal import (
    AUDIENCES,
    ColumnAudience,
    TableProposal,
    answer_row_marks,
    audience_of,
    choose_audience,
    read_aloud,
    why_restricted,
)

_VALUES: Final = 3  # shown of a column
_DAYS_FIRST: Final = ("fr", "es")  # where no date tells the order, languages that write so
_ORDERS: Final = ("dmy", "mdy")


def answered(
    proposal: TableProposal, proposer: TableProposer, answer: Mapping[str, Any], language: str
) -> TableProposal:
    """The proposal with what a person said: `kind` of the rows, the column that each heading
    means (`columns`, by the place of the heading; "" for none), the order of `dates`, `what` all
    rows are where no column says it, and which names are of `one` person in all their rows."""
    kind = answer.get("kind", proposal.guess.kind)
    kind = kind if kind in proposer.kinds else proposal.guess.kind
    if kind != proposal.guess.kind:
        nothing = replace(proposal, guess=Guess(kind, (), proposal.headings, 0.0))
        proposal = proposer.as_kind(proposal, kind) or nothing
    if answer.get("columns") and answer.get("shown_kind") == proposal.guess.kind:
        guess = _with_columns(proposal, answer["columns"], proposer.kinds[kind])
        proposal = proposer.with_dates(replace(proposal, guess=guess))
    if proposal.missing and answer.get("what"):
        proposal = proposer.with_value(proposal, answer["what"])
    one = set(answer.get("one", ()))
    apart = tuple(item for item in proposal.namesakes if item.names[0] not in one)
    proposal = replace(proposal, namesakes=apart, namesakes_asked=True)
    order = answer.get("dates") or ("dmy" if language in _DAYS_FIRST else "")
    if proposal.dates_doubt and order in _ORDERS:
        return replace(proposal, dates=order, dates_doubt=False)
    return proposal


def with_audience(proposal: TableProposal, answer: Mapping[str, Any]) -> TableProposal:
    """The proposal with which rows are private and who sees which column, where a person chose
    otherwise than was shown."""
    private = set(answer.get("private", ()))
    for marks in proposal.row_marks:
        if marks.heading in answer.get("marks_said", ()):
            meant = [cell for cell in marks.cells if f"{marks.heading}\t{cell}" in private]
            proposal = answer_row_marks(proposal, marks, meant)
    if answer.get("title_public"):
        proposal = replace(proposal, private_title="")
    shown = answer.get("shown_who", {})
    chosen = {
        proposal.headings[int(place)]: value
        for place, value in answer.get("who", {}).items()
        if value in AUDIENCES and value != shown.get(place) and int(place) < len(proposal.headings)
    }
    return choose_audience(proposal, chosen) if chosen else proposal


def _with_columns(proposal: TableProposal, columns: Mapping[str, str], kind: Kind) -> Guess:
    guess, meanings = proposal.guess, dict[str, Meaning]()
    before = {heading: item for item in guess.meanings for heading in item.headings}
    said = {
        heading: columns.get(str(place), before[heading].column if heading in before else "")
        for place, heading in enumerate(proposal.headings)
    }
    for heading, column in said.items():
        old = before.get(heading)
        if old is not None and all(said[name] == old.column for name in old.headings):
            meanings.setdefault(column, replace(old, doubt=False))
        elif kind.column(column):
            meanings.setdefault(column, Meaning(heading, column, "said"))
    read = {name for item in meanings.values() for name in item.headings}
    empty = set(proposal.headings) - set(before) - set(guess.unread)
    unread = tuple(name for name in proposal.headings if name not in read and name not in empty)
    return replace(guess, meanings=tuple(meanings.values()), unread=unread, doubt=False)


def lacking(proposal: TableProposal, kinds: Mapping[str, Kind], language: str) -> list[str]:
    """The columns without which a row of the kind says nothing, and which no heading means."""
    columns = {**proposal.columns, **dict(proposal.values)}
    return [
        column.label(language)
        for column in kinds[proposal.guess.kind].columns
        if column.required
        and column.name not in columns
        and not column.default
        and not any(name in columns for name in column.unless)
    ]


def proposal_view(
    proposal: TableProposal,
    asked: TableProposal,
    proposer: TableProposer,
    language: str,
    one: Iterable[str],
) -> dict[str, Any]:
    """What a form shows; names that were said to be of `one` person are asked about still, and so
    is what was `asked` about private rows before the answers."""
    guess, kind = proposal.guess, proposer.kinds[proposal.guess.kind]
    by_heading = {heading: item for item in guess.meanings for heading in item.headings}
    return {
        "file": proposal.file.name,
        "sheet": proposal.sheet,
        "header": proposal.region.header,
        "rows": len(proposal.rows),
        "dropped": list(proposal.region.dropped),
        "kind": guess.kind,
        "kind_doubt": guess.doubt,
        "others": list(guess.others),
        "columns": [
            _column_view(proposal, place, by_heading.get(item.heading), item, language)
            for place, item in enumerate(audience_of(proposal, kind))
        ],
        "audiences": [(name, phrase(f"who-{name}", language)) for name in AUDIENCES],
        "row_marks": [item._asdict() for item in asked.row_marks],
        "marks_said": [item.heading for item in asked.row_marks if item not in proposal.row_marks],
        "private": [
            f"{heading}\t{cell}"
            for heading, cells in proposal.said_of_rows
            for cell, level in cells.items()
            if level != "public"
        ],
        "private_title": asked.private_title,
        "title_public": not proposal.private_title,
        "restricted": [
            phrase(code, language, text=text)
            for code, text in why_restricted(replace(proposal, is_seen=True))
        ],
        "dates": proposal.dates,
        "dates_doubt": proposal.dates_doubt,
        "unknown": list(proposal.unknown),
        "completed": [(text, whole_address(text)) for text in proposal.completed],
        "misshaped": list(proposal.misshaped),
        "papers": list(proposal.papers),
        "marks": [(name, sorted(rows)) for name, rows in proposal.marks._asdict().items() if rows],
        "several": list(proposal.several),
        "bodies": list(proposal.bodies),
        "kept_back": len(proposal.hidden) if "visibility" in proposal.columns else None,
        "aloud": read_aloud(proposal, kind, language, proposer.codes),
        "missing": _missing_view(proposal, proposer, language),
        "namesakes": [(item.names[0], item.rows, item.heading) for item in proposal.namesakes],
        "one": list(one),
    }


def _missing_view(
    proposal: TableProposal, proposer: TableProposer, language: str
) -> dict[str, Any] | None:
    """What no column says and one answer says of all rows: its label, the codes with theirs, and
    what was answered."""
    column = proposer.kinds[proposal.guess.kind].column(proposal.guess.missing)
    if column is None or not column.scheme:
        return None
    codes = proposer.codes[column.scheme]
    options = ((code, codes.label(code, language)) for code in codes.labels)
    return {
        "label": column.label(language),
        "options": sorted(options, key=lambda item: item[1].casefold()),
        "said": dict(proposal.values).get(column.name, ""),
    }


def _column_view(
    proposal: TableProposal,
    place: int,
    meaning: Meaning | None,
    audience: ColumnAudience,
    language: str,
) -> dict[str, Any]:
    values = dict.fromkeys(row[place] for row in proposal.rows if row[place])
    return {
        "heading": proposal.headings[place],
        "place": place,
        "column": meaning.column if meaning else "",
        "reason": meaning.reason if meaning else "",
        "share": None if meaning is None or meaning.share is None else round(100 * meaning.share),
        "doubt": bool(meaning and meaning.doubt),
        "values": list(values)[:_VALUES],
        "parts": list(meaning.parts) if meaning else [],
        "seen_by": audience.seen_by,
        "proposed": audience.proposed,
        "is_fixed": audience.is_fixed,
        "why": phrase(audience.reason, language) if audience.reason else "",
    }
