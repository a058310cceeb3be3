"""Translate a mapping in older vocabularies into RML: a pure pass, in which every node keeps its
name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from hrdgraph.catalogue import Message, lacks, write_like
from hrdgraph.errors import MappingError
from hrdgraph.mapping.language.graph import MappingGraph
from hrdgraph.nearest import hint_at
from hrdgraph.rdf import IRI, BlankNode, Literal, Quad, Term
from hrdgraph.vocab import RDF, RML, Namespace

RR: Final = Namespace("http://www.w3.org/ns/r2rml#")
OLD: Final = Namespace("http://semweb.mmlab.be/ns/rml#")
QL: Final = Namespace("http://semweb.mmlab.be/ns/ql#")
FNML: Final = Namespace("http://semweb.mmlab.be/ns/fnml#")
TARGET: Final = Namespace("http://semweb.mmlab.be/ns/rml-target#")
COMPRESSION: Final = Namespace("http://semweb.mmlab.be/ns/rml-compression#")
# what IDLab's functions were called before
OLD_FUNCTIONS: Final = "http://example.com/idlab/function/"
DATA: Final = frozenset(
    space[name]
    for space in (RR, RML)
    for name in ("constant", "subject", "predicate", "object", "graph", "class")
)
EXECUTES: Final = (
    IRI("https://w3id.org/function/ontology#executes"),
    IRI("http://w3id.org/function/ontology#executes"),
)

_AS_IN_RR: Final = """
    subject predicate object graph subjectMap predicateMap objectMap graphMap predicateObjectMap
    class template constant termType language datatype parentTriplesMap joinCondition child parent
    IRI BlankNode Literal defaultGraph TriplesMap TermMap SubjectMap PredicateMap ObjectMap GraphMap
    PredicateObjectMap RefObjectMap Join
"""
_RR: Final = {name: name for name in _AS_IN_RR.split()} | {
    "column": "reference",
    "logicalTable": "logicalSource",
    "LogicalTable": "LogicalSource",
    "R2RMLView": "LogicalSource",
    "BaseTableOrView": "LogicalSource",
    "tableName": "iterator",
    "sqlQuery": "iterator",
    "sqlVersion": "",  # there is one SQL to each database here
    # serves to make queries faster (R2RML §7.7), and says nothing of the triples
    "inverseExpression": "",
    "SQL2008": "",
}
_AS_IN_OLD: Final = """
    logicalSource source referenceFormulation iterator reference logicalTarget languageMap
    datatypeMap LogicalSource LanguageMap DatatypeMap
"""
_OLD: Final = {name: name for name in _AS_IN_OLD.split()} | {
    "BaseSource": "LogicalSource",
    "query": "iterator",
}
_QL: Final = {"CSV": "CSV", "JSONPath": "JSONPath", "XPath": "XPath"}
_FNML: Final = {
    "functionValue": "functionExecution", "FunctionTermMap": "TermMap", "FunctionMap": "TermMap",
}  # fmt: skip
_TARGET: Final = {
    name: name for name in ("LogicalTarget", "target", "serialization", "compression")
}
_COMPRESSION: Final = {
    "gzip": "gzip", "zip": "zip", "targzip": "targz", "targz": "targz", "tarxz": "tarxz",
}  # fmt: skip

VOCABULARIES: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    RR.prefix: ("rr", _RR), OLD.prefix: ("rml", _OLD), QL.prefix: ("ql", _QL),
    FNML.prefix: ("fnml", _FNML), TARGET.prefix: ("rmlt", _TARGET),
    COMPRESSION.prefix: ("comp", _COMPRESSION),
}  # fmt: skip


def split(term: Term) -> tuple[str, str]:
    """Return the namespace and the local name of a term of an older vocabulary; two empty texts
    for other terms."""
    if isinstance(term, IRI):
        for prefix in VOCABULARIES:
            if term.value.startswith(prefix):
                return prefix, term.value[len(prefix) :]
    return "", ""


def unknown(term: Term) -> tuple[str, str | Message] | None:
    """Return the name of a term that its older vocabulary lacks, and a hint; None for other
    terms."""
    prefix, local = split(term)
    if not prefix or local in VOCABULARIES[prefix][1]:
        return None
    short, names = VOCABULARIES[prefix]
    homes: Iterable[str] = (short for short, names in VOCABULARIES.values() if local in names)
    home = next(iter(homes), "")
    hint = (f"the term is {home}:{local}" if home else "") or hint_at(
        local, names, shown=f"{short}:{{}}"
    )
    return f"{short}:{local}", hint


def modernize_term(term: Term) -> Term | None:
    """Return the term in RML; None for one that means nothing there."""
    prefix, local = split(term)
    if prefix:
        name = VOCABULARIES[prefix][1][local]
        return RML[name] if name else None
    return term


def of_function(term: Term) -> Term:
    """Return today's name of a function or parameter."""
    if isinstance(term, Literal):  # some documents write it in quotes
        return of_function(IRI(term.value))
    if isinstance(term, IRI) and term.value.startswith(OLD_FUNCTIONS):
        return IRI("https://w3id.org/imec/idlab/function#" + term.value.removeprefix(OLD_FUNCTIONS))
    return term


