"""Show a page with its proposals, one after another, each accepted, mended or refused; and rows
that a person makes of its words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote

from starlette.datastructures import FormData
from starlette.responses import Response

from hrdgraph.catalogue import Vocabulary, is_not, render
from hrdgraph.errors import HrdgraphError
from hrdgraph.evidence.addresses import is_web_address
from hrdgraph.extraction.candidates import Candidate
from hrdgraph.extraction.review.candidate_review import (
    ACCEPTED,
    MENDED,
    CandidateReview,
    DecisionLog,
)
from hrdgraph.extraction.review.rows import cells_of, table_kind
from hrdgraph.extraction.review.sentences import (
    NOW,
    MarkedPlace,
    mark_places,
    sentence_of,
    split_lines,
)
from hrdgraph.fact_kinds import Column, Kind
from hrdgraph.fact_kinds.cell_types import CELL_TYPES
from hrdgraph.fact_kinds.cell_values import codes_of
from hrdgraph.fact_kinds.template import sentence_of as row_aloud
from hrdgraph.findings.cells import judge_of_facts
from hrdgraph.mapping.facts.layout import CELL
from hrdgraph.project import Project, Source, TableField
from hrdgraph.workbench_app.inbox import Delivery, find_delivery, source_name, waiting_pages
from hrdgraph.workbench_app.rooms.addresses import table_address
from hrdgraph.workbench_app.sittings import PageSitting, Stretch, sitting_of
from hrdgraph.workbench_app.visit import WHO_COOKIE, Visit, in_thread, text_of, to

_CITED: Final = (  # what the page itself says of the row
    "document",
    "document_title",
    "publisher",
    "reliability",
)


@dataclass(frozen=True)
class RowField:
    """A field: the label of its column, a hint, what it holds, whether the row needs it, what is
    wrong with it; `options` are the codes that it may hold, each with its label. `concluded` are
    the words that a proposal concluded the text from."""

    name: str
    label: str
    hint: str
    text: str
    required: bool
    is_name: bool
    options: tuple[tuple[str, str], ...] = ()
    concluded: str = ""
    problem: str = ""


def fields_of(
    kind: Kind, cells: Mapping[str, str], missing: Iterable[str], language: str,
    vocabularies: tuple[Path, ...], concluded: Mapping[str, str],
) -> list[RowField]:  # fmt: skip
    """List the fields of a row: those that it needs first, then those that hold something."""
    needed = set(missing)
    fields = [
        RowField(
            column.name,
            column.label(language),
            column.hints.get(language) or column.hints.get("en", ""),
            cells.get(column.name, ""),
            column.name in needed or (column.required and not column.unless),
            column.type == "name",
            _options(column, cells.get(column.name, ""), language, vocabularies),
            concluded.get(column.name, ""),
        )
        for column in kind.columns
        if (not column.technical or cells.get(column.name)) and column.name not in _CITED
    ]
    return sorted(
        fields, key=lambda field: (field.name not in needed, not field.required, not field.text)
    )


def _options(
    column: Column, text: str, language: str, vocabularies: tuple[Path, ...]
) -> tuple[tuple[str, str], ...]:
    if column.enum:
        choices = tuple((item, item) for item in column.enum)
    elif column.type == "code" and column.scheme:
        codes = codes_of(vocabularies, column.scheme)
        labels = ((code, codes.label(code, language)) for code in codes.labels)
        choices = tuple(sorted(labels, key=lambda item: item[1].casefold()))
    else:
        return ()
    known = not text or any(code == text for code, _ in choices)
    return choices if known else ((text, text), *choices)


def problems_of(
    kind: Kind, cells: Mapping[str, str], project: Project, spoken: str, language: str
) -> dict[str, str]:
    """List what cannot be read, by the names of columns, each with the way out."""
    folder = project.root / "data" / "sources" / "page"
    source = Source("page", folder, "", "", "", "", spoken, "public", folder / "mapping.ttl")
    facts: dict[str, str] = {}
    for column in kind.columns:
        text = cells.get(column.name, "").strip()
        if not text or not CELL_TYPES[column.type].function or column.enum:
            continue
        field = TableField(column.name, type=f"{CELL}:{column.type}:{column.scheme}")
        if fact := judge_of_facts(field, source)(text):
            facts[column.name] = " – ".join(
                filter(None, (render(problem, language) for problem in fact))
            )
    return facts


FOUND: Final = ".found.json"  # what was found in a page, beside it
_SECONDS: Final = 300.0  # that reading a page may take


@dataclass(frozen=True)
class PageVisit:
    """What answers about a page need."""

    visit: Visit
    project: Project
    delivery: Delivery
    sitting: PageSitting

    @property
    def review(self) -> CandidateReview:
        return self.sitting.review

    @property
    def address(self) -> str:
        """Return the address that asks about the next proposal."""
        return f"/pages/{self.delivery.name}#now"

    def take(self) -> None:
        """Take the page as a snapshot, once, so that a build finds the words that are cited."""
        if self.sitting.is_taken:
            return
        given = {
            "project": str(self.project.root), "file": str(self.delivery.files[0]),
            "name": self.sitting.name, "source": self.review.folder.name,
            "language": self.visit.language,
        }  # fmt: skip
        _task(self.visit, "take", given)
        self.sitting.is_taken = True


def delivery_of(visit: Visit) -> Delivery:
    """Return the page that is asked for. HrdgraphError where it is gone."""
    return find_delivery(visit.workplace.project.root, visit.request.path_params["delivery"])


async def page_visit(visit: Visit) -> PageVisit:
    """Return the visit with the decisions read anew, since others may have written some."""
    project, delivery = visit.workplace.project, delivery_of(visit)
    held = visit.workplace.sittings.get(delivery.name)
    if held is None:
        file = delivery.folder / FOUND
        if file.is_file():
            facts = json.loads(file.read_text("utf-8"))
        else:
            facts = await in_thread(read_anew, visit, delivery, "")
        name = source_name(delivery.files[0].name)
        held = sitting_of(project, name, facts, project.kinds)
        visit.workplace.sittings[delivery.name] = held
    held.review.log = DecisionLog.read(project.extraction_file)
    held.review.who = unquote(visit.request.cookies.get(WHO_COOKIE, ""))
    return PageVisit(visit, project, delivery, held)


def read_anew(visit: Visit, delivery: Delivery, address: str) -> dict[str, Any]:
    """Read the facts in the page, and write them down beside it."""
    given = {
        "project": str(visit.workplace.root), "file": str(delivery.files[0]), "address": address,
        "language": visit.language,
    }  # fmt: skip
    facts: dict[str, Any] = _task(visit, "read", given)
    (delivery.folder / FOUND).write_text(json.dumps(facts, ensure_ascii=False), "utf-8")
    return facts


def _task(visit: Visit, task: str, given: dict[str, Any]) -> Any:
    return visit.workplace.spare.take().run(task, given, seconds=_SECONDS)


_LISTED: Final = 300  # proposals in the list below
_USUAL: Final = ("act", "conferral", "role", "person", "organisation", "situation")
_NONE: Final[Mapping[str, Any]] = {
    "item": None, "row": None, "fields": [], "competing": [], "chosen": "", "start": "",
}  # fmt: skip


async def pages(visit: Visit) -> Response:
    """Show the pages that were given, and where others come in."""
    root = visit.workplace.project.root
    waiting = [(item.name, item.files[0].name) for item in waiting_pages(root)]
    return visit.page("pages.html", pages=waiting)


async def page(visit: Visit) -> Response:
    """Show a page with the next proposal, or with a row of words that were selected."""
    query = visit.request.query_params
    if address := query.get("address", "").strip():
        return await _set_address(visit, address)
    here = await page_visit(visit)
    if words := query.get("words", "").strip():
        place = here.sitting.stretch(words, number_of(query.get("start", "")))
        return new_row(here, place, query.get("kind", ""))
    return show_proposal(here, here.review.next(query.get("at", "")))


def number_of(text: str) -> int:
    """Return a place in a text; -1 where there is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


