"""A mapping that is called by a wrong name is told what it looks like, and only where that is plain."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrdgraph.errors import MappingError
from hrdgraph.mapping.language.reader import read_mapping

YARRRML = "# mine\nprefixes:\n  ex: https://example.org/\nmappings:\n  m: {sources: t.csv~csv}\n"
TURTLE = "# mine\n@prefix rml: <http://w3id.org/rml/> .\n<#m> a rml:TriplesMap .\n"
SPARQL_STYLE = "PREFIX rml: <http://w3id.org/rml/>\n<#m> a rml:TriplesMap .\n"
ENDINGS = "there is: .yml, .yaml, .ttl, .trig, .nt, .nq, .rdf, .jsonld"


@pytest.mark.parametrize(
    ("name", "text", "fact", "hint"),
    [
        (
            "m.yml.txt",
            YARRRML,
            "'.txt' is not known here",
            "it looks like YARRRML: rename it to m.yml",
        ),
        (
            "m.yarrrml",
            YARRRML,
            "'.yarrrml' is not known here",
            "it looks like YARRRML: rename it to m.yml",
        ),
        (
            "my.first.yarrrml",
            YARRRML,
            "'.yarrrml' is not known here",
            "it looks like YARRRML: rename it to my.first.yml",
        ),
        ("m.ttl", YARRRML, "not valid Turtle", "it looks like YARRRML: rename it to m.yml"),
        (
            "m.ttl",
            "mappings: {m: {}}\n",
            "not valid Turtle",
            "it looks like YARRRML: rename it to m.yml",
        ),
        ("m.yml", TURTLE, "not valid YAML", "it looks like Turtle: rename it to m.ttl"),
        ("m.yaml", SPARQL_STYLE, "", "it looks like Turtle: rename it to m.ttl"),
        (
            "m.ttl.txt",
            TURTLE,
            "'.txt' is not known here",
            "it looks like Turtle: rename it to m.ttl",
        ),
        ("m.docx", "words", "'.docx' is not known here", ENDINGS),
        ("m", "words", "'m' is not known here", ENDINGS),
        ("m.yml", "note: '@prefix'\n", "'note' is not allowed here", "there is"),
    ],
)
def test_what_it_looks_like(tmp_path: Path, name: str, text: str, fact: str, hint: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(MappingError) as caught:
        read_mapping(tmp_path / name)
    assert fact in caught.value.fact
    assert hint in caught.value.hint
    assert caught.value.origin.file == str(tmp_path / name)


@pytest.mark.parametrize("name", ["m.ttl", "m.trig"])
def test_turtle_that_is_wrong_keeps_its_hint(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(f"{TURTLE}ex:a a ex:b .\n", encoding="utf-8")
    with pytest.raises(MappingError) as caught:
        read_mapping(tmp_path / name)
    assert "rename" not in caught.value.hint
