"""Findings → JUnit XML, a test case for each rule, for machines that show test results."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from hrdgraph.validate.findings import Finding, Group, Severity, grouped, short

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(findings: Iterable[Finding], rules: Iterable[str], language: str) -> bytes:
    """One suite. A rule with violations that nobody has explained fails, what else was found is its output; `rules` without
    findings pass.
    """
    from xml.etree.ElementTree import Element, SubElement, indent, tostring

    groups = grouped(findings)
    failed = sum(_fails(group) for group in groups)
    passed = [rule for rule in dict.fromkeys(rules) if rule not in {group.first.rule for group in groups}]
    suite = Element("testsuite", name="hrdgraph validate", tests=str(len(groups) + len(passed)), failures=str(failed), errors="0")
    for group in groups:
        _case(suite, group, language)
    for rule in passed:
        SubElement(suite, "testcase", classname="shapes", name=_safe(short(rule)))
    indent(suite)
    text: str = tostring(suite, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _fails(group: Group) -> bool:
    return any(finding.severity is Severity.VIOLATION and not finding.known for finding in group.findings)


def _case(suite: Element, group: Group, language: str) -> None:
    from xml.etree.ElementTree import SubElement

    first = group.first
    case = SubElement(suite, "testcase", classname=first.kind.value, name=_safe(short(first.rule)))
    lines = [f"{item.severity.value}: {item.focus} {item.path or ''} {item.value or ''}".rstrip() for item in group.examples()]
    if _fails(group):
        told = SubElement(case, "failure", type=first.component, message=_safe(first.message(language)))
    else:
        told = SubElement(case, "system-out")
    told.text = _safe("\n".join([f"{group.count} found, {first.place}", *lines]))


def _safe(text: str) -> str:
    """The text without what XML cannot say."""
    return _NO_XML.sub("\ufffd", text)
