"""XML: XPath with prefixes, streaming equal to reading whole, and documents that are made to break readers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.errors import NOWHERE, MappingError, SourceError
from hrdgraph.sources import ROW, Dialect, read
from hrdgraph.sources import xml_documents as reader
from hrdgraph.sources import xml_documents as rows
from hrdgraph.sources.registry import formulation

Frame = Callable[..., pl.DataFrame]
DOCUMENT = """<?xml version="1.0"?>
<!-- made by hand --><?made by="hand"?>
<r xmlns:e="http://e.org/" xml:lang="fr">
  <p id="1"><name>Ann <b>B.</b></name><tag>x</tag><tag>y</tag></p>
  <o/>
  <p id="2"><name/><e:n>3</e:n></p>
</r>"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "d.xml"
        path.write_text(text, "utf-8")
        return path

    return write


@pytest.mark.parametrize(
    ("iterator", "reference", "found"),
    [
        ("/r/p", "@id", ["1", "2"]),
        ("/r/p", "name", ["Ann B.", ""]),
        ("/r/p", "name/text()", ["Ann ", None]),
        ("/r/p", "tag", [["x", "y"], None]),
        ("//p", "e:n", [None, "3"]),
        ("/r/p[@id='2']", "e:n", ["3"]),
        ("/r/p/tag", "../@id", ["1", "1"]),
        ("/r/p/tag", "count(../tag)", ["2", "2"]),
        ("/r/p", "starts-with(@id, '1')", ["true", "false"]),
        ("/r/p", ".", ["Ann B.xy", "3"]),
        ("/r/nobody", "@id", []),
        ("/r", "o", [""]),
        ("/r", "@xml:lang", ["fr"]),
        ("//e:n", "@xml:lang", [None]),
        ("/r", "0 div 0", ["NaN"]),
        ("/r", "-1 div 0", ["-Infinity"]),
        ("/r", "1 div 100000000", ["0.00000001"]),
        ("/r", "number(.//e:n) div 2", ["1.5"]),
        ("/r", "-0", ["0"]),
        ("/r", "100000000000000000000000", ["99999999999999991611392"]),
        ("/r/p", "..//o", ["", ""]),
    ],
)
def test_what_paths_select(
    iterator: str, reference: str, found: list[object], write: Callable[[str], Path], frame: Frame
) -> None:
    rows = frame(
        "XPath",
        write(DOCUMENT),
        [reference],
        iterator=iterator,
        namespaces=(("e", "http://e.org/"),),
    )
    assert rows[reference].to_list() == found
    assert rows[ROW].to_list() == list(range(1, len(found) + 1))


@pytest.mark.parametrize("path", ["/r/x:p", "/r[", "@", "/r/p[1", ""])
def test_paths_are_checked_before_reading(path: str) -> None:
    with pytest.raises(MappingError, match="this path is not understood"):
        formulation("XPath", NOWHERE).check(Path("none.xml"), Dialect(iterator=path), [], NOWHERE)


@pytest.mark.parametrize("namespace", [("", "http://e.org/"), ("e", ""), ("e\0", "http://e.org/")])
def test_namespaces_that_are_none(namespace: tuple[str, str]) -> None:
    with pytest.raises(MappingError, match="this path is not understood"):
        formulation("XPath", NOWHERE).check(
            Path("none.xml"), Dialect(iterator="/r", namespaces=(namespace,)), [], NOWHERE
        )


@pytest.mark.parametrize("iterator", ["/r/p/@id", "count(/r/p)", "/r/p/text()", "string(/r)"])
def test_an_iterator_over_what_is_no_element(
    iterator: str, write: Callable[[str], Path], frame: Frame
) -> None:
    with pytest.raises(SourceError, match="not an element"):
        frame("XPath", write("<r><p id='1'>x</p></r>"), ["."], iterator=iterator)


BOMB = "<!DOCTYPE r [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><r><p>&b;</p></r>"
OUTSIDE = "<!DOCTYPE r [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><r><p>&a;</p></r>"
PARAMETER = "<!DOCTYPE r [<!ENTITY % a SYSTEM 'http://127.0.0.1/x'> %a;]><r><p/></r>"


