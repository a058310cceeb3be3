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
from hrdgraph.sources import xml as reader
from hrdgraph.sources.registry import formulation

Frame = Callable[..., pl.DataFrame]
DOCUMENT = """<?xml version="1.0"?>
<r xmlns:e="http://e.org/">
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
        ("/r/p", "..//o", ["", ""]),
    ],
)
def test_what_paths_select(iterator: str, reference: str, found: list[object], write: Callable[[str], Path], frame: Frame) -> None:
    rows = frame("XPath", write(DOCUMENT), [reference], iterator=iterator, namespaces=(("e", "http://e.org/"),))
    assert rows[reference].to_list() == found
    assert rows[ROW].to_list() == list(range(1, len(found) + 1))


@pytest.mark.parametrize("path", ["/r/x:p", "/r[", "@", "/r/p[1", ""])
def test_paths_are_checked_before_reading(path: str) -> None:
    with pytest.raises(MappingError, match="not an XPath"):
        formulation("XPath", NOWHERE).check(Path("none.xml"), Dialect(iterator=path), [], NOWHERE)


@pytest.mark.parametrize("iterator", ["/r/p/@id", "count(/r/p)", "/r/p/text()", "string(/r)"])
def test_an_iterator_over_what_is_no_element(iterator: str, write: Callable[[str], Path], frame: Frame) -> None:
    with pytest.raises(SourceError, match="no element"):
        frame("XPath", write("<r><p id='1'>x</p></r>"), ["."], iterator=iterator)


BOMB = "<!DOCTYPE r [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><r><p>&b;</p></r>"
OUTSIDE = "<!DOCTYPE r [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><r><p>&a;</p></r>"
PARAMETER = "<!DOCTYPE r [<!ENTITY % a SYSTEM 'http://127.0.0.1/x'> %a;]><r><p/></r>"


@pytest.mark.parametrize("text", [BOMB, OUTSIDE, PARAMETER])
@pytest.mark.parametrize("iterator", ["/r/p", "//p", "/r/nobody"])
def test_entities_are_refused(text: str, iterator: str, write: Callable[[str], Path], frame: Frame) -> None:
    with pytest.raises(SourceError, match="declares entities"):
        frame("XPath", write(text), ["."], iterator=iterator)


def test_an_external_dtd_is_not_fetched(write: Callable[[str], Path], frame: Frame) -> None:
    path = write('<!DOCTYPE r SYSTEM "none.dtd"><r><p>x</p></r>')
    assert frame("XPath", path, ["."], iterator="/r/p")["."].to_list() == ["x"]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("<r><p>x</p>", "cut off"),
        ("<r><p>x</q></r>", "just before"),
        ("", "cut off"),
        ("text", "just before"),
        ("<r>&none;</r>", "just before"),
    ],
)
@pytest.mark.parametrize("iterator", ["/r/p", "//p"])
def test_torn_documents(text: str, hint: str, iterator: str, write: Callable[[str], Path], frame: Frame) -> None:
    with pytest.raises(SourceError, match="not valid XML") as caught:
        frame("XPath", write(text), ["."], iterator=iterator)
    assert hint in caught.value.hint or text == ""
    assert caught.value.origin.file.endswith("d.xml")


@pytest.mark.parametrize("iterator", ["/r/p", "//p"])
def test_deep_nesting(iterator: str, write: Callable[[str], Path], frame: Frame) -> None:
    with pytest.raises(SourceError, match="not valid XML"):
        frame("XPath", write("<r>" + "<p>" * 100_000 + "</p>" * 100_000 + "</r>"), ["."], iterator=iterator)


def test_a_missing_file(tmp_path: Path, frame: Frame) -> None:
    for iterator in ("/r/p", "//p"):
        with pytest.raises(SourceError, match="cannot be read"):
            frame("XPath", tmp_path / "none.xml", ["."], iterator=iterator)


def test_its_own_encoding(tmp_path: Path, frame: Frame) -> None:
    path = tmp_path / "d.xml"
    path.write_bytes("<?xml version='1.0' encoding='ISO-8859-1'?><r><p>é</p></r>".encode("latin-1"))
    assert frame("XPath", path, ["."], iterator="/r/p")["."].to_list() == ["é"]


names = st.sampled_from(["p", "q"])
trees = st.recursive(
    st.builds(lambda name, text: f"<{name} k='{text}'>{text}</{name}>", names, st.sampled_from("xyz")),
    lambda inner: st.builds(lambda name, items: f"<{name}>{''.join(items)}</{name}>", names, st.lists(inner, max_size=4)),
    max_leaves=12,
)


@given(trees, st.sampled_from(["/r/p", "/r/p/q", "/r/p/p", "/r/q/p/q", "/r"]), st.sampled_from(["@k", "p", "q/@k", "p/q", ".", "text()"]))
def test_streaming_gives_what_the_whole_document_gives(tree: str, iterator: str, reference: str) -> None:
    import io

    from lxml import etree

    def texts(items: object) -> list[object]:
        select = reader._select(etree, reference, ())
        found = []
        for item in items:  # type: ignore[attr-defined]
            found.append(select(item, reader._children(item)))
            assert found[-1] == reader._texts(item.xpath(reference))
        return found

    document = f"<r>{tree}</r>".encode()
    whole = texts(etree.parse(io.BytesIO(document)).xpath(iterator))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "open", lambda *_: io.BytesIO(document))
        assert texts(reader._streamed(etree, Path("d.xml"), iterator, ())) == whole


@given(st.one_of(st.text(max_size=60), st.text("<>/rp &;!'=\"[]", max_size=60), trees.map(lambda text: text[: len(text) // 2])))
def test_any_text_gives_frames_or_an_error(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.xml"
    path.write_text(text, "utf-8", errors="replace")
    for iterator in ("/r/p", "//p"):
        place = ""
        try:
            list(read("XPath", path, Dialect(iterator=iterator), ["@k", "."], NOWHERE))
        except SourceError as error:
            place = error.origin.file
        assert place in ("", str(path))
