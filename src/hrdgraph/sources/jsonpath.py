"""A JSONPath (RFC 9535: root, names, indices, wildcards) into a function that selects."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

_STEP = re.compile(
    r"""\.([A-Za-z_@\u0080-\U0010FFFF][\w\-@ ]*)|\[(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(\*|-?\d+))\]|\.(\*)""", re.DOTALL
)

Select = Callable[[Any], list[Any]]


@lru_cache(maxsize=4096)
def compile_path(path: str) -> Select:
    """The function from a value to the list of what the path selects. ValueError on anything else, filters and descendants among it."""
    rest = path.strip().removeprefix("$")
    if rest and rest[0] not in ".[":
        rest = f".{rest}"
    steps: list[str | int | None] = []
    while rest:
        match = _STEP.match(rest)
        if match is None:
            raise ValueError(f"not a JSONPath that is understood: '{path}'")
        steps.append(_step(match))
        rest = rest[match.end() :]
    return lambda value: _walk([value], steps)


def quoted_name(name: str) -> str:
    """The path of one key, whatever characters it has."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'$["{escaped}"]'


def _step(match: re.Match[str]) -> str | int | None:
    name, single, double, index, star = match.groups()
    if star or index == "*":
        return None
    if index:
        return int(index)
    quoted = single if single is not None else double
    return name if quoted is None else re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL)


def _walk(values: list[Any], steps: Sequence[str | int | None]) -> list[Any]:
    for step in steps:
        values = [item for value in values for item in _children(value, step)]
    return values


def _children(value: Any, step: str | int | None) -> list[Any]:
    if step is None:
        return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    if isinstance(step, int):
        return [value[step]] if isinstance(value, list) and -len(value) <= step < len(value) else []
    return [value[step]] if isinstance(value, dict) and step in value else []