async def _set_address(visit: Visit, address: str) -> Response:
    """Read the page as one of an address, under which its facts are cited."""
    if not is_web_address(address):
        raise HrdgraphError(is_not(address, "address"), hint="copy-address")
    delivery = delivery_of(visit)
    await in_thread(read_anew, visit, delivery, address)
    visit.workplace.sittings.pop(delivery.name, None)
    return to(f"/pages/{delivery.name}")


def show_proposal(
    here: PageVisit, item: Candidate | None, cells: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """Render the page with a proposal, and what was typed in its cells."""
    review, language = here.review, here.visit.language
    if item is None:
        return _page(here, mark_places(None, (), review.candidates, dict(review.verdicts())))
    before, after = here.sitting.around(item)
    return _page(
        here, mark_places(item, review.waiting(), review.candidates, dict(review.verdicts())),
        item=item, sentence=sentence_of(item, language),
        fields=_fields(here, item, cells_of(item) if cells is None else cells, problems or {}),
        missing=bool(review.missing(item)), standing=review.standing(item.rule),
        alike=sum(candidate.rule == item.rule for candidate in review.waiting()),
        competing=[(rival, sentence_of(rival, language)) for rival in here.sitting.competing(item)],
        before=before, after=after,
    )  # fmt: skip


def new_row(
    here: PageVisit, place: Stretch, name: str, cells: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """Render the page with the form of a row that is made of its words."""
    review, language = here.review, here.visit.language
    kind = review.kinds.get(name) or review.kinds[here.sitting.likely_kind(place)]
    row = here.sitting.make_row(kind, place, cells or here.sitting.first_cells(kind, place))
    labels = {kind.name: kind.label(language) for kind in review.kinds.values()}
    rest = sorted(set(labels) - set(_USUAL), key=lambda one: labels[one].casefold())
    return _page(
        here, [MarkedPlace(*place, NOW, "")], row=row,
        fields=_fields(here, row, row.row, problems or {}), chosen=review.text[place[0] : place[1]],
        start=place[0], kinds=[(name, labels[name]) for name in (*_USUAL, *rest)], kind=kind,
    )  # fmt: skip


def _fields(
    here: PageVisit, item: Candidate, cells: Mapping[str, str], problems: Mapping[str, str]
) -> list[RowField]:
    concluded = {
        name: argument.basis or argument.text
        for name, argument in item.arguments.items()
        if argument.is_inferred
    }
    fields = fields_of(
        here.review.kinds[table_kind(item)], cells, here.review.missing(item), here.visit.language,
        here.project.vocabulary_dirs, concluded,
    )  # fmt: skip
    return [replace(field, problem=problems.get(field.name, "")) for field in fields]


def _page(here: PageVisit, places: list[MarkedPlace], **more: Any) -> Response:
    review, language, notice = here.review, here.visit.language, here.sitting.notice
    here.sitting.notice = ""
    words, verdicts = Vocabulary("candidate", language), review.verdicts()
    listed = [
        (candidate, sentence_of(candidate, language), verdicts.get(candidate.key, ""))
        for candidate in review.candidates[:_LISTED]
    ]
    kinds, name = here.review.kinds, here.review.folder.name
    return here.visit.page(
        "page.html", delivery=here.delivery, sitting=here.sitting,
        lines=list(split_lines(review.text, places)), words=words, left=len(review.waiting()),
        done=words["done"].format(*review.counts().values()), listed=listed, notice=notice,
        tables=([
        (kinds[table.facts.kind].label(here.visit.language), table_address(name, table.label))
        for source in here.project.sources
        if source.name == name
        for table in source.tables
        if table.facts and table.facts.kind in kinds and table.file.startswith("extracted-")
    ]), can_undo=bool(review.done), **{**_NONE, **more},
    )  # fmt: skip


_CELL: Final = "cell."


async def decide(visit: Visit) -> Response:
    """Do what the form says; the next proposal."""
    form = await visit.form()
    here = await page_visit(visit)
    what, who = text_of(form, "what"), text_of(form, "who") or here.review.who
    if what == "undo":
        is_undone = await in_thread(here.review.undo) is not None
        here.sitting.notice = _words(here)["taken-back" if is_undone else "nothing-back"]
        return to(here.address)
    if not who:
        raise HrdgraphError("say-who")
    here.review.who = who
    answer = await in_thread(_add if what == "add" else _decide, here, form)
    answer.set_cookie(WHO_COOKIE, quote(who), samesite="strict", max_age=31_536_000)
    return answer


def _words(here: PageVisit) -> Vocabulary:
    return Vocabulary("candidate", here.visit.language)


def _decide(here: PageVisit, form: FormData) -> Response:
    review, words = here.review, _words(here)
    key, what = text_of(form, "key"), text_of(form, "what")
    item = next((candidate for candidate in review.candidates if candidate.key == key), None)
    if item is None or what not in ("accept", "refuse", "unsure", "bulk"):
        raise HrdgraphError("not-as-expected", hint="load-page-again")
    if review.verdicts().get(item.key) in (ACCEPTED, MENDED):
        return to(here.address)  # decided meanwhile, in another window
    sentence = sentence_of(item, here.visit.language)
    if what == "accept":
        return _accept(here, item, form)
    if what == "refuse":
        review.refuse(item)
        here.sitting.notice = words["refused"].format(sentence)
    elif what == "unsure":
        review.postpone(item)
        here.sitting.notice = words["put-off"].format(sentence)
    else:
        here.take()
        here.sitting.notice = words["accepted"].format(review.accept_rule(item.rule))
    return to(here.address)


def _accept(here: PageVisit, item: Candidate, form: FormData) -> Response:
    """Write the row with its words cited; ask again where a cell is missing or unreadable."""
    review, language = here.review, here.visit.language
    kind, before = review.kinds[table_kind(item)], cells_of(item)
    cells = _cells(form, before)
    is_changed = cells != before
    typed = here.sitting.make_row(kind, (item.start, item.end), cells)
    problems = problems_of(kind, cells, here.project, review.spoken, language)
    missing = review.missing(typed if is_changed else item)
    if problems or missing:
        _say_missing(here, kind, missing)
        return show_proposal(here, item, cells, problems)
    here.take()
    if is_changed:
        review.retype(item, cells)
    else:
        review.accept(item)
    sentence = row_aloud(kind, cells, language) if is_changed else sentence_of(item, language)
    here.sitting.notice = _words(here)["accepted"].format(sentence)
    return to(here.address)


def _add(here: PageVisit, form: FormData) -> Response:
    """Add the row that a person made of words of the page."""
    review, language = here.review, here.visit.language
    place = here.sitting.stretch(text_of(form, "words"), number_of(text_of(form, "start")))
    kind = review.kinds.get(text_of(form, "kind"))
    if kind is None:
        raise HrdgraphError("not-as-expected", hint="load-page-again")
    cells = _cells(form, {})
    row = here.sitting.make_row(kind, place, cells)
    problems = problems_of(kind, cells, here.project, review.spoken, language)
    missing = review.missing(row)
    if missing or problems or not cells:
        _say_missing(here, kind, missing)
        return new_row(here, place, kind.name, cells, problems)
    here.take()
    review.accept(row)
    here.sitting.notice = _words(here)["accepted"].format(row_aloud(kind, cells, language))
    return to(here.address)


def _say_missing(here: PageVisit, kind: Kind, names: Iterable[str]) -> None:
    columns = (kind.column(name) for name in names)
    labels = [column.label(here.visit.language) for column in columns if column]
    if labels:
        here.sitting.notice = here.visit.words("row_needs_columns", columns=", ".join(labels))


def _cells(form: FormData, before: Mapping[str, str]) -> dict[str, str]:
    """Return the cells of a form; those that it does not have are as they were."""
    typed = {
        name.removeprefix(_CELL): text_of(form, name) for name in form if name.startswith(_CELL)
    }
    return {name: text for name, text in {**before, **typed}.items() if text}
