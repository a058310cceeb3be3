"""Sources (files and databases) into batches of text columns. The column library is loaded when
the first one is read."""

from hrdgraph.sources.dialect import Database, Dialect, allowing
from hrdgraph.sources.registry import ROW, Batches, header_of, is_bare, part_of, read
from hrdgraph.sources.table_cache import sharing
from hrdgraph.sources.text import unchanged

__all__ = [
    "ROW",
    "Batches",
    "Database",
    "Dialect",
    "allowing",
    "header_of",
    "is_bare",
    "part_of",
    "read",
    "sharing",
    "unchanged",
]
