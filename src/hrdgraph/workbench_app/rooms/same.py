"""Show two records side by side, and note what a person decides about them."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Final
from urllib.parse import quote, unquote

from starlette.responses import Response

from hrdgraph.catalogue import Vocabulary
from hrdgraph.errors import HrdgraphError
from hrdgraph.identity.ledger import Verdict
from hrdgraph.identity.review import TEN, ReviewPair, Session, Side, side_of
from hrdgraph.library.identity import record_facts, review
from hrdgraph.privacy.readable_build import ReadableBuild
from hrdgraph.workbench_app.sittings import PairSitting
from hrdgraph.workbench_app.visit import WHO_COOKIE, Visit, in_thread, text_of, to

_NOBODY: Final = "–"  # until a form says who judges
_VERDICTS: Final = ("same", "not-same", "unsure")


async def same(visit: Visit) -> Response:
    """Show the next pair."""
    project = visit.workplace.project
    if not project.is_built:
        return visit.page("same.html", has_build=False, pair=None)
    session = await in_thread(_session, visit)
    pair = await in_thread(session.next)
    words = Vocabulary("review", visit.language)
    acts = await in_thread(session.find_acts, pair) if pair else []
    return visit.page(
        "same.html", has_build=True, pair=pair, count_open=await in_thread(session.count_open),
        sides=await in_thread(_sides, visit, pair, words) if pair else [],
        why=pair.comparison.why(visit.language) if pair else "",
        acts=[act.left.names[0] for act in acts],
        alike=await in_thread(session.find_alike, pair) if pair else [],
        shows_alike="all" in visit.request.query_params, ten=TEN,
        undone=await in_thread(lambda: session.last_decision),
        who=unquote(visit.request.cookies.get(WHO_COOKIE, "")), base=project.base,
        verdicts=[(name, words[name]) for name in _VERDICTS], words=words,
    )  # fmt: skip


def _sides(visit: Visit, pair: ReviewPair, words: Vocabulary) -> list[Side]:
    """Both records, each with what the sources say of it."""
    language = visit.language
    held = visit.workplace.review
    if held is None:
        return [side_of(record, (), words) for record in (pair.left, pair.right)]
    return [
        side_of(record, held.facts(record.iri, language), words)
        for record in (pair.left, pair.right)
    ]


def _session(visit: Visit) -> Session:
    """Return the review session for the pairs of the last build; a new build starts a new one."""
    workplace = visit.workplace
    manifest = ReadableBuild(workplace.project).manifest  # ends where something was withdrawn
    digest = sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()
    held = workplace.review
    if held is None or held.build != digest:
        facts = record_facts(workplace.project, (visit.language,), visit.language)
        held = workplace.review = PairSitting(digest, review(workplace.project, who=_NOBODY), facts)
    return held.session


async def decide(visit: Visit) -> Response:
    """Write a decision, skip the pair, or take the last decision back."""
    form = await visit.form()
    session = await in_thread(_session, visit)
    what = text_of(form, "what")
    if what == "undo":
        await in_thread(session.undo, Vocabulary("review", visit.language)["taken-back-why"])
        return to("/same")
    pair = session.find(text_of(form, "left"), text_of(form, "right"))
    if pair is None:
        raise HrdgraphError("not-as-expected", hint="load-page-again")
    if what == "skip":
        session.skip(pair)
        return to("/same")
    alike: list[ReviewPair] = []
    if what == "all":
        what, alike = "same", await in_thread(session.find_alike, pair)
        if text_of(form, "count") != str(len(alike)):
            return to("/same?all=1")  # others than were shown
    return await _judge(session, pair, alike, what, text_of(form, "why"), text_of(form, "who"))


async def _judge(
    session: Session, pair: ReviewPair, alike: list[ReviewPair], verdict: str, why: str, who: str,
) -> Response:  # fmt: skip
    if verdict not in _VERDICTS:
        raise HrdgraphError("not-as-expected", hint="load-page-again")
    if not who or not why:
        raise HrdgraphError("say-why" if who else "say-who")
    await in_thread(session.judge, pair, Verdict(verdict), why, who, alike)
    answer = to("/same")
    answer.set_cookie(WHO_COOKIE, quote(who), samesite="strict", max_age=31_536_000)
    return answer
