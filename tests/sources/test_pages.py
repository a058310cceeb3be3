"""Pages: which words of a cell are apart, and in which encoding a page says it is. Files that are packed, whatever they are called."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from hrdgraph.errors import SourceError
from hrdgraph.sources.registry import FORMAT

Frame = Callable[..., pl.DataFrame]
PAGE = FORMAT.HTMLTable.value


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("Bogotá<br>Colombia", "Bogotá Colombia"),
        ("<ul><li>Lima</li><li>Quito</li></ul>", "Lima Quito"),
        ("<p>a</p><p>b</p>c<div>d</div>e<hr>f", "a b c d e f"),
        ("<b>Jo</b>sé 10<sup>3</sup><wbr>x<ins>y</ins>", "José 103xy"),
        (
            "a<style>p {}</style>b<script>1</script><template>t<b>u</b></template><noscript>n</noscript><!-- c -->d<?pi?>e",
            "abde",
        ),
        ("a<table><tr><td>b<td>c<tr><td>d</table>e", "a b c d e"),
        ("<!-- c -->", None),
        ("<br>", None),
    ],
)
def test_words_of_a_cell(html: str, text: str | None, tmp_path: Path, frame: Frame) -> None:
    path = tmp_path / "t.html"
    path.write_text(f"<table><tr><th>place<br>name<th>n<tr><td>{html}</td><td>1</table>", "utf-8")
    assert frame(PAGE, path, ["place name"])["place name"].to_list() == [text]


def page(said: str, word: str) -> str:
    return f"<!DOCTYPE html><html><head>{said}</head><body><table><tr><th>a<tr><td>{word}</table></body></html>"


@pytest.mark.parametrize(
    ("said", "encoding"),
    [
        ('<meta charset="windows-1252">', "windows-1252"),
        ("<META CHARSET=ISO-8859-1>", "windows-1252"),
        (
            '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">',
            "windows-1251",
        ),
        ('<meta charset="Shift_JIS">', "cp932"),
        ('<meta charset="iso-2022-jp">', "iso-2022-jp"),
        ('<meta charset="windows-1252">', "utf-16"),
        ('<meta charset="windows-1252">', "utf-8-sig"),
        ('<!-- <meta charset="windows-1252"> -->', "utf-8"),
        ('<meta charset="{{ charset }}">', "utf-8"),
        ("", "utf-8"),
    ],
)
def test_a_page_says_its_encoding(said: str, encoding: str, tmp_path: Path, frame: Frame) -> None:
    word = {"windows-1251": "Львов", "cp932": "東京", "iso-2022-jp": "東京"}.get(
        encoding, "Bogotá – „x“"
    )
    path = tmp_path / "t.html"
    path.write_bytes(page(said, word).encode(encoding))
    assert frame(PAGE, path)["a"].to_list() == [word]


@pytest.mark.parametrize("encoding", ["UTF-8", "utf8", "windows-1252"])
def test_a_mapping_knows_better(encoding: str, tmp_path: Path, frame: Frame) -> None:
    path = tmp_path / "t.html"
    path.write_bytes(page('<meta charset="windows-1251">', "Bogotá").encode(encoding))
    assert frame(PAGE, path, encoding=encoding)["a"].to_list() == ["Bogotá"]


@pytest.mark.parametrize(
    ("said", "data", "fact"),
    [
        (
            '<meta charset="windows-1252">',
            "é".encode(),
            "says that it is cp1252, but its letters are UTF-8",
        ),
        ("", b"\xe9", "not valid UTF-8: byte 0xE9"),
        (
            '<meta charset="windows-1252">',
            b"\xe9\x81",
            "not valid cp1252, which the page says it is",
        ),
    ],
)
def test_a_page_in_another_encoding(
    said: str, data: bytes, fact: str, tmp_path: Path, frame: Frame
) -> None:
    path = tmp_path / "t.html"
    path.write_bytes(page(said, "@").encode().replace(b"@", data))
    with pytest.raises(SourceError, match=fact) as caught:
        frame(PAGE, path)
    assert "rml:encoding" in caught.value.hint


@pytest.mark.parametrize("name", ["CSV", PAGE])
def test_a_workbook_by_another_name(name: str, tmp_path: Path, frame: Frame) -> None:
    import zipfile

    path = tmp_path / "t.csv"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>" * 9999)
    with pytest.raises(SourceError, match="a workbook or a zip archive, not text") as caught:
        frame(name, path)
    assert "rename a workbook to .xlsx" in caught.value.hint


@pytest.mark.parametrize(
    ("cells", "row"),
    [
        ("<td colspan=0>x<td>y<td>z", ("x", "y", "z")),
        ("<td colspan=' 2px'>x<td>z", ("x", "x", "z")),
        ("<td colspan=many>x<td rowspan=' +1'>y<td rowspan=x>z", ("x", "y", "z")),
    ],
)
def test_cells_span_what_browsers_say(
    cells: str, row: tuple[str, ...], tmp_path: Path, frame: Frame
) -> None:
    path = tmp_path / "t.html"
    path.write_text(f"<table><tr><th>a<th>b<th>c<tr>{cells}</table>", "utf-8")
    assert frame(PAGE, path, ["a", "b", "c"]).rows() == [(2, *row)]


@pytest.mark.parametrize(
    ("rest", "fact"),
    [
        ("<tr><td>x</tr><td>y", "stands in no row"),
        ("<form><tr><td>x</tr></form>", "stands in no row"),
        (f"<tr><td>{'<b>' * 300}x{'</b>' * 300}<tr><td>y", "nested too deeply"),
        (f"<tr><td><img src='data:{'x' * 11_000_000}'>x<tr><td>y", "too large"),
    ],
)
def test_no_row_of_a_page_is_lost(rest: str, fact: str, tmp_path: Path, frame: Frame) -> None:
    path = tmp_path / "t.html"
    path.write_text(f"<table><tr><th>a</tr>{rest}</table>", "utf-8")
    with pytest.raises(SourceError, match=fact):
        frame(PAGE, path)


def test_tables_within_cells_are_no_part_of_the_table_around(tmp_path: Path, frame: Frame) -> None:
    path = tmp_path / "t.html"
    path.write_text(
        "<table><tr><th>a<tr><td>x<table><form><tr><td>y</form></table></table>", "utf-8"
    )
    assert frame(PAGE, path, ["a"]).rows() == [(2, "x y")]
