"""The types of cells. One entry says how a cell is read and checked, what the graph holds of it,
and how a column of such cells is recognised.

What people call a type is `kind-type-<name>` in the catalogue, and `template-<name>` says how to
type it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from hrdgraph.catalogue import Message, is_not, write_like
from hrdgraph.fact_kinds.cell_values import (
    FIGURES,
    NUMBERS,
    CellError,
    count,
    country_code,
    is_of_country,
    join_thousands,
    language_code,
    number,
    web_address,
    whole_address,
    yes_no,
)
from hrdgraph.fact_kinds.headings import folded, read_meanings, read_words
from hrdgraph.vocab import PREFIXES

if TYPE_CHECKING:
    from babel import Locale

Reader = Callable[[str, str], str]


@dataclass(frozen=True)
class CellType:
    """A type of cells. `read` makes of a text, in the language of its table, what the graph holds;
    it raises CellError for a text of another type. Mappings call it by `function`, a name of
    `hrdf:`; a type without one takes any text. A type with a function and no reader is read where
    dates and vocabularies are known.

    The graph holds a literal of `datatype`, or the node that `node` writes as rules of YARRRML do.
    `say` writes what it holds as people of a locale read it, where that is another text. `fits`
    tells how well a text fits, from 0 to 1; where there is none, cells alone cannot tell.
    """

    function: str = ""
    read: Reader | None = None
    _: KW_ONLY
    has_language: bool = False  # whether the reader asks for it
    datatype: str = ""
    say: Callable[[str, Locale], str] | None = None
    node: str = ""
    fits: Callable[[str], float] | None = None
    is_free: bool = False  # people write there whatever they like, private things too
    example: str = ""


# letters that ISO 8601 has for the units of time, and how many of the next smaller one make up one
_UNITS: Final = {
    "year": ("Y", "month", 12), "month": ("M", "", 0), "week": ("W", "day", 7),
    "day": ("D", "hour", 24), "hour": ("H", "minute", 60), "minute": ("m", "", 0),
}  # fmt: skip
_WRITTEN: Final = re.compile(r"P(?=[\dT])(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?")
_SPOKEN: Final = ("en", "fr", "es", "pt", "ru", "ar")  # whose units and currencies are known
_JOINING: Final = frozenset(read_words("and"))
_ARTICLES: Final = frozenset(("a", "an"))
_HALF: Final = frozenset(read_words("half"))


@cache
def _unit_words() -> Mapping[str, tuple[str, int]]:
    """Return the units of time by their names and abbreviations in the languages that are known,
    and how many a name means by itself: Arabic has a word for two years."""
    from babel.units import format_unit

    units = {word: (unit, 1) for word, unit in read_meanings("unit-").items()}
    for unit in _UNITS:
        for language in _SPOKEN:
            for size in ("long", "short"):
                for amount in (1, 2, 3, 5, 11, 100):
                    words = format_unit(amount, f"duration-{unit}", size, locale=language)
                    bare = folded(re.sub(r"\d+", "", words))
                    units.setdefault(bare, (unit, amount if words.isalpha() else 1))
    return {word: unit for word, unit in units.items() if word not in _ARTICLES}


def duration(text: str, language: str = "") -> str:
    """Read a length of time as ISO 8601 has it: "2 ans et demi" is P2Y6M. CellError on what is
    about so long, and on parts of a month, which have no length."""
    if (plain := text.strip().upper()) and _WRITTEN.fullmatch(plain):
        return plain
    amounts: dict[str, Decimal] = {}
    amount: Decimal | None = None
    is_article, unit = False, ""
    for word in _duration_words(text, language):
        if isinstance(word, Decimal) or word in NUMBERS:
            if amount is not None:
                raise _no_duration(text)
            amount, is_article = Decimal(NUMBERS.get(str(word), word)), False
        elif word in _ARTICLES:
            amount, is_article = (Decimal(1), True) if amount is None else (amount, is_article)
        elif word in _HALF and unit and (amount is None or is_article):
            amounts[unit] += Decimal("0.5")
            amount, is_article = None, False
        elif word in _HALF:
            amount = Decimal("0.5") if amount is None or is_article else amount + Decimal("0.5")
        elif word in _unit_words() and _unit_words()[word][0] not in amounts:
            unit, usual = _unit_words()[word]
            amounts[unit] = Decimal(usual) if amount is None else amount
            amount, is_article = None, False
        elif word not in _JOINING:
            raise _no_duration(text)
    if not amounts or amount is not None:
        raise _no_duration(text)
    return _write_duration(amounts, text)


def _duration_words(text: str, language: str) -> list[str | Decimal]:
    parts = re.split(f"({FIGURES.pattern})", text.replace("½", " half "))
    words: list[str | Decimal] = []
    for place, part in enumerate(parts):
        words += [Decimal(number(part, language))] if place % 2 else folded(part).split()
    return words


def _write_duration(amounts: dict[str, Decimal], text: str) -> str:
    whole = dict.fromkeys(_UNITS, 0)
    for unit, (_, smaller, size) in _UNITS.items():
        amount = amounts.get(unit, Decimal(0))
        rest = (amount % 1) * size
        if amount < 0 or rest % 1 or (amount % 1 and not size):
            raise _no_duration(text)
        whole[unit] += int(amount)
        if smaller:
            whole[smaller] += int(rest)
    whole["day"] += 7 * whole.pop("week")
    written = {unit: f"{many}{_UNITS[unit][0].upper()}" for unit, many in whole.items() if many}
    days = "".join(written.get(unit, "") for unit in ("year", "month", "day"))
    hours = "".join(written.get(unit, "") for unit in ("hour", "minute"))
    return f"P{days}{hours and 'T'}{hours}" if written else "P0D"


def say_duration(text: str, locale: Locale) -> str:
    """Write a duration of ISO 8601 as a locale does: 2 years, 6 months."""
    from babel.units import format_unit

    match = _WRITTEN.fullmatch(text)
    parts = [match[place] for place in (1, 2, 3, 5, 6)] if match else []
    units = ("year", "month", "day", "hour", "minute")
    words = [
        format_unit(int(part[:-1]), f"duration-{unit}", locale=locale)
        for unit, part in zip(units, parts, strict=False)
        if part
    ]
    return ", ".join(words) or text


def _no_duration(text: str) -> CellError:
    return CellError(is_not(text, "duration"), Message("write-duration"))


# signs that several currencies have
_SHARED: Final = frozenset(("$", "£", "¥", "f", "fcfa", "kr", "rs"))


@cache
def _currencies() -> Mapping[str, str]:
    """Return the currencies by their names and signs, but those that several have."""
    from babel.numbers import get_currency_name, get_currency_symbol, list_currencies

    codes_of: dict[str, set[str]] = {}
    for code in list_currencies():
        for language in _SPOKEN:
            names = {code, *(get_currency_name(code, many, language) for many in (None, 1, 2, 5))}
            sign = "".join(get_currency_symbol(code, language).casefold().split())
            for name in {*map(folded, names), sign} - _SHARED:
                codes_of.setdefault(name, set()).add(code)
    return {name: next(iter(codes)) for name, codes in codes_of.items() if len(codes) == 1 and name}


def money(text: str, language: str = "") -> str:
    """Read an amount and the code of its currency: "5 000 €" is `5000 EUR`. CellError where the
    currency is not said, or several have that name: a dollar is one of twenty."""
    written = [*FIGURES.finditer(text)]
    if len(written) != 1:
        raise CellError(is_not(text, "money"), write_like("5000 EUR, 20000 MXN"))
    start, end = written[0].span()
    currency = f"{text[:start]} {text[end:]}".strip()
    sign = "".join(currency.casefold().split())
    code = _currencies().get(folded(currency)) or _currencies().get(sign)
    if code is None:
        raise CellError(Message("currency-unknown", value=text), write_like("5000 EUR, 20000 MXN"))
    amount = number(join_thousands(written[0][0], language), language)
    if len(amount.partition(".")[2]) == 3:  # nobody counts money in thousandths
        raise CellError(is_not(text, "money"), write_like("5000 EUR, 20000 MXN"))
    return f"{amount} {code}"


def say_money(text: str, locale: Locale) -> str:
    """Write an amount and its currency as a locale does: 5,000 euros."""
    from babel.numbers import format_decimal, get_currency_name

    amount, _, currency = text.partition(" ")
    digits = "#,##0." + "0" * len(amount.partition(".")[2])
    amount_written = format_decimal(Decimal(amount), digits.rstrip("."), locale)
    return f"{amount_written} {get_currency_name(currency, Decimal(amount), locale)}"


def _reads(read: Reader) -> Callable[[str], float]:
    """Return a function that tells whether a reader takes a text in some language."""

    def reads(cell: str, language: str) -> bool:
        try:
            return bool(read(cell, language))
        except CellError:
            return False

    return lambda cell: any(reads(cell, language) for language in ("", "en", "es"))


def _has(pattern: str) -> Callable[[str], float]:
    compiled = re.compile(pattern)
    return lambda cell: compiled.search(cell) is not None


CELL_TYPES: Final[Mapping[str, CellType]] = MappingProxyType(
    {
        # a text, with the language that a column beside it names, where there is one
        "words": CellType(is_free=True),
        # the name of a row, in letters that an IRI can have
        "key": CellType(node="{thing}{cell}~iri", is_free=True),
        # the name of a thing, which becomes its key
        "name": CellType(node="{thing}{cell}~iri", is_free=True),
        # EDTF, or a date as people write it
        "date": CellType("date", datatype="edtf:edtf"),
        "year": CellType(
            "year",
            datatype="xsd:gYear",
            fits=_has(r"^(1[89]|20)\d\d(\s*[(\[][^()\[\]\d]+[)\]])?$"),
        ),
        # ISO 3166 alpha-2, or a name of the country in one of six languages
        "country": CellType(
            "countryCode",
            lambda text, _: country_code(text),
            node="id:country/{cell}~iri",
            fits=is_of_country,
        ),
        "subdivision": CellType(node="id:subdivision/{cell}~iri"),
        # of a scheme, or a label of it
        "code": CellType("code", node="code:{scheme}/{cell}~iri"),
        "number": CellType(
            "count", count, has_language=True, datatype="xsd:nonNegativeInteger", fits=_has(r"\d")
        ),
        "decimal": CellType(
            "number",
            number,
            has_language=True,
            datatype="xsd:decimal",
            fits=_reads(number),
            example="12.5",
        ),
        "money": CellType(
            "money",
            money,
            has_language=True,
            datatype="hrd:money",
            say=say_money,
            fits=_reads(money),
            example="5000 EUR",
        ),
        "duration": CellType(
            "duration",
            duration,
            has_language=True,
            datatype="xsd:duration",
            say=say_duration,
            fits=_reads(duration),
            example="P1Y6M",
        ),
        "yes-no": CellType("yesNo", lambda text, _: yes_no(text), datatype="xsd:boolean"),
        "language": CellType("languageCode", lambda text, _: language_code(text)),
        "address": CellType(
            "webAddress",
            lambda text, _: web_address(text),
            node="{cell}~iri",
            fits=lambda cell: bool(whole_address(cell)),
            is_free=True,
        ),
        # the address of a page, or the name of a document
        "document": CellType(
            node="{thing}{cell}~iri", fits=lambda cell: bool(whole_address(cell)), is_free=True
        ),
        "position": CellType(),
        "digest": CellType(),
    }
)

# how literals are written for people, by their datatypes
SAYINGS: Final = {
    PREFIXES[type_.datatype.partition(":")[0]] + type_.datatype.partition(":")[2]: type_.say
    for type_ in CELL_TYPES.values()
    if type_.say
}
