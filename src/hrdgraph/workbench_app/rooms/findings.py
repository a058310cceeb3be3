"""Findings of the last build, by rule, each leading to its cell."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.responses import Response

from hrdgraph.errors import HrdgraphError
from hrdgraph.findings.history import FILE
from hrdgraph.findings.report_data import choose_words
from hrdgraph.privacy.readable_build import ReadableBuild
from hrdgraph.project import Project
from hrdgraph.workbench_app.rooms.addresses import cell_addresses
from hrdgraph.workbench_app.visit import Visit, in_thread, parse_errors

SEVERITIES: Final = ("violation", "warning", "info")
_SHOWN: Final = 50  # findings of one rule on a page


@dataclass(frozen=True)
class FindingLine:
    """One finding: what it is about, what would be better, and its cells."""

    message: str
    value: str
    suggestion: str
    known: str
    cells: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class RuleLines:
    """The findings of one rule."""

    severity: str
    message: str
    rule: str
    count: int
    findings: list[FindingLine]


async def findings(visit: Visit) -> Response:
    """Show all findings, worst first."""
    project = visit.workplace.project
    wanted = visit.request.query_params.get("severity", "")
    rules = await in_thread(read_rules, project, visit.language)
    is_there = rules is not None
    rules = rules or []
    return visit.page(
        "findings.html",
        rules=[rule for rule in rules if wanted in ("", rule.severity)],
        counts={
            name: sum(rule.count for rule in rules if rule.severity == name) for name in SEVERITIES
        },
        severity=wanted,
        has_build=is_there,
        input_errors=cell_addresses(
            project, parse_errors(visit.workplace.builds.state.errors, visit.language, project.root)
        ),
        most=_SHOWN,
    )


def read_rules(project: Project, language: str) -> list[RuleLines] | None:
    """Read the rules of the file that the build wrote; None where there is no build, or one that
    is older than a withdrawal: its findings may name who was withdrawn."""
    try:
        path = ReadableBuild(project).private_file(FILE)
    except HrdgraphError:
        return None
    try:
        groups = json.loads(path.read_text("utf-8"))["rules"]
    except (OSError, ValueError, KeyError):
        return []
    return [_rule(project, group, language) for group in groups]


def _rule(project: Project, group: Mapping[str, Any], language: str) -> RuleLines:
    inner = group["findings"]
    message = choose_words(group.get("messages", {}), language) or str(group["rule"])
    return RuleLines(
        group["severity"], message, str(group["rule"]), int(group["count"]),
        [_finding(project, {**group, **case}, language) for case in inner[:_SHOWN]],
    )  # fmt: skip


def _finding(project: Project, item: Mapping[str, Any], language: str) -> FindingLine:
    return FindingLine(
        choose_words(item.get("messages", {}), language),
        str(item.get("value") or item.get("focus") or ""), str(item.get("suggestion") or ""),
        str(item.get("known") or ""), cell_addresses(project, item.get("origins", ())),
    )  # fmt: skip
