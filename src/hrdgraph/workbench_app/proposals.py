"""Show in a form how a table is understood, and apply a person's answers to the proposal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from hrdgraph.catalogue import phrase, render
from hrdgraph.fact_kinds import Kind
from hrdgraph.fact_kinds.cell_values import split_cell, whole_address
from hrdgraph.fact_kinds.guess import Meaning
from hrdgraph.pipeline.importing.propose import TableProposer
from hrdgraph.pipeline.importing.questions import DAYS_FIRST, answer, missing_columns, unread_values
from hrdgraph.pipeline.importing.table_proposal import (
    AUDIENCES,
    EVERYBODY,
    ColumnAudience,
    TableProposal,
    answer_of_ticks,
    audience_of,
    count_unsourced,
    describe_marks,
    read_aloud,
    why_restricted,
)

_VALUES: Final = 3  # shown of a column
_TEXTS: Final = 40  # of a column, that a form asks about


def apply_answers(
    proposal: TableProposal, proposer: TableProposer, form: Mapping[str, Any], language: str
) -> TableProposal:
    """Return the proposal with what a person said: `kind` of the rows, the column that each
    heading means (`columns`, by the place of the heading; "" for none), the order of `dates`,
    `what` all rows are where no column says it, and which names are of `one` person in all
    their rows."""
    if form.get("kind"):
        proposal = answer(proposal, proposer, {"kind": form["kind"]})
    columns: dict[str, dict[str, Any]] = {}
    if form.get("columns") and form.get("shown_kind") == proposal.guess.kind:
        for place, column in form["columns"].items():
            columns[proposal.headings[int(place)]] = {"means": column}
    answers = {"columns": columns, "together": form.get("one", ())}
    answers |= {name: form[name] for name in ("dates", "document") if form.get(name)}
    if form.get("unsourced"):
        answers["unsourced"] = EVERYBODY
    proposal = answer(proposal, proposer, answers)
    if form.get("what") and proposal.guess.missing:
        proposal = answer(proposal, proposer, {"what": form["what"]})
    if proposal.dates_doubt and language in DAYS_FIRST:
        return replace(proposal, dates="dmy", dates_doubt=False)
    return proposal


def with_audience(
    proposal: TableProposal, proposer: TableProposer, form: Mapping[str, Any]
) -> TableProposal:
    """Return the proposal with which rows are private, what texts mean and how cells split, and
    who sees which column, where a person chose otherwise than was shown."""
    columns: dict[str, dict[str, Any]] = {}
    private = [tuple(one.split("\t", 1)) for one in form.get("private", ())]
    shown_cells = {marks.heading: marks.cells[:_TEXTS] for marks in proposal.row_marks}
    for heading in form.get("marks_said", ()):
        cells = [cell for name, cell in private if name == heading]
        ticks = answer_of_ticks(heading, shown_cells.get(heading, ()), cells)
        columns.setdefault(heading, {}).update(ticks)
    for one in form.get("value", ()):
        if one:
            heading, text, code = one.split("\t")
            columns.setdefault(heading, {}).setdefault("values", {})[text] = code
    for heading in form.get("whole", ()):
        columns.setdefault(heading, {})["split"] = []
    shown = form.get("shown_who", {})
    for place, value in form.get("who", {}).items():
        if value in AUDIENCES and value != shown.get(place) and int(place) < len(proposal.headings):
            columns.setdefault(proposal.headings[int(place)], {})["who"] = value
    title = {"title": "public"} if form.get("title_public") else {}
    return answer(proposal, proposer, {"columns": columns, **title})


def lacking(proposal: TableProposal, kinds: Mapping[str, Kind], language: str) -> list[str]:
    """List the columns that a row of the kind needs to say anything, and which no heading means."""
    needed = missing_columns(proposal, kinds[proposal.guess.kind])
    missing = kinds[proposal.guess.kind].column(proposal.missing)
    return [column.label(language) for column in (*needed, *([missing] if missing else []))]


def proposal_view(
    proposal: TableProposal, asked: TableProposal, proposer: TableProposer, language: str,
    one: Iterable[str],
) -> dict[str, Any]:  # fmt: skip
    """Return what a form shows; names that were said to be of `one` person are asked about still,
    and so is what was `asked` about private rows before the answers."""
    guess, kind = proposal.guess, proposer.kinds[proposal.guess.kind]
    by_heading = {heading: item for item in guess.meanings for heading in item.headings}
    values = tuple(one for one in proposal.values if one[0] != "document")
    without_answer = replace(proposal, unsourced="", values=values)
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
        "row_marks": [(item.heading, item.cells[:_TEXTS]) for item in asked.row_marks],
        "marks_said": [item.heading for item in asked.row_marks if item not in proposal.row_marks],
        "private": [
            f"{heading}\t{cell}"
            for heading, cells in proposal.said_of_rows
            for cell, level in cells.items()
            if level != "public"
        ],
        "marked": [render(one, language) for one in describe_marks(proposal)],
        "unsourced": count_unsourced(without_answer, kind),
        "unsourced_public": proposal.unsourced == EVERYBODY,
        "document": dict(proposal.values).get("document", ""),
        "private_title": asked.private_title,
        "title_public": not proposal.private_title,
        "lists": [
            (heading, cells[0], split_cell(cells[0], signs), name not in dict(proposal.splits))
            for name, signs in asked.splits
            for heading in [asked.columns.get(name, "")]
            if (
                cells := [one for one in asked.cells_of(heading) if len(split_cell(one, signs)) > 1]
            )
        ],
        "unread": _unread_view(asked, proposal, proposer, language),
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


def _unread_view(
    asked: TableProposal, proposal: TableProposal, proposer: TableProposer, language: str
) -> list[dict[str, Any]]:
    """List the columns with texts that are no code: each text with its count and answer."""
    columns: list[dict[str, Any]] = []
    kind = proposer.kinds[asked.guess.kind]
    for column, texts in unread_values(asked, kind, proposer.codes):
        codes = proposer.codes.get(column.scheme)
        labels: list[tuple[str, str]] = []
        if codes is not None:
            labels = [(code, codes.label(code, language)) for code in codes.labels]
        answers = dict(proposal.meant).get(column.name, {})
        columns.append(
            {
                "heading": asked.columns[column.name],
                "choices": sorted(labels, key=lambda item: item[1].casefold()),
                "texts": [(text, count, answers.get(text)) for text, count in texts[:_TEXTS]],
            }
        )
    return columns


def _missing_view(
    proposal: TableProposal, proposer: TableProposer, language: str
) -> dict[str, Any] | None:
    """Return what no column says and one answer says of all rows: its label, the codes with
    theirs, and what was answered."""
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
    proposal: TableProposal, place: int, meaning: Meaning | None, audience: ColumnAudience,
    language: str,
) -> dict[str, Any]:  # fmt: skip
    values = dict.fromkeys(row[place] for row in proposal.rows if row[place])
    return {
        "heading": proposal.headings[place], "place": place,
        "column": meaning.column if meaning else "", "reason": meaning.reason if meaning else "",
        "share": None if meaning is None or meaning.share is None else round(100 * meaning.share),
        "doubt": bool(meaning and meaning.doubt), "values": list(values)[:_VALUES],
        "parts": list(meaning.parts) if meaning else [], "seen_by": audience.seen_by,
        "proposed": audience.proposed, "is_fixed": audience.is_fixed,
        "why": phrase(audience.reason, language) if audience.reason else "",
    }  # fmt: skip
