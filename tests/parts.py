"""Which tests run when: what the repository holds by itself runs by default, the rest under `make conformance`.

- `shared`: needs what is not in the repository, the official suites or pages that are not published. Everything in tests/conformance
  has this mark, and `suite` besides, and so has every test that asks for the fixture `shared`.
- `heavy`: takes long, and shows in full what a cheaper test shows in small.
- `sampled(n)`: of a test with many cases n run by default, spread over all of them; the others are heavy. Without a number each value of
  each parameter is there once, and the product of them is heavy.
- `property`: tried on examples that Hypothesis makes; under the profile `conformance` on about sixty times as many.
"""

from __future__ import annotations

import ast
import os
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

import pytest
from hypothesis import is_hypothesis_test, settings

TESTS: Final = Path(__file__).parent
SUITES_PAGE: Final = "docs/reference/conformance.md"
PROFILE: Final = "conformance"
FRACTION: Final = 64
SERVERS: Final = {"postgresql", "mysql"}  # fixtures that start a database: heavy by themselves
Value = TypeVar("Value")
LEFT_OUT: Final = pytest.StashKey[dict[str, int]]()


def register_profiles() -> None:
    """Few examples, the same in each run, by default; many under conformance. Machines are noisy: a slow example is no wrong one."""
    settings.register_profile("hrdgraph", deadline=None, max_examples=3, derandomize=True)
    settings.register_profile(PROFILE, deadline=None, max_examples=100, derandomize=True)
    settings.load_profile("hrdgraph")


@cache
def tree_of(path: Path) -> ast.Module:
    """A file of the program, parsed once for all tests that look into it."""
    return ast.parse(path.read_text("utf-8"))


def examples(number: int, least: int = 3) -> int:
    """How many examples a test takes that wants so many under conformance. Called while tests are collected."""
    is_full = settings.get_current_profile_name() == PROFILE
    return number if is_full else max(number // FRACTION, least)


def safety_examples(number: int = 100) -> int:
    """As `examples`, for a property that keeps people safe: never fewer than 25."""
    return examples(number, 25)


def mark(items: list[pytest.Item]) -> None:
    """Mark each test with the part that it belongs to."""
    official = str(TESTS / "conformance") + os.sep
    for item in items:
        if str(item.path).startswith(official):
            item.add_marker("suite")
        if item.get_closest_marker("suite") or "shared" in getattr(item, "fixturenames", ()):
            item.add_marker("shared")
        if SERVERS & set(getattr(item, "fixturenames", ())):
            item.add_marker("heavy")
        if is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker("property")
    for cases in _sampled(items):
        for item in _left_out(cases):
            item.add_marker("heavy")


def _sampled(items: list[pytest.Item]) -> Iterable[list[pytest.Function]]:
    """The cases of each test that asks for a sample of them."""
    tests: dict[tuple[Path, str], list[pytest.Function]] = {}
    for item in items:
        if isinstance(item, pytest.Function) and item.get_closest_marker("sampled"):
            tests.setdefault((item.path, item.nodeid.partition("[")[0]), []).append(item)
    return tests.values()


def _left_out(cases: list[pytest.Function]) -> Iterable[pytest.Function]:
    """What is not in the sample; the same cases in each run."""
    mark = cases[0].get_closest_marker("sampled")
    assert mark
    places = spread(len(cases), *mark.args) if mark.args else each_value_once(map(_values, cases))
    return (case for place, case in enumerate(cases) if place not in places)


def _values(case: pytest.Function) -> set[tuple[str, str]]:
    return {(name, repr(value)) for name, value in case.callspec.params.items()}


def spread(length: int, number: int) -> set[int]:
    """So many places at the same distance from each other."""
    number = min(length, number)
    return {length * place // number for place in range(number)}


def each_value_once(cases: Iterable[set[Value]]) -> set[int]:
    """Places of few cases, by a greedy choice, in which each value occurs; values that many share take turns."""
    rest = dict(enumerate(cases))
    missing: set[Value] = set().union(*rest.values())
    used: Counter[Value] = Counter()
    chosen: set[int] = set()

    def worth(place: int) -> tuple[int, int]:
        return len(rest[place] & missing), -sum(used[value] for value in rest[place])

    while missing:
        best = max(rest, key=worth)
        chosen.add(best)
        missing -= rest[best]
        used.update(rest.pop(best))
    return chosen


def count(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Remember how many tests of each part were left out."""
    counts = config.stash.setdefault(LEFT_OUT, {})
    for name in ("shared", "heavy"):
        counts[name] = sum(item.get_closest_marker(name) is not None for item in items)


def official_cases() -> int:
    """How many cases the official suites have, by the page that is made of their lists."""
    text = (TESTS.parent / SUITES_PAGE).read_text("utf-8")
    return sum(
        int(number) for number in re.findall(r"^\| (?:RML|SHACL).*?\| (\d+) \| \d+ \|$", text, re.M)
    )


def advice(counts: dict[str, int], *, suites: bool) -> str:
    """One line that says what was left out, and how to run it; nothing where nothing was."""
    if not sum(counts.values()):
        return ""
    more = "" if suites else f", and the {official_cases()} cases of the official suites"
    return (
        f"left out: {counts['heavy']} heavy checks, {counts['shared']} that need what is not in the repository{more}. "
        f"`make conformance` runs them; {SUITES_PAGE} says how to get the suites."
    )


def send(config: pytest.Config) -> None:
    """Give the counts to the process that writes the summary, where this one is a worker of it."""
    output: dict[str, Any] | None = getattr(config, "workeroutput", None)
    if output is not None:
        output["left_out"] = config.stash.get(LEFT_OUT, {})


def suites(reporter: pytest.TerminalReporter) -> list[str]:
    """One line for each official suite: how many of its cases passed."""
    passed: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for outcome in ("passed", "failed", "xfailed"):
        for report in reporter.stats.get(outcome, []):
            for name, value in (
                getattr(report, "user_properties", []) if report.when == "call" else []
            ):
                if name == "suite":
                    total[value] += 1
                    passed[value] += outcome == "passed"
    return [f"{suite}: {passed[suite]} of {total[suite]} cases pass" for suite in sorted(total)]
