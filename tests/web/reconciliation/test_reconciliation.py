"""The reconciliation service, as OpenRefine calls it: its manifest, matches, suggestions, previews and values, all of the right shape."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.applications import Starlette
from starlette.types import ASGIApp

from hrdgraph.library.graph import Graph
from hrdgraph.project import open_project
from hrdgraph.web.middleware import ProxyMiddleware
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.search_index import SiteIndex
from hrdgraph.web.pages.site import Site
from hrdgraph.web.reconciliation import routes
from hrdgraph.web.reconciliation.matching import BATCH, BATCH_WORDS

# The shapes of answers, as JSON Schema written from the text of the specification.


def obj(required: tuple[str, ...] = (), more: Any = True, **properties: Any) -> dict[str, Any]:
    """An object with properties, some of them required; `more` is what others are like."""
    return {
        "type": "object",
        "required": list(required),
        "properties": properties,
        "additionalProperties": more,
    }


def many(items: Any) -> dict[str, Any]:
    """A list."""
    return {"type": "array", "items": items}


TEXT = {"type": "string"}
NAME = {"type": "string", "minLength": 1}
WITH_ID = {"type": "string", "pattern": r"\{\{id\}\}"}
NAMED = obj(("id", "name"), id=NAME, name=NAME)
TYPE = {"oneOf": [TEXT, obj(("id",), id=NAME, name=NAME)]}
SERVICE = obj(
    service_url={"type": "string", "pattern": "^https?://"},
    service_path=TEXT,
    flyout_service_path={"type": "string", "pattern": r"\$\{id\}"},
)
SETTING = obj(
    ("type", "label", "name"),
    type={"enum": ["number", "text", "checkbox", "select"]},
    label=TEXT,
    name=TEXT,
    help_text=TEXT,
)

MANIFEST = obj(
    ("versions", "name", "identifierSpace", "schemaSpace"),
    versions={"type": "array", "items": TEXT, "contains": {"const": "0.2"}},
    name=NAME,
    identifierSpace=NAME,
    schemaSpace=NAME,
    documentation=TEXT,
    defaultTypes={**many(NAMED), "uniqueItems": True},
    view=obj(("url",), url=WITH_ID),
    preview=obj(
        ("url", "width", "height"),
        url=WITH_ID,
        width={"type": "integer"},
        height={"type": "integer"},
    ),
    suggest=obj(more=False, entity=SERVICE, property=SERVICE, type=SERVICE),
    extend=obj(propose_properties=SERVICE, property_settings=many(SETTING)),
)
FEATURE = obj(("id", "value"), id=NAME, value={"type": ["number", "boolean"]})
CANDIDATE = obj(
    ("id", "name", "score"),
    id=NAME,
    name=NAME,
    description=TEXT,
    score={"type": "number", "minimum": 0, "maximum": 100},
    match={"type": "boolean"},
    type=many(TYPE),
    features=many(FEATURE),
)
RESULTS = obj(more=obj(("result",), result=many(CANDIDATE)))
SUGGESTED = obj(
    ("result",),
    result=many(obj(("id", "name"), id=NAME, name=NAME, description=TEXT, notable=many(TYPE))),
)
PROPOSED = obj(("type", "properties"), type=TEXT, limit={"type": "number"}, properties=many(NAMED))
VALUE = {
    "oneOf": [
        obj(more=False),
        obj(("id", "name"), more=False, id=NAME, name=NAME, description=TEXT),
        obj(("str",), more=False, str=TEXT),
        obj(("int",), more=False, int={"type": "integer"}),
    ]
}
EXTENSION = obj(("meta", "rows"), meta=many(NAMED), rows=obj(more=obj(more=many(VALUE))))
FLYOUT = obj(("id", "html"), id=NAME, html=TEXT)


class Client:
    """Calls the routes in this process."""

    def __init__(self, app: ASGIApp, portal: BlockingPortal) -> None:
        self._app, self._portal = app, portal

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app)
            async with httpx.AsyncClient(
                transport=transport, base_url="https://example.org", follow_redirects=True
            ) as client:
                return await client.request(method, path, **more)

        return self._portal.call(ask)

    def get(self, path: str) -> Any:
        return self.call("GET", path).json()

    def match(self, text: str, path: str = "/reconcile", **more: Any) -> list[dict[str, Any]]:
        queries = json.dumps({"q0": {"query": text, **more}})
        found = self.call("POST", path, data={"queries": queries}).json()
        jsonschema.validate(found, RESULTS)
        result: list[dict[str, Any]] = found["q0"]["result"]
        return result


@pytest.fixture(scope="module")
def client(built: Path) -> Iterator[Client]:
    with start_blocking_portal() as portal:
        yield Client(Starlette(routes=routes(Pages(Site.of(Graph(open_project(built)))))), portal)


@pytest.mark.parametrize("path", ["/reconcile", "/en/reconcile", "/fr/reconcile", "/es/reconcile"])
def test_the_manifest_has_the_shape_and_leads_somewhere(client: Client, path: str) -> None:
    found = client.get(path)
    jsonschema.validate(found, MANIFEST)
    assert found == client.get(f"{path}/")
    language = path.removesuffix("reconcile").strip("/")
    addresses = (
        found["preview"]["url"],
        *(service["service_url"] for service in found["suggest"].values()),
    )
    assert all(address.startswith(f"https://example.org{path}") for address in addresses)
    assert found["view"]["url"].startswith(f"https://example.org/{language or 'en'}/id/")
    for kind, service in found["suggest"].items():
        jsonschema.validate(
            client.get(service["service_url"] + service["service_path"] + "?prefix=a"), SUGGESTED
        )
        assert kind in service["service_path"]
    preview = found["preview"]["url"].replace("{{id}}", "person%2Faward-lists%2FIgor_Kalyapin")
    assert "Igor Kalyapin" in client.call("GET", preview).text


def test_a_server_below_a_prefix_names_its_public_address(built: Path) -> None:
    site = Site.of(Graph(open_project(built)), address="https://data.example.org/graph/")
    with start_blocking_portal() as portal:
        below = Client(
            ProxyMiddleware(
                Starlette(routes=routes(Pages(site))), behind_proxy=True, prefix="/graph"
            ),
            portal,
        )
        assert below.get("/en/reconcile")["preview"]["url"].startswith(
            "https://data.example.org/graph/en/reconcile/preview"
        )
        preview = below.call("GET", "/en/reconcile/preview?id=country/RU").text
    assert 'rel="stylesheet" href="/graph/static/' in preview
    assert 'href="https://data.example.org/graph/en/id/country/RU"' in preview


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    ("text", "kind", "key"),
    [
        ("Igor Kalyapin", "", "person/Igor_Kalyapin"),
        ("Игорь Каляпин", "person", "person/Igor_Kalyapin"),
        ("Kalyapin, Igor", "person", "person/Igor_Kalyapin"),
        ("刘晓波", "", "person/Liu_Xiaobo"),
        ("نيلسون مانديلا", "", "person/Nelson_Mandela"),
        ("Joint Mobile Group", "organisation", "organisation/Joint_Mobile_Group"),
        ("Prix Front Line Defenders", "award", "award/front-line-defenders-award"),
        ("Fédération de Russie", "country", "country/RU"),
    ],
)
def test_names_in_any_script_find_their_thing(
    client: Client, text: str, kind: str, key: str
) -> None:
    found = client.match(text, **({"type": kind} if kind else {}))
    assert found[0]["id"] == key
    assert all(item["score"] > 0 for item in found)
    assert found == sorted(found, key=lambda item: -item["score"])


def test_a_person_is_no_certain_match_for_a_name_alone(client: Client) -> None:
    found = client.match("Nelson Mandela", type="person")
    assert found[0]["score"] > 90
    assert not any(item["match"] for item in found)
    wikidata = [{"pid": "skos:exactMatch", "v": "Q8023"}]
    assert client.match("Nelson Mandela", type="person", properties=wikidata)[0]["match"]


def test_what_else_a_row_says_counts(client: Client) -> None:
    plain = client.match("Memorial", type="organisation")[0]
    here = client.match(
        "Memorial",
        type="organisation",
        properties=[{"pid": "hrd:country", "v": "Russian Federation"}],
    )[0]
    elsewhere = client.match(
        "Memorial",
        type="organisation",
        properties=[{"pid": "hrd:country", "v": {"id": "country/FR"}}],
    )[0]
    assert elsewhere["score"] < plain["score"] < here["score"]


def test_reasons_are_told_in_the_language_of_the_service(client: Client) -> None:
    assert (
        "même pays"
        in client.match(
            "Memorial",
            "/fr/reconcile",
            properties=[{"pid": "hrd:country", "v": "Fédération de Russie"}],
        )[0]["description"]
    )


def test_values_of_things_already_found(client: Client) -> None:
    wanted = {
        "ids": ["person/Nelson_Mandela", "nothing"],
        "properties": [{"id": "hrd:country"}, {"id": "hrd:hasWon"}, {"id": "no:such"}],
    }
    found = client.call("POST", "/reconcile", data={"extend": json.dumps(wanted)}).json()
    jsonschema.validate(found, EXTENSION)
    assert found["rows"]["nothing"] == {"hrd:country": [], "hrd:hasWon": [], "no:such": []}
    assert found["rows"]["person/Nelson_Mandela"]["hrd:country"] == [
        {"id": "country/ZA", "name": "South Africa"}
    ]
    assert len(found["rows"]["person/Nelson_Mandela"]["hrd:hasWon"]) > 2
    wanted["properties"] = [{"id": "hrd:hasWon", "settings": {"limit": 1}}]
    assert (
        len(
            client.call("POST", "/reconcile", data={"extend": json.dumps(wanted)}).json()["rows"][
                "person/Nelson_Mandela"
            ]["hrd:hasWon"]
        )
        == 1
    )


def test_an_id_of_before_a_judgement_still_has_values(client: Client) -> None:
    ids = [f"person/{source}/Nelson_Mandela" for source in ("nobel-peace", "award-lists")]
    asked = json.dumps({"ids": ids, "properties": [{"id": "skos:prefLabel"}]})
    rows = client.call("POST", "/reconcile", data={"extend": asked}).json()["rows"]
    assert rows[ids[0]] == rows[ids[1]]
    assert rows[ids[0]]["skos:prefLabel"]


def test_conditions_cost_no_search_each(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand of them in one request took a minute."""
    searched: list[str] = []
    monkeypatch.setattr(
        SiteIndex, "search", lambda _, text, *__, **___: searched.append(text) or []
    )
    found = client.match(
        "Igor Kalyapin", properties=[{"pid": "hrd:country", "v": ["Russian Federation"] * 20}] * 20
    )
    assert "person/Igor_Kalyapin" in [item["id"] for item in found]
    assert searched == ["Igor Kalyapin"]


