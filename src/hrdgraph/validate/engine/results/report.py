"""Results in columns → a standard sh:ValidationReport as quads (§3.6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, count, repeat

from hrdgraph.rdf import IRI, BlankNode, Literal, Quad, Subject, Term, parse_term
from hrdgraph.validate.engine.columns.data import TripleArrays
from hrdgraph.validate.engine.model.paths import AlternativePath, Inverse, Path, RepeatedPath
from hrdgraph.validate.engine.model.paths import Sequence as Steps
from hrdgraph.validate.engine.results.result_columns import (
    ResultBatch,
    blocks_of,
    messages_for,
    rows_of,
)
from hrdgraph.validate.findings.model import Messages
from hrdgraph.validate.shapes import Shapes
from hrdgraph.vocab import RDF, SH, XSD

REPORT = BlankNode("report")
_REPEATED = {"*": SH.zeroOrMorePath, "+": SH.oneOrMorePath, "?": SH.zeroOrOnePath}


def report_quads(
    data: TripleArrays, shapes: Shapes, batches: Sequence[ResultBatch], *, conforms: bool
) -> Iterator[Quad]:
    """The report, result by result. Every result has a blank node of its own, and a longer path
    is written out for each."""
    yield Quad(REPORT, RDF.type, SH.ValidationReport)
    yield Quad(REPORT, SH.conforms, Literal("true" if conforms else "false", XSD.boolean.value))
    names = (BlankNode(f"report{n}") for n in count())
    for batch in batches:
        for part in blocks_of(batch):
            yield from batch_quads(data, shapes, part, names)


def batch_quads(
    data: TripleArrays, shapes: Shapes, batch: ResultBatch, names: Iterator[BlankNode]
) -> Iterator[Quad]:
    """The results of a batch; `names` are for them and their paths."""
    rows = rows_of(data, batch)
    shared = messages_for(batch, shapes)
    messages = batch.messages or (shared,) * len(batch)
    fixed = fixed_parts(batch)
    times = [1] * len(batch) if batch.times is None else batch.times.tolist()
    for focus, value, path, words in chain.from_iterable(
        map(repeat, zip(rows.focus, rows.values, rows.paths, messages, strict=True), times)
    ):
        result = next(names)
        yield Quad(REPORT, SH.result, result)
        yield Quad(result, SH.focusNode, parse_term(focus))
        for predicate, term in fixed:
            yield Quad(result, predicate, term)
        if value is not None:
            yield Quad(result, SH.value, parse_term(value))
        yield from _path_of(result, batch, path, names)
        yield from _said(result, words)


def fixed_parts(batch: ResultBatch) -> list[tuple[IRI, Term]]:
    """What all results of a batch say."""
    said: list[tuple[IRI, Term]] = [
        (RDF.type, SH.ValidationResult),
        (SH.resultSeverity, batch.shape.severity),
        (SH.sourceShape, batch.shape.node),
        (SH.sourceConstraintComponent, batch.component),
    ]
    return said + ([] if batch.source is None else [(SH.sourceConstraint, batch.source)])


def _path_of(
    result: Subject, batch: ResultBatch, own: str | None, names: Iterator[BlankNode]
) -> Iterator[Quad]:
    if own is not None:
        yield Quad(result, SH.resultPath, parse_term(own))
    elif batch.shape.path is not None:
        node, quads = path_quads(batch.shape.path, names)
        yield Quad(result, SH.resultPath, node)
        yield from quads


def _said(result: Subject, messages: Messages) -> Iterator[Quad]:
    for language, text in messages:
        yield Quad(
            result,
            SH.resultMessage,
            Literal(text, RDF.langString.value, language) if language else Literal(text),
        )


def path_quads(path: Path, names: Iterator[BlankNode]) -> tuple[Subject, list[Quad]]:
    """The node of a path, and what is said of it where it is no predicate (§2.3.1)."""
    match path:
        case IRI():
            return path, []
        case Steps(steps):
            return _list(steps, names)
        case AlternativePath(choices):
            return _around(SH.alternativePath, _list(choices, names), names)
        case Inverse(inner):
            return _around(SH.inversePath, path_quads(inner, names), names)
        case RepeatedPath(inner, mark):
            return _around(_REPEATED[mark], path_quads(inner, names), names)


def _around(
    predicate: IRI, inner: tuple[Subject, list[Quad]], names: Iterator[BlankNode]
) -> tuple[Subject, list[Quad]]:
    node = next(names)
    return node, [Quad(node, predicate, inner[0]), *inner[1]]


def _list(paths: Iterable[Path], names: Iterator[BlankNode]) -> tuple[Subject, list[Quad]]:
    rest: Subject = RDF.nil
    quads: list[Quad] = []
    for path in reversed(list(paths)):
        first, more = path_quads(path, names)
        node = next(names)
        quads = [Quad(node, RDF.first, first), Quad(node, RDF.rest, rest), *more, *quads]
        rest = node
    return rest, quads
