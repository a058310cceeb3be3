"""A document of one shape a key says the triples that it was made of, to every reader, whatever they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld
from tests.parts import examples

from hrdgraph.exports.documents import (
    KEYWORDS,
    LABEL,
    REVERSED,
    DocumentFacts,
    DocumentKeys,
    text_of,
    thing_document,
)
from hrdgraph.exports.jsonld import read_context
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad, parse_term
from hrdgraph.vocab import DCTERMS, FOAF, HRD, OA, RDF, RDFS, SKOS, XSD

CONTEXT = Path(__file__).parents[2] / "ontology/context.jsonld"
KEYS = DocumentKeys(read_context(CONTEXT))
BASE = "https://e.org/id/"
ROOT = IRI(BASE + "person/1")
NODES = [ROOT, *(IRI(BASE + key) for key in ("a", "b/ñ%20ö", "c:d", "award/1", "id"))]
LINKS = [HRD.recipient, HRD.edition, HRD.evidence, HRD.claimStatus, SKOS.exactMatch, OA.hasSource, FOAF.page, IRI("https://e.org/own#link"), IRI("https://e.org/p/q(1)")]  # fmt: skip
TEXTS = [SKOS.prefLabel, SKOS.altLabel, HRD.note, HRD.date, HRD.sha256, HRD.earliest, RDFS.label, HRD.independentPublishers, HRD.planned, DCTERMS.title, HRD.premiseValue, IRI("https://e.org/own#text")]  # fmt: skip
TAGS = ["en", "id", "type", "label", "name", "fr-CA", "zh-Hant", "awards", ""]
TYPES = [XSD.string.value, XSD.integer.value, XSD.boolean.value, XSD.date.value, XSD.decimal.value, "http://id.loc.gov/datatypes/edtf", "https://e.org/own#type"]  # fmt: skip
LEXICAL = ["1", "01", "-0", "true", "1.0", "9" * 30, "2011-05", 'a"b\\c\n\u2028', "é", "@id", ""]


def literals() -> st.SearchStrategy[Literal]:
    text = st.sampled_from(LEXICAL)
    tagged = st.builds(lambda t, tag: Literal(t, language=tag), text, st.sampled_from(TAGS[:-1]))
    tagged = tagged.map(lambda lit: Literal(lit.value, RDF.langString.value, lit.language))
    return st.one_of(tagged, st.builds(Literal, text, st.sampled_from(TYPES)))


def quads() -> st.SearchStrategy[list[Quad]]:
    node = st.sampled_from(NODES)
    link = st.builds(Quad, node, st.sampled_from(LINKS), node)
    text = st.builds(Quad, node, st.sampled_from([*TEXTS, *LINKS]), literals())
    kind = st.builds(Quad, node, st.just(RDF.type), st.sampled_from([FOAF.Person, HRD.Claim, *NODES[1:3]]))  # fmt: skip
    return st.lists(st.one_of(link, text, kind), min_size=1, max_size=25)


def document_of(said: list[Quad]) -> dict[str, Any]:
    graph = ColumnGraph.from_quads([*said, Quad(ROOT, RDF.type, FOAF.Person)])
    outgoing: dict[int, list[tuple[int, int]]] = {}
    for s, p, o in graph.quads.select("s", "p", "o").rows():
        outgoing.setdefault(s, []).append((p, o))
    root = graph.position(ROOT)
    assert root is not None
    facts = DocumentFacts(root, outgoing, lambda at: parse_term(graph.terms[at]), lambda _: "label")
    made: dict[str, Any] = json.loads(text_of(thing_document(facts, KEYS)))
    return made


def meant(said: list[Quad]) -> set[str]:
    lines = {f"{q.subject.n3()} {q.predicate.n3()} {q.object.n3()} ." for q in said}
    return lines | {f"{ROOT.n3()} {RDF.type.n3()} {FOAF.Person.n3()} ."}


def parsed(lines: str) -> set[ox.Triple]:
    found = ox.parse(lines.encode(), format=ox.RdfFormat.N_TRIPLES)
    return {quad.triple for quad in found}


def read_by(reader: str, document: dict[str, Any]) -> set[ox.Triple]:
    text = json.dumps(document)
    if reader == "pyld":
        return parsed(jsonld.to_rdf(document, {"format": "application/n-quads"}))
    if reader == "rdflib":
        graph = rdflib.Graph().parse(data=text, format="json-ld")
        return parsed(graph.serialize(format="nt"))
    return {quad.triple for quad in ox.parse(text.encode(), format=ox.RdfFormat.JSON_LD)}


@settings(max_examples=examples(200), deadline=None)
@given(quads())
def test_every_reader_reads_what_was_said(said: list[Quad]) -> None:
    document = document_of(said)
    expected = parsed("\n".join(sorted(meant(said))))
    assert read_by("pyld", document) == expected
    assert read_by("oxigraph", document) == expected


@settings(max_examples=examples(200), deadline=None)
@given(quads())
def test_each_key_has_one_shape(said: list[Quad]) -> None:
    document = document_of(said)
    shapes: dict[str, set[str]] = {}
    _gather(document, shapes)
    assert {key: kinds for key, kinds in shapes.items() if len(kinds) > 1} == {}


def _gather(value: Any, shapes: dict[str, set[str]]) -> None:
    """The shape of each key: that of a text, a number, an object; of a list and what is in it."""
    if isinstance(value, list):
        for item in value:
            _gather(item, shapes)
    elif isinstance(value, dict) and "@value" not in value:
        for key, inner in value.items():
            if key not in ("@context", "@language"):
                shapes.setdefault(key, set()).add(_shape(inner))
                if not _is_map(inner):
                    _gather(inner, shapes)


def _is_map(value: Any) -> bool:
    return isinstance(value, dict) and "id" not in value and "@value" not in value


def _shape(value: Any) -> str:
    if isinstance(value, list):
        return "list"
    if isinstance(value, dict):
        if _is_map(value):
            return f"map of {min(map(_shape, value.values()), default='')}"
        return "object"
    return "number" if isinstance(value, (int, bool)) else "text"


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph")  # of rdflib's own reader
@pytest.mark.parametrize("reader", ["pyld", "rdflib", "oxigraph"])
def test_the_indonesian_name_is_a_name(reader: str) -> None:
    name = Literal("Nama", RDF.langString.value, "id")
    said = [Quad(ROOT, SKOS.prefLabel, name), Quad(ROOT, SKOS.altLabel, name)]
    document = document_of(said)
    assert read_by(reader, document) == parsed("\n".join(meant(said)))
    assert "id" not in document.get("name", {})


def test_no_key_for_what_points_back_is_a_term_of_the_context() -> None:
    context = json.loads(CONTEXT.read_text("utf-8"))["@context"]
    taken = {*REVERSED.values(), *KEYWORDS, LABEL} & context.keys()
    assert taken == {"id", "type", LABEL}
    assert len(set(REVERSED.values())) == len(REVERSED)


def test_what_is_said_of_a_node_is_said_once_and_the_node_is_named_everywhere() -> None:
    other = NODES[1]
    said = [
        Quad(ROOT, SKOS.exactMatch, other),
        Quad(ROOT, HRD.alternativeTo, other),
        Quad(other, SKOS.prefLabel, Literal("Other")),
        Quad(NODES[2], HRD.recipient, ROOT),
    ]
    document = document_of(said)
    named = [document["alternativeTo"][0], document["exactMatch"][0]]
    assert sorted("name" in node for node in named) == [False, True]
    assert all({"id", "type", "label"} <= node.keys() for node in named)
    assert document["awards"][0]["id"] == NODES[2].value
    assert "recipient" not in document["awards"][0]
