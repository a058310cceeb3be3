"""Use pySHACL as a second engine: shapes are evaluated one by one over an rdflib graph, and its
results become columns."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import polars as pl
import pyshacl
import rdflib
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result
from rdflib.term import Node

from hrdgraph.catalogue import Message
from hrdgraph.errors import OntologyError, QueryError
from hrdgraph.findings.model import Messages, messages_of
from hrdgraph.rdf import ColumnGraph, Literal, Quad, Term, parse_term
from hrdgraph.rdfio.rdflib_terms import from_rdflib, to_rdflib
from hrdgraph.shacl.graph_data import TripleArrays
from hrdgraph.shacl.model import (
    NOTHING,
    Constraint,
    Custom,
    ExpressionConstraint,
    Model,
    Shape,
    SparqlConstraint,
    component_of,
)
from hrdgraph.shacl.results import ResultBatch
from hrdgraph.shacl.shapes import Shapes
from hrdgraph.stage_progress import Tell, nobody, tell_each
from hrdgraph.store.query_guards import refuse_service
from hrdgraph.vocab import OWL, RDF, RDFS, SH

_TARGETS = {SH[f"target{name}"] for name in ("Node", "Class", "SubjectsOf", "ObjectsOf")} | {
    SH.target
}
_DEFINITIONS = {
    SH[name]
    for name in ("ConstraintComponent", "SPARQLFunction", "SPARQLTargetType", "SPARQLAskValidator")
}
# pySHACL walks through all that is said of a shape for every node it looks at: what only dresses a
# result is put on afterwards
_DRESS = {
    *(SH[name] for name in ("severity", "message", "name", "description", "order", "group")),
    RDFS.label,
    RDFS.comment,
}
# they log tracebacks of what becomes an error here
_NOISY = ("rdflib.term", "pyshacl-validate")


def judge(
    graph: ColumnGraph, data: TripleArrays, model: Model, shapes: Shapes, roots: Sequence[Term],
    tell: Tell = nobody,
) -> Iterator[ResultBatch]:  # fmt: skip
    """Return the results of some of the shapes that have targets. `tell` is told how many shapes
    are done. Raises OntologyError for a shape that pySHACL cannot work with."""
    triples, texts = _rdflib_graph(graph, shapes.background)
    about = _statements_by_subject(shapes.quads)
    for root in tell_each(roots, tell):
        with _quiet():
            report = _report(triples, _part_of(root, about), root, shapes)
            yield from _batches(report, texts, data, model, shapes)


def _rdflib_graph(
    graph: ColumnGraph, background: ColumnGraph
) -> tuple[PreparedGraph, dict[Node, str]]:
    """Return data and background as one rdflib graph, each term made once, with the N-Triples
    text of each term as it stands in the columns. SHACL knows no named graphs."""
    rows = pl.concat([graph.text(), background.text()]).with_columns(g=pl.lit(""))
    triples = ColumnGraph.from_text(rows)
    terms: list[Any] = [to_rdflib(parse_term(text)) if text else None for text in triples.terms]
    prepared = PreparedGraph()
    for s, p, o, _ in triples.quads.iter_rows():
        prepared.store.add((terms[s], terms[p], terms[o]), prepared)
    return prepared, dict(zip(terms, triples.terms, strict=True))


def _statements_by_subject(quads: Iterable[Quad]) -> dict[Term, list[Quad]]:
    """Return what the shapes say of each node, without rules and what only dresses results."""
    quads = [quad for quad in quads if quad.predicate != SH.rule]
    shapes = {
        quad.subject
        for quad in quads
        if quad.predicate == SH.path or quad.object in (SH.NodeShape, SH.PropertyShape)
    }
    about: dict[Term, list[Quad]] = {}
    for quad in quads:
        is_dress = quad.subject in shapes and quad.predicate in _DRESS
        if not is_dress or "{" in quad.object.n3():
            about.setdefault(quad.subject, []).append(quad)
    return about


def _part_of(root: Term, about: Mapping[Term, list[Quad]]) -> rdflib.Graph:
    """Return what a shape needs: all that is reached from it, components and functions. The
    targets of other shapes are left out, so that only this one is judged."""
    waiting = [root]
    waiting += [
        node for node, quads in about.items() if any(quad.object in _DEFINITIONS for quad in quads)
    ]
    seen, part = set(waiting), rdflib.Graph()
    while waiting:
        for quad in about.get(waiting.pop(), ()):
            is_class = quad.predicate == RDF.type and quad.object in (RDFS.Class, OWL.Class)
            if quad.subject != root and (quad.predicate in _TARGETS or is_class):
                continue
            part.add((to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)))
            if quad.object not in seen and not isinstance(quad.object, Literal):
                seen.add(quad.object)
                waiting.append(quad.object)
    return part


def _report(data: rdflib.Graph, part: rdflib.Graph, root: Term, shapes: Shapes) -> rdflib.Graph:
    """Return the report of pySHACL; OntologyError with the place of the shape where it fails."""
    try:
        report: Any = pyshacl.validate(
            data, shacl_graph=part, advanced=True, inference="none", inplace=True
        )[1]
        if isinstance(report, BaseException):
            raise report
    except MemoryError:
        raise
    except Exception as error:  # pySHACL and rdflib raise whatever they stumble over
        fact, _, link = str(error).strip().partition("\n")
        address = link.strip().removeprefix("For reference, see ")
        raise OntologyError(
            Message("unusable", fact=fact or type(error).__name__),
            origin=shapes.place_of(root),
            hint=Message("see-address", address=address) if address.startswith("http") else None,
        ) from error
    return report  # type: ignore[no-any-return]


class _PyShaclRow(NamedTuple):
    """One sh:ValidationResult: N-Triples texts of its terms, and the messages as pySHACL filled
    them."""

    focus: str
    value: str | None
    path: str | None
    messages: Messages


def _batches(
    report: rdflib.Graph, texts: Mapping[Node, str], data: TripleArrays, model: Model,
    shapes: Shapes,
) -> Iterator[ResultBatch]:  # fmt: skip
    """Return the results of a report, one batch for each constraint of a shape."""
    rows_of: dict[tuple[Term, Constraint], list[_PyShaclRow]] = {}

    def text_of(term: Any) -> str:
        return texts.get(term) or from_rdflib(term).n3()

    for node in report.objects(None, to_rdflib(SH.result)):
        parts: dict[Term, Any] = {from_rdflib(p): o for p, o in report.predicate_objects(node)}
        shape = model.shapes[from_rdflib(parts[SH.sourceShape])]
        source, value = parts.get(SH.sourceConstraint), parts.get(SH.value)
        constraint = _constraint_of(
            shape,
            from_rdflib(parts[SH.sourceConstraintComponent]),
            None if source is None else from_rdflib(source),
        )
        path = parts.get(SH.resultPath)
        own = isinstance(path, rdflib.URIRef) and from_rdflib(path) != shape.path
        messages = sorted(map(str, report.objects(node, to_rdflib(SH.resultMessage))))
        row = _PyShaclRow(
            text_of(parts[SH.focusNode]), None if value is None else text_of(value),
            text_of(path) if own else None, _fill(_templates(shapes, shape, constraint), messages),
        )  # fmt: skip
        rows_of.setdefault((shape.node, constraint), []).append(row)
    for (name, constraint), rows in rows_of.items():
        paths = _places(data, [row.path for row in rows])
        yield ResultBatch(
            model.shapes[name], constraint, _places(data, [row.focus for row in rows]),
            _places(data, [row.value for row in rows]), paths if (paths >= 0).any() else None,
            tuple(row.messages for row in rows) if any(row.messages for row in rows) else (),
        )  # fmt: skip


def _constraint_of(shape: Shape, component: Term, source: Term | None) -> Constraint:
    """Return the constraint that a result is of. An expression that calls a function is in no
    model: columns do not compile it."""
    for constraint in shape.constraints:
        node = constraint.query.node if isinstance(constraint, SparqlConstraint) else source
        if component_of(constraint) == component and node == source:
            return constraint
    return ExpressionConstraint(source or shape.node, NOTHING)


def _places(data: TripleArrays, texts: Sequence[str | None]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the numbers of terms, -1 for none."""
    there = [n for n, text in enumerate(texts) if text is not None]
    places = np.full(len(texts), -1, np.int64)
    places[there] = data.number_new([text for text in texts if text is not None])
    return places


