"""After a few changes, looking at what they can affect finds what looking at everything finds."""

from __future__ import annotations

import sys
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.parts import examples

from hrdgraph.rdf import ColumnGraph, Quad
from hrdgraph.rdfio import format_named, parse
from hrdgraph.validate import ColumnSHACL, Shapes
from hrdgraph.validate.engine.evaluation import EvaluationRun
from hrdgraph.validate.shapes import ShapesFile
from hrdgraph.vocab import RDF, RDFS

sys.path.insert(0, str(Path(__file__).parent))
from made import CLASSES, NODES, PREDICATES, TERMS, cases

CHANGE = st.one_of(
    st.builds(Quad, st.sampled_from(NODES), st.sampled_from(PREDICATES), st.sampled_from(TERMS)),
    st.builds(Quad, st.sampled_from(NODES), st.just(RDF.type), st.sampled_from(CLASSES)),
    st.builds(Quad, st.sampled_from(CLASSES), st.just(RDFS.subClassOf), st.sampled_from(CLASSES)),
)
STEP = st.tuples(st.integers(0, 3), st.lists(CHANGE, max_size=3))
P, Q, R = (f"<http://ex.example/{name}>" for name in "pqr")
QUERIES = [
    f"SELECT $this ?value {{ $this {P} ?x . ?x {Q} ?value }}",
    f"SELECT $this {{ $this {P} ?x FILTER NOT EXISTS {{ ?x {Q} ?y . ?y {R} ?z }} }}",
    f"SELECT $this ?value {{ $this {P} ?x OPTIONAL {{ ?x {Q} ?value }} }}",
    f"SELECT $this ?value {{ $this {P} ?x . ?y ?by ?value . ?x {Q} ?by }}",
    f"SELECT $this ?value {{ $this {P}/{Q} ?value }}",
    f"SELECT $this ?value {{ {{ $this {P} ?value }} UNION {{ ?value {Q} $this }} }}",
    f"SELECT $this {{ $this a <http://ex.example/A> FILTER NOT EXISTS {{ $this {Q} ?x FILTER EXISTS {{ ?x {R} $this }} }} }}",
]


def with_query(shapes: Shapes, query: str) -> Shapes:
    """The same shapes, and one that asks SPARQL."""
    turtle = f"""@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://ex.example/> .
      ex:Asks a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:message "no" ; sh:sparql [ sh:select "{query}" ] ."""
    quads = tuple(parse(turtle, format_named("ttl"), scope="asks"))
    return Shapes((*shapes.files, ShapesFile("asks.ttl", turtle, quads)), shapes.background)


@settings(
    max_examples=examples(200),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    case=cases(),
    steps=st.lists(STEP, min_size=1, max_size=3),
    query=st.sampled_from(["", *QUERIES]),
)
def test_changes_are_followed_one_after_the_other(
    case: tuple[Shapes, ColumnGraph], steps: list[tuple[int, list[Quad]]], query: str
) -> None:
    shapes, before = case
    shapes = with_query(shapes, query) if query else shapes
    followed = ColumnSHACL().standing(before, shapes)
    for take, added in steps:
        quads = list(before)
        taken, kept = quads[:take], quads[take:]
        after = ColumnGraph.from_quads([*kept, *added])
        changed = ColumnGraph.from_quads([*(set(taken) - set(after)), *(set(added) - set(quads))])
        followed, before = followed.after(after, changed), after
        assert followed.counts == ColumnSHACL().standing(after, shapes).counts
        assert followed.findings() == sorted(
            ColumnSHACL().run(after, shapes).findings(), key=lambda one: one.order
        )


def test_only_what_is_affected_is_looked_at() -> None:
    turtle = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://ex.example/> .
      ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:property [ sh:path ( ex:p ex:q ) ; sh:minCount 1 ] ."""
    shapes = Shapes(
        (ShapesFile("s.ttl", turtle, tuple(parse(turtle, format_named("ttl"), scope="s"))),),
        ColumnGraph.from_quads([]),
    )
    lines = [
        f"<http://e/{n}> <http://ex.example/p> <http://e/m{n}> . <http://e/m{n}> <http://ex.example/q> 1 ."
        for n in range(50)
    ]
    before, after = (
        ColumnGraph.from_quads(parse("\n".join(part), format_named("ttl")))
        for part in (lines, [*lines[1:], lines[0].split(" . ")[0] + " ."])
    )
    standing = ColumnSHACL().standing(before, shapes)
    changed = ColumnGraph.from_quads(set(before) - set(after))
    asked: list[int] = []
    original = EvaluationRun.of

    def counting(self: EvaluationRun, shape: object, focus: object, *rest: object) -> object:
        asked.append(len(focus))  # type: ignore[arg-type]
        return original(self, shape, focus, *rest)  # type: ignore[arg-type]

    EvaluationRun.of = counting  # type: ignore[method-assign, assignment]
    try:
        assert [one.focus for one in standing.after(after, changed).findings()] == ["http://e/0"]
    finally:
        EvaluationRun.of = original  # type: ignore[method-assign]
    assert max(asked) == 1
