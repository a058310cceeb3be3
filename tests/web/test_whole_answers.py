"""Every page and every list of the small invented world of the questions is what is kept of it: the words as they are read, and a digest
of all that a browser or a program is given besides."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from html import unescape
from itertools import cycle
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from starlette.applications import Starlette
from tests.web.pages.test_who_did_what import ROOT, Built

from hrdgraph.exports.thing_finder import ThingFinder
from hrdgraph.ontology import load
from hrdgraph.project import open_project
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio.read import read_quads
from hrdgraph.version import __version__
from hrdgraph.web.json_api.lists import FILTERS, Lists
from hrdgraph.web.json_api.routes import routes as api_routes
from hrdgraph.web.machines.routes import routes as machine_routes
from hrdgraph.web.pages import Site
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.routes import routes as page_routes
from hrdgraph.web.reconciliation.service import routes as reconciliation_routes

GOLDEN = Path(__file__).with_name("golden")
OF_THE_PROGRAM = ("ontology", "data", "about", "editor", "queries")  # no page of this world's facts


MANIFEST = {
    "sources": ["alpha", "beta", "gamma", "none"], "validated": True, "failed": True, "findings": {"violation": 1, "warning": 2, "info": 3},
    "evidence": {"verified": 4, "unverifiable": 5, "whole_document": 6}, "versions": {"hrdgraph": "0.1", "polars": "1"}, "inputs": {"a": ""},
}  # fmt: skip


class World(Built):
    @property
    def things(self) -> ThingFinder:
        return ThingFinder(self.columns, self.project.base, ("en", "fr"))


@pytest.fixture(scope="module")
def pages() -> Pages:
    project = replace(open_project(ROOT), output="no-build")  # the day of one stands in an answer
    files = (ROOT / "tests/queries/sample.trig", GOLDEN / "sources.trig")
    columns = ColumnGraph.from_quads([quad for path in files for quad in read_quads(path)])
    return Pages(Site.of(World(columns, project, load(project), manifest=MANIFEST)))  # type: ignore[arg-type]


def ask(pages: Pages, paths: Iterable[str]) -> list[httpx.Response]:
    served = (machine_routes(pages.site), api_routes(pages), reconciliation_routes(pages), page_routes(pages))  # fmt: skip
    app = Starlette(routes=[route for of in served for route in of])

    async def answers() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return [await client.get(path) for path in paths]

    return asyncio.run(answers())


def digest(body: bytes) -> str:
    return sha256(body.replace(__version__.encode(), b"")).hexdigest()[:12]


def compare(lines: list[str], name: str, folder: Path) -> None:
    """Compare lines with the golden file; they are written where one can copy them."""
    now = folder / name
    now.write_text("\n".join(lines) + "\n", "utf-8")
    assert lines == (GOLDEN / name).read_text("utf-8").splitlines(), f"if it is better, copy {now}"


def read_words(body: str) -> Iterator[str]:
    """Yield the words of the main part of a page, a line for each heading, item and row."""
    main = body.partition("<main")[2].partition("</main")[0].partition(">")[2]
    main = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", main, flags=re.S)
    for line in re.split(r"</(?:h\d|li|tr|p|dd|summary)>", main):
        if words := " ".join(unescape(re.sub(r"<[^>]*>", " ", line)).split()):
            yield f"  {words}"


def test_every_page_is_what_is_kept_of_it(pages: Pages, tmp_path: Path) -> None:
    lines = []
    paths = [path for path in pages.paths() if path not in OF_THE_PROGRAM]
    paths += ["id/country/BR", "id/country/RU", "id/city/brasilia"]
    addresses = [f"/{tag}/{quote(path)}" for path, tag in zip(paths, cycle(("en", "fr", "es")))]
    for address, answer in zip(addresses, ask(pages, addresses), strict=True):
        lines += [f"{address} {digest(answer.content)}", *read_words(answer.text)]
    compare(lines, "pages.txt", tmp_path)


def addresses(pages: Pages) -> Iterator[str]:
    yield from ("/api/v1", "/void.ttl", "/.well-known/void", "/openapi.json")
    for name in ("people", "organisations", "awards", "editions", "events", "places", "laureates", "claims", "sources"):  # fmt: skip
        found = Lists(pages).get(name)
        assert found is not None
        yield from (f"/api/v1/{name}?limit=3", f"/api/v1/{name}.csv", f"/api/v1/{name}?limit=2&sort=-key")  # fmt: skip
        for of in FILTERS[name]:
            yield f"/api/v1/{name}?facet={of}"
            for value in sorted(found.values.get(of, ()))[:3]:
                yield f"/api/v1/{name}?{of}={quote(value)}"
        for entry in found.entries:
            yield f"/api/v1/{name}/{quote(entry.key)}"
        yield f"/api/v1/{name}?fields=key,timeline"
    for ending in (".ttl", ".jsonld", ".nt", ".csv", ".json", ".xlsx", ".zzz"):
        yield f"/data/person/alpha/ana{ending}"
    asked = [{"query": "Ana Lyma", "type": "person", "limit": 3}, {"query": "wall watch"}, {"query": "Torch", "type": "award", "properties": [{"pid": "country", "v": "BR"}]}]  # fmt: skip
    queries = json.dumps({f"q{number}": each for number, each in enumerate(asked)})
    yield f"/reconcile?queries={quote(queries)}"
    extend = {"ids": ["person/alpha/ana", "award/lamp"], "properties": [{"id": "country"}, {"id": "award"}]}  # fmt: skip
    yield f"/reconcile?extend={quote(json.dumps(extend))}"
    for what in ("preview", "flyout"):
        yield f"/reconcile/{what}?id=person/alpha/ana"
    for words in ("ana", "Lima", "wall", "陈", "lmap", "zzz"):
        yield f"/api/v1/search?q={quote(words)}"
        yield f"/reconcile/suggest/entity?prefix={quote(words)}"
        yield f"/en/search?q={quote(words)}"
    for what in ("?facet=zzz", "?limit=0", "?sort=zzz", "?year=zzz", "?zzz=1", "?cursor=zzz", "?fields=zzz", "?fields=key"):  # fmt: skip
        yield f"/api/v1/people{what}"
    for given in ("award=Lamp Prize", "award=L", "award=zzz", "country=Brazil", "country=BR", "about=Ana Lima", "about=zzz", "about=a1", "year=2010..2012", "year=..2011", "decade=2010s", "status=contested", "outcome=laureate", "award=lamp&limit=1", "source=alpha&year=2012"):  # fmt: skip
        yield f"/api/v1/claims?{given}"
    for what in ("", "?kind=person", "?country=BR", "?year=2012", "?q=ana&kind=person&sort=name"):
        yield f"/en/browse{what}"
    yield from ("/", "/en", "/en/zzz", "/id/person/alpha/ana", "/en/id/person/beta/ana-lima")
    yield from ("/reconcile", "/reconcile/properties?type=person", "/reconcile/suggest/type?prefix=p")  # fmt: skip
    yield from ("/robots.txt", "/sitemap.xml", "/feed.atom", "/fr/feed.atom", "/zzz")


def test_every_answer_is_what_is_kept_of_it(pages: Pages, tmp_path: Path) -> None:
    lines = []
    for path, answer in zip(paths := [*addresses(pages)], ask(pages, paths), strict=True):
        headers = {k: v for k, v in answer.headers.items() if k not in ("etag", "content-length")}
        told = f"{answer.status_code} {digest(repr(sorted(headers.items())).encode())}"
        lines.append(f"{path} {told} {len(answer.content)} {digest(answer.content)}")
    compare(lines, "answers.txt", tmp_path)
