"""Workbooks and documents that are made to fill memory, or are damaged: each is a clear error, soon, and in little memory."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

import openpyxl
import pytest
from tests.test_fuzz import ods

from hrdgraph.errors import Origin, SourceError
from hrdgraph.sources import ROW, Dialect, read
from hrdgraph.sources.registry import FORMAT

SHEET: Final = "xl/worksheets/sheet1.xml"
WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
LAUGHS: Final = "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha" * 10}">' for n in range(10)
)
NESTED: Final = f"<!DOCTYPE x [{LAUGHS}]>"
MEGABYTE: Final = b" " * (1 << 20)
SECONDS, MEGABYTES = 5, 700  # of CPU and memory that one file may take, the program itself included
# read each file in a new process, and print what came of it, with the CPU seconds and the peak
READ: Final = """
import json, re, sys, time
from pathlib import Path
from hrdgraph.errors import HrdgraphError, Origin
from hrdgraph.evidence.texts.freeze import freeze
from hrdgraph.sources import Dialect, read
from hrdgraph.sources.registry import FORMAT
for path in sorted(Path(sys.argv[1]).iterdir()):
    for name in (FORMAT.Spreadsheet.value, FORMAT.FactTable.value):
        begun, said = time.process_time(), ""
        try:
            if path.suffix == ".docx":
                freeze(path.read_bytes(), str(path))
            else:
                list(read(name, path, Dialect(), None, Origin(str(path))))
        except HrdgraphError as error:
            said = error.code
        peak = int(re.search("VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) >> 10
        print(json.dumps([path.stem, said, time.process_time() - begun, peak]))
"""


def packed(path: Path, parts: dict[str, bytes | str], *, says: int | None = None) -> Path:
    """A ZIP file; `says` is what it says of the size of each part, whatever that is."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
        if says is not None:
            for item in archive.filelist:
                item.file_size = min(item.file_size, says)
    return path


def workbook(path: Path, change: dict[str, bytes | str], *, says: int | None = None) -> Path:
    """A workbook of one sheet, with some of its parts replaced."""
    book = openpyxl.Workbook()
    book.active.append(["Víctima", "Lugar"])
    book.active.append(["Yolanda Ñáñez de la Peña", "Quibdó"])
    stream = io.BytesIO()
    book.save(stream)
    with zipfile.ZipFile(stream) as archive:
        parts: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    return packed(path, {**parts, **change}, says=says)


def sheet(rows: str, before: str = "") -> str:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?>{before}<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'


def document(text: str, before: str = "") -> str:
    return f'<?xml version="1.0"?>{before}<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>'


def make(kind: str, path: Path) -> Path:
    """Write one of the files of `BOMBS`."""
    text = '<c t="inlineStr"><is><t>{}</t></is></c>'
    blank = sheet("<row>" + text.format("a") + "</row>").encode()
    hole = blank.replace(b"<sheetData>", b"<sheetData>" + MEGABYTE * 100)
    match kind:
        case "xlsx-ratio":
            return workbook(path, {SHEET: hole})
        case "xlsx-says-less":
            return workbook(path, {SHEET: hole}, says=2000)
        case "xlsx-entities":
            return workbook(path, {SHEET: sheet("<row>" + text.format("&a9;") + "</row>", NESTED)})
        case "xlsx-entities-of-strings":
            strings = f'<?xml version="1.0"?>{NESTED}<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&a9;</t></si></sst>'
            return workbook(path, {"xl/sharedStrings.xml": strings})
        case "xlsx-far-cell":
            rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
            return workbook(path, {SHEET: sheet(rows)})
        case "ods-rows":
            cell = '<table:table-cell office:value-type="string" table:number-columns-repeated="16384"><text:p>Quibdó</text:p></table:table-cell>'
            path.write_bytes(ods(f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'))  # fmt: skip
        case "ods-spaces":
            cell = '<table:table-cell office:value-type="string"><text:p>a<text:s text:c="2000000000"/></text:p></table:table-cell>'
            path.write_bytes(ods(f"<table:table-row>{cell}</table:table-row>"))
        case "docx-ratio":
            return packed(path, {"word/document.xml": document("a").encode() + MEGABYTE * 100})
        case "docx-says-less":
            return packed(path, {"word/document.xml": document("a").encode() + MEGABYTE * 100}, says=2000)  # fmt: skip
        case "docx-entities":
            return packed(path, {"word/document.xml": document("&a9;", NESTED)})
    return path


BOMBS: Final = {
    "xlsx-ratio": {"unpacks-too-large"},
    "xlsx-says-less": {"spreadsheet-broken"},
    "xlsx-entities": {"spreadsheet-broken"},
    "xlsx-entities-of-strings": {"spreadsheet-broken"},
    "xlsx-far-cell": {"spreadsheet-too-wide"},
    "ods-rows": {"spreadsheet-too-wide"},
    "ods-spaces": {"spreadsheet-too-wide"},
    "docx-ratio": {"unpacks-too-large"},
    "docx-says-less": {"unreadable", "unpacks-too-large"},
    "docx-entities": {"not-allowed-here"},
}


@pytest.fixture(scope="module")
def answers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[tuple[str, float, int]]]:
    """What two readers say of each of the files that run: the error, seconds, and megabytes by then."""
    folder = tmp_path_factory.mktemp("bombs")
    own = [item for item in request.session.items if item.path == request.path]
    running = [item for item in own if "answers" in getattr(item, "fixturenames", ())]
    for kind in {item.callspec.params["kind"] for item in running}:  # type: ignore[attr-defined]
        make(kind, folder / f"{kind}.{kind[:4].rstrip('-')}")
    done = subprocess.run(
        [sys.executable, "-c", READ, str(folder)], capture_output=True, text=True, timeout=200, check=True
    )  # fmt: skip
    found: dict[str, list[tuple[str, float, int]]] = {}
    for kind, *rest in map(json.loads, done.stdout.splitlines()):
        found.setdefault(kind, []).append(tuple(rest))
    return found


@pytest.mark.sampled(3)
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="where a peak can be read")
@pytest.mark.parametrize("kind", BOMBS)
def test_a_file_that_is_made_to_burst_is_refused(
    kind: str, answers: dict[str, list[tuple[str, float, int]]]
) -> None:
    for said, seconds, megabytes in answers[kind]:
        assert said in BOMBS[kind]
        assert seconds < SECONDS
        assert megabytes < MEGABYTES


def frames(path: Path, name: str) -> list[tuple[str | None, ...]]:
    found = read(name, path, Dialect(), None, Origin(str(path)))
    return [row[:2] for frame in found for row in frame.drop(ROW).rows()]


READERS: Final = (FORMAT.Spreadsheet.value, FORMAT.FactTable.value)


@pytest.mark.parametrize("reader", READERS)
def test_rows_of_opendocument_with_a_stored_value_of_a_formula(tmp_path: Path, reader: str) -> None:
    cell = "<table:table-cell {}><text:p>{}</text:p></table:table-cell>"
    string, formula = 'office:value-type="string"', 'table:formula="of:=[.A2]&amp;&quot; wa Kabongo&quot;"'  # fmt: skip
    rows = [
        cell.format(string, "Victime") + cell.format(string, "Nombre"),
        cell.format(f'{formula} {string} office:string-value="Marie Mukendi wa Kabongo"', "Marie Mukendi wa Kabongo")
        + cell.format('table:formula="of:=1+2" office:value-type="float" office:value="3"', "3"),
        cell.format(string, "نسرین ستوده") + cell.format('table:formula="of:=2*2.25" office:value-type="float" office:value="4.5"', "4,5"),
    ]  # fmt: skip
    path = tmp_path / "registre.ods"
    path.write_bytes(ods("".join(f"<table:table-row>{row}</table:table-row>" for row in rows)))
    assert frames(path, reader) == [
        ("Marie Mukendi wa Kabongo", "3"),
        ("نسرین ستوده", "4.5"),
    ]


def torn(data: bytes, how: str) -> bytes:
    """Damage a packed file, as a broken transfer or a broken disk does."""
    if how == "cut":
        return data[: len(data) // 2]
    if how == "zeros":
        return data[: len(data) // 3] + bytes(len(data) // 3) + data[2 * len(data) // 3 :]
    source, changed = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            is_content = name in (SHEET, "content.xml")
            part = source.read(name)
            if not is_content or how == "open":
                archive.writestr(name, part[: 2 * len(part) // 3] if is_content else part)
    return changed.getvalue()


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("how", ["cut", "zeros", "open", "part-gone"])
@pytest.mark.parametrize("ending", ["xlsx", "ods"])
def test_a_damaged_workbook_is_an_error_and_no_half_a_table(
    tmp_path: Path, ending: str, how: str, reader: str
) -> None:
    path = tmp_path / f"registro 2021 – Ñuñoa.{ending}"
    cell = '<table:table-cell office:value-type="string"><text:p>Güiza</text:p></table:table-cell>'
    if ending == "xlsx":
        workbook(path, {})
    else:
        path.write_bytes(ods(f"<table:table-row>{cell}</table:table-row>" * 40))
    path.write_bytes(torn(path.read_bytes(), how))
    with pytest.raises(SourceError) as caught:
        frames(path, reader)
    assert caught.value.origin.file == str(path)
    assert caught.value.hint
