"""Plain XML is read without an object for each element, and says what the reader of all XML says."""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.parts import examples

from hrdgraph.errors import SourceError
from hrdgraph.sources.xml import documents, plain
from hrdgraph.sources.xml.documents import read_xml
from hrdgraph.sources.xml.plain import plain_frames

NAMES = ["id", "name", "note", "other"]


def flat(frames: list[pl.DataFrame]) -> list[tuple[object, ...]]:
    """The rows, a list of one text as that text, an empty one as none."""
    return [
        tuple((cell[0] if len(cell) == 1 else cell or None) if isinstance(cell, list) else cell for cell in row)
        for frame in frames
        for row in frame.rows()
    ]  # fmt: skip


def both(text: str | bytes, iterator: str = "/rows/row") -> tuple[object, object, bool]:
    """What the two readers say, rows or the code of an error, and whether the document is plain."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder) / "t.xml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        found = plain_frames(path, iterator, NAMES, "#row")

        def said() -> object:
            try:
                return flat([*read_xml(path, iterator, (), NAMES, row_column="#row")])
            except SourceError as error:
                return error.code

        ours = said()
        patch.setattr(documents, "plain_frames", lambda *_: None)
        return ours, said(), found is not None


TEXT = st.sampled_from(
    [
        "",
        "a",
        "b c",
        " é\u2028 ",
        "&lt;",
        "&amp;lt;",
        "&#233;",
        "&#x1F600;",
        "]]&gt;",
        ">",
        "\t\n",
        "\r\n",
        "\r",
        "\u0085",
    ]
)
CHILD = st.builds(
    lambda name, text, form: form.format(name=name, text=text),
    st.sampled_from([*NAMES, "x"]), TEXT,
    st.sampled_from(["<{name}>{text}</{name}>"] * 12 + [
        "<{name}/>", "<{name} />", "<{name}></{name}>", '<{name} k="1">{text}</{name}>', "<{name}>{text}</{name} >\n tail",
        "<{name}><y>{text}</y></{name}>", "<{name}><![CDATA[{text}]]></{name}>", "<!-- c --><{name}>{text}</{name}>",
    ]),
)  # fmt: skip
ITEM = st.builds(
    lambda children, form: form.format("".join(children)),
    st.lists(CHILD, max_size=4),
    st.sampled_from(["<row>{}</row>\n"] * 12 + ['<row k="v">{}</row>', "<other>{}</other>", "<row>{}</row >", "<row/>"]),
)  # fmt: skip
DOCUMENT = st.builds(
    lambda items, form: form.format("".join(items)),
    st.lists(ITEM, max_size=6) | st.builds(lambda item, n: [item] * n, ITEM, st.integers(1, 5)),
    st.sampled_from(["<rows>{}</rows>"] * 6 + [
        '<?xml version="1.0" encoding="UTF-8"?>\n<rows>\n{}</rows>\n', '<rows xmlns="http://a.example/">{}</rows>',
        '<?xml version="1.0" encoding="latin-1"?><rows>{}</rows>', "<rows>{}</rows><!-- end -->", "\ufeff<rows>{}</rows>",
        "<rows>{}", "<other>{}</other>", "<rows>text {} text</rows>", '<rows a="b">{}</rows>',
    ]),
)  # fmt: skip


@settings(max_examples=examples(600), deadline=None)
@given(DOCUMENT)
def test_both_readers_say_the_same(text: str) -> None:
    ours, theirs, _ = both(text)
    assert ours == theirs


@settings(max_examples=examples(200), deadline=None)
@given(DOCUMENT, st.integers(40, 200))
def test_wherever_the_pieces_end(text: str, size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain, "_CHUNK", size)
        patch.setattr(plain, "_HELD", size)
        ours, theirs, _ = both(text)
    assert ours == theirs


ROW = "<row><id>1</id><name>a &amp; b</name></row>"


def test_plain_is_what_tables_are() -> None:
    assert both(f"<rows>{ROW * 3}</rows>")[2]
    assert both(f"<rows>{ROW}<row><name>é</name></row><row/></rows>") == (
        [(1, "1", "a & b", None, None), (2, None, "é", None, None), (3, None, None, None, None)],
    ) * 2 + (True,)


@pytest.mark.parametrize(
    "text",
    [
        f'<!DOCTYPE rows [<!ENTITY e "x">]><rows>{ROW}</rows>',
        f"<rows>{ROW}<row><id>1</id><id>2</id></row></rows>",
        f"<rows>{ROW}<a:row/></rows>",
        f"<rows>{ROW}<row><id>\ufffe</id></row></rows>",
        f"<rows>{ROW}<row><id>&nbsp;</id></row></rows>",
        f"<rows>{ROW}".encode("utf-16"),
        f"<rows>{ROW}<row><id>\xe9</id></row></rows>".encode("latin-1"),
        b"",
        b"<rows/>",
    ],
)
def test_anything_else_is_for_the_other_reader(text: str | bytes) -> None:
    ours, theirs, is_plain = both(text)
    assert not is_plain
    assert ours == theirs