D2RQ: Final = Namespace("http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#")
_SOURCES: Final = (RR.logicalTable, OLD.logicalSource, RML.logicalSource)
_OWN: Final = {
    RR.tableName, RR.sqlQuery, RR.sqlVersion, OLD.query, OLD.iterator, OLD.referenceFormulation,
    OLD.source,
}  # fmt: skip
_TEXTS: Final = (RR.tableName, RR.sqlQuery, OLD.query, OLD.iterator)


def unquote_name(name: str) -> str:
    """Return the name in a delimited identifier of SQL; other names unchanged."""
    if len(name) > 1 and name.startswith('"') and name.endswith('"'):
        return name[1:-1].replace('""', '"')
    return name


def within_tables(graph: MappingGraph) -> set[Term]:
    """Return the nodes of triples maps over logical tables: there, names of columns are as in
    SQL."""
    waiting: list[Term] = [*graph.subjects_with(RR.logicalTable)]
    nodes: set[Term] = set()
    while waiting:
        node = waiting.pop()
        if node not in nodes:
            nodes.add(node)
            waiting += [
                value
                for predicate in graph.predicates(node)
                if predicate not in (RR.parentTriplesMap, RDF.type)
                and not isinstance(node, Literal)
                for value in graph.all(node, predicate)
            ]
    return nodes


def logical_of(graph: MappingGraph, node: Term, database: str) -> Iterator[Quad]:
    """Yield the logical source for a logical table or an older logical source."""
    assert isinstance(node, IRI | BlankNode)
    texts = [(predicate, value) for predicate in _TEXTS for value in graph.all(node, predicate)]
    given = [predicate for predicate, _ in texts]
    origin = graph.origin(node)
    if len([predicate for predicate in given if predicate != OLD.iterator]) > 1:
        raise MappingError("give-table-or-query", origin=origin)
    sources = graph.all(node, OLD.source, RML.source)
    asks = OLD.query in given or (sources and {RR.tableName, RR.sqlQuery} & {*given})
    if asks and not any(graph.all(source, D2RQ.jdbcDSN) for source in sources):
        raise MappingError(_NO_DATABASE, origin=origin)
    for predicate in graph.predicates(node):
        name = modernize_term(predicate)
        if predicate not in _OWN and isinstance(name, IRI):
            for value in graph.all(node, predicate):
                yield Quad(node, name, modernize_term(value) or value)
    has_source = bool(graph.all(node, OLD.source, RML.source))
    if database and not has_source and graph.all(node, RR.tableName, RR.sqlQuery):
        yield from _database(node, database)
    else:
        yield from _source(graph, node, texts)
    yield from _formulation(graph, node, texts, is_database=has_source or bool(database))


def _source(
    graph: MappingGraph, node: IRI | BlankNode, texts: list[tuple[IRI, Term]]
) -> Iterator[Quad]:
    """Yield the source of a logical source; a table of R2RML without one is a CSV file of its name
    beside the mapping."""
    sources = graph.all(node, OLD.source)
    if sources or graph.all(node, RML.source):
        for value in sources:
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
        raise MappingError(_NO_DATABASE, origin=graph.origin(node))
    yield from _file(node, f"{unquote_name(name)}.csv", RML.CSV)


def _beside(node: IRI | BlankNode, what: str) -> BlankNode:
    """Make a new node, named after an existing one."""
    name = node.label if isinstance(node, BlankNode) else re.sub("[^A-Za-z0-9]", "-", node.value)
    return BlankNode(f"{name}-{what}")


