"""An IRI that a person has from an older version leads on: in a query that is typed, in what is explained, exported and asked."""

from __future__ import annotations

from pathlib import Path

import pytest

import hrdgraph
from hrdgraph.cli.app import run

BASE = "https://example.org/id/"
OLD, NEW = f"{BASE}person/example/Ada_Example", f"{BASE}person/Ada_Example"
WORDS = {"en": "is the old name of", "fr": "est l’ancien nom de", "es": "es el nombre antiguo de"}


def test_a_query_with_an_old_iri_says_which_one_stands_for_it(
    small_built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = f"PREFIX p: <{BASE}person/example/> SELECT ?label {{ <{OLD}> skos:prefLabel ?label . p:Berta_Example ?p ?o }}"
    for language, words in WORDS.items():
        assert run(["query", asked, "-p", str(small_built), "-f", "csv", "--lang", language]) == 0
        said = capsys.readouterr()
        assert f"{OLD} {words} {NEW}." in said.err
        assert f"person/example/Berta_Example {words} {BASE}person/Berta_Example." in said.err
        assert said.out.split() == ["label"]  # the answer is that of the query as it stands
    assert run(["query", f"ASK {{ <{NEW}> ?p ?o }}", "-p", str(small_built)]) == 0
    assert capsys.readouterr().err == ""


def test_an_old_iri_is_followed_where_a_thing_is_meant(small_built: Path) -> None:
    for name in (OLD, "person/example/Ada_Example", f"<{OLD}>"):
        graph = hrdgraph.open(small_built)
        assert f"<{NEW}>" in graph.entity(name).terms.to_list()
        assert graph.explain(name).facts
        assert [row["name"] for row in graph.query("names-of-thing", thing=name, lang="en")] == [
            "Ada Example"
        ]
    output = str(small_built / "ada.nt")
    asked = ["export", "-p", str(small_built), "-e", OLD, "-f", "nt", "-o", output, "--anyway"]
    assert run(asked) == 0
    assert f'<{NEW}> <http://www.w3.org/2004/02/skos/core#prefLabel> "Ada Example"' in Path(
        output
    ).read_text("utf-8")
