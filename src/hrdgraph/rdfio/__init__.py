"""RDF text into quads and back: the one home of formats."""

from typing import TYPE_CHECKING

from hrdgraph.lazy import lazily
from hrdgraph.rdfio.formats import FORMATS as FORMATS
from hrdgraph.rdfio.formats import RdfFormat as RdfFormat
from hrdgraph.rdfio.formats import format_named as format_named
from hrdgraph.rdfio.formats import format_of as format_of
from hrdgraph.rdfio.read import parse as parse
from hrdgraph.rdfio.read import quads_of as quads_of
from hrdgraph.rdfio.read import read_bytes as read_bytes
from hrdgraph.rdfio.read import read_quads as read_quads
from hrdgraph.rdfio.read import statement_texts as statement_texts

if TYPE_CHECKING:
    from hrdgraph.rdfio.columns import load_columns as load_columns
    from hrdgraph.rdfio.columns import save_columns as save_columns
    from hrdgraph.rdfio.columns import write_parquet as write_parquet
    from hrdgraph.rdfio.ntriples import read_columns as read_columns
    from hrdgraph.rdfio.read import serialize as serialize
else:
    __getattr__ = lazily(
        __name__,
        {
            "columns": "load_columns save_columns write_parquet",
            "ntriples": "read_columns",
            "read": "serialize",
        },
    )
