"""Algebra ↔ JSON: a query that was read once need not be read again."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from types import MappingProxyType
from typing import Any, Final, get_args

from hrdgraph.sparql.algebra import (
    Aggregate,
    Constant,
    Expression,
    Operator,
    Pattern,
    Query,
    Untranslated,
    Variable,
)

_CLASSES: Final = MappingProxyType(
    {
        kind.__name__: kind
        for kind in (
            *get_args(Operator),
            *get_args(Expression),
            *(Aggregate, Constant, Pattern, Query, Untranslated, Variable),
        )
    }
)


def to_json(value: Any) -> Any:
    """Algebra, or why there is none, as values that JSON has: an object for each node, a list
    for each tuple."""
    if isinstance(value, Untranslated):
        return {"Untranslated": [value.reason, value.detail]}
    if is_dataclass(value):
        parts = [to_json(getattr(value, field.name)) for field in fields(value)]
        return {type(value).__name__: parts}
    return [to_json(part) for part in value] if isinstance(value, tuple) else value


def from_json(said: Any) -> Any:
    """What `to_json` was given. KeyError, TypeError or ValueError for what it did not write."""
    if isinstance(said, list):
        return tuple(from_json(part) for part in said)
    if not isinstance(said, dict):
        return said
    ((name, parts),) = said.items()
    return _CLASSES[name](*(from_json(part) for part in parts))
