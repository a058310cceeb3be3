"""What is done to compare many records loses no pair, changes no score, and is the same by however many processes."""

from __future__ import annotations

import os
import random
from functools import cache
from itertools import combinations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.parts import examples

from hrdgraph.errors import IdentityError
from hrdgraph.identity import Ledger
from hrdgraph.identity.matching import compare, propose
from hrdgraph.identity.matching.blocking import HERE, candidates, workers
from hrdgraph.identity.matching.prefilter import Sieve, alike, bounds, within_bounds
from hrdgraph.identity.matching.propose import proposals_table
from hrdgraph.identity.names.sounds import ALIKE, EXCHANGE, VOWELS, likeness, sounds
from hrdgraph.identity.records import Record, SharedContext

# Letters and syllables that meet in one word more often than chance would have it.
PIECES = [
    "a",
    "e",
    "i",
    "o",
    "u",
    "ya",
    "y",
    "w",
    "j",
    "h",
    "kh",
    "sh",
    "ch",
    "zh",
    "ts",
    "l",
    "m",
    "n",
    "r",
    "t",
    "d",
    "p",
    "b",
    "f",
    "v",
    "s",
    "z",
    "g",
    "k",
    "x",
    "c",
    "v",
    "w",
    "ph",
    "ou",
]
NAMES = [
    "Igor", "Игорь", "Oleg", "Kalyapin", "Каляпин", "Kaliapine", "إيجور", "محمد", "Muhammad", "Mohamed", "Ahmad", "Abd al-Hadi", "عبد الهادي",
    "Abdulhadi", "Petrov", "Petrova", "Петрова", "Petrovich", "Petrovna", "bin Salman", "van der", "Anna", "Maria", "Anna-Maria", "Annamaria", "Do",
    "De", "Quang", "刘晓波", "Liu", "Xiaobo", "김대중", "Kim", "I.", "P.", "A", "(née Ruiz)", "née Otero", "Dr.", "Jr.", "\"Che\"", "Mario", "Łukasz",
    "Lukasz", "Ңg", "7", "محمود", "Alkhawaja", "الخواجة", "O'Neil", "Wawowi", "Vavovi", "h", "y",
]  # fmt: skip
BODIES = [
    "Committee", "Комитет", "against", "против", "Torture", "пыток", "for Human Rights", "League", "of Women", "Memorial", "Мемориал", "(CAT)",
    "CAT", "FIDH", "F.I.D.H.", "e.V.", "Pro", "Igual", "Igwal", "Vesna", "Wesna", "2000", "Russia", "России", "[KPP]", "the", "Centre", "MEMORIAL",
]  # fmt: skip

word = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join)
of_person = st.lists(st.sampled_from(NAMES) | word, min_size=0, max_size=4).map(" ".join)
of_body = st.lists(st.sampled_from(BODIES) | word, min_size=0, max_size=4).map(" ".join)


@st.composite
def records(draw: st.DrawFn) -> list[Record]:
    """A few records, the names of some of them changed a little from those of others."""
    made: list[Record] = []
    for number in range(draw(st.integers(2, 6))):
        kind = draw(st.sampled_from(["person", "person", "organisation", "award", ""]))
        names = draw(st.lists(of_person if kind == "person" else of_body, min_size=1, max_size=2))
        if made and draw(st.booleans()):
            names.append(_changed(draw, draw(st.sampled_from(made)).names[0]))
        made.append(
            Record(
                f"http://x/{number}",
                kind,
                tuple(names),
                birth=draw(st.sampled_from([None, None, 1950, 1951])),
                countries=frozenset(draw(st.sampled_from([[], ["RU"], ["FR"]]))),
                contexts=frozenset(
                    draw(st.sampled_from([[], [SharedContext("award", "http://x/prize")]]))
                ),
                identifiers=frozenset(
                    draw(st.sampled_from([[], [], ["http://www.wikidata.org/entity/Q1"]]))
                ),
            )
        )
    return made


def _changed(draw: st.DrawFn, name: str) -> str:
    parts = name.split()
    if draw(st.booleans()):
        parts.reverse()
    text = " ".join(parts)
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.integers(0, len(text)))
        text = (
            text[:place]
            + draw(st.sampled_from(["", " ", *PIECES]))
            + text[place + draw(st.integers(0, 1)) :]
        )
    return text


def sifted(made: list[Record], pairs: pl.DataFrame) -> set[tuple[int, int]]:
    known = candidates(made).wording
    assert known is not None
    sieve = Sieve.of(made, known)
    sifting = sieve.begin(pairs)
    for choose in (type(sifting).common, type(sifting).rest):
        chosen = choose(sifting)
        sifting = sifting.without(chosen, alike(sieve.asked(chosen)))
    return set(sifting.kept().iter_rows())


