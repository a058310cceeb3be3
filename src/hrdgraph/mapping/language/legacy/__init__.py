"""Mappings in R2RML and in the earlier RML vocabulary into the current one."""

from hrdgraph.mapping.language.legacy.translate import modern

__all__ = ["modern"]
