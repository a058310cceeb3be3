"""Show the first page: a new project, an existing one, or one with examples to look around in; the
last projects, the tour, the language."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Final

from starlette.responses import Response

from hrdgraph.catalogue import LANGUAGES
from hrdgraph.errors import HrdgraphError
from hrdgraph.library.building import init
from hrdgraph.project.open import SETTINGS
from hrdgraph.user_state import state_folder
from hrdgraph.workbench_app.rooms.addresses import own_address
from hrdgraph.workbench_app.visit import (
    LANGUAGE_COOKIE,
    TOUR_COOKIE,
    TOUR_ROOMS,
    Visit,
    in_thread,
    text_of,
    to,
)

_MOST: Final = 8


def _file() -> Path:
    return state_folder() / "workbench.json"


def recent_projects() -> list[Path]:
    """List the last opened projects that are still there, the last one first."""
    with suppress(OSError, ValueError):
        texts = json.loads(_file().read_text("utf-8"))
        return [Path(text) for text in texts if (Path(text) / SETTINGS).is_file()]
    return []


def remember_project(folder: Path) -> None:
    """Put a project first. Where nothing can be written, nothing is remembered."""
    known = [folder, *(other for other in recent_projects() if other != folder)]
    with suppress(OSError):
        _file().parent.mkdir(parents=True, exist_ok=True)
        _file().write_text(json.dumps([str(path) for path in known[:_MOST]]), "utf-8")


async def step(visit: Visit) -> Response:
    """Go to a step, in its room; without one, leave the tour."""
    asked = visit.request.query_params.get("step", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 3 else 0
    if not 1 <= number <= len(TOUR_ROOMS) or visit.workplace.root is None:
        answer = to("/sources")
        answer.set_cookie(TOUR_COOKIE, "0", samesite="strict", max_age=31_536_000)
        return answer
    answer = to(f"/{TOUR_ROOMS[number - 1]}")
    answer.set_cookie(TOUR_COOKIE, f"{number}", samesite="strict", max_age=31_536_000)
    return answer


_EXAMPLE = "hrdgraph-example"


async def start(visit: Visit) -> Response:
    """Show the start page; the sources of the project where one is open."""
    if visit.workplace.root is not None and "start" not in visit.request.query_params:
        return to("/sources")
    here = visit.workplace.here
    return visit.page(
        "start.html", folder=str(here), found=_projects_in(here), recent=recent_projects()
    )


def _projects_in(folder: Path) -> list[Path]:
    try:
        inner = sorted(path for path in folder.iterdir() if (path / SETTINGS).is_file())
    except OSError:
        inner = []
    return [folder, *inner] if (folder / SETTINGS).is_file() else inner


async def make_project(visit: Visit) -> Response:
    """Make a project in a folder of its name, and open it."""
    form = await visit.form()
    title = text_of(form, "title")
    if not title:
        raise HrdgraphError("workbench-title-missing")
    name = re.sub(r"[^\w-]+", "-", title.casefold()).strip("-_") or "project"
    parent = Path(text_of(form, "folder") or visit.workplace.here).expanduser()
    language = text_of(form, "language")
    language = language if language in LANGUAGES else visit.language
    folder = await in_thread(lambda: init(parent / name, title=title, lang=language))
    return await _open(visit, folder)


async def open_folder(visit: Visit) -> Response:
    """Open the project in a folder."""
    form = await visit.form()
    return await _open(visit, Path(text_of(form, "folder")).expanduser())


async def open_example(visit: Visit) -> Response:
    """Open the project with examples, which is made where it is not there yet."""
    await visit.form()
    folder = visit.workplace.here / _EXAMPLE
    if not (folder / SETTINGS).is_file():
        title = visit.words("start_example_title")
        await in_thread(lambda: init(folder, title=title, lang=visit.language))
    return await _open(visit, folder)


async def _open(visit: Visit, folder: Path) -> Response:
    await in_thread(visit.workplace.open, folder)
    remember_project(folder.resolve())
    answer = to("/sources")
    if TOUR_COOKIE not in visit.request.cookies:  # who is here for the first time
        answer.set_cookie(TOUR_COOKIE, "1", samesite="strict", max_age=31_536_000)
    return answer


async def choose_language(visit: Visit) -> Response:
    """Change the language of the workbench."""
    answer = to(own_address(visit.request.query_params.get("next", "/")))
    chosen = visit.request.query_params.get("tag", "")
    if chosen in LANGUAGES:
        answer.set_cookie(LANGUAGE_COOKIE, chosen, samesite="strict", max_age=31_536_000)
    return answer
