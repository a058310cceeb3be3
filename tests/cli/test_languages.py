"""What a command says of a broken project, in the language of the person; to machines in English."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hrdgraph.cli.app import run

TABLE = "data/sources/example/conferrals.csv"
DESCRIPTION = "data/sources/example/source.toml"
JUDGEMENTS = "data/judgements.csv"
AGAINST = (
    "left,right,judgement,who,when,why\nhttps://e.org/a,https://e.org/a,same,Ada,2024-01-01,x\n"
)


@pytest.fixture(params=["fr", "es"])
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The language of the system."""
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", {"fr": "fr_FR.UTF-8", "es": "es_ES.UTF-8"}[request.param])
    return str(request.param)


def _spoil(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (TABLE, "example-award", "exmple-award", {
            "fr": "ligne 2, colonne « award_key » : « exmple-award » n’est pas dans awards.csv:key\n  conseil : vouliez-vous dire « example-award » ?",
            "es": "fila 2, columna «award_key»: «exmple-award» no está en awards.csv:key\n  consejo: ¿quiso decir «example-award»?",
        }),
        (TABLE, "2023-12-10", "03/04/2011", {
            "fr": "n’est pas une date\n  conseil : ce peut être 2011-04-03 (jour d’abord) ou 2011-03-04 (mois d’abord) : regardez",
            "es": "no es una fecha\n  consejo: puede ser 2011-04-03 (primero el día) o 2011-03-04 (primero el mes): mire",
        }),
        (TABLE, "award_key,", "award-key,", {"fr": "vouliez-vous dire « award-key » ?", "es": "¿quiso decir «award-key»?"}),
        (DESCRIPTION, 'licence = "CC0-1.0"', "licence = “CC0-1.0”", {"fr": "guillemets droits", "es": "comillas rectas"}),
        ("data/known_findings.csv", "rule,focus,why", "rule;focus;why", {
            "fr": "ligne 1 : ses cellules sont séparées par ';', et non par des virgules\n  conseil : ", "es": "están separadas por ';', no por comas",
        }),
        (DESCRIPTION, "publisher", "publsher", {"fr": "« publsher » n’est pas connu ici", "es": "«publsher» no se conoce aquí"}),
        (DESCRIPTION, 'file = "people.csv"', 'file = "persons.csv"', {"fr": "il manque persons.csv", "es": "falta persons.csv"}),
        ("hrdgraph.toml", "format = 2", "format = 9", {"fr": "ce dossier a le format 9", "es": "esta carpeta tiene el formato 9"}),
        (JUDGEMENTS, "left,right,judgement,who,when,why\n", AGAINST, {"fr": "comparé à lui-même", "es": "consigo mismo"}),
    ],
)  # fmt: skip
def test_a_broken_project_is_told_in_the_language_of_who_builds(
    file: str,
    old: str,
    new: str,
    told: dict[str, str],
    small: Path,
    language: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _spoil(small / file, old, new)
    assert run(["build", str(small)]) == 1
    said = capsys.readouterr().err
    assert told[language] in said
    assert {"fr": "\n  conseil : ", "es": "\n  consejo: "}[language] in said
    assert "hint:" not in said


@pytest.mark.parametrize(
    ("command", "code", "told"),
    [
        (["query", "nobody", "-p", "."], 1, {"fr": "erreur : hrdgraph.toml : le fichier manque", "es": "error: hrdgraph.toml: falta el archivo"}),
        (["pages", "cite", "nowhere.txt", "words"], 1, {"fr": "aucun fichier ou dossier de ce nom", "es": "no existe el archivo o la carpeta"}),
        (["map", "nowhere.yml"], 1, {"fr": "ne peut pas être lu", "es": "no se puede leer"}),
        (["export", "--format", "gif"], 2, {"fr": "« gif » n’est pas connu ici", "es": "«gif» no se conoce aquí"}),
        (["pages", "cite"], 2, {"fr": "il manque FILE\n  conseil : voir hrdgraph pages cite --help", "es": "falta FILE"}),
        (["build", "--onyl"], 2, {"fr": "« --onyl » n’est pas connu ici", "es": "«--onyl» no se conoce aquí"}),
        (["bulid"], 2, {"fr": "« bulid » n’est pas connu ici", "es": "«bulid» no se conoce aquí"}),
        (["tables", "date", "45270"], 1, {
            "fr": "2023-12-10 (un nombre de jours de tableur, comptés à partir de 1900) ou 2027-12-11 (un nombre de jours de tableur, comptés",
            "es": "2023-12-10 (un número de días de hoja de cálculo, contados desde 1900) o 2027-12-11",
        }),
        (["tables", "date", "03/04/2011"], 1, {"fr": "2011-04-03 (jour d’abord)", "es": "2011-04-03 (primero el día)"}),
    ],
)  # fmt: skip
def test_what_is_asked_wrongly_is_told_in_the_language_of_who_asks(
    command: list[str],
    code: int,
    told: dict[str, str],
    language: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(command) == code
    assert told[language] in "".join(capsys.readouterr())


def test_a_mapping_is_told_of_with_its_place(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "people.csv").write_text("id,born\n1,yesterday\n", "utf-8")
    mapping = tmp_path / "m.yml"
    mapping.write_text(
        "prefixes: {ex: 'http://e.org/'}\n"
        "mappings:\n  a: {sources: [people.csv~csv], s: 'ex:$(id)', po: [[ex:born, $(birth), xsd:date]]}\n"
    )  # fmt: skip
    assert run(["map", str(mapping)]) == 1
    assert {
        "fr": "pas de colonne « birth » dans people.csv",
        "es": "no hay columna «birth» en people.csv",
    }[language] in capsys.readouterr().err
    _spoil(mapping, "birth", "born")
    assert run(["map", str(mapping)]) == 1
    made_by = {
        "fr": "« yesterday » n’est pas xsd:date (fait par ",
        "es": "«yesterday» no es xsd:date (hecho por ",
    }[language]
    assert made_by in (said := capsys.readouterr().err)
    assert {"fr": ", ligne 3, mappings/a", "es": ", línea 3, mappings/a"}[language] in said


@pytest.mark.heavy
def test_a_build_with_violations_is_refused_in_the_language_of_who_asks(
    small: Path, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = small / TABLE
    rows.write_text(rows.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    assert run(["build", str(small)]) == 3
    capsys.readouterr()
    assert run(["export", "-p", str(small), "--format", "nt"]) == 3
    said = capsys.readouterr().err
    assert said.startswith(
        {"fr": "erreur : rien n’est publié : ", "es": "error: nada queda publicado: "}[language]
    )
    assert {"fr": "\n  conseil : ", "es": "\n  consejo: "}[language] in said


def test_the_language_that_is_asked_for_comes_first(
    language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    other = {"fr": "es", "es": "fr"}[language]
    for asked in (["--lang", other], [f"--lang={other}"]):
        assert run(["build", "nowhere", *asked]) == 1
        assert {"fr": "el archivo", "es": "le fichier"}[language] in capsys.readouterr().err
    assert run(["build", "nowhere", "--lang", "en"]) == 1
    assert "the file is missing\n  hint: " in capsys.readouterr().err


def test_a_mistyped_question_is_told_before_anything_is_built(
    language: str, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["query", "laureates", "-p", str(small)]) == 1
    told = capsys.readouterr().err
    unknown, unbuilt = {
        "fr": ("vouliez-vous dire laureates", "lancez `hrdgraph build`"),
        "es": ("¿quiso decir laureates", "ejecute `hrdgraph build`"),
    }[language]
    assert told.index(unknown) < told.index(unbuilt)
    assert run(["query", "ASK {}", "-p", str(small)]) == 1
    assert unbuilt in capsys.readouterr().err


def test_machines_are_told_in_english(
    language: str, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["graphs", "stats", "-p", str(small), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["fact"] == "the graph has not been built", (
        language
    )
    assert run(["pages", "cite", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["fact"] == "FILE is missing"


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (
            "serve --port 99999",
            {
                "fr": "--port attend un nombre entier de 0 à 65535, non « 99999 »",
                "es": "--port espera un número entero de 0 a 65535, no «99999»",
            },
        ),
        (
            "serve --port 8o",
            {"fr": "attend un nombre entier", "es": "espera un número entero"},
        ),
        (
            "pages snapshot x --source y --retrieved 1/2/2020",
            {"fr": "un jour comme 2011-04-30", "es": "un día como 2011-04-30"},
        ),
        (
            "export -o a.ttl --format csv",
            {
                "fr": "un nom qui finit par .csv ou .zip",
                "es": "un nombre que termine en .csv o .zip",
            },
        ),
        (
            "names",
            {"fr": "Usage : hrdgraph names", "es": "Uso: hrdgraph names"},
        ),
    ],
)
def test_a_command_that_is_called_wrongly_is_told_of_in_one_language(
    language: str, command: str, told: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(command.split()) == 2
    printed = capsys.readouterr().err
    assert told[language] in printed
    assert "Invalid value" not in printed
    assert "erreur : Usage" not in printed
