"""The page on which candidates are reviewed: the words marked, one key a decision, nobody else."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from hrdgraph.catalogue import LANGUAGES, Vocabulary
from hrdgraph.extract import Candidate, Extractor
from hrdgraph.extract.review.candidate_review import FEWEST, CandidateReview
from hrdgraph.extract.review.decisions import ACCEPTED, MENDED, REFUSED, DecisionLog
from hrdgraph.extract.review.page_marks import NOW, WORD, marked_lines, marked_places
from hrdgraph.extract.review.review_site import CandidateSite
from hrdgraph.extract.review.sentences import sentence_of
from hrdgraph.local_pages import address_of, server_of
from hrdgraph.mapping.facts.layout import kinds_in

RULES = Path(__file__).parents[2] / "ontology" / "extraction"
TEXT = (
    "Rosa Lamp\n\nBolivian lawyer Rosa Lamp is president of the Lantern Committee. She received "
    "the Beacon Award in 2014. On 3 March 2016 she was arrested in La Paz.\n"
)
TOKEN = "secret"


@pytest.fixture
def review(tmp_path: Path) -> CandidateReview:
    found = Extractor.of(RULES).extract(TEXT, name="https://example.org/lamp")
    log = DecisionLog.read(tmp_path / "log.csv")
    return CandidateReview(TEXT, found.candidates, tmp_path / "lamp", log, "me")


@pytest.fixture
def site(review: CandidateReview) -> CandidateSite:
    return CandidateSite([review], "en", TOKEN)


def conferral(review: CandidateReview) -> Candidate:
    return next(item for item in review.candidates if item.kind == "conferral")


def decide(site: CandidateSite, item: Candidate, decision: str, **cells: str) -> None:
    form = {"key": item.key, "decision": decision}
    form |= {f"cell-{name}": cell for name, cell in cells.items()}
    assert site.done("decide", form, "en") == "./?lang=en#now"


def test_every_character_of_the_page_is_there_and_the_words_are_marked(
    review: CandidateReview,
) -> None:
    item = conferral(review)
    lines = list(marked_lines(TEXT, marked_places(item, review.waiting(), review.candidates, {})))
    pieces = [piece for line in lines for piece in line]
    assert "".join(piece.text for piece in pieces) == TEXT.replace("\n\n", "\n")
    marked = "".join(piece.text for piece in pieces if NOW in piece.marks)
    assert marked == TEXT[item.start : item.end]
    words = {piece.text for piece in pieces if WORD in piece.marks}
    assert words & {"2014", "in 2014"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_the_sentence_and_leads_to_other_candidates(
    site: CandidateSite, review: CandidateReview, language: str
) -> None:
    item = conferral(review)
    text = site.shown("", {"at": item.key}, language) or ""
    assert f'<html lang="{language}">' in text
    assert sentence_of(item, language).split()[0] in text
    assert Vocabulary("candidate", language)["accept"] in text
    other = next(one for one in review.waiting() if one.kind == "act")
    assert f"at={other.key}#now" in text
    assert site.shown("other", {}, language) is None


def test_each_sentence_differs_by_language(review: CandidateReview) -> None:
    for item in review.candidates:
        told = {sentence_of(item, language) for language in LANGUAGES}
        assert len(told) > 1 or item.kind in ("role", "attribute"), told


def test_decisions_are_written_at_once_and_taken_back(
    site: CandidateSite, review: CandidateReview
) -> None:
    item = conferral(review)
    decide(site, item, "accept")
    table = review.folder / "extracted-conferral.csv"
    assert item.key in table.read_text("utf-8")
    assert "Accepted: " in (site.shown("", {}, "en") or "")
    site.done("undo", {}, "en")
    assert item.key not in table.read_text("utf-8")
    assert item in review.waiting()


def test_a_mended_row_has_the_cells_typed_and_counts_as_wrong(
    site: CandidateSite, review: CandidateReview
) -> None:
    item = conferral(review)
    decide(site, item, "mend", **item.row)
    assert site.notice == "No cell was changed."
    decide(site, item, "mend", **(item.row | {"award": "Beacon Prize"}))
    assert "Beacon Prize" in (review.folder / "extracted-conferral.csv").read_text("utf-8")
    assert review.verdicts()[item.key] == MENDED
    assert [(rule.right, rule.wrong) for rule in review.log.precision()] == [(0, 1)]
    site.done("undo", {}, "en")
    assert item in review.waiting()
    assert "Beacon Prize" not in (review.folder / "extracted-conferral.csv").read_text("utf-8")


def test_a_decision_on_what_was_decided_meanwhile_does_nothing(
    site: CandidateSite, review: CandidateReview
) -> None:
    item = conferral(review)
    decide(site, item, "refuse")
    decide(site, item, "accept")
    assert review.verdicts()[item.key] == REFUSED
    assert not (review.folder / "extracted-conferral.csv").exists()


def test_a_row_that_could_not_be_built_asks_for_its_cell(
    site: CandidateSite, review: CandidateReview
) -> None:
    review.kinds = kinds_in(RULES.parent / "tables")
    item = replace(conferral(review), arguments={
        name: one for name, one in conferral(review).arguments.items() if name not in ("date", "year")
    })  # fmt: skip
    review.candidates = (item,)
    assert review.missing(item) == ("year",)
    assert 'name="cell-year"' in (site.shown("", {}, "en") or "")
    decide(site, item, "accept")
    assert "needs: year" in site.notice
    assert review.log.decisions == ()
    decide(site, item, "mend", **(item.row | {"year": "2014"}))
    assert "2014" in (review.folder / "extracted-conferral.csv").read_text("utf-8")


def test_without_a_name_nothing_is_decided(site: CandidateSite, review: CandidateReview) -> None:
    review.who = ""
    decide(site, conferral(review), "accept")
    assert site.notice == "Give your name."
    assert review.log.decisions == ()


def test_bulk_is_for_rules_that_were_right_often_enough(
    site: CandidateSite, review: CandidateReview
) -> None:
    item = review.candidates[0]
    decide(site, item, "bulk")
    assert review.log.decisions == ()
    for number in range(FEWEST):
        other = item.changed(name=f"Somebody {number}")
        review.log = review.log.with_decision(other, ACCEPTED, "me")
    alike = [one for one in review.waiting() if one.rule == item.rule]
    assert f"accept all of this rule ({len(alike)})" in (site.shown("", {}, "en") or "")
    decide(site, item, "bulk")
    assert {review.verdicts()[one.key] for one in alike} == {ACCEPTED}
    for _ in alike:
        site.done("undo", {}, "en")
    assert all(one in review.waiting() for one in alike)


def test_words_of_a_hostile_page_are_text(tmp_path: Path) -> None:
    text = 'Rosa Lamp received the <script>alert(1)</script> "Beacon" Award in 2014.\n'
    found = Extractor.of(RULES).extract(text, name='https://e.org/"><script>x</script>')
    log = DecisionLog.read(tmp_path / "log.csv")
    review = CandidateReview(text, found.candidates, tmp_path / "a", log, '"><b>', spoken='"x')
    shown = CandidateSite([review], "en", TOKEN).shown("", {"at": '"><i>'}, "en") or ""
    assert "<script>alert" not in shown
    assert "<b>" not in shown
    assert "<i>" not in shown


def test_the_last_page_says_what_was_done(site: CandidateSite, review: CandidateReview) -> None:
    while item := review.next():
        decide(site, item, "refuse")
    assert f"{len(review.candidates)} refused" in (site.shown("", {}, "en") or "")


@pytest.fixture
def port(site: CandidateSite) -> Iterator[int]:
    server = server_of(site)
    assert address_of(server, TOKEN).startswith("http://127.0.0.1:")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


def asked(port: int, method: str, path: str, form: dict[str, str] | None = None, **headers: str):  # type: ignore[no-untyped-def]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    body = urlencode(form) if form is not None else None
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer, answer.read().decode()


@pytest.mark.parametrize(
    ("path", "token", "headers"),
    [
        ("/", TOKEN, {}),
        ("/other/decide", TOKEN, {}),
        (f"/{TOKEN}/decide", "other", {}),
        (f"/{TOKEN}/decide", TOKEN, {"Origin": "http://evil.example"}),
        (f"/{TOKEN}/decide", TOKEN, {"Origin": "null"}),
        (f"/{TOKEN}/decide", TOKEN, {"Host": "evil.example"}),
    ],
)
def test_strangers_decide_nothing(
    port: int, review: CandidateReview, path: str, token: str, headers: dict[str, str]
) -> None:
    form = {"token": token, "key": conferral(review).key, "decision": "accept"}
    answer, text = asked(port, "POST", path, form, **headers)
    assert (answer.status, text) == (404, "")
    assert review.log.decisions == ()


def test_the_page_loads_nothing_from_outside(port: int) -> None:
    answer, text = asked(port, "GET", f"/{TOKEN}/")
    assert answer.status == 200
    policy = answer.getheader("Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert "script-src 'sha256-" in policy
    assert answer.getheader("Cache-Control") == "no-store"
    assert "src=" not in text


@pytest.mark.heavy
def test_a_person_decides_by_keys(
    chromium: Any,
    violations: Callable[[Any], tuple[list[Any], int, str]],
    review: CandidateReview,
    port: int,
) -> None:
    page = chromium.new_page()
    page.goto(f"http://127.0.0.1:{port}/{TOKEN}/?lang=fr")
    first = review.candidates[0]
    assert page.locator("mark.now").count() >= 1
    page.keyboard.press("a")
    page.wait_for_selector("[role=status]")
    assert review.verdicts()[first.key] == ACCEPTED
    page.keyboard.press("z")
    page.get_by_text("de nouveau").first.wait_for()
    assert first.key not in review.verdicts()
    page.keyboard.press("m")
    page.keyboard.type(" Luz")
    page.keyboard.press("Enter")
    page.get_by_text("corrigé :").first.wait_for()
    assert review.verdicts()[first.key] == MENDED
    page.close()
    context = chromium.new_context(bypass_csp=True)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{port}/{TOKEN}/")
    found, _, told = violations(page)
    assert found == [], told
    context.close()
