"""Read the source descriptions of a mapping (files, csvw:Table, dcat:Distribution, d2rq:Database)
into paths, dialects and databases."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from hrdgraph.catalogue import Message, add_this, is_not, lacks, write_like
from hrdgraph.errors import MappingError, Origin, reason_of
from hrdgraph.mapping.language.graph import MappingGraph
from hrdgraph.rdf import IRI, Literal, Term
from hrdgraph.sources import Database, Dialect
from hrdgraph.sources.dialect import current
from hrdgraph.sources.text import COMPRESSIONS, is_encoding
from hrdgraph.vocab import RML, Namespace

CSVW: Final = Namespace("http://www.w3.org/ns/csvw#")
DCAT: Final = Namespace("http://www.w3.org/ns/dcat#")
D2RQ: Final = Namespace("http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#")
SD: Final = Namespace("http://www.w3.org/ns/sparql-service-description#")

_SERVERS: Final = {
    "postgresql": "postgresql", "postgres": "postgresql", "mysql": "mysql", "mariadb": "mysql",
}  # fmt: skip
_KINDS: Final = {"sqlite": "sqlite", "duckdb": "duckdb", **_SERVERS}
_ENDINGS: Final = {
    ".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zst": "zstd", ".zip": "zip", ".tgz": "targz",
    ".tar": "tar",
}  # fmt: skip
_SHOWN: Final = 80  # characters of a path that is none
_VARIABLE: Final = re.compile(r"\$(?:\{(\w+)\}|(\w+))")


def read_location(graph: MappingGraph, source: Term) -> tuple[Path, Database | None]:
    """Return the file or database of a source description. MappingError if it is refused or says
    nothing."""
    dsn = graph.text(source, D2RQ.jdbcDSN)
    if dsn is not None:
        return _database(graph, source, fill_variables(graph, source, dsn))
    for predicate in (SD.endpoint, DCAT.accessURL, DCAT.downloadURL, CSVW.url):
        address = graph.one(source, predicate)
        if isinstance(address, IRI):
            return _inside(
                graph, source, _local(graph, source, address.value), _folder(graph, source)
            ), None
    text = (
        source.value
        if isinstance(source, Literal)
        else graph.text(source, RML.path) or graph.text(source, CSVW.url)
    )
    if not text:
        hint = add_this("rml:path 'people.csv'")
        raise MappingError(lacks("rml:source", "rml:path"), origin=graph.origin(source), hint=hint)
    return _inside(graph, source, text, _folder(graph, source, text)), None


def _folder(graph: MappingGraph, source: Term, text: str = "") -> Path:
    """Return the folder that paths are relative to (rml:root): by default the mapping's own, or
    the working directory, as in RML-IO, if only that has the file."""
    root = graph.one(source, RML.root)
    beside, here = graph.file.parent, Path.cwd()
    if root == RML.CurrentWorkingDirectory:
        return here
    if root is None:
        return (
            here
            if text and not os.path.exists(beside / text) and os.path.exists(here / text)
            else beside
        )
    if root == RML.MappingDirectory:
        return beside
    text = (
        _local(graph, source, root.value) if isinstance(root, IRI) else getattr(root, "value", "")
    )
    return _inside(graph, source, text, beside)


def _inside(graph: MappingGraph, source: Term, text: str, folder: Path) -> Path:
    path = Path(os.path.normpath(folder / text))  # equal sources have equal paths
    allowed = (graph.file.parent.resolve(), folder.resolve())
    try:
        inside = any(path.resolve().is_relative_to(place) for place in allowed)
        check_name(path)
    except (OSError, ValueError, RuntimeError) as error:
        raise no_path(text, error, graph.origin(source)) from error
    if not inside and not current().outside:
        hint = Message("keep-beside-mapping", option="--outside")
        raise MappingError("path-leaves-folder", path=text, origin=graph.origin(source), hint=hint)
    return path


def check_name(path: Path) -> None:
    """Have the system look at a path, whether or not something is there: OSError on names that
    it can never take."""
    with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
        path.lstat()


def no_path(text: str, error: Exception, origin: Origin) -> MappingError:
    """Return the error for a text that the system rejects as a path."""
    why = f": {reason_of(error)}" if isinstance(error, OSError) else ""
    start = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return MappingError("path-malformed", shown=start, why=why, origin=origin)


def _local(graph: MappingGraph, source: Term, address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        hint = "save-beside-mapping"
        raise MappingError(
            "source-on-network", address=address, origin=graph.origin(source), hint=hint
        )
    return unquote(parts.path)


def fill_variables(graph: MappingGraph, node: Term, text: str) -> str:
    """Replace `$NAME` in a text from the environment, so that passwords need not stand in a
    mapping."""

    def value(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        if name not in os.environ:
            hint = add_this(f"export {name}=…")
            raise MappingError("not-known-here", name=name, origin=graph.origin(node), hint=hint)
        return os.environ[name]

    return _VARIABLE.sub(value, text)


def _database(graph: MappingGraph, source: Term, dsn: str) -> tuple[Path, Database]:
    url = dsn.removeprefix("jdbc:")
    scheme, _, rest = url.partition(":")
    kind = _KINDS.get(scheme)
    if kind is None:
        hint = Message(
            "there-is", known="jdbc:sqlite:FILE, jdbc:duckdb:, jdbc:postgresql:, jdbc:mysql:"
        )
        raise MappingError("not-known-here", name=scheme, origin=graph.origin(source), hint=hint)
    if kind in ("sqlite", "duckdb"):
        return _inside(graph, source, rest.removeprefix("//"), graph.file.parent), Database(kind)
    if not current().servers:
        raise MappingError(
            "database-server-not-allowed", origin=graph.origin(source),
            hint=Message("keep-beside-mapping", option="--servers"),
        )  # fmt: skip
    user, password = (
        fill_variables(graph, source, graph.text(source, name) or "")
        for name in (D2RQ.username, D2RQ.password)
    )
    parts = urlsplit(f"{kind}:{rest}")
    return Path(f"{kind}:{parts.hostname or 'localhost'}{parts.path}"), Database(
        kind, f"{kind}:{rest}", user, password
    )


_TRIM: Final = {"true": "both", "1": "both", "start": "start", "end": "end"}


def read_dialect(graph: MappingGraph, source: Term, path: Path, iterator: str) -> Dialect:
    """Return the layout of a file: from rml:Source, else from csvw:dialect, else from what is
    known of the file and its name."""
    node = graph.one(source, CSVW.dialect)
    holders = [holder for holder in (source, node) if holder is not None]
    if node is not None:
        _check_dialect(graph, node)
    terms = (term for holder in holders for term in graph.all(holder, RML.null, CSVW.null))
    nulls = tuple(term.value for term in terms if isinstance(term, Literal))

    def read(*names: str) -> str | None:
        texts = (graph.text(holder, CSVW[name]) for holder in holders for name in names)
        return next((text for text in texts if text is not None), None)

    usual = graph.described.get(path) or _by_name(path)
    is_headed = (read("header") or "true").lower() not in ("false", "0")
    return Dialect(
        delimiter=_character(graph, source, read("delimiter", "separator"), usual),
        quote=_character(graph, source, read("quoteChar"), '"'), iterator=iterator, nulls=nulls,
        header=is_headed and read("headerRowCount") != "0",
        skip_rows=_count(graph, source, read("skipRows") or "0"),
        comment=read("commentPrefix") or "", trim=_TRIM.get((read("trim") or "").lower(), ""),
        encoding=_encoding(graph, source, read("encoding")),
        compression=_compression(graph, source, path), blank_rows=path not in graph.described,
    )  # fmt: skip


def _by_name(path: Path) -> str:
    return "\t" if {".tsv", ".tab"} & set(path.suffixes[-2:]) else ","


_ONLY: Final = {
    "doubleQuote": ("true", "1"), "skipColumns": ("0",), "headerRowCount": ("0", "1"),
    "skipInitialSpace": ("false", "0"),
}  # fmt: skip


def _check_dialect(graph: MappingGraph, node: Term) -> None:
    """Refuse what a dialect says and no reader does."""
    for name, understood in _ONLY.items():
        text = graph.text(node, CSVW[name])
        if text is not None and text.lower() not in understood:
            raise MappingError(
                "value-not-as-expected",
                value=f"csvw:{name} {text}",
                origin=graph.origin(node),
                hint="save-table-row-headings-nothing",
            )


def _character(graph: MappingGraph, source: Term, stated: str | None, otherwise: str) -> str:
    text = "\t" if stated == "\\t" else otherwise if stated is None else stated
    if len(text) != 1 or text in "\r\n":
        hint, origin = write_like('";"'), graph.origin(source)
        raise MappingError(is_not(text, "character"), origin=origin, hint=hint)
    return text


def _count(graph: MappingGraph, source: Term, text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise MappingError(
            is_not(text, "whole-number"), hint="write-digits", origin=graph.origin(source)
        )
    return int(text)


def _encoding(graph: MappingGraph, source: Term, otherwise: str | None) -> str:
    name = (graph.text(source, RML.encoding) or otherwise or "").removeprefix(RML.prefix)
    if name and not is_encoding(name):
        hint = Message("there-is", known="rml:UTF-8, rml:UTF-16, 'ISO-8859-1', 'windows-1252'")
        raise MappingError("not-known-here", name=name, origin=graph.origin(source), hint=hint)
    return name


def _compression(graph: MappingGraph, source: Term, path: Path) -> str:
    term = graph.text(source, RML.compression)
    name = _by_ending(path) if term is None else term.removeprefix(RML.prefix)
    if name not in COMPRESSIONS:
        raise MappingError(
            "not-known-here", name=name, known=", ".join(COMPRESSIONS),
            origin=graph.origin(source), hint="there-is",
        )  # fmt: skip
    return name


def _by_ending(path: Path) -> str:
    """Return the compression for a file's ending, else "none"."""
    compression = _ENDINGS.get(path.suffix.lower(), "none")
    inner = Path(path.stem).suffix.lower() == ".tar"
    return (
        f"tar{'gz' if compression == 'gzip' else compression}"
        if inner and compression not in ("none", "zip", "tar", "targz")
        else compression
    )


def inner_ending(path: Path) -> str:
    """Return the ending of a file's name that says its format: before that of a compression."""
    rest = path
    while rest.suffix.lower() in _ENDINGS:
        rest = rest.with_suffix("")
    return rest.suffix.lower()
