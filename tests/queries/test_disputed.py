"""Nobody reads what somebody disputes as a fact: disputes of every kind are planted, and all questions, formats, pages, the API and the
network are gone through. Who is in a dispute alone has an IRI below `person/disputed/`."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from urllib.parse import quote

import httpx
import networkx as nx
import polars as pl
import pytest
from starlette.applications import Starlette
from tests.queries.conftest import BASE, DERIVED, QUERIES, graph_of

import hrdgraph
from hrdgraph.exports.formats import FORMATS, export
from hrdgraph.exports.network import network
from hrdgraph.library.answers import Statements
from hrdgraph.ontology import load
from hrdgraph.pipeline.stages.derivation import derive_all
from hrdgraph.project import open_shipped_model
from hrdgraph.queries.catalogue import Catalogue, find
from hrdgraph.queries.model import Query
from hrdgraph.queries.run import run
from hrdgraph.rdf import ColumnGraph
from hrdgraph.store.contract import Solutions
from hrdgraph.store.oxigraph import OxigraphStore
from hrdgraph.vocab import HRD, ORG, SCHEMA
from hrdgraph.web.json_api.downloads import Downloads
from hrdgraph.web.json_api.lists import Lists

CONFERRED = "a hrd:AwardConferral , hrd:Claim ; hrd:edition :edition\\/torch\\/{year} ; hrd:recipient person:disputed\\/{who} ; hrd:outcome outcome:{what}"
PLANTED = """
:x1 {won1} ; hrd:recipientCountry country:TW ; hrd:alternativeTo :x2 . :x2 {won2} ; hrd:recipientCountry country:TW .
:x3 {won3} ; hrd:claimStatus status:contested .
:x4 {won4} ; hrd:share "1/1" . :x5 {won5} .
:x6 {won6} . :x7 {lost6} .
:x8 {won8} ; hrd:claimStatus status:contested . :x9 {won8} ; hrd:claimStatus status:asserted .
:x10 a org:Membership , hrd:Claim ; org:member person:disputed\\/9 ; org:organization group:alpha\\/wall ; org:role role:chair ; hrd:date "2001/.."^^edtf:edtf ; hrd:alternativeTo :x11 .
:x11 a org:Membership , hrd:Claim ; org:member person:disputed\\/10 ; org:organization group:alpha\\/wall ; org:role role:chair ; hrd:date "2001/.."^^edtf:edtf .
:x12 a hrd:Founding , hrd:Claim ; org:resultingOrganization group:alpha\\/wall ; hrd:founder person:disputed\\/11 ; hrd:date "2011"^^edtf:edtf ; hrd:alternativeTo :x13 .
:x13 a hrd:Founding , hrd:Claim ; org:resultingOrganization group:alpha\\/wall ; hrd:founder person:disputed\\/12 ; hrd:date "2011"^^edtf:edtf .
:x14 a hrd:HumanRightsEvent , hrd:Claim ; hrd:act :x15 ; hrd:date "2009-07-16"^^edtf:edtf ; hrd:country country:RU .
:x15 a hrd:Act , hrd:Claim ; hrd:victim person:disputed\\/13 ; hrd:actType act:attack ; hrd:alternativeTo :x16 .
:x17 a hrd:HumanRightsEvent , hrd:Claim ; hrd:act :x16 ; hrd:date "2009-07-16"^^edtf:edtf ; hrd:country country:RU .
:x16 a hrd:Act , hrd:Claim ; hrd:victim person:disputed\\/14 ; hrd:actType act:attack .
:x18 a hrd:FateStatement , hrd:Claim ; hrd:fateOf person:disputed\\/15 ; hrd:date "2012"^^edtf:edtf ; hrd:fate <https://w3id.org/hrdgraph/vocabulary/fate/released> .
:x19 a hrd:FateStatement , hrd:Claim ; hrd:fateOf person:disputed\\/15 ; hrd:date "2012"^^edtf:edtf ; hrd:fate <https://w3id.org/hrdgraph/vocabulary/fate/dead> .
:x20 a schema:Quotation , hrd:Claim ; schema:creator person:disputed\\/16 ; schema:about group:alpha\\/wall ; hrd:claimStatus status:contested .
""".format(
    **{f"won{n}": CONFERRED.format(year=2010 if n != 4 and n != 5 else 2012, who=n, what="laureate") for n in range(1, 9)},
    lost6=CONFERRED.format(year=2010, who=6, what="honorary"),
)  # fmt: skip
WHO = [n for n in range(1, 17) if n != 7]
ALONE = f"{BASE}person/disputed/"
# of these the claims themselves are asked for, or names alone
OF_CLAIMS = {"everything-about-person"}
TOPICS = {"awards", "events", "organisations", "people"}
QUESTIONS = [
    query for query in find(QUERIES) if query.topic in TOPICS and query.name not in OF_CLAIMS
]
VALUES = {
    "award": "torch", "organisation": "organisation/alpha/wall", "country": "TW", "from": "2000-01-01", "to": "2020-12-31",
    "date": "2002-01-01", "event": f"{BASE}x14", "place": "country/TW", "year": "2010", "one": "person/disputed/1", "other": "person/disputed/2",
}  # fmt: skip


@pytest.fixture(scope="module")
def planted(catalogue: Catalogue) -> Iterator[tuple[OxigraphStore, ColumnGraph]]:
    claims = re.findall(r"(?m)^(?:.*?\. )?(:x\d+) (?=a )", PLANTED.replace(" . :", " .\n:"))
    people = "".join(
        f'person:disputed\\/{n} a foaf:Person ; skos:prefLabel "Ñandú Disputa-Åström {n}"@es ; hrd:evidence :evidence\\/alpha\\/a1 .\n'
        for n in WHO
    )
    cited = "".join(f":x{n} hrd:evidence :evidence\\/alpha\\/a1 .\n" for n in range(1, 21))
    assert len(claims) > 15
    store = OxigraphStore.create()
    graph = graph_of(f"graph:alpha {{ {PLANTED} {people} {cited} }}")
    ontology = load(open_shipped_model())
    graph = ColumnGraph.union([graph, ColumnGraph.from_quads(ontology.quads)])
    store.add(graph)
    found = derive_all(store, catalogue, ontology, graph, DERIVED)
    with store:
        yield store, found.whole


def _parameters(query: Query) -> Iterator[dict[str, str]]:
    """What a question is asked with: each person of a dispute where it asks for one, and nothing that it does not need."""
    needed = [p.name for p in query.parameters if not p.optional and p.default is None]
    given = {name: VALUES[name] for name in needed if name in VALUES}
    if missing := [name for name in needed if name not in given]:
        yield from ({**given, missing[0]: f"person/disputed/{n}"} for n in WHO)
    else:
        yield given


@pytest.mark.parametrize("query", QUESTIONS, ids=lambda query: query.name)
def test_no_question_tells_a_dispute_as_a_fact(
    query: Query, planted: tuple[OxigraphStore, ColumnGraph]
) -> None:
    wrong = []
    for parameters in _parameters(query):
        answer = run(planted[0], query, parameters, BASE)
        assert isinstance(answer, Solutions)
        for row in answer.rows:
            cells = [getattr(term, "value", "") for term in row]
            told = any(cell.startswith(ALONE) for cell in cells) or parameters
            about = any(ALONE in cell or "Disputa" in cell for cell in cells)
            if (
                told
                and about
                and not any(cell.endswith(("/contested", "/refuted")) for cell in cells)
            ):
                wrong.append(cells)
    assert wrong == []


def test_no_country_counts_a_disputed_laureate(planted: tuple[OxigraphStore, ColumnGraph]) -> None:
    answer = run(planted[0], find(QUERIES)["countries-with-most-laureates"], {}, BASE)
    assert isinstance(answer, Solutions)
    assert not [row for row in answer.rows if "country/TW" in str(row)]


FLAT = (HRD.hasWon, SCHEMA.award, HRD.undisputedLaureate, ORG.memberOf)


@pytest.mark.parametrize("format", [name for name in FORMATS if FORMATS[name].is_marked])
def test_no_format_has_a_shortcut_over_a_dispute(
    format: str, planted: tuple[OxigraphStore, ColumnGraph]
) -> None:
    flat = ColumnGraph.union([planted[1].where(p=predicate) for predicate in FLAT])
    assert len(flat) > 3
    out = io.BytesIO()
    export(flat, format, out, context=QUERIES.parent / "ontology/context.jsonld", base=BASE)
    assert b"disputed/" not in out.getvalue()


def test_the_network_says_of_each_edge_whether_it_is_disputed(
    planted: tuple[OxigraphStore, ColumnGraph],
) -> None:
    net: nx.MultiDiGraph = network(planted[1])
    edges = [edge for edge in net.edges(data=True) if ALONE in f"{edge[0]}{edge[1]}"]
    assert {data["kind"] for *_, data in edges} >= {"won", "role", "founded", "victim", "spoke-of"}
    assert {data["status"] for *_, data in edges} == {"contested"}


@pytest.fixture(scope="module")
def ask(
    built: object, planted: tuple[OxigraphStore, ColumnGraph]
) -> Callable[[str], httpx.Response]:
    """Asks the pages and the API of the planted graph."""
    import asyncio

    from hrdgraph.web.json_api.routes import routes
    from hrdgraph.web.pages import Site
    from hrdgraph.web.pages.pages import Pages
    from hrdgraph.web.pages.routes import routes as page_routes
    from hrdgraph.web.reconciliation import routes as reconciliation_routes

    graph = hrdgraph.open(Statements(planted[1]), project=built)  # type: ignore[arg-type]
    site = Site.of(graph)
    pages = Pages(site)
    machines = [*reconciliation_routes(pages), *routes(pages)]
    app = Starlette(routes=[*machines, *page_routes(pages)])

    def get(path: str) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url="http://e.org") as client:
                return await client.get(path)

        return asyncio.run(asked())

    return get


def test_no_download_and_no_feed_tells_a_dispute_as_a_fact(
    ask: Callable[[str], httpx.Response],
) -> None:
    for name in Downloads.NAMES:
        answer = ask(f"/files/{name}")
        assert answer.status_code == 200, name
        rows = list(map(str, answer.json())) if answer.text.startswith("[") else []
        if name.endswith(".parquet"):
            rows = list(map(str, pl.read_parquet(answer.content).to_dicts()))
        rows = rows or answer.text.splitlines()
        told = [row for row in rows if "disputed/" in row and "contested" not in row]
        assert [row for row in told if '"schema":"Person"' not in row] == [], name
    entries = re.findall(r"<entry>.*?</entry>", ask("/en/feed.atom").text, re.S)
    told = [one for one in entries if "Disputa" in one and "contested" not in one]
    assert told == []


def test_no_list_of_the_api_counts_a_dispute(ask: Callable[[str], httpx.Response]) -> None:
    for path in ("laureates?facet=country", "people?facet=award"):
        values = {row["value"] for row in ask(f"/api/v1/{path}").json()["data"]}
        assert "country/TW" not in values, path
    assert ask("/api/v1/people?award=award/torch&q=Disputa").json()["count"] == 0
    dated = [row["label"] for row in ask("/api/v1/people?decade=2010&limit=500").json()["data"]]
    assert [label for label in dated if "Disputa" in label] == []
    editions = ask("/api/v1/editions?award=award/torch&limit=500").json()["data"]
    assert "Disputa" not in str([one["undisputed_laureates"] for one in editions])


def test_extending_a_table_adds_no_dispute(ask: Callable[[str], httpx.Response]) -> None:
    properties = [{"id": each} for each in ("hrd:hasWon", "schema:award", "org:memberOf")]
    asked = {"ids": [f"person/disputed/{n}" for n in WHO], "properties": properties}
    answer = ask(f"/en/reconcile?extend={quote(json.dumps(asked))}")
    assert answer.status_code == 200, answer.text
    cells = [cell for row in answer.json()["rows"].values() for cell in row.values()]
    assert cells
    assert not any(cells)


def test_no_page_leads_with_a_dispute(ask: Callable[[str], httpx.Response]) -> None:
    for number in WHO:
        page = ask(f"/en/id/person/disputed/{number}")
        assert page.status_code == 200
        lead = re.search(r'<p class="lead">(.*?)</p>', page.text)
        assert lead is None, lead[1] if lead else ""
        assert "contested" in page.text
        structured = re.findall(
            r'<script type="application/ld\+json">(.*?)</script>', page.text, re.S
        )
        assert not any('"award"' in one for one in structured)
    for number in range(1, 21):
        summary = re.search(r'name="description" content="(.*?)"', ask(f"/en/id/x{number}").text)
        assert summary is None or "ontested" in summary[1] or number in (7, 9, 14, 17), number
    award = ask("/en/id/award/torch").text
    names = re.findall(r"<li[^>]*>(?:(?!</li>).)*?Disputa-Åström(?:(?!</li>).)*</li>", award, re.S)
    assert len(names) > 5
    assert [one for one in names if "contested" not in one] == []


@pytest.mark.parametrize("name", Lists.NAMES)
def test_no_list_of_the_api_has_a_dispute_unmarked(
    name: str, ask: Callable[[str], httpx.Response]
) -> None:
    rows = ask(f"/api/v1/{name}?limit=500").json()["data"]
    about = [row for row in rows if "disputed/" in json.dumps(row)]
    marked = [row for row in about if "contested" in json.dumps(row) or row["type"] == "person"]
    assert about == marked
    if name != "claims":  # their numbers say of nothing that it is disputed
        assert [row for row in rows if row.get("status") in ("contested", "refuted")] == []
