"""`hrdgraph names judge` where something is withdrawn: a decision about names is one about what is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrdgraph.cli.app import run

ADA, BERTA = (f"https://example.org/id/person/example/{name}_Example" for name in ("Ada", "Berta"))
WAYS = {
    "en": "the next build will not publish it",
    "fr": "la prochaine construction ne le publiera pas",
}


def judged(project: Path, verdict: str, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    """What is said on standard error of a judgement about Ada and Berta."""
    capsys.readouterr()
    asked = [
        "names",
        "judge",
        ADA,
        verdict,
        BERTA,
        "--why",
        "x",
        "--who",
        "Inés",
        "-p",
        str(project),
        *options,
    ]
    assert run(asked) == 0
    return capsys.readouterr().err


@pytest.mark.sampled(1)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_who_becomes_one_with_what_is_withdrawn_is_told(
    small: Path, language: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", f"{language}_{language.upper()}.UTF-8")
    assert run(["withdraw", ADA, "--reason", "x", "-p", str(small)]) == 0
    assert f"{BERTA} " in (said := judged(small, "same", capsys))
    assert WAYS[language] in said
    assert ADA not in said


@pytest.mark.heavy
def test_who_is_parted_from_what_is_withdrawn_is_told(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = small / "data/judgements.csv"
    ledger.write_text(
        f"left,right,judgement,who,when,why\n{ADA},{BERTA},same,Inés,2024-05-31,x\n", "utf-8"
    )
    assert run(["withdraw", ADA, "--reason", "x", "-p", str(small)]) == 0
    withdrawn = small / "data/withdrawn.csv"
    rows = [
        line for line in withdrawn.read_text("utf-8").splitlines(keepends=True) if BERTA not in line
    ]
    withdrawn.write_text("".join(rows), "utf-8")  # a row for Berta herself would keep her down
    assert f"{BERTA} is no longer the same as something withdrawn" in judged(
        small, "open", capsys, "--replace"
    )
