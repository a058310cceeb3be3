"""Source documents and snapshots into what the snapshots say of the documents: which text each
is, and which are copies of one another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import polars as pl

from hrdgraph.evidence.near_duplicates import copies
from hrdgraph.evidence.snapshots import Snapshots
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad, parse_term
from hrdgraph.rdf.graph import TEXT_SCHEMA
from hrdgraph.vocab import HRD, PROV, RDF


def with_digests(graph: ColumnGraph, known: Mapping[str, str]) -> ColumnGraph:
    """The graph in which documents without a hrd:sha256 have that of the text known at their
    address."""
    if not known:
        return graph
    documents = graph.where(p=RDF.type, o=HRD.SourceDocument).quads.select("s", "g").unique()
    without = documents.join(graph.where(p=HRD.sha256).quads.select("s"), on="s", how="anti").sort(
        "s", "g"
    )
    names = zip(graph.terms.gather(without["s"]), graph.terms.gather(without["g"]), strict=True)
    rows = [
        (name, HRD.sha256.n3(), Literal(known[name[1:-1]]).n3(), place)
        for name, place in names
        if name[1:-1] in known
    ]
    if not rows:
        return graph
    digests = ColumnGraph.from_text(pl.DataFrame(rows, schema=TEXT_SCHEMA, orient="row"))
    return ColumnGraph.union([graph, digests])


def copy_quads(graph: ColumnGraph, snapshots: Snapshots, place: IRI) -> list[Quad]:
    """prov:alternateOf, in the graph `place`, between documents of a graph with the same text or
    nearly the same.

    PROV has no other relation without a direction, and which of two texts was first no text
    tells: prov:wasDerivedFrom, dcterms:isVersionOf or a relation "copy of" would say more than
    is known. It is symmetric and transitive (PROV-CONSTRAINTS, inferences 17 and 18), so the
    first of a group stands for it, in both directions.
    """
    by_text = _by_text(graph)
    texts = {
        digest: text
        for digest in by_text
        if len(by_text) > 1 and (text := snapshots.text(digest)) is not None
    }
    grouped = copies(texts)
    alone = [
        (digest,) for digest in by_text.keys() - {digest for group in grouped for digest in group}
    ]
    groups = (
        sorted({item for digest in group for item in by_text[digest]}, key=str)
        for group in (*grouped, *alone)
    )
    return [quad for group in groups for quad in _joined(group, place)]


def _by_text(graph: ColumnGraph) -> dict[str, set[IRI]]:
    """Source documents by the digest of their text."""
    found: dict[str, set[IRI]] = defaultdict(set)
    documents = _of_documents(graph)
    for pair in graph.where(p=HRD.sha256).text().select("s", "o").unique().iter_rows():
        subject, digest = map(parse_term, pair)
        if isinstance(subject, IRI) and subject in documents and isinstance(digest, Literal):
            found[digest.value].add(subject)
    return found


def _of_documents(graph: ColumnGraph) -> set[IRI]:
    found = graph.where(p=RDF.type, o=HRD.SourceDocument)
    terms = (parse_term(text) for text in found.terms.gather(found.quads["s"].unique()))
    return {term for term in terms if isinstance(term, IRI)}


def _joined(group: Iterable[IRI], place: IRI) -> Iterator[Quad]:
    first, *others = group
    for other in others:
        yield Quad(other, PROV.alternateOf, first, place)
        yield Quad(first, PROV.alternateOf, other, place)
