"""A network into a GraphML or GEXF file, or onto standard output."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from hrdgraph.cli.shared.common import write_out
from hrdgraph.errors import OutputError
from hrdgraph.rdf import ColumnGraph


def write_network(
    graph: ColumnGraph, languages: Sequence[str], format: str, output: Path | None
) -> None:
    """Write the network of a graph in `format` (graphml or gexf)."""
    from hrdgraph.analysis import network, write_gexf, write_graphml

    write = write_graphml if format == "graphml" else write_gexf
    made = network(graph, languages)
    if len(graph) and not made:
        hint = "choose-ttl-or-another-format"
        raise OutputError(
            "network-empty",
            hint=hint,
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"network.{format}"
        write(made, path)
        write_out(path.read_bytes(), output)
