"""The process of a large build: scans and aggregates go to its columns, look-ups to its store if
one was made, else to the columns too."""

from __future__ import annotations

from pathlib import Path

from hrdgraph.processes.bounds import limit_memory_until_told
from hrdgraph.sparql.algebra import ASK, SELECT, Untranslated
from hrdgraph.sparql.answers import ColumnAnswer
from hrdgraph.sparql.planner import COLUMNS, STORE, ChosenEngine, left_to_store
from hrdgraph.sparql.prepared_columns import COLUMNS_FOLDER, prepared_answers
from hrdgraph.sparql.reader import ColumnAnswers
from hrdgraph.store.contract import Parameters
from hrdgraph.store.oxigraph import refuse_unreadable
from hrdgraph.store.query_guards import refuse_lost, refuse_service
from hrdgraph.store.results import Boolean, GraphAnswer, Solutions
from hrdgraph.store.store_filling import is_for_later
from hrdgraph.store.worker_main import AskedGraph, Told, answer_all


class AskedBuild(AskedGraph):
    """The store and the columns of one build, each of them opened with the first query that needs
    it. ProjectError ("store-missing") for what only a store can answer that is still to be made."""

    def open(self, folder: Path, memory: int) -> None:
        """Remember where a finished store and its columns are."""
        self._place, self._memory = folder, memory
        self._folder = folder.parent / COLUMNS_FOLDER
        self._columns: ColumnAnswers | None = None
        self._is_open = False
        if not is_for_later(folder):
            self._open_store()

    def answer(
        self, text: str, parameters: Parameters, most: int
    ) -> Told | GraphAnswer | Boolean | None:
        """The answer to any query; None for more than `most` solutions or triples."""
        found = self._chosen(text, parameters)
        if isinstance(found, ChosenEngine):
            self._open_store()
            return super().answer(text, parameters, most)
        if found.form != ASK and len(found) > most:
            return None
        if found.form == SELECT:
            return found.told()
        answer = found.answer()
        assert not isinstance(answer, Solutions)
        return answer

    def choice(self, text: str, parameters: Parameters) -> ChosenEngine:
        """Which engine answers a query, and why; it is worked out, since only then columns know
        whether they can."""
        found = self._chosen(text, parameters)
        if isinstance(found, ChosenEngine):
            return found
        choice = self._loaded().choice(text, parameters)
        if choice.engine == COLUMNS:
            return choice
        return ChosenEngine(COLUMNS, "sparql-store-unmade", solutions=choice.solutions)

    def _chosen(self, text: str, parameters: Parameters) -> ColumnAnswer | ChosenEngine:
        """What the columns found, or why the store is to answer."""
        refuse_service(text)
        refuse_unreadable(text)
        refuse_lost(text, parameters)
        if not self._folder.is_dir():
            return ChosenEngine(STORE, "sparql-columns-missing")
        choice = self._loaded().choice(text, parameters)
        if choice.engine != COLUMNS and not is_for_later(self._place):
            return choice
        try:
            return self._loaded().found(text, parameters)
        except Untranslated as reason:
            return left_to_store(reason)

    def _open_store(self) -> None:
        if not self._is_open:
            super().open(self._place, self._memory)
            self._is_open = True

    def _loaded(self) -> ColumnAnswers:
        if self._columns is None:
            limit_memory_until_told(None)
            self._columns = prepared_answers(self._folder)
            limit_memory_until_told(self._memory)
        return self._columns


def main() -> None:
    """Answer queries of one large build."""
    answer_all(AskedBuild())
