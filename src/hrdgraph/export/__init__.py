"""A graph in columns into files that others read: RDF in its syntaxes, JSON-LD, tables."""

from hrdgraph.export.formats import FORMATS, Format, export
from hrdgraph.export.subset import subset

__all__ = ["FORMATS", "Format", "export", "subset"]
