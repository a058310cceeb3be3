"""Answers of columns as JSON are byte for byte what Oxigraph writes of the same table."""

from __future__ import annotations

import pyoxigraph as ox
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.parts import examples
from tests.sparql.generated import graphs, queries

from hrdgraph.errors import QueryError
from hrdgraph.rdf import IRI, BlankNode, ColumnGraph, Literal, Quad, Term
from hrdgraph.sparql import ColumnAnswers, Untranslated
from hrdgraph.sparql.reader import ColumnAnswer
from hrdgraph.sparql.worker_main import json_parts
from hrdgraph.vocab import RDF, XSD

LANG = RDF.langString.value
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
terms = st.one_of(
    words.map(Literal),
    st.builds(lambda text: Literal(text, LANG, "en-gb"), words),
    st.builds(lambda text: Literal(text, "http://e/type"), words),
    st.sampled_from([Literal("1.5", XSD.decimal.value), BlankNode("b"), IRI("http://e/é?a=b&c")]),
    st.sampled_from(["a\\u0041", '"},{"', "\\", "\x7f\x01\r\x1f", '"@en', '"^^<x>']).map(Literal),
)


def by_oxigraph(answer: ColumnAnswer) -> bytes:
    raw = ox.parse_query_results(answer.stream(), format=ox.QueryResultsFormat.TSV)
    assert isinstance(raw, ox.QuerySolutions)
    return raw.serialize(format=ox.QueryResultsFormat.JSON) or b""


@settings(max_examples=examples(500))
@given(st.lists(terms, max_size=5))
def test_terms_are_written_alike(objects: list[Term]) -> None:
    s, p = IRI("http://e/s"), IRI("http://e/p")
    graph = ColumnGraph.from_quads(Quad(s, p, one) for one in objects)
    found = ColumnAnswers.of(graph).find_solutions("SELECT ?o ?none ?s WHERE { ?s ?p ?o }")
    assert b"".join(json_parts(found)) == by_oxigraph(found)


@settings(max_examples=examples(500), suppress_health_check=list(HealthCheck))
@given(graphs(), queries())
def test_answers_are_written_alike(graph: ColumnGraph, text: str) -> None:
    try:
        found = ColumnAnswers.of(graph).find_solutions(text)
    except (Untranslated, QueryError):
        return
    if found.form == "select":
        assert b"".join(json_parts(found)) == by_oxigraph(found)
