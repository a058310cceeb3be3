"""Who may see what: the policy, visibility, redaction, withdrawal and k-anonymity, in one
package.

`docs/trust.md` says the policy. `published` decides over a graph; `redaction` takes cell data
that is not public out of errors and findings; `withdrawals` are the people who were taken down.
"""

from typing import TYPE_CHECKING

from hrdgraph.lazy import lazily

if TYPE_CHECKING:
    from hrdgraph.privacy.levels import LEVELS, Level, Policy, level_of
    from hrdgraph.privacy.node_kinds import people_at_risk
    from hrdgraph.privacy.visibility import (
        Published,
        VisibilityDecision,
        VisibilityDecisions,
        published,
    )
else:
    homes = {
        **dict.fromkeys(("VisibilityDecision", "VisibilityDecisions"), "visibility"),
        **dict.fromkeys(("LEVELS", "Level", "Policy", "level_of"), "levels"),
        "people_at_risk": "node_kinds",
        **dict.fromkeys(("Published", "published"), "visibility"),
    }
    __getattr__ = lazily(__name__, homes)

__all__ = [
    "LEVELS",
    "Level",
    "Policy",
    "Published",
    "VisibilityDecision",
    "VisibilityDecisions",
    "level_of",
    "people_at_risk",
    "published",
]
