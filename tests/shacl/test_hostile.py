"""Hostile and careless shapes and data: bounded time and memory, an error with its place, never a silent loss."""

from __future__ import annotations

import re
import time
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.shacl.written import (
    EX,
    NODE,
    NOTHING,
    VALUES,
    found,
    graph_of,
    pairs_graph,
    shapes_of,
)

from hrdgraph.errors import HrdgraphError, OntologyError, Problems
from hrdgraph.rdf import ColumnGraph, Literal, Quad
from hrdgraph.rdf.terms import RDF_LANG_STRING
from hrdgraph.shacl.validator import ColumnSHACL
from hrdgraph.vocab import RDFS

ILL_FORMED = {
    "two paths": ("ex:S a sh:PropertyShape ; sh:path ex:p , ex:q .", "'sh:path' appears twice"),
    "no path": ("ex:S a sh:PropertyShape ; sh:targetNode ex:a .", "lacks sh:path"),
    "two datatypes": (VALUES + "sh:datatype xsd:date , xsd:gYear .", "'sh:datatype' appears twice"),
    "a count that is no number": (VALUES + 'sh:minCount "one" .', "sh:minCount is"),
    "a count that is a text": (VALUES + 'sh:maxCount "1" .', "sh:maxCount is"),
    "a length that is a decimal": (VALUES + 'sh:maxLength "1"^^xsd:decimal .', "sh:maxLength is"),
    "a count below nothing": (VALUES + "sh:minCount -1 .", "sh:minCount is"),
    "a count on a node shape": (NODE + "sh:minCount 1 .", "sh:minCount is not allowed here"),
    "a kind that is none": (VALUES + "sh:nodeKind sh:Resource .", "sh:nodeKind is"),
    "a class that is a text": (VALUES + 'sh:class "ex:A" .', "sh:class is"),
    "a list without an end": (VALUES + "sh:in [ rdf:first 1 ] .", "must be a list"),
    "a list that bites its tail": (VALUES + "sh:in _:l . _:l rdf:first 1 ; rdf:rest _:l .", "must be a list"),
    "a path of one step": (f"{NODE} sh:property [ sh:path ( ex:p ) ; sh:minCount 1 ] .", "is not written as expected"),
    "a path that bites its tail": (f"{NODE} sh:property [ sh:path _:p ; sh:minCount 1 ] . _:p sh:inversePath _:p .", "is not written as expected"),
    "no regular expression": (VALUES + 'sh:pattern "(" .', "is not a regular expression"),
    "flags that are none": (VALUES + 'sh:pattern "a" ; sh:flags "g" .', "sh:flags must be"),
    "flags that are a number": (VALUES + 'sh:pattern "a" ; sh:flags 1 .', "sh:flags is"),
    "a pattern that is a number": (VALUES + "sh:pattern 1 .", "sh:pattern is"),
    "a pattern in a language": (VALUES + 'sh:pattern "a"@en .', "sh:pattern is"),
    "a property without a path": (NODE + "sh:property ex:T . ex:T sh:minCount 1 .", "lacks sh:path"),
    "a limit that is an IRI": (VALUES + "sh:minInclusive ex:b .", "sh:minInclusive is"),
    "a truth that is a text": (VALUES + 'sh:uniqueLang "yes" .', "sh:uniqueLang is"),
    "a shape that is a text": (NODE + 'sh:not "ex:T" .', "sh:not is"),
    "a severity that is a text": (VALUES + 'sh:minCount 1 ; sh:severity "high" .', "sh:severity is"),
    "a tag that is an IRI": (VALUES + "sh:languageIn ( ex:en ) .", "sh:languageIn is"),
    "a tag that is a number": (VALUES + "sh:languageIn ( 1 ) .", "sh:languageIn is"),
    "a query that does not parse": (NODE + "sh:sparql [ sh:select 'SELECT $this WHERE { oops' ] .", "is not understood"),
    "a query without $this": (NODE + "sh:sparql [ sh:select 'SELECT ?x WHERE { ?x ?y ?z }' ] .", "SELECT lacks $this"),
    "a query that asks another server": (NODE + "sh:sparql [ sh:select 'SELECT $this { SERVICE <http://127.0.0.1:9/> { $this ?p ?o } }' ] .", "SERVICE"),
    "a query without a query": (NODE + "sh:sparql [ sh:message 'no' ] .", "sh:sparql lacks sh:select"),
    "an undeclared prefix": (NODE + "sh:sparql [ sh:select 'SELECT $this { $this nope:p ?o }' ] .", "is not understood"),
}  # fmt: skip


