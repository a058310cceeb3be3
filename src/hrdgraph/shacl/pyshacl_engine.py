"""The text of a query into a prepared query, once: an rdflib graph for engines that ask the same
of every focus node."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl
import rdflib
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result

from hrdgraph.catalogue import Message
from hrdgraph.errors import OntologyError, Origin, QueryError
from hrdgraph.findings.model import (
    Finding,
    Kind,
    Messages,
    Severity,
    in_order,
    messages_of,
)
from hrdgraph.rdf import IRI, ColumnGraph, Quad, Term, parse_term
from hrdgraph.shacl.shape_warnings import notices
from hrdgraph.shacl.shapes import Shapes, path_text
from hrdgraph.store.query_guards import refuse_service
from hrdgraph.vocab import RDFS, SH

if TYPE_CHECKING:
    from rdflib.term import Node


_SEVERITIES: dict[Term, Severity] = {SH.Warning: Severity.WARNING, SH.Info: Severity.INFO}
_DRESS = {
    SH.severity,
    SH.message,
    SH.name,
    SH.description,
    SH.order,
    SH.group,
    RDFS.label,
    RDFS.comment,
}
# they log tracebacks of what becomes a finding or an error here
_NOISY = ("rdflib.term", "pyshacl-validate")


class PySHACL:
    """pySHACL over an rdflib graph made from columns: each term once, no text parsed, nothing
    inferred, one pass."""

    def validate(self, graph: ColumnGraph, shapes: Shapes) -> list[Finding]:
        """Every SHACL result, and a warning for what looks like a mistake in the shapes;
        OntologyError for a bad shape."""
        with _quiet():
            data, terms = _graph(_triples(graph, shapes.background))
            report = _run(data, shapes)
            texts = {term: text for text, term in terms.items()} if len(report) else {}
            found = [
                _finding(_Result(report, node), shapes, texts)
                for node in report.objects(None, _rdf(SH.result))
            ]
        return in_order({*found, *notices(graph, shapes)})


def _triples(graph: ColumnGraph, background: ColumnGraph) -> ColumnGraph:
    """Data and background as one set of triples: SHACL knows no named graphs."""
    texts = pl.concat([graph.text(), background.text()])
    return ColumnGraph.from_text(texts.with_columns(g=pl.lit("")))


def _rdf(term: Term) -> Any:
    from hrdgraph.rdfio.rdflib_terms import to_rdflib  # loads rdflib

    return to_rdflib(term)


def _graph(triples: ColumnGraph) -> tuple[rdflib.Graph, dict[str, Node]]:
    """An rdflib graph of triples in columns, and its terms by their N-Triples text."""

    made: dict[str, Node] = {text: _rdf(parse_term(text)) for text in triples.terms if text}
    terms: list[Any] = [made.get(text) for text in triples.terms]
    graph = PreparedGraph()
    for s, p, o, _ in triples.quads.iter_rows():
        graph.store.add((terms[s], terms[p], terms[o]), graph)
    return graph, made


def _shapes_graph(quads: Iterable[Quad]) -> rdflib.Graph:
    import rdflib

    graph = rdflib.Graph()
    for quad in _judging(list(quads)):
        graph.add((_rdf(quad.subject), _rdf(quad.predicate), _rdf(quad.object)))
    return graph


def _judging(quads: list[Quad]) -> list[Quad]:
    """The quads that decide what is found. pySHACL walks through all that is said of a shape for
    every node it looks at, so what only dresses a result (severity, fixed messages, names) stays
    here and is put on afterwards.
    """
    shapes = {
        quad.subject
        for quad in quads
        if quad.predicate == SH.path or quad.object in (SH.NodeShape, SH.PropertyShape)
    }
    return [
        quad
        for quad in quads
        if quad.subject not in shapes or quad.predicate not in _DRESS or "{" in quad.object.n3()
    ]


def _run(data: rdflib.Graph, shapes: Shapes) -> rdflib.Graph:
    """The validation report; OntologyError that names the shape when pySHACL cannot work with
    it."""
    try:
        return _report(data, shapes.quads)
    except MemoryError:
        raise
    except Exception as error:  # pySHACL and rdflib raise whatever they stumble over
        raise _bad_shape(data, shapes, error) from error


def _report(data: rdflib.Graph, quads: Iterable[Quad]) -> rdflib.Graph:
    import pyshacl

    _, report, _ = pyshacl.validate(
        data, shacl_graph=_shapes_graph(quads), advanced=False, inference="none", inplace=True
    )
    if isinstance(report, BaseException):
        raise report
    return report  # type: ignore[no-any-return]


def _bad_shape(data: rdflib.Graph, shapes: Shapes, error: Exception) -> OntologyError:
    """What pySHACL said, plainly, with the place of the smallest shape that alone makes it fail."""
    culprit = next((shape for shape, quads in _alone(shapes) if _fails(data, quads)), None)
    place = shapes.place_of(culprit) if culprit else Origin(shapes.files[0].file.rpartition("/")[0])
    fact, _, link = str(error).strip().partition("\n")
    told = Message("shape-unusable", fact=fact or type(error).__name__)
    hint = link.strip().removeprefix("For reference, see ")
    origin = replace(place, node=f"<{culprit.value}>" if culprit else None)
    return OntologyError(
        told,
        origin=origin,
        hint=Message("see-address", address=hint) if hint.startswith("http") else Message(""),
    )


def _alone(shapes: Shapes) -> list[tuple[IRI, list[Quad]]]:
    """Each shape that has an IRI with the quads that it reaches, smallest first."""
    about: dict[Term, list[Quad]] = {}
    for quad in shapes.quads:
        about.setdefault(quad.subject, []).append(quad)
    parts = [(subject, _reached(subject, about)) for subject in about if isinstance(subject, IRI)]
    return sorted(parts, key=lambda part: (len(part[1]), part[0].value))


def _reached(start: Term, about: dict[Term, list[Quad]]) -> list[Quad]:
    seen: dict[Term, None] = {start: None}
    quads: list[Quad] = []
    waiting = [start]
    while waiting:
        for quad in about.get(waiting.pop(), []):
            quads.append(quad)
            if quad.object not in seen:
                seen[quad.object] = None
                waiting.append(quad.object)
    return quads


def _fails(data: rdflib.Graph, quads: list[Quad]) -> bool:
    try:
        _report(data, quads)
    except Exception:  # the same as above: here the question is only whether it does
        return True
    return False


class _Result:
    """One sh:ValidationResult of pySHACL's report, by property."""

    def __init__(self, report: rdflib.Graph, node: Node) -> None:
        self._report, self._node = report, node

    def all(self, predicate: IRI) -> list[Any]:
        return list(self._report.objects(self._node, _rdf(predicate)))

    def one(self, predicate: IRI) -> Any:
        return self._report.value(self._node, _rdf(predicate))


