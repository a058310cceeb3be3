"""A rule and focus nodes → the triples that it makes, as numbers of terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from hrdgraph.errors import HrdgraphError
from hrdgraph.rdf import BlankNode, Term
from hrdgraph.validate.engine.columns.closure import TooManyPairs
from hrdgraph.validate.engine.columns.data import BLANK_KIND, IRI_KIND, LITERAL_KIND, TripleArrays
from hrdgraph.validate.engine.columns.expression_nodes import in_parts
from hrdgraph.validate.engine.columns.relation import Ids, expand, spans
from hrdgraph.validate.engine.model.rules import Place, QueryRule, ShapeRule, TripleRule, Variable
from hrdgraph.validate.engine.results.result_columns import Places
from hrdgraph.validate.engine.sparql.evaluator import Asker
from hrdgraph.validate.engine.sparql.semijoin import TripleColumns

if TYPE_CHECKING:
    from numpy.typing import NDArray

_KINDS: Final = {"<": IRI_KIND, "_": BLANK_KIND, '"': LITERAL_KIND}


class Runner(Protocol):
    """What rules ask: of data, of shapes, and with queries."""

    data: TripleArrays
    asker: Asker

    def failing(self, node: Term, focus: Ids) -> Ids:
        """Which nodes do not conform to a shape."""
        ...


def made_by(runner: Runner, rule: ShapeRule, focus: Ids) -> Iterator[TripleColumns]:
    """What a rule makes of the focus nodes that conform to its conditions; only what RDF allows.
    Raises HrdgraphError."""
    for condition in rule.conditions:
        focus = np.setdiff1d(focus, runner.failing(condition, focus), assume_unique=True)
    if not len(focus):
        return
    try:
        parts = (
            _of_triple_rule(runner, rule.made, focus)
            if isinstance(rule.made, TripleRule)
            else _of_query(runner, rule, rule.made, focus)
        )
        yield from (_allowed(runner.data, part) for part in parts)
    except TooManyPairs as error:
        hint = "write-paths-without-star"
        raise HrdgraphError("rule-leads-too-far", hint=hint) from error


def _of_triple_rule(runner: Runner, made: TripleRule, focus: Ids) -> Iterator[TripleColumns]:
    for _, (subjects, predicates, objects) in in_parts(
        runner, (made.subject, made.predicate, made.object), focus
    ):
        run, places = expand(*spans(subjects.left, predicates.left))
        nodes, s, p = subjects.left[run], subjects.right[run], predicates.right[places]
        run, places = expand(*spans(nodes, objects.left))
        yield TripleColumns(s[run], p[run], objects.right[places])


def _of_query(
    runner: Runner, rule: ShapeRule, made: QueryRule, focus: Ids
) -> Iterator[TripleColumns]:
    rows = runner.asker.solutions(made.query, focus if made.of_focus else None, made.selected)
    columns = {name: rows.column(name) for name in made.selected}
    named = _BlankNodeNames(runner.data, rule, columns, len(rows))
    named.name_new()
    for triple in made.template:
        s, p, o = (named.column(place) for place in triple)
        bound = (s >= 0) & (p >= 0) & (o >= 0)
        yield TripleColumns(*(column[bound].astype(np.uint32) for column in (s, p, o)))


class _BlankNodeNames:
    """Solutions of a rule with names for the blank nodes that they make: names that say by what
    they were made, so that the same solution makes the same node again, and rules come to an
    end.
    """

    def __init__(
        self, data: TripleArrays, rule: ShapeRule, columns: dict[str, Places], size: int
    ) -> None:
        self.data, self.rule, self.columns, self.size = data, rule, columns, size

    def name_new(self) -> None:
        """Give names to what BNODE() has made."""
        fresh = {
            name: rows for name, column in self.columns.items() if len(rows := self._fresh(column))
        }
        keys = self._keys(fresh) if fresh else []
        for name, rows in fresh.items():
            self.columns[name] = self.columns[name].copy()
            self.columns[name][rows] = self.data.made(
                [self._label(name, keys[n]) for n in rows.tolist()]
            )

    def column(self, place: Place) -> Places:
        """The numbers of a place of the template, -1 where it is unbound."""
        if isinstance(place, Variable):
            return self.columns.get(place.name, np.full(self.size, -1, np.int64))
        if isinstance(place, BlankNode):
            return self.data.made([self._label(place.n3(), key) for key in self._keys(())])
        return np.full(self.size, self.data.made([place.n3()])[0])

    def _fresh(self, column: Places) -> NDArray[np.intp]:
        """The rows that hold a blank node which the data do not have."""
        rows = np.flatnonzero(column >= self.data.size)
        texts = self.data.texts(column[rows].astype(np.uint32))
        return rows[texts.str.starts_with("_:").to_numpy()] if len(rows) else rows

    def _keys(self, without: Iterable[str]) -> list[str]:
        """For each row, the texts of its variables, but for some."""
        names = sorted(self.columns.keys() - set(without))
        texts = [self._texts(self.columns[name]) for name in names]
        return ["\n".join(row) for row in zip(*texts, strict=True)] if texts else [""] * self.size

    def _texts(self, column: Places) -> list[str]:
        texts = (
            self.data.texts(np.maximum(column, 0).astype(np.uint32)).to_list()
            if self.data.size
            else []
        )
        return [
            text if place >= 0 else "" for text, place in zip(texts, column.tolist(), strict=True)
        ]

    def _label(self, name: str, key: str) -> str:
        told = "\n".join((self.rule.shape.n3(), self.rule.node.n3(), name, key))
        return f"_:d{blake2b(told.encode(), digest_size=10).hexdigest()}"


def _allowed(data: TripleArrays, triples: TripleColumns) -> TripleColumns:
    """The triples that RDF allows: no literal as subject, an IRI as predicate."""
    subjects, predicates = (_kinds(data, column) for column in (triples.s, triples.p))
    return triples.where((subjects != LITERAL_KIND) & (predicates == IRI_KIND))


def _kinds(data: TripleArrays, ids: Ids) -> NDArray[np.uint8]:
    """The kinds of terms, those that were just made among them."""
    known = ids < data.size
    kinds = data.kinds[np.where(known, ids, 0)] if data.size else np.zeros(len(ids), np.uint8)
    new = np.flatnonzero(~known)
    kinds[new] = [_KINDS[text[0]] for text in data.texts(ids[new]).to_list()]
    return kinds
