"""The GREL functions that public mappings use most (http://users.ugent.be/~bjdmeest/function/grel.ttl)."""

from __future__ import annotations

from typing import Final

from hrdgraph.mapping.signature import Function
from hrdgraph.vocab import Namespace

GREL: Final = Namespace("http://users.ugent.be/~bjdmeest/function/grel.ttl#")


def to_upper_case(value: str | None) -> str | None:
    """The text in upper case."""
    return value.upper() if value is not None else None


def to_lower_case(value: str | None) -> str | None:
    """The text in lower case."""
    return value.lower() if value is not None else None


def trim(value: str | None) -> str | None:
    """The text without white space around it."""
    return value.strip() if value is not None else None


def replace(value: str | None, find: str | None, replacement: str | None) -> str | None:
    """The text with each occurrence of `find` replaced."""
    return value.replace(find, replacement or "") if value is not None and find else value


def split(value: str | None, separator: str | None) -> list[str] | None:
    """The parts of a text between separators."""
    return value.split(separator) if value is not None and separator else None


_VALUE = (GREL.valueParam,)

ENTRIES: Final[tuple[Function, ...]] = (
    Function(GREL.toUpperCase, _VALUE, to_upper_case),
    Function(GREL.toLowerCase, _VALUE, to_lower_case),
    Function(GREL.string_trim, _VALUE, trim),
    Function(GREL.string_replace, (GREL.valueParameter, GREL.p_string_find, GREL.p_string_replace), replace),
    Function(GREL.string_split, (GREL.valueParameter, GREL.p_string_sep), split, many=True),
)
