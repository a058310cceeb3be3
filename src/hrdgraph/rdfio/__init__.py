"""RDF text into quads and back: the one home of formats."""

from hrdgraph.rdfio.columns import load_columns, save_columns, write_parquet
from hrdgraph.rdfio.formats import FORMATS, Format, format_named, format_of
from hrdgraph.rdfio.lines import read_columns
from hrdgraph.rdfio.read import parse, read_quads
from hrdgraph.rdfio.write import serialize

__all__ = [
    "FORMATS",
    "Format",
    "format_named",
    "format_of",
    "load_columns",
    "parse",
    "read_columns",
    "read_quads",
    "save_columns",
    "serialize",
    "write_parquet",
]
