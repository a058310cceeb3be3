"""A network as the text of a GraphML or GEXF file."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from hrdgraph.errors import OutputError
from hrdgraph.rdf import ColumnGraph


def network_bytes(graph: ColumnGraph, languages: Sequence[str], format: str) -> bytes:
    """The network of a graph in `format` (graphml or gexf). OutputError where it has none."""
    from hrdgraph.exports.network import network
    from hrdgraph.exports.network_measures import write_gexf, write_graphml

    write = write_graphml if format == "graphml" else write_gexf
    made = network(graph, languages)
    if len(graph) and not made:
        hint = "choose-ttl-or-another-format"
        raise OutputError("network-empty", hint=hint)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"network.{format}"
        write(made, path)
        return path.read_bytes()
