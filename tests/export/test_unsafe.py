"""What is no IRI is said with its escape, or not at all: never as another IRI."""

from __future__ import annotations

import io

import polars as pl
import pytest

from hrdgraph.errors import OutputError
from hrdgraph.exports.formats import FORMATS, export
from hrdgraph.rdf import ColumnGraph

UNSAFE = ColumnGraph.from_text(
    pl.DataFrame(
        {
            "s": ["<http://e.org/a\\u0020b>"],
            "p": ["<http://e.org/p>"],
            "o": ['"\\u0001"'],
            "g": [""],
        }
    )
)
SAFE = ColumnGraph.from_text(
    pl.DataFrame(
        {"s": ["<http://e.org/ab>"], "p": ["<http://e.org/p>"], "o": ['"x\\\\u0020"'], "g": [""]}
    )
)


WITH_ESCAPES = ("nq", "nt", "ttl", "trig", "parquet")
NETWORKS = ("graphml", "gexf")


@pytest.mark.parametrize("format", WITH_ESCAPES[:-1])
def test_a_grammar_with_escapes_says_it(format: str) -> None:
    out = io.BytesIO()
    export(UNSAFE, format, out, context=None, base="")
    assert b"<http://e.org/a\\u0020b>" in out.getvalue()


@pytest.mark.parametrize("format", sorted(FORMATS.keys() - {*WITH_ESCAPES, *NETWORKS}))
def test_others_refuse_it(format: str) -> None:
    with pytest.raises(OutputError, match=r"cannot hold <http://e.org/a\\u0020b>\n.*such as nq"):
        export(UNSAFE, format, io.BytesIO(), context=None, base="")


@pytest.mark.parametrize("format", ["jsonld", "rdfxml"])
def test_an_escape_in_a_text_is_no_matter(format: str) -> None:
    out = io.BytesIO()
    export(SAFE, format, out, context=None, base="")
    assert b"http://e.org/ab" in out.getvalue()
