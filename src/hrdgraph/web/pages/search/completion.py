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
    ontology, said = site.ontology, site.said
    schemes = [scheme.iri.value for scheme in ontology.schemes.values()]
    prefixes = PREFIXES | {iri.rpartition("/")[2]: f"{iri}/" for iri in schemes}
    names = _search_names(site)
    for iri in dict.fromkeys((*ontology.classes, *ontology.properties, *ontology.concepts)):
        if short := _short(iri.value, prefixes):
            labels = [ontology.label(iri, (tag,)) for tag in site.languages]
            uses = said.used(iri) or len(said.incoming.get(said.at(iri)))
            names.append([short, labels, uses])
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
