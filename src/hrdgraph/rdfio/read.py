"""Parse RDF text into quads, in document order, with blank nodes numbered by first appearance."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any, Final
from xml.parsers import expat

import pyoxigraph as ox

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, OutputError, SourceError
from hrdgraph.rdf import BlankNode, Quad, Term
from hrdgraph.rdfio.formats import RdfFormat, format_named, format_of
from hrdgraph.rdfio.oxi import from_ox, ox_quad, text_of_ox


def serialize(quads: Iterable[Quad], syntax: RdfFormat, prefixes: Mapping[str, str]) -> bytes:
    """Write quads in their order. Formats without named graphs take triples only. Raises
    OutputError on what they cannot say."""
    items = map(ox_quad, quads)
    try:
        if syntax.quads:
            return ox.serialize(items, format=syntax.oxigraph, prefixes=dict(prefixes)) or b""
        return (
            ox.serialize(
                (item.triple for item in items), format=syntax.oxigraph, prefixes=dict(prefixes)
            )
            or b""
        )
    except (ValueError, OSError) as error:
        hint = Message("choose-format", formats="nq, trig")
        raise OutputError("unwritable", reason=error, hint=hint) from error


_SMALL: Final = 160_000  # bytes of files whose quads are remembered
# of N-Quads, all that may hold a quote or a sharp sign, comments too; the language tag of a literal
# is a group
_TERM: Final = (
    r'"[^"\\]*(?:\\.[^"\\]*)*"(?:[ \t]*@([A-Za-z]+(?:-[A-Za-z0-9]+)*))?|<[^<>]*>|#[^\n\r]*'
)


def read_quads(path: Path, *, base: str | None = None, format: str | None = None) -> list[Quad]:
    """Read a file. Blank nodes are named after the file and their order in it: the same file
    gives the same quads.

    Raises SourceError with file and line where the text does not parse or cannot be read.
    """
    return quads_of(read_bytes(path), path, base=base, format=format)


def read_bytes(path: Path) -> bytes:
    """Read a file; SourceError where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError.unreadable(path, error) from error


def quads_of(
    data: bytes, path: Path, *, base: str | None = None, format: str | None = None
) -> list[Quad]:
    """Parse a file's bytes, like `read_quads`."""
    syntax = format_named(format) if format else format_of(path)
    scope = re.sub(r"\W", "", path.stem) or "b"
    if len(data) > _SMALL or syntax.name == "rdfxml":
        return parse(data, syntax, base=base, file=str(path), scope=scope)
    with _convert_errors(syntax, str(path)):
        return list(_quads_of_small(data, syntax.oxigraph, base, scope))


@lru_cache(maxsize=128)
def _quads_of_small(
    data: bytes, format: ox.RdfFormat, base: str | None, scope: str
) -> tuple[Quad, ...]:
    """Parse a small text, whichever file has it; cached, because a long-running program reads the
    files of an ontology again and again."""
    return tuple(_quads(ox.parse(data, format=format, base_iri=base), scope))


def parse(
    data: bytes | str, syntax: RdfFormat, *, base: str | None = None, file: str = "",
    scope: str | None = "b",
) -> list[Quad]:  # fmt: skip
    """Parse text; `file` and `scope` only name things in errors and in blank nodes, which
    without a scope keep their labels."""
    if syntax.name == "rdfxml":
        # Refuse XML that is not well-formed: pyoxigraph takes a file that was cut off for a whole
        # one.
        try:
            expat.ParserCreate(namespace_separator=" ").Parse(data, True)
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code)
            hint = (
                "check-whole"
                if reason == expat.errors.XML_ERROR_NO_ELEMENTS
                else "look-just-before-place"
            )
            fact = Message("not-valid", format="XML", reason=reason)
            raise SourceError(fact, origin=Origin(file, line=error.lineno), hint=hint) from error
    with _convert_errors(syntax, file):
        return list(_quads(ox.parse(data, format=syntax.oxigraph, base_iri=base), scope))


def statement_texts(data: bytes, file: str = "") -> list[tuple[str, str, str]]:
    """Parse N-Triples or N-Quads into canonical texts of terms, also triple terms of RDF 1.2;
    blank nodes keep their labels, and language tags their capitals."""
    syntax = format_named("nq")
    with _convert_errors(syntax, file):
        quads = list(ox.parse(data, format=syntax.oxigraph))
    texts = [
        (text_of_ox(quad.subject), text_of_ox(quad.predicate), text_of_ox(quad.object))
        for quad in quads
    ]
    return _as_tagged(texts, data.decode()) if re.search(rb'"[ \t]*@[^ ]*[A-Z]', data) else texts


def _as_tagged(texts: list[tuple[str, str, str]], data: str) -> list[tuple[str, str, str]]:
    """Restore the language tags of the text, which the parser puts in lower case."""
    tags = (match[1] for match in re.finditer(_TERM, data) if match[1])
    return [
        (
            s,
            p,
            re.sub(
                _TERM,
                lambda match: (
                    match[0].removesuffix(match[1]) + next(tags) if match[1] else match[0]
                ),
                o,
            ),
        )
        for s, p, o in texts
    ]


_PLACE: Final = re.compile(
    r"^Parser error (at|between) line \d+ (column|between columns) \d+( and (line \d+ )?"
    r"(column )?\d+)?:\s*"
)


@contextmanager
def _convert_errors(syntax: RdfFormat, file: str) -> Iterator[None]:
    """Turn errors of the parser into ours, with the line."""
    try:
        yield
    except SyntaxError as error:
        raise SourceError(
            "not-valid", format=syntax.oxigraph.name, reason=_PLACE.sub("", error.msg or ""),
            hint="look-just-before-place", origin=Origin(file, line=error.lineno),
        ) from error  # fmt: skip


def _quads(parsed: Iterable[ox.Quad | ox.Triple], scope: str | None) -> Iterator[Quad]:
    """Yield our quads, each term made once; blank nodes become `<scope>0`, `<scope>1` … in the
    order of first appearance."""
    known: dict[object, Term] = {}
    numbers = count()

    def ours(term: object) -> Any:
        if term not in known:
            is_renamed = scope is not None and isinstance(term, ox.BlankNode)
            known[term] = BlankNode(f"{scope}{next(numbers)}") if is_renamed else from_ox(term)
        return known[term]

    for quad in parsed:
        name = getattr(quad, "graph_name", None)
        graph = None if name is None or isinstance(name, ox.DefaultGraph) else ours(name)
        yield Quad(ours(quad.subject), ours(quad.predicate), ours(quad.object), graph)
