"""Show the pages around the things of a build: home, changes, data, validation, about, the
editor of queries."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

from hrdgraph.exports.release import GRAPH, dataset_of, latest_release
from hrdgraph.project.model import RELEASES
from hrdgraph.vocab import HRD
from hrdgraph.web.pages.labels import TextRun
from hrdgraph.web.pages.site import Site
from hrdgraph.web.pages.view import Desk, View
from hrdgraph.web.pages.views.lists import shapes

_LARGEST: Final = 512 * 2**20  # bytes of a release that is read for a page


@dataclass(frozen=True)
class ReleaseChanges:
    """What is new since a release: things by their kinds, and those that were there with how many
    claims about them are new; `gone` is the number of things and claims that are there no more."""

    version: str
    issued: str
    new: dict[str, list[int]]
    grown: list[tuple[int, int]]
    gone: int


def changes_of(site: Site) -> ReleaseChanges | None:
    """Return what is new since the last release of the project; None where there is none that can
    be read. Only names that the graph has now are told, whatever the release has."""
    folder = site.graph.project.root / RELEASES
    release = latest_release(folder) if folder.is_dir() else None
    if release is None:
        return None
    version, place = release
    try:
        if (place / GRAPH).stat().st_size > _LARGEST:
            return None
        before = set(_subjects(place / GRAPH, site.base))
    except (OSError, UnicodeDecodeError):
        return None
    issued = dataset_of(place).get("datePublished", "")
    old = {node for key, node in site.aliases.items() if site.base + key in before}
    fresh = [node for node in site.kinds if node not in old and site.rdf.iri(node) not in before]
    claims = {node for node in fresh if site.topics.is_claim(node)}
    listed = [node for node in site.all_listed if not site.topics.is_claim(node)]
    born = set(fresh).intersection(listed)
    new: dict[str, list[int]] = {}
    for node in filter(born.__contains__, listed):
        new.setdefault(site.kinds[node], []).append(node)
    grown = [
        (node, count)
        for node in listed
        if node not in born and (count := len(claims.intersection(site.topics.of(node))))
    ]
    now = {site.rdf.iri(node) for node in site.kinds} | {site.base + key for key in site.aliases}
    # other names, such as those of evidence, come and go with what cites them
    heads = {site.key_of(node).partition("/")[0] for node in site.kinds}
    things = {iri for iri in before if iri.removeprefix(site.base).partition("/")[0] in heads}
    return ReleaseChanges(version, issued, new, grown, len(things - now))


def _subjects(path: Path, base: str) -> Iterator[str]:
    """Yield what a file of N-Quads speaks of below a base."""
    start = f"<{base}"
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith(start):
                iri = line[1 : line.index(">")]
                yield json.loads(f'"{iri}"') if "\\" in iri else iri


_SHOWN: Final = 300  # of one kind; the rest is counted


def changes_view(desk: Desk, release_changes: ReleaseChanges | None) -> View:
    """Return the page of what is new since the last release, by name; what is gone is a number."""
    values: dict[str, Any] = {"changes": release_changes}
    if release_changes is not None:
        values["new"] = [
            (kind, desk.linker.parts(nodes[:_SHOWN]), len(nodes) - _SHOWN)
            for kind, nodes in sorted(release_changes.new.items())
        ]
        grown = sorted(release_changes.grown, key=lambda pair: -pair[1])
        values["grown"] = [(desk.linker.part(node), count) for node, count in grown[:_SHOWN]]
        values["more"] = max(0, len(grown) - _SHOWN)
    return View("changes.html", desk.link("nav_changes", "changes"), "changes", values, "data")


_COUNTED: Final = ("person", "organisation", "award", "conferral", "event", "country")
_LARGE: Final = 10_000_000  # bytes of a file that a site of files has in gzip
# What the build folder offers: file, format, media type.
FILES: Final = (
    ("graph.ttl", "Turtle", "text/turtle"),
    ("graph.trig", "TriG", "application/trig"),
    ("graph.nq", "N-Quads", "application/n-quads"),
    ("graph.jsonld", "JSON-LD", "application/ld+json"),
)


class OfferedFile(NamedTuple):
    """A file of the build that can be downloaded. `packed` are its bytes where a site of files has
    it in gzip."""

    name: str
    label: str
    media_type: str
    size: int
    digest: str
    packed: bytes = b""


def files_of(site: Site, *, static: bool) -> list[OfferedFile]:
    """List the files of the build that can be downloaded. A site of files leaves N-Quads and TriG
    out: JSON-LD says the same, graph by graph. It has large files in gzip."""
    digests, offered_files = site.graph.manifest.get("outputs", {}), []
    for name, label, media_type in FILES:
        path = site.graph.project.build_dir / name
        if path.is_file() and not (static and name.endswith((".nq", ".trig"))):
            size = path.stat().st_size
            file = OfferedFile(name, label, media_type, size, digests.get(name, ""))
            offered_files.append(_pack(path, file) if static and size > _LARGE else file)
    return offered_files


@lru_cache(maxsize=2)  # its digest is on the page of data, in each language
def _pack(path: Path, file: OfferedFile) -> OfferedFile:
    packed = gzip.compress(path.read_bytes(), 6, mtime=0)  # half the time of 9
    label, size, digest = f"{file.label}, gzip", len(packed), sha256(packed).hexdigest()
    return OfferedFile(f"{file.name}.gz", label, "application/gzip", size, digest, packed)


def home_view(desk: Desk) -> View:
    """Show what the graph holds, at first sight."""
    from hrdgraph.web.pages.views.questions import can_be_asked

    rdf, counts = desk.site.rdf, Counter(desk.site.kinds.values())
    counts["country"] = len(desk.site.of_kind("country"))
    tiles = [
        (desk.words(f"kinds_{kind}", n=counts[kind]), counts[kind], _tile_link(desk, kind))
        for kind in _COUNTED
        if counts[kind]
    ]
    documents = len(desk.site.documents)
    tiles.append((desk.words("document", n=documents), documents, desk.page("sources")))
    awards = sorted(desk.site.of_kind("award"), key=lambda node: -_size(desk, node))
    simple = [query for query in desk.site.graph.queries.questions if can_be_asked(query, {})]
    values: dict[str, Any] = {
        "tiles": tiles,
        "latest": [
            (rdf.text(e, HRD.editionYear), desk.linker.parts(nodes)[:4], desk.linker.part(e))
            for e, nodes in desk.site.latest.items()
        ],
        "awards": [(desk.linker.part(node), _size(desk, node)) for node in awards[:8]],
        "map": shapes(desk),
        "questions": [
            TextRun(query.title(desk.language), desk.page(f"queries/{query.name}"))
            for query in simple[:6]
        ],
        "examples": [desk.linker.part(node) for node in _examples(desk)],
    }
    return View("home.html", TextRun(desk.site.graph.project.title_in(desk.language)), "", values)


def _tile_link(desk: Desk, kind: str) -> str:
    pages = {"award": "awards", "country": "countries", "conferral": "awards"}
    if kind in pages:
        return desk.page(pages[kind])
    return desk.page(f"list/{kind}") if desk.links.is_static else desk.page("browse", kind=kind)


def _size(desk: Desk, award: int) -> int:
    rdf = desk.site.rdf
    return sum(
        len(rdf.subjects(HRD.edition, edition)) for edition in rdf.subjects(HRD.editionOf, award)
    )


def _examples(desk: Desk) -> list[int]:
    """People and groups of whom the graph says most: where one sees at once what a page is."""
    return desk.site.most_told("person", "organisation")[:6]


def data_view(desk: Desk) -> View:
    """Show the files of the build with their digests, and how to get the data of one thing."""
    example = next(iter(_examples(desk)), None)
    values = {
        "files": files_of(desk.site, static=desk.links.is_static),
        "manifest": desk.links.file("files/SHA256SUMS"),
        "quads": len(desk.site.graph),
        "example": desk.site.things[example] if example is not None else None,
        "context": desk.links.file(desk.site.context[0]), "examples": _data_of(desk, example),
    }  # fmt: skip
    return View("data.html", desk.link("nav_data", "data"), "data", values, "data")


def _data_of(desk: Desk, example: int | None) -> list[tuple[str, str]]:
    """List the data of one thing; in a site of files, the records of all things in shared files."""
    if desk.links.is_static:
        return [("api/v1/index.json", desk.links.file("api/v1/index.json"))]
    key = desk.site.things[example].key if example is not None else ""
    return [(f".{ending}", desk.links.data(key, ending)) for ending in ("ttl", "jsonld", "nt")]


def validation_view(desk: Desk) -> View:
    """Show what the checks of the last build came to. Counts only: the full report is for those
    who keep the data."""
    manifest = desk.site.graph.manifest
    findings, evidence = manifest.get("findings", {}), manifest.get("evidence", {})
    values = {
        "validated": bool(manifest.get("validated")),
        "failed": bool(manifest.get("failed")),
        "findings": [
            (desk.words(f"finding_{key}"), findings.get(key.removesuffix("s"), 0))
            for key in ("violations", "warnings", "infos", "known")
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
    """Show what this is, how to read it, and what is not in it."""
    concepts = desk.site.graph.ontology.concepts
    statuses = [concept for iri, concept in concepts.items() if "/claim-status/" in iri.value]
    texts = [
        (c.labels.get(desk.language, ""), c.definitions.get(desk.language, "")) for c in statuses
    ]
    values = {
        "statuses": [(desk.labels.capital(label), text) for label, text in texts if label and text]
    }
    return View("about.html", desk.link("about", "about"), "about", values, "about")


def editor_view(desk: Desk, text: str = "") -> View:
    """Show the editor of queries: a form that any SPARQL endpoint takes, with help for who has a
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
