"""The tasks by their names: builds, imports, pages, and what goes before the public."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from hrdgraph.catalogue import phrase, render
from hrdgraph.errors import HrdgraphError, SourceError, group_alike
from hrdgraph.evidence.addresses import is_web_address
from hrdgraph.evidence.dating import LANGUAGES, read_date
from hrdgraph.evidence.snapshots import DocumentDescription, take
from hrdgraph.evidence.texts.freeze import freeze
from hrdgraph.exports.release import latest_release
from hrdgraph.fact_kinds import Column, Kind
from hrdgraph.fact_kinds.cell_values import split_cell, whole_address
from hrdgraph.fact_kinds.confidentiality import SCHEME
from hrdgraph.fact_kinds.guess import Guess, Meaning
from hrdgraph.fact_kinds.headings import folded
from hrdgraph.library.building import build
from hrdgraph.library.calls import Progress
from hrdgraph.library.curation import extract
from hrdgraph.library.importing import cell_errors, proposals_of
from hrdgraph.library.publishing import site
from hrdgraph.library.releases import diff, release
from hrdgraph.library.withdrawal import ask_about_returns, decide, find_withdrawn
from hrdgraph.pipeline.importing.name_suggestions import find_spellings
from hrdgraph.pipeline.importing.propose import SourceDescription, TableProposer, write_source
from hrdgraph.pipeline.importing.questions import (
    DAYS_FIRST,
    answer,
    list_answers_of_marked,
    missing_columns,
    settle,
    unread_values,
)
from hrdgraph.pipeline.importing.table_proposal import (
    AUDIENCES,
    EVERYBODY,
    MARKED_ROWS,
    OF_THE_DEAD,
    ColumnAudience,
    TableProposal,
    answer_of_ticks,
    audience_of,
    count_unsourced,
    describe_marks,
    list_closed,
    read_aloud,
    why_restricted,
)
from hrdgraph.pipeline.importing.update import update_files
from hrdgraph.pipeline.importing.workbook_writer import back_to_original, make_editable, write_sheet
from hrdgraph.privacy.withdrawals import withdrawals_of
from hrdgraph.privacy.withdrawn_names import LikelyReturn, return_fields
from hrdgraph.project import Project, open_project
from hrdgraph.project.model import RELEASES

_VALUES: Final = 3  # shown of a column
_TEXTS: Final = 40  # of a column, that a form asks about
_NAMESAKES: Final = 40  # names that may be of several people, that a form asks about


def apply_answers(
    proposal: TableProposal, proposer: TableProposer, form: Mapping[str, Any], language: str
) -> TableProposal:
    """Return the proposal with what a person said: `kind` of the rows, the column that each
    heading means (`columns`, by the place of the heading; "" for none), the order of `dates`,
    `what` all rows are where no column says it, and which names are of `one` person in all
    their rows. A guess that is sent back as it was shown is no answer, unless it is `right`."""
    right, shown = form.get("right", ()), "ignore" if proposal.is_left else proposal.guess.kind
    if form.get("kind", shown) != shown or "kind" in right:
        proposal = answer(proposal, proposer, {"kind": form["kind"]})
    if proposal.is_left:
        return proposal
    columns: dict[str, dict[str, Any]] = {}
    if form.get("columns") and form.get("shown_kind") == proposal.guess.kind:
        guesses = proposal.guess.meanings
        ticked = {proposal.headings[int(place)] for place in right if place.isdigit()}
        ticked |= {one.partition("\t")[0] for one in form.get("value", ())}
        sure = {name for one in guesses if ticked & {*one.headings} for name in one.headings}
        guessed = {name: one.column for one in guesses for name in one.headings}
        for place, column in form["columns"].items():
            heading = proposal.headings[int(place)]
            if heading in sure or column != guessed.get(heading, ""):
                columns[heading] = {"means": column}
    what = form.get("what", "")
    if what[:1] == "=":  # the heading that means it
        columns[what[1:]] = {"means": proposal.guess.missing}
    answers = {"columns": columns, "together": form.get("one", ())}
    answers |= {name: form[name] for name in ("dates", "document") if form.get(name)}
    if form.get("unsourced"):
        answers["unsourced"] = EVERYBODY
    proposal = answer(proposal, proposer, answers)
    if what and proposal.guess.missing:
        with suppress(SourceError):  # what is no country is asked again
            proposal = answer(proposal, proposer, {"what": what})
    if proposal.dates_doubt and language in DAYS_FIRST:
        return replace(proposal, dates="dmy", dates_doubt=False)
    return proposal


def with_audience(
    proposal: TableProposal, proposer: TableProposer, form: Mapping[str, Any]
) -> TableProposal:
    """Return the proposal with which rows are private, what texts mean and how cells split, and
    who sees which column, where a person chose otherwise than was shown."""
    columns: dict[str, dict[str, Any]] = {}
    private = [tuple(value.split("\t", 1)) for value in form.get("private", ())]
    shown_cells = {marks.heading: marks.cells[:_TEXTS] for marks in proposal.row_marks}
    for heading in form.get("marks_said", ()):
        cells = [cell for name, cell in private if name == heading]
        ticks = answer_of_ticks(heading, shown_cells.get(heading, ()), cells)
        columns.setdefault(heading, {}).update(ticks)
    for choice in form.get("value", ()):
        if choice:
            heading, text, code = choice.split("\t")
            columns.setdefault(heading, {}).setdefault("values", {})[text] = code
    for heading in form.get("whole", ()):
        columns.setdefault(heading, {})["split"] = []
    shown = form.get("shown_who", {})
    for place, value in form.get("who", {}).items():
        if value in AUDIENCES and value != shown.get(place) and int(place) < len(proposal.headings):
            columns.setdefault(proposal.headings[int(place)], {})["who"] = value
    whole = {"title": "public"} if form.get("title_public") else {}
    whole |= {MARKED_ROWS: form[MARKED_ROWS]} if form.get(MARKED_ROWS) else {}
    return answer(proposal, proposer, {"columns": columns, **whole})


def lacking(proposal: TableProposal, kinds: Mapping[str, Kind], language: str) -> list[str]:
    """List the columns that a row of the kind needs to say anything, and which no heading means."""
    needed = missing_columns(proposal, kinds[proposal.guess.kind])
    return [column.label(language) for column in needed]


def proposal_view(
    proposal: TableProposal, asked: TableProposal, proposer: TableProposer, language: str,
    form: Mapping[str, Any],
) -> dict[str, Any]:  # fmt: skip
    """Return what a form shows; names that were said to be of one person are asked about still,
    and so is what was `asked` about private rows before the answers. What was ticked there stays
    ticked, though the last tick is missing that makes an answer of it."""
    guess, kind = proposal.guess, proposer.kinds[proposal.guess.kind]
    by_heading = {heading: item for item in guess.meanings for heading in item.headings}
    values = tuple(value for value in proposal.values if value[0] not in ("document", SCHEME))
    # what is of somebody's private life is not offered to everybody; of an organisation it may be
    closed = {} if kind.thing == "organisation" else list_closed(proposal, kind)
    without_answer = replace(proposal, unsourced="", values=values)
    return {
        "file": proposal.file.name,
        "sheet": proposal.sheet,
        "header": proposal.region.header,
        "rows": len(proposal.rows),
        "dropped": list(proposal.region.dropped),
        "kind": guess.kind,
        "kind_doubt": guess.doubt,
        "right": form.get("right", ()) if form.get("shown_kind") == guess.kind else (),
        "is_left": proposal.is_left,
        "kinds": _list_kinds(guess, proposer, language),
        "columns": [
            _column_view(proposal, place, by_heading.get(item.heading), item, language)
            | {"is_closed": item.is_fixed or item.heading in closed}
            for place, item in enumerate(audience_of(proposal, kind))
        ],
        "audiences": [(name, phrase(f"who-{name}", language)) for name in AUDIENCES],
        "row_marks": [(item.heading, item.cells[:_TEXTS]) for item in asked.row_marks],
        "marks_said": [item.heading for item in asked.row_marks if item not in proposal.row_marks],
        "private": form.get("private", ()),
        "marked_rows": [
            (choice, phrase(f"rows-marked-{choice}", language), choice == proposal.hides)
            for choice in list_answers_of_marked(asked)
        ],
        "marked": [render(mark, language) for mark in describe_marks(proposal)],
        "unsourced": count_unsourced(without_answer, kind),
        "unsourced_public": proposal.unsourced == EVERYBODY,
        "document": dict(proposal.values).get("document", ""),
        "private_title": " · ".join(asked.open_titles),
        "title_public": not proposal.open_titles,
        "lists": [
            (heading, cells[0], split_cell(cells[0], signs), name not in dict(proposal.splits))
            for name, signs in asked.splits
            for heading in [asked.columns.get(name, "")]
            if (
                cells := [
                    cell for cell in asked.cells_of(heading) if len(split_cell(cell, signs)) > 1
                ]
            )
        ],
        "unread": _unread_view(asked, proposal, proposer, language),
        "restricted": [
            phrase(code, language, text=text) for code, text in why_restricted(proposal)
        ],
        "dates": proposal.dates,
        "dates_doubt": proposal.dates_doubt,
        "unknown": list(proposal.unknown),
        "completed": [(text, whole_address(text)) for text in proposal.completed],
        "misshaped": list(proposal.misshaped),
        "papers": list(proposal.papers),
        "marks": [
            (name, sorted(rows))
            for name, rows in proposal.marks._asdict().items()
            if rows and name != "columns"
        ],
        "several": list(proposal.several),
        "bodies": list(proposal.bodies),
        "kept_back": len(proposal.hidden)
        if SCHEME in proposal.columns and not proposal.row_marks
        else None,
        "aloud": read_aloud(proposal, kind, language, proposer.codes),
        "missing": _missing_view(proposal, proposer, language),
        "namesakes": [
            (item.names[0], item.rows, item.heading) for item in proposal.namesakes[:_NAMESAKES]
        ],
        "one": list(form.get("one", ())),
    }


def _list_kinds(guess: Guess, proposer: TableProposer, language: str) -> list[tuple[str, str]]:
    """List the kinds with their labels, the likeliest first."""
    labels = {name: kind.label(language) for name, kind in proposer.kinds.items()}
    rest = sorted(labels, key=lambda name: folded(labels[name]))
    return [(name, labels[name]) for name in dict.fromkeys((guess.kind, *guess.others, *rest))]


def _unread_view(
    asked: TableProposal, proposal: TableProposal, proposer: TableProposer, language: str
) -> list[dict[str, Any]]:
    """List the columns with texts that are no code: each text with its count and answer."""
    columns: list[dict[str, Any]] = []
    kind = proposer.kinds[asked.guess.kind]
    for column, texts in unread_values(asked, kind, proposer.codes):
        answers = dict(proposal.meant).get(column.name, {})
        columns.append(
            {
                "heading": asked.columns[column.name],
                "choices": _list_choices(column, proposer, language),
                "texts": [(text, count, answers.get(text)) for text, count in texts[:_TEXTS]],
            }
        )
    return columns


def _missing_view(
    proposal: TableProposal, proposer: TableProposer, language: str
) -> dict[str, Any] | None:
    """Return what no column says: its label, the headings that may mean it and the codes that may
    be of all rows, with theirs, and what was answered."""
    column = proposer.kinds[proposal.guess.kind].column(proposal.guess.missing)
    if column is None:
        return None
    choices = _list_choices(column, proposer, language)
    headings = [(f"={heading}", f"[{heading}]") for heading in proposal.guess.unread if choices]
    return {
        "label": column.label(language),
        "options": [*headings, *choices],
        "said": dict(proposal.values).get(column.name, ""),
    }


def _list_choices(column: Column, proposer: TableProposer, language: str) -> list[tuple[str, str]]:
    """List the codes that a column may hold with their labels, in order of these."""
    codes = proposer.codes.get(column.scheme)
    labels = [(code, codes.label(code, language)) for code in codes.labels] if codes else []
    return sorted(labels, key=lambda item: item[1].casefold())


def _column_view(
    proposal: TableProposal, place: int, meaning: Meaning | None, audience: ColumnAudience,
    language: str,
) -> dict[str, Any]:  # fmt: skip
    values = dict.fromkeys(row[place] for row in proposal.rows if row[place])
    of_dead = audience.reason == OF_THE_DEAD
    opened = audience.reason == "who-chosen" and audience.seen_by == audience.proposed
    return {
        "heading": proposal.headings[place], "place": place,
        "column": meaning.column if meaning else "", "reason": meaning.reason if meaning else "",
        "share": None if meaning is None or meaning.share is None else round(100 * meaning.share),
        "doubt": bool(meaning and meaning.doubt and meaning.column != SCHEME),
        "values": list(values)[:_VALUES],
        "parts": list(meaning.parts) if meaning else [],
        "seen_by": "" if of_dead else audience.seen_by,
        "proposed": "" if of_dead or opened else audience.proposed,
        "why": phrase(audience.reason, language) if audience.reason else "",
    }  # fmt: skip


_REASONS: Final = 50  # why cells are left out


def build_project(given: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Build, and say what came of it in numbers."""
    done = build(Path(given["project"]), progress=progress)
    result = done.result
    return {
        "failed": done.failed, "statements": len(result.graph), "counts": dict(done.counts),
        "findings": len(result.findings), "withheld": sum(result.withheld.values()),
        "withheld_for": {reason: count for reason, count in result.withheld.items() if count},
        "left_out": len(result.left_out),
        "rows_left_out": result.rows_left_out,
        "unread": [alike[0].as_dict() for alike in group_alike(result.left_out)[:_REASONS]],
    }  # fmt: skip


