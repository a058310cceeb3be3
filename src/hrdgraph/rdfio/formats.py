"""The RDF formats by name, file ending and media type."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

import pyoxigraph as ox

from hrdgraph.errors import Origin, ProjectError

ALIASES: Final = {
    "turtle": "ttl", "n3": "ttl", "nquads": "nq", "n-quads": "nq", "ntriples": "nt",
    "n-triples": "nt", "rdf": "rdfxml", "rdf-xml": "rdfxml", "rdf/xml": "rdfxml",
    "xml-rdf": "rdfxml", "json-ld": "jsonld", "srj": "json", "srx": "xml", "text": "table",
    "txt": "table",
}  # fmt: skip


def canonical(name: str) -> str:
    """Return the program's name of a format (`ttl` for `turtle`); unknown names are left as they
    are."""
    lowered = name.strip().lower()
    return ALIASES.get(lowered, lowered)


class RdfFormat(NamedTuple):
    """One concrete syntax. `quads` says whether it can name graphs."""

    name: str
    ending: str
    media_type: str
    quads: bool
    oxigraph: ox.RdfFormat


FORMATS: Final = {
    item.name: item
    for item in (
        RdfFormat("ttl", ".ttl", "text/turtle", False, ox.RdfFormat.TURTLE),
        RdfFormat("trig", ".trig", "application/trig", True, ox.RdfFormat.TRIG),
        RdfFormat("nt", ".nt", "application/n-triples", False, ox.RdfFormat.N_TRIPLES),
        RdfFormat("nq", ".nq", "application/n-quads", True, ox.RdfFormat.N_QUADS),
        RdfFormat("rdfxml", ".rdf", "application/rdf+xml", False, ox.RdfFormat.RDF_XML),
        RdfFormat("jsonld", ".jsonld", "application/ld+json", True, ox.RdfFormat.JSON_LD),
    )
}


def format_named(name: str) -> RdfFormat:
    """Return the format called `name`; ProjectError with the list of names otherwise."""
    if name not in FORMATS:
        raise ProjectError("not-known-here", name=name, known=", ".join(FORMATS), hint="there-is")
    return FORMATS[name]


def format_of(path: Path) -> RdfFormat:
    """Return the format for a file's ending; ProjectError with the known endings otherwise."""
    for item in FORMATS.values():
        if path.suffix.lower() == item.ending:
            return item
    raise ProjectError(
        "not-known-here",
        name=path.suffix,
        known=", ".join(item.ending for item in FORMATS.values()),
        origin=Origin(str(path)),
        hint="there-is",
    )
