"""Split a SPARQL query or update into tokens where Oxigraph does; all code that reads queries uses
these.

Oxigraph's parser has no lexer: a `<` opens an IRI in a pattern and compares in an expression
(`?a<?b#c` ends in a comment), and keywords need no space around them (`trueFILTERSTR(…)`). So the
scanner tracks brackets. Code point escapes outside strings and IRIs are no SPARQL to Oxigraph."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Final, NamedTuple
from urllib.parse import urljoin

_WIDE: Final = "\x80-\U0010ffff"  # what of these is no letter to Oxigraph has no other reading
_HEX: Final = "[0-9A-Fa-f]"
_POINT: Final = (
    rf"\\u(?![Dd][89A-Fa-f]){_HEX}{{4}}"
    rf"|\\U(?:0000(?![Dd][89A-Fa-f])|000[1-9A-Fa-f]|0010){_HEX}{{4}}"
)
_ESCAPED: Final = rf"\\[tbnrf\"'\\]|{_POINT}"
_LETTER: Final = rf"[\w{_WIDE}]"
_LOCAL: Final = rf"(?:[\w:{_WIDE}]|%{_HEX}{_HEX}|\\[_~.\-!$&'()*+,;=/?#@%])"
_NUMBER: Final = r"(?:\d+(?:\.\d+|\.(?=[eE][+-]?\d))?|\.\d+)(?:[eE][+-]?\d+)?"
_MARK: Final = r"\^\^|&&|\|\||!=|<=|>=|<<|\{\||\|\}|."
_RUN: Final = rf"[A-Za-z{_WIDE}](?:[\w{_WIDE}-]|\.++(?=[\w{_WIDE}-]))*+"
_LOCAL_NAME: Final = rf":(?:{_LOCAL}(?:-|{_LOCAL}|\.++(?=-|{_LOCAL}))*+)?"
_KINDS: Final = {
    "gap": r"[ \t\r\n]+|#[^\r\n]*",
    "iri": rf"<(?:[^\x00-\x20<>\"{{}}|^`\\]++|{_POINT})*+>",
    "text": rf"\"\"\"(?:[^\"\\]++|{_ESCAPED}|\"\"?(?!\"))*+\"\"\""
    rf"|'''(?:[^'\\]++|{_ESCAPED}|''?(?!'))*+'''"
    rf"|\"(?:[^\"\\\r\n]++|{_ESCAPED})*+\"|'(?:[^'\\\r\n]++|{_ESCAPED})*+'",
    "var": rf"[?$]{_LETTER}+",
    "tag": r"@[A-Za-z]+(?:-+[A-Za-z0-9]+)*",
    "blank": rf"_:{_LETTER}(?:[\w{_WIDE}-]|\.++(?=[\w{_WIDE}-]))*+",
    # to look for the colon of a name from each word of `a.a.a.a` would be quadratic
    "run": rf"{_RUN}(?P<local>{_LOCAL_NAME})?+",
    "name": _LOCAL_NAME,
    "number": _NUMBER,
    "word": r"_\w*",
    "mark": _MARK,
}


@cache
def _pattern(without: str = "") -> re.Pattern[str]:
    """Return the pattern of a token, of all kinds but one; made when it is first needed, since that
    takes longer than to answer a small question. Behind a quote that opens no string Oxigraph reads
    nothing: texts are left out then, not to look for their end from each."""
    kinds = (f"(?P<{kind}>{form})" for kind, form in _KINDS.items() if kind != without)
    return re.compile("|".join(kinds), re.S | re.A)


_WITHOUT_COLON: Final = re.compile(
    rf"(?P<word>[A-Za-z_]\w*)|(?P<number>{_NUMBER})|(?P<mark>{_MARK})", re.S | re.A
)
_COMPARISON: Final = re.compile("<=?")
_QUOTED_END: Final = re.compile(">>?")
_ESCAPED_POINT: Final = re.compile(rf"\\[uU]({_HEX}{{4}}(?:{_HEX}{{4}})?)")
_ESCAPED_SIGN: Final = re.compile(r"\\(.)")
_NO_LINE_END: Final = re.compile(r"[^\n]")
_NO_CALL: Final = re.compile(r"\A(?:A|TRUE|FALSE|UNDEF)*+(?:VALUES)?\Z")
_CLAUSE: Final = re.compile("SELECT|HAVING|GROUP|ORDER")  # `(` opens an expression from here
_CLAUSE_END: Final = re.compile("WHERE|FROM|VALUES|LIMIT|OFFSET")
BRACKETS: Final = {"(": ")", "{": "}", "[": "]", "{|": "|}", "<<": ">>"}
_OPAQUE: Final = ("iri", "text")
_FORMS: Final = ("SELECT", "CONSTRUCT", "DESCRIBE", "ASK")


class Token(NamedTuple):
    """One token; `end` is the earliest start of the next. A variable's text is without its mark, a
    word is in upper case unless it is `a`."""

    kind: str
    text: str
    start: int
    end: int


@lru_cache(maxsize=8)  # a query is looked at several times; the tokens of a long one are 10 MB
def tokens_of(text: str) -> tuple[Token, ...]:
    """Return the tokens of a query, without gaps, and one of kind `end` behind them."""
    return (
        *(token for token in _TokenScanner(text).scan() if token.kind != "gap"),
        Token("end", "", len(text), len(text)),
    )


def blank_opaque(text: str) -> str:
    """Return the text with strings, IRIs and comments blanked out, every character at its old
    place."""
    parts, place = [], 0
    for token in tokens_of(text):
        own = text[token.start : token.end]
        if token.kind in _OPAQUE:
            own = _NO_LINE_END.sub(" ", own)
        parts += [_NO_LINE_END.sub(" ", text[place : token.start]), _ESCAPED_SIGN.sub("  ", own)]
        place = token.end
    return "".join(parts)


def query_form(text: str) -> str:
    """Return the word that says what a query gives, as SELECT; nothing where it has none."""
    words = (token.text for token in tokens_of(text) if token.kind == "word")
    return next((form for word in words for form in _FORMS if word.startswith(form)), "")


def iris_in(
    text: str, prefixes: Mapping[str, str], base: str = ""
) -> Iterator[tuple[int, str | None]]:
    """Yield the place among the tokens of each IRI and prefixed name, with its whole IRI; None
    where nobody declares its prefix. Declarations are followed, and not yielded."""
    tokens, known = tokens_of(text), dict(prefixes)
    for place, token in enumerate(tokens):
        before = tokens[place - 1]
        if token.kind == "iri":
            iri = _ESCAPED_POINT.sub(lambda match: chr(int(match[1], 16)), token.text[1:-1])
            iri = urljoin(base, iri) if base.startswith("http") else iri
            if before.kind == "word" and before.text == "BASE":
                base = iri
            elif before.kind == "name" and tokens[place - 2].text == "PREFIX":
                known[before.text[:-1]] = iri
            else:
                yield place, iri
        elif token.kind == "name" and not (before.kind == "word" and before.text == "PREFIX"):
            prefix, _, local = token.text.partition(":")
            space = known.get(prefix)
            yield place, None if space is None else space + _ESCAPED_SIGN.sub(r"\1", local)


class _BracketLevel:
    """A pair of brackets: whether it holds an expression, or else a clause such as SELECT or ORDER
    BY whose brackets do."""

    __slots__ = ("bracket", "clause", "expression")

    def __init__(self, bracket: str, expression: bool) -> None:
        self.bracket, self.expression, self.clause = bracket, expression, False


class _TokenScanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._levels = [_BracketLevel("", expression=False)]
        self._last = self._before = Token("end", "", 0, 0)

    def scan(self) -> Iterator[Token]:
        """Yield all tokens, gaps among them: no character is lost."""
        place, end, pattern = 0, len(self._text), _pattern()
        while place < end:
            match = pattern.match(self._text, place)
            assert match is not None
            kind = match.lastgroup or ""
            if self._text[place] in "'\"" and kind == "mark":
                pattern = _pattern("text")
            elif self._text[place] == "<" and self._compares():
                kind, match = "mark", _COMPARISON.match(self._text, place) or match
            elif self._text[place] == ">" and self._levels[-1].bracket == "<<":
                match = _QUOTED_END.match(self._text, place) or match
            if kind == "run" and match["local"] is None:
                for part in _WITHOUT_COLON.finditer(self._text, place, match.end()):
                    yield self._take(part.lastgroup or "", part)
            else:
                yield self._take("name" if kind == "run" else kind, match)
            place = match.end()

    def _take(self, kind: str, match: re.Match[str]) -> Token:
        text = match[0]
        if kind == "var":
            text = text[1:]
        elif kind == "word" and text != "a":
            text = text.upper()
        token = Token(kind, text, match.start(), match.end())
        if kind != "gap":
            self._follow(token)
            self._before, self._last = self._last, token
        return token

    def _compares(self) -> bool:
        """Say whether a `<` is an operator here: after an operand, within an expression."""
        kind, text = self._last.kind, self._last.text
        if kind == "word":
            is_operand = text.endswith(("TRUE", "FALSE"))
        elif kind == "mark":
            is_operand = text in BRACKETS.values()
        else:
            is_operand = kind != "end"
        return is_operand and self._levels[-1].expression

    def _follow(self, token: Token) -> None:
        """Keep track of the brackets and clauses that a token opens or closes."""
        level, text = self._levels[-1], token.text
        if token.kind == "mark":
            if text in BRACKETS:
                expression = text == "(" and self._opens_expression()
                level.clause = level.clause and text != "{"
                self._levels.append(_BracketLevel(text, expression))
            elif level.bracket and text == BRACKETS[level.bracket]:
                self._levels.pop()
        elif token.kind == "word" and not level.expression:
            if _CLAUSE.search(text):
                level.clause = True
            elif _CLAUSE_END.search(text):
                level.clause = False
        elif token.kind == "name" and not level.expression and _has_keyword(text, "HAVING"):
            level.clause = True

    def _opens_expression(self) -> bool:
        level, last, before = self._levels[-1], self._last, self._before
        if last.kind == "mark" and last.text == "<<":
            return False
        if level.expression or level.clause:
            return True
        if last.kind == "word":
            return not _NO_CALL.match(last.text.upper())
        if last.kind == "name" and _has_keyword(last.text, "FILTER"):
            return True
        return (
            last.kind in ("iri", "name")
            and before.kind == "word"
            and before.text.endswith("FILTER")
        )


def _has_keyword(name: str, keyword: str) -> bool:
    """Say whether a prefixed name may begin with a keyword, as `FILTERex:f(…)` does where no
    prefix is called so; a query that declares one is refused (`refuse_excess`)."""
    return keyword in name.partition(":")[0].upper()
