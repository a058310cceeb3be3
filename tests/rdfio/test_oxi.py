"""Terms to pyoxigraph and back, and what neither side can say."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.errors import HrdgraphError
from hrdgraph.rdf import IRI, BlankNode, Literal, Quad, Term
from hrdgraph.rdfio.oxi import from_ox, ox_from_text, ox_quad, quad_from_ox, to_ox
from hrdgraph.vocab import RDF, XSD

S, P = IRI("http://example.org/s"), IRI("http://example.org/p")
texts = st.text(st.characters(codec="utf-8"))
terms = st.one_of(
    st.sampled_from([S, IRI("urn:x:é"), BlankNode("b1")]),
    st.builds(Literal, texts),
    st.builds(Literal, texts, st.just(XSD.decimal.value)),
    st.builds(Literal, texts, st.just(RDF.langString.value), st.sampled_from(["en", "pt-br"])),
)


@given(terms)
def test_terms_come_back(term: Term) -> None:
    assert from_ox(to_ox(term)) == term


@given(terms)
def test_the_text_of_a_term_is_the_term(term: Term) -> None:
    assert from_ox(ox_from_text(term.n3())) == term


@pytest.mark.parametrize("graph", [None, IRI("http://example.org/g"), BlankNode("g")])
def test_quads_come_back(graph: IRI | BlankNode | None) -> None:
    quad = Quad(S, P, Literal("x"), graph)
    assert quad_from_ox(ox_quad(quad)) == quad


def test_a_triple_goes_to_the_default_graph() -> None:
    quad = Quad(S, P, Literal("x"))
    assert quad_from_ox(ox_quad(quad).triple) == quad


def test_language_tags_come_back_in_lower_case() -> None:
    """Why columns, and not the library, carry literals to the exports."""
    assert from_ox(to_ox(Literal("x", RDF.langString.value, "EN-gb"))) == Literal(
        "x", RDF.langString.value, "en-gb"
    )


@pytest.mark.parametrize(
    "term",
    [
        IRI("no scheme"),
        IRI("http://e/a b"),
        Literal("x", "not an iri"),
        Literal("x", RDF.langString.value, "much-too-long-a-tag"),
    ],
)
def test_what_is_no_rdf_is_an_error_with_a_hint(term: Term) -> None:
    with pytest.raises(HrdgraphError, match="not valid") as caught:
        to_ox(term)
    assert caught.value.hint


@pytest.mark.parametrize(
    "term",
    [
        ox.Triple(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal("x")),
        ox.Literal("x", language="ar", direction=ox.BaseDirection.RTL),
    ],
)
def test_terms_of_rdf_1_2_are_not_silently_cut(term: ox.Triple | ox.Literal) -> None:
    with pytest.raises(HrdgraphError, match=r"RDF 1\.2"):
        from_ox(term)