_PLAIN: Final = (
    *("kind", "start", "end", "language", "proposer", "rule", "reason", "words", "page"),
)


def read_page(given: dict[str, Any], _: Progress) -> dict[str, Any]:
    """Read the text of a page and the facts that it seems to state."""
    [extracted] = extract(given["file"], project=given["project"], address=given["address"])
    candidates = []
    for item in extracted.candidates:
        arguments = {name: asdict(argument) for name, argument in item.arguments.items()}
        plain = {name: getattr(item, name) for name in _PLAIN}
        plain |= {"constants": dict(item.constants), "competing": list(item.competing)}
        candidates.append({**plain, "arguments": arguments})
    page = extracted.page
    return {
        "text": page.text, "name": page.name, "title": page.title, "language": page.language,
        "candidates": candidates,
    }  # fmt: skip


def take_page(given: dict[str, Any], _: Progress) -> bool:
    """Take the page as a snapshot, so that a build finds the words that are cited in it."""
    project = open_project(Path(given["project"]))
    data = Path(given["file"]).read_bytes()
    address = given["name"] if is_web_address(given["name"]) else ""
    if project.snapshot_dirs:
        about = DocumentDescription(given["source"], address=address)
        take(project.snapshot_dirs[0], data, freeze(data, given["file"]), about)
    return bool(project.snapshot_dirs)


