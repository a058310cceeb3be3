"""Words around answers: each in every language, with the same places to fill."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hrdgraph.catalogue import phrase
from hrdgraph.catalogue.words import headings, word
from hrdgraph.cli import build_command
from hrdgraph.cli.app import run


def test_what_has_no_translation_is_english() -> None:
    assert (word("class", "zz"), word("class", "es"), word("no such word", "fr")) == (
        "class",
        "clase",
        "no such word",
    )
    assert headings(["rule", "times"], "fr") == ["règle", "fois"]


def test_a_build_speaks_the_language_of_who_builds(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = small.rename(small.with_name("Mes données"))
    rows = folder / "data" / "sources" / "example" / "conferrals.csv"
    rows.write_text(rows.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    assert run(["build", str(folder), "--lang", "fr"]) == 3
    told = capsys.readouterr()
    assert "tous les énoncés, publiés et déduits" in told.out
    assert "sans copie à comparer (dossier absent" in told.out
    assert (
        "corrigez les lignes nommées ici et dans" in told.out
    )  # what is expected of a table is told in private only
    assert f"hrdgraph query --list -p '{folder}'" in told.out
    assert "… mise en graphe example" in told.err


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "0 findings 1 finding 1,000 findings"),
        ("fr", "0 constat 1 constat 1\N{NARROW NO-BREAK SPACE}000 constats"),
    ],
)
def test_one_thing_is_told_of_as_one(language: str, told: str) -> None:
    assert (
        " ".join(phrase("word-findings-n", language, count=count) for count in (0, 1, 1000)) == told
    )


def test_what_commands_did_is_told_in_the_language_of_who_asked(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    person = "https://example.org/id/person/example/Ada_Example"
    page = tmp_path / "page.txt"
    for file in (page, small / "page.txt"):
        file.write_text("conferred every year since 2020\n", "utf-8")
    expected = {
        ("init", str(tmp_path / "autre")): ("créé : ", "avec votre tableau, puis hrdgraph build"),
        ("pages", "cite", str(page), "since 2020"): (
            "pour le document : sha256",
            "prenez une copie de la page avec `hrdgraph pages snapshot`",
        ),
        ("pages", "snapshot", str(page), "--source", "example", "-p", str(small)): (
            "32 caractères",
            "page prise",
            "adresse",
        ),
        ("pages", "cite", str(small / "page.txt"), "since 2020"): (
            "pour le document : sha256",
            "son texte est parmi les copies de pages",
        ),
        ("withdraw", person, "--reason", "x", "-p", str(small)): (
            "retiré désormais",
            "ensuite :  hrdgraph build ; puis",
        ),
    }
    for command, texts in expected.items():
        capsys.readouterr()
        assert run([*command, "--lang", "fr"]) == 0
        printed = "".join(capsys.readouterr())
        assert [text for text in texts if text not in printed] == [], printed


@pytest.mark.heavy
def test_things_of_one_name_are_told_apart_in_the_language_of_who_asks(
    whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = whole / "data" / "sources" / "example" / "people.csv"
    people.write_text(people.read_text("utf-8").replace("Berta Example", "Ada Example"), "utf-8")
    assert run(["build", str(whole)]) == 0
    assert run(["explain", "Ada Example", "-p", str(whole), "--lang", "fr"]) == 1
    assert (
        "Ada Example (personne) <https://example.org/id/person/Ada_Example>"
        in capsys.readouterr().err
    )


@pytest.mark.heavy
def test_a_place_to_look_at_is_told_on_a_terminal_in_the_language_of_who_builds(
    whole: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build_command, "is_seen_by_builder_alone", lambda: True)
    people = whole / "data" / "sources" / "example" / "people.csv"
    people.write_text(people.read_text("utf-8").replace("Berta Example", "Berta Example "), "utf-8")
    assert run(["build", str(whole), "--lang", "fr"]) == 0
    assert "people.csv, ligne 3, colonne « name »" in (printed := capsys.readouterr().out)
    assert "avertissement  1 " in printed
    assert run(["validate", "-p", str(whole), "--lang", "es"]) == 0
    assert re.search(r"\d enunciados, 1 hallazgo\n", capsys.readouterr().out)


def test_a_difference_is_told_in_one_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = "<http://e.org/{}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://xmlns.com/foaf/0.1/Person> .\n"
    (tmp_path / "a.nt").write_text(line.format(0), "utf-8")
    (tmp_path / "b.nt").write_text("".join(map(line.format, range(1200))), "utf-8")
    assert (
        run(
            [
                "graphs",
                "diff",
                str(tmp_path / "a.nt"),
                str(tmp_path / "b.nt"),
                "--by",
                "class",
                "--lang",
                "fr",
            ]
        )
        == 0
    )
    said = capsys.readouterr().out
    assert [word in said for word in ("avant", "nouveaux", "énoncés ajoutés")] == [True] * 3
    assert said.count("1\N{NARROW NO-BREAK SPACE}199") == 4  # in the sentences, and in the table


@pytest.mark.heavy
def test_outcomes_are_told_in_the_language_of_who_asked(
    whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The withdrawal comes last: it leaves something behind in the build."""
    monkeypatch.setenv("LC_ALL", "fr_SN.UTF-8")
    here = ("-p", str(whole))
    assert run(["build", str(whole)]) == 0
    expected = {
        ("query", "sources", *here): "(2 lignes)",
        ("query", "names-of-thing", "-P", "thing=award/example-award", *here): "nom  ",
        ("query", "ASK {}", *here): "oui",
        (
            "graphs",
            "analyse",
            *here,
        ): "10 choses, 9 relations ; 2 composantes, dont la plus grande en a 6",
        (
            "explain",
            "person/Ada_Example",
            *here,
        ): "people.csv ligne 2 : name = Ada Example\n      par ",
        ("release", *here): "Première version.\nversion : ",
        ("site", str(whole), "--output", str(tmp_path / "site"), "--quiet"): " fichiers dans ",
        ("graphs", "stats", *here): "plan d'une activité",
        (
            "graphs",
            "stats",
            "--lang",
            "pt",
            *here,
        ): "note : « pt » n’est pas l’une de ces langues : en, fr, es",
        ("graphs", "diff", str(whole), str(whole), "--by", "class"): "énoncés ajoutés",
    }
    for command, text in expected.items():
        capsys.readouterr()
        assert run([*command]) == 0
        assert text in "".join(capsys.readouterr())
    assert (
        run(
            [
                "withdraw",
                "https://example.org/id/person/Ada_Example",
                "--reason",
                "x",
                *here,
            ]
        )
        == 0
    )
    assert run(["withdraw", "--check", *here]) == 3
    printed = capsys.readouterr().out
    assert " (ses colonnes) : " in printed
    assert all(
        text in printed
        for text in (
            "reste : ",
            " : un nom : Ada Example",
            "il en reste quelque chose : hrdgraph build ; ",
        )
    )


@pytest.mark.heavy
def test_a_project_that_has_one_language_tells_errors_in_it(
    whole: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = whole / "hrdgraph.toml"
    settings.write_text(
        settings.read_text("utf-8").replace('["en", "fr", "es"]', '["fr"]'), "utf-8"
    )
    assert run(["build", str(whole)]) == 0
    for system, expected in (
        ("C", "erreur : « "),
        ("en_US.UTF-8", "is not known here"),
        ("es_CO.UTF-8", "error: «"),
    ):
        monkeypatch.setenv("LC_ALL", system)
        assert run(["query", "nothing", "-p", str(whole)]) == 1
        assert expected in f"\n{capsys.readouterr().err}"
