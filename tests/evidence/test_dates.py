"""EDTF bounds against a table in a plain file, and against the library."""

from __future__ import annotations

import csv
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from edtf import parse_edtf
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.evidence.dates import FUNCTIONS, Bounds, bounds, earliest, is_edtf, latest
from hrdgraph.evidence.dating import explain
from hrdgraph.rdf import IRI, BlankNode, Literal
from hrdgraph.rdf.terms import RDF_LANG_STRING
from hrdgraph.vocab import EDTF, HRDF, XSD

GOLDEN = Path(__file__).parent / "golden"


def rows(name: str) -> list[dict[str, str]]:
    with (GOLDEN / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def day(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None


@pytest.mark.parametrize("row", rows("dates.csv"), ids=lambda row: row["text"])
def test_the_table_of_bounds(row: dict[str, str]) -> None:
    wanted = None if row["earliest"] == "none" else Bounds(day(row["earliest"]), day(row["latest"]))
    assert bounds(row["text"]) == wanted
    assert is_edtf(row["text"]) == (wanted is not None)


@pytest.mark.parametrize("row", rows("date_hints.csv"), ids=lambda row: row["text"] or "empty")
def test_the_table_of_hints(row: dict[str, str]) -> None:
    assert str(explain(row["text"])) == row["hint"]


years = st.integers(1, 9999).map("{:04}".format)
months = st.builds("{}-{:02}".format, years, st.integers(1, 12))
days = st.dates().map(date.isoformat)
points = st.one_of(years, months, days)
qualified = st.builds("{}{}".format, points, st.sampled_from(["", "?", "~", "%"]))


def by_library(text: str) -> Bounds:
    parsed = parse_edtf(text)
    return Bounds(date(*parsed.lower_strict()[:3]), date(*parsed.upper_strict()[:3]))


@given(qualified)
def test_plain_dates_agree_with_the_library(text: str) -> None:
    assert bounds(text) == by_library(text)


@given(qualified, qualified)
def test_intervals_agree_with_the_library_or_run_backwards(start: str, end: str) -> None:
    wanted = by_library(f"{start}/{end}")
    backwards = wanted.earliest and wanted.latest and wanted.latest < wanted.earliest
    assert bounds(f"{start}/{end}") == (None if backwards else wanted)


@pytest.mark.heavy
@given(st.from_regex(r"[12][0-9X]{2}X(-XX)?|[12][0-9]{3}-XX(-XX)?", fullmatch=True))
def test_unknown_digits_agree_with_the_library(text: str) -> None:
    assert bounds(text) == by_library(text)


@given(st.sets(points, min_size=2, max_size=4), st.sampled_from(["[]", "{}"]))
def test_sets_agree_with_the_library(members: set[str], brackets: str) -> None:
    text = f"{brackets[0]}{','.join(sorted(members))}{brackets[1]}"
    assert bounds(text) == by_library(text)


@given(qualified)
def test_open_and_unknown_ends_have_no_bound(text: str) -> None:
    known = bounds(text)
    assert known
    for end in ("", ".."):
        assert bounds(f"{text}/{end}") == Bounds(known.earliest, None)
        assert bounds(f"{end}/{text}") == Bounds(None, known.latest)


@given(st.text("0123456789X-/.,?~%[]{}TYES:+Z ", max_size=24))
def test_any_text_is_read_or_explained_in_silence(text: str) -> None:
    found = bounds(text)
    assert found is not None or explain(text)
    if found and found.earliest and found.latest:
        assert found.earliest <= found.latest


@given(st.text(max_size=40))
def test_words_are_explained_in_one_line(text: str) -> None:
    hint = str(explain(text))
    assert is_edtf(text) or hint
    assert "\n" not in hint or "\n" in text


def test_the_library_does_not_speak(capsys: pytest.CaptureFixture[str]) -> None:
    for text in ("[2011-1X,2012]", "2011-1X~-04", "[..,2001]"):
        bounds(text)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "text", ["X" * 5_000_000, "[" * 200, "[" + "1960," * 60 + "1961]", "Y" + "9" * 200 + "E9"]
)
def test_long_texts_are_no_burden(text: str) -> None:
    found = bounds(text)
    assert found in (None, Bounds(None, None))


def test_plain_dates_do_not_import_the_library() -> None:
    code = (
        "import sys; from hrdgraph.evidence.dates import bounds; "
        "found = [bounds(t) for t in ('2011', '2011-04~', '2011-04-12', '1996/..', '201X', '2011-33', 'soon')]; "
        "assert all(found[:-1]), found; assert 'edtf' not in sys.modules; assert 'pyparsing' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_sparql_functions_give_dates() -> None:
    assert FUNCTIONS[HRDF.earliest] is earliest
    assert FUNCTIONS[HRDF.latest] is latest
    literal = Literal("2011-04", EDTF.value)
    assert earliest(literal) == Literal("2011-04-01", XSD.date.value)
    assert latest(literal) == Literal("2011-04-30", XSD.date.value)
    assert latest(Literal("2011", XSD.gYear.value)) == Literal("2011-12-31", XSD.date.value)
    assert latest(Literal("1996/..", EDTF.value)) is None


@pytest.mark.parametrize(
    "term",
    [
        IRI("http://x/2011"),
        BlankNode("2011"),
        Literal("2011", XSD.integer.value),
        Literal("2011", RDF_LANG_STRING, "en"),
        Literal("soon"),
    ],
)
def test_sparql_functions_are_unbound_elsewhere(term: IRI | BlankNode | Literal) -> None:
    assert earliest(term) is None
    assert latest(term) is None


def test_sparql_functions_keep_years_of_four_digits() -> None:
    assert earliest(Literal("0987", EDTF.value)) == Literal("0987-01-01", XSD.date.value)
