"""A graph in columns into a network of people, organisations and awards: figures, paths,
pictures, files for other tools.

networkx is loaded by what needs it; `hrdgraph.analysis.picture` draws.
"""

from hrdgraph.analysis.interchange import write_gexf, write_graphml
from hrdgraph.analysis.measures import Measures, NodeMeasure, measures
from hrdgraph.analysis.name_lookup import find, find_thing
from hrdgraph.analysis.network import network
from hrdgraph.analysis.paths import Route, Step, path_between

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
