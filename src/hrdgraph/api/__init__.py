"""The public face of a built graph in Python: open, ask, explain, hand over."""

from hrdgraph.api.graph import Graph
from hrdgraph.api.opening import open

__all__ = ["Graph", "open"]
