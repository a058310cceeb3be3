"""The JSON-LD context: every term of the core has a readable name, and nothing is lost on the way there and back."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from pyld import jsonld

from hrdgraph.ontology import Ontology
from hrdgraph.rdf import IRI, XSD_STRING
from hrdgraph.vocab import HRD, RDF

FILE = Path(__file__).parents[2] / "ontology/context.jsonld"


@pytest.fixture(scope="module")
def context() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))["@context"]
    return found


@pytest.fixture(scope="module")
def meanings(context: dict[str, Any]) -> dict[str, str]:
    """The IRI of every term that is no prefix and no keyword."""
    spaces = {
        name: value
        for name, value in context.items()
        if isinstance(value, str) and value.endswith(("#", "/"))
    }
    terms = {
        name: value
        for name, value in context.items()
        if name not in spaces and not name.startswith("@")
    }
    named = {
        name: value if isinstance(value, str) else value["@id"] for name, value in terms.items()
    }
    split = {
        name: value.split(":", 1) for name, value in named.items() if not value.startswith("@")
    }
    return {name: spaces[prefix] + local for name, (prefix, local) in split.items()}


@pytest.fixture(scope="module")
def lines(background: list[Path], good_files: list[Path]) -> set[str]:
    graph = rdflib.Graph()
    for path in [*background, *good_files]:
        graph.parse(path)
    return set(graph.serialize(format="nt").splitlines()) - {""}


@pytest.fixture(scope="module")
def compacted(context: dict[str, Any], lines: set[str]) -> dict[str, Any]:
    nodes: dict[str, dict[str, Any]] = {}
    for quad in ox.parse("\n".join(sorted(lines)).encode(), format=ox.RdfFormat.N_TRIPLES):
        node = nodes.setdefault(name(quad.subject), {"@id": name(quad.subject)})
        if quad.predicate.value == RDF.type.value:
            node.setdefault("@type", []).append(name(quad.object))
        else:
            node.setdefault(quad.predicate.value, []).append(expanded(quad.object))
    found: dict[str, Any] = jsonld.compact(list(nodes.values()), {"@context": context})
    return found


def name(term: Any) -> str:
    return str(term) if isinstance(term, ox.BlankNode) else str(term.value)


def expanded(term: Any) -> dict[str, str]:
    """A term in expanded JSON-LD."""
    if not isinstance(term, ox.Literal):
        return {"@id": name(term)}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    datatype = term.datatype.value
    return (
        {"@value": term.value}
        if datatype == XSD_STRING
        else {"@value": term.value, "@type": datatype}
    )


def test_it_is_json_ld_1_1_with_a_version_of_its_own() -> None:
    whole = json.loads(FILE.read_text(encoding="utf-8"))
    assert whole["@context"]["@version"] == 1.1
    assert whole["version"] == 1


def test_every_hrd_term_has_its_own_name(ontology: Ontology, meanings: dict[str, str]) -> None:
    ours = {
        iri.value
        for iri in (*ontology.classes, *ontology.properties)
        if iri.value.startswith(str(HRD))
    }
    assert ours - set(meanings.values()) == set()
    assert {
        name for name, iri in meanings.items() if iri in ours and iri != str(HRD) + name
    } == set()


def test_it_names_nothing_that_the_ontology_lacks(
    ontology: Ontology, meanings: dict[str, str]
) -> None:
    assert {
        iri for iri in meanings.values() if iri.startswith(str(HRD)) and IRI(iri) not in ontology
    } == set()


def test_no_two_terms_mean_the_same(meanings: dict[str, str]) -> None:
    assert len(set(meanings.values())) == len(meanings)


def test_names_are_camel_case(meanings: dict[str, str]) -> None:
    assert [name for name in meanings if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", name)] == []


@pytest.mark.heavy
def test_a_conferral_reads_well(compacted: dict[str, Any]) -> None:
    nodes = {node["id"]: node for node in compacted["@graph"]}
    conferral = nodes["https://example.org/good#conferral-group"]
    assert conferral["type"] == "AwardConferral"
    assert conferral["outcome"] == "hrdv:outcome/laureate"
    assert conferral["date"] == "2011-04"
    assert conferral["motivation"] == {
        "en": "for inquiries into torture",
        "fr": "pour ses enquêtes sur la torture",
    }
    assert nodes["https://example.org/good#person"]["name"] == {"@none": "Ana Example"}
    assert not [key for key in conferral if ":" in key]


@pytest.mark.heavy
def test_oxigraph_reads_back_what_was_written(compacted: dict[str, Any], lines: set[str]) -> None:
    text = json.dumps(compacted, ensure_ascii=False).encode()
    assert read(text, ox.RdfFormat.JSON_LD) == read(
        "\n".join(lines).encode(), ox.RdfFormat.N_TRIPLES
    )


def read(text: bytes, syntax: ox.RdfFormat) -> set[str]:
    return {str(quad) for quad in ox.parse(text, format=syntax)}


@pytest.mark.filterwarnings(
    "ignore:.*is deprecated, use Dataset:DeprecationWarning"
)  # rdflib warns of its own JSON-LD reader
def test_rdflib_reads_back_what_was_written(compacted: dict[str, Any], lines: set[str]) -> None:
    graph = rdflib.Graph().parse(data=json.dumps(compacted, ensure_ascii=False), format="json-ld")
    assert set(graph.serialize(format="nt").splitlines()) - {""} == lines


def test_pyld_reads_back_what_was_written(compacted: dict[str, Any], lines: set[str]) -> None:
    text = jsonld.to_rdf(compacted, {"format": "application/n-quads"})
    assert read(text.encode(), ox.RdfFormat.N_QUADS) == read(
        "\n".join(lines).encode(), ox.RdfFormat.N_TRIPLES
    )
