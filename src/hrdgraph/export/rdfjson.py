"""Columns into RDF/JSON (W3C Note of 2013): subjects, their predicates, and lists of objects;
sorted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import BinaryIO

from hrdgraph.export.columns import merged
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.terms import XSD_STRING, BlankNode, Literal, Term, parse_term

_ROWS_AT_ONCE = 200_000


def write_rdfjson(graph: ColumnGraph, out: BinaryIO) -> None:
    """Write the triples of all graphs, each once."""
    out.writelines(_document(graph))


def _document(graph: ColumnGraph) -> Iterator[bytes]:
    graph = graph.trimmed()
    terms = [parse_term(text) if text else None for text in graph.terms]
    names = [_name(term) if not isinstance(term, Literal | None) else "" for term in terms]
    rows = (row for part in merged(graph).iter_slices(_ROWS_AT_ONCE) for row in part.iter_rows())
    yield b"{"
    for number, (subject, facts) in enumerate(groupby(rows, key=lambda row: row[0])):
        parts = []
        for predicate, objects in groupby(facts, key=lambda row: row[1]):
            values = ", ".join(_value(terms[row[2]]) for row in objects)
            parts.append(f"\n    {json.dumps(names[predicate], ensure_ascii=False)}: [{values}]")
        start = "," if number else ""
        yield (
            f"{start}\n  {json.dumps(names[subject], ensure_ascii=False)}: "
            f"{{{','.join(parts)}\n  }}"
        ).encode()
    yield b"\n}\n"


def _name(term: Term) -> str:
    return term.n3() if isinstance(term, BlankNode) else term.value


def _value(term: Term | None) -> str:
    assert term is not None
    kind = (
        "literal"
        if isinstance(term, Literal)
        else "bnode"
        if isinstance(term, BlankNode)
        else "uri"
    )
    value = {"type": kind, "value": term.value if isinstance(term, Literal) else _name(term)}
    if isinstance(term, Literal) and term.language:
        value["lang"] = term.language
    elif isinstance(term, Literal) and term.datatype != XSD_STRING:
        value["datatype"] = term.datatype
    return json.dumps(value, ensure_ascii=False)
