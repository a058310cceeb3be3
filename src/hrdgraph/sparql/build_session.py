"""The store and the columns of a large build, asked as one: what a process that answers strangers
holds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Self

from hrdgraph.rdf import parse_term
from hrdgraph.sparql.algebra import ASK, CONSTRUCT, Untranslated
from hrdgraph.sparql.answers import ColumnAnswer
from hrdgraph.sparql.planner import COLUMNS
from hrdgraph.sparql.prepared_columns import COLUMNS_FOLDER, prepared_answers
from hrdgraph.sparql.reader import ColumnAnswers
from hrdgraph.store.answer_stream import (
    NO_TERMS,
    StoreSession,
    StreamedAnswer,
    boolean_answer,
    solutions_answer,
    triples_answer,
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
            return boolean_answer(len(found) > 0, self._prefixes)
        answer = triples_answer if found.form == CONSTRUCT else solutions_answer
        return answer(found.stream(), self._prefixes)
