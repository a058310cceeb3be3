"""A build into the pages around its things: home, data, validation, about, the editor of
queries."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from hrdgraph.vocab import HRD
from hrdgraph.web.pages.view import Desk, View
from hrdgraph.web.pages.views.countries import shapes
from hrdgraph.web.pages.wording.labels import TextRun

_COUNTED: Final = ("person", "organisation", "award", "conferral", "event", "country")
# What the build folder offers: file, format, media type.
FILES: Final = (
    ("graph.ttl", "Turtle", "text/turtle"),
    ("graph.trig", "TriG", "application/trig"),
    ("graph.nq", "N-Quads", "application/n-quads"),
    ("graph.jsonld", "JSON-LD", "application/ld+json"),
)


def home_view(desk: Desk) -> View:
    """What the graph holds, at first sight."""
    counts = Counter(desk.site.kinds.values())
    counts["country"] = len(desk.site.of_kind("country"))
    tiles = [
        (desk.words(f"kinds_{kind}", n=counts[kind]), counts[kind], _tile_link(desk, kind))
        for kind in _COUNTED
        if counts[kind]
    ]
    documents = len(desk.site.documents)
    tiles.append((desk.words("documents_n", n=documents), documents, desk.page("sources")))
    awards = sorted(desk.site.of_kind("award"), key=lambda node: -_size(desk, node))
    values: dict[str, Any] = {
        "tiles": tiles,
        "latest": _latest(desk),
        "awards": [(desk.linker.part(node), _size(desk, node)) for node in awards[:8]],
        "map": shapes(desk),
        "questions": [
            TextRun(query.title(desk.language), desk.page(f"queries/{query.name}"))
            for query in _simple(desk)
        ],
        "examples": [desk.linker.part(node) for node in _examples(desk)],
    }
    return View("home.html", TextRun(desk.site.title(desk.language)), "", values)


def _tile_link(desk: Desk, kind: str) -> str:
    pages = {"award": "awards", "country": "countries", "conferral": "awards"}
    if kind in pages:
        return desk.page(pages[kind])
    return desk.page(f"list/{kind}") if desk.links.is_static else desk.page("browse", kind=kind)


def _size(desk: Desk, award: int) -> int:
    said = desk.site.said
    return sum(
        len(said.subjects(HRD.edition, edition)) for edition in said.subjects(HRD.editionOf, award)
    )


def _latest(desk: Desk) -> list[tuple[str, list[TextRun], TextRun]]:
    """The latest conferrals to laureates that nobody contests: year, recipients, edition."""
    found = desk.site.latest.items()
    return [
        (desk.site.said.text(e, HRD.editionYear), desk.linker.parts(nodes)[:4], desk.linker.part(e))
        for e, nodes in found
    ]


def _simple(desk: Desk) -> list[Any]:
    """A few questions that can be asked as they are."""
    from hrdgraph.web.pages.views.questions import can_be_asked

    return [query for query in desk.site.queries.questions if can_be_asked(query, {})][:6]


def _examples(desk: Desk) -> list[int]:
    """People and groups of whom the graph says most: where one sees at once what a page is."""
    return desk.site.most_told("person", "organisation")[:6]


def data_view(desk: Desk) -> View:
    """The files of the build with their digests, and how to get the data of one thing."""
    outputs = desk.site.manifest.get("outputs", {})
    build = desk.site.files
    files = []
    for name, label, media_type in FILES:
        if (build / name).is_file():
            size, link = (build / name).stat().st_size, desk.links.file(f"files/{name}")
            files.append((label, name, link, size, outputs.get(name, ""), media_type))
    example = next(iter(_examples(desk)), None)
    values = {
        "files": files,
        "manifest": desk.links.file("files/SHA256SUMS"),
        "quads": len(desk.site.graph),
        "example": desk.site.things[example] if example is not None else None,
        "context": desk.links.file(desk.site.context[0]),
        "formats": ("jsonld",) if desk.links.is_static else ("ttl", "jsonld", "nt"),
    }
    return View("data.html", desk.link("nav_data", "data"), "data", values, "data")


def validation_view(desk: Desk) -> View:
    """What the checks of the last build came to. Counts only: the full report is for those who
    keep the data."""
    manifest = desk.site.manifest
    findings, evidence = manifest.get("findings", {}), manifest.get("evidence", {})
    values = {
        "validated": bool(manifest.get("validated")),
        "failed": bool(manifest.get("failed")),
        "findings": [
            (desk.words(f"finding_{key}"), findings.get(key, 0))
            for key in ("violation", "warning", "info", "known")
        ],
        "evidence": [
            (desk.words(f"evidence_{key}"), evidence.get(key, 0))
            for key in ("verified", "unverifiable", "whole_document")
        ],
        "versions": sorted(manifest.get("versions", {}).items()),
        "inputs": len(manifest.get("inputs", {})),
    }
    return View(
        "validation.html", desk.link("nav_validation", "validation"), "validation", values, "data"
    )


def about_view(desk: Desk) -> View:
    """What this is, how to read it, and what is not in it."""
    statuses = [
        desk.site.ontology.concepts.get(iri)
        for iri in desk.site.ontology.concepts
        if "/claim-status/" in iri.value
    ]
    told = [
        (c.labels.get(desk.language, ""), c.definitions.get(desk.language, ""))
        for c in statuses
        if c is not None
    ]
    values = {
        "statuses": [(desk.labels.capital(label), text) for label, text in told if label and text]
    }
    return View("about.html", desk.link("nav_about", "about"), "about", values, "about")


def editor_view(desk: Desk, text: str = "") -> View:
    """The editor of queries: a form that any SPARQL endpoint takes, with help for who has a
    script."""
    values = {
        "text": text or _FIRST_QUERY,
        "endpoint": desk.links.file("sparql"),
        "words": desk.links.file("static/vocabulary.json"),
    }
    return View("editor.html", desk.link("nav_editor", "editor"), "editor", values, "queries")


_FIRST_QUERY: Final = """PREFIX hrd: <https://w3id.org/hrdgraph/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?award ?name (COUNT(DISTINCT ?conferral) AS ?conferrals)
WHERE {
  ?conferral hrd:edition ?edition .
  ?edition hrd:editionOf ?award .
  ?award skos:prefLabel ?name .
  FILTER(LANG(?name) = "en")
}
GROUP BY ?award ?name
ORDER BY DESC(?conferrals)
LIMIT 20
"""
