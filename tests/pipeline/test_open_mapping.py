"""What is mapped of changed rows alone is what is mapped of all rows, whatever changed."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.parts import examples

from hrdgraph.errors import HrdgraphError
from hrdgraph.mapping import GraphSink, Plan, bind, read_mapping, run
from hrdgraph.mapping.execution.kept_rows import Rows
from hrdgraph.mapping.execution.relations import RelationBatches
from hrdgraph.mapping.execution.small_changes import is_row_wise
from hrdgraph.pipeline.open_mapping import OpenMapping
from hrdgraph.privacy.rule_visibility import OPEN
from hrdgraph.rdf import ColumnGraph

# people with several tags and a year, beside their organisations, and these beside their places
MAPPING = """
@prefix rml: <http://w3id.org/rml/> . @prefix e: <http://e/> . @prefix f: <https://w3id.org/hrdgraph/function#> .
e:places a rml:LogicalView ; rml:viewOn [ rml:source "place.csv" ; rml:referenceFormulation rml:CSV ] ;
  rml:field [ rml:fieldName "place" ; rml:reference "place" ] ; rml:field [ rml:fieldName "label" ; rml:reference "label" ] .
e:orgs a rml:LogicalView ; rml:viewOn [ rml:source "org.csv" ; rml:referenceFormulation rml:CSV ] ;
  rml:field [ rml:fieldName "key" ; rml:functionExecution [ rml:function f:slug ;
    rml:input [ rml:parameter f:value ; rml:inputValueMap [ rml:reference "org" ] ] ] ] ;
  rml:field [ rml:fieldName "org" ; rml:reference "org" ] ; rml:field [ rml:fieldName "at" ; rml:reference "place" ] ;
  rml:leftJoin [ rml:parentLogicalView e:places ; rml:joinCondition [ rml:child "at" ; rml:parent "place" ] ;
    rml:field [ rml:fieldName "label" ; rml:reference "label" ] ] .
e:people a rml:LogicalView ; rml:viewOn [ rml:source "person.csv" ; rml:referenceFormulation rml:CSV ] ;
  rml:field [ rml:fieldName "name" ; rml:reference "name" ] ; rml:field [ rml:fieldName "of" ; rml:reference "org" ] ;
  rml:field [ rml:fieldName "tag" ; rml:functionExecution [ rml:function f:splitList ;
    rml:input [ rml:parameter f:value ; rml:inputValueMap [ rml:reference "tags" ] ] ;
    rml:input [ rml:parameter f:separator ; rml:inputValueMap [ rml:constant ";" ] ] ] ] ;
  rml:field [ rml:fieldName "year" ; rml:functionExecution [ rml:function f:year ;
    rml:input [ rml:parameter f:value ; rml:inputValueMap [ rml:reference "year" ] ] ] ] ;
  rml:leftJoin [ rml:parentLogicalView e:orgs ; rml:joinCondition [ rml:child "of" ; rml:parent "key" ] ;
    rml:field [ rml:fieldName "title" ; rml:reference "org" ] ; rml:field [ rml:fieldName "where" ; rml:reference "label" ] ] .
e:met a rml:LogicalView ; rml:viewOn e:people ;
  rml:field [ rml:fieldName "name" ; rml:reference "name" ] ; rml:field [ rml:fieldName "tag" ; rml:reference "tag" ] ;
  rml:innerJoin [ rml:parentLogicalView e:places ; rml:joinCondition [ rml:child "tag" ; rml:parent "place" ] ;
    rml:field [ rml:fieldName "born" ; rml:reference "label" ] ] .
e:seen a rml:LogicalView ; rml:viewOn e:people ; rml:field [ rml:fieldName "name" ; rml:reference "name" ] ;
  rml:field [ rml:fieldName "of" ; rml:reference "of" ] ; rml:field [ rml:fieldName "tag" ; rml:reference "tag" ] ;
  rml:field [ rml:fieldName "year" ; rml:reference "year" ] ; rml:field [ rml:fieldName "title" ; rml:reference "title" ] ;
  rml:field [ rml:fieldName "where" ; rml:reference "where" ] .
e:known a rml:LogicalView ; rml:viewOn e:orgs ; rml:field [ rml:fieldName "key" ; rml:reference "key" ] ;
  rml:field [ rml:fieldName "label" ; rml:template "{label} ({org})" ] .
e:born a rml:LogicalView ; rml:viewOn e:met ; rml:field [ rml:fieldName "name" ; rml:reference "name" ] ;
  rml:field [ rml:fieldName "born" ; rml:reference "born" ] .
e:m1 rml:logicalSource e:seen ; rml:subjectMap [ rml:template "http://e/{name}" ; rml:class e:Person ] ;
  rml:predicateObjectMap [ rml:predicate e:tag ; rml:objectMap [ rml:reference "tag" ] ] ;
  rml:predicateObjectMap [ rml:predicate e:year ; rml:objectMap [ rml:reference "year" ] ] ;
  rml:predicateObjectMap [ rml:predicate e:title ; rml:objectMap [ rml:reference "title" ] ] ;
  rml:predicateObjectMap [ rml:predicate e:where ; rml:objectMap [ rml:reference "where" ] ] .
