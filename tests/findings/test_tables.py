"""Cells against what source.toml says of their columns: each that cannot be meant is told with its place, and nothing else is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from hrdgraph.cli.app import run
from hrdgraph.errors import HrdgraphError
from hrdgraph.findings.cells import CellSieve, judge_of
from hrdgraph.findings.table_checks import check_tables, read_tables
from hrdgraph.project import Source, Table, TableField, open_project
from hrdgraph.sources import ROW

KEPT = Path(__file__).parent / "golden" / "refused.tsv"
EXAMPLE = Path("data/sources/example")
READ = """rml:objectMap [ rml:datatype edtf:edtf ; rml:functionExecution [
        rml:function hrdf:readDate ;
        rml:input [ rml:parameter hrdf:value ; rml:inputValueMap [ rml:reference "date" ] ] ,
                  [ rml:parameter hrdf:language ; rml:inputValue "fr" ] ,
                  [ rml:parameter hrdf:pivot ; rml:inputValue "2025" ] ] ]"""


AS_ABOVE = "fill it in; if it is the same as the cell above, copy that cell"


def source(name: str, *tables: Table, language: str = "en") -> Source:
    return Source(
        name=name, folder=Path(name), title=name, publisher="P", address="", licence="L", language=language, visibility="public",
        mapping_file=Path("mapping.ttl"), tables=tables,
    )  # fmt: skip


def frame(**columns: list[str | None]) -> pl.DataFrame:
    return pl.DataFrame(columns).with_row_index(ROW, 2)


def told(
    texts: list[str | None], field: TableField, language: str = "en"
) -> list[tuple[int | None, str, str]]:
    """Row, fact and hint of each error in a column."""
    lists = source("lists", Table("t.csv", fields=(field,)), language=language)
    errors = check_tables({("lists", "t.csv"): frame(**{field.name: texts})}, (lists,))
    return [(error.origin.row, error.fact, error.hint) for error in errors]


def test_two_sources_with_tables_of_one_name_are_each_checked_against_their_own() -> None:
    fields = (TableField("person", references="people.csv:key"),)
    both = tuple(
        source(name, Table("people.csv"), Table("roles.csv", fields=fields))
        for name in ("first", "second")
    )
    frames = {
        ("first", "people.csv"): frame(key=["a"]),
        ("first", "roles.csv"): frame(person=["a", "b"]),
        ("second", "people.csv"): frame(key=["b"]),
        ("second", "roles.csv"): frame(person=["a", "b"]),
    }
    errors = [
        (error.origin.file, error.origin.row, error.fact, error.hint)
        for error in check_tables(frames, both)
    ]
    assert errors == [
        ("first/roles.csv", 3, "'b' is not in people.csv:key", "there is: a"),
        ("second/roles.csv", 2, "'a' is not in people.csv:key", "there is: b"),
    ]


def test_a_table_of_another_source_is_named_with_it() -> None:
    first = source("first", Table("people.csv"))
    second = source(
        "second",
        Table("roles.csv", fields=(TableField("person", references="first/people.csv:key"),)),
    )
    frames = {
        ("first", "people.csv"): frame(key=["a"]),
        ("second", "roles.csv"): frame(person=["a", "b"]),
    }
    assert [error.origin.row for error in check_tables(frames, (first, second))] == [3]


def test_keys_that_stand_twice_are_counted_to_the_end() -> None:
    keyed = source("lists", Table("t.csv", primary_key=("key",)))
    texts = [*"abcdefg", *"abcdefg"]
    errors = check_tables(
        {("lists", "t.csv"): frame(key=texts, name=[str(n) for n in range(14)])}, (keyed,)
    )
    assert [error.fact for error in errors][4:] == [
        "key 'e' is already in row 6",
        "and 2 more",
    ]


def test_keys_that_differ_in_spaces_alone_are_told() -> None:
    keyed = source("lists", Table("t.csv", primary_key=("key", "year")))
    frames = {
        ("lists", "t.csv"): frame(
            key=["Lea", " Ada", "Lea", "Lea\u00a0", "Bo "], year=["1", "1", "2", "1", None]
        )
    }
    [error] = check_tables(frames, (keyed,))
    assert (error.origin.row, error.fact) == (
        5,
        "key 'Lea\u00a0', year '1' is already in row 2",
    )


@pytest.mark.parametrize("other", ["Jose\u0301", "José\u200b", "José\u00a0", "\ufeffJosé", " José"])
def test_keys_that_look_the_same_are_told(other: str) -> None:
    keyed = source("lists", Table("t.csv", primary_key=("key",)))
    [error] = check_tables({("lists", "t.csv"): frame(key=["José", other, "Jose"])}, (keyed,))
    assert (error.origin.row, error.hint) == (
        3,
        "one that looks the same is there, with other characters for its spaces or accents: type both anew, or without accents",
    )


def test_a_cell_of_spaces_fills_nothing() -> None:
    assert told(["Ada", " \u00a0", None], TableField("name", required=True)) == [
        (3, "the cell is empty", AS_ABOVE),
        (4, "the cell is empty", AS_ABOVE),
    ]
    assert told(["", "Ada"], TableField("name", required=True)) == [
        (2, "the cell is empty", "without it the row has no meaning: fill it in when it is known")
    ]
    cited = source("lists", Table("t.csv", evidence=("page",)))
    errors = check_tables({("lists", "t.csv"): frame(page=["  "])}, (cited,))
    assert [error.fact for error in errors] == ["the row has no evidence"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("31 décembre 2011", "2011-12-31"),
        ("15 abril de 2011", "2011-04-15"),
        ("déc. 2011", "2011-12"),
    ],
)
def test_a_date_in_words_is_told_as_edtf_in_whatever_language(text: str, meant: str) -> None:
    assert told([text], TableField("date", type="edtf")) == [
        (2, f"'{text}' is not a date", f"did you mean {meant}?")
    ]


def test_dates_as_people_write_them_are_right_where_one_thing_is_meant() -> None:
    texts = ["avril 2011", "1er mai 1998", "entre 2006 et 2009", "2011-04", "13/04/2011", None]
    assert told(texts, TableField("date", type="date-text", language="fr")) == []


def test_what_may_be_two_dates_is_refused_with_both() -> None:
    [(row, fact, hint)] = told(
        ["avril 2011", "03/04/2011"], TableField("date", type="date-text", language="fr")
    )
    assert (row, fact) == (3, "'03/04/2011' is not a date")
    assert "2011-04-03 (day first) or 2011-03-04 (month first)" in hint


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("15-Jul-09", {"pivot": 2025}),
        ("03/04/2011", {"order": "dmy"}),
        ("03/04/09", {"order": "mdy", "pivot": 2025}),
    ],
)
def test_what_the_source_states_makes_one_of_them_certain(
    text: str, stated: dict[str, object]
) -> None:
    assert len(told([text], TableField("date", type="date-text"))) == 1
    assert told([text], TableField("date", type="date-text", **stated)) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(("language", "errors"), [("fr-BE", 0), ("en", 1), ("de", 0)])
def test_without_a_language_it_is_that_of_the_source_and_all_of_them_where_that_is_not_read(
    language: str, errors: int
) -> None:
    assert len(told(["avril 2011"], TableField("date", type="date-text"), language)) == errors


def test_every_item_of_a_list_is_read() -> None:
    assert [
        row
        for row, *_ in told(
            ["May 2011; Sep-06", "2011; 2012"], TableField("dates", type="date-text", separator=";")
        )
    ] == [2]


def test_a_language_that_is_not_read_is_an_error_of_the_description() -> None:
    lists = source(
        "lists", Table("t.csv", fields=(TableField("date", type="date-text", language="ja"),))
    )
    [error] = check_tables({("lists", "t.csv"): frame(date=["April 2011"])}, (lists,))
    assert error.origin.file == "lists/source.toml"
    assert error.hint.startswith("there is: ar, en, es, fr, pt, ru, be, bg")
    assert "'ja' is not known here" in error.fact


def test_a_column_that_another_table_refers_to_need_not_be_declared(tmp_path: Path) -> None:
    roles = Table("roles.csv", fields=(TableField("person", references="people.csv:key"),))
    lists = replace(source("lists", roles, Table("people.csv")), folder=tmp_path)
    (tmp_path / "people.csv").write_text("key,name\na,Ada\n", "utf-8")
    (tmp_path / "roles.csv").write_text("person\na\nb\n", "utf-8")
    assert [error.fact for error in check_tables(read_tables((lists,)), (lists,))] == [
        "'b' is not in people.csv:key"
    ]


HOLLOW = """
:hollow a rml:TriplesMap ; rml:logicalSource :people ;
    rml:subjectMap [ rml:termType rml:BlankNode ; rml:class org:Organization ; rml:functionExecution [ rml:function hrdf:contentHash ;
        rml:input [ rml:parameter hrdf:value ; rml:inputValueMap [ rml:reference "key" ] ] ] ] ;
    rml:predicateObjectMap [ rml:predicate skos:prefLabel ; rml:object "one row" ] .
