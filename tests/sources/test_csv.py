"""CSV is read strictly: what a spreadsheet writes comes back exactly, and what is torn is an error with its row."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import hrdgraph.sources.delimited.csv
from hrdgraph.errors import NOWHERE, SourceError
from hrdgraph.sources import ROW, Dialect, header_of, read, sharing

Write = Callable[[bytes | str], Path]
Frame = Callable[..., pl.DataFrame]
CELLS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=6
) | st.sampled_from(
    [
        "",
        '"',
        '""',
        ",",
        "\n",
        "\r\n",
        "\r",
        " a ",
        "\ufeff",
        "'",
        ";",
        "\t",
        "é漢\U0001f600",
        "=1+1",
    ]
)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def made(data: bytes | str) -> Path:
        path = tmp_path / "table.csv"
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    return made


def whole(
    path: Path, columns: list[str] | None = None, dialect: Dialect | None = None
) -> pl.DataFrame:
    return pl.concat(read("CSV", path, dialect or Dialect(), columns, NOWHERE))


def rows(
    path: Path, columns: list[str] | None = None, dialect: Dialect | None = None
) -> list[tuple[object, ...]]:
    return whole(path, columns, dialect).rows()


def error_of(path: Path, columns: list[str] | None = None) -> SourceError:
    with pytest.raises(SourceError) as caught:
        whole(path, columns)
    assert caught.value.origin.file == str(path)
    assert caught.value.hint
    return caught.value


def test_rows_are_numbered_as_a_spreadsheet_shows_them(write: Write) -> None:
    path = write('a,b\n1,x\n"2\n2",y\n3,z\n')
    assert rows(path) == [(2, "1", "x"), (3, "2\n2", "y"), (4, "3", "z")]
    assert whole(path).schema == {ROW: pl.UInt32, "a": pl.String, "b": pl.String}


def test_only_the_wanted_columns_in_the_wanted_order(write: Write) -> None:
    path = write("a,b,c\n1,2,3\n")
    assert rows(path, ["c", "a"]) == [(2, "3", "1")]
    assert whole(path, []).columns == [ROW]
    assert header_of(path, Dialect()) == ["a", "b", "c"]


@pytest.mark.parametrize(
    "name", ["#row", "#", "#line", "#key0", "ROW", "made", " a ", "a.b", "{a}", "$"]
)
def test_no_column_name_is_special(name: str, write: Write) -> None:
    assert rows(write(f"{name},b\n1,2\n"), [name, "b"]) == [(2, "1", "2")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_mark(end: str, last: bool, mark: bytes, write: Write) -> None:
    text = end.join(["a,b", "1,é", "2,漢"]) + (end if last else "")
    assert rows(write(mark + text.encode())) == [(2, "1", "é"), (3, "2", "漢")]


def test_a_line_break_in_quotes_stays_as_it_is(write: Write) -> None:
    assert rows(write('a\r\n"x\r\ny"\r\n"x\ny"\r\n"x\ry"\r\n')) == [
        (2, "x\r\ny"),
        (3, "x\ny"),
        (4, "x\ry"),
    ]


def test_blank_lines_are_passed_over_and_counted(write: Write) -> None:
    assert rows(write("a,b\n\n1,2\n\n\n3,4\n\n")) == [(3, "1", "2"), (6, "3", "4")]


def test_a_row_of_empty_cells_is_a_row(write: Write) -> None:
    assert rows(write('a,b\n,\n"",""\n')) == [(2, "", ""), (3, "", "")]


@pytest.mark.parametrize("large", [0, 1 << 20])  # for the fast reader, and for the strict one
def test_a_table_may_have_rows_without_text_that_are_no_records(
    large: int, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hrdgraph.sources.delimited.csv, "LARGE", large)
    described = Dialect(blank_rows=False)
    path = write('a,b\n,\n1,\n ," "\n,2\n,\n')
    assert rows(path, dialect=described) == [(3, "1", ""), (5, "", "2")]
    assert rows(path, ["b"], described) == [(3, ""), (5, "2")]
    assert rows(write("a,b\n,\n,\n"), dialect=described) == []
    assert rows(write('a\n""\n'), dialect=described) == [
        (2, "")
    ]  # what stands alone may be an empty text


def test_header_only(write: Write) -> None:
    frame = whole(write("a,b\n"))
    assert frame.rows() == []
    assert frame.schema == {ROW: pl.UInt32, "a": pl.String, "b": pl.String}


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b" \n\r\n"])
def test_an_empty_file(data: bytes, write: Write) -> None:
    assert error_of(write(data)).fact == "the table is empty"


@pytest.mark.parametrize(
    ("line", "row", "fact", "hint"),
    [
        ("1,2,3", 3, "3 cells, but the header has 2", "quotes"),
        ("1", 3, "1 cell, but the header has 2", "add the missing cells"),
        ('x,"y" z', 3, "not valid CSV", 'write a quote as ""'),
        ('x,"y\nand so on', 3, "not valid CSV", "close every quote"),
    ],
    ids=["too many", "too few", "stray quote", "unclosed quote"],
)
def test_a_torn_row(line: str, row: int, fact: str, hint: str, write: Write) -> None:
    error = error_of(write(f'a,b\n"1\n1",2\n{line}\n'))
    assert error.origin.row == row
    assert fact in error.fact
    assert hint in error.hint


def test_a_nul_character(write: Write) -> None:
    error = error_of(write("a,b\n1,2\n1,\x002\n"))
    assert (error.origin.line, error.fact) == (3, "not a text")


def test_bytes_that_are_no_utf8(write: Write) -> None:
    error = error_of(write("a,b\n1,2\nné,".encode() + b"caf\xe9\n"))
    assert error.origin.line == 3
    assert "not valid UTF-8" in error.fact
    assert "UTF-8" in error.hint


@pytest.mark.parametrize("chunk", [3, 4, 5, 7, 1 << 20])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize(
    ("data", "line", "fact"),
    [
        (b"a\xc3,b\n1,2\n", 1, "not valid UTF-8"),
        (b"a,b\n1,\xe6\xbc\xff\n", 2, "not valid UTF-8"),
        (b"a,b\n1,\xc3\xa9\xc3", 2, "not valid UTF-8"),
        (b"a,b\n1,\0\n\xff", 3, "not valid UTF-8"),
        (b"a,b\n\n1,\0\n\xc3\xa9", 3, "not a text"),
        (b"a\0,b\n1,2\n", 1, "not a text"),
        (b"\n \n\t", None, "the table is empty"),
    ],
)
def test_text_is_looked_through_piece_by_piece(
    data: bytes,
    line: int | None,
    fact: str,
    mark: bytes,
    chunk: int,
    write: Write,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("hrdgraph.sources.text.CHUNK", chunk)
    error = error_of(write(mark + data))
    assert fact in error.fact
    assert error.origin.line == line


@pytest.mark.parametrize("large", [0, 1 << 20])
def test_a_nul_in_the_heading(large: int, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hrdgraph.sources.delimited.csv.LARGE", large)
    path = write(b"a\0,b\n1,2\n")
    assert (error_of(path, ["b"]).fact, error_of(path).origin.line) == ("not a text", 1)
    with pytest.raises(SourceError, match="not a text"):
        header_of(path, Dialect())


@pytest.mark.parametrize("heading", ["a,b\r\r\n", "a\rb\r\n", '"a\r",b\n', "\r\na,b\n", "a,b\r\n"])
def test_line_ends_in_the_heading_count_alike(
    heading: str, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(heading + "1,2\n3,4\n")
    strict = outcome(path, None)
    monkeypatch.setattr("hrdgraph.sources.delimited.csv.LARGE", 0)
    assert outcome(path, None) == strict
    assert "(3, " in str(strict) or "cells, but" in str(strict)


MEASURE = """
import sys
from pathlib import Path
import hrdgraph.sources.delimited.csv
from hrdgraph.errors import NOWHERE
from hrdgraph.sources import Dialect, read
def peak():  # of this process alone: ru_maxrss begins with that of its parent
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]) >> 10
rows = sum(frame.height for frame in read("CSV", Path(sys.argv[1]), Dialect(), None, NOWHERE))
print(rows, peak())
"""


@pytest.mark.heavy
@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="only Linux says how much memory a process took"
)
@pytest.mark.parametrize("where", [0, 400_000])
def test_the_strict_reader_holds_little_of_a_file(where: int, write: Write) -> None:
    row, odd = (
        "some words in a cell of a row,and some more of them in another cell of it,12345678\n"
        * 1000,
        '5" wide,x,1\n',
    )
    path = write("a,b,c\n" + row * (where // 1000) + odd + row * (700 - where // 1000))
    assert path.stat().st_size > 50 << 20
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True
    )
    rows, peak = map(int, done.stdout.split())
    assert rows == 700_001
    assert peak < 450  # MiB; with the whole file as bytes and text it was 700 and more


def test_the_strict_reader_goes_on_where_the_fast_one_stops(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hrdgraph.sources.delimited.columns.CHUNK", 1 << 16)
    seen = list[int]()
    records = hrdgraph.sources.delimited.csv._records
    monkeypatch.setattr(
        "hrdgraph.sources.delimited.csv._records",
        lambda *given: seen.append(given[3].row) or records(*given),
    )  # type: ignore[func-returns-value]
    path = write("a,b\n" + "1,é\n" * 50_000 + '2,5" wide\n\n3,x\n')
    found = rows(path)
    assert found[-2:] == [(50_002, "2", '5" wide'), (50_004, "3", "x")]
    assert [row[0] for row in found[:-1]] == list(range(2, 50_003))
    assert 40_000 < seen[0] < 50_002


def test_cells_that_are_large_come_in_smaller_batches(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hrdgraph.sources.delimited.csv.CHARACTERS", 100)
    frames = list(read("CSV", write("a\n" + f"{'x' * 60}\n" * 5 + "\n"), Dialect(), None, NOWHERE))
    assert [frame.height for frame in frames] == [2, 2, 1]


def test_utf16_is_no_utf8(write: Write) -> None:
    assert "UTF-8" in error_of(write("a,b\n1,2\n".encode("utf-16"))).fact


def test_a_long_cell(write: Write) -> None:
    cell = "é" * 100_000
    assert rows(write(f'a,b\n{cell},1\n"{cell}",2\n')) == [(2, cell, "1"), (3, cell, "2")]


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_cell_of_nine_megabytes(quote: str, write: Write) -> None:
    cell = "x y" * 3_000_000
    assert rows(write(f"a,b\n1,2\n1,{quote}{cell}{quote}\n3,4\n")) == [
        (2, "1", "2"),
        (3, "1", cell),
        (4, "3", "4"),
    ]


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_cell_that_is_too_long(quote: str, write: Write) -> None:
    usual = csv.field_size_limit(100_000)
    try:
        error = error_of(write(f"a,b\n1,2\n1,{quote}{'x' * 100_001}{quote}\n"))
    finally:
        csv.field_size_limit(usual)
    assert usual == 64 << 20
    assert (error.origin.row, error.fact) == (3, "it has more than 100,000 characters")
    assert "close every quote" in error.hint


def test_two_columns_of_one_name(write: Write) -> None:
    error = error_of(write("a,b,a\n1,2,3\n"))
    assert (error.origin.row, error.fact) == (1, "'a' appears twice")


def test_a_missing_column_comes_with_a_suggestion(write: Write) -> None:
    error = error_of(write("year,name\n1,2\n"), ["yaer"])
    assert error.fact == "no column 'yaer'"
    assert error.hint == "did you mean 'year'?"
    assert error_of(write("year,name\n1,2\n"), ["zzz"]).hint == "there is: year, name"


def test_a_missing_file(tmp_path: Path) -> None:
    assert "cannot be read" in error_of(tmp_path / "no.csv").fact
    assert "cannot be read" in error_of(tmp_path).fact


def test_nulls_of_the_dialect(write: Write) -> None:
    path = write("a,b\nNULL,\nx,-\n")
    assert rows(path, dialect=Dialect(nulls=("NULL", "-"))) == [(2, None, ""), (3, "x", None)]
    assert rows(path) == [(2, "NULL", ""), (3, "x", "-")]


def test_tabs_and_other_delimiters(write: Write) -> None:
    assert rows(write('a\tb\n1,5\t"x\ty"\n'), dialect=Dialect(delimiter="\t")) == [
        (2, "1,5", "x\ty")
    ]
    assert rows(write("a;b\n'1;5';\"\n"), dialect=Dialect(delimiter=";", quote="'")) == [
        (2, "1;5", '"')
    ]


def test_more_rows_than_a_batch(write: Write) -> None:
    path = write(
        "a\n" + "".join(f"{number}\n" for number in range(60_001)) + "\n"
    )  # a blank line: left to the strict reader
    frames = list(read("CSV", path, Dialect(), None, NOWHERE))
    assert len(frames) == 2
    assert pl.concat(frames)[ROW].to_list() == list(range(2, 60_003))


STYLES = st.sampled_from(
    [
        ("\r\n", csv.QUOTE_MINIMAL),
        ("\r\n", csv.QUOTE_ALL),
        ("\n", csv.QUOTE_ALL),
        ("\n", csv.QUOTE_NONNUMERIC),
    ]
)


@given(
    st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6),
    STYLES,
    st.sampled_from([",", ";", "\t", "|"]),
)
@example([("", ""), ("\r", "\n")], ("\n", csv.QUOTE_ALL), ",")
def test_what_pythons_writer_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory,
    cells: list[tuple[str, str]],
    style: tuple[str, int],
    delimiter: str,
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=style[0], quoting=style[1], delimiter=delimiter).writerows(
        [("a", "b"), *cells]
    )
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    path.write_bytes(text.getvalue().encode())
    assert rows(path, dialect=Dialect(delimiter=delimiter)) == [
        (number, *row) for number, row in enumerate(cells, 2)
    ]


@given(st.binary(max_size=40))
@example(b'a\n"\n')
@example(b"a\n\x85\n")
def test_any_bytes_are_read_or_refused_with_a_place(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    path.write_bytes(data)
    try:
        frame = whole(path)
    except SourceError as error:
        assert error.origin.file == str(path)  # noqa: PT017
    else:
        assert frame.columns[0] == ROW


# pieces that make and break records, so that chunks fall on every kind of border
PIECES = st.lists(
    st.sampled_from(
        [
            '"',
            '""',
            ",",
            "\n",
            "\r\n",
            "\r",
            "a",
            "é",
            "\0",
            '"x"',
            '"x,\ny"',
            "1,2\n",
            '"",""\n',
            "\n\n",
        ]
    ),
    max_size=14,
)


def outcome(path: Path, columns: list[str] | None) -> object:
    """What comes of reading: rows, or the words of the error."""
    try:
        return [frame.rows() for frame in [whole(path, columns)]]
    except SourceError as error:
        return str(error)


HEADINGS = st.sampled_from(
    ["a,b\n"] * 5
    + ["a,b\r\n", "a,b\r\r\n", "\n\ra,b\n", "\ufeffa,b\n", '"a",b\n', "a,b\r", "a\0,b\n"]
)


@given(
    PIECES,
    st.binary(max_size=3),
    st.sampled_from([None, ["a"], ["b", "a"]]),
    st.integers(1, 12),
    HEADINGS,
)
@example(["1,2\n", "1,2,3\n1\n"], b"", ["a"], 100, "a,b\n")
@example(['"x"', ",", '"', "\n", '"', "\n", "a,b\n"], b"", None, 1, "a,b\n")
@example(["\r", ",\n"], b"\xff", None, 2, "a,b\n")
@example(['a"b,c"d', "\n"], b"", None, 100, "a,b\n")
@example(['"\r\n",1\r\n', "a\rb,2\r\n"], b"", None, 100, "a,b\n")
def test_the_fast_reader_gives_what_the_strict_one_gives(
    tmp_path_factory: pytest.TempPathFactory,
    pieces: list[str],
    tail: bytes,
    columns: list[str] | None,
    chunk: int,
    heading: str,
) -> None:
    path = tmp_path_factory.mktemp("csv") / "table.csv"
    path.write_bytes((heading + "".join(pieces)).encode() + tail)
    strict = outcome(path, columns)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hrdgraph.sources.delimited.csv.LARGE", 0)
        patch.setattr("hrdgraph.sources.delimited.columns.CHUNK", chunk)
        patch.setattr("hrdgraph.sources.delimited.columns._NEAR", 1)
        assert outcome(path, columns) == strict


def test_the_fast_reader_reads_plain_and_quoted_files_itself(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hrdgraph.sources.delimited.csv.LARGE", 0)
    monkeypatch.setattr(
        "hrdgraph.sources.delimited.csv._strict_frames",
        lambda *_: pytest.fail("left to the strict reader"),
    )
    assert rows(write("a,b\n1,2\n3,4\n")) == [(2, "1", "2"), (3, "3", "4")]
    assert rows(write('a,b\r\n"1, ""x""\n",2\r\n3,""\r\n')) == [(2, '1, "x"\n', "2"), (3, "3", "")]


def test_small_tables_are_read_once_inside_sharing(write: Write) -> None:
    path = write("a,b\n1,\n")
    dialect = Dialect(nulls=("",))
    with sharing():
        assert rows(path, None, dialect) == [(2, "1", None)]
        path.write_text("a,b\n2,3\n", encoding="utf-8")
        assert rows(path, ["b"], dialect) == [(2, None)]
        assert rows(path, ["b"]) == [(2, "3")]  # another layout is read by itself
        with pytest.raises(SourceError, match="no column 'c'"):
            rows(path, ["c"], dialect)
    assert rows(path, ["b"], dialect) == [(2, "3")]


@pytest.mark.parametrize(
    ("text", "fact", "way"),
    [
        ("sep=;\nid;name\n", "'sep=;' is not a row of headings", "which only Excel reads"),
        ("sep=,\nid,name\n", "'sep=' is not a row of headings", "which only Excel reads"),
        ("id,name,,\n1,Ada,,\n", "columns 3 and 4 have no name", "delete empty columns"),
        (
            "People of 2011,,\nid,name,year\n",
            "columns 2 and 3 have no name",
            "if there is a title above the headings, delete it",
        ),
        ("id,name,name\n", "'name' appears twice", "a heading of its own"),
    ],
)
def test_a_first_line_that_is_no_heading_says_what_to_do(
    text: str, fact: str, way: str, write: Write
) -> None:
    with pytest.raises(SourceError) as caught:
        header_of(write(text), Dialect())
    assert caught.value.fact == fact
    assert way in caught.value.hint


def test_a_workbook_by_another_name(tmp_path: Path, frame: Frame) -> None:
    import zipfile

    path = tmp_path / "t.csv"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>" * 9999)
    with pytest.raises(SourceError, match="not a text") as caught:
        frame("CSV", path)
    assert "rename a workbook to .xlsx" in caught.value.hint