def _file(node: IRI | BlankNode, path: str, formulation: IRI | None = None) -> Iterator[Quad]:
    """Yield a file beside the mapping; in a table of R2RML an empty cell is NULL."""
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
    """Yield the reference formulation and the iterator; with a table or a query those of a
    database."""
    formulations = graph.all(node, OLD.referenceFormulation)
    for predicate, value in texts:
        if predicate == OLD.iterator:
            yield Quad(node, RML.iterator, _path(value) if QL.JSONPath in formulations else value)
        elif is_database:
            yield Quad(node, RML.iterator, value)
            yield Quad(
                node,
                RML.referenceFormulation,
                RML.SQL2008Table if predicate == RR.tableName else RML.SQL2008Query,
            )
            return
    for value in formulations:
        yield Quad(node, RML.referenceFormulation, modernize_term(value) or value)


def _path(value: Term) -> Term:
    """Return a JSONPath as in RFC 9535: earlier ones have a point before a bracket, `$.[*]`."""
    return (
        Literal(re.sub(r"(?<!\.)\.\[", "[", value.value)) if isinstance(value, Literal) else value
    )


_NO_DATABASE = lacks("rml:source", "d2rq:Database, d2rq:jdbcDSN")
_HINT = write_like("rr:predicateObjectMap [ rr:predicate fno:executes ; rr:object … ]")
_ALLOWED = {
    RR.predicateObjectMap, RML.predicateObjectMap, OLD.logicalSource, RML.logicalSource,
    RR.logicalTable, RDF.type,
}  # fmt: skip
_PARTS = {
    RR.predicate, RR.predicateMap, RR.object, RR.objectMap, RDF.type,
    RML.predicate, RML.predicateMap, RML.object, RML.objectMap,
}  # fmt: skip


def calls(graph: MappingGraph) -> set[Term]:
    """Return the nodes that are function values."""
    return {
        value
        for node in graph.subjects_with(FNML.functionValue)
        for value in graph.all(node, FNML.functionValue)
    }


def parts_of_calls(graph: MappingGraph, executions: set[Term]) -> set[Term]:
    """Return the nodes of parameters, and the predicate maps within them, which `call_of`
    replaces."""
    pairs = {pair for node in executions for pair in _pairs(graph, node)}
    return (
        pairs
        | {item for pair in pairs for item in graph.all(pair, RR.predicateMap, RML.predicateMap)}
        | {
            item
            for pair in pairs
            if _parameter(graph, pair) in EXECUTES
            for item in graph.all(pair, RR.objectMap, RML.objectMap)
        }
    )


def call_of(graph: MappingGraph, node: Term) -> Iterator[Quad]:
    """Yield the function execution for a function value. MappingError if it names no function."""
    assert isinstance(node, IRI | BlankNode)
    _check_call(graph, node, _ALLOWED)
    functions = [
        value
        for pair in _pairs(graph, node)
        if _parameter(graph, pair) in EXECUTES
        for value in _values(graph, pair)
    ]
    if len(functions) != 1:
        fact = Message("one-expected", term="fno:executes", count=len(functions))
        raise MappingError(fact, origin=graph.origin(node), hint=_HINT)
    yield Quad(node, RML.function, of_function(functions[0]))
    for pair in _pairs(graph, node):
        if not isinstance(pair, IRI | BlankNode):
            raise MappingError("not-as-expected", origin=graph.origin(node), hint=_HINT)
        if _parameter(graph, pair) not in EXECUTES:
            yield Quad(node, RML.input, pair)
            yield from _input(graph, pair)


def _input(graph: MappingGraph, pair: IRI | BlankNode) -> Iterator[Quad]:
    _check_call(graph, pair, _PARTS)
    parameter = _parameter(graph, pair)
    if parameter is None:
        raise MappingError(
            lacks("rr:predicateObjectMap", "rr:predicate"), origin=graph.origin(pair), hint=_HINT
        )
    yield Quad(pair, RML.parameter, of_function(parameter))
    shortcuts = graph.all(pair, RR.object, RML.object)
    maps = graph.all(pair, RR.objectMap, RML.objectMap)
    if len(shortcuts) + len(maps) != 1:
        fact = Message("one-expected", term="rr:objectMap", count=len(shortcuts) + len(maps))
        raise MappingError(fact, origin=graph.origin(pair))
    for value in shortcuts:
        yield Quad(pair, RML.inputValue, value)
    for value in maps:
        yield Quad(pair, RML.inputValueMap, value)


