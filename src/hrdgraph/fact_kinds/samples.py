"""The cells of a column into what they may be: dates, countries, codes, numbers, addresses,
names of people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from hrdgraph.fact_kinds.addresses import whole_address
from hrdgraph.fact_kinds.codes import Codes
from hrdgraph.fact_kinds.countries import is_country
from hrdgraph.fact_kinds.headings import folded
from hrdgraph.fact_kinds.levels import SCHEME, is_level
from hrdgraph.fact_kinds.model import Column

_NOT_KNOWN: Final = (
    "?", "??", "???", "-", "--", "…", "...", "tbd", "tbc", "xx", "xxx",
    "n/a", "na", "n.a.", "nd", "n.d.", "n/d", "s/d", "s.d.", "s/i", "s.i.", "n/c", "n.c.", "n/r",
    "unknown", "not known", "not available", "no data", "unidentified", "not specified",
    "inconnu", "inconnue", "inconnus", "inconnues", "non connu", "non connue", "non précisé",
    "non précisée", "non renseigné", "non renseignée", "non identifié", "non identifiée",
    "non disponible", "sans information", "à préciser", "à confirmer", "pas d'information",
    "desconocido", "desconocida", "desconocidos", "desconocidas", "sin datos", "sin dato",
    "sin información", "se desconoce", "no se sabe", "no consta", "no disponible",
    "no especificado", "no especificada", "sin identificar", "no identificado", "no identificada",
    "por confirmar",
    "não informado", "não informada", "desconhecido", "desconhecida", "sem informação",
    "n.n.", "nn", "anonyme", "anonymous", "anónimo", "anónima", "anonimo", "sans nom", "sin nombre",
    "identité inconnue", "identidad desconocida", "аноним",
    "неизвестно", "неизвестен", "неизвестна", "нет данных", "غير معروف", "غير معروفة", "مجهول",
)  # fmt: skip
UNKNOWN: Final = frozenset(folded(text) or text for text in _NOT_KNOWN)
# the same for an engine that knows no accents from letters
PLAIN_UNKNOWN: Final = frozenset((*UNKNOWN, *(text.casefold() for text in _NOT_KNOWN)))
_AS_ABOVE: Final = (
    "idem", "ídem", "id.", "ibid", "ibid.", "ibidem", "ditto", "same as above", "as above",
    "voir ci-dessus", "comme ci-dessus", "même", "le même", "la même", "el mismo", "la misma",
    "igual", "mismo caso", "то же", "там же", "نفسه", "″",
    "''", '"', "〃", "”", "“", ",,", "«", "»",
)  # fmt: skip
DITTO: Final = frozenset(folded(text) or text for text in _AS_ABOVE)
PLAIN_DITTO: Final = frozenset((*DITTO, *(text.casefold() for text in _AS_ABOVE)))
_LONGEST: Final = 2 * max(map(len, UNKNOWN))  # of a text for "not known", with its signs
_YEAR: Final = re.compile(r"(1[89]|20)\d\d")
_NUMERIC: Final = re.compile(r"\s*(\d{1,2})[./-](\d{1,2})[./-](\d{2}|\d{4})\s*")
_ISO: Final = re.compile(r"\d{4}-\d{2}(-\d{2})?")
_WORD: Final = re.compile(r"[^\W\d_][\w'’.-]*")
_NAME: Final = re.compile(r"[^\W\d_][\w'’.-]*(\s+[^\W\d_][\w'’.()-]*){1,5}")


def is_unknown(text: str) -> bool:
    """Whether a text is one of those by which people say that they do not know."""
    return (folded(text) or text.strip()) in UNKNOWN or text.strip() in ("?", "-", "—", "–")


def is_ditto(text: str) -> bool:
    """Whether a text says that the cell is as the one above."""
    return (folded(text) or text.strip()) in DITTO


def unknown_in(cells: Iterable[str]) -> list[str]:
    """The texts of cells that say "not known", each once."""
    short = {cell for cell in cells if cell and len(cell) <= _LONGEST}
    return sorted(filter(is_unknown, short))


def order_of_dates(cells: Iterable[str]) -> str:
    """The order of days and months that dates of figures have: told by one that can only be read
    in that order, and none in the other."""
    first = second = False
    for cell in cells:
        match = _NUMERIC.fullmatch(cell)
        if match:
            first |= int(match[1]) > 12
            second |= int(match[2]) > 12
    return "dmy" if first and not second else "mdy" if second and not first else ""


def is_ambiguous(cells: Iterable[str]) -> bool:
    """Whether some dates of figures can be read in two ways."""
    return any(
        (match := _NUMERIC.fullmatch(cell))
        and int(match[1]) <= 12
        and int(match[2]) <= 12
        and match[1] != match[2]
        for cell in cells
    )


Reader = Callable[[str], bool]
_Fit = Callable[[str], float]  # how well a cell fits, from 0 to 1


class Recogniser:
    """Tells how many cells of a column fit what a column of a kind holds. `is_date` reads dates,
    `codes` are the schemes by name, `known` the names that the graph has."""

    def __init__(
        self, is_date: Reader, codes: Mapping[str, Codes], known: frozenset[str] = frozenset()
    ) -> None:
        self._is_date, self._codes, self._known = is_date, codes, known

    def share(self, column: Column, cells: Sequence[str]) -> float | None:
        """The share of cells that fit a column, from 0 to 1; None where the cells cannot tell."""
        filled = [cell for cell in cells if cell and not is_unknown(cell)]
        test = self._test(column)
        if test is None or not filled:
            return None
        parts = [
            part
            for cell in filled
            for part in (cell.split(";") if column.many else [cell])
            if part.strip()
        ]
        return sum(test(part.strip()) for part in parts) / max(len(parts), 1)

    def _test(self, column: Column) -> _Fit | None:
        if column.enum:
            return None
        if column.type == "code":
            codes = self._codes.get(column.scheme)
            if codes is not None and column.scheme == SCHEME:
                return lambda cell: is_level(cell, codes)
            return lambda cell: codes is not None and codes.known(cell) is not None
        tests: dict[str, _Fit] = {
            "date": lambda cell: (
                bool(_ISO.fullmatch(cell) or _NUMERIC.fullmatch(cell) or _YEAR.fullmatch(cell))
                or self._is_date(cell)
            ),
            "year": lambda cell: bool(_YEAR.fullmatch(cell)),
            "country": is_country,
            "address": lambda cell: bool(whole_address(cell)),
            "name": self._is_name,
            "number": lambda cell: bool(re.search(r"\d", cell)),
        }
        return tests.get(column.type)

    def _is_name(self, cell: str) -> float:
        if folded(cell) in self._known or _NAME.fullmatch(cell) or not cell.isascii():
            return 1.0
        return 0.5 if _WORD.fullmatch(cell) else 0.0  # one word may be a name, or any word
