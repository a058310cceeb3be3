"""One part of a site's pages into files: what one process writes of it."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, Final

from hrdgraph.errors import OutputError
from hrdgraph.web.pages.data import MEDIA_TYPES
from hrdgraph.web.pages.links import Links, file_name
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.site import Site
from hrdgraph.web.site.data import AllData

ENDING: Final = ".html"


def write_part(root: str, target: str, address: str, part: int, parts: int) -> None:
    """Open the graph of a project and write every `parts`-th of its pages and data, beginning
    with `part`."""
    from hrdgraph.api import open as open_graph

    write_pages(Pages(Site.of(open_graph(root), address=address)), Path(target), part, parts)


def write_pages(pages: Pages, target: Path, part: int = 0, parts: int = 1) -> None:
    """Write a part of the pages of a prepared site, and of the data of its things."""
    data = AllData(pages.site)
    jobs = [(language, path) for path in pages.paths() for language in pages.site.languages]
    for language, path in jobs[part::parts]:
        made = pages.page(language, path, links_from(page_file(language, path)))
        assert made is not None, path
        write_bytes(target / page_file(language, path), made.body)
    for thing in list(pages.site.things.values())[part::parts]:
        for ending in MEDIA_TYPES:
            file = f"data/{file_name(thing.key)}.{ending}"
            write_bytes(target / file, data.of(thing, ending))


def page_file(language: str, path: str) -> str:
    """The file of a page below the folder of the site."""
    return f"{language}/{file_name(path) if path else 'index'}{ENDING}"


def links_from(file: str) -> Links:
    """The addresses that are right on a page in a file."""
    return Links("../" * file.count("/"), ENDING)


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
