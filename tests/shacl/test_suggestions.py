"""Suggestions: the nearest code, the nearest key, a day that the month has; and none where nothing is near."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.findings.model import Finding, Kind, Severity
from hrdgraph.pipeline.stages.findings_output import LOOKUPS, nearest, suggest, valid_date
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad
from hrdgraph.shacl.shapes import Shapes, read_shapes_at
from hrdgraph.vocab import HRD, RDF

ID = "https://example.org/id/"
SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix : <https://example.org/shapes#> .
:outcome a sh:PropertyShape ; sh:path :outcome ; sh:in ( "laureate" "finalist" "nominee" ) .
:kind a sh:PropertyShape ; sh:path :kind ; sh:in ( <https://example.org/kinds#group> <https://example.org/kinds#state> ) .
:other a sh:PropertyShape ; sh:path :other ; sh:nodeKind sh:IRI .
"""


@pytest.fixture
def shapes(tmp_path: Path) -> Shapes:
    (tmp_path / "shapes.ttl").write_text(SHAPES, encoding="utf-8")
    return read_shapes_at(tmp_path / "shapes.ttl")


@pytest.fixture
def graph() -> ColumnGraph:
    names = ["award/martin_ennals", "award/nobel_peace", "award/Caf%C3%A9", "person/Ada_Example"]
    return ColumnGraph.from_quads(Quad(IRI(ID + name), RDF.type, HRD.Award) for name in names)


def found(value: str | None, rule: str = "other", **parts: str) -> Finding:
    rule = f"https://example.org/shapes#{rule}"
    return Finding(
        severity=Severity.VIOLATION,
        kind=Kind.SHACL,
        rule=rule,
        messages=(),
        focus="x",
        value=value,
        **parts,
    )


@pytest.mark.parametrize(
    ("rule", "value", "expected"),
    [
        ("outcome", '"laureat"', "laureate"),
        ("outcome", '"Finalist"', "finalist"),
        ("outcome", '"honorary"', ""),
        ("outcome", '"nominee"', ""),
        ("kind", "<https://example.org/kinds#gruop>", "group"),
        ("other", f"<{ID}award/marten_ennals>", "martin_ennals"),
        ("other", f"<{ID}award/Cafe%CC%81>", "Café"),
        ("other", f"<{ID}award/martin_ennals>", ""),  # it is there: nothing else can be meant
        ("other", f"<{ID}award/Ada_Exampel>", ""),  # a person is no award
        ("other", f"<{ID}person/Ada_Exampel>", "Ada_Example"),
        ("other", '"2011-02-30"^^<http://www.w3.org/2001/XMLSchema#date>', "2011-02-28"),
        ("other", "no term at all", ""),
        ("other", "<urn:x>", ""),
        ("other", None, ""),
    ],
)
def test_the_nearest_is_suggested(
    graph: ColumnGraph, shapes: Shapes, rule: str, value: str | None, expected: str
) -> None:
    assert suggest([found(value, rule)], graph, shapes)[0].suggestion == expected


def test_a_suggestion_that_is_there_stays(graph: ColumnGraph, shapes: Shapes) -> None:
    [one] = suggest([found('"laureat"', "outcome", suggestion="mine")], graph, shapes)
    assert one.suggestion == "mine"


def test_the_work_is_bounded(graph: ColumnGraph, shapes: Shapes) -> None:
    wrong = [found(f"<{ID}award/martin_ennals{n}>") for n in range(LOOKUPS + 50)]
    told = [one.suggestion for one in suggest(wrong, graph, shapes)]
    assert told[:LOOKUPS] == ["martin_ennals"] * LOOKUPS
    assert set(told[LOOKUPS:]) == {""}


def test_a_list_of_codes_that_bites_its_tail_ends(graph: ColumnGraph, tmp_path: Path) -> None:
    text = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
    @prefix : <https://example.org/shapes#> . :outcome sh:path :p ; sh:in _:l . _:l rdf:first "laureate" ; rdf:rest _:l ."""
    (tmp_path / "shapes.ttl").write_text(text, encoding="utf-8")
    [one] = suggest([found('"laureat"', "outcome")], graph, read_shapes_at(tmp_path / "shapes.ttl"))
    assert one.suggestion == "laureate"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2011-02-30", "2011-02-28"), ("2012-02-30", "2012-02-29"), ("2011-04-31", "2011-04-30"), ("2011-13-05", "2011-05-13"),
        ("2011-13-13", ""), ("2011-00-05", ""), ("2011-05-00", ""), ("0000-05-01", ""), ("2011-02", ""), ("30/02/2011", ""), ("", ""),
        ("2011-02-28", ""), (" 2011-02-30 ", "2011-02-28"),
    ],
)  # fmt: skip
def test_days_that_a_month_does_not_have(text: str, expected: str) -> None:
    assert valid_date(text) == expected


@given(st.integers(1, 9999), st.integers(1, 12), st.integers(1, 99))
def test_a_suggested_day_is_of_the_same_month_and_exists(year: int, month: int, day: int) -> None:
    meant = valid_date(f"{year:04}-{month:02}-{day:02}")
    try:
        date(year, month, day)
    except ValueError:
        assert date.fromisoformat(meant).month == month
    else:
        assert meant == ""


@given(st.text(max_size=12), st.lists(st.text(max_size=12), max_size=20))
def test_what_is_nearest_is_one_of_the_names_and_not_the_word(word: str, names: list[str]) -> None:
    one = nearest(word, names)
    assert one == "" or (one in names and one != word)


def test_among_very_many_names_the_nearest_is_still_found() -> None:
    names = [f"name{number:06}" for number in range(60_000)]
    assert nearest("name00100O", names) in names


def test_another_number_is_no_other_spelling() -> None:
    assert nearest("2025", ["2024", "2026"]) == ""
    assert nearest("award-2025", ["award-2024"]) == "award-2024"


def test_a_literal_with_a_language_is_compared_by_its_words(
    graph: ColumnGraph, shapes: Shapes
) -> None:
    value = Literal(
        "laureat", language="en", datatype="http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
    ).n3()
    assert suggest([found(value, "outcome")], graph, shapes)[0].suggestion == "laureate"
