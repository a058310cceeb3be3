"""The names of fields that are public. A field of any other name is cell data, and is never
published where its place is hidden.

A name belongs here only if its values come from what the project, the command line or this
program wrote: names of files, columns, settings and formats, and counts. What a table or a page
says, what a library says of these, and any text of which one cannot be sure, does not.
"""

from __future__ import annotations

from typing import Final

PUBLIC: Final[frozenset[str]] = frozenset(
    {
        "column",
        "columns",
        "command",
        "count",
        "encoding",
        "ending",
        "extra",
        "file",
        "files",
        "folder",
        "format",
        "formats",
        "known",
        "language",
        "languages",
        "limit",
        "line",
        "nearest",
        "option",
        "options",
        "parameter",
        "parameters",
        "path",
        "row",
        "seconds",
        "setting",
        "settings",
        "sheet",
        "table",
        "tables",
        "version",
    }
)
