"""What follows from judgements: clusters, canonical names that stay, and contradictions with their chain."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.errors import IdentityError, Problems
from hrdgraph.identity.ledger import Judgement, Ledger, Verdict, chain, clusters
from hrdgraph.identity.persistent_iris import PersistentIRI

NAMES = [f"http://x/{letter}" for letter in "abcdefgh"]
pairs = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(
        lambda pair: pair[0] != pair[1]
    ),
    max_size=12,
)
words = st.sampled_from([Verdict.SAME, Verdict.UNSURE])


def judged(*rows: tuple[str, str, Verdict], start: int = 2) -> tuple[Judgement, ...]:
    """Rows of rising dates, so that a later row may replace an earlier one."""
    first = date(2024, 1, 1)
    numbered = enumerate(rows, start)
    return tuple(
        Judgement(left, right, word, "who", first + timedelta(days=row), "why", row)
        for row, (left, right, word) in numbered
    )


def naive(same: list[tuple[str, str]]) -> set[frozenset[str]]:
    """Clusters by joining sets until nothing changes: another route than union-find."""
    sets = [{*pair} for pair in same]
    changed = True
    while changed:
        changed = False
        for first in sets:
            for second in sets:
                if first is not second and first & second:
                    first |= second
                    sets.remove(second)
                    changed = True
                    break
            if changed:
                break
    return {frozenset(names) for names in sets}


@given(pairs)
def test_clusters_are_the_connected_sets(same: list[tuple[str, str]]) -> None:
    rank = {name: place for place, name in enumerate(NAMES)}
    found = clusters(same, rank)
    assert {frozenset(names) for names in found} == naive(same)
    assert all(list(names) == sorted(names, key=rank.__getitem__) for names in found)
    assert [names[0] for names in found] == sorted(names[0] for names in found)


@given(pairs, st.sampled_from(NAMES), st.sampled_from(NAMES))
def test_a_chain_leads_from_one_to_the_other_over_given_pairs(
    same: list[tuple[str, str]], start: str, end: str
) -> None:
    steps = chain(same, start, end)
    joined = any({start, end} <= names for names in naive(same))
    assert bool(steps) == (joined and start != end)
    if steps:
        assert steps[0][0] == start
        assert steps[-1][1] == end
        assert all(before[1] == after[0] for before, after in pairwise(steps))
        assert all(step in same or step[::-1] in same for step in steps)


judgements = st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), words).filter(
    lambda row: row[0] != row[1]
)


@given(st.lists(judgements, max_size=10), st.data())
def test_rows_added_never_give_an_old_thing_a_newer_name(
    rows: list[tuple[str, str, Verdict]], data: st.DataObject
) -> None:
    old = Ledger(judged(*rows))
    more = data.draw(
        st.lists(
            st.tuples(st.sampled_from([*NAMES, "http://x/new"]), st.sampled_from(NAMES)), max_size=4
        )
    )
    added = [(left, right, Verdict.SAME) for left, right in more if left != right]
    new = Ledger(old.judgements + judged(*added, start=len(rows) + 2))
    for name in old.rank:
        before, after = old.canonical.get(name, name), new.canonical.get(name, name)
        assert new.rank[after] <= old.rank[before]
        assert old.rank[before] == new.rank[before]


@given(pairs)
def test_the_name_follows_from_the_ledger_alone(same: list[tuple[str, str]]) -> None:
    ledger = Ledger(judged(*((left, right, Verdict.SAME) for left, right in same)))
    for cluster in ledger.clusters:
        mentioned = [name for pair in same for name in pair if name in cluster]
        assert cluster[0] == mentioned[0]
        assert cluster[0] not in ledger.canonical


@given(pairs, st.sampled_from(NAMES), st.sampled_from(NAMES))
def test_a_not_same_is_refused_exactly_when_sames_join_its_names(
    same: list[tuple[str, str]], left: str, right: str
) -> None:
    rows = [(a, b, Verdict.SAME) for a, b in same if {a, b} != {left, right}]
    joined = any({left, right} <= names for names in naive([(a, b) for a, b, _ in rows]))
    if left == right:
        return
    rows_judged = judged(*rows, (left, right, Verdict.NOT_SAME))
    if not joined:
        Ledger(rows_judged)
        return
    with pytest.raises(IdentityError, match=f"row {len(rows) + 2}"):
        Ledger(rows_judged)


def test_the_whole_chain_is_shown_and_nothing_beside_it() -> None:
    a, b, c, d, e, *_ = NAMES
    same = Verdict.SAME
    with pytest.raises(IdentityError) as caught:
        Ledger(
            judged(
                (a, b, same), (d, e, same), (b, c, same), (c, d, same), (a, d, Verdict.NOT_SAME)
            ),
            "ledger.csv",
        )
    shown = [
        line.strip().split(":")[0]
        for line in caught.value.fact.splitlines()
        if line.strip().startswith("row")
    ]
    assert shown == ["row 2", "row 4", "row 5", "row 6"]
    assert str(caught.value.origin) == "ledger.csv, row 6"


def test_every_contradiction_is_reported() -> None:
    a, b, c, d, *_ = NAMES
    same, other = Verdict.SAME, Verdict.NOT_SAME
    with pytest.raises(Problems) as caught:
        Ledger(judged((a, b, same), (a, c, other), (b, c, same), (b, d, same), (d, a, other)))
    assert [error.origin.row for error in caught.value.errors] == [3, 6]


def test_of_many_contradictions_with_long_chains_the_first_are_shown_with_their_ends() -> None:
    names = [f"http://x/{number:04}" for number in range(2_000)]
    rows = [(left, right, Verdict.SAME) for left, right in pairwise(names)]
    with pytest.raises(Problems) as caught:
        Ledger(judged(*rows, *((names[0], name, Verdict.NOT_SAME) for name in names[1_000:])))
    assert len(caught.value.errors) == 6
    assert len(str(caught.value)) < 20_000
    assert "… 990 more rows …" in caught.value.errors[0].fact
    assert (
        caught.value.errors[-1].fact
        == "995 more rows that say not-same are contradicted by rows that say same"
    )


def test_an_older_date_does_not_replace() -> None:
    a, b, *_ = NAMES
    newer, older = judged((a, b, Verdict.UNSURE), (a, b, Verdict.SAME))
    with pytest.raises(IdentityError, match="not dated after the first"):
        Ledger((older, newer))


def test_unsure_joins_nothing_and_is_listed() -> None:
    a, b, c, *_ = NAMES
    ledger = Ledger(judged((a, b, Verdict.UNSURE), (b, c, Verdict.SAME)))
    assert ledger.canonical == {c: b}
    assert [row.row for row in ledger.unsure] == [2]


def test_open_takes_a_judgement_back() -> None:
    a, b, *_ = NAMES
    ledger = Ledger(judged((a, b, Verdict.SAME), (a, b, Verdict.OPEN)))
    assert (dict(ledger.canonical), dict(ledger.standing), ledger.unsure) == ({}, {}, ())
    assert ledger.answers().is_open(a, b)


def test_a_long_chain_is_no_recursion() -> None:
    names = [f"http://x/{number}" for number in range(20_000)]
    ledger = Ledger(
        judged(
            *((left, right, Verdict.SAME) for left, right in zip(names[1:], names, strict=False))
        )
    )
    assert set(ledger.canonical.values()) == {names[1]}


def test_names_of_sources_have_a_rank_below_the_iris_that_last() -> None:
    rows = (
        PersistentIRI("http://x/person/Ngũgĩ", "http://x/person/kivu/Ngugi", "2024-01-02", ("http://x/person/Ngugi",)),
        PersistentIRI("http://x/person/王全璋", "http://x/person/weiquan/1", "2023-01-02"),
    )  # fmt: skip
    ledger = Ledger(judged((NAMES[0], NAMES[1], Verdict.SAME)), persistent=rows)
    assert list(ledger.rank) == [
        "http://x/person/王全璋", "http://x/person/Ngũgĩ", NAMES[0], NAMES[1],
        "http://x/person/weiquan/1", "http://x/person/kivu/Ngugi", "http://x/person/Ngugi",
    ]  # fmt: skip


def test_only_what_an_authority_has_a_name_for_has_links() -> None:
    authority = "http://www.wikidata.org/entity/Q42"
    ledger = Ledger(judged((NAMES[0], NAMES[1], Verdict.SAME), (NAMES[2], authority, Verdict.SAME)))
    assert ledger.links == {NAMES[2]: (authority,)}
