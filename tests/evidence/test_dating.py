"""Dates as people write them, against a table in a plain file, against the Unicode CLDR, and against careless and hostile texts."""

from __future__ import annotations

import csv
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from babel.dates import format_date, format_skeleton
from hypothesis import example, given
from hypothesis import strategies as st

from hrdgraph.evidence.dates import bounds, is_edtf
from hrdgraph.evidence.dating import LANGUAGES, Convention, DateCalendar, DateOrder, read_date
from hrdgraph.evidence.dating.reader import _as_end

GOLDEN = Path(__file__).parent / "golden" / "dates_as_written.csv"
PAGES = GOLDEN.with_name("dates_of_pages.csv")
LIMITS = GOLDEN.with_name("dates_with_limits.csv")
PIVOT = Convention(pivot=2025)
LOCALES = (
    "en",
    "en_GB",
    "en_IN",
    "fr",
    "fr_CA",
    "es",
    "es_MX",
    "es_UY",
    "pt",
    "pt_PT",
    "ru",
    "ar",
    "ar_EG",
    "ar_LB",
    "ar_IQ",
    "ar_MA",
    "ar_DZ",
    "ar_TN",
)


def cases() -> list[dict[str, str]]:
    with GOLDEN.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# a test a table: each case of its own would cost ten times as much as what it reads
def test_the_table_of_dates_as_written() -> None:
    assert [case for case in cases() if not is_read_as_it_says(case)] == []


def is_read_as_it_says(case: dict[str, str]) -> bool:
    found = read_date(case["text"], case["language"])
    readings = [reading.edtf or str(reading.why) for reading in found.readings]
    if case["edtf"]:
        return found.edtf == case["edtf"] and is_edtf(case["edtf"]) and not found.reason
    wanted = case["readings"].split(" | ") if case["readings"] else []
    told = all(reading in str(found.reason) for reading in readings[:4])
    return not found.edtf and bool(found.reason) and readings == wanted and told


def test_the_table_is_large_and_covers_each_language() -> None:
    assert len(cases()) >= 300
    assert {case["language"] for case in cases() + of_pages()} == {*LANGUAGES, ""}
    assert sum(not case["edtf"] for case in cases()) >= 50


def of_pages() -> list[dict[str, str]]:
    """Expressions such as pages of human rights have, written before the reader could read them;
    it was made by one half, and measured by the other; `later` is what that did not read yet."""
    with PAGES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def misread(table: list[dict[str, str]]) -> list[tuple[str, str, str]]:
    """Texts that are not read as their table says, with what they are read as, and what they are."""
    found = (
        (case["text"], read_date(case["text"], case["language"]).edtf or "", case["edtf"])
        for case in table
    )
    return [(text, read, meant) for text, read, meant in found if read != meant]


def test_the_table_of_dates_of_pages() -> None:
    assert misread(of_pages()) == []


def with_limits() -> list[dict[str, str]]:
    """Nights, limits, doubt, parts of a year and other calendars, and what is near them and no
    date: an empty cell is a text that is not read."""
    with LIMITS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_table_of_dates_with_limits() -> None:
    assert misread(with_limits()) == []


@pytest.mark.parametrize("stated", [True, False])
def test_no_precision_is_invented_in_the_tables_of_pages_and_limits(stated: bool) -> None:
    """Not in any of the cases, whatever is not read of them: with the language, and without."""
    every = [*of_pages(), *with_limits()]
    assert len(of_pages()) >= 500
    found = {
        case["text"]: (
            read_date(case["text"], case["language"] if stated else "").edtf,
            case["edtf"],
        )
        for case in every
    }
    assert {text: pair for text, pair in found.items() if is_invented(*pair)} == {}


def is_invented(found: str | None, meant: str) -> bool:
    """Whether a date leaves out days that the text may mean, or is one where the text is none."""
    if not found or not meant:
        return bool(found)
    here, there = bounds(found), bounds(meant)
    assert here
    assert there
    return (here.earliest or date.min) > (there.earliest or date.min) or (
        here.latest or date.max
    ) < (there.latest or date.max)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("form", ["long", "full", "medium"])
def test_days_as_the_cldr_writes_them_come_back(locale: str, form: str) -> None:
    """Every month, in every form that has no figures alone; CLDR is no part of the reader."""
    for month in range(1, 13):
        day = date(2011, month, 17)
        text = format_date(day, form, locale=locale)
        if any(char.isalpha() for char in text.replace("م", "").replace("г", "")):
            assert read_date(text, locale[:2]).edtf == day.isoformat(), text


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("skeleton", ["yMMMM", "yMMM"])
def test_months_as_the_cldr_writes_them_come_back(locale: str, skeleton: str) -> None:
    for month in range(1, 13):
        text = format_skeleton(skeleton, date(2011, month, 1), locale=locale)
        if any(char.isalpha() for char in text):
            assert read_date(text, locale[:2]).edtf == f"2011-{month:02}", text


