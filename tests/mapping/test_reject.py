"""Rows that cannot be mapped are errors, or, where the caller says so, are left out and told: none is lost in silence."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hrdgraph.errors import HrdgraphError, MappingError
from hrdgraph.mapping.execution import row_rejection
from hrdgraph.mapping.execution.execute import GraphSink, run
from hrdgraph.mapping.execution.ntriples import LineSink
from hrdgraph.mapping.language.reader import read_mapping
from hrdgraph.mapping.planning.bind import bind
from hrdgraph.vocab import RDF

MAPPING = """
@prefix rml: <http://w3id.org/rml/> .
@prefix ex: <http://e.org/> .
ex:m rml:logicalSource [ rml:source "t.csv" ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:template "http://e.org/{id}" ; rml:class ex:C ] ;
  rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ rml:reference "text" ; rml:languageMap [ rml:reference "language" ] ] ] ;
  rml:predicateObjectMap [ rml:predicate ex:q ; rml:objectMap [ rml:reference "page" ; rml:termType rml:IRI ] ] .
"""
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["fr", "?", "en-GB"]), st.sampled_from(["http://e.org/x", "a b", "y"])
    ),
    max_size=9,
)


def mapped(
    folder: Path, rows: list[tuple[int, str, str]], left_out: list[HrdgraphError] | None
) -> list[str]:
    lines = [
        "id,text,language,page",
        *(f"{number},words,{language},{page}" for number, language, page in rows),
    ]
    (folder / "t.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "m.ttl").write_text(MAPPING, encoding="utf-8")
    plan, out = bind(read_mapping(folder / "m.ttl")), io.BytesIO()
    sink = LineSink(plan, out, graphs=False)
    run(plan, sink, reject=None if left_out is None else left_out.append)
    sink.finish()
    return sorted(out.getvalue().decode().splitlines())


@given(ROWS)
@example([("?", "a b")])
def test_what_is_left_out_is_told_and_the_rest_is_mapped(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("reject")
    rows = [(number, *pair) for number, pair in enumerate(cells, 2)]
    good = [row for row in rows if row[1] != "?" and row[2] != "a b"]
    left_out: list[HrdgraphError] = []
    assert mapped(folder, rows, left_out) == mapped(folder, good, None)
    assert [error.origin.row for error in left_out] == [row[0] for row in rows if row not in good]
    assert all(
        error.origin.column in ("language", "page") and error.origin.file.endswith("t.csv")
        for error in left_out
    )


def test_without_leave_it_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="row 3, column 'page'"):
        mapped(tmp_path, [(2, "fr", "y"), (3, "fr", "a b")], None)


RAGGED = "id,text,language,page\n1,a,fr,x\n2,b,fr\n3,c,fr,x,y\n\n4,d,?,x\n5,e,fr,z\n"
TWO_READINGS = (
    MAPPING
    + """ex:n rml:logicalSource [ rml:source "t.csv" ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:template "http://e.org/n/{id}" ] ;
  rml:predicateObjectMap [ rml:predicate ex:r ; rml:objectMap [ rml:parentTriplesMap ex:m ;
    rml:joinCondition [ rml:child "language" ; rml:parent "page" ] ] ] .
