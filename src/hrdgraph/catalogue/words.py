"""Translate single words in the output of commands, such as the headings of tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hrdgraph.catalogue import KNOWN, has_sentence, phrase


def headings(names: Iterable[str], language: str) -> list[str]:
    """Return the headings of a table in a language."""
    return [word(name, language) for name in names]


def word(name: str, language: str) -> str:
    """Return a word in a language, by its English; unchanged if the catalogue lacks it."""
    code = f"word-{name.replace(' ', '-')}"
    return phrase(code, language) if has_sentence(code) else name


def join_texts(texts: Sequence[str], language: str) -> str:
    """Join several texts: “a, b and c”."""
    if len(texts) < 2:
        return "".join(texts)
    from babel.lists import format_list

    known = KNOWN.get(language)
    return format_list(texts, locale=known.locale if known else "en")
