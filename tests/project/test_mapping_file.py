"""A source's mapping is found under its usual names, in Turtle or in YARRRML, and never chosen between two."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hrdgraph.cli.app import run as hrdgraph
from hrdgraph.errors import HrdgraphError
from hrdgraph.mapping.execution.execute import GraphSink, run
from hrdgraph.mapping.language.reader import read_mapping
from hrdgraph.mapping.planning.bind import bind
from hrdgraph.project import open_project

YARRRML = Path(__file__).parent / "example.yml"
NAMED = 'mapping = "mapping.ttl"\n'


def folder_of(project: Path) -> Path:
    return project / "data" / "sources" / "example"


def unnamed(project: Path) -> Path:
    """The folder of the example, its description without the name of the mapping."""
    description = folder_of(project) / "source.toml"
    text = description.read_text("utf-8")
    assert NAMED in text
    description.write_text(text.replace(NAMED, ""), "utf-8")
    return folder_of(project)


def lines_of(mapping: Path) -> list[str]:
    sink = GraphSink()
    run(bind(read_mapping(mapping)), sink)
    return sink.graph().lines().to_list()


@pytest.mark.parametrize("name", ["mapping.ttl", "mapping.yml", "mapping.yaml"])
def test_found_by_its_name(small: Path, name: str) -> None:
    folder = unnamed(small)
    (folder / "mapping.ttl").replace(folder / name)
    assert open_project(small).source("example").mapping_file == folder / name


@pytest.mark.heavy
def test_yarrrml_says_the_same_as_rml_and_builds(
    whole: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = unnamed(whole)
    shutil.copy(YARRRML, folder / "mapping.yml")
    assert sorted(lines_of(folder / "mapping.yml")) == sorted(lines_of(folder / "mapping.ttl"))
    (folder / "mapping.ttl").unlink()
    monkeypatch.chdir(whole)
    assert hrdgraph(["build"]) == 0
    capsys.readouterr()
    assert hrdgraph(["explain", "person/Ada_Example"]) == 0
    assert "mapping.yml line 21" in capsys.readouterr().out


def test_two_mappings_are_an_error(small: Path) -> None:
    shutil.copy(YARRRML, folder_of(small) / "mapping.yml")
    with pytest.raises(HrdgraphError, match=r"mapping\.ttl, mapping\.yml cannot be used together"):
        open_project(small)


def test_a_name_that_is_not_the_one_there_is_an_error(small: Path) -> None:
    folder = folder_of(small)
    (folder / "mapping.ttl").rename(folder / "mapping.yml")
    with pytest.raises(HrdgraphError, match=r"mapping\.ttl is missing") as caught:
        open_project(small)
    assert caught.value.hint == 'write it like mapping = "mapping.yml"'


def test_no_mapping_is_an_error(small: Path) -> None:
    (unnamed(small) / "mapping.ttl").unlink()
    with pytest.raises(HrdgraphError, match=r"mapping\.ttl is missing"):
        open_project(small)
