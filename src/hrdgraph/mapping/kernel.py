"""The term kernel: a batch of text columns and a term map into a column of N-Triples terms. The only code that makes text.

A column holds one text for each row, or a list of texts where a reference is multi-valued; null means no term.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import polars as pl

from hrdgraph.errors import MappingError, Origin
from hrdgraph.mapping.escape import bad_iris, encode_iri, encode_uri, escape_literal
from hrdgraph.mapping.functions import call
from hrdgraph.mapping.model import (
    Call,
    Constant,
    Expression,
    Reference,
    Template,
    TermMap,
    TermType,
    constant_text,
    references,
    term_references,
)
from hrdgraph.rdf import XSD_STRING, Literal
from hrdgraph.sources import ROW

_SCHEME: Final = r"^[A-Za-z][A-Za-z0-9+.\-]*:"
_LANGUAGE: Final = r"^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$"
_LINE: Final = "#line"  # numbers the rows of a batch while multi-valued cells are spread out
_ENCODERS: Final = {TermType.IRI: encode_iri, TermType.URI: encode_uri}


def term_column(frame: pl.DataFrame, term: TermMap) -> pl.Series:
    """The terms that a term map makes of a batch. MappingError with row and reference where a value cannot be one."""
    multi = [name for name in term_references(term) if frame.schema[name] == pl.List]
    if not multi:
        return _scalar_term(frame, term)
    return _collected(frame, multi, lambda spread: _scalar_term(spread, term))


def value_column(frame: pl.DataFrame, expression: Expression) -> pl.Series:
    """The raw texts that an expression makes of a batch, as a field of a view or a join key."""
    multi = [name for name in references(expression) if frame.schema[name] == pl.List]
    if not multi:
        return value(frame, expression)
    return _collected(frame, multi, lambda spread: value(spread, expression))


def _collected(frame: pl.DataFrame, multi: list[str], make: Callable[[pl.DataFrame], pl.Series]) -> pl.Series:
    """Spread multi-valued cells into their cartesian product, make, and collect the results of each row in a list."""
    spread = frame.with_row_index(_LINE)
    for name in multi:
        spread = spread.explode(name)
    made = spread.select(pl.col(_LINE), make(spread).alias("made"))
    made = made.explode("made") if made.schema["made"] == pl.List else made
    lists = made.drop_nulls("made").group_by(_LINE, maintain_order=True).agg("made")
    lines = pl.DataFrame({_LINE: pl.Series(range(frame.height), dtype=made.schema[_LINE])})
    return lines.join(lists, on=_LINE, how="left", maintain_order="left")["made"]


def _scalar_term(frame: pl.DataFrame, term: TermMap) -> pl.Series:
    if isinstance(term.expression, Constant) and not term_references(term):
        return _repeated(_constant_term(term), frame.height)
    if term.type is TermType.LITERAL:
        return _literal(frame, term)
    if term.type is TermType.BLANK_NODE:
        return _blank(value(frame, term.expression))
    return _iri(frame, term)


def _constant_term(term: TermMap) -> str:
    assert isinstance(term.expression, Constant)
    constant = term.expression.term
    if isinstance(constant, Literal) and (term.datatype or term.language):
        return Literal(constant.value, constant_text(term.datatype) or XSD_STRING, constant_text(term.language) or "").n3()
    return constant.n3()


def _repeated(text: str, height: int) -> pl.Series:
    return pl.repeat(text, height, dtype=pl.String, eager=True)


def value(frame: pl.DataFrame, expression: Expression, encoder: TermType | None = None) -> pl.Series:
    """The texts of an expression over single-valued columns; references in a template go through the encoder."""
    match expression:
        case Reference(name):
            return frame[name].cast(pl.String)
        case Constant():
            return _repeated(constant_text(expression) or "", frame.height)
        case Call():
            return _called(frame, expression)
        case Template(parts):
            return _filled(frame, parts, encoder)


def _called(frame: pl.DataFrame, expression: Call) -> pl.Series:
    arguments = [value_column(frame, argument) for _, argument in expression.inputs]
    if not any(column.dtype == pl.List for column in arguments):
        return call(expression, arguments, frame.height)
    named = pl.DataFrame([column.rename(f"{number}") for number, column in enumerate(arguments)])
    inputs = tuple((name, Reference(f"{number}")) for number, (name, _) in enumerate(expression.inputs))
    return value_column(named, Call(expression.function, inputs, expression.origin))


def _filled(frame: pl.DataFrame, parts: tuple[str | Reference, ...], encoder: TermType | None) -> pl.Series:
    encode = _ENCODERS.get(encoder) if encoder else None
    columns = [
        pl.lit(p) if isinstance(p, str) else (encode(frame[p.name]) if encode else frame[p.name]).alias(f"{i}") for i, p in enumerate(parts)
    ]
    return (
        frame.select(pl.concat_str(columns, ignore_nulls=False).alias("value"))["value"]
        if frame.height
        else pl.Series("value", [], pl.String)
    )


def _literal(frame: pl.DataFrame, term: TermMap) -> pl.Series:
    values = value(frame, term.expression)
    if values.dtype == pl.List:
        return _each(values, lambda flat: _literal(pl.DataFrame({"value": flat}), _over_value(term)))
    quoted = '"' + escape_literal(values) + '"'
    if term.language:
        return quoted + "@" + _tags(frame, term)
    datatype = constant_text(term.datatype)
    if term.datatype is None or datatype == XSD_STRING:
        return quoted
    if datatype is not None:
        return quoted + f"^^<{datatype}>"
    return quoted + "^^<" + value(frame, term.datatype) + ">"


def _over_value(term: TermMap) -> TermMap:
    return TermMap(Reference("value"), term.type, term.datatype, term.language, term.base, term.origin)


def _each(lists: pl.Series, make: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Apply a function of texts to the items of a column of lists."""
    frame = pl.DataFrame({"made": lists}).with_row_index(_LINE)
    flat = frame.explode("made")
    made = flat.select(pl.col(_LINE), make(flat["made"]).alias("made")).drop_nulls("made")
    return frame.select(_LINE).join(made.group_by(_LINE, maintain_order=True).agg("made"), on=_LINE, how="left", maintain_order="left")[
        "made"
    ]


