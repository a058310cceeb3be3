"""Make the pages of a built graph in a pure core, and serve them by routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hrdgraph.web.pages.site import Ask, Site

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from hrdgraph.web.pages.pages import Pages

__all__ = ["Ask", "Site", "page_routes"]


def page_routes(of: Site | Pages) -> list[BaseRoute]:
    """Return the routes of the pages of a site, to be put below whatever the application has of
    its own. Prepared pages can be shared."""
    from hrdgraph.web.pages.pages import Pages
    from hrdgraph.web.pages.routes import routes

    return routes(of if isinstance(of, Pages) else Pages(of))
