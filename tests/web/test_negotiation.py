"""Content negotiation by the book: what fits best, and nothing where nothing fits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.web.endpoint.negotiation import THING, best_language, choose


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("", "page"),
        ("*/*", "page"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "page"),
        ("text/turtle", "ttl"),
        ("TEXT/TURTLE", "ttl"),
        ("text/turtle;q=0.5, application/ld+json", "jsonld"),
        ("application/*", "page"),
        ("application/ld+json;q=0.2, text/*;q=0.1", "jsonld"),
        ("text/html;q=0, */*", "page"),
        ("text/html;q=0, application/xhtml+xml;q=0, */*", "ttl"),
        ("application/n-triples, text/turtle;q=0.9", "nt"),
        ("image/png", None),
        ("application/rdf+xml", "rdf"),
        ("text/turtle;q=0", None),
        ("text/turtle;q=nonsense", None),
        ("text/html;q=nan, text/turtle;q=0.1", "ttl"),
        ('text/turtle;profile="a,b";q=1', "ttl"),
    ],
)
def test_golden(accept: str, wanted: str | None) -> None:
    media = choose(accept, THING)
    assert (media and media.name) == wanted


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("fr-CA,en;q=0.8", "fr"),
        ("de, es;q=0.4", "es"),
        ("de", "en"),
        ("*", "en"),
        ("fr;q=0, es;q=0.1", "es"),
    ],
)
def test_languages(header: str, wanted: str) -> None:
    assert best_language(header, ("en", "fr", "es")) == wanted


@given(st.text(max_size=60))
def test_no_header_is_a_fault(header: str) -> None:
    assert choose(header, THING) in {*THING, None}
    assert best_language(header, ("en", "fr")) in ("en", "fr")
