"""What changed between two graphs is told, bounded and applied; a release is whole, checked, and tells nobody what was taken out."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.catalogue import LANGUAGES
from hrdgraph.cli.app import run
from hrdgraph.errors import OutputError, SourceError
from hrdgraph.exports.changes import apply_patch, compare, parse_threshold, patch_lines, sentences
from hrdgraph.exports.description import VOID, DatasetDescription, describe
from hrdgraph.exports.release import Bundle, check_release, latest_release, write_release
from hrdgraph.ontology import load
from hrdgraph.project import open_project, open_shipped_model
from hrdgraph.rdf import IRI, BlankNode, ColumnGraph, Literal, Quad
from hrdgraph.rdf.terms import RDF_LANG_STRING
from hrdgraph.rdfio.ntriples import read_columns
from hrdgraph.shacl import validator as second_opinion
from hrdgraph.shacl.outcome import ValidationOutcome
from hrdgraph.shacl.shapes import Shapes
from hrdgraph.shacl.validator import PySHACL
from hrdgraph.vocab import FOAF, RDF, RDFS

IRIS = st.sampled_from(
    [IRI(f"http://e.org/{name}") for name in ("a", "b", "c", "é", "漢")]
) | st.just(RDF.type)
BLANKS = st.sampled_from([BlankNode("a"), BlankNode("b.1")])
LITERALS = st.builds(
    Literal, st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
) | st.builds(Literal, st.just("a"), st.just(RDF_LANG_STRING), st.sampled_from(["en-GB", "en-gb"]))
GRAPHS = st.lists(
    st.builds(Quad, IRIS | BLANKS, IRIS, IRIS | BLANKS | LITERALS, st.none() | IRIS), max_size=8
).map(ColumnGraph.from_quads)


def person(name: str, label: str = "") -> list[Quad]:
    iri, graph = IRI(f"http://e.org/{name}"), IRI("http://e.org/graph")
    return [
        Quad(iri, RDF.type, FOAF.Person, graph),
        Quad(iri, RDFS.label, Literal(label or name), graph),
    ]


def graph_of(*people: list[Quad]) -> ColumnGraph:
    return ColumnGraph.from_quads(quad for quads in people for quad in quads)


@given(GRAPHS, GRAPHS, st.booleans())
def test_a_patch_makes_the_new_graph_of_the_old_one(
    old: ColumnGraph, new: ColumnGraph, clear: bool
) -> None:
    assert apply_patch(old, patch_lines(compare(old, new), clear=clear)) == new


@given(GRAPHS, GRAPHS)
def test_differences_are_those_of_sets_of_lines(old: ColumnGraph, new: ColumnGraph) -> None:
    found, before, after = compare(old, new), set(old.lines()), set(new.lines())
    assert set(found.added.lines()) == after - before
    assert set(found.removed.lines()) == before - after
    assert bool(found) == (before != after)


def test_a_patch_does_not_say_what_was_taken_out() -> None:
    old, new = (
        graph_of(person("kept"), person("canary", "Canary Name")),
        graph_of(person("kept"), person("added")),
    )
    told = "\n".join(patch_lines(compare(old, new)))
    assert "anary" not in told
    assert "added" in told
    guesses = [hashlib.sha256(line.encode()).hexdigest() for line in old.lines()]
    assert not any(guess in told for guess in guesses), "a digest without a key can be guessed"


def test_a_patch_belongs_to_one_graph() -> None:
    old, new = graph_of(person("a")), graph_of(person("b"))
    lines = list(patch_lines(compare(old, new)))
    with pytest.raises(SourceError, match="made for another graph"):
        apply_patch(new, lines)


@pytest.mark.parametrize("clear", [True, False])
def test_a_damaged_patch_is_refused(clear: bool) -> None:
    old, new = graph_of(person("a")), graph_of(person("b"))
    lines = list(patch_lines(compare(old, new), clear=clear))
    with pytest.raises(SourceError, match="lacks TC"):
        apply_patch(old, lines[:-1])
    with pytest.raises(SourceError, match="not the graph that the patch promises"):
        apply_patch(old, [line for line in lines if not line.startswith("A ")])
    with pytest.raises(SourceError, match="not written as expected"):
        apply_patch(old, [*lines[:-1], "X nonsense", lines[-1]])
    with pytest.raises(SourceError, match="made for another graph"):
        apply_patch(old, ["D <http://e.org/x> <http://e.org/y> <http://e.org/z> .", "TC ."])


def test_things_are_counted_by_class() -> None:
    found = compare(
        graph_of(person("a"), person("b", "old")),
        graph_of(person("b", "new"), person("c"), person("d")),
    )
    assert found.by_class.to_dicts() == [
        {
            "class": FOAF.Person.value,
            "before": 2,
            "new": 2,
            "gone": 1,
            "changed": 1,
            "added": 5,
            "removed": 3,
        }
    ]
    assert found.totals == {
        "before": 4,
        "new": 2,
        "gone": 1,
        "changed": 1,
        "added": 5,
        "removed": 3,
    }


@pytest.mark.parametrize(
    ("condition", "crossed"),
    [
        ("removed > 2", True), ("removed > 3", False), ("removed >= 3", True), ("removed > 74%", True), ("removed > 75%", False),
        ("foaf:Person gone > 0", True), ("foaf:Person gone > 50%", False), ("foaf:Person gone >= 50%", True),
        ("<http://xmlns.com/foaf/0.1/Person> new>1", True), ("org:Organization gone >= 0", False), ("added>=5", True), ("changed > 1", False),
    ],
)  # fmt: skip
def test_a_condition_bounds_a_change(condition: str, crossed: bool) -> None:
    found = compare(
        graph_of(person("a"), person("b", "old")),
        graph_of(person("b", "new"), person("c"), person("d")),
    )
    assert parse_threshold(condition).is_crossed(found) is crossed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "removed",
        "removed > x",
        "removed < 3",
        "nope:Person gone > 0",
        "Person gone > 0",
        "gone > -1",
    ],
)
def test_what_is_no_condition_is_an_error_with_a_way_out(text: str) -> None:
    with pytest.raises(OutputError) as caught:
        parse_threshold(text)
    assert caught.value.hint


@pytest.mark.parametrize("language", LANGUAGES)
def test_changes_are_told_in_words(language: str) -> None:
    ontology = load(open_shipped_model())
    found = compare(graph_of(person("a")), graph_of(person("b"), person("c")))
    told = sentences(found, "2026.1", ontology, language)
    assert ontology.label(FOAF.Person, (language,)) in told
    assert "2026.1" in told
    assert "/b" not in told
    assert sentences(None, "", ontology, language) != sentences(
        compare(found.old, found.old), "2026.1", ontology, language
    )


def test_the_description_counts_what_sparql_counts() -> None:
    graph = graph_of(
        person("a"),
        person("b", "both"),
        [Quad(IRI("http://e.org/a"), RDFS.label, Literal("a"), IRI("http://e.org/other"))],
    )
    told = describe(
        graph, DatasetDescription(IRI("http://e.org/dataset"), {"en": "Title"}, "http://e.org/")
    )
    values = {
        q.predicate: q.object
        for q in told
        if q.subject == IRI("http://e.org/dataset") and isinstance(q.object, Literal)
    }
    expected = {
        "triples": "4",
        "entities": "2",
        "distinctSubjects": "2",
        "distinctObjects": "3",
        "properties": "2",
        "classes": "1",
    }
    assert {name: values[VOID[name]].value for name in expected} == expected  # type: ignore[union-attr]
    assert {str(q.object) for q in told.where(p=VOID.entities)} == {
        str(Literal("2", "http://www.w3.org/2001/XMLSchema#integer"))
    }


def bundle(small: Path, graph: ColumnGraph, version: str, **more: object) -> Bundle:
    project = open_project(small)
    return Bundle(
        project,
        graph,
        load(project),
        version,
        "2026-11-24",
        f"https://e.org/{version}/",
        "CC0",
        **more,
    )  # type: ignore[arg-type]


def test_a_release_is_whole_and_the_same_each_time(small: Path, tmp_path: Path) -> None:
    graph = graph_of(person("a"))
    for name in ("x", "y"):
        write_release(bundle(small, graph, "1"), tmp_path / name / "1")
    files = {path.name: path.read_bytes() for path in (tmp_path / "x" / "1").iterdir()}
    assert files == {path.name: path.read_bytes() for path in (tmp_path / "y" / "1").iterdir()}
    assert read_columns(tmp_path / "x" / "1" / "graph.nq") == graph
    assert check_release(tmp_path / "x" / "1") == []
    crate = {node["@id"]: node for node in json.loads(files["ro-crate-metadata.json"])["@graph"]}
    assert {part["@id"] for part in crate["./"]["hasPart"]} == files.keys() - {
        "ro-crate-metadata.json",
        "SHA256SUMS",
    }
    assert crate["graph.nq"]["sha256"] == hashlib.sha256(files["graph.nq"]).hexdigest()
    void = read_columns(tmp_path / "x" / "1" / "void.ttl")
    assert void.position(IRI("https://e.org/1/graph.nq")) is not None


def test_a_release_never_changes_and_a_changed_file_is_found(small: Path, tmp_path: Path) -> None:
    write_release(bundle(small, graph_of(person("a")), "1"), tmp_path / "1")
    with pytest.raises(OutputError, match="the folder is there already"):
        write_release(bundle(small, graph_of(person("b")), "1"), tmp_path / "1")
    (tmp_path / "1" / "graph.ttl").write_text("")
    (tmp_path / "1" / "void.ttl").unlink()
    assert check_release(tmp_path / "1") == ["graph.ttl", "void.ttl"]


def test_a_release_that_fails_leaves_nothing(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(import_module("hrdgraph.exports.release"), "crate_metadata", full)
    with pytest.raises(OutputError, match="No space left"):
        write_release(bundle(small, graph_of(person("a")), "1"), tmp_path / "releases" / "1")
    assert list((tmp_path / "releases").iterdir()) == []


def test_the_last_release_is_found(tmp_path: Path) -> None:
    for version, issued in (
        ("11", "2026-01-01"),
        ("9", "2026-02-01"),
        ("10", "2026-02-01"),
        ("10-draft", "2026-01-31"),
    ):
        (tmp_path / version).mkdir()
        dataset = {"@id": "./", "version": version, "datePublished": issued}
        (tmp_path / version / "ro-crate-metadata.json").write_text(
            json.dumps({"@graph": [dataset]})
        )
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "ro-crate-metadata.json").write_text("{")
    assert latest_release(tmp_path) == ("10", tmp_path / "10")
    assert latest_release(tmp_path / "none") is None


@pytest.mark.heavy
def test_release_change_diff_and_patch_as_a_person_does_it(
    whole: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    here = ("--project", str(whole), "--output", str(tmp_path / "releases"))
    assert run(["build", str(whole)]) == 0
    assert run(["release", "1", *here, "--date", "2026-01-01"]) == 0
    assert run(["release", "2", *here]) == 0
    assert b"nothing has changed since 1" in capfdbinary.readouterr().out
    assert run(["release", "../evil", *here]) == 1
    table = whole / "data" / "sources" / "example" / "people.csv"
    table.write_text(table.read_text("utf-8").replace("Berta Example", "Berta Changed"), "utf-8")
    assert run(["build", str(whole)]) == 0
    assert run(["release", "2", *here, "--date", "2026-02-01"]) == 0
    first, second = tmp_path / "releases" / "1", tmp_path / "releases" / "2"
    assert run(["graphs", "diff", str(first), str(second), "--fail-if", "added > 100000%"]) == 0
    assert (
        run(
            [
                "graphs",
                "patch",
                str(first),
                str(second / "changes.rdfp"),
                "-o",
                str(tmp_path / "new.nq"),
            ]
        )
        == 0
    )
    assert (tmp_path / "new.nq").read_bytes() == (second / "graph.nq").read_bytes()
    assert b"Berta Example" not in (second / "changes.rdfp").read_bytes()
    assert run(["graphs", "diff", str(first), str(second), "--fail-if", "removed > 0"]) == 3
    with (second / "graph.nq").open("a") as file:
        file.write("<http://e.org/a> <http://e.org/b> <http://e.org/c> .\n")
    assert run(["release", "3", *here]) == 1
    assert b"this does not match SHA256SUMS" in capfdbinary.readouterr().err
    assert not (tmp_path / "releases" / "3").exists()


BLANK = """:person a rml:TriplesMap ;
    rml:predicateObjectMap [ rml:predicate <http://e.org:80/knows> ; rml:objectMap [ rml:template "{key}" ; rml:termType rml:BlankNode ] ] ;"""


@pytest.mark.heavy
def test_releases_with_blank_nodes_and_languages_with_regions(
    small: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    here = ("--project", str(small), "--output", str(tmp_path))
    mapping, people = (
        small / "data" / "sources" / "example" / name for name in ("mapping.ttl", "people.csv")
    )
    text = mapping.read_text("utf-8")
    assert ":person a rml:TriplesMap ;" in text
    assert '"name_en" ; rml:language "en"' in text
    text = text.replace(":person a rml:TriplesMap ;", BLANK).replace(
        '"name_en" ; rml:language "en"', '"name_en" ; rml:language "en-GB"'
    )
    mapping.write_text(text, encoding="utf-8")
    with people.open("a", encoding="utf-8") as rows:
        rows.write("Odd,Odd \x01 name,https://example.org/award/2024\n")
    for version, line in (("1", ""), ("2", "Cara,Cara,https://example.org/award/2024\n")):
        with people.open("a", encoding="utf-8") as rows:
            rows.write(line)
        run(["build", str(small)])
        assert run(["release", version, *here, "--date", f"2026-0{version}-01", "--anyway"]) == 0
    assert b"Cara" in (tmp_path / "2" / "changes.rdfp").read_bytes()
    assert (
        run(
            [
                "graphs",
                "patch",
                str(tmp_path / "1"),
                str(tmp_path / "2" / "changes.rdfp"),
                "-o",
                str(tmp_path / "new.nq"),
            ]
        )
        == 0
    )
    assert (tmp_path / "new.nq").read_bytes() == (tmp_path / "2" / "graph.nq").read_bytes()
    capfdbinary.readouterr()
    assert run(["release", "3", *here, "--anyway"]) == 0
    assert b"nothing has changed since 2" in capfdbinary.readouterr().out
    assert (
        run(
            [
                "graphs",
                "diff",
                str(tmp_path / "2" / "graph.nq"),
                str(tmp_path / "2" / "graph.ttl"),
                "--json",
            ]
        )
        == 0
    )


def test_files_of_two_formats_are_compared_by_what_they_say(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (tmp_path / "a.nt").write_text(
        '_:z <http://e.org/p> "a"@en-GB .\n<http://e.org/a> <http://e.org/p> _:z .\n'
    )
    (tmp_path / "b.ttl").write_text('@prefix e: <http://e.org/> . e:a e:p [ e:p "a"@EN-gb ] .')
    (tmp_path / "c.nt").write_bytes((tmp_path / "a.nt").read_bytes())
    for other in ("b.ttl", "c.nt"):
        assert run(["graphs", "diff", str(tmp_path / "a.nt"), str(tmp_path / other), "--json"]) == 0
        totals = json.loads(capfdbinary.readouterr().out)["totals"]
        assert (totals["added"], totals["removed"]) == (0, 0)


@pytest.mark.heavy
@pytest.mark.parametrize("named", ["file", "folder"])
@pytest.mark.parametrize("command", ["patch", "diff"])
def test_no_graph_is_overwritten_by_what_is_made_of_it(
    whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, named: str
) -> None:
    here = ("--project", str(whole), "--output", str(tmp_path / "releases"))
    assert run(["build", str(whole)]) == 0
    assert run(["release", "1", *here, "--date", "2026-01-01"]) == 0
    graph, same = tmp_path / "releases" / "1" / "graph.nq", tmp_path / "same.rdfp"
    assert run(["graphs", "diff", str(graph), str(graph), "--patch", str(same)]) == 0
    before = graph.read_bytes()
    old = str(graph if named == "file" else graph.parent)
    (tmp_path / "link.rdfp").symlink_to(graph)
    with_output = {
        "patch": [old, str(same), "-o", str(graph)],
        "diff": [old, old, "--patch", str(tmp_path / "link.rdfp")],
    }[command]
    assert run(["graphs", command, *with_output]) == 1
    assert "would overwrite " in capsys.readouterr().err
    assert graph.read_bytes() == before


@pytest.mark.heavy
def test_a_release_may_be_held_until_pyshacl_agrees(
    whole: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A shape that one engine reads otherwise is named, and no folder is written."""
    here = ("--project", str(whole), "--output", str(tmp_path / "releases"), "--check")
    assert run(["build", str(whole)]) == 0
    assert run(["release", "1.0", *here]) == 0
    judge = second_opinion.PySHACL.run

    def blind(engine: PySHACL, graph: ColumnGraph, shapes: Shapes, *rest: Any) -> ValidationOutcome:
        return replace(judge(engine, graph, shapes, *rest), batches=())

    monkeypatch.setattr(second_opinion.PySHACL, "run", blind)
    shape = whole / "local" / "shapes" / "Nür.ttl"
    shape.parent.mkdir(parents=True, exist_ok=True)
    shape.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <https://example.org/shapes#name> a sh:NodeShape ;"
        " sh:severity sh:Info ; sh:targetClass <http://xmlns.com/foaf/0.1/Person> ; sh:maxLength 1 .",
        "utf-8",
    )
    assert run(["build", str(whole)]) == 0
    assert run(["release", "1.1", *here]) == 1
    told = capsys.readouterr().err
    assert "only columns finds something wrong with" in told
    assert "local/shapes/Nür.ttl" in told
    assert not (tmp_path / "releases" / "1.1").exists()
