"""Read graphs and queries from standard input and write solutions to standard output: the process
that `QueryProcess` starts. It loads no column library, since every validation with a query
waits for it. Messages are pickled."""

from __future__ import annotations

import pickle
import sys
from array import array
from pathlib import Path
from typing import Any, BinaryIO

import pyoxigraph as ox

from hrdgraph.evidence import dates
from hrdgraph.processes.bounds import block_network_and_programs, limit_memory
from hrdgraph.rdf import Term
from hrdgraph.store.blank_nodes import FUNCTIONS
from hrdgraph.store.contract import Boolean, GraphAnswer, Parameters, Solutions, load_document
from hrdgraph.store.oxigraph import OxigraphStore
from hrdgraph.vocab import HRDF

Told = tuple[tuple[str, ...], list[Term | None], "array[int]", int]


class _TooMany(Exception):
    """A query has more solutions than wanted."""


class AskedGraph:
    """The graph that queries go to: one at a time."""

    def __init__(self) -> None:
        self._store = OxigraphStore.create()

    def load(self, documents: list[bytes], memory: int) -> None:
        """Hold these N-Quads in place of all before. From then on, take no more than so much
        memory beside them."""
        limit_memory(None, for_good=False)
        store = ox.Store()
        for document in documents:
            load_document(store, document)
        self._store = OxigraphStore(store, None)
        limit_memory(memory, for_good=False)

    def open(self, folder: Path, memory: int) -> None:
        """Hold a finished store in place of all before, as `load` does."""
        limit_memory(None, for_good=False)
        self._store = OxigraphStore.open(folder)
        limit_memory(memory, for_good=False)

    def answer(
        self, text: str, parameters: Parameters, most: int, blanks: bool = False
    ) -> Told | GraphAnswer | Boolean | None:
        """Answer any query; None for more than `most` solutions or triples. With `blanks`, blank
        nodes stand under IRIs."""
        functions = FUNCTIONS if blanks else dates.FUNCTIONS if str(HRDF) in text else {}
        try:
            left = iter(range(most))

            def count() -> None:
                if next(left, None) is None:
                    raise _TooMany

            answer = self._store.query(text, parameters=parameters, functions=functions, each=count)
        except _TooMany:
            return None
        return encode_solutions(answer) if isinstance(answer, Solutions) else answer


def encode_solutions(answer: Solutions) -> Told:
    """Encode solutions for sending: each term once."""
    places: dict[Term | None, int] = {}
    cells = array(
        "I", (places.setdefault(term, len(places)) for row in answer.rows for term in row)
    )
    return answer.variables, list(places), cells, len(answer)


def main() -> None:
    """Answer queries of one graph after the other."""
    answer_all(AskedGraph())


def answer_all(graph: AskedGraph) -> None:
    """Do one job after the other until there are no more, without a network: no query of any
    spelling asks another server."""
    block_network_and_programs()
    while (job := _heard(sys.stdin.buffer)) is not None:
        kind, *arguments = job
        try:
            reply = getattr(graph, kind)(*arguments)
        except Exception as error:  # raised again where it is waited for
            reply = error
        pickle.dump(reply, sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
        sys.stdout.buffer.flush()


def _heard(stream: BinaryIO) -> Any:
    try:
        return pickle.load(stream)
    except EOFError:
        return None
