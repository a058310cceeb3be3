"""Run the queries of SHACL-SPARQL: one for as many focus nodes as its meaning allows, over as few
triples as it can need."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import polars as pl

from hrdgraph.errors import QueryError
from hrdgraph.findings.model import Messages, messages_of
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad, Term, parse_term
from hrdgraph.rdf.graph import COLUMNS
from hrdgraph.shacl.constraint_reader import ShapeReader
from hrdgraph.shacl.graph_data import (
    BLANK_KIND,
    IRI_KIND,
    NONE,
    Ids,
    Mask,
    Pairs,
    TripleArrays,
    column_of,
    distinct,
    member,
    nodes_of,
)
from hrdgraph.shacl.model import ConstraintQuery, Custom, Shape, SparqlConstraint
from hrdgraph.shacl.paths import sparql_path
from hrdgraph.shacl.queries import (
    ROW,
    Bound,
    QueryGroup,
    QueryStructure,
    TriplePattern,
    bound_queries,
    open_query,
    scan,
)
from hrdgraph.shacl.results import Places, ResultBatch
from hrdgraph.shacl.shapes import Shapes
from hrdgraph.store.blank_nodes import BLANK
from hrdgraph.store.contract import Solutions
from hrdgraph.store.oxigraph import OxigraphStore
from hrdgraph.store.worker_process import QueryProcess, Row

_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


class SolutionTable(Protocol):
    """Solutions by row."""

    @property
    def terms(self) -> list[dict[str, Term | None]]: ...

    def texts(self, name: str) -> list[str]: ...


def fill_messages(
    shapes: Shapes, shape: Shape, constraint: SparqlConstraint | Custom, rows: SolutionTable,
    constants: Mapping[str, Term],
) -> tuple[Messages, ...]:  # fmt: skip
    """Return the messages of each row; none if all rows have the same. A value of ?message goes
    first."""
    own = messages_of({term.language: term.value for term in constraint.query.messages})
    templates = own or shapes.messages_of(shape.node)
    if not any("message" in row for row in rows.terms) and not any(
        _PLACEHOLDER.search(text) for _, text in templates
    ):
        return ()
    values = {**constants, **(constraint.parameters if isinstance(constraint, Custom) else {})}
    if shape.path is not None:
        values["PATH"] = (
            shape.path if isinstance(shape.path, IRI) else Literal(sparql_path(shape.path))
        )
    this, value = rows.texts("this"), rows.texts("value")
    return tuple(
        _fill(templates, {**values, **row, **_read(this=this[n], value=value[n])})
        for n, row in enumerate(rows.terms)
    )


def _read(**texts: str) -> dict[str, Term]:
    return {name: parse_term(text) for name, text in texts.items() if text}


def _fill(templates: Messages, row: Mapping[str, Term | None]) -> Messages:
    own = row.get("message")
    if isinstance(own, Literal):
        return ((own.language, own.value),)

    def words(match: re.Match[str]) -> str:
        term = row.get(match[1])
        if term is None:
            return match[0]
        return term.value if isinstance(term, IRI | Literal) else term.n3()

    return tuple((language, _PLACEHOLDER.sub(words, text)) for language, text in templates)


_ROUNDS = 2  # of restricting variables by one another; more rarely take away more
Domains = dict[str, Ids]


@dataclass(frozen=True, slots=True, eq=False)
class TripleColumns:
    """Subjects, predicates and objects."""

    s: Ids
    p: Ids
    o: Ids

    def where(self, mask: Mask) -> TripleColumns:
        """Return some of the triples."""
        return self if mask.all() else TripleColumns(self.s[mask], self.p[mask], self.o[mask])


def triples_for(
    data: TripleArrays, scanned: QueryStructure, columns: Mapping[str, Ids]
) -> TripleColumns:
    """Return every triple that a solution, or the test for one, can use. `columns` are variables
    with their values. The join of the outermost group restricts that group, its OPTIONAL parts
    and its EXISTS. Other groups have scopes of their own: only their predicates count."""
    reducer = _Reducer(data, scanned)
    if any(
        scanned.is_free(item) or (item.variable is None and item.predicates is None)
        for item in scanned.patterns
    ):
        return reducer.whole
    domains: dict[QueryGroup, Domains] = {}
    parts: list[TripleColumns] = []
    for group in scanned.groups:
        outer = dict(columns) if group.parent is None else domains.get(group.parent)
        own = [item for item in scanned.patterns if item.group is group]
        if outer is None or group.kind not in ("top", "exists", "optional") or scanned.subselects:
            parts += [reducer.triples_met(item, {}) for item in own]
        else:
            domains[group] = reducer.join(own, dict(outer))
            parts += [reducer.triples_met(item, domains[group]) for item in own]
    s, p, o = (
        np.concatenate([NONE, *columns])
        for columns in ([x.s for x in parts], [x.p for x in parts], [x.o for x in parts])
    )
    order = np.lexsort((o, p, s))
    s, p, o = s[order], p[order], o[order]
    keep = np.ones(len(s), np.bool_)
    keep[1:] = (s[1:] != s[:-1]) | (p[1:] != p[:-1]) | (o[1:] != o[:-1])
    return TripleColumns(s, p, o).where(keep)


class _Reducer:
    def __init__(self, data: TripleArrays, scanned: QueryStructure) -> None:
        self.data = data
        self.whole = TripleColumns(data.subjects, data.predicates, data.objects)
        named = {
            iri
            for item in scanned.patterns
            for iri in (item.iri, item.subject_iri, *(item.predicates or ()))
            if iri
        }
        places = data.find(pl.Series("term", sorted(named), dtype=pl.String)).tolist()
        self.numbers = {
            text: place for text, place in zip(sorted(named), places, strict=True) if place >= 0
        }

    def join(self, patterns: list[TriplePattern], domains: Domains) -> Domains:
        """Return the domains, restricted by the join of patterns."""
        if not any(item.zero for item in patterns):
            for item in [item for item in patterns if item.plain] * _ROUNDS:
                self.restrict(domains, item, self.triples_met(item, domains))
        return domains

    def restrict(self, domains: Domains, item: TriplePattern, met: TripleColumns) -> Domains:
        """Return the domains, with the variables of a pattern restricted to what it meets."""
        for name, column in ((item.subject, met.s), (item.variable, met.p), (item.object, met.o)):
            if name and name != "[]":
                domains[name] = nodes_of(column, self.data.size)
        return domains

    def triples_met(self, item: TriplePattern, domains: Domains) -> TripleColumns:
        """Return the triples that a pattern can meet; for a path, those of its predicates."""
        triples = self._of_predicates(item, domains)
        if not item.plain:
            return triples
        for column, name, iri in (
            ("s", item.subject, item.subject_iri),
            ("o", item.object, item.iri),
        ):
            allowed = self._set([iri]) if iri is not None else domains.get(name or "")
            if allowed is not None:
                triples = triples.where(member(getattr(triples, column), allowed, self.data.size))
        return triples

    def _of_predicates(self, item: TriplePattern, domains: Domains) -> TripleColumns:
        if item.variable is not None and item.variable not in domains:
            return self.whole
        chosen = (
            domains[item.variable]
            if item.variable is not None
            else self._set(item.predicates or ())
        )
        chosen = chosen[self.data.kinds[chosen] == IRI_KIND]
        pairs = [self.data.pairs(place) for place in chosen.tolist()]
        s, o = (
            np.concatenate([NONE, *columns])
            for columns in ([part.left for part in pairs], [part.right for part in pairs])
        )
        return TripleColumns(s, np.repeat(chosen, [len(part) for part in pairs]), o)

    def _set(self, texts: Iterable[str]) -> Ids:
        return distinct(
            np.array([self.numbers[text] for text in texts if text in self.numbers], np.uint32)
        )


SHAPES_GRAPH = IRI("urn:x-hrdgraph:shapes-graph")
_NUMBER = "urn:x-hrdgraph:number:"
_REWRITTEN = r'"(?:\^\^<|@.*[A-Z])'
_KEPT = (  # the commonest literals that it leaves as they are
    r'^"(?:(?:0|-?[1-9][0-9]{0,14})"\^\^<.*#integer|[0-9]{4}(?:-[0-9]{2}-[0-9]{2})?"\^\^<.*#(?:date|gYear)'
    r'|(?:true|false)"\^\^<.*#boolean)>$'
)


class Projection:
    """Graphs with some of the triples, and the way back from answers to terms as written. With
    `blanks`, blank nodes have IRIs, so that a query can name them. `spoken` are the texts of
    terms in the query itself."""

    def __init__(
        self, data: TripleArrays, triples: TripleColumns, *, spoken: Sequence[pl.Series],
        blanks: bool, shapes: Shapes | None,
    ) -> None:  # fmt: skip
        ends = (triples.s, triples.p, triples.o)
        used = nodes_of(np.concatenate(ends), data.size)
        texts = data.texts(used)
        if blanks:
            are = pl.Series((data.kinds[used] == BLANK_KIND).tolist(), dtype=pl.Boolean)
            texts = texts.zip_with(~are, "<" + BLANK + texts.str.slice(2) + ">")
        codes = [np.searchsorted(used, column).astype(np.uint32) + np.uint32(1) for column in ends]
        columns = [column_of(codes) for codes in (*codes, np.zeros(len(codes[0]), np.uint32))]
        quads = pl.DataFrame(
            [column.alias(name) for name, column in zip(COLUMNS, columns, strict=True)]
        )
        graph = ColumnGraph(
            pl.concat([pl.Series("term", [""], dtype=pl.String), texts.rename("term")]), quads
        )
        self._texts = [graph.terms, *spoken]
        self.graphs = [graph]
        if shapes is not None:
            named = (
                Quad(quad.subject, quad.predicate, quad.object, SHAPES_GRAPH)
                for quad in shapes.quads
            )
            self.graphs.append(ColumnGraph.from_quads(named))

    @cached_property
    def originals(self) -> Mapping[str, list[str]]:
        """Return the literals that the store rewrites (`1.50` becomes `1.5`), by their new form.
        Built when first needed."""
        literals = pl.concat(
            [
                texts.filter(texts.str.contains(_REWRITTEN) & ~texts.str.contains(_KEPT))
                for texts in self._texts
            ]
        )
        texts = literals.unique(maintain_order=True).to_list()
        rows = [(f"<{_NUMBER}{n}>", f"<{_NUMBER}>", text, "") for n, text in enumerate(texts)]
        with OxigraphStore.create() as store:
            store.add(
                ColumnGraph.from_text(
                    pl.DataFrame(rows, schema=dict.fromkeys("spog", pl.String), orient="row")
                )
            )
            answer = store.query("SELECT ?s ?o WHERE { ?s ?p ?o }")
        assert isinstance(answer, Solutions)
        originals: dict[str, list[str]] = {}
        for s, o in answer.rows:
            if isinstance(s, IRI) and isinstance(o, Literal):
                originals.setdefault(o.n3(), []).append(texts[int(s.value[len(_NUMBER) :])])
        return originals

    def text(self, term: Term) -> str:
        """Return the N-Triples text of a term of an answer, blank nodes under their own labels
        again."""
        if isinstance(term, IRI) and term.value.startswith(BLANK):
            return f"_:{term.value[len(BLANK) :]}"
        return term.n3()


RESULT = ("this", "value", "path")  # the variables that make results
# focus nodes up to which they are written into the query, rather than picked from the answer for
# all
FEW = 100


class Asker:
    """Runs the queries of shapes in another process."""

    def __init__(self, data: TripleArrays, shapes: Shapes, apart: QueryProcess) -> None:
        self.data, self.shapes, self.apart = data, shapes, apart
        self.facts = ShapeReader(shapes)

    def targets(self, query: ConstraintQuery, parameters: Mapping[str, Term]) -> Ids:
        """Return what the SELECT of a SPARQL target finds as ?this, as far as the graph has it."""
        places = self._rows(query, {}, parameters).column("this")
        return nodes_of(
            places[(places >= 0) & (places < self.data.size)].astype(np.uint32), self.data.size
        )

    def batch(
        self, shape: Shape, constraint: SparqlConstraint | Custom, focus: Ids, pairs: Pairs
    ) -> ResultBatch:
        """Return the results of a constraint. Raises OntologyError if the query fails."""
        query = constraint.query
        constants: dict[str, Term] = {"currentShape": shape.node, "shapesGraph": SHAPES_GRAPH}
        constants |= constraint.parameters if isinstance(constraint, Custom) else {}
        try:
            if query.ask:
                return self._check_pairs(shape, constraint, pairs, constants)
            return self._results_of(
                shape, constraint, self._rows(query, {"this": focus}, constants), focus
            )
        except QueryError as error:
            raise self.facts.wrong(shape.node, error.message, error.advice) from error

    def _check_pairs(
        self, shape: Shape, constraint: SparqlConstraint | Custom, pairs: Pairs,
        constants: Mapping[str, Term],
    ) -> ResultBatch:  # fmt: skip
        """Return the pairs for which the ASK of a validator answers false (§6.3)."""
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
            shape, constraint, focus, values, None,
            fill_messages(self.shapes, shape, constraint, bare, constants),
        )  # fmt: skip

    def _results_of(
        self, shape: Shape, constraint: SparqlConstraint | Custom, rows: SolutionRows, focus: Ids
    ) -> ResultBatch:
        """Return a result for each solution (§5.3.2)."""
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
        messages = fill_messages(self.shapes, shape, constraint, rows, {})
        return ResultBatch(
            shape, constraint, this, values, paths if (paths >= 0).any() else None, messages
        )

    def solutions(
        self, query: ConstraintQuery, focus: Ids | None, names: tuple[str, ...]
    ) -> SolutionRows:
        """Return the solutions for focus nodes, or all, with the numbers of these variables and of
        ?this."""
        if focus is None:
            return self._rows(query, {}, {}, names)
        rows = self._rows(query, {"this": focus}, {}, ("this", *names))
        return rows.take(np.flatnonzero(np.isin(rows.column("this"), focus)))

    def _rows(
        self, query: ConstraintQuery, columns: Mapping[str, Ids], constants: Mapping[str, Term],
        names: tuple[str, ...] = RESULT,
    ) -> SolutionRows:  # fmt: skip
        """Return the solutions for focus nodes (and value nodes) in `columns`, with one value for
        each of the `constants`, and the numbers of the variables in `names`."""
        scanned = scan(query.text)
        used = {name: term for name, term in constants.items() if name in scanned.variables}
        is_open = not used and not query.ask and _is_open(scanned, columns)
        blanks = not is_open and self._has_blanks(columns, used)
        texts = {name: self.data.texts(column) for name, column in columns.items()}
        bound = Bound(
            {name: column.to_list() for name, column in texts.items()} | _row_numbers(query, texts),
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


def _row_numbers(query: ConstraintQuery, texts: Mapping[str, pl.Series]) -> dict[str, list[str]]:
    """Return the numbers of the rows for an ASK."""
    return {ROW: [str(n) for n in range(len(next(iter(texts.values()), ())))]} if query.ask else {}


def _is_open(scanned: QueryStructure, columns: Mapping[str, Ids]) -> bool:
    """Say whether to query all nodes and pick the focus nodes from the answer: if they are many,
    and the query finds them itself."""
    size = len(next(iter(columns.values()), ()))
    return scanned.is_joinable(columns) and (not columns or (size > FEW and scanned.binds("this")))


def _places(
    data: TripleArrays, projection: Projection, rows: list[Row], computed: frozenset[str],
    names: tuple[str, ...],
) -> dict[str, Places]:  # fmt: skip
    """Return the numbers of values of some variables, -1 where one is unbound. `made` are
    variables that the query computes; values of others are looked up as written, which the
    store does not keep."""
    places_of: dict[str, Places] = {}
    for name in dict.fromkeys(names):
        there = [
            (n, projection.text(term))
            for n, row in enumerate(rows)
            if (term := row.get(name)) is not None
        ]
        texts = [text for _, text in there]
        if name not in computed and any(text.startswith('"') for text in texts):
            focus = places_of["this"][[n for n, _ in there]] if "this" in places_of else None
            texts = _as_written(data, projection, texts, focus)
        places_of[name] = np.full(len(rows), -1, np.int64)
        if there:
            places_of[name][[n for n, _ in there]] = data.number_new(texts)
    return places_of


def _as_written(
    data: TripleArrays, projection: Projection, texts: list[str], focus: Places | None
) -> list[str]:
    """Return literals as the data has them: of several that the store merges, the one of the focus
    node."""
    is_known = data.find(pl.Series("term", texts, dtype=pl.String)) >= 0
    return [
        _choose(
            data,
            [text] * bool(is_known[n]) + projection.originals.get(text, []),
            -1 if focus is None else int(focus[n]),
        )
        or text
        for n, text in enumerate(texts)
    ]


def _choose(data: TripleArrays, candidates: list[str], focus: int) -> str:
    if len(candidates) < 2 or focus < 0:
        return candidates[0] if candidates else ""
    start, end = np.searchsorted(data.subjects, [focus, focus + 1])
    objects = data.objects[start:end]
    return next((text for text in candidates if data.place_of(text) in objects), candidates[0])


class SolutionRows:
    """Solutions as terms, and as numbers of terms for the variables of results."""

    def __init__(self, data: TripleArrays, terms: list[Row], places: Mapping[str, Places]) -> None:
        self.data, self.terms, self._places = data, terms, places

    def __len__(self) -> int:
        return len(self.terms)

    def column(self, name: str) -> Places:
        """Return the numbers for a variable, -1 where it is unbound."""
        return self._places.get(name, np.full(len(self.terms), -1, np.int64))

    def texts(self, name: str) -> list[str]:
        """Return the N-Triples texts for a variable, as in the data; empty where it is unbound."""
        places = self.column(name)
        there = np.flatnonzero(places >= 0)
        texts = [""] * len(places)
        for place, text in zip(
            there.tolist(), self.data.texts(places[there].astype(np.uint32)).to_list(), strict=True
        ):
            texts[place] = text
        return texts

    def take(self, rows: Places) -> SolutionRows:
        """Return some of the rows."""
        if len(rows) == len(self.terms):
            return self
        return SolutionRows(
            self.data,
            [self.terms[n] for n in rows.tolist()],
            {name: places[rows] for name, places in self._places.items()},
        )
