"""The plain JSON API: what it lists is what the graph says, contested claims do not read as fact, pages neither lose nor repeat, what is asked wrongly is told."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import jsonschema
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from tests.parts import examples

import hrdgraph
from hrdgraph.exports.folding import fold
from hrdgraph.exports.network import network
from hrdgraph.web.endpoint.negotiation import Problem
from hrdgraph.web.json_api.downloads import columns_of, csv_of, flat, xlsx_of
from hrdgraph.web.json_api.lists import (
    FILTERS,
    ApiEntry,
    ApiList,
    ListQuestion,
    Lists,
    page_of,
    read_question,
    ways_of,
)
from hrdgraph.web.json_api.routes import routes
from hrdgraph.web.machines.routes import document, record_name
from hrdgraph.web.pages import Site
from hrdgraph.web.pages.pages import Pages

KEY = "person/Igor_Kalyapin"
Get = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def site(built: Path) -> Site:
    return Site.of(hrdgraph.open(built))


@pytest.fixture(scope="module")
def get(site: Site) -> Get:
    app = Starlette(routes=routes(Pages(site)))

    def ask(path: str, **more: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.request(more.pop("method", "GET"), path, **more)

        return asyncio.run(send())

    return ask


def test_who_won_leaves_out_who_did_not(get: Get) -> None:
    path = "/api/v1/laureates?award=award/martin-ennals-award&year=2013"
    said = get(path).json()
    names = {who["label"] for row in said["data"] for who in row["recipients"]}
    assert names == {"Joint Mobile Group"}
    assert all(row["undisputed"] for row in said["data"])
    assert said["left_out"]["contested_or_refuted"] == 1
    (contested,) = get(f"{path}&status=contested").json()["data"]
    assert contested["recipients"][0]["label"] == "Igor Kalyapin"
    assert (contested["status"], contested["undisputed"]) == ("contested", False)


def test_the_status_of_a_claim_is_one_everywhere(site: Site) -> None:
    claims = Lists(Pages(site)).get("claims")
    assert claims is not None
    by_api = {site.rdf.iri(each.node): each.values["status"][0] for each in claims.entries}

    def find(status: str) -> set[str]:
        return {iri for iri, said in by_api.items() if said == status}

    space = "https://w3id.org/hrdgraph/vocabulary/claim-status"
    whole = "EXISTS { ?claim hrd:disputed hrd:Claim } || NOT EXISTS { ?claim hrd:disputed ?detail }"
    in_rdf = f"SELECT ?claim {{ ?claim hrd:claimStatus <{space}/contested> FILTER({whole}) }}"
    assert {str(row["claim"]) for row in site.graph.query(in_rdf)} == find("contested") != set()
    in_rdf = f"SELECT ?claim {{ ?claim hrd:claimStatus <{space}/verified> }}"
    assert {str(row["claim"]) for row in site.graph.query(in_rdf)} >= find("verified") != set()
    rows = site.graph.query("contested-claims")
    contested = {str(row["claim"]) for row in rows if str(row["disputed"]).endswith("#Claim")}
    assert contested == find("contested")
    edges = [data for *_, data in network(site.graph.columns).edges(data=True)]
    assert {"asserted", "verified", "contested", ""} == {edge["status"] for edge in edges}
    assert all(edge["status"] == by_api.get(edge["claim"], edge["status"]) for edge in edges)


def test_award_and_year_are_of_one_conferral(get: Get) -> None:
    def who(asked: str) -> set[str]:
        rows = get(f"/api/v1/{asked}&limit=500").json()["data"]
        return {one["key"] for row in rows for one in row.get("recipients", [row])}

    for award in ("martin-ennals-award", "front-line-defenders-award"):
        for year in ("2002", "2011", "2013"):
            won = who(f"laureates?award={award}&year={year}")
            found = {*who(f"people?award={award}&year={year}")}
            found |= who(f"organisations?award={award}&year={year}")
            assert found == won
    years = get("/api/v1/people?award=martin-ennals-award&facet=year&limit=500").json()["data"]
    for each in years[:3]:
        one = get(f"/api/v1/people?award=martin-ennals-award&year={each['value']}").json()
        assert one["count"] == each["count"] > 0


def test_a_timeline_has_awards_and_what_follows_says_its_doubt(get: Get) -> None:
    line = get("/api/v1/people/Anna Politkovskaya?fields=timeline").json()["timeline"]
    assert {each["date"][:4] for each in line} >= {"2004", "2005", "2006", "2007"}
    killed = get("/api/v1/events/event/kalyapin-page/11-estemirova-2009").json()
    assert [each["status"] for each in killed["precedes"]] == ["contested"]


@pytest.mark.parametrize("name", Lists.NAMES)
def test_every_list_has_entries_that_are_there_one_by_one(get: Get, name: str) -> None:
    said = get(f"/api/v1/{name}?limit=2").json()
    assert said["count"] >= len(said["data"]) > 0
    for record in said["data"]:
        assert {"id", "key", "type", "label"} <= record.keys()
        one = get(f"/api/v1/{name}/{quote(record['key'], safe='/')}")
        assert (one.status_code, one.json()["id"]) == (200, record["id"])


@pytest.mark.parametrize("name", Lists.NAMES)
def test_a_list_is_a_table_too(get: Get, name: str) -> None:
    rows = get(f"/api/v1/{name}?limit=3").json()["data"]
    answer = get(f"/api/v1/{name}.csv?limit=3")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    table = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["id"] for row in table] == [row["id"] for row in rows]


@pytest.mark.sampled(1)
@pytest.mark.parametrize("asked", ["people.{}?limit=5", "claims.{}?facet=status", "claims.{}"])
def test_a_workbook_has_the_rows_of_the_table(get: Get, asked: str) -> None:
    table = list(csv.reader(io.StringIO(get("/api/v1/" + asked.format("csv")).text)))
    answer = get("/api/v1/" + asked.format("xlsx"))
    assert answer.headers["content-type"].endswith("spreadsheetml.sheet")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = [[_typed(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert rows == table
    assert get("/api/v1/" + asked.format("xlsx")).content == answer.content


def _typed(cell: object) -> str:
    """A cell as CSV has it."""
    return str(cell).lower() if isinstance(cell, bool) else "" if cell is None else str(cell)


def test_text_in_a_workbook_is_never_a_formula() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx_of([{"a": "=1+1", "b": "x" * 40_000}])))
    cell = book.active["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


@pytest.mark.parametrize(
    ("path", "sort"),
    [("people", "name"), ("people", "-name"), ("claims", "-date"), ("events", "key")],
)
def test_pages_neither_lose_nor_repeat(get: Get, path: str, sort: str) -> None:
    address = f"/api/v1/{path}?limit=400&fields=label&sort={sort}&source=award-lists"
    seen: list[str] = []
    while address:
        said = get(address).json()
        seen += [record["id"] for record in said["data"]]
        parts = urlsplit(said["next"]) if said["next"] else None
        address = f"{parts.path}?{parts.query}" if parts else ""
    assert len(seen) == len(set(seen)) == said["count"] > 0


def entries(orders: list[str]) -> list[ApiEntry]:
    return [ApiEntry(at, f"k{at}", {"name": order}, {}) for at, order in enumerate(orders)]


@settings(max_examples=examples(200), deadline=None)
@given(
    st.lists(st.sampled_from(["", "a", "b", "é", "z"]), max_size=30),
    st.integers(1, 7),
    st.sampled_from(["name", "-name", "key", "-key"]),
)
def test_a_cursor_goes_on_where_it_was(orders: list[str], limit: int, sort: str) -> None:
    of = ApiList("x", entries(orders), (), ("name", "key"), lambda *_: {})
    given_: dict[str, str] = {"limit": str(limit), "sort": sort}
    found: list[ApiEntry] = []
    while True:
        page = page_of(of, read_question(given_.items(), of))
        found += page.entries
        if not page.cursor:
            break
        given_["cursor"] = page.cursor
    assert found == list(of.sort_by(sort))


def test_a_cursor_holds_where_its_entry_is_gone() -> None:
    of = ApiList("x", entries(["a", "b", "c", "d"]), (), ("name",), lambda *_: {})
    cursor = page_of(of, ListQuestion(sort="name", limit=2)).cursor
    less = ApiList("x", [of.entries[0], *of.entries[2:]], (), ("name",), lambda *_: {})
    page = page_of(less, read_question([("cursor", cursor)], less))
    assert [entry.order["name"] for entry in page.entries] == ["c", "d"]


@settings(max_examples=examples(200), deadline=None)
@given(st.text(max_size=60))
def test_what_is_no_cursor_is_told(text: str) -> None:
    of = ApiList("x", entries(["a"]), (), ("name",), lambda *_: {})
    with suppress(Problem):  # and nothing else
        page_of(of, read_question([("cursor", text)], of))


@pytest.mark.parametrize(
    ("path", "status", "hint"),
    [
        ("/api/v1/peple", 404, "did you mean 'people'?"),
        ("/api/v1/people.xml", 404, "did you mean 'people'?"),
        ("/api/v1/people?cuntry=x", 400, "did you mean 'country'?"),
        ("/api/v1/people?sort=age", 400, "there is: name, -name"),
        ("/api/v1/people?limit=501", 400, "from 1 to 500"),
        ("/api/v1/people?limit=-1", 400, "from 1 to 500"),
        ("/api/v1/people?lang=xx", 400, "there is: en, fr, es"),
        ("/api/v1/people?fields=nam", 400, "did you mean 'names'?"),
        ("/api/v1/people?cursor=abc", 404, ""),
        ("/api/v1/people/zzzzqqqq", 404, "give its name, its code"),
        ("/api/v1/people/Kalyapin", 404, "there is: person/Igor_Kalyapin"),
        ("/api/v1/people?facet=country&facet=award", 400, ""),
        ("/api/v1/search", 400, "`q` is missing"),
        ("/api/v1/search?q=a&limit=x", 400, "from 1 to 100"),
        ("/api/v1/people?q=" + "x" * 500, 400, "more than 400 characters"),
        ("/api/v1/people?country=Rusia-y-más-allá", 400, "give its name, its code"),
        ("/api/v1/laureates?award=martin-enals-award", 400, "award/martin-ennals-award"),
        ("/api/v1/laureates?award=RU", 400, ""),
        ("/api/v1/laureates?award=Memorial", 400, "award/"),
        ("/api/v1/laureates?country=Gro", 400, "country/ME"),
        ("/api/v1/people?country=", 400, "give its name, its code"),
        ("/api/v1/places?year=2013", 400, "there is: country"),
        ("/api/v1/claims?about=Nobody at all", 404, "give its name, its code"),
        ("/api/v1/organisations?fields=founded", 400, "did you mean 'founded_years'?"),
        ("/api/v1/people?kind=conferral", 400, "there is: country"),
        ("/api/v1/claims?kind=acts", 400, "did you mean 'act'?"),
        ("/api/v1/people?sort=", 400, "there is: name, -name"),
        ("/api/v1/sources?publisher=Nobel", 400, "there is: "),
        ("/api/v1/laureates?year=hier", 400, "2013-2015"),
        ("/api/v1/claims?status=contestd", 400, "did you mean 'contested'?"),
        ("/api/v1/claims?kind=arrest", 400, "there is: "),
        ("/api/v1/claims?source=award-list", 400, "did you mean 'award-lists'?"),
        ("/api/v1/search?q=a&kind=people", 400, "there is: "),
    ],
)
def test_what_is_asked_wrongly_is_told_with_a_way_out(
    get: Get, path: str, status: int, hint: str
) -> None:
    answer = get(path)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert hint in " ".join((answer.json()["detail"], answer.json().get("hint", "")))


@pytest.mark.parametrize(
    ("asked", "same"),
    [
        ("people?country=Russia", "people?country=country/RU"),
        ("people?country=Российская Федерация", "people?country=country/RU"),
        ("people?country=Россия", "people?country=country/RU"),
        ("people?country=Turkey", "people?country=country/TR"),
        ("people?country=rus", "people?country=country/RU"),
        ("people?country=ru", "people?country=https://w3id.org/hrdgraph/id/country/RU"),
        ("laureates?award=martin-ennals-award", "laureates?award=award/martin-ennals-award"),
        ("laureates?award=Prix Martin Ennals", "laureates?award=award/martin-ennals-award"),
        ("laureates?award=Martin Ennals Award", "laureates?award=award/martin-ennals-award"),
        ("claims?about=martin ennals award", "claims?about=award/martin-ennals-award"),
        ("claims?about=Igor_Kalyapin", "claims?about=person/Igor_Kalyapin"),
        ("claims?about=Игорь Каляпин", "claims?about=person/Igor_Kalyapin"),
        ("claims?about=person/nobel-peace/Nelson_Mandela", "claims?about=Nelson Mandela"),
        ("laureates?year=2013-2015", "laureates?year=2013&year=2014&year=2015"),
        ("laureates?year=2015-2013", "laureates?year=2013-2015"),
        ("laureates?decade=1990-2005", "laureates?year=1990-2009"),
        ("editions?year=2013&award=Prix Rafto", "editions?award=rafto-prize&year=2013-2013"),
        ("people?year=2006&decade=2000s", "people?year=2006"),
        ("organisations?year=2013..2013", "organisations?year=2013"),
        ("people?decade=2010s", "people?decade=2010"),
        ("events?what=Killing", "events?what=killing"),
        ("laureates?outcome=Laureate", "laureates?outcome=laureate"),
        (
            "laureates?outcome=https://w3id.org/hrdgraph/vocabulary/outcome/laureate",
            "laureates?outcome=laureate",
        ),
        (
            "claims?status=https://w3id.org/hrdgraph/vocabulary/claim-status/contested",
            "claims?status=contested",
        ),
    ],
)
def test_values_are_read_as_people_write_them(get: Get, asked: str, same: str) -> None:
    found, expected = get(f"/api/v1/{asked}").json(), get(f"/api/v1/{same}").json()
    assert found["count"] == expected["count"] > 0
    assert found["data"] == expected["data"]


def test_a_denied_award_is_no_fact_of_a_list(get: Get) -> None:
    won = get("/api/v1/people?award=Prix Martin Ennals&country=RU").json()
    assert [each["label"] for each in won["data"]] == ["Lidia Yusupova"]
    (table,) = csv.DictReader(get("/api/v1/people.csv?q=Igor Kalyapin").text.splitlines())
    assert [one[-12:] for one in table["awards"].split("; ")] == [" (contested)"] * 2


def test_a_year_about_which_sources_disagree_says_so(get: Get) -> None:
    years = get("/api/v1/awards/martin-ennals-award").json()["founded_years"]
    assert [(year["text"], year["status"]) for year in years] == [
        ("1992", "contested"),
        ("1993", "contested"),
    ]
    (row,) = csv.DictReader(get("/api/v1/awards.csv?q=Martin Ennals Award").text.splitlines())
    assert row["founded_years"] == "1992 (contested); 1993 (contested)"


def test_places_are_sorted_by_the_name_that_is_shown(get: Get) -> None:
    labels = [each["label"] for each in get("/api/v1/places?fields=label&limit=500").json()["data"]]
    assert labels == sorted(labels, key=fold)


def test_a_repeated_parameter_means_or_on_every_page(get: Get) -> None:
    counts = [
        get(f"/api/v1/people?{asked}&limit=1").json()["count"]
        for asked in ("country=BY", "country=CO", "country=BY&country=CO")
    ]
    assert max(counts[:2]) < counts[2] <= sum(counts[:2])
    first = get("/api/v1/people?country=BY&country=CO&limit=1").json()
    assert first["next"].count("country=") == 2
    parts = urlsplit(first["next"])
    assert get(f"{parts.path}?{parts.query}").json()["count"] == counts[2]


def test_a_known_thing_of_which_nothing_is_said_is_no_mistake(get: Get) -> None:
    said = get("/api/v1/laureates?country=country/AQ")
    assert (said.status_code, said.json()["count"]) == (200, 0)


def test_what_is_asked_wrongly_is_told_in_the_language_of_the_client(get: Get) -> None:
    def read_problem(tag: str) -> tuple[str, str, str]:
        answer = get("/api/v1/people?nam=x", headers={"accept-language": tag})
        assert answer.headers["content-language"] == tag[:2]
        assert answer.json()["fields"]["name"] == "nam"
        return tuple(answer.json()[key] for key in ("code", "detail", "hint"))  # type: ignore[return-value]

    french, spanish = read_problem("fr-CH, en;q=0.5"), read_problem("es")
    assert french[:2] == ("not-known-here", "« nam » n’est pas connu ici")
    assert spanish[:2] == ("not-known-here", "«nam» no se conoce aquí")
    assert "lang" in french[2]
    assert "lang" in spanish[2]


def test_labels_speak_the_language_that_is_asked_for(get: Get) -> None:
    def label(tag: str) -> str:
        return str(get(f"/api/v1/places/country/RU?lang={tag}").json()["label"])

    assert [label(tag) for tag in ("en", "fr")] == ["Russian Federation", "Fédération de Russie"]


def test_a_claim_says_how_sure_it_is_and_where_it_stands(get: Get) -> None:
    said = get(f"/api/v1/claims?about={KEY}&kind=conferral&limit=100").json()["data"]
    assert {claim["status"] for claim in said} >= {"contested", "verified"}
    for claim in said:
        assert claim["evidence"]
        assert all(found["url"].startswith("http") for found in claim["evidence"])
    assert any(claim["rivals"] for claim in said)


def test_fields_are_chosen_and_the_address_is_always_there(get: Get) -> None:
    (record,) = get("/api/v1/people?q=kalyapin&fields=label,born").json()["data"]
    assert list(record) == ["id", "label", "born"]
    one = get(f"/api/v1/people/{KEY}?fields=names").json()
    assert list(one) == ["id", "names"]


def test_an_old_key_leads_to_the_present_entry(get: Get) -> None:
    old = get("/api/v1/people/person/nobel-peace/Nelson_Mandela").json()
    assert old["key"] == "person/Nelson_Mandela"


def test_what_is_unchanged_is_not_sent_again_and_scripts_may_read_it(get: Get) -> None:
    first = get("/api/v1/awards")
    assert first.headers["access-control-allow-origin"] == "*"
    again = get("/api/v1/awards", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert get("/api/v1/awards", method="OPTIONS").status_code == 204
    packed = get("/api/v1/awards", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"


@pytest.fixture(scope="module")
def described(site: Site) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(document(site, "https://e.org/"))
    return found


@pytest.mark.parametrize("name", Lists.NAMES)
def test_each_filter_finds_something_and_can_be_counted(get: Get, name: str) -> None:
    for key in FILTERS[name]:
        values = get(f"/api/v1/{name}?facet={key}").json()["data"]
        assert values, key
        for each in values[:2]:
            found = get(f"/api/v1/{name}", params={key: each["value"], "limit": 1}).json()
            assert found["count"] + found.get("left_out", {}).get("contested_or_refuted", 0), each


@pytest.mark.parametrize("name", Lists.NAMES)
def test_each_record_is_what_the_description_says(
    get: Get, site: Site, described: dict[str, Any], name: str
) -> None:
    path = f"/api/v1/{name}"
    content = described["paths"][path]["get"]["responses"]["200"]["content"]
    schema = {**content["application/json"]["schema"], "components": described["components"]}
    record = described["components"]["schemas"][record_name(name)]
    for sort in ("key", "-key"):
        said = get(path, params={"limit": 100, "sort": sort}).json()
        jsonschema.validate(said, schema)
        assert all(set(each) == set(record["properties"]) for each in said["data"])
    jsonschema.validate(get(f"{path}?facet={ways_of(site, name)[0][0]}").json(), schema)
    parameters = [item["name"] for item in described["paths"][path]["get"]["parameters"]]
    common = {"sort", "limit", "cursor", "fields", "lang", "q", "facet"}
    assert {*ways_of(site, name)[0], *common} == {*parameters}


def test_what_a_claim_says_is_described_as_its_kinds_declare(
    get: Get, described: dict[str, Any]
) -> None:
    says = described["components"]["schemas"]["Says"]["properties"]
    for claim in get("/api/v1/claims?limit=500&sort=-key").json()["data"]:
        assert claim["says"].keys() <= says.keys()
        assert all(each["id"].startswith("http") for each in claim["about"])


def test_values_that_are_described_are_understood(get: Get, described: dict[str, Any]) -> None:
    for name in Lists.NAMES:
        for item in described["paths"][f"/api/v1/{name}"]["get"]["parameters"]:
            shape = item["schema"].get("items", {})
            named = shape.get("$ref", "").rpartition("/")[2]
            words = described["components"]["schemas"].get(named, shape).get("enum", ())
            for word in words[:: max(1, len(words) // 3)]:
                answer = get(f"/api/v1/{name}", params={item["name"]: word, "limit": 1})
                assert answer.status_code == 200, (name, item["name"], word)


def test_a_table_that_is_cut_says_where_the_rest_is(get: Get) -> None:
    link = get("/api/v1/people.csv?limit=2&country=BY").headers["link"]
    assert (link[0], link[-13:]) == ("<", '>; rel="next"')
    rest = get(link[1:].partition(">")[0].removeprefix("http://test")).text
    assert rest.startswith("id,key,type,label")
    assert "link" not in get("/api/v1/people.csv?country=BY").headers


def test_the_search_is_what_the_description_says(get: Get, described: dict[str, Any]) -> None:
    content = described["paths"]["/api/v1/search"]["get"]["responses"]["200"]["content"]
    schema = {**content["application/json"]["schema"], "components": described["components"]}
    jsonschema.validate(get("/api/v1/search?q=igor").json(), schema)


def test_entries_are_counted_by_a_filter(get: Get) -> None:
    said = get("/api/v1/laureates?facet=country&award=award/nobel-peace-prize&lang=fr").json()
    counts = [row["count"] for row in said["data"]]
    assert counts == sorted(counts, reverse=True) != []
    first = said["data"][0]
    listed = get(f"/api/v1/laureates?country={first['value']}&award=award/nobel-peace-prize").json()
    assert first["label"] != first["value"]
    assert 0 < first["count"] <= listed["count"]  # claims that say the same are one thing
    table = get("/api/v1/claims.csv?facet=status").text.splitlines()
    assert table[0] == "value,label,count,disputed"
    assert {line.split(",")[0] for line in table[1:]} >= {"asserted", "contested", "verified"}
    assert "there is: country" in get("/api/v1/people?facet=name").json()["hint"]


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("people?facet=country", 500),
        ("people?country=RU&sort=-name", 500),
        ("events?sort=date", 500),
        ("search?q=memorial", 100),
    ],
)
def test_pages_hold_everything_once(get: Get, path: str, most: int) -> None:
    whole = get(f"/api/v1/{path}&limit={most}").json()
    pieces, following = [], f"/api/v1/{path}&limit=7"
    while following:
        page = get(following).json()
        pieces += page["data"]
        following = page["next"]
    assert pieces == whole["data"]
    assert len(pieces) == whole["count"]


def test_events_are_found_by_what_was_done_and_when(get: Get) -> None:
    found = get("/api/v1/events?what=killing&year=2006-2011&sort=-date").json()["data"]
    assert [each["date"] for each in found] == sorted(
        (each["date"] for each in found), reverse=True
    )
    assert "Killing – Anna Politkovskaya" in [each["label"] for each in found]
    [most, *_] = get("/api/v1/events?facet=what&lang=fr").json()["data"]
    assert (most["value"], most["label"]) == ("detention", "détention")


@pytest.mark.parametrize(
    "path",
    ["people/Igor%20Kalyapin", "people/igor_kalyapin", "people/Igor_Kalyapin", "places/RU", "awards/Prix Rafto"],
)  # fmt: skip
def test_an_entry_is_found_by_its_name(get: Get, path: str) -> None:
    assert get(f"/api/v1/{path}?fields=label").status_code == 200


def test_each_attribute_of_a_claim_has_a_column_of_its_own() -> None:
    accused = {"id": "https://e.example/id/person/9", "label": "Awa Ndiaye"}
    said = {"fine": [{"text": "500000 XOF", "language": ""}], "accused": [accused], "date": ["x"]}
    row = flat({"id": "https://e.example/id/proceeding/1", "says": said, "date": "2021"})
    assert row == {
        "id": "https://e.example/id/proceeding/1",
        "fine": "500000 XOF",
        "accused": "Awa Ndiaye",
        "accused_id": "https://e.example/id/person/9",
        "date": "2021",
    }


def test_references_are_two_columns_and_several_values_one_cell() -> None:
    reference = {"id": "https://e.org/a", "label": "A; B", "key": "a", "type": "person"}
    row = flat({"who": reference, "all": [reference, reference], "none": [], "n": 3, "yes": True})
    assert row["who_id"] == "https://e.org/a"
    assert row["all_id"] == "https://e.org/a; https://e.org/a"
    assert columns_of([{"a": 1}, {"b": 2, "a_id": 3}]) == ["a", "a_id", "b"]
    assert csv_of([row]).decode().splitlines()[1].endswith(",3,true")


def test_a_person_has_a_life_in_one_record(get: Get) -> None:
    said = get(f"/api/v1/people/{KEY}").json()
    assert {"awards", "roles", "acts", "cases", "timeline", "sources", "documents"} <= said.keys()
    assert said["roles"]
    days = [each["date"] for each in said["timeline"]]
    assert days == sorted(days) != []
    assert {each["status"] for each in said["timeline"]} >= {"asserted", "contested"}
    assert any(each["url"].startswith("https://") for each in said["documents"])
    estemirova = get("/api/v1/people?q=estemirova&fields=acts,label").json()["data"]
    assert any(each["acts"] for each in estemirova)


def test_an_event_has_its_people_its_claims_and_its_documents(get: Get) -> None:
    events = get("/api/v1/events?limit=500").json()["data"]
    told = [event for event in events if event["documents"]]
    assert len(told) > len(events) / 2
    for event in told:
        assert event["publishers"] > 0, event["id"]
        assert event["claims"] == len(event["claims_about"]) > 0
    assert any(event["people"] for event in told)
    for event in (*told[:3], max(told, key=lambda each: each["claims"])):
        claims = get(f"/api/v1/claims?about={event['key']}").json()["data"]
        named = {each["id"] for each in event["claims_about"]}
        assert {each["id"] for each in claims} == named
        acts = [each for each in claims if each["type"] == "act"]
        assert all(each["about"][0]["key"] == event["key"] for each in acts)
        assert acts


def test_a_disputed_detail_is_marked_and_finds_nobody(get: Get) -> None:
    """Two sources name two countries of Anatoly Marchenko, and two days of one ceremony."""
    rows = get("/api/v1/laureates?q=Anatoly Marchenko").json()["data"]
    rows = [row for row in rows if "Ukraine" in json.dumps(row)]
    assert {(*row["disputed"],) for row in rows} == {("recipient_country",)}
    assert {row["recipient_countries"][0]["status"] for row in rows} == {"contested"}
    assert get("/api/v1/laureates?q=Anatoly Marchenko&country=Ukraine").json()["count"] == 0
    dated = get("/api/v1/laureates?q=Ignacio Gomez&year=2002").json()["data"]
    assert {(*row["disputed"],) for row in dated} == {("date",)}
