"""The term kernel: a batch of text columns and a term map into a column of N-Triples terms. The only code that makes text.

A column holds one text for each row, or a list of texts where a reference is multi-valued; null means no term.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Final

import polars as pl

from hrdgraph.errors import MappingError, Origin
from hrdgraph.mapping.escape import LANGUAGE_TAG, blank_labels, escape_literal
from hrdgraph.mapping.functions import call
from hrdgraph.mapping.iris import bad_iris, encode_iri, encode_uri, escape_iri
from hrdgraph.mapping.model import (
    Call,
    Constant,
    Expression,
    Reference,
    Template,
    TermMap,
    TermType,
    Unique,
    constant_text,
    references,
    term_references,
)
from hrdgraph.mapping.natural import kinds, quoted, structures, with_kinds
from hrdgraph.rdf import XSD_STRING, BlankNode, Literal
from hrdgraph.sources import ROW
from hrdgraph.sources.kinds import HIDDEN

_WITH_HOST: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://[A-Za-z0-9.\-]+/")
_SCHEME: Final = r"^[A-Za-z][A-Za-z0-9+.\-]*:"
_LINE: Final = f"{HIDDEN}line"  # numbers the rows of a batch while multi-valued cells are spread out
_ENCODERS: Final = {TermType.IRI: encode_iri, TermType.URI: encode_uri}
_UNSAFE: Final = (TermType.UNSAFE_IRI, TermType.UNSAFE_URI)


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
        spread = spread.explode(with_kinds(spread, [name]))
    made = spread.select(pl.col(_LINE), make(spread).alias("made"))
    made = made.explode("made") if made.schema["made"] == pl.List else made
    lists = made.drop_nulls("made").group_by(_LINE, maintain_order=True).agg("made")
    lines = pl.DataFrame({_LINE: pl.Series(range(frame.height), dtype=made.schema[_LINE])})
    return lines.join(lists, on=_LINE, how="left", maintain_order="left")["made"]


def _scalar_term(frame: pl.DataFrame, term: TermMap) -> pl.Series:
    if term.condition is None:
        return _term(frame, term)
    rows = frame.with_row_index(_LINE)
    kept = rows.filter(value(rows, term.condition) == "true")
    made = kept.select(pl.col(_LINE), _term(kept, replace(term, condition=None)).alias("made"))
    return rows.select(_LINE).join(made, on=_LINE, how="left", maintain_order="left")["made"]


def _term(frame: pl.DataFrame, term: TermMap) -> pl.Series:
    if isinstance(term.expression, Constant) and not term_references(term):
        return _repeated(constant_term(term), frame.height)
    _refuse_structures(frame, term)
    if term.type is TermType.LITERAL:
        return _literal(frame, term)
    if term.type is TermType.BLANK_NODE:
        return _blank(value(frame, term.expression))
    return _iri(frame, term)


def constant_term(term: TermMap) -> str:
    """The N-Triples text of a constant term map."""
    assert isinstance(term.expression, Constant)
    constant = term.expression.term
    if isinstance(constant, Literal) and (term.datatype or term.language):
        return Literal(constant.value, constant_text(term.datatype) or XSD_STRING, constant_text(term.language) or "").n3()
    return BlankNode(f"c{constant.label}").n3() if isinstance(constant, BlankNode) else constant.n3()


def _refuse_structures(frame: pl.DataFrame, term: TermMap) -> None:
    """A reference that finds an array or object makes no term: it is an error."""
    for name in references(term.expression) if isinstance(term.expression, Reference | Template) else ():
        found = structures(frame, name)
        if found is not None:
            raise _bad_value(
                frame, term, Reference(name), found, frame[name], "is an array or object", "refer to what is in it: [*] is each item"
            )


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
        case Unique():
            raise AssertionError("the planner settles what is unique")


def _called(frame: pl.DataFrame, expression: Call) -> pl.Series:
    arguments = [value_column(frame, argument) for _, argument in expression.inputs]
    if not any(column.dtype == pl.List for column in arguments):
        return call(expression, arguments, frame.height)
    named = pl.DataFrame([column.rename(f"{number}") for number, column in enumerate(arguments)])
    inputs = tuple((name, Reference(f"{number}")) for number, (name, _) in enumerate(expression.inputs))
    return value_column(named, replace(expression, inputs=inputs))


def _filled(frame: pl.DataFrame, parts: tuple[str | Reference, ...], encoder: TermType | None) -> pl.Series:
    encode = _ENCODERS.get(encoder) if encoder else None
    if not frame.height:
        return pl.Series("value", [], pl.String)
    columns = [pl.lit(p) if isinstance(p, str) else _part(frame[p.name], encode).alias(f"{i}") for i, p in enumerate(parts)]
    return frame.select(pl.concat_str(columns, ignore_nulls=False).alias("value"))["value"]


def _part(values: pl.Series, encode: Callable[[pl.Series], pl.Series] | None) -> pl.Series:
    texts = values.cast(pl.String)
    return encode(texts) if encode else texts


def _literal(frame: pl.DataFrame, term: TermMap) -> pl.Series:
    values = value(frame, term.expression)
    if values.dtype == pl.List:
        return _each(values, lambda flat: _literal(pl.DataFrame({"value": flat}), _over_value(term)))
    texts = escape_literal(values)
    if term.language:
        return '"' + texts + '"@' + _tags(frame, term)
    if term.datatype is None:
        return quoted(texts, kinds(frame, term.expression))
    if isinstance(term.datatype, Constant):
        return '"' + texts + _typed(constant_text(term.datatype) or "")
    return '"' + texts + _typed_by(frame, term)


def _typed(datatype: str) -> str:
    return '"' if datatype == XSD_STRING else f'"^^<{datatype}>'


def _typed_by(frame: pl.DataFrame, term: TermMap) -> pl.Series:
    """The ends of literals whose datatypes depend on the row; xsd:string goes without saying."""
    assert term.datatype is not None
    names = _checked(frame, replace(term, expression=term.datatype, type=TermType.IRI), value(frame, term.datatype, TermType.IRI))
    return pl.select(pl.when(names == XSD_STRING).then(pl.lit('"')).otherwise('"^^<' + names + ">").alias("end"))["end"]


def _over_value(term: TermMap) -> TermMap:
    return replace(term, expression=Reference("value"), condition=None)


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
    bad = ~tags.str.contains(LANGUAGE_TAG).fill_null(True)
    if bad.any():
        raise _bad_value(frame, term, term.language, bad, tags, "is no language tag (BCP 47)", "write it like 'fr' or 'pt-BR'")
    return tags


def _blank(values: pl.Series) -> pl.Series:
    return "_:b" + blank_labels(values)


def _iri(frame: pl.DataFrame, term: TermMap) -> pl.Series:
    values = value(frame, term.expression, term.type)
    if values.dtype == pl.List:
        return _each(values, lambda flat: _iri(pl.DataFrame({"value": flat}), _over_value(term)))
    return "<" + (values if _always_good(term) else _checked(frame, term, values)) + ">"


@lru_cache(maxsize=4096)
def _always_good(term: TermMap) -> bool:
    """Whether a template makes an absolute IRI whatever the values: encoded values cannot harm what follows scheme and host."""
    if not isinstance(term.expression, Template) or term.type not in (TermType.IRI, TermType.URI):
        return False
    first = term.expression.parts[0]
    filled = "".join(part if isinstance(part, str) else "x" for part in term.expression.parts)
    return isinstance(first, str) and bool(_WITH_HOST.match(first)) and not bad_iris(pl.Series([filled])).any()


def _checked(frame: pl.DataFrame, term: TermMap, values: pl.Series) -> pl.Series:
    """The same texts as absolute IRIs without their brackets; MappingError where one is none."""
    relative = ~values.str.contains(_SCHEME).fill_null(True)
    if relative.any():
        values = pl.select(pl.when(relative).then(term.base + values).otherwise(values).alias("iri"))["iri"]
    if term.type in _UNSAFE:
        return escape_iri(values)
    bad = bad_iris(values)
    if bad.any():
        raise _bad_value(frame, term, term.expression, bad, values, "is no IRI", "correct the cell, or percent-encode it with a template")
    return values


def _bad_value(
    frame: pl.DataFrame, term: TermMap, expression: Expression, bad: pl.Series, values: pl.Series, fact: str, hint: str
) -> MappingError:
    row = frame.filter(bad)[ROW][0] if ROW in frame.columns else None
    column = next(iter(references(expression)), None)
    origin = Origin(term.origin.file, row, column, term.origin.node, term.origin.line)
    return MappingError(f"'{values.filter(bad)[0]}' {fact}", origin=origin, hint=hint)
