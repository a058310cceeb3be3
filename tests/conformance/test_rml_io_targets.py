"""The target half of the official suite of RML-IO (cases RMLTTC*), by its own list, through the command line; every quad is traced.

Friends.json says `"age": 33`, a JSON number, whose natural datatype is xsd:integer (RML-IO registry of reference formulations, JSON;
R2RML §10.2). Most cases expect that; those that are listed as known failures have the same source and the same mapping but
for the target, and expect a plain string. They must fail for that alone: a test of its own compares them without the datatype of
ages, so that each format, encoding and compression is held against the suite's file.
"""

from __future__ import annotations

import csv
import gzip
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.conftest import SHARED

from hrdgraph.cli.app import run as command
from hrdgraph.mapping.execution.execute import GraphSink, run
from hrdgraph.mapping.language.reader import read_mapping
from hrdgraph.mapping.planning.bind import bind
from hrdgraph.mapping.tracing import Tracer

HERE = Path(__file__).parent
SUITE = SHARED / "conformance" / "rml-io"
BASE = "http://example.com/base/"
INTEGER = "^^<http://www.w3.org/2001/XMLSchema#integer>"
FORMATS = {
    ".nq": ox.RdfFormat.N_QUADS,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".ttl": ox.RdfFormat.TURTLE,
    ".n3": ox.RdfFormat.N3,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".rdfxml": ox.RdfFormat.RDF_XML,
}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


KNOWN = {
    row["case"]: row["reason"]
    for row in rows(HERE / "known_failures.csv")
    if row["case"].startswith("RMLTTC")
}


def cases() -> list[str]:
    """The cases about targets; none where the suite is missing, which is a failure of its own."""
    path = SUITE / "metadata.csv"
    found = rows(path) if path.is_file() else []
    assert not any(
        row["error"].lower() == "true" for row in found if row["ID"].startswith("RMLTTC")
    ), "none is about errors"
    return sorted(row["ID"] for row in found if row["ID"].startswith("RMLTTC"))


CASES = cases()
REFUSED = {"RMLTTC0004e"}  # RDF/JSON: nothing is mapped


def parameters() -> Iterator[object]:
    for case in CASES:
        marks = (
            [pytest.mark.xfail(reason=KNOWN[case], strict=True, raises=AssertionError)]
            if case in KNOWN
            else []
        )
        yield pytest.param(case, id=case, marks=marks)


def unpacked(path: Path) -> bytes:
    data = path.read_bytes()
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            return archive.read(archive.namelist()[0])
    if ".tar" in path.suffixes:
        with tarfile.open(path) as archive:
            file = archive.extractfile(archive.getmembers()[0])
            assert file is not None
            return file.read()
    return {".gz": gzip.decompress, ".xz": lzma.decompress}.get(path.suffix, bytes)(data)


def read(path: Path) -> str:
    """The lines of a file of any format, sorted; the suite's files have no blank nodes."""
    data = unpacked(path)
    text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8")
    ending = next(suffix for suffix in path.suffixes if suffix in FORMATS)
    quads = ox.parse(text, format=FORMATS[ending])
    return "\n".join(sorted(f"{quad} ." for quad in quads))


@pytest.fixture
def mapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """The working directory in which a case has been run, with what it wrote to the default target as default.nq."""
    monkeypatch.chdir(tmp_path)

    def run_case(case: str) -> Path:
        assert (
            command(["map", str(SUITE / case / "mapping.ttl"), "-o", "default.nq", "--base", BASE])
            == 0
        )
        return tmp_path

    return run_case


def expected_files(case: str) -> list[str]:
    return sorted(path.name for path in (SUITE / case).iterdir() if path.name.startswith("d"))


def test_the_suite_is_there() -> None:
    if len(CASES) != 41:
        pytest.fail(
            f"{SUITE} is missing or another edition. Get https://github.com/kg-construct/rml-io and copy its folder test-cases to it"
        )


@pytest.mark.parametrize("case", list(parameters()))
def test_case(
    case: str, mapped: Callable[[str], Path], record_property: Callable[[str, object], None]
) -> None:
    record_property("suite", "rml-io targets")
    folder = mapped(case)
    assert sorted(path.name for path in folder.iterdir()) == expected_files(case)
    for name in expected_files(case):
        assert read(folder / name) == read(SUITE / case / name), name


@pytest.mark.parametrize("case", sorted(KNOWN.keys() - REFUSED))
def test_a_known_failure_differs_in_the_datatype_of_ages_only(
    case: str, mapped: Callable[[str], Path]
) -> None:
    folder = mapped(case)
    assert sorted(path.name for path in folder.iterdir()) == expected_files(case)
    for name in expected_files(case):
        made, wanted = read(folder / name), read(SUITE / case / name)
        assert INTEGER not in wanted
        assert made.replace(INTEGER, "") == wanted


@pytest.mark.parametrize("case", sorted({*CASES} - REFUSED))
def test_every_quad_is_traced_to_rows(case: str) -> None:
    plan = bind(read_mapping(SUITE / case / "mapping.ttl", base=BASE))
    sink, tracer = GraphSink(), Tracer(plan)
    run(plan, sink)
    for parts in sink.graph().text().select("s", "p", "o").iter_rows():
        traces = tracer.trace(*(frozenset([part]) for part in parts))
        assert traces, parts
        assert all(
            trace.rows and Path(row.file).parent == SUITE / case
            for trace in traces
            for row in trace.rows
        )


@pytest.mark.parametrize(
    "case",
    [
        case
        for case in CASES
        if case.startswith(("RMLTTC0004", "RMLTTC0005", "RMLTTC0006")) and case not in REFUSED
    ],
)
def test_the_same_input_gives_the_same_bytes(case: str, mapped: Callable[[str], Path]) -> None:
    first = {path.name: path.read_bytes() for path in mapped(case).iterdir()}
    assert {path.name: path.read_bytes() for path in mapped(case).iterdir()} == first


def test_known_failures_are_cases_with_reasons() -> None:
    assert KNOWN.keys() <= set(CASES)
    assert all(KNOWN.values())


def test_archives_hold_one_file_by_the_name_of_the_target(mapped: Callable[[str], Path]) -> None:
    assert zipfile.ZipFile(mapped("RMLTTC0006c") / "dump1.nq.zip").namelist() == ["dump1.nq"]
    with tarfile.open(
        fileobj=BytesIO((mapped("RMLTTC0006e") / "dump1.nq.tar.gz").read_bytes())
    ) as archive:
        assert archive.getnames() == ["dump1.nq"]
