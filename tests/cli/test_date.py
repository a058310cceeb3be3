"""`hrdgraph tables date`: what a person sees of a date that is read, and of one that is not."""

from __future__ import annotations

import json

import pytest

from hrdgraph.cli.app import run


def said(capsys: pytest.CaptureFixture[str], code: int, *arguments: str) -> str:
    assert run(["tables", "date", *arguments]) == code
    return capsys.readouterr().out


def test_a_date_that_is_read_shows_edtf_and_days(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, 0, "avril 2011", "--language", "fr").splitlines() == [
        "2011-04",
        "  from 2011-04-01 to 2011-04-30",
    ]


@pytest.mark.parametrize(
    ("language", "how"),
    [
        ("en", "of the Hijri calendar, 1 day more or less"),
        ("fr", "du calendrier hégirien, à 1 jour près"),
        ("es", "del calendario islámico, con 1 día de diferencia"),
    ],
)
def test_a_date_of_another_calendar_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, language: str, how: str
) -> None:
    monkeypatch.setenv("LC_ALL", f"{language}_XX.UTF-8")
    lines = said(capsys, 0, "15 رجب 1432 هـ").splitlines()
    assert lines[0] == "[2011-06-16..2011-06-18]"
    assert lines[2].strip() == how


def test_two_calendars_that_disagree_are_not_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert "do not agree" in said(capsys, 1, "25 Khordad 1388 (15 June 2008)", "-l", "en")
    assert said(capsys, 0, "25 Khordad 1388 (15 June 2009)", "-l", "en").startswith("2009-06-15")


def test_an_open_side_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert "to …" in said(capsys, 0, "depuis 2010", "-l", "fr")
    assert "from … to 2004-12-31" in said(capsys, 0, "avant 2005", "-l", "fr")


def test_words_that_are_not_kept_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert "début" in said(capsys, 0, "début 2009", "-l", "fr")


def test_a_date_that_is_not_certain_shows_its_readings_and_fails(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = said(capsys, 1, "03/04/2011")
    assert text.startswith("not read: ")
    assert "  2011-04-03 (day first)\n  2011-03-04 (month first)" in text


def test_what_the_source_states_makes_it_certain(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, 0, "03/04/2011", "--order", "mdy").startswith("2011-03-04")
    assert said(capsys, 0, "15-Jul-09", "--pivot", "2025").startswith("2009-07-15")


def test_json_has_the_days_and_the_readings(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(capsys, 0, "vers 1990", "-l", "fr", "--json"))
    assert (found["edtf"], found["earliest"], found["latest"]) == (
        "1990~",
        "1990-01-01",
        "1990-12-31",
    )
    refused = json.loads(said(capsys, 1, "Sep-06", "-l", "en", "--json"))
    assert refused["edtf"] is None
    assert [reading["edtf"] for reading in refused["readings"]] == ["2006-09", "1906-09", None]


def test_an_unknown_language_is_a_wrong_call(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["tables", "date", "Mai 2011", "-l", "ja"]) == 2
    assert "must be one of: ar, en, es, fr, pt, ru" in capsys.readouterr().err


def test_a_year_that_no_day_can_say_is_not_open(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["tables", "date", "0000"]) == 0
    assert capsys.readouterr().out == "0000\n  days outside the years 1 to 9999\n"


def test_a_month_of_zeros_is_told_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        said(capsys, 1, "2011-00")
        == "not read: there is no month 00; write 2011 if the month is not known\n"
    )


def test_a_date_is_told_in_the_language_of_the_system(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "es_CO.UTF-8")
    assert "  del 2009-01-01 al 2009-12-31\n  no conservado" in said(
        capsys, 0, "principios de 2009"
    )
    assert "  del 2009-01-01 al …" in said(capsys, 0, "desde 2009")
    assert "  2011/2013 (un período)\n  2011 con un mes 13, que no existe" in (
        printed := said(capsys, 1, "2011-13")
    )
    assert "2011/2013 (un período) o 2011 con un mes 13" in printed
    assert "(era martes)" in said(capsys, 1, "lunes 4 de mayo de 2010")
