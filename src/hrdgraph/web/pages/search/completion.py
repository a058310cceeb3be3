"""The ontology, and how often the graph uses it, into the names that the editor of queries
offers."""

from __future__ import annotations

import json
from typing import Any, Final

from hrdgraph.vocab import PREFIXES, short_iri
from hrdgraph.web.pages.site import Site
from hrdgraph.web.pages.wording.words import words_in

_SEARCH: Final = ("search", "query", "score", "matched", "limit")


def vocabulary(site: Site) -> bytes:
    """The names of classes, properties and concepts with their labels in the languages of the
    site and their number of uses."""
    ontology = site.ontology
    iris = {
        iri.value: iri
        for group in (ontology.classes, ontology.properties, ontology.concepts)
        for iri in group
    }
    prefixes = PREFIXES | {
        f"{scheme.iri.value.rpartition('/')[2]}": f"{scheme.iri.value}/"
        for scheme in ontology.schemes.values()
    }
    names: list[list[Any]] = [
        [
            short,
            [ontology.label(iri, (tag,)) for tag in site.languages],
            site.said.used(iri) or len(site.said.incoming.get(site.said.at(iri))),
        ]
        for value, iri in iris.items()
        if (short := _short(value, prefixes))
    ]
    names += _search_names(site)
    document = {
        "languages": site.languages,
        "base": site.base,
        "prefixes": prefixes,
        "names": sorted(names, key=lambda name: str(name[0])),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _search_names(site: Site) -> list[list[Any]]:
    """The words of the search in queries; the first is taken as a whole clause."""
    words = [words_in(tag) for tag in site.languages]
    return [
        [f"hrd:{name}", [each(f"editor_search_{name}") for each in words], 0] for name in _SEARCH
    ]


def _short(iri: str, prefixes: dict[str, str]) -> str:
    """The IRI with its prefix, where that can be typed as it is; else nothing."""
    short = short_iri(iri, prefixes)
    local = short.partition(":")[2]
    return short if short != iri and local.replace("-", "").replace("_", "").isalnum() else ""
