"""RDF text into quads and back: the one home of formats."""

from typing import TYPE_CHECKING

from hrdgraph.lazy import lazily
from hrdgraph.rdfio.formats import FORMATS, RdfFormat, format_named, format_of
from hrdgraph.rdfio.read import parse, quads_of, read_bytes, read_quads, statement_texts

if TYPE_CHECKING:
    from hrdgraph.rdfio.columns import load_columns, save_columns, write_parquet
    from hrdgraph.rdfio.ntriples import read_columns
    from hrdgraph.rdfio.read import serialize
else:
    homes = {
        **dict.fromkeys(("load_columns", "save_columns", "write_parquet"), "columns"),
        "read_columns": "ntriples",
        "serialize": "read",
    }
    __getattr__ = lazily(__name__, homes)

__all__ = [
    "FORMATS",
    "RdfFormat",
    "format_named",
    "format_of",
    "load_columns",
    "parse",
    "quads_of",
    "read_bytes",
    "read_columns",
    "read_quads",
    "save_columns",
    "serialize",
    "statement_texts",
    "write_parquet",
]
