"""Give a room what it needs of a request, and turn what it says into an answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeVar

from starlette.datastructures import FormData
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from hrdgraph.catalogue import KNOWN
from hrdgraph.errors import HrdgraphError, Problems
from hrdgraph.paths import project_path
from hrdgraph.web.pages.naming import PageLanguage
from hrdgraph.workbench_app.gate import LONGEST
from hrdgraph.workbench_app.inbox import TABLES
from hrdgraph.workbench_app.page import language_of, render, words_in
from hrdgraph.workbench_app.workplace import FOLDER, Workplace


def errors_of(error: HrdgraphError, language: str, root: Path | None) -> list[dict[str, Any]]:
    """List the errors in an error, each with its text and place; the text names files as seen from
    the folder of the project."""
    every = error.errors if isinstance(error, Problems) else (error,)
    return [
        {
            "text": _shorten_place(error, root).text(language),
            "code": error.code,
            "file": error.origin.file,
            "row": error.origin.row,
            "column": error.origin.column,
            "part": error.origin.part,
        }
        for error in every
    ]


def parse_errors(
    told: Iterable[Mapping[str, Any]], language: str, root: Path | None
) -> list[dict[str, Any]]:
    """Do the same for errors in the form of `as_dict`, from another process or a file."""
    errors = map(HrdgraphError.from_dict, told)
    return [entry for error in errors for entry in errors_of(error, language, root)]


def _shorten_place(error: HrdgraphError, root: Path | None) -> HrdgraphError:
    if root is None or not error.origin.file:
        return error
    shortened = copy(error)
    shortened.origin = replace(error.origin, file=_file_name(Path(error.origin.file), root))
    return shortened


def _file_name(path: Path, root: Path) -> str:
    """Name a file as a person knows it: of a source, by what they called it; else from the folder
    of the project."""
    sources = root / "data" / "sources"
    is_given = path.is_relative_to(root / FOLDER / "inbox")
    if is_given or (path.suffix.lower() in TABLES and path.parent.parent == sources):
        return path.name
    return project_path(path, root)


T = TypeVar("T")
LANGUAGE_COOKIE: Final = "hrdgraph-language"
WHO_COOKIE: Final = "hrdgraph-who"  # who decides, as typed last
TOUR_COOKIE: Final = "hrdgraph-tour"  # the step of the tour that one is at; 0 for none
TOUR_ROOMS: Final = ("sources", "sources", "pages", "same", "findings", "publish")
ROOMS: Final = ("sources", "pages", "same", "findings", "graph", "publish")
_CHANGING: Final = ("import", "table", "sources", "pages", "same", "publish", "citing")


@dataclass(frozen=True)
class Visit:
    """One request to a room."""

    request: Request
    workplace: Workplace

    @property
    def language(self) -> str:
        """Return the language of the person."""
        cookie = self.request.cookies.get(LANGUAGE_COOKIE, "")
        return language_of(cookie, self.request.headers.get("accept-language", ""))

    @property
    def words(self) -> PageLanguage:
        return words_in(self.language)

    @property
    def is_part(self) -> bool:
        """Tell whether a script asks for a part of a page."""
        return self.request.headers.get("hx-request") == "true"

    def page(self, template: str, /, status: int = 200, **values: Any) -> Response:
        """Render a page of a room, or a part of one."""
        return HTMLResponse(render(template, {**self._around(), **values}), status)

    def _around(self) -> dict[str, Any]:
        """Return what every template has."""
        root = self.workplace.root
        path = self.request.url.path
        cookie = self.request.cookies.get(TOUR_COOKIE, "")
        number = int(cookie) if cookie in map(str, range(1, len(TOUR_ROOMS) + 1)) else 0
        room = self.request.url.path.strip("/").partition("/")[0]
        is_shown = number and self.workplace.root and TOUR_ROOMS[number - 1] == room
        return {
            "w": self.words, "language": self.language,
            "languages": [(tag, known.own_name) for tag, known in KNOWN.items()],
            "here": path + (f"?{self.request.url.query}" if self.request.url.query else ""),
            "rooms": ROOMS if root else (), "room": path.strip("/").partition("/")[0],
            "mark": self.workplace.mark, "root": root, "title": self._title() if root else "",
            "read_only": self.workplace.read_only, "build": self.workplace.builds.state,
            "longest": LONGEST, "tour": (number if is_shown else 0), "tour_steps": len(TOUR_ROOMS),
        }  # fmt: skip

    def _title(self) -> str:
        try:
            return self.workplace.project.title_in(self.language)
        except HrdgraphError:
            return str(self.workplace.root)

    async def form(self) -> FormData:
        """Return what a form holds. HrdgraphError where it is one of another project."""
        form = await self.request.form(max_files=50, max_fields=20_000)
        if form.get("project", "") != self.workplace.mark:
            raise HrdgraphError("workbench-other-project", hint="load-page-again")
        return form

    async def json(self) -> Mapping[str, Any]:
        """Return what a script sends. HrdgraphError where it is of another project, or no JSON."""
        try:
            data = await self.request.json()
            json.dumps(data, ensure_ascii=False).encode()  # half of a character is no text
        except (ValueError, RecursionError):
            raise HrdgraphError("not-as-expected", hint="load-page-again") from None
        if not isinstance(data, dict):
            raise HrdgraphError("not-as-expected", hint="load-page-again")
        if data.get("project", "") != self.workplace.mark:
            raise HrdgraphError("workbench-other-project", hint="load-page-again")
        return data


Room = Callable[[Visit], Awaitable[Response]]


def route(workplace: Workplace, path: str, room: Room, *methods: str) -> Route:
    """Route an address to a room. Show errors in a page, or as JSON to a script."""

    async def answer(request: Request) -> Response:
        visit = Visit(request, workplace)
        try:
            response = await room(visit)
        except HrdgraphError as error:
            return show_error(visit, error)
        except ClientDisconnect:  # nobody is there to be answered
            return Response(status_code=400)
        if request.method == "POST" and response.status_code < 400:
            _note_change(visit)
        return response

    return Route(path, answer, methods=list(methods or ("GET",)))


def _note_change(visit: Visit) -> None:
    """Note an action that may have changed files, for a commit."""
    room = visit.request.url.path.strip("/").partition("/")[0]
    key = {"import": "room_sources", "table": "table_rows_changed"}.get(room, f"room_{room}")
    if room in _CHANGING:
        visit.workplace.versions.note(visit.words(key))


def show_error(visit: Visit, error: HrdgraphError) -> Response:
    """Show an error in the language of the person."""
    errors = errors_of(error, visit.language, visit.workplace.root)
    if "application/json" in visit.request.headers.get("accept", ""):
        return JSONResponse({"errors": errors}, 400)
    template = "parts/errors.html" if visit.is_part else "failed.html"
    return visit.page(template, 200 if visit.is_part else 400, errors=errors)


def to(address: str) -> Response:
    """Another page, after a form."""
    return RedirectResponse(address, 303)


async def in_thread(function: Callable[..., T], *given: Any) -> T:
    """Run a function that may take a while in a thread."""
    return await asyncio.to_thread(function, *given)


def text_of(form: FormData, name: str) -> str:
    """Return a field of a form as text without the spaces around it."""
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""
