"""Findings → the parts of the report that show them: a line for each rule, that opens to its
cases, in bounds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from hrdgraph.errors import Origin
from hrdgraph.validate.findings.model import Finding, FindingGroup, grouped, short
from hrdgraph.validate.report.case import case
from hrdgraph.validate.report.data import ReportData
from hrdgraph.validate.report.filters import filters
from hrdgraph.validate.report.markup import Html, element, join
from hrdgraph.validate.report.words import ReportLanguage

CASES: Final = 25  # of one rule: a report of a million findings must open in a browser all the same
ALL_CASES: Final = 300  # of all rules together; beyond, a rule has one
RULES: Final = 200
GONE: Final = 20


def findings_section(data: ReportData, words: ReportLanguage) -> Html:
    """What nobody has explained, worst first."""
    findings = [finding for finding in data.findings if not finding.known]
    if not findings:
        return element("p", words("findings_none"))
    groups = grouped(findings)
    shown = filters(groups[:RULES], data, words) if len(findings) > 1 else Html()
    return join(shown, *_rules(groups, data, words))


def known_section(data: ReportData, words: ReportLanguage) -> Html:
    """What is known, with its explanations."""
    groups = grouped(finding for finding in data.findings if finding.known)
    if not groups:
        return element("p", words("known_none"))
    return join(element("p", words("known_lead")), *_rules(groups, data, words))


def since_section(data: ReportData, words: ReportLanguage) -> Html:
    """What came and went since the last build."""
    counts = {name: words.count(count) for name, count in data.since.counts().items()}
    told = element("p", words("since_counts", **counts))
    marked = element("p", words("since_new", mark=words("new"))) if data.since.new else Html()
    return join(told, marked, _gone(data, words))


def _gone(data: ReportData, words: ReportLanguage) -> Html:
    gone = data.since.gone
    if not gone:
        return Html()
    items = [element("li", *_gone_line(finding, words)) for finding in gone[:GONE]]
    if len(gone) > GONE:
        items.append(
            element("li", words("more_rows", n=words.count(len(gone) - GONE)), class_="soft")
        )
    return element(
        "details",
        element("summary", words("since_gone", n=words.count(len(gone)))),
        element("ul", *items, class_="gone"),
    )


def _gone_line(finding: Finding, words: ReportLanguage) -> Iterable[Html]:
    language, message = finding.worded(words.language)
    yield element("span", words.bounded(message), lang=words.other(language))
    if finding.focus:
        yield element(
            "span", " ", element("code", words.bounded(short(finding.focus))), class_="soft"
        )


def _rules(
    groups: Sequence[FindingGroup], data: ReportData, words: ReportLanguage
) -> Iterable[Html]:
    new = {*data.since.new}  # not by identity, which rows without a name of their own share
    left = ALL_CASES
    for group in groups[:RULES]:
        most = min(CASES, max(left, 1))
        left -= min(most, group.count)
        yield _rule(group, most, new, data, words)
    if len(groups) > RULES:
        yield element(
            "p",
            words.with_html("more_rules", n=words.count(len(groups) - RULES), files=_files(data)),
            class_="soft",
        )


def _rule(
    group: FindingGroup, most: int, new: set[Finding], data: ReportData, words: ReportLanguage
) -> Html:
    """One rule: a line that opens to its place and its first cases."""
    first = group.first
    shown = [case(finding, group, words, is_new=finding in new) for finding in group.examples(most)]
    return element(
        "details",
        _line(group, new, words),
        _place(group, words),
        *_whys(group, words),
        element("ul", *shown, class_="cases"),
        _more(group, len(shown), data, words),
        class_="rule",
        data_kind=first.kind.value,
        data_severity=first.severity.value,
        data_rule=first.rule,
    )


def _line(group: FindingGroup, new: set[Finding], words: ReportLanguage) -> Html:
    first = group.first
    language, message = first.worded(words.language)
    fresh = sum(finding in new for finding in group.findings) if new else 0
    return element(
        "summary",
        element("span", words(first.severity.value), class_=f"badge {first.severity.value}"),
        element("span", words.count(group.count), class_="count"),
        element("span", words.bounded(message), lang=words.other(language)),
        element("span", f"{words('new')}{words.colon}{words.count(fresh)}", class_="badge new")
        if fresh
        else Html(),
    )


def _place(group: FindingGroup, words: ReportLanguage) -> Html:
    first = group.first
    place = (
        join(", ", words("written"), " ", element("code", words.place(first.place)))
        if first.place != Origin()
        else Html()
    )
    found_by = join(". ", words("found_by"), words.colon, words(f"kind_{first.kind.value}"))
    component = join(" (", first.component, ")") if first.component else Html()
    return element(
        "p",
        words("rule"),
        words.colon,
        element("code", short(first.rule)),
        place,
        found_by,
        component,
        class_="place",
    )


def _whys(group: FindingGroup, words: ReportLanguage) -> list[Html]:
    reasons = dict.fromkeys(finding.known for finding in group.findings if finding.known)
    return [
        element(
            "p", element("strong", words("why"), words.colon), words.bounded(reason), class_="why"
        )
        for reason in reasons
    ]


def _more(group: FindingGroup, shown: int, data: ReportData, words: ReportLanguage) -> Html:
    hidden = group.count - shown
    return (
        element(
            "p",
            words.with_html("more_in", n=words.count(hidden), files=_files(data)),
            class_="soft",
        )
        if hidden
        else Html()
    )


def _files(data: ReportData) -> Html:
    return join(
        *(
            join(", " if number else "", element("kbd", name))
            for number, name in enumerate(data.files)
        )
    )
