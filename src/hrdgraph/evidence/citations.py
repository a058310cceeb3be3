"""A graph, or a table, into citations: the words of a document that stand behind a fact, as
somebody cited them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Final

import polars as pl

from hrdgraph.errors import Origin
from hrdgraph.rdf import IRI, ColumnGraph, Literal, parse_term
from hrdgraph.vocab import HRD, OA

_PARTS: Final = ("sha256", "start", "end", "digest", "words", "before", "after")
_PLACE: Final = ("file", "row", "column", "node")
_ALL: Final = (*_PARTS, *_PLACE)
_SELECTED: Final = (
    {"start": OA.start, "end": OA.end},
    {"words": OA.exact, "before": OA["prefix"], "after": OA.suffix},
)


@dataclass(frozen=True, slots=True)
class Citation:
    """Words of one document: from character `start` to before `end`, with the sha256 of the
    words; or the words themselves, with what stands before and after them where that is needed
    to tell which. Positions are the texts of the cells: whether they are numbers is for `verify`
    to say. Without any of these the document is cited as a whole.
    """

    sha256: str
    start: str
    end: str
    digest: str
    origin: Origin
    words: str = ""
    before: str = ""
    after: str = ""
    address: str = ""


def citations_of_frame(frame: pl.DataFrame) -> list[Citation]:
    """One citation a row, from columns sha256, start, end, digest, words, before, after and,
    where known, file, row, column, node. Nulls mean absent."""
    names = (*_ALL, "address")
    there = [pl.col(name).cast(pl.String) for name in names if name in frame.columns]
    absent = [pl.lit(None, pl.String).alias(name) for name in names if name not in frame.columns]
    quoted = [name for name in names if name not in _PLACE]
    rows = frame.select(*there, *absent).with_columns(pl.col(quoted).fill_null("")).select(names)
    citations = []
    for sha256, start, end, digest, words, before, after, *place, address in rows.iter_rows():
        file, row, column, node = place
        origin = Origin(file or "", int(row) if row else None, column, node)
        stretch = (sha256, start, end, digest)
        citations.append(Citation(*stretch, origin, words, before, after, address))
    return citations


def citations_of_graph(graph: ColumnGraph) -> list[Citation]:
    """One citation for each evidence node (subject of oa:hasSource) and stretch of text, in the
    order of the nodes' IRIs."""
    return citations_of(graph, evidence_of(graph).drop("graph").unique(maintain_order=True))


def evidence_of(graph: ColumnGraph) -> pl.DataFrame:
    """Evidence nodes by the graphs that name their document: columns node, document, graph,
    sha256, start, end, digest, words, before and after, as positions in the dictionary; sorted.
    What the selectors of one node say, says one thing: a position and the words that stand
    there. A node with two positions has two rows."""
    source = graph.where(p=OA.hasSource).quads.select(node="s", document="o", graph="g")
    selector = _pairs(graph, OA.hasSelector, "node", "selector")
    found = source.join(_pairs(graph, HRD.sha256, "document", "sha256"), on="document", how="left")
    for parts in _SELECTED:
        found = found.join(_selected(graph, selector, parts), on="node", how="left")
    found = found.join(_pairs(graph, HRD.quoteDigest, "node", "digest"), on="node", how="left")
    return found.sort("node", "graph", *_PARTS)


def citations_of(graph: ColumnGraph, evidence: pl.DataFrame) -> list[Citation]:
    """The rows of `evidence_of` as citations."""
    texts = evidence.select(
        graph.terms.gather(evidence[name]).alias(name) for name in ("node", *_PARTS)
    )
    documents = graph.terms.gather(evidence["document"]).str.strip_chars("<>")
    return citations_of_frame(
        texts.with_columns(_values(texts[name]) for name in _PARTS).with_columns(
            documents.alias("address")
        )
    )


def _selected(graph: ColumnGraph, selector: pl.DataFrame, parts: dict[str, IRI]) -> pl.DataFrame:
    """What selectors say, by evidence node; nodes whose selectors say nothing of it are left
    out."""
    said = (
        selector.join(_pairs(graph, term, "selector", name), on="selector", how="left")
        for name, term in parts.items()
    )
    joined = reduce(
        lambda one, other: one.join(other, on=["node", "selector"], how="full", coalesce=True), said
    )
    return joined.filter(pl.any_horizontal(pl.col(*parts).is_not_null())).drop("selector").unique()


def _pairs(graph: ColumnGraph, predicate: IRI, subject: str, obj: str) -> pl.DataFrame:
    """Subjects and objects of one predicate as positions in the dictionary, distinct over named
    graphs."""
    return (
        graph.where(p=predicate)
        .quads.select(pl.col("s").alias(subject), pl.col("o").alias(obj))
        .unique()
    )


def _values(terms: pl.Series) -> pl.Series:
    """The lexical forms of literals; the text itself where a term is none, so that the message
    can show it."""
    return pl.Series(
        terms.name, [_lexical(text) if text else None for text in terms], dtype=pl.String
    )


def _lexical(text: str) -> str:
    term = parse_term(text)
    return term.value if isinstance(term, Literal) else text
