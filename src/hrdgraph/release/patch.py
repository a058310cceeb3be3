"""Differences into an RDF Patch, and a patch and the old graph into the new one.

A statement may have been taken out for somebody's safety, and a patch that says what to delete
would say it once more to all. So deletions are published as keyed digests: `# D hmac-sha256:…`.
The key is made from the whole old graph, and is told nowhere: whoever holds that graph can find
the lines that are meant. Nobody else can test a guess of one of them: only a guess of all that
was taken out, at once and letter by letter, gives the key. `clear` writes plain `D` lines
instead.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from typing import Final

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, OutputError, SourceError
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio.ntriples import parse_lines
from hrdgraph.release.differences import Differences

_DELETED: Final = "# D hmac-sha256:"
_HEADER: Final = re.compile(r'H (?P<name>previous|id|next) "(?P<value>[0-9a-f]{64})" \.')
_ROW: Final = re.compile(r"(?P<kind>[AD]) (?P<statement>.+ \.)")
_REST: Final = re.compile(r"(?:TX \.|TC \.|#.*|\s*)")


def patch_lines(differences: Differences, *, clear: bool = False) -> Iterator[str]:
    """The lines of a patch (https://afs.github.io/rdf-patch/) in canonical order: the same two
    graphs give the same patch.

    `previous` and `next` are the SHA-256 of the two graphs as sorted N-Quads, so that a patch is
    not applied to another graph.
    """
    old, new = differences.old.document(), differences.new.document()
    yield f'H previous "{hashlib.sha256(old).hexdigest()}" .'
    yield f'H next "{hashlib.sha256(new).hexdigest()}" .'
    yield "TX ."
    if clear:
        yield from (f"D {line}" for line in differences.removed.lines())
    else:
        key = _key(old)
        yield from sorted(_DELETED + _keyed(key, line) for line in differences.removed.lines())
    yield from (f"A {line}" for line in differences.added.lines())
    yield "TC ."


def apply_patch(old: ColumnGraph, lines: Iterable[str], name: str = "patch") -> ColumnGraph:
    """Make the new graph from the old one and a patch. SourceError where the patch is damaged or
    belongs to another graph."""
    headers, kept, added = _read(lines, name)
    document = old.document()
    if headers.get("previous") not in (None, hashlib.sha256(document).hexdigest()):
        raise SourceError("patch-of-other-graph", origin=Origin(name))
    left = _without(old, document, kept, name)
    graph = ColumnGraph.union([left, parse_lines(added, name)])
    if headers.get("next") not in (None, hashlib.sha256(graph.document()).hexdigest()):
        raise SourceError("patch-result-wrong", origin=Origin(name))
    return graph


def _read(lines: Iterable[str], name: str) -> tuple[dict[str, str], set[str], list[str]]:
    """Headers; what to delete, as lines of N-Quads or keyed digests; and lines of N-Quads to
    add. A patch must end with TC."""
    headers: dict[str, str] = {}
    deleted: set[str] = set()
    added: list[str] = []
    last = ""
    for number, raw in enumerate(lines, 1):
        line = raw.rstrip("\r\n")
        last = line or last
        if line.startswith(_DELETED):
            deleted.add(line)
        elif match := _ROW.fullmatch(line):
            added.append(match["statement"]) if match["kind"] == "A" else deleted.add(
                match["statement"]
            )
        elif match := _HEADER.fullmatch(line):
            headers[match["name"]] = match["value"]
        elif not _REST.fullmatch(line):
            raise SourceError("patch-line-malformed", origin=Origin(name, line=number))
    if last != "TC .":
        raise SourceError("patch-incomplete", origin=Origin(name))
    return headers, deleted, added


def _without(old: ColumnGraph, document: bytes, deleted: set[str], name: str) -> ColumnGraph:
    lines = old.lines()
    hidden = any(line.startswith(_DELETED) for line in deleted)
    names = _all_keyed(_key(document), lines) if hidden else lines
    gone = (
        (names.is_in(list(deleted)) | lines.is_in(list(deleted)))
        if hidden
        else lines.is_in(list(deleted))
    )
    if int(gone.sum()) != len(deleted):
        fact = Message("deleted-not-there", count=len(deleted) - int(gone.sum()))
        raise SourceError(fact, origin=Origin(name), hint="graph-patch-made")
    return ColumnGraph(old.terms, old.quads.filter(~gone))


def _key(document: bytes) -> bytes:
    return hashlib.sha256(b"hrdgraph: key of deletions\n" + document).digest()


def _keyed(key: bytes, line: str) -> str:
    return hmac.new(key, line.encode(), "sha256").hexdigest()


def _all_keyed(key: bytes, lines: pl.Series) -> pl.Series:
    return pl.Series([_DELETED + _keyed(key, line) for line in lines], dtype=pl.String)


def write_patch(lines: Iterable[str]) -> bytes:
    """A patch as UTF-8 text."""
    text = "".join(f"{line}\n" for line in lines)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise OutputError("term-with-lone-surrogate", position=error.start) from error
