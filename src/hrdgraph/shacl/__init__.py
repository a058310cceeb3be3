"""SHACL: shapes, and the graph held against them by set operations on columns or by pySHACL."""
