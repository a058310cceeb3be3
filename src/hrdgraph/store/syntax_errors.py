"""The text of a query that does not parse, or cannot be answered, into an error that points at the
place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import ascii_letters

import pyoxigraph as ox

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, QueryError
from hrdgraph.store.tokens import iris_in, tokens_of

_UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD")


def check_syntax(text: str, prefixes: Mapping[str, str], base: str | None = None) -> None:
    """Raise SyntaxError for a query that does not parse."""
    name = "nowhere"
    while name in text:
        name += "_"
    try:  # Oxigraph looks for a parameter when it has parsed the query, and before all else
        ox.Store().query(
            text,
            base_iri=base,
            prefixes=dict(prefixes),
            substitutions={ox.Variable(name): ox.BlankNode()},
        )
    except RuntimeError:
        return


def syntax_error(text: str, message: str, prefixes: Mapping[str, str]) -> QueryError:
    """The error for a query that the parser refused with `message`, which begins "error at
    LINE:COLUMN"."""
    place = syntax_place(text, message)
    if not place:
        return QueryError("query-malformed", reason=message)
    number, column = place
    line = "".join(text.split("\n")[number - 1 : number])
    rest, before = line[column - 1 :].strip()[:60], line[: column - 1].strip()[-60:]
    near = f"near: {rest}" if rest else f"after: {before}" if before else "on an empty line"
    fact = Message("query-malformed-at", position=column, near=near)
    return QueryError(fact, origin=Origin(line=number), hint=_hint(text, prefixes))


def syntax_place(text: str, message: str) -> tuple[int, int] | None:
    """Line and column, from 1, of the word that the parser stopped in; None where its message
    does not say."""
    found = re.match(r"error at (\d+):(\d+): expected ", message)
    if not found:
        return None
    number, column = int(found[1]), int(found[2])
    line = "".join(text.split("\n")[number - 1 : number])
    return number, len(line[: column - 1].rstrip("_0123456789" + ascii_letters)) + 1


def _hint(text: str, prefixes: Mapping[str, str]) -> str | Message:
    if not text.strip():
        return Message("query-empty")
    tokens = tokens_of(text)
    if tokens[0].text in _UPDATES:
        return Message("queries-only-read-graph-changes")
    missing = sorted(
        tokens[place].text.partition(":")[0]
        for place, iri in iris_in(text, prefixes)
        if iri is None
    )
    if missing:
        known = ", ".join(sorted(prefixes))
        return Message("declare-prefix", prefix=missing[0][:60], known=known)
    return Message("look-just-before-place-missing")


def evaluation_error(message: str) -> QueryError:
    """The error for a query that parses but cannot be answered, which Oxigraph said with
    `message`."""
    if "in its SELECT projection" in message:
        name = message.partition("variable ")[2].split()[0]
        return QueryError(
            "parameter-not-selected",
            name=name,
        )
    if "custom function" in message:
        return QueryError(message, hint="only-functions-sparql-1-1")
    return QueryError(
        "query-not-answered",
        reason=message,
    )
