"""Evidence of a claim into citations: which document, who published it, and where in it the
words stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hrdgraph.vocab import DCTERMS, HRD, HRDV, OA, PROV
from hrdgraph.web.pages.graph_view import GraphView


@dataclass(frozen=True)
class CitedDocument:
    """A page or data set that was read. `reliability` is the position of a concept, or -1."""

    node: int
    address: str
    title: str
    title_language: str
    publisher: str
    language: str
    licence: str
    reliability: int
    sha256: str
    retrieved: str

    @property
    def href(self) -> str:
        """The address where it can be followed: one of the web; any other scheme could do harm."""
        return self.address if self.address.startswith(("https://", "http://")) else ""

    @property
    def host(self) -> str:
        """The name of the place, as people know it."""
        return (
            self.address.partition("://")[2].partition("/")[0].removeprefix("www.") or self.address
        )


@dataclass(frozen=True)
class PageCitation:
    """A cited place: without `start` the whole document. `end` is after the last character.
    `words` are there only where the licence of the source lets the project publish them; `found`
    says that the build saw them in the text that was read.
    """

    document: CitedDocument
    start: int | None = None
    end: int | None = None
    digest: str = ""
    words: str = ""
    found: bool = False


def document_of(said: GraphView, node: int) -> CitedDocument:
    """What the graph says of a source document."""
    titles = said.values(node, DCTERMS.title)
    licences = said.objects(node, DCTERMS.license)
    return CitedDocument(
        node=node,
        address=said.iri(node),
        title=titles[0].text if titles else "",
        title_language=titles[0].language if titles else "",
        publisher=said.text(node, DCTERMS.publisher),
        language=said.text(node, DCTERMS.language),
        licence=said.value(licences[0]).text if licences else "",
        reliability=said.first(node, HRD.sourceReliability),
        sha256=said.text(node, HRD.sha256),
        retrieved=said.text(node, HRD.retrievedAt),
    )


def citations_of(
    said: GraphView, claim: int, document: Callable[[int], CitedDocument]
) -> tuple[PageCitation, ...]:
    """The cited places of a node, in the order of documents and positions. `document` tells what
    is said of one."""
    found = set()
    for evidence in said.objects(claim, HRD.evidence):
        digest = said.text(evidence, HRD.quoteDigest)
        for node in said.objects(evidence, OA.hasSource):
            found.update(_places(said, evidence, document(node), digest))
    return tuple(
        sorted(
            found,
            key=lambda item: (
                item.document.publisher,
                item.document.address,
                item.start or 0,
                item.end or 0,
            ),
        )
    )


def _places(
    said: GraphView, evidence: int, document: CitedDocument, digest: str
) -> list[PageCitation]:
    selectors = said.objects(evidence, OA.hasSelector)
    words = next((text for node in selectors if (text := said.text(node, OA.exact))), "")
    found = said.at(HRDV["evidence-status/verified"]) in said.objects(evidence, HRD.evidenceStatus)
    places = [(said.text(node, OA.start), said.text(node, OA.end)) for node in selectors]
    known = [
        PageCitation(document, int(start), int(end), digest, words, found)
        for start, end in places
        if start.isdigit() and end.isdigit()
    ]
    return known or [PageCitation(document, digest=digest, words=words, found=found)]


def inputs_of(said: GraphView, graph: int) -> list[str]:
    """Return the names of the files that a named graph was made from."""
    titles = (said.text(node, DCTERMS.title) for node in said.objects(graph, PROV.wasDerivedFrom))
    return sorted(filter(None, titles))
