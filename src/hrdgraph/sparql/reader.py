"""Run queries over a graph in columns, and over a store where columns cannot answer them."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BufferedReader
from itertools import chain
from typing import BinaryIO, Final, Self, cast

import polars as pl

from hrdgraph.rdf import IRI, ColumnGraph, Literal, Term, parse_term
from hrdgraph.rdf.graph import DEFAULT_GRAPH, PartsReader, encode_lines
from hrdgraph.rdf.terms import RDF_LANG_STRING
from hrdgraph.sparql.algebra import (
    ASK,
    CONSTRUCT,
    SELECT,
    Pattern,
    Query,
    Slot,
    Untranslated,
    Variable,
    is_ordered,
)
from hrdgraph.sparql.column_dataset import CODE, ColumnDataset, Dictionary
from hrdgraph.sparql.evaluation import Evaluation
from hrdgraph.sparql.planner import COLUMNS, ChosenEngine, choose, leave_to_store
from hrdgraph.sparql.translation import translate
from hrdgraph.sparql.values import BLANK, values_of
from hrdgraph.sparql.values import IRI as IRI_KIND
from hrdgraph.store.contract import (
    NO_FUNCTIONS,
    NO_PARAMETERS,
    Answer,
    Boolean,
    Functions,
    GraphAnswer,
    Parameters,
    Solutions,
    Store,
)
from hrdgraph.store.oxigraph import refuse_unreadable
from hrdgraph.store.query_guards import refuse_lost

_UNBOUND: Final = ""  # what stands for no term where terms are sent
_PART: Final = 50_000  # rows that are written at a time


@dataclass(frozen=True, eq=False)
class ColumnAnswer:
    """An answer as columns of codes: one for each variable, or s, p and o. Read it before the next
    query."""

    form: str
    variables: tuple[str, ...]
    rows: pl.DataFrame
    dictionary: Dictionary

    def __len__(self) -> int:
        return self.rows.height

    def answer(self) -> Answer:
        """Return the answer as Python values."""
        if self.form == ASK:
            return Boolean(self.rows.height > 0)
        if self.form == CONSTRUCT:
            return GraphAnswer(tuple(self.graph()))
        columns = [self._terms(self._column(name)) for name in self.variables]
        return Solutions(
            self.variables, tuple(zip(*columns, strict=True)) if columns else ((),) * len(self)
        )

    def to_message(self) -> tuple[tuple[str, ...], list[Term | None], array[int], int]:
        """Return solutions as a process sends them: the variables, the distinct terms, the number
        of each cell's term row by row, and the number of rows."""
        codes = pl.DataFrame([self._column(name) for name in self.variables])
        distinct = (
            pl.concat([codes[name].unique().rename("code") for name in self.variables]).unique()
            if self.variables
            else pl.Series("code", dtype=CODE)
        )
        places = pl.DataFrame([distinct, pl.int_range(len(distinct), dtype=CODE, eager=True)])
        places.columns = ["code", "place"]
        cells = codes.select(pl.all().replace_strict(places["code"], places["place"]).cast(CODE))
        sent = array("I")
        sent.frombytes(cells.to_numpy(order="c").tobytes() if cells.height else b"")
        return self.variables, self._terms(distinct), sent, len(self)

    def graph(self, name: IRI | None = None) -> ColumnGraph:
        """Return the triples of an answer, in the default graph or a named one."""
        texts = [self.dictionary.texts(self.rows[name]).alias(name) for name in ("s", "p", "o")]
        return ColumnGraph.from_text(
            pl.DataFrame(texts).with_columns(g=pl.lit(name.n3() if name else DEFAULT_GRAPH))
        )

    def stream(self) -> BinaryIO:
        """Return solutions as SPARQL's TSV, which has whole terms, and triples as N-Triples, made
        in parts while it is read."""
        if self.form == CONSTRUCT:
            return self.graph().stream()
        head = "\t".join(f"?{name}" for name in self.variables) + "\n"
        starts = range(0, len(self), _PART)
        parts = (self._lines(self.rows.slice(start, _PART)) for start in starts)
        return cast("BinaryIO", BufferedReader(PartsReader(chain([head.encode()], parts))))

    def _lines(self, rows: pl.DataFrame) -> bytes:
        texts = pl.DataFrame(
            [
                self.dictionary.texts(rows[name]).fill_null(_UNBOUND).alias(str(place))
                if name in rows.columns
                else pl.repeat(_UNBOUND, rows.height, eager=True).alias(str(place))
                for place, name in enumerate(self.variables)
            ]
        )
        return encode_lines(texts.select(pl.concat_str(pl.all(), separator="\t")).to_series())

    def _column(self, name: str) -> pl.Series:
        if name in self.rows.columns:
            return self.rows[name]
        return pl.repeat(None, len(self), dtype=CODE, eager=True).alias(name)

    def _terms(self, codes: pl.Series) -> list[Term | None]:
        distinct = codes.unique()
        frame = values_of(distinct, self.dictionary).frame
        texts = self.dictionary.texts(distinct)
        columns = (frame["kind"], texts, frame["words"], frame["tag"], frame["type"])
        values = map(_term, *(column.to_list() for column in columns))
        terms = dict(zip(distinct.to_list(), values, strict=True))
        return [terms[code] for code in codes.to_list()]


