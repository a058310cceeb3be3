"""A graph in columns into files that others read: RDF in its syntaxes, JSON-LD, tables.

The writers are loaded when they are asked for: they bring NumPy, which who only reads a context
goes without."""

from typing import TYPE_CHECKING

from hrdgraph.export.compact import misread
from hrdgraph.export.context import read_context
from hrdgraph.export.subset import subset
from hrdgraph.lazy import lazily

if TYPE_CHECKING:
    from hrdgraph.export.formats import FORMATS, ExportFormat, export
else:
    __getattr__ = lazily(
        __name__, {"FORMATS": "formats", "ExportFormat": "formats", "export": "formats"}
    )

__all__ = ["FORMATS", "ExportFormat", "export", "misread", "read_context", "subset"]
