"""A statement of the graph back into table rows, mapping rules, and the words of the page behind
them."""

from hrdgraph.explain.claim_status import ClaimStatus, ClaimVisibility, Contradiction
from hrdgraph.explain.explainer import Explainer, Reasons
from hrdgraph.explain.explanation import ExplainedNode, Explanation, Statement
from hrdgraph.explain.lineage import Lineage, SourcePlan, names_of, plan_sources, told_names
from hrdgraph.explain.passages import Passage

__all__ = [
    "ClaimStatus",
    "ClaimVisibility",
    "Contradiction",
    "ExplainedNode",
    "Explainer",
    "Explanation",
    "Lineage",
    "Passage",
    "Reasons",
    "SourcePlan",
    "Statement",
    "names_of",
    "plan_sources",
    "told_names",
]
