"""Rows that cite a page and no words, and the candidates of that page, into words to cite.

A candidate is held against a row of its kind by every column that both have: names by their
words, codes and dates as they are. One that contradicts the row is none; the subject must agree,
and something else too. What fits equally well in two places is not decided here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final
from unicodedata import combining, normalize

from hrdgraph.evidence.snapshots import Snapshots, digest_of
from hrdgraph.extraction.candidates import Candidate
from hrdgraph.extraction.extractor import Extractor
from hrdgraph.extraction.reading.mentions import KnownNames
from hrdgraph.extraction.review.rows import FactRow, FactRows, cells_of, table_kind

_SUBJECTS: Final = {
    "conferral": "recipient", "role": "member", "founding": "organisation", "act": "victim",
    "attribute": "subject", "quotation": "speaker", "award-event": "award", "defender": "person",
    "situation": "affected_group",
}  # fmt: skip
_FEWEST: Final = {"quotation": 1, "defender": 1}  # columns that must agree; two for other kinds
_CODES: Final = ("type", "country", "abuse", "property", "event_kind")
_DATES: Final = ("date", "year")
_ROOM: Final = 120  # characters between a candidate's words and those of one of its cells
_SHORTEST: Final = 3  # letters of a word by which names are told


@dataclass(frozen=True)
class CitationSuggestion:
    """Words of a page that seem to say what a row says; `places` is how many fit as well."""

    row: FactRow
    sha256: str
    candidate: Candidate
    places: int

    @property
    def is_certain(self) -> bool:
        return self.places == 1

    def cells(self) -> dict[str, str]:
        """A row of a table of kind `evidence`, which adds the words to the fact."""
        return {
            "kind": self.row.kind,
            "id": self.row.fact,
            "document": self.row.address,
            "document_digest": self.sha256,
            "evidence_start": str(self.candidate.start),
            "evidence_end": str(self.candidate.end),
            "evidence_sha256": digest_of(self.candidate.words),
        }


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
    sources: Iterable[FactRows], snapshots: Snapshots, extractor: Extractor
) -> CitationSuggestions:
    """Look for the words of rows in the newest snapshot of the page that they cite."""
    cited = uncited = at_hand = 0
    found: list[CitationSuggestion] = []
    for facts in sources:
        known = KnownNames.of((*facts.names, *_by_kind(extractor.known)))
        pages = _pages(snapshots, replace(extractor, known=known))
        for row in facts.rows:
            cited, uncited = cited + row.is_cited, uncited + (not row.is_cited)
            page = None if row.is_cited else pages(row.address)
            at_hand += page is not None
            found += [item] if page and (item := _best(row, *page)) else []
    return CitationSuggestions(cited, uncited, at_hand, tuple(_shared(found)))


def _shared(found: list[CitationSuggestion]) -> Iterator[CitationSuggestion]:
    """What several quotations of one speaker would cite is certain of none of them."""
    counts = Counter((item.sha256, item.candidate.start) for item in found if _is_quoted(item))
    for item in found:
        others = counts[item.sha256, item.candidate.start] if _is_quoted(item) else 1
        yield replace(item, places=max(item.places, others))


def _is_quoted(item: CitationSuggestion) -> bool:
    return item.row.kind == "quotation"


_Page = tuple[str, str, tuple[Candidate, ...]]  # the digest of a text, the text, what it says


def _by_kind(known: KnownNames) -> Iterator[tuple[str, str]]:
    kinds = {"person": "person", "body": "organisation", "award": "award"}
    yield from ((name, kinds.get(kind, "")) for name, kind in known.names)


def _pages(snapshots: Snapshots, extractor: Extractor) -> Callable[[str], _Page | None]:
    """The candidates of the newest text of an address, each page read once."""
    known: dict[str, _Page | None] = {}

    def page(address: str) -> _Page | None:
        if address not in known:
            newest = next(snapshots.texts_of(address), None)
            known[address] = newest and (
                *newest,
                extractor.extract(newest[1], name=address).candidates,
            )
        return known[address]

    return page


def _best(
    row: FactRow, sha256: str, text: str, candidates: tuple[Candidate, ...]
) -> CitationSuggestion | None:
    scored = [
        (score, item)
        for item in candidates
        if table_kind(item) == row.kind and (score := agreement(row, item))
    ]
    if not scored:
        return None
    most = max(score for score, _ in scored)
    best = [item for score, item in scored if score == most]
    places = len({(item.start, item.end) for item in best})
    first = min(best, key=lambda item: item.start)
    return CitationSuggestion(row, sha256, _with_cells(first, text), places)


def _with_cells(item: Candidate, text: str) -> Candidate:
    """The candidate with the words of its cells that stand close by, such as the date that
    follows."""
    start, end = item.start, item.end
    for argument in item.arguments.values():
        near = max(argument.start - item.end, item.start - argument.end, 0) <= _ROOM
        if near and not argument.is_inferred and argument.end > argument.start:
            start, end = min(start, argument.start), max(end, argument.end)
    return replace(item, start=start, end=end, words=text[start:end])


def agreement(row: FactRow, candidate: Candidate) -> float:
    """How many columns agree, what was concluded counting half; 0 where one contradicts, the
    subject does not agree, or too few do."""
    cells, score, count = cells_of(candidate), 0.0, 0
    for name, cell in cells.items():
        if name in row.cells and not name.endswith(("_kind", "_language")):
            agrees = _agrees(name, cell, row.cells[name])
            if agrees is False:
                return 0
            argument = candidate.arguments.get(name)
            score += agrees * (0.5 if argument and argument.is_inferred else 1) if agrees else 0
            count += bool(agrees)
    subject = _SUBJECTS[row.kind]
    names = row.cells.get(subject, ())
    is_named = subject in cells and any(alike(cells[subject], name) for name in names)
    return score if is_named and count >= _FEWEST.get(row.kind, 2) else 0


def _agrees(name: str, cell: str, said: tuple[str, ...]) -> bool | None:
    """True or False; None where a difference means nothing, as between two ways to say a role."""
    if name in _DATES:
        return _same_time(cell, said[0])
    if name in _CODES:
        return cell == said[0]
    if any(alike(cell, other) for other in said):
        return True
    return None if name in ("role", "role_text", "place", "outcome", "role_code") else False


def _same_time(one: str, other: str) -> bool:
    size = min(len(one), len(other))
    return one[:size] == other[:size] or not (one[:4].isdigit() and other[:4].isdigit())


def alike(one: str, other: str) -> bool:
    """Whether the words of one name are all in the other, case, marks and endings aside."""
    first, second = words_of(one), words_of(other)
    few, many = sorted((first, second), key=len)
    return bool(few) and all(any(_same_word(a, b) for b in many) for a in few)


def words_of(text: str) -> frozenset[str]:
    """The words by which names are compared, without case and marks."""
    plain = normalize("NFKD", text.casefold())
    letters = "".join(char for char in plain if not combining(char))
    return frozenset(
        word for word in re.findall(r"[^\W\d_]+", letters) if len(word) >= _SHORTEST
    ) or frozenset(re.findall(r"\w+", letters))


def _same_word(one: str, other: str) -> bool:
    size = min(len(one), len(other))
    is_close = size >= 5 and abs(len(one) - len(other)) <= 2
    return one == other or (is_close and one[: size - 1] == other[: size - 1])
