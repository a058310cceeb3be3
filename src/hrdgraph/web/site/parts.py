"""One part of a site's pages into files: what one process writes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Final

from hrdgraph.errors import OutputError
from hrdgraph.processes.bounds import die_with
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.routing.links import Links, file_name
from hrdgraph.web.pages.site import Site
from hrdgraph.web.site.claim_homes import claim_homes
from hrdgraph.web.site.data import AllData

ENDING: Final = ".html"
DATA: Final = "jsonld"  # of each thing; the whole graph is there in every format
_TOLD: Final = 250  # pages between two words on how far it is


def write_part(parent: int, root: str, target: str, address: str, part: int, parts: int) -> None:
    """Open the graph of a project and write every `parts`-th of its pages and data, beginning
    with `part`, for a process that this one ends with."""
    die_with(parent)
    from hrdgraph.api import open as open_graph

    write_pages(Pages(Site.of(open_graph(root), address=address)), Path(target), part, parts)


def write_pages(
    pages: Pages,
    target: Path,
    part: int = 0,
    parts: int = 1,
    progress: Callable[[int, int], None] = lambda _, __: None,
) -> None:
    """Write a part of the pages of a prepared site, and of the data of its things."""
    data, homes = AllData(pages.site), claim_homes(pages.site)
    jobs = [(language, path) for path in paths(pages, homes) for language in pages.site.languages]
    mine = jobs[part::parts]
    for number, (language, path) in enumerate(mine):
        if number % _TOLD == 0:
            progress(number * parts, len(jobs))
        file = page_file(language, path)
        made = pages.page(language, path, replace(links_from(file, language), homes=homes))
        assert made is not None, path
        write_bytes(target / file, made.body)
    things = [thing for thing in pages.site.things.values() if thing.key not in homes]
    for thing in things[part::parts]:
        write_bytes(target / f"data/{file_name(thing.key)}.{DATA}", data.of(thing, DATA))


def paths(pages: Pages, homes: Mapping[str, str]) -> Iterator[str]:
    """The paths of the pages that a site has: none of what is told on another page."""
    return (path for path in pages.paths() if path.removeprefix("id/") not in homes)


def page_file(language: str, path: str) -> str:
    """The file of a page below the folder of the site."""
    return f"{language}/{file_name(path) if path else 'index'}{ENDING}"


def links_from(file: str, language: str = "") -> Links:
    """The addresses that are right on a page in a file, of a language where it lies in its
    folder."""
    return Links("../" * file.count("/"), ENDING, language)


def write_bytes(path: Path, data: bytes) -> None:
    """Write a new file, and the folders above it where they are missing. OutputError where
    another page has it already."""
    try:
        with _opened(path) as stream:
            stream.write(data)
    except FileExistsError as error:
        hint = "give-two-things-another-key"
        raise OutputError("pages-collide", file=path.name, hint=hint) from error


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("xb")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("xb")
