"""Source files into batches of text columns."""

from hrdgraph.sources.registry import ROW, Batches, Dialect, header_of, read

__all__ = ["ROW", "Batches", "Dialect", "header_of", "read"]
