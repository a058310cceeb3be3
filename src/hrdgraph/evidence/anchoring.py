"""Turn evidence as sources cite it into evidence as it is published: positions and digests, and
whether the snapshots bear them out.

A mapping may cite by start and end, by the words, or the document as a whole. Here all of them
become one form of the Web Annotation Data Model: a oa:TextPositionSelector, the version of the
document that it counts in (oa:hasState), the digest of the words (hrd:quoteDigest) and whether they
were found (hrd:evidenceStatus). The words themselves leave the graph here, and come back only where
the source and the project say that they may be published."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from hrdgraph.evidence.citations import (
    UNVERIFIABLE,
    VERIFIED,
    WHOLE,
    Citation,
    CitationOutcome,
    EvidenceReport,
    citations_of,
    evidence_of,
    examine,
    summary,
)
from hrdgraph.evidence.snapshots import Snapshots
from hrdgraph.rdf import IRI, ColumnGraph, Literal, parse_term
from hrdgraph.rdf.graph import TEXT_SCHEMA
from hrdgraph.rdf.marks import Columns, find
from hrdgraph.vocab import HRD, HRDV, OA, RDF, XSD

QUOTED: Final = (OA.exact, OA["prefix"], OA.suffix)
_OF_SELECTORS: Final = (RDF.type, OA.start, OA.end, *QUOTED)
_CITED: Final = ("start", "end", "digest", "words")
# of a node with several citations, the first of these that one of them has
_WORST: Final = (UNVERIFIABLE, VERIFIED, WHOLE)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_COUNT: Final = XSD.nonNegativeInteger.value

Row = tuple[str, str, str, str]


@dataclass(frozen=True, eq=False)
class AnchoringResult:
    """The graph with its evidence in the published form, and what came of each citation. Where
    something is broken, the graph is of no use but for telling what."""

    graph: ColumnGraph
    report: EvidenceReport


@dataclass(frozen=True)
class AnchorNames:
    """How nodes are named that anchoring makes: versions of documents below `base`; and the
    named graphs whose words may be published."""

    base: str
    published: frozenset[str] = frozenset()


def anchor(graph: ColumnGraph, snapshots: Snapshots, terms: AnchorNames) -> AnchoringResult:
    """Hold every citation of a graph against its snapshot, and rewrite it into the form that is
    published."""
    evidence = evidence_of(graph)
    says_where = pl.any_horizontal(pl.col(_CITED).is_not_null())
    cited, whole = evidence.filter(says_where), evidence.filter(~says_where)
    distinct = cited.drop("graph").unique(maintain_order=True)
    citations = citations_of(graph, distinct)
    outcomes = examine(citations, snapshots)
    report = summary(outcomes, whole.drop("graph").unique().height)
    numbered = distinct.with_row_index("number")
    pairs = (
        cited.join(numbered, on=distinct.columns, how="left", nulls_equal=True)
        .select("node", "graph", "number")
        .unique()
        .sort("number", "graph")
    )
    nodes, graphs = graph.terms.gather(pairs["node"]), graph.terms.gather(pairs["graph"])
    done = [
        _AnchoredCitation(node, place, citations[number], outcome)
        for node, place, number in zip(nodes, graphs, pairs["number"], strict=True)
        if isinstance(outcome := outcomes[number], CitationOutcome)
    ]
    rows = [row for item in done for row in _quads(item, terms)]
    added = pl.concat([
        _statuses(graph, whole, done), _classes(graph),
        pl.DataFrame(rows, schema=TEXT_SCHEMA, orient="row"),
    ])  # fmt: skip
    kept, new = _mark_kept(graph, distinct, whole), ColumnGraph.from_text(added)
    rest = ColumnGraph(graph.terms, graph.quads.filter(kept))
    return AnchoringResult(ColumnGraph.union([rest, new]), report)


@dataclass(frozen=True)
class _AnchoredCitation:
    """One citation of one named graph, with what came of it."""

    node: str
    graph: str
    citation: Citation
    outcome: CitationOutcome


def _statuses(
    graph: ColumnGraph, whole: pl.DataFrame, done: Iterable[_AnchoredCitation]
) -> pl.DataFrame:
    """Return the status of each evidence node, in each graph that speaks of it."""
    entire = whole.select("node", "graph").unique()
    names = {
        name: graph.terms.gather(entire[place]) for name, place in (("s", "node"), ("g", "graph"))
    }
    rows = [(item.node, item.graph, _WORST.index(item.outcome.status)) for item in done]
    cited = pl.DataFrame(
        rows, schema={"s": pl.String, "g": pl.String, "rank": pl.Int64}, orient="row"
    )
    frame = pl.concat(
        [cited, pl.DataFrame(names).with_columns(rank=pl.lit(_WORST.index(WHOLE), pl.Int64))]
    )
    concepts = pl.Series([HRDV[f"evidence-status/{status}"].n3() for status in _WORST])
    worst = frame.group_by("s", "g").agg(pl.col("rank").min())
    return worst.select(
        "s", p=pl.lit(HRD.evidenceStatus.n3()), o=concepts.gather(worst["rank"]), g=pl.col("g")
    )


def _classes(graph: ColumnGraph) -> pl.DataFrame:
    """Return the class of selectors of positions that say none: one that serves rows of every kind
    cannot have it from the mapping."""
    subjects = (graph.where(p=term).quads.select("s") for term in (RDF.type, OA.exact))
    places = (
        graph.where(p=OA.start)
        .quads.select("s", "g")
        .unique()
        .join(pl.concat(subjects), on="s", how="anti")
        .sort("s", "g")
    )
    names = {name: graph.terms.gather(places[name]).alias(name) for name in places.columns}
    return pl.DataFrame({"s": names["s"], "g": names["g"]}).select(
        "s", p=pl.lit(RDF.type.n3()), o=pl.lit(OA.TextPositionSelector.n3()), g=pl.col("g")
    )


def _mark_kept(graph: ColumnGraph, cited: pl.DataFrame, whole: pl.DataFrame) -> pl.Series:
    """Mark the quads that stay. What goes: words wherever they are, the selectors of nodes cited
    by words, selectors that say nothing, and whatever a source says of the status of its own
    evidence. Selectors of other kinds, and those that other nodes use, stay."""
    columns = Columns.of(graph)
    by_words = columns.mark(cited.filter(pl.col("words").is_not_null())["node"])
    of_selectors = columns.having("p", find(graph, _OF_SELECTORS))
    selecting = columns.having("p", find(graph, (OA.hasSelector,)))
    known = ~columns.subjects(~of_selectors)
    empty = known & ~columns.subjects(of_selectors & ~columns.having("p", find(graph, (RDF.type,))))
    of_words = columns.having("s", by_words) & columns.having("o", known)
    of_whole = columns.having("s", columns.mark(whole["node"])) & columns.having("o", empty)
    rewritten = selecting & (of_words | of_whole)
    unused = columns.objects(rewritten) & ~columns.objects(selecting & ~rewritten)
    digests = columns.having("s", by_words) & columns.having("p", find(graph, (HRD.quoteDigest,)))
    return ~(
        columns.having("p", find(graph, (*QUOTED, HRD.evidenceStatus)))
        | rewritten
        | digests
        | columns.having("s", unused)
    )


def _quads(item: _AnchoredCitation, terms: AnchorNames) -> Iterator[Row]:
    outcome, node = item.outcome, item.node
    is_placed = outcome.start is not None
    if item.citation.words:
        yield from _digest(item) if not is_placed else (*_digest(item), *_position(item))
    if is_placed and _DIGEST.fullmatch(item.citation.sha256):
        sha256 = item.citation.sha256
        state = IRI(f"{terms.base}version/{sha256}").n3()
        yield item.node, OA.hasState.n3(), state, item.graph
        yield state, RDF.type.n3(), OA.TimeState.n3(), item.graph
        yield state, OA.cachedSource.n3(), IRI(_name_by_hash(sha256)).n3(), item.graph
    if outcome.words and item.graph in terms.published:
        yield from _words(item, _part(node, "words"))


def _digest(item: _AnchoredCitation) -> Iterator[Row]:
    yield item.node, HRD.quoteDigest.n3(), Literal(item.outcome.digest).n3(), item.graph


def _position(item: _AnchoredCitation) -> Iterator[Row]:
    selector = _part(item.node, "place")
    yield item.node, OA.hasSelector.n3(), selector, item.graph
    yield selector, RDF.type.n3(), OA.TextPositionSelector.n3(), item.graph
    yield selector, OA.start.n3(), Literal(str(item.outcome.start), _COUNT).n3(), item.graph
    yield selector, OA.end.n3(), Literal(str(item.outcome.end), _COUNT).n3(), item.graph


def _words(item: _AnchoredCitation, selector: str) -> Iterator[Row]:
    yield item.node, OA.hasSelector.n3(), selector, item.graph
    yield selector, RDF.type.n3(), OA.TextQuoteSelector.n3(), item.graph
    for term, words in zip(
        QUOTED, (item.outcome.words, item.citation.before, item.citation.after), strict=True
    ):
        if words:
            yield selector, term.n3(), Literal(words).n3(), item.graph


def _part(node: str, name: str) -> str:
    """Name a part of an evidence node."""
    term = parse_term(node)
    return IRI(f"{term.value}/{name}").n3() if isinstance(term, IRI) else f"{node}-{name}"


def _name_by_hash(sha256: str) -> str:
    """Name a text by its SHA-256 (RFC 6920)."""
    return f"ni:///sha-256;{urlsafe_b64encode(bytes.fromhex(sha256)).decode().rstrip('=')}"
