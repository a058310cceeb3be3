"""Templates, files and words of the pages of the workbench, in the language of the person."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Any, Final

from hrdgraph.catalogue import LANGUAGES
from hrdgraph.html_templates import Templates, without_turning
from hrdgraph.web.endpoint.negotiation import best_language
from hrdgraph.web.pages.naming import PageLanguage


@cache
def words_in(language: str) -> PageLanguage:
    """Return the words of a language."""
    return PageLanguage(language, "workbench", marked=True)


def language_of(chosen: str, accepted: str) -> str:
    """Return the language that was chosen, else the one that the browser asks for."""
    return chosen if chosen in LANGUAGES else best_language(accepted, LANGUAGES)


_OURS: Final = "hrdgraph.workbench_app"
_SHARED: Final = "hrdgraph.web.pages"  # whose style sheet the workbench has too
SHARED_FILES: Final = ("site.css", "icon.svg")


def render(template: str, values: dict[str, Any]) -> str:
    """Render a page, or a part of one."""
    return without_turning(_TEMPLATES.render(template, **values))


@cache
def asset(name: str) -> bytes:
    """Read a style sheet, script or picture. OSError where there is none of that name."""
    home = _SHARED if name in SHARED_FILES else _OURS
    return resources.files(home).joinpath("static", *name.split("/")).read_bytes()


@cache
def asset_address(name: str) -> str:
    """Return the address of an asset, which changes with its content."""
    return f"/static/{name}?v={sha256(asset(name)).hexdigest()[:12]}"


_TEMPLATES: Final = Templates(_OURS, asset=asset_address)