def _tags(frame: pl.DataFrame, term: TermMap) -> pl.Series:
    assert term.language is not None
    tags = value(frame, term.language)
    bad = ~tags.str.contains(_LANGUAGE).fill_null(True)
    if bad.any():
        raise _bad_value(frame, term, bad, tags, "is no language tag (BCP 47)", "write it like 'fr' or 'pt-BR'")
    return tags


def _blank(values: pl.Series) -> pl.Series:
    safe = values.str.replace_all(r"[^A-Za-z0-9]", "_") if values.str.contains(r"[^A-Za-z0-9]").any() else values
    return "_:b" + safe


def _iri(frame: pl.DataFrame, term: TermMap) -> pl.Series:
    values = value(frame, term.expression, term.type)
    if values.dtype == pl.List:
        return _each(values, lambda flat: _iri(pl.DataFrame({"value": flat}), _over_value(term)))
    relative = ~values.str.contains(_SCHEME).fill_null(True)
    if relative.any():
        values = pl.select(pl.when(relative).then(term.base + values).otherwise(values).alias("iri"))["iri"]
    bad = bad_iris(values)
    if bad.any():
        raise _bad_value(frame, term, bad, values, "is no IRI", "correct the cell, or percent-encode it with a template")
    return "<" + values + ">"


def _bad_value(frame: pl.DataFrame, term: TermMap, bad: pl.Series, values: pl.Series, fact: str, hint: str) -> MappingError:
    row = frame.filter(bad)[ROW][0] if ROW in frame.columns else None
    column = next(iter(term_references(term)), None)
    origin = Origin(term.origin.file, row, column, term.origin.node, term.origin.line)
    return MappingError(f"'{values.filter(bad)[0]}' {fact}", origin=origin, hint=hint)
