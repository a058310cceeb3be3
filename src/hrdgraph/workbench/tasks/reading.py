"""A page into proposed facts as a task, and its snapshot."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from hrdgraph.evidence.addresses import is_web_address
from hrdgraph.evidence.snapshot_files import DocumentDescription, take
from hrdgraph.evidence.texts.freeze import freeze
from hrdgraph.library.extraction import extract
from hrdgraph.library.progress import Progress
from hrdgraph.project import open_project

_PLAIN: Final = (
    *("kind", "start", "end", "language", "proposer", "rule", "reason", "words", "page"),
)


def read_page(given: dict[str, Any], _: Progress) -> dict[str, Any]:
    """The text of a page and the facts that it seems to state."""
    [found] = extract(given["file"], project=given["project"], address=given["address"])
    candidates = []
    for item in found.candidates:
        arguments = {name: asdict(one) for name, one in item.arguments.items()}
        plain = {name: getattr(item, name) for name in _PLAIN}
        plain |= {"constants": dict(item.constants), "competing": list(item.competing)}
        candidates.append({**plain, "arguments": arguments})
    page = found.page
    return {
        "text": page.text,
        "name": page.name,
        "title": page.title,
        "language": page.language,
        "candidates": candidates,
    }


def take_page(given: dict[str, Any], _: Progress) -> bool:
    """Take the page as a snapshot, so that a build finds the words that are cited in it."""
    project = open_project(Path(given["project"]))
    data = Path(given["file"]).read_bytes()
    address = given["name"] if is_web_address(given["name"]) else ""
    if project.snapshot_dirs:
        about = DocumentDescription(given["source"], address=address)
        take(project.snapshot_dirs[0], data, freeze(data, given["file"]), about)
    return bool(project.snapshot_dirs)
