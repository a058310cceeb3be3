"""A statement of the graph back into table rows, mapping rules, and the words of the page behind
them."""

from typing import TYPE_CHECKING

from hrdgraph.lazy import lazily

if TYPE_CHECKING:
    from hrdgraph.explain.claim_status import ClaimStatus, ClaimVisibility, Contradiction
    from hrdgraph.explain.explainer import Explainer, Reasons
    from hrdgraph.explain.explanation import ExplainedNode, Explanation, Statement
    from hrdgraph.explain.lineage import Lineage, SourcePlan, names_of, plan_sources, told_names
    from hrdgraph.explain.passages import Passage
else:
    homes = {
        **dict.fromkeys(("ClaimStatus", "ClaimVisibility", "Contradiction"), "claim_status"),
        **dict.fromkeys(("Explainer", "Reasons"), "explainer"),
        **dict.fromkeys(("ExplainedNode", "Explanation", "Statement"), "explanation"),
        **dict.fromkeys(
            ("Lineage", "SourcePlan", "names_of", "plan_sources", "told_names"), "lineage"
        ),
        "Passage": "passages",
    }
    __getattr__ = lazily(__name__, homes)

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
