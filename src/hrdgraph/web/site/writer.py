"""A built graph into a site of files, whole or not at all: pages by several processes, then what
they need, then one rename."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hrdgraph.atomic_files import told, whole_folder
from hrdgraph.errors import Origin, OutputError
from hrdgraph.project.model import SITE_MARK
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.site import Site
from hrdgraph.web.site.claim_homes import claim_homes
from hrdgraph.web.site.extras import EXTRAS
from hrdgraph.web.site.parts import paths, write_bytes, write_pages, write_part

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

    from hrdgraph.api import Graph

_MARK: Final = (
    "written by hrdgraph site with these files; it may replace this folder while it has no others"
)
_FEW: Final = 1500  # pages that one process writes sooner than another starts

Progress = Callable[[str], None]
Counted = Callable[[int, int], None]  # pages written, of so many


def write_site(
    graph: Graph,
    target: Path,
    *,
    address: str = "",
    processes: int = 1,
    progress: Progress = lambda _: None,
    counted: Counted = lambda _, __: None,
) -> int:
    """Write the site of a built graph to a folder; returns the number of its files.

    Equal builds give equal bytes. `address` is where the site will stand, for sitemaps and
    canonical links; `counted` is told how many pages are written. A folder that is there is
    replaced only if it is such a site, or empty. Raises OutputError, and leaves what was there,
    where anything fails.
    """
    target = target.resolve()
    with told(target), whole_folder(_replaceable(target)) as partial:
        progress("reading the graph")
        pages = Pages(Site.of(graph, address=address))
        progress("writing pages")
        _write_all(pages, partial, processes, counted)
        for name, write in EXTRAS:
            progress(f"writing {name}")
            write(pages, partial)
        write_bytes(partial / SITE_MARK, "\n".join([_MARK, *sorted(_held(partial)), ""]).encode())
        return sum(len(files) for _, _, files in os.walk(partial))


def _held(folder: Path) -> set[str]:
    """The files and folders below a folder, by their paths in it."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def _write_all(pages: Pages, partial: Path, processes: int, counted: Counted) -> None:
    """Share the pages out: this process has the graph already, each other one reads it anew."""
    homes = claim_homes(pages.site)
    count = sum(1 for _ in paths(pages, homes)) * len(pages.site.languages)
    parts = max(1, min(processes, count // _FEW))
    # a fork would take the threads of the column library along
    context = multiprocessing.get_context("spawn")
    arguments = (
        os.getpid(), str(pages.site.graph.project.root), str(partial), pages.site.address
    )  # fmt: skip
    others = [
        context.Process(target=write_part, args=(*arguments, part, parts))
        for part in range(1, parts)
    ]
    try:
        for process in others:
            process.start()
        write_pages(pages, partial, 0, parts, counted)
        _join(others)
    finally:
        for process in others:
            process.kill() if process.is_alive() else None


def _join(processes: Sequence[BaseProcess]) -> None:
    for process in processes:
        process.join()
        if process.exitcode:
            raise OutputError("page-writer-failed")


def _replaceable(target: Path) -> Path:
    """The folder itself, where a site may take its place. OutputError otherwise."""
    if target.exists() and not target.is_dir():
        raise OutputError("file-instead-of-folder", origin=Origin(str(target)))
    if target.is_dir() and (strange := min(_strange(target), default="")):
        hint = "choose-new-folder-or-keep"
        raise OutputError(
            "folder-holds-other-things", name=strange, origin=Origin(str(target)), hint=hint
        )
    return target


def _strange(target: Path) -> set[str]:
    """What is in a folder, but was not written there with a site."""
    mark = target / SITE_MARK
    return _held(target) - (
        {SITE_MARK, *mark.read_text("utf-8").splitlines()} if mark.is_file() else set()
    )
