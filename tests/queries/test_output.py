"""Answers in every format: read back by something else, or looked at."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.errors import QueryError
from hrdgraph.queries.output import FORMATS, write
from hrdgraph.rdf import IRI, BlankNode, Literal, Quad, Term
from hrdgraph.rdfio.formats import format_named
from hrdgraph.rdfio.read import parse
from hrdgraph.store.contract import Boolean, GraphAnswer, Solutions
from hrdgraph.vocab import RDF, RDFS, XSD

BASE = "https://w3id.org/hrdgraph/id/"
NAME = Literal('Ana, “la” "jefa"\nLima', RDF.langString.value, "pt-br")
ROWS = Solutions(
    ("who", "name", "n", "day"),
    (
        (
            IRI(BASE + "person/ana"),
            NAME,
            Literal("12", XSD.integer.value),
            Literal("2011-04-30", XSD.date.value),
        ),
        (BlankNode("b0"), Literal("=1+1"), Literal("7", XSD.integer.value), None),
    ),
)
TRIPLES = GraphAnswer((Quad(IRI(BASE + "x"), IRI(RDFS.label.value), NAME),))


def test_csv_is_that_of_the_standard() -> None:
    rows = list(csv.reader(io.StringIO(write(ROWS, "csv").decode())))
    assert rows[0] == ["who", "name", "n", "day"]
    assert rows[1] == [BASE + "person/ana", NAME.value, "12", "2011-04-30"]
    assert rows[2][1:] == ["=1+1", "7", ""]


def test_json_says_every_term_in_full() -> None:
    found = json.loads(write(ROWS, "json"))
    assert found["head"]["vars"] == ["who", "name", "n", "day"]
    first, second = found["results"]["bindings"]
    assert first["name"] == {"type": "literal", "value": NAME.value, "xml:lang": "pt-br"}
    assert first["n"] == {"type": "literal", "value": "12", "datatype": XSD.integer.value}
    assert second["who"]["type"] == "bnode"
    assert "day" not in second


def test_xml_says_every_term_in_full() -> None:
    space = {"s": "http://www.w3.org/2005/sparql-results#"}
    results = ET.fromstring(write(ROWS, "xml")).findall("s:results/s:result", space)
    names = [result.find("s:binding[@name='name']/s:literal", space) for result in results]
    assert [name.text for name in names if name is not None] == [NAME.value, "=1+1"]


def test_tsv_is_n_triples_in_columns() -> None:
    header, *rows = write(ROWS, "tsv").decode().splitlines()
    assert header == "?who\t?name\t?n\t?day"
    assert rows[0].split("\t")[0] == f"<{BASE}person/ana>"
    assert len(rows) == 2


def test_xml_refuses_what_it_cannot_say() -> None:
    with pytest.raises(QueryError, match="XML cannot hold \\\\x01"):
        write(Solutions(("x",), ((Literal("a\x01"),),)), "xml")


@pytest.mark.parametrize("format", ["ttl", "nt", "jsonld", "rdfxml"])
def test_triples_come_back_from_rdf(format: str) -> None:
    assert tuple(parse(write(TRIPLES, format), format_named(format))) == TRIPLES.quads


@pytest.mark.parametrize("format", ["csv", "tsv", "json", "xml", "table", "parquet"])
def test_triples_are_three_columns_elsewhere(format: str) -> None:
    assert write(TRIPLES, format) == write(
        Solutions(("subject", "predicate", "object"), (tuple(TRIPLES.quads[0][:3]),)), format
    )


@pytest.mark.parametrize("format", ["ttl", "jsonld"])
def test_rows_are_no_rdf(format: str) -> None:
    with pytest.raises(QueryError, match="must be a CONSTRUCT query") as caught:
        write(ROWS, format)
    assert "csv" in caught.value.hint


def test_parquet_has_types_where_every_value_fits() -> None:
    frame = pl.read_parquet(write(ROWS, "parquet"))
    assert frame.schema == {"who": pl.String, "name": pl.String, "n": pl.Int64, "day": pl.Date}
    assert frame.row(0) == (BASE + "person/ana", NAME.value, 12, date(2011, 4, 30))
    assert frame.row(1) == ("_:b0", "=1+1", 7, None)


@pytest.mark.parametrize(
    ("terms", "values"),
    [
        ((Literal("1", XSD.integer.value), Literal("one")), ["1", "one"]),
        ((Literal("99999999999999999999", XSD.integer.value),), ["99999999999999999999"]),
        ((Literal("-0044-03-15", XSD.date.value),), ["-0044-03-15"]),
        ((Literal("true", XSD.boolean.value), None), [True, None]),
        ((Literal("1.5", XSD.decimal.value),), [1.5]),
        ((None, None), [None, None]),
    ],
)
def test_parquet_loses_no_value(terms: tuple[Term | None, ...], values: list[object]) -> None:
    found = pl.read_parquet(write(Solutions(("x",), tuple((term,) for term in terms)), "parquet"))
    assert found["x"].to_list() == values


@pytest.mark.parametrize(
    ("format", "text"),
    [("table", "yes\n"), ("csv", "true"), ("json", '{"head":{},"boolean":true}')],
)
def test_yes_is_yes_in_every_format(format: str, text: str) -> None:
    assert write(Boolean(True), format).decode() == text


def test_no_is_no() -> None:
    assert write(Boolean(False), "table") == b"no\n"
    assert pl.read_parquet(write(Boolean(False), "parquet"))["answer"].to_list() == [False]


def test_an_unknown_format_is_an_error_with_the_list() -> None:
    with pytest.raises(QueryError, match="'xls' is not known here") as caught:
        write(ROWS, "xls")
    assert all(format in caught.value.hint for format in FORMATS)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("variables", [(), ("a",), ("a", "b")])
def test_an_empty_answer_can_be_written(format: str, variables: tuple[str, ...]) -> None:
    answer = (
        GraphAnswer(()) if format in ("ttl", "nt", "jsonld", "rdfxml") else Solutions(variables, ())
    )
    assert isinstance(write(answer, format), bytes)


terms = st.one_of(
    st.none(),
    st.builds(Literal, st.text(st.characters(codec="utf-8"))),
    st.builds(
        Literal,
        st.text(st.characters(codec="utf-8")),
        st.just(RDF.langString.value),
        st.sampled_from(["en", "zh-hant"]),
    ),
    st.builds(Literal, st.text(st.characters(codec="utf-8")), st.just("http://example.org/type")),
)


@given(st.lists(st.tuples(terms, terms), max_size=4))
def test_json_is_faithful_to_any_row(rows: list[tuple[Literal | None, Literal | None]]) -> None:
    bindings = json.loads(write(Solutions(("a", "b"), tuple(rows)), "json"))["results"]["bindings"]
    values = [
        tuple(binding[name]["value"] if name in binding else None for name in "ab")
        for binding in bindings
    ]
    assert values == [tuple(term.value if term else None for term in row) for row in rows]


@given(st.lists(st.tuples(terms), max_size=4))
def test_csv_is_faithful_to_any_row(rows: list[tuple[Literal | None]]) -> None:
    text = write(Solutions(("a",), tuple(rows)), "csv").decode()
    assert text.startswith("a\r\n")
    assert text.count('""') >= sum(term.value.count('"') for (term,) in rows if term)


def test_an_empty_table_says_what_it_means_where_the_question_does() -> None:
    nothing = Solutions(("person",), ())
    assert write(nothing, "table", empty="Nobody yet.").decode().endswith("(0 rows)\nNobody yet.\n")
    assert write(nothing, "csv", empty="Nobody yet.") == write(nothing, "csv")
    some = Solutions(("person",), ((Literal("Ada"),),))
    assert "Nobody" not in write(some, "table", empty="Nobody yet.").decode()
