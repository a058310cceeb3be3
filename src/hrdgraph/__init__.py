"""hrdgraph: source facts into a cited, validated RDF graph of human rights defenders.

>>> import hrdgraph
>>> hrdgraph.open(".")  # doctest: +ELLIPSIS
<hrdgraph.Graph 'Human rights defenders, their organisations, awards and events', ... quads>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hrdgraph.lazy import lazily

if TYPE_CHECKING:
    from hrdgraph.api import Graph, open
else:
    __getattr__ = lazily(__name__, {"Graph": "api", "open": "api"})

__all__ = ["Graph", "open"]
