"""What follows from the roles of properties holds for kinds of facts that no query names."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from hrdgraph.fact_kinds import load_kinds
from hrdgraph.store import OxigraphStore, Solutions
from hrdgraph.vocab import short_iri

ROOT = Path(__file__).parents[2]
CASE = """graph:{source} {{
  :{name} a hrd:Proceeding , hrd:Claim ; hrd:accused person:alpha\\/ana ; hrd:proceedingType :criminal ;
    hrd:chargedOn "2021-05-28"^^edtf:edtf ; hrd:verdict :{verdict} ; hrd:claimStatus status:asserted ; hrd:evidence :evidence\\/{source}\\/{proof} .
}}
"""


def verified(store: OxigraphStore) -> set[str]:
    answer = store.query(
        "PREFIX hrd: <https://w3id.org/hrdgraph/ontology#> "
        "SELECT ?c { ?c a hrd:Proceeding ; hrd:claimStatus <https://w3id.org/hrdgraph/vocabulary/claim-status/verified> }"
    )
    assert isinstance(answer, Solutions)
    return {str(row[0]) for row in answer.rows}


def test_two_publishers_verify_a_case_before_a_court(
    sample_with: Callable[[str], OxigraphStore],
) -> None:
    one = CASE.format(source="alpha", name="k1", verdict="guilty", proof="a1")
    agrees = CASE.format(source="alpha", name="k2", verdict="guilty", proof="a2")
    differs = CASE.format(source="alpha", name="k2", verdict="acquitted", proof="a2")
    assert len(verified(sample_with(one + agrees))) == 2
    assert verified(sample_with(one + differs)) == set()


# Lists that are left, with what each is for.
ARGUED = {
    "act-after-death", "act-before-birth", "release-without-arrest",  # a rule about acts
    "finalist-and-laureate", "won-without-conferral",  # about awards
    "order-against-dates",  # the three properties that say an order
    "20-member-of", "45-has-won",  # derive a statement of these very properties
    "44-disputed",  # who gave the award to whom, and which role
    "60-corroboration", "70-verified",  # kinds that were compared before roles were declared
}  # fmt: skip


def test_checks_and_derivations_ask_for_roles_and_name_no_list() -> None:
    kinds = load_kinds(ROOT / "ontology" / "tables").values()
    claims = [item for kind in kinds if kind.is_claim for item in kind.attributes]
    names = {short_iri(item.predicate.value) for item in claims if item.predicate}
    found = set()
    for path in (ROOT / "queries").glob("[cd]*/*.rq"):
        text = re.sub(r"(?m)^#.*", "", path.read_text("utf-8"))
        if len({name for name in names if re.search(rf"(?<![\w-]){name}\b", text)}) >= 3:
            found.add(path.stem)
    assert found - ARGUED == set()
    assert ARGUED - found == set(), "an exception that is needed no more"
