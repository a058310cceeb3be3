"""A query and the terms of its parameters into a query that says them itself, for servers that
take no parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from hrdgraph.errors import QueryError
from hrdgraph.store.contract import Parameters
from hrdgraph.store.syntax_errors import check_syntax
from hrdgraph.store.tokens import blank_opaque

_SELECT: Final = re.compile(r"SELECT\b", re.I)
_VISIBLE: Final = re.compile(r"\S")
_WORD: Final = re.compile(r"(?<![?$:\w.-])(SELECT|CONSTRUCT|DESCRIBE|ASK)(?![\w:.-])", re.I)
_BOUND: Final = r"\bBOUND\s*\(\s*{variable}\s*\)"
_GIVEN: Final = r"\bAS\s+{variable}|\bVALUES\s*(?:{variable}|\([^()]*{variable})"


class _Edit(NamedTuple):
    """What takes the place of a part of a text."""

    start: int
    end: int
    text: str


def with_parameters(text: str, parameters: Parameters, prefixes: dict[str, str]) -> str:
    """The query with each parameter replaced by its term wherever the whole query sees it; the
    variables themselves have that one value, so that SELECT gives it back. Lines keep their
    numbers. QueryError where a term cannot stand in the place of its variable."""
    if not parameters:
        return text
    plain = blank_opaque(text)
    edits = [
        edit
        for name, term in parameters.items()
        for edit in _query_edits(plain, 0, len(plain), name, term.n3())
    ]
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end), reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    try:
        check_syntax(text, prefixes)
    except SyntaxError as error:
        names = ", ".join(f"?{name}" for name in parameters)
        raise QueryError("parameter-not-replaced", parameters=names) from error
    return text


def _query_edits(plain: str, start: int, end: int, name: str, term: str) -> Iterator[_Edit]:
    """The edits of a query, or of a subselect that gives the variable to what is around it."""
    form = _WORD.search(plain, start, end)
    opened = plain.find("{", start, end)
    if form is None or opened < 0:
        if form is not None and form[1].upper() == "DESCRIBE":
            yield from _replaced(plain, form.end(), end, name, term)
        return
    if form[1].upper() == "CONSTRUCT" and not plain[form.end() : opened].strip():
        closed = _closing(plain, opened, end)
        opened = plain.find("{", closed, end)
        if opened < 0:
            return
    if form[1].upper() == "CONSTRUCT" and plain[form.end() : opened].strip().upper() == "WHERE":
        yield from _replaced(plain, opened, end, name, term)  # its template is its pattern
        return
    closed = _closing(plain, opened, end)
    yield from _group_edits(plain, opened + 1, closed, name, term)
    yield _Edit(closed, closed, f" VALUES ?{name} {{ {term} }} ")


def _is_subselect(plain: str, start: int) -> bool:
    first = _VISIBLE.search(plain, start)
    return bool(first and _SELECT.match(plain, first.start()))


def _group_edits(plain: str, start: int, end: int, name: str, term: str) -> Iterator[_Edit]:
    """The edits of what stands in a group; subselects see the variable where they project it. A
    group that gives the variable a value itself is left as it is: its rows meet the term after."""
    if _is_given(plain, start, end, name):
        return
    while (opened := plain.find("{", start, end)) >= 0:
        closed = _closing(plain, opened, end)
        yield from _replaced(plain, start, opened, name, term)
        if not _is_subselect(plain, opened + 1):
            yield from _group_edits(plain, opened + 1, closed, name, term)
        elif _is_projected(plain[opened + 1 : plain.find("{", opened + 1)], name):
            yield from _query_edits(plain, opened + 1, closed, name, term)
        start = closed + 1
    yield from _replaced(plain, start, end, name, term)


def _is_given(plain: str, start: int, end: int, name: str) -> bool:
    """Whether a group has BIND or VALUES for a variable, not only a group within it."""
    own = ""
    while (opened := plain.find("{", start, end)) >= 0:
        own += plain[start:opened] + " "
        start = _closing(plain, opened, end) + 1
    own += plain[start:end]
    return bool(re.search(_GIVEN.format(variable=_variable(name)), own, re.I))


def _is_projected(head: str, name: str) -> bool:
    variables = re.sub(r"\([^()]*(?:\([^()]*\)[^()]*)*\)", " ", head)
    return "*" in variables or bool(re.search(_variable(name), variables))


def _variable(name: str) -> str:
    return rf"[?$]{re.escape(name)}(?!\w)"


def _replaced(plain: str, start: int, end: int, name: str, term: str) -> Iterator[_Edit]:
    variable = _variable(name)
    pattern = re.compile(rf"(?P<bound>{_BOUND.format(variable=variable)})|{variable}", re.I)
    for found in pattern.finditer(plain, start, end):
        yield _Edit(found.start(), found.end(), "true" if found["bound"] else term)


def _closing(plain: str, opened: int, end: int) -> int:
    """The place of the brace that closes the one at `opened`."""
    level = 0
    for found in re.finditer(r"[{}]", plain[opened:end]):
        level += 1 if found[0] == "{" else -1
        if not level:
            return opened + found.start()
    return end
