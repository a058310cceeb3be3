"""Who may see what: the policy, visibility, redaction, withdrawal and k-anonymity, in one
package.

`docs/trust.md` says the policy. `publish_graph` decides over a graph; `redaction` takes cell data
that is not public out of errors and findings; `withdrawals` are the people who were taken down.
"""

from typing import TYPE_CHECKING

from hrdgraph.lazy import lazily

if TYPE_CHECKING:
    from hrdgraph.privacy.levels import LEVELS as LEVELS
    from hrdgraph.privacy.levels import Level as Level
    from hrdgraph.privacy.levels import Policy as Policy
    from hrdgraph.privacy.levels import level_of as level_of
    from hrdgraph.privacy.node_kinds import list_people_at_risk as list_people_at_risk
    from hrdgraph.privacy.visibility import Published as Published
    from hrdgraph.privacy.visibility import VisibilityDecision as VisibilityDecision
    from hrdgraph.privacy.visibility import VisibilityDecisions as VisibilityDecisions
    from hrdgraph.privacy.visibility import publish_graph as publish_graph
else:
    __getattr__ = lazily(
        __name__,
        {
            "levels": "LEVELS Level Policy level_of",
            "node_kinds": "list_people_at_risk",
            "visibility": "Published VisibilityDecision VisibilityDecisions publish_graph",
        },
    )
