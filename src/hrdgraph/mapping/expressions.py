"""List what expressions and term maps refer to, and rename their columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from hrdgraph.mapping.model import (
    Constant,
    Expression,
    FinishedTerms,
    FunctionExecution,
    QuotedTriple,
    Reference,
    Template,
    TermMap,
)
from hrdgraph.rdf import IRI, Literal


def references(expression: Expression | None) -> tuple[str, ...]:
    """Return the names that an expression refers to, in order, without repetition."""
    match expression:
        case Reference(name) | FinishedTerms(name):
            return (name,)
        case QuotedTriple(subject, predicate, object):
            return tuple(
                dict.fromkeys(
                    name for term in (subject, predicate, object) for name in term_references(term)
                )
            )
        case Template(parts):
            return tuple(dict.fromkeys(part.name for part in parts if isinstance(part, Reference)))
        case FunctionExecution(_, inputs):
            return tuple(dict.fromkeys(name for _, value in inputs for name in references(value)))
        case _:
            return ()


@lru_cache(maxsize=4096)
def term_references(term: TermMap) -> tuple[str, ...]:
    """Return the names that a term map refers to: in expression, datatype, language and
    condition."""
    # of a quoted triple, its parts are there too
    each = (e for e in expressions(term) if not isinstance(e, QuotedTriple))
    return tuple(dict.fromkeys(name for e in each for name in references(e)))


def expressions(term: TermMap) -> tuple[Expression, ...]:
    """Return the expression maps of a term map, including those of a quoted triple."""
    own = tuple(
        e for e in (term.expression, term.datatype, term.language, term.condition) if e is not None
    )
    return (*own, *(e for part in terms_in_quote(term) for e in expressions(part)))


def terms_in_quote(term: TermMap) -> tuple[TermMap, ...]:
    """Return the three term maps of a quoted triple; none for other terms."""
    quoted = term.expression
    return (
        (quoted.subject, quoted.predicate, quoted.object)
        if isinstance(quoted, QuotedTriple)
        else ()
    )


def walk_terms(term: TermMap) -> Iterator[TermMap]:
    """Yield a term map and those that it quotes, at any depth."""
    yield term
    for part in terms_in_quote(term):
        yield from walk_terms(part)


def add_prefix(expression: Expression, prefix: str) -> Expression:
    """Return the expression over columns whose names begin with `prefix`."""
    match expression:
        case Reference(name):
            return Reference(prefix + name)
        case Template(parts):
            return Template(
                tuple(
                    part if isinstance(part, str) else Reference(prefix + part.name)
                    for part in parts
                )
            )
        case FinishedTerms(name):
            return FinishedTerms(prefix + name)
        case QuotedTriple(subject, predicate, object):
            return QuotedTriple(
                *(add_term_prefix(term, prefix) for term in (subject, predicate, object))
            )
        case FunctionExecution(_, inputs):
            return replace(
                expression,
                inputs=tuple((name, add_prefix(value, prefix)) for name, value in inputs),
            )
        case _:
            return expression


def add_term_prefix(term: TermMap, prefix: str) -> TermMap:
    """Return the term map over columns whose names begin with `prefix`."""
    datatype = add_prefix(term.datatype, prefix) if term.datatype else None
    language = add_prefix(term.language, prefix) if term.language else None
    condition = add_prefix(term.condition, prefix) if term.condition else None
    return replace(
        term, expression=add_prefix(term.expression, prefix), datatype=datatype, language=language,
        condition=condition,
    )  # fmt: skip


def constant_text(expression: Expression | None) -> str | None:
    """Return the text of a constant, or None for what depends on the row."""
    if not isinstance(expression, Constant):
        return None
    return expression.term.value if isinstance(expression.term, IRI | Literal) else None
