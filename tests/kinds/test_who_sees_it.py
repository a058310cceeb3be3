"""Nothing is published by an import itself: who sees what is decided by column, and in doubt only we do."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from tests.small_projects import add_countries, create_bare_project, publish_without_source

import hrdgraph
from hrdgraph.cli.app import app
from hrdgraph.cli.import_command import Chosen
from hrdgraph.errors import HrdgraphError
from hrdgraph.fact_kinds.confidentiality import (
    cells_with_private_data,
    private_data_in,
    private_data_of,
    private_topic,
    row_marks,
    says_private,
)
from hrdgraph.fact_kinds.guess import guess_columns
from hrdgraph.pipeline import build
from hrdgraph.pipeline.importing.name_suggestions import several_names
from hrdgraph.pipeline.importing.propose import TableProposer
from hrdgraph.pipeline.importing.questions import answer
from hrdgraph.pipeline.importing.table_proposal import TableProposal, audience_of, why_restricted
from hrdgraph.project import open_project
from hrdgraph.workbench_app.tasks.named import proposal_view, with_audience

PEOPLE = ["Nom", "Profession", "Pays"]
FATOU = ["Fatoumata Diallo-Bâ", "avocate", "Guinée"]
IGOR = ["Игорь Каляпин", "journaliste", "Russie"]
LAUREATES = [
    ["Year", "Laureate", "Country", "Award", "Motivation", "Link"],
    ["2003", "Shirin Ebadi شیرین عبادی", "Iran", "Nobel Peace Prize", "for democracy", "https://www.nobelprize.org/prizes/peace/2003/ebadi/facts/"],
    ["2021", "Дмитрий Муратов", "Russia", "Nobel Peace Prize", "for freedom of expression", "https://www.nobelprize.org/prizes/peace/2021/muratov/facts/"],
]  # fmt: skip
COURT = [
    ["Accused", "DOB", "Charge", "Court", "Date of verdict", "Verdict", "Notes", "Phone", "Pays"],
    ["Nguyễn Ngọc Như Quỳnh", "1979-08-18", "propaganda", "Khánh Hòa", "2017-06-29", "guilty", "hides at 7 Lê Lợi street", "+84 912 345 678", "Vietnam"],
    ["José Ángel Flores", "1951-02-03", "land occupation", "Tocoa", "2016-05-04", "acquitted", "his son was followed", "+504 9912-3456", "Honduras"],
]  # fmt: skip


@pytest.fixture(scope="module")
def project_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    create_bare_project(tmp_path_factory.mktemp("who") / "project", "Registre", "fr")
    return tmp_path_factory.getbasetemp() / "who0" / "project"


@pytest.fixture(scope="module")
def proposer(project_root: Path) -> TableProposer:
    return TableProposer(open_project(project_root), "fr")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    create_bare_project(tmp_path / "project", "Registre", "en")
    return tmp_path / "project"


def write_csv(path: Path, *rows: list[str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def run(root: Path, *arguments: str, typed: str | None = None) -> tuple[int, str]:
    given = ["import", "-p", str(root), "--lang", "en", *arguments]
    result = CliRunner().invoke(
        app, given, input=typed, catch_exceptions=False, standalone_mode=False
    )
    return int(result.return_value or 0), result.output


def published(root: Path) -> str:
    """All that a build publishes."""
    build(open_project(root))
    files = [path for path in (root / "build").rglob("*") if path.is_file()]
    texts = [path.read_bytes() for path in files if "private" not in path.parts]
    return b"\n".join(texts).decode("utf-8", "replace")


def propose(proposer: TableProposer, path: Path) -> TableProposal:
    return proposer.of(path)[0][0]


WAYS = [
    ("Confidential", "yes"), ("Confidential?", "x"), ("Confidential (Y/N)", "Y"), ("Can be published?", "no"),
    ("OK to publish", "N"), ("Publish", "not yet"), ("Public", "no"), ("Consent", "no"), ("Consent given", "0"),
    ("Consent to share", "withdrawn"), ("Anonymous", "yes"), ("Anonymise", "✓"), ("Keep anonymous", "1"),
    ("TLP", "TLP:RED"), ("TLP", "amber"), ("TLP level", "red"), ("Sharing", "do not share"), ("Sharing", "internal only"),
    ("Access", "staff only"), ("Level", "restricted"), ("Sensitivity", "high"), ("Flag", "🔴"), ("Color", "red"),
    ("Status", "off the record"), ("Remarks", "Please do not publish her name"), ("Protected", "yes"), ("Embargo", "2027"),
    ("Confidentiel", "oui"), ("Niveau de confidentialité", "3"), ("Diffusion", "interne"), ("Diffusion", "à anonymiser"),
    ("Diffusion", "pas avant accord"), ("À publier", "non"), ("Public o/n", "n"), ("Anonymat", "oui"), ("Consentement", "refusé"),
    ("Accord de la victime", "non"), ("Remarques", "ne pas diffuser, elle se cache"), ("Commentaire", "à garder confidentiel"),
    ("Visibilidad", "solo equipo"), ("Nivel de reserva", "reservado"), ("Reserva", "sí"), ("¿Se puede difundir?", "no"),
    ("Consentimiento informado", "no"), ("Anónimo", "sí"), ("Observaciones", "no difundir"), ("Clasificación", "reservada"),
    ("Sigilo", "sim"), ("Pode divulgar?", "não"), ("Consentimento", "não"), ("Vertraulich", "ja"), ("Freigabe", "nein"),
    ("Einwilligung", "liegt nicht vor"), ("Конфиденциально", "да"), ("Публиковать", "нет"), ("Согласие", "нет"),
    ("Аноним", "да"), ("سري", "نعم"), ("موافقة", "لا"), ("قابل للنشر", "لا"), ("", "confidentiel"), ("X", "x"), ("C", "1"),
]  # fmt: skip


@pytest.mark.parametrize(("heading", "secret"), WAYS)
def test_no_way_to_write_confidential_publishes_the_row(
    heading: str, secret: str, proposer: TableProposer, tmp_path: Path
) -> None:
    cells = {
        "x": "",
        "✓": "",
        "1": "0",
        "0": "1",
        "🔴": "🟢",
        "red": "green",
        "TLP:RED": "TLP:CLEAR",
    }
    table = [[*PEOPLE, heading], [*FATOU, secret], [*IGOR, cells.get(secret, "")]]
    proposal = propose(proposer, write_csv(tmp_path / "liste.csv", *table))
    assert why_restricted(proposal) or 1 in proposal.hidden


@pytest.mark.parametrize("heading", ["Consent of family", "Accord de la famille", "Consentimiento de la familia", "Согласие семьи", "Family consents to publication"])  # fmt: skip
def test_a_consent_of_a_family_beside_another_level_is_asked_about(
    heading: str, proposer: TableProposer, tmp_path: Path
) -> None:
    table = [[*PEOPLE, "TLP", heading], [*FATOU, "TLP:RED", "yes"], [*IGOR, "TLP:CLEAR", "no"]]
    proposal = propose(proposer, write_csv(tmp_path / "liste.csv", *table))
    assert why_restricted(proposal)
    assert heading in [marks.heading for marks in proposal.row_marks]


@pytest.mark.parametrize(
    "heading",
    [
        "Twitter",
        "Rang",
        "Prix",
        "Langue maternelle",
        "Dernière nouvelle",
        "Éditeur",
        "Published by",
        "Confidential phone of family",
    ],
)
def test_an_ordinary_column_closes_no_table(
    heading: str, proposer: TableProposer, tmp_path: Path
) -> None:
    table = [[*PEOPLE, heading], [*FATOU, "Le Lynx"], [*IGOR, "Новая газета"]]
    assert not why_restricted(propose(proposer, write_csv(tmp_path / "liste.csv", *table)))


@pytest.mark.parametrize("place", ["file", "sheet", "title", "remark", "cover"])
def test_a_title_that_says_confidential_counts_for_all_rows(
    place: str, proposer: TableProposer, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Confidentiel" if place == "sheet" else "Liste"
    if place == "title":
        sheet.append(["Document à usage interne – ne pas diffuser"])
        sheet.append([])
    for row in (PEOPLE, FATOU, IGOR):
        sheet.append(row)
    if place == "remark":
        sheet.append(["STRICTLY CONFIDENTIAL"])
    if place == "cover":
        book.create_sheet("Lisez-moi").append(["TLP:AMBER"])
    path = tmp_path / f"{'liste confidentielle' if place == 'file' else 'liste'}.xlsx"
    book.save(path)
    reasons = [code for code, _ in why_restricted(propose(proposer, path))]
    assert reasons == ["who-title-private"]


ASKED_NOT_TO = ["family asked not to publish", "demande de ne pas publier", "pide no publicar", "família pediu para não publicar", "do not publish", "no publicar (sí/no)", "ne pas diffuser", "withhold name", "opted out", "no consent", "Sans accord", "se opone a la publicación", "Refus de publier", "n’autorise pas la diffusion", "sem consentimento"]  # fmt: skip
SIGN_UNSURE = ["consent to share without name", "no objection to publishing", "not asked for consent", "Public / privé", "autorise à ne pas publier", "Publicar si no se opone", "not confidential"]  # fmt: skip


@pytest.mark.parametrize("heading", ASKED_NOT_TO)
def test_yes_below_a_heading_that_denies_keeps_the_row_back(
    heading: str, proposer: TableProposer, tmp_path: Path
) -> None:
    rows = [[*FATOU, "YES"], [*IGOR, "no"], ["José Ángel Flores", "juge", "Honduras", ""]]
    proposal = propose(proposer, write_csv(tmp_path / "liste.csv", [*PEOPLE, heading], *rows))
    assert why_restricted(proposal) or proposal.hidden == (1,)
    said = answer(proposal, proposer, {"columns": {heading: {"means": "visibility"}}})
    assert said.hidden == (1,)


@pytest.mark.parametrize("heading", SIGN_UNSURE)
def test_where_the_sign_is_not_sure_the_cells_are_asked_about(
    heading: str, proposer: TableProposer, tmp_path: Path
) -> None:
    rows = [[*FATOU, "yes"], [*IGOR, "no"]]
    proposal = propose(proposer, write_csv(tmp_path / "liste.csv", [*PEOPLE, heading], *rows))
    said = answer(proposal, proposer, {"columns": {heading: {"means": "visibility"}}})
    for one in (proposal, said):
        assert [marks.heading for marks in one.row_marks] == [heading]
        assert why_restricted(one)


PROTECTED = ["testimonio protegido", "testigo protegido", "témoin protégé", "vítima protegida", "bajo protección", "sous protection", "anonyme", "identidad reservada", "Témoin", "Víctima", "Situación"]  # fmt: skip


@pytest.mark.parametrize("heading", PROTECTED)
def test_a_flag_is_asked_about_whatever_its_heading_is_taken_for(
    heading: str, proposer: TableProposer, tmp_path: Path
) -> None:
    rows = [[*FATOU, "SI"], [*IGOR, "no"], ["José Ángel Flores", "juge", "Honduras", "no"]]
    proposal = propose(proposer, write_csv(tmp_path / "liste.csv", [*PEOPLE, heading], *rows))
    assert heading in [one.heading for one in proposal.row_marks] or proposal.hidden == (1,)
    said = answer(proposal, proposer, {"columns": {heading: {"private": ["sí"]}}})
    assert dict(said.said_of_rows)[heading] == {"SI": "restricted", "no": "public"}
    assert heading not in [marks.heading for marks in said.row_marks]


def test_an_answer_of_private_values_is_obeyed_for_any_column(
    proposer: TableProposer, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "liste.csv", PEOPLE, FATOU, IGOR)
    said = {"columns": {"Profession": {"private": ["Avocate"]}}}
    found = answer(propose(proposer, path), proposer, said)
    assert found.said_of_rows == (("Profession", {"avocate": "restricted"}),)


def test_the_form_of_the_workbench_lets_out_only_cells_that_it_shows(
    proposer: TableProposer, tmp_path: Path
) -> None:
    consent = ["NON", "oui", *(f"oui, sauf photo {number}" for number in range(60))]
    rows = [[f"Ñandú Lima {at}", "juge", "Chili", cell] for at, cell in enumerate(consent)]
    path = write_csv(tmp_path / "liste.csv", [*PEOPLE, "Consentement"], *rows)
    proposal = propose(proposer, path)
    view = proposal_view(proposal, proposal, proposer, "fr", {})
    [(heading, shown)] = view["row_marks"]
    form = {"marks_said": [heading], "private": [f"{heading}\tNON"]}
    ((_, said),) = with_audience(proposal, proposer, form).said_of_rows
    assert said["NON"] == "restricted"
    assert {cell for cell, level in said.items() if level == "public"} == {*shown} - {"NON"}
    assert len(shown) < len(consent)
    ticked = with_audience(proposal, proposer, {"marks_said": [heading]})
    assert not ticked.said_of_rows  # the column has nothing to do with it


@pytest.mark.parametrize("cell", ["1", "0", "non"])
def test_what_is_the_same_in_all_rows_holds_no_table_back(
    cell: str, proposer: TableProposer, tmp_path: Path
) -> None:
    table = [[*PEOPLE, "Témoin", "Lot"], [*FATOU, cell, cell], [*IGOR, cell, cell]]
    assert not why_restricted(propose(proposer, write_csv(tmp_path / "liste.csv", *table)))


BIRTH = ["DOB", "D.O.B.", "Born", "Birth date", "né le", "Né(e) le", "Date de naissance", "nacido", "Fecha de nacimiento", "F. nac.", "data de nascimento", "Geburtsdatum", "дата рождения", "تاريخ الميلاد", "تاريخ الولادة"]  # fmt: skip


@pytest.mark.parametrize("heading", BIRTH)
def test_a_birth_is_the_date_of_nothing_else(heading: str, proposer: TableProposer) -> None:
    assert private_topic(heading) == "birth"
    columns = {
        "Victim": ["Fatoumata Diallo-Bâ"],
        "Accused": ["Fatoumata Diallo-Bâ"],
        "What was done": ["detention"],
        "Award": ["Prix Martin Ennals"],
        "Laureate": ["Fatoumata Diallo-Bâ"],
        "Year": ["2020"],
        heading: ["1981-05-02"],
    }
    from hrdgraph.fact_kinds.guess import ColumnShares

    for kind in proposer.kinds.values():
        guess = guess_columns(kind, columns, ColumnShares(proposer.cells))
        read = {item.column for item in guess.meanings if item.heading == heading} if guess else {}
        assert set(read) <= {"birth"}, kind.name


@pytest.mark.parametrize(
    ("heading", "topic"),
    [
        ("Téléphone de la famille", "contact"), ("WhatsApp", "contact"), ("Dirección actual", "address"), ("Anschrift", "address"),
        ("Lieu de refuge", "address"), ("عنوان", "address"), ("État de santé", "health"), ("Diagnóstico", "health"),
        ("Nombre de la madre", "family"), ("Conjoint(e)", "family"), ("Saisi par", "typist"), ("Entrevistador/a", "typist"),
        ("Témoin", "private-source"), ("N° de passeport", "identity-number"), ("Cédula", "identity-number"), ("Религия", "beliefs"),
        ("Описание", "free-text"), ("Récit des faits", "free-text"), ("Country", ""), ("Nom de famille", ""), ("Award", ""),
    ],
)  # fmt: skip
def test_headings_of_private_life(heading: str, topic: str) -> None:
    assert private_topic(heading) == topic


@pytest.mark.parametrize(
    ("cell", "held"),
    [
        ("joignable au +243 812 345 678", "holds-phone"), ("06 12 34 56 78", "holds-phone"), ("tél. 77 123 45 67", "holds-phone"),
        ("a.diallo@example.org", "holds-email"), ("12 bis rue de la République", "holds-street"), ("Calle 45 # 12-30", "holds-street"),
        ("-1.67409, 29.22845", "holds-coordinates"), ("DNI 45.678.901", "holds-identity-number"), ("123.456.789-09", "holds-identity-number"),
        ("née le 3 mai 1981", "holds-birth-date"), ("born in 1975", "holds-birth-date"),
        ("-1.67409\n", "holds-coordinates"), ("tel \N{COMBINING ACUTE ACCENT}771234567", "holds-phone"),
        ("née:1984", "holds-birth-date"), ("geb.5/1984", "holds-birth-date"), ("AB-2019", ""),
        ("2021-03-04", ""), ("04/03/2021", ""), ("2019, 2020 et 2021", ""), ("Case No. 123/2020", ""), ("Prix 2020", ""), ("1 200 personnes", ""),
    ],
)  # fmt: skip
def test_cells_of_private_life(cell: str, held: str) -> None:
    assert private_data_in([cell])[:1] == [held] * bool(held)
    assert [*cells_with_private_data(["Lima", cell])] == [cell] * bool(held)


@given(st.lists(st.text("12890-./ +@°'abéзАءtelcnipassportborn\n", max_size=40), max_size=5))
def test_private_data_of_a_column_is_that_of_its_cells(cells: list[str]) -> None:
    assert set(private_data_in(cells)) == {
        held for cell in cells for held in private_data_in([cell])
    }
    assert [*cells_with_private_data(cells)] == [*filter(private_data_of, dict.fromkeys(cells))]


def test_a_court_case_shows_by_column_who_will_see_it(
    proposer: TableProposer, tmp_path: Path
) -> None:
    proposal = propose(proposer, write_csv(tmp_path / "proces.csv", *COURT))
    kind = proposer.kinds[proposal.guess.kind]
    found = {item.heading: item for item in audience_of(proposal, kind)}
    assert {
        name: one.seen_by for name, one in found.items() if one.seen_by != "public"
    } == dict.fromkeys(("DOB", "Notes", "Phone", "Pays"), "withheld")
    assert found["DOB"].reason == "who-birth"
    assert found["Accused"].column == "accused"
    assert found["Court"].examples == ("Khánh Hòa", "Tocoa")


DETAINED = [
    ["Accused", "Court", "Place of detention"],
    ["Nguyễn Ngọc Như Quỳnh", "Khánh Hòa", "trại giam số 5"],
]
PAPERS = [
    ["Document", "Title", "Archive reference", "Held by"],
    ["entretien-12", "Entretien à Goma", "A-2021-12", "Archives de Goma"],
]
OPENED = "hrd:place hrd:livingVisibility <https://w3id.org/hrdgraph/vocabulary/visibility/public> ."


@pytest.mark.parametrize(
    ("rows", "heading", "decision", "who"),
    [
        (DETAINED, "Place of detention", "", "withheld"),
        (DETAINED, "Place of detention", OPENED, "public"),
        (DETAINED, "Court", "", "public"),
        (PAPERS, "Held by", "", "withheld"),
    ],
)
def test_table_dry_run_and_workbench_say_alike_what_the_ontology_withholds(
    rows: list[list[str]], heading: str, decision: str, who: str, root: Path, tmp_path: Path
) -> None:
    (root / "local").mkdir(exist_ok=True)
    prefix = "@prefix hrd: <https://w3id.org/hrdgraph/ontology#> .\n"
    (root / "local/terms.ttl").write_text(prefix + decision, "utf-8")
    file = write_csv(tmp_path / "liste.csv", *rows)
    _, output = run(root, str(file), "--dry-run")
    word = {"withheld": "only us", "public": "everybody"}[who]
    assert word in next(line for line in output.splitlines() if line.startswith(heading))
    _, output = run(root, str(file), "--dry-run", "--json")
    [table] = json.loads(output)["tables"]
    assert who in [one["seen_by"] for one in table["who_will_see_it"] if one["heading"] == heading]
    proposer = TableProposer(open_project(root), "en")
    (proposal, *_), _ = proposer.of(file)
    columns = proposal_view(proposal, proposal, proposer, "en", {})["columns"]
    shown = [one["seen_by"] or "withheld" for one in columns if one["heading"] == heading]
    assert who in shown


def test_a_private_text_that_is_no_code_hides_no_other_words(root: Path) -> None:
    rows = [
        ["Nom", "Genre", "Commune", "Fonction"],
        ["Fatoumata Diallo-Bâ", "transgenre", "Boké", "maire"],
        ["Игорь Каляпин", "homme", "Нижний Новгород", "юрист"],
    ]
    said = """kind = "person"
