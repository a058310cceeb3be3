"""A term map run backwards finds every row that makes a term, whatever the cells hold."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.mapping.model import Constant, Reference, Template, TermMap, TermType
from hrdgraph.mapping.terms.kernel import term_column
from hrdgraph.mapping.tracing import rows_that_can
from hrdgraph.rdf import IRI

A, B = Reference("a"), Reference("b")
XSD_TOKEN = Constant(IRI("http://www.w3.org/2001/XMLSchema#token"))
TERMS = [
    TermMap(Template(("http://e.org/", A)), TermType.IRI),
    TermMap(Template(("http://e.org/", A, "/", B, "#x")), TermType.IRI),
    TermMap(Template(("http://e.org/", A, "/", B)), TermType.URI),
    TermMap(Template(("http://e.org/", A, B)), TermType.IRI),
    TermMap(Template((A, ".", B)), TermType.BLANK_NODE),
    TermMap(A, TermType.LITERAL),
    TermMap(A, TermType.LITERAL, datatype=XSD_TOKEN),
    TermMap(A, TermType.LITERAL, language=Template(("x-a", Reference("tag")))),
    TermMap(Template(("<", A, ">")), TermType.LITERAL, datatype=XSD_TOKEN),
    TermMap(Constant(IRI("http://e.org/c")), TermType.IRI),
]
CELLS = (
    st.none()
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
    | st.sampled_from(["", "%2F", "/", "a/b", '"', "\\", "\n", "é"])
)
TABLES = st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6)


def table(rows: list[tuple[str | None, str | None]]) -> pl.DataFrame:
    schema = {"a": pl.String, "b": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        tag=pl.lit("x"), row=pl.int_range(pl.len())
    )


@pytest.mark.parametrize("term", TERMS, ids=repr)
@given(TABLES)
def test_no_row_is_missed(term: TermMap, rows: list[tuple[str | None, str | None]]) -> None:
    frame = table(rows)
    made = term_column(frame, term)
    for row, text in enumerate(made):
        if text is not None:
            found = rows_that_can(frame, term, [text])
            assert row in found["row"].to_list()
            assert set(found["row"]) >= {other for other, same in enumerate(made) if same == text}


@pytest.mark.parametrize("term", [TERMS[number] for number in (0, 1, 2, 6, 8)], ids=repr)
def test_other_rows_are_passed_over(term: TermMap) -> None:
    frame = table([(f"{number}", "x y") for number in range(50)])
    made = term_column(frame, term)
    assert rows_that_can(frame, term, [made[7], made[9]])["row"].to_list() == [7, 9]
    for other in (
        "<http://elsewhere.org/>",
        "_:b0",
        '<<( <http://e.org/1> <http://e.org/p> "x y" )>>',
    ):
        assert rows_that_can(frame, term, [other]).height == 0


def test_a_template_is_read_backwards() -> None:
    frame = table([("a/b", "é"), ("a", "b/é"), ("a%2Fb", "é")])
    assert rows_that_can(frame, TERMS[1], ["<http://e.org/a%2Fb/é#x>"])["row"].to_list() == [0]
    assert rows_that_can(frame, TERMS[6], ['"a%2Fb"^^<http://www.w3.org/2001/XMLSchema#token>'])[
        "row"
    ].to_list() == [2]
