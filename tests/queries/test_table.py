"""Tables for people: lined up in every script, short where it helps, and harmless to the terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.queries.output import cell, heading, name_column, short, table, width
from hrdgraph.rdf import IRI, BlankNode, Literal, Term
from hrdgraph.vocab import XSD

BASE = "https://w3id.org/hrdgraph/id/"


def number(value: int) -> Literal:
    return Literal(str(value), XSD.integer.value)


def test_columns_line_up_in_any_script() -> None:
    rows = [
        [Literal("陈波"), number(7)],
        [Literal("José"), number(12)],
        [Literal("Jose\u0301"), None],
    ]
    assert table(["name", "n"], rows).splitlines() == [
        "name   n",
        "────  ──",
        "陈波   7",
        "José  12",
        "Jose\u0301",
        "(3 rows)",
    ]


def test_columns_are_called_in_the_language_of_who_reads() -> None:
    assert [heading("edition_year", language) for language in ("en", "fr", "es", "pt")] == [
        "edition_year", "année de l’édition", "año de la edición", "edition_year",
    ]  # fmt: skip
    assert (name_column("edition_year", "es"), name_column("edition_year", "pt")) == (
        "Año de la edición",
        "Year of the edition",
    )
    assert (name_column("my_own", "fr"), heading("my_own", "fr")) == ("my own", "my_own")


@pytest.mark.parametrize(("count", "text"), [(0, "(0 rows)"), (1, "(1 row)"), (2, "(2 rows)")])
def test_the_number_of_rows_is_said(count: int, text: str) -> None:
    assert table(["a"], [[Literal("x")]] * count).splitlines()[-1] == text


@pytest.mark.parametrize(
    ("term", "text"),
    [
        (None, ""),
        (IRI(BASE + "award/torch"), "award/torch"),
        (IRI("https://w3id.org/hrdgraph/ontology#Award"), "hrd:Award"),
        (IRI("https://w3id.org/hrdgraph/vocabulary/outcome/finalist"), "hrdv:outcome/finalist"),
        (IRI("http://example.org/x"), "http://example.org/x"),
        (BlankNode("b0"), "_:b0"),
        (Literal("two\nlines\t here"), "two lines here"),
        (Literal("\x1b[31mred\x07"), "\\x1b[31mred\\x07"),
        (Literal("abc\u202edcba"), "abcdcba"),
    ],
)
def test_a_cell_is_one_harmless_line(term: Term | None, text: str) -> None:
    assert cell(term, BASE) == text


def test_without_a_base_an_iri_stays_whole() -> None:
    assert short(BASE + "x") == BASE + "x"
    assert short(BASE, BASE) == BASE


@pytest.mark.parametrize(
    ("text", "columns"),
    [("abc", 3), ("陈", 2), ("e\u0301", 1), ("ﾊ", 1), ("\u200b", 0), ("", 0), ("عمر", 3)],
)
def test_width_is_that_of_a_terminal(text: str, columns: int) -> None:
    assert width(text) == columns


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_every_row_is_one_line(rows: list[list[str]]) -> None:
    lines = table(["a", "b"], [[Literal(text) for text in row] for row in rows]).split("\n")
    assert len(lines) == len(rows) + 4
