"""What the system and libraries say, in English, into the language of a reader.

It is the one place where a sentence is looked at, and only one that nobody here has written:
their templates, such as `{value} is not one of {other}.`, are the msgids of `libraries.po`. What
stands in a place goes over as it is, but for `{reason}`, `{what}` and `{why}`, which are such
sentences themselves. What is not known stays as it is.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

from hrdgraph.catalogue.sentences import REASONS, catalogue

_PLACE: Final = re.compile(r"\{(\w+)\}")
_DEEPEST: Final = 4  # sentences within sentences
_LONGEST: Final = 2000  # characters of a text that is looked at


class _Template(NamedTuple):
    pattern: re.Pattern[str]
    names: tuple[str, ...]
    sentence: str


def translated(text: str, language: str, depth: int = 0) -> str:
    """A text of the system or a library in a language."""
    if language == "en" or not text or len(text) > _LONGEST or depth == _DEEPEST:
        return text
    for template in _templates(language):
        if found := template.pattern.fullmatch(text):
            values = dict(zip(template.names, found.groups(), strict=True))
            return _PLACE.sub(
                lambda place: _value(place[1], values, language, depth),  # noqa: B023 -- at once
                template.sentence,
            )
    return text


def _value(name: str, values: dict[str, str], language: str, depth: int) -> str:
    value = values[name]
    return translated(value, language, depth + 1) if name in REASONS else value


@cache
def _templates(language: str) -> tuple[_Template, ...]:
    """Those that begin with words of their own first, and of these those that say most."""
    known = catalogue(language).of_libraries()
    order = sorted(known.items(), key=lambda item: _order(item[0]))
    return tuple(_template(english, sentence) for english, sentence in order)


def _order(english: str) -> tuple[bool, int, str]:
    return english.startswith("{"), -len(_PLACE.sub("", english)), english


def _template(english: str, sentence: str) -> _Template:
    parts = _PLACE.split(english)
    pattern = "".join("(.+?)" if place % 2 else re.escape(part) for place, part in enumerate(parts))
    return _Template(re.compile(pattern, re.DOTALL), tuple(parts[1::2]), sentence)