def test_properties_are_proposed_and_flyouts_shown(client: Client) -> None:
    proposed = client.get("/reconcile/properties?type=person&limit=3")
    jsonschema.validate(proposed, PROPOSED)
    assert len(proposed["properties"]) == 3
    jsonschema.validate(client.get("/reconcile/flyout?id=country/FR"), FLYOUT)
    assert client.get("/reconcile/suggest/property?prefix=cou")["result"][0]["id"] == "hrd:country"
    assert [item["id"] for item in client.get("/reconcile/suggest/type?prefix=per")["result"]] == [
        "person"
    ]


def test_nothing_withheld_is_offered(client: Client) -> None:
    offered = {
        item["id"]
        for kind in ("person", "organisation")
        for item in client.get(f"/reconcile/properties?type={kind}")["properties"]
    }
    assert not offered & {"hrd:birthDate", "hrd:birthPlace", "hrd:homePlace"}


@pytest.mark.parametrize(
    "queries",
    [
        '{"q0": {"query": "a", "type": 1}}', '{"\\ud800": {"query": 1}}',
        "", "{", "[]", '"a"', '{"q0": 1}', '{"q0": {}}', '{"q0": {"query": 1}}', '{"q0": {"query": "a", "type": [1]}}',
        '{"q0": {"query": "a", "properties": {}}}', '{"q0": {"query": "a", "properties": [{"pid": "x"}]}}', "[" * 100_000,
        json.dumps({f"q{n}": {"query": "a"} for n in range(BATCH + 1)}),
    ],
)  # fmt: skip
def test_a_bad_request_is_told(client: Client, queries: str) -> None:
    answer = client.call("POST", "/reconcile", data={"queries": queries})
    assert answer.status_code in (200, 400)
    assert answer.status_code == 400 or not queries
    if queries:
        assert answer.json()["error"]


