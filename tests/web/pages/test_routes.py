"""The routes: an IRI negotiates strictly, data is data, what is unchanged is 304, and every answer forbids foreign content."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

import httpx
import pytest
import rdflib

import hrdgraph
from hrdgraph.errors import Origin, QueryError
from hrdgraph.store.contract import Answer
from hrdgraph.web.endpoint.negotiation import Problem
from hrdgraph.web.pages import Site
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.routes import SECURITY


class Client(Protocol):
    def get(
        self, path: str, headers: Mapping[str, str] | None = None, method: str = "GET"
    ) -> httpx.Response: ...


KEY = "person/Igor_Kalyapin"


@pytest.mark.parametrize(
    ("accept", "languages", "target"),
    [
        ("text/html", "fr", f"/fr/id/{KEY}"),
        ("text/html", "de", f"/en/id/{KEY}"),
        ("text/turtle", "fr", f"/data/{KEY}.ttl"),
        ("application/ld+json", "", f"/data/{KEY}.jsonld"),
        ("application/n-triples", "", f"/data/{KEY}.nt"),
        ("application/rdf+xml, text/html;q=0.5", "", f"/data/{KEY}.rdf"),
    ],
)
def test_an_iri_leads_to_what_is_accepted(
    client: Client, accept: str, languages: str, target: str
) -> None:
    answer = client.get(f"/id/{KEY}", headers={"Accept": accept, "Accept-Language": languages})
    assert (answer.status_code, answer.headers["location"]) == (303, target)
    assert answer.headers["vary"] == "Accept, Accept-Language"
    assert answer.headers["link"].count('rel="alternate"') == 7
    assert client.get(target).status_code == 200


def test_what_no_list_shows_has_an_address_too(client: Client) -> None:
    key = "evidence/kalyapin-page/1455-1596"
    assert client.get(f"/id/{key}", headers={"Accept": "text/turtle"}).status_code == 303
    assert "1455" in client.get(f"/data/{key}.nt").text
    assert "frontlinedefenders.org" in client.get(f"/en/id/{key}").text
    assert client.get("/id/evidence/nothing").status_code == 404


def test_nothing_acceptable_is_406_with_the_list(client: Client) -> None:
    answer = client.get(f"/id/{KEY}", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert answer.headers["vary"] == "Accept, Accept-Language"
    offered = {entry["type"] for entry in answer.json()["alternates"]}
    assert offered == {
        "text/html",
        "text/turtle",
        "application/ld+json",
        "application/n-triples",
        "application/rdf+xml",
    }


def test_rdf_xml_says_what_turtle_says(client: Client) -> None:
    for place in (f"data/{KEY}", "ontology/core"):
        read = [
            rdflib.Graph().parse(data=client.get(f"/{place}.{ending}").content, format=name)
            for ending, name in (("rdf", "xml"), ("nt", "nt"))
        ]
        assert len(read[0]) == len(read[1]) > 50


def test_an_old_iri_leads_to_the_new_one(client: Client) -> None:
    answer = client.get("/id/person/nobel-peace/Nelson_Mandela")
    assert (answer.status_code, answer.headers["location"]) == (
        301,
        "/id/person/Nelson_Mandela",
    )
    page = client.get("/es/id/person/nobel-peace/Nelson_Mandela")
    assert (page.status_code, page.headers["location"]) == (
        301,
        "/es/id/person/Nelson_Mandela",
    )
    base = "https://w3id.org/hrdgraph/id/"
    old = "person/nobel-peace/Nelson_Mandela"
    for text in (old, f"<{base}person/Nelson_Mandela>", f"{base}{old}"):  # in the search as well
        assert 'id/person/Nelson_Mandela"' in client.get(f"/fr/search?q={quote(text)}").text, text
    assert "Mandela" in client.get("/fr/search?q=mandela").text
    accented = client.get("/id/person/nobel-peace/Ren%C3%A9_Cassin")
    assert (accented.status_code, accented.headers["location"]) == (
        301,
        "/id/person/Ren%C3%A9_Cassin",
    )


@pytest.mark.parametrize(
    "path",
    [
        f"/id/{KEY}",
        "/id/person/nobel-peace/Nelson_Mandela",
        "/id/nothing",
        "/ontology",
        "/ontology/core.ttl",
        f"/data/{KEY}.ttl",
    ],
)
def test_scripts_of_other_sites_may_follow_an_iri_to_its_data(client: Client, path: str) -> None:
    assert (
        client.get(path, headers={"Accept": "text/turtle"}).headers["access-control-allow-origin"]
        == "*"
    )


def test_letters_of_an_iri_may_be_escaped_or_not(client: Client) -> None:
    for spelled in ("Oslobođenje", "Oslobo%C4%91enje"):
        assert client.get(f"/en/id/organisation/{spelled}").status_code == 200
        assert (
            client.get(f"/id/organisation/{spelled}", headers={"Accept": "text/turtle"}).status_code
            == 303
        )
        assert client.get(f"/data/organisation/{spelled}.nt").status_code == 200


def test_data_is_what_the_export_gives(client: Client, built: Path) -> None:
    from hrdgraph.exports.formats import FORMATS
    from hrdgraph.exports.graph_texts import ExportOptions

    graph = hrdgraph.open(built)
    for key in (
        KEY,
        "country/RU",
        "award/martin-ennals-award",
        "conferral/kalyapin-page/06-front-line-2011-group",
    ):
        entity = graph.entity(key)
        for ending in ("ttl", "nt"):
            assert client.get(f"/data/{key}.{ending}").content == b"".join(
                FORMATS[ending].write(entity, ExportOptions(None, graph.project.base))
            )


def test_json_ld_has_one_shape_a_key(client: Client) -> None:
    document = client.get(f"/data/{KEY}.jsonld").json()
    assert document["id"] == f"https://w3id.org/hrdgraph/id/{KEY}"
    assert document["label"] == document["name"]["@none"] == "Igor Kalyapin"
    assert list(document)[-2:] == ["evidence", "included"]
    awards = document["awards"]
    assert {award["edition"]["label"] for award in awards} >= {
        "Martin Ennals Award for Human Rights Defenders 2013"
    }
    for award in awards:
        assert {"id", "type", "label", "claimStatus", "outcome"} <= award.keys()
        assert all(isinstance(status, dict) for status in award["claimStatus"])
        assert list(award)[-1] == "evidence"


def test_the_context_for_exports_never_changes(client: Client, site: Site) -> None:
    path, _ = site.context
    context = client.get(f"/{path}")
    assert context.headers["content-type"] == "application/ld+json"
    assert "immutable" in context.headers["cache-control"]
    assert "recipient" in context.json()["@context"]
    assert client.get("/context/v1-000000000000.jsonld").status_code == 404


@pytest.mark.parametrize(
    "key", [KEY, "award/martin-ennals-award", "vocabulary/act-type/abduction", "graph/derived"]
)
def test_each_variant_says_the_same_triples(client: Client, key: str) -> None:
    import rdflib
    from pyld import jsonld

    triples = set(client.get(f"/data/{key}.nt").text.splitlines())
    answer = client.get(f"/data/{key}.jsonld")
    links = jsonld.parse_link_header(answer.headers["link"])
    assert all(isinstance(each, dict) for each in links.values())  # else PyLD fails by address
    document = answer.json()
    assert set(jsonld.to_rdf(document, {"format": "application/n-quads"}).splitlines()) == triples
    turtle = rdflib.Graph().parse(data=client.get(f"/data/{key}.ttl").text, format="turtle")
    known = rdflib.Graph().parse(data="\n".join(triples), format="nt")
    assert set(turtle) == set(known)


@pytest.mark.parametrize(
    "path",
    [
        "/en/",
        f"/fr/id/{KEY}",
        "/static/site.css",
        "/nothing",
        f"/data/{KEY}.ttl",
        "/files/nothing",
        "/es/browse",
    ],
)
def test_every_answer_forbids_foreign_content_and_traces(client: Client, path: str) -> None:
    answer = client.get(path)
    assert {name: answer.headers[name] for name in SECURITY} == dict(SECURITY)
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "set-cookie" not in answer.headers


def test_what_is_unchanged_is_not_sent_again(client: Client) -> None:
    first = client.get(f"/en/id/{KEY}")
    again = client.get(f"/en/id/{KEY}", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"/en/id/{KEY}", headers={"If-None-Match": '"other"'}).status_code == 200


def test_pages_are_compressed_for_who_takes_it(client: Client) -> None:
    packed = client.get("/en/", headers={"Accept-Encoding": "br, gzip"})
    plain = client.get("/en/", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert packed.text == plain.text
    assert "content-encoding" not in plain.headers
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert packed.headers["etag"] != plain.headers["etag"]


def test_pages_say_their_language_and_alternates(client: Client) -> None:
    answer = client.get(f"/fr/id/{KEY}")
    assert answer.headers["content-language"] == "fr"
    assert 'type="text/turtle"' in answer.headers["link"]
    assert client.get("/", headers={"Accept-Language": "es"}).headers["location"] == "/es/"
    assert client.get("/fr").headers["location"] == "/fr/"


def test_saved_queries_have_pages_and_files(client: Client) -> None:
    page = client.get("/fr/queries/laureates-in-year?award=martin-ennals-award&year=2013")
    assert "Joint Mobile Group" in page.text
    assert "Lauréats et lauréates d&#39;un prix une année donnée" in page.text
    data = client.get("/queries/laureates-in-year.csv?award=martin-ennals-award&year=2013")
    assert data.text.splitlines()[0] == "laureate,name,outcome,claims,alternatives"
    assert data.headers["access-control-allow-origin"] == "*"
    named = client.get("/queries/laureates-in-year.csv?award=Prix Martin Ennals&year=2013")
    assert named.text == data.text
    assert client.get("/queries/winners-of-several.json").json()["head"]["vars"] == [
        "winner",
        "name",
        "awards",
    ]


def test_what_a_query_cannot_take_is_said(client: Client) -> None:
    page = client.get("/en/queries/laureates-in-year?award=no-such-award&year=2013")
    assert page.status_code == 404
    assert "the graph says nothing about" in page.text
    problem = client.get("/queries/laureates-in-year.csv")
    assert problem.status_code == 400
    assert problem.headers["content-type"] == "application/problem+json"
    said = problem.json()
    assert said["detail"] == "'award' is missing; 'year' is missing"
    assert "in a web address: year=…" in said["hint"]
    page = client.get("/en/queries/laureates-in-year?year=x&award=y").text
    assert "2 problems" not in page
    assert "&#39;year&#39; takes a year such as 2011, not &#39;x&#39;" in page
    page = client.get("/fr/queries/laureates-in-year?year=x&award=no-such-award").text
    assert "&#39;year&#39; attend une année comme 2011, non « x »" in page
    assert (
        client.get("/queries/claim-without-evidence.csv").status_code == 404
    )  # a check is no question
    assert client.get("/en/queries/nothing").status_code == 404


def test_a_query_that_no_worker_answered_is_no_bad_request(
    site: Site, client_of: Callable[[Site], Client]
) -> None:
    def ask(*_: object) -> Answer:
        try:
            raise QueryError("too many queries are waiting") from Problem(
                503, "endpoint-busy", wait=7
            )
        except QueryError as error:  # as running a query of a file does
            raise QueryError(error.fact, origin=Origin("winners.rq")) from error

    client = client_of(replace(site, ask=ask))
    answer = client.get("/queries/winners-of-several.csv")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")
    page = client.get("/fr/queries/winners-of-several")
    assert page.status_code == 503
    assert "trop de requêtes attendent" in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/queries/none.csv",
        "/queries/laureates-in-year.csv",
        "/data/none.ttl",
        "/context/none",
        "/static/none",
        "/files/none",
        "/ontology/none",
    ],
)
def test_errors_are_problem_details(client: Client, path: str) -> None:
    answer = client.get(path)
    said = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert said["status"] == answer.status_code >= 400
    assert said["detail"]
    assert said["hint"]


@pytest.mark.parametrize(
    "path",
    [
        "search?q=a%26b%3D1%2B%25",
        "browse?country=a%26b",
        "queries/laureates-in-year?award=a%26b%3D1&year=2%2B",
    ],
)
def test_the_same_is_asked_in_another_language(client: Client, path: str) -> None:
    html = client.get(f"/en/{path}").text
    assert f'href="/fr/{path}"'.replace("&", "&amp;") in html


@pytest.mark.parametrize(
    "path", ["/en/", "/files/graph.nq", "/files/SHA256SUMS", f"/data/{KEY}.ttl"]
)
def test_what_a_client_has_is_not_sent_again(client: Client, path: str) -> None:
    tag = client.get(path).headers["etag"]
    again = client.get(path, headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.headers["etag"], again.content) == (304, tag, b"")


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip;q=1.0", "gzip"), ("br, GZIP ; q=0.5", "gzip"), ("gzip;q=0.0", None), ("", None)],
)
def test_a_weight_says_whether_gzip_is_taken(
    client: Client, accepted: str, coding: str | None
) -> None:
    assert (
        client.get("/en/", headers={"Accept-Encoding": accepted}).headers.get("content-encoding")
        == coding
    )


def test_files_of_the_build_have_their_checksums(client: Client) -> None:
    from hashlib import sha256

    sums = dict(
        reversed(line.split("  ")) for line in client.get("/files/SHA256SUMS").text.splitlines()
    )
    assert set(sums) == {"graph.ttl", "graph.trig", "graph.nq", "graph.jsonld"}
    assert sha256(client.get("/files/graph.ttl").content).hexdigest() == sums["graph.ttl"]
    for name in (
        "manifest.json",
        "report.html",
        "findings.json",
        "../hrdgraph.toml",
        "%2e%2e/hrdgraph.toml",
    ):
        assert client.get(f"/files/{name}").status_code == 404


def test_the_ontology_is_there_in_turtle(client: Client) -> None:
    assert (
        client.get("/ontology", headers={"Accept": "text/turtle"}).headers["location"]
        == "/ontology/core.ttl"
    )
    assert client.get("/ontology/core.ttl").headers["content-type"].startswith("text/turtle")
    assert client.get("/ontology/shapes/act.ttl").status_code == 404
    assert 'id="AwardConferral"' in client.get("/fr/ontology").text


def test_what_crawlers_ask_for(client: Client) -> None:
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").text
    sitemap = client.get("/sitemap.xml").text
    assert f"<loc>http://testserver/en/id/{KEY}</loc>" in sitemap
    assert client.get("/sitemap-2.xml").status_code == 404


def test_the_sitemap_of_an_address_is_made_once(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = client.get("/sitemap.xml")
    monkeypatch.setattr("hrdgraph.web.pages.documents._entry", lambda *_: "")
    assert client.get("/sitemap.xml").text == first.text
    assert (
        "<loc>" not in client.get("/sitemap.xml", headers={"Host": "other.example"}).text
    )  # made for that address
    monkeypatch.undo()
    assert "http://other.example/" not in client.get("/sitemap.xml").text


@pytest.mark.parametrize(
    "path",
    [f"/id/{KEY}", f"/data/{KEY}.ttl", "/files/graph.nq", "/ontology", "/queries/sources.csv"],
)
def test_a_script_of_another_site_may_ask_for_data_with_headers_of_its_own(
    client: Client, path: str
) -> None:
    answer = client.get(
        path,
        {"Origin": "http://other.example", "Access-Control-Request-Headers": "if-none-match"},
        "OPTIONS",
    )
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "GET" in answer.headers["access-control-allow-methods"]
    assert "If-None-Match" in answer.headers["access-control-allow-headers"]
    assert client.get("/en/", method="OPTIONS").status_code == 405


@pytest.mark.parametrize(("unit", "status"), [("lines=1", 200), ("bytes=0-9", 206)])
def test_a_range_of_another_unit_than_bytes_is_none(client: Client, unit: str, status: int) -> None:
    assert client.get("/files/graph.nq", {"Range": unit}).status_code == status


def test_what_is_withheld_is_nowhere(client: Client) -> None:
    """Dates of birth are in the tables of the Nobel laureates, and withheld."""
    for path in (
        "/en/id/person/Nelson_Mandela",
        "/data/person/Nelson_Mandela.ttl",
        "/static/things.json",
    ):
        text = client.get(path).text
        assert "Mandela" in text
        assert "1918-07-18" not in text
        assert "18 July 1918" not in text
    assert "Mvezo" not in client.get("/files/graph.nq").text


def test_static_files_and_no_others(client: Client) -> None:
    assert client.get("/static/site.css").headers["content-type"].startswith("text/css")
    for name in (
        "../templates/thing.html",
        "..%2Ftemplates%2Fthing.html",
        "nothing.css",
        "site",
        "vendor",
    ):
        assert client.get(f"/static/{name}").status_code == 404


def test_pages_about_the_whole_graph_are_made_once(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    view = Pages.view
    monkeypatch.setattr(
        Pages,
        "view",
        lambda self, desk, path, query: made.append(path) or view(self, desk, path, query),
    )
    asked = (
        "/en/countries",
        "/fr/countries",
        f"/en/id/{KEY}",
        "/en/browse?page=2",
        "/en/browse?page=1",
        "/en/nothing",
    )
    first = [client.get(path) for path in asked]
    made.clear()
    again = [client.get(path) for path in asked]
    assert made == [f"id/{KEY}", "browse", "browse"]
    assert [(answer.status_code, answer.content) for answer in first] == [
        (answer.status_code, answer.content) for answer in again
    ]
    assert len({answer.content for answer in first}) == len(asked)


def test_files_are_packed_for_who_takes_them_whole(client: Client) -> None:
    plain = client.get("/files/graph.ttl", headers={"Accept-Encoding": "identity"})
    packed = client.get("/files/graph.ttl", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) / 4
    assert packed.content == plain.content
    assert packed.headers["etag"] != plain.headers["etag"]
    tag = {"Accept-Encoding": "gzip", "If-None-Match": packed.headers["etag"]}
    assert client.get("/files/graph.ttl", headers=tag).status_code == 304
    part = client.get("/files/graph.ttl", headers={"Accept-Encoding": "gzip", "Range": "bytes=0-9"})
    assert (part.status_code, len(part.content)) == (206, 10)
    assert "content-encoding" not in part.headers
