"""What headings prove about the rows of a table: which kinds and columns they rule out, and what a
table tells where no column says it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.small_projects import create_bare_project

from hrdgraph.errors import SourceError
from hrdgraph.fact_kinds.guess import Subjects
from hrdgraph.library.importing import import_tables
from hrdgraph.pipeline.importing.propose import TableProposer
from hrdgraph.pipeline.importing.table_proposal import TableProposal
from hrdgraph.project import open_project

PEOPLE = ("Zoé Kabongo wa Mwilambwe", "Şerzan Kurt", "Наталья Эстемирова", "María del Carmen Ñáñez")


@pytest.fixture(scope="module")
def proposer(tmp_path_factory: pytest.TempPathFactory) -> TableProposer:
    root = tmp_path_factory.mktemp("project") / "p"
    create_bare_project(root, "Trial", "en")
    return TableProposer(open_project(root), "en")


def proposed(
    proposer: TableProposer, folder: Path, name: str, headings: str, *cells: str
) -> TableProposal:
    """Return what a table is taken for that has people in its first column."""
    rows = [f"{person};{';'.join(cells)}" for person in PEOPLE]
    file = folder / name
    file.write_text("\n".join([headings, *rows]) + "\n", "utf-8")
    [proposal], _ = proposer.of(file)
    return proposal


@pytest.mark.parametrize(
    ("headings", "cells", "kind", "columns"),
    [
        # names, sex, age and death rule out organisations; a death founds nothing
        ("Nome;Data da Morte", ("07/10/2023",), "act", {"victim": "Nome", "date": "Data da Morte"}),
        ("Name;Sex;Age", ("f", "33"), "person", {"name": "Name", "gender": "Sex"}),
        # a date of disappearance is no birth, one of detention no foundation
        (
            "Nombre;Fecha de desaparición;Sexo", ("12/06/1977", "M"), "act",
            {"victim": "Nombre", "date": "Fecha de desaparición", "victim_gender": "Sexo"},
        ),
        (
            "الاسم_الكامل;تاريخ_الاعتقال;المنظمة", ("2015-03-15", "منظمة العدالة"), "act",
            {"victim": "الاسم_الكامل", "date": "تاريخ_الاعتقال", "victim_organisation": "المنظمة"},
        ),
        # charges and sentences are proceedings, and no defenders
        (
            "Full name;Arrested;Charge;Sentence", ("3 May 2019", "extremism", "6 years"),
            "proceeding", {"accused": "Full name", "charge": "Charge", "sentence": "Sentence"},
        ),
        # the killer's name and age are not the victim's, and the victim is not accused
        (
            "имя жертвы;дата;имя убийцы;возраст убийцы;приговор",
            ("05.04.2013", "Иван Петров", "31", "8 лет"), "act",
            {"victim": "имя жертвы", "date": "дата"},
        ),
        # when a row was typed is no date of it
        (
            "Victime;Acte;Date de saisie", ("menace", "2024-05-01"), "act",
            {"victim": "Victime", "type": "Acte"},
        ),
        # words that nobody knows below `Type` leave the column that says it
        (
            "Name;Sex;Nationality;Date;Type;Type_death",
            ("Male", "Iraqi", "May 3, 2014", "Motive Confirmed", "Murder"), "act",
            {
                "victim": "Name", "victim_gender": "Sex", "victim_country": "Nationality",
                "date": "Date", "type": "Type_death",
            },
        ),
        # a column of links is the source; `fullName` is a full name
        (
            "fullName;typeOfDeath;entry", ("Murder", "https://example.org/a"), "act",
            {"victim": "fullName", "type": "typeOfDeath", "document": "entry"},
        ),
    ],
)  # fmt: skip
def test_headings_rule_out_what_a_table_is_not(
    headings: str,
    cells: tuple[str, ...],
    kind: str,
    columns: dict[str, str],
    proposer: TableProposer,
    tmp_path: Path,
) -> None:
    proposal = proposed(proposer, tmp_path, "list.csv", headings, *cells)
    assert (proposal.guess.kind, proposal.columns) == (kind, columns)


@pytest.mark.parametrize(
    ("file", "headings", "cells", "told", "is_sure"),
    [
        ("list.csv", "Name;Date killed;City", ("12 May 2012", "Homs"), "killing", True),
        ("list.csv", "Nombre;Fecha de detención", ("12/06/1977",), "detention", True),
        (
            "feminicidios_2019.csv",
            "Nombre;Fecha;Lugar",
            ("28/12/2018", "Durazno"),
            "killing",
            False,
        ),
    ],
)
def test_what_was_done_is_told_by_the_date_or_in_doubt_by_the_title(
    file: str,
    headings: str,
    cells: tuple[str, ...],
    told: str,
    is_sure: bool,
    proposer: TableProposer,
    tmp_path: Path,
) -> None:
    proposal = proposed(proposer, tmp_path, file, headings, *cells)
    assert dict(proposal.values) == {"type": told}
    assert proposal.guess.doubt or is_sure
    assert dict(proposer.with_value(proposal, "threat").values) == {"type": "threat"}


def test_an_exact_heading_wins_over_the_look_of_its_cells(
    proposer: TableProposer, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    rows = ("X-17;threat", "la famille de M. (6 personnes);threat", "?;threat")
    file.write_text("\n".join(("Victim;Act", *rows)) + "\n", "utf-8")
    [proposal], _ = proposer.of(file)
    meaning = proposal.guess.of("victim")
    assert meaning is not None
    assert (meaning.reason, meaning.doubt) == ("exact", False)


def test_a_kind_whose_required_column_is_empty_is_not_proposed(
    proposer: TableProposer, tmp_path: Path
) -> None:
    proposal = proposed(proposer, tmp_path, "list.csv", "Name;Organization;Country", "", "Chad")
    assert proposal.guess.kind == "person"


def test_prose_is_no_table_of_people(proposer: TableProposer, tmp_path: Path) -> None:
    file = tmp_path / "témoignage.txt"
    lines = ("Le 3 mai, à Goma, Marie Mukendi", "a été arrêtée, menacée, puis relâchée", "")
    file.write_text("\n".join(lines * 4), "utf-8")
    with pytest.raises(SourceError):
        proposer.of(file)


def test_yes_and_no_are_no_countries(proposer: TableProposer, tmp_path: Path) -> None:
    proposal = proposed(proposer, tmp_path, "list.csv", "Nombre;Sernam;Suicidio", "NO", "SI")
    assert proposal.columns == {"name": "Nombre"}


RESIGNED = """Member;Party;District;Congress;Resignation Date;Reason
Élodie Marchetti-Ōkubo;Liberal;3;112th;2011-03-04;ill health
Wanjirũ Kamau;Union;12;113th;2014-01-09;retired
"""


def test_a_table_of_no_kind_is_asked_about_and_taken_where_it_is_said(tmp_path: Path) -> None:
    root, file = tmp_path / "p", tmp_path / "resigned.csv"
    create_bare_project(root, "Trial", "en")
    file.write_text(RESIGNED, "utf-8")
    asked = import_tables(file, project=root, dry_run=True)
    [proposal] = asked.proposals
    assert proposal.guess.is_open
    assert "role" in next(one["choices"] for one in asked.questions if one["asks"] == ["kind"])
    with pytest.raises(SourceError, match=r"Member, Party, .*Reason\) and 2 rows are read"):
        import_tables(file, project=root)
    [said] = import_tables(file, kind="role", project=root, dry_run=True).proposals
    assert (said.columns["member"], said.guess.told) == ("Member", "member")
    means = {"District": {"means": "role"}, "Resignation Date": {"means": "to"}}
    answers = {"resigned.csv": {"kind": "role", "columns": means}}
    taken = import_tables(file, project=root, answers=answers)
    assert not taken.errors
    assert taken.proposals[0].columns == {
        "member": "Member", "role": "District", "to": "Resignation Date",
    }  # fmt: skip


def test_what_a_kind_needs_and_no_column_says_is_asked(tmp_path: Path) -> None:
    root, file = tmp_path / "p", tmp_path / "plazas.csv"
    create_bare_project(root, "Trial", "en")
    file.write_text("Expd;Fecha;Lugar\nK-7;03/05/2019;Sucre\nK-8;22/07/2019;Ñuñoa\n", "utf-8")
    asked = import_tables(file, kind="event", project=root, dry_run=True)
    [texts] = [one["texts"] for one in asked.questions if "means" in one["asks"]]
    assert [one["text"] for one in texts] == ["Expd"]
    with pytest.raises(SourceError, match="no columns for rows"):
        import_tables(file, kind="event", project=root)
    answers = {"plazas.csv": {"columns": {"Expd": {"means": "id"}}}}
    assert import_tables(file, kind="event", project=root, answers=answers).folder


@pytest.mark.parametrize(
    ("lines", "kind", "rival"),
    [
        # a list of public bodies, one of which regulates prices
        (
            (
                "Nom;Sigle;Tutelle;Site;Adresse",
                "Agence des prix;AP;Commerce;https://ap.example;12 rue du Port",
                "Office des eaux de Béléko;OEB;Eau;https://oeb.example;3 place Neuve",
            ),
            "organisation", "",
        ),
        # what was founded once is no edition
        (
            (
                "Award;Organisation;Year;Prize money",
                "Lantern Medal;Kivu Watch;2004;5000",
                "Premio Río Claro;Casa Abierta;2011;900",
            ),
            "edition", "award",
        ),
        (
            (
                "Award;Organisation;Year established;Prize money",
                "Lantern Medal;Kivu Watch;2004;5000",
                "Premio Río Claro;Casa Abierta;2011;900",
            ),
            "award", "organisation",
        ),
        # those who organise a protest are not what the rows are
        (
            (
                "Fecha;Lugar;Motivo;Organización;Participantes",
                "03/05/2019;La Paz;alza de precios;Federación de Maestros;1200",
                "14/06/2019;Sucre;despidos;Sindicato Minero;300",
            ),
            "assembly", "",
        ),
        (
            (
                "Nombre;Edad;Sexo;Fecha de defunción",
                "María Ñáñez;41;F;12 de mayo de 2012",
                "Tomás Quispe;33;M;se desconoce el día",
            ),
            "act", "",
        ),
    ],
)  # fmt: skip
def test_a_kind_that_the_table_speaks_against_is_asked(
    lines: tuple[str, ...], kind: str, rival: str, proposer: TableProposer, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    [proposal], _ = proposer.of(file)
    assert proposal.guess.kind == kind
    assert not rival or (proposal.guess.doubt and rival in proposal.guess.others)


def test_a_person_with_a_death_that_is_not_of_acts_is_asked() -> None:
    subjects = Subjects.of({"Name": (), "Date of death": ()})
    assert "act" in subjects.rivals("person")
    assert not subjects.rivals("act")


@pytest.mark.parametrize(
    ("heading", "cell", "column"),
    [
        ("Date of request", "2012-05-12", "date"),
        ("Record date", "2012-05-12", "date"),
        ("Fecha de solicitud", "12/05/2012", "date"),
        ("Date d’enregistrement", "12/05/2012", "date"),
        ("Documented by", "Memoria Abierta", "victim_organisation"),
        ("Organisation source", "Memoria Abierta", "victim_organisation"),
        ("Place code", "05001", "place"),
        ("City code", "SCR", "place"),
        ("Municipio", "05001", "place"),
    ],
)
def test_what_is_about_the_record_is_not_about_the_act(
    heading: str, cell: str, column: str, proposer: TableProposer, tmp_path: Path
) -> None:
    headings, cells = f"Victim;Act;{heading}", ("threat", cell)
    proposal = proposed(proposer, tmp_path, "list.csv", headings, *cells)
    assert proposal.guess.kind == "act"
    assert column not in proposal.columns
