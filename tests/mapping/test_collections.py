"""Collections and quoted triples: held against a plain reading of the same data, in small batches, as lines, and traced."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.parts import examples

from hrdgraph.mapping.execution import join_sides, scan
from hrdgraph.mapping.execution.execute import GraphSink, run
from hrdgraph.mapping.execution.ntriples import LineSink
from hrdgraph.mapping.execution.spill import Distinct, Pile
from hrdgraph.mapping.language.reader import read_mapping
from hrdgraph.mapping.planning.bind import bind
from hrdgraph.mapping.planning.show import passes
from hrdgraph.mapping.tracing import Tracer
from hrdgraph.rdf import BlankNode, Literal, Term, parse_term
from hrdgraph.vocab import RDF

GOLDEN = Path(__file__).parent / "golden"
GOOD = [
    path
    for path in sorted(GOLDEN.iterdir())
    if path.name.startswith(("gather-", "quoted-")) and (path / "expected.nq").exists()
]
PREFIXES = "@prefix rml: <http://w3id.org/rml/> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix e: <http://e.org/> .\n"
SOURCE = 'rml:logicalSource [ rml:source [ a rml:FilePath ; rml:path "t.json" ] ; rml:referenceFormulation rml:JSONPath ; rml:iterator "$[*]" ]'
Rows = list[dict[str, object]]
FAST = settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def mapping_of(folder: Path, items: Rows, head: str, kind: str, more: str = "") -> Path:
    """A mapping of `e:list`, from each item to a collection of what is in its `a` and then in its `b`."""
    (folder / "t.json").write_text(json.dumps(items), "utf-8")
    gather = f'{head} rml:gather ( [ rml:reference "$.a[*]" ] [ rml:reference "$.b[*]" ] ) ; rml:gatherAs rdf:{kind} {more}'
    subject = 'rml:subjectMap [ rml:template "http://e.org/{$.id}" ]'
    pair = f"rml:predicateObjectMap [ rml:predicate e:list ; rml:objectMap [ {gather} ] ]"
    (folder / "mapping.ttl").write_text(f"{PREFIXES}<#m> {SOURCE} ; {subject} ; {pair} .", "utf-8")
    return folder / "mapping.ttl"


def facts_of(mapping: Path) -> dict[str, list[tuple[str, Term]]]:
    sink = GraphSink()
    run(bind(read_mapping(mapping)), sink)
    facts: dict[str, list[tuple[str, Term]]] = {}
    for quad in sink.graph():
        facts.setdefault(quad.subject.n3(), []).append((quad.predicate.value, quad.object))
    return facts


def members(facts: dict[str, list[tuple[str, Term]]], head: Term) -> list[str]:
    """The texts in a list or container; an assertion of its own that it is well-formed."""
    own = facts.get(head.n3(), [])
    if any(p == RDF.first.value for p, _ in own):
        (first,) = [o for p, o in own if p == RDF.first.value]
        (rest,) = [o for p, o in own if p == RDF.rest.value]
        assert isinstance(first, Literal)
        return [first.value, *members(facts, rest)]
    numbered = sorted(
        (int(p.removeprefix(RDF.prefix + "_")), o.value)
        for p, o in own
        if p.startswith(RDF.prefix + "_")
    )  # type: ignore[union-attr]
    assert [number for number, _ in numbered] == list(range(1, len(numbered) + 1))
    return [value for _, value in numbered]


def heads(facts: dict[str, list[tuple[str, Term]]], subject: str) -> list[Term]:
    return [o for p, o in facts.get(subject, []) if p == "http://e.org/list"]


TEXTS = st.lists(st.sampled_from(["a", "b", 'q"', "é\n", ""]), max_size=3)
ITEMS = st.lists(
    st.fixed_dictionaries({"a": TEXTS, "b": TEXTS, "g": st.sampled_from("xy")}),
    min_size=1,
    max_size=6,
)


def numbered(items: Rows) -> Rows:
    return [item | {"id": number} for number, item in enumerate(items)]


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files come in batches of two rows."""
    whole = scan.read

    def read(*arguments: object) -> Iterator[pl.DataFrame]:
        for frame in whole(*arguments):  # type: ignore[arg-type]
            yield from frame.iter_slices(2) if frame.height else [frame]

    monkeypatch.setattr(scan, "read", read)


