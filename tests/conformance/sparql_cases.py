"""The manifests of the query suites of SPARQL 1.0 and 1.1 → cases: data, query, and the answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pyoxigraph as ox
import rdflib
from rdflib.collection import Collection
from rdflib.namespace import RDF

from hrdgraph.rdf import IRI, BlankNode, ColumnGraph, Literal, Quad, Term
from hrdgraph.rdfio.oxi import from_ox
from hrdgraph.rdfio.rdflib_terms import from_rdflib
from hrdgraph.store.contract import Answer, Boolean, GraphAnswer, Solutions

MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
RS = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".n3": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".rdf": ox.RdfFormat.RDF_XML,
}
RESULTS = {
    ".srx": ox.QueryResultsFormat.XML,
    ".srj": ox.QueryResultsFormat.JSON,
    ".tsv": ox.QueryResultsFormat.TSV,
}


@dataclass(frozen=True)
class Case:
    """One evaluation test."""

    name: str
    query: Path
    data: tuple[Path, ...]
    named: tuple[Path, ...]
    result: Path

    def graph(self) -> ColumnGraph:
        """Its data: the default graph, and the named ones by their addresses."""
        return ColumnGraph.from_quads(self._quads())

    def _quads(self) -> Iterator[Quad]:
        for number, path in enumerate((*self.data, *self.named)):
            graph = IRI(_address(path)) if path in self.named and number >= len(self.data) else None
            for triple in ox.parse(
                path=path,
                format=FORMATS[path.suffix],
                base_iri=_address(path),
                rename_blank_nodes=True,
            ):
                yield Quad(
                    from_ox(triple.subject),
                    from_ox(triple.predicate),
                    from_ox(triple.object),
                    graph,  # type: ignore[arg-type]
                )

    def text(self) -> str:
        """The query, with the base that its addresses are relative to."""
        return f"BASE <{_address(self.query)}>\n{self.query.read_text('utf-8')}"

    def expected(self) -> object:
        """What it must answer, as `plain` makes it comparable."""
        suffix = self.result.suffix
        if suffix in RESULTS:
            found = ox.parse_query_results(path=self.result, format=RESULTS[suffix])
            if isinstance(found, ox.QueryBoolean):
                return bool(found)
            names = [one.value for one in found.variables]
            return _rows(
                [
                    {
                        name: from_ox(value)
                        for name, value in zip(names, row, strict=True)
                        if value is not None
                    }
                    for row in found
                ]
            )
        graph = rdflib.Graph()
        graph.parse(
            self.result,
            format="xml" if suffix == ".rdf" else "turtle",
            publicID=_address(self.result),
        )
        root = graph.value(predicate=RDF.type, object=RS.ResultSet)
        if root is None:
            triples = ([from_rdflib(term) for term in triple] for triple in graph)
            return Counter(tuple(map(_stored, triple)) for triple in triples)
        if (truth := graph.value(root, RS.boolean)) is not None:
            return bool(truth.toPython())
        return _rows(
            [
                {
                    str(graph.value(one, RS.variable)): from_rdflib(graph.value(one, RS.value))
                    for one in graph.objects(row, RS.binding)
                }
                for row in graph.objects(root, RS.solution)
            ]
        )


def plain(answer: Answer) -> object:
    """An answer as a value that can be compared: rows in any order, blank nodes as one."""
    if isinstance(answer, Boolean):
        return answer.value
    if isinstance(answer, GraphAnswer):
        return Counter(tuple(map(_stored, quad[:3])) for quad in answer)
    assert isinstance(answer, Solutions)
    return _rows([{k: v for k, v in row.items() if v is not None} for row in answer])


def _rows(rows: list[dict[str, Term]]) -> object:
    return Counter(
        tuple(sorted((name, _stored(term)) for name, term in row.items())) for row in rows
    )


def _stored(term: Term) -> str:
    """The text of a term as a store gives it back; numbers by their value."""
    if isinstance(term, BlankNode):
        return "_:"
    if isinstance(term, Literal):
        from hrdgraph.store.oxigraph import as_stored

        return as_stored([term.n3()])[0]
    return term.n3()


def cases(suite: Path) -> list[Case]:
    """The evaluation tests of all manifests below a folder."""
    found: dict[str, Case] = {}
    for path in sorted(suite.rglob("manifest.ttl")):
        graph = rdflib.Graph()
        graph.parse(path, format="turtle", publicID=path.as_uri())
        for head in graph.objects(None, MF.entries):
            for test in Collection(graph, head):
                if (test, RDF.type, MF.QueryEvaluationTest) in graph:
                    case = _case(graph, test, path.parent.name)
                    found.setdefault(case.name, case)
    return list(found.values())


def _case(graph: rdflib.Graph, test: rdflib.term.Node, folder: str) -> Case:
    action = graph.value(test, MF.action)

    def files(predicate: rdflib.URIRef) -> tuple[Path, ...]:
        return tuple(sorted(_path(one) for one in graph.objects(action, predicate)))

    name = f"{folder}/{str(test).rpartition('#')[2]}"
    return Case(
        name,
        _path(graph.value(action, QT.query)),
        files(QT.data),
        files(QT.graphData),
        _path(graph.value(test, MF.result)),
    )


def _address(path: Path) -> str:
    """An address for a file of a suite, in place of the folder that it is in."""
    return f"http://suite.example/{path.parent.name}/{path.name}"


def _path(term: object) -> Path:
    return Path(unquote(urlsplit(str(term)).path))
