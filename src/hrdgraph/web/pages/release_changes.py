"""The last release and the graph that is shown into what is new since then, by name, and how
much is gone, by number: who was taken down is not announced."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hrdgraph.exports.release import GRAPH, dataset_of, latest_release
from hrdgraph.project.model import RELEASES
from hrdgraph.web.pages.claims.claim_nodes import is_claim
from hrdgraph.web.pages.site import Site

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
    """What is new since the last release of the project; None where there is none that can be
    read. Only names that the graph has now are told, whatever the release has."""
    folder = site.graph.project.root / RELEASES
    found = latest_release(folder) if folder.is_dir() else None
    if found is None:
        return None
    version, place = found
    try:
        if (place / GRAPH).stat().st_size > _LARGEST:
            return None
        before = set(_subjects(place / GRAPH, site.base))
    except (OSError, UnicodeDecodeError):
        return None
    return _compared(site, version, dataset_of(place).get("datePublished", ""), before)


def _subjects(path: Path, base: str) -> Iterator[str]:
    """What a file of N-Quads speaks of below a base."""
    start = f"<{base}"
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith(start):
                iri = line[1 : line.index(">")]
                yield json.loads(f'"{iri}"') if "\\" in iri else iri


def _compared(site: Site, version: str, issued: str, before: set[str]) -> ReleaseChanges:
    known = {node for key, node in site.aliases.items() if site.base + key in before}
    fresh = [node for node in site.kinds if node not in known and site.said.iri(node) not in before]
    claims = {node for node in fresh if is_claim(site.kinds[node])}
    listed = [node for node in site.listed if not is_claim(site.kinds[node])]
    born = set(fresh).intersection(listed)
    new: dict[str, list[int]] = {}
    for node in filter(born.__contains__, listed):
        new.setdefault(site.kinds[node], []).append(node)
    grown = [
        (node, count)
        for node in listed
        if node not in born and (count := len(claims.intersection(site.told.of(node))))
    ]
    now = {site.said.iri(node) for node in site.kinds} | {site.base + key for key in site.aliases}
    heads = _told(site)
    things = {iri for iri in before if iri.removeprefix(site.base).partition("/")[0] in heads}
    return ReleaseChanges(version, issued, new, grown, len(things - now))


def _told(site: Site) -> set[str]:
    """The first parts of the names of what has a page: others, such as evidence, come and go with
    what cites them."""
    return {site.key_of(node).partition("/")[0] for node in site.kinds}