@pytest.mark.heavy
@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("kind", ["List", "Bag", "Seq", "Alt"])
@FAST
@given(items=ITEMS)
def test_a_collection_for_each_item(kind: str, items: Rows, tmp_path: Path) -> None:
    items = numbered(items)
    mapping = mapping_of(tmp_path, items, "", kind)
    facts = facts_of(mapping)
    assert len(written(mapping, 1 << 30)) == sum(map(len, facts.values()))
    for item in items:
        expected = [*item["a"], *item["b"]]  # type: ignore[misc]
        found = heads(facts, f"<http://e.org/{item['id']}>")
        assert [members(facts, head) for head in found] == ([expected] if expected else [])
        assert all(isinstance(head, BlankNode) for head in found)
    lines = written(mapping, 1 << 30)
    for memory in (4, 400):
        assert written(mapping, memory) == lines
    lists = [head for item in items for head in heads(facts, f"<http://e.org/{item['id']}>")]
    assert len(lists) == len(set(lists))


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("kind", ["List", "Bag"])
@FAST
@given(items=ITEMS)
def test_a_named_collection_gathers_from_all_items(kind: str, items: Rows, tmp_path: Path) -> None:
    items = numbered(items)
    mapping = mapping_of(tmp_path, items, 'rml:template "http://e.org/g/{$.g}" ;', kind)
    facts = facts_of(mapping)
    lines = written(mapping, 1 << 30)
    assert len(lines) == sum(map(len, facts.values()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(join_sides, "_LEAST", -1)  # all rows wait on disk
        assert written(mapping, 4) == lines
    for name in {item["g"] for item in items}:
        own = [item for item in items if item["g"] == name]
        expected = [text for item in own for text in (*item["a"], *item["b"])]  # type: ignore[misc]
        for item in own:
            found = heads(facts, f"<http://e.org/{item['id']}>")
            assert [head.n3() for head in found] == (
                [f"<http://e.org/g/{name}>"] if expected else []
            )
            assert [members(facts, head) for head in found] == ([expected] if expected else [])


@pytest.mark.usefixtures("small_batches")
@FAST
@given(items=ITEMS)
def test_a_collection_for_each_tuple(items: Rows, tmp_path: Path) -> None:
    items = numbered(items)
    mapping = mapping_of(tmp_path, items, "", "List", "; rml:strategy rml:cartesianProduct")
    facts = facts_of(mapping)
    assert len(written(mapping, 4)) == sum(map(len, facts.values()))
    for item in items:
        expected = sorted([a, b] for a in item["a"] for b in item["b"])  # type: ignore[attr-defined]
        assert (
            sorted(members(facts, head) for head in heads(facts, f"<http://e.org/{item['id']}>"))
            == expected
        )


def written(mapping: Path, memory: int) -> list[str]:
    """The lines that are written, sorted; a line that is written twice is there twice."""
    plan, out = bind(read_mapping(mapping)), BytesIO()
    sink = LineSink(plan, out, graphs=True)
    run(plan, sink, memory=memory)
    sink.finish()
    return sorted(out.getvalue().decode().splitlines())


@pytest.mark.sampled(6)
@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("folder", GOOD, ids=lambda folder: folder.name)
def test_small_batches_give_the_same_lines(
    folder: Path, mapped: Callable[[Path], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = (folder / "expected.nq").read_text("utf-8").splitlines()
    assert mapped(folder / "mapping.ttl") == expected
    assert written(folder / "mapping.ttl", 4) == expected
    monkeypatch.setattr(join_sides, "_LEAST", -1)
    assert written(folder / "mapping.ttl", 4) == expected


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("kind", ["List", "Bag"])
def test_the_lines_of_collections_without_a_name_are_not_compared(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has a head of its own, told by its row."""
    held: list[str] = []
    monkeypatch.setattr(Distinct, "add", lambda _, lines: held.extend(lines))
    items: Rows = numbered([{"a": ["a", f"{n}"], "b": ["a"], "g": "x"} for n in range(9)])
    found = written(mapping_of(tmp_path, items, "", kind), 400)
    assert held == []
    assert len(found) == 9 * (1 + (6 if kind == "List" else 4))


@pytest.mark.usefixtures("small_batches")
def test_a_named_collection_that_waits_on_disk_is_not_compared_with_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[str] = []
    heights: list[int] = []
    monkeypatch.setattr(join_sides, "_LEAST", -1)
    monkeypatch.setattr(Distinct, "add", lambda _, lines: held.extend(lines))
    add = Pile.add
    monkeypatch.setattr(
        Pile, "add", lambda pile, frame: heights.append(frame.height) or add(pile, frame)
    )  # type: ignore[func-returns-value]
    items: Rows = numbered([{"a": ["a"], "b": [f"{n}"], "g": f"{n % 4}"} for n in range(20)])
    found = written(mapping_of(tmp_path, items, 'rml:template "http://e.org/g/{$.g}" ;', "List"), 4)
    assert (held, sum(heights)) == (
        [],
        40,
    )  # once for what is said of the collections, once for what is in them
    assert len(found) == 20 + 2 * 40


@pytest.mark.parametrize("folder", GOOD, ids=lambda folder: folder.name)
def test_lines_that_are_proven_distinct_are(folder: Path) -> None:
    assert (
        written(folder / "mapping.ttl", 1 << 30)
        == (folder / "expected.nq").read_text("utf-8").splitlines()
    )


@pytest.mark.heavy
def test_the_rows_of_a_trace_give_a_gathered_triple_again(
    tmp_path: Path, mapped: Callable[[Path], list[str]]
) -> None:
    """A place in a collection across rows is told by the rows before it too; so all of its rows are named, its own first."""
    case = GOLDEN / "gather-named-across-rows"
    mapping, table = (
        (case / "mapping.ttl").read_text("utf-8"),
        list(csv.reader((case / "t.csv").read_text("utf-8").splitlines())),
    )
    tracer = Tracer(bind(read_mapping(case / "mapping.ttl")))
    (tmp_path / "mapping.ttl").write_text(mapping, "utf-8")
    for line in (case / "expected.nq").read_text("utf-8").splitlines():
        subject, predicate, value = line.removesuffix(" .").split(" ", 2)
        for trace in tracer.trace(frozenset([subject]), frozenset([predicate]), frozenset([value])):
            wanted = {row.row for row in trace.rows}
            kept = [row for number, row in enumerate(table, 1) if number == 1 or number in wanted]
            (tmp_path / "t.csv").write_text("".join(f"{','.join(row)}\n" for row in kept), "utf-8")
            assert line in mapped(tmp_path / "mapping.ttl")
    (trace,) = tracer.trace(
        frozenset(["<http://e.org/team/red>"]), frozenset([f"<{RDF.prefix}_3>"])
    )
    assert [row.row for row in trace.rows] == [4, 2, 5]
    assert {(cell.origin.row, cell.origin.column) for cell in trace.cells} == {
        (4, "name"),
        (4, "nick"),
    }


def test_a_member_from_another_file_is_traced_to_both() -> None:
    tracer = Tracer(bind(read_mapping(GOLDEN / "gather-joined-subjects" / "mapping.ttl")))
    (trace,) = tracer.trace(frozenset(["_:lbmapping4_2E3.3"]), frozenset([RDF.first.n3()]))
    assert [(Path(row.file).name, row.row) for row in trace.rows] == [
        ("book.csv", 3),
        ("author.csv", 2),
        ("author.csv", 4),
    ]


def test_no_label_is_used_for_two_collections(tmp_path: Path) -> None:
    """A gather map with a name of its own, used over two files whose rows have the same numbers."""
    for name in ("t.json", "u.json"):
        (tmp_path / name).write_text('[{"id": 1, "a": ["x"]}]', "utf-8")
    maps = [
        f'<#{name}> {SOURCE.replace("t.json", f"{name}.json")} ; rml:subjectMap [ rml:template "http://e.org/{name}/{{$.id}}" ] ;\n'
        "rml:predicateObjectMap [ rml:predicate e:list ; rml:objectMap <#g> ] .\n"
        for name in ("t", "u")
    ]
    gather = '<#g> rml:gather ( [ rml:reference "$.a[*]" ] ) ; rml:gatherAs rdf:List .'
    (tmp_path / "mapping.ttl").write_text(PREFIXES + "".join(maps) + gather, "utf-8")
    facts = facts_of(tmp_path / "mapping.ttl")
    assert heads(facts, "<http://e.org/t/1>") != heads(facts, "<http://e.org/u/1>")


def test_labels_are_read_back() -> None:
    for case in GOOD:
        for line in (case / "expected.nq").read_text("utf-8").splitlines():
            subject = line.split(" ", 1)[0]
            assert parse_term(subject).n3() == subject


def test_a_plan_shows_no_hidden_names(tmp_path: Path) -> None:
    plan = bind(
        read_mapping(mapping_of(tmp_path, numbered([{"a": [], "b": [], "g": "x"}]), "", "List"))
    )
    lines = [line for step in passes(plan) for line in (*step.before, *step.after)]
    assert any("not compared where one of gather:0," in line for line in lines)
    assert not [line for line in lines if not line.isprintable()]
