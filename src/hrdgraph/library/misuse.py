"""Something that was asked for wrongly: the command line ends with the code 2 on it."""

from __future__ import annotations

from hrdgraph.errors import HrdgraphError


class UsageError(HrdgraphError):
    """A function or a command was called in a way that cannot be: nothing was read or written."""