[table.columns]
note = { noted = ["Commune", "Fonction"] }
[table.values.gender]
"transgenre" = "other"
"""
    _, _, text = built(root, rows, said)
    assert "Commune: Boké" in text
    assert "transgenre" not in text
    given = {"include": "restricted", "who": "Zoé", "reason": "essai"}
    everything = hrdgraph.build(root, **given).graph()
    [row] = everything.query("SELECT ?note WHERE { ?p hrd:note ?note }")
    assert str(row["note"]) == "transgenre"


SEVERAL = [
    ("ABBAS Yvonne, Clémence [épouse DEBELS Yvonne]", False), ("SIMON Marcel, André Émile, alias Alfred", False),
    ("BRAUSCH Gabrielle, Jeanne Marie, dite Gaby", False), ("Ndèye Fatou Sarr, José Lima Araújo", True),
    ("HÉRISSON Louis, LE PEN Marcel", True), ("Ndèye Fatou Sarr / José Lima", True),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "is_warned"), SEVERAL)
def test_more_given_names_of_one_person_are_not_several_people(
    cell: str, is_warned: bool, proposer: TableProposer, tmp_path: Path
) -> None:
    rows = [["Nom", "Profession", "Pays"], [cell, "avocate", "Guinée"]]
    proposal = propose(proposer, write_csv(tmp_path / "liste.csv", *rows))
    several = several_names(proposal, proposer.kinds["person"], {})
    assert bool(several) == is_warned


def test_an_import_leaves_the_source_to_us_and_the_build_says_how_to_publish_it(
    root: Path, tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "laureates.csv", *LAUREATES)
    code, output = run(root, str(file), "--yes")
    assert code == 0, output
    assert "only us: nothing of the source 'laureates' is published" in output
    text = published(root)
    assert "Муратов" not in text
    assert "nobelprize.org/prizes" not in text
    result = CliRunner().invoke(app, ["build", str(root), "--lang", "es"], standalone_mode=False)
    assert "solo nosotros: no se publica nada de 1 fuente" in result.output
    assert 'visibility = "restricted"' in result.output
    # once somebody has confirmed it with the command that is named, it is public
    own = root / "data/sources/laureates/laureates.csv"
    run(root, str(own), "--name", "laureates", "--yes", "--public")
    text = published(root)
    for word in ("Муратов", "شیرین عبادی", "for freedom of expression", "/2003/ebadi/facts/"):
        assert word in text


@pytest.mark.heavy
def test_a_build_counts_the_documents_that_are_no_web_page(root: Path) -> None:
    rows = [
        ["Document", "Titre", "Adresse web"],
        ["a-1", "Récit de Goma", ""],
        ["a-2", "انتخابات", ""],
    ]
    rows.append(["a-3", "Rapport", "https://example.org/rapport"])
    _, output, text = built(root, rows, 'kind = "document"')
    assert (
        "Everybody may see 1 of 3 rows of liste.csv; only we see 2 without a web address" in output
    )
    assert "Récit de Goma" not in text
    said = 'kind = "document"\n[table.columns]\nvisibility.value = "public"'
    for file in (root / "data/sources/liste").iterdir():
        file.unlink()
    (root / "data/sources/liste").rmdir()
    _, output, text = built(root, rows, said)
    assert "only we see" not in output
    assert "Récit de Goma" in text


def test_a_log_names_a_public_source_with_a_table_of_ours(root: Path) -> None:
    _, output, _ = built(root, CASES, 'kind = "proceeding"\nvisibility = "restricted"')
    assert "nothing of 1 table in the source 'liste' is published" in output


def test_only_what_is_sure_is_published(root: Path, tmp_path: Path) -> None:
    file, answers = write_csv(tmp_path / "proces.csv", *COURT), tmp_path / "said.toml"
    run(root, str(file), "--yes", "--public")
    publish_without_source(root)
    assert "Nguyễn Ngọc Như Quỳnh" not in published(root)  # a remark may forbid it
    answers.write_text('["proces.csv".columns.Notes]\nprivate = []', "utf-8")
    run(root, str(file), "--yes", "--public", "--answers", str(answers))
    publish_without_source(root)
    text = published(root)
    assert "Nguyễn Ngọc Như Quỳnh" in text
    for secret in ("1979-08-18", "Lê Lợi", "912 345", "his son"):
        assert secret not in text


KILLED = [
    ["Journalist", "Date", "Source", "Consent"],
    ["Ndèye Fatou Sarr", "2016-05-04", "https://presse.example/1", "yes"],
    ["Zbigniew Świątek", "2015-02-03", "https://presse.example/2", "yes"],
    ["Ñusta Quispe Mamani", "2014-11-30", "https://presse.example/3", "no"],
]
LETTERS = [
    ["Journalist", "Date", "Action", "Source", "Circulation"],
    ["Ndèye Fatou Sarr", "2017-03-01", "statement", "https://bureau.example/1", "staff only"],
    ["Zbigniew Świątek", "2017-04-02", "statement", "https://bureau.example/2", "public"],
    ["Ñusta Quispe Mamani", "2017-05-03", "statement", "https://bureau.example/3", "public"],
]


SAID_OF_KILLED: dict[str, Any] = {
    "kind": "act", "what": "killing", "means": {"Journalist": "victim"},
    "columns": {"Consent": {"private": ["no"], "public": ["yes"]}},
}  # fmt: skip
SAID_OF_LETTERS: dict[str, Any] = {
    "kind": "intervention", "what": {"intervener": "Bureau"},
    "means": {"Journalist": "on_behalf_of", "Action": "intervention_type"},
    "columns": {"Circulation": {"private": ["staff only"], "public": ["public"]}},
}  # fmt: skip


def write_book(path: Path, sheets: dict[str, list[list[str]]], hidden: int = 0) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if hidden:
            sheet.row_dimensions[hidden].hidden = True
    book.save(path)
    return path


@pytest.mark.parametrize(
    "keeps_back", ["", pytest.param("restricted", marks=pytest.mark.heavy), "row"]
)
def test_a_private_row_keeps_back_its_people_or_itself_alone(
    root: Path, tmp_path: Path, keeps_back: str
) -> None:
    file = write_book(tmp_path / "bureau.xlsx", {"Killed": KILLED, "Follow-up": LETTERS})
    letters = SAID_OF_LETTERS | ({"marked_rows": keeps_back} if keeps_back else {})
    answers = {f"{file.name}#Killed": SAID_OF_KILLED, f"{file.name}#Follow-up": letters}
    done = hrdgraph.import_tables(file, answers=answers, dry_run=True, project=root, lang="en")
    asked = [one for one in done.questions if "marked_rows" in one["asks"]]
    assert [one["choices"] for one in asked] == ([] if keeps_back else [["restricted", "row"]])
    (tmp_path / "a.json").write_text(json.dumps(answers), "utf-8")
    code, output = run(root, str(file), "--yes", "--public", "--answers", str(tmp_path / "a.json"))
    assert code == 0, output
    text = published(root)
    assert "Zbigniew Świątek" in text
    assert "Quispe" not in text  # who refused stays away, from the letters too
    assert ("Ndèye Fatou Sarr" in text) == (keeps_back == "row")
    assert "bureau.example/1" not in text


def test_an_import_says_which_answers_of_an_earlier_one_still_hold(
    root: Path, tmp_path: Path
) -> None:
    file = write_book(tmp_path / "bureau.xlsx", {"Killed": KILLED, "Follow-up": LETTERS})
    names = [f"{file.name}#Killed", f"{file.name}#Follow-up"]
    letters = {**SAID_OF_LETTERS, "marked_rows": "row"}
    less = {key: SAID_OF_LETTERS[key] for key in ("kind", "what", "means")}
    outputs = []
    for said in (letters, less, letters):
        (tmp_path / "a.json").write_text(
            json.dumps(dict(zip(names, (SAID_OF_KILLED, said), strict=True))), "utf-8"
        )
        code, output = run(root, str(file), "--yes", "--answers", str(tmp_path / "a.json"))
        assert code == 0, output
        outputs.append([one for one in output.splitlines() if one.startswith("answered before")])
    assert [len(one) for one in outputs] == [0, 1, 0]
    assert "bureau.xlsx#Follow-up: Circulation" in outputs[1][0]
    assert "bureau.xlsx#Follow-up: marked_rows" in outputs[1][0]
    assert "Killed" not in outputs[1][0]
    written = (root / "data/sources/bureau/source.toml").read_text("utf-8")
    assert 'hides = "row"' in written


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    ("name", "other"),
    [("Fahmi Abdullah Ahmed", "Фахми Абдуллах Ахмед"), ("Игорь Каляпин", "Igor Kalyapin"),
     ("فهمي عبد الله أحمد", "Fahmi Abdullah Ahmed"), ("José Jair Cortés", "Джосе Джаир Кортес")],
)  # fmt: skip
def test_a_person_is_kept_back_in_other_scripts_of_the_source(
    root: Path, tmp_path: Path, name: str, other: str
) -> None:
    killed = [[name if "Ñusta" in one[0] else one[0], *one[1:]] for one in KILLED]
    letters = [[other if "Ñusta" in one[0] else one[0], *one[1:]] for one in LETTERS]
    file = write_book(tmp_path / "bureau.xlsx", {"Killed": killed, "Follow-up": letters})
    answers = {f"{file.name}#Killed": SAID_OF_KILLED, f"{file.name}#Follow-up": SAID_OF_LETTERS}
    (tmp_path / "a.json").write_text(json.dumps(answers), "utf-8")
    code, output = run(root, str(file), "--yes", "--public", "--answers", str(tmp_path / "a.json"))
    assert code == 0, output
    text = published(root)
    assert "Zbigniew Świątek" in text
    assert name not in text
    assert other not in text
    told = (root / "build/private/report.html").read_text("utf-8")
    assert other in told  # whoever builds learns why a row is missing


@pytest.mark.parametrize(
    "answer", ["restricted", "row", pytest.param("public", marks=pytest.mark.heavy)]
)
def test_only_the_hidden_row_is_kept_back(root: Path, tmp_path: Path, answer: str) -> None:
    again = [*KILLED, ["Ndèye Fatou Sarr", "2013-01-01", "https://presse.example/4", "yes"]]
    rows = [
        [one[0], one[1], "killing" if at < 4 else "arrest", one[2]] for at, one in enumerate(again)
    ]
    rows[0][2] = "Type"
    file = write_book(tmp_path / "liste.xlsx", {"Liste": rows}, hidden=2)
    said = {file.name: {"kind": "act", "means": {"Journalist": "victim"}, "marked_rows": answer}}
    (tmp_path / "a.json").write_text(json.dumps(said), "utf-8")
    code, output = run(root, str(file), "--yes", "--public", "--answers", str(tmp_path / "a.json"))
    assert code == 0, output
    text = published(root)
    assert "Zbigniew Świątek" in text
    assert ("presse.example/1" in text) == (answer == "public")
    assert ("Ndèye Fatou Sarr" in text) == (answer != "restricted")


@pytest.mark.parametrize(
    ("kind", "heading", "ids", "apart"),
    [
        ("role", "uuid", ["e91b-6c", "b891-e5", "d22d-ce"], True),
        ("role", "id", ["1", "2", "3"], False),  # the rows are numbered
        ("role", "member id", ["7", "7", "7"], False),
        ("act", "person id", ["P-4", "P-9", "P-4"], True),
        ("act", "Case ID", ["2016-1", "2017-5", "2017-6"], False),  # of the rows, perhaps
    ],
)
def test_different_ids_keep_namesakes_apart(
    root: Path, tmp_path: Path, kind: str, heading: str, ids: list[str], apart: bool
) -> None:
    parties = ["déi gréng", "DP", "DP"]
    rows = [[one, "Ñusta Lévêque-Ødegård", party] for one, party in zip(ids, parties, strict=True)]
    others = [["x-1", "Ana Ruiz", "DP"], ["x-2", "Игорь Каляпин", "CSV"]]
    others = [
        [str(at + 8) if ids[0].isdigit() else one[0], *one[1:]] for at, one in enumerate(others)
    ]
    what = "Party" if kind == "role" else "Place"
    file = write_csv(tmp_path / "liste.csv", [heading, "Name", what], *rows, *others)
    names = {"role": {"Name": "member", "Party": "organisation"}, "act": {"Name": "victim"}}
    codes = {"role": {"role_code": "member"}, "act": {"type": "arrest"}}
    said = {file.name: {"kind": kind, "means": names[kind], "what": codes[kind]}}
    done = hrdgraph.import_tables(file, answers=said, dry_run=True, project=root, lang="en")
    assert [one.heading for one in done.proposals[0].namesakes] == [heading] * apart
    asked = [one for one in done.questions if one["asks"] == ["together"]]
    assert len(asked) == apart


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Chosen, "asks", property(lambda self: not self.yes))


def test_the_level_of_a_row_is_published_with_the_row(root: Path, tmp_path: Path) -> None:
    rows = [["Name", "Country", "Visibility"], ["Ana Ruiz", "CL", "public"]]
    file = write_csv(tmp_path / "levels.csv", *rows, ["Rut Paz", "CL", "restricted"])
    run(root, str(file), "--yes", "--public")
    assert "withheld" not in (root / "data/sources/levels/source.toml").read_text("utf-8")


@pytest.mark.usefixtures("answering")
def test_one_table_is_shown_and_asked_about_once(root: Path, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "laureates.csv", *LAUREATES)
    typed = "Motivation=nobody\nMotivation = only us\nCountry=not read\nyes\n"
    _, output = run(root, str(file), typed=typed)
    for word in ("who will see it", "everybody", "Дмитрий Муратов", "Only us: Motivation"):
        assert word in output
    said = (root / "data/sources/laureates/source.toml").read_text("utf-8")
    assert 'visibility = "public"' in said
    assert 'withheld = ["Motivation"]\nignore = ["Country"]' in said


@pytest.mark.usefixtures("answering")
def test_a_person_says_which_cells_mean_that_a_row_is_private(root: Path, tmp_path: Path) -> None:
    rows = [
        [*PEOPLE, "Accord"],
        [*FATOU, "oui"],
        [*IGOR, "refusé"],
        ["Ana Ruiz", "juge", "Chili", "oui"],
    ]
    file = write_csv(tmp_path / "liste.csv", *rows)
    code, output = run(root, str(file), typed="oui\nrefusé, \nyes\n")
    assert code == 0, output
    assert "the opposite of what this cell says" in output  # and it asks again
    assert "everybody: 2 rows with oui below 'Accord'" in output
    assert "only us: 1 row with refusé below 'Accord'" in output
    said = (root / "data/sources/liste/source.toml").read_text("utf-8")
    assert '[table.rows."Accord"]\n"oui" = "public"\n"refusé" = "restricted"\n' in said
    own = root / "data/sources/liste/liste.csv"
    write_csv(
        own, *rows, ["Новый Иванов", "juge", "Chili", "à voir"]
    )  # a cell nobody was asked about
    text = published(root)
    assert "Fatoumata Diallo" in text
    assert "Каляпин" not in text
    assert "Новый Иванов" not in text


CONSENT = [
    [*PEOPLE, "Diffusion"], [*FATOU, "oui"], [*IGOR, "non"],
    ["María Ñáñez de la Peña", "juge", "Chili", "à demander"], ["Ødegård, Åse", "juge", "Norvège", ""],
]  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "yes", "no"),
    [("Diffusion", "oui", "non"), ("Consentement", "oui", "non"), ("¿Se puede publicar?", "sí", "no"),
     ("Consent given", "yes", "no - family objects"), ("Droit à l'anonymat", "non", "oui")],
)  # fmt: skip
def test_no_likely_answer_publishes_who_refused(
    tmp_path: Path, proposer: TableProposer, heading: str, yes: str, no: str
) -> None:
    below = {"oui": yes, "non": no, "Diffusion": heading}
    rows = [[*row[:3], below.get(row[3], row[3])] for row in CONSENT]
    (proposal, *_), _ = proposer.of(write_csv(tmp_path / "liste.csv", *rows))
    place = [one.heading for one in proposal.row_marks].index(heading)
    ticks = {"marks_said": [heading], "private": [f"{heading}\t{yes}"]}
    swapped = with_audience(proposal, proposer, ticks)
    assert place == 0
    assert why_restricted(swapped)[-1][0] in ("who-marks-opposite", "who-kind-in-doubt")
    assert swapped.row_marks == proposal.row_marks
    assert not swapped.said_of_rows
    for forgotten in (no, "à demander"):  # one of the cells is forgotten, and stays with us
        ticks = {"marks_said": [heading], "private": [f"{heading}\t{forgotten}"]}
        said = dict(with_audience(proposal, proposer, ticks).said_of_rows)[heading]
        assert [cell for cell, level in said.items() if level == "public"] in ([yes], [yes, ""])


def test_an_answer_is_read_back_and_an_opposite_one_refused(root: Path, tmp_path: Path) -> None:
    file, answers = write_csv(tmp_path / "liste.csv", *CONSENT), tmp_path / "answers.json"
    for wrong in ({"private": ["oui"]}, {"private": ["à demander"], "public": ["oui", "non"]}):
        answers.write_text(json.dumps({"liste.csv": {"columns": {"Diffusion": wrong}}}), "utf-8")
        with pytest.raises(HrdgraphError, match=r"(?s)Diffusion.*opposite"):
            run(root, str(file), "--yes", "--public", "--answers", str(answers))
    right = {"columns": {"Diffusion": {"private": ["non", "à demander"]}}}
    answers.write_text(json.dumps({"liste.csv": right}), "utf-8")
    _, output = run(root, str(file), "--yes", "--public", "--answers", str(answers))
    assert "everybody: 1 row with oui below 'Diffusion'" in output
    assert "only us: 3 rows with non, à demander, (empty) below 'Diffusion'" in output
    assert "it says who may see each row" in output
    text = published(root)
    assert "Fatoumata Diallo" in text
    assert not any(name in text for name in ("Каляпин", "Ñáñez", "Ødegård"))


@pytest.mark.usefixtures("answering")
def test_columns_of_yes_and_no_are_one_question(root: Path, tmp_path: Path) -> None:
    flags = [f"Question {number}" for number in range(6)]
    rows = [[*FATOU, "yes", "no", "1", "0", "x", "✓"], [*IGOR, "no", "no", "0", "0", "", ""]]
    file = write_csv(tmp_path / "liste.csv", [*PEOPLE, *flags], *rows)
    _, output = run(root, str(file), typed="n\nnone\nnone\nyes\n")
    assert output.count("say who may see a row?") == 1
    said = (root / "data/sources/liste/source.toml").read_text("utf-8")
    assert said.count("visibility") == 1
    assert all(f'"{flag}"' in said for flag in flags)


def test_machines_and_scripts_are_told_the_same(root: Path, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "proces.csv", *COURT)
    told = json.loads(run(root, str(file), "--dry-run", "--json")[1])
    assert told["visibility"] == "restricted"
    [table] = told["tables"]
    seen = {one["heading"]: one["seen_by"] for one in table["who_will_see_it"]}
    assert (seen["Court"], seen["Phone"]) == ("public", "withheld")
    hrdgraph.import_tables(file, project=root, lang="en", publish={"Court": "withheld"})
    said = (root / "data/sources/proces/source.toml").read_text("utf-8")
    assert 'visibility = "public"' in said
    assert 'withheld = ["DOB", "Court", "Notes", "Phone", "Pays"]' in said


def test_public_alone_publishes_nothing(root: Path, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="--public is only used together with --yes"):
        run(root, str(write_csv(tmp_path / "laureates.csv", *LAUREATES)), "--public")


def source(folder: Path, settings: str) -> None:
    folder.mkdir(parents=True)
    write_csv(folder / "liste.csv", [*PEOPLE, "Accord"], [*FATOU, "non"], [*IGOR, "oui"])
    head = 'title = "Liste"\npublisher = "Nous"\nlicence = "not stated"\nlanguage = "fr"\n'
    table = f'[[table]]\nfile = "liste.csv"\nkind = "person"\n{settings}\n'
    (folder / "source.toml").write_text(head + table, "utf-8")


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    ("settings", "is_refused"),
    [
        ('withheld = ["Acord"]', True), ('restricted = ["Acord"]', True), ('rows.Acord = { non = "restricted" }', True),
        ('withheld = ["Accord"]', False), ('rows.Accord = { non = "private" }', True),
        ('withheld = ["Accord"]\nfields.Accord = { required = true }', True),
    ],
)  # fmt: skip
def test_a_setting_that_would_protect_nothing_is_refused(
    settings: str, is_refused: bool, root: Path
) -> None:
    source(root / "data/sources/liste", settings)
    check: Callable[[], Any] = lambda: build(open_project(root))  # noqa: E731
    if is_refused:
        with pytest.raises(HrdgraphError, match=r"Acord|Accord|private"):
            check()
    else:
        check()
        assert "Fatoumata Diallo" in (root / "build/graph.nq").read_text(
            "utf-8"
        )  # as it was public before


SOURCED = [
    ["Nom", "Profession", "Pays", "Statut", "url"],
    ["Fatoumata Diallo-Bâ", "avocate", "au large", "à jour", "https://example.org/carnet/7"],
    ["Игорь Каляпин", "journaliste", "en exil", "démissionnaire", "https://example.org/carnet/8"],
]
CASES = [
    ["Plaintiff", "Accused", "Court", "As of", "Status", "url"],
    ["Nguyễn Ngọc Như Quỳnh", "José Ángel Flores", "Khánh Hòa", "2017-06-29", "pending?", "https://example.org/dossier/3"],
]  # fmt: skip


def built(root: Path, rows: list[list[str]], settings: str) -> tuple[int, str, str]:
    """Build one public table: the exit code, what is said, and what is published."""
    folder = root / "data/sources/liste"
    folder.mkdir(parents=True)
    write_csv(folder / "liste.csv", *rows)
    head = 'title = "Liste"\npublisher = "Nous"\nlicence = "not stated"\nlanguage = "en"\n'
    table = f'[[table]]\nfile = "liste.csv"\n{settings}\n'
    (folder / "source.toml").write_text(head + table, "utf-8")
    result = CliRunner().invoke(
        app, ["build", str(root), "--lang", "en", "--no-validate"], catch_exceptions=False,
        standalone_mode=False,
    )  # fmt: skip
    graph = root / "build/graph.nq"
    text = graph.read_text("utf-8") if graph.exists() else ""
    return int(result.return_value or 0), result.output, text


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    "said",
    [
        'withheld = ["Pays", "url"]',
        'withheld = ["Pays", "url"]\ncolumns.document = "url"',
        'ignore = ["Pays"]\nwithheld = ["url"]\ncolumns.country = "Pays"',
    ],
)
def test_what_nobody_may_see_is_not_read_and_hides_nothing_else(said: str, root: Path) -> None:
    add_countries(root)
    code, output, text = built(root, SOURCED, f'kind = "person"\n{said}')
    assert code == 0, output
    assert "Fatoumata Diallo-Bâ" in text
    assert "avocate" in text
    assert "carnet" not in text
    assert "only us" not in output


def test_a_withheld_heading_still_says_who_may_see_a_row(root: Path) -> None:
    rows = [[*PEOPLE, "Diffusion"], [*FATOU, "non"], [*IGOR, "oui"]]
    _, _, text = built(root, rows, 'kind = "person"\nwithheld = ["Diffusion", "Nom"]')
    assert "Fatoumata" not in text
    said = 'kind = "person"\nwithheld = ["Diffusion"]\ncolumns.visibility = "Diffusion"'
    for file in (root / "data/sources/liste").iterdir():
        file.unlink()
    (root / "data/sources/liste").rmdir()
    _, _, text = built(root, rows, f'{said}\nignore = ["Diffusion"]')
    assert "Игорь Каляпин" in text
    assert "Fatoumata" not in text


WHY = [
    ('withheld = ["url", "Status"]', "because only we see 'url', the column with the source"),
    ('restricted = ["url"]\nwithheld = ["Status"]', "write 'url' in withheld"),
    ('withheld = ["url", "Status", "Accused"]\nignore = ["Plaintiff"]\nunsourced = "public"', "only we see 'Accused'"),
    ('withheld = ["url", "Status"]\nignore = ["Accused"]\nunsourced = "public"', "their complainant, 'Plaintiff', is alive"),
]  # fmt: skip


@pytest.mark.sampled(1)
@pytest.mark.parametrize(("said", "why"), WHY)
def test_a_build_says_why_nothing_of_a_table_is_public(said: str, why: str, root: Path) -> None:
    add_countries(root)
    code, output, text = built(root, CASES, f'kind = "proceeding"\n{said}')
    assert code == 0, output
    assert why in output
    assert output.count("only us: ") == 1
    assert "Khánh Hòa" not in text


def test_an_import_names_the_columns_that_it_withholds(root: Path, tmp_path: Path) -> None:
    """Withheld headings mean nothing by their name; a source that nobody may see is no source."""
    file = write_csv(
        tmp_path / "proces.csv", [*COURT[0], "url"], *([*row, "p. 4"] for row in COURT[1:])
    )
    hrdgraph.import_tables(
        file, project=root, lang="en", publish={"Court": "withheld", "url": "withheld"}
    )
    said = (root / "data/sources/proces/source.toml").read_text("utf-8")
    assert 'court = "Court"' in said
    assert "document" not in said


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        (
            "aile izni",
            ["evet (sözlü)", "Evet", "", "sadece baş harfler", "HAYIR", "ismi yazılmasın"],
        ),
        ("gizlilik", ["açık", "iç", "GİZLİ", "paylaşma"]),
        ("家属意见", ["同意", "是", "只用姓氏", "不同意", "待确认", "不愿公开姓名"]),
        ("密级", ["公开", "内部", "机密", "不得外传"]),
        ("Можно публиковать?", ["да", "НЕТ", "", "да (устно)", "просит не называть"]),
        ("consenso famiglia", ["sì (a voce)", "SI", "solo iniziali", "in attesa", "NO"]),
        ("quer aparecer no mapa?", ["sim", "sim (verbal)", "não autoriza", "NÃO"]),
        ("darf genannt werden?", ["ja", "ja (mdl.)", "NEIN", "offen", "nur Initialen"]),
        ("zgoda rodziny", ["tak", "nie", "ustnie"]),
        ("سطح", ["محرمانه", "عادی", "خیلی محرمانه"]),
        ("助理姓名可公開？", ["可", "不公開", "僅內部"]),
        ("liv.", ["1", "2", "3"]),
        ("Poziom", ["A", "B", "C"]),
        ("級別", ["甲", "乙"]),
        ("स्तर", ["गोप्य", "सामान्य"]),
        ("liste B", ["oui", "oui (oral)", "à voir avec la famille"]),
        ("pastille", ["verte", "Verte", "orange", "rouge"]),
        ("bolita", ["verde", "roja", "amarilla"]),
    ],
)
def test_a_consent_is_asked_about_in_any_language(heading: str, cells: list[str]) -> None:
    marks = row_marks(heading, cells)
    assert marks is not None
    assert set(marks.cells) == set(cells)


@pytest.mark.parametrize(
    "title",
    [
        "NÃO ENVIAR POR E-MAIL", "内部整理，请勿外传", "не пересылать!", "نسخة داخلية", "INTERNAL EXPORT",
        "scheda di lavoro – non divulgare", "內部使用，請勿外流", "نامش نیاید", "خیلی محرمانه", "公開しないでください",
        "社外秘", "비공개", "외부 공개 금지", "nie publikować!", "Poufne", "důvěrné – nezveřejňovat", "bizalmas", "nem nyilvános",
        "a nu se publica", "Απόρρητο", "να μη δημοσιευτεί", "kişiye özel", "не публікувати", "गोपनीय", "प्रकाशित न गर्ने",
        "jangan dipublikasikan", "usichapishe", "niet publiceren", "אין לפרסם", "siri",
        "Lista de detidos – não repassar", "Registro (restrito à coordenação)", "Working copy – do not forward",
        "للاستعمال الداخلي", "не рассылать",
    ],
)  # fmt: skip
def test_a_title_that_forbids_is_seen(title: str) -> None:
    assert says_private(title)


@pytest.mark.parametrize(
    "text", ["Jacques Duverney", "Publiczna szkoła", "公開", "Syria", "herkese açık", "Veřejné", "بازار عمومی", "نسرين نصر"]
)  # fmt: skip
def test_a_word_that_sounds_like_secret_is_none(text: str) -> None:
    assert not says_private(text)


VIDEO = "mediaType> <https://w3id.org/hrdgraph/vocabulary/media-type/video"
PICTURES = [
    ["Media", "Shows", "Date"],
    ["photo", "Fatoumata Diallo-Bâ", "2021-03-04"],
    ["video", "Игорь Каляпин", "2021-03-05"],
]


def test_rows_that_are_for_us_by_their_kind_are_counted_with_the_way_out(root: Path) -> None:
    _, output, text = built(root, PICTURES, 'kind = "media"')
    assert "nothing of liste.csv is published" in output
    assert "its 2 rows say nothing" in output
    assert VIDEO not in text
    folder = root / "data/sources/liste"
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    said = 'kind = "media"\n[table.columns]\nvisibility.value = "public"'
    _, output, text = built(root, PICTURES, said)
    assert "only us:" not in output
    assert VIDEO in text


def test_an_empty_cell_is_counted_for_what_it_means_in_its_kind(root: Path) -> None:
    levels = ["Visibility", "public", ""]
    rows = [[*row, level] for row, level in zip(PICTURES, levels, strict=True)]
    _, output, text = built(root, rows, 'kind = "media"')
    assert "Everybody may see 1 of 2 rows of liste.csv" in output
    assert VIDEO.replace("video", "photo") in text
    assert VIDEO not in text


def test_a_table_of_which_nothing_is_published_is_counted(root: Path, tmp_path: Path) -> None:
    rows = [
        ["Training", "Date", "Place", "Trainer", "Participants"],
        ["Safety online", "2021-05-03", "Dakar", "Fatoumata Diallo-Bâ", "23"],
        ["First aid", "2021-06-03", "Goma", "Игорь Каляпин", "12"],
    ]
    code, output = run(root, str(write_csv(tmp_path / "courses.csv", *rows)), "--yes", "--public")
    assert code == 0, output
    assert "nothing of courses.csv (2 rows) in the source 'courses' is published" in output
