"""What a careless or hostile hand can do to a project: each gives one clear message, exit code 1, and changes nothing."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from hrdgraph.cli.app import run

EXAMPLE = Path("data/sources/example")
PEOPLE, CONFERRALS, MAPPING = (
    EXAMPLE / "people.csv",
    EXAMPLE / "conferrals.csv",
    EXAMPLE / "mapping.ttl",
)
Spoil = Callable[[Path], None]


def replace(file: Path, old: str, new: str) -> Spoil:
    def spoil(project: Path) -> None:
        text = (project / file).read_text("utf-8")
        assert old in text
        (project / file).write_text(text.replace(old, new, 1), encoding="utf-8", newline="")

    return spoil


def write(file: Path, data: bytes) -> Spoil:
    return lambda project: (project / file).write_bytes(data) and None


def append(file: Path, text: str) -> Spoil:
    def spoil(project: Path) -> None:
        (project / file).parent.mkdir(parents=True, exist_ok=True)
        with (project / file).open("a", encoding="utf-8", newline="") as out:
            out.write(text)

    return spoil


def semicolons(file: Path, mark: str = ";") -> Spoil:
    return lambda project: (
        (project / file).write_text((project / file).read_text("utf-8").replace(",", mark), "utf-8")
        and None
    )


def both(*spoils: Spoil) -> Spoil:
    def spoil(project: Path) -> None:
        for one in spoils:
            one(project)

    return spoil


PEOPLE_TABLE = """[[table]]
file = "people.csv"
primary_key = ["key"]
evidence = ["source_url"]
[table.fields]
key = { required = true, pattern = "[A-Za-z0-9_]+" }
name = { required = true }
source_url = { required = true, type = "uri" }
"""
CASES: dict[str, tuple[Spoil, tuple[str, ...]]] = {
    "missing column": (
        replace(CONFERRALS, "outcome,", "outcom,"),
        ("conferrals.csv, row 1", "no column 'outcome'", "did you mean 'outcom'?"),
    ),
    "misspelt award key": (
        replace(CONFERRALS, "example-award,2024", "exampel-award,2024"),
        (
            "conferrals.csv, row 3, column 'award_key'",
            "'exampel-award' is not in awards.csv:key",
            "did you mean 'example-award'?",
        ),
    ),
    "impossible date": (
        replace(CONFERRALS, "2023-12-10", "2023-02-30"),
        ("conferrals.csv, row 2, column 'date'", "'2023-02-30' is not a date", "hint:"),
    ),
    "ambiguous date": (
        replace(CONFERRALS, "2023-12-10", "03/04/2023"),
        ("'03/04/2023' is not a date", "2023-04-03", "2023-03-04"),
    ),
    "no evidence": (
        replace(PEOPLE, "Ada Example,https://example.org/award/2023", "Ada Example,"),
        ("people.csv, row 2", "the row has no evidence", "no fact without a source"),
    ),
    "duplicate key": (
        append(PEOPLE, "Ada_Example,Somebody Else,https://example.org/award/2025\n"),
        ("people.csv, row 4", "key 'Ada_Example' is already in row 2"),
    ),
    "invalid UTF-8": (
        write(PEOPLE, b"key,name,source_url\nA,Andr\xe9,https://e.org\n"),
        ("people.csv, line 2", "not valid UTF-8", "CSV UTF-8"),
    ),
    "empty file": (write(PEOPLE, b""), ("people.csv", "the table is empty", "row of headings")),
    "blank file": (write(PEOPLE, b" \n\n"), ("people.csv", "the table is empty")),
    "huge cell": (
        write(PEOPLE, b"key,name,source_url\nA," + b"x" * (65 << 20) + b",https://e.org\n"),
        ("people.csv, row 2", "it has more than 67,108,864 characters", "quote"),
    ),
    "ragged row": (
        append(PEOPLE, "C,Carla, of Somewhere,https://example.org\n"),
        ("people.csv, row 4", "4 cells, but the header has 3", "in double quotes"),
    ),
    "semicolons": (
        semicolons(CONFERRALS),
        (
            "conferrals.csv, row 1: no column 'award_key'",
            "separated by ';'",
            'delimiter = ";" in its [[table]]',
            'csvw:delimiter ";"',
        ),
    ),
    "semicolons in a table that is referred to": (
        semicolons(PEOPLE),
        ("people.csv, row 1: no column 'key'", "separated by ';'"),
    ),
    "semicolons and a comma": (
        write(PEOPLE, b"key;name;source_url\nA;Doe, Ada;https://e.org\n"),
        ("people.csv, row 2: 2 cells, but the header has 1", "separated by ';'"),
    ),
    "semicolons and quotes": (
        write(PEOPLE, b'"key";"name"\n"A";"B"\n'),
        ("people.csv, row 1: not valid CSV", "as the delimiter"),
    ),
    "tabs that only the mapping could know of": (
        both(
            replace(EXAMPLE / "source.toml", PEOPLE_TABLE, ""),
            semicolons(PEOPLE, "\t"),
            replace(EXAMPLE / "source.toml", ', references = "people.csv:key"', ""),
        ),
        ("mapping.ttl", "no column 'key' in people.csv", "separated by tabs", 'delimiter: "\\t"'),
    ),
    "commas where semicolons are said": (
        replace(
            EXAMPLE / "source.toml", 'file = "people.csv"', 'file = "people.csv"\ndelimiter = ";"'
        ),
        ("people.csv, row 1: no column 'key'", "separated by ','", 'delimiter = ","'),
    ),
    "no delimiter": (
        replace(
            EXAMPLE / "source.toml", 'file = "people.csv"', 'file = "people.csv"\ndelimiter = ";;"'
        ),
        ("source.toml, [[table]] 1: ';;' is not one character", 'write it like ";"'),
    ),
    "unclosed quote": (
        append(PEOPLE, 'C,"Carla,https://example.org\n'),
        ("people.csv, row 4", "not valid CSV", "close every quote"),
    ),
    "NUL": (
        append(PEOPLE, "C,Ca\0rla,https://example.org\n"),
        ("people.csv, line 4", "not a text"),
    ),
    "mapping syntax": (
        replace(MAPPING, "rml:class foaf:Person ]", "rml:class foaf:Person"),
        ("mapping.ttl, line", "not valid"),
    ),
    "triple as a term": (
        append(
            MAPPING,
            ':quoted a rml:NonAssertedTriplesMap ; rml:logicalSource :people ; rml:subjectMap [ rml:template "https://e.org/{key}" ] ;\n'
            '  rml:predicateObjectMap [ rml:predicate hrd:birthDate ; rml:objectMap [ rml:reference "name" ] ] .\n'
            ':quoting a rml:TriplesMap ; rml:logicalSource :people ; rml:subjectMap [ rml:template "https://e.org/{key}" ] ;\n'
            "  rml:predicateObjectMap [ rml:predicate <http://e.org/says> ; rml:objectMap [ rml:quotedTriplesMap :quoted ] ] .\n",
        ),
        ("mapping.ttl, line", "a triple as a term (RDF 1.2)", "hrdgraph map"),
    ),
    "undefined RML term": (
        replace(MAPPING, "rml:template", "rml:templat"),
        ("mapping.ttl", "'templat' is not known here", "did you mean rml:template?"),
    ),
    "undefined ontology term": (
        replace(MAPPING, "hrd:foundedYear", "hrd:foundedYaer"),
        (
            "mapping.ttl",
            "the ontology has no <https://w3id.org/hrdgraph/ontology#foundedYaer>",
            "foundedYear",
        ),
    ),
    "unknown column in mapping": (
        replace(MAPPING, 'rml:reference "founded_year"', 'rml:reference "founded_yaer"'),
        (
            "mapping.ttl, line",
            "<#award>",
            "no column 'founded_yaer' in awards.csv",
            "did you mean 'founded_year'?",
        ),
    ),
    "mapping leaves the folder": (
        replace(MAPPING, '"people.csv"', '"../../../hrdgraph.toml"'),
        ("leaves the folder",),
    ),
    "bad IRI in a cell": (
        replace(PEOPLE, "https://example.org/award/2024", "https://example.org/a ward"),
        ("people.csv, row 3, column 'source_url'", "is not a web address", "%20"),
    ),
    "broken shapes": (
        append(Path("local/shapes/award.ttl"), "\n<a> <b> .\n"),
        ("local/shapes/award.ttl, line", "not valid"),
    ),
    "broken ontology": (
        append(Path("local/terms.ttl"), "\n<a> <b> \n"),
        ("local/terms.ttl, line",),
    ),
    "broken query": (
        append(Path("local/queries/checks/nobody.rq"), "\n}"),
        ("local/queries/checks/nobody.rq",),
    ),
    "newer project": (
        replace(Path("hrdgraph.toml"), "format = 2", "format = 3"),
        ("hrdgraph.toml", "has format 3", "pip install --upgrade hrdgraph"),
    ),
    "misspelt setting": (
        replace(EXAMPLE / "source.toml", "publisher =", "publishers ="),
        ("source.toml", "did you mean 'publisher'?"),
    ),
    "unknown setting": (
        replace(Path("hrdgraph.toml"), "snapshots =", "snapshot ="),
        ("hrdgraph.toml", "'snapshot' is not known here", "did you mean 'snapshots'?"),
    ),
    "broken pattern": (
        replace(EXAMPLE / "source.toml", 'pattern = "[A-Za-z0-9_]+"', 'pattern = "[A-Za"'),
        (
            "example/source.toml, [[table]] 1 key: 'pattern' is not a regular expression",
            "unterminated character set",
        ),
    ),
    "bad TOML": (append(EXAMPLE / "source.toml", "\n[["), ("source.toml", "not valid TOML")),
    "workbook as a table": (
        replace(EXAMPLE / "source.toml", '"people.csv"', '"people.xlsx"'),
        (
            "source.toml, [[table]] 1: people.xlsx lacks kind",
            "hrdgraph tables kinds",
            "[[file]]",
        ),
    ),
    "settings that are no UTF-8": (
        write(Path("hrdgraph.toml"), b"format = 1\n# \xe9\n"),
        (
            "hrdgraph.toml, line 2: not valid UTF-8",
            "save it as UTF-8",
        ),
    ),
    "a table that is referred to without a row": (
        write(PEOPLE, b"key,name,source_url\n"),
        (
            "conferrals.csv, row 2, column 'person_key': 'Ada_Example' is not in people.csv:key",
            "hint: that column has no filled cell",
        ),
    ),
    "a link to itself": (
        both(
            lambda project: (project / PEOPLE).unlink(),
            lambda project: (project / PEOPLE).symlink_to("people.csv"),
        ),
        ("source.toml: people.csv: the file is missing",),
    ),
    "a folder for a table": (
        both(
            lambda project: (project / PEOPLE).unlink(), lambda project: (project / PEOPLE).mkdir()
        ),
        ("source.toml: 'people.csv' is a folder, not a file",),
    ),
    "digits of another script": (
        replace(CONFERRALS, "2023,", "٢٠٢٣,"),
        ("conferrals.csv, row 2, column 'year': '٢٠٢٣' is not a year", "0 to 9"),
    ),
    "missing table": (
        lambda project: (project / PEOPLE).unlink(),
        ("source.toml", "people.csv is missing"),
    ),
    "contradicting judgements": (
        append(
            Path("data/judgements.csv"),
            "https://example.org/a,https://example.org/b,same,me,2026-01-01,x\nhttps://example.org/b,https://example.org/c,same,me,2026-01-01,y\n"
            "https://example.org/a,https://example.org/c,not-same,me,2026-01-01,z\n",
        ),
        ("data/judgements.csv", "row 4", "row 2", "row 3"),
    ),
}


@pytest.mark.sampled(6)
@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_one_clear_message(
    name: str, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil, expected = CASES[name]
    spoil(small)
    assert run(["build", str(small), "--no-validate"]) == 1
    message = capsys.readouterr().err
    for words in expected:
        assert words in message, message
    assert "Traceback" not in message
    assert not (small / "build").exists()
    assert not list(small.glob(".build-*"))


def test_unknown_country_code(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replace(PEOPLE, "key,name,source_url", "key,name,source_url,country")(whole)
    for name, code in (("Ada", "NO"), ("Berta", "XZ")):
        replace(
            PEOPLE,
            f"{'2023' if name == 'Ada' else '2024'}\n",
            f"{'2023' if name == 'Ada' else '2024'},{code}\n",
        )(whole)
    replace(
        EXAMPLE / "source.toml",
        "name = { required = true }",
        'name = { required = true }\ncountry = { references = "countries/country-codes.csv:ISO3166-1-Alpha-2" }',
    )(whole)
    assert run(["build", str(whole), "--no-validate"]) == 1
    message = capsys.readouterr().err
    assert (
        "people.csv, row 3, column 'country': 'XZ' is not in countries/country-codes.csv:ISO3166-1-Alpha-2"
        in message
    )
    assert "did you mean" in message


@pytest.mark.heavy
def test_a_mark_and_windows_line_ends_change_nothing(small: Path) -> None:
    assert run(["build", str(small), "--no-validate"]) == 0
    before = (small / "build" / "graph.nq").read_text("utf-8").splitlines()
    data = (small / PEOPLE).read_bytes()
    (small / PEOPLE).write_bytes(b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"))
    assert run(["build", str(small), "--no-validate"]) == 0
    after = (small / "build" / "graph.nq").read_text("utf-8").splitlines()
    assert before == after


@pytest.mark.heavy
def test_the_delimiter_of_a_table_holds_for_the_mapping_too(small: Path) -> None:
    assert run(["build", str(small), "--no-validate"]) == 0
    before = (small / "build" / "graph.nq").read_text("utf-8").splitlines()
    semicolons(PEOPLE)(small)
    replace(EXAMPLE / "source.toml", 'file = "people.csv"', 'file = "people.csv"\ndelimiter = ";"')(
        small
    )
    assert run(["build", str(small), "--no-validate"]) == 0
    after = (small / "build" / "graph.nq").read_text("utf-8").splitlines()
    assert before == after


@pytest.mark.usefixtures("page_at_hand")
def test_words_that_changed_are_an_error(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.conftest import copy_project

    project = copy_project(tmp_path / "copy")
    snapshots = project / "data" / "snapshots"
    snapshots.mkdir()
    page = (built / "data" / "snapshots" / "kalyapin-fr.txt").read_text("utf-8")
    (snapshots / "page.txt").write_text(page, encoding="utf-8", newline="")
    table = project / "data" / "sources" / "kalyapin-page" / "conferrals.csv"
    change_first_row(table, "evidence_start", lambda start: str(int(start) + 1))
    assert run(["build", str(project), "--no-validate"]) == 1
    message = capsys.readouterr().err
    assert "are not those that the row cites" in message
    assert page[10:40] not in message
    change_first_row(table, "evidence_end", lambda _: "999999")
    assert run(["build", str(project), "--no-validate"]) == 1
    assert "and no words at" in capsys.readouterr().err


def change_first_row(table: Path, column: str, change: Callable[[str], str]) -> None:
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[0][column] = change(rows[0][column])
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def test_a_prefixed_name_in_a_cell_that_is_mapped_as_an_iri(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = small / PEOPLE
    table.write_text(
        "key,name,source_url,page\nAda_Example,Ada Example,https://example.org/a,hrd:Ada\n",
        encoding="utf-8",
    )
    replace(
        CONFERRALS,
        "example-award,2024,Berta_Example,laureate,2024-12,https://example.org/award/2024\n",
        "",
    )(small)
    append(
        MAPPING,
        ':person rml:predicateObjectMap [ rml:predicate foaf:page ; rml:objectMap [ rml:reference "page" ; rml:termType rml:IRI ] ] .\n',
    )(small)
    assert run(["build", str(small)]) == 1
    error = capsys.readouterr().err
    assert f"{PEOPLE}, row 2, column 'page': 'hrd:Ada' is used as an IRI" in error
    assert "hint: write it like https://w3id.org/hrdgraph/ontology#Ada" in error


def test_errors_for_machines(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replace(CONFERRALS, "example-award,2024", "exampel-award,2024")(small)
    assert run(["build", str(small), "--json"]) == 1
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["kind"] == "SourceError"
    assert (error["row"], error["column"]) == (3, "award_key")
    assert error["hint"] == "did you mean 'example-award'?"


@pytest.mark.heavy
def test_a_folder_of_snapshots_that_is_not_there_is_named(
    whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    replace(Path("hrdgraph.toml"), '"data/snapshots"', '"data/snapshots", "data/nowhere"')(whole)
    (whole / "data" / "snapshots").mkdir(exist_ok=True)
    assert run(["build", str(whole), "--no-validate"]) == 0
    assert (
        f"1 without a snapshot to compare (there is no folder {whole}/data/nowhere), 5 whole documents"
        in capsys.readouterr().out
    )
