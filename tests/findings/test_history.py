"""What is new and gone between two builds, and findings.json: written, read again, the same bytes for the same findings."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.errors import Origin
from hrdgraph.findings.history import compare_findings, read_findings, worst_rules, write_findings
from hrdgraph.findings.model import (
    Finding,
    Kind,
    Severity,
    SourceRow,
    in_order,
    messages_of,
)

SCOPE = {"sources": ["a"], "validated": True}


def finding(
    rule: str, focus: str, value: str | None = None, row: int = 2, column: str = ""
) -> Finding:
    origin = Origin("data/sources/a/t.csv", row=row, column=column or None)
    return Finding(
        severity=Severity.VIOLATION, kind=Kind.EXPECTATION, rule=rule, messages=(), focus=focus, value=value, origins=(origin,)
    )  # fmt: skip


def test_a_finding_whose_row_moves_is_the_same() -> None:
    before = [
        finding("r", "https://x.example/1", row=2),
        finding("r", "t.csv#row=2", column="date"),
    ]
    now = [
        finding("r", "https://x.example/1", row=9),
        finding("r", "t.csv#row=9", row=9, column="date"),
    ]
    assert compare_findings(now, before).counts() == {"new": 0, "gone": 0, "unchanged": 2}


def test_a_message_or_severity_that_changes_makes_no_new_finding() -> None:
    before = finding("r", "x")
    now = replace(
        before,
        severity=Severity.WARNING,
        messages=messages_of({"en": "said otherwise"}),
        known="looked into",
    )
    assert not compare_findings([now], [before]).is_change


@pytest.mark.parametrize(
    "other",
    [finding("s", "x", "v"), finding("r", "y", "v"), finding("r", "x", "w"), finding("r", "x")],
)
def test_another_rule_focus_or_value_is_another_finding(other: Finding) -> None:
    since = compare_findings([other], [finding("r", "x", "v")])
    assert (since.new, len(since.gone), since.unchanged) == ((other,), 1, 0)


def test_another_column_of_a_row_is_another_finding() -> None:
    since = compare_findings(
        [finding("r", "t.csv#row=2", column="date")], [finding("r", "t.csv#row=2", column="year")]
    )
    assert since.counts() == {"new": 1, "gone": 1, "unchanged": 0}


def test_of_several_alike_as_many_are_new_as_there_are_more() -> None:
    alike = [finding("r", f"t.csv#row={row}", row=row) for row in range(2, 7)]
    assert compare_findings(alike, alike[:2]).counts() == {"new": 3, "gone": 0, "unchanged": 2}
    assert compare_findings(alike[:1], alike).counts() == {"new": 0, "gone": 4, "unchanged": 1}


FINDINGS = st.lists(
    st.builds(
        finding, st.sampled_from("rs"), st.sampled_from("xy"), st.sampled_from(["v", "w", None])
    ),
    max_size=12,
)


@given(FINDINGS, FINDINGS)
def test_counts_add_up_and_turn_round(now: list[Finding], before: list[Finding]) -> None:
    there, back = compare_findings(now, before), compare_findings(before, now)
    assert there.unchanged + len(there.new) == len(now)
    assert there.unchanged + len(there.gone) == len(before)
    assert (Counter(there.new), there.unchanged) == (Counter(back.gone), back.unchanged)
    assert not compare_findings(now, list(reversed(now))).is_change


def test_what_is_written_is_read(findings: tuple[Finding, ...], tmp_path: Path) -> None:
    write_findings(tmp_path / "findings.json", findings, SCOPE)
    read = read_findings(tmp_path / "findings.json", SCOPE)
    assert read == in_order(replace(item, rows=()) for item in findings)
    assert not compare_findings(findings, read or []).is_change


def test_the_order_of_arrival_makes_no_difference_to_the_file(
    findings: tuple[Finding, ...], tmp_path: Path
) -> None:
    write_findings(tmp_path / "one.json", findings, SCOPE)
    write_findings(tmp_path / "two.json", reversed(findings), SCOPE)
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()


def test_the_file_is_json_with_a_line_for_each_finding_and_the_text_of_cells(
    findings: tuple[Finding, ...], tmp_path: Path
) -> None:
    write_findings(tmp_path / "findings.json", findings, SCOPE)
    text = (tmp_path / "findings.json").read_text("utf-8")
    written = json.loads(text)
    assert (
        sum(rule["count"] for rule in written["rules"])
        == len(findings)
        == sum(len(rule["findings"]) for rule in written["rules"])
    )
    assert text.count("\n  {") == len(findings)
    [known] = [rule for rule in written["rules"] if rule["rule"] == "checks/award-known"]
    assert known["findings"][0]["origins"][0]["cell"] == "marten_ennals"
    assert "messages" not in known["findings"][0]


def test_a_cell_that_is_kept_back_is_not_written(tmp_path: Path) -> None:
    one = finding("r", "x", row=2, column="born")
    row = SourceRow(Origin("data/sources/a/t.csv", 2), (("born", None), ("name", "Ada")), ("born",))
    write_findings(tmp_path / "findings.json", [replace(one, rows=(row,))], SCOPE)
    assert '"cell"' not in (tmp_path / "findings.json").read_text("utf-8")


def test_no_findings_are_a_file_too(tmp_path: Path) -> None:
    write_findings(tmp_path / "findings.json", [], SCOPE)
    assert read_findings(tmp_path / "findings.json", SCOPE) == []


@pytest.mark.parametrize(
    "scope", [{"sources": ["a", "b"], "validated": True}, {"sources": ["a"], "validated": False}]
)
def test_a_build_that_looked_at_other_things_is_not_compared(
    tmp_path: Path, scope: dict[str, object]
) -> None:
    write_findings(tmp_path / "findings.json", [finding("r", "x")], SCOPE)
    assert read_findings(tmp_path / "findings.json", scope) is None


BROKEN = [
    b"", b"{", b"[]", b"null", b'{"format": 2}', b'{"format": 1, "sources": ["a"], "validated": true}', b"\xff\xfe", b"[" * 100_000,
    b'{"format": 1, "sources": ["a"], "validated": true, "rules": [{"findings": [{}]}]}',
    b'{"format": 1, "sources": ["a"], "validated": true, "rules": [{"rule": "r", "severity": "dire", "kind": "shacl", "messages": {}, "findings": [{}]}]}',
]  # fmt: skip


@pytest.mark.parametrize("data", BROKEN)
def test_a_file_that_is_not_ours_is_not_compared(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "findings.json"
    assert read_findings(path, SCOPE) is None
    path.write_bytes(data)
    assert read_findings(path, SCOPE) is None
    assert worst_rules(path, 5) == []


def test_the_worst_rules_are_those_that_nobody_has_explained(
    findings: tuple[Finding, ...], tmp_path: Path
) -> None:
    write_findings(tmp_path / "findings.json", findings, SCOPE)
    first, second = worst_rules(tmp_path / "findings.json", 2)
    assert first.startswith(
        "1 × checks/award-known: This award is not in the list of awards. (data/sources/award-lists/conferrals.csv, row 2"
    )
    assert second.startswith("12 × shape:claim-evidence")
    assert (
        "data/sources/award-lists/conferrals.csv, ligne 2"
        in worst_rules(tmp_path / "findings.json", 1, "fr")[0]
    )
    assert not any(
        "claim-alternative" in line for line in worst_rules(tmp_path / "findings.json", 99)
    )