def test_a_batch_is_bound_by_its_words(client: Client) -> None:
    name = "Committee Human Rights Association Centre Women Peace Foundation " * 5
    batch = {f"q{number}": {"query": name} for number in range(BATCH)}
    answer = client.call("POST", "/reconcile", data={"queries": json.dumps(batch)}).json()
    assert "words" in answer["error"]
    assert str(BATCH_WORDS) in answer["error"]


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    "text",
    ["", " ", "\0", "'; DROP", "<script>", "a" * 10_000, "(((((", "𝕏", "a " * 5_000, "\u202e"],
)
def test_odd_names_are_names(client: Client, text: str) -> None:
    client.match(text.strip() or "x", limit=-5)
    client.match(
        text.strip() or "x",
        limit=1e300,
        properties=[{"pid": "hrd:country", "v": [text, 1, True, None]}],
    )


def test_a_preview_escapes_and_is_closed(client: Client) -> None:
    answer = client.call("GET", "/reconcile/preview?id=<script>")
    assert answer.status_code == 404
    assert "script" not in answer.text
    shown = client.call("GET", "/reconcile/preview?id=person/Igor_Kalyapin")
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    assert shown.headers["access-control-allow-origin"] == "*"


def test_a_form_is_read_up_to_a_bound(client: Client) -> None:
    assert (
        client.call("POST", "/reconcile", content=b"queries=" + b"a" * 5_000_000).status_code == 413
    )


