"""Results in columns, their findings, and their messages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from hrdgraph.catalogue import Message, has_sentence, phrase
from hrdgraph.findings.model import (
    Finding,
    Kind,
    Messages,
    Severity,
    messages_of,
    readable,
    render_all,
    short,
)
from hrdgraph.rdf import IRI, Term, parse_term
from hrdgraph.shacl.graph_data import TripleArrays, distinct
from hrdgraph.shacl.model import (
    ClassOf,
    Constraint,
    CountConstraint,
    Custom,
    DatatypeConstraint,
    ExpressionConstraint,
    HasValue,
    In,
    PatternConstraint,
    QualifiedCount,
    Range,
    Shape,
    SparqlConstraint,
    component_of,
)
from hrdgraph.shacl.shapes import Shapes
from hrdgraph.vocab import SH

if TYPE_CHECKING:
    from numpy.typing import NDArray


_WORD_START: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def default_messages(constraint: Constraint) -> Messages:
    """Return the message of a constraint in English, Spanish and French."""
    name = _WORD_START.sub("-", constraint.name).lower().removeprefix("qualified-")
    code, about = f"demands-{name}", _about(constraint)
    if has_sentence(code) and (about or "{value}" not in phrase(code, "en")):
        return render_all(Message("breaks-demand", what=Message(code, value=about)))
    return render_all(Message("breaks-rule"))


def _about(constraint: Constraint) -> str:
    match constraint:
        case ClassOf(term) | HasValue(term):
            return readable(term.n3())
        case DatatypeConstraint(iri):
            return short(iri.value)
        case CountConstraint() | QualifiedCount():
            return str(constraint.limit)
        case Range():
            return constraint.limit.value
        case PatternConstraint(text):
            return text
        case In(terms):
            return ", ".join(readable(term.n3()) for term in terms)
    return ""


Places: TypeAlias = "NDArray[np.int64]"
_BLOCK = 1 << 14  # rows whose texts are read at once
_SEVERITIES = {SH.Warning: Severity.WARNING, SH.Info: Severity.INFO}


@dataclass(frozen=True, slots=True, eq=False)
class ResultBatch:
    """The results of one constraint of one shape, a row each: numbers of terms, -1 for none.
    `paths` if rows differ in it, `messages` if SPARQL has filled them in, `times` if a row is
    several results: an inner property shape has one for each value node that leads to its focus
    node (§4.7.2), sh:lessThan one for each pair (§4.5.3)."""

    shape: Shape
    constraint: Constraint
    focus: Places
    values: Places
    paths: Places | None = None
    messages: tuple[Messages, ...] = field(default=())
    times: Places | None = None

    def __len__(self) -> int:
        return len(self.focus)

    def repeat(self, times: Places) -> ResultBatch:
        """Repeat each row so many times."""
        return replace(self, times=times if self.times is None else times * self.times)

    @property
    def component(self) -> IRI:
        return component_of(self.constraint)

    @property
    def source(self) -> Term | None:
        """Return the sh:sourceConstraint."""
        if isinstance(self.constraint, SparqlConstraint):
            return self.constraint.query.node
        return self.constraint.node if isinstance(self.constraint, ExpressionConstraint) else None


@dataclass(frozen=True, slots=True, eq=False)
class ResultRows:
    """The terms of a batch as N-Triples texts, None for none."""

    focus: list[str]
    values: list[str | None]
    paths: list[str | None]


def rows_of(data: TripleArrays, batch: ResultBatch) -> ResultRows:
    """Return the texts of a batch, reading each column at once."""
    empty = np.full(len(batch), -1, np.int64)
    columns = [
        texts_of(data, column)
        for column in (batch.focus, batch.values, empty if batch.paths is None else batch.paths)
    ]
    return ResultRows([text or "" for text in columns[0]], columns[1], columns[2])


def texts_of(data: TripleArrays, places: Places) -> list[str | None]:
    """Return the N-Triples texts of a column, None for none."""
    there = np.flatnonzero(places >= 0)
    texts: list[str | None] = [None] * len(places)
    if len(there) == len(places):
        return list(data.texts(places.astype(np.uint32)).to_list())
    for place, text in zip(
        there.tolist(), data.texts(places[there].astype(np.uint32)).to_list(), strict=True
    ):
        texts[place] = text
    return texts


def severity_of(batch: ResultBatch) -> Severity:
    """Return the severity of a shape; other ones than SHACL's three count as violations."""
    return _SEVERITIES.get(batch.shape.severity, Severity.VIOLATION)


