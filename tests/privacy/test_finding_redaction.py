"""Findings that everybody may see are about what is published; nothing in them tells of a row."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any, Final

import pytest
from tests.privacy.test_redaction import CANARY, PLACE, SECRETS

from hrdgraph.catalogue import LANGUAGES, Message
from hrdgraph.errors import Origin
from hrdgraph.findings.model import Finding, Kind, Severity, SourceRow
from hrdgraph.privacy.redaction import public_findings
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad
from hrdgraph.vocab import SKOS

PERSON = "https://example.org/id/person/María_José_Ñáñez"
GRAPH = ColumnGraph.from_quads([Quad(IRI(PERSON), SKOS.prefLabel, Literal("María José Ñáñez"))])
OPEN = Origin("data/x.csv", 7, "open")  # of the same row
FINDING = Finding(
    severity=Severity.WARNING,
    kind=Kind.SHACL,
    rule="shape:person-name",
    messages=(("en", "Give the name once."),),
    focus=PERSON,
    value='"María José Ñáñez"',
    origins=(PLACE, OPEN, replace(OPEN, row=9)),
    rows=(SourceRow(OPEN, (("open", "María José Ñáñez"), ("secret", CANARY)), ("open",)),),
)


def published(finding: Finding) -> tuple[tuple[Finding, ...], str]:
    """What is published of a finding, and all that it says."""
    found = public_findings([finding], SECRETS, GRAPH)
    out = [json.dumps(one.as_dict(), ensure_ascii=False) + repr(one) for one in found]
    return found, "\n".join(
        out + [one.message(language) for one in found for language in LANGUAGES]
    )


def test_a_public_finding_names_the_file_and_the_column_and_no_row() -> None:
    """The number of a row tells how many rows are hidden above it; an excerpt, which columns are."""
    (found,), told = published(FINDING)
    assert found.origins == (Origin("data/x.csv", column="open"),)
    assert found.rows == ()
    assert found.value == FINDING.value
    assert CANARY not in told
    assert "secret" not in told


@pytest.mark.parametrize("kind", [Kind.EXPECTATION, Kind.SOURCE, Kind.REJECTED])
@pytest.mark.parametrize("focus", ["", PERSON, "data/x.csv#row=7"])
def test_what_was_found_in_tables_is_for_whoever_has_them(kind: Kind, focus: str) -> None:
    fact = Message("letter-lost", text=CANARY)
    assert published(replace(FINDING, kind=kind, focus=focus, messages=(), fact=fact))[0] == ()


def test_what_is_not_published_has_no_public_finding() -> None:
    hidden = replace(FINDING, focus="https://example.org/id/person/Ayşe_Gizli")
    assert published(hidden)[0] == ()
    assert published(replace(FINDING, focus="_:b0"))[0] != ()


# something of each type that a field of a finding may have, with the canary in it
CANARIES: Final[dict[str, Any]] = {
    "severity": Severity.WARNING,
    "kind": Kind.SOURCE,
    "messages": (("en", CANARY), ("fr", CANARY)),
    "fact": Message("letter-lost", text=CANARY),
    "place": Origin(f"data/{CANARY}.csv", 7, CANARY),
    "origins": (replace(PLACE, node=CANARY),),
    "rows": (SourceRow(PLACE, (("secret", CANARY), (CANARY, "open")), (CANARY,)),),
}


@pytest.mark.parametrize("field", [field.name for field in fields(Finding)])
def test_a_canary_in_any_field_of_any_kind_of_finding_is_not_published(field: str) -> None:
    """Of what was found in the graph, fields hold what is published; only places and rows are of tables."""
    planted = {field: CANARIES.get(field, CANARY)}
    for kind in Kind:
        finding = replace(FINDING, **({"kind": kind} | planted))
        if finding.kind in (Kind.EXPECTATION, Kind.SOURCE, Kind.REJECTED):
            assert published(finding)[0] == (), kind
        elif field in ("origins", "rows"):
            assert CANARY not in published(finding)[1], kind
