"""Cells of tables of facts, judged by the functions that their mapping reads them with."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.evidence.addresses import is_web_address
from hrdgraph.evidence.dating import LANGUAGES
from hrdgraph.kinds.addresses import web_address
from hrdgraph.kinds.cell_errors import CellError
from hrdgraph.kinds.codes import choice, codes_of
from hrdgraph.kinds.countries import country_code
from hrdgraph.kinds.levels import SCHEME, level_code
from hrdgraph.kinds.numbers import count, language_code, yes_no
from hrdgraph.kinds.samples import PLAIN_DITTO, PLAIN_UNKNOWN, is_ditto, is_unknown
from hrdgraph.mapping.facts.checks import DOCUMENT, NAME
from hrdgraph.mapping.functions.cells import date, year
from hrdgraph.project import Source, TableField

_NO_NAMES: Final = PLAIN_UNKNOWN | PLAIN_DITTO
_ODD: Final = r"[\s<>\"{}|\\^`]"  # what no address holds
Judge = Callable[[str], tuple[Message, Message] | None]


def judge_of_facts(field: TableField, source: Source) -> Judge:
    """What judges the cells of a column that a kind declares."""
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
            return _refusal(error)
        return None

    return judge


class CellSieve(ABC):
    """A judge that finds the texts which it refuses in a long column in one go."""

    @abstractmethod
    def __call__(self, value: str) -> tuple[Message, Message] | None:
        """What is wrong with a text, and the way out; None where it is right."""

    @abstractmethod
    def unfit(self, values: pl.Series) -> list[str]:
        """The texts that may be refused: all that are, and few others."""


class PageJudge(CellSieve):
    """Judges whether a text is one page, or the name of a document."""

    def __call__(self, value: str) -> tuple[Message, Message] | None:
        text = value.strip()
        if not text.startswith(("http://", "https://")) or is_web_address(text):
            return None
        return Message("no-single-address", value=value), Message("write-one-address")

    def unfit(self, values: pl.Series) -> list[str]:
        """The addresses with something that none has, found in one go."""
        texts = values.str.strip_chars()
        return values.filter(texts.str.contains(r"^https?://") & texts.str.contains(_ODD)).to_list()


class NameJudge(CellSieve):
    """Judges whether a text may name somebody: one that says that nobody knows, or that the name
    is that of the row above, does not."""

    def __call__(self, value: str) -> tuple[Message, Message] | None:
        if is_ditto(value):
            return Message("name-says-ditto", value=value), Message("write-it-out")
        if not is_unknown(value):
            return None
        return Message("name-says-unknown", value=value), Message("name-unknown-texts")

    def unfit(self, values: pl.Series) -> list[str]:
        """The texts that name nobody, found in one go: there are as many names as rows."""
        bare = values.str.strip_chars().str.to_lowercase()
        plain = bare.str.replace_all(r"[\W_]+", " ").str.strip_chars()
        likely = values.filter(bare.is_in(_NO_NAMES) | plain.is_in(_NO_NAMES))
        return [text for text in likely if is_unknown(text) or is_ditto(text)]


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
            value, language, field.order or None, field.calendar or None
        )
    if kind == "code":
        codes = codes_of(source.folder.parents[2] / "ontology" / "vocabularies", scheme)
        if scheme == SCHEME and field.name.strip().lower() != SCHEME:
            return lambda value: level_code(value, field.name, codes, spoken)
        return lambda value: codes.code(value, spoken)
    if kind == "choice":
        return lambda value: choice(value, field.enum)
    if kind == "number":
        return lambda value: count(value, spoken)
    return _READERS[kind]


_READERS: Final[Mapping[str, Callable[[str], str | None]]] = MappingProxyType(
    {
        "address": web_address,
        "country": country_code,
        "yes-no": yes_no,
        "language": language_code,
    }
)
