"""A review: the queue, the page of one reviewer on this machine, and who else is refused."""

from __future__ import annotations

import http.client
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

import pytest
from markupsafe import escape

from hrdgraph.catalogue import LANGUAGES, Vocabulary
from hrdgraph.errors import IdentityError
from hrdgraph.identity import Verdict, read_ledger
from hrdgraph.identity.matching import compare
from hrdgraph.identity.records import Record
from hrdgraph.identity.review import RecordLine, ReviewPair, Session
from hrdgraph.identity.review.page import ReviewView, page
from hrdgraph.identity.review.record_lines import side_of
from hrdgraph.identity.review.server import Reviewing, address_of, new_token, server_of

EVIL = "<script>alert(1)</script>\"'><img src=https://evil.example/x>"


def person(letter: str, name: str) -> Record:
    return Record(f"http://x/{letter}", "person", (name,), sources=("one",))


A, B, C = person("a", "Igor Kalyapin"), person("b", "Игорь Каляпин"), person("c", "I. Kalyapin")


def pair(left: Record, right: Record) -> ReviewPair:
    return ReviewPair(left, right, compare(left, right))


@pytest.fixture
def session(tmp_path: Path) -> Session:
    pairs = [pair(A, B), pair(A, C), pair(B, C)]
    return Session(
        pairs,
        tmp_path / "judgements.csv",
        "data/judgements.csv",
        "Inés",
        lambda: datetime(2024, 5, 1, 10, tzinfo=UTC),
    )


def test_a_decision_is_on_the_disk_at_once_and_a_chain_answers_the_rest(session: Session) -> None:
    first = session.next()
    assert first is session.pairs[0]
    session.judge(first, Verdict.SAME, "one prize")
    assert [(row.who, row.moment, row.why) for row in read_ledger(session.path).judgements] == [
        ("Inés", "2024-05-01T10:00:00Z", "one prize")
    ]
    session.judge(session.pairs[1], Verdict.NOT_SAME, "another")
    assert session.next() is None  # b and c follow


def test_a_new_session_goes_on_where_the_last_one_stopped(session: Session) -> None:
    session.judge(session.pairs[0], Verdict.UNSURE, "who knows")
    session.skip(session.pairs[1])
    assert session.next() is session.pairs[2]
    again = Session(session.pairs, session.path, session.name, "Oleg")
    assert again.next() is session.pairs[1]
    assert again.left() == 2


def test_a_decision_is_taken_back_by_a_later_row(session: Session) -> None:
    session.judge(session.pairs[0], Verdict.SAME, "one prize")
    assert session.undo("taken back") is session.pairs[0]
    assert session.next() is session.pairs[0]
    session.judge(session.pairs[0], Verdict.NOT_SAME, "two prizes")
    rows = read_ledger(session.path).judgements
    assert [(row.verdict, row.at) for row in rows] == [
        ("same", "10:00:00Z"),
        ("open", "10:00:01Z"),
        ("not-same", "10:00:02Z"),
    ]
    assert session.undo("x")
    assert session.undo("x") is None


@pytest.mark.parametrize("verdict", [Verdict.SAME, Verdict.UNSURE])
def test_what_was_taken_back_is_asked_again_by_the_next_reviewer(
    verdict: Verdict, session: Session
) -> None:
    session.judge(session.pairs[0], verdict, "one prize")
    session.undo("annulé")
    session.skip(session.pairs[0])
    assert session.next() is session.pairs[1]
    later = Session(session.pairs, session.path, session.name, "Oleg", session.now)
    assert later.next() is session.pairs[0]
    later.judge(
        session.pairs[0], Verdict.NOT_SAME, "two people"
    )  # nothing stands that this would replace
    rows = read_ledger(session.path).judgements
    assert [(row.verdict, row.why) for row in rows] == [
        (verdict, "one prize"),
        ("open", "annulé"),
        ("not-same", "two people"),
    ]


