"""Large tables are mapped piece by piece where that gives each line once, and else in the usual way, with the same lines and errors."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from hrdgraph.errors import HrdgraphError, MappingError, SourceError
from hrdgraph.mapping import LineSink, bind, read_mapping, run
from hrdgraph.mapping.execution.distinct_lines import parts_of
from hrdgraph.mapping.planning.keys import told_by_lines
from hrdgraph.rdf import Literal
from hrdgraph.sources import Dialect
from hrdgraph.sources.delimited.pieces import pieces_of

PREFIXES = """
@prefix rml: <http://w3id.org/rml/> .
@prefix ex: <http://e.org/> .
"""
PEOPLE = """
ex:a rml:logicalSource ex:t ; rml:subjectMap [ rml:template "http://e.org/{id}" ; rml:class ex:Person ] ;
  rml:predicateObjectMap [ rml:predicate ex:name ; rml:objectMap [ rml:reference "name" ] ] ;
  rml:predicateObjectMap [ rml:predicate ex:home ; rml:objectMap [ rml:template "http://e.org/place/{place}" ] ] .
ex:t rml:source "t.csv" ; rml:referenceFormulation rml:CSV .
"""
PLACES = """
ex:b rml:logicalSource ex:t ; rml:subjectMap [ rml:template "http://e.org/place/{place}" ; rml:class ex:Place ] ;
  rml:predicateObjectMap [ rml:predicate ex:label ; rml:objectMap [ rml:reference "place" ] ] .
"""
ROWS = [f'{row},"name, of {row % 50}",p{row % 3}' for row in range(400)]


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of a few kilobytes has several pieces."""
    for name, size in (("LEAST", 0), ("_LITTLE", 1000), ("_PIECE", 1000)):
        monkeypatch.setattr(f"hrdgraph.mapping.execution.distinct_lines.{name}", size)


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each run that follows was done by pieces."""
    found: list[bool] = []
    by_pieces = LineSink.by_pieces

    def noted(*given: object) -> bool:
        found.append(by_pieces(*given))  # type: ignore[arg-type]
        return found[-1]

    monkeypatch.setattr(LineSink, "by_pieces", noted)
    return found


def table(folder: Path, rows: list[str], mapping: str = PEOPLE) -> Path:
    (folder / "m.ttl").write_text(PREFIXES + mapping, encoding="utf-8")
    (folder / "t.csv").write_text("\n".join(["id,name,place", *rows]) + "\n", encoding="utf-8")
    return folder


def lines_of(folder: Path, *, jobs: int = 1, **options: object) -> list[str]:
    plan, out = bind(read_mapping(folder / "m.ttl")), io.BytesIO()
    sink = LineSink(plan, out, graphs=False, jobs=jobs)
    run(plan, sink, jobs=jobs, **options)  # type: ignore[arg-type]
    sink.finish()
    return out.getvalue().decode().splitlines()


def usual(folder: Path) -> set[str]:
    """The lines as they come of rows that are held."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hrdgraph.mapping.execution.distinct_lines.LEAST", 1 << 40)
        return set(lines_of(folder))


@pytest.mark.parametrize(
    "mapping", [PEOPLE, PEOPLE + PLACES], ids=["lines that differ", "lines that repeat too"]
)
def test_the_same_lines_by_any_number_of_processors(
    mapping: str, tmp_path: Path, ways: list[bool]
) -> None:
    table(tmp_path, ROWS, mapping)
    one = lines_of(tmp_path)
    assert lines_of(tmp_path, jobs=3) == one
    assert ways == [True, True]
    assert len(one) == len(set(one)) == 3 * 400 + (6 if mapping != PEOPLE else 0)
    assert set(one) == usual(tmp_path)


@pytest.mark.parametrize(
    ("rows", "by_pieces"),
    [
        ([*ROWS, ROWS[7]], True),  # a record again, long after
        ([*ROWS, "7,another name,p1"], True),  # another one of the same key
        ([ROWS[0], *ROWS], False),  # one of few that are looked at first
        ([*ROWS, ",nobody,p1", ",nobody,p2"], True),  # an empty cell is a text as any other
        ([*ROWS, *ROWS[:20]], False),  # many records again
        ([row for row in ROWS for _ in range(2)], False),
        ([*ROWS, 'x,"torn ""quote"" and, more",p1'], True),
        ([*ROWS, "", "x,after a blank line,p1"], False),
        ([*ROWS, f'y,"{"long " * 900}",p1'], False),  # longer than two pieces
    ],
)
def test_what_pieces_cannot_settle_is_done_in_the_usual_way(
    rows: list[str], by_pieces: bool, tmp_path: Path, ways: list[bool]
) -> None:
    found = lines_of(table(tmp_path, rows))
    assert len(found) == len(set(found))
    assert set(found) == usual(tmp_path)
    assert ways[0] == by_pieces