def take(batch: ResultBatch, rows: NDArray[np.intp]) -> ResultBatch:
    """Return some of the rows of a batch."""
    paths, times = (
        None if column is None else column[rows] for column in (batch.paths, batch.times)
    )
    messages = tuple(batch.messages[n] for n in rows.tolist()) if batch.messages else ()
    return ResultBatch(
        batch.shape, batch.constraint, batch.focus[rows], batch.values[rows], paths, messages, times
    )


def blocks_of(batch: ResultBatch) -> Iterator[ResultBatch]:
    """Yield the batch in parts of a few thousand rows."""
    for start in range(0, len(batch), _BLOCK):
        yield take(batch, np.arange(start, min(start + _BLOCK, len(batch))))


def findings_of(data: TripleArrays, batch: ResultBatch, shapes: Shapes) -> Iterator[Finding]:
    """Yield a finding for each row, equal ones once, made a few thousand at a time."""
    keys = (batch.focus.astype(np.uint64) << np.uint64(32)) | (batch.values + 1).astype(np.uint64)
    are_distinct = batch.paths is None and not batch.messages and len(distinct(keys)) == len(keys)
    earlier: set[Finding] | None = None if are_distinct else set()
    for finding, _ in findings_with_counts(data, batch, shapes):
        if earlier is None:
            yield finding
        elif finding not in earlier:
            earlier.add(finding)
            yield finding


def findings_with_counts(
    data: TripleArrays, batch: ResultBatch, shapes: Shapes
) -> Iterator[tuple[Finding, int]]:
    """Yield a finding for each row with the number of its results."""
    node = batch.shape.node
    rule, place, path = shapes.rule_of(node), shapes.place_of(node), shapes.path_of(node)
    severity, shared = severity_of(batch), messages_for(batch, shapes)
    component = batch.component.value.removeprefix(str(SH)).removesuffix("ConstraintComponent")
    for part in blocks_of(batch):
        rows = rows_of(data, part)
        filled = part.messages or (shared,) * len(part)
        times = [1] * len(part) if part.times is None else part.times.tolist()
        for focus, value, own, messages, number in zip(
            rows.focus, rows.values, rows.paths, filled, times, strict=True
        ):
            yield (
                Finding(
                    severity=severity,
                    kind=Kind.SHACL,
                    rule=rule,
                    messages=messages or shared,
                    focus=bare(focus),
                    path=bare(own) if own else path,
                    value=value,
                    place=place,
                    component=component,
                ),
                number,
            )


def messages_for(batch: ResultBatch, shapes: Shapes) -> Messages:
    """Return the messages of the constraint, else of the shape, else our own."""
    constraint = batch.constraint
    terms = constraint.messages if isinstance(constraint, ExpressionConstraint) else ()
    terms = (
        constraint.query.messages if isinstance(constraint, SparqlConstraint | Custom) else terms
    )
    own = messages_of({term.language: term.value for term in terms})
    return own or shapes.messages_of(batch.shape.node) or default_messages(batch.constraint)


def bare(text: str) -> str:
    """Return the name of a node in findings: an IRI without its brackets and escapes."""
    term = parse_term(text) if "\\" in text and text.startswith("<") else None
    if isinstance(term, IRI):
        return term.value
    return text[1:-1] if text.startswith("<") else text
