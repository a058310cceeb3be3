"""Reading lines straight into columns gives what the parser gives, or leaves it to the parser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hrdgraph.errors import SourceError
from hrdgraph.rdf import IRI, BlankNode, ColumnGraph, Literal, Quad
from hrdgraph.rdf.terms import RDF_LANG_STRING
from hrdgraph.rdfio.canonical import comparable, lower_tags
from hrdgraph.rdfio.ntriples import parse_lines, read_canonical, read_columns
from hrdgraph.rdfio.read import read_quads

IRIS = st.sampled_from(
    ["<http://e.org/a>", "<urn:x:y>", "<http://e.org/é/%C3%A9?q=1#f>", "<http://[::1]/>", "<http://e.org:80/a//b>", "<a>", "<http://e.org/a b>",
     "<http://e.org/%2>", "<http://e.org/\\u00E9>", "<x:>", "<http://e.org/[>", "<mailto:a@b.org>", "<http://e.org/\ue000>", "<1:a>", "<tag:e.org,2026:x>"]
)  # fmt: skip
BLANKS = st.sampled_from(["_:a", "_:b1", "_:1", "_:a.b", "_:a.", "_:-a", "_:é"])
LITERALS = st.sampled_from(
    ['"x"', '"é\\n"', '"a"@en', '"a"@EN-gb', '"a"@e_n', '"1"^^<http://www.w3.org/2001/XMLSchema#integer>', '"1.50"^^<http://www.w3.org/2001/XMLSchema#decimal>',
     '"a _:b"', '"a <http://e.org/g>"', '" <http://e.org/g"^^<http://e.org/d>', '"a _:b"@en', '"x <http://e.org/g> ."', '"_:b <http://e.org/g>"^^<http://e.org/d>',
     '"x"^^<http://www.w3.org/2001/XMLSchema#string>', '"\\u00E9"', '"a\tb"', '"\x7f"', '"torn', '"a"b"', '"a\\qb"', '""']
)  # fmt: skip
SPACES = st.sampled_from([" ", " ", " ", "  ", "\t", ""])
LINES = st.tuples(
    IRIS | BLANKS,
    SPACES,
    IRIS,
    SPACES,
    IRIS | BLANKS | LITERALS,
    SPACES,
    st.just("") | IRIS | BLANKS,
    st.sampled_from([" .", ".", " . # x", " .\r", ""]),
).map("".join)
FILES = st.lists(LINES | st.sampled_from(["", "# comment"]), max_size=4)
GOOD = '<http://e.org/a> <http://e.org/b> "c"@en <http://e.org/g> .\n_:x <http://e.org/b> _:y .\n'


def read(path: Path, columns: bool) -> object:
    try:
        graph = read_columns(path) if columns else ColumnGraph.from_quads(read_quads(path))
    except SourceError as error:
        return str(error)
    # blank nodes are named in another order, and the parser writes language tags in lower case
    return sorted(
        tuple(re.sub(r"^_:\w[\w.]*", "_:b", term) for term in row)
        for row in lower_tags(graph).text().rows()
    )


@given(FILES, st.sampled_from(["nt", "nq"]), st.booleans())
@example([GOOD], "nq", True)
@example([GOOD], "nt", True)
def test_columns_are_those_of_the_parser(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], ending: str, ended: bool
) -> None:
    path = tmp_path_factory.mktemp("lines") / f"file.{ending}"
    path.write_bytes(("\n".join(lines) + ("\n" if ended else "")).encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hrdgraph.rdfio.ntriples._BLOCK", 40)
        assert read(path, columns=True) == read(path, columns=False)


def test_canonical_lines_are_not_left_to_the_parser(tmp_path: Path) -> None:
    path = tmp_path / "file.nq"
    path.write_text(GOOD, encoding="utf-8")
    assert read_canonical(path) is not None
    assert read_columns(path).lines().to_list()[-1] == "_:filex <http://e.org/b> _:filey ."


@pytest.mark.parametrize("graph", ["", " <http://e.org/g>", " _:g"])
@pytest.mark.parametrize(
    "literal",
    ['"a _:b"', '"a <http://e.org/g>"', '" <http://e.org/g"^^<http://e.org/d>', '"a _:b"@en', '"x <http://e.org/g> ."', '" _:b .\\""', '_:b'],
)  # fmt: skip
def test_only_a_graph_is_taken_for_one(tmp_path: Path, literal: str, graph: str) -> None:
    path = tmp_path / "file.nq"
    path.write_text(f"<http://e.org/a> <http://e.org/b> {literal}{graph} .\n", encoding="utf-8")
    assert read_canonical(path) is not None
    assert read(path, columns=True) == read(path, columns=False)


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"nonsense\n"])
def test_what_is_wrong_is_said_by_the_parser(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "file.nt"
    path.write_bytes(data)
    assert read(path, columns=True) == read(path, columns=False)


TERMS = {
    "s": st.sampled_from(
        [
            IRI("http://e.org/a"),
            IRI("http://e.org:80/a b>"),
            IRI("http://[::1]/<x>"),
            BlankNode("a"),
            BlankNode("b.c-d"),
        ]
    ),
    "p": st.sampled_from([IRI("http://e.org/p"), IRI("http://u@e.org:8080/p")]),
    "o": st.builds(Literal, st.text(st.characters(exclude_categories=["Cs"]), max_size=5))
    | st.builds(
        Literal,
        st.text(max_size=2, alphabet='é\n\x01\x7f"@'),
        st.just(RDF_LANG_STRING),
        st.sampled_from(["en-GB", "EN-gb", "fr"]),
    )
    | st.just(BlankNode("a")),
    "g": st.none() | st.just(IRI("http://e.org:1/g")),
}
GRAPHS = st.lists(st.builds(Quad, TERMS["s"], TERMS["p"], TERMS["o"], TERMS["g"]), max_size=5).map(
    ColumnGraph.from_quads
)


@given(GRAPHS)
def test_what_we_write_is_read_letter_by_letter(
    tmp_path_factory: pytest.TempPathFactory, graph: ColumnGraph
) -> None:
    path = tmp_path_factory.mktemp("written") / "graph.nq"
    path.write_bytes(graph.document())
    escaped = any(
        "\\" in term for term in graph.terms if term.startswith("<")
    )  # what no IRI may hold: the parser refuses it
    if len(graph) and not escaped:
        assert read_canonical(path) == graph
    if not escaped:
        assert parse_lines(graph.lines().to_list()) == graph


def test_equal_graphs_of_two_formats_are_comparable(tmp_path: Path) -> None:
    (tmp_path / "a.nt").write_text(
        '_:z <http://e.org/p> "a"@en-GB .\n_:y <http://e.org/q> _:z .\n<http://e.org/a> <http://e.org/p> _:y .\n'
    )
    (tmp_path / "b.ttl").write_text(
        '@prefix e: <http://e.org/> . e:a e:p [ e:q [ e:p "a"@EN-gb ] ] .'
    )
    one, other = (comparable(read_columns(tmp_path / name)) for name in ("a.nt", "b.ttl"))
    assert one == other
    assert len(one) == 3
