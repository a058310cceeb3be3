"""Function values of FNML, which are written as triples maps of their own, into function
executions of RML-FNML."""

from __future__ import annotations

from collections.abc import Iterator

from hrdgraph.catalogue import Message
from hrdgraph.errors import MappingError
from hrdgraph.mapping.language.graph import MappingGraph
from hrdgraph.mapping.language.legacy.terms import EXECUTES, FNML, OLD, RR, of_function
from hrdgraph.rdf import IRI, BlankNode, Quad, Term
from hrdgraph.vocab import RDF, RML

_HINT = "write-function-value"
_ALLOWED = {
    RR.predicateObjectMap,
    RML.predicateObjectMap,
    OLD.logicalSource,
    RML.logicalSource,
    RR.logicalTable,
    RDF.type,
}
_PARTS = {
    RR.predicate, RR.predicateMap, RR.object, RR.objectMap, RDF.type,
    RML.predicate, RML.predicateMap, RML.object, RML.objectMap,
}  # fmt: skip


def calls(graph: MappingGraph) -> set[Term]:
    """The nodes that are function values."""
    return {
        value
        for node in graph.subjects_with(FNML.functionValue)
        for value in graph.all(node, FNML.functionValue)
    }


def parts_of_calls(graph: MappingGraph, executions: set[Term]) -> set[Term]:
    """The nodes that say parameters, and the predicate maps within them: `call_of` says anew
    what they say."""
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
    """The function execution that a function value says. MappingError where it names no
    function."""
    assert isinstance(node, IRI | BlankNode)
    _check(graph, node, _ALLOWED)
    functions = [
        value
        for pair in _pairs(graph, node)
        if _parameter(graph, pair) in EXECUTES
        for value in _values(graph, pair)
    ]
    if len(functions) != 1:
        raise MappingError(
            "function-value-ambiguous", count=len(functions), origin=graph.origin(node), hint=_HINT
        )
    yield Quad(node, RML.function, of_function(functions[0]))
    for pair in _pairs(graph, node):
        if not isinstance(pair, IRI | BlankNode):
            raise MappingError("function-value-with-text", origin=graph.origin(node), hint=_HINT)
        if _parameter(graph, pair) not in EXECUTES:
            yield Quad(node, RML.input, pair)
            yield from _input(graph, pair)


def _input(graph: MappingGraph, pair: IRI | BlankNode) -> Iterator[Quad]:
    _check(graph, pair, _PARTS)
    parameter = _parameter(graph, pair)
    if parameter is None:
        raise MappingError("parameter-without-name", origin=graph.origin(pair), hint=_HINT)
    yield Quad(pair, RML.parameter, of_function(parameter))
    shortcuts, maps = (
        graph.all(pair, RR.object, RML.object),
        graph.all(pair, RR.objectMap, RML.objectMap),
    )
    if len(shortcuts) + len(maps) != 1:
        fact = Message("values-of-parameter", count=len(shortcuts) + len(maps))
        raise MappingError(fact, origin=graph.origin(pair), hint="give-parameter-one-value")
    for value in shortcuts:
        yield Quad(pair, RML.inputValue, value)
    for value in maps:
        yield Quad(pair, RML.inputValueMap, value)


def _pairs(graph: MappingGraph, node: Term) -> list[Term]:
    return graph.all(node, RR.predicateObjectMap, RML.predicateObjectMap)


def _parameter(graph: MappingGraph, pair: Term) -> Term | None:
    """The predicate of a pair: a shortcut, or the constant of a predicate map."""
    found = graph.all(pair, RR.predicate, RML.predicate)
    found += [
        c
        for item in graph.all(pair, RR.predicateMap, RML.predicateMap)
        for c in graph.all(item, RR.constant, RML.constant)
    ]
    if len(found) > 1:
        raise MappingError("parameter-predicates-several", origin=graph.origin(pair))
    return found[0] if found else None


def _values(graph: MappingGraph, pair: Term) -> list[Term]:
    found = graph.all(pair, RR.object, RML.object)
    return found + [
        c
        for item in graph.all(pair, RR.objectMap, RML.objectMap)
        for c in graph.all(item, RR.constant, RML.constant)
    ]


def _check(graph: MappingGraph, node: Term, allowed: set[IRI]) -> None:
    for predicate in graph.predicates(node):
        if predicate not in allowed:
            raise MappingError(
                "function-value-predicate-unknown",
                predicate=predicate.value,
                origin=graph.origin(node),
                hint=_HINT,
            )
