"""Pictures: readable, the same each time, and refused with a way out."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import networkx as nx
import pytest

from hrdgraph.errors import HrdgraphError, OutputError
from hrdgraph.exports.network_picture import picture

SCRIPT = """
import sys
from pathlib import Path
from hrdgraph.exports.network import network
from hrdgraph.exports.network_picture import picture
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio import read_quads
picture(network(ColumnGraph.from_quads(read_quads(Path(sys.argv[1])))), Path(sys.argv[2]))
"""


def _texts(path: Path) -> str:
    return " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", path.read_text("utf-8")))


def test_svg_has_words_as_words(net: nx.MultiDiGraph, tmp_path: Path) -> None:
    picture(net, tmp_path / "out.svg", title="Some <title>")
    words = _texts(tmp_path / "out.svg")
    for expected in (
        "Some &lt;title&gt;",
        "8 of 11 things",
        "Lamp Prize",
        "Torch Award",
        "finalist or nominee",
        "organisation or group",
        "Bo Berg",
    ):
        assert expected in words
    assert "<dc:date>" not in (tmp_path / "out.svg").read_text("utf-8")


@pytest.mark.sampled(1)
@pytest.mark.parametrize("ending", ["svg", "png"])
def test_same_bytes_each_time(ending: str, net: nx.MultiDiGraph, tmp_path: Path) -> None:
    picture(net, tmp_path / f"here.{ending}")
    command = [
        sys.executable,
        "-c",
        SCRIPT,
        str(Path(__file__).parent / "small.ttl"),
        str(tmp_path / f"there.{ending}"),
    ]
    subprocess.run(command, env=os.environ | {"PYTHONHASHSEED": "7"}, check=True)
    assert (tmp_path / f"here.{ending}").read_bytes() == (tmp_path / f"there.{ending}").read_bytes()


@pytest.mark.heavy
def test_png_is_white_with_colours_on_it(net: nx.MultiDiGraph, tmp_path: Path) -> None:
    from matplotlib.image import imread

    picture(net, tmp_path / "out.png")
    pixels = imread(tmp_path / "out.png")[..., :3]
    assert pixels.shape[:2] == (1650, 2400)
    assert (pixels[0, 0] == 1).all()
    for colour in ((0xE6, 0x9F, 0x00), (0x00, 0x72, 0xB2), (0x00, 0x9E, 0x73), (0xD5, 0x5E, 0x00)):
        assert (abs(pixels * 255 - colour).max(axis=-1) < 1).sum() > 200


@pytest.mark.heavy
def test_names_do_not_overlap(net: nx.MultiDiGraph, tmp_path: Path) -> None:
    for number in range(40):
        net.add_node(
            f"n{number}",
            label=f"Somebody with a long name {number}",
            kind="person",
            country="",
            names=(),
        )
        for award in [node for node, kind in net.nodes(data="kind") if kind == "award"]:
            net.add_edge(
                f"n{number}", award, kind="won", claim="c", detail="", date="", status="asserted"
            )
    from hrdgraph.exports import network_picture as placement

    placed: list[object] = []
    original = placement._Placer._extent
    seen = {}

    def recorded(self: placement._Placer, text: object) -> object:
        box = original(self, text)
        seen[id(text)] = (text, box)
        return box

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(placement._Placer, "_extent", recorded)
        picture(net, tmp_path / "out.png")
    placed = [box for text, box in seen.values() if text.axes is not None]
    assert len(placed) > 8
    assert not any(
        one.overlaps(other) for number, one in enumerate(placed) for other in placed[:number]
    )


def test_a_name_that_the_font_cannot_write_is_left_out(
    net: nx.MultiDiGraph, base: str, tmp_path: Path
) -> None:
    net.nodes[base + "award/lamp"].update(label="人権賞", names=("人権賞",))
    picture(net, tmp_path / "out.svg")
    assert "人権賞" not in _texts(tmp_path / "out.svg")


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_an_empty_network(ending: str, tmp_path: Path) -> None:
    picture(nx.MultiDiGraph(), tmp_path / f"out.{ending}")
    assert (tmp_path / f"out.{ending}").stat().st_size > 1000


def test_without_matplotlib(
    net: nx.MultiDiGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(HrdgraphError) as caught:
        picture(net, tmp_path / "out.svg")
    assert "pip install 'hrdgraph[pictures]'" in caught.value.hint


def test_another_ending(net: nx.MultiDiGraph, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"'\.gif'") as caught:
        picture(net, tmp_path / "out.gif")
    assert ".svg or .png" in caught.value.hint


def test_a_folder_that_is_missing(net: nx.MultiDiGraph, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        picture(net, tmp_path / "missing" / "out.png")
