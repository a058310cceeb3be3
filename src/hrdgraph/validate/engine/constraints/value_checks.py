"""Distinct terms and one constraint on single values → which of the terms break it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from hrdgraph.rdf.lexical import is_of
from hrdgraph.rdf.terms import unescape
from hrdgraph.validate.engine.columns.compare import ordered, values_of
from hrdgraph.validate.engine.columns.data import BLANK_KIND, IRI_KIND, LITERAL_KIND, TripleArrays
from hrdgraph.validate.engine.columns.regex import matches
from hrdgraph.validate.engine.columns.relation import Ids, Mask, member
from hrdgraph.validate.engine.model.shapes import (
    ClassOf,
    DatatypeConstraint,
    In,
    LanguageIn,
    Length,
    NodeKind,
    PatternConstraint,
    Range,
    RangeComparison,
)
from hrdgraph.vocab import RDFS

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TEXT = pl.col("t")
_FEW = 2_000  # texts that a loop is through sooner than Polars is started
ValueConstraint = (
    ClassOf | DatatypeConstraint | NodeKind | Range | Length | PatternConstraint | LanguageIn | In
)


def broken_by(data: TripleArrays, constraint: ValueConstraint, terms: Ids) -> Mask:
    """For each of these distinct terms, whether it breaks the constraint."""
    match constraint:
        case ClassOf(term):
            return ~member(terms, data.instances(term), data.size)
        case In(members):
            return ~member(terms, data.numbers(members), data.size)
        case NodeKind():
            return _wrong_kind(data, constraint, terms)
        case DatatypeConstraint(iri):
            if iri == RDFS.Literal:
                return np.asarray(data.kinds[terms] != LITERAL_KIND)
            return np.asarray(~is_of(data.texts(terms), iri.value, _is_edtf).to_numpy())
        case Range():
            return _outside(data, constraint, terms)
        case LanguageIn(ranges):
            return np.asarray(~_speaks(data.texts(terms), ranges).to_numpy())
        case Length() | PatternConstraint():
            return _wrong_text(data, constraint, terms)


def _is_edtf(text: str) -> bool:
    """Whether it is a date of the Extended Date/Time Format, of a day that its month has."""
    from hrdgraph.evidence import (
        is_edtf,  # its library takes a while to load, and most graphs have plain dates
    )

    return is_edtf(text)


def _wrong_kind(data: TripleArrays, kind: NodeKind, terms: Ids) -> Mask:
    allowed = np.zeros(3, np.bool_)
    allowed[[IRI_KIND, BLANK_KIND, LITERAL_KIND]] = [kind.iri, kind.blank, kind.literal]
    return np.asarray(~allowed[data.kinds[terms]])


def _outside(data: TripleArrays, constraint: Range, terms: Ids) -> Mask:
    values = values_of(data.texts(terms))
    limit = values_of(pl.Series([constraint.limit.n3()], dtype=pl.String)).take(
        np.zeros(len(terms), np.intp)
    )
    strict = constraint.order in (RangeComparison.MIN_EXCLUSIVE, RangeComparison.MAX_EXCLUSIVE)
    if constraint.order in (RangeComparison.MIN_INCLUSIVE, RangeComparison.MIN_EXCLUSIVE):
        return ~ordered(limit, values, strict=strict)
    return ~ordered(values, limit, strict=strict)


def _speaks(texts: pl.Series, ranges: tuple[str, ...]) -> pl.Series:
    """Whether the language of each text is in one of the ranges (basic filtering, RFC 4647
    §3.3.1)."""
    tags = tags_of(texts)
    fits = pl.Series([False] * len(texts), dtype=pl.Boolean)
    for wanted in ranges:
        fits |= (
            tags.is_not_null()
            if wanted == "*"
            else (tags == wanted) | tags.str.starts_with(wanted + "-")
        )
    return fits.fill_null(False)


def tags_of(texts: pl.Series) -> pl.Series:
    """The language tags in lower case; null where there is none."""
    return texts.to_frame("t").select(
        _TEXT.str.extract(r'^"(?s:.*)"@([A-Za-z0-9-]+)$').str.to_lowercase()
    )["t"]


def _wrong_text(data: TripleArrays, constraint: Length | PatternConstraint, terms: Ids) -> Mask:
    """Length and pattern of `str()`; a blank node has none and always breaks them."""
    wrong = data.kinds[terms] == BLANK_KIND
    places = np.flatnonzero(~wrong)
    if len(places):
        texts = data.texts(terms[places])
        if isinstance(constraint, PatternConstraint):
            fits = matches(lexical(texts), constraint.text, constraint.flags).to_numpy()
        else:
            lengths = _lengths(texts)
            fits = (
                lengths >= constraint.limit
                if constraint.name == "MinLength"
                else lengths <= constraint.limit
            )
        wrong[places] = ~fits
    return np.asarray(wrong)


def _lengths(texts: pl.Series) -> NDArray[np.integer[Any]]:
    if len(texts) < _FEW:
        return np.array([len(_lexical(text)) for text in texts.to_list()])
    return lexical(texts).str.len_chars().to_numpy()


def _lexical(text: str) -> str:
    bare = text[1 : -1 if text.startswith("<") else text.rindex('"')]
    return unescape(bare) if "\\" in bare else bare


def lexical(texts: pl.Series) -> pl.Series:
    """`str()` of IRIs and literals from their N-Triples texts."""
    if len(texts) < _FEW:
        return pl.Series([_lexical(text) for text in texts.to_list()], dtype=pl.String)
    frame = texts.to_frame("t")
    bare, is_plain = (
        _TEXT.str.slice(1).str.head(-1),
        _TEXT.str.ends_with('"') | _TEXT.str.starts_with("<"),
    )
    plain, escaped = frame.select(
        is_plain.all(), _TEXT.str.contains("\\", literal=True).any().alias("escaped")
    ).row(0)
    if not plain:
        bare = pl.when(is_plain).then(bare).otherwise(_TEXT.str.extract(r'^"((?s:.*))"'))
    found = frame.select(bare.alias("t"))["t"]
    if escaped:
        places = found.str.contains("\\", literal=True).arg_true()
        found = found.scatter(places, [unescape(text) for text in found.gather(places).to_list()])
    return found
