"""The page of a review in a real browser: judged without a script, accessible, and quiet on the network."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hrdgraph.identity.matching import compare
from hrdgraph.identity.records import Record
from hrdgraph.identity.review import RecordLine, ReviewPair, Session
from hrdgraph.identity.review.server import Reviewing, address_of, new_token, server_of

pytestmark = pytest.mark.heavy


@pytest.fixture
def review(tmp_path: Path) -> Iterator[tuple[Session, str]]:
    names = ("Игорь Каляпин", "Igor Kalyapin", "إيجور كاليابين")
    records = [
        Record(f"http://x/{n}", "person", (name,), birth=1967, sources=("one",))
        for n, name in enumerate(names)
    ]
    pairs = [
        ReviewPair(records[a], records[b], compare(records[a], records[b]))
        for a, b in ((0, 1), (1, 2))
    ]
    session, token = (
        Session(pairs, tmp_path / "judgements.csv", "data/judgements.csv", ""),
        new_token(),
    )
    server = server_of(
        Reviewing(
            session,
            lambda _, __: [RecordLine("said", ("https://e.org/page", "people.csv row 4"))],
            "en",
            token,
        )
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield session, address_of(server, token)
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_reviewer_without_javascript(chromium: Any, review: tuple[Session, str]) -> None:
    session, address = review
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}?lang=fr")
    assert page.locator("section").count() == 2
    page.get_by_label("Raison").fill("un même prix")
    page.get_by_label("Votre nom").fill("Inés")
    page.get_by_role("button", name="identiques").click()
    assert "Écrit : ligne 2" in page.locator("[role=status]").inner_text()
    page.get_by_label("Raison").fill("on ne sait pas")
    assert page.get_by_label("Votre nom").input_value() == "Inés"  # asked once
    page.get_by_role("button", name="incertain").click()
    assert "Il ne reste aucune paire à juger." in page.locator("main").inner_text()
    assert [(row.verdict, row.who, row.why) for row in session.ledger().judgements] == [
        ("same", "Inés", "un même prix"),
        ("unsure", "Inés", "on ne sait pas"),
    ]
    assert all(url.startswith(address) for url in asked)
    context.close()


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("fr", "dark"), ("es", "light")])
def test_axe_finds_nothing(
    chromium: Any,
    violations: Callable[[Any], tuple[list[Any], int, str]],
    review: tuple[Session, str],
    language: str,
    scheme: str,
) -> None:
    context = chromium.new_context(color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{review[1]}?lang={language}")
    found, _, told = violations(page)
    assert found == [], told
    context.close()
