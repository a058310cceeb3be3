"""Cells of tables of facts, judged by the functions that their mapping reads them with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.evidence.dating import LANGUAGES
from hrdgraph.kinds.addresses import web_address
from hrdgraph.kinds.cell_errors import CellError
from hrdgraph.kinds.codes import choice, codes_of
from hrdgraph.kinds.countries import country_code
from hrdgraph.kinds.numbers import language_code, number, yes_no
from hrdgraph.kinds.samples import PLAIN_UNKNOWN, is_unknown
from hrdgraph.mapping.facts.checks import DOCUMENT, NAME
from hrdgraph.mapping.functions.cells import date, year
from hrdgraph.project import Source, TableField

Judge = Callable[[str], tuple[Message, Message] | None]


def judge_of_facts(field: TableField, source: Source) -> Judge | None:
    """What judges the cells of a column that a kind declares; None where every text is right."""
    if field.type.startswith(DOCUMENT):
        return None
    if field.type.startswith(NAME):
        return NameJudge()
    read = _reader(field, source)

    def judge(value: str) -> tuple[Message, Message] | None:
        try:
            read(value.strip())
        except CellError as error:
            return error.fact, error.hint or Message("write-otherwise-or-unknown")
        except ValueError as error:
            return _refusal(error)
        return None

    return judge


class NameJudge:
    """Judges whether a text may name somebody: one that says that nobody knows does not."""

    def __call__(self, value: str) -> tuple[Message, Message] | None:
        if not is_unknown(value):
            return None
        return Message("name-says-unknown", value=value), Message("name-unknown-texts")

    def unfit(self, values: pl.Series) -> list[str]:
        """The texts that name nobody, found in one go: there are as many names as rows."""
        bare = values.str.strip_chars().str.to_lowercase()
        plain = bare.str.replace_all(r"[\W_]+", " ").str.strip_chars()
        likely = values.filter(bare.is_in(PLAIN_UNKNOWN) | plain.is_in(PLAIN_UNKNOWN))
        return [text for text in likely if is_unknown(text)]


def _refusal(error: ValueError) -> tuple[Message, Message]:
    """The fact and the way out of what a function refuses."""
    fact = error.args[0] if error.args and isinstance(error.args[0], Message) else None
    if fact is None:
        return Message("library-says", reason=error), Message("write-otherwise-or-unknown")
    reason = fact.fields.get("reason")
    if fact.code != "date-not-read" or reason is None:
        return fact, Message("write-otherwise-or-unknown")
    bare = Message("no-readable-date", value=fact.fields["value"])
    return bare, reason if isinstance(reason, Message) else Message("library-says", reason=reason)


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
        return lambda value: codes.code(value, spoken)
    if kind == "choice":
        return lambda value: choice(value, field.enum)
    return _READERS[kind]


_READERS: Final[Mapping[str, Callable[[str], str | None]]] = MappingProxyType(
    {
        "address": web_address,
        "country": country_code,
        "number": number,
        "yes-no": yes_no,
        "language": language_code,
    }
)
