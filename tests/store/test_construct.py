"""What a CONSTRUCT query makes is the same as columns and as Python values, whatever is in its
terms; and it stands in the graph that is asked for."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.parts import examples

from hrdgraph.rdf import IRI, BlankNode, ColumnGraph, Literal, Quad, Term
from hrdgraph.store.contract import GraphAnswer
from hrdgraph.store.oxigraph import OxigraphStore
from hrdgraph.vocab import RDF, XSD

TEXT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
LANG = RDF.langString.value
terms = st.one_of(
    words.map(Literal),
    st.builds(lambda text: Literal(text, LANG, "en-GB"), words),
    st.sampled_from([Literal("1.50", XSD.decimal.value), BlankNode("b"), IRI("http://e/é")]),
    st.sampled_from(["a b . <c>", '" .\n', "\\u0041", "\u2028", "\x7f\x01\r"]).map(Literal),
)


@settings(max_examples=examples(500))
@given(st.lists(terms, max_size=4))
def test_triples_are_those_of_the_answer(objects: list[Term]) -> None:
    s, p, g = IRI("http://e/s"), IRI("http://e/p"), IRI("http://e/g")
    with OxigraphStore.create() as store:
        store.add(ColumnGraph.from_quads(Quad(s, p, one, g) for one in objects))
        answer = store.query(TEXT)
        assert isinstance(answer, GraphAnswer)
        assert store.construct(TEXT) == ColumnGraph.from_quads(answer)
        named = (quad._replace(graph=g) for quad in answer)
        assert store.construct(TEXT, graph=g) == ColumnGraph.from_quads(named)
