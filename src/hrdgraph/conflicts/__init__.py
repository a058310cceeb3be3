"""Claims of different sources into those that cannot both be true, as the ontology's conflict
rules say, and the one that is preferred."""

from hrdgraph.conflicts.agreement import state_agreement as state_agreement
from hrdgraph.conflicts.compare import MOST as MOST
from hrdgraph.conflicts.compare import Disagreements as Disagreements
from hrdgraph.conflicts.compare import disagreements as disagreements
from hrdgraph.conflicts.preference import CRITERIA as CRITERIA
from hrdgraph.conflicts.preference import STATED as STATED
from hrdgraph.conflicts.preference import because_iri as because_iri
from hrdgraph.conflicts.preference import choose_claims as choose_claims
from hrdgraph.conflicts.preference import find_stated as find_stated
from hrdgraph.conflicts.preference import link_alternatives as link_alternatives
from hrdgraph.conflicts.preference import mark_disputed as mark_disputed
from hrdgraph.conflicts.preference import state_choice as state_choice
from hrdgraph.conflicts.rules import SCHEME as SCHEME
from hrdgraph.conflicts.rules import ClaimColumns as ClaimColumns
from hrdgraph.conflicts.rules import ConflictRule as ConflictRule
from hrdgraph.conflicts.rules import ConflictRules as ConflictRules
from hrdgraph.conflicts.rules import rules_of as rules_of
