"""Findings of every kind, and a report that shows them all; some of the words in it are hostile."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hrdgraph.errors import Origin
from hrdgraph.findings.history import Since
from hrdgraph.findings.model import Finding, Kind, Severity, SourceRow, messages_of
from hrdgraph.findings.report_data import (
    ClassCount,
    EvidenceCount,
    ReportData,
    WithheldCount,
)
from hrdgraph.project import Source

HRD = "https://w3id.org/hrdgraph/ontology#"
ID = "https://w3id.org/hrdgraph/id/"
SHAPE = "https://w3id.org/hrdgraph/shapes#"
HOSTILE = "<script>alert('x')</script>\"><img src=http://evil.example/p.gif onerror=alert(1)> & \u202egnp.exe \x07"

_NO_EVIDENCE = messages_of(
    {
        "en": "Say where this is written: cite at least one place.",
        "fr": "Indiquez où c'est écrit : citez au moins un passage.",
        "es": "Diga dónde está escrito: cite al menos un pasaje.",
    }
)
_HEADER = Origin("data/sources/kalyapin-page/conferrals.csv", row=4, column="recipient")


def _no_evidence(number: int) -> Finding:
    return Finding(
        severity=Severity.VIOLATION,
        kind=Kind.SHACL,
        rule=SHAPE + "claim-evidence",
        messages=_NO_EVIDENCE,
        focus=f"{ID}conferral/award-lists/{number:02}",
        path=HRD + "evidence",
        place=Origin("ontology/shapes/claim.ttl", line=29),
        component="MinCount",
        origins=(
            Origin("data/sources/award-lists/conferrals.csv", row=number + 2, column="address"),
        ),
    )


_OTHERS = (
    Finding(
        severity=Severity.VIOLATION,
        kind=Kind.CHECK,
        rule="checks/award-known",
        messages=messages_of({"en": "This award is not in the list of awards."}),
        focus=ID + "award/marten_ennals",
        value='"marten_ennals"',
        place=Origin("queries/checks/award-known.rq"),
        suggestion="martin_ennals",
        rows=(
            SourceRow(
                Origin("data/sources/award-lists/conferrals.csv", row=2),
                (("award", "marten_ennals"), ("year", "2013"), ("note", None), ("outcome", "")),
                ("award",),
            ),
        ),
        origins=tuple(
            Origin("data/sources/award-lists/conferrals.csv", row=row, column="award")
            for row in range(2, 20)
        ),
    ),
    Finding(
        severity=Severity.WARNING,
        kind=Kind.EXPECTATION,
        rule="award-lists: names are there",
        messages=messages_of({"": HOSTILE}),
        focus="data/sources/award-lists/people.csv#row=7",
        value=f'"{HOSTILE}"'.replace("\\", ""),
        place=Origin("data/sources/award-lists/source.toml", node='[[expect]] "names are there"'),
        origins=(Origin("data/sources/award-lists/people.csv", row=7, column=HOSTILE),),
        rows=(
            SourceRow(
                Origin("data/sources/award-lists/people.csv", row=7),
                ((HOSTILE, HOSTILE), ("name", " ")),
                (HOSTILE, "name"),
            ),
        ),
    ),
    Finding(
        severity=Severity.INFO,
        kind=Kind.EVIDENCE,
        rule="evidence/long",
        messages=messages_of(
            {"en": "This cell is very long.", "fr": "Cette cellule est très longue."}
        ),
        focus=ID + "quotation/kalyapin-page/q1",
        value='"' + "мир " * 400 + '"@ru',
    ),
    Finding(
        severity=Severity.VIOLATION,
        kind=Kind.SHACL,
        rule=SHAPE + "claim-alternative",
        messages=messages_of(
            {
                "en": "Two sources name different recipients.",
                "fr": "Deux sources nomment des lauréats différents.",
                "es": "Dos fuentes nombran a personas distintas.",
            }
        ),
        focus=ID + "conferral/kalyapin-page/c3",
        path=HRD + "recipient",
        value=f"<{ID}person/kalyapin-page/Igor_Kalyapin>",
        place=Origin("ontology/shapes/claim.ttl", line=66),
        component="SPARQL",
        origins=(_HEADER,),
        known="The header of the page puts the award under Kalyapin, its text under the group. Both are kept.",
    ),
)


@pytest.fixture
def findings() -> tuple[Finding, ...]:
    return (*(_no_evidence(number) for number in range(12)), *_OTHERS)


@pytest.fixture
def report_data(findings: tuple[Finding, ...]) -> ReportData:
    sources = (
        Source(
            "kalyapin-page", Path(), "Igor Kalyapin, profile page", "Front Line Defenders",
            "https://frontlinedefenders.org/fr/profile/igor-kalyapin",
            "Facts only: positions and digests of its words.", "fr", "public", Path(),
            titles={"en": "Igor Kalyapin, profile page", "fr": "Igor Kalyapin, page de profil"},
        ),
        Source(
            "award-lists", Path(), HOSTILE, "hrdgraph", "javascript:alert(1)",
            "https://creativecommons.org/publicdomain/zero/1.0/", "en", "restricted", Path(),
            retrieved=date(2026, 10, 1), titles={"": HOSTILE},
        ),
    )  # fmt: skip
    classes = (
        ClassCount(
            HRD + "AwardConferral",
            683,
            {"kalyapin-page": 4, "award-lists": 679},
            {"en": "conferral", "fr": "attribution", "es": "concesión"},
        ),
        ClassCount(
            "http://xmlns.com/foaf/0.1/Person", 12_529, {"kalyapin-page": 3, "award-lists": 12_529}
        ),
    )
    return ReportData(
        title="Defenders and awards",
        version="0.1.0",
        quads=29314,
        sources=sources,
        counts={"kalyapin-page": 1204, "award-lists": 28110},
        classes=classes,
        findings=findings,
        evidence=EvidenceCount(verified=61, unverifiable=1733, broken=1),
        withheld=(
            WithheldCount(
                HRD + "birthDate",
                529,
                {"en": "birth date", "fr": "date de naissance", "es": "fecha de nacimiento"},
            ),
        ),
        labels={
            ID + "person/kalyapin-page/Igor_Kalyapin": {"": "Igor Kalyapin"},
            ID + "conferral/award-lists/00": {"": HOSTILE},
            ID + "conferral/kalyapin-page/c3": {
                "en": "Martin Ennals Award 2013",
                "fr": "Prix Martin Ennals 2013",
            },
        },
        since=Since(new=_OTHERS[:1], gone=(_no_evidence(99), *_OTHERS[1:2]), unchanged=15),
        files=("findings.json", "findings.xlsx"),
    )
