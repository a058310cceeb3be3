"""Queries into what they are likely to cost: known from those of the same shape that ran before,
guessed for a look-up that has one pattern."""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from enum import IntEnum
from typing import Final

from hrdgraph.store.tokens import tokens_of

_SHAPES: Final = 5_000  # remembered; what was not asked for longest is forgotten
_SHORT: Final = 0.25  # seconds of a processor up to which a query is cheap
_WEIGHT: Final = 0.3  # of the last run: one that was dear by chance is forgiven in two
_LOOKED_AT: Final = 2_000  # characters of a text that has a shape; a longer one is its own
_TERM: Final = "[vi]"
_ONE_PATTERN: Final = re.compile(
    r"(?: BASE i| PREFIX ii)*"
    r"(?: SELECT (?: DISTINCT )?(?:\*|v+|v*\( COUNT \([*v]\) AS v\))"
    rf"| ASK | CONSTRUCT (?:\{{{_TERM}{{3}}\.?\}})?| DESCRIBE i)"
    rf"(?:(?: WHERE )?\{{{_TERM}{_TERM}(?:{_TERM}|tg?)\.?\}})?"
    r"(?: GROUP  BY v+)?(?: LIMIT n)?(?: OFFSET n)?"
)
_LETTERS: Final = {"var": "v", "iri": "i", "name": "i", "text": "t", "tag": "g", "number": "n"}


class Cost(IntEnum):
    """What a query is likely to cost. It decides who goes first, never who is answered."""

    CHEAP = 0
    UNKNOWN = 1
    DEAR = 2


class QueryCosts:
    """What the queries of each shape cost of late. A shape is the text without its IRIs, its
    literals and its numbers, and is kept as a digest, in memory only."""

    def __init__(self) -> None:
        self._dear: OrderedDict[bytes, float] = OrderedDict()  # the share of runs that were dear

    def guess(self, text: str) -> Cost:
        """What a query is likely to cost."""
        share = self._dear.get(_shape(text))
        if share is None:
            return Cost.CHEAP if _is_look_up(text) else Cost.UNKNOWN
        return Cost.DEAR if share > 0.5 else Cost.CHEAP

    def learn(self, text: str, seconds: float) -> None:
        """Take up what a query cost, in seconds of a processor."""
        shape, dear = _shape(text), float(seconds > _SHORT)
        before = self._dear.get(shape, dear)
        self._dear[shape] = before + _WEIGHT * (dear - before)
        self._dear.move_to_end(shape)
        if len(self._dear) > _SHAPES:
            self._dear.popitem(last=False)


def _shape(text: str) -> bytes:
    plain = text
    if len(text) <= _LOOKED_AT:
        blanks = {"iri": "<", "text": '"', "number": "0"}
        plain = " ".join(blanks.get(token.kind, token.text) for token in tokens_of(text))
    return hashlib.blake2b(plain.encode("utf-8", "replace"), digest_size=16).digest()


def _is_look_up(text: str) -> bool:
    """Whether a query has one pattern, so that it goes through each statement once at most."""
    if len(text) > _LOOKED_AT:
        return False
    letters = (
        f" {token.text} "
        if token.kind == "word" and token.text != "a"
        else "i"
        if token.kind == "word"
        else _LETTERS.get(token.kind, token.text)
        for token in tokens_of(text)
    )
    return _ONE_PATTERN.fullmatch("".join(letters)) is not None
