"""CSV tables: every subject in the table of its class, every value in its column."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable

import pytest

from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad

Tables = dict[str, list[dict[str, str]]]
TYPE = IRI("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


@pytest.fixture
def read(written: Callable[..., bytes]) -> Callable[[ColumnGraph], Tables]:
    def tables(graph: ColumnGraph) -> Tables:
        archive = zipfile.ZipFile(io.BytesIO(written(graph, "csv")))
        return {
            name: list(csv.DictReader(io.StringIO(archive.read(name).decode(), newline="")))
            for name in archive.namelist()
            if name.endswith(".csv")
        }

    return tables


def test_a_table_a_class(small: ColumnGraph, read: Callable[[ColumnGraph], Tables]) -> None:
    tables = read(small)
    assert [row["id"] for row in tables["hrd_AwardConferral.csv"]] == [
        "conferral/one/1",
        "conferral/one/2",
        "conferral/one/3",
    ]
    assert {"country/XA", "person/two/ada"} < {row["id"] for row in tables["untyped.csv"]}


def test_values(small: ColumnGraph, read: Callable[[ColumnGraph], Tables]) -> None:
    tables = read(small)
    first = tables["hrd_AwardConferral.csv"][0]
    assert first["hrd:share"] == "1.50"
    assert first["hrd:motivation"] == 'for a "light"\nin the\tdark \\\\ 🕯 <&>@en-gb'
    assert first["hrd:outcome"] == "hrdv:outcome/laureate"
    assert tables["foaf_Person.csv"][0]["skos:altLabel"].split("|") == [
        "Ada E.@fr",
        "Adda@fr",
        "Ада@ru",
        "آدا@ar",
    ]
    assert tables["hrd_SourceDocument.csv"][0]["hrd:note"] == "a\\|b\\\\c"
    assert tables["org_Membership.csv"][0]["hrd:roleText"] == "chair; \r\nfounder"


def test_a_triple_of_two_graphs_counts_once(
    small: ColumnGraph, read: Callable[[ColumnGraph], Tables]
) -> None:
    assert read(small)["hrd_Award.csv"][0]["rdf:type"] == "hrd:Award"


def test_classes_that_a_file_system_would_confuse(read: Callable[[ColumnGraph], Tables]) -> None:
    classes = [
        "http://e.org/Award",
        "http://e.org/award",
        "http://e.org/a?ward",
        "http://e.org/a/ward",
    ]
    graph = ColumnGraph.from_quads(
        Quad(IRI(f"http://e.org/{number}"), TYPE, IRI(name)) for number, name in enumerate(classes)
    )
    names = list(read(graph))
    assert len({name.lower() for name in names}) == len(classes)


def test_what_a_spreadsheet_takes_for_a_formula_stays_a_fact(
    read: Callable[[ColumnGraph], Tables],
) -> None:
    """docs/how-to/publish.md says how to open such a file."""
    texts = ["=1+1", "+33 1 23", "-5", "@handle"]
    quads = [
        Quad(IRI(f"http://x/{text[0]}"), IRI("http://x/says"), Literal(text)) for text in texts
    ]
    [rows] = read(ColumnGraph.from_quads(quads)).values()
    assert sorted(value for row in rows for value in row.values() if value in texts) == sorted(
        texts
    )


def test_an_empty_text_is_a_value(written: Callable[..., bytes]) -> None:
    s, p, q = (IRI(f"http://e.org/{name}") for name in "spq")
    graph = ColumnGraph.from_quads(
        [Quad(s, p, Literal("")), Quad(IRI("http://e.org/t"), q, Literal("x"))]
    )
    archive = zipfile.ZipFile(io.BytesIO(written(graph, "csv")))
    assert (
        archive.read("untyped.csv")
        == b'id,http://e.org/p,http://e.org/q\nhttp://e.org/s,"",\nhttp://e.org/t,,x\n'
    )


def test_the_description_names_every_column(
    small: ColumnGraph, written: Callable[..., bytes], read: Callable[[ColumnGraph], Tables]
) -> None:
    archive = zipfile.ZipFile(io.BytesIO(written(small, "csv")))
    described = json.loads(archive.read("csv-metadata.json"))["tables"]
    titles = {
        table["url"]: [column["titles"] for column in table["tableSchema"]["columns"]]
        for table in described
    }
    assert titles == {name: list(rows[0]) for name, rows in read(small).items()}
