"""The text of a query that does not parse, or asks too much, into an error that points at the
place."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from string import ascii_letters

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, QueryError

# what fails here has been looked over once: nothing is given back, and a text that is not closed
# has no second beginning
_OPAQUE = re.compile(
    r"\\.|<[^<>\"{}|^`\\\s]*+>|\"\"\".*?\"\"\"|'''.*?'''|\"(?:[^\"\\\n]++|\\.)*+\"|'(?:[^'\\\n]++|\\.)*+'|#[^\n]*+",
    re.S,
)
_UPDATE = re.compile(
    r"(?<![?$:\w.-])(?:INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|COPY|MOVE|ADD)(?![\w:.-])", re.I
)
_HEAD = re.compile(r"\bSELECT\b[^{]*|\b(?:GROUP|ORDER)\s+BY\b[^{}]*", re.I)
# not to look over a run of spaces again from each of them
_INNERMOST = re.compile(r"(?:\b(\w++)\s*+)?\(([^()]*+)\)")
_ARGUMENT = re.compile(r"(?:^|,)\s*[?$](\w+)\s*(?=,|$)")
_RENAMED = re.compile(r"^\s*[?$](\w+)\s+AS\b", re.I)
_PREFIXED = re.compile(r"(?<![\w-])([A-Za-z][\w-]*+)?+:(?!//)")
_DECLARED = re.compile(r"\bPREFIX\s++([\w-]*+):", re.I)


def bare(text: str) -> str:
    """The text with strings, IRIs and comments blanked out, every character at its old place."""
    return _OPAQUE.sub(lambda match: _blank(match[0]), text)


def _blank(text: str) -> str:
    return (
        "\n".join(" " * len(line) for line in text.split("\n")) if "\n" in text else " " * len(text)
    )


def refuse_lost(text: str, names: Collection[str]) -> None:
    """Raise QueryError where Oxigraph would silently lose a parameter.

    Its optimizer runs before parameters are bound: a variable that no pattern binds counts as
    unbound there, so `BOUND(?p)` becomes false and `COALESCE(?p, …)`, `IF(…, ?p, …)` and `?p AS
    ?x` come out without it. Comparing and calling work.
    """
    if not names:
        return
    plain = bare(text)
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
    """The variables that stand alone where they can be lost, with their places; and the text
    without what is in brackets."""
    uses: dict[str, int] = {}

    def note(match: re.Match[str]) -> str:
        function, inside = match[1] or "", match[2]
        alone = _ARGUMENT if function.upper() in ("BOUND", "COALESCE", "IF") else _RENAMED
        uses.update((found[1], match.start(2) + found.start(1)) for found in alone.finditer(inside))
        return _blank(match[0])

    while plain != (plain := _INNERMOST.sub(note, plain)):
        pass
    return uses, plain


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
    plain = bare(text)
    if _UPDATE.match(plain.strip()):
        return Message("queries-only-read-graph-changes")
    missing = sorted(set(_PREFIXED.findall(plain)) - {*prefixes, *_DECLARED.findall(plain)})
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
