"""The graphs that a request names for an update, written into its text as USING clauses (SPARQL
1.1 Protocol §2.2.3)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from hrdgraph.errors import QueryError
from hrdgraph.store.syntax_errors import bare

_CONFLICT: Final = re.compile(r"(?<![\w?$:.-])(?:USING|WITH)(?![\w:.-])", re.I)
_TOKEN: Final = re.compile(r"[{}]|(?<![\w?$:.-])(?:WHERE|DELETE)(?![\w:.-])", re.I)


def with_using(text: str, default: Sequence[str], named: Sequence[str]) -> str:
    """The same update over a dataset of its own. QueryError where the text names one too."""
    if not default and not named:
        return text
    plain = bare(text)
    if _CONFLICT.search(plain):
        raise QueryError(
            "update-names-graphs-twice",
        )
    clauses = "".join(f"USING <{iri}> " for iri in default) + "".join(
        f"USING NAMED <{iri}> " for iri in named
    )
    level, last, made, place = 0, "", "", 0
    for match in _TOKEN.finditer(plain):
        word = match[0].upper()
        if word == "WHERE" and level == 0:
            if last == "DELETE":
                raise QueryError(
                    "delete-where-with-graphs",
                )
            made, place = made + text[place : match.start()] + clauses, match.start()
        level += {"{": 1, "}": -1}.get(word, 0)
        last = word
    return made + text[place:]
