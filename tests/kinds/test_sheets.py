"""Every sheet of a workbook is proposed, or named with the reason why it is not read."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import Workbook
from tests.small_projects import add_countries, create_bare_project

import hrdgraph
from hrdgraph.cli.app import app
from hrdgraph.errors import HrdgraphError
from hrdgraph.pipeline.importing.propose import TableProposer
from hrdgraph.pipeline.importing.questions import answer
from hrdgraph.pipeline.importing.table_proposal import audience_of, list_private_rows
from hrdgraph.project import open_project

PEOPLE = [
    ["Małgorzata Wiśniewska", "PL", "1971"],
    ["Jürgen Groß", "DE", "1968"],
    ["Şükran Yıldız", "TR", "1980"],
    ["Ndèye Fatou Sarr", "SN", "1977"],
]
STONES = [
    ["1", "Löwenstein", "Recha", "Hüetlinstraße", "14"],
    ["2", "Löwenstein", "Siegfried", "Hüetlinstraße", "14"],
    ["3", "Großmann", "Żaneta", "Döbelestraße", "2"],
    ["4", "Çelik", "Müzeyyen", "Döbelestraße", "2"],
]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("sheets") / "p"
    create_bare_project(root, "Liste", "en")
    return root


def write(path: Path, sheets: Mapping[str, Sequence[Sequence[str]]]) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def run(root: Path, file: Path, answers: Any = None, *more: str) -> tuple[int, dict[str, Any]]:
    given = ["import", "-p", str(root), "--lang", "en", "--json", str(file), *more]
    if answers is not None:
        (file.parent / "answers.json").write_text(json.dumps(answers), "utf-8")
        given += ["--answers", str(file.parent / "answers.json")]
    result = CliRunner().invoke(app, given, standalone_mode=False)
    if isinstance(result.exception, HrdgraphError):
        raise result.exception
    return int(result.return_value or 0), json.loads(result.output)


def test_headings_below_a_title_are_found_though_one_stands_twice(
    root: Path, tmp_path: Path
) -> None:
    top = [["Steine der Stadt"], ["Stand März 2024"], []]
    head = ["Nr.", "Nachname", "Vorname", "Straße", "Nr"]
    legend = [["Kürzel", "Bedeutung"], ["j", "jüdisch"], ["p", "politisch"]]
    file = write(
        tmp_path / "steine.xlsx",
        {"Personen": [*top, head, *STONES, *STONES], "Legende": legend[:2]},
    )
    _, told = run(root, file, None, "--dry-run")
    assert [(one["sheet"], one["header"], one["rows"]) for one in told["tables"]] == [
        ("Personen", 4, 8)
    ]
    [left] = told["left_out"]
    assert left.startswith("steine.xlsx, Legende, 1–2: not read")


def test_a_legend_is_not_read_and_refuses_nothing(root: Path, tmp_path: Path) -> None:
    legend = [["Name", "given name and surname"], ["Country", "two letters"], ["Born", "year"]]
    file = write(
        tmp_path / "people.xlsx",
        {
            "read me": legend,
            "list": [["Name", "Country", "Born"], *PEOPLE],
            "codes": [["a"], ["b"]],
        },
    )
    code, told = run(root, file, None, "--yes", "--kind", "person")
    assert code == 0
    assert [(one["sheet"], one["kind"]) for one in told["tables"] if one["rows"] > 3] == [
        ("list", "person")
    ]
    assert "people.xlsx, read me" in " ".join(told["left_out"])


@pytest.mark.parametrize(("heading", "asked"), [("liv.", "liv."), ("gruppo", "")])
def test_a_legend_that_forbids_a_code_holds_the_table_back(
    heading: str, asked: str, root: Path, tmp_path: Path
) -> None:
    rows = [[*row, str(1 + at % 3)] for at, row in enumerate(PEOPLE)]
    legend = [["codice", "significato"], ["1", "tutti"], ["2", "soci"], ["3", "non pubblicare"]]
    sheets = {"persone": [["Name", "Country", "Born", heading], *rows], "livelli": legend}
    file = write(tmp_path / "soci.xlsx", sheets)
    _, told = run(root, file, None, "--dry-run")
    assert [
        one["column"] for one in told["questions"] if {*one["asks"]} & {"private", "title"}
    ] == [asked]
    run(root, file, None, "--yes", "--public")
    text = (root / "data/sources/soci/source.toml").read_text("utf-8")
    assert [one["visibility"] for one in tomllib.loads(text)["table"]] == ["restricted"]


def test_a_sheet_is_not_read_where_a_person_says_so(root: Path, tmp_path: Path) -> None:
    head = ["Name", "Country", "Born"]
    file = write(tmp_path / "two.xlsx", {"2023": [head, *PEOPLE], "to call": [head, *PEOPLE[:2]]})
    answers = {"two.xlsx#2023": {"kind": "person"}, "two.xlsx#to call": {"kind": "ignore"}}
    code, told = run(root, file, answers, "--yes")
    assert (code, [one["sheet"] for one in told["tables"]]) == (0, ["2023"])
    assert told["left_out"] == ["two.xlsx, to call, 1–3: not read, as you answered"]
    text = (root / "data/sources/two/source.toml").read_text("utf-8")
    assert [one["sheet"] for one in tomllib.loads(text)["table"]] == ["2023"]


def test_a_sheet_without_headings_is_named_and_read_as_a_person_says(
    root: Path, tmp_path: Path
) -> None:
    mayors = [
        [name, party, place]
        for name, party, place in (
            ("Inês Guimarães Falcão", "PX", "Vila Nova"),
            ("João Simões", "PY", "Óbidos"),
            ("Graça Conceição", "PX", "Ílhavo"),
            ("Nuno Antão", "PX", "Águeda"),
            ("Zeferino Brandão", "PY", "Trofa"),
            ("Lídia Peça", "PX", "Seia"),
            ("Íris Araújo", "PY", "Faro"),
        )
    ]
    titled = [["Eleições"], *mayors]
    later = [["Presidente", "Partido", "Concelho"], *mayors]
    file = write(tmp_path / "camaras.xlsx", {"1979": titled, "1983": later})
    _, told = run(root, file, None, "--dry-run")
    assert [one["sheet"] for one in told["tables"]] == ["1983"]
    assert "camaras.xlsx, 1979: not read" in told["left_out"][0]
    assert "header = 4" in told["left_out"][0]
    said = {
        "camaras.xlsx#1979": {
            "header": 0, "kind": "person", "columns": {"[A]": {"means": "name", "who": "public"}},
        },
        "camaras.xlsx#1983": {"kind": "ignore"},
    }  # fmt: skip
    code, told = run(root, file, said, "--yes")
    assert (code, told["tables"][0]["rows"]) == (0, 8)  # a title that stands alone is a row too
    table = tomllib.loads((root / "data/sources/camaras/source.toml").read_text("utf-8"))["table"][
        0
    ]
    assert (table["header"], table["columns"]) == (0, {"name": "[A]"})
    code, again = run(root, file, None, "--yes", "--public")
    assert (code, again["tables"][0]["rows"]) == (0, 8)


def test_a_row_of_headings_is_taken_as_answered(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "tarde.csv"
    file.write_text("lista,de,casos\nx,y,z\nNombre,País,Nació\nMaría Ñáñez,CL,1970\n", "utf-8")
    proposer = TableProposer(open_project(root), "es")
    [found], _ = proposer.of(file, "", {"tarde.csv": {"header": 3}})
    assert (found.region.header, [*found.headings], len(found.rows)) == (
        3, ["Nombre", "País", "Nació"], 1,
    )  # fmt: skip
    (tmp_path / "sin.csv").write_text("1|Rut|2020\n2|Ana|2021\n", "utf-8")
    with pytest.raises(HrdgraphError, match=r'\["sin.csv"\] header = 4'):
        proposer.of(tmp_path / "sin.csv")


def propose(root: Path, folder: Path, text: str, said: Any = None) -> Any:
    (folder / "liste.csv").write_text(text, "utf-8")
    proposer = TableProposer(open_project(root), "es")
    [found], _ = proposer.of(folder / "liste.csv")
    return answer(found, proposer, said) if said else found


ASSOCIATIONS = (
    "nombre,tipo,ciudad,url\n"
    "Asociación de Vecinos El Balconcillo,,Guadalajara,https://example.org/1\n"
    "Peña Taurina La Muñeza,,Yunquera,https://example.org/2\n"
    "Cofradía de la Virgen de la Peña,,Brihuega,https://example.org/3\n"
)
PRISONERS = "编号,姓名,地点,出生日期,来源\n1,王晓梅,成都,1970-03-01,法院\n2,李志强,广州,1968,亲属\n"


@pytest.mark.parametrize(
    ("text", "kind"),
    [(ASSOCIATIONS, "organisation"), (PRISONERS, "act")],
    ids=["associations", "prisoners"],
)
def test_a_kind_that_nothing_proves_is_asked(
    text: str, kind: str, root: Path, tmp_path: Path
) -> None:
    guess = propose(root, tmp_path, text).guess
    assert guess.doubt or guess.kind == kind
    assert kind in (guess.kind, *guess.others)


def test_a_column_of_a_closed_list_holds_words_of_the_list(root: Path, tmp_path: Path) -> None:
    text = (
        "Tipo de víctima,Nombre completo,Fecha del hecho,Tipo de hecho,Fuente\n"
        "DIRECTA,María José Ñáñez,2019-11-08,detención,https://example.org/1\n"
        "FAMILIAR,Xóchitl Güemes,2019-12-01,amenaza,https://example.org/2\n"
    )
    found = propose(root, tmp_path, text)
    assert found.guess.kind == "act"
    assert "victim_kind" not in found.columns


def test_a_portrait_is_no_source_and_a_repeated_number_counts_no_rows(
    root: Path, tmp_path: Path
) -> None:
    text = (
        "name,surname,url,number\n"
        "Sokhna,Diagne,https://example.org/2021-10/Photo.jpg?h=8,2\n"
        "Léopoldine,d’Angély,https://example.org/portraits/b.jpeg,2\n"
        "Małgorzata,Wiśniewska,https://example.org/photos/77,1\n"
    )
    found = propose(root, tmp_path, text)
    assert "document" not in found.columns
    assert [found.cell(row, "name") for row in found.rows][1] == "Léopoldine d’Angély"
    kinds = TableProposer(open_project(root), "es").kinds
    seen = {one.heading: one.reason for one in audience_of(found, kinds[found.guess.kind])}
    assert seen["number"] == "who-not-understood"


@pytest.mark.heavy
def test_a_name_and_a_place_in_two_columns_are_joined_as_answered(
    root: Path, tmp_path: Path
) -> None:
    add_countries(root)
    text = (
        "Quién,De la familia,Qué pasó,Cuándo,Barrio,Departamento,Fuente\n"
        "Ximena,Núñez Arreola,asesinato,2019-11-08,Durazno,Durazno,https://example.org/1\n"
        "Íngrid,Güemes,asesinato,2019-12-01,Villa Ñandú,Artigas,https://example.org/2\n"
    )
    means = {
        "Quién": "victim", "De la familia": "victim", "Qué pasó": "type", "Cuándo": "date",
        "Barrio": "place", "Departamento": "place", "Fuente": "document",
    }  # fmt: skip
    columns = {name: {"means": column, "who": "public"} for name, column in means.items()}
    said = {"kind": "act", "unsourced": "public", "columns": columns}
    file = tmp_path / "hechos.csv"
    file.write_text(text, "utf-8")
    code, _ = run(root, file, {"hechos.csv": said}, "--yes", "--public")
    assert code == 0
    table = tomllib.loads((root / "data/sources/hechos/source.toml").read_text("utf-8"))["table"][0]
    assert table["columns"]["place"] == {"joined": ["Barrio", "Departamento"]}
    assert table["columns"]["victim"] == {"joined": ["Quién", "De la familia"]}
    build = CliRunner().invoke(app, ["build", str(root)], standalone_mode=False)
    assert build.return_value in (0, 1), build.output
    graph = (root / "build/graph.nq").read_text("utf-8")
    assert '"Ximena Núñez Arreola"' in graph
    assert '"Villa Ñandú, Artigas"' in graph
    assert '"Durazno"' in graph


SHOOTINGS = (
    "data_ocorrencia;cidade;uf;civis_mortos;motivo\n"
    "2024-12-29 13:00:00;São Gonçalo;RJ;1;Operação\n"
    "2024-12-30 22:10:00;Niterói;RJ;0;Disputa\n"
    "2024-12-30 23:40:00;Niterói;RJ;2;Ação\n"
)
CASES = (
    "Asunto,Juzgado,Presentado,Enlace\n"
    "A-17,Juzgado 3.º de Ñuñoa,2019-11-08,https://example.org/1\n"
    "A-18,Juzgado 3.º de Ñuñoa,2019-11-08,https://example.org/2\n"
)
SHOT = (
    "Víctimas en el libro,Día\n"
    "un campesino de Ñancahuazú,\n"
    "Адно Борис Леонидович из Риги,\n"
    "un campesino de Ñancahuazú,\n"
    "dos maestras,1937-02-10\n"
)


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    ("text", "kind", "means", "count"),
    [
        (
            SHOOTINGS,
            "act",
            {
                "data_ocorrencia": "date", "cidade": "place", "uf": "place",
                "civis_mortos": "victims_known",
            },
            3,
        ),
        (
            CASES,
            "proceeding",
            {"Asunto": "file_number", "Juzgado": "court", "Presentado": "charged_on",
             "Enlace": "document"},
            2,
        ),
        (SHOT, "act", {"Víctimas en el libro": "victim_text", "Día": "date"}, 4),
    ],
    ids=["shootings", "cases", "shot"],
)  # fmt: skip
def test_rows_that_name_nobody_are_kept(
    text: str, kind: str, means: dict[str, str], count: int, root: Path, tmp_path: Path
) -> None:
    name = f"nobody-{kind}-{count}"
    file = tmp_path / f"{name}.csv"
    file.write_text(text, "utf-8")
    columns = {name: {"means": column, "who": "public"} for name, column in means.items()}
    said = {"kind": kind, "unsourced": "public", "language": "es", "columns": columns}
    said |= {"what": "attack"} if kind == "act" else {}
    code, _ = run(root, file, {file.name: said}, "--yes", "--public")
    assert code == 0
    table = tomllib.loads((root / f"data/sources/{name}/source.toml").read_text("utf-8"))
    assert table["table"][0]["language"] == "es"
    build = CliRunner().invoke(app, ["build", str(root)], standalone_mode=False)
    graph = (root / "build/graph.nq").read_text("utf-8")
    lines = {line for line in graph.splitlines() if f"{name}/" in line.split()[0]}
    made = {line.split()[0] for line in lines if f"/{kind}/" in line.split()[0]}
    assert len(made) == count, build.output
    assert "person/name" not in graph


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"everybody": ["Dirección"]}, "where somebody lives"),
        ({"what": "killing"}, "a column gives it already"),
        ({"columns": {"Nombre": {"values": {"María Ñáñez": "y"}}}}, "are no codes"),
        ({"header": "three"}, "must be a whole number"),
        ({"language": "xx"}, "there is: ar, en"),
    ],
)
def test_an_answer_that_cannot_be_used_is_refused_with_the_reason(
    said: dict[str, Any], words: str, root: Path, tmp_path: Path
) -> None:
    file = tmp_path / "gente.csv"
    file.write_text(
        "Nombre,Dirección,Tipo\nMaría Ñáñez,Calle 1,x\nÍngrid Güemes,Calle 2,x\n", "utf-8"
    )
    with pytest.raises(HrdgraphError) as caught:
        run(root, file, {"gente.csv": {"kind": "person", **said}}, "--yes")
    assert words in caught.value.text("en")


def test_surnames_before_a_comma_make_no_list_of_people(root: Path, tmp_path: Path) -> None:
    names = ("Ñáñez Lignac, María José", "Güemes, Íngrid", "Díaz Åkerman, Xóchitl Luz", "Peña, Rut")
    rows = "".join(f"{name}|1938-0{at}-01|detención\n" for at, name in enumerate(names, 1))
    found = propose(root, tmp_path, "Nombre|Fecha|Acto\n" + rows)
    assert found.guess.kind == "act"
    assert not found.splits


def test_the_encoding_of_a_file_is_told_answered_and_kept(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "iller.csv"
    file.write_bytes("Ad;Meslek\nAyşe Gül;avukat\nÇağrı Işık;gazeteci\n".encode("cp1254"))
    said = {
        "kind": "person", "encoding": "cp1254",
        "columns": {"Ad": {"means": "name"}, "Meslek": {"means": "occupation"}},
    }  # fmt: skip
    with pytest.raises(HrdgraphError):
        run(root, file, {"iller.csv": said | {"encoding": "cp-ayse"}}, "--yes")
    code, found = run(root, file, {"iller.csv": said}, "--yes")
    assert code == 0
    assert found["tables"][0]["encoding"] == "cp1254"
    assert "Ayşe Gül" in found["tables"][0]["who_will_see_it"][0]["examples"]
    kept = tomllib.loads((root / "data/sources/iller/source.toml").read_text("utf-8"))
    assert kept["table"][0]["encoding"] == "cp1254"
    given = ["import", "-p", str(root), "--lang", "fr", "--dry-run", str(file)]
    told = CliRunner().invoke(app, given, standalone_mode=False).output
    assert "pas en UTF-8 : lu comme cp125" in told


VICTIMS = [
    ["Benedita da Silva", "", "homicídio doloso"],
    ["Zumbi Ferreira Antão", "1978-03-02", "feminicídio"],
    ["Antônio Conceição", "", "homicídio doloso"],
    ["Íris Araújo Brandão", "1981-11-20", "homicídio doloso"],
]


def ask(root: Path, file: Path, kind: str = "") -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what is proposed for the one table of a file, and its questions by their headings."""
    _, told = run(root, file, {file.name: {"kind": kind}} if kind else None, "--dry-run")
    [table] = told["tables"]
    return table, {one["column"] or one["asks"][0]: one for one in told["questions"]}


