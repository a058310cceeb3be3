"""A statement of the graph back into table rows, mapping rules, and the words of the page behind them."""

from hrdgraph.explain.explainer import Explainer, Reasons
from hrdgraph.explain.explanation import Explanation, Fact, Statement
from hrdgraph.explain.lineage import Lineage, SourcePlan, names_of, plan_sources, told_names
from hrdgraph.explain.passages import Passage
from hrdgraph.explain.standing import Alternative, Shown, Standing

__all__ = [
    "Alternative",
    "Explainer",
    "Explanation",
    "Fact",
    "Lineage",
    "Passage",
    "Reasons",
    "Shown",
    "SourcePlan",
    "Standing",
    "Statement",
    "names_of",
    "plan_sources",
    "told_names",
]
