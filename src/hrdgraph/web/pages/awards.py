"""Tell who won an award: the first editions of all, and the order of outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hrdgraph.vocab import HRD, HRDV
from hrdgraph.web.pages.claim_nodes import DOUBTED, ClaimAssignment, earliest, publishers, status

_LATEST: Final = 8  # editions
WON: Final = ("laureate", "joint-laureate", "special-prize", "honorary")


def latest(told: ClaimAssignment) -> Mapping[int, list[int]]:
    """Return the editions that were conferred last, each with its laureates, as far as nobody
    contests them."""
    said = told.said
    won = [said.at(HRDV[f"outcome/{key}"]) for key in ("laureate", "joint-laureate")]
    given = {
        node
        for outcome in won
        for node in said.subjects(HRD.outcome, outcome)
        if said.first(node, HRD.outcome) == outcome
    }
    found = (
        node
        for node in given
        if told.kinds.get(node) == "conferral" and status(said, node) not in DOUBTED
    )
    editions: dict[int, list[int]] = {}
    for *_, node in sorted(
        ((earliest(told, node), publishers(said, node), node) for node in found), reverse=True
    ):
        for edition in told.editions(node)[:1]:
            if edition in editions or len(editions) < _LATEST:
                editions.setdefault(edition, []).extend(told.ends(node, "subject"))
    return editions


def outcome_rank(told: ClaimAssignment, conferral: int) -> int:
    """Return the rank of the outcome of a conferral: laureates before finalists and nominees."""
    outcome = next(iter(told.ends(conferral, "kind")), -1)
    key = told.said.iri(outcome).rpartition("/")[2] if outcome >= 0 else ""
    return WON.index(key) if key in WON else len(WON)
