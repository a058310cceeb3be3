"""The names that people give formats, and the one that each of them means: one list for every
command and function."""

from __future__ import annotations

from typing import Final

ALIASES: Final = {
    "turtle": "ttl",
    "n3": "ttl",
    "nquads": "nq",
    "n-quads": "nq",
    "ntriples": "nt",
    "n-triples": "nt",
    "rdf": "rdfxml",
    "rdf-xml": "rdfxml",
    "rdf/xml": "rdfxml",
    "xml-rdf": "rdfxml",
    "json-ld": "jsonld",
    "framed": "jsonld-framed",
    "json-ld-framed": "jsonld-framed",
    "srj": "json",
    "srx": "xml",
    "text": "table",
    "txt": "table",
}


def canonical(name: str) -> str:
    """The name of a format as the program has it: `turtle` is `ttl`; what is not known stays as
    it is."""
    lowered = name.strip().lower()
    return ALIASES.get(lowered, lowered)