def _term(kind: int, text: str, words: str, tag: str | None, datatype: str) -> Term | None:
    if kind == 0:
        return None
    if kind == IRI_KIND and text[1] != "<":
        return IRI(words)
    if kind in (IRI_KIND, BLANK):
        return parse_term(text)
    return Literal(words, RDF_LANG_STRING, tag) if tag else Literal(words, datatype)


_NO_TRIPLES: Final = pl.DataFrame(schema=dict.fromkeys(("s", "p", "o"), CODE))
Read = Callable[[str], Query]  # the text of a query → its algebra; Untranslated


class ColumnAnswers:
    """Answers queries from columns alone; raises Untranslated for others. `read` may have cached
    the algebra of some."""

    def __init__(self, dataset: ColumnDataset, read: Read = translate) -> None:
        self._dataset, self._read = dataset, read

    @classmethod
    def of(cls, graph: ColumnGraph, read: Read = translate) -> Self:
        """Return the engine for any graph."""
        return cls(ColumnDataset.of(graph), read)

    def add(self, graph: ColumnGraph) -> None:
        """Add quads."""
        self._dataset.add(graph)

    def query(
        self, text: str, *, parameters: Parameters = NO_PARAMETERS,
        functions: Functions = NO_FUNCTIONS,
    ) -> Answer:  # fmt: skip
        """Answer a query as a store does."""
        return self.find_solutions(text, parameters, functions).answer()

    def find_solutions(
        self, text: str, parameters: Parameters = NO_PARAMETERS, functions: Functions = NO_FUNCTIONS
    ) -> ColumnAnswer:
        """Answer a query in columns, to be read before the next query."""
        query, given = self._read(text), self._codes(parameters)
        rows = Evaluation(
            self._dataset, {name.n3(): function for name, function in functions.items()}, given
        ).solutions(query.inner)
        if query.form == CONSTRUCT:
            constants = (pl.lit(code, CODE).alias(name) for name, code in given.items())
            rows = construct_triples(
                query.template, rows.with_columns(constants), self._dataset.dictionary
            )
        elif query.form == SELECT and not is_ordered(query.inner):
            rows = rows.sort(rows.columns)
        return ColumnAnswer(query.form, query.variables, rows, self._dataset.dictionary)

    def choice(self, text: str, parameters: Parameters = NO_PARAMETERS) -> ChosenEngine:
        """Choose the engine for a query, this one or a store, and say why."""
        try:
            query = self._read(text)
        except Untranslated as reason:
            return leave_to_store(reason)
        return choose(query, self._dataset, self._codes(parameters))

    def attempt(
        self, text: str, parameters: Parameters, *, always: bool
    ) -> ColumnAnswer | ChosenEngine:
        """Return what columns find, or why a store should answer instead; `always` tries columns
        where there is no store."""
        try:
            if not always and (choice := self.choice(text, parameters)).engine != COLUMNS:
                return choice
            return self.find_solutions(text, parameters)
        except Untranslated as reason:
            return leave_to_store(reason)

    def construct(
        self, text: str, *, graph: IRI | None = None, functions: Functions = NO_FUNCTIONS
    ) -> ColumnGraph:
        """Return the triples of a CONSTRUCT query, without one Python object for each."""
        if (form := self._read(text).form) != CONSTRUCT:
            raise Untranslated("sparql-part-unknown", form)
        return self.find_solutions(text, NO_PARAMETERS, functions).graph(graph)

    def _codes(self, parameters: Parameters) -> dict[str, int]:
        dictionary = self._dataset.dictionary
        dictionary.forget()
        return {name: dictionary.code(term.n3()) for name, term in parameters.items()}


