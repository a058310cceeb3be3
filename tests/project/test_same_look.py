"""Names that look the same and are not, as macOS writes accents: what is told of them, and where they are taken for one."""

from __future__ import annotations

from pathlib import Path
from unicodedata import normalize

import pytest

from hrdgraph.cli.app import run
from hrdgraph.nearest import hint_at, unify_look

EXAMPLE = "data/sources/example"
ALIKE = {"en": "one that looks the same is there", "fr": "il y en a un qui a la même apparence"}


def decomposed(text: str) -> str:
    return normalize("NFD", text)


def replaced(file: Path, *pairs: tuple[str, str]) -> None:
    text = file.read_text("utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    file.write_text(text, "utf-8")


def refused(
    project: Path, capsys: pytest.CaptureFixture[str], *options: str, language: str = "en"
) -> str:
    capsys.readouterr()
    assert run(["build", str(project), "--lang", language, *options]) == 1
    return capsys.readouterr().err


@pytest.mark.heavy
@pytest.mark.parametrize("heading", [decomposed("año"), "año ", "año\u00a0", "\u200baño"])
def test_a_heading_that_looks_the_same_is_told(
    heading: str, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    replaced(small / EXAMPLE / "people.csv", ("name", heading))
    replaced(small / EXAMPLE / "mapping.ttl", ('rml:reference "name"', 'rml:reference "año"'))
    replaced(small / EXAMPLE / "source.toml", ("\nname =", '\n"año" ='))
    assert ALIKE["fr"] in refused(small, capsys, language="fr")
    replaced(small / EXAMPLE / "source.toml", ('"año" =', f'"{heading}" ='))
    assert ALIKE["en"] in (said := refused(small, capsys))
    assert "<#person>" in said


def test_a_key_that_looks_the_same_is_told(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replaced(small / EXAMPLE / "source.toml", (', pattern = "[A-Za-z0-9_]+"', ""))
    replaced(small / EXAMPLE / "people.csv", ("Ada_Example", "José"))
    replaced(small / EXAMPLE / "conferrals.csv", ("Ada_Example", decomposed("José")))
    assert ALIKE["en"] in refused(small, capsys)


def test_a_file_whose_name_looks_the_same_is_told(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (small / EXAMPLE / "people.csv").rename(small / EXAMPLE / decomposed("années.csv"))
    for name in ("source.toml", "mapping.ttl"):
        replaced(small / EXAMPLE / name, ("people.csv", "années.csv"))
    assert ALIKE["en"] in refused(small, capsys)


@pytest.mark.heavy
@pytest.mark.parametrize("asked", ["défenseurs", decomposed("défenseurs")])
def test_a_source_is_found_in_either_form(asked: str, small: Path) -> None:
    (small / EXAMPLE).rename(small / "data/sources" / decomposed("défenseurs"))
    assert run(["build", str(small), "--only", asked, "--no-validate"]) == 0
    assert "<https://example.org/graph/défenseurs>" in (small / "build/graph.nq").read_text("utf-8")
    (small / "page.txt").write_text("words", "utf-8")
    assert (
        run(["pages", "snapshot", str(small / "page.txt"), "--source", asked, "-p", str(small)])
        == 0
    )


def test_what_is_seen_of_a_text() -> None:
    assert unify_look(f"\ufeff {decomposed('José')}\u00a0\u202eNandu\u00ad ") == "José Nandu"
    assert str(hint_at("año", ["mes", "ano"], "none")) == "did you mean 'ano'?"
    assert str(hint_at("año", [decomposed("año"), "ano"], "none")).startswith(ALIKE["en"])


@pytest.mark.heavy
def test_a_withdrawn_name_in_that_of_another_is_found_in_either_form(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = small / EXAMPLE / "people.csv"
    replaced(people, ("Ada Example", "José Ñandú"))
    with people.open("a", encoding="utf-8") as file:
        file.write(f"Zed,{decomposed('a friend of José Ñandú')},https://example.org/award/2023\n")

    def withdraw(*words: str) -> str:
        assert run(["withdraw", *words, "-p", str(small)]) == 0
        return capsys.readouterr().out

    def build() -> None:
        assert run(["build", str(small), "--no-validate"]) == 0
        capsys.readouterr()

    person = "https://example.org/id/person/example/"
    withdraw(f"{person}Ada_Example", "--reason", "x")
    build()
    assert "a friend of José Ñandú" in normalize("NFC", withdraw("--check"))
    withdraw("--undo", f"{person}Zed", "--reason", "somebody else")
    build()
    printed = withdraw("--check")
    assert "a name is still published elsewhere (a friend of jose nandu)" in printed
    assert "apart from the names listed above, what was withdrawn is no" in printed
