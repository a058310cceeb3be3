"""Pages: the words of a page marked, the facts that it seems to state asked about one after
another, and rows made of words that a person selects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from starlette.responses import Response

from hrdgraph.catalogue import Vocabulary
from hrdgraph.errors import HrdgraphError
from hrdgraph.evidence.addresses import is_web_address
from hrdgraph.extract.candidates import Candidate
from hrdgraph.extract.review.page_marks import NOW, MarkedPlace, marked_lines, marked_places
from hrdgraph.extract.review.rows import cells_of, table_kind
from hrdgraph.extract.review.sentences import sentence_of
from hrdgraph.workbench.inbox import waiting_pages
from hrdgraph.workbench.rooms.addresses import table_address
from hrdgraph.workbench.rooms.page_visit import PageVisit, delivery_of, page_visit, read_anew
from hrdgraph.workbench.row_fields import RowField, fields_of
from hrdgraph.workbench.sittings import Stretch
from hrdgraph.workbench.visit import Visit, in_thread, to

_LISTED: Final = 300  # proposals in the list below
_USUAL: Final = ("act", "conferral", "role", "person", "organisation", "situation")
_NONE: Final[Mapping[str, Any]] = {
    "item": None, "row": None, "fields": [], "competing": [], "chosen": "", "start": "",
}  # fmt: skip


async def pages(visit: Visit) -> Response:
    """The pages that were given, and where others come in."""
    root = visit.workplace.project.root
    found = [(one.name, one.files[0].name) for one in waiting_pages(root)]
    return visit.page("pages.html", pages=found)


async def page(visit: Visit) -> Response:
    """A page with the proposal that is asked about, or with a row of words that were selected."""
    asked = visit.request.query_params
    if address := asked.get("address", "").strip():
        return await _addressed(visit, address)
    here = await page_visit(visit)
    if words := asked.get("words", "").strip():
        place = here.sitting.stretch(words, number_of(asked.get("start", "")))
        return new_row(here, place, asked.get("kind", ""))
    return shown(here, here.review.next(asked.get("at", "")))


def number_of(text: str) -> int:
    """A place in a text; -1 where there is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


async def _addressed(visit: Visit, address: str) -> Response:
    """Read the page as one of an address, under which its facts are cited."""
    if not is_web_address(address):
        raise HrdgraphError("workbench-address-malformed", value=address)
    delivery = delivery_of(visit)
    await in_thread(read_anew, visit, delivery, address)
    visit.workplace.sittings.pop(delivery.name, None)
    return to(f"/pages/{delivery.name}")


def shown(
    here: PageVisit,
    item: Candidate | None,
    cells: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> Response:
    """The page with a proposal, and what was typed in its cells."""
    review, language = here.review, here.visit.language
    if item is None:
        return _page(here, marked_places(None, (), review.candidates, dict(review.verdicts())))
    before, after = here.sitting.around(item)
    return _page(
        here,
        marked_places(item, review.waiting(), review.candidates, dict(review.verdicts())),
        item=item,
        sentence=sentence_of(item, language),
        fields=_fields(here, item, cells_of(item) if cells is None else cells, problems or {}),
        missing=bool(review.missing(item)),
        standing=review.standing(item.rule),
        alike=sum(one.rule == item.rule for one in review.waiting()),
        competing=[(one, sentence_of(one, language)) for one in here.sitting.competing(item)],
        before=before,
        after=after,
    )


def new_row(
    here: PageVisit,
    place: Stretch,
    name: str,
    cells: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> Response:
    """The page with the form of a row that is made of its words."""
    review, language = here.review, here.visit.language
    kind = review.kinds.get(name) or review.kinds[here.sitting.likely_kind(place)]
    row = here.sitting.typed(kind, place, cells or here.sitting.first_cells(kind, place))
    labels = {one.name: one.label(language) for one in review.kinds.values()}
    rest = sorted(set(labels) - set(_USUAL), key=lambda one: labels[one].casefold())
    return _page(
        here,
        [MarkedPlace(*place, NOW, "")],
        row=row,
        fields=_fields(here, row, row.row, problems or {}),
        chosen=review.text[place[0] : place[1]],
        start=place[0],
        kinds=[(one, labels[one]) for one in (*_USUAL, *rest)],
        kind=kind,
    )


def _fields(
    here: PageVisit, item: Candidate, cells: Mapping[str, str], problems: Mapping[str, str]
) -> list[RowField]:
    concluded = {
        name: one.basis or one.text for name, one in item.arguments.items() if one.is_inferred
    }
    found = fields_of(
        here.review.kinds[table_kind(item)],
        cells,
        here.review.missing(item),
        here.visit.language,
        here.project.ontology_dir / "vocabularies",
        concluded,
    )
    return [replace(one, problem=problems.get(one.name, "")) for one in found]


def _page(here: PageVisit, places: list[MarkedPlace], **more: Any) -> Response:
    review, language, notice = here.review, here.visit.language, here.sitting.notice
    here.sitting.notice = ""
    words, verdicts = Vocabulary("candidate", language), review.verdicts()
    listed = [
        (one, sentence_of(one, language), verdicts.get(one.key, ""))
        for one in review.candidates[:_LISTED]
    ]
    return here.visit.page(
        "page.html",
        delivery=here.delivery,
        sitting=here.sitting,
        lines=list(marked_lines(review.text, places)),
        words=words,
        left=len(review.waiting()),
        done=words["done"].format(*review.counts().values()),
        listed=listed,
        notice=notice,
        tables=_tables(here),
        can_undo=bool(review.done),
        **{**_NONE, **more},
    )


def _tables(here: PageVisit) -> list[tuple[str, str]]:
    """The tables that rows of this page went into, each with its address."""
    kinds, name = here.review.kinds, here.review.folder.name
    return [
        (kinds[table.facts.kind].label(here.visit.language), table_address(name, table.label))
        for source in here.project.sources
        if source.name == name
        for table in source.tables
        if table.facts and table.facts.kind in kinds and table.file.startswith("extracted-")
    ]
