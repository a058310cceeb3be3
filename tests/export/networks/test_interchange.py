"""GraphML and GEXF that others can read."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import pytest

from hrdgraph.errors import OutputError
from hrdgraph.exports.network_measures import format_gexf, format_graphml

Writer = Callable[[nx.MultiDiGraph], bytes]
FORMATS = [(format_graphml, nx.read_graphml), (format_gexf, nx.read_gexf)]
NAMES = ("graphml", "gexf")


@pytest.mark.parametrize(("write", "read"), FORMATS, ids=NAMES)
def test_round_trip(
    write: Writer, read: Callable, net: nx.MultiDiGraph, base: str, tmp_path: Path
) -> None:
    (tmp_path / "out").write_bytes(write(net))
    back = read(tmp_path / "out")
    assert set(back) == set(net)
    assert back.is_directed()
    assert back.is_multigraph()
    ada = back.nodes[base + "person/ada"]
    assert (ada["label"], ada["kind"], ada["country"], ada["degree"]) == (
        "Ada Łukač",
        "person",
        "XA, XB",
        3,
    )
    assert ada["names"] == "Ada Łukač | Ада Лукач"
    said = sorted(
        (u, v, data["kind"], data["claim"], data.get("date", ""))
        for u, v, data in back.edges(data=True)
    )
    assert said == sorted(
        (u, v, data["kind"], data["claim"], data["date"]) for u, v, data in net.edges(data=True)
    )


@pytest.mark.parametrize(("write", "read"), FORMATS, ids=NAMES)
def test_what_xml_forbids(
    write: Writer, read: Callable, net: nx.MultiDiGraph, base: str, tmp_path: Path
) -> None:
    for label in ("Cy <&> 😀", "Cy\r\nCy\rCy\n\tCy"):
        net.nodes[base + "person/cy"]["label"] = label
        (tmp_path / "out").write_bytes(write(net))
        assert read(tmp_path / "out").nodes[base + "person/cy"]["label"] == label
    for label in ("C\x01y", "\ufffe"):
        net.nodes[base + "person/cy"]["label"] = label
        with pytest.raises(OutputError, match="cannot hold "):
            write(net)


@pytest.mark.parametrize("write", [format_graphml, format_gexf], ids=NAMES)
def test_same_bytes_whatever_the_order(write: Writer, net: nx.MultiDiGraph) -> None:
    turned = nx.MultiDiGraph()
    turned.add_nodes_from(reversed(list(net.nodes(data=True))))
    turned.add_edges_from(reversed(list(net.edges(keys=True, data=True))))
    assert write(net) == write(turned)
    written = write(net).decode().replace("w3.org/2001", "")
    assert str(datetime.date.today().year) not in written
