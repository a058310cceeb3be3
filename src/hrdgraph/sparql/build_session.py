"""The store and the columns of a large build, asked as one: what a process that answers strangers
holds. While the store is being filled, columns alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import IO, Self

from hrdgraph.rdf import parse_term
from hrdgraph.sparql.algebra import ASK, CONSTRUCT, Untranslated
from hrdgraph.sparql.answers import ColumnAnswer
from hrdgraph.sparql.json_rows import json_parts
from hrdgraph.sparql.planner import COLUMNS
from hrdgraph.sparql.prepared_columns import COLUMNS_FOLDER, prepared_answers
from hrdgraph.sparql.reader import ColumnAnswers
from hrdgraph.store.answer_rows import TooManyRows
from hrdgraph.store.answer_stream import (
    NO_TERMS,
    SOLUTIONS,
    StoreSession,
    StreamedAnswer,
    boolean_answer,
    solutions_answer,
    triples_answer,
)
from hrdgraph.store.dataset import Dataset, dataset_of
from hrdgraph.store.store_filling import is_for_later
from hrdgraph.store.syntax_errors import check_syntax


class StoreMissing(Exception):
    """The store that alone could answer is being filled."""


class SolutionColumns(StreamedAnswer):
    """Solutions that columns have found."""

    raw: ColumnAnswer

    def write(self, out: IO[bytes], format: str, most: int = 0) -> None:
        """Write them; see `StreamedAnswer.write`."""
        if most and len(self.raw) > most:
            raise TooManyRows
        if format == "json":
            for part in json_parts(self.raw):
                out.write(part)
        else:
            solutions_answer(self.raw.stream(), self.prefixes).write(out, format)


class BuildSession(StoreSession):
    """Answers as the store does, from the columns where these are quicker. What is asked of
    other graphs than all, the store answers."""

    _columns: ColumnAnswers

    _is_whole: bool = True

    @classmethod
    def open(cls, path: Path | None, prefixes: Mapping[str, str]) -> Self:
        """A finished store whose build has prepared its columns. Where the build has left the
        store for later, what only the store answers is refused (StoreMissing)."""
        assert path is not None
        is_whole = not is_for_later(path)
        made = super().open(path if is_whole else None, prefixes)
        made._is_whole = is_whole
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
                if not self._is_whole or self._columns.choice(text, terms).engine == COLUMNS:
                    return self._streamed(self._columns.found(text, terms))
            except Untranslated:
                pass
        self._refuse_unfilled()
        return super().query(text, dataset, base, parameters)

    def has_graph(self, name: str | None) -> bool:
        """Whether a graph is there; the default graph, None, always is."""
        self._refuse_unfilled()
        return super().has_graph(name)

    def _refuse_unfilled(self) -> None:
        if not self._is_whole:
            raise StoreMissing

    def _streamed(self, found: ColumnAnswer) -> StreamedAnswer:
        if found.form == ASK:
            return boolean_answer(len(found) > 0, self._prefixes)
        if found.form == CONSTRUCT:
            return triples_answer(found.stream(), self._prefixes)
        return SolutionColumns(SOLUTIONS, found, self._prefixes)
