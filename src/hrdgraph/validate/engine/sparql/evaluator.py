"""SPARQL constraints and their focus nodes → results, one query for as many focus nodes as its
meaning allows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from hrdgraph.errors import QueryError
from hrdgraph.rdf import IRI, Literal, Term
from hrdgraph.store.worker_process import QueryProcess, Row
from hrdgraph.validate.engine.columns.data import BLANK_KIND, TripleArrays
from hrdgraph.validate.engine.columns.relation import Ids, Pairs, member, nodes_of
from hrdgraph.validate.engine.model.shapes import ConstraintQuery, Custom, Shape, SparqlConstraint
from hrdgraph.validate.engine.queries.prebinding import ROW, Bound, bound_queries, open_query
from hrdgraph.validate.engine.queries.scanner import scan
from hrdgraph.validate.engine.queries.structure import QueryStructure
from hrdgraph.validate.engine.reading.shape_reader import ShapeReader
from hrdgraph.validate.engine.results.result_columns import Places, ResultBatch
from hrdgraph.validate.engine.sparql.message_templates import filled_messages
from hrdgraph.validate.engine.sparql.projection import SHAPES_GRAPH, Projection
from hrdgraph.validate.engine.sparql.semijoin import triples_for
from hrdgraph.validate.shapes import Shapes

RESULT = ("this", "value", "path")  # the variables that make results
# focus nodes up to which they are written into the query, rather than picked from the answer for
# all
FEW = 100


class Asker:
    """Asks the queries of shapes, apart from this process."""

    def __init__(self, data: TripleArrays, shapes: Shapes, apart: QueryProcess) -> None:
        self.data, self.shapes, self.apart = data, shapes, apart
        self.said = ShapeReader(shapes)

    def targets(self, query: ConstraintQuery, parameters: Mapping[str, Term]) -> Ids:
        """What the SELECT of a SPARQL target finds as ?this, as far as the graph has it."""
        rows = self._rows(query, {}, parameters)
        places = rows.column("this")
        return nodes_of(
            places[(places >= 0) & (places < self.data.size)].astype(np.uint32), self.data.size
        )

    def batch(
        self, shape: Shape, constraint: SparqlConstraint | Custom, focus: Ids, pairs: Pairs
    ) -> ResultBatch:
        """The results of a constraint. Raises OntologyError where the query fails."""
        query = constraint.query
        constants: dict[str, Term] = {"currentShape": shape.node, "shapesGraph": SHAPES_GRAPH}
        constants |= constraint.parameters if isinstance(constraint, Custom) else {}
        try:
            if query.ask:
                return self._asked(shape, constraint, pairs, constants)
            return self._selected(
                shape, constraint, self._rows(query, {"this": focus}, constants), focus
            )
        except QueryError as error:
            raise self.said.wrong(shape.node, error.message, error.advice) from error

    def _asked(
        self,
        shape: Shape,
        constraint: SparqlConstraint | Custom,
        pairs: Pairs,
        constants: Mapping[str, Term],
    ) -> ResultBatch:
        """The pairs for which the ASK of a validator answers false (§6.3)."""
        rows = self._rows(
            constraint.query, {"this": pairs.left, "value": pairs.right}, constants, names=()
        )
        answers = (row[ROW] for row in rows.terms)
        wrong = np.ones(len(pairs), np.bool_)
        wrong[[int(term.value) for term in answers if isinstance(term, Literal)]] = False
        focus, values = (column[wrong].astype(np.int64) for column in (pairs.left, pairs.right))
        bare = SolutionRows(
            self.data, [{} for _ in range(len(focus))], {"this": focus, "value": values}
        )
        return ResultBatch(
            shape,
            constraint,
            focus,
            values,
            None,
            filled_messages(self.shapes, shape, constraint, bare, constants),
        )

    def _selected(
        self, shape: Shape, constraint: SparqlConstraint | Custom, rows: SolutionRows, focus: Ids
    ) -> ResultBatch:
        """A result for each solution (§5.3.2)."""
        if any(
            isinstance(term := row.get("failure"), Literal) and term.value in ("true", "1")
            for row in rows.terms
        ):
            raise QueryError("query-reports-failure")
        chosen = np.flatnonzero(
            member(rows.column("this").astype(np.uint32), focus, self.data.size + len(rows))
        )
        rows = rows.take(chosen)
        this, values, paths = rows.column("this"), rows.column("value"), rows.column("path")
        if shape.path is None:
            values = np.where(values < 0, this, values)
        messages = filled_messages(self.shapes, shape, constraint, rows, {})
        return ResultBatch(
            shape, constraint, this, values, paths if (paths >= 0).any() else None, messages
        )

    def solutions(
        self, query: ConstraintQuery, focus: Ids | None, names: tuple[str, ...]
    ) -> SolutionRows:
        """The solutions for focus nodes, or all there are, with the numbers of these variables
        and of ?this."""
        if focus is None:
            return self._rows(query, {}, {}, names)
        rows = self._rows(query, {"this": focus}, {}, ("this", *names))
        return rows.take(np.flatnonzero(np.isin(rows.column("this"), focus)))

    def _rows(
        self,
        query: ConstraintQuery,
        columns: Mapping[str, Ids],
        constants: Mapping[str, Term],
        names: tuple[str, ...] = RESULT,
    ) -> SolutionRows:
        """The solutions for focus nodes (and value nodes) in `columns`, with one value for each
        of the `constants`, and the numbers of the variables in `names`.
        """
        scanned = scan(query.text)
        used = {name: term for name, term in constants.items() if name in scanned.variables}
        is_open = not used and not query.ask and _is_open(scanned, columns)
        blanks = not is_open and self._has_blanks(columns, used)
        texts = {name: self.data.texts(column) for name, column in columns.items()}
        bound = Bound(
            {name: column.to_list() for name, column in texts.items()} | _numbered(query, texts),
            used,
        )
        if not len(bound):
            return SolutionRows(self.data, [], {})
        known = {name: nodes_of(column, self.data.size) for name, column in columns.items()}
        known |= {name: self.data.numbers([term]) for name, term in used.items()}
        triples = triples_for(self.data, scanned, known)
        shapes = self.shapes if "shapesGraph" in used else None
        projection = Projection(
            self.data, triples, spoken=[*texts.values()], blanks=blanks, shapes=shapes
        )
        queries = (
            [open_query(query, scanned)]
            if is_open
            else bound_queries(query, scanned, bound, blanks=blanks)
        )
        terms = self.apart.solutions(projection.graphs, queries, blanks=blanks)
        return SolutionRows(
            self.data, terms, _places(self.data, projection, terms, scanned.renamed, names)
        )

    def _has_blanks(self, columns: Mapping[str, Ids], constants: Mapping[str, Term]) -> bool:
        named = any((self.data.kinds[column] == BLANK_KIND).any() for column in columns.values())
        return named or any(not isinstance(term, IRI | Literal) for term in constants.values())


def _numbered(query: ConstraintQuery, texts: Mapping[str, pl.Series]) -> dict[str, list[str]]:
    """The numbers of the rows that an ASK is asked for."""
    return {ROW: [str(n) for n in range(len(next(iter(texts.values()), ())))]} if query.ask else {}


def _is_open(scanned: QueryStructure, columns: Mapping[str, Ids]) -> bool:
    """Whether to ask for all nodes and pick the focus nodes from the answer: where they are
    many, and the query finds them itself."""
    size = len(next(iter(columns.values()), ()))
    return scanned.is_joinable(columns) and (not columns or (size > FEW and scanned.binds("this")))


def _places(
    data: TripleArrays,
    projection: Projection,
    rows: list[Row],
    made: frozenset[str],
    names: tuple[str, ...],
) -> dict[str, Places]:
    """The numbers of what was found for some variables, -1 where one is unbound. `made` are
    variables that the query computes; what others find is looked up as it was written, which the
    store does not keep.
    """
    found: dict[str, Places] = {}
    for name in dict.fromkeys(names):
        there = [
            (n, projection.text(term))
            for n, row in enumerate(rows)
            if (term := row.get(name)) is not None
        ]
        texts = [text for _, text in there]
        if name not in made and any(text.startswith('"') for text in texts):
            focus = found["this"][[n for n, _ in there]] if "this" in found else None
            texts = _as_written(data, projection, texts, focus)
        found[name] = np.full(len(rows), -1, np.int64)
        if there:
            found[name][[n for n, _ in there]] = data.made(texts)
    return found


def _as_written(
    data: TripleArrays, projection: Projection, texts: list[str], focus: Places | None
) -> list[str]:
    """The texts of literals as the data has them: where several are the same to the store, that
    which the focus node has."""
    known = data.find(pl.Series("term", texts, dtype=pl.String)) >= 0
    return [
        _chosen(
            data,
            [text] * bool(known[n]) + projection.originals.get(text, []),
            -1 if focus is None else int(focus[n]),
        )
        or text
        for n, text in enumerate(texts)
    ]


def _chosen(data: TripleArrays, candidates: list[str], focus: int) -> str:
    if len(candidates) < 2 or focus < 0:
        return candidates[0] if candidates else ""
    start, end = np.searchsorted(data.subjects, [focus, focus + 1])
    objects = data.objects[start:end]
    return next((text for text in candidates if data.place_of(text) in objects), candidates[0])


class SolutionRows:
    """Solutions as terms, and as numbers of terms for the variables that make results."""

    def __init__(self, data: TripleArrays, terms: list[Row], places: Mapping[str, Places]) -> None:
        self.data, self.terms, self._places = data, terms, places

    def __len__(self) -> int:
        return len(self.terms)

    def column(self, name: str) -> Places:
        """The numbers for a variable, -1 where it is unbound."""
        return self._places.get(name, np.full(len(self.terms), -1, np.int64))

    def texts(self, name: str) -> list[str]:
        """The N-Triples texts for a variable, as they stand in the data; empty where it is
        unbound."""
        places = self.column(name)
        there = np.flatnonzero(places >= 0)
        texts = [""] * len(places)
        for place, text in zip(
            there.tolist(), self.data.texts(places[there].astype(np.uint32)).to_list(), strict=True
        ):
            texts[place] = text
        return texts

    def take(self, rows: Places) -> SolutionRows:
        """Some of the rows."""
        if len(rows) == len(self.terms):
            return self
        return SolutionRows(
            self.data,
            [self.terms[n] for n in rows.tolist()],
            {name: places[rows] for name, places in self._places.items()},
        )
