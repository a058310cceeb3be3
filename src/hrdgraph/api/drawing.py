"""A picture of a network that notebooks show and files take."""

from __future__ import annotations

import tempfile
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx  # type: ignore[import-untyped]


class Picture:
    """The network of people, organisations and awards, drawn when it is first shown."""

    def __init__(self, network: networkx.MultiDiGraph) -> None:
        self._network = network

    @cached_property
    def svg(self) -> str:
        """The picture as SVG."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "network.svg"
            self.save(path)
            return path.read_text("utf-8")

    def save(self, path: str | Path) -> None:
        """Write the picture to a file that ends in .svg or .png."""
        from hrdgraph.exports.network_picture import picture

        picture(self._network, Path(path))

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"<hrdgraph picture, {self._network.number_of_nodes()} things>"
