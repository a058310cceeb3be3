"""A service into the routes that a server mounts."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from hrdgraph.web.endpoint.graphs import Graphs
from hrdgraph.web.endpoint.service import Service
from hrdgraph.web.endpoint.sparql import SparqlResource


def routes(
    service: Service, *, path: str = "/sparql", graphs: str = "/sparql/graphs"
) -> list[BaseRoute]:
    """Queries at one path, graphs one by one at the other."""
    sparql, store = SparqlResource(service), Graphs(service)
    return [
        Route(graphs, store),
        Route(f"{graphs}/{{name:path}}", store),
        Route(path, sparql),
        Route(f"{path}/", sparql),
    ]
