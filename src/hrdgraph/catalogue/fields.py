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
        "end",
        "ending",
        "engine",
        "extra",
        "file",
        "files",
        "folder",
        "format",
        "formats",
        "host",
        "known",
        "language",
        "languages",
        "library",
        "limit",
        "line",
        "lineno",
        "nearest",
        "option",
        "options",
        "parameter",
        "parameters",
        "path",
        "port",
        "position",
        "row",
        "scheme",
        "seconds",
        "setting",
        "settings",
        "sheet",
        "size",
        "start",
        "status",
        "table",
        "tables",
        "version",
    }
)

# whole numbers of these names are written with their digits in groups; a row, a port or a year is
# not
QUANTITIES: Final[frozenset[str]] = frozenset({"count", "limit", "size", "total"})
