"""Whatever is written, read or sent: an answer or one of our errors, in little time. Hypothesis
makes the texts; under `make conformance` it makes many more. What it found is kept as examples."""

from __future__ import annotations

import io
import tempfile
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hrdgraph.errors import NOWHERE, HrdgraphError
from hrdgraph.exports.folding import fold, skeleton
from hrdgraph.mapping.language.reader import read_mapping
from hrdgraph.project.toml import read_toml
from hrdgraph.sources import Dialect, read
from hrdgraph.sources.registry import FORMAT
from hrdgraph.store.contract import dataset_of
from hrdgraph.store.oxigraph import OxigraphStore, refuse_unreadable
from hrdgraph.web.endpoint.http import parameters
from hrdgraph.web.endpoint.negotiation import (
    GRAPHS,
    Problem,
    best_language,
    choose,
    is_changing,
    matches,
    takes_gzip,
)
from hrdgraph.web.reconciliation.matching import read_batch, read_extension

PIECES = {
    "mapping": [
        "@prefix rml: <http://w3id.org/rml/> .", "<#m> a rml:TriplesMap ;", "rml:logicalSource", "[", "]", "(", ")", "<>", "<#m>", "a", ";", ",", ".",
        "rml:source", "rml:path", '"t.csv"', "rml:referenceFormulation", "rml:CSV", "rml:subjectMap", "rml:template", '"http://e.org/{a}"', '"{"',
        "rml:predicateObjectMap", "rml:predicate", "rml:objectMap", "rml:reference", '"b"', "rml:graph", "rml:joinCondition", "rml:parentTriplesMap",
        "rml:iterator", "rml:datatype", "rml:language", '"en"@en', "3", "true", "_:b", "#\n", "<http://www.w3.org/2002/07/owl#Ontology>",
    ],
    "settings": [
        "title", "=", '"text"', "[", "]", "[[", "]]", "{", "}", ",", "\n", "table", "file", "fields", "3", "true", "1e9", "2020-01-01", "'", '"""', "#", ".", "“",
    ],
    "query": [
        "SELECT", "*", "WHERE", "{", "}", "?s", "?p", "$o", "a", "<http://e/>", "ex:", ":x", ".", ";", ",", "FILTER", "(", ")", "OPTIONAL", "UNION", "GRAPH",
        "SERVICE", "SILENT", "FROM", "NAMED", "PREFIX", "BASE", "ORDER BY", "LIMIT", "1", "'x'", '"""', "#", "\n", "\\u0053", "VALUES", "BIND", "AS", "!", "-",
        "ASK", "CONSTRUCT", "DESCRIBE", "[", "]", "^", "/", "+", "\u1680", "\x00", "RAND()",
    ],
    "json": ['{', '}', '[', ']', '"q0"', ':', ',', '"query"', '"x"', '"type"', '"limit"', '1e400', '-1', 'NaN', 'true', 'null', '"properties"', '"pid"', '"v"',
             '"ids"', '"extend"', '"id"', '"settings"', '"\\ud800"', '9' * 400],
    "table": ["a", "b", ",", ";", "\t", "|", '"', '""', "\n", "\r\n", "\r", "\x00", "\ufeff", "é", "=1+1", "1", "2020-01-01", "\u2028", "sep=;", " ", "\ud800"],
    "sheet": ['<row r="1">', '<row r="2">', "<row>", "</row>", '<c r="A1">', '<c r="B1" t="s">', '<c t="n" r="C2">', "<c>", "</c>", "<v>", "</v>", "1", "1e308",
              '<c r="A1" t="inlineStr"><is><t>a</t></is></c>', '<c r="B1" t="inlineStr"><is><t>b</t></is></c>', '<c r="A2" t="b"><v>1</v></c>', "<f>", "</f>",
              '<c r="A0">', '<c r="!!">', '<c r="ZZZZ9">', '<row r="99999999999">', '<c t="e" r="B2"><v>#N/A</v></c>', "&#0;", "<!--", "-->", "&x;", "-1"],
    "ods": ["<table:table-row>", "</table:table-row>", '<table:table-row table:number-rows-repeated="3">', "<table:table-cell>", "</table:table-cell>",
            '<table:table-cell office:value-type="string">', '<table:table-cell office:value-type="float" office:value="1e308">', "<text:p>", "</text:p>",
            '<table:table-cell table:number-columns-repeated="1048576"/>', '<table:table-row table:number-rows-repeated="99999999999"/>', "a", "1",
            '<table:table-cell office:value-type="date" office:date-value="2020-13-45"/>', '<text:s text:c="99999999999"/>', '<text:s text:c="-1"/>', "<text:s/>",
            '<table:covered-table-cell table:number-columns-repeated="x"/>', '<table:table-header-rows>', "</table:table-header-rows>", "&#0;", "&x;", "<!--",
            '<table:table-cell office:value-type="boolean" office:boolean-value="maybe"/>', '<text:line-break/>', '<text:tab/>', '<text:a>', "</text:a>"],
    "header": ["text/turtle", "*/*", ";", "q", "=", "0.5", "nan", ",", "en", "-", "gzip", "W/", '"', "inf", "1e999", "\x00", "é"],
}  # fmt: skip
FEW = settings(suppress_health_check=[HealthCheck.too_slow])