def _templates(shapes: Shapes, shape: Shape, constraint: Constraint) -> Messages:
    """Return the messages of a query, or of its shape: only theirs have placeholders."""
    if not isinstance(constraint, SparqlConstraint | Custom):
        return ()
    own = messages_of({text.language: text.value for text in constraint.query.messages})
    return own or shapes.messages_of(shape.node)


def _fill(templates: Messages, texts: Sequence[str]) -> Messages:
    """Return messages by language with their placeholders filled; none if no template has any.
    pySHACL drops the language of a message that it fills: the template restores it."""
    if not any("{" in template for _, template in templates):
        return ()
    return messages_of(
        {
            language: next((text for text in texts if _fills(template, text)), template)
            for language, template in templates
        }
    )


def _fills(template: str, message: str) -> bool:
    """Say whether `message` is `template` with its placeholders `{?name}` filled (SHACL §5.2.1)."""
    fixed = re.split(r"\{[?$]\w+\}", template)
    return re.fullmatch(".*".join(map(re.escape, fixed)), message, re.S) is not None


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the loggers of the libraries from printing; they are as they were afterwards."""
    loggers = [logging.getLogger(name) for name in _NOISY]
    before = [logger.disabled for logger in loggers]
    for logger in loggers:
        logger.disabled = True
    try:
        yield
    finally:
        for logger, was in zip(loggers, before, strict=True):
            logger.disabled = was


class PreparedGraph(rdflib.Graph):
    """An rdflib graph that parses each query text once. pySHACL sends the text of a SPARQL
    constraint once for each focus node, and rdflib parses five to ten times as long as it
    answers."""

    def __init__(self) -> None:
        super().__init__()
        self._prepared: dict[str, Query] = {}
        self._spaces = dict(self.namespaces())

    def query(
        self, query_object: str | Query, processor: Any = "sparql", result: Any = "sparql",
        initNs: Mapping[str, Any] | None = None, *rest: Any, **options: Any,
    ) -> Result:  # fmt: skip
        """Answer a query as rdflib does; a text asked before is not parsed again."""
        if isinstance(query_object, str):
            refuse_service(query_object)
            query_object = self._query(query_object) if not initNs else query_object
        return super().query(
            query_object, processor, result, initNs or self._spaces, *rest, **options
        )

    def _query(self, text: str) -> Query:
        if text not in self._prepared:
            query = prepareQuery(text, initNs=self._spaces)
            if query.algebra.datasetClause:  # rdflib would fetch what FROM names
                raise QueryError("not-allowed-here", term="FROM")
            self._prepared[text] = query
        return self._prepared[text]
