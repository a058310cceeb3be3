"""Tell who won an award: the first editions of all, and the order of outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hrdgraph.vocab import HRD, HRDV
from hrdgraph.web.pages.claim_nodes import DOUBTED, ClaimTopics, earliest, publishers, status

_LATEST: Final = 8  # editions
WON: Final = ("laureate", "joint-laureate", "special-prize", "honorary")


def latest(topics: ClaimTopics) -> Mapping[int, list[int]]:
    """Return the editions that were conferred last, each with its laureates, as far as nobody
    contests them."""
    rdf = topics.rdf
    won = [rdf.at(HRDV[f"outcome/{key}"]) for key in ("laureate", "joint-laureate")]
    given = {
        node
        for outcome in won
        for node in rdf.subjects(HRD.outcome, outcome)
        if rdf.first(node, HRD.outcome) == outcome
    }
    sourced = (
        node
        for node in given
        if topics.kinds.get(node) == "conferral" and status(rdf, node) not in DOUBTED
    )
    editions: dict[int, list[int]] = {}
    for *_, node in sorted(
        ((earliest(topics, node), publishers(rdf, node), node) for node in sourced), reverse=True
    ):
        for edition in topics.editions(node)[:1]:
            if edition in editions or len(editions) < _LATEST:
                editions.setdefault(edition, []).extend(topics.ends(node, "subject"))
    return editions


def outcome_rank(topics: ClaimTopics, conferral: int) -> int:
    """Return the rank of the outcome of a conferral: laureates before finalists and nominees."""
    outcome = next(iter(topics.ends(conferral, "kind")), -1)
    key = topics.rdf.iri(outcome).rpartition("/")[2] if outcome >= 0 else ""
    return WON.index(key) if key in WON else len(WON)