def test_what_contradicts_is_refused_with_the_chain(session: Session) -> None:
    session.judge(session.pairs[0], Verdict.SAME, "x")
    session.judge(session.pairs[1], Verdict.SAME, "x")
    with pytest.raises(IdentityError, match=r"row 2: [\s\S]*row 3: "):
        session.judge(session.pairs[2], Verdict.NOT_SAME, "x")
    assert len(read_ledger(session.path).judgements) == 2


def test_what_somebody_else_judged_meanwhile_is_not_judged_again(session: Session) -> None:
    other = Session(session.pairs, session.path, session.name, "Oleg")
    other.judge(session.pairs[0], Verdict.NOT_SAME, "x")
    with pytest.raises(IdentityError, match="Oleg"):
        session.judge(session.pairs[0], Verdict.SAME, "y")
    assert session.next() is session.pairs[1]


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_safe_and_accessible(language: str) -> None:
    words = Vocabulary("review", language)
    left = Record(
        "http://x/a",
        "person",
        (EVIL, "عبد الله"),
        sources=(EVIL,),
        identifiers=frozenset(["http://www.wikidata.org/entity/Q1"]),
    )
    sides = tuple(
        side_of(
            record, [RecordLine(EVIL, (EVIL, "javascript:alert(1)", "https://e.org/page"))], words
        )
        for record in (left, A)
    )
    text = page(ReviewView(pair(left, A), sides, 3, EVIL, EVIL, EVIL), language, "token")
    tags = Tags(text).found
    names = [tag for tag, _ in tags]
    assert not {"script", "img", "link", "iframe", "object", "embed"} & set(names)
    assert not [
        name
        for _, attributes in tags
        for name in attributes
        if name.startswith("on") or name in ("src", "srcset", "background")
    ]
    links = [attributes["href"] or "" for tag, attributes in tags if tag == "a"]
    assert all(link.startswith(("?lang=", "https://", "http://")) for link in links)
    assert all(
        "noreferrer" in (attributes.get("rel") or "")
        for tag, attributes in tags
        if tag == "a" and not (attributes["href"] or "").startswith("?")
    )
    assert escape(words["score"] + words[":"]) in text
    assert "url(" not in text
    assert "@import" not in text
    assert dict(tags[0][1] if tags[0][0] == "html" else tags[1][1])["lang"] == language
    fields = {
        attributes["id"]
        for tag, attributes in tags
        if tag in ("input", "textarea") and attributes.get("type") != "hidden"
    }
    assert fields == {attributes["for"] for tag, attributes in tags if tag == "label"}
    assert names.count("h1") == names.count("main") == 1


def test_a_page_with_nothing_left_says_so() -> None:
    text = page(ReviewView(None, (), 0, "", "I"), "fr", "token")
    assert "Il ne reste aucune paire à juger." in text


Asked = tuple[http.client.HTTPResponse, str]


class Browser:
    def __init__(self, port: int, token: str) -> None:
        self.port, self.token, self.host = port, token, f"127.0.0.1:{port}"

    def ask(
        self, method: str, path: str, form: dict[str, str] | None = None, **headers: str
    ) -> Asked:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        body = urlencode(form) if form is not None else None
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        connection.request(method, path, body, {"Host": self.host, **kind, **headers})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer, text

    def get(self, query: str = "") -> str:
        answer, text = self.ask("GET", f"/{self.token}/{query}")
        assert answer.status == 200
        return text

    def judge(self, decision: str, left: str = A.iri, right: str = B.iri, **said: str) -> Asked:
        form = {
            "token": self.token,
            "left": left,
            "right": right,
            "decision": decision,
            "who": "Inés",
            "why": "one prize",
            **said,
        }
        return self.ask("POST", f"/{self.token}/judge?lang=es", form, Origin=f"http://{self.host}")


