"""Targets of a YARRRML document into logical targets of RML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from hrdgraph.catalogue import Message
from hrdgraph.mapping.language.yarrrml.triples import TripleCollector
from hrdgraph.mapping.language.yarrrml.yaml import (
    Node,
    YamlFields,
    YamlList,
    YamlText,
    each,
    text_of,
    wrong,
)
from hrdgraph.nearest import meant
from hrdgraph.rdf import BlankNode
from hrdgraph.vocab import RDF, RML, Namespace

FORMATS: Final = Namespace("http://www.w3.org/ns/formats/")
_TARGET: Final[Mapping[str, Sequence[str]]] = {
    "access": (),
    "type": (),
    "serialization": (),
    "compression": (),
}
_TYPES: Final = ("localfile", "void", "dcat")
_SERIALIZATIONS: Final = {
    "jsonld": "JSON-LD",
    "n3": "N3",
    "ntriples": "N-Triples",
    "nquads": "N-Quads",
    "rdfxml": "RDF_XML",
    "turtle": "Turtle",
    "trig": "TriG",
}
_COMPRESSIONS: Final = {
    "gzip": "gzip",
    "zip": "zip",
    "targzip": "targz",
    "targz": "targz",
    "tarxz": "tarxz",
}


def is_short_target(node: Node) -> bool:
    """Whether a text is the short form of a target, `file~type`, and not the name of one."""
    return isinstance(node, YamlText) and "~" in node.value


def say_target(triples: TripleCollector, node: Node) -> BlankNode:
    """Say a logical target, written as keys with values or as `[file~type, serialization,
    compression]`; the node that it is."""
    access, kind, serialization, compression = (
        _short(node) if isinstance(node, YamlList | YamlText) else _full(node)
    )
    if kind is not None and kind not in _TYPES:
        hint = Message("one-of-no-network", known=", ".join(_TYPES))
        raise wrong(node, Message("target-type-unknown", type=kind), hint)
    holder, file = triples.new(node), triples.new(access)
    triples.add(holder, RDF.type, RML.LogicalTarget)
    triples.add(holder, RML.target, file)
    triples.add(file, RDF.type, RML.FilePath)
    triples.add(file, RML.root, RML.CurrentWorkingDirectory)
    triples.add(file, RML.path, access.value)
    name = _one_of(serialization, _SERIALIZATIONS, "serialization") if serialization else "N-Quads"
    triples.add(holder, RML.serialization, FORMATS[name])
    if compression is not None:
        triples.add(
            holder, RML.compression, RML[_one_of(compression, _COMPRESSIONS, "compression")]
        )
    return holder


_Said = tuple[YamlText, str | None, YamlText | None, YamlText | None]


def _short(node: YamlList | YamlText) -> _Said:
    parts = [text_of(item, Message("a-part-of-target")) for item in each(node)]
    if len(parts) not in (1, 2, 3):
        raise wrong(
            node, "target-brackets-file-serialization-compression", "write-like-people-nq-void"
        )
    access, mark, kind = parts[0].value.rpartition("~")
    first = YamlText(access if mark else kind, origin=parts[0].origin)
    return (
        first,
        kind if mark else None,
        parts[1] if len(parts) > 1 else None,
        parts[2] if len(parts) > 2 else None,
    )


def _full(node: Node) -> _Said:
    fields = YamlFields(node, Message("a-target"), _TARGET)
    kind = fields.text("type")
    access = text_of(fields.need("access"), "'access'")
    return (
        access,
        kind.value if kind else None,
        fields.text("serialization"),
        fields.text("compression"),
    )


def _one_of(node: YamlText, known: Mapping[str, str], what: str | Message) -> str:
    if node.value not in known:
        raise wrong(
            node,
            Message("target-setting-unknown", what=what, name=node.value),
            meant(node.value, known, Message("one-of", known=", ".join(known))),
        )
    return known[node.value]