@given(st.dates(date(1000, 1, 1)), st.sampled_from(LOCALES), st.booleans())
def test_any_day_comes_back(day: date, locale: str, stated: bool) -> None:
    text = format_date(day, "full", locale=locale)
    assert read_date(text, locale[:2] if stated else "").edtf == day.isoformat()


@given(st.dates(date(1000, 1, 1)), st.dates(date(1000, 1, 1)), st.sampled_from(LOCALES))
def test_any_period_comes_back_or_runs_backwards(one: date, other: date, locale: str) -> None:
    text = (
        f"{format_date(one, 'long', locale=locale)} – {format_date(other, 'long', locale=locale)}"
    )
    assert read_date(text, locale[:2]).edtf == (f"{one}/{other}" if one <= other else None)


BETWEEN = {
    "en": "between {} and {}",
    "fr": "entre {} et {}",
    "es": "entre {} y {}",
    "pt": "entre {} e {}",
    "ru": "между {} и {}",
    "ar": "بين {} و{}",
}
ABOUT = {"en": "about {}", "fr": "vers {}", "es": "hacia {}", "pt": "cerca de {}", "ru": "около {}",
         "ar": "حوالي {}"}  # fmt: skip
years = st.integers(1000, 9998)


@given(years, years, st.sampled_from(LANGUAGES))
def test_years_keep_their_width(one: int, other: int, language: str) -> None:
    assert read_date(ABOUT[language].format(one), language).edtf == f"{one}~"
    wanted = f"{one}/{other}" if one <= other else None
    assert read_date(BETWEEN[language].format(one, other), language).edtf == wanted


WIDTHS = [("{y}", 365), ("{m} {y}", 28), ("{y}s", 3652), ("summer {y}", 365), ("Q2 {y}", 91), ("early {y}", 365), ("late {m} {y}", 28),
          ("first half of {y}", 181), ("c. {m} {y}", 28)]  # fmt: skip


@given(
    st.sampled_from(WIDTHS),
    st.integers(101, 998).map(lambda decade: decade * 10),
    st.sampled_from(["May", "February", "Nov."]),
)
def test_a_date_is_never_more_precise_than_its_text(
    width: tuple[str, int], year: int, month: str
) -> None:
    """The days from the earliest to the latest are no fewer than the words allow."""
    form, days = width
    found = read_date(form.format(y=year, m=month), "en").edtf
    if found is None:
        assert form == "{y}s"
        assert year % 100 == 0
        return
    span = bounds(found)
    assert span
    assert span.earliest
    assert span.latest
    assert (span.latest - span.earliest).days + 1 >= days


@given(st.integers(1, 28), st.integers(1, 12), st.integers(1000, 2999), st.sampled_from("/.-"))
def test_figures_are_read_only_where_one_order_is_possible(
    first: int, second: int, year: int, mark: str
) -> None:
    text = f"{first:02}{mark}{second:02}{mark}{year}"
    certain = first > 12 or first == second
    assert read_date(text).edtf == (f"{year}-{second:02}-{first:02}" if certain else None)
    assert (
        read_date(text, convention=Convention(order=DateOrder.DMY)).edtf
        == f"{year}-{second:02}-{first:02}"
    )
    if first <= 12:
        assert (
            read_date(text, convention=Convention(order=DateOrder.MDY)).edtf
            == f"{year}-{first:02}-{second:02}"
        )


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("15-Jul-09", "2009-07-15"),
        ("15-Jul-89", "1989-07-15"),
        ("15-Jul-26", "1926-07-15"),
        ("the nineties", "199X"),
        ("'25", "2025"),
    ],
)
def test_a_stated_pivot_makes_two_digits_certain(text: str, edtf: str) -> None:
    assert read_date(text, "en", convention=PIVOT).edtf == edtf


@pytest.mark.parametrize("text", ["Sep-06", "1/2", "40636", "03/04/11"])
def test_a_pivot_does_not_repair_what_a_spreadsheet_damaged(text: str) -> None:
    assert read_date(text, "en", convention=PIVOT).edtf is None


def test_words_that_edtf_cannot_keep_are_told() -> None:
    assert read_date("début 2009", "fr").lost == ("début",)
    assert read_date("a mediados de 2010", "es").lost == ("a mediados de",)
    assert read_date("2009", "fr").lost == ()


@given(st.text(max_size=130))
@example("between " * 12)
@example("the " * 30)
@example("1990 or 1991 or " * 7)
@example("9" * 119)
@example("c. " * 39 + "?")
def test_any_text_is_read_or_refused_with_a_reason(text: str) -> None:
    found = read_date(text)
    assert (found.edtf is None) == bool(found.reason)
    assert found.edtf is None or is_edtf(found.edtf)


