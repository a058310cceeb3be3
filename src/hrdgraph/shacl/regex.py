"""Match many texts with a pattern of SHACL, in linear time if the pattern allows it."""

from __future__ import annotations

import json
import re
from functools import cache

import polars as pl
from polars.exceptions import PolarsError

from hrdgraph.errors import HrdgraphError
from hrdgraph.processes.child_process import output_of

SECONDS = 10  # given to a pattern that only a backtracking engine can run
_WORKER = "hrdgraph.processes.backtracking"
# an escape, or a class and what it is without
_CLASS = re.compile(r"\\.|\[((?:\\.|[^\[\]\\])*)(?:-\[((?:\\.|[^\[\]\\])*)\])?\]", re.S)
_ENDS = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\$", re.S)
# in a class these are signs to XPath, and operators to the linear engine
_OPERATORS = {"&&": r"&\&", "~~": r"~\~", "--": r"-\-"}
_INLINE = {"i": "i", "s": "s", "m": "m", "x": "x"}
_PYTHON = {"i": re.IGNORECASE, "s": re.DOTALL, "m": re.MULTILINE, "x": re.VERBOSE}


@cache
def is_regex(pattern: str, flags: str) -> bool:
    """Say whether either of the two engines can run it."""
    return _is_linear(pattern, flags) or _is_python(pattern, flags)


def matches(texts: pl.Series, pattern: str, flags: str) -> pl.Series:
    """Say whether each text has a match. HrdgraphError if a pattern with look-around or
    back-references takes too long."""
    if _is_linear(pattern, flags):
        return texts.str.contains(_linear(pattern, flags))
    job = {
        "pattern": _backtracking(pattern, flags),
        "flags": _python_flags(flags),
        "texts": texts.to_list(),
    }
    try:
        answer: list[bool] = json.loads(output_of(_WORKER, json.dumps(job).encode(), SECONDS))
    except (TimeoutError, ValueError) as error:
        raise HrdgraphError("too-slow", seconds=SECONDS, hint="write-linear-pattern") from error
    return pl.Series(answer, dtype=pl.Boolean)


def _linear(pattern: str, flags: str) -> str:
    """Return the pattern for the linear-time engine. Flag `q` takes it as plain text (XPath
    §5.6.1)."""
    text = re.escape(pattern) if "q" in flags else _CLASS.sub(_class, pattern)
    inline = "".join(
        mark
        for flag, mark in _INLINE.items()
        if flag in flags and not ("q" in flags and flag != "i")
    )
    return f"(?{inline}){text}" if inline else text


def _class(match: re.Match[str]) -> str:
    """Return a class of XPath for the linear engine: `[a-z-[aeiou]]` is one class without
    another."""
    holds, but = (_signs(text or "") for text in match.groups())
    if match[1] is None:
        return match[0]
    return f"[{holds}]" if match[2] is None else f"[[{holds}]--[{but}]]"


def _signs(text: str) -> str:
    for operator, signs in _OPERATORS.items():
        text = text.replace(operator, signs)
    return text


def _backtracking(pattern: str, flags: str) -> str:
    """Return the pattern for Python, whose `$` also matches before a last line break, unlike
    XPath's (§5.6.1)."""
    return (
        pattern
        if "m" in flags
        else _ENDS.sub(lambda match: r"\Z" if match[0] == "$" else match[0], pattern)
    )


@cache
def _is_linear(pattern: str, flags: str) -> bool:
    try:
        pl.Series([""]).str.contains(_linear(pattern, flags))
    except PolarsError:
        return False
    return True


def _is_python(pattern: str, flags: str) -> bool:
    if any(match[2] is not None for match in _CLASS.finditer(pattern)):
        return False  # Python has no class without another
    try:
        re.compile(pattern, _python_flags(flags))
    except (re.error, RecursionError, OverflowError):
        return False
    return True


def _python_flags(flags: str) -> int:
    return int(sum(value for flag, value in _PYTHON.items() if flag in flags))
