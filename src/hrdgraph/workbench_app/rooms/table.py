"""Show the rows as typed, in a grid; keep each change before it is answered. Copy a read-only
spreadsheet into one that can be edited, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from starlette.responses import JSONResponse, Response

from hrdgraph.errors import EvidenceError, HrdgraphError
from hrdgraph.evidence.snapshots import Snapshots, digest_of
from hrdgraph.fact_kinds.cell_values import whole_address
from hrdgraph.library.curation import date
from hrdgraph.pipeline.importing.typed_rows import TypedRow
from hrdgraph.pipeline.importing.workbook_writer import READ_ONLY, original_of
from hrdgraph.project import Project, Source
from hrdgraph.workbench_app.rooms.addresses import table_address, table_name
from hrdgraph.workbench_app.tables.open_table import CellConflict
from hrdgraph.workbench_app.tables.open_tables import CheckedTable, ViewOptions
from hrdgraph.workbench_app.visit import Visit, in_thread, text_of, to

_AROUND: Final = 160  # characters shown before and after the words
VERIFIED, MOVED, GONE, AWAY, UNCITED, NONE = (
    "verified", "moved", "gone", "away", "uncited", "none",
)  # fmt: skip


@dataclass(frozen=True)
class RowEvidence:
    """What a row stands on. `state` says of its words: verified in the page, there in another
    place of its newest text, gone from it, cited in a page that is not at hand, not cited, or
    that nothing is cited at all."""

    state: str
    document: str = ""
    address: str = ""
    publisher: str = ""
    before: str = ""
    words: str = ""
    after: str = ""


def row_evidence(project: Project, source: Source, cells: Mapping[str, str]) -> RowEvidence:
    """Return the evidence of a row, by the columns of its kind."""
    document = cells.get("document", "").strip() or (
        source.document.address if source.document else source.address
    )
    if not document:
        return RowEvidence(NONE)
    address = whole_address(document)
    about = RowEvidence(UNCITED, document, address, cells.get("publisher", "") or source.publisher)
    start, end = (_number(cells.get(f"evidence_{name}", "")) for name in ("start", "end"))
    if start < 0 or end <= start:
        return about
    snapshots = Snapshots(project.snapshot_dirs)
    digest = cells.get("evidence_sha256", "").strip()
    try:
        place = (start, end)
        given = snapshots.text(cells.get("document_digest", "").strip())
        texts = [given] if given else [text for _, text in snapshots.texts_of(about.address)]
        if not texts and not about.address:
            texts = [
                text for text in _papers(snapshots) if digest_of(text[slice(*place)]) == digest
            ]
        for text in texts:
            if digest_of(text[slice(*place)]) == digest:
                return _with(about, VERIFIED, text, place)
        if not texts:
            return _with(about, AWAY)
        moved, _, words = snapshots.search_address(about.address, "", place, digest)
        return _with(about, MOVED, words, (0, len(words))) if moved.place else _with(about, GONE)
    except EvidenceError:
        return _with(about, GONE)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _papers(snapshots: Snapshots) -> list[str]:
    """List the texts of documents without an address."""
    texts = (snapshots.text(take.text) for take in snapshots.takes if not take.address)
    return [text for text in texts if text is not None]


def _with(
    about: RowEvidence, state: str, text: str = "", place: tuple[int, int] = (0, 0)
) -> RowEvidence:
    start, end = place
    return RowEvidence(
        state, about.document, about.address, about.publisher,
        text[max(start - _AROUND, 0) : start], text[start:end], text[end : end + _AROUND],
    )  # fmt: skip


_MOST: Final = 500  # rows of one answer
_TEXTS: Final = (
    "table_saved", "table_saving", "table_unsaved", "table_offline", "table_rows", "table_conflict",
    "table_conflict_gone", "table_yours", "table_theirs", "table_keep_theirs", "table_put_mine",
    "table_row", "cell_locked", "table_reading", "table_needed", "table_example", "table_deleted",
    "table_undone", "nothing_back", "table_draft", "table_close", "table_replace",
)  # fmt: skip


async def table(visit: Visit) -> Response:
    """Show the page of a table."""
    checked = await _get_table(visit, visit.request.query_params)
    rows, source = checked.rows, checked.rows.source
    query = visit.request.query_params
    config = {
        "source": source.name, "table": rows.table.label, "project": visit.workplace.mark,
        "editable": rows.is_editable and not visit.workplace.read_only,
        "columns": [asdict(column_help) for column_help in checked.helps(visit.language)],
        "row": max(_number(query.get("row", "")), 0), "column": query.get("column", ""),
        "texts": {name: visit.words(name) for name in _TEXTS}, "language": visit.language,
        "state": _state(checked, visit.language),
    }  # fmt: skip
    return visit.page(
        "table.html", config=config, source=source,
        kind=checked.kind.label(visit.language) if checked.kind else "",
        name=table_name(source, rows.table), editable=config["editable"],
        is_file_editable=rows.is_editable, can_copy=rows.table.file.lower().endswith(READ_ONLY),
        original=original_of(source, rows.table.file),
        errors=[{"text": error.text(visit.language)} for error in checked.problems], lost=rows.lost,
    )  # fmt: skip


async def _get_table(visit: Visit, given: Mapping[str, Any]) -> CheckedTable:
    """Return the table that a request names."""
    workplace = visit.workplace
    return await in_thread(
        workplace.tables.get, workplace.project, str(given.get("source", "")),
        str(given.get("table", "")),
    )  # fmt: skip


async def rows(visit: Visit) -> Response:
    """Some rows of what is shown, from a place on."""
    query = visit.request.query_params
    checked = await _get_table(visit, query)
    return JSONResponse(await in_thread(_rows, checked, query, visit.language))


def _rows(checked: CheckedTable, query: Mapping[str, str], language: str) -> dict[str, Any]:
    options = ViewOptions(
        query.get("text", ""), _number(query.get("in", "")), query.get("findings", "") == "1",
        _number(query.get("sort", "")), query.get("desc", "") == "1",
    )  # fmt: skip
    with checked.rows.lock:
        shown = checked.visible_rows(options)
        start = max(_number(query.get("from", "0")), 0)
        if (number := _number(query.get("row", ""))) > 0:  # of the file, where a finding leads
            places = (at for at, row in enumerate(shown) if row.number == number)
            start = next(places, -1)
        count = min(max(_number(query.get("count", "100")), 1), _MOST)
        part = shown[start : start + count] if start >= 0 else []
        return {
            "total": len(shown), "from": start,
            "rows": [_row(checked, row, language) for row in part], **_state(checked, language),
        }  # fmt: skip


def _row(checked: CheckedTable, row: TypedRow, language: str) -> dict[str, Any]:
    locked = [at for at in range(len(row.cells)) if (row.number, at) in checked.rows.find_locked]
    return {
        "id": row.id, "number": row.number, "cells": row.cells,
        "findings": checked.findings(row, language), "locked": locked,
        "aloud": checked.aloud(row, language),
    }  # fmt: skip


def _state(checked_table: CheckedTable, language: str) -> dict[str, Any]:
    rows = checked_table.rows
    return {
        "revision": rows.revision, "saved": rows.is_saved,
        "problem": rows.problem.text(language) if rows.problem else "", "undo": rows.can_undo,
        "redo": rows.can_redo,
    }  # fmt: skip


async def state(visit: Visit) -> Response:
    """Tell whether something has changed, and whether all is in the file."""
    table = await _get_table(visit, visit.request.query_params)
    return JSONResponse(_state(table, visit.language))


async def check(visit: Visit) -> Response:
    """Tell what is wrong with a text that is being typed, and how a date is read."""
    query = visit.request.query_params
    table = await _get_table(visit, query)
    column, text = _number(query.get("column", "")), query.get("text", "")
    if not 0 <= column < len(table.rows.headings):
        raise HrdgraphError("not-as-expected", hint="load-page-again")
    finding = table.finding(column, text, visit.language)
    help_ = table.columns[column]
    reading = ""
    if help_ is not None and help_.type == "date" and text.strip() and not finding:
        facts = table.rows.table.facts
        orders: dict[str, Literal["dmy", "mdy"]] = {"dmy": "dmy", "mdy": "mdy"}
        order = orders.get(facts.dates) if facts else None
        spoken = (facts.language if facts else "") or table.rows.source.language
        known = spoken if spoken in ("en", "fr", "es", "ar", "ru") else ""
        reading = date(text.strip(), language=known, order=order).edtf or ""
    is_name = help_ is not None and help_.type == "name"
    names = await _names(visit, help_.of if help_ else (), text) if is_name else []
    return JSONResponse({"finding": finding, "reading": reading, "names": names})


async def _names(visit: Visit, kinds: Sequence[str], text: str) -> list[dict[str, str]]:
    """List the names of the last build that a text may be the beginning of."""
    project, of = visit.workplace.project, kinds or ("person", "organisation", "award")
    like = await in_thread(visit.workplace.names.like, text, of, project, visit.language)
    return [asdict(name) for name in like]


async def names(visit: Visit) -> Response:
    """Answer with the names of the last build that a text may be the beginning of."""
    query = visit.request.query_params
    matches = await _names(visit, query.get("of", "").split(), query.get("text", ""))
    return JSONResponse({"names": matches})


async def evidence(visit: Visit) -> Response:
    """Show the words that a row cites, as a part of the page."""
    query = visit.request.query_params
    table = await _get_table(visit, query)
    number = _number(query.get("id", "").removeprefix("-"))
    if number < 0:
        raise HrdgraphError("not-as-expected", hint="load-page-again")
    row = table.rows.row(-number if query["id"].startswith("-") else number)
    result = await in_thread(
        row_evidence, visit.workplace.project, table.rows.source, table.cells_by_column(row)
    )
    return visit.page("parts/evidence.html", found=result, aloud=table.aloud(row, visit.language))


async def change(visit: Visit) -> Response:
    """Change a cell, add, double or delete a row, undo, redo; a conflict is shown, and nothing
    written over."""
    given = await visit.json()
    checked = await _get_table(visit, given)
    try:
        changed = await in_thread(_change, checked, given)
    except CellConflict as conflict:
        reply = {"conflict": True, "now": conflict.now, **_state(checked, visit.language)}
        return JSONResponse(reply, 409)
    row = _row(checked, changed, visit.language) if isinstance(changed, TypedRow) else None
    reply = {"row": row, **_state(checked, visit.language)}
    if isinstance(changed, int):
        reply["said"] = visit.words("table_replaced_all", n=changed)
    elif alike := _alike(checked, given):
        reply["alike"] = visit.words("table_alike", n=alike, text=str(given["old"]))
    return JSONResponse(reply)


def _alike(table: CheckedTable, given: Mapping[str, Any]) -> int:
    """Count the other cells of a column that hold what a cell held before it was changed."""
    old, column = given.get("old"), given.get("column", -1)
    is_set = given.get("what") == "set" and old and given.get("new")
    return len(table.rows.alike(column, str(old))) if is_set else 0


def _change(table: CheckedTable, given: Mapping[str, Any]) -> TypedRow | int | None:
    """Change a row and return it; of a replacement, the number of its cells."""
    rows, what = table.rows, given.get("what")
    row, column = given.get("row", 0), given.get("column", -1)
    cells = given.get("cells", [])
    if not (isinstance(row, int) and isinstance(column, int) and isinstance(cells, list)):
        raise HrdgraphError("not-as-expected", hint="load-page-again")
    if what == "set":
        return rows.set(row, column, str(given.get("old", "")), str(given.get("new", "")))
    if what == "replace":
        return rows.replace(column, str(given.get("old", "")), str(given.get("new", "")))
    if what == "add":
        return rows.add(row)
    if what == "double":
        return rows.add(row, list(rows.row(row).cells))
    if what == "delete":
        rows.delete(row, [str(cell) for cell in cells])
        return None
    if what not in ("undo", "redo"):
        raise HrdgraphError("not-as-expected", hint="load-page-again")
    undone = rows.undo() if what == "undo" else rows.redo()
    return rows.row(undone.row) if undone and undone.kind != "delete" else None


_SECONDS: Final = 300.0  # that reading and writing a file may take


async def make_copy(visit: Visit) -> Response:
    """Copy the file of a table, or turn back; the table again, of the other file."""
    form = await visit.form()
    project, name, label = visit.workplace.project, text_of(form, "source"), text_of(form, "table")
    tables = (
        project.source(name).tables if name in {source.name for source in project.sources} else ()
    )
    place = next((at for at, each in enumerate(tables) if each.label == label), -1)
    if place < 0:
        raise HrdgraphError("not-known-here", name=label)
    await in_thread(visit.workplace.tables.save)
    given = {
        "project": str(project.root), "name": name, "file": tables[place].file,
        "undo": bool(form.get("undo")),
    }  # fmt: skip
    task = visit.workplace.spare.take()
    await in_thread(lambda: task.run("copy", given, seconds=_SECONDS))
    return to(table_address(name, visit.workplace.project.source(name).tables[place].label))
