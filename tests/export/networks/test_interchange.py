"""GraphML and GEXF that others can read."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import pytest

from hrdgraph.errors import OutputError
from hrdgraph.exports.network_measures import write_gexf, write_graphml

Writer = Callable[[nx.MultiDiGraph, Path], None]
FORMATS = [(write_graphml, nx.read_graphml), (write_gexf, nx.read_gexf)]
NAMES = ("graphml", "gexf")


@pytest.mark.parametrize(("write", "read"), FORMATS, ids=NAMES)
def test_round_trip(
    write: Writer, read: Callable, net: nx.MultiDiGraph, base: str, tmp_path: Path
) -> None:
    write(net, tmp_path / "out")
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
        write(net, tmp_path / "out")
        assert read(tmp_path / "out").nodes[base + "person/cy"]["label"] == label
    for label in ("C\x01y", "\ufffe"):
        net.nodes[base + "person/cy"]["label"] = label
        with pytest.raises(OutputError, match="cannot hold the control character in "):
            write(net, tmp_path / "out")


@pytest.mark.parametrize("write", [write_graphml, write_gexf], ids=NAMES)
def test_same_bytes_whatever_the_order(write: Writer, net: nx.MultiDiGraph, tmp_path: Path) -> None:
    turned = nx.MultiDiGraph()
    turned.add_nodes_from(reversed(list(net.nodes(data=True))))
    turned.add_edges_from(reversed(list(net.edges(keys=True, data=True))))
    write(net, tmp_path / "one")
    write(turned, tmp_path / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert str(datetime.date.today().year) not in (tmp_path / "one").read_text().replace(
        "w3.org/2001", ""
    )


@pytest.mark.parametrize("write", [write_graphml, write_gexf], ids=NAMES)
def test_a_folder_that_is_missing(write: Writer, net: nx.MultiDiGraph, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        write(net, tmp_path / "missing" / "out")
    assert list(tmp_path.iterdir()) == []
