"""Turn errors into what a page shows of them: the text, and the cell that it leads to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

from hrdgraph.errors import HrdgraphError, Problems
from hrdgraph.paths import project_path
from hrdgraph.workbench_app.inbox import TABLES
from hrdgraph.workbench_app.workplace import FOLDER


def errors_of(error: HrdgraphError, language: str, root: Path | None) -> list[dict[str, Any]]:
    """List the errors in an error, each with its text and place; the text names files as seen from
    the folder of the project."""
    every = error.errors if isinstance(error, Problems) else (error,)
    return [
        {
            "text": _shorten_place(one, root).text(language),
            "code": one.code,
            "file": one.origin.file,
            "row": one.origin.row,
            "column": one.origin.column,
            "part": one.origin.part,
        }
        for one in every
    ]


def parse_errors(
    told: Iterable[Mapping[str, Any]], language: str, root: Path | None
) -> list[dict[str, Any]]:
    """Do the same for errors in the form of `as_dict`, from another process or a file."""
    errors = map(HrdgraphError.from_dict, told)
    return [one for error in errors for one in errors_of(error, language, root)]


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
