"""Reading lines straight into columns gives what the parser gives, or leaves it to the parser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hrdgraph.errors import SourceError
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio import read_columns, read_quads
from hrdgraph.rdfio.lines import _canonical

IRIS = st.sampled_from(
    ["<http://e.org/a>", "<urn:x:y>", "<http://e.org/é/%C3%A9?q=1#f>", "<http://[::1]/>", "<http://e.org:80/a//b>", "<a>", "<http://e.org/a b>",
     "<http://e.org/%2>", "<http://e.org/\\u00E9>", "<x:>", "<http://e.org/[>", "<mailto:a@b.org>", "<http://e.org/\ue000>", "<1:a>", "<tag:e.org,2026:x>"]
)  # fmt: skip
BLANKS = st.sampled_from(["_:a", "_:b1", "_:1", "_:a.b", "_:a.", "_:-a", "_:é"])
LITERALS = st.sampled_from(
    ['"x"', '"é\\n"', '"a"@en', '"a"@EN-gb', '"a"@e_n', '"1"^^<http://www.w3.org/2001/XMLSchema#integer>', '"1.50"^^<http://www.w3.org/2001/XMLSchema#decimal>',
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
    return sorted(re.sub(r"_:\w[\w.]*", "_:b", line) for line in graph.lines())  # blank nodes are named in another order


@given(FILES, st.sampled_from(["nt", "nq"]), st.booleans())
@example([GOOD], "nq", True)
@example([GOOD], "nt", True)
def test_columns_are_those_of_the_parser(tmp_path_factory: pytest.TempPathFactory, lines: list[str], ending: str, ended: bool) -> None:
    path = tmp_path_factory.mktemp("lines") / f"file.{ending}"
    path.write_bytes(("\n".join(lines) + ("\n" if ended else "")).encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hrdgraph.rdfio.lines._BLOCK", 40)
        assert read(path, columns=True) == read(path, columns=False)


def test_canonical_lines_are_not_left_to_the_parser(tmp_path: Path) -> None:
    path = tmp_path / "file.nq"
    path.write_text(GOOD, encoding="utf-8")
    assert _canonical(path) is not None
    assert read_columns(path).lines().to_list()[-1] == "_:filex <http://e.org/b> _:filey ."


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"nonsense\n"])
def test_what_is_wrong_is_said_by_the_parser(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "file.nt"
    path.write_bytes(data)
    assert read(path, columns=True) == read(path, columns=False)
