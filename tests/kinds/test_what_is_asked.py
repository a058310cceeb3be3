"""What import asks of tables as people have them: what rows are, what they need, who may see which
column; and what it does not offer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from tests.small_projects import create_bare_project
from tests.test_fuzz import ods

import hrdgraph
from hrdgraph.cli.app import app
from hrdgraph.errors import HrdgraphError
from hrdgraph.fact_kinds.confidentiality import (
    may_be_flag,
    private_topic,
    row_marks,
    says_private,
)
from hrdgraph.pipeline.importing.propose import SourceDescription, TableProposer, description
from hrdgraph.pipeline.importing.questions import _TABLE, MARKED_ROWS
from hrdgraph.pipeline.importing.table_proposal import (
    answer_of_ticks,
    audience_of,
    describe_marks,
    list_private_rows,
    why_restricted,
)
from hrdgraph.project import open_project

NAMES = [
    "Adélaïde Tshibanda", "Goran Đukić", "Ñusta Quispe Mamani", "Ólafur Þórðarson", "Leïla Benhaddou",
    "Wanjiku Ngũgĩ", "Marisol Xicoténcatl", "Rustam Юсупов", "Thị Hạnh Phạm", "Zbigniew Świątek",
]  # fmt: skip


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("asked") / "p"
    create_bare_project(root, "Registre", "fr")
    return root


def look(root: Path, file: Path, lines: list[str], **said: Any) -> hrdgraph.ImportedTables:
    """What import would make of a table, and what it asks."""
    file.write_text("\n".join(lines) + "\n", "utf-8")
    answers = {file.name: said} if said else None
    return hrdgraph.import_tables(file, answers=answers, dry_run=True, project=root, lang="fr")


def asked(found: hrdgraph.ImportedTables, ask: str) -> dict[str, Any]:
    return next((one for one in found.questions if ask in one["asks"]), {})


CONFLICTS = ["Comunidade,Estado,Impacto"] + [
    f"{name},{state},{impact}"
    for name, state, impact in (
        ("Quilombo da Pedra Funda", "Bahia", "perda de território"),
        ("Pescadores do Rio Manso", "Mato Grosso", "contaminação da água"),
        ("Ribeirinhos de São Brás", "Pará", "despejo anunciado"),
    )
]


def test_what_rows_need_can_be_the_same_in_all_of_them(root: Path, tmp_path: Path) -> None:
    file, means = tmp_path / "conflitos.csv", {"Comunidade": "affected_group"}
    found = look(root, file, CONFLICTS, kind="situation", means=means)
    question = asked(found, "what")
    assert [*question["needs"]] == ["country"]
    assert [one["text"] for one in question["texts"]] == ["Estado", "Impacto"]
    found = look(root, file, CONFLICTS, kind="situation", means=means, what="Brazil")
    [table] = found.proposals
    assert dict(table.values) == {"country": "BR"}
    assert not asked(found, "what")
    both = {"country": "Brésil", "affected_group": "riverains"}
    assert dict(look(root, file, CONFLICTS, kind="situation", what=both).proposals[0].values) == {
        "country": "BR", "affected_group": "riverains",
    }  # fmt: skip
    for wrong in ("Atlantide", {"pays": "Brésil"}):
        with pytest.raises(HrdgraphError, match=r"Atlantide|pays"):
            look(root, file, CONFLICTS, kind="situation", means=means, what=wrong)


def test_the_prompt_takes_a_country_or_the_heading_that_has_it(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hrdgraph.cli.import_command.Chosen.asks", property(lambda _: True))
    file = tmp_path / "conflitos.csv"
    file.write_text("\n".join(CONFLICTS) + "\n", "utf-8")
    typed = "\n".join(["situation", "Atlantide", "Brésil", "Comunidade", *["", "", "", ""]])
    call = ["import", "-p", str(root), "--lang", "fr", str(file), "--name", "c"]
    result = CliRunner().invoke(app, call, input=typed + "\n" * 8)
    assert result.exit_code == 0, result.output
    text = (root / "data/sources/c/source.toml").read_text("utf-8")
    assert 'country = { value = "BR" }' in text
    assert 'affected_group = "Comunidade"' in text


def test_kinds_that_are_near_say_what_they_need(root: Path, tmp_path: Path) -> None:
    lines = ["Nome,Bancada,Zona,Mandatos"] + [
        f"{name},Azul,Sul,{at}" for at, name in enumerate(NAMES)
    ]
    found = look(root, tmp_path / "vereadores.csv", lines)
    question = asked(found, "kind")
    assert "member" in question["choices_by_kind"]["role"]["role_code"]
    assert not asked(found, "what")  # of each kind it is asked together with it


def test_one_question_lists_what_only_we_see_by_its_words(root: Path, tmp_path: Path) -> None:
    lines = ["Nom complet,Parti,Matricule,Mobile,Domicile,Religion,Remarques,Récit"] + [
        f"{name},Bloc de l'Est,M-{at},+243 81 000 00 0{at},"
        f"rue Haute {at},{'x' * 9},à rappeler,{'Élue de la vallée depuis dix ans. ' * 4}"
        for at, name in enumerate(NAMES)
    ]  # fmt: skip
    question = asked(look(root, tmp_path / "élus.csv", lines), "everybody")
    assert [*question["because"]] == ["Parti", "Matricule", "Récit"]
    assert question["because"]["Parti"] == "who-beliefs"
    found = look(root, tmp_path / "élus.csv", lines, kind="person", everybody=["Parti", "Récit"])
    [table] = found.proposals
    assert {name for name, who in table.chosen if who == "public"} == {"Parti", "Récit"}
    with pytest.raises(HrdgraphError, match="Domicile"):
        look(root, tmp_path / "élus.csv", lines, everybody=["Domicile"])


def test_contacts_and_our_own_files_are_not_offered(root: Path, tmp_path: Path) -> None:
    lines = ["Senador/a,Provincia,asesor/a,nuestro expediente,cel.,morada,arrêté(e) / GAV"] + [
        f"{name},Jujuy,{NAMES[at % 6]},E-{at},,centro,{'oui' if at % 2 else ''}"
        for at, name in enumerate(NAMES)
    ]
    found = look(root, tmp_path / "visitas.csv", lines, kind="person", means={"Senador/a": "name"})
    offered = asked(found, "everybody")["because"]
    assert "Provincia" in offered
    assert not {"nuestro expediente", "cel.", "arrêté(e) / GAV"} & {*offered}


def test_organisers_who_are_people_are_not_published_unasked(root: Path, tmp_path: Path) -> None:
    lines = ["Date,Ville,Organisateur"] + [
        f"2018-11-{at + 10},Privas,{NAMES[at % 6]}" for at in range(10)
    ]
    [table] = look(root, tmp_path / "rassemblements.csv", lines).proposals
    assert table.guess.kind == "assembly"
    seen = {one.heading: one.seen_by for one in table.audiences["assembly"]}
    assert seen == {"Date": "public", "Ville": "public", "Organisateur": "withheld"}


KINDS = [
    # a protest against a decision is no demonstration
    ("proceeding", True, "Docket,Protester,Decision date,Outcome,Case type",
     ["B-41{at},Ñandú Logistics {at},2025-0{at}-1{at},denied,bid"]),
    # a link, and arrested people, make no document and no act of a protest
    ("assembly", False, "Ville,Lieu du rassemblement,Horaires,Lien,Détenus / blessés",
     ["Albi,place Jean Jaurès,{at}h,https://agenda.example/{at},{at}"]),
    # who stands in many rows has a post in each
    ("role", False, "Apellidos,Nombre(s),Comisión,Posición",
     ["Xicoténcatl,Marisol,Agua {at},Vocal", "Quispe,Ñusta,Salud {at},Presidenta"]),
    # what the title says is a list of organisations
    ("organisation", True, "nome,responsável,telefone", ["Casa do Tambor {at},Íris,+55 11 0000 000{at}"]),
]  # fmt: skip
TITLES = {
    "proceeding": "review",
    "assembly": "carte",
    "role": "integrantes",
    "organisation": "ongs",
}


@pytest.mark.parametrize(
    ("kind", "doubt", "headings", "rows"), KINDS, ids=[one[0] for one in KINDS]
)
def test_the_kind_is_right_or_in_doubt(
    root: Path, tmp_path: Path, kind: str, doubt: bool, headings: str, rows: list[str]
) -> None:
    lines = [headings, *(row.format(at=at) for at in range(1, 8) for row in rows)]
    [table] = look(root, tmp_path / f"{TITLES[kind]}.csv", lines).proposals
    assert (table.guess.kind, table.guess.doubt) == (kind, doubt)


def test_ticks_are_asked_about_in_one_question(root: Path, tmp_path: Path) -> None:
    lines = ["victim,date,type,source,Freelance"] + [
        f"{name},2019-05-0{at + 1},killing,https://presse.example/{at},{'TRUE' if at % 3 else 'FALSE'}"
        for at, name in enumerate(NAMES[:9])
    ]
    found = look(root, tmp_path / "tués.csv", lines)
    assert why_restricted(found.proposals[0])
    assert asked(found, "not_about_privacy")["cells"]["Freelance"] == {"TRUE": 6, "FALSE": 3}
    [table] = look(root, tmp_path / "tués.csv", lines, not_about_privacy=["Freelance"]).proposals
    assert not why_restricted(table)


REMARKS = ["vue au marché", "source : le voisin, never name", "", "à ne montrer à personne"]


def write_remarks(remarks: list[str]) -> list[str]:
    return ["victim,date,type,source,Observations"] + [
        f'{name},2019-05-0{at % 9 + 1},arrest,https://presse.example/{at},"{remark}"'
        for at, (name, remark) in enumerate(zip(NAMES, remarks, strict=False))
    ]


def test_few_remarks_of_which_one_says_never_name_are_asked_about(
    root: Path, tmp_path: Path
) -> None:
    found = look(root, tmp_path / "faits.csv", write_remarks(REMARKS))
    [question] = [one for one in found.questions if "private" in one["asks"]]
    assert [one["text"] for one in question["texts"]] == REMARKS
    assert question["private_already"] == [REMARKS[1]]
    assert why_restricted(found.proposals[0])
    said = answer_of_ticks("Observations", REMARKS, [REMARKS[3]])
    assert said == {"private": [REMARKS[3]], "public": [REMARKS[0], ""]}
    columns: dict[str, Any] = {"Observations": said}
    [table] = look(root, tmp_path / "faits.csv", write_remarks(REMARKS), columns=columns).proposals
    assert len(list_private_rows(table)) == 2
    columns = {"Observations": {"private": [REMARKS[3]], "public": ["*"]}}
    [table] = look(root, tmp_path / "faits.csv", write_remarks(REMARKS), columns=columns).proposals
    assert len(list_private_rows(table)) == 2  # what says it itself is none of the others
    columns = {"Observations": {"private": []}}
    [table] = look(root, tmp_path / "faits.csv", write_remarks(REMARKS), columns=columns).proposals
    assert not table.said_of_rows


@pytest.mark.parametrize(
    ("heading", "private", "others"),
    [
        ("Observations", REMARKS[3], {"": "public"}),
        ("Observations", "non", {}),  # nobody asked them
        ("Notes internes", REMARKS[3], {"": "public"}),
        ("Remarques sur la publication", REMARKS[3], {}),
    ],
)
def test_an_empty_remark_closes_no_row(
    heading: str, private: str, others: dict[str, str], root: Path, tmp_path: Path
) -> None:
    lines = write_remarks([REMARKS[0], private, "", REMARKS[0]])
    lines[0] = lines[0].replace("Observations", heading)
    columns = {heading: {"private": [private]}}
    [table] = look(root, tmp_path / "faits.csv", lines, columns=columns).proposals
    assert dict(table.said_of_rows)[heading] == {private: "restricted", **others}
    told = [one.fields["count"] for one in describe_marks(table) if one.code == "rows-unsaid"]
    assert told == [2] * len(others)


@pytest.mark.parametrize("more", [{}, {"public": ["", "*"]}, {"means": ""}])
def test_an_answer_closes_rows_of_prose_beside_those_that_say_it(
    more: dict[str, Any], root: Path, tmp_path: Path
) -> None:
    long = [one + " ; suite du récit de la veille" * 4 if one else "" for one in REMARKS]
    lines = write_remarks(long)
    found = look(root, tmp_path / "faits.csv", lines)
    question = asked(found, "not_about_privacy")
    assert next(iter(question["cells"]["Observations"])) == long[1]
    assert long[1] in question["words"]
    assert why_restricted(found.proposals[0])  # until somebody answers
    columns = {"Observations": {"private": [long[3]], **more}}
    [table] = look(root, tmp_path / "faits.csv", lines, kind="act", columns=columns).proposals
    rows = dict(table.said_of_rows)["Observations"]
    assert (rows[long[3]], rows[long[1]], rows["*"]) == ("restricted", "restricted", "public")


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("secretary_office", ["01-4200233", "Ana Lima", "", "01-4200097"]),
        ("properties.visibility", ["-1", "-1", "-1", "-1"]),
        ("Secrétaire", ["Ana Lima", "Zahra Bâ", "Li Wei", "Igor Ek"]),
    ],
)
def test_a_heading_alone_makes_no_mark(
    heading: str, cells: list[str], root: Path, tmp_path: Path
) -> None:
    lines = [f"victim,date,type,source,{heading}"] + [
        f"{name},2019-05-0{at + 1},killing,https://presse.example/{at},{cell}"
        for at, (name, cell) in enumerate(zip(NAMES, cells, strict=False))
    ]
    asked = look(root, tmp_path / "tués.csv", lines).questions
    assert not [one for one in asked if {"private", "not_about_privacy"} & {*one["asks"]}]


@pytest.mark.parametrize(
    "text",
    [
        "keep this one to ourselves", "pls leave out of what we print", "not for outside eyes",
        "pas pour le site", "à garder entre nous", "solo para nosotras", "no subir a la web",
        "só para nós", "لا تريد العائلة نشر الاسم", "ممنوع الإعلان", "не выкладывать", "nur für uns",
        "bleibt unter uns", "non mettere sul sito", "resti tra noi", "wil niet met naam genoemd worden",
        "30 euro betaald, niet noemen", "wypłacono 30 zł, nie wspominać", "neuvádět jméno", "não nomear",
    ],
)  # fmt: skip
def test_an_instruction_is_known_in_other_words(text: str) -> None:
    assert says_private(text)


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("Uwagi", "Zdzisław chce wycofać wypowiedź"), ("Opmerkingen", "wil de verklaring intrekken"),
        ("Osservazioni", "vuole ritirare tutto"), ("Poznámky", "chce odvolat výpověď"),
        ("Vermerk", "will die Aussage zurückziehen"), ("Anotações", "quer retirar o depoimento"),
    ],
)  # fmt: skip
def test_who_takes_a_word_back_is_found_among_many_remarks(heading: str, text: str) -> None:
    cells = [*(f"telefon {number}" for number in range(70)), text]
    marks = row_marks(heading, cells, is_remarks=private_topic(heading) == "remarks")
    assert marks is not None
    assert marks.cells == (text,)


def test_cells_that_a_title_explains_are_asked_about(root: Path, tmp_path: Path) -> None:
    lines = ["closed file and sealed: not for publication,,", "Victim,Date,File"] + [
        f"{name},2019-05-0{at + 1},{('open file', 'sealed', 'closed file')[at % 3]}"
        for at, name in enumerate(NAMES[:9])
    ]
    said = {"kind": "act", "what": "killing", "title": "public"}
    [question] = [
        one
        for one in look(root, tmp_path / "files.csv", lines, **said).questions
        if "private" in one["asks"]
    ]
    assert (question["column"], len(question["texts"])) == ("File", 3)


def test_members_of_a_log_may_be_those_who_act(root: Path, tmp_path: Path) -> None:
    lines = ["Member,Date,Intervention,Town"] + [
        f"{name},2019-05-0{at + 1},{('letter', 'visit', 'hearing')[at % 3]},Goma"
        for at, name in enumerate(NAMES[:9])
    ]
    found = look(root, tmp_path / "log.csv", lines, kind="intervention")
    [question] = [one for one in found.questions if one["column"] == "Member"]
    assert {"intervener", "on_behalf_of"} <= {*question["choices"]}
    said = {"kind": "intervention", "means": {"Member": "intervener"}}
    [table] = look(root, tmp_path / "log.csv", lines, **said).proposals
    assert dict(table.values)["intervener_kind"] == "person"
    bodies = [line.replace(",2019", " Foundation,2019") for line in lines]
    [table] = look(root, tmp_path / "log.csv", bodies, **said).proposals
    assert "intervener_kind" not in dict(table.values)


def test_a_cell_of_a_form_is_not_split_into_two_acts(root: Path, tmp_path: Path) -> None:
    kinds = ("Intimidación y hostigamiento", "Amenaza, Ataque físico", "Amenaza")
    lines = ["Víctima;Tipo de agresión;Fecha"] + [
        f"{name};{kinds[at % 3]};2019-05-0{at + 1}" for at, name in enumerate(NAMES[:9])
    ]
    found = look(root, tmp_path / "agresiones.csv", lines, kind="act")
    [question] = [one for one in found.questions if "values" in one["asks"]]
    texts = [one["text"] for one in question["texts"]]
    assert sorted(texts) == ["Amenaza, Ataque físico", "Intimidación y hostigamiento"]
    [table] = found.proposals
    assert {*dict(table.meant)["type"].values()} == {("other",)}


def test_signs_alone_are_nobodys_name(root: Path, tmp_path: Path) -> None:
    lines = ["Nom complet,Pays"] + [f'"{name}",Guinée' for name in (*NAMES, ",", "·")]
    [table] = look(root, tmp_path / "noms.csv", lines, kind="person").proposals
    assert {",", "·"} <= {*table.unknown}


def test_an_answer_that_does_not_apply_says_why_and_what_may_be_said(
    root: Path, tmp_path: Path
) -> None:
    file = tmp_path / "gens.csv"
    lines = ["Nom complet,Casier,Domicile"] + [
        f"{name},{('A1', 'B2')[at % 2]},rue Haute {at}" for at, name in enumerate(NAMES)
    ]
    refused = {
        "say first which cells do": {"marked_rows": "restricted"},
        "remove this answer": {"title": "public"},
        "for the column 'Domicile' alone": {"everybody": ["Domicile"]},
    }
    for hint, said in refused.items():
        with pytest.raises(HrdgraphError, match=f"does not take.*\n.*{hint}"):
            look(root, file, lines, kind="person", **said)
    marks = {"Casier": {"private": ["A1"], "public": ["B2"]}}
    said = {"kind": "person", "marked_rows": "row", "columns": marks}
    [table] = look(root, file, lines, **said).proposals
    assert (table.hides, len(list_private_rows(table))) == ("row", 5)


@pytest.mark.sampled(6)
@pytest.mark.parametrize(
    "sealed",
    [
        "sealed - family", "under seal", "secret / family", "closed to the public", "embargoed",
        "dossier scellé", "sous scellés", "sellado", "reservado (familia)", "sob sigilo", "lacrado",
        "versiegelt", "gesperrt - Familie", "unter Verschluss", "засекречено", "под грифом", "مختوم",
    ],
)  # fmt: skip
def test_a_status_of_a_file_that_may_be_sealed_is_asked_about(
    root: Path, tmp_path: Path, sealed: str
) -> None:
    lines = ["Name,Date of death,Status of file"] + [
        f"{name},2019-05-0{at + 1},{('closed', 'open', sealed)[at % 3]}"
        for at, name in enumerate(NAMES[:9])
    ]
    for kind in ("person", "fate"):
        found = look(root, tmp_path / "press.csv", lines, kind=kind, everybody=["Status of file"])
        texts = [one["text"] for one in asked(found, "private").get("texts", ())]
        assert sealed in texts, kind


@pytest.mark.parametrize(
    "text",
    [
        "The office was sealed off",
        "Sealed letter to the minister",
        "unsealed",
        "case closed",
        "Public Policy",
        "transmissão de interesse restrito",
        "سكان المناطق الداخلية",
        "सार्वजनिक नीति",
    ],
)
def test_a_word_of_a_sentence_says_nothing_of_its_row(text: str) -> None:
    assert not says_private(text)


def test_a_column_that_decides_about_rows_is_not_said_to_be_public(
    root: Path, tmp_path: Path
) -> None:
    first, *lines = write_remarks(REMARKS)
    lines = [first.replace("Observations", "Suivi"), *lines]
    private = {"private": [REMARKS[3]]}
    for said in (
        {"columns": {"Suivi": {**private, "who": "public"}}},
        {"columns": {"Suivi": private}, "everybody": ["Suivi"]},
    ):
        with pytest.raises(HrdgraphError, match="Suivi: who"):
            look(root, tmp_path / "faits.csv", lines, **said)


@pytest.mark.parametrize(
    ("heading", "cells", "ask"),
    [
        ("pub?", ["y", "", "ask first", "y"], "private"),
        ("diff.", ["libre", "motus", "", "libre"], "private"),
        ("NÃO DIV.", ["", "X", "", "X - menor"], "private"),
        ("Suivi", ["", "motus", "", "motus"], "not_about_privacy"),
        ("Manejo", ["libre", "solo Ana", "libre", "libre"], "not_about_privacy"),
        ("Seguimiento", ["", "que quede en casa", "", ""], "not_about_privacy"),
        ("Remarks", ["seen twice", "mum said please", "", "two papers"], "private"),
        ("ملاحظات", ["", "العائلة خائفة", "", "شهد عليه اثنان"], "private"),
        ("mnt.", ["va", "motus", "va", "motus"], "not_about_privacy"),
    ],
)
def test_marks_in_own_words_are_asked_about_and_not_offered(
    heading: str, cells: list[str], ask: str, root: Path, tmp_path: Path
) -> None:
    lines = [f"victim,date,type,source,{heading}"] + [
        f"{name},2019-05-0{at + 1},killing,https://presse.example/{at},{cell}"
        for at, (name, cell) in enumerate(zip(NAMES, cells, strict=False))
    ]
    found = look(root, tmp_path / "tués.csv", lines)
    assert why_restricted(found.proposals[0])
    assert [one for one in found.questions if ask in one["asks"]]
    is_likely = ask == "private"
    assert is_likely == (heading not in asked(found, "everybody").get("because", ()))


def test_a_place_that_is_answered_is_joined_with_one_that_is_known(
    root: Path, tmp_path: Path
) -> None:
    lines = ["victim,date,type,source,City,Zone"] + [
        f"{name},2019-05-0{at + 1},killing,https://presse.example/{at},Kaolack,Ouest {at}"
        for at, name in enumerate(NAMES[:9])
    ]
    [table] = look(root, tmp_path / "tués.csv", lines, means={"Zone": "place"}).proposals
    assert {*table.guess.of("place").headings} == {"City", "Zone"}


def test_a_place_of_the_living_is_opened_by_an_answer(root: Path, tmp_path: Path) -> None:
    lines = ["victim,date,type,source,City"] + [
        f"{name},2019-05-0{at + 1},arrest,https://presse.example/{at},Kaolack"
        for at, name in enumerate(NAMES[:9])
    ]
    file = tmp_path / "faits.csv"
    question = asked(look(root, file, lines), "everybody")
    assert question["because"] == {"City": "who-of-the-dead"}
    for said in ({"everybody": ["City"]}, {"columns": {"City": {"who": "public"}}}):
        [table] = look(root, file, lines, **said).proposals
        assert (table.columns["place"], table.columns["note"]) == ("City", "City")


@pytest.mark.parametrize(
    ("text", "is_private"),
    [
        ("no compartir cuarto con Fermín", False), ("no compartir con nadie", True),
        ("do not share a room", False), ("do not share", True), ("ne pas partager la chambre", False),
        ("cláusula de confidencialidade irregular", False), ("confidencial, só equipe", True),
    ],
)  # fmt: skip
def test_what_people_share_besides_facts_is_no_instruction(text: str, is_private: bool) -> None:
    assert says_private(text) == is_private


def test_a_sheet_that_explains_levels_is_a_legend(root: Path, tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "lista"
    levels = ["aberto", "fechado", "direcção"]
    book.active.append(["Nome", "Círculo", "nível"])
    for at, name in enumerate(NAMES):
        book.active.append([name, "Huíla", levels[at % 3]])
    book.create_sheet("níveis").append(["nível", "uso"])
    for level in levels:
        book["níveis"].append([level, "ver o manual"])
    file = tmp_path / "lista.xlsx"
    book.save(file)
    call = ["import", "-p", str(root), "--lang", "es", str(file), "--dry-run", "--json"]
    result = json.loads(CliRunner().invoke(app, call).output)
    assert [table["sheet"] for table in result["tables"]] == ["lista"]
    assert "explica" in result["left_out"][0]


@pytest.mark.parametrize(
    ("title", "is_asked"),
    [("Carpeta cosida: la familia aún no responde", True), ("Carpeta de la familia", False)],
)
def test_a_column_that_a_title_explains_is_asked_about(
    title: str, is_asked: bool, root: Path, tmp_path: Path
) -> None:
    lines = [f"{title},,", "victim,date,Carpeta"]
    folders = ["suelta", "cosida"]
    lines += [f"{name},2019-05-0{at + 1},{folders[at % 2]}" for at, name in enumerate(NAMES[:6])]
    [table] = look(root, tmp_path / "caja.csv", lines, kind="act", what="killing").proposals
    assert ("Carpeta" in [marks.heading for marks in table.row_marks]) == is_asked


def test_all_rows_may_have_one_place(root: Path, tmp_path: Path) -> None:
    lines = ["Condado de Ñemby (San Luis),,", "victim,date,type"]
    lines += [f"{name},2019-05-0{at + 1},killing" for at, name in enumerate(NAMES[:5])]
    said = {"kind": "act", "what": {"place": "Ñemby"}}
    [table] = look(root, tmp_path / "muertos.csv", lines, **said).proposals
    assert dict(table.values)["place"] == "Ñemby"


@pytest.mark.parametrize("sheet", [
    "Journalist,Date,Action,Place", "Víctima,Fecha,Acto,Ciudad", "Fusillé,Date,Acte,Commune",
])  # fmt: skip
def test_a_log_of_an_office_tells_of_interventions(root: Path, tmp_path: Path, sheet: str) -> None:
    acts = ("meeting with the family", "petition delivered", "audiencia cautelar")
    lines = [sheet]
    lines += [f"{NAMES[at % 5]},2019-05-{at + 10},{acts[at % 3]},Goma" for at in range(15)]
    [table] = look(root, tmp_path / "log.csv", lines).proposals
    assert table.guess.kind == "intervention"
    assert {*table.columns} == {"on_behalf_of", "date", "intervention_type", "place"}


def test_clubs_are_no_people(root: Path, tmp_path: Path) -> None:
    lines = [
        "name,url",
        *(f"Samariterverein {at},http://{at}.ch" for at in ("Aarau", "Baar", "Chur")),
    ]
    [table] = look(root, tmp_path / "vereine.csv", lines).proposals
    assert table.guess.kind == "organisation"


def test_a_heading_does_not_say_the_role_of_all_rows(root: Path, tmp_path: Path) -> None:
    lines = ["Ministers,From,To,Organisation"]
    lines += [
        f"{name},2001-02-0{at + 1},2004-05-06,Portfolio {at}" for at, name in enumerate(NAMES[:5])
    ]
    found = look(root, tmp_path / "gov.csv", lines, kind="role")
    assert "role_code" not in dict(found.proposals[0].values)
    [question] = [one for one in found.questions if "role_code" in one.get("needs", ())]
    assert question["without_an_answer"] == "minister"


def test_a_person_is_not_made_of_several(root: Path, tmp_path: Path) -> None:
    lines = ["Name,Country,Born", "Ana Ñandú; Zahra Bâ,Chile,1980", "Igor Ek; Li Wei,Chile,1981"]
    found = look(root, tmp_path / "poètes.csv", lines, kind="person")
    assert not found.proposals[0].splits
    answers = {"poètes.csv": {"kind": "person", "columns": {"Name": {"split": [";"]}}}}
    with pytest.raises(HrdgraphError, match="each row is one person"):
        hrdgraph.import_tables(tmp_path / "poètes.csv", answers=answers, project=root)


def test_the_language_of_words_is_not_that_of_names_and_keys(root: Path, tmp_path: Path) -> None:
    lines = ["name_ne,last_la,seat", "Ana d'Ñandú,S6LA00065,L1", "Zoë l'Évêque,S6IL00091,L2"]
    [table] = look(root, tmp_path / "seats.csv", lines, kind="person").proposals
    assert table.language == ""
    lines = [
        "Nombre,Cargo",
        "Ana Ñandú,jefa del área de compras y de la planta para el congreso",
    ] * 3
    file = tmp_path / "cargos.csv"
    file.write_text("\n".join(lines), "utf-8")
    [table] = hrdgraph.import_tables(file, dry_run=True, project=root, lang="en").proposals
    assert table.language == "es"


# columns as people have them, by what a heading may be about, with cells that come in turn
SHAPES = {
    "tués": "Nom et prénom,Né(e) le,Ville,Circonstances,Tél. famille,hlth,Religion,SEX,Vu par,diff.",
    "associations": "Associação,Morada,Telefone,Orientação política,Partido,Resumo,Presidente,Sigla,pub?,NIF",
    "lois": "Número,Ementa,Autor,Relator,Link,Situação,Data,Regime,Observações,Tema",
    "jugements": "Expediente,Juzgado,Delito,Pena,Multa,Distrito,notas,tel_fam,Sentencia,Fuente",
    "élus": "ФИО,Дата рождения,Партия,Должность,тел.,фракция,пометка,Город,Сайт,Секретарь",
    "projets": "Projekt,Land,Beschreibung,Betrag,Träger,Beginn,E-Mail,Kategorie,Quelle,ST",
}  # fmt: skip
FILLED = {
    "tel": "+243 81 000 00 0{}", "tél": "+243 81 000 00 0{}", "тел": "+7 495 000-00-0{}",
    "né": "1971-0{}-02", "дата": "0{}.04.1968", "data": "2019-0{}-11", "sex": "F", "diff": "libre",
    "pub?": "y", "link": "https://parlamento.example/{}", "сайт": "https://дума.example/{}",
    "mail": "o{}@bund.example", "st": "BY", "resumo": "Reúne famílias do vale desde a cheia. " * 4,
    "morada": "Rua das Flores, n.º {}", "distrito": "Torreón {}", "partido": "Azul",
}  # fmt: skip
# why a column stays closed whatever is answered about several at once
SECRETS = {
    f"who-{one}" for one in (
        "birth", "contact", "address", "health", "family", "typist", "private-source", "safety",
        "identity-number", "beliefs", "remarks", "kept-back", "decides",
    )
}  # fmt: skip


def make_shape(name: str) -> list[str]:
    headings = SHAPES[name].split(",")

    def cell(heading: str, at: int) -> str:
        is_name = heading.startswith(("Nom", "ФИО", "Vu", "President", "Секр", "Autor"))
        keys = (one for one in FILLED if heading.casefold().startswith(one))
        usual = NAMES[at] if is_name else f"{heading} no. {at}"
        return f'"{FILLED[key].format(at)}"' if (key := next(keys, "")) else usual

    rows = [",".join(cell(one, at) for one in headings) for at in range(1, 9)]
    return [SHAPES[name], *rows, ",".join("" for _ in headings[1:]) + ",0"]


@pytest.mark.sampled(2)
@pytest.mark.parametrize("name", SHAPES)
def test_each_column_is_public_or_asked_about_or_said_to_be_secret(
    name: str, root: Path, tmp_path: Path
) -> None:
    file, lines = tmp_path / f"{name}.csv", make_shape(name)
    first = look(root, file, lines)
    kinds = asked(first, "kind").get("choices", [first.proposals[0].guess.kind])
    marks = [one for one in first.questions if "private" in one["asks"]]
    flags = [*asked(first, "not_about_privacy").get("cells", [])]
    harmless = {"columns": {one["column"]: {"private": []} for one in marks}}
    project = TableProposer(open_project(root), "fr")
    for kind in [one for one in kinds if one not in ("ignore", "edition", "alternative")][:3]:
        found = look(root, file, lines, kind=kind, not_about_privacy=flags, **harmless)
        [table] = found.proposals
        in_questions = {
            *(one["column"] for one in found.questions),
            *(text["text"] for one in found.questions if "everybody" in one["asks"]
              for text in one["texts"]),
        }  # fmt: skip
        for one in audience_of(table, project.kinds[kind]):
            if one.shown_to == "withheld" and one.heading not in in_questions:
                assert one.reason in SECRETS or one.reason.startswith("who-holds-"), (kind, one)


ANSWERS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"kind": "person"}, {"kind": "personne"}),
    ({"dates": "mdy"}, {"dates": "ymd"}),
    ({"pivot": "1999"}, {"pivot": "99"}),
    ({"title": "public"}, {"title": "tout"}),
    ({"what": {"country": "Sénégal"}}, {"what": {"place": "Kaolack"}}),
    ({"not_about_privacy": ["Suivi"]}, {"not_about_privacy": ["City"]}),
    ({"unsourced": "public"}, {"unsourced": "oui"}),
    ({"document": "entretien 12"}, {"kind": "document", "document": "entretien 12"}),
    ({"everybody": ["Quartier"]}, {"everybody": ["Tél."]}),
    ({"means": {"Quartier": "perpetrator"}}, {"means": {"Quartier": "auteur"}}),
    ({"language": "es"}, {"language": "xx"}),
    ({"header": 1}, {"header": "un"}),
    ({"encoding": "latin-1"}, {"encoding": "cp-1"}),
    ({"columns": {"Récit": {"who": "public"}}}, {"columns": {"Récit": {"who": "tous"}}}),
    ({"columns": {"City": {"split": ["/"]}}}, {"columns": {"Récit": {"split": ["/"]}}}),
    ({"columns": {"Suivi": {"private": ["motus"]}}}, {"columns": {"Suivi": {"private": ["x"]}}}),
    ({"columns": {"Suivi": {"private": ["motus"], "public": [""]}}},
     {"columns": {"Suivi": {"public": ["x"]}}}),
    ({"columns": {"type": {"values": {"tué": "killing"}}}},
     {"columns": {"type": {"values": {"tué": "tuerie"}}}}),
    ({"together": ["Goran Đukić"]}, {"together": ["Wanjiku Ngũgĩ"]}),
]  # fmt: skip


@pytest.mark.sampled(6)
@pytest.mark.parametrize(("right", "wrong"), ANSWERS, ids=lambda said: next(iter(said)))
def test_each_answer_changes_the_settings_or_is_refused(
    right: dict[str, Any], wrong: dict[str, Any], root: Path, tmp_path: Path
) -> None:
    file, stories = tmp_path / "confidentiel.csv", "Elle rentrait du marché de nuit. " * 5
    lines = ["victim,date,type,City,Quartier,Suivi,Récit,Tél."] + [
        f"{name},0{at}/0{at + 1}/05,tué,Kaolack / Thiès,Nord {at},{'motus' * (at % 2)},{stories}{at},"
        f"+221 77 000 00 0{at}"
        for at, name in enumerate((*NAMES[1:6], NAMES[1]), 1)
    ]  # fmt: skip
    kinds = open_project(root).kinds

    def settings(**said: Any) -> str:
        about = SourceDescription("Liste", "Nous", "fr")
        found = look(root, file, lines, **said).proposals
        return f"{description(about, found, kinds)}{[*map(why_restricted, found)]}"

    assert {*_TABLE} - {"columns", MARKED_ROWS} <= {key for said, _ in ANSWERS for key in said}
    usual_kind = {} if "kind" in right else {"kind": "act"}
    if not {"header", "together"} & right.keys():  # these say again what holds
        assert settings(**usual_kind, **right) != settings(**usual_kind)
    with pytest.raises(HrdgraphError):
        settings(**{**usual_kind, **wrong})


def test_hidden_rows_are_looked_at_by_an_answer(root: Path, tmp_path: Path) -> None:
    book, file = openpyxl.Workbook(), tmp_path / "presos.xlsx"
    sheet = book.active
    assert sheet is not None
    for row in (["Nombre", "Fecha de detención"], *([name, "2020-03-04"] for name in NAMES[1:6])):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    book.save(file)

    def find(**said: Any) -> hrdgraph.ImportedTables:
        answers = {file.name: {"kind": "act", "what": "detention", **said}}
        return hrdgraph.import_tables(file, answers=answers, dry_run=True, project=root, lang="fr")

    assert asked(find(), MARKED_ROWS)["texts"] == [{"text": "3", "count": 1}]
    (closed,), (opened,) = (
        find(marked_rows="restricted").proposals,
        find(marked_rows="public").proposals,
    )
    [unanswered] = find().proposals
    assert [code for code, _ in why_restricted(unanswered)] == ["who-rows-marked"]
    assert why_restricted(closed) == why_restricted(opened) == []
    assert (list_private_rows(closed), list_private_rows(opened)) == ({2}, set())
    sheet.append([NAMES[2], "2020-03-04"])  # no cell tells the hidden row from this one
    book.save(file)
    [closed] = find(marked_rows="restricted").proposals
    assert [code for code, _ in why_restricted(closed)] == ["who-rows-marked"]
    with pytest.raises(HrdgraphError, match="maybe"):
        find(marked_rows="maybe")


def test_a_hidden_column_is_for_us_until_somebody_opens_it(root: Path, tmp_path: Path) -> None:
    book, file = openpyxl.Workbook(), tmp_path / "réseau.xlsx"
    sheet = book.active
    assert sheet is not None
    sheet.append(["name", "organisation", "shelf"])
    for at, name in enumerate(NAMES):
        sheet.append([name, f"Réseau {at}", f"étagère {at}"])
    for letter in "BC":
        sheet.column_dimensions[letter].hidden = True
    book.save(file)
    found = hrdgraph.import_tables(file, kind="role", dry_run=True, project=root, lang="fr")
    [table] = found.proposals
    seen = {one.heading: (one.shown_to, one.reason) for one in table.audiences["role"]}
    assert seen["organisation"] == seen["shelf"] == ("withheld", "who-hidden")


def test_hidden_columns_and_rows_of_ods_are_for_us(root: Path, tmp_path: Path) -> None:
    table = [["name", "organisation", "shelf"]]
    table += [[name, f"Réseau {at}", f"étagère {at}"] for at, name in enumerate(NAMES)]
    cells = [
        "".join(
            f"<table:table-cell office:value-type='string'><text:p>{cell}</text:p></table:table-cell>"
            for cell in row
        )
        for row in table
    ]
    hidden = 'table:visibility="collapse"'
    rows = [
        f"<table:table-row {hidden * (at == 3)}>{row}</table:table-row>"
        for at, row in enumerate(cells)
    ]
    columns = (
        f'<table:table-column/><table:table-column {hidden} table:number-columns-repeated="2"/>'
    )
    file = tmp_path / "réseau.ods"
    file.write_bytes(ods("".join((columns, *rows))))
    found = hrdgraph.import_tables(file, kind="role", dry_run=True, project=root, lang="fr")
    [proposal] = found.proposals
    seen = {one.heading: (one.shown_to, one.reason) for one in proposal.audiences["role"]}
    assert seen["organisation"] == seen["shelf"] == ("withheld", "who-hidden")
    assert proposal.marked_rows == [4]


@pytest.mark.parametrize(
    "text", ["Une femme", "Un inconnu", "two unidentified men", "VACANTE SENADOR", "una niña"]
)
def test_who_has_no_name_is_not_called_so(text: str, root: Path, tmp_path: Path) -> None:
    rows = [f"{name},2021-03-0{at + 1}" for at, name in enumerate([*NAMES[:6], text, text])]
    lines = ["victim,date", *rows, f"{NAMES[0]}; {text},2021-04-01"]
    [table] = look(root, tmp_path / "tuées.csv", lines, kind="act", what="killing").proposals
    assert table.unknown == (text,)
    assert dict(table.meant)["victim"] == {text: ()}
    assert not table.namesakes


def test_spoilt_letters_are_read_as_they_were_meant(root: Path, tmp_path: Path) -> None:
    names = ["José Ñáñez", "Zoë Müller", "Ndèye Sarr", "Inês Gonçalves"]
    spoilt = [name.encode().decode("cp1252") for name in names]
    rows = [f"{name},Gen&egrave;ve &amp; Ath&#xE8;nes" for name in spoilt]
    [table] = look(root, tmp_path / "prix.csv", ["name,City", *rows], kind="person").proposals
    assert table.cells_of("name") == names
    assert {*table.cells_of("City")} == {"Genève & Athènes"}
    assert table.repaired


def test_cells_that_repeat_their_heading_are_read_without_it(root: Path, tmp_path: Path) -> None:
    lines = ["person,eow,cause,link,note"] + [
        f'{name},"EOW: Friday, January {at}, 2014",Cause of Death: fall {at},https://x.org/{at},to: {at}'
        for at, name in enumerate(NAMES, 3)
    ]
    said = {"kind": "fate", "what": "dead", "means": {"eow": "date"}, "language": "en"}
    [table] = look(root, tmp_path / "fallen.csv", lines, **said).proposals
    assert table.cells_of("eow")[0] == "Friday, January 3, 2014"
    assert table.cells_of("cause")[1] == "fall 4"
    assert table.cells_of("link")[0] == "https://x.org/3"  # a scheme, and no heading
    assert table.cells_of("note")[0] == "to: 3"
    assert ("Cause of Death: fall 3", "fall 3") in table.repaired


def test_a_surname_before_a_comma_is_no_second_person(root: Path, tmp_path: Path) -> None:
    rows = [f'"{name.split()[-1]} Ñáñez, {name.split()[0]} Łucja",2021-03-01' for name in NAMES]
    [table] = look(root, tmp_path / "lista.csv", ["victim,date", *rows], kind="act").proposals
    assert not table.several


def test_own_words_mean_nothing_in_whatever_kind(root: Path, tmp_path: Path) -> None:
    lines = ["Nombre,Cargo,Desde,Legal,Nacido el"] + [
        f"{name},senadora,2019-12-10,2019-12-{at},19{at}-03-1{at % 10}"
        for at, name in enumerate(NAMES[1:6], 10)
    ]
    found = look(root, tmp_path / "senado.csv", lines, kind="role", everybody=["Legal"])
    (proposal,) = found.proposals
    assert "Legal" in proposal.columns["note"]


def test_documents_without_a_web_address_are_asked_about(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "livros.csv"
    lines = ["Titre,Genre,Tirage"] + [f"Cahiers d’Ólafur {at},récit,{at}00" for at in range(9)]
    found = look(root, file, lines, kind="document")
    assert found.proposals[0].columns["name"] == "Titre"  # a title is a name where no other is
    assert asked(found, "unsourced")["texts"] == [{"text": "", "count": 9}]
    found = look(root, file, lines, kind="document", unsourced="public")
    assert not asked(found, "unsourced")
    assert dict(found.proposals[0].values) == {"visibility": "public"}
    lines[0] = "Sigla,Casa,Tema"  # which of these names it nobody can tell
    question = asked(look(root, file, lines, kind="document", everybody=["Tema"]), "what")
    assert ([*question["needs"]], len(question["texts"])) == (["name"], 2)


@pytest.mark.parametrize(
    ("heading", "cells", "is_asked"),
    [
        ("SEX", "MF", False), ("ST", ["MO", ""], False), ("SUFFIX", ["JR", "", "SR"], False),
        ("RACE", ["W", "B", ""], False), ("NP", ["x", ""], True), ("cnf", ["motus", ""], True),
    ],
)  # fmt: skip
def test_a_short_heading_holds_nothing_back_without_marks_below_it(
    heading: str, cells: Sequence[str], is_asked: bool
) -> None:
    assert may_be_flag(heading, [*cells] * 9) == is_asked


COURT = ["Distrito,Expediente,Pena,Ofendida"] + [
    f"Torreón,{at}/2019,{at} años de prisión,{name}" for at, name in enumerate(NAMES)
]
KILLED = ["name,age,sex,date,county"] + [
    f"{name},{20 + at},M,2016-05-0{at},Yakima" for at, name in enumerate(NAMES)
]
HELD = ["LAST,FIRST,SEX,AGE,CITY"] + [
    f"{name.split()[1]},{name.split()[0]},M,{20 + at},Columbia" for at, name in enumerate(NAMES)
]
BODIES = ["name,house,chair"] + [
    f"{name} Committee,Upper House,{NAMES[at]}"
    for at, name in enumerate(("Finance", "Women and Children", "State Affairs", "Good Governance"))
]
LYNCHED = ["Charge,Date,City,State,First_Name,Last_Name,desc.,hlth"] + [
    f"Arson,Sept. {at + 1},Carrollton,Ala.,{name.split()[0]},{name.split()[1]},{at}b,n{at}"
    for at, name in enumerate(NAMES)
]


@pytest.mark.parametrize(
    ("lines", "kind", "in_doubt"),
    [
        (COURT, "proceeding", False),  # of nobody who is accused
        (KILLED, "act", True),  # people who each have a day are no mere list of people
        (BODIES, "organisation", False),
        (LYNCHED, "proceeding", True),  # one heading alone speaks of it
        (["Detained persons,,,,", "", *HELD], "act", True),  # as its title says
    ],
)
def test_what_is_told_of_rows_goes_before_the_look_of_names(
    lines: list[str], kind: str, in_doubt: bool, root: Path, tmp_path: Path
) -> None:
    [table] = look(root, tmp_path / "liste.csv", lines).proposals
    assert (table.guess.kind, table.guess.doubt) == (kind, in_doubt)


def test_a_total_of_a_year_on_top_is_no_row(root: Path, tmp_path: Path) -> None:
    lines = ["дата,имя жертвы,город", "всего за 2017,18,"]
    lines += [f"0{at}.02.2017,{name},Казань" for at, name in enumerate(NAMES[1:8], 1)]
    [table] = look(root, tmp_path / "список.csv", lines).proposals
    assert (len(table.rows), table.region.dropped) == (7, (2,))


def test_a_second_import_of_own_words_gives_the_same(tmp_path: Path) -> None:
    project, file, said = tmp_path / "p", tmp_path / "élus.csv", tmp_path / "said.json"
    create_bare_project(project, "Registre", "fr")
    where = ["Nord-Ubangi", "Kasaï", "", "Kasaï", "Lomami"] * 2
    rows = zip(NAMES, where, ["O", "N"] * 5, strict=True)
    file.write_text("\n".join(["Nom,Circ. élect.,DP", *map(",".join, rows)]) + "\n", "utf-8")
    answers: dict[str, Any] = {
        "kind": "person", "means": {"Nom": "name"}, "everybody": ["Circ. élect."],
        "not_about_privacy": ["Circ. élect."],
        "columns": {"DP": {"public": ["O"], "private": ["N"]}},
    }  # fmt: skip
    said.write_text(json.dumps({file.name: answers}), "utf-8")
    call = ["import", str(file), "--answers", str(said), "--yes", "--public", "-p", str(project)]
    settings = []
    for _ in range(2):
        result = CliRunner().invoke(app, call)
        assert not result.exit_code, result.output
        [written] = (project / "data" / "sources").glob("*lus/source.toml")
        settings.append(written.read_text("utf-8"))
    assert 'visibility = "public"' in settings[0]
    assert settings[0] == settings[1]


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("العائلة", ["موافقة", "رفضت", "لم نسألها بعد"]),
        ("Famille", ["accord", "refus de la mère", "à joindre"]),
        ("Parientes", ["aceptan", "rechazan", "por llamar"]),
        ("Родственники", ["согласны", "отказ", "не спрошены"]),
    ],
)
def test_consents_below_any_heading_are_asked_about(
    heading: str, cells: list[str], root: Path, tmp_path: Path
) -> None:
    rows = zip(NAMES, [cells[number % 3] for number in range(len(NAMES))], strict=True)
    found = look(root, tmp_path / "liste.csv", [f"Nom,{heading}", *map(",".join, rows)])
    [question] = (one for one in found.questions if one["column"] == heading)
    assert "private" in question["asks"]
    assert {one["text"] for one in question["texts"]} == {*cells}


def test_a_code_like_its_neighbours_is_not_unknown(root: Path, tmp_path: Path) -> None:
    provinces = ["PA", "NA", "AG", "RC", "NA", "MI", "BA", "CT", "NA", "TP"]
    rows = [f"{name},{place}" for name, place in zip(NAMES, provinces, strict=True)]
    [table] = look(root, tmp_path / "vittime.csv", ["Nome,Provincia", *rows]).proposals
    assert "NA" not in table.unknown
    answers = ["SI", "NA", "NO", "ND", "NA", "SI", "NO", "NA", "SI", "ND"]
    rows = [f"{name},{place}" for name, place in zip(NAMES, answers, strict=True)]
    [table] = look(root, tmp_path / "risposte.csv", ["Nome,Sentita", *rows]).proposals
    assert "NA" in table.unknown


def test_where_a_memorial_stands_is_offered(root: Path, tmp_path: Path) -> None:
    rows = [
        f"{name},Ahornweg {10 + at},{48 + at / 7.3:.8f},{9 + at / 61.7:.8f}"
        for at, name in enumerate(NAMES)
    ]
    lines = ["name,strasse,lat,long", *rows]
    found = look(root, tmp_path / "Stolpersteine Calw.csv", lines, kind="person")
    assert [*asked(found, "everybody")["because"]] == ["strasse", "lat", "long"]
    assert asked(found, "everybody")["because"]["lat"] != "who-holds-phone"
    found = look(root, tmp_path / "Mitglieder.csv", lines, kind="person")
    assert not asked(found, "everybody")  # where the living live


@pytest.mark.parametrize(
    "heading", ["assistant (confiance)", "riesgo (no pub.)", "Anm. intern", "قريب للاتصال"]
)
def test_a_heading_that_says_secret_is_not_offered(
    heading: str, root: Path, tmp_path: Path
) -> None:
    words = ["gravure à l'acide", "teinture au pastel", "vannerie"]
    rows = [f"{name},{words[at % 3]} {at},{words[at % 3]} {at}" for at, name in enumerate(NAMES)]
    lines = [f"Nom,{heading},atelier présenté", *rows]
    found = look(root, tmp_path / "artisans.csv", lines, kind="person")
    assert [*asked(found, "everybody")["because"]] == ["atelier présenté"]


def test_a_place_that_looks_like_a_street_is_published_in_its_own_words(
    root: Path, tmp_path: Path
) -> None:
    lines = ["nombre,fecha,lugar detención"] + [
        f"{name},1977-0{at % 9 + 1}-11,\"En su domicilio, calle Charrúa Nº {2041 + at}\""
        for at, name in enumerate(NAMES)
    ]  # fmt: skip
    said: dict[str, Any] = {
        "kind": "act", "what": {"type": "enforced-disappearance"}, "unsourced": "public",
        "means": {"nombre": "victim", "lugar detención": "place"}, "everybody": ["lugar detención"],
    }  # fmt: skip
    [table] = look(root, tmp_path / "fichas.csv", lines, **said).proposals
    meant = [one.column for one in table.guess.meanings if "lugar detención" in one.headings]
    assert meant == ["place", "note"]


@pytest.mark.parametrize(
    "text", ["Ucciso nel 1984 a Ercolano. [NB int.: la zia sa chi è]", "da non scrivere (cugino)"]
)
def test_a_word_to_ourselves_inside_a_text_is_found(text: str) -> None:
    assert says_private(text)


TERMS = ["Name,From,To,Minister for"] + [
    f"{name},0{at + 1}/11/2001,2{at}/03/2004,Labour" for at, name in enumerate(NAMES[:9])
]
SEATS = ["name,seat_no,gender,party"] + [
    f"{name},{5170 + 13 * at},{'HM'[at % 2]},Verde" for at, name in enumerate(NAMES)
]


def test_rows_that_speak_of_no_harm_are_no_acts(root: Path, tmp_path: Path) -> None:
    [table] = look(root, tmp_path / "terms.csv", TERMS).proposals
    assert table.guess.kind != "act"


def test_a_figure_of_four_digits_is_no_year_of_the_far_future(root: Path, tmp_path: Path) -> None:
    [table] = look(root, tmp_path / "seats.csv", SEATS).proposals
    assert "seat_no" not in table.columns.values()


@pytest.mark.parametrize(
    ("letters", "codes"),
    [
        ("HM", {"H": "man", "M": "woman"}), ("MF", {"M": "man", "F": "woman"}),
        ("mw", {"m": "man", "w": "woman"}), ("HF", {"H": "man", "F": "woman"}),
        ("MV", {}),  # Dutch women, or men in Argentina
    ],
)  # fmt: skip
def test_a_letter_of_two_genders_is_the_one_that_no_other_means(
    letters: str, codes: dict[str, str], root: Path, tmp_path: Path
) -> None:
    turned = str.maketrans("HM", letters)
    lines = [SEATS[0], *(f"{line[:-7]}{line[-7:].translate(turned)}" for line in SEATS[1:])]
    found = look(root, tmp_path / "seats.csv", lines)
    [table] = found.proposals
    scheme = TableProposer(open_project(root), "fr").codes["gender"]
    said = {text: texts[0] for text, texts in dict(table.meant).get("gender", {}).items()}
    read = {one: code for one in letters if (code := said.get(one) or scheme.find_code(one))}
    assert table.columns["gender"] == "gender"
    assert read == codes
    assert any("values" in one["asks"] for one in found.questions) == (not codes)


def test_a_day_of_death_that_some_have_makes_no_list_of_the_dead(
    root: Path, tmp_path: Path
) -> None:
    lines = ["full_name,died,gender,year,category"] + [
        f"{name},{'None' if at % 3 else f'199{at}-01-30'},female,20{at + 10},Physics"
        for at, name in enumerate(NAMES)
    ]
    [table] = look(root, tmp_path / "liste.csv", lines).proposals
    assert table.guess.doubt
    assert dict(table.values).get("type") is None


def test_of_many_namesakes_some_are_shown(root: Path, tmp_path: Path) -> None:
    given, family = ("Ana", "Berta", "Hugo", "Inés", "Omar"), ("Quispe", "Rojas", "Soto", "Vega")
    names = [f"{one} {other}" for one in given for other in family]
    lines = [f"{name},{place},killing,2019" for name in names for place in ("Peru", "Chile")]
    file = tmp_path / "cases.csv"
    file.write_text("\n".join(["Victim,Country,Act,Date", *lines]), encoding="utf-8")
    run = ["import", str(file), "-p", str(root), "--dry-run", "--yes", "--lang", "en"]
    result = CliRunner().invoke(app, run)
    assert result.output.count("they count as different people") == 12
    assert "and 8 more" in result.output


def test_the_same_answers_make_the_same_settings_again(root: Path, tmp_path: Path) -> None:
    """A column of remarks that was said to mark no rows, and a place that was opened."""
    head = "Date,Participant,Suite donnée,Lieu,Remarques"
    rows = [
        f"2024-07-{at + 10},{name},appel,Lille,{'ne pas citer' if at == 1 else f'suivi {at}'}"
        for at, name in enumerate(NAMES[:6])
    ]
    file = tmp_path / "appels.csv"
    file.write_text("\n".join([head, *rows]), encoding="utf-8")
    means = {"Participant": "intervener", "Suite donnée": "intervention_type"}
    columns = {"Lieu": {"who": "public"}, "Suite donnée": {"values": {"appel": "other"}}}
    said = {"kind": "intervention", "not_about_privacy": ["Remarques"], "means": means}
    answers = {file.name: {**said, "unsourced": "public", "columns": columns}}
    settings = []
    for _ in range(3):
        hrdgraph.import_tables(file, answers=answers, project=root, publish=True)
        [path] = root.glob("data/sources/appels*/source.toml")
        settings.append(sorted(path.read_text("utf-8").splitlines()))
    assert settings[0] == settings[1] == settings[2]