def test_a_day_of_death_that_half_lack_is_no_death_of_all(root: Path, tmp_path: Path) -> None:
    rows = [["Victim", "Date of death"], *(row[:2] for row in VICTIMS)]
    file = write(tmp_path / "deputados.xlsx", {"a": rows})
    table, asked = ask(root, file)
    assert "kind" in asked
    assert "death" not in table["values"].values()
    answers = {"deputados.xlsx#a": {"kind": "act", "what": "death", "unsourced": "public"}}
    run(root, file, answers, "--yes", "--public")
    text = (root / "data/sources/deputados/source.toml").read_text("utf-8")
    [made] = tomllib.loads(text)["table"]
    assert made["rows"] == {"Date of death": {"": "restricted", "*": "public"}}


def test_what_was_done_is_asked_though_a_heading_tells_it(root: Path, tmp_path: Path) -> None:
    rows = [[name, date or "1990-05-01", crime] for name, date, crime in VICTIMS]
    file = write(tmp_path / "x.xlsx", {"a": [["Victim", "Date of death", "delito"], *rows]})
    _, asked = ask(root, file, "act")
    assert asked["what"]["without_an_answer"] == "death"
    assert "delito" in asked["what"]["cells"]


def test_headings_that_stand_again_are_no_row(root: Path, tmp_path: Path) -> None:
    head = ["Name", "Country", "Born"]
    file = write(tmp_path / "again.xlsx", {"a": [head, *PEOPLE[:2], head, *PEOPLE[2:]]})
    table, asked = ask(root, file)
    assert table["rows"] == len(PEOPLE)
    assert "Country" not in asked


