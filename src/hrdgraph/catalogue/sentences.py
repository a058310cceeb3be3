"""Codes into sentences of a language, with their fields still open.

In a sentence `{name}` stands for a field: a quantity with its digits in groups, a message as its
own sentence,
 several values joined by commas, or by "or" and "and" in `{name:or}` and `{name:and}`. The field
`count` chooses between `msgstr[0]` and `msgstr[1]`. A sentence that a translator has left out,
or one with a field that is not there, is shown in English or with the name in braces: it never
fails.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from hrdgraph.catalogue.compiling import CompiledCatalogue

LANGUAGES: Final = ("en", "fr", "es")
# fields that hold what the system or a library says
REASONS: Final = frozenset({"fact", "found", "reason", "what", "why"})


def has_sentence(code: str) -> bool:
    """Whether there is an English sentence of a code."""
    return sentence(code, None, "en") is not None


def sentence(code: str, count: object, language: str) -> str | None:
    """The sentence of a code, for so many as are counted; None where the code has none."""
    found = catalogue(language)
    if isinstance(count, int) and (counted := found.ngettext(code, "", count)) not in (code, ""):
        return counted
    whole = found.gettext(code)
    return None if whole == code else whole


@cache
def catalogue(language: str) -> CompiledCatalogue:
    """All sentences of a language, English where it has none."""
    from hrdgraph.catalogue.compiling import load  # most of what is loaded needs no sentence

    found = load(language)
    if language != "en":
        found.add_fallback(catalogue("en"))
    return found
