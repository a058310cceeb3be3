"""The texts of the workbench in one language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

from hrdgraph.web.pages.negotiation import preferred_language
from hrdgraph.web.pages.words import PageLanguage

LANGUAGES: Final = ("en", "fr", "es")


@cache
def words_in(language: str) -> PageLanguage:
    """The words of a language."""
    return PageLanguage(language, texts_in(language))


@cache
def texts_in(language: str) -> Mapping[str, Any]:
    """The texts of a language by their keys."""
    file = resources.files("hrdgraph.workbench").joinpath("catalogues", f"{language}.toml")
    return tomllib.loads(file.read_text("utf-8"))


def language_of(chosen: str, accepted: str) -> str:
    """The language that was chosen, else the one that the browser asks for."""
    return chosen if chosen in LANGUAGES else preferred_language(accepted, LANGUAGES)
