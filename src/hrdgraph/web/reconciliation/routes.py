"""The addresses of the reconciliation service, in each language of the site: `/en/reconcile`,
and `/reconcile` in the first; that of the draft of API 1.0 below these, at `v1`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.reconciliation.draft_service import DraftService
from hrdgraph.web.reconciliation.name_index import NameIndex
from hrdgraph.web.reconciliation.service import ReconciliationService

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

DRAFT = "/v1"


def routes(pages: Pages) -> list[BaseRoute]:
    """The routes of the service for every language of the site."""
    tags, known = pages.site.languages, NameIndex(pages)
    places = [*((f"/{tag}/reconcile", tag) for tag in tags), ("/reconcile", tags[0])]
    return [
        route
        for path, tag in places
        for route in (
            *_of_draft(DraftService(pages, known, path + DRAFT, tag), path + DRAFT),
            *_of_service(ReconciliationService(pages, known, path, tag), path),
        )
    ]


def _of_service(service: ReconciliationService, path: str) -> list[BaseRoute]:
    """The routes below a path; a slash at the end of it may be left out."""
    from starlette.routing import Route

    return [
        *(
            Route(main, service.main, methods=["GET", "POST", "OPTIONS"])
            for main in (path, f"{path}/")
        ),
        Route(f"{path}/suggest/{{what}}", service.suggest),
        Route(f"{path}/properties", service.properties),
        Route(f"{path}/preview", service.preview),
        Route(f"{path}/flyout", service.flyout),
    ]


def _of_draft(service: DraftService, path: str) -> list[BaseRoute]:
    from starlette.routing import Route

    posted = ["POST", "OPTIONS"]
    return [
        *(Route(main, service.manifest) for main in (path, f"{path}/")),
        Route(f"{path}/match", service.match, methods=posted),
        Route(f"{path}/extend", service.extend, methods=posted),
        Route(f"{path}/extend/propose", service.properties),
        Route(f"{path}/suggest/{{what}}", service.suggest),
        Route(f"{path}/preview", service.preview),
    ]
