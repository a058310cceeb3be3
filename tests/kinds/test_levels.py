"""Columns that say which rows are not for the public, as officers write them; in doubt a row is kept back."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.small_projects import create_bare_project, publish_without_source

from hrdgraph.cli.app import app
from hrdgraph.fact_kinds.cell_values import Codes, codes_of
from hrdgraph.fact_kinds.confidentiality import level_code
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.project import open_project

CODES: Codes = codes_of((Path(__file__).parents[2] / "ontology" / "vocabularies",), "visibility")
ACTS = "Victime;Fait;Date;{}\nAnaSecret Ruiz;menace;2020-01-02;{}\nRosa Paz;menace;2020-01-03;{}\n"
PEOPLE = "Nom;Profession;Pays;{}\nAnaSecret Ruiz;juge;Chili;{}\nRosa Paz;avocate;Chili;{}\n"


@pytest.mark.parametrize(
    ("heading", "text", "level"),
    [
        ("Confidentiel", "oui", "restricted"), ("¿Confidencial?", "No", "public"), ("Confidencial", "", ""),
        ("Diffusion", "non", "restricted"), ("Se puede publicar", "sí", "public"), ("À publier", "", "restricted"),
        ("Ne pas publier", "x", "restricted"), ("No publicar", "no", "public"), ("Diffusion", "interne", "restricted"),
        ("Diffusion", "ne pas diffuser", "restricted"), ("Visibilité", "retenu", "withheld"), ("Diffusion", "Publique", "public"),
        ("Confidentialité", "publique", "public"), ("Private", "yes", "restricted"), ("Diffusion", "confidentielle", "restricted"),
        ("Visibilité", "oui", None), ("Diffusion", "peut-être", None), ("Confidencial", "pendiente", None),
    ],
)  # fmt: skip
def test_cells_as_people_write_them(heading: str, text: str, level: str | None) -> None:
    if level is None:
        with pytest.raises(ValueError, match=text):
            level_code(text, heading, CODES)
    else:
        assert level_code(text, heading, CODES) == level


MARKED = [
    ("Confidentiel", "oui", "non"),
    ("Diffusion", "interne", "publique"),
    ("Publiable", "", "oui"),
    ("Cas confidentiel ?", "x", "non"),
    ("Diffusion", "peut-être", "oui"),
]


@pytest.mark.parametrize(
    "tables",
    [(ACTS, PEOPLE), pytest.param((PEOPLE, ACTS), marks=pytest.mark.heavy)],
    ids=["acts", "people"],
)
def test_a_row_that_is_not_public_is_in_nothing_that_is_published(
    tables: tuple[str, str], tmp_path: Path
) -> None:
    root = tmp_path / "project"
    create_bare_project(root, "Trial", "fr")
    for number, (heading, secret, public) in enumerate(MARKED):
        file = tmp_path / f"cas-{number}.csv"
        text = tables[number % 2].format(heading, secret, public)
        file.write_text(text.replace("Rosa Paz", f"Rosa Paz{number}"), "utf-8")
        arguments = ["import", str(file), "-p", str(root), "--yes", "--public", "--lang", "fr"]
        result = CliRunner().invoke(app, arguments, catch_exceptions=False, standalone_mode=False)
        is_understood = (
            secret != "peut-être"
        )  # else nothing of the table is public before an answer
        closed = f"tout ce tableau est réservé à nous seuls : « {heading} »"
        kept_back = f"selon « {heading} » : 1 ligne\n" if is_understood else closed
        assert kept_back in result.output
    publish_without_source(root)
    build(open_project(root), BuildOptions(on_error="row"))
    public_files = [path for path in (root / "build").rglob("*") if "private" not in path.parts]
    texts = [path.read_bytes() for path in public_files if path.is_file()]
    assert not [text for text in texts if b"AnaSecret" in text]
    for number, (_, secret, _) in enumerate(MARKED):
        is_understood = (
            secret != "peut-être"
        )  # else nothing of the table is public before an answer
        assert any(f"Rosa Paz{number}".encode() in text for text in texts) == is_understood


CONSENT = """Organisation,Ort,darf genannt werden?
Kulturverein Grünspan,Wien,ja
Frauenhaus Mürzzuschlag,Wien,"nein, will nicht genannt werden"
Асоціація «Світло»,Wien,NEIN
Verein Ölzeug,Wien,
Initiative Žižkov,Wien,ja (mündlich)
"""
PRIVATE_HERE = ["Mürzzuschlag", "Світло", "Ölzeug", "Žižkov", "Þórshöfn"]


def read_public_texts(root: Path) -> str:
    files = [path for path in (root / "build").rglob("*.*") if {"private", "store"}.isdisjoint(path.parts)]  # fmt: skip
    return "\n".join(path.read_bytes().decode("utf-8", "replace") for path in files if path.is_file())  # fmt: skip


@pytest.fixture(scope="module")
def consent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("consent")
    file, root = folder / "vereine.csv", folder / "project"
    create_bare_project(root, "Trial", "de")
    file.write_text(CONSENT, "utf-8")
    (folder / "said.toml").write_text(
        '["vereine.csv"]\nkind = "organisation"\n'
        '["vereine.csv".columns."darf genannt werden?"]\nprivate = ["NEIN"]\n',
        "utf-8",
    )
    run_command("import", str(file), "-p", str(root), "--answers", str(folder / "said.toml"), "--yes", "--public")  # fmt: skip
    return root


def run_command(*arguments: str) -> str:
    result = CliRunner().invoke(app, [*arguments, "--lang", "en"], catch_exceptions=False, standalone_mode=False)  # fmt: skip
    assert result.exit_code == 0, result.output
    return result.output


def test_where_a_column_marks_private_rows_only_what_was_said_is_public(
    consent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hrdgraph.cli.build_command.is_seen_by_builder_alone", lambda: True)
    table = consent / "data/sources/vereine/vereine.csv"
    with table.open("a", encoding="utf-8") as file:
        file.write("Fjelagið Þórshöfn,Wien,vielleicht später\n")
    printed = run_command("build", str(consent))
    assert "Only we see 4 rows" in printed
    for text in ("'nein, will nicht genannt werden' (1)", "'(empty)' (1)", "'vielleicht später' (1)", "'ja (mündlich)' (1)"):  # fmt: skip
        assert text in printed, printed
    public = read_public_texts(consent)
    assert "Grünspan" in public
    assert not [name for name in PRIVATE_HERE if name in public]


def test_texts_that_were_left_over_are_not_in_a_log_or_a_public_file(
    consent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hrdgraph.cli.build_command.is_seen_by_builder_alone", lambda: False)
    assert "nein, will" not in run_command("build", str(consent))
    assert "nein, will" not in read_public_texts(consent)
