"""Words that stand alone in what commands print, such as the heads of tables."""

from __future__ import annotations

from collections.abc import Iterable

from hrdgraph.catalogue import has_sentence, phrase


def headings(names: Iterable[str], language: str) -> list[str]:
    """The heads of a table in a language."""
    return [word(name, language) for name in names]


def word(name: str, language: str) -> str:
    """A word in a language, by its English; as it is where the catalogue does not have it."""
    code = f"word-{name.replace(' ', '-')}"
    return phrase(code, language) if has_sentence(code) else name
