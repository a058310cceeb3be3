"""Each format, byte for byte, and what `export` refuses."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from hrdgraph.cli.app import help_text
from hrdgraph.cli.completion import formats
from hrdgraph.errors import OutputError
from hrdgraph.exports.formats import FORMATS, export
from hrdgraph.library.calls import UsageError
from hrdgraph.library.publishing import export_format
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio.columns import write_parquet
from hrdgraph.rdfio.formats import FORMATS as READ

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("format", [name for name in FORMATS if name in READ])
def test_golden(
    format: str, small: ColumnGraph, written: Callable[..., bytes], tmp_path: Path
) -> None:
    name = f"small{FORMATS[format].ending}"
    actual = written(small, format)
    (tmp_path / name).write_bytes(actual)
    assert actual == (GOLDEN / name).read_bytes(), (
        f"if the change is meant, copy {tmp_path / name} over the golden file"
    )


def test_golden_tables(small: ColumnGraph, context: Path, base: str, tmp_path: Path) -> None:
    export(small, "csv", tmp_path / "small", context=context, base=base)
    actual = {path.name: path.read_bytes() for path in (tmp_path / "small").iterdir()}
    assert actual == {path.name: path.read_bytes() for path in (GOLDEN / "small").iterdir()}


def test_parquet_has_the_columns_of_map(small: ColumnGraph, written: Callable[..., bytes]) -> None:
    mapped = io.BytesIO()
    write_parquet(small, mapped)
    assert written(small, "parquet") == mapped.getvalue()
    frame = pl.read_parquet(io.BytesIO(written(small, "parquet")))
    assert (frame.columns, frame.height) == (["s", "p", "o", "g"], len(small))


def test_help_and_completion_name_every_format() -> None:
    completed = formats()(None, None, "")  # type: ignore[arg-type]
    assert [name for name in completed if name in FORMATS] == [*FORMATS]
    assert ", ".join(FORMATS) in help_text("help-export-format")


@pytest.mark.parametrize("format", FORMATS)
def test_same_graph_same_bytes(
    format: str, small: ColumnGraph, written: Callable[..., bytes]
) -> None:
    shuffled = ColumnGraph.from_quads(sorted(small, key=lambda quad: quad.object.n3()[::-1]))
    wider = ColumnGraph.union(
        [small, ColumnGraph.from_text(small.text().head(1).select("s", "p", "g", o="s"))]
    )
    cut = wider.where()
    cut = ColumnGraph(
        cut.terms, cut.quads.join(_extra(wider, small), on=["s", "p", "o", "g"], how="anti")
    )
    assert written(shuffled, format) == written(small, format) == written(cut, format)


def _extra(wider: ColumnGraph, small: ColumnGraph):
    """The one quad that `wider` has and `small` has not."""
    lines = set(small.lines())
    extra = [number for number, line in enumerate(wider.lines()) if line not in lines]
    assert len(extra) == 1
    return wider.quads[extra]


@pytest.mark.parametrize("format", FORMATS)
def test_empty_graph(format: str, written: Callable[..., bytes]) -> None:
    assert isinstance(written(ColumnGraph.union([]), format), bytes)


def test_unknown_format_names_the_known_ones(small: ColumnGraph, context: Path) -> None:
    with pytest.raises(OutputError) as caught:
        export(small, "turtel", io.BytesIO(), context=context, base="")
    assert "'turtel'" in caught.value.fact
    assert "ttl" in caught.value.hint


def test_a_stream_that_is_full(small: ColumnGraph, context: Path) -> None:
    with Path("/dev/full").open("wb", buffering=0) as out, pytest.raises(OutputError) as caught:
        export(small, "nq", out, context=context, base="")
    assert "No space left" in caught.value.fact


def test_without_a_base_iris_are_whole(small: ColumnGraph, written: Callable[..., bytes]) -> None:
    assert b"@base" not in written(small, "ttl", base="")
    assert b"<https://w3id.org/hrdgraph/id/award/lamp>" in written(small, "ttl", base="")


def test_a_new_format_is_known_by_its_ending(monkeypatch: pytest.MonkeyPatch) -> None:
    """A format is one entry: no other list of endings names it."""
    new = replace(FORMATS["nt"], name="lines", ending=".lines")
    monkeypatch.setitem(FORMATS, "lines", new)
    for name, item in FORMATS.items():
        assert export_format(None, Path(f"défenseures{item.ending}")) == name


def test_an_unknown_ending_is_no_default() -> None:
    with pytest.raises(UsageError, match="--format"):
        export_format(None, Path("défenseures.tll"))
    assert export_format(None, Path("défenseures.txt")) == "ttl"
