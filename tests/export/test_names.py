"""Short names: only where they mean the IRI they were made from."""

from __future__ import annotations

from urllib.parse import urljoin

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.exports.graph_texts import ANY_LOCAL, IriShortener, scheme_counts, with_schemes

BASE = "https://w3id.org/hrdgraph/id/"
NAMES = IriShortener.of(
    {"e": "http://e.org/", "long": "http://e.org/long/", "alias": "http://e.org/"}, BASE
)


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        ("http://e.org/a", "alias:a"),
        ("http://e.org/long/a", "long:a"),
        ("http://e.org/a.b-c_1", "alias:a.b-c_1"),
        ("http://e.org/a.", None),
        ("http://e.org/a/b", None),
        ("http://e.org/", None),
        ("http://f.org/a", None),
    ],
)
def test_prefixed(iri: str, name: str | None) -> None:
    assert NAMES.add_prefixes(pl.Series([iri])).to_list() == [name]


def test_prefixed_with_any_local_name() -> None:
    assert NAMES.add_prefixes(
        pl.Series(["http://e.org/a/b", "http://e.org//b", None]), ANY_LOCAL
    ).to_list() == ["alias:a/b", None, None]


@pytest.mark.parametrize(
    "rest", ["a", "/a/b", "a//b", "../a/b", "a/../b", "a/.b", "a:b/c", "a/b?c", "a/b#c", "", "a/"]
)
def test_references_that_would_not_come_back(rest: str) -> None:
    assert NAMES.relative(pl.Series([BASE + rest])).to_list() == [None]


@given(st.text(st.sampled_from("ab1-_.~%/é漢@=+,;:?#'"), max_size=12))
def test_a_reference_resolves_to_its_iri(rest: str) -> None:
    (reference,) = NAMES.relative(pl.Series([BASE + rest]))
    assert reference is None or urljoin(BASE, reference) == BASE + rest


def test_a_base_that_references_cannot_join() -> None:
    assert IriShortener.of({}, "https://e.org/id#").relative(
        pl.Series(["https://e.org/id#a/b"])
    ).to_list() == [None]


def test_schemes_get_prefixes_but_never_replace_one() -> None:
    vocabulary = "https://w3id.org/hrdgraph/vocabulary/"
    iris = pl.Series([vocabulary + "outcome/laureate", vocabulary + "org/x", vocabulary + "plain"])
    declared = with_schemes(scheme_counts(iris), {"org": "http://www.w3.org/ns/org#"})
    assert declared == {"outcome": vocabulary + "outcome/", "org": "http://www.w3.org/ns/org#"}
