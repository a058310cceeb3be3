"""Whatever a document in an older vocabulary says, reading it gives a mapping or a MappingError."""

from __future__ import annotations

from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.mapping.conftest import check_message
from tests.parts import examples

from hrdgraph.errors import MappingError
from hrdgraph.mapping.language.older_vocabularies import VOCABULARIES, modern
from hrdgraph.mapping.language.reader import mapping_of
from hrdgraph.mapping.model import Mapping
from hrdgraph.rdf import IRI, BlankNode, Literal, Quad, Term
from hrdgraph.rdfio.read import read_quads

BASE = "http://example.com/base/"
FILE = Path("mapping.ttl")
GOLDEN = Path(__file__).parent / "golden"


def golden(name: str) -> list[Quad]:
    """The triples of a golden case, its blank nodes called after it."""

    def renamed(term: Term) -> Term:
        return BlankNode(f"{name}-{term.label}") if isinstance(term, BlankNode) else term

    quads = read_quads(GOLDEN / name / "mapping.ttl", base=f"{BASE}{name}")
    return [Quad(renamed(q.subject), q.predicate, renamed(q.object)) for q in quads]  # type: ignore[arg-type]


GOOD = [quad for name in ("rml-functions", "r2rml-joins") for quad in golden(name)]
TERMS = [IRI(prefix + name) for prefix, (_, names) in VOCABULARIES.items() for name in names]
NODES = sorted({q.subject for q in GOOD}, key=repr)
VALUES = st.one_of(
    st.sampled_from(TERMS),
    st.sampled_from(NODES),
    st.sampled_from([q.object for q in GOOD]),
    st.text(max_size=5).map(Literal),
    st.just(BlankNode("x")),
)
QUADS = st.builds(
    Quad, st.sampled_from(NODES), st.sampled_from([*TERMS, *{q.predicate for q in GOOD}]), VALUES
)


def outcome(quads: list[Quad]) -> Mapping | MappingError:
    try:
        return mapping_of(modern(quads, FILE, ""), FILE, "", BASE)
    except MappingError as error:
        found = error
    check_message(found)
    return found


def test_untouched_it_is_a_mapping() -> None:
    assert isinstance(outcome(GOOD), Mapping)


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(st.integers(0, len(GOOD) - 1), max_size=4), st.lists(QUADS, max_size=3))
@example(
    [],
    [
        Quad(
            BlankNode("rml-functions-mapping15"),
            IRI("http://www.w3.org/ns/r2rml#predicateObjectMap"),
            Literal(""),
        )
    ],
)
def test_some_said_wrongly(dropped: list[int], added: list[Quad]) -> None:
    outcome([q for number, q in enumerate(GOOD) if number not in dropped] + added)


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(QUADS, max_size=12))
def test_anything(quads: list[Quad]) -> None:
    outcome(quads)
