"""Pages: the words of a page marked, and the facts that they seem to state, to be accepted, mended
or refused."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from hrdgraph.errors import HrdgraphError
from hrdgraph.extract.acceptance import add_row, publisher_of
from hrdgraph.extract.candidates import Argument, Candidate
from hrdgraph.extract.decisions import ACCEPTED, MENDED, REFUSED, UNSURE, DecisionLog
from hrdgraph.extract.sentences import sentence_of
from hrdgraph.workbench.inbox import PAGES, Delivery, delivered, deliveries, source_name
from hrdgraph.workbench.visit import Visit, in_thread, text_of, to

_FOUND: Final = ".found.json"
_SECONDS: Final = 300.0  # that reading a page may take


async def pages(visit: Visit) -> Response:
    """The pages that were given, and where others come in."""
    root = visit.workplace.project.root
    found = [
        (one.name, one.files[0].name)
        for one in deliveries(root)
        if one.files and one.files[0].name.lower().endswith((*PAGES, ".txt"))
    ]
    return visit.page("pages.html", pages=found)


@dataclass(frozen=True)
class TextPiece:
    """A stretch of the page's text, and the number of the proposal that it is marked for."""

    text: str
    number: int = 0


async def page(visit: Visit) -> Response:
    """A page with its proposals."""
    project = visit.workplace.project
    delivery = delivered(project.root, visit.request.path_params["delivery"])
    found = await _found(visit, delivery, visit.request.query_params.get("address", ""))
    log = DecisionLog.read(project.extraction_file)
    candidates = [_candidate(one) for one in found["candidates"]]
    waiting = log.waiting(candidates)
    decided = {key: item.decision for key, item in log.last().items()}
    return visit.page(
        "page.html",
        delivery=delivery,
        found=found,
        source=source_name(delivery.files[0].name),
        pieces=_pieces(found["text"], candidates),
        candidates=[
            (number, one, sentence_of(one), decided.get(one.key, ""))
            for number, one in enumerate(candidates, 1)
        ],
        left=len(waiting),
    )


async def _found(visit: Visit, delivery: Delivery, address: str) -> dict[str, Any]:
    """What was found in the page, worked out once."""
    held = delivery.folder / _FOUND
    if held.is_file() and not address:
        found: dict[str, Any] = json.loads(held.read_text("utf-8"))
        return found
    given = {
        "project": str(visit.workplace.root),
        "file": str(delivery.files[0]),
        "address": address,
        "language": visit.language,
    }
    found = await in_thread(_task, visit, "read", given)
    held.write_text(json.dumps(found, ensure_ascii=False), "utf-8")
    return found


def _task(visit: Visit, task: str, given: dict[str, Any]) -> Any:
    return visit.workplace.spare.take().run(task, given, seconds=_SECONDS)


def _candidate(plain: dict[str, Any]) -> Candidate:
    arguments = {name: Argument(**one) for name, one in plain["arguments"].items()}
    return Candidate(**{**plain, "arguments": arguments, "competing": tuple(plain["competing"])})


def _pieces(text: str, candidates: list[Candidate]) -> list[TextPiece]:
    """The text in pieces, those that a proposal stands on with its number."""
    pieces, last = [], 0
    for number, item in sorted(enumerate(candidates, 1), key=lambda one: one[1].start):
        if item.start >= last:
            pieces += [
                TextPiece(text[last : item.start]),
                TextPiece(text[item.start : item.end], number),
            ]
            last = item.end
    return [piece for piece in (*pieces, TextPiece(text[last:])) if piece.text]


async def decide(visit: Visit) -> Response:
    """Accept a proposal, with cells that were mended, refuse it, or leave it open."""
    form = await visit.form()
    project = visit.workplace.project
    delivery = delivered(project.root, visit.request.path_params["delivery"])
    found = await _found(visit, delivery, "")
    candidates = [_candidate(one) for one in found["candidates"]]
    chosen = next((one for one in candidates if one.key == text_of(form, "key")), None)
    who, what = text_of(form, "who"), text_of(form, "what")
    if chosen is None or what not in (ACCEPTED, REFUSED, UNSURE):
        raise HrdgraphError("workbench-request-malformed")
    if not who:
        raise HrdgraphError("workbench-judgement-incomplete")
    log = DecisionLog.read(project.extraction_file)
    if what == ACCEPTED:
        cells = {name: text_of(form, f"cell.{name}") for name in chosen.row}
        name = source_name(text_of(form, "source") + ".x")
        await in_thread(_accept, visit, delivery, found, chosen, cells, (log, who, name))
    else:
        log.with_decision(chosen, what, who)
    return to(f"/pages/{delivery.name}#proposals")


def _accept(
    visit: Visit,
    delivery: Delivery,
    found: dict[str, Any],
    chosen: Candidate,
    cells: dict[str, str],
    to_log: tuple[DecisionLog, str, str],
) -> None:
    """The row with its words cited, the page as a snapshot, and the decision."""
    log, who, source = to_log
    root = visit.workplace.project.root
    given = {"project": str(root), "file": str(delivery.files[0]), "name": found["name"]}
    _task(visit, "take", {**given, "source": source, "language": visit.language})
    changed = {name: text for name, text in cells.items() if text and text != chosen.row[name]}
    item = chosen.changed(**changed) if changed else chosen
    folder = root / "data" / "sources" / source
    table = add_row(folder, item, found["language"], _description(found))
    why = "mended " + " ".join(sorted(changed)) if changed else ""
    log = log.with_decision(item, ACCEPTED, who, table=table, why=why)
    if changed:
        log.with_decision(chosen, MENDED, who, why=item.key)


def _description(found: dict[str, Any]) -> str:
    """The description of a new source, by its page."""
    texts = {
        "title": found["title"] or found["name"],
        "publisher": publisher_of(found["name"]),
        "licence": "Facts only: no sentence of the page is kept.",
        "language": found["language"],
    }
    lines = [f"{name} = {json.dumps(text, ensure_ascii=False)}" for name, text in texts.items()]
    return "\n".join([*lines, "[facts]", f'language = "{found["language"]}"']) + "\n"
