"""Logical tables of R2RML and logical sources of the earlier RML into logical sources of RML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from hrdgraph.errors import MappingError
from hrdgraph.mapping.language.graph import MappingGraph
from hrdgraph.mapping.language.legacy.terms import OLD, QL, RR, renamed
from hrdgraph.rdf import IRI, BlankNode, Literal, Quad, Term
from hrdgraph.vocab import RDF, RML, Namespace

D2RQ: Final = Namespace("http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#")
_SOURCES: Final = (RR.logicalTable, OLD.logicalSource, RML.logicalSource)
_OWN: Final = {
    RR.tableName,
    RR.sqlQuery,
    RR.sqlVersion,
    OLD.query,
    OLD.iterator,
    OLD.referenceFormulation,
    OLD.source,
}
_TEXTS: Final = (RR.tableName, RR.sqlQuery, OLD.query, OLD.iterator)


def unquoted(name: str) -> str:
    """A delimited identifier of SQL as the name that it says; any other name as it is."""
    if len(name) > 1 and name.startswith('"') and name.endswith('"'):
        return name[1:-1].replace('""', '"')
    return name


def logicals(graph: MappingGraph) -> set[Term]:
    """The nodes that are logical tables or sources and say something in an older vocabulary."""
    nodes = {
        value for node in graph.subjects_with(*_SOURCES) for value in graph.all(node, *_SOURCES)
    }
    return {
        node for node in nodes if any(predicate in _OWN for predicate in graph.predicates(node))
    }


def within_tables(graph: MappingGraph) -> set[Term]:
    """The nodes of triples maps over logical tables: there names of columns are written as in
    SQL."""
    waiting: list[Term] = [*graph.subjects_with(RR.logicalTable)]
    found: set[Term] = set()
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += [
                value
                for predicate in graph.predicates(node)
                if predicate not in (RR.parentTriplesMap, RDF.type)
                and not isinstance(node, Literal)
                for value in graph.all(node, predicate)
            ]
    return found


def logical_of(graph: MappingGraph, node: Term, database: str) -> Iterator[Quad]:
    """The logical source that a logical table or an older logical source says."""
    assert isinstance(node, IRI | BlankNode)
    texts = [(predicate, value) for predicate in _TEXTS for value in graph.all(node, predicate)]
    _check(graph, node, [predicate for predicate, _ in texts])
    for predicate in graph.predicates(node):
        name = renamed(predicate)
        if predicate not in _OWN and isinstance(name, IRI):
            for value in graph.all(node, predicate):
                yield Quad(node, name, renamed(value) or value)
    named = bool(graph.all(node, OLD.source, RML.source))
    if database and not named and graph.all(node, RR.tableName, RR.sqlQuery):
        yield from _database(node, database)
    else:
        yield from _source(graph, node, texts)
    yield from _formulation(graph, node, texts, is_database=named or bool(database))


def _check(graph: MappingGraph, node: Term, given: list[IRI]) -> None:
    if len([predicate for predicate in given if predicate != OLD.iterator]) > 1:
        hint = "give-table-or-query"
        raise MappingError("logical-table-ambiguous", origin=graph.origin(node), hint=hint)
    sources = graph.all(node, OLD.source, RML.source)
    asks = OLD.query in given or (sources and {RR.tableName, RR.sqlQuery} & {*given})
    if asks and not any(graph.all(source, D2RQ.jdbcDSN) for source in sources):
        hint = "table-needs-database"
        raise MappingError("table-without-database", origin=graph.origin(node), hint=hint)


def _source(
    graph: MappingGraph, node: IRI | BlankNode, texts: list[tuple[IRI, Term]]
) -> Iterator[Quad]:
    """What a logical source reads: what it names; a table of R2RML that names nothing is a CSV
    file of its name beside the mapping."""
    given = graph.all(node, OLD.source)
    if given or graph.all(node, RML.source):
        for value in given:
            yield from (
                _file(node, value.value)
                if isinstance(value, Literal)
                else [Quad(node, RML.source, value)]
            )
        return
    name = next(
        (
            value.value
            for predicate, value in texts
            if predicate == RR.tableName and isinstance(value, Literal)
        ),
        None,
    )
    if name is None:
        fact = (
            "query-without-database"
            if any(p == RR.sqlQuery for p, _ in texts)
            else "source-missing"
        )
        hint = "add-database"
        raise MappingError(fact, origin=graph.origin(node), hint=hint)
    yield from _file(node, f"{unquoted(name)}.csv", RML.CSV)


def _beside(node: IRI | BlankNode, what: str) -> BlankNode:
    """A new node, named after one that is there."""
    name = node.label if isinstance(node, BlankNode) else re.sub("[^A-Za-z0-9]", "-", node.value)
    return BlankNode(f"{name}-{what}")


def _file(node: IRI | BlankNode, path: str, formulation: IRI | None = None) -> Iterator[Quad]:
    """A file beside the mapping; in a table of R2RML an empty cell is NULL."""
    file = _beside(node, "file")
    yield Quad(node, RML.source, file)
    yield Quad(file, RDF.type, RML.RelativePathSource)
    yield Quad(file, RML.root, RML.MappingDirectory)
    yield Quad(file, RML.path, Literal(path))
    if formulation is not None:
        yield Quad(file, RML.null, Literal(""))
        yield Quad(node, RML.referenceFormulation, formulation)


def _database(node: IRI | BlankNode, address: str) -> Iterator[Quad]:
    database = _beside(node, "database")
    yield Quad(node, RML.source, database)
    yield Quad(database, RDF.type, D2RQ.Database)
    yield Quad(database, D2RQ.jdbcDSN, Literal(address))


def _formulation(
    graph: MappingGraph, node: IRI | BlankNode, texts: list[tuple[IRI, Term]], *, is_database: bool
) -> Iterator[Quad]:
    """The reference formulation and the iterator; with a table or a query they are those of a
    database."""
    given = graph.all(node, OLD.referenceFormulation)
    for predicate, value in texts:
        if predicate == OLD.iterator:
            yield Quad(node, RML.iterator, _path(value) if QL.JSONPath in given else value)
        elif is_database:
            yield Quad(node, RML.iterator, value)
            yield Quad(
                node,
                RML.referenceFormulation,
                RML.SQL2008Table if predicate == RR.tableName else RML.SQL2008Query,
            )
            return
    for value in given:
        yield Quad(node, RML.referenceFormulation, renamed(value) or value)


def _path(value: Term) -> Term:
    """A JSONPath as RFC 9535 writes it: earlier ones have a point before a bracket, `$.[*]`."""
    return (
        Literal(re.sub(r"(?<!\.)\.\[", "[", value.value)) if isinstance(value, Literal) else value
    )