def construct_triples(
    template: Iterable[Pattern], rows: pl.DataFrame, dictionary: Dictionary
) -> pl.DataFrame:
    """Return the distinct triples that a template makes of solutions, as codes."""
    parts = [
        pl.DataFrame(
            [
                _column(slot, rows, dictionary).alias(name)
                for name, slot in (("s", pattern.s), ("p", pattern.p), ("o", pattern.o))
            ]
        )
        .drop_nulls()
        .unique()
        for pattern in template
    ]
    triples = pl.concat(parts).unique() if parts else _NO_TRIPLES
    subjects = values_of(triples["s"], dictionary)["kind"].is_in([BLANK, IRI_KIND])
    predicates = values_of(triples["p"], dictionary)["kind"] == IRI_KIND
    return triples.filter(subjects & predicates)


def _column(slot: Slot, rows: pl.DataFrame, dictionary: Dictionary) -> pl.Series:
    if isinstance(slot, Variable):
        if slot.name in rows.columns:
            return rows[slot.name]
        return pl.repeat(None, rows.height, dtype=CODE, eager=True)
    return pl.repeat(dictionary.code(slot), rows.height, dtype=CODE, eager=True)


class ColumnStore:
    """A store in columns, with the contract of `Store`. What columns cannot answer, a store of the
    same quads does, which is made when first needed. `prepared` are the columns that a build
    has prepared."""

    def __init__(
        self, graph: ColumnGraph, fallback: Callable[[ColumnGraph], Store],
        prepared: ColumnAnswers | None = None,
    ) -> None:  # fmt: skip
        self._columns = prepared or ColumnAnswers.of(graph)
        self._parts = [graph]
        self._fallback = fallback
        self._store: Store | None = None

    def add(self, graph: ColumnGraph) -> None:
        """Add quads; what is there already stays once."""
        self._columns.add(graph)
        if self._store is None:
            self._parts.append(graph)
        else:
            self._store.add(graph)

    def query(
        self, text: str, *, parameters: Parameters = NO_PARAMETERS,
        functions: Functions = NO_FUNCTIONS,
    ) -> Answer:  # fmt: skip
        """Answer a query; see `Reader.query`."""
        refuse_unreadable(text)
        refuse_lost(text, parameters)
        try:
            return self._columns.query(text, parameters=parameters, functions=functions)
        except Untranslated:
            pass
        return self._stored.query(text, parameters=parameters, functions=functions)

    def construct(
        self, text: str, *, graph: IRI | None = None, functions: Functions = NO_FUNCTIONS
    ) -> ColumnGraph:
        """Return the triples of a CONSTRUCT query."""
        refuse_unreadable(text)
        try:
            return self._columns.construct(text, graph=graph, functions=functions)
        except Untranslated:
            return self._stored.construct(text, graph=graph, functions=functions)

    @property
    def _stored(self) -> Store:
        if self._store is None:
            self._store = self._fallback(ColumnGraph.union(self._parts))
            self._parts = []
        return self._store
