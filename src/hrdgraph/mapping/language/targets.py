"""Logical targets of a mapping's graph (RML-IO) into files to write."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from hrdgraph.catalogue import Message
from hrdgraph.errors import MappingError
from hrdgraph.mapping.language.access import check_name, no_path
from hrdgraph.mapping.language.graph import MappingGraph
from hrdgraph.mapping.model import LogicalTarget
from hrdgraph.rdf import IRI, Literal, Term
from hrdgraph.sources.access import current
from hrdgraph.vocab import RDF, RML, Namespace

FORMATS: Final = Namespace("http://www.w3.org/ns/formats/")
SERIALIZATIONS: Final = (
    "N-Triples",
    "N-Quads",
    "Turtle",
    "TriG",
    "N3",
    "JSON-LD",
    "RDF_XML",
)
COMPRESSIONS: Final = ("none", "gzip", "zip", "targz", "tarxz")
ENCODINGS: Final = ("UTF-8", "UTF-16")
_HOLDERS: Final = (
    *(
        RML[f"{name}Map"]
        for name in ("subject", "predicate", "object", "graph", "language", "datatype")
    ),
    RDF.first,  # members of collections
)


def read_targets(graph: MappingGraph, *nodes: Term) -> tuple[LogicalTarget, ...]:
    """The targets of the term map at a node, those of its language and datatype maps among them."""
    holders = [
        *nodes,
        *(other for node in nodes for other in graph.all(node, RML.languageMap, RML.datatypeMap)),
    ]
    return tuple(
        dict.fromkeys(
            graph.once(target, _read_target)
            for holder in holders
            for target in graph.all(holder, RML.logicalTarget)
        )
    )


def _read_target(graph: MappingGraph, node: Term) -> LogicalTarget:
    target = graph.one(node, RML.target, required=True)
    assert target is not None
    names = (
        _named(graph, (node, target), RML.serialization, FORMATS.prefix, SERIALIZATIONS),
        _named(graph, (node, target), RML.compression, RML.prefix, COMPRESSIONS),
        _named(graph, (node, target), RML.encoding, RML.prefix, ENCODINGS),
    )
    return LogicalTarget(_path(graph, target), *names, graph.origin(node))


def _named(
    graph: MappingGraph,
    nodes: tuple[Term, Term],
    predicate: IRI,
    prefix: str,
    known: tuple[str, ...],
) -> str:
    """One of the known names; the default of RML-IO where none is given. The logical target has
    it in the table of RML-IO (§3.1.2), the target itself in the text and the examples there: it
    is read from either."""
    values = [value for node in nodes if (value := graph.one(node, predicate)) is not None]
    value, node = next(iter(values), None), nodes[0]
    if any(other != value for other in values):
        hint = Message("say-on-target")
        raise MappingError(
            "target-property-twice",
            property=predicate.value.removeprefix(RML.prefix),
            origin=graph.origin(node),
            hint=hint,
        )
    if value is None:
        return "N-Quads" if predicate == RML.serialization else known[0]
    name = value.value.removeprefix(prefix) if isinstance(value, IRI) else ""
    if name not in known:
        what = predicate.value.removeprefix(RML.prefix)
        space = "formats" if predicate == RML.serialization else "rml"
        hint = Message("one-of", known=", ".join(f"{space}:{item}" for item in known))
        raise MappingError(
            "target-setting-unknown",
            what=what,
            name=name or getattr(value, "value", ""),
            origin=graph.origin(node),
            hint=hint,
        )
    return name


def _path(graph: MappingGraph, target: Term) -> Path:
    """Where a target is written: below the working directory, or where its root says. It stays
    there unless the caller allows more."""
    text = graph.text(target, RML.path)
    if not text:
        hint = "give-target-path"
        raise MappingError("target-not-file", origin=graph.origin(target), hint=hint)
    folder = _root(graph, target)
    try:
        path = (folder / text).resolve()
        is_inside = path != folder.resolve() and path.is_relative_to(folder.resolve())
        check_name(path)
    except (OSError, ValueError, RuntimeError) as error:
        raise no_path(text, error, graph.origin(target)) from error
    if not is_inside and not current().outside:
        hint = "name-file-below-folder-outside"
        raise MappingError(
            "target-leaves-folder", path=text, origin=graph.origin(target), hint=hint
        )
    return path


def _root(graph: MappingGraph, target: Term) -> Path:
    """The working directory by default (RML-IO §3.1), the mapping's folder, or a folder in it."""
    root = graph.one(target, RML.root)
    if root is None or root == RML.CurrentWorkingDirectory:
        return Path()
    beside = graph.file.parent
    if root == RML.MappingDirectory:
        return beside
    folder = beside / root.value if isinstance(root, Literal) else None
    if folder is None or not (_is_below(folder, beside) or current().outside):
        hint = "use-known-root"
        raise MappingError("root-not-understood", origin=graph.origin(target), hint=hint)
    return folder


def _is_below(folder: Path, beside: Path) -> bool:
    try:
        return folder.resolve().is_relative_to(beside.resolve())
    except (OSError, ValueError, RuntimeError):  # no path at all
        return False


def check_targets(graph: MappingGraph) -> None:
    """Refuse targets where they would have no effect: on anything but a term map."""
    holders = graph.subjects_with(RML.logicalTarget)
    maps = (
        {item for node in graph.subjects_with(*_HOLDERS) for item in graph.all(node, *_HOLDERS)}
        if holders
        else set()
    )
    for node in holders:
        if node not in maps:
            hint = "put-target-on-term-map"
            raise MappingError("target-misplaced", origin=graph.origin(node), hint=hint)
