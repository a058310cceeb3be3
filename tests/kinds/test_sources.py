"""A source with kinds and no mapping, from a workbook and from CSV files, to the graph."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from tests.small_projects import create_bare_project, publish_without_source

from hrdgraph.errors import HrdgraphError, Problems
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.project import open_project
from hrdgraph.rdf import ColumnGraph, Literal

QUICK = BuildOptions(validate=False)
BASE = "https://example.org/id/"
SOURCE = """title = "Registre 2024"
publisher = "Association"
licence = "facts only"
language = "fr"
[facts]
language = "fr"
dates = "dmy"
unknown = ["?", "inconnu"]
"""
TABLE = '[[table]]\nfile = "registre.xlsx"\nsheet = "Faits"\nkind = "act"\nheader = 3\nignore = ["N°"]\n'
HEADINGS = [
    "N°",
    "Nom de la victime",
    "Type de violation",
    "Date des faits",
    "Lieu",
    "Pays",
    "Source",
]
ROWS = [
    [1, "Marie Mukendi", "détention", "04/03/2021", "Goma", "RDC", "https://example.org/a"],
    [
        2,
        "Jean Ilunga; Paul Mbuyi",
        "assassinat",
        "?",
        "Bukavu",
        "Congo-Kinshasa",
        "https://example.org/b",
    ],
    [3, "Наталья Эстемирова", "Enlèvement", "15 juillet 2009", "inconnu", "Russie", None],
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    create_bare_project(tmp_path / "project", "Trial")
    return tmp_path / "project"


def workbook(
    root: Path,
    rows: list[list[object]],
    *,
    above: int = 2,
    toml: str = SOURCE + TABLE,
    headings: Sequence[str] = HEADINGS,
) -> None:
    folder = root / "data" / "sources" / "registre"
    folder.mkdir(exist_ok=True)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Faits"
    sheet["A1"] = "Registre des violations" if above else None
    for place, row in enumerate([list(headings), *rows], above + 1):
        for column, cell in enumerate(row, 1):
            sheet.cell(place, column, cell)
    book.save(folder / "registre.xlsx")
    (folder / "source.toml").write_text(toml, "utf-8")


def triples(graph: ColumnGraph) -> set[tuple[str, str, str]]:
    return {(quad.subject.n3(), quad.predicate.n3(), quad.object.n3()) for quad in graph}


def test_a_workbook_is_a_source(root: Path) -> None:
    workbook(root, ROWS)
    said = triples(build(open_project(root), QUICK).graph)
    person = f"<{BASE}person/Marie_Mukendi>"
    assert (person, "<http://www.w3.org/2004/02/skos/core#prefLabel>", '"Marie Mukendi"') in said
    act = next(s for s, p, o in said if p.endswith("#victim>") and o == person)
    event = next(s for s, p, o in said if p.endswith("#act>") and o == act)
    found = {(p.rpartition("#")[2], o) for s, p, o in said if s == event}
    assert ("date>", '"2021-03-04"^^<http://id.loc.gov/datatypes/edtf>') in found
    assert ("country>", f"<{BASE}country/CD>") in found
    assert any(p.endswith("#place>") and o == '"Bukavu"@fr' for _, p, o in said)


@pytest.mark.heavy
def test_a_list_names_several_and_an_empty_source_is_the_register(root: Path) -> None:
    workbook(
        root, ROWS, toml=SOURCE + TABLE.replace("[[table]]\n", '[[table]]\nunsourced = "public"\n')
    )
    said = triples(build(open_project(root), QUICK).graph)
    both = [
        s
        for s, p, o in said
        if p.endswith("#victim>") and ("Jean_Ilunga" in o or "Paul_Mbuyi" in o)
    ]
    assert len(both) == 2
    assert len(set(both)) == 1
    titles = {o for s, p, o in said if p.endswith("dc/terms/title>") and "/document/registre/" in s}
    assert titles == {'"Registre 2024"'}


@pytest.mark.heavy
def test_what_only_an_interview_says_is_restricted_unless_a_table_of_documents_says_otherwise(
    root: Path,
) -> None:
    rows = [[*row[:6], "entretien 12"] for row in ROWS[:1]]
    workbook(root, rows)
    assert not [
        s
        for s, p, _ in triples(build(open_project(root), QUICK).graph)
        if p.endswith("#victim>") and "/registre/" in s
    ]
    folder = root / "data" / "sources" / "registre"
    (folder / "documents.csv").write_text(
        "name,document_kind,holder,visibility\nentretien 12,entretien,Goma,public\n", "utf-8"
    )
    (folder / "source.toml").write_text(
        SOURCE + TABLE + '[[table]]\nfile = "documents.csv"\nkind = "document"\n', "utf-8"
    )
    said = triples(build(open_project(root), QUICK).graph)
    assert [s for s, p, _ in said if p.endswith("#victim>") and "/registre/" in s]
    assert [o for s, p, o in said if p.endswith("#documentKind>") and "/document/registre/" in s]
    assert not [s for s, p, _ in said if p.endswith("#holder>")]


FACTS = {
    "perpetrator": "act,perpetrator,who_kind,perpetrator_kind,degree,visibility\nA-1,City police,organisation,police,ordered,public\n",
    "proceeding": "accused,charge,court,verdict,verdict_on,sentence_length,state\nMarie Mukendi,sédition,Tribunal de Goma,coupable,2021-12,P16Y,serving-sentence\n",
    "intervention": "intervention_type,intervener,on_behalf_of,response\nappel urgent,Front Line Defenders,Marie Mukendi,aucune réponse\n",
    "fate": "person,fate,date\nMarie Mukendi,libérée,2022\n",
    "media": "media_type,depicts,caption,visibility\nphotographie,Marie Mukendi,à l'audience,public\n",
}
MADE = {
    "perpetrator": {"perpetrator>", "perpetratorKind>", "degree>", "involvedIn>"},
    "proceeding": {
        "accused>",
        "charge>",
        "court>",
        "verdict>",
        "verdictOn>",
        "sentenceLength>",
        "proceedingState>",
    },
    "intervention": {"interventionType>", "intervener>", "onBehalfOf>", "response>"},
    "fate": {"fateOf>", "fate>", "date>"},
    "media": {"mediaType>"},  # who is shown and the caption are of somebody living
}


@pytest.mark.sampled(1)
@pytest.mark.parametrize("kind", FACTS)
def test_who_did_what_needs_no_mapping(root: Path, kind: str) -> None:
    folder = root / "data" / "sources" / "registre"
    folder.mkdir()
    (folder / "acts.csv").write_text(
        "id,victim,type,date\nA-1,Marie Mukendi,détention,2021\n", "utf-8"
    )
    (folder / "more.csv").write_text(FACTS[kind], "utf-8")
    tables = f'[[table]]\nfile = "acts.csv"\nkind = "act"\n[[table]]\nfile = "more.csv"\nkind = "{kind}"\n'
    (folder / "source.toml").write_text(SOURCE.replace('dates = "dmy"', "") + tables, "utf-8")
    publish_without_source(root)
    result = build(open_project(root), QUICK)
    thing = "involvement" if kind == "perpetrator" else kind
    said = {p.rpartition("#")[2] for s, p, _ in triples(result.graph) if f"/{thing}/registre/" in s}
    assert said >= MADE[kind]
    assert not said & {"depicts>", "caption>"}
    assert [
        finding
        for finding in result.findings
        if finding.severity.name == "VIOLATION" and "registre" in str(finding)
    ] == []


@pytest.mark.heavy
def test_a_perpetrator_is_restricted_unless_the_row_says_otherwise(root: Path) -> None:
    folder = root / "data" / "sources" / "registre"
    folder.mkdir()
    (folder / "acts.csv").write_text("id,victim,type\nA-1,Marie Mukendi,détention\n", "utf-8")
    (folder / "more.csv").write_text("act,perpetrator_text\nA-1,le commandant du poste\n", "utf-8")
    tables = '[[table]]\nfile = "acts.csv"\nkind = "act"\n[[table]]\nfile = "more.csv"\nkind = "perpetrator"\n'
    (folder / "source.toml").write_text(SOURCE + tables, "utf-8")
    assert not [
        s
        for s, _, o in triples(build(open_project(root), QUICK).graph)
        if "commandant" in o or "/involvement/registre" in s
    ]


@pytest.mark.heavy
def test_a_csv_file_too(root: Path) -> None:
    folder = root / "data" / "sources" / "registre"
    folder.mkdir()
    (folder / "faits.csv").write_text(
        "Victime,Acte,Date,Pays\nMarie Mukendi,Arrestation arbitraire ou détention,2021,CD\n",
        "utf-8",
    )
    (folder / "source.toml").write_text(
        SOURCE + '[[table]]\nfile = "faits.csv"\nkind = "act"\nunsourced = "public"\n', "utf-8"
    )
    with pytest.raises(HrdgraphError, match=r"is not known here"):
        build(open_project(root), BuildOptions(on_error="stop"))
    (folder / "faits.csv").write_text(
        "Victime,Acte,Date,Pays\nMarie Mukendi,détention,2021,CD\n", "utf-8"
    )
    assert any("Marie_Mukendi" in s for s, _, _ in triples(build(open_project(root), QUICK).graph))


def test_every_bad_cell_is_told_at_once(root: Path) -> None:
    workbook(
        root,
        [
            *ROWS,
            [4, "X", "promenade", "03/17/2021", "", "Congo", ""],
            [5, "", "détention", "", "", "", ""],
        ],
    )
    with pytest.raises(Problems) as raised:
        build(open_project(root), BuildOptions(on_error="stop"))
    told = [(error.origin.row, error.origin.column) for error in raised.value.errors]
    assert (7, "Type de violation") in told
    assert (7, "Date des faits") in told
    assert (7, "Pays") in told
    assert any(row == 8 for row, _ in told)
    assert "Congo-Kinshasa" in str(raised.value)


def test_what_a_column_says_must_be_there(root: Path) -> None:
    workbook(root, ROWS, toml=SOURCE + TABLE + '[table.columns]\ndate = "Jour"\n')
    with pytest.raises(HrdgraphError, match="no column 'Jour'"):
        build(open_project(root), QUICK)
    workbook(root, ROWS, toml=SOURCE + TABLE.replace('"act"', '"acte"'))
    with pytest.raises(HrdgraphError, match="'acte' is not known here"):
        build(open_project(root), QUICK)


@pytest.mark.heavy
def test_a_row_that_is_not_public_hides_all_that_it_makes(root: Path) -> None:
    headings = [*HEADINGS, "Visibilité"]
    rows = [[*ROWS[0], "restreint"], [*ROWS[1], "public"], [*ROWS[2], None]]
    workbook(root, rows, headings=headings)
    text = build(open_project(root), QUICK).graph.document().decode()
    assert "Mukendi" not in text
    assert "Jean_Ilunga" in text


def test_rows_with_errors_are_left_out_where_the_person_says_so(root: Path) -> None:
    bad = [[4, "Zoé Kasa", "promenade", "2021", "Goma", "RDC", None]] * 7
    workbook(root, [*ROWS, *bad])
    result = build(open_project(root), BuildOptions(validate=False, on_error="row"))
    assert {error.origin.row for error in result.left_out} == set(range(7, 14))
    assert {error.origin.part for error in result.left_out} == {"Faits"}
    text = result.graph.document().decode()
    assert "Zo" + "\u00e9_Kasa" not in text
    assert "Jean_Ilunga" in text


def test_rows_with_errors_are_left_out_of_each_table_of_a_sheet(root: Path) -> None:
    bad: list[object] = [4, "Zoé Kasa", "promenade", "2021", "Goma", "RDC", None]
    last = [6, "Amahoro Ndayishimiye", "menace", "05/03/2021", "Uvira", "RDC", ROWS[0][-1]]
    first, second = (TABLE + more for more in ("last = 7\n", ""))
    second = second.replace("header = 3", "header = 9")
    table = [*ROWS[:3], bad, [None], HEADINGS, [5, *bad[1:]], last]
    workbook(root, table, toml=SOURCE + first + second)
    result = build(open_project(root), BuildOptions(validate=False, on_error="row"))
    assert {error.origin.row for error in result.left_out} == {7, 10}
    text = result.graph.document().decode()
    assert "Zoé_Kasa" not in text
    assert "Jean_Ilunga" in text
    assert "Amahoro_Ndayishimiye" in text


@pytest.mark.heavy
def test_thousands_of_names_are_told_apart(root: Path) -> None:
    names = [f"Jean-Baptiste {chr(0x4E00 + place)} N'Guessan {{{place}}}" for place in range(3000)]
    people = f"""[[table]]