PEOPLE = [
    "Igor Kalyapin", "KALIAPINE, Igor", "Denis Mukwege", "Malala Yousafzai", "Ms. Shirin Ebadi", "Estemirova", "Ales Bialiatski", "John Smith",
    "Liu Xiaobo", "Wangari Maathai",
]  # fmt: skip
ORGANISATIONS = ["Memorial", "Committee Against Torture", "Front Line Defenders", "Amnesty International", "Médecins Sans Frontières", "Human Rights Watch", "CPJ"]  # fmt: skip


def guessed(client: Client, names: list[str]) -> list[str]:
    """The types that OpenRefine offers for a column: it sends its first ten names without a type, three candidates each, in a form with
    a callback that it does not use, and counts the types of what comes, then adds what their ranks are worth."""
    queries = {f"q{at}": {"query": name, "limit": 3} for at, name in enumerate(names)}
    found = client.call("POST", "/en/reconcile", data={"queries": json.dumps(queries)}).json()
    counts: dict[str, tuple[int, float]] = {}
    for answer in found.values():
        for rank, candidate in enumerate(answer["result"][:3]):
            for kind in candidate["type"]:
                number, worth = counts.get(kind["id"], (0, 0.0))
                counts[kind["id"]] = (number + 1, worth + 1 / (1 + rank))
    return sorted(counts, key=lambda kind: counts[kind], reverse=True)


def test_openrefine_guesses_the_type_of_a_column(client: Client) -> None:
    assert guessed(client, PEOPLE)[0] == "person"
    assert guessed(client, ORGANISATIONS)[0] == "organisation"
    assert guessed(client, ["Rafto Prize", "Nobel Peace Prize", "Lamp", "Sakharov Prize"])[0] == "award"  # fmt: skip
