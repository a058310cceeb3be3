"""Convert terms, quads and tables of solutions to and from pyoxigraph: the one place where the two
meet."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Final

import pyoxigraph as ox

from hrdgraph.errors import HrdgraphError
from hrdgraph.rdf import IRI, BlankNode, Literal, Quad, Term, parse_term

OxTerm = ox.NamedNode | ox.BlankNode | ox.Literal

RESULT_FORMATS: Final = {
    "json": ox.QueryResultsFormat.JSON, "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV, "tsv": ox.QueryResultsFormat.TSV,
}  # fmt: skip


def to_ox(term: Term) -> OxTerm:
    """Convert a term for pyoxigraph; HrdgraphError for an IRI, label or language tag that RDF
    forbids."""
    try:
        if isinstance(term, IRI):
            return ox.NamedNode(term.value)
        if isinstance(term, BlankNode):
            return ox.BlankNode(term.label)
        if term.language:
            return ox.Literal(term.value, language=term.language)
        return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype))
    except ValueError as error:
        hint = "iris-need-scheme-no-spaces"
        raise HrdgraphError("not-valid", format=term.n3()[:120], reason=error, hint=hint) from error


def ox_from_text(text: str) -> OxTerm:
    """Convert an N-Triples text of a `ColumnGraph` dictionary for pyoxigraph."""
    return to_ox(parse_term(text))


def from_ox(term: object) -> Term:
    """Convert a term from pyoxigraph. HrdgraphError for triple terms and base directions (RDF
    1.2)."""
    if isinstance(term, ox.NamedNode):
        return IRI(term.value)
    if isinstance(term, ox.Literal) and term.direction is None:
        return Literal(term.value, term.datatype.value, term.language or "")
    if isinstance(term, ox.BlankNode):
        return BlankNode(term.value)
    raise HrdgraphError("triple-term-unsupported", hint="state-node-rdf-subject-rdf")


def text_of_ox(term: object) -> str:
    """Return the canonical N-Triples text of a term, also of a triple term of RDF 1.2."""
    if isinstance(term, ox.Triple):
        return f"<<( {' '.join(map(text_of_ox, term))} )>>"
    return from_ox(term).n3()


def ox_quad(quad: Quad) -> ox.Quad:
    """Convert a quad for pyoxigraph."""
    graph = to_ox(quad.graph) if quad.graph else ox.DefaultGraph()
    return ox.Quad(to_ox(quad.subject), to_ox(quad.predicate), to_ox(quad.object), graph)  # type: ignore[arg-type]


def quad_from_ox(quad: ox.Quad | ox.Triple) -> Quad:
    """Convert a quad from pyoxigraph; a triple goes to the default graph."""
    name = getattr(quad, "graph_name", None)
    graph = None if name is None or isinstance(name, ox.DefaultGraph) else from_ox(name)
    return Quad(from_ox(quad.subject), from_ox(quad.predicate), from_ox(quad.object), graph)  # type: ignore[arg-type]


def serialize_solutions(
    variables: Sequence[str], rows: Iterable[Sequence[Term | None]], format: str
) -> bytes:
    """Write solutions as SPARQL 1.1 JSON, XML, CSV or TSV (`format` is a key of `RESULT_FORMATS`).
    They go through TSV, which has every term in full, to the library's own writers."""
    lines = ["\t".join(f"?{name}" for name in variables)]
    lines += ["\t".join(term.n3() if term else "" for term in row) for row in rows]
    solutions = ox.parse_query_results("\n".join(lines) + "\n", format=ox.QueryResultsFormat.TSV)
    assert isinstance(solutions, ox.QuerySolutions)
    return solutions.serialize(format=RESULT_FORMATS[format]) or b""


def serialize_boolean(value: bool, format: str) -> bytes:
    """Write the answer to an ASK query in one of `RESULT_FORMATS`."""
    answer = ox.parse_query_results(
        json.dumps({"head": {}, "boolean": value}), format=ox.QueryResultsFormat.JSON
    )
    return answer.serialize(format=RESULT_FORMATS[format]) or b""
