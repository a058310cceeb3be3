"""A text as somebody wrote it into the form in which dates are compared: no case, no accents,
digits of one script."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

_SAME: Final = str.maketrans(
    {
        "º": "",
        "ª": "",
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "`": "'",
        "،": ",",
        "ـ": "",
        "‐": "-",
        "‑": "-",
        "\N{FIGURE DASH}": "–",
        "—": "–",
        "―": "–",
        "−": "–",
        "ى": "ي",
        "ة": "ه",
    }
)


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """The text in lower case, without accents, vowel marks and invisible characters; digits of
    any script as 0 to 9, runs of white space as one space. A hyphen stays a hyphen, and every
    other dash becomes an en dash.

    >>> folded("  1er  Août ٢٠١١ ")
    '1er aout 2011'
    """
    parts = unicodedata.normalize(
        "NFKD", unicodedata.normalize("NFKC", text.translate(_SAME)).casefold()
    )
    return " ".join("".join(map(_kept, parts.translate(_SAME))).split())


def _kept(char: str) -> str:
    category = unicodedata.category(char)
    if category in ("Mn", "Cf"):
        return ""
    return str(unicodedata.digit(char)) if category == "Nd" else char
