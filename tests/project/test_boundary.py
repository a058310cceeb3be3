"""A project folder of somebody else leads to no file outside of it, whoever reads or writes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.workbench.test_gate import Client

from hrdgraph.cli.app import app
from hrdgraph.errors import HrdgraphError, Problems
from hrdgraph.project import open_project
from hrdgraph.user_state import find_allowed_folders_file

SOURCE = "data/sources/example"
PRIVATE = "Nom,Adresse\nAïssata Traoré,12 rue Secrète\n"


def name_a_table_above(root: Path, outside: Path) -> None:
    path = root / SOURCE / "source.toml"
    text = path.read_text("utf-8").replace(
        'file = "people.csv"', 'file = "../../../../autre/privé.csv"'
    )
    path.write_text(text, "utf-8")
    assert (root / SOURCE / "../../../../autre/privé.csv").resolve() == outside / "privé.csv"


def name_a_mapping_above(root: Path, outside: Path) -> None:
    path = root / SOURCE / "source.toml"
    lines = [
        line for line in path.read_text("utf-8").splitlines() if not line.startswith("mapping")
    ]
    lines.insert(0, f'mapping = "{(outside / "m.ttl").as_posix()}"')
    path.write_text("\n".join(lines), "utf-8")


def name_snapshots_above(root: Path, _: Path) -> None:
    path = root / "hrdgraph.toml"
    path.write_text(path.read_text("utf-8").replace('"data/snapshots"', '"../autre"'), "utf-8")


def link(name: str, target: str = "") -> Callable[[Path, Path], None]:
    def make(root: Path, outside: Path) -> None:
        path = root / name
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        path.symlink_to(outside / target if target else outside)

    return make


WAYS = {
    "table": name_a_table_above,
    "mapping": name_a_mapping_above,
    "snapshots": name_snapshots_above,
    "linked table": link(f"{SOURCE}/people.csv", "privé.csv"),
    "linked source": link(SOURCE),
    "linked judgements": link("data/judgements.csv", "privé.csv"),
    "linked settings": link("hrdgraph.toml", "settings.toml"),
    "linked build": link("build"),
    "linked file of a build": link("build/graph.nq", "privé.csv"),
    "linked drafts": link(".workbench"),
    "linked releases": link("releases"),
    "linked ontology": link("ontology"),
}


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "autre"
    folder.mkdir()
    (folder / "privé.csv").write_text(PRIVATE, "utf-8")
    (folder / "settings.toml").write_text('title = "Autre"\n', "utf-8")
    (folder / "m.ttl").touch()
    return folder


@pytest.mark.parametrize("way", WAYS)
def test_no_project_that_leads_outside_is_opened(way: str, small: Path, outside: Path) -> None:
    (small / "build").mkdir()
    WAYS[way](small, outside)
    before = sorted((path.name, path.read_bytes()) for path in outside.iterdir())
    with pytest.raises(HrdgraphError) as caught:
        open_project(small)
    errors = caught.value.errors if isinstance(caught.value, Problems) else (caught.value,)
    assert {error.code for error in errors} == {"path-leaves-folder"}
    assert "allowed-folders.txt" in errors[0].text("en")
    with pytest.raises(HrdgraphError):
        Client(small, small.parent)
    assert sorted((path.name, path.read_bytes()) for path in outside.iterdir()) == before


COMMANDS = (
    ("build",), ("import", "NEW", "--yes"), ("export",), ("explain", "person/example/Ada_Example"), ("query", "all"),
    ("site", "--output", "OUT"), ("release",), ("serve", "--port", "0"), ("workbench", "--no-browser"), ("names", "reconcile"), ("graphs", "stats"),
)  # fmt: skip


def test_every_command_refuses_it_in_words(
    small: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_a_table_above(small, outside)
    new = small.parent / "neuf.csv"
    new.write_text("Nom,Pays\nJoão,Brasil\n", "utf-8")
    monkeypatch.chdir(small)
    files = sorted(small.rglob("*"))
    for command in COMMANDS:
        arguments = [{"NEW": str(new), "OUT": str(small.parent / "site")}.get(word, word) for word in command]  # fmt: skip
        result = CliRunner().invoke(app, arguments)
        assert isinstance(result.exception, HrdgraphError), (command, result.output)
        assert "sort du dossier" in result.exception.text("fr"), command
        assert "Secrète" not in result.output + result.exception.text("fr")
    assert sorted(small.rglob("*")) == files


def test_a_person_may_have_a_folder_on_another_disk(
    small: Path, outside: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    shutil.move(small / "data", outside / "données")
    (small / "data").symlink_to(outside / "données")
    with pytest.raises(HrdgraphError, match="leaves the folder"):
        open_project(small)
    find_allowed_folders_file().parent.mkdir(parents=True)
    find_allowed_folders_file().write_text(f"\nrelative\n{outside}{os.sep}\n", "utf-8-sig")
    assert open_project(small).sources


def test_links_within_a_project_are_fine(small: Path) -> None:
    (small / "data/alias.csv").symlink_to(small / SOURCE / "people.csv")
    (small / "data/loop").symlink_to("loop")
    (small / "data/nothing").symlink_to("nowhere")
    assert open_project(small).sources
