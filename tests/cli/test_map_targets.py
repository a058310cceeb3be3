"""`hrdgraph map` with logical targets: nothing is overwritten, half written, lost, or written where it should not be."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from hrdgraph.cli.app import run

HEAD = """@prefix rml: <http://w3id.org/rml/> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix formats: <http://www.w3.org/ns/formats/> . @prefix e: <http://e.org/> .
"""
SOURCE = 'rml:logicalSource [ rml:source [ a rml:FilePath ; rml:root rml:MappingDirectory ; rml:path "t.csv" ] ; rml:referenceFormulation rml:CSV ]'
Write = Callable[..., Path]


def target(path: str, more: str = "") -> str:
    return f'[ a rml:LogicalTarget ; rml:target [ a rml:FilePath ; rml:path "{path}" ] {more} ]'


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """A mapping in the working directory, whose statements of `e:v` go to targets; `subject` stands in its subject map."""
    monkeypatch.chdir(tmp_path)

    def write(*targets: str, subject: str = "", rows: str = "1,é\n2,y\n", term: str = "") -> Path:
        (tmp_path / "t.csv").write_text(f"id,v\n{rows}", "utf-8")
        named = " ".join(f"; rml:logicalTarget {item}" for item in targets)
        pairs = [
            f'rml:predicateObjectMap [ rml:predicate e:v ; rml:objectMap [ rml:reference "v" {term} {named} ] ]',
            'rml:predicateObjectMap [ rml:predicate e:id ; rml:objectMap [ rml:reference "id" ] ]',
        ]
        head = f'rml:subjectMap [ rml:template "http://e.org/{{id}}" {subject} ]'
        (tmp_path / "mapping.ttl").write_text(
            f"{HEAD}<#m> {SOURCE} ; {head} ; {' ; '.join(pairs)} .", "utf-8"
        )
        return tmp_path

    return write


def names(folder: Path) -> list[str]:
    return sorted(
        path.name for path in folder.iterdir() if path.name not in ("t.csv", "mapping.ttl")
    )


def test_quads_go_to_their_targets_and_the_others_to_the_output(
    written: Write, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    folder = written(target("a.nq"), target("b.ttl", "; rml:serialization formats:Turtle"))
    assert run(["map", "mapping.ttl"]) == 0
    assert sorted(capfdbinary.readouterr().out.decode().splitlines()) == [
        f'<http://e.org/{n}> <http://e.org/id> "{n}" .' for n in (1, 2)
    ]
    expected = {'<http://e.org/1> <http://e.org/v> "é"', '<http://e.org/2> <http://e.org/v> "y"'}
    assert {str(quad) for quad in ox.parse(path=folder / "a.nq")} == expected
    assert {str(quad) for quad in ox.parse(path=folder / "b.ttl")} == expected
    assert names(folder) == ["a.nq", "b.ttl"]


@pytest.mark.parametrize("format", ["nq", "ttl"])
def test_an_output_without_a_quad_is_empty(
    format: str, written: Write, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    folder = written(subject=f"; rml:logicalTarget {target('a.nq')}")
    assert run(["map", "mapping.ttl", "--format", format]) == 0
    assert capfdbinary.readouterr().out.strip() == b""
    assert len(list(ox.parse(path=folder / "a.nq"))) == 4


def test_what_is_said_of_a_target_may_stand_on_the_target_itself(written: Write) -> None:
    inner = 'rml:path "a.nt.gz" ; rml:compression rml:gzip ; rml:serialization formats:N-Triples ; rml:encoding rml:UTF-16'
    folder = written(f"[ a rml:LogicalTarget ; rml:target [ a rml:FilePath ; {inner} ] ]")
    assert run(["map", "mapping.ttl", "-o", "out.nq"]) == 0
    assert '<http://e.org/v> "é" .' in gzip.decompress((folder / "a.nt.gz").read_bytes()).decode(
        "utf-16"
    )


def test_a_failed_run_leaves_no_target(written: Write, capfd: pytest.CaptureFixture[str]) -> None:
    folder = written(
        target("a.nq.gz", "; rml:compression rml:gzip"),
        term="; rml:termType rml:IRI",
        rows="1,a\n2,b c\n",
    )
    (folder / "a.nq.gz").write_bytes(b"what was there before")
    assert run(["map", "mapping.ttl", "-o", "out.nq"]) == 1
    assert "t.csv, row 3, column 'v'" in capfd.readouterr().err
    assert names(folder) == ["a.nq.gz"]
    assert (folder / "a.nq.gz").read_bytes() == b"what was there before"


def test_rows_that_are_left_out_are_left_out_of_every_output(
    written: Write, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = written(target("a.nq"), term="; rml:termType rml:IRI", rows="1,a\n2,b c\n")
    assert run(["map", "mapping.ttl", "-o", "out.nq", "--on-error", "skip"]) == 0
    assert (folder / "a.nq").read_text(
        "utf-8"
    ) == "<http://e.org/1> <http://e.org/v> <http://example.com/base/a> .\n"
    assert (folder / "out.nq").read_text("utf-8") == '<http://e.org/1> <http://e.org/id> "1" .\n'
    assert capfd.readouterr().err.count("left out:") == 1


@pytest.mark.parametrize("path", ["mapping.ttl", "t.csv", "out.nq", "./sub/../t.csv"])
def test_a_file_in_use_is_not_written(
    path: str, written: Write, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = written(target(path))
    before = {item: item.read_bytes() for item in folder.iterdir()}
    assert run(["map", "mapping.ttl", "-o", "out.nq"]) == 1
    assert "rml:logicalTarget would overwrite" in capfd.readouterr().err
    assert {item: item.read_bytes() for item in folder.iterdir()} == before


def test_two_targets_do_not_share_a_file(written: Write, capfd: pytest.CaptureFixture[str]) -> None:
    folder = written(target("a.nq"), target("a.nq", "; rml:serialization formats:N-Triples"))
    assert run(["map", "mapping.ttl"]) == 1
    assert "would overwrite" in capfd.readouterr().err
    assert names(folder) == []


@pytest.mark.parametrize("name", ["N-Triples", "Turtle", "N3", "RDF_XML"])
def test_graph_names_are_not_lost(
    name: str, written: Write, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = written(target("a", f"; rml:serialization formats:{name}"), subject="; rml:graph e:g")
    assert run(["map", "mapping.ttl"]) == 1
    assert f"which {name} cannot hold" in capfd.readouterr().err
    assert names(folder) == []


@pytest.mark.parametrize(
    ("name", "format"), [("TriG", ox.RdfFormat.TRIG), ("JSON-LD", ox.RdfFormat.JSON_LD)]
)
def test_formats_with_graphs_keep_them(name: str, format: ox.RdfFormat, written: Write) -> None:
    folder = written(target("a", f"; rml:serialization formats:{name}"), subject="; rml:graph e:g")
    assert run(["map", "mapping.ttl", "-o", "out.nq"]) == 0
    quads = {str(quad) for quad in ox.parse(path=folder / "a", format=format)}
    assert quads == {
        f'<http://e.org/{n}> <http://e.org/v> "{v}" <http://e.org/g>'
        for n, v in ((1, "é"), (2, "y"))
    }


def test_xml_in_another_encoding_than_it_says_is_refused(
    written: Write, capfd: pytest.CaptureFixture[str]
) -> None:
    written(target("a.rdf", "; rml:serialization formats:RDF_XML ; rml:encoding rml:UTF-16"))
    assert run(["map", "mapping.ttl"]) == 1
    assert "must be one of: UTF-8" in capfd.readouterr().err


def test_a_target_outside_needs_to_be_allowed(
    written: Write, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = written(target("../a.nq"))
    (folder / "sub").mkdir()
    for name in ("mapping.ttl", "t.csv"):
        (folder / name).rename(folder / "sub" / name)
    monkeypatch.chdir(folder / "sub")
    assert run(["map", "mapping.ttl"]) == 1
    assert "leaves the folder" in capfd.readouterr().err
    assert names(folder) == ["sub"]
    assert run(["map", "mapping.ttl", "--outside"]) == 0
    assert (folder / "a.nq").read_text("utf-8").count("\n") == 2


def test_a_link_out_of_the_folder_is_followed_before_it_is_judged(
    written: Write, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder, elsewhere = written(target("link/a.nq")), tmp_path_factory.mktemp("elsewhere")
    (folder / "link").symlink_to(elsewhere)
    assert run(["map", "mapping.ttl"]) == 1
    assert list(elsewhere.iterdir()) == []


def test_a_folder_that_is_not_there_is_an_error(
    written: Write, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = written(target("none/a.nq"))
    assert run(["map", "mapping.ttl"]) == 1
    assert "make the folder first" in capfd.readouterr().err
    assert names(folder) == []


def test_a_collection_goes_where_its_statement_goes(written: Write) -> None:
    folder = written()
    text = (folder / "mapping.ttl").read_text("utf-8")
    gather = f'rml:gather ( [ rml:reference "v" ] ) ; rml:gatherAs rdf:List ; rml:logicalTarget {target("a.nq.gz", "; rml:compression rml:gzip")}'
    (folder / "mapping.ttl").write_text(text.replace('rml:reference "v" ', gather), "utf-8")
    assert run(["map", "mapping.ttl", "-o", "out.nq"]) == 0
    predicates = [
        str(quad.predicate).rpartition("/")[2]
        for quad in ox.parse(
            gzip.decompress((folder / "a.nq.gz").read_bytes()), format=ox.RdfFormat.N_QUADS
        )
    ]
    assert sorted(name.rpartition("#")[2].strip("<>") for name in predicates) == [
        "first",
        "first",
        "rest",
        "rest",
        "v",
        "v",
    ]


@pytest.mark.parametrize("format", ["jsonld", "rdfxml"])
def test_a_triple_as_a_term_is_not_written_where_it_cannot_be_said(
    format: str, written: Write, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = written()
    quoting = f"<#q> {SOURCE} ; rml:subjectMap [ rml:quotedTriplesMap <#m> ] ; rml:predicateObjectMap [ rml:predicate e:q ; rml:object e:x ] ."
    with (folder / "mapping.ttl").open("a", encoding="utf-8") as file:
        file.write(f"\n{quoting}\n")
    assert run(["map", "mapping.ttl", "--format", format, "-o", "out"]) == 1
    assert "a triple as a term (RDF 1.2)" in capfd.readouterr().err
    assert names(folder) == []


@pytest.mark.parametrize("format", ["ttl", "trig", "nt", "nq"])
def test_other_formats_say_it(format: str, written: Write) -> None:
    folder = written(rows="1,a\n")
    quoting = f"<#q> {SOURCE} ; rml:subjectMap [ rml:quotedTriplesMap <#m> ] ; rml:predicateObjectMap [ rml:predicate e:q ; rml:object e:x ] ."
    with (folder / "mapping.ttl").open("a", encoding="utf-8") as file:
        file.write(f"\n{quoting}\n")
    assert run(["map", "mapping.ttl", "--format", format, "-o", f"out.{format}"]) == 0
    triples = [
        str(quad.object)
        for quad in ox.parse(path=folder / f"out.{format}")
        if "reifies" in str(quad.predicate)
    ]
    assert sorted(triples) == [
        '<http://e.org/1> <http://e.org/id> "1"',
        '<http://e.org/1> <http://e.org/v> "a"',
    ]
