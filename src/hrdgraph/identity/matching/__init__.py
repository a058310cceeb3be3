"""Records into pairs that may be one thing, each with a score and with reasons in words."""

from hrdgraph.identity.matching.compare import THRESHOLD, Comparison, Reason, compare, explain

__all__ = ["THRESHOLD", "Comparison", "Reason", "compare", "explain"]
