"""A network into GraphML and GEXF for Gephi, yEd, Cytoscape and others.

Written here and not by networkx, whose GEXF has the date of the day in it. What XML 1.0 cannot
hold is refused, never changed. Equal networks give equal bytes.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hrdgraph.analysis.measures import simple
from hrdgraph.atomic_files import write_file
from hrdgraph.errors import OutputError

if TYPE_CHECKING:
    import networkx as nx  # type: ignore[import-untyped]

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NODE: Final = {
    "label": "string",
    "kind": "string",
    "country": "string",
    "names": "string",
    "degree": "long",
}
_EDGE: Final = {
    "kind": "string",
    "claim": "string",
    "detail": "string",
    "date": "string",
    "status": "string",
}
_GRAPHML: Final = "http://graphml.graphdrawing.org/xmlns"
_GEXF: Final = "http://gexf.net/1.3"


def write_graphml(network: nx.MultiDiGraph, out: Path) -> None:
    """Write GraphML: node ids are IRIs, attributes are typed. OutputError on what the disk
    refuses or XML cannot hold."""
    root = ET.Element("graphml", {"xmlns": _GRAPHML})
    for scope, schema in (("node", _NODE), ("edge", _EDGE)):
        for name, kind in schema.items():
            ET.SubElement(
                root,
                "key",
                {"id": f"{scope}_{name}", "for": scope, "attr.name": name, "attr.type": kind},
            )
    graph = ET.SubElement(root, "graph", {"edgedefault": "directed"})
    for iri, values in _nodes(network):
        _data(ET.SubElement(graph, "node", {"id": iri}), "node", values)
    for number, source, target, values in _edges(network):
        _data(
            ET.SubElement(graph, "edge", {"id": f"e{number}", "source": source, "target": target}),
            "edge",
            values,
        )
    write_file(out, [_text(root)])


def write_gexf(network: nx.MultiDiGraph, out: Path) -> None:
    """Write GEXF 1.3: the same nodes, edges and attributes; edges carry their kind as label.
    OutputError on what the disk refuses or XML cannot hold."""
    root = ET.Element("gexf", {"xmlns": _GEXF, "version": "1.3"})
    ET.SubElement(ET.SubElement(root, "meta"), "creator").text = "hrdgraph"
    graph = ET.SubElement(root, "graph", {"defaultedgetype": "directed", "mode": "static"})
    for scope, schema in (("node", _NODE), ("edge", _EDGE)):
        attributes = ET.SubElement(graph, "attributes", {"class": scope, "mode": "static"})
        for name, kind in schema.items():
            about = {"id": f"{scope}_{name}", "title": name, "type": kind}
            ET.SubElement(attributes, "attribute", about)
    nodes, edges = ET.SubElement(graph, "nodes"), ET.SubElement(graph, "edges")
    for iri, values in _nodes(network):
        about = {"id": iri, "label": _clean(values["label"])}
        _attvalues(ET.SubElement(nodes, "node", about), "node", values)
    for number, source, target, values in _edges(network):
        about = {"id": str(number), "source": source, "target": target}
        about["label"] = _clean(values["kind"])
        _attvalues(ET.SubElement(edges, "edge", about), "edge", values)
    write_file(out, [_text(root)])


def _nodes(network: nx.MultiDiGraph) -> Iterator[tuple[str, dict[str, Any]]]:
    degree = simple(network).degree
    for iri, data in sorted(network.nodes(data=True)):
        yield _clean(iri), {**data, "names": " | ".join(data["names"]), "degree": degree[iri]}


def _edges(network: nx.MultiDiGraph) -> Iterator[tuple[int, str, str, dict[str, Any]]]:
    edges = sorted(network.edges(keys=True, data=True), key=lambda edge: edge[:3])
    return ((number, _clean(u), _clean(v), data) for number, (u, v, _, data) in enumerate(edges))


def _data(element: ET.Element, scope: str, values: Mapping[str, Any]) -> None:
    for name in _NODE if scope == "node" else _EDGE:
        if values[name] != "":
            ET.SubElement(element, "data", {"key": f"{scope}_{name}"}).text = _clean(values[name])


def _attvalues(element: ET.Element, scope: str, values: Mapping[str, Any]) -> None:
    holder = ET.SubElement(element, "attvalues")
    for name in _NODE if scope == "node" else _EDGE:
        if values[name] != "":
            ET.SubElement(
                holder, "attvalue", {"for": f"{scope}_{name}", "value": _clean(values[name])}
            )


def _clean(value: object) -> str:
    text = str(value)
    if _FORBIDDEN.search(text):
        hint = "take-out-cell-comes-n"
        raise OutputError("control-character-in-graphml", text=repr(text[:60]), hint=hint)
    return text


def _text(root: ET.Element) -> bytes:
    ET.indent(root)
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body.replace(b"\r", b"&#13;") + b"\n"  # readers turn a bare one into a line feed
