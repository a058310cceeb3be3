"""The texts of the workbench in one language: those of the catalogue that begin with
`workbench-`."""

from __future__ import annotations

from functools import cache

from hrdgraph.catalogue import LANGUAGES
from hrdgraph.web.negotiation import preferred_language
from hrdgraph.web.pages.wording.words import PageLanguage


@cache
def words_in(language: str) -> PageLanguage:
    """The words of a language."""
    return PageLanguage(language, "workbench")


def language_of(chosen: str, accepted: str) -> str:
    """The language that was chosen, else the one that the browser asks for."""
    return chosen if chosen in LANGUAGES else preferred_language(accepted, LANGUAGES)
