"""RDF text into quads: in document order, with stable names for blank nodes, and errors with their place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hrdgraph.errors import HrdgraphError, ProjectError, SourceError
from hrdgraph.rdf import IRI, BlankNode, Literal, Quad
from hrdgraph.rdfio.formats import FORMATS, format_named, format_of
from hrdgraph.rdfio.read import parse, read_quads, statement_texts

BROKEN = {
    "ttl": "<http://e.org/a> <http://e.org/b> <http://e.org/c> .\n<http://e.org/a> <http://e.org/b> .\n",
    "trig": "<http://e.org/g> {\n <http://e.org/a> <http://e.org/b> }\n",
    "nt": "<http://e.org/a> <http://e.org/b> <http://e.org/c> .\nnonsense\n",
    "nq": '<http://e.org/a> <http://e.org/b> "c" <http://e.org/g> .\n<http://e.org/a> "b" "c" .\n',
    "rdfxml": "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\n<rdf:Description>\n",
    "jsonld": '{"http://e.org/a":\n',
}


@pytest.mark.parametrize("name", BROKEN)
def test_an_error_names_file_and_line(name: str, tmp_path: Path) -> None:
    file = tmp_path / f"broken{FORMATS[name].ending}"
    file.write_text(BROKEN[name], "utf-8")
    with pytest.raises(SourceError) as caught:
        read_quads(file)
    assert caught.value.origin.file == str(file)
    assert re.match("not (valid|well-formed)", caught.value.fact)
    assert caught.value.hint
    if name in ("ttl", "nt", "nq"):
        assert caught.value.origin.line == 2
    assert "line" in str(caught.value)
    assert "Parser error" not in str(caught.value)


@pytest.mark.parametrize(
    ("cut", "hint"), [("<rdf:RDF>", "cut off"), ("<a></b>", "look just before")]
)
def test_xml_that_is_not_well_formed(cut: str, hint: str) -> None:
    with pytest.raises(SourceError, match="not valid XML") as caught:
        parse(
            cut.replace(
                "<rdf:RDF>", "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
            ),
            FORMATS["rdfxml"],
        )
    assert hint in caught.value.hint


def test_an_undefined_prefix_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    file.write_text("\n\nex:a ex:b ex:c .\n", "utf-8")
    with pytest.raises(SourceError, match="ex") as caught:
        read_quads(file)
    assert caught.value.origin.line == 3


def test_bytes_that_are_no_utf8(tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    file.write_bytes(b'<http://e.org/a> <http://e.org/b> "\xff" .\n')
    with pytest.raises(SourceError) as caught:
        read_quads(file)
    assert caught.value.origin.file == str(file)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read: No such file"):
        read_quads(tmp_path / "no.ttl")


def test_an_unknown_ending_lists_the_known_ones(tmp_path: Path) -> None:
    (tmp_path / "a.doc").write_text("")
    with pytest.raises(ProjectError) as caught:
        read_quads(tmp_path / "a.doc")
    assert ".trig" in caught.value.hint
    with pytest.raises(ProjectError, match="'doc' is not known here"):
        format_named("doc")
    assert format_of(Path("A.TTL")).name == "ttl"


def test_blank_nodes_are_named_by_file_and_order(tmp_path: Path) -> None:
    text = "_:z <http://e.org/p> _:a . _:a <http://e.org/p> [] . _:z <http://e.org/q> 1 ."
    file = tmp_path / "my-file.ttl"
    file.write_text(text, "utf-8")
    first, again = read_quads(file), read_quads(file)
    assert first == again
    p, q = IRI("http://e.org/p"), IRI("http://e.org/q")
    nodes = [BlankNode(f"myfile{number}") for number in range(3)]
    one = Literal("1", "http://www.w3.org/2001/XMLSchema#integer")
    assert first == [
        Quad(nodes[0], p, nodes[1]),
        Quad(nodes[1], p, nodes[2]),
        Quad(nodes[0], q, one),
    ]


def test_labels_of_the_text_take_no_part() -> None:
    texts = ["_:x <http://e.org/p> _:y .", "_:b0 <http://e.org/p> _:x ."]
    assert parse(texts[0], FORMATS["ttl"]) == parse(texts[1], FORMATS["ttl"])


def test_quads_come_in_document_order_and_relative_iris_are_resolved() -> None:
    text = "@prefix : <#> . <b> :p <a> . <a> :p <b> ."
    quads = parse(text, FORMATS["ttl"], base="http://e.org/dir/file")
    assert [q.subject for q in quads] == [IRI("http://e.org/dir/b"), IRI("http://e.org/dir/a")]
    assert quads[0].predicate == IRI("http://e.org/dir/file#p")


def test_named_graphs_are_kept() -> None:
    (quad,) = parse(
        "<http://e.org/g> { <http://e.org/a> <http://e.org/b> 'c'@EN-gb }", FORMATS["trig"]
    )
    assert quad.graph == IRI("http://e.org/g")
    assert isinstance(quad.object, Literal)
    assert quad.object.language.lower() == "en-gb"


def test_a_triple_term_is_refused() -> None:
    with pytest.raises(HrdgraphError, match=r"RDF 1\.2|not valid"):
        parse(
            "<http://e.org/a> <http://e.org/b> <<( <http://e.org/a> <http://e.org/b> 1 )>> .",
            FORMATS["ttl"],
        )


def test_statements_keep_the_capitals_of_language_tags() -> None:
    """The parser does not; and what looks like a tag in texts, IRIs and comments is none."""
    lines = [
        '<http://e/s> <http://e/p#@EN> "\\"@EN # \\\\"@fr-CA <http://e/g> . # "a"@DE',
        '# "b"@IT',
        '<http://e/s> <http://e/p> "x"@en .',
        '<http://e/s> <http://e/p> "<x>"@en-GB-oxendict .',
        '<http://e/s> <http://e/p> <<( _:b <http://e/q> <<( <http://e/s> <http://e/q> "<<( \\u0022"@pt-BR )>> )>> .',
        '_:b<http://e/p>"x"@DE-Latn.',
        '_:b <http://e/p> "x" @EL .',  # which the parser lets pass
        '_:b <http://e/p> "x"@EO .',
    ]
    assert [object for _, _, object in statement_texts("\n".join(lines).encode())] == [
        '"\\"@EN # \\\\"@fr-CA',
        '"x"@en',
        '"<x>"@en-GB-oxendict',
        '<<( _:b <http://e/q> <<( <http://e/s> <http://e/q> "<<( \\""@pt-BR )>> )>>',
        '"x"@DE-Latn',
        '"x"@EL',
        '"x"@EO',
    ]


def test_statements_that_are_none_are_an_error_with_their_line() -> None:
    with pytest.raises(SourceError, match="line 2"):
        statement_texts(
            b'<http://e/s> <http://e/p> "x"@fr-CA .\n<http://e/s> "x"@fr-CA .\n', "out.nq"
        )
