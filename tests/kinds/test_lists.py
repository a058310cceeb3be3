"""What attributes do is declared with their kinds: nothing else keeps a list of them.

A module, check or derivation that names three properties of claims or more is one of those below, with the reason. A new one reads
`Kind.attributes` and `Kind.properties`, or asks for `hrd:claimRole` and `hrd:identifiedBy`.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from hrdgraph.fact_kinds import load_kinds

ROOT = Path(__file__).parents[2]
MOST = 2
ARGUED = {
    "src/hrdgraph/exports/documents.py": "keys for what points at a thing: words that readers of JSON rely on",
    "src/hrdgraph/exports/subset.py": "how far the neighbourhood of a thing reaches",
    "src/hrdgraph/identity/records.py": "the ties whose weight was measured for who may be one person",
    "src/hrdgraph/privacy/kept_back.py": "when and where two people died",
    "src/hrdgraph/privacy/node_kinds.py": "who has died, and what of them stays private",
    "src/hrdgraph/privacy/visibility.py": "which claims go with a claim that is withheld",
    "src/hrdgraph/web/json_api/downloads.py": "schemas of others: FollowTheMoney and Wikidata",
    "src/hrdgraph/web/json_api/records.py": "records of the API, by their published names",
    "queries/checks/act-after-death.rq": "compares two acts of one person",
    "queries/checks/finalist-and-laureate.rq": "compares two outcomes of one edition",
    "queries/checks/order-against-dates.rq": "compares things with what they follow",
    "queries/checks/release-without-arrest.rq": "compares two acts of one person",
    "queries/checks/won-without-conferral.rq": "compares a shortcut with its conferral",
    "queries/derive/20-member-of.rq": "makes one shortcut of one kind",
    "queries/derive/45-has-won.rq": "makes one shortcut of one kind",
}


def claim_properties() -> set[str]:
    kinds = load_kinds(ROOT / "ontology" / "tables").values()
    uses = Counter(item.predicate for kind in kinds if kind.is_claim for item in kind.attributes)
    # but the date, which most kinds have
    return {re.split("[#/]", iri.value)[-1] for iri, count in uses.items() if iri and count < 8}


def files_with_lists() -> set[str]:
    named = claim_properties()
    files = [*(ROOT / "src").rglob("*.py"), *(ROOT / "queries" / "derive").glob("*.rq")]
    files += (ROOT / "queries" / "checks").glob("*.rq")
    word = re.compile(r"\b(?:HRD|ORG|SCHEMA)\.(\w+)|\b(?:hrd|org|schema):(\w+)")
    return {
        path.relative_to(ROOT).as_posix()
        for path in files
        if len({a or b for a, b in word.findall(path.read_text("utf-8"))} & named) > MOST
    }


def test_nothing_but_kinds_lists_what_claims_say() -> None:
    assert files_with_lists() == {*ARGUED}
