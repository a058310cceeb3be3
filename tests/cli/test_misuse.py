"""Wrong calls are told with a code and a way out, in the language of the person."""

from __future__ import annotations

import json

import click
import pytest

from hrdgraph.cli import option_values
from hrdgraph.cli.app import COMMANDS, app, run
from hrdgraph.cli.option_values import misuse_of

SAFE = {"text", "boolean"}  # any text will do


@pytest.mark.parametrize(
    ("language", "fact", "hint"),
    [
        ("C", "error: '--read-olny' is not known here", "did you mean '--read-only'?"),
        (
            "fr_FR",
            "erreur : « --read-olny » n’est pas connu ici",
            "vouliez-vous dire « --read-only » ?",
        ),
        ("es_ES", "error: «--read-olny» no se conoce aquí", "¿quiso decir «--read-only»?"),
    ],
)
def test_an_unknown_option_names_the_one_meant(
    language: str,
    fact: str,
    hint: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LC_ALL", language)
    assert run(["workbench", "--read-olny"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[0] == fact
    assert hint in err
    assert "Usage" not in err


@pytest.mark.parametrize(
    ("arguments", "code", "option"),
    [
        (["build", "--onyl", "x"], "not-known-here", "--onyl"),
        (["pages", "snapshot", "page.html"], "missing", "--source"),
        (["tables", "date"], "missing", "TEXT"),
    ],
)
def test_programs_get_code_and_option(
    arguments: list[str], code: str, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*arguments, "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["code"], *error["fields"].values()) == (code, option)


WRONG = [  # each a call, its code, and what is said in French
    (["build", "--jobss", "2"], "not-known-here", "« --jobss » n’est pas connu ici", "voir"),
    (["bild"], "not-known-here", "« bild » n’est pas connu ici", "« build »"),
    (["names", "juge"], "not-known-here", "« juge » n’est pas connu ici", "« judge »"),
    (["query", "x", "-f"], "option-without-value", "-f demande une valeur", "voir"),
    (["query", "x", "--json=3"], "option-takes-nothing", "--json ne prend pas", "voir"),
    (["tables", "template", "award"], "missing", "il manque --output", "voir"),
    (["names", "judge", "a"], "missing", "VERDICT", "not-same"),
    (["names", "judge", "a", "mabe", "b"], "option-takes-other", "VERDICT n’acc", "unsure"),
    (
        ["names", "review", "--kind", "persn"],
        "option-takes-other",
        "--kind n’accepte pas",
        "« person »",
    ),
    (
        ["tables", "date", "x", "--order", "dym"],
        "option-takes-other",
        "pas « dym »",
        "vouliez-vous dire",
    ),
    (["serve", "--port", "http"], "takes-not", "de 0 à 65535, non « http »", ""),
    (
        ["names", "reconcile", "--limit", "0"],
        "takes-not",
        "d’au moins 1, non « 0 »",
        "",
    ),
    (["query", "x", "--timeout", "0"], "takes-not", "supérieur à 0, non « 0 »", ""),
    (["query", "x", "--memory", "many"], "takes-not", "comme 512M ou 2G, non", "voir"),
    (
        ["pages", "snapshot", "x", "--source", "s", "--retrieved", "2013"],
        "takes-not",
        "comme 2011-04-30, non « 2013 »",
        "voir",
    ),
    (["import", "nofile.csv"], "option-path-missing", "fichier « nofile.csv »", "voir"),
    (["pages", "cite", "."], "file-is-folder", "« . » est un dossier", "voir"),
    (["build", "-p", __file__], "option-takes-folder", "--project attend un dossier", "voir"),
    (
        ["graphs", "diff", "a", "b", "c", "d"],
        "arguments-extra",
        "2 arguments de trop : c, d",
        "voir",
    ),
]


@pytest.mark.parametrize(("arguments", "code", "fact", "hint"), WRONG)
def test_wrong_calls_are_data_and_say_a_way_out(
    arguments: list[str],
    code: str,
    fact: str,
    hint: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR")
    assert run(arguments) == 2
    said = capsys.readouterr().err
    assert fact in said.splitlines()[0]
    assert hint in said.splitlines()[1]
    with click.Context(app, info_name="hrdgraph"), pytest.raises(Exception) as caught:  # noqa: PT011
        app.main(arguments, prog_name="hrdgraph", standalone_mode=False, obj=[])
    assert misuse_of(caught.value, arguments, "").code == code  # type: ignore[arg-type]


def test_no_command_takes_what_click_alone_can_refuse() -> None:
    """A type of click itself says what is wrong in an English sentence."""
    root = click.Context(app)
    commands = [app.get_command(root, name) for name in COMMANDS]
    for command in filter(None, commands):
        for one in (command, *getattr(command, "commands", {}).values()):
            own = [param for param in one.params if param.name != "help"]
            assert {
                type(param.type).__module__ for param in own if param.type.name not in SAFE
            } <= {option_values.__name__}, one.name


@pytest.mark.parametrize(
    ("language", "number", "text"),
    [("C", "NUMBER", "TEXT"), ("fr_FR", "NOMBRE", "TEXTE"), ("es_ES", "NÚMERO", "TEXTO")],
)
def test_help_says_what_an_option_takes(
    language: str,
    number: str,
    text: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LC_ALL", language)
    monkeypatch.setattr("sys.argv", ["hrdgraph", "extract", "--help"])
    assert run(["pages", "extract", "--help"]) == 0
    out = capsys.readouterr().out
    assert f"--bar {number}" in out
    assert f"--who {text}" in out
    assert "RANGE" not in out


def test_a_value_of_a_question_is_given_by_its_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["query", "laureates-in-year", "award=nobel"]) == 2
    assert "did you mean '-P award=nobel'?" in capsys.readouterr().err
