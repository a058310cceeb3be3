"""No output of any command takes the place of what people wrote in a project, or goes into a folder that the next build replaces."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hrdgraph.cli.app import run
from hrdgraph.errors import OutputError
from hrdgraph.library.destination import check_place
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.project import open_project

SOURCE = "data/sources/example"
QUERY = ("query", "SELECT * WHERE { ?s ?p ?o } LIMIT 1", "--format", "csv", "-o")
MAP = ("map", f"{SOURCE}/mapping.ttl", "-o")
OPTIONS = [
    ("names", "reconcile", "-o", "data/judgements.csv"),
    (*QUERY, f"{SOURCE}/people.csv"),
    ("export", "--anyway", "-f", "ttl", "-o", "hrdgraph.toml"),
    ("export", "--anyway", "-f", "csv", "-o", "data/tables"),
    ("export", "--anyway", "-f", "gexf", "-o", "data/network.gexf"),
    ("validate", "--infer", "--inferred", "data/sources/example/mapping.ttl"),
    ("graphs", "diff", "build", "build", "--patch", "queries/README.md"),
    (*MAP, f"{SOURCE}/source.toml"),
    (
        "map",
        f"{SOURCE}/mapping.ttl",
        "--on-error",
        "skip",
        "-o",
        "out.nq",
        "--rejected",
        "queries/README.md",
    ),
    (*QUERY, "linked.csv"),
    (*QUERY, "elsewhere/pages/page.txt"),
    ("export", "--anyway", "-f", "csv", "-o", "elsewhere"),
]
FOLDERS = ["build/site", "build/private/site", "build", "build-restricted/site"]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built project with a table and pages outside of data/, and links and outputs in the way."""
    from tests.small_projects import create_small_project

    folder = tmp_path_factory.mktemp("places") / "project"
    create_small_project(folder, "Places")
    for name in (
        "data/network.gexf",
        "data/tables/claims.csv",
        "queries/README.md",
        "elsewhere/pages/page.txt",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("written by hand", encoding="utf-8")
    for file, old, new in (
        ("hrdgraph.toml", '"data/snapshots"', '"elsewhere/pages"'),
        (
            f"{SOURCE}/source.toml",
            "\n[[table]]",
            '\n[[table]]\nfile = "../../../elsewhere/table.csv"\n\n[[table]]',
        ),
    ):
        text = (folder / file).read_text("utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    (folder / "elsewhere" / "table.csv").write_text("key\na\n", encoding="utf-8")
    (folder / "linked.csv").symlink_to("data/judgements.csv")
    build(open_project(folder), BuildOptions(validate=False))
    return folder


def written(folder: Path) -> dict[Path, bytes]:
    return {
        path: path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "store" not in path.parts
    }


@pytest.mark.sampled(5)
@pytest.mark.parametrize("arguments", OPTIONS, ids=" ".join)
def test_what_people_wrote_is_not_overwritten(
    arguments: tuple[str, ...],
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(project)
    before = written(project)
    assert run(list(arguments)) == 1
    assert "would overwrite a part of the project" in capsys.readouterr().err
    assert written(project) == before


def test_capitals_make_no_other_place_where_the_disk_does_not_tell_them_apart(
    tmp_path: Path,
) -> None:
    (tmp_path / "hrdgraph.toml").write_text("format = 1\n", encoding="utf-8")
    if not (tmp_path / "HRDGRAPH.TOML").exists():  # on such a disk it is there
        os.link(tmp_path / "hrdgraph.toml", tmp_path / "HRDGRAPH.TOML")
    with pytest.raises(OutputError, match="a part of the project"):
        check_place(tmp_path / "HRDGRAPH.TOML")


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("arguments", [("site", ".", "--anyway", "--output"), ("release", "--anyway", "--output"), ("export", "--anyway", "-f", "nq", "-o")],
                         ids=lambda arguments: arguments[0])  # fmt: skip
def test_nothing_is_put_where_the_next_build_deletes_it(
    arguments: tuple[str, ...],
    folder: str,
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(project)
    assert run([*arguments, folder]) == 1
    assert "would overwrite a part of the project" in capsys.readouterr().err
    assert not (project / "build" / "site").exists()


def test_an_older_output_is_replaced_and_a_new_file_may_lie_anywhere(
    project: Path, tmp_path: Path
) -> None:
    for place in (
        project / "graph.ttl",
        project / "graph.ttl",
        project / "data" / "new.ttl",
        tmp_path / "data",
    ):
        command = ["export", "-p", str(project), "--anyway", "-o", str(place)]
        assert run([*command, *(() if place.suffix else ("-f", "nq"))]) == 0
        assert place.is_file()
