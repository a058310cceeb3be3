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
# each character of a variable or a prefixed name: of those beyond ASCII all, for U+1680, a space to
# Unicode, is a letter to SPARQL
_LETTER: Final = r"(?:\\.|[0-9A-Za-z_.%?$\-]|[^\t\n\r -\x7E])"
_SERVER: Final = rf"(?:<[^>]*+>|[?$]{_LETTER}++|{_LETTER}*+:(?:{_LETTER}|:)*+)"
_SERVICE: Final = re.compile(
    rf"SERVICE{_SPACE}(?:SILENT{_SPACE})?(?P<server>{_SERVER}){_SPACE}\{{", re.I | re.S
)
_LOAD: Final = re.compile(rf"LOAD{_SPACE}(?:SILENT{_SPACE})?(?P<server>{_SERVER})", re.I | re.S)
_OPEN: Final = rf"{_SPACE}(?:SILENT{_SPACE})?(?:<[^>]*+>?|(?:{_LETTER}|:)*+){_SPACE}"
_BEGUN: Final = {
    _SERVICE: re.compile(f"SERVICE{_OPEN}", re.I | re.S),
    _LOAD: re.compile(f"LOAD{_OPEN}", re.I | re.S),
}
_VARIABLE: Final = re.compile(r"[?$](?:[^\W\d]\w*)?\Z")
_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U(00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4})")
_LONGEST: Final = 100  # characters of a variable's name that are looked back over
_ROUNDS: Final = 3  # an escape may spell an escape
_MOST: Final = 100  # times that the word may stand in a text
# characters that are looked over after each; a clause that may go on beyond them is refused
_FAR: Final = 4000


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
        server = "" if count >= _MOST else _asked(pattern, text, start)
        if server == "" or (server is not None and not _is_variable(text, start)):
            yield server, text.count("\n", 0, start) + 1


def _asked(pattern: re.Pattern[str], text: str, start: int) -> str | None:
    """The server of the clause that begins here, empty where it may go on for too long; None
    where there is no clause."""
    end = start + _FAR
    if match := pattern.match(text, start, end):
        return match["server"]
    begun = _BEGUN[pattern].match(text, start, end)
    return "" if begun and begun.end() == end < len(text) else None


def _is_variable(text: str, start: int) -> bool:
    return bool(_VARIABLE.search(text, max(0, start - _LONGEST), start))
