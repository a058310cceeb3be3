"""A review: the queue, the page of one reviewer on this machine, and who else is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from hrdgraph.errors import IdentityError
from hrdgraph.identity.judgements import read_ledger
from hrdgraph.identity.ledger import Verdict
from hrdgraph.identity.matching import compare
from hrdgraph.identity.records import EVENT, Record, SharedContext
from hrdgraph.identity.review import ReviewPair, Session

NAMES = ("Natalya Estemirova", "Berta Cáceres Flores", "Zoé Kabongo wa Mwilambwe")
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
    assert again.count_open() == 2


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
    assert session.undo("x") is None  # nothing stands any more


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


def test_a_row_is_called_what_the_language_calls_it(session: Session) -> None:
    done = session.judge(session.pairs[0], Verdict.SAME, "x")
    assert [row.describe(language).partition(" ")[0] for row in done.rows[:1] for language in ("en", "fr", "es", "pt")] == [
        "row", "ligne", "fila", "row",
    ]  # fmt: skip


def killing(iri: str, victim: Record, first: str, last: str = "", act: str = "killing") -> Record:
    days = tuple(date.fromisoformat(day).toordinal() for day in (first, last or first))
    contexts = frozenset(
        [SharedContext("victim", victim.iri), SharedContext("act", f"http://x/act-type/{act}")]
    )
    return Record(f"http://x/{iri}", EVENT, (iri,), contexts=contexts, days=(days[0], days[1]))


def test_acts_of_one_kind_and_day_become_one_with_their_victims(session: Session) -> None:
    session.events = [
        killing("k1", A, "2009-07-15"), killing("k2", B, "2009-07-15"),
        killing("t1", A, "2009-07-15", act="threat"), killing("other-day", B, "2009-07-16"),
        killing("month1", A, "2011-03-01", "2011-03-31"), killing("month2", B, "2011-03-01", "2011-03-31"),
    ]  # fmt: skip
    first = session.pairs[0]
    assert [act.key for act in session.find_acts(first)] == [("http://x/k1", "http://x/k2")]
    session.judge(first, Verdict.SAME, "one person")
    answers = session.ledger().answers()
    assert not answers.is_open("http://x/k1", "http://x/k2")
    assert answers.is_open("http://x/month1", "http://x/month2")
    session.undo("a slip")  # together
    answers = session.ledger().answers()
    assert answers.is_open("http://x/k1", "http://x/k2")
    assert answers.is_open(A.iri, B.iri)


def test_pairs_judged_different_leave_their_acts_alone(session: Session) -> None:
    session.events = [killing("k1", A, "2009-07-15"), killing("k2", B, "2009-07-15")]
    session.judge(session.pairs[0], Verdict.NOT_SAME, "father and son")
    assert session.ledger().answers().is_open("http://x/k1", "http://x/k2")


def test_all_pairs_of_one_rule_are_judged_and_taken_back_together(tmp_path: Path) -> None:
    people = [person(f"{place}{side}", name) for place, name in enumerate(NAMES) for side in "xy"]
    pairs = [pair(*people[at : at + 2]) for at in range(0, len(people), 2)]
    pairs.append(pair(A, C))  # initials: another rule
    session = Session(pairs, tmp_path / "judgements.csv", "data/judgements.csv", "Inés")
    found = session.find_alike(pairs[1])
    assert [one.key for one in found] == [pairs[1].key, pairs[0].key, pairs[2].key]
    session.judge(pairs[1], Verdict.SAME, "one list copied from the other", more_pairs=found)
    assert session.count_open() == 1
    session.undo("a slip")
    assert session.count_open() == len(pairs) + 1  # the pair that is asked again, and all others


def test_a_later_session_takes_back_what_an_earlier_one_joined(session: Session) -> None:
    session.events = [killing("k1", A, "2009-07-15"), killing("k2", B, "2009-07-15")]
    session.judge(session.pairs[0], Verdict.SAME, "one person")
    later = Session(session.pairs, session.path, session.name, "Oleg", session.now)
    assert not later.has_decided
    decision = later.last_decision
    assert decision is not None
    assert (decision.why, decision.who) == ("one person", "Inés")
    assert later.undo("a slip") is session.pairs[0]
    answers = later.ledger().answers()
    assert answers.is_open("http://x/k1", "http://x/k2")
    assert answers.is_open(A.iri, B.iri)
