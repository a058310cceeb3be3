"""A build that remembers the one before gives what a build of everything gives, byte for byte."""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import polars as pl
import pytest
from tests.small_projects import create_small_project

from hrdgraph.errors import HrdgraphError
from hrdgraph.explain import SourcePlan
from hrdgraph.export.options import ExportOptions
from hrdgraph.mapping.facts.checks import with_kinds
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.pipeline.memory import BuildMemory
from hrdgraph.pipeline.open_mapping import OpenMapping
from hrdgraph.pipeline.reused_parts import plans_of
from hrdgraph.pipeline.stages import mapping, outputs, tables
from hrdgraph.project import Source, Table, open_project
from hrdgraph.store import OxigraphStore, Solutions
from hrdgraph.validate import Finding
from hrdgraph.validate.findings import workbook

EVERYTHING = "SELECT ?s ?p ?o ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?s ?p ?o ?g"
Edit = Callable[[Path, random.Random], None]


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even files of a small graph are pieces of the files before, for the most part."""
    monkeypatch.setattr(outputs, "ExportOptions", partial(ExportOptions, rows_at_once=5))


def outcome(root: Path, memory: BuildMemory | None) -> dict[str, object]:
    """All that a build leaves, or the error that stopped it."""
    try:
        build(open_project(root), BuildOptions(), memory=memory)
    except HrdgraphError as error:
        return {"error": str(error)}
    folder = root / "build"
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    found: dict[str, object] = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in files
        # a workbook notes when it was written; a store differs in its files
        if path.suffix != ".xlsx" and path.relative_to(folder).parts[0] != "store"
    }
    with OxigraphStore.open(folder / "store") as store:
        answer = store.query(EVERYTHING)
        assert isinstance(answer, Solutions)
        found["store"] = answer.rows
    return found


def source(root: Path) -> Path:
    return root / "data" / "sources" / "example"


def lines_of(root: Path, draw: random.Random) -> tuple[Path, list[str]]:
    path = draw.choice(sorted((root / "data" / "sources").glob("example*/*.csv")))
    return path, path.read_text("utf-8").splitlines()


def edit_cell(root: Path, draw: random.Random) -> None:
    path, lines = lines_of(root, draw)
    row = draw.randrange(1, len(lines))
    cells = lines[row].split(",")
    place = draw.randrange(len(cells))
    cells[place] = draw.choice(["", cells[place] + " x", "2011", "no date at all", "contested"])
    path.write_text("\n".join([*lines[:row], ",".join(cells), *lines[row + 1 :]]) + "\n", "utf-8")


def repeat_row(root: Path, draw: random.Random) -> None:
    path, lines = lines_of(root, draw)
    row = draw.choice(lines[1:])
    path.write_text("\n".join([*lines, "other-" + row]) + "\n", "utf-8")


def delete_row(root: Path, draw: random.Random) -> None:
    path, lines = lines_of(root, draw)
    if len(lines) > 2:
        del lines[draw.randrange(1, len(lines))]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def hide_something(root: Path, draw: random.Random) -> None:
    path = source(root) / "source.toml"
    text = path.read_text("utf-8")
    level = draw.choice(["restricted", "withheld", "public"])
    lines = [line for line in text.splitlines() if not line.startswith("visibility")]
    place = next((n for n, line in enumerate(lines) if line.startswith("[")), len(lines))
    lines.insert(place, f'visibility = "{level}"')
    path.write_text("\n".join(lines) + "\n", "utf-8")


def people_of(root: Path) -> list[str]:
    graph = root / "build" / "graph.nq"
    lines = graph.read_text("utf-8").splitlines() if graph.exists() else []
    return sorted({line.split()[0][1:-1] for line in lines if "/id/person/" in line.split()[0]})


def withdraw_somebody(root: Path, draw: random.Random) -> None:
    if people := people_of(root):
        path = root / "data" / "withdrawn.csv"
        path.write_text(f"iri,why\n{draw.choice(people)},asked\n", "utf-8")


def judge_two(root: Path, draw: random.Random) -> None:
    people = people_of(root)
    if len(people) > 1:
        one, other = draw.sample(people, 2)
        said = draw.choice(["same", "different"])
        path = root / "data" / "judgements.csv"
        head = "left,right,judgement,who,when,why\n"
        path.write_text(f"{head}{one},{other},{said},somebody,2026-11-24,known\n", "utf-8")


def explain_a_finding(root: Path, draw: random.Random) -> None:
    rules = sorted((root / "queries" / "checks").glob("*.rq"))
    path = root / "data" / "known_findings.csv"
    path.write_text(f"rule,focus,why\nchecks/{draw.choice(rules).stem},*,known\n", "utf-8")


def change_a_question(root: Path, draw: random.Random) -> None:
    path = draw.choice(sorted((root / "queries" / "checks").glob("*.rq")))
    path.unlink()


EDITS: tuple[Edit, ...] = (
    edit_cell,
    edit_cell,
    repeat_row,
    delete_row,
    hide_something,
    withdraw_somebody,
    judge_two,
    explain_a_finding,
    change_a_question,
)


def walk(root: Path, seed: int, steps: int) -> Iterator[tuple[str, Path, dict[str, object]]]:
    """Random edits of a project, each built with a memory."""
    draw, memory, untouched = random.Random(seed), BuildMemory(), root.with_name("untouched")
    shutil.copytree(root, untouched)
    yield "nothing", root, outcome(root, memory)
    for _ in range(steps):
        edit = draw.choice(EDITS)
        sources = (root / "data" / "sources").glob("example*/*")
        before = {path: path.read_bytes() for path in sources}
        edit(root, draw)
        settle(root)
        made = outcome(root, memory)
        yield edit.__name__, root, made
        if "error" in made:  # a person mends what cannot be read
            for path, content in before.items():
                path.write_bytes(content)
            settle(root)


def settle(root: Path) -> None:
    """Let the clock go on: what was written while it was read is not remembered."""
    time.sleep(0.06)
    os.utime(root)


def same(root: Path, seed: int, steps: int) -> int:
    """Compare each build with one of everything in another folder; how many were compared."""
    count = 0
    for number, (edit, folder, made) in enumerate(walk(root, seed, steps)):
        copy = root.with_name("whole")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("build", ".*"))
        previous = root.with_name("previous")
        if previous.exists():  # a report tells what is new since the last build
            shutil.copytree(previous, copy / "build")
        whole = outcome(copy, None)
        if "error" in made:
            assert str(whole["error"]).replace(str(copy), str(root)) == made["error"], edit
        else:
            assert made.keys() == whole.keys(), (number, edit)
            wrong = [name for name in made if made[name] != whole[name]]
            assert not wrong, (number, edit, wrong)
            shutil.rmtree(previous, ignore_errors=True)
            shutil.copytree(folder / "build", previous)
        count += 1
    return count


@pytest.mark.heavy
def test_a_build_with_a_memory_is_that_of_everything(tmp_path: Path) -> None:
    create_small_project(tmp_path / "small", "Small")
    assert same(tmp_path / "small", 3, 3) == 4


@pytest.mark.heavy
@pytest.mark.parametrize("seed", range(6))
def test_random_edits_give_the_same_build(small: Path, seed: int) -> None:
    assert same(small, 100 + seed, 12) == 13


def test_only_what_changed_is_made_again(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example is mapped again after an edit of it, the countries are not."""
    memory, mapped = BuildMemory(), list[str]()
    run, run_open = mapping._run, OpenMapping.run

    def counted(on: str, project: object, *how: object) -> object:
        mapped.extend(item.source.name for item in how if isinstance(item, SourcePlan))
        return run(on, project, *how)  # type: ignore[arg-type]

    def counted_open(self: OpenMapping, *how: object) -> None:
        mapped.append(next(iter(self._scans.values())).source.path.parent.name)
        run_open(self, *how)  # type: ignore[arg-type]

    monkeypatch.setattr(mapping, "_run", counted)
    monkeypatch.setattr(OpenMapping, "run", counted_open)
    settle(small)
    outcome(small, memory)
    assert sorted(set(mapped)) == ["countries", "example", "example-facts"]
    mapped.clear()
    outcome(small, memory)
    assert mapped == []
    path = next(source(small).glob("*.csv"))
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    settle(small)
    outcome(small, memory)
    assert set(mapped) == {"example"}