file = "personnes.csv"
kind = "person"
apart = {json.dumps(names, ensure_ascii=False)}
"""
    workbook(root, ROWS, toml=SOURCE + people + TABLE)
    cells = [f"{name},{country}" for name in [*names, "Zoé"] for country in ("RDC", "Rwanda")]
    file = root / "data" / "sources" / "registre" / "personnes.csv"
    file.write_text("\n".join(["Nom,Pays", *cells, ""]), "utf-8")
    text = build(open_project(root), QUICK).graph.document().decode()
    people_named = {line.split()[0] for line in text.splitlines() if "N'Guessan" in line}
    assert len(people_named) == 2 * len(names)
    assert len({line.split()[0] for line in text.splitlines() if '"Zoé"' in line}) == 1


def test_people_of_one_name_are_listed_apart_beside_acts(root: Path) -> None:
    people = """[[table]]
file = "personnes.csv"
kind = "person"
apart = ["Marie Mukendi"]
"""
    workbook(root, ROWS, toml=SOURCE + people + TABLE)
    (root / "data" / "sources" / "registre" / "personnes.csv").write_text(
        "Nom,Pays\nMarie Mukendi,RDC\nMarie Mukendi,Rwanda\nJean Ilunga,RDC\n",
        "utf-8",
    )
    graph = build(open_project(root), QUICK).graph
    people_named = {
        label: {quad.subject for quad in graph if quad.object == label}
        for label in map(Literal, ("Marie Mukendi", "Jean Ilunga"))
    }
    # which of the two the act means is not known: it is one of its own
    assert [len(found) for found in people_named.values()] == [3, 1]


def test_errors_of_no_row_are_not_skipped(root: Path) -> None:
    workbook(root, ROWS, toml=SOURCE + TABLE + '[table.columns]\ndate = "Jour"\n')
    with pytest.raises(HrdgraphError, match="no column 'Jour'"):
        build(open_project(root), BuildOptions(validate=False, on_error="row"))


PLAIN = {  # a status as people write it: whether the plain statement stands beside the claim
    "": True,
    "affirmée": True,
    "verified": True,
    "verificada": True,
    "contestée": False,
    "refuted": False,
}


def countries(root: Path, lines: str, columns: str = "") -> set[str]:
    """The people of whom a table of attributes says a country in a plain statement."""
    folder = root / "data" / "sources" / "registre"
    folder.mkdir()
    (folder / "pays.csv").write_text(lines, "utf-8")
    table = f'[[table]]\nfile = "pays.csv"\nkind = "attribute"\n{columns}'
    (folder / "source.toml").write_text(SOURCE + table, "utf-8")
    said = triples(build(open_project(root), QUICK).graph)
    return {
        s.rpartition("/")[2].strip(">")
        for s, p, _ in said
        if p.endswith("#country>") and "/person/" in s
    }


@pytest.mark.heavy
def test_only_what_is_asserted_or_verified_and_public_has_a_plain_statement(root: Path) -> None:
    lines = "Personne,Propriété,Pays,Statut,Visibilité\nCleo,country,CH,,restreinte\n"
    lines += "".join(f"P{i},country,CH,{status},\n" for i, status in enumerate(PLAIN))
    assert countries(root, lines) == {f"P{i}" for i, plain in enumerate(PLAIN.values()) if plain}


@pytest.mark.heavy
@pytest.mark.parametrize(("status", "plain"), [("verified", True), ("contestée", False)])
def test_a_status_of_all_rows_decides_on_their_plain_statements(
    status: str, plain: bool, root: Path
) -> None:
    columns = f'[table.columns]\nstatus = {{ value = "{status}" }}\n'
    lines = "Personne,Propriété,Pays\nAda,country,CH\n"
    assert countries(root, lines, columns) == ({"Ada"} if plain else set())


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    "odd", ["Lien (source)", "_Lien", "$(Lien)", "Lien\\(", "Prix ($)", "a $(b) c"]
)
def test_a_heading_is_any_text(root: Path, odd: str) -> None:
    workbook(
        root,
        ROWS,
        headings=[*HEADINGS[:-1], odd],
        toml=f'{SOURCE}{TABLE}[table.columns]\ndocument = """{odd}"""\n'.replace("\\", "\\\\"),
    )
    graph = triples(build(open_project(root), QUICK).graph)
    assert any("example.org/a" in o for _, _, o in graph)


@pytest.mark.heavy
@pytest.mark.parametrize(
    "name", ["Faits (v3 finale).xlsx", "$(x).xlsx", "_faits.xlsx", "a b's.xlsx"]
)
def test_a_file_has_any_name(root: Path, name: str) -> None:
    workbook(root, ROWS, toml=SOURCE + TABLE.replace("registre.xlsx", name))
    folder = root / "data" / "sources" / "registre"
    (folder / "registre.xlsx").rename(folder / name)
    assert any("Marie_Mukendi" in s for s, _, _ in triples(build(open_project(root), QUICK).graph))


@pytest.mark.parametrize(
    ("victim", "told"),
    [
        ("inconnu", "the cell says that this is unknown: 'inconnu'"),
        ("Inconnue", "'Inconnue' is no name"),
        (" N/D ", "'N/D' is no name"),
        (None, "all of these are empty in the row"),
    ],
)
def test_a_needed_cell_that_says_not_known_is_told_so(
    victim: str | None, told: str, root: Path
) -> None:
    workbook(root, [[1, victim, "menace", None, None, None, None]])
    with pytest.raises(HrdgraphError) as raised:
        build(open_project(root), BuildOptions(on_error="stop"))
    assert told in str(raised.value)
