"""The ontology, and how often the graph uses it, into the names that the editor of queries
offers."""

from __future__ import annotations

import json

from hrdgraph.vocab import PREFIXES
from hrdgraph.web.pages.site import Site


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
    names = [
        [
            short,
            [ontology.label(iri, (tag,)) for tag in site.languages],
            site.said.used(iri) or len(site.said.incoming.get(site.said.at(iri))),
        ]
        for value, iri in iris.items()
        if (short := _short(value, prefixes))
    ]
    document = {
        "languages": site.languages,
        "base": site.base,
        "prefixes": prefixes,
        "names": sorted(names, key=lambda name: str(name[0])),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _short(iri: str, prefixes: dict[str, str]) -> str:
    fits = [(space, prefix) for prefix, space in prefixes.items() if iri.startswith(space)]
    space, prefix = max(fits, key=lambda fit: len(fit[0]), default=("", ""))
    local = iri[len(space) :]
    return (
        f"{prefix}:{local}" if space and local.replace("-", "").replace("_", "").isalnum() else ""
    )
