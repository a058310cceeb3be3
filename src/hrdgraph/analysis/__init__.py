"""A graph in columns into a network of people, organisations and awards: figures, paths,
pictures, files for other tools.

networkx is loaded by what needs it; `hrdgraph.analysis.picture` draws.
"""

from typing import TYPE_CHECKING

from hrdgraph.analysis.measures import Measures, NodeMeasure, measures  # a module has the name
from hrdgraph.analysis.network import network  # the same
from hrdgraph.lazy import lazily

if TYPE_CHECKING:
    from hrdgraph.analysis.interchange import write_gexf, write_graphml
    from hrdgraph.analysis.name_lookup import find, find_thing
    from hrdgraph.analysis.paths import Route, Step, path_between
else:
    homes = {
        **dict.fromkeys(("write_gexf", "write_graphml"), "interchange"),
        **dict.fromkeys(("find", "find_thing"), "name_lookup"),
        **dict.fromkeys(("Route", "Step", "path_between"), "paths"),
    }
    __getattr__ = lazily(__name__, homes)

__all__ = [
    "Measures",
    "NodeMeasure",
    "Route",
    "Step",
    "find",
    "find_thing",
    "measures",
    "network",
    "path_between",
    "write_gexf",
    "write_graphml",
]
