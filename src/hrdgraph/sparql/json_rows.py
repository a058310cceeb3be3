"""Solutions in columns → SPARQL's JSON (https://www.w3.org/TR/sparql11-results-json/), byte for
byte as Oxigraph writes it. Each distinct term is written once, and no row is read again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import polars as pl

from hrdgraph.rdf import IRI, BlankNode, parse_term
from hrdgraph.rdf.terms import RDF_LANG_STRING, XSD_STRING
from hrdgraph.sparql.answers import ColumnAnswer
from hrdgraph.sparql.dictionary import matched

_PART: Final = 50_000  # rows that are written at a time
_LITERAL: Final = r'(?s)^"(?P<words>.*)"(?:@(?P<tag>[^"]+)|\^\^<(?P<type>[^"]*)>)?$'
# the other escapes of N-Triples are those of JSON; only literals have any
_ODD: Final = r'\\[uU]|^[^"].*["\\]'


def json_parts(answer: ColumnAnswer) -> Iterator[bytes]:
    """The document of a SELECT answer, in parts."""
    yield b'{"head":{"vars":%s},"results":{"bindings":[' % _said([*answer.variables]).encode()
    for start in range(0, len(answer), _PART):
        rows = _rows(answer, start).to_list()
        yield b"," * (start > 0) + f"{{{'},{'.join(rows)}}}".encode()
    yield b"]}}"


def _rows(answer: ColumnAnswer, start: int) -> pl.Series:
    """The cells of each row, without the braces around them."""
    rows = answer.rows.slice(start, _PART)
    cells = [
        _terms(answer, rows[name], name).alias(str(place))
        for place, name in enumerate(answer.variables)
        if name in rows.columns
    ]
    if not cells:
        return pl.Series([""]).new_from_index(0, rows.height)
    joined = pl.concat_str(pl.all(), separator=",", ignore_nulls=True)
    return pl.DataFrame(cells).select(joined).to_series()


def _terms(answer: ColumnAnswer, codes: pl.Series, name: str) -> pl.Series:
    """The terms of a column behind its name, null for null."""
    distinct = codes.drop_nulls().unique().sort()
    written = f"{_said(name)}:" + _written(answer.dictionary.texts(distinct))
    if not codes.null_count():
        return written.gather(distinct.search_sorted(codes))
    found = pl.DataFrame([distinct.alias("code"), written.alias("cell")])
    return matched(codes, found, "code")["cell"]


def _written(texts: pl.Series) -> pl.Series:
    text = pl.col("text")
    groups = text.str.extract_groups(_LITERAL).alias("groups")
    frame = texts.rename("text").to_frame().select(text, groups).unnest("groups")
    iri = pl.format('{{"type":"uri","value":"{}"}}', text.str.slice(1).str.strip_suffix(">"))
    blank = pl.format('{{"type":"bnode","value":"{}"}}', text.str.slice(2))
    literal = pl.when(text.str.starts_with('"')).then(_literal())
    found = literal.when(text.str.starts_with("<")).then(iri).otherwise(blank)
    written = frame.select(found.alias("written")).to_series()
    odd = texts.str.contains(_ODD).arg_true()
    return written.scatter(odd, [_said(_one(one)) for one in texts.gather(odd)])


def _literal() -> pl.Expr:
    tag, kind = pl.format(',"xml:lang":"{}"', "tag"), pl.format(',"datatype":"{}"', "type")
    start, more = pl.format('{{"type":"literal","value":"{}"', "words"), pl.coalesce(tag, kind)
    return pl.concat_str(start, more.fill_null(""), pl.lit("}"))


def _one(text: str) -> dict[str, str]:
    """One term that is not written in JSON as it is."""
    term = parse_term(text)
    if isinstance(term, IRI):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.label}
    said = {"type": "literal", "value": term.value}
    if term.datatype == RDF_LANG_STRING:
        return said | {"xml:lang": term.language}
    return said if term.datatype == XSD_STRING else said | {"datatype": term.datatype}


def _said(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