"""
)


def left_out_of(
    folder: Path, mapping: str, memory: int = 1 << 30
) -> tuple[list[str], list[tuple[int | None, str]]]:
    (folder / "m.ttl").write_text(mapping, encoding="utf-8")
    plan, out, left_out = bind(read_mapping(folder / "m.ttl")), io.BytesIO(), list[HrdgraphError]()
    sink = LineSink(plan, out, graphs=False)
    run(plan, sink, reject=left_out.append, memory=memory)
    sink.finish()
    assert {error.origin.file for error in left_out} == {str(folder / "t.csv")}
    return sorted(out.getvalue().decode().splitlines()), [
        (error.origin.row, error.fact) for error in left_out
    ]


@pytest.mark.parametrize("mapping", [MAPPING, TWO_READINGS])
def test_ragged_rows_are_left_out_and_each_is_told_once(mapping: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(RAGGED, encoding="utf-8")
    lines, told = left_out_of(tmp_path, mapping)
    assert sorted(row or 0 for row, fact in told if "cells, but" in fact) == [3, 4]
    assert [row for row, fact in told if "cells, but" not in fact] == [6]
    assert {line.split()[0] for line in lines if "/n/" not in line} == {
        "<http://e.org/1>",
        "<http://e.org/5>",
    }
    with pytest.raises(HrdgraphError, match="row 3"):
        run(
            bind(read_mapping(tmp_path / "m.ttl")),
            LineSink(bind(read_mapping(tmp_path / "m.ttl")), io.BytesIO(), graphs=False),
        )


@pytest.mark.heavy
def test_a_large_file_that_is_read_twice_tells_each_row_once(tmp_path: Path) -> None:
    rows = [
        f"{number},text {number},fr,http://e.org/{number}" + ",more" * (number % 20_000 == 7)
        for number in range(60_000)
    ]
    (tmp_path / "t.csv").write_text(
        "id,text,language,page\n" + "\n".join(rows) + "\n", encoding="utf-8"
    )
    lines, told = left_out_of(tmp_path, MAPPING, memory=4096)
    assert [row for row, _ in told] == [9, 20_009, 40_009]
    assert len(lines) == 3 * (60_000 - 3)


def test_rows_below_lines_that_are_skipped_keep_their_numbers(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("title\n\n" + RAGGED, encoding="utf-8")
    dialect = '[ a csvw:Table ; csvw:url "t.csv" ; csvw:dialect [ csvw:skipRows 2 ] ]'
    mapping = "@prefix csvw: <http://www.w3.org/ns/csvw#> ." + MAPPING.replace('"t.csv"', dialect)
    assert [row for row, _ in left_out_of(tmp_path, mapping)[1]] == [5, 6, 8]


GATHERED = """
@prefix rml: <http://w3id.org/rml/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix ex: <http://e.org/> .
ex:m rml:logicalSource [ rml:source "t.csv" ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:template "http://e.org/{id}" ; rml:class ex:C ] ;
  rml:predicateObjectMap [ rml:predicate ex:list ; rml:objectMap [ HEAD
    rml:gather ( [ rml:reference "page" ; rml:termType rml:IRI ]
                 [ rml:reference "text" ; rml:languageMap [ rml:reference "language" ] ] ) ;
    rml:gatherAs rdf:KIND ] ] .
"""
HEADS = {"": "of its own", 'rml:template "http://e.org/all" ;': "gathered from all rows"}


@pytest.mark.parametrize("kind", ["List", "Bag", "List ; rml:strategy rml:cartesianProduct"])
@pytest.mark.parametrize("head", HEADS, ids=HEADS.values())
def test_a_bad_member_leaves_out_its_row_of_the_collection(
    kind: str, head: str, tmp_path: Path
) -> None:
    mapping = GATHERED.replace("HEAD", head).replace("KIND", kind)
    good = "id,text,language,page\n1,a,fr,x\n\n\n4,d,en,z\n"
    (tmp_path / "t.csv").write_text(good, encoding="utf-8")
    of_good, told = left_out_of_any(tmp_path, mapping)
    assert told == []
    (tmp_path / "t.csv").write_text(
        "id,text,language,page\n1,a,fr,x\n2,b,?,x\n3,c,fr,not an IRI\n4,d,en,z\n", encoding="utf-8"
    )
    lines, told = left_out_of_any(tmp_path, mapping)
    assert sorted((row, column) for row, column in told) == [(3, "language"), (4, "page")]
    classes = {
        f"<http://e.org/{number}> <{RDF.type.value}> <http://e.org/C> ." for number in (2, 3)
    }  # another rule over these rows
    assert set(lines) - classes == set(of_good)
    with pytest.raises(MappingError, match=r"t\.csv, row [34]"):
        run(bind(read_mapping(tmp_path / "m.ttl")), GraphSink())


def left_out_of_any(
    folder: Path, mapping: str
) -> tuple[list[str], list[tuple[int | None, str | None]]]:
    (folder / "m.ttl").write_text(mapping, encoding="utf-8")
    plan, out, left_out = bind(read_mapping(folder / "m.ttl")), io.BytesIO(), list[HrdgraphError]()
    sink = LineSink(plan, out, graphs=False)
    run(plan, sink, reject=left_out.append)
    sink.finish()
    return out.getvalue().decode().splitlines(), [
        (error.origin.row, error.origin.column) for error in left_out
    ]


VIEWED = """
@prefix rml: <http://w3id.org/rml/> .
@prefix ex: <http://e.org/> .
@prefix hrdf: <https://w3id.org/hrdgraph/function#> .
ex:v a rml:LogicalView ; rml:viewOn [ rml:source "t.csv" ; rml:referenceFormulation rml:CSV ] ;
  rml:field [ a rml:ExpressionField ; rml:fieldName "id" ; rml:reference "id" ] ,
    [ a rml:ExpressionField ; rml:fieldName "cell" ; FIELD ] .
