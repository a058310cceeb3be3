"""Triples that a query can meet → the graphs that it is asked of, which hold no more than that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
import polars as pl

from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad, Term
from hrdgraph.rdf.graph import COLUMNS
from hrdgraph.store import OxigraphStore, Solutions
from hrdgraph.store.blank_nodes import BLANK
from hrdgraph.validate.engine.columns.data import BLANK_KIND, TripleArrays, column_of
from hrdgraph.validate.engine.columns.relation import nodes_of
from hrdgraph.validate.engine.sparql.semijoin import TripleColumns
from hrdgraph.validate.shapes import Shapes

SHAPES_GRAPH = IRI("urn:x-hrdgraph:shapes-graph")
_NUMBER = "urn:x-hrdgraph:number:"
_REWRITTEN = r'"(?:\^\^<|@.*[A-Z])'
_KEPT = (  # the commonest literals that it leaves as they are
    r'^"(?:(?:0|-?[1-9][0-9]{0,14})"\^\^<.*#integer|[0-9]{4}(?:-[0-9]{2}-[0-9]{2})?"\^\^<.*#(?:date|gYear)'
    r'|(?:true|false)"\^\^<.*#boolean)>$'
)


class Projection:
    """Graphs with some of the triples, and the way back from what it answers to terms as they
    were written. With `blanks`, blank nodes have IRIs, so that a query can name them. `spoken`
    are the texts of terms that the query itself names.
    """

    def __init__(
        self,
        data: TripleArrays,
        triples: TripleColumns,
        *,
        spoken: Sequence[pl.Series],
        blanks: bool,
        shapes: Shapes | None,
    ) -> None:
        graph = _graph(data, triples, blanks=blanks)
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
        """The literals that the store writes otherwise (`1.50` becomes `1.5`), by what it makes
        of them. Built when first needed."""
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
        found: dict[str, list[str]] = {}
        for s, o in answer.rows:
            if isinstance(s, IRI) and isinstance(o, Literal):
                found.setdefault(o.n3(), []).append(texts[int(s.value[len(_NUMBER) :])])
        return found

    def text(self, term: Term) -> str:
        """The N-Triples text of a term of an answer, blank nodes under their own labels again."""
        if isinstance(term, IRI) and term.value.startswith(BLANK):
            return f"_:{term.value[len(BLANK) :]}"
        return term.n3()


def _graph(data: TripleArrays, triples: TripleColumns, *, blanks: bool) -> ColumnGraph:
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
    return ColumnGraph(
        pl.concat([pl.Series("term", [""], dtype=pl.String), texts.rename("term")]), quads
    )
