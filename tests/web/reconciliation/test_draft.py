"""The draft of API 1.0 of the reconciliation service: its manifest, matches by names, properties and ids, suggestions, values, and what
is refused; and that answers have the shapes of the schemas of the draft."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from anyio.from_thread import start_blocking_portal
from starlette.applications import Starlette
from tests.web.reconciliation.test_reconciliation import (
    NAME,
    NAMED,
    ORGANISATIONS,
    PEOPLE,
    TEXT,
    TYPE,
    VALUE,
    Client,
    many,
    obj,
)

from hrdgraph.api import open as open_graph
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.site import Site
from hrdgraph.web.reconciliation.queries import BATCH
from hrdgraph.web.reconciliation.routes import routes

TOP = "/en/reconcile/v1"
# The shapes of answers, as JSON Schema written from the text of the draft.
SETTING = obj(("type", "id", "name"), type={"enum": ["number"]}, id=TEXT, name=TEXT, helpText=TEXT)
MANIFEST = obj(
    ("versions", "name", "view"),
    versions={**many(TEXT), "contains": {"enum": ["1.0-draft"]}},
    name=NAME,
    documentation=TEXT,
    serviceVersion=TEXT,
    defaultTypes={**many(NAMED), "uniqueItems": True},
    view=obj(("url",), url={"type": "string", "pattern": r"\{\+?id\}"}),
    suggest=obj(("entity", "property", "type"), more={"type": "boolean"}),
    preview=obj(("width", "height"), more={"type": "integer"}),
    extend=obj(proposeProperties={"type": "boolean"}, propertySettings=many(SETTING)),
    batchSize={"type": "integer"},
    standardizedScore={"const": True},
)
FEATURE = obj(("id", "name", "value"), id=NAME, name=NAME, value={"type": ["number", "boolean"]})
CANDIDATE = obj(
    ("id", "name", "type", "match"),
    id=NAME,
    name=NAME,
    description=TEXT,
    score={"type": "number", "minimum": 0, "maximum": 100},
    match={"type": "boolean"},
    type=many(TYPE),
    features=many(FEATURE),
)
RESULTS = obj(("results",), results=many(obj(("candidates",), candidates=many(CANDIDATE))))
SUGGESTED = obj(
    ("result",),
    result=many(obj(("id", "name"), id=NAME, name=NAME, matchQualifiers=many(NAMED))),
)
ROW = obj(id=NAME, properties=many(obj(id=NAME, values=many(VALUE))))
EXTENSION = obj(("meta", "rows"), meta=many(NAMED), rows=many(ROW))


@pytest.fixture(scope="module")
def client(built: Path) -> Iterator[Client]:
    with start_blocking_portal() as portal:
        yield Client(Starlette(routes=routes(Pages(Site.of(open_graph(built))))), portal)


def named(*names: str, **more: Any) -> dict[str, Any]:
    value = names[0] if len(names) == 1 else list(names)
    return {"matchType": "name", "propertyValue": value, **more}


def said(id: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"matchType": "property", "propertyId": id, "propertyValue": value, **more}


def match(client: Client, *conditions: dict[str, Any], top: str = TOP, **more: Any) -> list[dict[str, Any]]:  # fmt: skip
    batch = {"queries": [{"conditions": list(conditions), **more}]}
    found = client.call("POST", f"{top}/match", json=batch).json()
    jsonschema.validate(found, RESULTS)
    candidates: list[dict[str, Any]] = found["results"][0]["candidates"]
    return candidates


@pytest.mark.parametrize("path", ["/reconcile/v1", "/en/reconcile/v1/", "/fr/reconcile/v1/"])
def test_the_manifest_is_that_of_the_draft(client: Client, path: str) -> None:
    found = client.get(path)
    jsonschema.validate(found, MANIFEST)
    answer = client.call("POST", f"{path.rstrip('/')}/match", headers={"Origin": "https://x.org"})
    assert answer.headers["access-control-allow-origin"] == "*"
    asked = client.call("OPTIONS", f"{path.rstrip('/')}/match")
    assert "POST" in asked.headers["access-control-allow-methods"]
    view = found["view"]["url"].replace("{+id}", "person/Igor_Kalyapin")
    assert view.endswith("/id/person/Igor_Kalyapin")


def test_a_batch_is_answered_in_its_order(client: Client) -> None:
    names = ["Igor Kalyapin", "no such words at all", "Nobel Peace Prize"]
    batch = {"queries": [{"conditions": [named(name)], "limit": 3} for name in names]}
    found = client.call("POST", f"{TOP}/match", json=batch).json()
    jsonschema.validate(found, RESULTS)
    best = [[item["id"] for item in one["candidates"][:1]] for one in found["results"]]
    assert best == [["person/Igor_Kalyapin"], [], ["award/nobel-peace-prize"]]
    for item in found["results"][0]["candidates"]:
        ids = [feature["id"] for feature in item["features"]]
        assert len(ids) == len(set(ids))


def test_what_is_required_is_met(client: Client) -> None:
    memorial = named("Memorial")
    some = match(client, memorial, said("hrd:country", "Russian Federation"))
    only = match(client, memorial, said("hrd:country", "Russian Federation", required=True))
    assert {item["id"] for item in only} < {item["id"] for item in some}
    by_id = match(client, memorial, said("hrd:country", {"id": "country/RU"}, required=True))
    assert {item["id"] for item in by_id} == {item["id"] for item in only}
    others = match(client, memorial, said("hrd:country", "Russian Federation", required=True, matchQuantifier="none"))  # fmt: skip
    assert others
    assert not {item["id"] for item in others} & {item["id"] for item in only}
    both = ["Russian Federation", "France"]
    assert match(client, memorial, said("hrd:country", both, required=True))
    assert not match(client, memorial, said("hrd:country", both, required=True, matchQuantifier="all"))  # fmt: skip
    assert not match(client, memorial, said("no:such", "x", required=True))


def test_values_are_alike_in_the_way_that_is_asked_for(client: Client) -> None:
    def countries(value: str, how: str) -> bool:
        condition = said("hrd:country", value, required=True, matchQualifier=how)
        return "organisation/Memorial" in {item["id"] for item in match(client, named("Memorial"), condition)}  # fmt: skip

    assert countries("russian federation", "exact")
    assert not countries("Russian", "exact")
    assert countries("Russian", "starts")
    assert not countries("federation", "starts")
    assert countries("federation", "contains")


def test_several_names_and_none(client: Client) -> None:
    both = {item["id"] for item in match(client, named("Igor Kalyapin", "Nelson Mandela"))}
    assert {"person/Igor_Kalyapin", "person/Nelson_Mandela"} <= both
    either = match(client, named("Igor Kalyapin", "Nelson Mandela", matchQuantifier="all"))
    assert "person/Igor_Kalyapin" not in {item["id"] for item in either}
    scripts = match(client, named("Igor Kalyapin", "Каляпин, Игорь", matchQuantifier="all"))
    assert scripts[0]["id"] == "person/Igor_Kalyapin"
    without = match(client, named("Igor Kalyapin"), named("Igor Kalyapin", matchQuantifier="none"))
    assert "person/Igor_Kalyapin" not in {item["id"] for item in without}


def test_ids_and_values_find_without_a_name(client: Client) -> None:
    known = {"matchType": "id", "propertyValue": "person/Igor_Kalyapin"}
    found = match(client, known)
    assert [(item["id"], item["match"], item["score"]) for item in found] == [
        ("person/Igor_Kalyapin", True, 100.0)
    ]
    assert match(client, known, said("hrd:country", "France", required=True)) == []
    assert match(client, {**known, "propertyValue": "person/Nobody"}) == []
    winners = match(client, said("hrd:hasWon", {"id": "award/nobel-peace-prize"}), type="person", limit=50)  # fmt: skip
    assert len(winners) == 50
    assert all(kind["id"] == "person" for item in winners for kind in item["type"])
    assert not any(item["match"] for item in winners)


def test_a_limit_makes_nothing_certain(client: Client) -> None:
    one, many_ = (match(client, named("Memorial"), limit=limit) for limit in (1, 10))
    assert one == many_[:1]


def test_types_of_a_column_are_guessed(client: Client) -> None:
    for names, kind in ((PEOPLE, "person"), (ORGANISATIONS, "organisation")):
        batch = {"queries": [{"conditions": [named(name)], "limit": 3} for name in names]}
        found = client.call("POST", f"{TOP}/match", json=batch).json()["results"]
        first = [one["candidates"][0]["type"][0]["id"] for one in found if one["candidates"]]
        assert max(set(first), key=first.count) == kind


def test_suggestions_have_limit_and_offset(client: Client) -> None:
    top = f"{TOP}/suggest"
    every = client.get(f"{top}/entity?prefix=a&limit=7")["result"]
    assert len(every) == 7
    assert client.get(f"{top}/entity?prefix=a&limit=3&offset=2")["result"] == every[2:5]
    assert client.get(f"{top}/entity?prefix=person/Igor_Kalyapin")["result"][0]["id"] == "person/Igor_Kalyapin"  # fmt: skip
    found = client.get(f"{top}/property?prefix=country")
    jsonschema.validate(found, SUGGESTED)
    assert [way["id"] for way in found["result"][0]["matchQualifiers"]] == ["exact", "starts", "contains"]  # fmt: skip
    assert client.get(f"{top}/type?prefix=p")["result"][0]["id"] == "person"
    assert client.call("GET", f"{top}/nothing").status_code == 404
    proposed = client.get(f"{TOP}/extend/propose?type=award&limit=3")
    assert (proposed["type"], len(proposed["properties"])) == ("award", 3)
    assert client.call("GET", f"{TOP}/preview?id=person/Igor_Kalyapin").status_code == 200


def test_values_are_lists(client: Client) -> None:
    wanted = {"ids": ["person/Nelson_Mandela", "nothing"], "properties": [{"id": "hrd:country"}, {"id": "hrd:hasWon", "settings": {"limit": 1}}]}  # fmt: skip
    found = client.call("POST", f"{TOP}/extend", json=wanted).json()
    jsonschema.validate(found, EXTENSION)
    assert [row["id"] for row in found["rows"]] == wanted["ids"]
    first, none = found["rows"]
    assert [cell["id"] for cell in first["properties"]] == ["hrd:country", "hrd:hasWon"]
    assert len(first["properties"][1]["values"]) == 1
    assert all(cell["values"] == [] for cell in none["properties"])


ONE = named("a")


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"queries": {}}', b'{"queries": [1]}', b'{"queries": [{}]}',
        b'{"queries": [{"conditions": []}]}', b'{"queries": [{"conditions": [1]}]}', b'{"queries": [{"query": "a"}]}',
        *(json.dumps({"queries": [query]}).encode() for query in (
            {"conditions": [{"propertyValue": "a"}]}, {"conditions": [{"matchType": "x", "propertyValue": "a"}]},
            {"conditions": [{"matchType": "name"}]}, {"conditions": [{"matchType": "property", "propertyValue": "a"}]},
            {"conditions": [{**ONE, "matchQuantifier": "some"}]}, {"conditions": [{**ONE, "matchQualifier": ["x"]}]},
            {"conditions": [ONE], "type": ["person"]}, {"conditions": [ONE] * 21},
        )),
    ],
)  # fmt: skip
def test_what_is_no_batch_is_told(client: Client, body: bytes) -> None:
    answer = client.call("POST", f"{TOP}/match", content=body)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert answer.json()["hint"]


def test_a_batch_has_a_size(client: Client) -> None:
    batch = {"queries": [{"conditions": [ONE]}] * (BATCH + 1)}
    assert client.call("POST", f"{TOP}/match", json=batch).status_code == 413
    assert client.call("POST", f"{TOP}/match", content=b"a" * 5_000_000).status_code == 413
    odd = ["", " ", "\0", "<script>", "a" * 5_000, "((((", "\u202e", 1, True, None, {"id": "\0"}]
    match(client, named("x"), *(said("hrd:country", value) for value in odd), limit=-3)
    match(client, *(named(value) for value in odd if isinstance(value, str)))