@pytest.mark.parametrize("text", [BOMB, OUTSIDE, PARAMETER])
@pytest.mark.parametrize("iterator", ["/r/p", "//p", "/r/nobody"])
def test_entities_are_refused(
    text: str, iterator: str, write: Callable[[str], Path], frame: Frame
) -> None:
    with pytest.raises(SourceError, match="<!ENTITY> is not allowed here"):
        frame("XPath", write(text), ["."], iterator=iterator)


def test_an_external_dtd_is_not_fetched(write: Callable[[str], Path], frame: Frame) -> None:
    path = write('<!DOCTYPE r SYSTEM "none.dtd"><r><p>x</p></r>')
    assert frame("XPath", path, ["."], iterator="/r/p")["."].to_list() == ["x"]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("<r><p>x</p>", "cut off"),
        ("<r><p>x</q></r>", "just before"),
        ("<r/><s/>", "just before"),
        ("<r/>\0", "just before"),
        ("<r><p", "cut off"),
        ("text", "just before"),
        ("<r>&none;</r>", "just before"),
    ],
)
@pytest.mark.parametrize("iterator", ["/r/p", "//p"])
def test_torn_documents(
    text: str, hint: str, iterator: str, write: Callable[[str], Path], frame: Frame
) -> None:
    with pytest.raises(SourceError, match="not valid XML") as caught:
        frame("XPath", write(text), ["."], iterator=iterator)
    assert hint in caught.value.hint
    assert caught.value.origin.file.endswith("d.xml")
    assert caught.value.origin.line == 1


@pytest.mark.parametrize("iterator", ["/r/p", "//p"])
def test_an_empty_document(iterator: str, write: Callable[[str], Path], frame: Frame) -> None:
    with pytest.raises(SourceError, match="the file is empty") as caught:
        frame("XPath", write(""), ["."], iterator=iterator)
    assert "is the file complete" in caught.value.hint


@pytest.mark.parametrize("iterator", ["/r/p", "//p"])
def test_bytes_of_another_encoding(iterator: str, tmp_path: Path, frame: Frame) -> None:
    path = tmp_path / "d.xml"
    path.write_bytes("<r><p>é</p></r>".encode("latin-1"))
    with pytest.raises(SourceError, match="not valid XML: Invalid bytes") as caught:
        frame("XPath", path, ["."], iterator=iterator)
    assert "as UTF-8" in caught.value.hint


@pytest.mark.parametrize("iterator", ["/r/p", "//p"])
def test_deep_nesting(iterator: str, write: Callable[[str], Path], frame: Frame) -> None:
    with pytest.raises(SourceError, match="not valid XML"):
        frame(
            "XPath",
            write("<r>" + "<p>" * 100_000 + "</p>" * 100_000 + "</r>"),
            ["."],
            iterator=iterator,
        )


def test_a_missing_file(tmp_path: Path, frame: Frame) -> None:
    for iterator in ("/r/p", "//p"):
        with pytest.raises(SourceError, match="cannot be read"):
            frame("XPath", tmp_path / "none.xml", ["."], iterator=iterator)


@pytest.mark.parametrize("text", ["x&none;y", "<q k='&none;'/>"])
@pytest.mark.parametrize("iterator", ["/r/p", "//p"])
def test_entities_that_only_a_dtd_elsewhere_may_declare(
    text: str, iterator: str, write: Callable[[str], Path], frame: Frame
) -> None:
    with pytest.raises(SourceError, match="Entity 'none' not defined") as caught:
        frame(
            "XPath",
            write(f'<!DOCTYPE r SYSTEM "none.dtd"><r>\n<p>{text}</p></r>'),
            ["."],
            iterator=iterator,
        )
    assert caught.value.origin.line == 2


def test_its_own_encoding(tmp_path: Path, frame: Frame) -> None:
    path = tmp_path / "d.xml"
    path.write_bytes("<?xml version='1.0' encoding='ISO-8859-1'?><r><p>é</p></r>".encode("latin-1"))
    assert frame("XPath", path, ["."], iterator="/r/p")["."].to_list() == ["é"]


