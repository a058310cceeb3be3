"""The store and the columns of a large build, asked as one: what a process that answers strangers
holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import pyoxigraph as ox

from hrdgraph.rdf import parse_term
from hrdgraph.sparql.algebra import ASK, CONSTRUCT, Untranslated
from hrdgraph.sparql.answers import ColumnAnswer
from hrdgraph.sparql.planner import COLUMNS
from hrdgraph.sparql.prepared_columns import COLUMNS_FOLDER, prepared_answers
from hrdgraph.sparql.reader import ColumnAnswers
from hrdgraph.store.answer_stream import (
    BOOLEAN,
    NO_TERMS,
    SOLUTIONS,
    TRIPLES,
    StoreSession,
    StreamedAnswer,
)
from hrdgraph.store.dataset import Dataset, dataset_of
from hrdgraph.store.syntax_check import check_syntax


class BuildSession(StoreSession):
    """Answers as the store does, from the columns where these are quicker. What is asked of
    other graphs than all, the store answers."""

    _columns: ColumnAnswers

    @classmethod
    def open(cls, path: Path | None, prefixes: Mapping[str, str]) -> Self:
        """A finished store whose build has prepared its columns."""
        made = super().open(path, prefixes)
        assert path is not None
        made._columns = prepared_answers(path.parent / COLUMNS_FOLDER)
        return made

    def query(
        self,
        text: str,
        dataset: Dataset | None,
        base: str | None,
        parameters: Mapping[str, str] = NO_TERMS,
    ) -> StreamedAnswer:
        """Begin to answer a query; see `StoreSession.query`."""
        check_syntax(text, self._prefixes, base)
        if dataset is None and dataset_of(text, self._prefixes, base or "") is None:
            terms = {name: parse_term(term) for name, term in parameters.items()}
            try:
                if self._columns.choice(text, terms).engine == COLUMNS:
                    return self._streamed(self._columns.found(text, terms))
            except Untranslated:
                pass
        return super().query(text, dataset, base, parameters)

    def _streamed(self, found: ColumnAnswer) -> StreamedAnswer:
        if found.form == ASK:
            said = json.dumps({"head": {}, "boolean": len(found) > 0})
            raw = ox.parse_query_results(said, format=ox.QueryResultsFormat.JSON)
            return StreamedAnswer(BOOLEAN, raw, self._prefixes)
        if found.form == CONSTRUCT:
            triples = ox.parse(found.stream(), format=ox.RdfFormat.N_TRIPLES, lenient=True)
            return StreamedAnswer(TRIPLES, triples, self._prefixes)
        raw = ox.parse_query_results(found.stream(), format=ox.QueryResultsFormat.TSV)
        return StreamedAnswer(SOLUTIONS, raw, self._prefixes)
