"""Tell from the first row of a ledger (a table to which hrdgraph and people add rows) whether this
version can read it. What the columns mean goes with the `format` of hrdgraph.toml."""

from __future__ import annotations

from collections.abc import Sequence

from hrdgraph.catalogue import Message


def find_fault(header: Sequence[str], columns: Sequence[str]) -> Message | None:
    """Return what is wrong with a header: cells with another separator, or columns that a newer
    version has added. None for what else may be wrong."""
    if len(header) == 1 and (mark := next((mark for mark in ";\t" if mark in header[0]), "")):
        name = Message("mark-tabs") if mark == "\t" else repr(mark)
        return Message("separated-not-by-commas", mark=name)
    more = [name for name in header if name and name not in columns]
    return Message("ledger-newer", columns=more) if more and {*columns} < {*header} else None
