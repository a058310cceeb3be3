"""Claims of different sources into those that cannot both be true, as the ontology's conflict
rules say, and the one that is preferred."""

from hrdgraph.conflicts.compare import MOST, Disagreements, disagreements
from hrdgraph.conflicts.preference import (
    CRITERIA,
    STATED,
    because_iri,
    chosen,
    disputed,
    joined,
    preferred,
    stated,
)
from hrdgraph.conflicts.rules import SCHEME, ClaimColumns, ConflictRule, ConflictRules, rules_of

__all__ = [
    "CRITERIA",
    "MOST",
    "SCHEME",
    "STATED",
    "ClaimColumns",
    "ConflictRule",
    "ConflictRules",
    "Disagreements",
    "because_iri",
    "chosen",
    "disagreements",
    "disputed",
    "joined",
    "preferred",
    "rules_of",
    "stated",
]
