"""Look up the sentences of codes, with open fields.

In a sentence `{name}` stands for a field: a quantity with its digits in groups, a message as its
own sentence, several values joined by commas, or by "or" and "and" in `{name:or}` and `{name:and}`.
The field `count` chooses between `msgstr[0]` and `msgstr[1]`. A missing translation is shown in
English, a missing field as its name in braces: it never fails."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from hrdgraph.catalogue.compiling import CompiledCatalogue

# fields that hold what the system or a library says
REASONS: Final = frozenset({"fact", "found", "reason", "what", "why"})


def has_sentence(code: str, language: str = "en") -> bool:
    """Say whether a language has a sentence of its own for a code."""
    return code in _codes(language)


@cache
def _codes(language: str) -> frozenset[str]:
    """Return the codes of a language's own sentences."""
    said = catalogue(language)._catalog  # gettext does not tell what it has
    return frozenset(code if isinstance(code, str) else code[0] for code in said)


def sentence(code: str, count: object, language: str) -> str | None:
    """Return the sentence of a code for a count; None if it has none."""
    texts = catalogue(language)
    if isinstance(count, int) and (counted := texts.ngettext(code, "", count)) not in (code, ""):
        return counted
    whole = texts.gettext(code)
    return None if whole == code else whole


@cache
def catalogue(language: str) -> CompiledCatalogue:
    """Return all sentences of a language, with English for missing ones."""
    from hrdgraph.catalogue.compiling import load  # most of what is loaded needs no sentence

    texts = load(language)
    if language != "en":
        texts.add_fallback(catalogue("en"))
    return texts
