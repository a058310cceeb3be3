"""Describe the contents of a graph in VoID and DCAT, for catalogues and linked-data clients.

Follows VoID (https://www.w3.org/TR/void/) for counts and partitions, and DCAT 3
(https://www.w3.org/TR/vocab-dcat-3/) for the version and its files. Everything is counted in the
graph itself: what is not published is in no number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad, Term, parse_term
from hrdgraph.vocab import DCTERMS, FOAF, OWL, PREFIXES, RDF, RDFS, SKOS, XSD, Namespace, short_iri

VOID: Final = Namespace("http://rdfs.org/ns/void#")
DCAT: Final = Namespace("http://www.w3.org/ns/dcat#")
SPDX: Final = Namespace("http://spdx.org/rdf/terms#")
_IANA: Final = "https://www.iana.org/assignments/media-types/"
_ABOUT_GRAPHS: Final = (
    DCTERMS.title, DCTERMS.publisher, DCTERMS.license, DCTERMS.rights, DCTERMS.source,
    DCTERMS.language,
)  # fmt: skip
# of the EU's authority table of file types, which DCAT-AP asks for
_AUTHORITY: Final = "http://publications.europa.eu/resource/authority/"
# JUST of its table of themes, in its own words
_THEME: Final[Mapping[str, str]] = {
    "en": "Justice, legal system and public safety",
    "fr": "Justice, système juridique et sécurité publique",
    "es": "Justicia, sistema judicial y seguridad pública",
}
_FILE_TYPES: Final[Mapping[str, str]] = {
    "text/turtle": "RDF_TURTLE", "application/trig": "RDF_TRIG",
    "application/n-quads": "RDF_N_QUADS", "application/n-triples": "RDF_N_TRIPLES",
    "application/ld+json": "JSON_LD", "application/rdf+xml": "RDF_XML", "text/csv": "CSV",
}  # fmt: skip
# such as CC-BY-4.0 or PDDL-1.0: a name with a version
_SPDX_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+-]*-[0-9]+(\.[0-9]+)*(-[A-Za-z0-9.+-]+)?")
_LINKS: Final = {"wikidata": "http://www.wikidata.org/entity/", "viaf": "http://viaf.org/viaf/"}


@dataclass(frozen=True)
class Distribution:
    """One file to download: its address, media type, size in bytes and SHA-256 in hexadecimal."""

    address: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True)
class DatasetDescription:
    """What cannot be counted: the IRI of the data set, its titles by language, version, date of
    issue, the addresses of the endpoint and of the description itself, an example of a thing."""

    iri: IRI
    titles: Mapping[str, str]
    base: str
    version: str = ""
    issued: str = ""
    endpoint: str = ""
    document: str = ""
    example: str = ""
    languages: Sequence[str] = ()
    distributions: Sequence[Distribution] = field(default=())
    descriptions: Mapping[str, str] = field(default_factory=dict)
    modified: str = ""
    licence: str = ""  # the IRI of one that holds for the whole
    rights: str = ""  # or of a page that names those of its parts
    home: str = ""  # where people read about it


def describe(graph: ColumnGraph, about: DatasetDescription) -> ColumnGraph:
    """Describe a graph. The same graph and the same facts about it give the same description."""
    return ColumnGraph.from_quads([*count_statements(graph, about.iri), *details_of(about)])


def count_statements(graph: ColumnGraph, iri: IRI) -> list[Quad]:
    """Return what can be counted in a graph, as statements of a data set: the costly part, which
    does not depend on where it is published."""
    statements = [
        *_counts(graph.triples(), iri), *_partitions(graph, iri), *_subsets(graph, iri),
        *_linksets(graph, iri),
    ]  # fmt: skip
    return [Quad(s, p, o) for s, p, o in statements]


def details_of(about: DatasetDescription) -> list[Quad]:
    """Return what is known of a data set beside its counts: titles, version, endpoint, files."""
    return [
        Quad(s, p, o)
        for s, p, o in (
            *_dataset(about),
            *_catalogue(about),
            *_places(about),
            *_distributions(about),
        )
    ]


_Statement = tuple[IRI, IRI, Term]


def _dataset(about: DatasetDescription) -> Iterator[_Statement]:
    iri = about.iri
    yield iri, RDF.type, VOID.Dataset
    yield iri, RDF.type, DCAT.Dataset
    for language, title in about.titles.items():
        yield iri, DCTERMS.title, Literal(title, str(RDF.langString.value), language)
    yield iri, VOID.uriSpace, Literal(about.base)
    for language in about.languages:
        spoken = IRI(f"{_AUTHORITY}language/{_three_letters(language)}")
        yield iri, DCTERMS.language, spoken
        yield spoken, RDF.type, DCTERMS.LinguisticSystem
    if about.version:
        yield iri, DCAT.version, Literal(about.version)
        yield iri, OWL.versionInfo, Literal(about.version)
    if about.issued:
        yield iri, DCTERMS.issued, Literal(about.issued, XSD.date.value)
    if about.modified:
        yield iri, DCTERMS.modified, Literal(about.modified, XSD.date.value)
    for space in sorted(PREFIXES.values()):
        yield iri, VOID.vocabulary, IRI(space)


def _texts(iri: IRI, predicate: IRI, texts: Mapping[str, str]) -> Iterator[_Statement]:
    for language, text in texts.items():
        yield iri, predicate, Literal(text, str(RDF.langString.value), language)


def _catalogue(about: DatasetDescription) -> Iterator[_Statement]:
    """Yield what a profile of DCAT demands (DCAT-AP 3): a description, a publisher, a catalogue.
    The publisher is the project's owner, with the project's title."""
    iri, texts = about.iri, about.descriptions or about.titles
    publisher, catalogue = IRI(f"{iri.value}#publisher"), IRI(f"{iri.value}#catalogue")
    for node in (iri, catalogue):
        yield from _texts(node, DCTERMS.description, texts)
        yield node, DCTERMS.publisher, publisher
        yield from _licence(node, about)
    rights, theme = IRI(f"{_AUTHORITY}access-right/PUBLIC"), IRI(f"{_AUTHORITY}data-theme/JUST")
    yield iri, DCTERMS.accessRights, rights
    yield rights, RDF.type, DCTERMS.RightsStatement
    yield iri, DCAT.theme, theme
    yield theme, RDF.type, SKOS.Concept
    yield from _texts(theme, SKOS.prefLabel, _THEME)
    if about.home:
        yield iri, DCAT.landingPage, IRI(about.home)
        yield IRI(about.home), RDF.type, FOAF.Document
    yield publisher, RDF.type, FOAF.Agent
    yield from _texts(publisher, FOAF.name, about.titles)
    yield catalogue, RDF.type, DCAT.Catalog
    yield from _texts(catalogue, DCTERMS.title, about.titles)
    yield catalogue, DCAT.dataset, iri
    if about.endpoint:
        yield catalogue, DCAT.service, IRI(about.endpoint)
        yield from _texts(IRI(about.endpoint), DCTERMS.title, about.titles)


def _licence(node: IRI, about: DatasetDescription) -> Iterator[_Statement]:
    """Yield the licence of the whole, or the place with those of its parts."""
    for predicate, kind, text in (
        (DCTERMS.license, DCTERMS.LicenseDocument, about.licence),
        (DCTERMS.rights, DCTERMS.RightsStatement, about.rights),
    ):
        if text:
            yield node, predicate, IRI(text)
            yield IRI(text), RDF.type, kind


def licence_iri(text: str) -> str:
    """Return the IRI of a licence given as an IRI or as its SPDX identifier; "" for a licence in
    words."""
    if text.startswith(("http://", "https://")):
        return text
    return f"https://spdx.org/licenses/{text}" if _SPDX_NAME.fullmatch(text) else ""


def _places(about: DatasetDescription) -> Iterator[_Statement]:
    """Yield where the data set can be queried, read about, and looked at."""
    if about.endpoint:
        service = IRI(about.endpoint)
        yield about.iri, VOID.sparqlEndpoint, service
        yield service, RDF.type, DCAT.DataService
        yield service, RDF.type, RDFS.Resource
        yield service, DCAT.endpointURL, service
        yield service, DCAT.servesDataset, about.iri
        protocol = IRI("https://www.w3.org/TR/sparql11-protocol/")
        yield service, DCTERMS.conformsTo, protocol
        yield protocol, RDF.type, DCTERMS.Standard
        yield from _licence(service, about)
    if about.document:
        yield IRI(about.document), RDF.type, VOID.DatasetDescription
        yield IRI(about.document), FOAF.primaryTopic, about.iri
    if about.example:
        yield about.iri, VOID.exampleResource, IRI(about.example)


def _three_letters(language: str) -> str:
    """Return the code of a language in the EU's authority table, which DCAT's profiles demand; the
    tag itself if unknown."""
    return {
        "en": "ENG", "fr": "FRA", "es": "SPA", "ar": "ARA", "ru": "RUS", "zh": "ZHO", "de": "DEU",
        "pt": "POR",
    }.get(language, language.upper())  # fmt: skip


def _counts(triples: ColumnGraph, iri: IRI) -> Iterator[_Statement]:
    """Count distinct triples, of any graph."""
    quads = triples.quads
    entities = triples.where(p=RDF.type).quads["s"].n_unique()
    for name, value in (
        ("triples", quads.height),
        ("entities", entities),
        ("distinctSubjects", quads["s"].n_unique()),
        ("distinctObjects", quads["o"].n_unique()),
        ("properties", quads["p"].n_unique()),
        ("classes", triples.where(p=RDF.type).quads["o"].n_unique()),
    ):
        yield iri, VOID[name], _integer(value)


def _partitions(graph: ColumnGraph, iri: IRI) -> Iterator[_Statement]:
    """Count the things of each class, and the triples of each property."""
    triples = graph.triples()
    by_class = triples.where(p=RDF.type).quads.group_by("o").len()
    by_property = triples.quads.group_by("p").len()
    for frame, column, kind, about, count in (
        (by_class, "o", "classPartition", VOID["class"], VOID.entities),
        (by_property, "p", "propertyPartition", VOID.property, VOID.triples),
    ):
        for name, number in sorted(
            zip(triples.terms.gather(frame[column]), frame["len"], strict=True)
        ):
            term = parse_term(name)
            if isinstance(term, IRI):
                part = IRI(f"{iri.value}/{kind}/{_short(term)}")
                yield iri, VOID[kind], part
                yield part, about, term
                yield part, count, _integer(number)


def _subsets(graph: ColumnGraph, iri: IRI) -> Iterator[_Statement]:
    """Yield the named graphs, with what they say of themselves."""
    sizes = graph.quads.group_by("g").len()
    for name, number in sorted(zip(graph.terms.gather(sizes["g"]), sizes["len"], strict=True)):
        term = parse_term(name) if name else None
        if isinstance(term, IRI):
            yield iri, VOID.subset, term
            yield term, RDF.type, VOID.Dataset
            yield term, VOID.triples, _integer(number)
            for predicate in _ABOUT_GRAPHS:
                yield from (
                    (term, predicate, _licence_of(predicate, quad.object))
                    for quad in ColumnGraph.from_text(graph.where(s=term, p=predicate).text())
                )


def _licence_of(predicate: IRI, value: Term) -> Term:
    """Return a value; as an IRI, if it is the name of a licence that has one."""
    if predicate != DCTERMS.license or not isinstance(value, Literal):
        return value
    iri = licence_iri(value.value)
    return IRI(iri) if iri else value


def _linksets(graph: ColumnGraph, iri: IRI) -> Iterator[_Statement]:
    """Yield links to other data sets, by their target."""
    for name, space in _LINKS.items():
        targets = graph.terms.gather(graph.quads["o"]).str.starts_with(f"<{space}")
        number = graph.quads.filter(targets).select("s", "p", "o").n_unique()
        if number:
            part = IRI(f"{iri.value}/links/{name}")
            yield iri, VOID.subset, part
            yield part, RDF.type, VOID.Linkset
            yield part, VOID.subjectsTarget, iri
            yield part, VOID.objectsTarget, IRI(space)
            yield part, VOID.triples, _integer(number)


def _distributions(about: DatasetDescription) -> Iterator[_Statement]:
    for item in about.distributions:
        file = IRI(item.address)
        yield about.iri, DCAT.distribution, file
        yield about.iri, VOID.dataDump, file
        yield file, RDF.type, DCAT.Distribution
        yield file, RDF.type, RDFS.Resource
        yield file, DCAT.downloadURL, file
        yield file, DCAT.accessURL, file
        yield from _texts(file, DCTERMS.title, about.titles)
        yield from _licence(file, about)
        if name := _FILE_TYPES.get(item.media_type):
            kind = IRI(f"{_AUTHORITY}file-type/{name}")
            yield file, DCTERMS["format"], kind
            yield kind, RDF.type, DCTERMS.MediaTypeOrExtent
        media = IRI(_IANA + item.media_type)
        yield file, DCAT.mediaType, media
        yield media, RDF.type, DCTERMS.MediaType
        yield file, DCAT.byteSize, Literal(str(item.size), XSD.nonNegativeInteger.value)
        checksum = IRI(f"{item.address}#sha256")
        yield file, SPDX.checksum, checksum
        yield checksum, RDF.type, SPDX.Checksum
        yield checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256
        yield SPDX.checksumAlgorithm_sha256, RDF.type, SPDX.ChecksumAlgorithm
        yield checksum, SPDX.checksumValue, Literal(item.sha256, XSD.hexBinary.value)


def _integer(value: int) -> Literal:
    return Literal(str(value), XSD.integer.value)


def _short(term: IRI) -> str:
    """Return a readable name for a partition: `foaf/Person`; the whole IRI, encoded, if no prefix
    fits."""
    prefix, colon, local = short_iri(term.value).partition(":")
    is_short = colon and prefix in PREFIXES
    return f"{prefix}/{quote(local, safe='')}" if is_short else quote(term.value, safe="")
