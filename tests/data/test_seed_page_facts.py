"""The 56 facts that a reader finds on the seed page: each is in the tables, with the characters that say it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Rows = Callable[[Path], list[dict[str, str]]]
Said = list[tuple[str, str, dict[str, str]]]
KALYAPIN, GROUP, MURDER = "Igor_Kalyapin", "Joint_Mobile_Group", "11-estemirova-2009"
FLD, MEA = "06-front-line-2011", "08-martin-ennals-2013"
COUNCIL, COMMITTEE = (
    "Presidential_Council_for_Civil_Society",
    "Interregional_Committee_against_Torture",
)


def _situation(number: int, abuse: str) -> Said:
    row = {"country_iso2": "RU", "abuses": abuse, "affected_group": "défenseurs des droits humains"}
    short = {3: "freedoms"}.get(number, abuse)
    return [("situations", f"19-{number}-{short}", row)]


FREEDOMS = "expression-violation; association-violation; assembly-violation"
FACTS: dict[str, Said] = {
    # the header
    "there is Igor Kalyapin": [("people", KALYAPIN, {"name": "Igor Kalyapin"})],
    "he is a human rights defender": [
        ("defenders", "01-defender", {"person": KALYAPIN})
    ],
    "he is president, of what is not said": [
        ("roles", "01-president", {"person": KALYAPIN, "role": "president", "organisation": ""})
    ],
    "there is a Front Line Defenders award": [
        ("awards", "front-line-defenders-award", {"name": "Prix Front Line Defenders"})
    ],
    "it has an edition of 2011": [("editions", "front-line-defenders-award/2011", {})],
    "the header puts that award under his name": [
        ("conferrals", "07-front-line-2011-header", {"recipient": KALYAPIN, "status": "contested"})
    ],
    "there is a Martin Ennals award": [
        ("awards", "martin-ennals-award", {"name": "Prix Martin Ennals"})
    ],
    "it has an edition of 2013": [("editions", "martin-ennals-award/2013", {})],
    "the header puts that one under his name too": [
        ("conferrals", f"{MEA}-header", {"recipient": KALYAPIN, "status": "contested"})
    ],
    # the quotation
    "there is Mary Robinson": [("people", "Mary_Robinson", {"name": "Mary Robinson"})],
    "she was president of Ireland, and no longer is": [
        ("roles", "15-former-president-ireland", {"organisation": "Ireland", "ended": "true"})
    ],
    "Ireland is a country": [
        ("attributes", "15-ireland-country", {"subject": "Ireland", "value": "IE"})
    ],
    "she praises the Joint Mobile Group, in a translation": [
        ("quotations", "15-robinson", {"speaker": "Mary_Robinson", "about": GROUP, "translated": "true"})
    ],
    # the laureate
    "there is the Joint Mobile Group, called JMG": [
        ("organisations", GROUP, {"name": "Joint Mobile Group", "other_name": "JMG"})
    ],
    "it is a group": [("organisations", GROUP, {"class": "OrganizationalCollaboration"})],
    "it is of Russia": [("attributes", "09-country", {"subject": GROUP, "value": "RU"})],
    "it is laureate of the Martin Ennals award of 2013": [
        ("conferrals", f"{MEA}-group", {"recipient": GROUP, "year": "2013", "outcome": "laureate"})
    ],
    "that stands against the header": [
        ("conferrals", f"{MEA}-group", {"alternative_to": f"{MEA}-header"})
    ],
    # the first testimony
    "Kalyapin testifies about the murder": [
        ("quotations", "16-kalyapin", {"kind": "testimony", "speaker": KALYAPIN, "about": MURDER})
    ],
    "there is Natalia Estemirova": [
        ("people", "Natalia_Estemirova", {"name": "Natalia Estemirova"})
    ],
    "there is Memorial": [("organisations", "Memorial", {"name": "Memorial"})],
    "she was head of its office in Chechnya in 2009": [
        ("roles", "13-head-memorial-chechnya", {"role": "head", "subdivision": "RU-CE", "attested_at": "2009"})
    ],
    "something was done to her in 2009": [("events", MURDER, {"date": "2009"})],
    "she was abducted": [("acts", "11-abduction", {"type": "abduction", "event": MURDER})],
    "she was killed": [("acts", "11-killing", {"type": "killing", "event": MURDER})],
    # the second testimony
    "horrible crimes are still committed": [
        ("situations", "18-crimes", {"subdivisions": "RU-CE", "abuses": ""})
    ],
    "Kalyapin testifies about mobile groups": [
        ("quotations", "17-kalyapin", {"kind": "testimony", "speaker": KALYAPIN})
    ],
    "these are the Joint Mobile Group": [("quotations", "17-kalyapin", {"about": GROUP})],
    # the biography
    "there is the Interregional Committee": [
        ("organisations", COMMITTEE, {"name": "Comité interrégional contre la torture"})
    ],
    "he is its president": [
        ("roles", "02-president-committee", {"organisation": COMMITTEE, "ended": "false"})
    ],
    "he founded the group": [
        ("foundings", "03-joint-mobile-group", {"founder": KALYAPIN, "status": "contested"})
    ],
    "he is its president, too": [
        ("roles", "03-president-joint-mobile-group", {"organisation": GROUP, "role": "president"})
    ],
    "NGOs founded it": [
        ("foundings", "04-joint-mobile-group", {"founder_text": "ONG", "status": "contested"})
    ],
    "that was in November 2009": [("foundings", "04-joint-mobile-group", {"date": "2009-11"})],
    "it was after the murder": [("foundings", "04-joint-mobile-group", {"after_event": MURDER})],
    "Estemirova was a defender": [
        ("defenders", "11-defender", {"person": "Natalia_Estemirova"})
    ],
    "the murder was in Chechnya, or she worked there": [
        ("attributes", "12-event-in-chechnya", {"value": "RU-CE", "status": "contested"}),
        ("attributes", "12-defender-in-chechnya", {"value": "RU-CE", "status": "contested"}),
    ],
    "the group won the Front Line Defenders award in April 2011": [
        ("conferrals", f"{FLD}-group", {"recipient": GROUP, "date": "2011-04"})
    ],
    "it was for investigating": [
        ("conferrals", f"{FLD}-group", {"motivation": "investigating torture and disappearances in Chechnya"})
    ],
    "it works on torture and disappearances": [
        ("attributes", "06-works-on-torture", {"subject": GROUP, "theme": "torture"}),
        ("attributes", "06-works-on-disappearances", {"theme": "enforced-disappearance"}),
    ],
    "it works in Chechnya": [
        ("attributes", "06-works-in-chechnya", {"property": "countryOfWork", "value": "RU-CE"})
    ],
    "there is the Council, by its whole name": [
        ("organisations", COUNCIL, {"name": "Conseil présidentiel pour la société civile et les droits humains"})
    ],
    "it is of Russia, as the group": [
        ("attributes", "10-council-country", {"subject": COUNCIL, "value": "RU"})
    ],
    "he is a member of it": [
        ("roles", "10-member-presidential-council", {"organisation": COUNCIL, "role": "member"})
    ],
    # Russia
    "it is where he works": [
        ("attributes", "19-works-in-russia", {"subject": KALYAPIN, "property": "countryOfWork", "value": "RU"})
    ],
    "defenders there are harassed": _situation(1, "harassment"),
    "they are watched": _situation(2, "surveillance"),
    "their freedoms are violated": _situation(3, FREEDOMS),
    "they are attacked": _situation(4, "attack"),
    "they are raided": _situation(5, "raid"),
    "they are defamed": _situation(6, "defamation"),
    "they are prosecuted and detained": [
        *_situation(7, "judicial-harassment"),
        *_situation(8, "detention"),
    ],
    "they are ill-treated": _situation(9, "ill-treatment"),
    "those who work on the north of the Caucasus are at special risk": [
        ("situations", "20-north-caucasus", {"subdivisions": "RU-CE; RU-IN; RU-DA"})
    ],
    # the picture
    "there was a ceremony of 2011, and he accepted": [
        ("award_events", "06-ceremony-2011", {"award": "front-line-defenders-award", "year": "2011"}),
        ("conferrals", f"{FLD}-group", {"accepted_by": KALYAPIN}),
    ],
    "a photograph was taken there": [
        ("media", "21-photo", {"media_type": "photo", "taken_at": "06-ceremony-2011"})
    ],
}  # fmt: skip


def test_there_are_56() -> None:
    assert len(FACTS) == 56


@pytest.mark.parametrize("fact", FACTS)
def test_the_tables_say_it_and_cite_where(fact: str, sources: Path, rows: Rows) -> None:
    for table, key, said in FACTS[fact]:
        [row] = [
            row
            for row in rows(sources / "kalyapin-page" / f"{table}.csv")
            if key in (row.get("id"), row.get("key"), f"{row.get('award_key')}/{row.get('year')}")
        ]
        assert {name: row[name] for name in said} == said
        assert row["evidence_start"]
        assert len(row["evidence_sha256"]) == 64
