"""The Reconciliation Service API 0.2, and the draft of 1.0, over a site: lists of names, as in
OpenRefine, into the things of the graph."""

from hrdgraph.web.reconciliation.routes import routes

__all__ = ["routes"]
