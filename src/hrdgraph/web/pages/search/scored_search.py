"""Words → the things of a site that they find, with how well each fits and the name that does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hrdgraph.sparql.search_clause import SearchHit
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.search.folding import fold
from hrdgraph.web.pages.search.index import fit_of
from hrdgraph.web.pages.search.index_rows import IndexRow
from hrdgraph.web.pages.search.text_search import between

# a whole name, its beginning, beginnings of its words, within them, the same consonants
_SCORES: Final = (1.0, 0.9, 0.8, 0.6, 0.5)
_BESIDE: Final = 0.4  # what is said beside a name
_SIMILAR: Final = 0.3  # a name with other letters


def scored(pages: Pages, text: str, most: int) -> list[SearchHit]:
    """What the search of the pages finds, in its order, at most so many."""
    words = fold(text).split()
    return [
        SearchHit(pages.site.said.iri(row.thing.node), *_best(row, words))
        for row in pages.index.search(text, most)
    ]


def _best(row: IndexRow, words: list[str]) -> tuple[float, str]:
    """How well a row fits, and the text of it that does."""
    rank = fit_of(row, words)
    if rank is not None:
        fits = [name for name in _names(row) if fit_of(row, words, (fold(name),)) == rank]
        return _SCORES[rank], fits[0] if fits else row.names[0]
    for said in row.told:
        if any(word in fold(said) for word in words):
            return _BESIDE, said
    for name in _names(row):
        if any(between(word, other) >= 0 for word in words for other in fold(name).split()):
            return _SIMILAR, name
    return _BESIDE, row.names[0]


def _names(row: IndexRow) -> Iterator[str]:
    yield from row.names
    yield from (found.text for found in (*row.thing.names, *row.thing.others))
