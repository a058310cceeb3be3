"""Help: in groups, in the language of the person, with the name that was likely meant; and what a shell completes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete

from hrdgraph.catalogue import has_sentence, phrase
from hrdgraph.cli.app import COMMANDS, SECTIONS, app, command_code, long_name, option_codes, run


def _list_commands() -> Iterator[tuple[str, click.Command]]:
    todo = [(name, app.get_command(click.Context(app), name)) for name in COMMANDS]
    while todo:
        name, command = todo.pop()
        assert command
        todo += [
            (f"{name} {inner}", one) for inner, one in getattr(command, "commands", {}).items()
        ]
        yield name, command


EVERY = list(_list_commands())
CODES = [command_code(name) for name, one in EVERY if not isinstance(one, click.Group)]
CODES += [f"help-group-{name}" for name in SECTIONS["groups"]]


@pytest.mark.parametrize("code", CODES)
def test_each_command_has_its_words_in_every_language(code: str) -> None:
    assert len({phrase(code, language) for language in ("en", "fr", "es")}) == 3


@pytest.mark.parametrize(
    ("name", "command"), EVERY, ids=lambda one: one if isinstance(one, str) else ""
)
def test_each_option_has_its_words_in_every_language(name: str, command: click.Command) -> None:
    for option in command.params:
        if isinstance(option, click.Option):
            codes = option_codes(name, long_name(option))
            code = next((code for code in codes if has_sentence(code)), None)
            assert code, codes
            assert phrase(code, "fr") != phrase(code, "en") != phrase(code, "es")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("\nStart:", "\nPublish:", "Usage: hrdgraph")),
        (
            "fr",
            (
                "\nCommencer :",
                "\nPublier :",
                "Usage : hrdgraph [OPTIONS] COMMANDE",
                "Construire le graphe",
                "Montrer ce texte",
            ),
        ),
        (
            "es",
            ("\nEmpezar:", "\nPublicar:", "Uso: hrdgraph [OPCIONES] ORDEN", "Construir el grafo"),
        ),
    ],
)
def test_help_is_in_groups_in_the_language_of_who_asks(
    language: str,
    words: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LC_ALL", f"{language}_XX.UTF-8")
    assert run(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(one in shown for one in words)
    assert all(f"\n  {name} " in shown for name in COMMANDS)


def test_help_of_a_command_is_in_the_language_of_who_asks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for language, words in (
        ("fr_FR.UTF-8", "Le dossier du site"),
        ("es_ES.UTF-8", "La carpeta del sitio"),
        ("C", "The folder of the site"),
    ):
        monkeypatch.setenv("LC_ALL", language)
        monkeypatch.setattr("sys.argv", ["hrdgraph", "site", "--help"])
        assert run(["site", "--help"]) == 0
        assert words in capsys.readouterr().out


def test_what_people_do_every_day_stands_at_the_top_and_the_rest_in_groups() -> None:
    top = "init import build upgrade workbench query explain validate map export serve site mcp release withdraw"
    groups = {name for name, one in EVERY if isinstance(one, click.Group)}
    assert set(COMMANDS) - groups == {*top.split()}
    assert groups == {"tables", "names", "pages", "mappings", "graphs"}


def test_a_group_lists_its_commands_in_whole_sentences(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert run(["graphs", "--help"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "Comparer deux graphes" in shown
    assert "..." not in shown.partition("Commandes")[2]


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (["biuld"], "build"),
        (["exlpain"], "explain"),
        (["query", "sources", "-f", "tabel"], "table"),
        (["export", "-f", "turtel"], "turtle"),
        (["query", "laureates-in-year", "-f", "turtel"], "turtle"),
        (["tables", "kinds", "awrd"], "award"),
        (["tables", "template", "awrd", "-o", "x.xlsx"], "award"),
    ],
)
def test_what_was_likely_meant_is_said(
    arguments: list[str], meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) in (1, 2)
    assert f"did you mean '{meant}'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "typed", "offered"),
    [
        (["query"], "laureates-in-y", "laureates-in-year"),
        (["explain"], "award/raf", "award/rafto-prize"),
        (["explain"], "awa", "award/"),
        (["export", "--format"], "nq", "nquads"),
        (["map", "-f"], "tu", "turtle"),
        (["build", "--only"], "award", "award-lists"),
        (["names"], "reco", "reconcile"),
    ],
)
def test_a_shell_completes_names(
    arguments: list[str], typed: str, offered: str, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(built)
    found = ShellComplete(app, {}, "hrdgraph", "_HRDGRAPH_COMPLETE").get_completions(
        arguments, typed
    )
    assert offered in [one.value for one in found]


def test_nothing_is_offered_where_there_is_no_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert (
        ShellComplete(app, {}, "hrdgraph", "_HRDGRAPH_COMPLETE").get_completions(["query"], "")
        == []
    )
