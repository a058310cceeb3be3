"""The text of a page levelled for comparison: one character for one character, so that positions
stay what they are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

_LEVEL: Final = str.maketrans({
    **dict.fromkeys("’‘‚‛ʼʹ`´′＇", "'"),
    **dict.fromkeys("“”„‟«»″＂", '"'),
    **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
    **dict.fromkeys("\u00a0\u202f\u2007\u2009\u2002\u2003\t\f", " "),
    **dict.fromkeys("أإآٱ", "ا"),
    "ى": "ي",
    "،": ",",
    "؛": ";",
    "؟": "?",
    "ё": "е",
    "Ё": "Е",
})  # fmt: skip
TOKEN: Final = re.compile(
    r"(?:(?:al|el|as|ash|an|ar|at|az|ad|ul)-(?=[A-Z])\w+(?:[-']\w+)*)|(?:[lLdDnNsSjJcCmMtT]|[qQ]u|[jJ]usqu|[lL]orsqu)'(?=\w)|\w+(?:[-'·]\w+)*\.?(?<=\w)|\w\."
)


# of Arabic names in Latin letters
_ARTICLE: Final = re.compile(r"(?:al|el|as|ash|an|ar|at|az|ad|ul)-[A-Z]")


@lru_cache(1024)  # the text of one page is asked for once a sentence
def unify(text: str) -> str:
    """Return the text with one form of each quotation mark, dash, space and Arabic or Cyrillic
    letter that is written in two ways."""
    return text.translate(_LEVEL)


def any_of(words: Iterable[str]) -> str:
    """Return a pattern of words, the longest first, for a text that is compared without regard to
    case. Words are grouped by their first letter, so that each place is tried with few of them."""
    groups: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        groups.setdefault(word[:1], []).append(re.escape(word[1:]))
    firsts = (
        rf"(?-i:[{re.escape(_cases(first))}])(?:{'|'.join(rest)})" for first, rest in groups.items()
    )
    return "|".join(firsts) or "(?!)"


def _cases(letter: str) -> str:
    """Return a letter in small and in capital, where each is one character."""
    return "".join(
        form for form in dict.fromkeys((letter.lower(), letter.upper())) if len(form) == 1
    )


def is_capital(token: str) -> bool:
    """Tell whether a token begins with a capital letter."""
    return bool(token) and (token[0].isupper() or bool(_ARTICLE.match(token)))


def is_acronym(token: str) -> bool:
    """Tell whether a token is an acronym: two capital letters or more, and no small one."""
    letters = [char for char in token if char.isalpha()]
    return len(letters) >= 2 and all(char.isupper() for char in letters)
