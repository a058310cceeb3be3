"""A graph in columns into files that others read: RDF in its syntaxes, JSON-LD, tables."""

from hrdgraph.export.compact import misread
from hrdgraph.export.context import read_context
from hrdgraph.export.formats import FORMATS, ExportFormat, export
from hrdgraph.export.subset import subset

__all__ = ["FORMATS", "ExportFormat", "export", "misread", "read_context", "subset"]
