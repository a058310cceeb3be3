"""What is published says the same triples to every reader: jsonld.js, rdf-parse, N3.js, Apache Jena (strictly), Raptor."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import httpx
import pytest
from tests.clients.conftest import Node, java
from tests.web.endpoint.conftest import Running

pytestmark = pytest.mark.heavy

FILES = ("graph.nq", "graph.trig", "graph.ttl", "graph.jsonld")
DOCUMENTS = ("/void.ttl", "/void.jsonld", "/queries/examples.ttl", "/ontology/core.ttl", "/ontology/core.jsonld")  # fmt: skip
ALL = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 3000"


def keys(server: Running) -> list[str]:
    """A thing of each kind."""
    lists = ("people", "organisations", "awards", "editions", "events", "places", "laureates")
    answers = (httpx.get(f"{server.address}/api/v1/{name}?limit=1", timeout=60) for name in lists)
    return [answer.json()["data"][0]["key"] for answer in answers]


@pytest.fixture(scope="module")
def documents(server: Running, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every kind of document, as files."""
    folder = tmp_path_factory.mktemp("documents")
    paths = [f"/data/{key}.{ending}" for key in keys(server) for ending in ("ttl", "jsonld", "nt")]
    for number, path in enumerate([*paths, *DOCUMENTS]):
        data = httpx.get(f"{server.address}{path}", timeout=120, follow_redirects=True)
        (folder / f"{number:02}.{path.rpartition('.')[2]}").write_bytes(data.content)
    for name in FILES:
        shutil.copy(server.project / "build" / name, folder)
    for accept, ending in (("application/rdf+xml", "rdf"), ("application/n-triples", "nt")):
        found = httpx.get(f"{server.address}/sparql", params={"query": ALL}, headers={"Accept": accept}, timeout=120)  # fmt: skip
        (folder / f"answer.{ending}").write_bytes(found.content)
    return folder


def test_jsonld_js_and_rdf_parse_read_the_same_triples(server: Running, node: Node) -> None:
    found = node.script("read.mjs", server.address, str(server.project / "build"), *keys(server))
    assert {item["reader"] for item in found} >= {"jsonld.js", "rdf-parse ttl", "rdf-parse jsonld"}
    assert [item for item in found if item["differences"] or not item["triples"]] == []
    quads = len((server.project / "build/graph.nq").read_text().splitlines())
    assert {item["triples"] for item in found if item["key"].startswith("graph.")} == {quads}


def test_jena_reads_every_document_strictly(jena: str, documents: Path) -> None:
    """No error, and no warning about a language tag or the text of a literal; of IRIs only what the sources spell as it is
    not advised. (Debian's Jena has nothing that reads JSON.)"""
    files = sorted(path for path in documents.iterdir() if path.suffix != ".jsonld")
    done = java(jena, "riotcmd.riot", "--validate", "--strict", *files, timeout=600)
    told = [line for line in done.stderr.splitlines() if "WARN" in line or "ERROR" in line]
    assert [line for line in told if "Not advised IRI" not in line] == []
    assert done.returncode == 0 or told
    spoiled = documents.parent / "spoiled.nt"
    spoiled.write_text(
        '<http://e.org/a> <http://e.org/p> "x"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
    )
    assert "WARN" in java(jena, "riotcmd.riot", "--validate", "--strict", spoiled).stderr


def test_jena_reads_the_same_quads_in_each_format(jena: str, documents: Path) -> None:
    read = {
        name: set(java(jena, "riotcmd.riot", "--output=nq", documents / name).stdout.splitlines())
        for name in ("graph.nq", "graph.trig")
    }
    assert read["graph.nq"] == read["graph.trig"]
    assert len(read["graph.nq"]) == len((documents / "graph.nq").read_text().splitlines())


def test_jena_reads_the_answers_of_the_endpoint(jena: str, documents: Path) -> None:
    texts = [
        java(jena, "riotcmd.riot", "--output=nt", documents / f"answer.{ending}").stdout
        for ending in ("rdf", "nt")
    ]
    assert set(texts[0].splitlines()) == set(texts[1].splitlines())
    assert len(texts[0].splitlines()) == 3000


@pytest.mark.parametrize(
    ("name", "kind"), [("graph.nq", "nquads"), ("graph.ttl", "turtle"), ("answer.rdf", "rdfxml")]
)
def test_raptor_reads_as_many(documents: Path, name: str, kind: str) -> None:
    if not shutil.which("rapper"):
        pytest.skip("no Raptor: apt-get install raptor2-utils")
    command = ["rapper", "-c", "-i", kind, str(documents / name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-500:]
    assert "Parsing returned" in done.stderr
