"""An RML document into the model of its mapping."""

from __future__ import annotations

from pathlib import Path

from hrdgraph.errors import MappingError, Origin, SourceError
from hrdgraph.mapping.expressions import read_constant, read_term
from hrdgraph.mapping.graph import MappingGraph
from hrdgraph.mapping.logical import read_conditions, read_logical
from hrdgraph.mapping.model import Mapping, PredicateObjectMap, RefObjectMap, TermMap, TriplesMap
from hrdgraph.rdf import IRI, Quad, Term
from hrdgraph.rdfio import read_quads
from hrdgraph.vocab import RML

DEFAULT_BASE = "http://example.com/base/"


def read_mapping(path: Path, *, base: str = DEFAULT_BASE) -> Mapping:
    """Read a mapping file (RML in Turtle). MappingError with file, node and hint on anything that is not RML."""
    try:
        quads = read_quads(path, base=f"{base}mapping")
    except SourceError as error:
        raise MappingError(error.fact, origin=error.origin, hint=error.hint) from error
    return mapping_of(quads, path, path.read_text("utf-8-sig"), base)


def mapping_of(quads: list[Quad], file: Path, text: str, base: str) -> Mapping:
    """The mapping that a set of triples says; `text` serves to find lines."""
    graph = MappingGraph(quads, file, text)
    nodes = graph.subjects_with(RML.logicalSource)
    if not nodes:
        hint = "a triples map has rml:logicalSource, rml:subjectMap and rml:predicateObjectMap"
        raise MappingError("no triples map", origin=Origin(str(file)), hint=hint)
    maps = tuple(_read_triples_map(graph, node, base) for node in nodes)
    _check_parents(maps)
    return Mapping(file, maps)


def _check_parents(maps: tuple[TriplesMap, ...]) -> None:
    known = {item.node for item in maps}
    for item in (o for m in maps for p in m.predicate_objects for o in p.objects):
        if isinstance(item, RefObjectMap) and item.parent not in known:
            raise MappingError(
                "rml:parentTriplesMap names no triples map", origin=item.origin, hint="is its name spelt as where it is defined?"
            )


def _read_triples_map(graph: MappingGraph, node: Term, base: str) -> TriplesMap:
    base = graph.text(node, RML.baseIRI) or base
    source = graph.one(node, RML.logicalSource, required=True)
    assert source is not None
    subject, holder = _subject(graph, node, base)
    classes = _classes(graph, holder) if holder is not None else ()
    graphs = _terms(graph, holder, "graph", base) if holder is not None else ()
    pairs = tuple(_read_pair(graph, item, base) for item in graph.all(node, RML.predicateObjectMap))
    return TriplesMap(node, read_logical(graph, source), subject, classes, graphs, pairs, graph.origin(node))


def _classes(graph: MappingGraph, holder: Term) -> tuple[IRI, ...]:
    found = graph.all(holder, RML["class"])
    if not all(isinstance(item, IRI) for item in found):
        raise MappingError("a class must be an IRI", origin=graph.origin(holder), hint="use a prefixed name or <…>")
    return tuple(item for item in found if isinstance(item, IRI))


def _subject(graph: MappingGraph, node: Term, base: str) -> tuple[TermMap, Term | None]:
    subjects = [*graph.all(node, RML.subject), *graph.all(node, RML.subjectMap)]
    if len(subjects) != 1:
        raise MappingError(f"{len(subjects)} subject maps", origin=graph.origin(node), hint="give exactly one rml:subjectMap")
    shortcut = graph.one(node, RML.subject)
    if shortcut is not None:
        return read_constant(graph, node, shortcut, "subject", base), None
    return read_term(graph, subjects[0], "subject", base), subjects[0]


def _terms(graph: MappingGraph, node: Term, position: str, base: str) -> tuple[TermMap, ...]:
    shortcuts = [read_constant(graph, node, term, position, base) for term in graph.all(node, RML[position])]
    return (*shortcuts, *(read_term(graph, item, position, base) for item in graph.all(node, RML[f"{position}Map"])))


def _read_pair(graph: MappingGraph, node: Term, base: str) -> PredicateObjectMap:
    predicates = _terms(graph, node, "predicate", base)
    objects = (
        *(read_constant(graph, node, term, "object", base) for term in graph.all(node, RML.object)),
        *(_read_object(graph, item, base) for item in graph.all(node, RML.objectMap)),
    )
    if not predicates or not objects:
        missing = "predicate" if not predicates else "object"
        raise MappingError(
            f"a predicate-object map without {missing}", origin=graph.origin(node), hint=f"add rml:{missing} or rml:{missing}Map"
        )
    return PredicateObjectMap(predicates, objects, _terms(graph, node, "graph", base), graph.origin(node))


def _read_object(graph: MappingGraph, node: Term, base: str) -> TermMap | RefObjectMap:
    parent = graph.one(node, RML.parentTriplesMap)
    if parent is None:
        return read_term(graph, node, "object", base)
    return RefObjectMap(parent, read_conditions(graph, node), graph.origin(node))
