"""A statement of the graph back into table rows, mapping rules, and the words of the page behind
them."""

from typing import TYPE_CHECKING

from hrdgraph.lazy import lazily

if TYPE_CHECKING:
    from hrdgraph.explain.explainer import Explainer, Reasons
    from hrdgraph.explain.explanation import (
        ClaimStatus,
        ClaimVisibility,
        Contradiction,
        ExplainedNode,
        Explanation,
        Passage,
        Statement,
    )
    from hrdgraph.explain.lineage import (
        Lineage,
        Names,
        SourcePlan,
        names_of,
        passed_over,
        plan_source,
        plan_sources,
        told_names,
        tracer_of,
    )
else:
    names = ("Lineage", "Names", "SourcePlan", "names_of", "passed_over", "plan_source")
    homes = {
        **dict.fromkeys(("ClaimStatus", "ClaimVisibility", "Contradiction"), "explanation"),
        **dict.fromkeys(("Explainer", "Reasons"), "explainer"),
        **dict.fromkeys(("ExplainedNode", "Explanation", "Statement"), "explanation"),
        **dict.fromkeys((*names, "plan_sources", "told_names", "tracer_of"), "lineage"),
        "Passage": "explanation",
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
    "Names",
    "Passage",
    "Reasons",
    "SourcePlan",
    "Statement",
    "names_of",
    "passed_over",
    "plan_source",
    "plan_sources",
    "told_names",
    "tracer_of",
]
