"""Serve the Reconciliation Service API 0.2 over a site: match lists of names, as in OpenRefine, to
the things of the graph."""

from hrdgraph.web.reconciliation.service import routes

__all__ = ["routes"]