def change_since_release(given: dict[str, Any], _: Progress) -> dict[str, Any]:
    """Compare with the last release; no version where there is none."""
    root = Path(given["project"])
    last = latest_release(root / RELEASES)
    if last is None:
        return {"version": "", "totals": {}}
    return {"version": last[0], "totals": dict(diff(last[1], root).totals)}


def make_release(given: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Write a release; no folder where nothing changed since the last one."""
    root = Path(given["project"])
    released = release(given["version"] or None, project=root, progress=progress)
    return {
        "version": released.version, "folder": str(released.folder) if released.folder else "",
        "previous": released.previous, "files": len(released.files),
    }  # fmt: skip


def make_site(given: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Write the pages as files."""
    folder = Path(given["folder"]).expanduser()
    count = site(
        folder, project=Path(given["project"]), base_url=given["address"], progress=progress
    )
    return {"files": count, "folder": str(folder)}


def take_down(given: dict[str, Any], _: Progress) -> dict[str, Any]:
    """Withdraw a thing, or let it be published again; the names that it is about, and who else
    bears one of them."""
    decided = decide(
        given["thing"], reason=given["reason"], code=given["code"], who=given["who"],
        undo=given["undo"], project=Path(given["project"]),
    )  # fmt: skip
    with suppress(HrdgraphError):  # it is down, whatever cannot be read
        _throw_away(open_project(Path(given["project"])))
    namesakes = [f"{each.name}: {each.iri}" for each in decided.namesakes]
    missing, is_nobody = decided.is_mentioned is False, decided.is_of_nobody
    names = [given["thing"]] if is_nobody else decided.names
    mentions = _write_mentions(Path(given["project"]), decided.mentions, given["language"])
    return {
        "names": names, "nobody": is_nobody, "namesakes": namesakes, "missing": missing,
        "mentions": mentions,
    }  # fmt: skip


def _write_mentions(root: Path, mentions: Iterable[LikelyReturn], language: str) -> list[str]:
    """Say of each text that may mean somebody withdrawn what it says, and what to do."""
    if not mentions:
        return []
    down = withdrawals_of(open_project(root, with_sources=False))
    return [phrase("likely-mention", language, **return_fields(each, down)) for each in mentions]


def _throw_away(project: Project) -> None:
    """Throw away the files that nobody agreed to yet, where they tell of what was withdrawn."""
    inbox = project.drafts_dir / "inbox"
    if not inbox.is_dir():
        return
    left = find_withdrawn([inbox], project=project).left
    for folder in inbox.iterdir():
        if any(item.place.startswith(f"{folder}{os.sep}") for item in left):
            shutil.rmtree(folder, ignore_errors=True)


def check_withdrawn(given: dict[str, Any], _: Progress) -> dict[str, Any]:
    """Find where something of what was withdrawn still stands."""
    project = open_project(Path(given["project"]))
    _throw_away(project)
    audit = find_withdrawn(project=project)
    return {
        "names": audit.names,
        "pieces": audit.pieces,
        "left": [
            {"place": item.place, "kind": item.kind, "text": item.text} for item in audit.left
        ],
        "older": list(audit.older),
        "mentions": _write_mentions(project.root, audit.mentions, given["language"]),
    }


def propose_tables(given: dict[str, Any], _: Progress) -> dict[str, Any]:
    """Propose what the tables of files are, as far as answers do not say otherwise."""
    proposer, proposals, left = _apply_answers(given)
    language = given["language"]
    read = [proposal for proposal, _ in proposals if not proposal.is_left]
    pairs = find_spellings(read, proposer.kinds)
    return {
        "tables": [
            {
                **proposal_view(
                    with_audience(proposal, proposer, answer),
                    proposal,
                    proposer,
                    language,
                    answer,
                ),
                "lacking": lacking(proposal, proposer.kinds, language),
            }
            for proposal, answer in proposals
        ],
        "left": left,
        "spellings": [pair._asdict() for pair in pairs],
    }


def accept_tables(given: dict[str, Any], _: Progress) -> dict[str, Any]:
    """Write the source; what cannot be read in its cells yet."""
    proposer, proposals, _left = _apply_answers(given)
    taken = [
        settle(
            with_audience(proposal, proposer, answer),
            proposer,
            given["language"],
        )
        for proposal, answer in proposals
        if not proposal.is_left
    ]
    for proposal in taken:
        if labels := lacking(proposal, proposer.kinds, given["language"]):
            kind = proposer.kinds[proposal.guess.kind].label(given["language"])
            raise SourceError("facts-columns-missing", kind=kind, labels=", ".join(labels))
    if not taken:
        raise SourceError("facts-not-found", name=given["name"])
    project, name = open_project(Path(given["project"])), given["name"]
    publisher = given["publisher"] or project.title
    about = SourceDescription(given["title"], publisher, given["language"])
    write_source(project, name, about, taken, proposer.kinds, publish=given["publish"])
    return {"errors": _unread(given, name), "returns": _returns(given, name)}


def update_tables(given: dict[str, Any], _: Progress) -> dict[str, Any]:
    """Merge newer copies of files into a source. The answer has no rows if the description of
    the source does not fit them, or conflicts are left."""
    project, name = open_project(Path(given["project"])), given["name"]
    files = [Path(file) for file in given["files"]]
    done = update_files(project, name, files, given["choices"])
    change = done.files if done is not None else {}
    return {
        "fits": done is not None,
        "conflicts": [conflict._asdict() | {"key": conflict.key} for conflict in done.conflicts]
        if done
        else [],
        "rows": {file: [edit.before, edit.after] for file, edit in change.items()},
        "dropped": [number for edit in change.values() for number in edit.dropped],
        "kept": sum(edit.kept for edit in change.values()),
        "unwritten": [cell for edit in change.values() for cell in edit.unwritten],
        "errors": _unread(given, name) if change else [],
        "returns": _returns(given, name) if change else [],
        "only_us": [
            render(reason.message(Path("source.toml")), given["language"])
            for reason in (done.kept_back if done else ())
        ],
    }


def copy_table(given: dict[str, Any], _: Progress) -> str:
    """Make a copy of a spreadsheet that can be edited, or turn back to the original; the name
    of the file that its source has now."""
    project = open_project(Path(given["project"]))
    act = back_to_original if given["undo"] else make_editable
    return act(project, given["name"], given["file"])


def write_cells(given: dict[str, Any], _: Progress) -> str:
    """Write cells into a sheet of a workbook; the digest of the file then."""
    cells = {
        int(row): {int(column): text for column, text in texts.items()}
        for row, texts in given["cells"].items()
    }
    return write_sheet(Path(given["file"]), given["sheet"], cells)


def _apply_answers(
    given: dict[str, Any],
) -> tuple[TableProposer, list[tuple[TableProposal, dict[str, Any]]], list[str]]:
    project = open_project(Path(given["project"]))
    proposer = TableProposer(project, given["language"], asks=True)
    proposals, rest = proposals_of(proposer, [Path(file) for file in given["files"]], "")
    left = [render(question.message, given["language"]) for question in rest]
    answers = given.get("answers") or {}
    return (
        proposer,
        [
            (apply_answers(proposal, proposer, answer, given["language"]), answer)
            for place, proposal in enumerate(proposals)
            for answer in [answers.get(str(place), {})]
        ],
        left,
    )


def _unread(given: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [error.as_dict() for error in cell_errors(Path(given["project"]), name)]


def _returns(given: dict[str, Any], name: str) -> list[str]:
    return ask_about_returns(Path(given["project"]), name, given["language"])


Task = Callable[[dict[str, Any], Progress], Any]

TASKS: Final[Mapping[str, Task]] = {
    "build": build_project, "propose": propose_tables, "accept": accept_tables,
    "update": update_tables, "copy": copy_table, "write": write_cells,
    "change": change_since_release, "release": make_release, "site": make_site,
    "withdraw": take_down, "check": check_withdrawn, "read": read_page, "take": take_page,
}  # fmt: skip
_NEEDED: Final = (
    "hrdgraph.pipeline.build",
    "hrdgraph.pipeline.importing.propose",
    "hrdgraph.findings.table_checks",
)


def preload() -> None:
    """Load what tasks need, before there is one."""
    for name in _NEEDED:
        import_module(name)
    for language in LANGUAGES:  # the patterns of each take a tenth of a second
        read_date("1 1 2000", language)