PIECES = [
    "2009",
    "May",
    "mai",
    "12",
    "between",
    "and",
    "–",
    "-",
    "/",
    "the",
    "early",
    "c.",
    "since",
    "q1",
    "1990s",
    "or",
    ",",
    "entre",
    "et",
    "до",
    "من",
]


@given(st.lists(st.sampled_from(PIECES), max_size=9).map(" ".join))
def test_any_heap_of_words_of_dates_is_read_or_refused(text: str) -> None:
    found = read_date(text)
    assert (found.edtf is None) == bool(found.reason)


def test_an_unknown_language_is_an_error() -> None:
    with pytest.raises(ValueError, match="must be one of: ar, en, es, fr, pt, ru"):
        read_date("Mai 2011", "ja")


@pytest.mark.parametrize(
    ("text", "language", "edtf"),
    [
        ("12. März 2019", "de", "2019-03-12"),
        ("Sonntag, 4. Mai 2014", "de", "2014-05-04"),
        ("1º maggio 2001", "it", "2001-05-01"),
        ("3 maart 2019", "nl", "2019-03-03"),
        ("12 stycznia 2001", "pl", "2001-01-12"),
        ("5. listopadu 1989", "cs", "1989-11-05"),
        ("15. listopada 1991.", "hr", "1991-10-15"),
        ("3. tammikuuta 1990", "fi", "1990-01-03"),
        ("10 січня 2020 р.", "uk", "2020-01-10"),
    ],
)
def test_days_and_months_of_other_languages_of_europe(text: str, language: str, edtf: str) -> None:
    assert read_date(text, language).edtf == edtf


@pytest.mark.parametrize("text", ["1399/09/18", "1399-09-18", "18/09/1399", "۱۳۹۹/۰۹/۱۸", "1399", "1399/1400", "since 1399"])  # fmt: skip
def test_a_year_that_may_be_of_another_calendar_is_asked_about(text: str) -> None:
    found = read_date(text)
    assert found.edtf is None
    assert found.reason.code == "calendar-unclear"
    assert "persian" in str(found.reason)


def test_the_calendar_of_figures_may_be_stated() -> None:
    stated = {name: Convention(calendar=name) for name in DateCalendar}
    assert read_date("1399/09/18", convention=stated[DateCalendar.PERSIAN]).edtf == "2020-12-08"
    assert read_date("1399-09", convention=stated[DateCalendar.PERSIAN]).edtf == "2020-11-21/2020-12-20"  # fmt: skip
    assert read_date("22/04/1442", convention=stated[DateCalendar.HIJRI]).edtf == "[2020-12-06..2020-12-08]"  # fmt: skip
    assert read_date("1399-09-18", convention=stated[DateCalendar.GREGORIAN]).edtf == "1399-09-18"
    assert read_date("2011/09/18", convention=stated[DateCalendar.PERSIAN]).edtf == "2011-09-18"
    assert read_date("18 septembre 1399", "fr").edtf == "1399-09-18"


def test_a_region_of_a_language_is_that_language() -> None:
    assert read_date("avril 2011", "fr-CA").edtf == "2011-04"


def test_the_locale_of_the_machine_plays_no_part() -> None:
    code = "from hrdgraph.evidence.dating import read_date; print(read_date('03/04/2011').edtf, read_date('mai 2011', 'fr').edtf)"
    german = {"LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8"}
    assert (
        subprocess.run(
            [sys.executable, "-c", code], env=german, capture_output=True, text=True, check=True
        ).stdout
        == "None 2011-05\n"
    )


@pytest.mark.parametrize(
    ("date", "end"),
    [
        ("2019-03", "2019-03"), ("2019-03-04~", "2019-03-04~"), ("[..2019-03]", ""), ("[2019..]", ""), ("[2018,2020]", ""),
        ("[2019-03-01,2019-03-09]", "2019-03"), ("{2019-03-01,2019-11-09}", "2019"), ("2019-03/2019-11", "2019"),
    ],
)  # fmt: skip
def test_an_end_of_a_period_is_what_all_its_days_share(date: str, end: str) -> None:
    assert _as_end(date) == end


def test_readings_beyond_the_first_four_are_counted() -> None:
    reason = read_date("entre 01/02/03 et 04/05/06", "fr").reason
    assert reason is not None
    shown = [str(one) for one in reason.fields["readings"]]
    assert len(shown) == 5
    assert shown[-1] == "8 others"


def test_a_day_of_a_month_named_once_belongs_to_both_ends() -> None:
    for text, language, edtf in (
        ("May 12–14, 2011", "en", "2011-05-12/2011-05-14"),
        ("12–14 May 2011", "en", "2011-05-12/2011-05-14"),
        ("May 1–3, 2011", "en", "2011-05-01/2011-05-03"),
        ("12-14 mai 2011", "fr", "2011-05-12/2011-05-14"),
    ):
        assert read_date(text, language).edtf == edtf
    assert read_date("May–14, 2011", "en").edtf is None  # the first has no day: no period
