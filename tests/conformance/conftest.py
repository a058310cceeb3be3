"""Counts the official cases that pass, for each suite."""

from __future__ import annotations

from collections import Counter

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for each suite: how many of its cases passed."""
    passed: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for outcome in ("passed", "failed", "xfailed"):
        for report in terminalreporter.stats.get(outcome, []):
            for name, value in getattr(report, "user_properties", []) if report.when == "call" else []:
                if name == "suite":
                    total[value] += 1
                    passed[value] += outcome == "passed"
    if total:
        terminalreporter.section("official suites")
    for suite in sorted(total):
        terminalreporter.write_line(f"{suite}: {passed[suite]} of {total[suite]} cases pass")
