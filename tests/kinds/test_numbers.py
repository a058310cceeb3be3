"""Numbers as people write them: each mark is read by what shows its meaning, or not at all."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.fact_kinds.cell_values import CellError, count, number


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("1500.50", "", "1500.50"), ("2.5", "", "2.5"), ("1500.50", "fr", "1500.50"), ("2,5", "fr", "2.5"),
        ("1 500,50 €", "fr", "1500.50"), ("1\u202f234\u202f567,8", "", "1234567.8"), ("$1,500.00", "", "1500.00"),
        ("1.234.567,89 pesos", "es", "1234567.89"), ("12,34,567", "en", "1234567"), ("CHF 1’500", "", "1500"),
        ("1,500", "en", "1500"), ("1.500", "en", "1.500"), ("1,500", "fr", "1.500"), ("0.125", "", "0.125"),
        ("١٬٥٠٠٫٥", "ar", "1500.5"), ("-5", "", "-5"), ("3 (trois)", "fr", "3"), ("trois hommes", "fr", "3"),
    ],
)  # fmt: skip
def test_a_number_is_read_as_its_marks_show(text: str, language: str, found: str) -> None:
    assert number(text, language) == found


@pytest.mark.parametrize(
    ("text", "language", "code"),
    [
        ("1.500", "", "value-may-be"), ("1,500", "", "value-may-be"), ("1.500", "fr", "value-may-be"),
        ("1,500", "es", "value-may-be"), ("12,34", "en", "numbers-several"), ("3 4 hommes", "fr", "numbers-several"),
        ("12.05.2021", "", "is-not"), ("1.2,3,4", "", "is-not"), ("1.5 million", "en", "is-not"),
        ("deux cents", "fr", "is-not"), ("quatre-vingts", "fr", "is-not"), ("3k", "en", "is-not"),
        ("2½", "", "is-not"), (">50", "", "is-not"), ("thirty two", "en", "is-not"),
        ("5 тыс. человек", "ru", "is-not"), ("3 آلاف", "ar", "is-not"),
    ],
)  # fmt: skip
def test_what_is_not_certain_is_not_read(text: str, language: str, code: str) -> None:
    with pytest.raises(CellError) as caught:
        number(text, language)
    assert caught.value.fact.code == code
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [("1.500", "es", "1500"), ("1,500", "es", "1500"), ("1.500 victimes", "fr", "1500"), ("3.0", "", "3")],
)  # fmt: skip
def test_a_count_is_whole(text: str, language: str, found: str) -> None:
    assert count(text, language) == found


@pytest.mark.parametrize("text", ["2.5", "1,500", "-3", "1.500,25"])
def test_a_count_has_no_fraction(text: str) -> None:
    with pytest.raises(CellError, match=r"whole number|fraction"):
        count(text, "fr")


MARKS = {
    "en": (",", "."),
    "fr": ("\u202f", ","),
    "es": (".", ","),
    "ru": ("\u00a0", ","),
    "de-CH": ("’", "."),
}


@given(
    st.decimals(0, 10**12, places=2, allow_nan=False),
    st.sampled_from(sorted(MARKS)),
    st.booleans(),
    st.sampled_from(["", "en", "fr", "es", "pt", "ru", "ar"]),
)
def test_no_way_of_writing_a_number_gives_another(
    value: Decimal, style: str, has_fraction: bool, language: str
) -> None:
    grouping, mark = MARKS[style]
    written = f"{value:,.2f}" if has_fraction else f"{int(value):,}"
    text = written.replace(",", "\0").replace(".", mark).replace("\0", grouping)
    try:
        found = number(text, language)
    except CellError:
        return
    of_language = language == style.partition("-")[0]
    if has_fraction or of_language or int(value) < 1000 or int(value) > 999_999:
        assert Decimal(found) == (value if has_fraction else int(value)), text
    assert found.replace(".", "") == "".join(filter(str.isdigit, text)).lstrip("0") or value < 1


@given(st.text("0123456789.,' -٣abc½%", max_size=12), st.sampled_from(["", "en", "fr", "es"]))
def test_any_text_is_a_number_or_is_refused(text: str, language: str) -> None:
    for read in (number, count):
        with suppress(CellError):
            assert Decimal(read(text, language)).is_finite()
