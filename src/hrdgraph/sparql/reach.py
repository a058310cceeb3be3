"""What of a graph the answer of a query depends on: the properties that its patterns name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import polars as pl

from hrdgraph.rdf import ColumnGraph
from hrdgraph.sparql.algebra import (
    Basic,
    Call,
    Join,
    Operator,
    Pattern,
    Query,
    Table,
    Untranslated,
    Variable,
    below,
    conditions,
    expressions,
    walk,
)
from hrdgraph.sparql.kept_algebra import translate_kept
from hrdgraph.vocab import RDF

_TYPE: Final = RDF.type.n3()
# functions whose value is another each time
_CHANGING: Final = frozenset(("NOW", "RAND", "UUID", "STRUUID", "BNODE"))


@dataclass(frozen=True)
class Reach:
    """Some properties, and of rdf:type some classes; both are N-Triples texts. `whole` is all
    that a graph can say."""

    properties: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    whole: bool = False

    def __or__(self, other: Reach) -> Reach:
        return Reach(
            self.properties | other.properties,
            self.classes | other.classes,
            self.whole or other.whole,
        )

    def meets(self, other: Reach) -> bool:
        """Whether there can be a statement in both."""
        if self.is_empty or other.is_empty:
            return False
        typed = (self.has_type and other.has_any_type) or (other.has_type and self.has_any_type)
        return (
            self.whole
            or other.whole
            or typed
            or not self.properties.isdisjoint(other.properties)
            or not self.classes.isdisjoint(other.classes)
        )

    @property
    def is_empty(self) -> bool:
        """Whether it is of no statement."""
        return not (self.whole or self.properties or self.classes)

    @property
    def has_type(self) -> bool:
        """Whether it has every class."""
        return self.whole or _TYPE in self.properties

    @property
    def has_any_type(self) -> bool:
        """Whether it has some class."""
        return self.has_type or bool(self.classes)


Values = dict[str, tuple[str, ...]]

NOTHING: Final = Reach()
EVERYTHING: Final = Reach(whole=True)


@lru_cache(maxsize=1024)
def reach_of(text: str) -> Reach:
    """What a query of a project depends on; everything where that cannot be told."""
    try:
        query = translate_kept(text)
    except Untranslated:
        return EVERYTHING
    patterns = [*_patterns(query)]
    if not patterns or is_changing(query):
        return EVERYTHING
    return _of(patterns)


def reach_of_graph(graph: ColumnGraph) -> Reach:
    """What the quads of a graph say anything of."""
    said = graph.quads.select("p").unique()["p"]
    code = graph.position(_TYPE)
    types = graph.quads.filter(pl.col("p") == code)["o"].unique() if code is not None else said[:0]
    properties = frozenset(graph.terms.gather(said)) - {_TYPE}
    return Reach(properties, frozenset(graph.terms.gather(types)))


def _patterns(query: Query) -> Iterator[Pattern]:
    """The patterns of a query; of one whose property VALUES beside it name, one for each."""
    return _patterns_below(query.inner, {})


def _patterns_below(node: Operator, values: Values) -> Iterator[Pattern]:
    """The patterns of an operator; `values` are what tables that it is joined with leave of its
    variables."""
    match node:
        case Basic(patterns):
            for pattern in patterns:
                name = pattern.p.name if isinstance(pattern.p, Variable) else ""
                yield from (replace(pattern, p=text) for text in values.get(name, ()))
                if name not in values:
                    yield pattern
        case Join():
            joined, own = values_beside(node)
            for one in joined:
                yield from _patterns_below(one, own)
        case _:
            for one in below(node):
                yield from _patterns_below(one, {})


def values_beside(node: Join) -> tuple[list[Operator], Values]:
    """What is joined, and the values that tables among it leave of variables."""
    joined = [*_joined(node)]
    return joined, _values_of(one for one in joined if isinstance(one, Table))


def _values_of(tables: Iterable[Table]) -> Values:
    """The values that tables give to variables."""
    values: Values = {}
    for table in tables:
        for name, column in zip(table.variables, zip(*table.rows, strict=True), strict=False):
            if None not in column:
                values[name] = tuple(text for text in column if text is not None)
    return values


def _joined(node: Operator) -> Iterator[Operator]:
    if isinstance(node, Join):
        yield from _joined(node.left)
        yield from _joined(node.right)
    else:
        yield node


def _of(patterns: Iterable[Pattern]) -> Reach:
    found = NOTHING
    for pattern in patterns:
        if isinstance(pattern.p, Variable):
            return EVERYTHING
        if pattern.p == _TYPE and isinstance(pattern.o, str):
            found |= Reach(classes=frozenset((pattern.o,)))
        else:
            found |= Reach(frozenset((pattern.p,)))
    return found


def is_changing(query: Query) -> bool:
    """Whether a query has another answer each time."""
    asked = (one for node in walk(query.inner) for one in conditions(node))
    return any(
        isinstance(part, Call) and part.name in _CHANGING
        for one in asked
        for part in expressions(one)
    )