def all_pairs(made: list[Record]) -> pl.DataFrame:
    return pl.DataFrame(
        list(combinations(range(len(made)), 2)),
        schema={"left": pl.UInt32, "right": pl.UInt32},
        orient="row",
    )


@settings(max_examples=examples(200), deadline=None)
@given(records())
def test_no_pair_with_a_score_is_sifted_out(made: list[Record]) -> None:
    kept = sifted(made, all_pairs(made))
    for left, right in combinations(range(len(made)), 2):
        if (left, right) not in kept:
            assert compare(made[left], made[right]).score == 0, (made[left], made[right])


@pytest.mark.parametrize(
    ("kind", "left", "right"),
    [
        ("person", "Anna Maria Petrova", "Annamaria Petrova"),
        ("person", "Annamaria Petrova", "Petrova Anna Maria"),
        ("person", "Игорь Петрович Сидоров", "Igor Petrovich Sidorov"),
        ("person", "Igor Petrovich Sidorov", "Igor Sidorov Khan"),
        ("person", "Наталья Хусаиновна Эстемирова", "Natalia Estemirova"),
        ("person", "Maria Otero (née Ruiz)", "Maria Ruiz"),
        ("person", "I. Kalyapin", "Igor Kalyapin"),
        ("person", "Abd al-Hadi al-Khawaja", "عبد الهادي الخواجة"),
        ("person", "Anna Maria Petrova", "Annamaria Petrova Khan"),
        ("person", "Sarah Petrov", "Sara Petrov"),
        ("person", "刘晓波", "Xiaobo Liu"),
        ("person", "محمد الخواجة", "Mohamed Alkhawaja"),
        ("organisation", "CAT", "Committee Against Torture"),
        ("organisation", "MHR", "Memorial for Human Rights"),
        ("organisation", "Committee against Torture", "Комитет против пыток"),
        ("organisation", "Memorial", "Мемориал"),
        ("organisation", "Committee against Torture (KPP)", "КПП"),
    ],
)
def test_two_names_that_are_one_are_kept(kind: str, left: str, right: str) -> None:
    made = [Record("http://x/1", kind, (left,)), Record("http://x/2", kind, (right,))]
    assert compare(*made).score > 0
    assert sifted(made, all_pairs(made)) == {(0, 1)}


def test_bounds_never_tell_apart_words_that_are_alike() -> None:
    dice = random.Random(9)
    pairs = [_two_words(dice) for _ in range(6000)]
    sides = [
        pl.DataFrame(
            [bounds(one[side], unvowelled=one[2 + side]) for one in pairs],
            schema=SCHEMA,
            orient="row",
        )
        for side in (0, 1)
    ]
    within = within_bounds(*sides).to_list()
    close = alike([("|".join(one), "|".join(other), a or b) for one, other, a, b in pairs])
    assert sum(close) > 1000
    assert [
        pair
        for pair, is_close, is_within in zip(pairs, close, within, strict=True)
        if is_close and not is_within
    ] == []
    assert within.count(False) > 0.5 * close.count(False)


SCHEMA = {"own": pl.UInt64, "near": pl.UInt64, "consonants": pl.UInt32, "ending": pl.UInt8}


def _two_words(dice: random.Random) -> tuple[list[str], list[str], bool, bool]:
    """Two words with their spellings, and whether they are without vowels: one spelling of the second is mostly near one of the first."""
    letters = [dice.choice(PIECES) for _ in range(dice.randint(1, 8))]
    changed = list(letters)
    for _ in range(dice.randint(0, 2)):
        place = dice.randrange(len(changed))
        changed[place : place + dice.randint(0, 1)] = [dice.choice(PIECES)]
    others = [["".join(dice.choices(PIECES, k=4))] if dice.random() < 0.2 else [] for _ in range(2)]
    bare = dice.random() < 0.3, dice.random() < 0.1
    return ["".join(letters), *others[0]], [*others[1], "".join(changed)], *bare


def test_a_word_of_hundreds_of_letters_is_not_told_apart() -> None:
    assert bounds(["l" * 2 + "ala" * 300], unvowelled=False)[:2] == (0, 2**64 - 1)


@pytest.mark.heavy
def test_most_pairs_without_a_score_are_sifted_out() -> None:
    made = synthetic(250)
    pairs = all_pairs(made)
    kept = sifted(made, pairs)
    scored = {(a, b) for a, b in pairs.iter_rows() if compare(made[a], made[b]).score > 0}
    assert scored <= kept
    assert len(scored) > 10
    assert len(kept) < 1.2 * len(scored)


