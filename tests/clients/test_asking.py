"""The endpoint and the API as others ask them: Comunica, fetch-sparql-endpoint, Yasgui in a browser, Jena's remote queries, the
example client in TypeScript."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright
from rdflib import Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from tests.clients.conftest import Node, java
from tests.conftest import CHROMIUM, CHROMIUM_OPTIONS, ROOT
from tests.web.endpoint.conftest import Running

pytestmark = pytest.mark.heavy


def test_comunica_and_fetch_sparql_endpoint_get_answers(server: Running, node: Node) -> None:
    found = node.script("ask.mjs", server.address)
    assert {name for name, value in found.items() if not value} == set()
    assert {value for name, value in found.items() if "SELECT" in name} == {7}
    assert {value for name, value in found.items() if "CONSTRUCT" in name} == {9}


def test_the_typescript_client_is_well_typed_and_runs(server: Running, node: Node) -> None:
    shutil.copy(ROOT / "docs/clients/hrdgraph.ts", node.folder)
    shutil.copy(Path(__file__).parent / "node/main.ts", node.folder)
    strict = ["--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes", "--noEmit", "--allowImportingTsExtensions"]  # fmt: skip
    target = ["--target", "es2022", "--module", "nodenext", "--types", "node"]
    node.run(node.tool("tsc"), *strict, *target, "main.ts")
    found = json.loads(node.run(node.tool("tsx"), "main.ts", server.address))
    assert found["won"] == ["Joint Mobile Group"]
    assert found["events"] > 1
    assert found["found"] == "Igor Kalyapin"


def test_types_are_made_of_the_description(server: Running, node: Node, python: Path) -> None:
    described = node.folder / "openapi.json"
    described.write_bytes(httpx.get(f"{server.address}/openapi.json").content)
    node.run(node.tool("openapi-typescript"), described, "-o", "api.ts")
    use = """import type { components } from "./api.js";
    type Person = components["schemas"]["Person"];
    export const won = (one: Person) => (one.awards ?? []).map((each) => each.award?.label);
    """
    (node.folder / "use.ts").write_text(use)
    node.run(node.tool("tsc"), "--strict", "--noEmit", "--module", "nodenext", "use.ts")
    made = node.folder / "models.py"
    asked = ["--input-file-type", "openapi", "--output-model-type", "typing.TypedDict"]
    maker = python.with_name("datamodel-codegen")
    run = [maker, "--input", described, "--output", made, *asked]
    subprocess.run(run, check=True, capture_output=True, timeout=300)
    assert {"Person", "Claim", "EventPage"} <= set(
        re.findall(r"(?m)^class (\w+)", made.read_text())
    )


PREFIX = "PREFIX hrd: <https://w3id.org/hrdgraph/ontology#>"
QUERY = f"{PREFIX} SELECT ?a {{ ?a a hrd:Award }} ORDER BY ?a LIMIT 7"


@pytest.mark.parametrize(
    ("format", "starts"), [("csv", "a\n"), ("json", "{"), ("xml", "<?xml"), ("tsv", "?a")]
)
def test_jena_asks_the_endpoint(jena: str, server: Running, format: str, starts: str) -> None:
    asked = ["--service", f"{server.address}/sparql", "--results", format, QUERY]
    done = java(jena, "arq.rsparql", *asked)
    assert done.returncode == 0, done.stderr[-1000:]
    assert done.stdout.startswith(starts)
    assert done.stdout.count("hrdgraph/id/award/") == 7


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("format", ["xml", "json", "csv", "tsv"])
def test_rdflib_asks_the_endpoint(server: Running, method: str, format: str) -> None:
    store = SPARQLStore(f"{server.address}/sparql", method=method, returnFormat=format)
    assert len(list(Graph(store=store).query(QUERY))) == 7


def test_rdflib_reads_patterns_and_graphs_of_the_endpoint(server: Running) -> None:
    there = Graph(store=SPARQLStore(f"{server.address}/sparql"))
    thing = URIRef("https://w3id.org/hrdgraph/id/country/RU")
    document = Graph().parse(f"{server.address}/data/country/RU.ttl")
    assert set(there.triples((thing, None, None))) == set(document.triples((thing, None, None)))
    text = f"{PREFIX} CONSTRUCT {{ ?a a hrd:Award }} {{ {{ {QUERY.removeprefix(PREFIX)} }} }}"
    made = there.query(text).graph
    assert made is not None
    assert len(made) == 7
    assert there.query("ASK { ?s ?p ?o }").askAnswer


PERL = r"""use RDF::Query::Client;
my ($endpoint, $select, $construct) = @ARGV;
for my $text ($select, $construct) {
  my $client = RDF::Query::Client->new($text);
  my $found = $client->execute($endpoint) or die $client->error;
  my $count = 0; $count++ while $found->next; print "$count ";
}
print RDF::Query::Client->new('ASK { ?s ?p ?o }')->execute($endpoint)->get_boolean ? "yes" : "no";
"""


def test_perl_asks_the_endpoint(server: Running) -> None:
    if subprocess.run(["perl", "-MRDF::Query::Client", "-e1"], capture_output=True, check=False).returncode:  # fmt: skip
        pytest.skip("no RDF::Query::Client: apt-get install librdf-query-client-perl")
    construct = f"{PREFIX} CONSTRUCT {{ ?a a hrd:Award }} {{ {{ {QUERY.removeprefix(PREFIX)} }} }}"
    command = ["perl", "-e", PERL, f"{server.address}/sparql", QUERY, construct]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout) == (0, "7 7 yes"), done.stderr[-500:]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        yield launched
        launched.close()


def test_yasgui_on_another_page_shows_the_answer(
    server: Running, node: Node, browser: Browser, tmp_path: Path
) -> None:
    """The editor of others, from another origin, over the endpoint."""
    build = node.folder / "node_modules/@triply/yasgui/build"
    for name in ("yasgui.min.js", "yasgui.min.css"):
        shutil.copy(build / name, tmp_path)
    endpoint = json.dumps(f"{server.address}/sparql")
    (tmp_path / "index.html").write_text(
        "<!doctype html><link rel=stylesheet href=yasgui.min.css><div id=at></div>"
        "<script src=yasgui.min.js></script><script>"
        f"const one = new Yasgui(document.getElementById('at'), {{requestConfig: {{endpoint: {endpoint}}}, persistenceId: null}});"
        f"one.getTab().setQuery({json.dumps(QUERY)}); one.getTab().query();</script>"
    )
    page = browser.new_page()
    page.goto((tmp_path / "index.html").as_uri())
    page.wait_for_selector(".yasr table tbody tr", timeout=60_000)
    assert page.locator(".yasr table tbody tr").count() == 7
    assert "award" in page.locator(".yasr table tbody").inner_text()
    page.close()
