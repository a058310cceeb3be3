"""Errors into what a page shows of them: the text, and the cell that it leads to."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

from hrdgraph.errors import HrdgraphError, Problems
from hrdgraph.paths import project_path


def errors_of(error: HrdgraphError, language: str, project: str = "") -> list[dict[str, Any]]:
    """The errors in an error, each with its text and place; in the text, files are named as seen
    from the folder of the project."""
    every = error.errors if isinstance(error, Problems) else (error,)
    return [
        {
            "text": _shown(one, project).text(language),
            "code": one.code,
            "file": one.origin.file,
            "row": one.origin.row,
            "column": one.origin.column,
        }
        for one in every
    ]


def _shown(error: HrdgraphError, project: str) -> HrdgraphError:
    if not project or not error.origin.file:
        return error
    shown = copy(error)
    file = project_path(Path(error.origin.file), Path(project))
    shown.origin = replace(error.origin, file=file)
    return shown
