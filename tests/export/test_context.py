"""Contexts: what is understood, and what is refused with its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hrdgraph.errors import OntologyError
from hrdgraph.exports.jsonld import read_context

PROJECT_CONTEXT = Path(__file__).parents[2] / "ontology" / "context.jsonld"


def _file(tmp_path: Path, document: object) -> Path:
    path = tmp_path / "context.jsonld"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_definitions(context: Path) -> None:
    read = read_context(context)
    by_name = {item.name: item for item in read.definitions}
    assert by_name["date"].type == "http://id.loc.gov/datatypes/edtf"
    assert by_name["altLabel"].container == {"@language", "@set"}
    assert by_name["titleFr"].language == "fr"
    assert by_name["title"].language is None
    assert "editions" not in by_name, "a reverse property cannot carry a value"
    assert read.prefixes["foaf"] == "http://xmlns.com/foaf/0.1/"
    assert "Award" not in read.prefixes
    assert read.keywords["@type"] == "type"
    assert read.keywords["@graph"] == "@graph"


def test_a_term_of_the_default_vocabulary(tmp_path: Path) -> None:
    read = read_context(_file(tmp_path, {"@vocab": "http://e.org/", "name": {"@language": "fr"}}))
    assert [(item.name, item.iri) for item in read.definitions] == [("name", "http://e.org/name")]


@pytest.mark.parametrize(
    ("document", "fact", "node"),
    [
        ({"a": {"@id": "http://e.org/a", "@context": {}}}, "'@context' is not known", "a"),
        ({"a": {"@id": "http://e.org/a", "@index": "b"}}, "'@index' is not known", "a"),
        ({"@import": "http://e.org/"}, "'@import'", None),
        ({"a": "b", "b": "a"}, "it contains itself", "a"),
        ({"a": "nothing"}, "'nothing' is not a whole IRI", None),
        ({"a": {"@id": 5}}, '"@id" is missing', "a"),
        (["http://e.org/context"], "write it like {.@context", None),
    ],
)
def test_what_is_refused(document: object, fact: str, node: str | None, tmp_path: Path) -> None:
    path = _file(tmp_path, {"@context": document})
    with pytest.raises(OntologyError, match=fact) as caught:
        read_context(path)
    assert caught.value.origin.file == str(path)
    assert caught.value.origin.node == node


def test_text_that_is_not_json(tmp_path: Path) -> None:
    (tmp_path / "context.jsonld").write_text('{\n"a": }', encoding="utf-8")
    with pytest.raises(OntologyError, match="not valid JSON") as caught:
        read_context(tmp_path / "context.jsonld")
    assert caught.value.origin.line == 2


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(OntologyError, match="No such file") as caught:
        read_context(tmp_path / "context.jsonld")
    assert "ontology/context.jsonld" in caught.value.hint


def test_the_project_context_is_understood() -> None:
    assert len(read_context(PROJECT_CONTEXT).definitions) > 50
