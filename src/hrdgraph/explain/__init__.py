"""A statement of the graph back into table rows, mapping rules, and the words of the page behind
them."""

from typing import TYPE_CHECKING

from hrdgraph.lazy import lazily

if TYPE_CHECKING:
    from hrdgraph.explain.explainer import Explainer as Explainer
    from hrdgraph.explain.explainer import Reasons as Reasons
    from hrdgraph.explain.explanation import ClaimStatus as ClaimStatus
    from hrdgraph.explain.explanation import ClaimVisibility as ClaimVisibility
    from hrdgraph.explain.explanation import Contradiction as Contradiction
    from hrdgraph.explain.explanation import ExplainedNode as ExplainedNode
    from hrdgraph.explain.explanation import Explanation as Explanation
    from hrdgraph.explain.explanation import Passage as Passage
    from hrdgraph.explain.explanation import Statement as Statement
    from hrdgraph.explain.lineage import Lineage as Lineage
    from hrdgraph.explain.lineage import Names as Names
    from hrdgraph.explain.lineage import SourcePlan as SourcePlan
    from hrdgraph.explain.lineage import ignore_row as ignore_row
    from hrdgraph.explain.lineage import names_in_public as names_in_public
    from hrdgraph.explain.lineage import names_of as names_of
    from hrdgraph.explain.lineage import plan_source as plan_source
    from hrdgraph.explain.lineage import plan_sources as plan_sources
    from hrdgraph.explain.lineage import tracer_of as tracer_of
else:
    __getattr__ = lazily(
        __name__,
        {
            "explainer": "Explainer Reasons",
            "explanation": "ClaimStatus ClaimVisibility Contradiction ExplainedNode Explanation "
            "Passage Statement",
            "lineage": "Lineage Names SourcePlan names_of ignore_row plan_source plan_sources "
            "names_in_public tracer_of",
        },
    )
