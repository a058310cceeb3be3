"""Terms back into the cells they can be made of: a term map run backwards, to look up rows in
place of mapping all of them again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import unquote

import polars as pl

from hrdgraph.mapping.expressions import references
from hrdgraph.mapping.model import FinishedTerms, Reference, Template, TermMap, TermType
from hrdgraph.mapping.planning.keys import determined
from hrdgraph.mapping.terms.terms import is_constant
from hrdgraph.rdf import IRI, Literal, parse_term
from hrdgraph.sources.column_names import named
from hrdgraph.sources.value_kinds import kinds_of


def rows_that_can(frame: pl.DataFrame, term: TermMap, terms: Iterable[str]) -> pl.DataFrame:
    """The rows of which a term map may make one of some terms (N-Triples texts): all that do,
    and as few others as it can tell. They may lack columns that come from elsewhere."""
    names = [name for name in _inverted(term) if frame.schema.get(name) == pl.String]
    if term.type is TermType.LITERAL:  # a value that has a kind may be written in canonical form
        names = [name for name in names if kinds_of(name) not in frame.schema]
    found = [cells for text in terms if (cells := _cells(term, text)) is not None] if names else []
    return (
        frame.filter(named(name).is_in([cells[name] for cells in found]) for name in names)
        if names
        else frame
    )


def _inverted(term: TermMap) -> tuple[str, ...]:
    """The columns whose texts can be read off a term. Literals of natural datatypes may be
    written otherwise than their cells."""
    natural = term.type is TermType.LITERAL and not (term.datatype or term.language)
    if isinstance(term.expression, FinishedTerms) and term.condition is None:
        return (term.expression.name,)
    if (
        natural
        or is_constant(term)
        or term.condition is not None
        or term.type is TermType.BLANK_NODE
    ):
        return ()
    known = determined(term)
    return tuple(name for name in references(term.expression) if name in known)


@lru_cache(maxsize=1 << 16)  # rules share their subjects
def _cells(term: TermMap, text: str) -> dict[str, str] | None:
    """The text of each column that a term was made of; None where the term map cannot have made
    it."""
    if isinstance(term.expression, FinishedTerms):
        return {term.expression.name: text}
    if text.startswith('"') != (term.type is TermType.LITERAL) or text.startswith(("_:", "<<(")):
        return None
    value = parse_term(text)
    assert isinstance(value, IRI | Literal)
    if isinstance(term.expression, Reference):
        return {term.expression.name: value.value}
    match = _pattern(term).fullmatch(value.value)
    if match is None:
        return None
    decode = str if term.type is TermType.LITERAL else unquote
    return {
        name: decode(found) for name, found in zip(_references(term), match.groups(), strict=True)
    }


def _references(term: TermMap) -> list[str]:
    assert isinstance(term.expression, Template)
    return [part.name for part in term.expression.parts if isinstance(part, Reference)]


@lru_cache(maxsize=1024)
def _pattern(term: TermMap) -> re.Pattern[str]:
    """A template as a pattern. What parts its references stands in no encoded value, so there is
    one way to match."""
    assert isinstance(term.expression, Template)
    return re.compile(
        "".join(
            re.escape(part) if isinstance(part, str) else "(.*)" for part in term.expression.parts
        ),
        re.S,
    )
