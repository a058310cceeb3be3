"""What follows from the roles of properties holds for kinds of facts that no query names."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from hrdgraph.fact_kinds import load_kinds
from hrdgraph.rdf import IRI
from hrdgraph.store.contract import Solutions
from hrdgraph.store.oxigraph import OxigraphStore
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


def test_a_charge_is_verified_by_a_verdict_but_no_verdict_by_a_charge(
    sample_with: Callable[[str], OxigraphStore],
) -> None:
    one = CASE.format(source="alpha", name="k1", verdict="guilty", proof="a1")
    charged = CASE.format(source="alpha", name="k2", verdict="guilty", proof="a2")
    charged = charged.replace(" ; hrd:verdict :guilty", "")
    assert verified(sample_with(one + charged)) == {str(IRI("https://w3id.org/hrdgraph/id/k2"))}


def test_a_fate_on_days_that_may_be_the_same_is_verified(
    sample_with: Callable[[str], OxigraphStore],
) -> None:
    fate = """graph:alpha {{ :fate{n} a hrd:FateStatement , hrd:Claim ; hrd:fateOf person:alpha\\/ana ; hrd:date "{date}"^^edtf:edtf ;
      hrd:fate <https://w3id.org/hrdgraph/vocabulary/fate/missing> ; hrd:evidence :evidence\\/alpha\\/a{n} . }}\n"""
    asked = "SELECT ?c { ?c a hrd:FateStatement ; hrd:claimStatus <https://w3id.org/hrdgraph/vocabulary/claim-status/verified> }"
    for dates, count in (
        (("1976-05", "1976-05-24"), 2),
        (("1976-05", "1976-06"), 0),
        (("1976-05", "1976/.."), 0),
    ):
        said = "".join(fate.format(n=n, date=date) for n, date in enumerate(dates, 1))
        answer = sample_with(said).query(
            f"PREFIX hrd: <https://w3id.org/hrdgraph/ontology#> {asked}"
        )
        assert isinstance(answer, Solutions)
        assert len(list(answer.rows)) == count, dates


# Lists that are left, with what each is for.
ARGUED = {
    "act-after-death", "act-before-birth", "release-without-arrest",  # a rule about acts
    "finalist-and-laureate", "won-without-conferral",  # about awards
    "order-against-dates",  # the three properties that say an order
    "20-member-of", "45-has-won",  # derive a statement of these very properties
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