def texts(kind: str) -> st.SearchStrategy[str]:
    """Texts of pieces of a language, mostly; else any."""
    made = st.lists(st.sampled_from(PIECES[kind]), max_size=60)
    spaces = st.sampled_from([" ", "", "\n", " "])
    return st.builds(lambda space, parts: space.join(parts), spaces, made) | st.text(max_size=200)


def answers(work: Callable[[], object]) -> None:
    """Do it; errors of ours are answers."""
    started = time.thread_time()
    with suppress(HrdgraphError, Problem):
        work()
    assert time.thread_time() - started < 5


def in_file(name: str, data: bytes, read: Callable[[Path], object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        answers(lambda: read(path))


@FEW
@given(texts("mapping").map(lambda text: text.encode("utf-8", "replace")) | st.binary(max_size=200))
@example(b"<> a <http://www.w3.org/2002/07/owl#Ontology> .")
@example(b"<> <> <> .")
@example(b"# caf\xe9\n")
def test_mappings(data: bytes) -> None:
    for name in ("m.ttl", "m.yml"):
        in_file(name, data, lambda path: read_mapping(path, base="https://e.org/"))


@FEW
@given(
    texts("settings").map(lambda text: text.encode("utf-8", "replace")) | st.binary(max_size=200)
)
@example(b"a = " + b"[" * 3000)
@example(b"a = " + b"9" * 10_000)
def test_settings(data: bytes) -> None:
    in_file("source.toml", data, read_toml)


@FEW
@given(texts("query"))
@example("SELECT * { SERVICE ?a\u1680b {} }")
@example("#RAND" * 100)
@example("ASK {" + "(" * 300)
def test_queries(text: str) -> None:
    answers(lambda: refuse_unreadable(text))
    answers(lambda: dataset_of(text, {}, ""))
    is_changing(text)
    with OxigraphStore.create() as store:
        answers(lambda: store.query(text) if "(" * 40 not in text else None)


@FEW
@given(texts("json"))
def test_reconciliation(text: str) -> None:
    answers(lambda: read_batch(text))
    answers(lambda: read_extension(text))


@FEW
@given(texts("header"), st.binary(max_size=300))
def test_requests(text: str, data: bytes) -> None:
    answers(lambda: parameters(data))
    choose(text, GRAPHS, text)
    takes_gzip(text)
    matches(text, 'W/"x"')
    assert best_language(text, ("en", "fr")) in ("en", "fr")
    assert skeleton(fold(text)) is not None


def sheet(cells: str) -> bytes:
    """An XLSX file with one sheet of these elements."""
    made = io.BytesIO()
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts = {
        "_rels/.rels": (f"{office}/officeDocument", "xl/workbook.xml"),
        "xl/_rels/workbook.xml.rels": (f"{office}/worksheet", "worksheets/sheet1.xml"),
    }
    with zipfile.ZipFile(made, "w") as archive:
        for name, (kind, target) in parts.items():
            link = f'<Relationship Id="r1" Type="{kind}" Target="{target}"/>'
            archive.writestr(name, f'<Relationships xmlns="{package}">{link}</Relationships>')
        sheets = '<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets>'
        book = f'<workbook xmlns="{space}" xmlns:r="{office}">{sheets}</workbook>'
        archive.writestr("xl/workbook.xml", book)
        rows = f'<worksheet xmlns="{space}"><sheetData>{cells}</sheetData></worksheet>'
        archive.writestr("xl/worksheets/sheet1.xml", rows.encode("utf-8", "replace"))
    return made.getvalue()


def ods(cells: str) -> bytes:
    """An OpenDocument spreadsheet with one table of these elements."""
    made, name = io.BytesIO(), "urn:oasis:names:tc:opendocument:xmlns:"
    spaces = " ".join(
        f'xmlns:{part}="{name}{part}:1.0"' for part in ("office", "table", "text", "manifest")
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    table = f'<office:spreadsheet><table:table table:name="S">{cells}</table:table></office:spreadsheet>'
    content = f"<office:document-content {spaces}><office:body>{table}</office:body></office:document-content>"
    entry = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr(
            "META-INF/manifest.xml", f"<manifest:manifest {spaces}>{entry}</manifest:manifest>"
        )
        archive.writestr("content.xml", content.encode("utf-8", "replace"))
    return made.getvalue()


def read_table(path: Path) -> None:
    """Through the reader of mappings, and through that of tables of facts."""
    own = "CSV" if path.suffix == ".csv" else FORMAT.Spreadsheet.value
    for name in (own, FORMAT.FactTable.value):
        with suppress(HrdgraphError):
            list(read(name, path, Dialect(), None, NOWHERE))


@FEW
@given(texts("table").map(lambda text: text.encode("utf-8", "replace")) | st.binary(max_size=200))
def test_tables(data: bytes) -> None:
    in_file("t.csv", data, read_table)


@FEW
@given(texts("sheet"))
@example('<row r="1"><c t="n" r="XFD1048576"><v>1</v></c></row>')
@example('<row r="4294967295"><c><v>1</v></c></row>')
@example(f'<row><c r="{"A" * 200}1"><v>1</v></c></row>')
def test_workbooks(text: str) -> None:
    in_file("t.xlsx", sheet(text), read_table)


@FEW
@given(st.binary(max_size=40), st.integers(0, 1500))
def test_workbooks_that_are_torn(data: bytes, place: int) -> None:
    whole = sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>')
    in_file("t.xlsx", whole[:place] + data + whole[place + len(data) :], read_table)


@FEW
@given(texts("ods"))
@example(
    '<table:table-row><table:table-cell table:number-columns-repeated="1048576"/></table:table-row>'
)
@example(
    '<table:table-row table:number-rows-repeated="50000"><table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell></table:table-row>'
)
def test_open_documents(text: str) -> None:
    in_file("t.ods", ods(text), read_table)


@FEW
@given(st.binary(max_size=40), st.integers(0, 1200))
def test_open_documents_that_are_torn(data: bytes, place: int) -> None:
    cell = '<table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell>'
    whole = ods(f"<table:table-row>{cell}</table:table-row>")
    in_file("t.ods", whole[:place] + data + whole[place + len(data) :], read_table)


def test_a_sound_open_document_is_read(tmp_path: Path) -> None:
    cell = '<table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell>'
    (tmp_path / "t.ods").write_bytes(ods(f"<table:table-row>{cell}</table:table-row>" * 2))
    frames = list(read(FORMAT.Spreadsheet.value, tmp_path / "t.ods", Dialect(), None, NOWHERE))
    assert [frame["a"].to_list() for frame in frames] == [["a"]]


@pytest.mark.parametrize("kind", PIECES)
def test_there_are_pieces(kind: str) -> None:
    assert len(PIECES[kind]) > 15
