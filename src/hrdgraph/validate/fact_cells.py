"""Cells of tables of facts, judged by the functions that their mapping reads them with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from hrdgraph.catalogue import Message
from hrdgraph.evidence.dating import LANGUAGES
from hrdgraph.kinds.cell_errors import CellError
from hrdgraph.kinds.codes import choice, codes_of
from hrdgraph.kinds.countries import country_code
from hrdgraph.kinds.numbers import language_code, number, yes_no
from hrdgraph.mapping.functions.cells import date, year
from hrdgraph.project import Source, TableField

_NO_DATE: Final = " is not read as a date: "
Judge = Callable[[str], tuple[str | Message, str | Message] | None]


def judge_of_facts(field: TableField, source: Source) -> Judge:
    """What judges the cells of a column that a kind declares."""
    read = _reader(field, source)

    def judge(value: str) -> tuple[str | Message, str | Message] | None:
        try:
            read(value.strip())
        except CellError as error:
            return error.fact, error.hint or Message("write-otherwise-or-unknown")
        except ValueError as error:
            return _told(str(error), value)
        return None

    return judge


def _told(reason: str, value: str) -> tuple[str, str | Message]:
    """What is wrong, and the way out; the reason of a date is one sentence, and stays one."""
    _, is_date, way_out = reason.partition(_NO_DATE)
    if is_date:
        return f"'{value}' is no date that can be read", way_out
    fact, _, hint = reason.partition("; ")
    if not hint:
        fact, _, hint = reason.partition(": ")
    return fact, hint or Message("write-otherwise-or-unknown")


def _reader(field: TableField, source: Source) -> Callable[[str], str | None]:
    _, kind, scheme = field.type.split(":", 2)
    spoken = (field.language or source.language).lower().partition("-")[0]
    language = spoken if spoken in LANGUAGES else ""
    if kind in ("date", "year"):
        return lambda value: (date if kind == "date" else year)(
            value, language, field.order or None
        )
    if kind == "code":
        codes = codes_of(source.folder.parents[2] / "ontology" / "vocabularies", scheme)
        return codes.code
    if kind == "choice":
        return lambda value: choice(value, field.enum)
    return {"country": country_code, "number": number, "yes-no": yes_no, "language": language_code}[
        kind
    ]
