"""pySHACL over columns: its results become findings with exact terms, all languages and the place of the shape."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from hrdgraph.errors import OntologyError, Origin
from hrdgraph.findings.model import Finding, Severity
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad
from hrdgraph.rdf.terms import RDF_LANG_STRING
from hrdgraph.rdfio.read import read_quads
from hrdgraph.shacl.pyshacl_engine import PreparedGraph
from hrdgraph.shacl.shapes import Shapes, read_shapes_at
from hrdgraph.shacl.validator import PySHACL
from hrdgraph.vocab import HRD, SH

HERE = Path(__file__).parent
ID = "https://w3id.org/hrdgraph/id/"
SHAPE = "https://w3id.org/hrdgraph/shapes#"


@pytest.fixture(scope="module")
def shapes() -> Shapes:
    return read_shapes_at(HERE / "ontology", root=HERE)


@pytest.fixture(scope="module")
def data() -> ColumnGraph:
    note = Quad(
        IRI(ID + "bad"), HRD.note, Literal('Multi\nline "quoted" é', RDF_LANG_STRING, "EN-gb")
    )
    return ColumnGraph.from_quads([*read_quads(HERE / "data.ttl"), note])


@pytest.fixture(scope="module")
def found(data: ColumnGraph, shapes: Shapes) -> list[Finding]:
    return PySHACL().validate(data, shapes)


def of(found: list[Finding], rule: str) -> list[Finding]:
    return [one for one in found if one.rule == SHAPE + rule]


def test_everything_wrong_is_found_and_nothing_else(found: list[Finding]) -> None:
    assert [
        (one.severity.value, one.rule.removeprefix(SHAPE), one.focus.removeprefix(ID))
        for one in found
    ] == [
        ("violation", "Conferral", "bad"),
        ("violation", "claim-evidence", "_:data0"),
        ("violation", "claim-evidence", "bad"),
        ("violation", "note", "bad"),
        ("violation", "share", "bad"),
        ("violation", "share", "bad"),
        ("warning", "Typo", ""),
        ("warning", "outcome", "bad"),
        ("info", "Claim hrd:edition/^hrd:editionOf", "bad"),
    ]


def test_a_result_has_its_place_component_path_and_messages(found: list[Finding]) -> None:
    one = of(found, "claim-evidence")[1]
    assert one.place == Origin("ontology/shapes/claims.ttl", line=19)
    assert (one.component, one.path, one.value) == ("MinCount", HRD.evidence.value, None)
    assert dict(one.messages) == {
        "en": "Cite a place.",
        "es": "Cite un pasaje.",
        "fr": "Citez un passage.",
    }


def test_values_are_the_texts_of_the_columns(found: list[Finding]) -> None:
    values = [one.value for rule in ("share", "note", "outcome") for one in of(found, rule)]
    assert values == [
        '"1.50"^^<http://www.w3.org/2001/XMLSchema#decimal>',
        '"half"^^<http://www.w3.org/2001/XMLSchema#decimal>',
        '"Multi\\nline \\"quoted\\" é"@EN-gb',
        "<https://w3id.org/hrdgraph/vocabulary/outcome/laureat>",
    ]


def test_a_filled_message_keeps_its_language(found: list[Finding]) -> None:
    (one,) = of(found, "Conferral")
    assert dict(one.messages) == {"en": f"1873 is before {ID}bad.", "fr": f"1873 précède {ID}bad."}
    assert one.value == '"1873"^^<http://www.w3.org/2001/XMLSchema#gYear>'


def test_a_longer_path_is_written_out_and_its_shape_is_known_by_it(found: list[Finding]) -> None:
    (one,) = of(found, "Claim hrd:edition/^hrd:editionOf")
    assert (one.path, one.severity) == ("hrd:edition/^hrd:editionOf", Severity.INFO)
    assert one.message("en") != one.rule


def test_results_are_those_of_pyshacl_on_the_files_themselves(
    found: list[Finding], data: ColumnGraph
) -> None:
    """What is left out or prepared on the way to pySHACL changes nothing that it finds."""
    import pyshacl
    import rdflib

    graph, shacl = rdflib.Graph(), rdflib.Graph()
    graph.parse(data="\n".join(data.lines()), format="nt")
    for path in sorted(HERE.glob("ontology/*.ttl")) + sorted(
        HERE.glob("ontology/vocabularies/*.ttl")
    ):
        graph.parse(path)
    for path in sorted(HERE.glob("ontology/shapes/*.ttl")):
        shacl.parse(path)
    report = pyshacl.validate(graph, shacl_graph=shacl)[1]

    def said(name: str) -> dict[object, str]:
        return {
            node: str(term).rpartition("#")[2]
            for node, term in report.subject_objects(rdflib.SH[name])
        }

    nodes = list(report.objects(None, rdflib.SH.result))
    parts = [said(name) for name in ("resultSeverity", "sourceConstraintComponent")]
    focus = {
        node: "_:" if isinstance(term, rdflib.BNode) else str(term)
        for node, term in report.subject_objects(rdflib.SH.focusNode)
    }
    theirs = sorted(
        (parts[0][node].lower(), parts[1][node].removesuffix("ConstraintComponent"), focus[node])
        for node in nodes
    )
    ours = sorted(
        (one.severity.value, one.component, "_:" if one.focus.startswith("_:") else one.focus)
        for one in found
        if one.focus
    )
    assert ours == theirs


def test_two_runs_are_equal(found: list[Finding], data: ColumnGraph) -> None:
    assert PySHACL().validate(data, read_shapes_at(HERE / "ontology", root=HERE)) == found


def test_the_graph_names_do_not_matter(
    data: ColumnGraph, shapes: Shapes, found: list[Finding]
) -> None:
    doubled = ColumnGraph.union(
        [data, ColumnGraph.from_quads(quad._replace(graph=None) for quad in data)]
    )
    assert PySHACL().validate(doubled, shapes) == found


def test_libraries_do_not_print(
    data: ColumnGraph, shapes: Shapes, capfd: pytest.CaptureFixture[str]
) -> None:
    logger = logging.getLogger("rdflib.term")
    PySHACL().validate(data, shapes)
    assert capfd.readouterr() == ("", "")
    assert not logger.disabled


def test_an_empty_graph_finds_only_the_idle_shape(shapes: Shapes) -> None:
    assert [one.rule for one in PySHACL().validate(ColumnGraph.from_quads([]), shapes)] == [
        SHAPE + "Typo"
    ]


CLAIM = "shape:bad a sh:NodeShape ; sh:targetClass hrd:Claim ; "
BAD = {
    "two paths": (
        "shape:bad a sh:PropertyShape ; sh:path hrd:a, hrd:b .",
        "'sh:path' appears twice",
    ),
    "no number": (
        CLAIM + "sh:property shape:p . shape:p sh:path hrd:a ; sh:minCount hrd:x .",
        "minCount",
    ),
    "no SPARQL": (
        CLAIM + "sh:sparql [ sh:select 'SELECT $this WHERE { oops' ] .",
        "is not understood",
    ),
    "SERVICE": (
        CLAIM
        + "sh:sparql [ sh:select 'SELECT $this { SERVICE <http://127.0.0.1:9/> { $this ?p ?o } }' ] .",
        "SERVICE",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_shape_is_an_error_that_names_it(
    tmp_path: Path, data: ColumnGraph, name: str
) -> None:
    text, told = BAD[name]
    prefixes = "".join(
        f"@prefix {p}: <{s}> .\n" for p, s in (("hrd", HRD), ("sh", SH), ("shape", SHAPE))
    )
    (tmp_path / "shapes").mkdir()
    (tmp_path / "shapes" / "fine.ttl").write_text(
        prefixes + "shape:fine a sh:NodeShape ; sh:targetClass hrd:Claim ; sh:nodeKind sh:IRI ."
    )
    (tmp_path / "shapes" / "wrong.ttl").write_text(prefixes + text)
    with pytest.raises(OntologyError) as caught:
        PySHACL().validate(data, read_shapes_at(tmp_path, root=tmp_path))
    assert told in caught.value.fact
    assert (caught.value.origin.file, caught.value.origin.line) == ("shapes/wrong.ttl", 4)
    assert caught.value.origin.node in (f"<{SHAPE}bad>", f"<{SHAPE}p>")


def test_a_query_text_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from hrdgraph.shacl import pyshacl_engine as prepared_queries

    parsed: list[str] = []
    original = prepared_queries.prepareQuery

    def counting(text: str, **options: object) -> object:
        parsed.append(text)
        return original(text, **options)

    monkeypatch.setattr(prepared_queries, "prepareQuery", counting)
    graph = PreparedGraph()
    assert [len(graph.query("SELECT ?s WHERE { ?s ?p ?o }")) for _ in range(3)] == [0, 0, 0]
    assert len(graph.query("SELECT ?s WHERE { ?s a x:y }", initNs={"x": "http://x.example/"})) == 0
    assert parsed == ["SELECT ?s WHERE { ?s ?p ?o }"]
