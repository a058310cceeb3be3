"""Wrong calls are told with a code and a way out, in the language of the person."""

from __future__ import annotations

import json

import pytest

from hrdgraph.cli.app import run


@pytest.mark.parametrize(
    ("language", "fact", "hint"),
    [
        ("C", "error: No such option '--read-olny'.", "did you mean '--read-only'?"),
        (
            "fr_FR",
            "erreur : il n’y a pas d’option '--read-olny'.",
            "vouliez-vous dire '--read-only' ?",
        ),
        ("es_ES", "error: no existe la opción '--read-olny'.", "¿quiso decir '--read-only'?"),
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
        (["build", "--onyl", "x"], "option-unknown", "--onyl"),
        (["snapshot", "page.html"], "option-missing", "--source"),
        (["date"], "argument-missing", "TEXT"),
    ],
)
def test_programs_get_code_and_option(
    arguments: list[str], code: str, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*arguments, "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["code"], error["fields"]["option"]) == (code, option)


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
    assert run(["extract", "--help"]) == 0
    out = capsys.readouterr().out
    assert f"--bar {number}" in out
    assert f"--who {text}" in out
    assert "RANGE" not in out