@settings(max_examples=examples(50), deadline=None)
@given(records(), st.sampled_from([0.01, 0.3, 0.7]))
def test_proposals_are_those_of_comparing_every_candidate(
    made: list[Record], at_least: float
) -> None:
    found = propose.propose(made, Ledger(), at_least=at_least)
    naive = {
        (made[a].iri, made[b].iri): comparison
        for a, b in candidates(made).pairs.iter_rows()
        if (comparison := compare(made[a], made[b])).score >= at_least
    }
    assert {(item.left.iri, item.right.iri): item.comparison for item in found.best} == naive


def test_with_a_least_score_of_0_every_candidate_is_told() -> None:
    made = synthetic(200)
    found = propose.propose(made, Ledger(), at_least=0)
    assert found.found == found.candidates.pairs.height > 0


def synthetic(count: int) -> list[Record]:
    """People with few given names, a fifth of them twice in another spelling."""
    dice = random.Random(5)
    given_names = ["".join(dice.choices(PIECES, k=4)).title() for _ in range(10)]
    made: list[Record] = []
    while len(made) < count:
        name = f"{dice.choice(given_names)} {''.join(dice.choices(PIECES, k=5)).title()}"
        for text in (name, name.replace("v", "w"))[: 2 if dice.random() < 0.2 else 1]:
            made.append(
                Record(
                    f"http://x/{len(made)}",
                    "person",
                    (text,),
                    countries=frozenset([dice.choice("AB")]),
                )
            )
    return made


def test_every_number_of_processes_gives_the_same_table(monkeypatch: pytest.MonkeyPatch) -> None:
    made = synthetic(600)
    alone = propose.propose(made, Ledger(), at_least=0.1)
    monkeypatch.setattr(propose, "MANY", 1)
    monkeypatch.setattr(propose, "_CHUNK", 100)
    told: list[str] = []
    shared = propose.propose(made, Ledger(), at_least=0.1, jobs=2, progress=told.append)
    assert alone.found > 50
    assert proposals_table(shared.best) == proposals_table(alone.best)
    assert str(shared.candidates) == str(alone.candidates)
    assert told[0] == "reading 600 names"
    assert told[1].startswith("comparing: 0 of ")


def test_results_come_in_the_order_of_their_tasks() -> None:
    with workers(2) as by:
        for some in (by, HERE):
            assert list(some.each(abs, ((n, -n) for n in range(30)))) == [(n, n) for n in range(30)]


def test_a_process_that_is_ended_from_outside_is_an_error_with_a_way_out() -> None:
    with workers(2) as by, pytest.raises(IdentityError, match="--jobs 1"):
        list(by.each(os._exit, [(None, 1)]))


# Two words are alike as they were when each step was worked out without a bound: the recursion that defines the cost.

_DROPPED = {False: {**dict.fromkeys("aeiou", 0.25), "y": 0.15, "w": 0.3, "J": 0.3, "h": 0.3}, True: {**dict.fromkeys("aeiou", 0.05), "y": 0.1, "w": 0.1, "J": 0.4, "h": 0.3}}  # fmt: skip


def plainly(left: str, right: str, bare: bool) -> float:
    if left == right:
        return 1.0
    a, b = sounds(left), sounds(right)
    of_a, of_b = (sum(sound not in "aeiouywJh" for sound in spoken) for spoken in (a, b))
    size = max(of_a, of_b, 1)
    if abs(of_a - of_b) > 0.5 * size + 1:
        return 0.0

    def drop(sound: str) -> float:
        return _DROPPED[bare].get(sound, 1.0)

    def swap(one: str, other: str) -> float:
        if one == other:
            return 0.0
        if bare and one in "aeiouyw" and other in "aeiouyw":
            return 0.1
        return EXCHANGE.get((one, other), 0.45 if one in VOWELS and other in VOWELS else 1.0)

    @cache
    def cost(i: int, j: int) -> float:
        if not i or not j:
            return sum(map(drop, a[:i] or b[:j]))
        return min(
            cost(i - 1, j - 1) + swap(a[i - 1], b[j - 1]),
            cost(i - 1, j) + drop(a[i - 1]),
            cost(i, j - 1) + drop(b[j - 1]),
        )

    found = cost(len(a), len(b))
    ends = {a[-1:], b[-1:]}
    if not bare and len(ends) > 1 and ends & {"a", "o"} and not ends <= {"a", "h", "e"}:
        found = max(found, 0.3 * size)
    return 1 - found / size


@settings(max_examples=examples(400), deadline=None)
@given(word, word, st.data(), st.booleans())
def test_likeness_is_that_of_the_plain_recursion(
    one: str, other: str, data: st.DataObject, bare: bool
) -> None:
    if data.draw(st.booleans()):
        place = data.draw(st.integers(0, len(one)))
        other = (
            one[:place]
            + data.draw(st.sampled_from(PIECES))
            + one[place + data.draw(st.integers(0, 2)) :]
        )
    expected, found = plainly(one, other, bare), likeness(one, other, unvowelled=bare)
    assert found == expected if expected >= ALIKE else found < ALIKE
