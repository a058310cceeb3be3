"""Queries that are asked in a process of its own: one that has ended is replaced, and asked of the same graph."""

from __future__ import annotations

import os
import signal

import pytest

from hrdgraph.errors import QueryError
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad
from hrdgraph.store.worker_process import QueryProcess

GRAPH = ColumnGraph.from_quads([Quad(IRI("http://e.org/s"), IRI("http://e.org/p"), Literal("o"))])
ALL = "SELECT ?o { ?s ?p ?o }"


def test_what_was_raised_there_is_raised_here_and_the_process_answers_on() -> None:
    with QueryProcess() as apart:
        with pytest.raises(QueryError, match="line 1: the query is not understood"):
            apart.solutions([GRAPH], ["SELECT nonsense"], blanks=False)
        assert apart.solutions([GRAPH], [ALL, ALL], blanks=False) == [{"o": Literal("o")}] * 2
        assert apart.solutions([], [ALL], blanks=False) == []


def test_a_process_that_was_killed_is_replaced() -> None:
    with QueryProcess() as apart:
        apart.solutions([GRAPH], [ALL], blanks=False)
        assert apart._process is not None
        os.kill(apart._process.pid, signal.SIGKILL)
        with pytest.raises(QueryError, match="memory"):
            apart.solutions([GRAPH], [ALL], blanks=False)
        assert apart.solutions([GRAPH], [ALL], blanks=False) == [{"o": Literal("o")}]
    assert apart._process is None
