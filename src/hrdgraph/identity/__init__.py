"""Identity: a ledger of judgements into canonical names, and a graph into those names."""

from hrdgraph.identity.canonical import (
    Dangling,
    canonicalise,
    dangling,
    identity_quads,
    nearest_in,
    unsaid,
)
from hrdgraph.identity.judgements_file import read_ledger
from hrdgraph.identity.ledger import Judgement, Ledger, Verdict

__all__ = [
    "Dangling",
    "Judgement",
    "Ledger",
    "Verdict",
    "canonicalise",
    "dangling",
    "identity_quads",
    "nearest_in",
    "read_ledger",
    "unsaid",
]
