"""The graphs that a request names for an update, written into its text as USING clauses (SPARQL
1.1 Protocol §2.2.3)."""

from __future__ import annotations

from collections.abc import Sequence

from hrdgraph.errors import QueryError
from hrdgraph.store.tokens import tokens_of


def with_using(text: str, default: Sequence[str], named: Sequence[str]) -> str:
    """The same update over a dataset of its own. QueryError where the text names one too."""
    if not default and not named:
        return text
    tokens = [token for token in tokens_of(text) if token.kind in ("word", "mark")]
    if any(token.text in ("USING", "WITH") for token in tokens):
        raise QueryError("update-names-graphs-twice")
    clauses = "".join(f"USING <{iri}> " for iri in default) + "".join(
        f"USING NAMED <{iri}> " for iri in named
    )
    level, last, parts, place = 0, "", list[str](), 0
    for token in tokens:
        if token.text not in ("{", "}", "WHERE", "DELETE"):
            continue
        if token.text == "WHERE" and level == 0:
            if last == "DELETE":
                raise QueryError("delete-where-with-graphs")
            parts += [text[place : token.start], clauses]
            place = token.start
        level += {"{": 1, "}": -1}.get(token.text, 0)
        last = token.text
    return "".join(parts) + text[place:]
