"""hrdgraph: source facts into a cited, validated RDF graph of human rights defenders.

>>> import hrdgraph
>>> hrdgraph.open(".")  # doctest: +ELLIPSIS
<hrdgraph.Graph 'Human rights defenders, their organisations, awards and events', ... quads>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hrdgraph.api import Graph, open

__all__ = ["Graph", "open"]


def __getattr__(name: str) -> Any:
    """Load the public names when they are first used: the command line starts without them."""
    if name in __all__:
        from hrdgraph import api

        return getattr(api, name)
    raise AttributeError(f"module 'hrdgraph' has no attribute '{name}'")