@pytest.mark.parametrize("name", ILL_FORMED)
def test_an_ill_formed_shape_is_an_error_at_its_place(name: str) -> None:
    turtle, told = ILL_FORMED[name]
    with pytest.raises(OntologyError) as caught:
        found(NOTHING, turtle)
    assert told in caught.value.fact
    assert (caught.value.origin.file, caught.value.origin.line) == ("shapes.ttl", 7)
    assert caught.value.origin.node == "<http://ex.example/S>" or "property" in turtle


def test_all_ill_formed_shapes_are_told_at_once() -> None:
    with pytest.raises(Problems) as caught:
        found(NOTHING, VALUES + "sh:minCount ex:b .\nex:T a sh:NodeShape ; sh:maxCount 1 .")
    assert sorted(error.origin.line or 0 for error in caught.value.errors) == [7, 8]


CIRCLES = {
    "itself": "ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:node ex:S .",
    "through a property": "ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:node ex:S ] .",
    "through a list": "ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:or ( [ sh:not ex:T ] ex:U ) . ex:T sh:not ex:S . ex:U sh:nodeKind sh:IRI .",
}


@pytest.mark.parametrize("name", CIRCLES)
def test_shapes_that_go_round_in_circles_are_refused(name: str) -> None:
    with pytest.raises(OntologyError, match="contains itself") as caught:
        found("ex:a ex:p ex:a .", CIRCLES[name])
    assert "→" in caught.value.fact
    assert caught.value.hint


def test_shapes_within_shapes_have_a_limit() -> None:
    chain = " ".join(f"ex:S{n} sh:node ex:S{n + 1} ." for n in range(5000))
    with pytest.raises(OntologyError, match="nested too deeply"):
        found(
            "ex:a ex:p ex:a .",
            f"ex:S0 a sh:NodeShape ; sh:targetNode ex:a . {chain} ex:S5000 sh:nodeKind sh:IRI .",
        )


def test_a_class_below_itself_ends() -> None:
    data = "ex:A rdfs:subClassOf ex:B . ex:B rdfs:subClassOf ex:A . ex:a a ex:A ."
    assert (
        len(found(data, "ex:S a sh:NodeShape ; sh:targetClass ex:B ; sh:nodeKind sh:Literal ."))
        == 1
    )


def test_imports_are_never_fetched() -> None:
    shapes = "ex: owl:imports <http://127.0.0.1:9/never> . " + NODE + "sh:nodeKind sh:Literal ."
    assert len(found("ex: owl:imports <http://127.0.0.1:9/never> . ex:a ex:p 1 .", shapes)) == 1


def test_ill_typed_literals() -> None:
    values = {
        "integer": ('"1" "+1" "-0"', '"1.0" "" " 1" "x"'), "decimal": ('"1" "1." ".5" "-1.50"', '"1e0" "." "INF"'),
        "double": ('"1" "1e0" "INF" "-INF" "NaN" ".5E-3"', '"inf" "1e" "nan"'), "boolean": ('"true" "0"', '"TRUE" "yes"'),
        "byte": ('"-128" "127"', '"128" "-129"'), "positiveInteger": ('"1"', '"0" "-1"'), "unsignedLong": ('"18446744073709551615"', '"-1"'),
        "date": ('"2012-02-29" "2000-02-29Z" "-0044-03-15" "2011-04-07+14:00"', '"2011-02-29" "1900-02-29" "2011-4-7" "2011-04-31" "11-04-07"'),
        "dateTime": ('"2011-04-07T24:00:00" "2011-04-07T10:00:00.5-05:30"', '"2011-04-07" "2011-04-07T25:00:00" "2011-04-07 10:00:00"'),
        "time": ('"10:00:00" "24:00:00Z"', '"10:00" "24:00:01"'), "gYear": ('"2011" "12011" "-0001"', '"11" "2011-01" "02011"'),
        "gYearMonth": ('"2011-12"', '"2011-13"'), "gMonthDay": ('"--02-29"', '"--02-30" "02-29"'), "gDay": ('"---31"', '"---32"'),
        "duration": ('"P1Y" "-PT1.5S" "P1DT1M"', '"P" "PT" "1Y" "P1DT"'), "dayTimeDuration": ('"P1D"', '"P1Y"'),
        "hexBinary": ('"" "0aFF"', '"0a0" "0g"'), "base64Binary": ('"" "YQ==" "YWI=" "YWJj"', '"YQ=" "Y Q"'),
    }  # fmt: skip
    for name, (good, bad) in values.items():
        for texts, wrong in ((good, False), (bad, True)):
            terms = [f"{text}^^xsd:{name}" for text in re.findall('"[^"]*"', texts)]
            told = found(f"ex:a ex:p {' , '.join(terms)} .", VALUES + f"sh:datatype xsd:{name} .")
            assert len(told) == (len(terms) if wrong else 0), (name, [one.value for one in told])


