"""Citations and snapshots into a report: which cited words are where the rows say, and which are not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from hrdgraph.errors import EvidenceError, Origin, raise_all
from hrdgraph.evidence.snapshots import Snapshots, digest_of
from hrdgraph.rdf import ColumnGraph, Literal, parse_term
from hrdgraph.vocab import HRD, OA

_SEARCHED = 2000  # characters on either side where words that moved are looked for; more would slow a build with many broken rows
_COLUMNS = ("sha256", "start", "end", "digest", "file", "row", "column", "node")
_AGAIN = "if the page changed, take it again, and cite the words where they are now"


@dataclass(frozen=True, slots=True)
class Citation:
    """Words of one document: from character `start` to before `end`, with the sha256 of the words. Positions are the texts of the
    cells: whether they are numbers is for `verify` to say. Without start and end the document is cited as a whole.
    """

    sha256: str
    start: str
    end: str
    digest: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class EvidenceReport:
    """How many citations were verified, could not be (no snapshot at hand) or cite a whole document, and what is broken, in order.
    No message holds a word of a document.
    """

    verified: int = 0
    unverifiable: int = 0
    whole: int = 0
    broken: tuple[EvidenceError, ...] = ()

    def raise_broken(self) -> None:
        """Raise what is broken, all of it; nothing if nothing is."""
        raise_all(self.broken)


def verify(citations: Iterable[Citation], snapshots: Snapshots) -> EvidenceReport:
    """Hold every citation against its snapshot. Each document is read once."""
    texts: dict[str, str | None] = {}
    counts = {"verified": 0, "unverifiable": 0, "whole": 0}
    broken: list[EvidenceError] = []
    for citation in citations:
        if citation.sha256 not in texts:
            texts[citation.sha256] = snapshots.text(citation.sha256)
        outcome = _check(citation, texts[citation.sha256])
        if isinstance(outcome, EvidenceError):
            broken.append(outcome)
        else:
            counts[outcome] += 1
    return EvidenceReport(**counts, broken=tuple(broken))


def citations_of_frame(frame: pl.DataFrame) -> list[Citation]:
    """One citation a row, from columns sha256, start, end, digest and, where known, file, row, column, node. Nulls mean absent."""
    rows = frame.select(pl.col(name).cast(pl.String) if name in frame.columns else pl.lit(None, pl.String).alias(name) for name in _COLUMNS)
    return [
        Citation(sha256 or "", start or "", end or "", digest or "", Origin(file or "", int(row) if row else None, column, node))
        for sha256, start, end, digest, file, row, column, node in rows.iter_rows()
    ]


def citations_of_graph(graph: ColumnGraph) -> list[Citation]:
    """One citation for each evidence node (subject of oa:hasSource) and stretch of text, in the order of the nodes' IRIs."""
    source = _pairs(graph, OA.hasSource.n3(), "node", "document")
    document = _pairs(graph, HRD.sha256.n3(), "document", "sha256")
    selector = _pairs(graph, OA.hasSelector.n3(), "node", "selector")
    start, end = (_pairs(graph, term.n3(), "selector", name) for term, name in ((OA.start, "start"), (OA.end, "end")))
    digest = _pairs(graph, HRD.quoteDigest.n3(), "node", "digest")
    found = (
        source.join(document, on="document", how="left")
        .join(selector.join(start, on="selector", how="left").join(end, on="selector", how="left"), on="node", how="left")
        .join(digest, on="node", how="left")
        .sort("node", "sha256", "start", "end", "digest")
    )
    texts = found.select(graph.terms.gather(found[name]).alias(name) for name in _COLUMNS if name in found.columns)
    return citations_of_frame(texts.with_columns(_values(texts[name]) for name in ("sha256", "start", "end", "digest")))


def _pairs(graph: ColumnGraph, predicate: str, subject: str, obj: str) -> pl.DataFrame:
    """Subjects and objects of one predicate as positions in the dictionary, distinct over named graphs."""
    return graph.where(p=predicate).quads.select(pl.col("s").alias(subject), pl.col("o").alias(obj)).unique()


def _values(terms: pl.Series) -> pl.Series:
    """The lexical forms of literals; the text itself where a term is none, so that the message can show it."""
    return pl.Series(terms.name, [_lexical(text) if text else None for text in terms], dtype=pl.String)


def _lexical(text: str) -> str:
    term = parse_term(text)
    return term.value if isinstance(term, Literal) else text


def _check(citation: Citation, text: str | None) -> EvidenceError | str:
    if not citation.start and not citation.end and not citation.digest:
        return "whole"
    place = f"{citation.start or '?'}–{citation.end or '?'}"
    if not (_is_position(citation.start) and _is_position(citation.end)):
        hint = "give both as whole numbers, counted from 0"
        return EvidenceError(f"{place} is not a start and an end", origin=citation.origin, hint=hint)
    start, end = int(citation.start), int(citation.end)
    if start >= end:
        hint = "the end is the position after the last character"
        return EvidenceError(f"the words at {place} end before they start", origin=citation.origin, hint=hint)
    return _compare(citation, start, end, text) if text is not None else "unverifiable"


def _compare(citation: Citation, start: int, end: int, text: str) -> EvidenceError | str:
    if end > len(text):
        fact = f"the words at {start}–{end} are outside the text, which has {len(text)} characters"
        return EvidenceError(fact, origin=citation.origin, hint=_AGAIN)
    if not citation.digest:
        hint = f"the words there have the sha256 {digest_of(text[start:end])}; read them, then cite it"
        return EvidenceError(f"the words at {start}–{end} are cited without the digest that proves them", origin=citation.origin, hint=hint)
    if digest_of(text[start:end]) == citation.digest:
        return "verified"
    moved = _moved(text, start, end - start, citation.digest)
    hint = f"the cited words are now at {moved}–{moved + end - start}" if moved is not None else _AGAIN
    return EvidenceError(f"the words at {start}–{end} are not the words that were cited", origin=citation.origin, hint=hint)


def _moved(text: str, start: int, length: int, digest: str) -> int | None:
    """Where the cited words stand now, nearest place first; found by digest, since the words themselves are not kept."""
    places = range(max(start - _SEARCHED, 0), min(start + _SEARCHED, len(text) - length) + 1)
    nearest_first = sorted(places, key=lambda place: (abs(place - start), place))
    return next((place for place in nearest_first if digest_of(text[place : place + length]) == digest), None)


def _is_position(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 12