ex:m rml:logicalSource ex:v ; rml:subjectMap [ rml:template "http://e.org/{id}" ] ;
  rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ rml:reference "VALUE" ] ] .
"""
FIELDS = {
    "a function refuses": ('rml:functionExecution [ rml:function hrdf:pythonLiteralToJson ; rml:input [ rml:parameter hrdf:value ; '
    'rml:inputValueMap [ rml:reference "text" ] ] ]', "cell"),
    "not valid JSON": ('rml:reference "text" ; rml:field [ a rml:IterableField ; rml:fieldName "item" ; '
    'rml:referenceFormulation rml:JSONPath ; rml:iterator "$[*]" ; '
    'rml:field [ a rml:ExpressionField ; rml:fieldName "whole" ; rml:reference "$" ] ]', "cell.item.whole"),
}  # fmt: skip


@pytest.mark.parametrize("name", FIELDS)
def test_a_row_of_a_view_that_cannot_be_made_is_left_out(name: str, tmp_path: Path) -> None:
    field, value = FIELDS[name]
    mapping = VIEWED.replace("FIELD", field).replace("VALUE", value)
    (tmp_path / "t.csv").write_text('id,text\n1,[7]\n2,"[8, oops"\n3,[9]\n', encoding="utf-8")
    lines, told = left_out_of_any(tmp_path, mapping)
    assert [line.partition(" ")[0] for line in lines] == ["<http://e.org/1>", "<http://e.org/3>"]
    assert [row for row, _ in told] == [3]
    with pytest.raises(HrdgraphError, match=r"t\.csv, row 3"):
        run(bind(read_mapping(tmp_path / "m.ttl")), GraphSink())


CALLED = """
@prefix rml: <http://w3id.org/rml/> .
@prefix ex: <http://e.org/> .
@prefix hrdf: <https://w3id.org/hrdgraph/function#> .
ex:m rml:logicalSource ex:t ; rml:subjectMap [ rml:template "http://e.org/{id}" ] ; rml:predicateObjectMap [ rml:predicate ex:p ; OBJECT ] .
ex:n rml:logicalSource [ rml:source "t.csv" ; rml:referenceFormulation rml:CSV ] ; rml:subjectMap [ rml:template "http://e.org/n/{id}" ] .
ex:t rml:source "t.csv" ; rml:referenceFormulation rml:CSV .
ex:f rml:function hrdf:readDate ; rml:input [ rml:parameter hrdf:value ; rml:inputValueMap [ rml:reference "day" ] ] ,
  [ rml:parameter hrdf:language ; rml:inputValue "es" ] .
"""
OBJECTS = {
    "an object": "rml:objectMap [ rml:functionExecution ex:f ]",
    "a condition": 'rml:objectMap [ rml:reference "id" ; rml:condition [ rml:functionExecution ex:f ] ]',
    "a join": 'rml:objectMap [ rml:parentTriplesMap ex:n ; rml:joinCondition [ rml:childMap [ rml:functionExecution ex:f ] ; rml:parent "day" ] ]',
}


@pytest.mark.parametrize("where", OBJECTS)
def test_what_a_function_refuses_is_told_with_its_row_and_its_values(
    where: str, tmp_path: Path
) -> None:
    (tmp_path / "t.csv").write_text(
        "id,day\n1,3 de abril de 2011\n2,\n3,03/04/2011\n4,x\n", encoding="utf-8"
    )
    (tmp_path / "m.ttl").write_text(CALLED.replace("OBJECT", OBJECTS[where]), encoding="utf-8")
    with pytest.raises(MappingError) as caught:
        run(bind(read_mapping(tmp_path / "m.ttl")), GraphSink())
    assert (caught.value.origin.file, caught.value.origin.row) == (str(tmp_path / "t.csv"), 4)
    assert "the values were value '03/04/2011', language 'es'" in caught.value.hint
    assert "m.ttl" in caught.value.fact


JOINED = """
@prefix rml: <http://w3id.org/rml/> .
@prefix ex: <http://e.org/> .
ex:a rml:logicalSource [ rml:source "a.csv" ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:template "http://e.org/{id}" ] ;
  rml:predicateObjectMap [ rml:predicate ex:q ; rml:objectMap [ rml:parentTriplesMap ex:b ;
    rml:joinCondition [ rml:child "k" ; rml:parent "k" ] ] ] .
