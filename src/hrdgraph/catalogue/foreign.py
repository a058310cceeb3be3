"""Translate messages of the system and libraries, which are English, for a reader.

Only here are sentences matched, and only those that nobody here has written: their templates, such
as `{value} is not one of {other}.`, are the msgids of `libraries.po`. Values are copied, but
`{reason}`, `{what}` and `{why}` are such sentences themselves. Unknown sentences stay as they are.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

from hrdgraph.catalogue.message import REASONS, catalogue

_PLACE: Final = re.compile(r"\{(\w+)\}")
_DEEPEST: Final = 4  # sentences within sentences
_LONGEST: Final = 2000  # characters of a text that is looked at


class _Template(NamedTuple):
    pattern: re.Pattern[str]
    names: tuple[str, ...]
    sentence: str


def translate(text: str, language: str, depth: int = 0) -> str:
    """Translate a text of the system or a library."""
    if language == "en" or not text or len(text) > _LONGEST or depth == _DEEPEST:
        return text
    for template in _templates(language):
        if match := template.pattern.fullmatch(text):
            values = dict(zip(template.names, match.groups(), strict=True))
            return _PLACE.sub(
                lambda place: _value(place[1], values, language, depth),  # noqa: B023 -- at once
                template.sentence,
            )
    return text


def _value(name: str, values: dict[str, str], language: str, depth: int) -> str:
    value = values[name]
    return translate(value, language, depth + 1) if name in REASONS else value


@cache
def _templates(language: str) -> tuple[_Template, ...]:
    """Return the templates, first those that begin with words of their own, then the longest."""
    library_texts = catalogue(language).of_libraries()
    order = sorted(library_texts.items(), key=lambda item: _order(item[0]))
    return tuple(_template(english, sentence) for english, sentence in order)


def _order(english: str) -> tuple[bool, int, str]:
    return english.startswith("{"), -len(_PLACE.sub("", english)), english


def _template(english: str, sentence: str) -> _Template:
    parts = _PLACE.split(english)
    pattern = "".join("(.+?)" if place % 2 else re.escape(part) for place, part in enumerate(parts))
    return _Template(re.compile(pattern, re.DOTALL), tuple(parts[1::2]), sentence)
