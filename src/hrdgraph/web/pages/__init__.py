"""Make the pages of a built graph in a pure core, and serve them by routes."""

from hrdgraph.web.pages.site import Ask, Site

__all__ = ["Ask", "Site"]
