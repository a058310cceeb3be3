"""Describe the named graph of a source in PROV and DCTERMS by what its folder says."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import quote, unquote

import polars as pl

from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad, Term
from hrdgraph.vocab import DCTERMS, HRD, PROV, RDF, RDFS, XSD

_WEB: Final = re.compile(r"https?://(?:[^/?#@]*@)?([^/?#:]*)(?::\d*)?(.*)", re.I | re.S)
_SLASHES: Final = re.compile(r"[/#]+")


@lru_cache(maxsize=1 << 14)
def key_of(iri: str) -> str:
    """Return the key of an IRI.

    >>> key_of("http://schema.org/birthDate") == key_of("https://www.schema.org#birthDate/")
    True
    >>> key_of("urn:x:birthDate")
    'urn:x:birthDate'"""
    found = _WEB.fullmatch(iri)
    if found is None:
        return iri
    host, path = found.groups()
    return host.lower().rstrip(".").removeprefix("www.") + _SLASHES.sub("/", unquote(path)).rstrip(
        "/"
    )


def keys_of(iris: Iterable[IRI]) -> frozenset[str]:
    """Return the keys of IRIs."""
    return frozenset(key_of(iri.value) for iri in iris)


def mark_terms(
    graph: ColumnGraph, candidates: pl.Series, keys: Collection[str], *, absent: bool = False
) -> pl.Series:
    """Mark the candidate terms (positions in the dictionary) whose key is one of some keys, or, if
    `absent`, none."""
    places = candidates.unique()
    texts = graph.terms.gather(places)
    found = [(key_of(text[1:-1]) in keys) is not absent for text in texts]
    mark = pl.repeat(False, len(graph.terms), dtype=pl.Boolean, eager=True)
    wanted = places.filter(pl.Series(found, dtype=pl.Boolean))
    return mark.scatter(wanted, True) if len(wanted) else mark


_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+")


class DescribedSource(NamedTuple):
    """A source as its named graph says of it. `mappings` and `tables` are file names; `version`
    is that of hrdgraph."""

    name: str
    graph: IRI
    title: str
    version: str
    publisher: str = ""
    licence: str = ""
    address: str = ""
    language: str = ""
    retrieved: date | None = None
    mappings: Sequence[str] = ()
    tables: Sequence[str] = ()


def describe_source(source: DescribedSource) -> list[Quad]:
    """Describe a source's named graph, in that graph: what it is, what it was made from, and
    what made it.

    Equal sources give equal quads: there is no clock in them. The build and each file get IRIs
    under the graph's own. No digest of a file is told: with the public cells known, a cell that
    is not public could be guessed until the digest fits.
    """
    graph = source.graph
    build = IRI(f"{graph.value}/build")
    statements = [
        *_about_graph(source), *_origin(graph, source.address, source.retrieved),
        (graph, PROV.wasGeneratedBy, build), *_about_build(build, source.version),
    ]  # fmt: skip
    for kind, files in ((PROV.Plan, source.mappings), (None, source.tables)):
        statements += (one for file in files for one in _input(graph, build, kind, file))
    return [Quad(subject, predicate, value, graph) for subject, predicate, value in statements]


def _about_graph(source: DescribedSource) -> Iterator[tuple[IRI, IRI, Term]]:
    graph = source.graph
    yield graph, RDF.type, PROV.Entity
    yield graph, DCTERMS.identifier, Literal(source.name)
    yield graph, DCTERMS.title, Literal(source.title)
    texts = ((DCTERMS.publisher, source.publisher), (DCTERMS.language, source.language))
    yield from ((graph, predicate, Literal(text)) for predicate, text in texts if text)
    if source.licence:
        yield graph, DCTERMS.license, _address(source.licence)


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


def _input(graph: IRI, build: IRI, kind: IRI | None, file: str) -> Iterator[tuple[IRI, IRI, Term]]:
    entity = IRI(f"{graph.value}/input/{quote(file)}")
    yield entity, RDF.type, PROV.Entity
    if kind:
        yield entity, RDF.type, kind
    yield entity, DCTERMS.title, Literal(file)
    yield build, PROV.used, entity
    yield graph, PROV.wasDerivedFrom, entity


def _address(text: str) -> IRI | Literal:
    return IRI(text) if _WEB_ADDRESS.fullmatch(text) else Literal(text)
