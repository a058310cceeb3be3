"""Check single cells of tables, with the functions that read facts and what source.toml says of a
column."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from typing import Final

import polars as pl

from hrdgraph.catalogue import Message, is_not
from hrdgraph.errors import Origin, ProjectError, SourceError
from hrdgraph.evidence.addresses import ADDRESS, is_web_address
from hrdgraph.evidence.dates import is_edtf
from hrdgraph.evidence.dating import (
    Convention,
    DateCalendar,
    DateOrder,
    explain,
    is_read,
    list_languages,
    read_date,
)
from hrdgraph.fact_kinds.cell_types import CELL_TYPES
from hrdgraph.fact_kinds.cell_values import CellError, choice, codes_of
from hrdgraph.fact_kinds.confidentiality import SCHEME, level_code
from hrdgraph.fact_kinds.guess import PLAIN_DITTO, PLAIN_UNKNOWN, is_ditto, is_unknown
from hrdgraph.mapping.facts.layout import CELL, DOCUMENT, NAME, REMARK
from hrdgraph.mapping.functions.cells import date, remark, year
from hrdgraph.nearest import hint_at
from hrdgraph.project import DATE_TEXT, Source, TableField, vocabulary_dirs

_NO_NAMES: Final = PLAIN_UNKNOWN | PLAIN_DITTO
_YEAR, _MONTH, _DAY = "(19|20)[0-9]{2}", "(0?[1-9]|1[0-2])", "(0?[1-9]|1[0-9]|2[0-8])"
Judge = Callable[[str], tuple[Message, Message] | None]


def judge_of_facts(field: TableField, source: Source) -> Judge:
    """Return the check for the cells of a column that a kind declares."""
    if field.type.startswith(DOCUMENT):
        return PageJudge()
    if field.type.startswith(NAME):
        return NameJudge()
    read = _reader(field, source)

    def judge(value: str) -> tuple[Message, Message] | None:
        try:
            read(value.strip())
        except CellError as error:
            return error.fact, error.hint or Message("write-otherwise-or-unknown")
        except ValueError as error:
            fact = error.args[0] if error.args and isinstance(error.args[0], Message) else None
            if fact is None:
                return Message("library-says", reason=error), Message("write-otherwise-or-unknown")
            reason = fact.fields.get("reason")
            if fact.code != "date-not-read" or reason is None:
                return fact, Message("write-otherwise-or-unknown")
            bare = is_not(fact.fields["value"], "date")
            return bare, reason if isinstance(reason, Message) else Message(
                "library-says", reason=reason
            )
        return None

    is_date = field.type.split(":")[1] in ("date", "year")
    return DateJudge(judge, "" if field.calendar else field.order) if is_date else judge


class CellSieve(ABC):
    """A check that finds the refused texts of a long column in one go."""

    @abstractmethod
    def __call__(self, value: str) -> tuple[Message, Message] | None:
        """Return what is wrong with a text, and what to do; None if it is right."""

    @abstractmethod
    def unfit(self, values: pl.Series) -> list[str]:
        """Return the texts that may be refused: all that are, and few others."""


class PageJudge(CellSieve):
    """Checks that a text is one page, or the name of a document."""

    def __call__(self, value: str) -> tuple[Message, Message] | None:
        text = value.strip()
        if not text.startswith(("http://", "https://")) or is_web_address(text):
            return None
        return is_not(value, "address"), Message("write-one-address")

    def unfit(self, values: pl.Series) -> list[str]:
        """Return what begins as an address and is none, in one go."""
        texts = values.str.strip_chars()
        whole = texts.str.contains(rf"(?i)\A(?:{ADDRESS})\z")
        return values.filter(texts.str.contains(r"^https?://") & ~whole).to_list()


class DateJudge(CellSieve):
    """Checks that a text is a date, in an order of days and months if that is known ("dmy")."""

    def __init__(self, judge: Judge, order: str) -> None:
        days = {"dmy": (_DAY, _MONTH, _YEAR), "mdy": (_MONTH, _DAY, _YEAR)}
        plain = [rf"\{sign}".join(days[order]) for sign in "/.-"] if order in days else ()
        self._judge = judge
        self._plain = "|".join((f"{_YEAR}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])", *plain))

    def __call__(self, value: str) -> tuple[Message, Message] | None:
        return self._judge(value)

    def unfit(self, values: pl.Series) -> list[str]:
        """Return all texts but plain days of our time, in one go."""
        return values.filter(~values.str.contains(rf"\A(?:{self._plain})\z")).to_list()


class NameJudge(CellSieve):
    """Checks that a text may name somebody: not "unknown", and not "same as above"."""

    def __call__(self, value: str) -> tuple[Message, Message] | None:
        if is_ditto(value):
            return Message("name-says-nothing", value=value), Message("write-it-out")
        if not is_unknown(value):
            return None
        return Message("name-says-nothing", value=value), Message("write-otherwise-or-unknown")

    def unfit(self, values: pl.Series) -> list[str]:
        """Return the texts that name nobody, in one go: there are as many names as rows."""
        bare = values.str.strip_chars().str.to_lowercase()
        plain = bare.str.replace_all(r"[\W_]+", " ").str.strip_chars()
        likely = values.filter(bare.is_in(_NO_NAMES) | plain.is_in(_NO_NAMES))
        return [text for text in likely if is_unknown(text) or is_ditto(text)]


def _reader(field: TableField, source: Source) -> Callable[[str], str | None]:
    _, kind, scheme = field.type.split(":", 2)
    spoken = (field.language or source.language).lower().partition("-")[0]
    language = spoken if is_read(spoken) else ""
    if kind in ("date", "year"):
        return lambda value: (date if kind == "date" else year)(
            remark(value, "date") if scheme == REMARK else value,
            language,
            field.order or None,
            field.calendar or None,
            str(field.pivot or ""),
        )
    if kind == "code":
        codes = codes_of(vocabulary_dirs(source.folder.parents[2]), scheme)
        if scheme == SCHEME:
            return lambda value: level_code(value, field.name, codes)
        return lambda value: codes.code(value, spoken)
    if kind == "choice":
        return lambda value: choice(value, field.enum)
    read = CELL_TYPES[kind].read
    assert read is not None  # a type without any is read above
    return lambda value: read(value, spoken)


# the text of a cell into the fact and the hint; None where it is right

_SHOWN: Final = 12  # texts that a hint lists


def judge_of(field: TableField, source: Source) -> Judge | None:
    """Return the check for single cells of a column; None where every text is right."""
    if field.type.startswith(f"{CELL}:"):
        return judge_of_facts(field, source)
    if field.enum:
        return lambda value: (
            None
            if value in field.enum
            else (Message("not-known-here", name=value), near(value, field.enum))
        )
    if field.pattern:
        return matcher_of(field.pattern)
    return _dates(field, source) if field.type == DATE_TEXT else _TYPES.get(field.type)


def matcher_of(pattern: str) -> Written:
    """Return a check that texts match as a whole, with a linear-time engine, since a project's
    pattern runs on the cells of a source."""
    whole = rf"\A(?:{pattern})\z"
    try:
        pl.Series([""]).str.contains(whole)
    except pl.exceptions.ComputeError as error:
        raise ProjectError("pattern-not-linear", pattern=pattern[:80]) from error

    return Written(pattern, whole)


class Written(CellSieve):
    """Checks that a text matches a pattern as a whole."""

    def __init__(self, pattern: str, whole: str) -> None:
        self._pattern, self._whole = pattern, whole

    def __call__(self, value: str) -> tuple[Message, Message] | None:
        if not self.unfit(pl.Series([value])):
            return None
        hint = Message("it-matches", pattern=self._pattern)
        return Message("value-not-as-expected", value=value), hint

    def unfit(self, values: pl.Series) -> list[str]:
        """Return the texts that do not match, in one go: a call for each takes a hundred times as
        long."""
        return values.filter(~values.str.contains(self._whole)).to_list()


def near(value: str, known: Collection[str]) -> Message:
    """Return a hint with the nearest known text, or else the first ones."""
    names = [*sorted(known)[:_SHOWN], *("…" for _ in list(known)[_SHOWN : _SHOWN + 1])]
    otherwise = Message("there-is", known=names)
    return hint_at(value, known, otherwise, cutoff=0.5)


def _dates(field: TableField, source: Source) -> Judge:
    """Return the check of dates as people write them, in the language of the column, else of the
    source, else in any. The readings are in the hint, never in the fact: hints are left out for
    hidden columns."""
    # not for every build: patterns of many languages

    own = source.language.lower().partition("-")[0]
    language = field.language or (own if is_read(own) else "")
    if language and not is_read(language):
        at, known = f"[table.fields] {field.name}", ", ".join(list_languages())
        place = Origin(str(source.description_file), node=at)
        raise SourceError(
            "not-known-here", name=language, known=known, origin=place, hint="there-is"
        )
    convention = Convention(
        field.pivot,
        DateOrder(field.order) if field.order else None,
        DateCalendar(field.calendar) if field.calendar else None,
    )

    def judge(value: str) -> tuple[Message, Message] | None:
        date = read_date(value, language, convention=convention)
        return None if date.edtf else (is_not(value, "date"), date.reason)

    return judge


def _uri(value: str) -> tuple[Message, Message] | None:
    if is_web_address(value):
        return None
    bare = value.strip()
    is_spaced = bare != value and is_web_address(bare)
    hint = Message("take-spaces-away", value=bare) if is_spaced else Message("copy-address")
    return is_not(value, "address"), hint


def _matching(pattern: str, kind: str, hint: str) -> Judge:
    """Return the check of texts that a pattern matches as a whole."""
    fits = re.compile(pattern).fullmatch
    return lambda value: None if fits(value) else (is_not(value, kind), Message(hint))


def _edtf(value: str) -> tuple[Message, Message] | None:
    return None if is_edtf(value) else (is_not(value, "date"), explain(value))


_TYPES: Final[Mapping[str, Judge]] = {
    "year": _matching("[0-9]{4}", "year", "write-digits"),
    "integer": _matching("[+-]?[0-9]+", "whole-number", "write-digits"),
    "uri": _uri, "edtf": _edtf, "date": _edtf,
}  # fmt: skip
