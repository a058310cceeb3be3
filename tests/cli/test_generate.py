"""Commands follow from functions of the library: their options from the signature, their words from the catalogue."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

import hrdgraph.cli
from hrdgraph.cli.app import app, run


def _param(command: str, name: str) -> click.Parameter:
    made: click.Command | None = app
    for name_of_one in command.split():
        assert isinstance(made, click.Group)
        made = made.get_command(click.Context(made), name_of_one)
    assert made
    return next(param for param in made.params if param.name == name)


def test_an_annotation_says_what_an_option_takes() -> None:
    assert _param("tables date", "calendar").type.choices == ("gregorian", "hijri", "persian")  # type: ignore[attr-defined]
    assert _param("build", "only").multiple
    assert _param("workbench", "browser").opts == ["--no-browser"]
    assert _param("graphs bulk", "output").required
    assert isinstance(_param("graphs diff", "old"), click.Argument)


def test_no_english_of_help_stands_in_the_commands() -> None:
    folder = Path(str(hrdgraph.cli.__file__)).parent
    assert [file.name for file in folder.glob("*.py") if ' help="' in file.read_text("utf-8")] == []


def test_a_choice_of_the_library_is_refused_in_the_language_of_the_person(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert run(["tables", "date", "3/4/1362", "--calendar", "persan"]) == 2
    assert "persian" in capsys.readouterr().err
