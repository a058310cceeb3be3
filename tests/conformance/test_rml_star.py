"""The official suite of RML-star, by its own list of cases, compared in RDF 1.2.

The suite expects RDF-star, where a quoted triple may be a subject. RDF 1.2, which took its place, has triple terms in the object
position only (RDF 1.2 Concepts §3.1); about a triple one speaks through a reifier, a resource `r` of which `r rdf:reifies
<<( s p o )>>` holds (§1.5), and Turtle 1.2 reads `<< s p o >> p2 o2` as exactly this. So an expected line is read so: a quoted triple
in the subject position, at any depth, is a blank node that reifies it, and one in the object position the triple term itself. In
RDF-star two quotings of one triple are one term; so both have the same reifier here, where Turtle would have two.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest
from tests.conftest import SHARED

from hrdgraph.errors import HrdgraphError
from hrdgraph.mapping.execution.execute import GraphSink, run
from hrdgraph.mapping.language.reader import read_mapping
from hrdgraph.mapping.plan import Plan
from hrdgraph.mapping.planning.bind import bind
from hrdgraph.mapping.tracing import Tracer
from hrdgraph.rdf import ColumnGraph

SUITE = SHARED / "conformance" / "rml-star"
BASE = "http://example.com/base/"
REIFIES = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies>"
TOKEN = re.compile(
    r'<<|>>|<[^<>]*>|_:[A-Za-z0-9]+|"(?:[^"\\]|\\.)*"(?:\^\^<[^<>]*>|@[A-Za-z-]+)?|\.(?=\s)|(\S)'
)


class Case(NamedTuple):
    """One row of metadata.csv. `fails` says that an error is expected."""

    name: str
    fails: bool

    @property
    def folder(self) -> Path:
        return SUITE / ("invalid" if self.fails else "valid") / self.name


def cases() -> list[Case]:
    """The cases; none where the suite is missing, which is a failure of its own."""
    path = SUITE / "metadata.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return sorted(
            Case(row["ID"], row["error"].lower() == "true") for row in csv.DictReader(file)
        )


CASES = cases()


class Reader:
    """Reads N-Triples-star text as RDF 1.2 lines."""

    def __init__(self, text: str) -> None:
        matches = list(TOKEN.finditer(text + "\n"))
        assert not any(match[1] for match in matches), "a token that is not understood"
        self.tokens = [match[0] for match in matches]
        self.lines: dict[str, None] = {}

    def read(self) -> list[str]:
        while self.tokens:
            self.lines[" ".join([*self.triple(), "."])] = None
            assert self.tokens.pop(0) == "."
        return list(self.lines)

    def triple(self) -> tuple[str, str, str]:
        return self.term(is_subject=True), self.term(is_subject=False), self.term(is_subject=False)

    def term(self, *, is_subject: bool) -> str:
        token = self.tokens.pop(0)
        if token != "<<":
            return token
        triple = f"<<( {' '.join(self.triple())} )>>"
        assert self.tokens.pop(0) == ">>"
        if not is_subject:
            return triple
        name = f"_:r{triple.encode().hex()}"
        self.lines[f"{name} {REIFIES} {triple} ."] = None
        return name


def canonical(lines: list[str]) -> ox.Dataset:
    dataset = ox.Dataset(ox.parse("\n".join(lines), format=ox.RdfFormat.N_QUADS))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def plan_of(case: Case) -> Plan:
    return bind(read_mapping(case.folder / "mapping.ttl", base=BASE))


def graph_of(plan: Plan) -> ColumnGraph:
    sink = GraphSink()
    run(plan, sink)
    return sink.graph()


def test_the_suite_is_there() -> None:
    if len(CASES) != 18:
        pytest.fail(
            f"{SUITE} is missing or another edition. Get https://github.com/kg-construct/rml-star and copy its folder test-cases to it"
        )


def test_the_translation_is_that_of_turtle() -> None:
    """Where no triple is quoted twice and none is an object, the library reads the same text as the same graph."""
    text = '<< << <http://e/s> <http://e/p> _:b >> <http://e/q> "a . >> b"@en >> <http://e/r> <http://e/z> .'
    read = ox.Dataset(ox.parse(text, format=ox.RdfFormat.TURTLE))
    read.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    assert canonical(Reader(text).read()) == read


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case, record_property: Callable[[str, object], None]) -> None:
    record_property("suite", "rml-star")
    if case.fails:
        with pytest.raises(HrdgraphError) as caught:
            graph_of(plan_of(case))
        assert caught.value.fact
        return
    expected = Reader((case.folder / "output.nt").read_text("utf-8")).read()
    found = graph_of(plan_of(case)).lines().to_list()
    assert len(found) == len(expected)
    assert canonical(found) == canonical(expected)


@pytest.mark.parametrize(
    "case", [case for case in CASES if not case.fails], ids=lambda case: case.name
)
def test_every_quad_is_traced_to_rows(case: Case) -> None:
    plan = plan_of(case)
    tracer = Tracer(plan)
    for parts in graph_of(plan).text().select("s", "p", "o").iter_rows():
        traces = tracer.trace(*(frozenset([part]) for part in parts))
        assert traces, parts
        assert all(
            trace.rows and Path(row.file).parent == case.folder
            for trace in traces
            for row in trace.rows
        )
