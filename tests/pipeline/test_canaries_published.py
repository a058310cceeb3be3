"""No canary is in anything that the public is given: site, pages, endpoint, reconciliation, releases, logs; and no question finds one."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Final
from urllib.parse import quote, urljoin, urlsplit

import httpx
import pytest
from tests.pipeline.canaries import EXAMPLE, PLACES, canary, forms, make, read_outputs
from tests.web.endpoint.conftest import Running

from hrdgraph.cli.app import run

LINK: Final = re.compile(r'(?:href|src|action|data-[a-z]+)="([^"]*)"')
KEYS: Final = (
    "columnkey",
    "tablekey",
    "rowkey",
    "source",
    "sourcefile",
    "sourcekey",
)  # in keys they have no accent
PROBED: Final = (*KEYS, "rowname", "sourcetitle", "table", "words", "property", "risk", "place")
BASE: Final = "https://example.org/id/"
ADA: Final = f"{BASE}person/example/Ada_Example"
EVERYTHING: Final = "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
STARTS: Final = (
    "/", "/en/", "/fr/", "/es/", "/en/browse?kind=person", "/en/search?q=example", "/fr/search?q=a", "/robots.txt", "/sitemap.xml",
    "/static/things.json", "/static/vocabulary.json", "/files/SHA256SUMS", "/ontology", "/void.ttl", "/.well-known/void", "/openapi.json",
    "/queries/examples.ttl", "/sparql", "/sparql/graphs", "/sparql/graphs?default", "/nothing", "/en/nothing", "/id/nothing",
    "/files/manifest.json", "/files/findings.json", "/files/report.html", "/files/..%2fprivate%2freport.html", "/data/nothing.ttl",
    "/sparql?query=SELECT", "/sparql?query=SELECT%20*%20%7B%20?s%20?p%20(1%20%7D", "/reconcile?queries=%7B", "/reconcile/preview?id=nothing",
)  # fmt: skip
ACCEPTED: Final = (
    "text/html",
    "text/turtle",
    "application/ld+json",
    "application/n-triples",
    "application/sparql-results+json",
    "image/png",
)
PREFIXES: Final = ("", "a", "c", "ca", "canary", "e", "s", "r")
# what may be asked of each route with a word of one's own
ASKED: Final = (
    "/en/search?q={word}", "/es/browse?country={word}&kind=person", "/id/person/secret/{word}", "/en/id/person/example/{word}", "/data/person/secret/{word}.ttl",
    "/data/person/example/{word}.jsonld", "/en/sources/secret{word}", "/sparql/graphs?graph=https://example.org/graph/secret{word}",
    "/en/queries/things-named?text={word}", "/queries/things-named.csv?text={word}", "/queries/timeline-of-person.json?person=secret/{word}",
    "/reconcile/suggest/entity?prefix={word}", "/reconcile/suggest/property?prefix={word}", "/reconcile/flyout?id=person/secret/{word}",
    "/reconcile/preview?id=person/example/{word}",
)  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make(tmp_path_factory.mktemp("published") / "project")
    assert run(["build", str(folder)]) == 3  # expectations are not met, on purpose
    return folder


@pytest.fixture(scope="module")
def server(project: Path) -> Iterator[Running]:
    """A server that notes queries; as an operator starts it, with generous bounds."""
    running = Running(project, log_queries=True, client_errors=0, client_seconds=0)
    yield running
    if running.process.poll() is None:
        running.stop(signal.SIGKILL)


@pytest.fixture
def client(server: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.address, timeout=60) as made:
        yield made


def all_forms(places: tuple[str, ...] = PLACES) -> dict[str, list[bytes]]:
    return {
        place: [*forms(canary(place)), *(form.lower() for form in forms(canary(place)))]
        for place in places
    }


def leaks(pieces: list[tuple[str, bytes]]) -> list[tuple[str, str]]:
    words = all_forms()
    return [
        (where, place)
        for where, data in pieces
        for place, found in words.items()
        if any(form in data for form in found)
    ]


def as_piece(answer: httpx.Response) -> tuple[str, bytes]:
    """All that an answer tells: headers, and the body unpacked."""
    head = "".join(f"{name}: {value}\n" for name, value in answer.headers.items())
    return f"{answer.request.method} {answer.request.url}", head.encode() + answer.content


def everything(client: httpx.Client) -> dict[str, httpx.Response]:
    """The answers to every address that can be reached, each asked for in each media type that it might have."""
    found: dict[str, httpx.Response] = {}
    waiting = list(STARTS)
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found[path] = answer = client.get(path)
        if path.startswith(("/id/", "/sparql?", "/ontology", "/.well-known")):
            found |= {
                f"{path} {accept}": client.get(path, headers={"accept": accept})
                for accept in ACCEPTED
            }
        links = [
            answer.headers.get("location", ""),
            *re.findall(r"<([^>]*)>", answer.headers.get("link", "")),
        ]
        if answer.headers.get("content-type", "").startswith(("text/html", "application/xml")):
            links += [
                unescape(href)
                for href in (*LINK.findall(answer.text), *re.findall(r"<loc>([^<]*)", answer.text))
            ]
        waiting += [
            near for link in links if (near := own(client, path, link)) and near not in found
        ]
    return found


def own(client: httpx.Client, path: str, link: str) -> str:
    """A link as a path of this server; nothing where it leads elsewhere. IRIs of the project are asked for here."""
    full = urlsplit(urljoin(str(client.base_url.join(path)), link.replace(BASE, "/id/")))
    here = full.scheme == "http" and full.port == client.base_url.port
    few = (
        full.query.count("&") == 0 or "browse" not in full.path
    )  # lists by one facet, not by every pair of two
    return (full.path + (f"?{full.query}" if full.query else "")) if here and few else ""


def reconciled(client: httpx.Client) -> list[httpx.Response]:
    """What the reconciliation service says of all that it has, in three languages."""
    made = []
    for service in ("/reconcile", "/fr/reconcile", "/es/reconcile"):
        made.append(client.get(f"{service}/"))
        made += [
            client.get(f"{service}/suggest/{what}", params={"prefix": text})
            for what in ("entity", "property", "type")
            for text in PREFIXES
        ]
        properties = [
            client.get(f"{service}/properties", params={"type": kind})
            for kind in ("person", "organisation", "award", "edition", "event")
        ]
        ids = {
            item["id"]
            for answer in made
            if "entity" in str(answer.url)
            for item in answer.json()["result"]
        }
        names = {item["id"] for answer in properties for item in answer.json()["properties"]}
        wanted = json.dumps(
            {"ids": sorted(ids), "properties": [{"id": name} for name in sorted(names)]}
        )
        made += [*properties, client.post(f"{service}/", data={"extend": wanted})]
        queries = {
            f"q{n}": {"query": text}
            for n, text in enumerate(("Ada Example", "example", "Rosa", "canary", "secret"))
        }
        made.append(client.post(f"{service}/", data={"queries": json.dumps(queries)}))
        made += [
            client.get(f"{service}/{page}", params={"id": id})
            for page in ("preview", "flyout")
            for id in sorted(ids)
        ]
    return made


@pytest.mark.heavy
def test_no_canary_is_in_the_site(
    project: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert (
        run(
            [
                "site",
                str(project),
                "--output",
                str(tmp_path / "site"),
                "--base-url",
                "https://example.org/",
                "--anyway",
            ]
        )
        == 0
    )
    captured = capfdbinary.readouterr()
    pieces = [*read_outputs(tmp_path / "site"), ("printed", captured.out + captured.err)]
    assert len(pieces) > 200
    assert any(b"Ada Example" in data for _, data in pieces)
    assert leaks(pieces) == []


@pytest.mark.heavy
def test_no_canary_is_in_any_page_or_answer_or_log(server: Running, client: httpx.Client) -> None:
    found = everything(client)
    statuses = [answer.status_code for answer in found.values()]
    assert len(found) > 300
    assert {200, 303, 400, 404, 406} <= set(statuses)
    assert 500 not in statuses
    assert {
        found[path].status_code
        for path in (
            "/void.ttl",
            "/.well-known/void",
            "/openapi.json",
            "/queries/examples.ttl",
            "/sparql",
        )
    } == {200}
    assert (
        f"{server.address}/void.ttl" in found["/sparql"].text
    )  # the service points to the description of the data set
    for key in ("person/Ada_Example", "award/example-award"):
        assert {
            f"/id/{key}",
            f"/es/id/{key}",
            f"/data/{key}.ttl",
            f"/data/{key}.jsonld",
            f"/data/{key}.nt",
        } <= found.keys()
    assert leaks([as_piece(answer) for answer in found.values()]) == []
    log = server.log.read_bytes()
    assert b"/data/person/Ada_Example.ttl" in log
    assert leaks([("log", log)]) == []


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    "accept",
    [
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
    ],
)
def test_no_canary_is_in_the_endpoint(client: httpx.Client, accept: str) -> None:
    answer = client.post("/sparql", data={"query": EVERYTHING}, headers={"accept": accept})
    assert answer.status_code == 200
    assert b"Ada Example" in answer.content
    assert leaks([as_piece(answer)]) == []


@pytest.mark.heavy
@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/ld+json", "application/rdf+xml", "application/trig"]
)
def test_no_canary_is_in_any_graph(client: httpx.Client, accept: str) -> None:
    rows = client.post(
        "/sparql",
        data={"query": "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"},
        headers={"accept": "text/csv"},
    )
    graphs = rows.text.split()[1:]
    assert "https://example.org/graph/example" in graphs
    asked = [
        client.get("/sparql/graphs", params={"graph": graph}, headers={"accept": accept})
        for graph in graphs
    ]
    asked.append(client.get("/sparql/graphs?default", headers={"accept": accept}))
    asked.append(
        client.post(
            "/sparql", data={"query": "CONSTRUCT WHERE { ?s ?p ?o }"}, headers={"accept": accept}
        )
    )
    assert {answer.status_code for answer in asked} == {200}
    assert leaks([as_piece(answer) for answer in asked]) == []


def test_no_canary_is_in_the_reconciliation_service(client: httpx.Client) -> None:
    made = reconciled(client)
    assert {answer.status_code for answer in made} <= {200, 307}
    assert sum(b"Ada Example" in answer.content for answer in made) > 10
    assert leaks([as_piece(answer) for answer in made]) == []


def same_but_for(answer: httpx.Response, word: str) -> tuple[int, str]:
    """An answer without the word that was asked for, in any spelling, and without what is made of it: digests."""
    text = unescape(answer.text)
    for spelled in {
        word,
        quote(word),
        quote(quote(word)),
        json.dumps(word)[1:-1],
        word.lower(),
        quote(word).lower(),
    }:
        text = text.replace(spelled, "WORD")
    return answer.status_code, re.sub(r"[0-9a-f]{16,}", "DIGEST", text)


@pytest.mark.sampled(4)
@pytest.mark.parametrize("place", PROBED)
def test_who_asks_for_a_canary_is_answered_as_for_nonsense(
    client: httpx.Client, place: str
) -> None:
    words = [
        canary(place, flock).replace("é", "" if place in KEYS else "é") for flock in ("A", "Z")
    ]
    for path in ASKED:
        real, nonsense = (
            same_but_for(client.get(path.format(word=quote(word))), word) for word in words
        )
        assert real == nonsense, path
    for text in (
        'ASK {{ ?s ?p ?o FILTER(CONTAINS(STR(?o), "{w}") || CONTAINS(STR(?s), "{w}")) }}',
        "ASK {{ GRAPH ?g {{ ?s ?p <https://example.org/line/{w}> }} }}",
    ):
        answers = [
            client.post("/sparql", data={"query": text.format(w=word)}).json() for word in words
        ]
        assert [answer["boolean"] for answer in answers] == [False, False]
    queries = [
        json.dumps({"q": {"query": word, "properties": [{"pid": "hrd:note", "v": word}]}})
        for word in words
    ]
    matches = [client.post("/reconcile/", data={"queries": text}).json() for text in queries]
    assert matches[0] == matches[1]


@pytest.mark.heavy
def test_no_canary_is_in_a_release_nor_in_the_next_one(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    folder = make(tmp_path / "project")
    here = ("-p", str(folder), "--output", str(tmp_path / "releases"), "--anyway")
    assert run(["build", str(folder)]) == 3
    assert run(["release", "1", *here, "--date", "2026-01-01"]) == 0
    assert (
        run(
            [
                "withdraw",
                ADA,
                "-p",
                str(folder),
                "--reason",
                canary("row"),
                "--who",
                canary("rowname"),
                "--code",
                "safety",
            ]
        )
        == 0
    )
    table = folder / EXAMPLE / "people.csv"
    text = table.read_text("utf-8")
    table.write_text(
        text.replace(",,,,,,public,", ",,,,,,withheld,"), encoding="utf-8"
    )  # Berta, who was public until now
    assert table.read_text("utf-8") != text
    capfdbinary.readouterr()
    assert run(["build", str(folder)]) == 3
    assert run(["release", "2", *here, "--date", "2026-02-01"]) == 0
    captured = capfdbinary.readouterr()
    assert "2" in {path.name for path in (tmp_path / "releases").iterdir()}
    pieces = [*read_outputs(tmp_path / "releases"), ("printed", captured.out + captured.err)]
    assert leaks(pieces) == []
    assert (tmp_path / "releases" / "2" / "changes.rdfp").read_text().count("# D hmac-sha256:") > 10
    second = list(read_outputs(tmp_path / "releases" / "2"))
    assert any(b"Rosa Risk" in data for _, data in second)
    for word in (b"Ada Example", b"Ada_Example", b"Berta Example", b"Berta_Example", b"2024-12"):
        assert [where for where, data in second if word in data] == [], word
    words = " ".join(
        line
        for where, data in second
        if where.endswith(("graph.nq", ".rdfp"))
        for line in data.decode().splitlines()
        if "/withdrawn/" in line
    )
    assert {"ontology#Withdrawn>", "prov#invalidatedAtTime>"} == set(
        re.findall(r"(?:ontology|prov)#\w+>", words)
    )  # the tombstone, and no more
    crate = json.loads((tmp_path / "releases" / "2" / "ro-crate-metadata.json").read_text("utf-8"))
    based = next(node for node in crate["@graph"] if node["@id"] == "./")["isBasedOn"]
    assert len(based) == 1, based  # the example; that there is another source is not told
