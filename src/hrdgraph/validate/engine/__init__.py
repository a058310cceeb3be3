"""Shapes and a graph in columns → SHACL results, by set operations on arrays. Importing it loads no array library."""

from hrdgraph.store.apart import Limits
from hrdgraph.validate.engine.column import ColumnSHACL

__all__ = ["ColumnSHACL", "Limits"]
