"""Findings are sorted, grouped and worded the same way every time."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from hrdgraph.errors import Origin
from hrdgraph.findings.model import (
    TRACED,
    Finding,
    Kind,
    Severity,
    SourceRow,
    group_findings,
    in_order,
    messages_of,
    open_violations,
    readable,
    short,
    with_origins,
)
from hrdgraph.findings.tally import list_rows, summarize, tally_findings


def finding(severity: Severity, rule: str, focus: str = "", **parts: object) -> Finding:
    return Finding(
        severity=severity, kind=Kind.CHECK, rule=rule, focus=focus, **{"messages": (), **parts}
    )


def test_the_worst_comes_first_then_rule_then_focus() -> None:
    mixed = [
        finding(Severity.INFO, "a", "1"),
        finding(Severity.VIOLATION, "b", "2"),
        finding(Severity.WARNING, "a", "1"),
        finding(Severity.VIOLATION, "b", "1"),
        finding(Severity.VIOLATION, "a", "9"),
    ]
    assert [(one.severity.value, one.rule, one.focus) for one in in_order(mixed)] == [
        ("violation", "a", "9"),
        ("violation", "b", "1"),
        ("violation", "b", "2"),
        ("warning", "a", "1"),
        ("info", "a", "1"),
    ]


def test_order_does_not_depend_on_the_order_of_arrival(findings: tuple[Finding, ...]) -> None:
    assert in_order(findings) == in_order(reversed(findings))


def test_one_rule_at_two_severities_is_two_groups() -> None:
    groups = group_findings(
        [
            finding(Severity.INFO, "a"),
            finding(Severity.VIOLATION, "a"),
            finding(Severity.INFO, "a", "x"),
        ]
    )
    assert [(group.first.severity, group.count) for group in groups] == [
        (Severity.VIOLATION, 1),
        (Severity.INFO, 2),
    ]


def test_examples_are_the_first_few(findings: tuple[Finding, ...]) -> None:
    group = max(group_findings(findings), key=lambda one: one.count)
    assert group.count == 12
    assert [one.focus[-2:] for one in group.examples(3)] == ["00", "01", "02"]


@pytest.mark.parametrize(
    ("texts", "language", "expected"),
    [
        ({"en": "E", "fr": "F"}, "fr", ("fr", "F")),
        ({"en": "E", "fr": "F"}, "fr-CA", ("fr", "F")),
        ({"en": "E", "fr": "F"}, "es", ("en", "E")),
        ({"": "plain", "fr": "F"}, "es", ("", "plain")),
        ({"ru": "Р"}, "es", ("ru", "Р")),
        ({}, "es", ("", "the-rule")),
    ],
)
def test_a_message_falls_back(
    texts: dict[str, str], language: str, expected: tuple[str, str]
) -> None:
    one = finding(Severity.INFO, "the-rule", messages=messages_of(texts))
    assert one.message_with_language(language) == expected
    assert one.message(language) == expected[1]


def test_tracing_asks_for_what_has_no_rows_and_has_a_focus() -> None:
    asked: list[tuple[str, str | None, str | None]] = []

    def trace(wanted: Sequence[tuple[str, str | None, str | None]]) -> list[tuple[Origin, ...]]:
        asked.extend(wanted)
        return [(Origin("a.csv", row=3),)] * len(wanted)

    kept = finding(Severity.INFO, "a", "x", origins=(Origin("b.csv", row=9),))
    bare = finding(Severity.INFO, "a", "y", path="p", value='"v"')
    nowhere = finding(Severity.INFO, "a")
    assert [one.origins for one in with_origins([kept, bare, nowhere], trace)] == [
        kept.origins,
        (Origin("a.csv", row=3),),
        (),
    ]
    assert asked == [("y", "p", '"v"')]


def test_a_known_violation_is_not_open(findings: tuple[Finding, ...]) -> None:
    assert len(open_violations(findings)) == 13
    assert all(not one.known for one in open_violations(findings))


def test_as_dict_is_json_and_has_no_empty_parts(findings: tuple[Finding, ...]) -> None:
    for one in findings:
        parts = json.loads(json.dumps(one.as_dict()))
        assert all(parts.values())
        assert parts["severity"] == one.severity.value
    assert findings[0].as_dict()["origins"] == [
        {"file": "data/sources/award-lists/conferrals.csv", "row": 2, "column": "address"}
    ]


def test_the_summary_counts_open_and_known_apart(findings: tuple[Finding, ...]) -> None:
    told = summarize(tally_findings(findings))
    assert told["counts"] == {"violation": 13, "warning": 1, "info": 1, "known": 1}
    groups = told["groups"]
    assert isinstance(groups, list)
    assert [(group["severity"], group["count"], len(group["examples"])) for group in groups] == [
        ("violation", 1, 1),
        ("violation", 12, 5),
        ("warning", 1, 1),
        ("info", 1, 1),
    ]
    json.dumps(told)


def test_the_table_is_a_row_for_each_rule_with_known_ones_last(
    findings: tuple[Finding, ...],
) -> None:
    rows = list_rows(tally_findings(findings), "fr")
    assert [row[:2] for row in rows] == [
        ("violation", "1"),
        ("violation", "12"),
        ("warning", "1"),
        ("info", "1"),
        ("known", "1"),
    ]
    assert rows[1][2:] == (
        "shape:claim-evidence",
        "Indiquez où c'est écrit : citez au moins un passage.",
        "data/sources/award-lists/conferrals.csv, ligne 2, colonne « address »",
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('"a\\nb"', "a\nb"),
        ('"chat"@fr', "chat (fr)"),
        ('"2011-04"^^<http://id.loc.gov/datatypes/edtf>', "2011-04"),
        ("<https://w3id.org/hrdgraph/ontology#edition>", "hrd:edition"),
        ("_:b1", "_:b1"),
        ("a, b", "a, b"),
    ],
)
def test_values_are_readable(value: str, expected: str) -> None:
    assert readable(value) == expected


def test_only_a_name_in_the_space_is_shortened() -> None:
    assert short("https://w3id.org/hrdgraph/ontology#") == "https://w3id.org/hrdgraph/ontology#"
    assert short("http://elsewhere.example/x") == "http://elsewhere.example/x"
    assert short("https://w3id.org/hrdgraph/shapes#Claim") == "shape:Claim"


def test_of_one_rule_only_the_first_are_traced() -> None:
    many = [
        finding(Severity.INFO, rule, str(number)) for rule in "ab" for number in range(TRACED + 20)
    ]
    traced = with_origins(many, lambda asked: [(Origin("a.csv", row=3),)] * len(asked))
    assert [sum(bool(one.origins) for one in traced if one.rule == rule) for rule in "ab"] == [
        TRACED,
        TRACED,
    ]


def test_a_cell_that_was_read_is_told_with_its_place() -> None:
    row = SourceRow(Origin("a.csv", 3), (("name", "Ada"), ("born", None)), ("name",))
    one = finding(
        Severity.INFO,
        "a",
        origins=(
            Origin("a.csv", 3, "name"),
            Origin("a.csv", 3, "born"),
            Origin("b.csv", 3, "name"),
        ),
        rows=(row,),
    )
    cells = [place.get("cell") for place in one.as_dict()["origins"]]  # type: ignore[attr-defined]
    assert cells == ["Ada", None, None]
