"""Search beyond exact names: small mistakes, endings of other languages, what is said beside a name; and never much work."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.parts import examples

from hrdgraph.exports.folding import fold
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.search_index import TextSearch, between, has_words, words_for

NAMES = [("igor kalyapin", "igor kaliapine"), ("natalia estemirova",), ("joint mobile group",)]
SEARCH = TextSearch(NAMES, ["russia lawyer", "russia", "group of lawyers"])


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("kalyapn", [0]),
        ("klayapin", [0]),
        ("kaliapine igor", [0]),
        ("estemirowa", [1]),
        ("natalja estemirova", [1]),
        ("estemirovskaya", []),
        ("mobil", [2]),
        ("igr", []),  # another short word is another word
        ("xyzzy", []),
        ("", []),
    ],
)
def test_small_mistakes_are_forgiven(typed: str, found: list[int]) -> None:
    assert SEARCH.similar(typed.split(), 10) == found


def test_what_stands_beside_a_name_is_found() -> None:
    assert sorted(SEARCH.beside(["russia"], 10)) == [0, 1]
    assert SEARCH.beside(["lawy", "igor"], 10) == [0]
    assert SEARCH.beside(["nobody"], 10) == []


@pytest.mark.parametrize(
    ("word", "other", "far"),
    [
        ("abcd", "abdc", 1),
        ("abc", "abd", -1),
        ("rossiya", "rossiiskaya", 3),
        ("abcdefgh", "abcdxfgy", 2),
    ],
)
def test_how_unlike_two_words_are(word: str, other: str, far: int) -> None:
    assert between(word, other) == far


@settings(max_examples=examples(300), deadline=None)
@given(st.text(max_size=80))
def test_whatever_is_typed_is_no_error(text: str) -> None:
    words = fold(text).split()
    SEARCH.similar(words, 5)
    SEARCH.beside(words, 5)
    SEARCH.beside(text.split(), 5)
    SEARCH.similar(text.split(), 5)


def test_long_texts_take_no_more_than_a_moment() -> None:
    names = [(f"{'abcdefgh' * 3} {at}" * 8,) for at in range(400)]
    search = TextSearch(names, [""] * 400)
    before = time.thread_time()
    search.similar(["abcdefgi" * 60] * 400, 20)
    search.beside(["a" * 30_000] * 400, 20)
    assert time.thread_time() - before < 2.0


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("kalyapn", "Igor Kalyapin"),
        ("Калязин", ""),
        ("Россия", "Russian Federation"),
        ("Эстемирова", "Natalia Estemirova"),
        ("nobel peace prize", "Nobel Peace Prize"),
        ("lawyer rusia", ""),
    ],
)
def test_names_are_found_in_any_script_and_with_mistakes(
    pages: Pages, typed: str, label: str
) -> None:
    found = [row.names[0] for row in pages.index.search(typed, 20)]
    assert label in found if label else True
    assert len(found) == len(set(found)) or found


def test_people_are_found_by_what_they_do_and_where(pages: Pages) -> None:
    rows = pages.index.search("lawyer russia", 20)
    assert rows
    assert all("country/RU" in row.values["country"] for row in rows)


def test_exact_names_come_first(pages: Pages) -> None:
    rows = pages.index.search("igor kalyapin", 20)
    assert rows[0].names[0] == "Igor Kalyapin"
    assert pages.index.search("kalyapn", 20, beyond=False) == []


def test_an_award_comes_before_who_has_it_whatever_awards_are_called(pages: Pages) -> None:
    for typed in ("prix nobel", "premio nobel", "Nobel prize", "prix nobel de la paix", "premio nobel de la paz"):  # fmt: skip
        rows = pages.index.search(typed, 20)
        assert rows[0].thing.key == "award/nobel-peace-prize", typed
    assert "person" in {row.thing.kind for row in pages.index.search("prix nobel", 20)}
    assert pages.index.search("prix", 20)[0].names  # the word alone is a word like others


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("prix Martin Ennals", "martin-ennals-award"),
        ("premio martin ennals", "martin-ennals-award"),
        ("premio Olof Palme", "olof-palme-prize"),  # named in French only
        ("prix Lantos des droits de l'homme", "lantos-prize"),  # named in English only
        ("premio lantos de derechos humanos", "lantos-prize"),
        ("tulipe des droits humains", "human-rights-tulip"),
        ("médaille Robert Schuman", "robert-schuman-medal"),
        ("prix nobel alternatif", "right-livelihood-award"),
    ],
)
def test_awards_are_found_by_the_words_of_other_languages(
    pages: Pages, typed: str, key: str
) -> None:
    assert pages.index.search(typed, 5)[0].thing.key == f"award/{key}"
    assert pages.index.search(typed, 5, beyond=False)[0].thing.key == f"award/{key}"


def test_small_words_alone_are_no_award() -> None:
    known = words_for(["olof palme prize"])
    assert has_words(known, ["premio", "de", "palme"])
    assert not has_words(known, ["de", "la"])
    assert not has_words(known, ["prix", "nobel"])
    assert {"prix", "premio", "award"} <= known


def test_editions_come_last_unless_a_year_is_typed(pages: Pages) -> None:
    kinds = [row.thing.kind for row in pages.index.search("prix nobel de la paix")]
    assert kinds[0] == "award"
    assert kinds.index("edition") > kinds.index("person")
    assert pages.index.search("prix nobel de la paix 2022")[0].thing.key.endswith("/2022")
