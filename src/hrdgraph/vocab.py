"""Namespaces, as values whose attributes are terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hrdgraph.rdf.terms import IRI


class Namespace:
    """An IRI prefix. `NS.name` is the IRI of a term; `NS["name"]` is that of a term whose name
    is no Python name."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def __getattr__(self, name: str) -> IRI:
        if name.startswith("__"):
            raise AttributeError(name)
        term = IRI(self.prefix + name)
        self.__dict__[name] = term  # found there the next time, without a call
        return term

    def __getitem__(self, name: str) -> IRI:
        return IRI(self.prefix + name)

    def __str__(self) -> str:
        return self.prefix


HRD: Final = Namespace("https://w3id.org/hrdgraph/ontology#")
HRDF: Final = Namespace("https://w3id.org/hrdgraph/function#")
HRDV: Final = Namespace("https://w3id.org/hrdgraph/vocabulary/")
RDF: Final = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS: Final = Namespace("http://www.w3.org/2000/01/rdf-schema#")
OWL: Final = Namespace("http://www.w3.org/2002/07/owl#")
XSD: Final = Namespace("http://www.w3.org/2001/XMLSchema#")
SH: Final = Namespace("http://www.w3.org/ns/shacl#")
SKOS: Final = Namespace("http://www.w3.org/2004/02/skos/core#")
DCTERMS: Final = Namespace("http://purl.org/dc/terms/")
PROV: Final = Namespace("http://www.w3.org/ns/prov#")
OA: Final = Namespace("http://www.w3.org/ns/oa#")
ORG: Final = Namespace("http://www.w3.org/ns/org#")
FOAF: Final = Namespace("http://xmlns.com/foaf/0.1/")
SCHEMA: Final = Namespace("https://schema.org/")
RML: Final = Namespace("http://w3id.org/rml/")
EDTF: Final = IRI("http://id.loc.gov/datatypes/edtf")

_NAMESPACES = {
    "hrd": HRD, "hrdv": HRDV, "rdf": RDF, "rdfs": RDFS, "owl": OWL, "xsd": XSD, "sh": SH,
    "skos": SKOS, "dcterms": DCTERMS, "prov": PROV, "oa": OA, "org": ORG, "foaf": FOAF,
    "schema": SCHEMA,
}  # fmt: skip
PREFIXES: Final[dict[str, str]] = {name: space.prefix for name, space in _NAMESPACES.items()} | {
    "wd": "http://www.wikidata.org/entity/",
    "edtf": "http://id.loc.gov/datatypes/",
}


def short_iri(iri: str, prefixes: Mapping[str, str] = PREFIXES) -> str:
    """Return a bare IRI with the prefix of the longest namespace that it is in; any other as it is.

    >>> short_iri("https://w3id.org/hrdgraph/ontology#edition")
    'hrd:edition'
    """
    fits = ((space, prefix) for prefix, space in prefixes.items() if iri.startswith(space))
    space, prefix = max(fits, key=lambda fit: len(fit[0]), default=("", ""))
    return f"{prefix}:{iri[len(space) :]}" if space and len(iri) > len(space) else iri


def own_namespace(base: str) -> str:
    """Return what the names of a project's own terms begin with, whose things are below `base`.

    >>> own_namespace("https://example.org/id/")
    'https://example.org/'
    """
    space = base.removesuffix("/").removesuffix("/id") + "/"
    return f"{space}local/" if f"{space}ontology#" == HRD.prefix else space
