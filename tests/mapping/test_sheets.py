"""Cells of a spreadsheet in templates, where they are plain digits, and as literals of their natural datatype."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

MAPPING = """@prefix rml: <http://w3id.org/rml/> . @prefix e: <http://e.org/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<#m> a rml:TriplesMap ; rml:logicalSource [ rml:source "t.xlsx" ] ; rml:subjectMap [ rml:template "http://e.org/{n}" ] ;
  rml:predicateObjectMap [ rml:predicate e:n ; rml:objectMap [ rml:reference "n" ] ] ;
  rml:predicateObjectMap [ rml:predicate e:decimal ; rml:objectMap [ rml:reference "n" ; rml:datatype xsd:decimal ] ] ;
  rml:predicateObjectMap [ rml:predicate e:span ; rml:objectMap [ rml:reference "span" ] ] ;
  rml:predicateObjectMap [ rml:predicate e:at ; rml:objectMap [ rml:reference "at" ; rml:datatype xsd:dateTime ] ] ."""


def test_digits_in_templates_and_natural_literals(
    tmp_path: Path, mapped: Callable[[Path], list[str]]
) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="pip install openpyxl")
    book = openpyxl.Workbook()
    for row in (
        ["n", "span", "at"],
        [0.0000012, dt.timedelta(hours=26), dt.datetime(2011, 4, 3, 23)],
        [2**53, None, dt.datetime(2011, 4, 4)],
    ):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    (tmp_path / "mapping.ttl").write_text(MAPPING, "utf-8")
    small, large, xsd = (
        "<http://e.org/0.0000012>",
        f"<http://e.org/{2**53}>",
        "http://www.w3.org/2001/XMLSchema#",
    )
    assert sorted(mapped(tmp_path / "mapping.ttl")) == sorted([
        f'{small} <http://e.org/n> "1.2E-6"^^<{xsd}double> .',
        f'{small} <http://e.org/decimal> "0.0000012"^^<{xsd}decimal> .',
        f'{small} <http://e.org/span> "P1DT2H"^^<{xsd}dayTimeDuration> .',
        f'{small} <http://e.org/at> "2011-04-03T23:00:00"^^<{xsd}dateTime> .',
        f'{large} <http://e.org/n> "{2**53}"^^<{xsd}integer> .',
        f'{large} <http://e.org/decimal> "{2**53}"^^<{xsd}decimal> .',
        f'{large} <http://e.org/at> "2011-04-04T00:00:00"^^<{xsd}dateTime> .',
    ])  # fmt: skip
