"""The words of an award's names into those that people type for it in the languages of the site.

Names are often there in one language only: "prix Olof Palme" has to find the Olof Palme Prize, and
"premio Lantos de derechos humanos" the Lantos Human Rights Prize. `static/site.js` does the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

NAMED_SO: Final = ("award", "edition")  # the kinds of things whose names have such words


def _lines() -> list[tuple[str, ...]]:
    table = files("hrdgraph.web.pages.search").joinpath("award_words.tsv").read_text("utf-8")
    return [tuple(line.split()) for line in table.splitlines()]


@cache
def small() -> tuple[str, ...]:
    """Folded words that say nothing in a name, articles and the like: the table's first line."""
    return _lines()[0]


@cache
def alike() -> tuple[tuple[str, ...], ...]:
    """Groups of folded words that mean the same in names of awards: each other line."""
    return tuple(_lines()[1:])


@cache
def _groups() -> dict[str, tuple[tuple[str, ...], ...]]:
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for group in alike():
        for word in group:
            found[word] = (*found.get(word, ()), group)
    return found


def words_for(folded: Iterable[str]) -> frozenset[str]:
    """The words of folded names, and those that mean the same."""
    own = {word for name in folded for word in name.split()}
    return frozenset(own.union(*(group for word in own for group in _groups().get(word, ()))))


def has_words(known: frozenset[str], words: Sequence[str]) -> bool:
    """Whether each word but small ones begins one of those that are known; not where all are
    small."""
    if not known:
        return False
    wanted = [word for word in words if word not in small()]
    return bool(wanted) and all(any(one.startswith(word) for one in known) for word in wanted)
