"""What a source's folder says of itself into PROV and DCTERMS about its named graph."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from urllib.parse import quote

from hrdgraph.rdf import IRI, Literal, Quad, Term
from hrdgraph.vocab import DCTERMS, HRD, PROV, RDF, RDFS, XSD

_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+")


def describe_source(
    *,
    name: str,
    graph: IRI,
    title: str,
    version: str,
    publisher: str = "",
    licence: str = "",
    address: str = "",
    language: str = "",
    retrieved: date | None = None,
    mappings: Sequence[tuple[str, str]] = (),
    tables: Sequence[tuple[str, str]] = (),
) -> list[Quad]:
    """Describe a source's named graph, in that graph: what it is, what it was made from, and
    what made it.

    `mappings` and `tables` are pairs of a file name and its sha256; `version` is that of
    hrdgraph. Equal arguments give equal quads: there is no clock in them. The build and each
    file get IRIs under the graph's own.
    """
    build = IRI(f"{graph.value}/build")
    statements = [
        *_about_graph(graph, name, title, publisher, licence, language),
        *_origin(graph, address, retrieved),
        (graph, PROV.wasGeneratedBy, build),
        *_about_build(build, version),
        *(statement for kind, files in ((PROV.Plan, mappings), (None, tables)) for file in files
          for statement in _input(graph, build, kind, *file)),
    ]  # fmt: skip
    return [Quad(subject, predicate, value, graph) for subject, predicate, value in statements]


def _about_graph(
    graph: IRI, name: str, title: str, publisher: str, licence: str, language: str
) -> Iterator[tuple[IRI, IRI, Term]]:
    yield graph, RDF.type, PROV.Entity
    yield graph, DCTERMS.identifier, Literal(name)
    yield graph, DCTERMS.title, Literal(title)
    for predicate, text in ((DCTERMS.publisher, publisher), (DCTERMS.language, language)):
        if text:
            yield graph, predicate, Literal(text)
    if licence:
        yield graph, DCTERMS.license, _address(licence)


def _origin(graph: IRI, address: str, retrieved: date | None) -> Iterator[tuple[IRI, IRI, Term]]:
    if address:
        yield graph, DCTERMS.source, _address(address)
    if retrieved:
        yield graph, HRD.retrievedAt, Literal(retrieved.isoformat(), XSD.date.value)


def _about_build(build: IRI, version: str) -> Iterator[tuple[IRI, IRI, Term]]:
    software = IRI(f"https://w3id.org/hrdgraph/software/{quote(version, safe='')}")
    yield build, RDF.type, PROV.Activity
    yield build, PROV.wasAssociatedWith, software
    yield software, RDF.type, PROV.SoftwareAgent
    yield software, RDFS.label, Literal(f"hrdgraph {version}")


def _input(
    graph: IRI, build: IRI, kind: IRI | None, file: str, sha256: str
) -> Iterator[tuple[IRI, IRI, Term]]:
    entity = IRI(f"{graph.value}/input/{quote(file)}")
    yield entity, RDF.type, PROV.Entity
    if kind:
        yield entity, RDF.type, kind
    yield entity, DCTERMS.title, Literal(file)
    yield entity, HRD.sha256, Literal(sha256)
    yield build, PROV.used, entity
    yield graph, PROV.wasDerivedFrom, entity


def _address(text: str) -> IRI | Literal:
    return IRI(text) if _WEB_ADDRESS.fullmatch(text) else Literal(text)
