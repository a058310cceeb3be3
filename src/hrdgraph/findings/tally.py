"""Count findings by rule and keep the first few, for tables, JSON and JUnit XML."""

from __future__ import annotations

import re
from bisect import insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hrdgraph.findings.model import EXAMPLES, Finding, Severity, origin_dict, short

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


Key = tuple[bool, int, str]


@dataclass(frozen=True, slots=True)
class Tally:
    """Findings of one rule at one severity, all known or none: the first few in order, and how
    many there are. Never empty."""

    shown: tuple[Finding, ...]
    count: int

    @property
    def first(self) -> Finding:
        return self.shown[0]

    @property
    def key(self) -> Key:
        """What its findings have in common, in the order of telling: open before known, worst
        first, by rule."""
        return key_of(self.first)


def key_of(finding: Finding) -> Key:
    """The tally that a finding is of."""
    return (bool(finding.known), finding.severity.rank, finding.rule)


def tallied(findings: Iterable[Finding]) -> list[Tally]:
    """Count findings as they come; only the first few of each rule are kept."""
    counts: dict[Key, int] = {}
    shown: dict[Key, list[Finding]] = {}
    for finding in findings:
        key = key_of(finding)
        counts[key] = counts.get(key, 0) + 1
        kept = shown.setdefault(key, [])
        if len(kept) < EXAMPLES or finding.focus <= kept[-1].focus:
            insort(kept, finding, key=lambda one: one.order)
            del kept[EXAMPLES:]
    return [Tally(tuple(shown[key]), counts[key]) for key in sorted(counts)]


def together(tallies: Iterable[Tally]) -> list[Tally]:
    """Tallies of different findings, those of one rule as one."""
    parts: dict[Key, list[Tally]] = {}
    for tally in tallies:
        parts.setdefault(tally.key, []).append(tally)
    return [_one(parts[key]) for key in sorted(parts)]


def _one(tallies: Sequence[Tally]) -> Tally:
    shown = sorted(
        (finding for tally in tallies for finding in tally.shown), key=lambda finding: finding.order
    )
    return Tally(tuple(shown[:EXAMPLES]), sum(tally.count for tally in tallies))


def summary(findings: Iterable[Finding]) -> dict[str, object]:
    """Counts and groups for `--json`: open and known findings apart, each group with a few
    examples."""
    return summary_of(tallied(findings))


def summary_of(tallies: Sequence[Tally]) -> dict[str, object]:
    """The same of findings that have been counted."""
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
        "severity": first.severity.value,
        "kind": first.kind.value,
        "rule": first.rule,
        "place": origin_dict(first.place),
        "count": tally.count,
        "examples": [finding.as_dict() for finding in tally.shown],
    }


def table(
    findings: Iterable[Finding], language: str = "en"
) -> list[tuple[str, str, str, str, str]]:
    """Rows for the terminal, a rule each: severity (or "known"), count, rule, message, and the
    first place to look at."""
    return table_of(tallied(findings), language)


def table_of(
    tallies: Iterable[Tally], language: str = "en"
) -> list[tuple[str, str, str, str, str]]:
    """The same of findings that have been counted."""
    rows = []
    for tally in tallies:
        first = tally.first
        look = next((origin.text(language) for origin in first.origins), "") or first.focus
        found = "known" if first.known else first.severity.value
        rows.append((found, str(tally.count), short(first.rule), first.message(language), look))
    return rows


_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(tallies: Iterable[Tally], rules: Iterable[str], language: str) -> bytes:
    """One suite. A rule with violations that nobody has explained fails, what else was found is
    its output; `rules` without findings pass.
    """
    from xml.etree.ElementTree import Element, SubElement, indent, tostring

    cases: dict[tuple[int, str], list[Tally]] = {}
    for tally in tallies:
        cases.setdefault(tally.key[1:], []).append(tally)
    passed = [rule for rule in dict.fromkeys(rules) if rule not in {rule for _, rule in cases}]
    failed = sum(map(_fails, cases.values()))
    suite = Element(
        "testsuite",
        name="hrdgraph validate",
        tests=str(len(cases) + len(passed)),
        failures=str(failed),
        errors="0",
    )
    for key in sorted(cases):
        _case(suite, cases[key], language)
    for rule in passed:
        SubElement(suite, "testcase", classname="shapes", name=_safe(short(rule)))
    indent(suite)
    text: str = tostring(suite, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _fails(tallies: Sequence[Tally]) -> bool:
    return any(
        tally.first.severity is Severity.VIOLATION and not tally.first.known for tally in tallies
    )


def _case(suite: Element, tallies: Sequence[Tally], language: str) -> None:
    from xml.etree.ElementTree import SubElement

    first = tallies[0].first
    examples = [finding for tally in tallies for finding in tally.shown][:EXAMPLES]
    case = SubElement(suite, "testcase", classname=first.kind.value, name=_safe(short(first.rule)))
    lines = [
        f"{item.severity.value}: {item.focus} {item.path or ''} {item.value or ''}".rstrip()
        for item in examples
    ]
    if _fails(tallies):
        told = SubElement(
            case, "failure", type=first.component, message=_safe(first.message(language))
        )
    else:
        told = SubElement(case, "system-out")
    told.text = _safe(
        "\n".join([f"{sum(tally.count for tally in tallies)} found, {first.place}", *lines])
    )


def _safe(text: str) -> str:
    """The text without what XML cannot say."""
    return _NO_XML.sub("\ufffd", text)
