"""Translate single words in the output of commands, such as the headings of tables."""

from __future__ import annotations

from collections.abc import Iterable

from hrdgraph.catalogue import has_sentence, phrase


def headings(names: Iterable[str], language: str) -> list[str]:
    """Return the headings of a table in a language."""
    return [word(name, language) for name in names]


def word(name: str, language: str) -> str:
    """Return a word in a language, by its English; unchanged if the catalogue lacks it."""
    code = f"word-{name.replace(' ', '-')}"
    return phrase(code, language) if has_sentence(code) else name