@pytest.fixture
def browser(session: Session) -> Iterator[Browser]:
    token = new_token()
    server = server_of(
        Reviewing(
            session,
            lambda iri, tag: [RecordLine(f"said of {iri} ({tag})", ("people.csv row 4",))],
            "en",
            token,
        )
    )
    assert address_of(server, token).startswith("http://127.0.0.1:")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield Browser(server.server_address[1], token)
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_pair_is_shown_judged_and_taken_back(browser: Browser, session: Session) -> None:
    text = browser.get()
    assert "said of http://x/a (en)" in text
    assert "said of http://x/a (fr)" in browser.get("?lang=fr")
    assert "people.csv row 4" in text
    answer, _ = browser.judge("same")
    assert (answer.status, answer.getheader("Location")) == (303, "./?lang=es")
    assert session.ledger().canonical == {B.iri: A.iri}
    assert "Escrito: fila 2" in browser.get("?lang=es")
    browser.ask("POST", f"/{browser.token}/undo", {"token": browser.token})
    assert [row.verdict for row in session.ledger().judgements] == ["same", "open"]
    assert "it is asked again" in browser.get()


def test_a_reason_is_asked_for_and_a_contradiction_refused_on_the_page(
    browser: Browser, session: Session
) -> None:
    browser.judge("same", why=" ")
    assert session.ledger().judgements == ()
    assert "Say what the judgement rests on." in browser.get()
    browser.judge("same")
    browser.judge("same", right=C.iri)
    browser.judge("not-same", left=B.iri, right=C.iri, why="no, never")
    text = browser.get()
    assert "Rechazado: " in text
    assert "row 2: http://x/a = http://x/b" in text
    assert len(session.ledger().judgements) == 2


def test_skipping_and_pairs_that_are_not_asked_about(browser: Browser, session: Session) -> None:
    browser.judge("skip")
    assert session.next() is session.pairs[1]
    browser.judge("same", left="http://evil/a", right="http://evil/b")
    browser.judge("merge-all")
    assert session.ledger().judgements == ()


def test_headers_allow_nothing_from_outside(browser: Browser) -> None:
    answer, text = browser.ask("GET", f"/{browser.token}/")
    policy = answer.getheader("Content-Security-Policy") or ""
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.getheader("Cache-Control") == "no-store"
    assert not re.search(r'(?:src|action|href)="(?:https?:)?//(?!x/)', text)


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/", {}),
        ("GET", "/wrong-token/", {}),
        ("GET", "/{token}/../etc/passwd", {}),
        ("GET", "/{token}/", {"Host": "evil.example"}),
        ("GET", "/{token}/", {"Host": "127.0.0.1:1"}),
        ("GET", "/{token}/", {"Origin": "https://evil.example"}),
        ("POST", "/{token}/judge", {"Origin": "https://evil.example"}),
        ("POST", "/{token}/judge", {"Origin": "null"}),
        ("POST", "/wrong-token/judge", {}),
        ("POST", "/{token}/other", {}),
    ],
)
def test_strangers_are_refused_without_a_word(
    browser: Browser, session: Session, method: str, path: str, headers: dict[str, str]
) -> None:
    form = (
        {
            "token": browser.token,
            "left": A.iri,
            "right": B.iri,
            "decision": "same",
            "who": "I",
            "why": "x",
        }
        if method == "POST"
        else None
    )
    answer, text = browser.ask(method, path.format(token=browser.token), form, **headers)
    assert (answer.status, text) == (404, "")
    assert session.ledger().judgements == ()


def test_a_form_without_the_token_and_a_huge_one_do_nothing(
    browser: Browser, session: Session
) -> None:
    for form in ({"token": "x", "decision": "same"}, {"token": browser.token, "why": "x" * 30_000}):
        answer, _ = browser.ask("POST", f"/{browser.token}/judge", form)
        assert answer.status == 404
    assert session.ledger().judgements == ()


def test_a_row_is_called_what_the_language_calls_it(session: Session) -> None:
    done = session.judge(session.pairs[0], Verdict.SAME, "x")
    assert [row.told(language).partition(" ")[0] for row in done.rows[:1] for language in ("en", "fr", "es", "pt")] == [
        "row", "ligne", "fila", "row",
    ]  # fmt: skip
