"""The text of a query into a refusal, where it is longer or deeper than an engine should be
asked to read."""

from __future__ import annotations

import re
from typing import Final

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, QueryError
from hrdgraph.store.syntax_errors import bare

_BRACKET: Final = re.compile(r"[{}()\[\]]")
_RUN: Final = re.compile(r"(?:[!^+\-]\s*+){24}")  # each is one more level for a parser


def refuse_excess(text: str, *, size: int, depth: int) -> None:
    """Raise QueryError for more than `size` bytes of UTF-8, or brackets nested deeper than
    `depth`.

    Oxigraph reads nested blank nodes and lists in time that doubles with each level, so depth is
    bounded before it is asked.
    """
    length = len(text.encode("utf-8", "surrogatepass"))
    if length > size:
        raise QueryError(
            "query-too-long",
            size=length,
            limit=size,
        )
    plain = bare(text)
    level = 0
    for match in _BRACKET.finditer(plain):
        level += 1 if match[0] in "{([" else -1
        if level > depth:
            raise _too_deep(plain, match.start(), Message("brackets-nested-too-deep", limit=depth))
    if found := _RUN.search(plain):
        raise _too_deep(plain, found.start(), "chain-too-long")


def _too_deep(text: str, place: int, fact: str | Message) -> QueryError:
    return QueryError(
        fact,
        origin=Origin(line=text.count("\n", 0, place) + 1),
        hint="nest-less",
    )