ex:b rml:logicalSource [ rml:source "t.csv" ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:reference "u" ] .
"""


def test_a_bad_row_that_many_join_is_told_once_with_its_number(tmp_path: Path) -> None:
    children, parents = (
        2_000,
        1_000,
    )  # 40,000 pairs, of which one in ten is bad: found together, not one by one
    (tmp_path / "a.csv").write_text(
        "id,k\n" + "".join(f"{n},{n % 50}\n" for n in range(children)), encoding="utf-8"
    )
    rows = (
        f"{'http://b ad' if n % 10 == 3 else 'http://good/'}{n},{n % 50}\n" for n in range(parents)
    )
    (tmp_path / "t.csv").write_text("u,k\n" + "".join(rows), encoding="utf-8")
    lines, told = left_out_of(tmp_path, JOINED)
    assert sorted(row or 0 for row, _ in told) == [n + 2 for n in range(parents) if n % 10 == 3]
    assert len(lines) == sum(
        n % 50 == m % 50 for n in range(children) for m in range(parents) if m % 10 != 3
    )
    with pytest.raises(
        MappingError, match=r"t\.csv, row 5, column 'u': 'http://b ad3' is not a whole IRI"
    ):
        run(bind(read_mapping(tmp_path / "m.ttl")), GraphSink())


def test_a_row_whose_join_key_is_an_array_is_left_out(tmp_path: Path) -> None:
    case = Path(__file__).parent / "golden" / "error-join-key-is-an-array"
    for name in ("t.json", "t.csv"):
        (tmp_path / name).write_text((case / name).read_text("utf-8"), "utf-8")
    lines, told = left_out_of_any(tmp_path, (case / "mapping.ttl").read_text("utf-8"))
    assert lines == ["<http://e.org/B> <http://e.org/p> <http://e.org/n/x> ."]
    assert told == [(1, "$.k")]


BAD = range(0, 400, 4)
CELLS = "id,text\n" + "".join(
    f'{number},"[{number}{", oops" if number in BAD else "]"}"\n' for number in range(400)
)
KEYS = (
    "["
    + ",".join(
        f'{{"id": {number}, "k": {[number] if number in BAD else number}}}' for number in range(400)
    )
    + "]"
)
KEYED = """
@prefix rml: <http://w3id.org/rml/> .
@prefix ex: <http://e.org/> .
ex:a rml:logicalSource [ rml:source "t.json" ; rml:referenceFormulation rml:JSONPath ; rml:iterator "$[*]" ] ;
  rml:subjectMap [ rml:template "http://e.org/{$.id}" ] ; rml:predicateObjectMap [ rml:predicate ex:p ;
    rml:objectMap [ rml:parentTriplesMap ex:b ; rml:joinCondition [ rml:child "$.k" ; rml:parent "id" ] ] ] .
ex:b rml:logicalSource [ rml:source "t.csv" ; rml:referenceFormulation rml:CSV ] ; rml:subjectMap [ rml:template "http://e.org/n/{id}" ] .
"""
FIELD, VALUE = FIELDS["not valid JSON"]


@pytest.mark.parametrize(
    "mapping",
    [VIEWED.replace("FIELD", FIELD).replace("VALUE", VALUE), KEYED],
    ids=["no JSON", "no key"],
)
def test_bad_rows_are_found_together(
    mapping: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "t.csv").write_text(CELLS, encoding="utf-8")
    (tmp_path / "t.json").write_text(KEYS, encoding="utf-8")
    tries, error_of = list[int](), row_rejection._error_of
    monkeypatch.setattr(
        row_rejection,
        "_error_of",
        lambda frame, probe: tries.append(frame.height) or error_of(frame, probe),
    )
    lines, told = left_out_of_any(tmp_path, mapping)
    assert len(lines) == 300
    assert [row for row, _ in told] == [number + (1 if mapping is KEYED else 2) for number in BAD]
    assert len(tries) < 20  # it was some 500
