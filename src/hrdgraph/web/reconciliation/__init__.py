"""The Reconciliation Service API 0.2 over a site: lists of names, as in OpenRefine, into the things
of the graph."""

from hrdgraph.web.reconciliation.service import routes

__all__ = ["routes"]
