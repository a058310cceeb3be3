"""Refuse a query that is too long or deep for an engine, could make it ask another server, or would
lose a parameter.

Every engine splits tokens in its own way, and a query may be passed to any server. So calls of
servers are searched for without tokens: by the characters without which no parser can see a SERVICE
clause, wherever they stand. Words in a string are refused only if they look like a whole clause,
with its brace."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from string import ascii_letters
from typing import Final

import pyoxigraph as ox

from hrdgraph.catalogue import Message, lacks, too_many
from hrdgraph.errors import Origin, QueryError
from hrdgraph.store.tokens import BRACKETS, blank_opaque, iris_in, tokens_of

_MISTAKES: Final = {  # words of the parser, and the way out
    "variable that is unbound": "select-by-name", "with GROUP BY": "select-by-name",
    "Duplicated variable": "choose-free-name", "overrides an existing": "choose-free-name",
}  # fmt: skip
_UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD")


def check_syntax(text: str, prefixes: Mapping[str, str], base: str | None = None) -> None:
    """Raise SyntaxError for a query that does not parse."""
    name = "nowhere"
    while name in text:
        name += "_"
    try:  # Oxigraph looks for a parameter when it has parsed the query, and before all else
        ox.Store().query(
            text, base_iri=base, prefixes=dict(prefixes),
            substitutions={ox.Variable(name): ox.BlankNode()},
        )  # fmt: skip
    except RuntimeError:
        return


def syntax_error(text: str, message: str, prefixes: Mapping[str, str]) -> QueryError:
    """Return the error for a query that the parser refused with `message`, "error at
    LINE:COLUMN…"."""
    match = re.match(r"error at (\d+):(\d+): expected ", message)
    if not match:
        return QueryError("query-malformed", reason=message)
    number = int(match[1])
    line = "".join(text.split("\n")[number - 1 : number])
    column = len(line[: int(match[2]) - 1].rstrip("_0123456789" + ascii_letters)) + 1  # of a word
    near = line[column - 1 :].strip()[:60] or line[: column - 1].strip()[-60:]
    fact = Message("query-malformed-at", position=column, near=near)
    return QueryError(fact, origin=Origin(line=number), hint=_hint(text, message, prefixes))


def _hint(text: str, message: str, prefixes: Mapping[str, str]) -> str | Message:
    if not text.strip():
        return Message("query-empty")
    tokens = tokens_of(text)
    if tokens[0].text in _UPDATES:
        return Message("endpoint-read-only")
    missing = sorted(
        tokens[place].text.partition(":")[0]
        for place, iri in iris_in(text, prefixes)
        if iri is None
    )
    if missing:
        return Message("declare-prefix", prefix=missing[0][:60], known=", ".join(sorted(prefixes)))
    mistakes = [hint for words, hint in _MISTAKES.items() if words in message]
    return Message(*mistakes[:1] or ["look-just-before-place"])


def evaluation_error(message: str) -> QueryError:
    """Return the error for a query that parses but that Oxigraph cannot answer, by its
    `message`."""
    if "in its SELECT projection" in message:
        name = message.partition("variable ")[2].split()[0]
        return QueryError(lacks("SELECT", name))
    if "custom function" in message:
        return QueryError(message, hint="only-functions-sparql-1-1")
    return QueryError("query-not-answered", reason=message)


_SIGNS: Final = ("!", "^", "^^", "+", "-")  # each in a row is one more level for a parser
_MOST_SIGNS: Final = 23
_SPACE: Final = r"(?:[ \t\r\n]|#[^\r\n]*+(?:[\r\n]|$))*+"
# each character of a variable or a prefixed name: of those beyond ASCII all, for U+1680, a space to
# Unicode, is a letter to SPARQL
_LETTER: Final = r"(?:\\.|[0-9A-Za-z_.%?$\-]|[^\t\n\r -\x7E])"
_SERVER: Final = rf"(?:<[^>]*+>|[?$]{_LETTER}++|{_LETTER}*+:(?:{_LETTER}|:)*+)"
_SERVICE: Final = re.compile(
    rf"SERVICE{_SPACE}(?:SILENT{_SPACE})?(?P<server>{_SERVER}){_SPACE}\{{", re.I | re.S
)
_OPEN: Final = rf"{_SPACE}(?:SILENT{_SPACE})?(?:<[^>]*+>?|(?:{_LETTER}|:)*+){_SPACE}"
_BEGUN: Final = re.compile(f"SERVICE{_OPEN}", re.I | re.S)
_VARIABLE: Final = re.compile(r"[?$](?:[^\W\d]\w*)?\Z")
_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U(00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4})")
_LONGEST: Final = 100  # characters of a variable's name that are looked back over
_ROUNDS: Final = 3  # an escape may spell an escape
_MOST: Final = 100  # times that the word may stand in a text
# characters that are looked over after each; a clause that may go on beyond them is refused
_FAR: Final = 4000
_HEAD: Final = re.compile(r"\bSELECT\b[^{]*|\b(?:GROUP|ORDER)\s+BY\b[^{}]*", re.I)
# not to look over a run of spaces again from each of them
_INNERMOST: Final = re.compile(r"(?:\b(\w++)\s*+)?\(([^()]*+)\)")
_ARGUMENT: Final = re.compile(r"(?:^|,)\s*[?$](\w+)\s*(?=,|$)")
_RENAMED: Final = re.compile(r"^\s*[?$](\w+)\s+AS\b", re.I)


