"""Sources (files and databases) into batches of text columns. The column library is loaded when
the first one is read."""

from hrdgraph.sources.dialect import Database as Database
from hrdgraph.sources.dialect import Dialect as Dialect
from hrdgraph.sources.dialect import allowing as allowing
from hrdgraph.sources.registry import ROW as ROW
from hrdgraph.sources.registry import Batches as Batches
from hrdgraph.sources.registry import header_of as header_of
from hrdgraph.sources.registry import is_bare as is_bare
from hrdgraph.sources.registry import part_of as part_of
from hrdgraph.sources.registry import read as read
from hrdgraph.sources.table_cache import sharing as sharing
from hrdgraph.sources.text import check_unchanged as check_unchanged
