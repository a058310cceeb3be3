"""The text of a query that does not parse, or asks too much, into an error that points at the place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import ascii_letters

from hrdgraph.errors import Origin, QueryError

_OPAQUE = re.compile(r"\\.|<[^<>\"{}|^`\\\s]*>|\"\"\".*?\"\"\"|'''.*?'''|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|#[^\n]*", re.S)
_SERVICE = re.compile(r"(?<![?$:\w.-])SERVICE(?![\w:.-])", re.I)
_UPDATE = re.compile(r"(?<![?$:\w.-])(?:INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|COPY|MOVE|ADD)(?![\w:.-])", re.I)
_PREFIXED = re.compile(r"([A-Za-z][\w-]*)?:(?!//)")


def bare(text: str) -> str:
    """The text with strings, IRIs and comments blanked out, every character at its old place."""
    return _OPAQUE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def refuse_service(text: str) -> None:
    """Raise QueryError for a query that would ask another server."""
    if found := _SERVICE.search(bare(text)):
        line = text.count("\n", 0, found.start()) + 1
        hint = "load what the other server says as a source of the project"
        raise QueryError("SERVICE is refused: a graph is asked without the network", origin=Origin(line=line), hint=hint)


def syntax_error(text: str, message: str, prefixes: Mapping[str, str]) -> QueryError:
    """The error for a query that the parser refused with `message`, which begins "error at LINE:COLUMN"."""
    found = re.match(r"error at (\d+):(\d+): expected (.*)", message, re.S)
    if not found:
        return QueryError(f"the query does not parse: {message}", hint="SPARQL 1.1 queries only")
    number, column = int(found[1]), int(found[2])
    line = "".join(text.split("\n")[number - 1 : number])
    start = len(line[: column - 1].rstrip("_0123456789" + ascii_letters))
    place = line[start:].strip()[:60] or "the end of the line"
    fact = f"the query does not parse at column {start + 1}, near: {place}"
    return QueryError(fact, origin=Origin(line=number), hint=_hint(text, line, found[3], prefixes))


def _hint(text: str, line: str, expected: str, prefixes: Mapping[str, str]) -> str:
    if not text.strip():
        return "the query is empty"
    if _UPDATE.match(bare(text).strip()):
        return "queries only read; the graph changes through its sources and `hrdgraph build`"
    if "Prefix not found" in expected:
        declared = {*prefixes, *re.findall(r"(?i)\bPREFIX\s+([\w-]*):", bare(text))}
        missing = sorted(set(_PREFIXED.findall(bare(line))) - declared)
        return f"declare the prefix '{', '.join(missing)}:'; known without declaration: {', '.join(sorted(prefixes))}"
    return "look just before that place for a missing '.', '}', quote or bracket"
