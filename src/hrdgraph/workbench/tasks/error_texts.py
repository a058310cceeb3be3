"""Errors into what a page shows of them: the text, and the cell that it leads to."""

from __future__ import annotations

from typing import Any

from hrdgraph.errors import HrdgraphError, Problems


def errors_of(error: HrdgraphError, language: str) -> list[dict[str, Any]]:
    """The errors in an error, each with its text and place."""
    every = error.errors if isinstance(error, Problems) else (error,)
    return [
        {
            "text": one.text(language),
            "code": one.code,
            "file": one.origin.file,
            "row": one.origin.row,
            "column": one.origin.column,
        }
        for one in every
    ]
