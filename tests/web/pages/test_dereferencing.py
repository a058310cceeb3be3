"""Every IRI of the project that stands in the graph answers, as page and as data; so do those that its description and its ontology name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

import hrdgraph
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.project import open_project
from hrdgraph.rdf import BlankNode
from hrdgraph.rdfio.formats import format_named
from hrdgraph.rdfio.read import parse
from hrdgraph.vocab import HRD, HRDV
from hrdgraph.web.endpoint.negotiation import GRAPHS
from hrdgraph.web.machines.dataset import DataSet
from hrdgraph.web.pages import Site
from hrdgraph.web.pages.links import SOFTWARE

DATA = {
    "text/turtle": "ttl",
    "application/ld+json": "jsonld",
    "application/n-triples": "nt",
}


def own(site: Site) -> Iterator[tuple[str, str]]:
    """The IRIs of the project in its graph and in its description, each with the path where it is asked for."""
    project = site.graph.project
    spaces = {
        project.base: "/id/",
        project.graph_base: "/graph/",
        HRDV.prefix: "/vocabulary/",
        SOFTWARE: "/software/",
        HRD.prefix.rstrip("#"): "/ontology",
    }
    described = DataSet(site).document("", "nt", endpoint=True).decode()
    named = {word[1:-1] for word in described.split() if word.startswith("<")}
    terms = {term[1:-1] for term in site.graph.columns.terms if term.startswith("<")}
    for iri in sorted(terms | named):
        space = max((s for s in spaces if iri.startswith(s)), key=len, default="")
        if space and iri != space:
            rest = iri.removeprefix(space).partition("#")[0]
            yield iri, spaces[space] + quote(rest, safe="/%:@!$&'()*+,;=~")


def broken(site: Site, client: Any, formats: dict[str, str], each: int) -> list[str]:
    """Those that do not lead to a page and to data about themselves; of what lies below one folder, every so many are asked for."""
    found: list[str] = []
    paths = {path: iri for iri, path in own(site)}
    folders: dict[str, list[str]] = {}
    for path in paths:
        folders.setdefault("/".join(path.split("/")[:3]), []).append(path)
    for path in (path for folder in folders.values() for path in folder[::each]):
        iri = paths[path]
        for accept in ("text/html", *formats):
            answer = client.get(path, headers={"Accept": accept})
            if answer.status_code == 301:
                answer = client.get(answer.headers["location"], headers={"Accept": accept})
            target = answer.headers.get("location", "")
            if answer.status_code != 303 or not served(site, client, target):
                found.append(f"{iri} as {accept}: {answer.status_code} {target}")
    return found


def served(site: Site, client: Any, target: str) -> bool:
    """Whether an address has something. The description of the data set is served by other routes."""
    path = urlsplit(target).path
    if path.startswith("/void."):
        return bool(DataSet(site).document("", path[6:], endpoint=True))
    answer = client.get(target)
    return answer.status_code == 200 and len(answer.content) > 50


@pytest.mark.heavy
def test_every_iri_of_a_small_project_answers(
    small: Path, client_of: Callable[[Site], Any]
) -> None:
    build(open_project(small), BuildOptions(validate=False))
    site = Site.of(hrdgraph.open(small))
    iris = [iri for iri, _ in own(site)]
    assert any(iri.startswith(HRDV.prefix) for iri in iris)
    assert any(iri.startswith(site.graph.project.graph_base) for iri in iris)
    assert broken(site, client_of(site), {"text/turtle": "ttl"}, each=20) == []


@pytest.mark.heavy
def test_every_iri_of_the_shipped_build_answers(site: Site, client: Any) -> None:
    assert broken(site, client, DATA, each=10) == []


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    "path",
    [
        "/vocabulary/claim-status/contested",
        "/vocabulary/act-type",
        "/graph/award-lists",
        "/graph/derived",
        "/graph/kalyapin-page/build",
        "/software/0.1.0",
        "/id/dataset",
        "/id/dataset/classPartition/foaf/Person",
    ],
)
def test_what_is_no_thing_has_pages_and_data_too(site: Site, client: Any, path: str) -> None:
    for accept, ending in {"text/html": "", **DATA}.items():
        answer = client.get(path, headers={"Accept": accept, "Accept-Language": "fr"})
        assert answer.status_code == 303
        target = answer.headers["location"]
        assert target.startswith("/fr/") if not ending else target.endswith(ending)
        assert served(site, client, target)


def test_a_concept_says_what_it_is_and_not_who_uses_it(client: Any) -> None:
    data = client.get("/data/vocabulary/claim-status/contested.nt").text
    subjects = {line.split()[0] for line in data.splitlines()}
    assert f"<{HRDV}claim-status/contested>" in subjects
    assert not any("/conferral/" in subject for subject in subjects)
    assert "skos/core#definition" in data
    page = client.get("/es/id/vocabulary/claim-status/contested").text
    assert "Concepto" in page
    assert client.get("/vocabulary/claim-status/none").status_code == 404


def test_a_named_graph_says_its_size(client: Any) -> None:
    assert "http://rdfs.org/ns/void#triples" in client.get("/data/graph/derived.nt").text
    assert client.get("/graph/none").status_code == 404


def test_the_ontology_says_the_same_in_each_format(client: Any) -> None:
    found = []
    for accept in DATA:
        target = client.get("/ontology", headers={"Accept": accept}).headers["location"]
        answer = client.get(target)
        name = answer.headers["content-type"].partition(";")[0]
        known = next(item for item in GRAPHS if item.type == name)
        quads = parse(answer.content, format_named(known.name))
        found.append({(q.subject, q.predicate, q.object) for q in quads if "_:" not in str(q)})
    assert len(found[0]) > 500
    named = [{t for t in each if not isinstance(t[0], BlankNode) and not isinstance(t[2], BlankNode)} for each in found]  # fmt: skip
    assert named[0] == named[1] == named[2]
