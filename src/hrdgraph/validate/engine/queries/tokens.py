"""The text of a SPARQL query → its tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LOCAL = r"(?:[\w:%-]|\\.)(?:(?:[\w:.%-]|\\.)*(?:[\w:%-]|\\.))?"
_KINDS = {
    "space": r"\s+|#[^\n]*",
    "iri": r"<[^<>\"{}|^`\\\x00-\x20]*>",
    "text": r"\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'",
    "var": r"[?$]\w+",
    "tag": r"@[A-Za-z][\w-]*",
    "blank": r"_:\w(?:[\w.-]*[\w-])?",
    "name": rf"(?:[^\W\d_](?:[\w.-]*[\w-])?)?:(?:{_LOCAL})?",
    "number": r"(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?",
    "word": r"[A-Za-z_]\w*",
    "mark": r"\^\^|&&|\|\||!=|<=|>=|.",
}
_TOKEN = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS.items()), re.S)


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `end` is where the next begins at the earliest. A variable's text is without
    its mark, a word is in upper case."""

    kind: str
    text: str
    start: int
    end: int


def tokens_of(query: str) -> list[Token]:
    """The tokens of a query, without space and comments, and one of kind `end` behind them."""
    found = [_token(match) for match in _TOKEN.finditer(query) if match.lastgroup != "space"]
    return [*found, Token("end", "", len(query), len(query))]


def _token(match: re.Match[str]) -> Token:
    kind, text = match.lastgroup or "", match[0]
    if kind == "var":
        text = text[1:]
    elif kind == "word" and text != "a":
        text = text.upper()
    return Token(kind, text, match.start(), match.end())
