"""What a person decides of a page: a proposal accepted as it is or with other cells, refused, put
off; a row of selected words written; the last decision taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.responses import Response

from hrdgraph.catalogue import Vocabulary
from hrdgraph.errors import HrdgraphError
from hrdgraph.extract.candidates import Candidate
from hrdgraph.extract.review.decisions import ACCEPTED, MENDED
from hrdgraph.extract.review.rows import cells_of, table_kind
from hrdgraph.extract.review.sentences import sentence_of
from hrdgraph.kinds import Kind
from hrdgraph.kinds.sentences import sentence_of as row_aloud
from hrdgraph.workbench.rooms.page_visit import PageVisit, page_visit
from hrdgraph.workbench.rooms.pages import new_row, number_of, shown
from hrdgraph.workbench.row_fields import problems_of
from hrdgraph.workbench.visit import WHO_COOKIE, Visit, in_thread, text_of, to

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
        raise HrdgraphError("workbench-who-missing")
    here.review.who = who
    answer = await in_thread(_added if what == "add" else _decided, here, form)
    answer.set_cookie(WHO_COOKIE, quote(who), samesite="strict", max_age=31_536_000)
    return answer


def _words(here: PageVisit) -> Vocabulary:
    return Vocabulary("candidate", here.visit.language)


def _decided(here: PageVisit, form: FormData) -> Response:
    review, words = here.review, _words(here)
    key, what = text_of(form, "key"), text_of(form, "what")
    item = next((one for one in review.candidates if one.key == key), None)
    if item is None or what not in ("accept", "refuse", "unsure", "bulk"):
        raise HrdgraphError("workbench-request-malformed")
    if review.verdicts().get(item.key) in (ACCEPTED, MENDED):
        return to(here.address)  # decided meanwhile, in another window
    sentence = sentence_of(item, here.visit.language)
    if what == "accept":
        return _accepted(here, item, form)
    if what == "refuse":
        review.refuse(item)
        here.sitting.notice = words["refused"].format(sentence)
    elif what == "unsure":
        review.put_off(item)
        here.sitting.notice = words["put-off"].format(sentence)
    else:
        here.take()
        here.sitting.notice = words["accepted-all"].format(review.accept_rule(item.rule))
    return to(here.address)


def _accepted(here: PageVisit, item: Candidate, form: FormData) -> Response:
    """The row written with its words cited; asked again where a cell is missing or unreadable."""
    review, language = here.review, here.visit.language
    kind, before = review.kinds[table_kind(item)], cells_of(item)
    cells = _cells(form, before)
    is_changed = cells != before
    typed = here.sitting.typed(kind, (item.start, item.end), cells)
    problems = problems_of(kind, cells, here.project, review.spoken, language)
    missing = review.missing(typed if is_changed else item)
    if problems or missing:
        _say_missing(here, kind, missing)
        return shown(here, item, cells, problems)
    here.take()
    if is_changed:
        review.retype(item, cells)
    else:
        review.accept(item)
    said = row_aloud(kind, cells, language) if is_changed else sentence_of(item, language)
    here.sitting.notice = _words(here)["mended" if is_changed else "accepted"].format(said)
    return to(here.address)


def _added(here: PageVisit, form: FormData) -> Response:
    """The row that a person made of words of the page."""
    review, language = here.review, here.visit.language
    place = here.sitting.stretch(text_of(form, "words"), number_of(text_of(form, "start")))
    kind = review.kinds.get(text_of(form, "kind"))
    if kind is None:
        raise HrdgraphError("workbench-request-malformed")
    cells = _cells(form, {})
    row = here.sitting.typed(kind, place, cells)
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
        here.sitting.notice = here.visit.words("page_missing", columns=", ".join(labels))


def _cells(form: FormData, before: Mapping[str, str]) -> dict[str, str]:
    """The cells of a form; those that it does not have are as they were."""
    typed = {
        name.removeprefix(_CELL): text_of(form, name) for name in form if name.startswith(_CELL)
    }
    return {name: text for name, text in {**before, **typed}.items() if text}