def test_only_a_table_that_changed_is_read_and_checked(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the workbook is written anew only for other findings or other tables."""
    memory, read, books = BuildMemory(), list[str](), list[int]()
    one, book = tables.table_of, workbook.workbook

    def counted(source: Source, table: Table, referred: frozenset[str]) -> pl.DataFrame:
        read.append(table.file)
        return one(source, table, referred)

    def noted(findings: list[Finding], *rest: object) -> bytes | None:
        books.append(len(findings))
        return book(findings, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(tables, "table_of", counted)
    monkeypatch.setattr(workbook, "workbook", noted)
    path = source(small) / "people.csv"
    path.write_text(path.read_text("utf-8").replace("Ada Example", "Ada  Example", 1), "utf-8")
    settle(small)
    outcome(small, memory)
    assert "people.csv" in read
    assert len(read) > 1
    read.clear()
    first = len(books)
    outcome(small, memory)
    assert (read, len(books)) == ([], first)
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    settle(small)
    outcome(small, memory)
    assert set(read) == {"people.csv"}


def test_a_plan_stays_while_only_rows_change(small: Path) -> None:
    """Of plain tables of facts a plan needs the headings alone."""
    memory, path = BuildMemory(), small / "data" / "sources" / "example-facts" / "acts.csv"
    text = path.read_text("utf-8")

    def plan() -> SourcePlan:
        settle(small)
        memory.begin()
        project = with_kinds(open_project(small))
        chosen = [item for item in project.sources if item.name == "example-facts"]
        return plans_of(project, chosen, memory)[0]

    settle(small)
    first = plan()
    path.write_text(text + text.splitlines()[-1] + "\n", "utf-8")
    assert plan() is first
    path.write_text(text.replace("Place", "place", 1), "utf-8")
    assert plan() is not first


@pytest.mark.heavy
def test_a_file_set_back_in_time_is_read_again(small: Path) -> None:
    """Size and date of a file can be those of before, its change is noted all the same."""
    memory, path = BuildMemory(), source(small) / "people.csv"
    settle(small)
    outcome(small, memory)
    state, text = path.stat(), path.read_text("utf-8")
    changed = text.replace("Ada Example", "Eve Example", 1)
    assert changed != text
    path.write_text(changed, "utf-8")
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    settle(small)
    made = outcome(small, memory)
    assert b"Eve" in bytes(made["graph.nq"])  # type: ignore[call-overload]


@pytest.mark.heavy
def test_a_memory_of_a_failed_build_is_none_of_a_part(small: Path) -> None:
    """An error, mended, costs no more than the edit: the rest is still remembered."""
    memory, path = BuildMemory(), source(small) / "source.toml"
    first, text = outcome(small, memory), path.read_text("utf-8")
    path.write_text(text + "\nnonsense", "utf-8")
    assert "error" in outcome(small, memory)
    path.write_text(text, "utf-8")
    settle(small)
    again = outcome(small, memory)
    assert again["graph.nq"] == first["graph.nq"]