@pytest.mark.parametrize(
    ("cells", "split"),
    [
        (
            ["{} / Politiker / Minister", "{} / Politiker", "{} / Maler", "{} / Maler / Minister"],
            False,
        ),
        (["{} / Grażyna Żuk", "{} / Ömer Çağlar", "{} / Noël Bâ", "{} / Ayşe Gül"], True),
        (["{} وفاء مشهور وجيه الوحيدي"] * 4, False),
    ],
)
def test_a_name_is_not_split_into_what_is_said_of_it(
    cells: list[str], split: bool, root: Path, tmp_path: Path
) -> None:
    rows = [[cell.format(name), *more] for cell, (name, *more) in zip(cells, PEOPLE, strict=True)]
    file = write(tmp_path / "tafeln.xlsx", {"a": [["Victim", "Country", "Date"], *rows]})
    [made], _ = TableProposer(open_project(root), "en").of(file, "act")
    assert bool(made.splits) == split


def test_answers_that_another_answer_made_idle_are_told_and_change_nothing(
    root: Path, tmp_path: Path
) -> None:
    file = tmp_path / "hechos.csv"
    file.write_text(
        "Víctima,Acto,Fecha,Sexo,Urgente\nMaría Ñáñez,detención,2020-03-04,dama,sí\n"
        "Íngrid Güemes,amenaza,2021-05-06,mujer,no\nRut Peña,amenaza,2021-05-07,mujer,no\n"
        "Xóchitl Díaz,detención,2021-05-08,mujer,sí\nIñaki Åkerman,amenaza,2021-06-06,hombre,no\n",
        "utf-8",
    )
    said = {
        "kind": "act",
        "not_about_privacy": ["Urgente", "Acto"],
        "columns": {
            "Sexo": {"values": {"dama": "woman"}},
            "Acto": {"means": "", "values": {"amenaza": "threat"}},
        },
        "what": "detention",
    }
    (tmp_path / "answers.json").write_text(json.dumps({"hechos.csv": said}), "utf-8")
    given = ["import", "-p", str(root), "--lang", "es", str(file), "--yes"]
    given += ["--answers", str(tmp_path / "answers.json")]
    result = CliRunner().invoke(app, given, standalone_mode=False)
    assert result.exception is None
    assert "y hay que nombrarlo: Acto: values" in result.output
    table = tomllib.loads((root / "data/sources/hechos/source.toml").read_text("utf-8"))["table"]
    assert table[0]["values"]["victim_gender"] == {"dama": "woman"}


