"""The part of a file that is a table of facts: said by an iterator, and read back from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrdgraph.errors import SourceError
from hrdgraph.sources.dialect import Dialect
from hrdgraph.sources.fact_table import Area, area_of, fact_table_header


@pytest.mark.parametrize(
    "area",
    [
        Area(),
        Area("Faits", 3, 20, "B:F", 1),
        Area("a;header=9"),
        Area("50% = la moitié;", columns="AA"),
        Area("50%3B"),
    ],
)
def test_an_area_is_read_back_from_its_text(area: Area) -> None:
    assert area_of(area.text()) == area


@pytest.mark.parametrize(
    "text", ["Faits", "header=x", "last=-1", "header=²", "columns=B2:F9", "rows=3", ";", "last="]
)
def test_an_area_that_is_none_stops_with_its_file(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(SourceError) as caught:
        fact_table_header(path, Dialect(iterator=text))
    assert (caught.value.code, caught.value.origin.file) == ("value-not-as-expected", str(path))