def test_edtf_must_be_a_day_that_its_month_has() -> None:
    good = [
        "2011",
        "2011-04",
        "2024-02-29",
        "2000-02-29",
        "2017-05~",
        "20XX-03-3X",
        "1996/..",
        "2011-04-30/2012",
        "-0044-03-15",
        "2011-21",
    ]
    bad = [
        "2023-02-30",
        "2023-02-29",
        "1900-02-29",
        "2011-04-31",
        "2011-04-31?",
        "2011-02-30/2012",
        "2012/2011",
        "2011-00",
        "today",
        "",
    ]
    for name in ("edtf", "edtf/EDTF", "edtf/EDTF-level1"):
        for texts, wrong in ((good, 0), (bad, len(bad))):
            terms = " , ".join(f'"{text}"^^<http://id.loc.gov/datatypes/{name}>' for text in texts)
            told = found(
                f"ex:a ex:p {terms} .",
                VALUES + f"sh:datatype <http://id.loc.gov/datatypes/{name}> .",
            )
            assert len(told) == wrong, [one.value for one in told]


def test_a_shape_may_write_a_language_tag_in_other_letters_than_the_data() -> None:
    data = ColumnGraph.from_quads([Quad(EX.a, EX.p, Literal("colour", RDF_LANG_STRING, "en-GB"))])
    for rule in ('sh:hasValue "colour"@en-GB', 'sh:in ( "colour"@EN-gb "other"@fr )'):
        assert found(data, VALUES + rule + " .") == []
    assert len(found(data, VALUES + 'sh:hasValue "colour"@en-US .')) == 1
    assert [one.value for one in found(data, VALUES + 'sh:in ( "color"@en-GB ) .')] == [
        '"colour"@en-GB'
    ]


def test_language_tags_in_any_case_are_one_language() -> None:
    texts = (("a", "en"), ("b", "EN"), ("c", "en-GB"), ("d", "EN-gb"), ("e", "fr"))
    tagged = [Quad(EX.a, EX.p, Literal(text, RDF_LANG_STRING, tag)) for text, tag in texts]
    data = ColumnGraph.from_quads([*tagged, Quad(EX.a, EX.p, Literal("f"))])
    assert (
        len(ColumnSHACL().run(data, shapes_of(VALUES + "sh:uniqueLang true ."))) == 2
    )  # one for each language, and equal as findings
    assert [one.value for one in found(data, VALUES + 'sh:languageIn ( "EN" ) .')] == [
        '"e"@fr',
        '"f"',
    ]
    assert [one.value for one in found(data, VALUES + 'sh:languageIn ( "en-gb" "FR" ) .')] == [
        '"a"@en',
        '"b"@EN',
        '"f"',
    ]
    assert [one.value for one in found(data, VALUES + 'sh:languageIn ( "*" ) .')] == ['"f"']


def test_classes_that_are_nested_deep() -> None:
    below = pairs_graph(np.arange(20_000), np.arange(20_000) + 1)
    named = below.rename(pl.Series([EX.p.n3()]), pl.Series([RDFS.subClassOf.n3()]))
    start = time.process_time()
    shape = "ex:S a sh:NodeShape ; sh:targetClass ex:n20000 ; sh:nodeKind sh:Literal ."
    assert [
        one.focus for one in found(ColumnGraph.union([named, graph_of("ex:a a ex:n0 .")]), shape)
    ] == ["http://ex.example/a"]
    assert time.process_time() - start < 10


def test_a_long_path_is_looked_through_once() -> None:
    start = time.process_time()
    told = found(
        "ex:a ex:given ex:b .",
        VALUES.replace("ex:p", f"( {'ex:titl ' * 5_000} )") + "sh:minCount 0 .",
        ONTOLOGY,
    )
    assert [(one.component, one.suggestion) for one in told] == [
        ("path", "http://ex.example/title")
    ]
    assert time.process_time() - start < 10


@pytest.mark.heavy
def test_ten_thousand_shapes() -> None:
    many = "\n".join(
        f"ex:S{n} a sh:NodeShape ; sh:targetClass ex:A{n % 7} ; sh:property [ sh:path ex:p{n % 50} ; sh:maxCount {n % 3} ] ."
        for n in range(10_000)
    )
    data = " ".join(f"ex:a{n} a ex:A{n % 7} ; ex:p{n % 50} {n} , {n + 1} ." for n in range(500))
    shapes, graph = shapes_of(many), graph_of(data)
    start = time.process_time()
    outcome = ColumnSHACL().run(graph, shapes)
    assert time.process_time() - start < 15
    assert len(outcome) > 1000