def test_alike_sheets_are_asked_about_once(root: Path, tmp_path: Path) -> None:
    head = ["Nombre", "Distrito", "Consentimiento", "Teléfono"]
    people = ["Ñusta Quispe Mamani", "Marisol Xicoténcatl", "Zbigniew Świątek"]
    sheets = {
        f"20{at}": [head, *([name, f"{name[0]}{at}", mark, ""] for name, mark in zip(people, marks, strict=True))]
        for at, marks in ((21, ("sí", "no", "sí")), (22, ("no", "sí", "pendiente")), (23, ("sí", "sí", "no")))
    }  # fmt: skip
    sheets["2023"][1][1] = "+591 71234567"  # of which nothing was said
    file = write(tmp_path / "censo.xlsx", sheets)
    found = hrdgraph.import_tables(file, dry_run=True, project=root, lang="es")
    about = [(one["column"], *one["asks"]) for one in found.questions]
    assert len(about) == len({*about})
    assert {one["table"] for one in found.questions} == {"censo.xlsx#2021"}
    [marks] = [one for one in found.questions if one["column"] == "Consentimiento"]
    assert {one["text"]: one["count"] for one in marks["texts"]} == {
        "sí": 5,
        "no": 3,
        "pendiente": 1,
    }
    answers = {"censo.xlsx#2021": {
        "everybody": ["Distrito"],
        "columns": {"Nombre": {"who": "withheld"}, "Consentimiento": {"private": ["no", "pendiente"], "public": ["sí"]}},
    }}  # fmt: skip
    after = hrdgraph.import_tables(file, answers=answers, dry_run=True, project=root, lang="es")
    assert [len(list_private_rows(one)) for one in after.proposals] == [1, 2, 1]
    assert all(dict(one.chosen)["Nombre"] == "withheld" for one in after.proposals)
    seen = [dict(one.chosen).get("Distrito") for one in after.proposals]
    assert seen == ["public", "public", None]  # the last holds a phone


