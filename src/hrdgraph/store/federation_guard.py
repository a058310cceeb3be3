"""The text of a query or update into a refusal, where it could make the engine ask another
server.

Oxigraph's parser is no lexer: in `?a<?b#>` it sees an operator, a variable and a comment where
the grammar of SPARQL has an IRI, and it needs no space around keywords. So no reading of the
text can be trusted to say what is a string and what is not. What is looked for here is the
sequence of characters without which no parser can see a SERVICE clause or a LOAD, wherever it
stands. Words in a string are refused only where they look like a whole clause, with its brace.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, QueryError

_SPACE: Final = r"(?:[ \t\r\n]|#[^\r\n]*+(?:[\r\n]|$))*+"
_SERVER: Final = r"(?:<[^>{]*+>|[?$][^\s{<#]++|(?:\\.|[^\s{<?$\"'#:\\])*+:(?:\\.|[^\s{<\"'#\\])*+)"
_SERVICE: Final = re.compile(
    rf"SERVICE{_SPACE}(?:SILENT{_SPACE})?(?P<server>{_SERVER}){_SPACE}\{{", re.I
)
_LOAD: Final = re.compile(rf"LOAD{_SPACE}(?:SILENT{_SPACE})?(?P<server>{_SERVER})", re.I)
_VARIABLE: Final = re.compile(r"[?$](?:[^\W\d]\w*)?\Z")
_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U(00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4})")
_LONGEST: Final = 100  # characters of a variable's name that are looked back over
_ROUNDS: Final = 3  # an escape may spell an escape
_MOST: Final = 100  # times that the word may stand in a text: each costs a look over the rest of it


def refuse_service(text: str, allowed: frozenset[str] = frozenset()) -> None:
    """Raise QueryError for a query that would ask another server than the allowed ones, which it
    must name as `<IRI>`."""
    for view in _views(text):
        for server, line in _found(_SERVICE, view):
            if not (server[1:-1] in allowed and server.startswith("<")):
                raise _refusal("SERVICE", line, allowed)


def refuse_load(text: str) -> None:
    """Raise QueryError for an update that would fetch a document."""
    for view in _views(text):
        for _, line in _found(_LOAD, view):
            raise _refusal("LOAD", line, frozenset())


def _refusal(word: str, line: int, allowed: frozenset[str]) -> QueryError:
    hint = Message("load-other-server-says-source")
    if allowed:
        hint = Message(
            "see-allowed-services", allowed=", ".join(f"<{item}>" for item in sorted(allowed))
        )
    return QueryError(
        "federation-refused",
        word=word,
        origin=Origin(line=line),
        hint=hint,
    )


def _views(text: str) -> Iterator[str]:
    """The text, and what it becomes as its code point escapes are read (SPARQL 1.1 §19.2)."""
    for _ in range(_ROUNDS):
        yield text
        read = _ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)), text)
        if read == text:
            return
        text = read


def _found(pattern: re.Pattern[str], text: str) -> Iterator[tuple[str, int]]:
    """What is asked and on which line; clauses may overlap. The name of a variable, such as
    `?service`, is no keyword."""
    word = pattern.pattern.partition("(")[0]
    for count, start in enumerate(match.start() for match in re.finditer(word, text, re.I)):
        match = pattern.match(text, start)
        if count >= _MOST or (
            match and not _VARIABLE.search(text, max(0, start - _LONGEST), start)
        ):
            yield match["server"] if match else "", text.count("\n", 0, start) + 1
