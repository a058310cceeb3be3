"""What changed since the last release, into a page."""

from __future__ import annotations

from typing import Any, Final

from hrdgraph.web.pages.release_changes import ReleaseChanges
from hrdgraph.web.pages.view import Desk, View

_SHOWN: Final = 300  # of one kind; the rest is counted


def changes_view(desk: Desk, found: ReleaseChanges | None) -> View:
    """The page of what is new since the last release, by name; what is gone is a number."""
    values: dict[str, Any] = {"changes": found}
    if found is not None:
        values["new"] = [
            (kind, desk.linker.parts(nodes[:_SHOWN]), len(nodes) - _SHOWN)
            for kind, nodes in sorted(found.new.items())
        ]
        grown = sorted(found.grown, key=lambda pair: -pair[1])
        values["grown"] = [(desk.linker.part(node), count) for node, count in grown[:_SHOWN]]
        values["more"] = max(0, len(grown) - _SHOWN)
    return View("changes.html", desk.link("nav_changes", "changes"), "changes", values, "data")
