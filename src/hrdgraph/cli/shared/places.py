"""The place of an input or output as an option: a path, or a URL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click


class Place(click.Path):
    """A path, or a URL, which is a text."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """A URL as it is; a path as a path."""
        if isinstance(value, str) and "://" in value:
            return value
        return super().convert(value, param, ctx)
