"""Counted findings → JUnit XML, a test case for each rule, for machines that show test results."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from hrdgraph.validate.findings.model import EXAMPLES, Severity, short
from hrdgraph.validate.findings.tally import Tally

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

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