e:m2 rml:logicalSource e:seen ; rml:subjectMap [ rml:template "http://e/{of}" ; rml:class e:Organisation ] .
e:m3 rml:logicalSource e:known ; rml:subjectMap [ rml:template "http://e/{key}" ; rml:class e:Organisation ] ;
  rml:predicateObjectMap [ rml:predicate e:where ; rml:objectMap [ rml:reference "label" ] ] .
e:m4 rml:logicalSource e:born ; rml:subjectMap [ rml:template "http://e/{name}" ] ;
  rml:predicateObjectMap [ rml:predicate e:born ; rml:objectMap [ rml:reference "born" ] ] .
e:m5 rml:logicalSource e:places ; rml:subjectMap [ rml:template "http://e/{place}" ] .
"""
HEADS = {"person": ("name", "org", "tags", "year"), "org": ("org", "place"), "place": ("place", "label")}  # fmt: skip
ROWS = {
    "person": st.tuples(
        st.sampled_from(["ann", "bob", "cem", "dee"]),
        st.sampled_from(["a", "b", "c d", "c_d", "", "z"]),
        st.sampled_from(["x;y", "x", "", "n;s", "y;x;n"]),
        st.sampled_from(["1999", "2001", "", "1999", "2001", "2020"]),
    ),
    "org": st.tuples(st.sampled_from(["a", "b", "c d", "c_d"]), st.sampled_from(["n", "s", "", "x"])),
    "place": st.tuples(st.sampled_from(["n", "s", "x"]), st.sampled_from(["North", "South", ""])),
}  # fmt: skip
WRONG = st.just(("ann", "a", "x", "long ago"))  # no year
Table = list[tuple[str, ...]]


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Table]:
    """Tables in which no row fails."""
    size = {"person": 40, "org": 20, "place": 20}
    return {
        name: draw(st.lists(ROWS[name], min_size=most // 2, max_size=most))
        for name, most in size.items()
    }


@st.composite
def edits(draw: st.DrawFn, table: Table, row: st.SearchStrategy[tuple[str, ...]]) -> Table:
    """A table with a few rows inserted, taken out, moved or changed."""
    made = list(table)
    for what in draw(st.lists(st.sampled_from("icdm"), max_size=2)):
        place = draw(st.integers(0, len(made) - 1)) if made else 0
        if what in "cdm" and made:
            gone = made.pop(place)
            if what == "m":
                made.insert(draw(st.integers(0, len(made))), gone)
        if what in "ic":
            made.insert(place, draw(row))
    return made


def write(folder: Path, name: str, table: Table) -> None:
    path = folder / f"{name}.csv"
    path.unlink(missing_ok=True)  # another inode: a clock is too slow to tell two writings apart
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADS[name], *table])


def planned(folder: Path, mapping: str = MAPPING) -> Plan:
    for name in HEADS:
        write(folder, name, [])
    (folder / "m.ttl").write_text(mapping, encoding="utf-8")
    return bind(read_mapping(folder / "m.ttl"))


@pytest.fixture(scope="module")
def once_planned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Plan]:
    """A folder whose tables are written anew for each example, and its plan."""
    folder = tmp_path_factory.mktemp("tables")
    plan = planned(folder)
    assert is_row_wise(plan)
    return folder, plan


def opened(plan: Plan) -> OpenMapping:
    return OpenMapping(plan, {OPEN: list(plan.rules)}, "<http://e/graph>")


def made_rows(plan: Plan) -> Rows:
    """All rows of the relations of a plan, as a tracer makes them."""
    made = RelationBatches()
    return {relation.number: made.whole(relation) for relation, _ in plan.by_relation()}


def is_same(one: pl.DataFrame, other: pl.DataFrame) -> bool:
    """But for the numbers of the rows of a view, which no rule tells."""
    numbers = [name for name in one.columns if name.endswith("#") and not name.endswith(".#")]
    return one.drop(numbers).equals(other.drop(numbers))


def whole(plan: Plan) -> ColumnGraph | str:
    """What a plan makes, or why it makes nothing."""
    sink = GraphSink("<http://e/graph>")
    try:
        run(plan, sink)
    except HrdgraphError as error:
        return str(error)
    return sink.graph()


@settings(max_examples=examples(640))
@given(st.data())
def test_changed_rows_give_what_all_rows_give(
    once_planned: tuple[Path, Plan], data: st.DataObject
) -> None:
    folder, plan = once_planned
    now, last, rows = data.draw(tables()), None, {}
    for _ in range(4):
        for name, table in now.items():
            write(folder, name, table)
        expected = whole(plan)
        kept = None if last is None else last.change(None, rows)
        if kept is None:
            last = opened(plan)
            if isinstance(expected, str):
                with pytest.raises(HrdgraphError) as error:
                    last.run(None, lambda sink: sink)
                assert str(error.value) == expected
                last = None
            else:
                last.run(None, lambda sink: sink)
        if last is not None:
            assert last.made[OPEN] == expected
            rows = made_rows(plan)
            for number, frame in (kept or {}).items():
                assert is_same(frame, rows[number])
        wild = ROWS | {"person": ROWS["person"] | ROWS["person"] | ROWS["person"] | WRONG}
        now = {name: data.draw(edits(table, wild[name])) for name, table in now.items()}


def big(folder: Path) -> dict[str, Table]:
    found: dict[str, Table] = {
        "person": [(f"p{n}", "ab"[n % 2], "x;y", "1999") for n in range(40)],
        "org": [("a", "n"), ("b", "s"), *((f"o{n}", "n") for n in range(40))],
        "place": [("n", "North"), ("s", "South"), *((f"l{n}", "") for n in range(40))],
    }
    for name, table in found.items():
        write(folder, name, table)
    return found


def test_a_cell_changes_what_stands_on_it(tmp_path: Path) -> None:
    plan = planned(tmp_path)
    rows = big(tmp_path)
    made = opened(plan)
    made.run(None, lambda sink: sink)
    before = made.made[OPEN]
    rows["person"][7] = ("p7", "b", "x;z", "")
    write(tmp_path, "person", rows["person"])
    assert made.change(None, {}) is not None
    change = made.made[OPEN].change
    assert change is not None
    assert change.before is not None
    assert change.before() is before
    assert {(q.predicate.n3(), q.object.n3()) for q in change.gone} == {
        ("<http://e/tag>", '"y"'),
        ("<http://e/year>", '"1999"'),
    }
    assert {q.object.n3() for q in change.came} == {'"z"'}


def test_a_row_that_says_what_another_does_leaves_it(tmp_path: Path) -> None:
    """Whoever takes one of two equal rows out takes nothing out; with the second, it is gone."""
    plan = planned(tmp_path)
    rows = big(tmp_path)
    twice = ("twice", "a", "x", "")
    write(tmp_path, "person", [twice, *rows["person"], twice])
    made = opened(plan)
    made.run(None, lambda sink: sink)
    before = made.made[OPEN]
    write(tmp_path, "person", [*rows["person"], twice])
    assert made.change(None, {}) is not None
    assert made.made[OPEN] is before
    write(tmp_path, "person", rows["person"])
    assert made.change(None, {}) is not None
    assert made.made[OPEN].position("<http://e/twice>") is None
    assert made.made[OPEN] == whole(plan)


def test_rows_that_meet_another_parent_are_mapped_again(tmp_path: Path) -> None:
    plan = planned(tmp_path)
    rows = big(tmp_path)
    write(tmp_path, "person", [*rows["person"], ("far", "o7", "", "")])
    made = opened(plan)
    made.run(None, lambda sink: sink)
    write(tmp_path, "org", [row for row in rows["org"] if row[0] != "o7"])
    assert made.change(None, {}) is not None
    assert made.made[OPEN] == whole(plan)
    change = made.made[OPEN].change
    assert change is not None
    assert "<http://e/title>" in {q.predicate.n3() for q in change.gone}  # of "far"


def test_rows_that_keep_their_places_are_put_right(tmp_path: Path) -> None:
    """A cell that changes moves no row, nor does a row at the end: others do."""
    plan = planned(tmp_path)
    rows = big(tmp_path)
    made, traced = opened(plan), made_rows(plan)
    made.run(None, lambda sink: sink)
    rows["org"][30] = ("o28", "s")
    rows["person"].append(("far", "o7", "x", ""))
    for name in rows:
        write(tmp_path, name, rows[name])
    now = made.change(None, traced)
    assert now is not None
    assert now.keys() == traced.keys()
    traced = made_rows(plan)
    assert all(is_same(now[number], traced[number]) for number in now)
    write(tmp_path, "person", [("first", "o7", "x", ""), *rows["person"]])
    assert made.change(None, traced) == {}


def test_where_much_hangs_on_a_row_all_is_mapped(tmp_path: Path) -> None:
    plan = planned(tmp_path)
    rows = big(tmp_path)
    made = opened(plan)
    made.run(None, lambda sink: sink)
    write(tmp_path, "place", [("n", "Norte"), *rows["place"][1:]])  # half of all people are there
    assert made.change(None, {}) is None


@pytest.mark.parametrize(
    "term",
    [
        "rml:reference \"#\"",
        "rml:termType rml:BlankNode",
        "rml:gather ( [ rml:reference \"label\" ] ) ; rml:gatherAs <http://www.w3.org/1999/02/22-rdf-syntax-ns#Bag>",
        "rml:parentTriplesMap e:m3 ; rml:joinCondition [ rml:child \"place\" ; rml:parent \"key\" ]",
    ],
)  # fmt: skip
def test_what_hangs_on_other_rows_is_never_mapped_in_parts(tmp_path: Path, term: str) -> None:
    more = f"e:m5 rml:predicateObjectMap [ rml:predicate e:other ; rml:objectMap [ {term} ] ] ."
    assert not is_row_wise(planned(tmp_path, MAPPING + more))
