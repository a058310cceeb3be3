"""The files of a build are put into words piece by piece, and are the same as in one piece."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.errors import OutputError
from hrdgraph.exports.formats import BUILD_FORMATS
from hrdgraph.exports.graph_texts import ExportOptions, GraphTexts
from hrdgraph.rdf import IRI, BlankNode, ColumnGraph, Literal, Quad
from hrdgraph.vocab import HRDV, RDF, SKOS, XSD

CONTEXT, BASE = Path(__file__).parent / "context.jsonld", "https://w3id.org/hrdgraph/id/"
SUBJECTS = [IRI(f"{BASE}a/1"), IRI(f"{BASE}é/1"), IRI(f"{HRDV}outcome/laureate"), BlankNode("b1")]
OBJECTS = [*SUBJECTS, Literal("é", RDF.langString.value, "fr"), Literal("7", XSD.integer.value)]
GRAPHS = [None, IRI("http://e.org/g1"), IRI(f"{HRDV}graph/g2")]
PREDICATES = [RDF.type, SKOS.prefLabel, IRI("http://e.org/p")]
QUADS = st.builds(Quad, *map(st.sampled_from, (SUBJECTS, PREDICATES, OBJECTS, GRAPHS)))


@given(st.lists(QUADS, max_size=60))
def test_pieces_make_the_whole(quads: list[Quad]) -> None:
    graph = ColumnGraph.from_quads(quads)
    for write in BUILD_FORMATS.values():
        in_pieces, at_once = (
            b"".join(write(GraphTexts.of(graph, ExportOptions(CONTEXT, BASE, rows_at_once=rows))))
            for rows in (3, 1000)
        )
        assert in_pieces == at_once


def test_what_a_format_cannot_say_is_refused_before_anything_is_written() -> None:
    text = ColumnGraph.from_quads([Quad(SUBJECTS[0], RDF.type, SUBJECTS[1])]).text()
    bad = ColumnGraph.from_text(text.with_columns(text["s"].str.replace("a/1", r"a/\u0020")))
    with pytest.raises(OutputError):
        BUILD_FORMATS["jsonld"](GraphTexts.of(bad, ExportOptions(CONTEXT, BASE)))
