"""Identity: a ledger of judgements into canonical names, and a graph into those names."""

from typing import TYPE_CHECKING

from hrdgraph.lazy import lazily

if TYPE_CHECKING:
    from hrdgraph.identity.canonical import (
        Dangling,
        canonicalise,
        dangling,
        identity_quads,
        nearest_in,
        unsaid,
    )
    from hrdgraph.identity.judgements import read_ledger
    from hrdgraph.identity.ledger import Judgement, Ledger, Verdict
else:
    homes = {
        **dict.fromkeys(
            ("Dangling", "canonicalise", "dangling", "identity_quads", "nearest_in", "unsaid"),
            "canonical",
        ),
        "read_ledger": "judgements",
        **dict.fromkeys(("Judgement", "Ledger", "Verdict"), "ledger"),
    }
    __getattr__ = lazily(__name__, homes)

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
