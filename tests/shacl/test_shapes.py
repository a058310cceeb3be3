"""Shapes know their rules, their places and their messages, whatever engine runs them."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrdgraph.errors import OntologyError, Origin, Problems
from hrdgraph.rdf import IRI, BlankNode, ColumnGraph, Term
from hrdgraph.rdfio.formats import format_named
from hrdgraph.rdfio.read import parse
from hrdgraph.shacl.shape_warnings import idle_targets
from hrdgraph.shacl.shapes import Shapes, ShapesFile, path_text, read_shapes_at
from hrdgraph.vocab import SH

HERE = Path(__file__).parent
SHAPE = "https://w3id.org/hrdgraph/shapes#"
NOTHING = ColumnGraph.from_quads([])


@pytest.fixture(scope="module")
def shapes() -> Shapes:
    return read_shapes_at(HERE / "ontology", root=HERE)


def test_files_are_named_from_the_root_and_the_rest_is_background(shapes: Shapes) -> None:
    assert [file.file for file in shapes.files] == [
        "ontology/shapes/claims.ttl",
        "ontology/shapes/typos.ttl",
    ]
    assert len(shapes.background) == 4


def test_a_named_shape_is_its_own_rule_and_stands_where_it_begins(shapes: Shapes) -> None:
    shape = IRI(SHAPE + "claim-evidence")
    assert shapes.rule_of(shape) == SHAPE + "claim-evidence"
    assert shapes.place_of(shape) == Origin("ontology/shapes/claims.ttl", line=19)
    assert dict(shapes.messages_of(shape)) == {
        "en": "Cite a place.",
        "es": "Cite un pasaje.",
        "fr": "Citez un passage.",
    }


def test_a_shape_without_a_name_is_known_by_its_surroundings_and_path(shapes: Shapes) -> None:
    node = next(quad.subject for quad in shapes.quads if quad.predicate == SH.maxCount)
    assert isinstance(node, BlankNode)
    assert shapes.rule_of(node) == SHAPE + "Claim hrd:edition/^hrd:editionOf"
    typo = next(quad.subject for quad in shapes.files[1].quads if quad.predicate == SH.minCount)
    assert shapes.rule_of(typo) == SHAPE + "Typo hrd:edition"
    assert shapes.place_of(typo) == Origin("ontology/shapes/typos.ttl", line=7)


def test_a_node_that_no_file_has_is_nowhere(shapes: Shapes) -> None:
    assert shapes.place_of(IRI("http://elsewhere.example/")) == Origin()


@pytest.mark.parametrize(
    ("line", "after", "expected"),
    [
        ("ex:ab sh:path ex:p .\nex:a sh:path ex:p .", 0, 3),
        ("ex:b sh:property ex:a .\nex:a sh:path ex:p .", 0, 3),
        ("ex:b sh:property ex:a .", 0, 2),
        ("<http://ex.example/a> a sh:NodeShape .", 0, 2),
        ("ex:a a sh:NodeShape .\n\nex:a sh:order 1 .", 2, 4),
        ("ex:ab a sh:NodeShape .", 0, None),
    ],
)
def test_the_line_of_a_name(line: str, after: int, expected: int | None) -> None:
    file = ShapesFile("a.ttl", f"@prefix ex: <http://ex.example/> .\n{line}", ())
    assert file.line_of("http://ex.example/a", after) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("org:role", "http://www.w3.org/ns/org#role"),
        ("[ sh:inversePath org:role ]", "^org:role"),
        ("( org:role <http://x.example/> )", "org:role/<http://x.example/>"),
        ("[ sh:alternativePath ( org:role org:member ) ]", "(org:role|org:member)"),
        ("[ sh:zeroOrMorePath ( org:role org:member ) ]", "(org:role/org:member)*"),
        ("[ sh:oneOrMorePath [ sh:inversePath org:role ] ]", "(^org:role)+"),
        ("[ sh:zeroOrOnePath org:role ]", "org:role?"),
        (
            "[ sh:inversePath [ sh:alternativePath ( org:role org:member ) ] ]",
            "^(org:role|org:member)",
        ),
    ],
)
def test_paths_are_written_as_sparql(path: str, expected: str) -> None:
    head = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix org: <http://www.w3.org/ns/org#> . <http://s.example/> sh:path "
    quads = parse(f"{head}{path} .", format_named("ttl"))

    def objects(subject: Term, predicate: IRI) -> list[Term]:
        return [
            quad.object for quad in quads if (quad.subject, quad.predicate) == (subject, predicate)
        ]

    assert path_text(objects(IRI("http://s.example/"), SH.path)[0], objects) == expected


def test_a_path_that_bites_its_tail_ends() -> None:
    loop = BlankNode("b")
    assert path_text(
        loop, lambda node, predicate: [node] if predicate == SH.inversePath else []
    ).endswith("…" + ")" * 100)


def test_a_target_that_nothing_is_of_is_a_warning_with_the_nearest_name(shapes: Shapes) -> None:
    (found,) = idle_targets(NOTHING, shapes)
    assert (found.rule, found.severity.value, found.suggestion) == (
        SHAPE + "Typo",
        "warning",
        "hrd:AwardConferral",
    )
    assert found.place == Origin("ontology/shapes/typos.ttl", line=5)
    assert found.message("fr").startswith("Cette règle ne contrôle rien")


def broken(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return folder


def test_what_does_not_parse_is_an_error_with_file_and_line(tmp_path: Path) -> None:
    root = broken(
        tmp_path,
        "ontology/shapes/bad.ttl",
        b"@prefix sh: <http://www.w3.org/ns/shacl#> .\n\n<http://a.example/> sh:path sh:path\n",
    )
    with pytest.raises(OntologyError) as caught:
        read_shapes_at(root / "ontology", root=root)
    assert (caught.value.origin.file, caught.value.origin.line) == ("ontology/shapes/bad.ttl", 4)
    assert caught.value.hint


def test_all_that_cannot_be_read_is_told_at_once(tmp_path: Path) -> None:
    broken(tmp_path, "shapes/a.ttl", b"<http://a.example/> <")
    broken(tmp_path, "shapes/b.ttl", b"\xff\xfe")
    broken(tmp_path, "core.ttl", b"nonsense")
    with pytest.raises(Problems) as caught:
        read_shapes_at(tmp_path, root=tmp_path)
    assert [error.origin.file for error in caught.value.errors] == [
        "shapes/a.ttl",
        "shapes/b.ttl",
        "core.ttl",
    ]


def test_a_folder_without_shapes_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OntologyError, match="there is no file"):
        read_shapes_at(tmp_path)
