"""Texts into groups of copies: texts of which nearly all words, in their order, stand in another
one.

Compared are runs of five words, without regard to case, punctuation and forms of Unicode, so
that a copy with another header, other quotation marks or a lost paragraph is one. Two pages that
have their menu in common, or one sentence, are none. A run that stands in very many texts tells
nothing and is not counted. Equal texts give equal groups: the hashes have no seed, and nothing
is sampled.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from hashlib import blake2b
from itertools import combinations
from typing import Final
from unicodedata import normalize

RUN: Final = 5  # words
FEWEST: Final = 8  # runs of the shorter text: of less, likeness is chance
ALIKE: Final = 0.8  # of the runs of the shorter text that stand in the other
COMMON: Final = 100  # texts in which a run may stand and still tell something
LONGER: Final = 4  # times: a short text within a very long one is a quotation, not a copy
_WORD: Final = re.compile(r"\w+")


def copies(texts: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Groups of names of texts that are copies of one another, directly or through others; each
    group, and all, sorted. A text that is nobody's copy is in none."""
    runs = {name: _runs(text) for name, text in texts.items()}
    leader = {name: name for name in texts}
    for one, other in sorted(_alike(runs)):
        first, second = sorted((_first(leader, one), _first(leader, other)))
        leader[second] = first
    groups: dict[str, list[str]] = defaultdict(list)
    for name in sorted(texts):
        groups[_first(leader, name)].append(name)
    return sorted(tuple(group) for group in groups.values() if len(group) > 1)


def _runs(text: str) -> frozenset[bytes]:
    words = _WORD.findall(normalize("NFKC", text).casefold())
    return frozenset(
        blake2b(" ".join(words[at : at + RUN]).encode(), digest_size=8).digest()
        for at in range(len(words) - RUN + 1)
    )


def _alike(runs: Mapping[str, frozenset[bytes]]) -> list[tuple[str, str]]:
    """The pairs of texts that share enough runs."""
    where: dict[bytes, list[str]] = defaultdict(list)
    for name in sorted(runs):
        for run in runs[name]:
            where[run].append(name)
    telling = Counter(name for names in where.values() if len(names) <= COMMON for name in names)
    shared = Counter(
        pair
        for names in where.values()
        if 1 < len(names) <= COMMON
        for pair in combinations(names, 2)
    )
    return [
        pair
        for pair, count in shared.items()
        if _is_copy(count, telling[pair[0]], telling[pair[1]])
    ]


def _is_copy(shared: int, one: int, other: int) -> bool:
    shorter, longer = sorted((one, other))
    return shorter >= FEWEST and shared >= ALIKE * shorter and longer <= LONGER * shorter


def _first(leader: dict[str, str], name: str) -> str:
    while leader[name] != name:
        leader[name] = leader[leader[name]]
        name = leader[name]
    return name
