"""The process of a large build: look-ups go to its store, scans and aggregates to its columns."""

from __future__ import annotations

import os
from pathlib import Path

from hrdgraph.rdf import IRI
from hrdgraph.rdfio import load_columns
from hrdgraph.sparql.algebra import Untranslated
from hrdgraph.sparql.reader import ColumnAnswers
from hrdgraph.store.contract import Parameters
from hrdgraph.store.federation_guard import refuse_service
from hrdgraph.store.oxigraph import refuse_unreadable
from hrdgraph.store.results import Boolean, GraphAnswer, Solutions
from hrdgraph.store.sandbox import limit_memory_until_told
from hrdgraph.store.syntax_errors import refuse_lost
from hrdgraph.store.worker_main import AskedGraph, Told, main, told

_COLUMNS = "columns"  # the folder beside that of the store


class AskedBuild(AskedGraph):
    """The store and the columns of one build; the columns are loaded when a query first needs
    them."""

    def open(self, folder: Path, memory: int) -> None:
        """Hold a finished store, and remember where its columns are."""
        super().open(folder, memory)
        self._folder, self._memory = folder.parent / _COLUMNS, memory
        self._columns: ColumnAnswers | None = None

    def answer(
        self, text: str, parameters: Parameters, most: int
    ) -> Told | GraphAnswer | Boolean | None:
        """The answer to any query; None for more than `most` solutions or triples."""
        if _looks_up(parameters) or not self._folder.is_dir():
            return super().answer(text, parameters, most)
        refuse_service(text)
        refuse_unreadable(text)
        refuse_lost(text, parameters)
        try:
            answer = self._loaded().query(text, parameters=parameters)
        except Untranslated:
            return super().answer(text, parameters, most)
        if not isinstance(answer, Boolean) and len(answer) > most:
            return None
        return told(answer) if isinstance(answer, Solutions) else answer

    def _loaded(self) -> ColumnAnswers:
        if self._columns is None:
            limit_memory_until_told(None)
            self._columns = ColumnAnswers.of(load_columns(self._folder))
            limit_memory_until_told(self._memory)
        return self._columns


def _looks_up(parameters: Parameters) -> bool:
    """Whether a thing is given that is asked about: the store finds it at once."""
    return any(isinstance(term, IRI) for term in parameters.values())


if __name__ == "__main__":
    try:
        main(AskedBuild)
    except (BrokenPipeError, KeyboardInterrupt):
        os._exit(1)  # nobody waits any more