def _pairs(graph: MappingGraph, node: Term) -> list[Term]:
    return graph.all(node, RR.predicateObjectMap, RML.predicateObjectMap)


def _parameter(graph: MappingGraph, pair: Term) -> Term | None:
    """Return the predicate of a pair: a shortcut, or the constant of a predicate map."""
    predicates = graph.all(pair, RR.predicate, RML.predicate)
    predicates += [
        c
        for item in graph.all(pair, RR.predicateMap, RML.predicateMap)
        for c in graph.all(item, RR.constant, RML.constant)
    ]
    if len(predicates) > 1:
        raise MappingError(
            "one-expected", term="rr:predicate", count=len(predicates), origin=graph.origin(pair)
        )
    return predicates[0] if predicates else None


def _values(graph: MappingGraph, pair: Term) -> list[Term]:
    values = graph.all(pair, RR.object, RML.object)
    return values + [
        c
        for item in graph.all(pair, RR.objectMap, RML.objectMap)
        for c in graph.all(item, RR.constant, RML.constant)
    ]


def _check_call(graph: MappingGraph, node: Term, allowed: set[IRI]) -> None:
    for predicate in graph.predicates(node):
        if predicate not in allowed:
            raise MappingError(
                "not-allowed-here", term=f"<{predicate.value}>",
                origin=graph.origin(node), hint=_HINT,
            )  # fmt: skip


_NAMES = (RR.column, RR.child, RR.parent)


def modern(quads: list[Quad], file: Path, text: str, database: str = "") -> list[Quad]:
    """Return the mapping in RML. MappingError with file, node and the nearest term for unknown
    terms of older vocabularies. Triples in the current vocabulary stay, so that a document may
    mix them. `database` is the address of the database whose tables R2RML maps; without it they
    are CSV files beside the mapping."""
    if not any(split(term)[0] for quad in quads for term in (quad.predicate, quad.object)):
        return quads
    graph = MappingGraph(quads, file, text)
    for quad in quads:
        for term in (quad.predicate, *(() if quad.predicate in DATA else (quad.object,))):
            wrong = unknown(term)
            if wrong is not None:
                name, hint = wrong
                raise MappingError(
                    "not-known-here", name=name, origin=graph.origin(quad.subject), hint=hint
                )
    return list(_translate(graph, quads, database))


def _translate(graph: MappingGraph, quads: list[Quad], database: str) -> Iterator[Quad]:
    """Yield every triple in order; those of a call or logical table at the first mention of its
    node."""
    executions = calls(graph)
    apart = {*parts_of_calls(graph, executions), *executions}
    nodes = {
        value for node in graph.subjects_with(*_SOURCES) for value in graph.all(node, *_SOURCES)
    }
    sources = {
        node for node in nodes if any(predicate in _OWN for predicate in graph.predicates(node))
    }
    tabular = within_tables(graph)
    done: set[Term] = set()
    for quad in quads:
        node = quad.subject
        if node in executions or node in sources:
            if node not in done:
                done.add(node)
                yield from (
                    call_of(graph, node)
                    if node in executions
                    else logical_of(graph, node, database)
                )
        elif node not in apart:
            yield from _modernize(quad, quoted=node in tabular)


def _modernize(quad: Quad, *, quoted: bool) -> Iterator[Quad]:
    predicate = modernize_term(quad.predicate)
    value: Term | None = quad.object
    if quad.predicate not in DATA:
        value = modernize_term(quad.object)
    elif quad.object == RR.defaultGraph:
        value = RML.defaultGraph
    if quoted and isinstance(value, Literal):
        value = _without_quotes(quad, value)
    if predicate is None or value is None:
        return
    yield Quad(quad.subject, predicate, value, quad.graph)  # type: ignore[arg-type]


def _without_quotes(quad: Quad, value: Literal) -> Literal:
    """Drop the double quotes of SQL from names of columns (R2RML §5.1 and §7.3)."""
    if quad.predicate in _NAMES:
        return Literal(unquote_name(value.value))
    if quad.predicate == RR.template:
        return Literal(re.sub(r'\{\\*"((?:[^"\\]|\\.)*?)\\*"\}', r"{\1}", value.value, flags=re.S))
    return value
