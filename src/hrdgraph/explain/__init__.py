"""A statement of the graph back into table rows, mapping rules, and the words of the page behind them."""

from hrdgraph.explain.explainer import Explainer
from hrdgraph.explain.explanation import Explanation, Fact, Statement
from hrdgraph.explain.lineage import Lineage, SourcePlan, names_of, plan_sources
from hrdgraph.explain.passages import Passage

__all__ = ["Explainer", "Explanation", "Fact", "Lineage", "Passage", "SourcePlan", "Statement", "names_of", "plan_sources"]