names = st.sampled_from(["p", "q"])
trees = st.recursive(
    st.builds(
        lambda name, text: f"<{name} k='{text}'>{text}</{name}>", names, st.sampled_from("xyz")
    ),
    lambda inner: st.builds(
        lambda name, items: f"<{name}>{''.join(items)}</{name}>", names, st.lists(inner, max_size=4)
    ),
    max_leaves=12,
)


REFERENCES = ["@k", "@none", "p", "q", "q/@k", "p/q", ".", "text()"]


def by_xpath(document: str, iterator: str, reference: str) -> list[list[str]]:
    """What the whole document has, by the library's own XPath."""
    from lxml import etree

    items = etree.fromstring(document.encode()).xpath(iterator)
    return [
        [
            node if isinstance(node, str) else node.xpath("string()")
            for node in item.xpath(reference)
        ]
        for item in items
    ]


@given(
    trees,
    st.sampled_from(["/r/p", "/r/p/q", "/r/p/p", "/r/q/p/q", "/r", "//p", "/r/p[1]"]),
    st.integers(1, 5),
    st.integers(0, 3),
)
def test_streaming_and_layouts_give_what_the_whole_document_gives(
    tmp_path_factory: pytest.TempPathFactory, tree: str, iterator: str, batch: int, layouts: int
) -> None:
    path, document = (
        tmp_path_factory.getbasetemp() / "trees.xml",
        f"<r>{tree}<p>a<!--c-->b<?p q?><![CDATA[<]]></p><p/></r>",
    )
    path.write_text(document, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "BATCH", batch)
        patch.setattr(reader, "CHUNK", batch)
        patch.setattr(rows, "LAYOUTS", layouts)
        frames = list(read("XPath", path, Dialect(iterator=iterator), REFERENCES, NOWHERE))
    for reference in REFERENCES:
        cells = [cell for frame in frames for cell in frame[reference].to_list()]
        found = [
            [] if cell is None else [cell] if isinstance(cell, str) else cell for cell in cells
        ]
        assert found == by_xpath(document, iterator, reference)
    assert [row for frame in frames for row in frame[ROW]] == list(
        range(1, sum(frame.height for frame in frames) + 1)
    )


ROWS = 500
OTHERS = "".join(f"<o><p k='{n}'/></o>" for n in range(ROWS))
DEEP = "".join("<o><p/><a><b/><b/></a></o>" for _ in range(ROWS))


@pytest.mark.parametrize(
    ("document", "iterator"),
    [
        (f"<r>{OTHERS}<p/></r>", "/r/p"),
        (f"<r>{DEEP}</r>", "/r/o/p"),
        (f"<r><q>{OTHERS}</q><o><p/></o></r>", "/r/o/p"),
    ],
    ids=["others before", "others beside", "others elsewhere"],
)
def test_a_stream_holds_nothing_of_what_is_over(
    document: str, iterator: str, write: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from lxml import etree

    monkeypatch.setattr(reader, "CHUNK", 1000)
    held = [
        sum(1 for _ in item.getroottree().iter())
        for item in reader._stream(etree, write(document), iterator, ())
    ]
    assert held
    assert max(held) < ROWS


def test_batches_of_a_large_document_are_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "BATCH", 2)
    path = tmp_path / "d.xml"
    path.write_text("<r><p k='1'><a>x</a></p><p k='2'/><p><a>y</a><a>z</a></p></r>", "utf-8")
    frames = list(read("XPath", path, Dialect(iterator="/r/p"), ["@k", "a", "b"], NOWHERE))
    assert [frame.schema for frame in frames] == [frames[0].schema] * 2
    assert pl.concat(frames).rows() == [
        (1, "1", ["x"], None),
        (2, "2", None, None),
        (3, None, ["y", "z"], None),
    ]


@given(
    st.one_of(
        st.text(max_size=60),
        st.text("<>/rp &;!'=\"[]", max_size=60),
        trees.map(lambda text: text[: len(text) // 2]),
    )
)
def test_any_text_gives_frames_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.xml"
    path.write_text(text, "utf-8", errors="replace")
    for iterator in ("/r/p", "//p"):
        place = ""
        try:
            list(read("XPath", path, Dialect(iterator=iterator), ["@k", "."], NOWHERE))
        except SourceError as error:
            place = error.origin.file
        assert place in ("", str(path))
