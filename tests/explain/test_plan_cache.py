"""A plan that was kept is the one that would be made: whatever it comes from makes it anew when it changes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from hrdgraph.errors import HrdgraphError
from hrdgraph.explain import lineage as plan_cache
from hrdgraph.explain.lineage import make_plan, plan_source
from hrdgraph.mapping.facts.layout import with_kinds
from hrdgraph.mapping.plan import Plan
from hrdgraph.project import Project, Source, open_project


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HRDGRAPH_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Plan]:
    """The plans that were made, and not taken up."""
    found: list[Plan] = []

    def making(project: Project, source: Source) -> Plan:
        found.append(make_plan(project, source))
        return found[-1]

    monkeypatch.setattr(plan_cache, "make_plan", making)
    return found


def _plans(folder: Path) -> list[Plan]:
    project = open_project(folder)
    return [plan_source(project, source).plan for source in project.sources]


def _made_new(folder: Path) -> list[Plan]:
    project = open_project(folder)
    return [make_plan(project, source) for source in project.sources]


def test_a_plan_is_made_once(small: Path, made: list[Plan]) -> None:
    first = _plans(small)
    count = len(made)
    assert count == len(first)
    assert _plans(small) == first == _made_new(small)
    assert len(made) == count


def _append(pattern: str, text: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = sorted(folder.glob(pattern))[0]
        path.write_text(path.read_text("utf-8") + text, "utf-8")

    return change


def _head(folder: Path) -> None:
    path = sorted(folder.glob("data/sources/example/*.csv"))[0]
    head, _, rest = path.read_text("utf-8").partition("\n")
    path.write_text(f"{head},remarks\n" + "\n".join(f"{line}," for line in rest.splitlines()), "utf-8")  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        _append("hrdgraph.toml", '\ngraph_base = "https://example.org/other/"\n'),
        _append("data/sources/*/source.toml", "\n# a remark\n"),
        _head,
    ],
)
def test_what_a_plan_comes_from_makes_it_anew(
    small: Path, made: list[Plan], change: Callable[[Path], None]
) -> None:
    toml = small / "hrdgraph.toml"
    toml.write_text("\n".join(x for x in toml.read_text().splitlines() if not x.startswith("graph_base")))  # fmt: skip
    _plans(small)
    made.clear()
    change(small)
    assert _plans(small) == _made_new(small)
    assert made


def test_another_version_of_the_program_makes_a_plan_anew(
    small: Path, made: list[Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    _plans(small)
    made.clear()
    monkeypatch.setattr(plan_cache, "code_version", lambda: "another")
    _plans(small)
    assert made


def test_a_damaged_plan_is_made_anew(small: Path, made: list[Plan], cache: Path) -> None:
    first = _plans(small)
    made.clear()
    for path in cache.iterdir():
        path.write_bytes(path.read_bytes()[:-1])
    assert _plans(small) == first
    assert len(made) == len(first)


def test_a_row_makes_no_plan_anew_and_a_missing_table_is_told(
    small: Path, made: list[Plan]
) -> None:
    _plans(small)
    made.clear()
    path = sorted(small.glob("data/sources/example/*.csv"))[0]
    line = path.read_text("utf-8").splitlines()[-1]
    path.write_text(path.read_text("utf-8").rstrip("\n") + f"\n{line}\n", "utf-8")
    assert _plans(small)
    if not list(small.glob("data/sources/example/mapping.*")):
        assert not made
    os.remove(path)
    with pytest.raises(HrdgraphError):
        _plans(small)


def test_who_builds_and_who_explains_leave_each_other_their_plans(
    small: Path, made: list[Plan]
) -> None:
    plain = open_project(small)
    for project in (plain, with_kinds(plain), plain, with_kinds(plain)):
        count = len(made)
        for source in project.sources:
            plan_source(project, source)
    assert len(made) == count
