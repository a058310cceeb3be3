"""The build of the shipped project: the same bytes twice, no violation, nothing half-written, whatever happens to it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from hrdgraph.errors import OutputError, ProjectError
from hrdgraph.findings.model import mark_known, read_known
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.project import open_project
from hrdgraph.rdfio.columns import load_columns
from hrdgraph.shacl.shapes import read_shapes
from hrdgraph.shacl.validator import PySHACL
from hrdgraph.user_state import find_allowed_folders_file

QUICK = BuildOptions(validate=False)
OUTPUTS = (
    "graph.nq",
    "graph.trig",
    "graph.ttl",
    "graph.jsonld",
    "findings.json",
    "report.html",
    "manifest.json",
    "columns/terms.parquet",
    "columns/quads.parquet",
)


def digests(folder: Path) -> dict[str, bytes]:
    return {name: (folder / "build" / name).read_bytes() for name in OUTPUTS}


def test_same_input_gives_the_same_bytes(small: Path) -> None:
    build(open_project(small), QUICK)
    first = digests(small)
    build(open_project(small), QUICK)
    assert digests(small) == first


def test_a_source_that_says_far_less_than_before_is_told(small: Path) -> None:
    assert build(open_project(small), QUICK).counts["example"] > 0
    for name in ("people.csv", "conferrals.csv"):
        table = small / "data" / "sources" / "example" / name
        table.write_text("".join(table.read_text("utf-8").splitlines(keepends=True)[:2]), "utf-8")
    first, again = (build(open_project(small), replace(QUICK, only=("example",))) for _ in range(2))
    assert "example makes" in first.notes[-1]
    assert again.notes == ()


@pytest.mark.heavy
def test_the_shipped_project_gives_the_same_bytes_in_another_process(
    built: Path, tmp_path: Path
) -> None:
    from tests.conftest import _build

    other = tmp_path / "other"
    _build(other)
    for name in OUTPUTS:
        assert (other / "build" / name).read_bytes() == (built / "build" / name).read_bytes(), name


@pytest.mark.heavy
def test_pyshacl_finds_no_violation_that_is_not_known(built: Path) -> None:
    project = open_project(built)
    found = PySHACL().validate(load_columns(project.columns_dir), read_shapes(project))
    known = mark_known(
        found,
        [
            row
            for row in read_known(project.known_findings_file)
            if row.rule in {f.rule for f in found}
        ],
    )
    assert [
        finding for finding in known if finding.severity.value != "info" and not finding.known
    ] == []


def test_every_quad_is_in_a_named_graph_and_no_blank_node_is_minted(built: Path) -> None:
    graph = load_columns(built / "build" / "columns")
    assert "" not in graph.terms.to_list()
    assert not graph.terms.str.starts_with("_:").any()


def test_the_lines_are_sorted_and_distinct(built: Path) -> None:
    lines = (built / "build" / "graph.nq").read_bytes().splitlines()
    assert lines == sorted(set(lines))


def test_the_manifest_says_what_went_in_and_out(built: Path) -> None:
    manifest = json.loads((built / "build" / "manifest.json").read_text("utf-8"))
    assert manifest["quads"] == len((built / "build" / "graph.nq").read_bytes().splitlines())
    assert set(manifest["sources"]) == {
        "award-lists",
        "award-lists-2",
        "countries",
        "defender-pages",
        "kalyapin-page",
        "nobel-peace",
    }
    assert "ontology/core.ttl" in manifest["inputs"]
    assert not [name for name in manifest["inputs"] if name.startswith("data/")]
    assert set(manifest["outputs"]) == {
        "graph.nq",
        "graph.trig",
        "graph.ttl",
        "graph.jsonld",
        "findings.json",
        "report.html",
    }
    assert manifest["failed"] is False


@pytest.mark.usefixtures("page_at_hand")
def test_all_cited_words_are_where_the_rows_say(built: Path) -> None:
    manifest = json.loads((built / "build" / "manifest.json").read_text("utf-8"))
    assert manifest["evidence"]["unverifiable"] == 0
    assert manifest["evidence"]["verified"] == 51


@pytest.mark.heavy
def test_only_builds_some_sources(whole: Path) -> None:
    result = build(open_project(whole), BuildOptions(only=("countries",), validate=False))
    assert set(result.counts) == {"countries"}
    with pytest.raises(ProjectError, match="'countrys' is not known here"):
        build(open_project(whole), BuildOptions(only=("countrys",)))


@pytest.mark.heavy
def test_strict_fails_on_warnings(small: Path) -> None:
    with (small / "data" / "judgements.csv").open("a", encoding="utf-8") as file:
        file.write(
            "https://example.org/id/person/example/Nobody,https://example.org/id/person/example/Ada_Example,unsure,me,2026-01-01,guess\n"
        )
    assert not build(open_project(small), QUICK).failed
    result = build(open_project(small), BuildOptions(strict=True, validate=False))
    assert result.failed
    assert [finding.rule for finding in result.findings if finding.severity.value == "warning"] == [
        "judgement-of-nothing"
    ]


def test_a_failed_build_leaves_the_last_one_as_it_was(small_built: Path) -> None:
    small = small_built
    before = digests(small)
    (small / "data" / "sources" / "example" / "people.csv").write_text(
        "key,name\n", encoding="utf-8"
    )
    with pytest.raises(Exception, match="source_url"):
        build(open_project(small), QUICK)
    assert digests(small) == before
    assert not list(small.glob(".build-*"))


def run_build(folder: Path) -> subprocess.Popen[bytes]:
    code = "import sys; from hrdgraph.cli.app import run; sys.exit(run(sys.argv[1:]))"
    return subprocess.Popen(
        [sys.executable, "-c", code, "build", str(folder), "--no-validate"],
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


@pytest.mark.heavy
def test_a_killed_build_is_cleared_away_by_the_next(small: Path) -> None:
    process = run_build(small)
    end = time.monotonic() + 120  # a busy machine starts a process slowly
    while not list(small.glob(".build-*/store")) and process.poll() is None:
        assert time.monotonic() < end
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (small / "build").exists()
    assert list(small.glob(".build-*")), (
        "the build was killed before or after it worked: the test must catch it at work"
    )
    os.utime(next(small.glob(".build-*")), (0, 0))  # what was just made may not be locked yet
    build(open_project(small), QUICK)
    assert (small / "build" / "graph.nq").exists()
    assert not list(small.glob(".build-*"))


def test_a_build_killed_between_two_renames_is_put_back(small_built: Path) -> None:
    small = small_built
    (small / "build").rename(small / ".build-old")
    (small / "data" / "judgements.csv").write_text("left,right\n", encoding="utf-8")
    with pytest.raises(Exception, match="judgement"):
        build(open_project(small), QUICK)
    assert (small / "build" / "graph.nq").exists()
    assert not (small / ".build-old").exists()


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    "name", ["notes.txt", "graph.gexf", "site/index.html", "private/notes.txt", ".git/HEAD"]
)
def test_what_no_build_wrote_is_not_deleted(name: str, small_built: Path) -> None:
    small = small_built
    path = small / "build" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine", encoding="utf-8")
    before = digests(small)
    with pytest.raises(OutputError, match="no build wrote it") as caught:
        build(open_project(small), QUICK)
    assert path.name in caught.value.origin.file or path.parent.name in caught.value.origin.file
    assert path.read_text("utf-8") == "mine"
    assert digests(small) == before


@pytest.mark.heavy
def test_what_a_file_manager_leaves_is_no_matter(small: Path) -> None:
    (small / "build").mkdir()
    (small / "build" / ".DS_Store").touch()
    build(open_project(small), QUICK)
    assert (small / "build" / "manifest.json").is_file()


def test_a_file_in_the_place_of_the_build_is_an_error(small: Path) -> None:
    (small / "build").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="it is a file"):
        build(open_project(small), QUICK)
    assert (small / "build").read_text("utf-8") == "mine"


@pytest.mark.heavy
def test_a_link_to_another_disk_is_followed_and_stays(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = tmp_path / "disk"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    find_allowed_folders_file().parent.mkdir(parents=True)
    find_allowed_folders_file().write_text(str(disk), "utf-8")
    (disk / ".there-notes").mkdir(parents=True)  # of somebody else
    (small / "build").symlink_to(disk / "there")
    (small / ".build-old").symlink_to(disk / "there")  # as earlier versions left it
    for _ in range(2):
        build(open_project(small), QUICK)
    assert (small / "build").is_symlink()
    assert (disk / "there" / "graph.nq").is_file()
    assert sorted(path.name for path in disk.iterdir()) == [".there-notes", "there"]


def test_a_full_disk_is_one_message_and_leaves_nothing(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("hrdgraph.pipeline.stages.outputs.write_manifest", full)
    with pytest.raises(OutputError, match="No space left") as caught:
        build(open_project(small), QUICK)
    assert "free some space" in caught.value.hint
    assert not (small / "build").exists()
    assert not list(small.glob(".build-*"))


def test_an_unwritable_folder_is_one_message(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(
        Path, "mkdir", refused
    )  # the tests may run as root, whom no permission stops
    with pytest.raises(OutputError, match="Permission denied") as caught:
        build(open_project(small), QUICK)
    assert caught.value.origin.file == str(small / "build")
    assert "may write" in caught.value.hint