@pytest.mark.sampled(16)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "odd", [chr(code) for code in (*range(1, 0x20), 0x7F, *b'"\\') if code not in b"\r\n"]
)
def test_what_needs_escapes_is_seen_wherever_it_stands(
    odd: str, end: str, tmp_path: Path, ways: list[bool]
) -> None:
    """No cell is quoted, and none of the first pieces has anything to escape."""
    dialect = '[ a csvw:Table ; csvw:url "t.csv" ; csvw:dialect [ csvw:quoteChar "\'" ] ] ;'
    table(
        tmp_path,
        [],
        "@prefix csvw: <http://www.w3.org/ns/csvw#> .\n" + PEOPLE.replace('"t.csv" ;', dialect),
    )
    rows = [f"{row},{'plain' if row != 400 else f'odd {odd} one'},p{row % 3}" for row in range(500)]
    (tmp_path / "t.csv").write_bytes(
        "".join(row + end for row in ["id,name,place", *rows]).encode()
    )
    found = lines_of(tmp_path)
    assert ways == [True]
    assert set(found) == usual(tmp_path)
    assert f"<http://e.org/400> <http://e.org/name> {Literal(f'odd {odd} one').n3()} ." in found


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("7,a,p1,more", "row 402: 4 cells where the header has 3"),
        ('7,"a,p1', "row 402"),
        ("7,a\0b,p1", "NUL|zero"),
    ],
)
def test_an_error_far_down_is_told_with_its_row(row: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(HrdgraphError, match=message):
        lines_of(table(tmp_path, [*ROWS, row]), jobs=2)


def test_a_value_that_is_none_is_told_with_its_row_or_left_out(tmp_path: Path) -> None:
    mapping = PEOPLE.replace('rml:template "http://e.org/{id}"', 'rml:reference "id"')
    table(tmp_path, [f"http://e.org/{row}" for row in ROWS] + ["http://e.org/a b,c,d"], mapping)
    with pytest.raises(MappingError, match="row 402"):
        lines_of(tmp_path)
    told: list[HrdgraphError] = []
    found = lines_of(tmp_path, reject=told.append)
    assert [error.origin.row for error in told] == [402]
    assert len(found) == len(set(found)) == 3 * 400


def test_rows_that_are_ragged_are_left_out(tmp_path: Path, ways: list[bool]) -> None:
    told: list[SourceError] = []
    found = lines_of(table(tmp_path, [*ROWS, "7,a"]), reject=told.append)
    assert ways == [False]
    assert [error.origin.row for error in told] == [402]
    assert len(found) == len(set(found)) == 3 * 400


def test_cells_that_mean_nothing(tmp_path: Path, ways: list[bool]) -> None:
    mapping = PEOPLE.replace(
        '"t.csv" ;', '[ a rml:RelativePathSource ; rml:path "t.csv" ; rml:null "p1" ] ;'
    )
    found = lines_of(table(tmp_path, ROWS, mapping))
    assert ways == [True]
    assert len(found) == 2 * 400 + sum(row % 3 != 1 for row in range(400))
    assert set(found) == usual(tmp_path)


def test_rows_that_are_written_are_told(tmp_path: Path) -> None:
    told: list[tuple[str, int]] = []
    lines_of(table(tmp_path, ROWS), progress=lambda *found: told.append(found))
    assert len(told) > 3
    assert told == sorted(told)
    assert told[-1] == (str(tmp_path / "t.csv"), 400)


def test_records_from_all_over_a_file_are_looked_at_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hrdgraph.sources.delimited.pieces._BLOCK", 200)
    monkeypatch.setattr("hrdgraph.mapping.execution.distinct_lines._PLACES", 60)
    once, twice = (
        [f"{row},name,p1" for row in range(4000)],
        [f"{row % 2000},name,p1" for row in range(4000)],
    )
    for rows, is_known in ((once, True), (twice, False)):
        plan = bind(read_mapping(table(tmp_path, rows) / "m.ttl"))
        parts = parts_of(plan, told_by_lines(plan.rules, graphs=False).keys)
        assert (parts is not None) == is_known
        found = pieces_of(tmp_path / "t.csv", Dialect(), ["id", "place"])
        assert found is not None
        records = found.scattered(found.start + 1000, 60)
        assert 60 < records.height < 1000
        assert set(records.iter_rows()) <= {(row.split(",")[0], "p1") for row in rows}


class Full(io.BytesIO):
    """A disk that takes little, for a while."""

    left = 20_000

    def write(self, data: object, /) -> int:
        size = super().write(data)  # type: ignore[arg-type]
        self.left -= size
        if self.left < 0:
            raise OSError(28, "No space left on device")
        return size


def test_what_is_written_is_taken_back(tmp_path: Path) -> None:
    table(tmp_path, [*ROWS, *ROWS])
    plan, out = bind(read_mapping(tmp_path / "m.ttl")), io.BytesIO(b"before\n")
    sink = LineSink(plan, out, graphs=False)
    assert not sink.by_pieces(plan, None)
    assert out.getvalue() == b"before\n"


def test_a_full_disk_is_an_error(tmp_path: Path) -> None:
    plan = bind(read_mapping(table(tmp_path, ROWS) / "m.ttl"))
    with pytest.raises(OSError, match="No space"):
        run(plan, LineSink(plan, Full(), graphs=False))


@pytest.mark.parametrize("kind", ["file", "pipe", "wrapped"])
def test_only_what_can_be_taken_back_is_written_before_all_is_known(
    kind: str, tmp_path: Path
) -> None:
    plan = bind(read_mapping(table(tmp_path, ROWS) / "m.ttl"))
    reading, writing = os.pipe()
    streams = {
        "file": (tmp_path / "out.nt").open("wb"),
        "pipe": os.fdopen(writing, "wb"),
        "wrapped": io.BufferedWriter(io.BytesIO()),
    }  # type: ignore[arg-type]
    assert LineSink(plan, streams[kind], graphs=False).by_pieces(plan, None) == (kind == "file")
    for stream in streams.values():
        stream.close()
    os.close(reading)
    assert len((tmp_path / "out.nt").read_text().splitlines()) == (3 * 400 if kind == "file" else 0)
