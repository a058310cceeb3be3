"""Each question in Oxigraph, Apache Jena and Virtuoso: the answers of golden/, in their order, and its text as it stands."""

from __future__ import annotations

import csv
import shlex
from collections import defaultdict
from pathlib import Path

import pytest
from tests.clients.servers import GraphServer
from tests.queries.conftest import BASE, QUERIES, plain_text, store_of
from tests.queries.test_golden import CASES

from hrdgraph.errors import HrdgraphError
from hrdgraph.queries.catalogue import Catalogue, find
from hrdgraph.queries.run import run
from hrdgraph.store.contract import Solutions
from hrdgraph.store.remote_access import RemoteAccess, RemoteGraphs, login
from hrdgraph.store.remote_session import (
    PushRecord,
    RemoteReader,
    RemoteStore,
    record_graph,
    second_graph,
    union_graph,
)

pytestmark = pytest.mark.heavy

GRAPHS = "https://w3id.org/hrdgraph/graph/"


@pytest.fixture(scope="module")
def questions() -> Catalogue:
    return find(QUERIES)


@pytest.fixture(scope="module")
def reader(graph_server: GraphServer, questions: Catalogue) -> RemoteReader:
    """A server with the sample of the golden answers, as a push would leave it."""
    found = store_of(questions).query("SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } }")
    assert isinstance(found, Solutions)
    graphs: dict[str, set[str]] = defaultdict(set)
    for graph, *terms in found.rows:
        line = " ".join(term.n3() for term in terms if term is not None) + " .\n"
        for name in (getattr(graph, "value", ""), union_graph(GRAPHS)):
            graphs[name].add(line)
    account = graph_server.account
    headers = login(*account, "") if account else {}
    there = RemoteGraphs(graph_server.store, headers=headers, account=account)
    for name, lines in graphs.items():
        there.replace_graph(name, sorted(lines))
    ours = tuple(name for name in graphs if name != union_graph(GRAPHS))
    record = PushRecord("d1", ours, sum(len(graphs[name]) for name in ours), has_union=True)
    for name in (record_graph(GRAPHS), second_graph(GRAPHS)):
        there.replace_graph(name, record.lines(GRAPHS))
    access = RemoteAccess(seconds=60)
    return RemoteReader(RemoteStore(graph_server.queries, GRAPHS, access))


def test_answers_are_the_golden_ones(reader: RemoteReader, questions: Catalogue) -> None:
    wrong = {case.name: told for case in CASES if (told := difference(case, reader, questions))}
    assert wrong == {}
    assert len(CASES) > 70


def difference(case: Path, reader: RemoteReader, questions: Catalogue) -> str:
    first, *lines = case.read_text("utf-8").splitlines()
    given = dict(pair.split("=", 1) for pair in shlex.split(first.removeprefix("#")))
    try:
        answer = run(reader, questions[case.name.split(".")[0]], given, BASE)
    except HrdgraphError as error:
        return str(error)
    assert isinstance(answer, Solutions)
    found = [list(answer.variables), *([plain_text(term) for term in row] for row in answer.rows)]
    wanted = list(csv.reader(lines))
    return "" if found == wanted else f"{found} instead of {wanted}"


def test_a_text_that_is_copied_runs_without_values(reader: RemoteReader, questions: Catalogue) -> None:  # fmt: skip
    """As people paste it into the editor of their server."""
    wrong = {}
    for question in questions.questions:
        try:
            reader.query(question.text)
        except HrdgraphError as error:
            wrong[question.name] = str(error)
    assert wrong == {}
