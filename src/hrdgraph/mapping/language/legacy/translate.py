"""Triples of a mapping in older vocabularies into the same mapping in RML: a pure pass, in which
every node keeps its name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from hrdgraph.errors import MappingError
from hrdgraph.mapping.language.graph import MappingGraph
from hrdgraph.mapping.language.legacy.calls import call_of, calls, parts_of_calls
from hrdgraph.mapping.language.legacy.tables import logical_of, logicals, unquoted, within_tables
from hrdgraph.mapping.language.legacy.terms import DATA, RR, data_value, renamed, split, unknown
from hrdgraph.rdf import Literal, Quad, Term

_NAMES = (RR.column, RR.child, RR.parent)


def modern(quads: list[Quad], file: Path, text: str, database: str = "") -> list[Quad]:
    """The same mapping in RML. MappingError with file, node and the nearest term on a term that
    an older vocabulary does not have.

    Triples in the current vocabulary stay as they are, so that a document may mix them.
    `database` is the address of the database whose tables R2RML speaks of; without it they are
    CSV files beside the mapping.
    """
    if not any(split(term)[0] for quad in quads for term in (quad.predicate, quad.object)):
        return quads
    graph = MappingGraph(quads, file, text)
    _check(graph, quads)
    return list(_translated(graph, quads, database))


def _check(graph: MappingGraph, quads: list[Quad]) -> None:
    for quad in quads:
        for term in (quad.predicate, *(() if quad.predicate in DATA else (quad.object,))):
            found = unknown(term)
            if found is not None:
                name, hint = found
                raise MappingError(
                    "term-not-understood", name=name, origin=graph.origin(quad.subject), hint=hint
                )


def _translated(graph: MappingGraph, quads: list[Quad], database: str) -> Iterator[Quad]:
    """Every triple in its order; what is said of a call or a logical table comes where its node
    is first spoken of."""
    executions = calls(graph)
    apart = {*parts_of_calls(graph, executions), *executions}
    sources = logicals(graph)
    tabular = within_tables(graph)
    said: set[Term] = set()
    for quad in quads:
        node = quad.subject
        if node in executions or node in sources:
            if node not in said:
                said.add(node)
                yield from (
                    call_of(graph, node)
                    if node in executions
                    else logical_of(graph, node, database)
                )
        elif node not in apart:
            yield from _renamed(quad, quoted=node in tabular)


def _renamed(quad: Quad, *, quoted: bool) -> Iterator[Quad]:
    predicate = renamed(quad.predicate)
    value = data_value(quad.object) if quad.predicate in DATA else renamed(quad.object)
    if quoted and isinstance(value, Literal):
        value = _without_quotes(quad, value)
    if predicate is None or value is None:
        return
    yield Quad(quad.subject, predicate, value, quad.graph)  # type: ignore[arg-type]


def _without_quotes(quad: Quad, value: Literal) -> Literal:
    """Names of columns without the double quotes of SQL (R2RML §5.1 and §7.3), as the columns of
    a table are called."""
    if quad.predicate in _NAMES:
        return Literal(unquoted(value.value))
    if quad.predicate == RR.template:
        return Literal(re.sub(r'\{\\*"((?:[^"\\]|\\.)*?)\\*"\}', r"{\1}", value.value, flags=re.S))
    return value