def _finding(result: _Result, shapes: Shapes, texts: dict[Node, str]) -> Finding:
    shape = _ours(result.one(SH.sourceShape))
    value = result.one(SH.value)
    return Finding(
        severity=next(
            (
                _SEVERITIES.get(term, Severity.VIOLATION)
                for term in shapes.objects(shape, SH.severity)
            ),
            Severity.VIOLATION,
        ),
        kind=Kind.SHACL,
        rule=shapes.rule_of(shape),
        messages=_messages(result, shape, shapes),
        focus=_bare(_text(result.one(SH.focusNode), texts)),
        path=_path(result, shape, shapes),
        value=None if value is None else _text(value, texts),
        place=shapes.place_of(shape),
        component=str(result.one(SH.sourceConstraintComponent))
        .removeprefix(str(SH))
        .removesuffix("ConstraintComponent"),
    )


def _path(result: _Result, shape: Term, shapes: Shapes) -> str | None:
    found = result.one(SH.resultPath)
    if found is None:
        return None
    path = _ours(found)
    return (
        path.value
        if isinstance(path, IRI)
        else shapes.path_of(shape) or path_text(path, shapes.objects)
    )


def _messages(result: _Result, shape: Term, shapes: Shapes) -> Messages:
    """The messages by language: those of the constraint, else of the shape, else what pySHACL
    says of its own.

    pySHACL drops the language of a message whose placeholders it fills: the template gives it back.
    """
    constraint = result.one(SH.sourceConstraint)
    templates = (
        shapes.messages_of(_ours(constraint)) if constraint is not None else ()
    ) or shapes.messages_of(shape)
    said = sorted(str(message) for message in result.all(SH.resultMessage))
    if not templates:
        return messages_of({"": " ".join(said)}) if said else ()
    return messages_of(
        {
            tag: next((text for text in said if _fills(template, text)), template)
            for tag, template in templates
        }
    )


def _fills(template: str, message: str) -> bool:
    """Whether `message` is `template` with its placeholders `{?name}` filled (SHACL §5.2.1)."""
    fixed = re.split(r"\{[?$]\w+\}", template)
    return re.fullmatch(".*".join(map(re.escape, fixed)), message, re.S) is not None


def _text(term: Node, texts: dict[Node, str]) -> str:
    """The N-Triples text as it stands in the columns; a term that only the shapes have is
    written anew."""
    return texts.get(term) or _ours(term).n3()


def _ours(term: Any) -> Term:
    from hrdgraph.rdfio.rdflib_terms import from_rdflib

    return from_rdflib(term)


def _bare(text: str) -> str:
    return text[1:-1] if text.startswith("<") else text


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
    constraint once for each focus node, and parsing takes rdflib five to ten times as long as
    answering.
    """

    def __init__(self) -> None:
        super().__init__()
        self._prepared: dict[str, Query] = {}
        self._spaces = dict(self.namespaces())

    def query(
        self,
        query_object: str | Query,
        processor: Any = "sparql",
        result: Any = "sparql",
        initNs: Mapping[str, Any] | None = None,
        *rest: Any,
        **options: Any,
    ) -> Result:
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
                raise QueryError("shape-query-from")
            self._prepared[text] = query
        return self._prepared[text]
