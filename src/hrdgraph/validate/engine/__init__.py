"""Shapes and a graph in columns → SHACL results, by set operations on arrays. Importing it loads
no array library."""

from hrdgraph.store.worker_process import WorkerLimits
from hrdgraph.validate.engine.validator import ColumnSHACL

__all__ = ["ColumnSHACL", "WorkerLimits"]
