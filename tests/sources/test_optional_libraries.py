"""A library that is not there: one error that says what to install, before anything is read."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from hrdgraph.errors import NOWHERE, HrdgraphError
from hrdgraph.sources import Database, Dialect, read
from hrdgraph.sources.json.stream import compile_path


@pytest.mark.parametrize(
    ("module", "extra", "name", "dialect"),
    [
        ("lxml.etree", "xml", "XPath", Dialect(iterator="/r")),
        ("duckdb", "duckdb", "SQL2008Table", Dialect(iterator="t", database=Database("duckdb"))),
        (
            "pg8000",
            "postgresql",
            "SQL2008Table",
            Dialect(iterator="t", database=Database("postgresql", "postgresql:x")),
        ),
        (
            "pymysql",
            "mysql",
            "SQL2008Table",
            Dialect(iterator="t", database=Database("mysql", "mysql:x")),
        ),
        (
            "backports.zstd" if sys.version_info < (3, 14) else "compression.zstd",
            "zstd",
            "CSV",
            Dialect(compression="zstd"),
        ),
    ],
)
def test_a_missing_library(
    module: str,
    extra: str,
    name: str,
    dialect: Dialect,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "t"
    path.write_bytes(b"\xd0\xcf\x11\xe0")  # as old workbooks begin
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(HrdgraphError, match="must be installed first") as caught:
        list(read(name, path, dialect, ["a"], NOWHERE))
    assert caught.value.hint == f"pip install 'hrdgraph[{extra}]'"


def test_filters_of_jsonpath_without_their_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jsonpath_rfc9535", None)
    with pytest.raises(HrdgraphError, match="jsonpath_rfc9535") as caught:
        compile_path("$.never[?@.asked == 'before']")
    assert caught.value.hint == "pip install 'hrdgraph[jsonpath]'"
    assert compile_path("$.a[*].b")({"a": [{"b": 1}]}) == [1]
