"""The public face of a built graph in Python: open, ask, explain, hand over."""

from typing import TYPE_CHECKING

from hrdgraph.lazy import lazily

if TYPE_CHECKING:
    from hrdgraph.api.graph import Graph, open
else:
    __getattr__ = lazily(__name__, {"Graph": "graph", "open": "graph"})

__all__ = ["Graph", "open"]
