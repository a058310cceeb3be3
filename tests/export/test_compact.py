"""The choice of keys and forms, and its agreement with a JSON-LD processor on whatever context."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from pyld import jsonld

from hrdgraph.errors import OutputError
from hrdgraph.exports.formats import export
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad

LANG = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
YEAR = "http://www.w3.org/2001/XMLSchema#gYear"
S, P = IRI("http://e.org/s"), IRI("http://e.org/p")
VALUES = [Literal("x"), Literal("x", LANG, "fr"), Literal("2011", YEAR), IRI("http://e.org/o")]


def _node(context: dict[str, Any], values: list[Any], tmp_path: Path) -> dict[str, Any]:
    """The one node of a document, which pyld must read as the same quads."""
    path = tmp_path / "context.jsonld"
    path.write_text(json.dumps(context), encoding="utf-8")
    graph = ColumnGraph.from_quads(Quad(S, P, value) for value in values)
    out = io.BytesIO()
    export(graph, "jsonld", out, context=path, base="")
    document = json.loads(out.getvalue())
    assert sorted(
        jsonld.to_rdf(document, {"format": "application/n-quads"}).splitlines()
    ) == sorted(graph.lines())
    (node,) = document["@graph"]
    return {key: value for key, value in node.items() if key != "@id"}


WRAPPED = {"@value": "x"}
TAGGED = {"@value": "x", "@language": "fr"}
DATED = {"@value": "2011", "@type": YEAR}
LINK = {"@id": "http://e.org/o"}


@pytest.mark.parametrize(
    ("context", "node"),
    [
        ({}, {"http://e.org/p": [DATED, "x", TAGGED, LINK]}),
        ({"p": "http://e.org/p"}, {"p": [DATED, "x", TAGGED, LINK]}),
        (
            {"p": {"@id": "http://e.org/p", "@type": "@id"}},
            {"p": [DATED, WRAPPED, TAGGED, "http://e.org/o"]},
        ),
        ({"p": {"@id": "http://e.org/p", "@type": YEAR}}, {"p": ["2011", WRAPPED, TAGGED, LINK]}),
        ({"p": {"@id": "http://e.org/p", "@language": "FR"}}, {"p": [DATED, WRAPPED, "x", LINK]}),
        ({"@language": "fr", "p": "http://e.org/p"}, {"p": [DATED, WRAPPED, "x", LINK]}),
        (
            {"@language": "fr", "p": {"@id": "http://e.org/p", "@language": None}},
            {"p": [DATED, "x", TAGGED, LINK]},
        ),
        (
            {"p": {"@id": "http://e.org/p", "@container": "@language"}},
            {"http://e.org/p": [DATED, LINK], "p": {"@none": "x", "fr": "x"}},
        ),
        (
            {"p": {"@id": "http://e.org/p", "@container": "@list"}},
            {"http://e.org/p": [DATED, "x", TAGGED, LINK]},
        ),
        (
            {"p": {"@id": "http://e.org/p", "@type": "@json"}},
            {"http://e.org/p": [DATED, "x", TAGGED, LINK]},
        ),
        (
            {"p": {"@id": "http://e.org/p", "@type": "@vocab"}, "o": "http://e.org/o"},
            {"p": [DATED, WRAPPED, TAGGED, "o"]},
        ),
        (
            {
                "a": {"@id": "http://e.org/p", "@type": "@id"},
                "b": {"@id": "http://e.org/p", "@type": YEAR},
                "c": "http://e.org/p",
            },
            {"a": "http://e.org/o", "b": "2011", "c": ["x", TAGGED]},
        ),
    ],
)
def test_forms(context: dict[str, Any], node: dict[str, Any], tmp_path: Path) -> None:
    assert _node(context, VALUES, tmp_path) == node


def test_a_set_is_always_a_list(tmp_path: Path) -> None:
    context = {"p": {"@id": "http://e.org/p", "@container": ["@set", "@language"]}}
    assert _node(context, [Literal("x", LANG, "fr")], tmp_path) == {"p": {"fr": ["x"]}}


def test_a_language_that_is_called_like_a_keyword_is_no_key(tmp_path: Path) -> None:
    """A streaming reader takes `id`, the tag of Indonesian, for the address of the node."""
    names = {"@id": "http://e.org/p", "@container": ["@set", "@language"]}
    values = [Literal("x", LANG, "id"), Literal("y", LANG, "fr")]
    assert _node({"id": "@id", "p": names}, values, tmp_path) == {
        "id": "http://e.org/s",
        "p": {"fr": ["y"]},
        "http://e.org/p": {"@value": "x", "@language": "id"},
    }


def test_the_shortest_names_win(tmp_path: Path) -> None:
    context = {"e": "http://e.org/", "o": "http://e.org/o", "p": {"@id": "e:p", "@type": "@id"}}
    assert _node(context, [IRI("http://e.org/o/x")], tmp_path) == {"p": "e:o/x"}


def test_an_iri_that_the_context_would_change(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="read as a prefixed name") as caught:
        _node({"urn": "http://e.org/urn/"}, [IRI("urn:x:1")], tmp_path)
    assert "<urn:x:1>" in caught.value.fact


def test_escapes_that_json_does_not_know(context: Path) -> None:
    text = ColumnGraph.from_quads([Quad(S, P, Literal("x"))]).text()
    graph = ColumnGraph.from_text(
        text.with_columns(o=text["o"].replace('"x"', '"\\U0001F56F \\\'"'))
    )
    out = io.BytesIO()
    export(graph, "jsonld", out, context=context, base="")
    (node,) = json.loads(out.getvalue())["@graph"]
    assert node["http://e.org/p"] == "🕯 '"
