"""Find the passages of a page that say the same as rows that cite it and no words of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from hrdgraph.evidence.snapshots import Snapshots, digest_of
from hrdgraph.extraction.passages import (
    CERTAIN,
    PagePassages,
    ScoredPassage,
    WantedFact,
    fact_of_row,
)
from hrdgraph.extraction.reading.lexicon import Lexicons
from hrdgraph.extraction.review.rows import FactRow, FactRows

_SHOWN = 3  # passages that a person chooses from


@dataclass(frozen=True)
class CitationSuggestion:
    """The passage of a page that fits a row best, its score from 0 to 1, whether that is enough
    to take it for certain, and the next best."""

    row: FactRow
    sha256: str
    words: str
    passage: ScoredPassage
    is_certain: bool
    others: tuple[ScoredPassage, ...] = ()

    def cells(self) -> dict[str, str]:
        """Return a row of a table of kind `evidence`, which adds the words to the fact."""
        return {
            "kind": self.row.kind, "id": self.row.fact, "document": self.row.address,
            "document_digest": self.sha256, "evidence_start": str(self.passage.start),
            "evidence_end": str(self.passage.end), "evidence_sha256": digest_of(self.words),
        }  # fmt: skip


@dataclass(frozen=True)
class CitationSuggestions:
    """What was found for the rows of a project: those that cite words already, those without
    words, and those of them whose page is among the snapshots."""

    cited: int
    uncited: int
    at_hand: int
    found: tuple[CitationSuggestion, ...]

    @property
    def certain(self) -> tuple[CitationSuggestion, ...]:
        return tuple(item for item in self.found if item.is_certain)


def suggest_citations(
    sources: Iterable[FactRows], snapshots: Snapshots, lexicons: Lexicons, bar: float = 0.0
) -> CitationSuggestions:
    """Look for each row in the newest snapshot of the page that it cites. A passage is certain
    from a score of `bar` on."""
    cited = uncited = at_hand = 0
    best: list[CitationSuggestion] = []
    pages = _pages(snapshots, lexicons)
    for facts in sources:
        for row in facts.rows:
            cited, uncited = cited + row.is_cited, uncited + (not row.is_cited)
            page = None if row.is_cited else pages(row.address)
            at_hand += page is not None
            wanted = fact_of_row(row.kind, row.cells)
            best += [_best(row, *page, wanted, bar or CERTAIN)] if page and page[1].text else []
    return CitationSuggestions(cited, uncited, at_hand, tuple(_doubt_shared(best)))


def _doubt_shared(suggestions: list[CitationSuggestion]) -> list[CitationSuggestion]:
    """Mark as unsure what several quotations of one speaker would cite."""
    quoted = [item for item in suggestions if item.row.kind == "quotation"]
    counts = Counter((item.sha256, item.passage.start) for item in quoted)
    return [
        replace(item, is_certain=False)
        if item.row.kind == "quotation" and counts[item.sha256, item.passage.start] > 1
        else item
        for item in suggestions
    ]


def _pages(
    snapshots: Snapshots, lexicons: Lexicons
) -> Callable[[str], tuple[str, PagePassages] | None]:
    """Return the passages of the newest text of an address, each page read once."""
    known: dict[str, tuple[str, PagePassages] | None] = {}

    def page(address: str) -> tuple[str, PagePassages] | None:
        if address not in known:
            newest = next(snapshots.texts_of(address), None)
            known[address] = newest and (newest[0], PagePassages(newest[1], lexicons))
        return known[address]

    return page


def _best(
    row: FactRow, sha256: str, page: PagePassages, wanted: WantedFact, bar: float
) -> CitationSuggestion:
    first, *more = page.rank(wanted)[:_SHOWN]
    words = page.text[first.start : first.end]
    return CitationSuggestion(row, sha256, words, first, first.score >= bar, tuple(more))
