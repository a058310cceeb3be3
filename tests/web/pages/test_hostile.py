"""A graph that means harm: markup in names, addresses that run, keys that climb, texts that turn around."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from hrdgraph.html_templates import without_turning
from hrdgraph.ontology import Ontology, load
from hrdgraph.project import Project, open_project
from hrdgraph.queries.catalogue import Catalogue
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad
from hrdgraph.vocab import DCTERMS, FOAF, HRD, OA, ORG, RDF, SKOS
from hrdgraph.web.json_api.downloads import Downloads
from hrdgraph.web.json_api.lists import Lists
from hrdgraph.web.json_api.records import Records
from hrdgraph.web.pages import Site
from hrdgraph.web.pages.documents import ThingData
from hrdgraph.web.pages.links import Links, file_name
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.site import page_file, place_things, write_pages

BASE = "https://w3id.org/hrdgraph/id/"
HARM = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
KEYS = [
    "person/../../../etc/passwd",
    "person/a%2F..%2Fb",
    "person/.",
    "person/" + "x" * 400,
    "person/con:?*",
    "person/ñ%20ö",
    "person/a//b",
]


@dataclass(frozen=True)
class Built:
    """A built graph, as far as a site looks at it."""

    columns: ColumnGraph
    project: Project
    ontology: Ontology
    queries: Catalogue = field(default_factory=lambda: Catalogue(()))
    manifest: Mapping[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.columns)


def _quads() -> list[Quad]:
    graph = IRI("https://w3id.org/hrdgraph/graph/harm")
    person, body, role, proof = (
        IRI(BASE + key) for key in (KEYS[0], "organisation/o", "role/r", "evidence/e")
    )
    page = IRI("javascript:alert(3)")
    quads = [Quad(IRI(BASE + key), RDF.type, FOAF.Person, graph) for key in KEYS]
    quads += [
        Quad(person, SKOS.prefLabel, Literal(HARM), graph), Quad(person, SKOS.altLabel, Literal("\u202eevil\u202c\a"), graph),
        Quad(person, HRD.deathDate, Literal(HARM, "http://id.loc.gov/datatypes/edtf"), graph),
        Quad(person, FOAF.homepage, page, graph), Quad(person, SKOS.exactMatch, IRI("data:text/html,x"), graph),
        Quad(body, RDF.type, ORG.Organization, graph), Quad(body, SKOS.prefLabel, Literal(HARM, language="en"), graph),
        Quad(role, RDF.type, ORG.Membership, graph), Quad(role, RDF.type, HRD.Claim, graph), Quad(role, ORG.member, person, graph),
        Quad(role, ORG.organization, body, graph), Quad(role, HRD.roleText, Literal(HARM), graph), Quad(role, HRD.note, Literal(HARM), graph),
        Quad(role, HRD.date, Literal("2011-99/{{7*7}}"), graph), Quad(role, HRD.evidence, proof, graph), Quad(proof, OA.hasSource, page, graph),
        Quad(page, RDF.type, HRD.SourceDocument, graph), Quad(role, HRD.alternativeTo, role, graph),
        *(Quad(IRI(BASE + key), RDF.type, HRD.Withdrawn, graph) for key in ("person/Zoë", "person/O%27Neill")),
        Quad(IRI(BASE + "person/Ana%20B"), DCTERMS.isReplacedBy, body, graph),
    ]  # fmt: skip
    return quads


@pytest.fixture(scope="module")
def hostile(built: Path) -> Pages:
    project = open_project(built)
    return Pages(Site.of(Built(ColumnGraph.from_quads(_quads()), project, load(project))))  # type: ignore[arg-type]


def test_no_text_becomes_markup_and_no_address_runs(hostile: Pages) -> None:
    for path in hostile.paths():
        page = hostile.page("en", path, Links())
        assert page is not None
        html = page.body.decode()
        assert "<script>alert" not in html
        assert "<img" not in html
        assert not re.search(r'href="(?:javascript|data):', html), path
        assert "2011-99/49" not in html
        assert "\a" not in html


def test_no_key_leaves_the_folder(hostile: Pages, tmp_path: Path) -> None:
    target = tmp_path / "site"
    write_pages(hostile, place_things(hostile.site), target)
    assert {path.name for path in tmp_path.iterdir()} == {"site"}
    for key in KEYS:
        assert (target / page_file("en", f"id/{key}")).resolve().is_relative_to(target.resolve())
        assert (target / page_file("en", f"id/{key}")).is_file()


def test_what_is_gone_or_has_moved_is_told_however_its_key_is_spelled(
    hostile: Pages, client_of: Callable[[Site], Any]
) -> None:
    client = client_of(hostile.site)
    for key in ("Zo%C3%AB", "Zo%c3%ab", "O%27Neill", "O'Neill", "%4F'Neill"):
        paths = (f"/id/person/{key}", f"/en/id/person/{key}", f"/data/person/{key}.ttl")
        assert [client.get(path).status_code for path in paths] == [410, 410, 410], key
    for key in ("Ana%20B", "%41na%20B"):
        found = [client.get(f"{start}id/person/{key}") for start in ("/", "/en/")]
        assert [(answer.status_code, answer.headers["location"]) for answer in found] == [
            (301, "/id/organisation/o"), (301, "/en/id/organisation/o"),
        ]  # fmt: skip
        assert client.get(f"/data/person/{key}.nt").status_code == 200


def test_file_names_stay_apart() -> None:
    assert len({file_name(key) for key in KEYS}) == len(KEYS)
    assert file_name("person/ñ%20ö") == "person/ñ ö"
    assert [file_name(name)[:2] for name in ("con", "Aux", "NUL.x", "lpt9", "console", "com")] == [
        "x-",
        "x-",
        "x-",
        "x-",
        "co",
        "co",
    ]


def test_data_of_every_thing_can_be_made(hostile: Pages) -> None:
    data = ThingData(hostile.site)
    for thing in hostile.site.things.values():
        document = json.loads(data.of(thing, "jsonld"))
        assert isinstance(document["@context"], dict)  # wherever the data are read
        assert "@import" not in document["@context"]


def test_the_index_is_json_whatever_the_names(hostile: Pages) -> None:
    assert len(json.loads(hostile.index.document())["things"]) == len(hostile.site.all_listed)


def test_what_html_forbids_is_shown_as_its_code_point() -> None:
    assert (
        without_turning("<p>Ada\x07\x1b[2J\x85 B\tC\n</p>")
        == "<p>Ada[U+0007][U+001B][2J[U+0085] B\tC\n</p>"
    )


def test_a_name_does_not_turn_the_text_behind_it() -> None:
    assert (
        without_turning("<a>\u202eadA\u2066</a> \u0645\u200f <b>2011</b>")
        == "<a>adA</a> \u0645\u200f <b>2011</b>"
    )


def test_no_address_of_the_api_or_the_tables_runs(hostile: Pages) -> None:
    lists, records = Lists(hostile), Records(hostile.site, hostile.desk("en", Links()).labels, "")
    for name in Lists.NAMES:
        found = lists.get(name)
        assert found is not None
        for entry in found.entries:
            record = found.make(records, entry.node)
            urls = [cited["url"] for cited in record.get("evidence", ())]
            urls += [*record.get("same_as", ()), *record.get("links", ())]
            assert all(url == "" or url.startswith(("http://", "https://")) for url in urls), record
    for file in Downloads(hostile.site).files:
        assert b"javascript:" not in file.data, file.name


def test_markup_does_not_leave_the_data_for_search_engines(hostile: Pages) -> None:
    for path in hostile.paths():
        made = hostile.page("en", path, Links())
        assert made is not None
        inside = re.findall(
            r'<script type="application/ld\+json">(.*?)</script>', made.body.decode()
        )
        assert len(inside) == 1, path
        assert isinstance(json.loads(inside[0]), dict)
        assert "<" not in inside[0]
