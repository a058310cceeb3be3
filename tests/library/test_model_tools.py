"""A language model asks the built graph by the client of the SDK: what it is told, with which sources, and what it is not."""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import hrdgraph
from hrdgraph.cli.app import run
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.project import open_project

DENIED = """SELECT ?claim { ?claim hrd:edition <https://w3id.org/hrdgraph/id/edition/martin-ennals-award/2013> ;
    hrd:recipient <https://w3id.org/hrdgraph/id/person/Igor_Kalyapin> ; hrd:outcome ?won }"""
Call = tuple[str, dict[str, Any]]
Answers = dict[str, list[Any]]


def open_client(project: Path, *options: str) -> Any:
    mcp = pytest.importorskip("mcp")  # takes a second, which only this worker should wait for
    arguments = ["-m", "hrdgraph", "mcp", str(project), "--anyway", *options]
    return mcp.Client(mcp.StdioServerParameters(command=sys.executable, args=arguments))


def read_answer(answer: Any) -> Any:
    """What a tool answers, or the sentence of its error."""
    return answer.content[0].text if answer.is_error else answer.structured_content


def call(project: Path, *calls: Call, options: tuple[str, ...] = ()) -> list[Any]:
    async def ask() -> list[Any]:
        async with open_client(project, *options) as client:
            return [read_answer(await client.call_tool(*one)) for one in calls]

    return asyncio.run(ask())


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Each object in a record."""
    if isinstance(value, dict):
        yield value
    for item in (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    ):
        yield from nodes(item)


QUESTION = {
    "question": "laureates-in-year",
    "parameters": {"award": "martin-ennals-award", "year": 2013},
}
ENDLESS = {"query": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"}
ASKED: dict[str, list[Call]] = {
    "records": [
        ("search", {"text": "kalyapn"}),
        ("thing", {"name": "Igor Kalyapin"}),
        ("questions", {}),
        ("ask", QUESTION),
        ("sparql", {"query": DENIED}),
        ("sparql", {"query": "SELECT ?s ?n { ?s a hrd:Award ; skos:prefLabel ?n }", "limit": 2}),
        ("sparql", {"query": "ASK { ?s a hrd:Award }"}),
        ("explain", {"name": "Igor Kalyapin"}),
    ],
    "private": [
        ("explain", {"name": "Igor Kalyapin"}),
        ("sparql", {"query": "own.rq"}),
        ("ask", {"question": "own.rq"}),
        ("sparql", {"query": "DELETE WHERE { ?s ?p ?o }"}),
        ("sparql", {"query": "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"}),
    ],
    "endless": [("sparql", ENDLESS), ("sparql", {"query": "ASK {}"})],
}


@pytest.fixture(scope="module")
def answers(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """What one server answers: it takes two seconds to start."""
    own = tmp_path_factory.mktemp("own") / "own.rq"
    own.write_text("ASK {}")
    calls = [
        (tool, {key: str(own) if value == "own.rq" else value for key, value in given.items()})
        for asked in ASKED.values()
        for tool, given in asked
    ]
    told = iter(call(built, *calls, options=("--timeout", "1")))
    return {name: list(itertools.islice(told, len(asked))) for name, asked in ASKED.items()}


def test_answers_carry_status_and_documents(answers: Answers) -> None:
    search, thing, questions, asked, denied, table, truth, why = answers["records"]
    (hit,) = search["things"]
    assert hit["key"] == "person/Igor_Kalyapin"
    assert hit["claims"]["disputed"] >= 2
    assert any("frontlinedefenders.org" in each["url"] for each in hit["documents"])
    status = {one["id"]: one["disputed"] for one in thing["claims"]}
    assert set(status.values()) == {True, False}
    assert all({"status", "evidence", "publishers"} <= one.keys() for one in thing["claims"])
    assert QUESTION["question"] in questions
    (row,) = asked["rows"]
    claims = {one["id"]: one for one in asked["claims"]}
    behind = [claims[iri] for iri in row["claims_about"]]
    assert row["values"]["name"] == "Joint Mobile Group"
    assert all("Martin Ennals" in one["label"] for one in behind)
    (claim,) = denied["claims"]  # that the award is his too
    assert (claim["status"], claim["disputed"]) == ("contested", True)
    assert denied["rows"][0]["claims"] == [claim["id"]]
    assert all(one["documents"] or one["sources"] for one in asked["claims"])
    assert (len(table["rows"]), table["count"] > 5, truth) == (2, True, {"answer": True})
    assert any(fact.get("disputed") for fact in why["facts"])


def test_only_what_is_public_is_told(answers: Answers) -> None:
    """Neither rows of tables nor words of pages nor who judged, and no file of the machine."""
    why, file, named, change, unknown = answers["private"]
    known = {"rows", "cells", "words", "judgements", "who", "visibility"}
    assert not any(known & node.keys() for node in nodes(why))
    assert "is not understood" in file
    assert "is not known here" in named
    assert "queries can only read" in change
    assert isinstance(unknown, str)


def test_a_query_has_limits(answers: Answers) -> None:
    slow, after = answers["endless"]
    assert isinstance(slow, str)
    assert after == {"answer": True}


def test_what_is_withdrawn_is_refused(small_built: Path) -> None:
    project = open_project(small_built)
    graph = hrdgraph.open(small_built)
    person = next(iter(graph.query("SELECT ?s ?n { ?s a foaf:Person ; skos:prefLabel ?n }")))
    calls: list[Call] = [
        ("search", {"text": person["n"]}),
        ("thing", {"name": person["s"]}),
        ("sparql", {"query": f"SELECT ?o {{ <{person['s']}> ?p ?o }}"}),
        ("explain", {"name": person["s"]}),
    ]

    async def ask() -> list[list[Any]]:
        async with open_client(small_built, "--lang", "fr") as client:
            before = [read_answer(await client.call_tool(*one)) for one in calls]
            hrdgraph.withdraw(str(person["s"]), reason="asked for", project=small_built)
            down = [read_answer(await client.call_tool(*one)) for one in calls]
            build(project, BuildOptions(validate=False))
            return [before, down, [read_answer(await client.call_tool(*one)) for one in calls]]

    before, down, after = asyncio.run(ask())
    assert all(isinstance(answer, dict) for answer in before)
    assert all(isinstance(answer, str) and "depuis" in answer for answer in down)
    assert str(person["n"]) not in json.dumps(after, ensure_ascii=False)
    assert "a été retiré" in after[1]


def test_a_build_that_may_not_be_published_is_refused(
    small_built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(hrdgraph.HrdgraphError) as refused:
        hrdgraph.mcp(small_built)
    assert refused.value.message.code == "last-build-unvalidated"
    assert run(["mcp", str(small_built), "--lang", "es"]) == 1
    assert "no se comprobó" in capsys.readouterr().err
