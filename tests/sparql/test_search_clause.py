"""`SERVICE hrd:search` finds what the pages find, in any query, and nothing that is not shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import hrdgraph
from hrdgraph.cli.app import run
from hrdgraph.errors import QueryError
from hrdgraph.library.searching import SearchingGraph
from hrdgraph.project import open_project
from hrdgraph.sparql.search_clause import SearchHit, has_search, with_found
from hrdgraph.vocab import HRD
from hrdgraph.web.pages import Site

FOUND = [SearchHit("https://e.org/a", 0.9, 'An "A"'), SearchHit("https://e.org/b", 0.5, "B")]
CLAUSE = "SERVICE hrd:search { ?s hrd:query 'x y' ; hrd:score ?n ; hrd:matched ?m ; hrd:limit 5 }"


def asked(text: str) -> tuple[str, list[tuple[str, int]]]:
    seen: list[tuple[str, int]] = []

    def search(words: str, most: int) -> list[SearchHit]:
        seen.append((words, most))
        return FOUND

    return with_found(text, search), seen


def test_a_clause_becomes_what_is_found() -> None:
    said, seen = asked(f"SELECT * {{\n{CLAUSE}\n?s a foaf:Person }}")
    assert seen == [("x y", 5)]
    assert (
        '(<https://e.org/a> "0.9"^^<http://www.w3.org/2001/XMLSchema#decimal> "An \\"A\\"")' in said
    )
    assert said.count("\n") == 2
    whole = CLAUSE
    for word in ("search", "query", "score", "matched", "limit"):
        whole = whole.replace(f"hrd:{word}", HRD[word].n3())
    assert asked(f"ASK {{ {whole} }}")[1] == [
        ("x y", 5)
    ]  # as programs write it that resolve prefixes
    parts = 'SERVICE SILENT hrd:search { ?s hrd:query "x"@en . ?s hrd:score ?n . }'
    assert asked(f"ASK {{ {parts} }}")[1] == [("x", 20)]


def test_the_words_may_be_those_of_a_parameter() -> None:
    seen: list[str] = []

    def search(words: str, _most: int) -> list[SearchHit]:
        seen.append(words)
        return FOUND

    text = "SELECT ?s ?w { SERVICE hrd:search { ?s hrd:query ?w } }"
    said = with_found(text, search, {"w": 'a "b"'})
    assert '{ VALUES (?s ?w) { (<https://e.org/a> "a \\"b\\"") (<https://e.org/b> "a' in said
    assert "VALUES (?s ?w) {  }" in with_found(text, search, {"w": ""})  # nothing was typed
    assert seen == ['a "b"']
    with pytest.raises(QueryError):
        with_found(text, search, {"other": "x"})


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?s { ?s ?p 'SERVICE hrd:search { }' }",
        "SELECT ?s { ?s ?p ?o # SERVICE hrd:search { }\n }",
        "SELECT ?s { ?s hrd:search ?o }",
        "ASK { SERVICE <https://e.org/> { ?s ?p ?o } }",
    ],
)
def test_what_is_no_search_stays_as_it_is(text: str) -> None:
    assert not has_search(text)
    assert asked(text) == (text, [])


@pytest.mark.parametrize(
    "inside",
    ["", "?s ?p ?o", "?s hrd:query ?o", "?s hrd:query ' '", "?s hrd:query 'x' ; hrd:score 4", "?s hrd:query 'x' . ?t hrd:score ?n", "?s hrd:query 'x' hrd:score ?n", "?s hrd:query 'x'; SERVICE <http://127.0.0.1:1/> { ?a ?b ?c }", "<x:y> hrd:query 'x'"],
)  # fmt: skip
def test_a_clause_that_says_something_else_is_refused(inside: str) -> None:
    with pytest.raises(QueryError) as told:
        asked(f"ASK {{\nSERVICE hrd:search {{ {inside} }} }}")
    assert (told.value.code, told.value.origin.line) == ("value-not-as-expected", 2)


def test_a_query_has_few_searches_of_few_things() -> None:
    with pytest.raises(QueryError) as told:
        asked("ASK { " + CLAUSE * 5 + "}")
    assert told.value.code == "search-clauses-too-many"
    assert asked("ASK { " + CLAUSE.replace("5", "99999") + "}")[1] == [("x y", 200)]


@pytest.mark.heavy
def test_the_command_finds_names_in_other_letters(small_built: Path, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    def rows(words: str) -> list[list[str]]:
        text = CLAUSE.replace("x y", words)
        query = f"SELECT ?s ?n ?m {{ {text} ?s a foaf:Person }} ORDER BY DESC(?n)"
        assert run(["query", query, "-p", str(small_built), "--format", "csv"]) == 0
        return [line.split(",") for line in capsys.readouterr().out.splitlines()[1:]]

    best = rows("Ada Example")[0]
    assert best[0].endswith("Ada_Example")
    assert (float(best[1]), best[2]) == (1.0, "Ada Example")
    assert rows("ada exampel")[0][0].endswith("Ada_Example")  # a typing mistake
    assert rows("no such words at all") == []
    hrdgraph.withdraw(best[0], reason="asked for", project=small_built)
    hrdgraph.build(small_built, validate=False)
    capsys.readouterr()
    assert not any("Ada" in str(row) for row in rows("Ada Example"))


def test_a_question_without_a_search_needs_no_index(small_built: Path) -> None:
    graph: Any = SearchingGraph(open_project(small_built))
    graph._search = None
    assert graph.answer("ASK { ?s a hrd:Award }")


def test_python_and_saved_questions_search(small_built: Path) -> None:
    """`hrdgraph.open`, and a question in a file, which may be asked by its name."""
    graph = hrdgraph.open(small_built)
    query = "SELECT ?s ?m { SERVICE hrd:search { ?s hrd:query 'ada exampel' ; hrd:matched ?m } ?s a foaf:Person }"
    assert graph.query(query)[0]["m"] == "Ada Example"
    (small_built / "local/queries/people").mkdir(parents=True, exist_ok=True)
    titles = "".join(f"# title@{tag}: Who is called so\n" for tag in ("en", "fr", "es"))
    header = f"{titles}# column s: Who\n# column m: The name\n"
    (small_built / "local/queries/people/called-ada.rq").write_text(f"{header}{query}\n")
    again = hrdgraph.open(small_built)
    assert again.query("called-ada")[0]["m"] == "Ada Example"
    question = again.queries["called-ada"]
    site = Site.of(again)  # as a static site asks it
    assert len(site.ask(question, {})) == 1


def test_a_saved_question_searches_for_what_is_typed(small_built: Path) -> None:
    titles = "".join(f"# title@{tag}: Who is called so\n" for tag in ("en", "fr", "es"))
    told = "".join(f"# parameter@{tag} words: a name\n" for tag in ("fr", "es"))
    header = (
        f"{titles}# parameter words: string — A name\n{told}# column s: Who\n# column m: The name\n"
    )
    query = "SELECT ?words ?s ?m { SERVICE hrd:search { ?s hrd:query ?words ; hrd:matched ?m } ?s a foaf:Person }"
    (small_built / "local/queries/people").mkdir(parents=True, exist_ok=True)
    (small_built / "local/queries/people/called.rq").write_text(f"{header}{query}\n")
    graph = hrdgraph.open(small_built)
    assert graph.query("called", words="ada exampel")[0]["m"] == "Ada Example"
    assert not graph.query("called", words="no such words at all")
    with pytest.raises(QueryError, match="words"):
        graph.query("called")
    assert graph.query(query, words="ada exampel")[0]["m"] == "Ada Example"  # at the prompt
