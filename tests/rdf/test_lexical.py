"""What is taken for well-formed at a glance is well-formed, and what a number or day can look like is taken for one nearly always."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.evidence.dates import is_edtf
from hrdgraph.rdf.lexical import ENOUGH, is_of
from hrdgraph.vocab import EDTF, XSD


def fits(text: str, datatype: str) -> bool:
    return bool(is_of(pl.Series([f'"{text}"^^<{datatype}>']), datatype, is_edtf)[0])


def at_a_glance(text: str, datatype: str) -> bool:
    return bool(pl.Series([text]).str.contains(f"^(?:{ENOUGH[datatype]})$")[0])


@pytest.mark.parametrize("datatype", sorted(ENOUGH))
@given(st.data())
def test_what_fits_at_a_glance_fits(datatype: str, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(f"(?:{ENOUGH[datatype]})", fullmatch=True))
    assert at_a_glance(text, datatype), text
    assert fits(text, datatype), text


@given(st.dates(date(1, 1, 1)))
def test_days_of_the_calendar(day: date) -> None:
    text = day.isoformat()
    assert fits(text, XSD.date.value)
    assert fits(text, EDTF.value)
    assert at_a_glance(text, XSD.date.value) == (text[5:] != "02-29")
    assert not fits(f"{text[:8]}32", XSD.date.value)


@pytest.mark.parametrize(("name", "bits", "signed"), [("byte", 8, True), ("short", 16, True), ("int", 32, True), ("long", 64, True),
                                                    ("unsignedByte", 8, False), ("unsignedShort", 16, False),
                                                    ("unsignedInt", 32, False), ("unsignedLong", 64, False)])  # fmt: skip
@given(st.integers(-(2**65), 2**65))
def test_bounds_of_integers(name: str, bits: int, signed: bool, number: int) -> None:
    for chosen in (number, number >> (65 - bits)):
        low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
        assert fits(str(chosen), XSD[name].value) == (low <= chosen <= high)