@pytest.mark.heavy
def test_a_million_violations_are_held_as_columns() -> None:
    graph = pairs_graph(np.arange(1_000_000), np.arange(1_000_000) + 1)
    shapes = shapes_of(
        "ex:S a sh:PropertyShape ; sh:targetSubjectsOf ex:p ; sh:path ex:p ; sh:nodeKind sh:Literal ."
    )
    outcome = ColumnSHACL().run(graph, shapes)
    assert len(outcome) == 1_000_000
    assert sum(batch.focus.nbytes + batch.values.nbytes for batch in outcome.batches) <= 16_000_000
    one = outcome.only(focus="http://ex.example/n77")
    assert [finding.value for finding in one.findings()] == ["<http://ex.example/n78>"]
    assert next(outcome.findings()).component == "NodeKind"


ONTOLOGY = "ex:Award a owl:Class . ex:title a owl:DatatypeProperty ; rdfs:label 'title' . ex:given a owl:ObjectProperty ."
CARELESS = {
    "a class that does not exist": ("ex:S a sh:NodeShape ; sh:targetClass ex:Awrad ; sh:nodeKind sh:IRI .", "targetClass", "http://ex.example/Award"),
    "a property that does not exist": (VALUES.replace("ex:p", "ex:titel") + "sh:minCount 0 .", "path", "http://ex.example/title"),
    "one within a path": (VALUES.replace("ex:p", "( ex:given [ sh:inversePath ex:titl ] )") + "sh:minCount 0 .", "path", "http://ex.example/title"),
    "a parameter of a shape within": (NODE + "sh:or ( [ sh:nodekind sh:IRI ] [ sh:nodeKind sh:IRI ] ) .", "parameter", "sh:nodeKind"),
    "a shape that does not exist": (NODE + "sh:and ( ex:Adlt ) . ex:Adult a sh:NodeShape .", "node", "http://ex.example/Adult"),
    "one that is compared": (VALUES.replace("ex:p", "ex:given") + "sh:disjoint ex:titles .", "path", "http://ex.example/title"),
    "one that is a target": ("ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:giben .", "path", "http://ex.example/given"),
    "a parameter that does not exist": (VALUES.replace("ex:p", "ex:given") + "sh:mincount 1 .", "parameter", "sh:minCount"),
    "a part that is not evaluated": (VALUES.replace("ex:p", "ex:given") + "sh:expression [ ex:given ( sh:this ) ] .", "parameter", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", CARELESS)
def test_careless_shapes_are_warned_of(name: str) -> None:
    shapes, component, suggestion = CARELESS[name]
    told = found("ex:a ex:given ex:b .", shapes, ONTOLOGY)
    assert [(one.severity.value, one.component, one.suggestion) for one in told] == [
        ("warning", component, suggestion)
    ]
    assert {tag for tag, _ in told[0].texts} == {"en", "es", "fr"}
    assert told[0].place.line == 7


def test_what_the_data_use_or_other_ontologies_have_is_not_warned_of() -> None:
    shapes = (
        VALUES.replace("ex:p", "ex:used") + "sh:minCount 0 ; sh:disjoint <http://other.example/p> ."
    )
    assert found("ex:a ex:used ex:b .", shapes, ONTOLOGY) == []


@pytest.mark.parametrize("kind", ["owl:Class", "rdfs:Class"])
def test_a_class_that_is_a_shape_is_its_own_target(kind: str) -> None:
    told = found("ex:a a ex:A .", f"ex:A a {kind} , sh:NodeShape ; sh:nodeKind sh:Literal .")
    assert [one.focus for one in told] == ["http://ex.example/a"]


def test_an_empty_list_is_no_path() -> None:
    with pytest.raises(HrdgraphError, match="is not written as expected"):
        found("ex:a ex:p 1 .", VALUES.replace("ex:p", "()") + "sh:maxCount 0 .")


def test_empty_data_and_empty_shapes() -> None:
    assert found(NOTHING, "") == []
    assert found("ex:a ex:p 1 .", "") == []
    assert found(NOTHING, NODE + "sh:nodeKind sh:IRI .") == []
    assert [one.focus for one in found(NOTHING, VALUES + "sh:minCount 1 .")] == [
        "http://ex.example/a"
    ]


def test_a_query_that_fails_is_an_error_at_its_shape(tmp_path: Path) -> None:
    del tmp_path
    shapes = (
        NODE
        + "sh:sparql [ sh:select 'SELECT $this ?failure WHERE { $this ex:p ?o BIND(true AS ?failure) }' ; sh:prefixes ex: ] . "
    )
    shapes += 'ex: sh:declare [ sh:prefix "ex" ; sh:namespace "http://ex.example/"^^xsd:anyURI ] .'
    with pytest.raises(HrdgraphError, match="reports a failure"):
        found("ex:a ex:p 1 .", shapes)
