"""Addresses within the workbench."""

from __future__ import annotations

import re
from urllib.parse import urlencode

_OWN = re.compile(r"/(?![/\\])[^\\\s]*")


def own_address(text: str) -> str:
    """An address of the workbench; its first page where a text is none."""
    return text if _OWN.fullmatch(text) else "/"


def table_address(source: str, table: str, **more: object) -> str:
    """The address of a table, by the name of its source and its label."""
    return f"/table?{urlencode({'source': source, 'table': table, **more})}"