def refuse_excess(text: str, *, size: int, depth: int) -> None:
    """Raise QueryError for more than `size` bytes of UTF-8, for brackets nested deeper than
    `depth`, and for a prefix that hides what is a bracket of an expression.

    Oxigraph reads nested blank nodes and lists in time that doubles with each level, so depth is
    bounded before it is asked.
    """
    if len(text.encode("utf-8", "surrogatepass")) > size:
        raise QueryError(too_many(size, "byte"), hint="narrow-query")
    level = signs = 0
    before = ""
    for token in tokens_of(text):
        if token.kind == "name":
            prefix = token.text.partition(":")[0]
            is_declared = before.endswith("PREFIX") or prefix.upper().startswith("PREFIX")
            for word in ("FILTER", "HAVING") if is_declared else ():
                if word in prefix.upper():  # Oxigraph tries both readings of `FILTERex:f(…)`
                    place = _place(text, token.start)
                    raise QueryError(
                        "prefix-like-keyword", prefix=prefix, word=word, origin=place,
                        hint="choose-name",
                    )  # fmt: skip
        before = token.text if token.kind == "word" else ""
        signs = signs + len(token.text) if token.kind == "mark" and token.text in _SIGNS else 0
        if token.kind == "mark":
            level += (token.text in BRACKETS) - (token.text in BRACKETS.values())
        if level > depth:
            fact = Message("nested-too-deep", limit=depth)
            raise QueryError(fact, origin=_place(text, token.start), hint="nest-less")
        if signs > _MOST_SIGNS:
            raise QueryError("nested-too-deep", origin=_place(text, token.start), hint="nest-less")


def _place(text: str, start: int) -> Origin:
    return Origin(line=text.count("\n", 0, start) + 1)


def refuse_service(text: str, allowed: frozenset[str] = frozenset()) -> None:
    """Raise QueryError for a query that would ask another server than the allowed ones, which it
    must name as `<IRI>`."""
    for view in _views(text):
        for server, line in _find_servers(view):
            if not (server[1:-1] in allowed and server.startswith("<")):
                hint = Message("load-other-server-says-source")
                if allowed:
                    known = ", ".join(f"<{item}>" for item in sorted(allowed))
                    hint = Message("there-is", known=known)
                raise QueryError(
                    "not-allowed-here", term="SERVICE", origin=Origin(line=line), hint=hint
                )


def _views(text: str) -> Iterator[str]:
    """Yield the text, and what it becomes when its code point escapes are read (SPARQL 1.1
    §19.2)."""
    for _ in range(_ROUNDS):
        yield text
        read = _ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)), text)
        if read == text:
            return
        text = read


def _find_servers(text: str) -> Iterator[tuple[str, int]]:
    """Yield the servers that a query would ask, with their lines; clauses may overlap. A variable
    such as `?service` is no keyword."""
    for count, match in enumerate(re.finditer("SERVICE", text, re.I)):
        start = match.start()
        server = "" if count >= _MOST else _server_at(text, start)
        is_variable = _VARIABLE.search(text, max(0, start - _LONGEST), start)
        if server == "" or (server is not None and not is_variable):
            yield server, text.count("\n", 0, start) + 1


def _server_at(text: str, start: int) -> str | None:
    """Return the server of the clause at `start`, "" where it may go on for too long; None where
    there is no clause."""
    end = start + _FAR
    if match := _SERVICE.match(text, start, end):
        return match["server"]
    begun = _BEGUN.match(text, start, end)
    return "" if begun and begun.end() == end < len(text) else None


def refuse_lost(text: str, names: Collection[str]) -> None:
    """Raise QueryError where Oxigraph would silently lose a parameter.

    Its optimizer runs before parameters are bound: a variable that no pattern binds counts as
    unbound there, so `BOUND(?p)` becomes false and `COALESCE(?p, …)`, `IF(…, ?p, …)` and `?p AS
    ?x` come out without it. Comparing and calling work.
    """
    if not names:
        return
    plain = blank_opaque(text)
    uses, patterns = _uses(plain)
    for name in names:
        if name in uses and not re.search(
            rf"[?$]{re.escape(name)}(?!\w)", _HEAD.sub(" ", patterns)
        ):
            fact = Message("parameter-lost", name=name)
            hint = Message("use-parameter", name=name)
            raise QueryError(
                fact, origin=Origin(line=plain.count("\n", 0, uses[name]) + 1), hint=hint
            )


def _uses(plain: str) -> tuple[dict[str, int], str]:
    """Return the variables that stand alone where they can be lost, with their places; and the
    text without its brackets."""
    uses: dict[str, int] = {}

    def note(match: re.Match[str]) -> str:
        function, inside = match[1] or "", match[2]
        alone = _ARGUMENT if function.upper() in ("BOUND", "COALESCE", "IF") else _RENAMED
        uses.update((use[1], match.start(2) + use.start(1)) for use in alone.finditer(inside))
        return " " * len(match[0])

    while plain != (plain := _INNERMOST.sub(note, plain)):
        pass
    return uses, plain
