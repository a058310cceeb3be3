"""A graph in columns into files that others read: RDF in its syntaxes, JSON-LD, tables.

Each is loaded when it is asked for: writers bring NumPy, which who only reads a context goes
without."""

from typing import TYPE_CHECKING

from hrdgraph.lazy import lazily

if TYPE_CHECKING:
    from hrdgraph.export.compact import misread
    from hrdgraph.export.context import read_context
    from hrdgraph.export.formats import FORMATS, ExportFormat, export
    from hrdgraph.export.subset import subset
else:
    __getattr__ = lazily(
        __name__,
        {
            "FORMATS": "formats",
            "ExportFormat": "formats",
            "export": "formats",
            "misread": "compact",
            "read_context": "context",
            "subset": "subset",
        },
    )

__all__ = ["FORMATS", "ExportFormat", "export", "misread", "read_context", "subset"]