"""


@pytest.mark.heavy
def test_rows_without_text_are_no_records(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for file in ("people.csv", "conferrals.csv"):
        path = small / EXAMPLE / file
        header, first, rest = path.read_text("utf-8").split("\n", 2)
        blank = "," * header.count(",")
        path.write_text(f"{header}\n{blank}\n{first}\n{rest} {blank}\n{blank}\n", "utf-8")
    mapping = small / EXAMPLE / "mapping.ttl"
    mapping.write_text(
        mapping.read_text("utf-8").replace(' ; rml:null ""', "").replace("edtf:edtf", "xsd:string")
        + HOLLOW,
        "utf-8",
    )
    assert run(["build", str(small), "--no-validate"]) == 0
    lines = (small / "build" / "graph.nq").read_text("utf-8").splitlines()
    assert sum('"one row"' in line for line in lines) == 2
    assert not any("/id/person/example/>" in line or "/id/edition//>" in line for line in lines)
    write(small, "conferrals.csv", "2024,Berta_Example", "2024,Berta_Exampel")
    capsys.readouterr()
    assert run(["build", str(small)]) == 1
    assert "conferrals.csv, row 4, column 'person_key'" in capsys.readouterr().err


@pytest.fixture
def dated(small: Path) -> Path:
    """The example with dates as a French page writes them, read by the mapping."""
    write(
        small,
        "source.toml",
        'date = { type = "edtf" }',
        'date = { type = "date-text", language = "fr", pivot = 2025 }',
    )
    write(
        small,
        "mapping.ttl",
        'rml:objectMap [ rml:reference "date" ; rml:datatype edtf:edtf ]',
        READ,
    )
    write(small, "conferrals.csv", "2023-12-10", "10 décembre 2023")
    write(small, "conferrals.csv", "2024-12", "15-déc.-09")
    return small


def write(project: Path, file: str, old: str, new: str) -> None:
    path = project / EXAMPLE / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8", newline="")


@pytest.mark.heavy
def test_a_mapping_reads_what_the_check_lets_through(dated: Path) -> None:
    assert run(["build", str(dated), "--no-validate"]) == 0
    lines = (dated / "build" / "graph.nq").read_text("utf-8").splitlines()
    dates = {
        line.split('"')[1] for line in lines if "ontology#date>" in line and "/conferral/" in line
    }
    assert dates == {"2023-12-10", "2009-12-15"}


@pytest.mark.parametrize(
    ("old", "new", "fact"),
    [
        (
            '"date-text", language = "fr", pivot = 2025',
            '"date-text", pivot = 25',
            "'pivot' takes a year such as 2011, not '25'",
        ),
        (
            '"date-text", language = "fr", pivot = 2025',
            '"edtf", language = "fr"',
            "language is only used together with type = date-text",
        ),
        (
            '"date-text", language = "fr", pivot = 2025',
            '"date-text", order = "ymd"',
            "'order' does not take 'ymd'",
        ),
    ],
)
def test_what_is_said_of_dates_must_make_sense(old: str, new: str, fact: str, dated: Path) -> None:
    write(dated, "source.toml", old, new)
    with pytest.raises(HrdgraphError) as caught:
        open_project(dated)
    assert caught.value.fact == fact
    assert not caught.value.hint.endswith(", ")


@pytest.mark.heavy
@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize("cell", ["03/04/1970", "6 mai"])
def test_of_a_date_that_is_not_public_no_reading_is_told(
    checked: bool, cell: str, dated: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kind = "date-text" if checked else "string"
    write(
        dated,
        "source.toml",
        '"date-text", language = "fr", pivot = 2025',
        f'"{kind}", visibility = "withheld"',
    )
    write(dated, "conferrals.csv", "15-déc.-09", cell)
    capsys.readouterr()
    assert run(["build", str(dated)]) == 1
    printed = "".join(capsys.readouterr())
    assert ("row 3, column 'date'" if checked else "made by") in printed
    assert "column is not public" in printed
    told = [word for word in (cell, "1970", "04-03", "03-04", "May", "mai") if word in printed]
    assert not told, printed


@pytest.mark.parametrize(
    "text",
    [
        "https://e.org",
        "HTTP://e.org:80/a?b#c",
        "https://é.org/à",
        "http://[::1]/x",
        "https://u@e.org/",
    ],
)
def test_addresses_of_the_web(text: str) -> None:
    assert told([text], TableField("page", type="uri")) == []


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://",
        "https:///x",
        "http://u@/x",
        "http://:80",
        "urn:x:y",
        "https://e.org/a b",
    ],
)
def test_what_is_no_address_of_the_web(text: str) -> None:
    [(_, fact, hint)] = told([text], TableField("page", type="uri"))
    assert fact == f"'{text}' is not a web address"
    assert "https:// or http://" in hint


def test_headings_that_stand_again_are_told_once() -> None:
    plain = source(
        "lists",
        Table("t.csv", fields=(TableField("key", required=True), TableField("url", type="uri"))),
    )
    again = frame(key=["a", "key", "b"], url=["https://e.org/", "url", "https://e.org/x"])
    [error] = check_tables({("lists", "t.csv"): again}, (plain,))
    assert (error.fact, error.origin.row, error.origin.column) == (
        "the row of headings is repeated here",
        3,
        None,
    )
    assert (
        check_tables(
            {
                ("lists", "t.csv"): frame(
                    key=["a", "key"], url=["https://e.org/", "https://e.org/url"]
                )
            },
            (plain,),
        )
        == []
    )


@pytest.mark.parametrize("text", ["key;name;url\na;b;c\n", "key\tname\turl\n"])
def test_another_delimiter_is_told_once(text: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(text, "utf-8")
    fields = tuple(TableField(name) for name in ("key", "name", "url"))
    lists = replace(source("lists", Table("t.csv", fields=fields)), folder=tmp_path)
    [error] = check_tables(read_tables((lists,)), (lists,))
    assert "its cells seem to be separated by" in error.hint


def test_an_address_with_spaces_around_it_says_so() -> None:
    assert [
        hint
        for *_, hint in told(["https://e.org/a\u00a0", "www.e.org"], TableField("name", type="uri"))
    ] == [
        "remove the spaces: https://e.org/a",
        "it begins with https:// or http://: copy it whole from the browser; write a space as %20",
    ]


FIELDS = {
    **{kind: TableField("c", type=kind) for kind in ("year", "integer", "uri", "edtf", "date")},
    "date-text": TableField("c", type="date-text"),
    "date-text fr mdy": TableField("c", type="date-text", language="fr", order="mdy", pivot=2030),
    "date-text persian": TableField("c", type="date-text", calendar="persian"),
    "enum": TableField("c", enum=("yes", "no", "Perhaps")),
    "pattern": TableField("c", pattern="[A-Z]{2}|-"),
    "name": TableField("c", type="cell:name:"),
    "document": TableField("c", type="cell:document:"),
    "date of facts": TableField("c", type="cell:date:", order="dmy"),
    "year of facts": TableField("c", type="cell:year:", pivot=2030),
    "choice": TableField("c", type="cell:choice:", enum=("person", "organisation")),
    **{kind: TableField("c", type=f"cell:{kind}:") for kind in ("number", "decimal", "money", "duration", "yes-no", "language", "address")},
}  # fmt: skip
TEXTS = (
    "2010", " 2010 ", "10", "-5", "+7", "1,5", "2010-05", "2010-13-01", "5/3/2010", "13/3/2010", "3/13/10", "5 mars 2010", "1399/09/18", "vers 1998",
    "1996/2001", "2010?", "https://e.org/a", " https://e.org/a ", "https://e.org/a b", "http://", "yes", "Yes", "oui", "YES!", "perhaps", "AB", "-", "idem", '"',
    "unknown", "inconnue", "n/a", "?", "Ana Lima", "5000 EUR", "€ 12", "three", "P1Y", "6 mois", "fr", "french", "Person", "persons", "never", "2 000", "12.50.1",
)  # fmt: skip


def test_each_type_takes_and_refuses_what_is_kept_of_it(tmp_path: Path) -> None:
    """What a type refuses of all texts at once is what it refuses of each."""
    lines = []
    for name, field in FIELDS.items():
        judge = judge_of(field, source("lists", Table("t.csv", fields=(field,))))
        assert judge is not None
        unfit = judge.unfit(pl.Series(TEXTS)) if isinstance(judge, CellSieve) else TEXTS
        for text in TEXTS:
            if refused := judge(text):
                lines.append(f"{name}\t{text}\t{' '.join(one.code for one in refused)}")
                assert text in unfit
    now = tmp_path / KEPT.name
    now.write_text("\n".join(lines) + "\n", "utf-8")
    assert lines == KEPT.read_text("utf-8").splitlines(), f"if it is better, copy {now}"
