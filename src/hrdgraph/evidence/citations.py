"""Read citations from a graph, or a table: the words of a document that stand behind a fact, as
somebody cited them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any, Final

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import EvidenceError, Origin
from hrdgraph.evidence.anchors import AMBIGUOUS, GONE, MOVED
from hrdgraph.evidence.snapshots import Snapshots, digest_of
from hrdgraph.evidence.word_search import QuotedWords, SearchableText, Stretch, nowhere, unclear
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


def evidence_of(graph: ColumnGraph) -> pl.DataFrame:
    """Evidence nodes by the graphs that name their document: columns node, document, graph,
    sha256, start, end, digest, words, before and after, as positions in the dictionary; sorted.
    What the selectors of one node say, says one thing: a position and the words that stand
    there. A node with two positions has two rows."""
    source = graph.where(p=OA.hasSource).quads.select(node="s", document="o", graph="g")
    selector = _pairs(graph, OA.hasSelector, "node", "selector")
    nodes = source.join(_pairs(graph, HRD.sha256, "document", "sha256"), on="document", how="left")
    for parts in _SELECTED:
        nodes = nodes.join(_of_selectors(graph, selector, parts), on="node", how="left")
    nodes = nodes.join(_pairs(graph, HRD.quoteDigest, "node", "digest"), on="node", how="left")
    return nodes.sort("node", "graph", *_PARTS)


def citations_of(graph: ColumnGraph, evidence: pl.DataFrame) -> list[Citation]:
    """Return the rows of `evidence_of` as citations."""
    texts = evidence.select(
        graph.terms.gather(evidence[name]).alias(name) for name in ("node", *_PARTS)
    )
    return citations_of_frame(
        texts.with_columns(_values(texts[name]) for name in _PARTS).with_columns(
            graph.terms.gather(evidence["document"]).str.strip_chars("<>").alias("address")
        )
    )


def _of_selectors(
    graph: ColumnGraph, selector: pl.DataFrame, parts: dict[str, IRI]
) -> pl.DataFrame:
    """Return what selectors say, by evidence node; nodes whose selectors say nothing of it are
    left out."""
    sides = (
        selector.join(_pairs(graph, term, "selector", name), on="selector", how="left")
        for name, term in parts.items()
    )
    joined = reduce(
        lambda one, other: one.join(other, on=["node", "selector"], how="full", coalesce=True),
        sides,
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
    """Return the lexical forms of literals; the text itself where a term is none, so that the
    message can show it."""
    return pl.Series(
        terms.name, [_lexical(text) if text else None for text in terms], dtype=pl.String
    )


def _lexical(text: str) -> str:
    term = parse_term(text)
    return term.value if isinstance(term, Literal) else text


# characters on either side where words that moved are looked for; more would slow a build with many
# broken rows
_SEARCHED = 2000
VERIFIED: Final = "verified"
UNVERIFIABLE: Final = "unverifiable"
WHOLE: Final = "whole-document"
_AGAIN = "if-page-changed-take-again"


@dataclass(frozen=True, slots=True)
class CitationOutcome:
    """What became of a citation: where the words stand and the sha256 of them, as far as either
    is known. `words` are those of the document; they are not shown."""

    status: str
    start: int | None = None
    end: int | None = None
    digest: str = ""
    words: str = field(default="", repr=False)
    state: str = ""
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class EvidenceReport:
    """How many citations were verified, could not be (no snapshot at hand) or cite a whole
    document, and what is broken, in order. Of those verified, `moved` stand elsewhere in another
    text of their page, and around `changed` of them stand other words; of those that were not,
    `ambiguous` stand in several places of it, and `gone` in none. No message holds a word of a
    document.
    """

    verified: int = 0
    unverifiable: int = 0
    whole: int = 0
    broken: tuple[EvidenceError, ...] = ()
    moved: int = 0
    ambiguous: int = 0
    gone: int = 0
    changed: int = 0


def verify(citations: Iterable[Citation], snapshots: Snapshots) -> EvidenceReport:
    """Hold every citation against its snapshot."""
    return summary(examine(citations, snapshots))


def examine(
    citations: Iterable[Citation], snapshots: Snapshots
) -> list[CitationOutcome | EvidenceError]:
    """Check each citation, in order. Each document is read once."""
    pages: dict[str, SearchableText | None] = {}
    outcomes: list[CitationOutcome | EvidenceError] = []
    for citation in citations:
        if citation.sha256 not in pages:
            text = snapshots.text(citation.sha256)
            pages[citation.sha256] = None if text is None else SearchableText(text)
        page = pages[citation.sha256]
        answer = _check(citation, page)
        outcomes.append(_elsewhere(citation, answer, snapshots) if page is None else answer)
    return outcomes


def _elsewhere(
    citation: Citation, answer: CitationOutcome | EvidenceError, snapshots: Snapshots
) -> CitationOutcome | EvidenceError:
    """Look for words whose text is not at hand in the other texts of their page."""
    if not isinstance(answer, CitationOutcome) or answer.status != UNVERIFIABLE:
        return answer
    if citation.words or answer.start is None or answer.end is None:
        return answer
    search, _, words = snapshots.search_address(
        citation.address, citation.sha256, (answer.start, answer.end), citation.digest
    )
    status = VERIFIED if search.place else UNVERIFIABLE
    return replace(
        answer, status=status, words=words, state=search.state, is_changed=search.is_changed
    )


def summary(outcomes: Iterable[CitationOutcome | EvidenceError], whole: int = 0) -> EvidenceReport:
    """Count outcomes; `whole` are citations of whole documents that were not looked at one by
    one."""
    results = list(outcomes)
    broken = tuple(item for item in results if isinstance(item, EvidenceError))
    counts = Counter(item.status for item in results if isinstance(item, CitationOutcome))
    states = Counter(item.state for item in results if isinstance(item, CitationOutcome))
    return EvidenceReport(
        counts[VERIFIED], counts[UNVERIFIABLE], counts[WHOLE] + whole, broken, states[MOVED],
        states[AMBIGUOUS], states[GONE],
        sum(item.is_changed for item in results if isinstance(item, CitationOutcome)),
    )  # fmt: skip


def _check(citation: Citation, page: SearchableText | None) -> EvidenceError | CitationOutcome:
    has_place = citation.start or citation.end
    if citation.words:
        return (_check_place(citation) if has_place else _blank(citation)) or _find(citation, page)
    if not has_place and not citation.digest:
        return CitationOutcome(WHOLE)
    return _check_place(citation) or _compare(
        citation, int(citation.start), int(citation.end), page
    )


def _check_place(citation: Citation) -> EvidenceError | None:
    """Say what is wrong with the positions themselves."""
    place = f"{citation.start or '?'}–{citation.end or '?'}"
    if (
        _is_position(citation.start)
        and _is_position(citation.end)
        and int(citation.start) < int(citation.end)
    ):
        return None
    hint = "give-both-whole-numbers-counted"
    return EvidenceError("value-not-as-expected", value=place, origin=citation.origin, hint=hint)


def _blank(citation: Citation) -> EvidenceError | None:
    hint = "type-words-or-leave-cell"
    return (
        None
        if citation.words.strip()
        else EvidenceError("cell-empty", origin=citation.origin, hint=hint)
    )


def _compare(
    citation: Citation, start: int, end: int, page: SearchableText | None
) -> EvidenceError | CitationOutcome:
    """Words cited by their place, held against their digest."""
    if page is None:
        return CitationOutcome(UNVERIFIABLE, start, end, citation.digest)
    text = page.text
    at: dict[str, Any] = {"start": start, "end": end, "origin": citation.origin}
    if end > len(text):
        return EvidenceError("no-words-at", count=len(text), hint=_AGAIN, **at)
    words = text[start:end]
    if not citation.digest:
        hint = Message("words-at-have-digest", start=start, end=end, digest=digest_of(words))
        return EvidenceError("words-without-digest", hint=hint, **at)
    if digest_of(words) == citation.digest:
        return CitationOutcome(VERIFIED, start, end, citation.digest, words)
    # where the cited words stand now, nearest place first; by digest, since the words themselves
    # are not kept
    length = end - start
    places = range(max(start - _SEARCHED, 0), min(start + _SEARCHED, len(text) - length) + 1)
    nearest_first = sorted(places, key=lambda place: (abs(place - start), place))
    moved = next(
        (
            place
            for place in nearest_first
            if digest_of(text[place : place + length]) == citation.digest
        ),
        None,
    )
    hint = Message(_AGAIN)
    if moved is not None:
        hint = Message("words-stand-at", start=moved, end=moved + end - start)
    return EvidenceError("words-differ", hint=hint, **at)


def _find(citation: Citation, page: SearchableText | None) -> EvidenceError | CitationOutcome:
    """Words cited as such, and by their place too where one is given."""
    place = (int(citation.start), int(citation.end)) if citation.start else None
    if page is None:
        start, end = place or (None, None)
        return CitationOutcome(
            UNVERIFIABLE, start, end, citation.digest or digest_of(citation.words.strip()),
            citation.words.strip(),
        )  # fmt: skip
    words = QuotedWords(citation.words, citation.before, citation.after)
    places = page.places(words)
    if not places:
        return nowhere(words, page, citation.origin)
    if place is None and len(places) > 1:
        return unclear(places, page, citation.origin)
    return _check_words(citation, page, places, place or places[0])


def _check_words(
    citation: Citation, page: SearchableText, places: list[Stretch], place: Stretch
) -> EvidenceError | CitationOutcome:
    start, end = place
    if place not in places:
        hint = Message("words-stand-at", start=places[0][0], end=places[0][1])
        return EvidenceError(
            "words-differ", start=start, end=end, origin=citation.origin, hint=hint
        )
    words = page.text[start:end]
    if citation.digest not in ("", digest_of(words)):
        hint = Message("words-at-have-digest", start=start, end=end, digest=digest_of(words))
        return EvidenceError("digest-of-other-words", origin=citation.origin, hint=hint)
    return CitationOutcome(VERIFIED, start, end, digest_of(words), words)


def _is_position(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 12
