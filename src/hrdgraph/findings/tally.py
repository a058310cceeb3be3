"""Count findings by rule and keep the first few, for tables and JSON."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hrdgraph.findings.model import EXAMPLES, Finding, Severity, in_order, origin_dict, short

Key = tuple[bool, int, str]


@dataclass(frozen=True, slots=True)
class Tally:
    """The findings of a rule at a severity, all known or none: the first few in order, and their
    number. Never empty."""

    shown: tuple[Finding, ...]
    count: int

    @property
    def first(self) -> Finding:
        return self.shown[0]

    @property
    def key(self) -> Key:
        """Return the key of its findings, in the order of the report: open before known, worst
        first, by rule."""
        return key_of(self.first)


def key_of(finding: Finding) -> Key:
    """Return the key of a finding's tally."""
    return (bool(finding.known), finding.severity.rank, finding.rule)


def tally_findings(findings: Iterable[Finding]) -> list[Tally]:
    """Count findings as they come; only the first few of each rule are kept."""
    counts: dict[Key, int] = {}
    first: dict[Key, list[Finding]] = {}
    for finding in findings:
        key = key_of(finding)
        counts[key] = counts.get(key, 0) + 1
        examples = first.setdefault(key, [])
        if len(examples) < EXAMPLES or finding.focus <= examples[-1].focus:
            insort(examples, finding, key=lambda item: item.order)
            del examples[EXAMPLES:]
    return [Tally(tuple(first[key]), counts[key]) for key in sorted(counts)]


def together(tallies: Iterable[Tally]) -> list[Tally]:
    """Merge tallies of the same rule."""
    parts: dict[Key, list[Tally]] = {}
    for tally in tallies:
        parts.setdefault(tally.key, []).append(tally)
    merged: list[Tally] = []
    for key in sorted(parts):
        shown = in_order(finding for tally in parts[key] for finding in tally.shown)
        merged.append(Tally(tuple(shown[:EXAMPLES]), sum(tally.count for tally in parts[key])))
    return merged


def summarize(tallies: Sequence[Tally]) -> dict[str, object]:
    """Return counts and groups for `--json`: open and known findings apart, each group with a few
    examples."""
    unexplained = [tally for tally in tallies if not tally.first.known]
    explained = [tally for tally in tallies if tally.first.known]
    counts = {
        severity.value: sum(
            tally.count for tally in unexplained if tally.first.severity is severity
        )
        for severity in Severity
    }
    return {
        "counts": counts | {"known": sum(tally.count for tally in explained)},
        "groups": [_group(tally) for tally in unexplained],
        "known": [_group(tally) for tally in explained],
    }


def _group(tally: Tally) -> dict[str, object]:
    first = tally.first
    return {
        "severity": first.severity.value, "kind": first.kind.value, "rule": first.rule,
        "place": origin_dict(first.place), "count": tally.count,
        "examples": [finding.as_dict() for finding in tally.shown],
    }  # fmt: skip


def list_rows(
    tallies: Iterable[Tally], language: str = "en"
) -> list[tuple[str, str, str, str, str]]:
    """Return rows for the terminal, one for each rule: severity (or "known"), count, rule,
    message, and the first place, or those that a check compared."""
    rows = []
    for tally in tallies:
        first = tally.first
        places = dict.fromkeys(origin.text(language) for origin in first.origins)
        look = "; ".join([*places][: max(1, len(first.compared))]) or first.focus
        state = "known" if first.known else first.severity.value
        rows.append((state, str(tally.count), short(first.rule), first.message(language), look))
    return rows
