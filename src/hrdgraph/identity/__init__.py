"""Identity: a ledger of judgements into canonical names, and a graph into those names."""

from typing import TYPE_CHECKING

from hrdgraph.lazy import lazily

if TYPE_CHECKING:
    from hrdgraph.identity.canonical import Dangling as Dangling
    from hrdgraph.identity.canonical import canonicalise as canonicalise
    from hrdgraph.identity.canonical import dangling as dangling
    from hrdgraph.identity.canonical import identity_quads as identity_quads
    from hrdgraph.identity.canonical import nearest_in as nearest_in
    from hrdgraph.identity.canonical import unsaid as unsaid
    from hrdgraph.identity.judgements import read_ledger as read_ledger
    from hrdgraph.identity.ledger import Judgement as Judgement
    from hrdgraph.identity.ledger import Ledger as Ledger
    from hrdgraph.identity.ledger import Verdict as Verdict
else:
    __getattr__ = lazily(
        __name__,
        {
            "canonical": "Dangling canonicalise dangling identity_quads nearest_in unsaid",
            "judgements": "read_ledger",
            "ledger": "Judgement Ledger Verdict",
        },
    )
