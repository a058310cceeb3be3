"""A JSONPath (RFC 9535) into a function that selects: names, indices and wildcards here, the
rest by the library for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final

from hrdgraph.catalogue import Message
from hrdgraph.errors import SourceError
from hrdgraph.sources.optional_libraries import needed

# compiled when a path is first read, since the letters of all scripts make it dear
_STEP: Final = r"""(?s)\.([A-Za-z_@\u0080-\U0010FFFF][\w\-@ ]*)|\[(?:'((?:[^'\\]|\\['\\])*)'|"((?:[^"\\]|\\["\\])*)"|(\*|0|-?[1-9]\d*))\]|\.(\*)"""

Select = Callable[[Any], list[Any]]
Step = str | int | None  # a name, an index, or all children


@lru_cache(maxsize=4096)
def compile_path(path: str) -> Select:
    """The function from a value to the list of what the path selects. ValueError on what is no
    JSONPath."""
    steps = steps_of(path)
    if steps is None:
        return _by_library(path)
    return lambda value: walk([value], steps)


@lru_cache(maxsize=4096)
def steps_of(path: str) -> tuple[Step, ...] | None:
    """The steps of a path of names, indices and wildcards; None for any other."""
    rest = _rooted(path).removeprefix("$")
    steps: list[Step] = []
    while rest:
        match = re.match(_STEP, rest)
        if match is None:
            return None
        steps.append(_step(match))
        rest = rest[match.end() :]
    return tuple(steps)


def singular(path: str) -> bool:
    """Whether a path selects one value at most."""
    steps = steps_of(path)
    return steps is not None and None not in steps


def quoted_name(name: str) -> str:
    """The path of one key, whatever characters it has."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'$["{escaped}"]'


def _rooted(path: str) -> str:
    """References are often written without the root."""
    path = path.strip()
    if path.startswith("$") or not path:
        return path or "$"
    return f"${path}" if path[0] in ".[" else f"$.{path}"


def _by_library(path: str) -> Select:
    library = needed("jsonpath_rfc9535", "jsonpath", Message("path-of-jsonpath", path=path))
    try:
        query = library.compile(_rooted(path))
    except (library.JSONPathError, RecursionError) as error:
        reason = str(error).splitlines()[0].partition(", line ")[0]  # of which there is one
        raise ValueError(Message("jsonpath-not-understood", path=path, reason=reason)) from error

    def select(value: Any) -> list[Any]:
        try:
            return [node.value for node in query.find(value)]
        except library.JSONPathError as error:
            raise SourceError("path-not-followed", path=path, reason=error) from error

    return select


def _step(match: re.Match[str]) -> Step:
    name, single, double, index, star = match.groups()
    if star or index == "*":
        return None
    if index:
        return int(index)
    quoted = single if single is not None else double
    return name if quoted is None else re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL)


def walk(values: list[Any], steps: Sequence[Step]) -> list[Any]:
    """What the steps select, one after another, from values."""
    for step in steps:
        values = [item for value in values for item in _children(value, step)]
    return values


def _children(value: Any, step: Step) -> list[Any]:
    if step is None:
        return (
            list(value.values())
            if isinstance(value, dict)
            else value
            if isinstance(value, list)
            else []
        )
    if isinstance(step, int):
        return [value[step]] if isinstance(value, list) and -len(value) <= step < len(value) else []
    return [value[step]] if isinstance(value, dict) and step in value else []
