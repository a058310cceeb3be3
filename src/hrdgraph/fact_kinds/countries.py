"""Names of countries and former states, in the six languages that the words of this folder are
in, into their codes."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from hrdgraph.catalogue import Message
from hrdgraph.fact_kinds.cell_errors import CellError
from hrdgraph.fact_kinds.headings import folded
from hrdgraph.nearest import meant

FILE: Final = Path(__file__).parent / "words" / "countries.csv"
FORMER: Final = ("AN", "CSHH", "CSXX", "DD", "RH", "SU", "YD", "YU")
_SEVERAL: Final = {
    "cs": ("Czechoslovakia (CSHH)", "Serbia and Montenegro (CSXX)"),
    "congo": ("Congo-Brazzaville (CG)", "Congo-Kinshasa (CD)"),
    "كونغو": ("Congo-Brazzaville (CG)", "Congo-Kinshasa (CD)"),
    "конго": ("Congo-Brazzaville (CG)", "Congo-Kinshasa (CD)"),
    "korea": ("South Korea (KR)", "North Korea (KP)"),
    "coree": ("Corée du Sud (KR)", "Corée du Nord (KP)"),
    "corea": ("Corea del Sur (KR)", "Corea del Norte (KP)"),
}
_ARTICLES: Final = (
    "the ",
    "la ",
    "le ",
    "les ",
    "l ",
    "el ",
    "los ",
    "las ",
    "o ",
    "a ",
    "os ",
    "as ",
)


@cache
def names() -> Mapping[str, str]:
    """The code of each name, the names without case and accents."""
    found: dict[str, str] = {}
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for name in (row["code"], *row["names"].split("|")):
                found.setdefault(folded(name), row["code"])
    return MappingProxyType({name: code for name, code in found.items() if name not in _SEVERAL})


def country_code(text: str) -> str:
    """The code of a country. ValueError on a text that is none, or that several have as their
    name."""
    name, bare = _forms(text)
    code = _known(name, bare)
    if code is not None:
        return code
    if bare in _SEVERAL or name in _SEVERAL:
        names_ = _SEVERAL.get(name) or _SEVERAL[bare]
        fact = Message("country-several", value=text, names=names_)
        raise CellError(fact, Message("write-country-code"))
    # a wrong country is worse than none
    way = meant(name, names(), Message("write-country-code"), cutoff=0.88)
    raise CellError(Message("country-name-unknown", value=text), way)


def is_country(text: str) -> bool:
    """Whether a text is the name or code of one country."""
    return _known(*_forms(text)) is not None


def _forms(text: str) -> tuple[str, str]:
    """A name without case and accents, and without its article too."""
    # R.D. Congo is RD Congo
    name = folded(text.replace(".", "") if "." in text else text)
    return name, next(
        (name.removeprefix(article) for article in _ARTICLES if name.startswith(article)), name
    )


def _known(name: str, bare: str) -> str | None:
    return names().get(name) or names().get(bare)