def test_a_kind_said_of_one_sheet_holds_for_alike_sheets_that_nobody_understands(
    root: Path, tmp_path: Path
) -> None:
    head = ["Kunya", "Shekara"]
    rows = [
        [f"{name} {at}", f"{1990 + at}"] for at in range(6) for name in ("Ƙungiyar", "Ɓangaren")
    ]
    file = write(tmp_path / "kungiyoyi.xlsx", {"a": [head, *rows], "b": [head, *rows[:9]]})
    said = {"kind": "organisation", "means": {"Kunya": "name", "Shekara": "founded"}}
    proposer = TableProposer(open_project(root), "en")
    for answers, left in (
        ({"kungiyoyi.xlsx#a": said}, []),
        ({"kungiyoyi.xlsx#a": said, "kungiyoyi.xlsx#b": {"kind": "ignore"}}, ["place-said-ignore"]),
    ):
        _, found = proposer.of(file, given=answers)
        assert [one.code for one in found] == left


def test_a_person_says_what_the_rows_of_a_further_sheet_are(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = [["Fecha", "Tema", "Lugar"], ["2020-01-02", "A", "Quito"], ["2021", "B", "Lima"]]
    sheets = {"Gente": [["Nombre", "País", "Nacimiento"], *PEOPLE], "Registro": log}
    file = write(tmp_path / "libro.xlsx", sheets)
    assert TableProposer(open_project(root), "es").of(file)[1][0].code == "place-open"
    monkeypatch.setattr("hrdgraph.cli.import_command.Chosen.asks", property(lambda _: True))
    given = ["import", "-p", str(root), "--lang", "es", str(file)]
    result = CliRunner().invoke(app, given, input="concentraciones\n1\n1\nsí\nsí\n")
    assert "Solo nosotros:" in result.output, result.output
    tables = tomllib.loads((root / "data/sources/libro/source.toml").read_text("utf-8"))["table"]
    assert [one["kind"] for one in tables] == ["person", "assembly"], result.output


def make_log(path: Path, legend: str = "R = confidential; others may be shown.") -> Path:
    """Write cases, and a log of ours about them, each below a title that explains a column."""
    names = [
        f"{first} {last}"
        for first in ("Ndèye", "Jürgen", "Şükran")
        for last in ("Sarr", "Groß", "Ōe")
    ]
    cases = [["Code A: may be shown. Code C: never publish the name."], []]
    cases += [["Victim", "Happened", "Place", "Weather", "Code", "Our notes"]]
    cases += [
        [name, f"{at + 13}.05.{'19' if at == 4 else '2019'}", "Kaolack", f"rain {at % 3}",
         "AC"[at % 4 == 3], f"{name} keeps the letters" if at % 2 else ""]
        for at, name in enumerate(names)
    ]  # fmt: skip
    log = [[legend], [], ["Date", "On behalf of", "Town", "What came of it", "Cl."]]
    log += [[f"2020-03-{at + 11}", name, "Thiès", f"answer {at % 3}", "R" * (at % 3 == 0)]
            for at, name in enumerate(names)]  # fmt: skip
    return write(path, {"Cases": cases, "Log": log})


KINDS = {"Cases": "act", "Log": "intervention"}


def list_asked(root: Path, file: Path, **said: dict[str, Any]) -> dict[str, list[str]]:
    answers = {f"{file.name}#{one}": {"kind": KINDS[one], **said.get(one, {})} for one in KINDS}
    _, told = run(root, file, answers, "--dry-run")
    return {
        f"{one['table'].partition('#')[2]}: {one['column'] or one['asks'][0]}": one["asks"]
        for one in told["questions"]
    }


def test_what_belongs_together_is_asked_as_one(root: Path, tmp_path: Path) -> None:
    assert list_asked(root, make_log(tmp_path / "log.xlsx")) == {
        "Cases: Code": ["private"],
        "Cases: what": ["what"],
        "Cases: means": ["means", "everybody"],
        ": unsourced": ["unsourced"],  # of both sheets
        "Log: Cl.": ["private", "marked_rows"],
        "Log: what": ["what"],
        "Log: means": ["means", "everybody"],
    }


def test_a_title_that_says_more_than_what_a_column_means_is_asked_about(
    root: Path, tmp_path: Path
) -> None:
    file = make_log(tmp_path / "log.xlsx", "CONFIDENTIAL. R = secret")
    assert list_asked(root, file)["Log: title"] == ["title"]


def test_what_a_title_says_of_a_cell_is_not_answered_otherwise(root: Path, tmp_path: Path) -> None:
    file = make_log(tmp_path / "log.xlsx")
    for cells in ({"public": ["R", ""]}, {"private": [""], "public": ["R"]}):
        with pytest.raises(HrdgraphError, match=r"Cl\.: private"):
            list_asked(root, file, Log={"columns": {"Cl.": cells}})
    closed = {"columns": {"Cl.": {"private": ["R"], "public": [""]}}}
    assert "Log: Cl." not in list_asked(root, file, Log=closed)


def test_the_same_title_is_asked_about_once(root: Path, tmp_path: Path) -> None:
    rows = [["name", "country", "born"], *PEOPLE]
    sheets = {"Note": [["Not for publication"]], "a": rows, "b": [["name", "land"], *PEOPLE]}
    file = write(tmp_path / "x.xlsx", sheets)
    _, told = run(root, file, None, "--dry-run")
    assert [one["table"] for one in told["questions"] if one["asks"] == ["title"]] == ["x.xlsx#a"]
    _, told = run(root, file, {"x.xlsx#a": {"title": "public"}}, "--dry-run")
    assert not [one for one in told["questions"] if one["asks"] == ["title"]]


def test_a_dry_run_fails_where_the_import_would(root: Path, tmp_path: Path) -> None:
    rows = [["victim", "date", "type"]]
    rows += [[name, f"{at + 13}.05.19", "killing"] for at, (name, *_) in enumerate(PEOPLE)]
    file = write(tmp_path / "short.xlsx", {"a": rows})
    said, outputs = tmp_path / "said.json", []
    for pivot in ({}, {"pivot": "1999"}):
        said.write_text(json.dumps({"short.xlsx#a": {"kind": "act", **pivot}}), "utf-8")
        for more in (["--dry-run"], []):
            given = ["import", "-p", str(root), "--lang", "en", str(file), "--answers", str(said)]
            result = CliRunner().invoke(app, [*given, *more], standalone_mode=False)
            outputs.append((result.return_value, "open (pivot)" in result.output))
    assert outputs == [(1, True), (1, True), (0, False), (0, False)]
