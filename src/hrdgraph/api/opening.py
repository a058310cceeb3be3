"""A project folder into its built graph."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hrdgraph.api.graph import Graph
from hrdgraph.project import open_project


def open(path: str | Path = ".", *, languages: Sequence[str] = (), store: str = "") -> Graph:
    """Open the built graph of a project folder. ProjectError where it is no project or has not
    been built.

    With `store`, the address of a server's queries, the graph that `hrdgraph push` has sent there
    is asked instead; name and password stand in HRDGRAPH_STORE_USER and HRDGRAPH_STORE_PASSWORD,
    a token in HRDGRAPH_STORE_TOKEN.

    >>> import hrdgraph
    >>> hrdgraph.open(".").project.title
    'Human rights defenders, their organisations, awards and events'
    """
    if store:
        from hrdgraph.api.remote import RemoteGraph

        return RemoteGraph(open_project(Path(path)), store, languages)
    return Graph(open_project(Path(path)), languages)
