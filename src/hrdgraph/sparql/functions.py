"""SPARQL's functions on whole vectors. What is written here only for the usual case refuses the
others: the store answers then."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import polars as pl

from hrdgraph.sparql.algebra import Untranslated
from hrdgraph.sparql.values import (
    BLANK,
    BOOLEAN,
    DATE,
    IRI,
    MOMENT,
    NUMBER,
    STRING,
    TAGGED,
    equal,
    less,
    refuse_odd,
)
from hrdgraph.sparql.vectors import NUMBERS, STRINGS, TRUTHS, Vector
from hrdgraph.vocab import XSD

Arguments = Sequence[Vector]
_KIND = pl.col("kind")
_ABSOLUTE: Final = r"^[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*$"
_FAR: Final = 2**52  # up to here floating point counts in ones


def call(name: str, arguments: Arguments) -> Vector:
    """The values of a function. Raises Untranslated where it is not one of those here."""
    function = _FUNCTIONS.get(name)
    if function is None:
        raise Untranslated("sparql-function-unknown", name)
    return Vector.of(function(*arguments), arguments[0].dictionary)


def _of(vector: Vector, expression: pl.Expr) -> pl.Series:
    """An expression over the columns of a vector's values."""
    return vector.values.frame.select(expression.alias("value"))["value"]


def _beside(expression: pl.Expr, **columns: pl.Series) -> pl.Series:
    return pl.DataFrame(columns).select(expression.alias("value"))["value"]


def _equal(left: Vector, right: Vector) -> pl.Series:
    if left.kind == right.kind and left.kind in (STRINGS, NUMBERS, TRUTHS):
        return left.series == right.series
    return equal(left.values, right.values)


def _unequal(left: Vector, right: Vector) -> pl.Series:
    return ~_equal(left, right)


def _less(left: Vector, right: Vector) -> pl.Series:
    if left.kind == right.kind and left.kind in (STRINGS, NUMBERS):
        return left.series < right.series
    return less(left.values, right.values, strict=True)


def _at_most(left: Vector, right: Vector) -> pl.Series:
    if left.kind == right.kind and left.kind in (STRINGS, NUMBERS):
        return left.series <= right.series
    return less(left.values, right.values, strict=False)


def _greater(left: Vector, right: Vector) -> pl.Series:
    return _less(right, left)


def _at_least(left: Vector, right: Vector) -> pl.Series:
    return _at_most(right, left)


def _same_term(left: Vector, right: Vector) -> pl.Series:
    return left.codes == right.codes


def _in(left: Vector, *others: Vector) -> pl.Series:
    """True for one equal value; else null if one comparison was an error."""
    found = pl.repeat(False, len(left.series), dtype=pl.Boolean, eager=True)
    for other in others:
        found = found | _equal(left, other)
    if not others:
        raise Untranslated("sparql-function-unknown", "IN ()")
    return found


def _str(one: Vector) -> pl.Series:
    if one.kind == STRINGS:
        return one.series
    if one.kind == NUMBERS:
        return one.series.cast(pl.String)
    return _of(one, pl.when(_KIND != BLANK).then("words"))


def _lang(one: Vector) -> pl.Series:
    literal = ~_KIND.is_in([0, BLANK, IRI])
    return _of(one, pl.when(literal).then(pl.col("tag").fill_null("")))


def _lang_matches(tag: Vector, ranged: Vector) -> pl.Series:
    return _beside(
        pl.when(pl.col("range") == "*")
        .then(pl.col("tag") != "")
        .otherwise(
            (pl.col("tag") == pl.col("range"))
            | pl.col("tag").str.starts_with(pl.concat_str("range", pl.lit("-")))
        ),
        tag=tag.simple.str.to_lowercase(),
        range=ranged.simple.str.to_lowercase(),
    )


def _datatype(one: Vector) -> pl.Series:
    refuse_odd(one.values)
    if (one.values["kind"] == TAGGED).any():
        raise Untranslated("sparql-value-odd")
    texts = _of(one, pl.when(~_KIND.is_in([0, BLANK, IRI])).then(pl.format("<{}>", "type")))
    return one.dictionary.codes(texts)


def _iri(one: Vector) -> pl.Series:
    """Of a string that is an absolute IRI; others would need a base."""
    words = _of(one, pl.when(_KIND.is_in([IRI, STRING])).then("words"))
    if not words.drop_nulls().str.contains(_ABSOLUTE).all():
        raise Untranslated("sparql-value-odd")
    return one.dictionary.codes(_beside(pl.format("<{}>", "words"), words=words))


def _is_iri(one: Vector) -> pl.Series:
    return _of(one, pl.when(_KIND != 0).then(_KIND == IRI))


def _is_blank(one: Vector) -> pl.Series:
    return _of(one, pl.when(_KIND != 0).then(_KIND == BLANK))


def _is_literal(one: Vector) -> pl.Series:
    return _of(one, pl.when(_KIND != 0).then(~_KIND.is_in([BLANK, IRI])))


def _is_numeric(one: Vector) -> pl.Series:
    refuse_odd(one.values)
    return _of(one, pl.when(_KIND != 0).then(_KIND == NUMBER))


def _plain(one: Vector) -> pl.Series:
    """Plain strings. One with a language would give it on to the result."""
    if one.kind == STRINGS:
        return one.series
    if (one.values["kind"] == TAGGED).any():
        raise Untranslated("sparql-value-tagged")
    return one.simple


def _worded(one: Vector) -> pl.Series:
    """Strings, with a language or without, where the result does not depend on it."""
    return (
        one.series
        if one.kind == STRINGS
        else _of(one, pl.when(_KIND.is_in([STRING, TAGGED])).then("words"))
    )


def _concat(*some: Vector) -> pl.Series:
    if not some:
        raise Untranslated("sparql-function-unknown", "CONCAT()")
    columns = {str(place): _plain(one) for place, one in enumerate(some)}
    return _beside(pl.concat_str(list(columns)), **columns)


def _substr(text: Vector, start: Vector, length: Vector | None = None) -> pl.Series:
    first = _whole(start)
    if (first < 1).any():
        raise Untranslated("sparql-value-odd")
    columns = {"text": _plain(text), "start": first}
    if length is None:
        return _beside(
            pl.when(pl.col("start").is_not_null()).then(
                pl.col("text").str.slice(pl.col("start") - 1)
            ),
            **columns,
        )
    columns["length"] = _whole(length)
    if (columns["length"] < 0).any():
        raise Untranslated("sparql-value-odd")
    given = pl.col("start").is_not_null() & pl.col("length").is_not_null()
    return _beside(
        pl.when(given).then(pl.col("text").str.slice(pl.col("start") - 1, pl.col("length"))),
        **columns,
    )


def _whole(one: Vector) -> pl.Series:
    """Whole numbers; Untranslated for others."""
    if one.kind == NUMBERS:
        return one.series
    refuse_odd(one.values)
    if _of(one, (_KIND == NUMBER) & (pl.col("type") != XSD.integer.value)).any():
        raise Untranslated("sparql-value-odd")
    return _of(one, pl.when(_KIND == NUMBER).then("number")).cast(pl.Int64)


def _strlen(one: Vector) -> pl.Series:
    return _worded(one).str.len_chars().cast(pl.Int64)


def _upper(one: Vector) -> pl.Series:
    return _plain(one).str.to_uppercase()


def _lower(one: Vector) -> pl.Series:
    return _plain(one).str.to_lowercase()


def _about(test: Callable[[pl.Expr, pl.Expr], pl.Expr]) -> Callable[[Vector, Vector], pl.Series]:
    """A test of one string for another, which has no language."""

    def tested(text: Vector, part: Vector) -> pl.Series:
        return _beside(test(pl.col("text"), pl.col("part")), text=_worded(text), part=_plain(part))

    return tested


def _cut(*, before: bool) -> Callable[[Vector, Vector], pl.Series]:
    def cut(text: Vector, part: Vector) -> pl.Series:
        mark = _constant(part)
        words = _plain(text)
        if not mark:
            raise Untranslated("sparql-value-odd")
        found = pl.col("text").str.splitn(mark, 2).struct.field(f"field_{0 if before else 1}")
        has = pl.col("text").str.contains(mark, literal=True)
        return _beside(pl.when(has).then(found).when(~has).then(pl.lit("")), text=words)

    return cut


def _constant(one: Vector) -> str:
    """The one string that all rows have."""
    distinct = _plain(one).unique().to_list()
    if len(distinct) != 1 or not isinstance(distinct[0], str):
        raise Untranslated("sparql-value-odd")
    return distinct[0]


def _pattern(pattern: Vector, flags: Vector | None) -> str:
    chosen = "" if flags is None else _constant(flags)
    if set(chosen) - set("ims"):
        raise Untranslated("sparql-value-odd")
    return f"(?{chosen}){_constant(pattern)}" if chosen else _constant(pattern)


def _regex(text: Vector, pattern: Vector, flags: Vector | None = None) -> pl.Series:
    if not len(text.series):
        return pl.Series(dtype=pl.Boolean)
    return _worded(text).str.contains(_pattern(pattern, flags), strict=True)


def _replace(
    text: Vector, pattern: Vector, other: Vector, flags: Vector | None = None
) -> pl.Series:
    if not len(text.series):
        return pl.Series(dtype=pl.String)
    return _plain(text).str.replace_all(_pattern(pattern, flags), _constant(other))


def _date_part(pattern: str) -> Callable[[Vector], pl.Series]:
    def part(one: Vector) -> pl.Series:
        refuse_odd(one.values)
        if _of(
            one, ~_KIND.is_in([0, BLANK, IRI, STRING, TAGGED, BOOLEAN, NUMBER, DATE, MOMENT])
        ).any():
            raise Untranslated("sparql-value-odd")
        found = pl.col("words").str.extract(pattern).cast(pl.Int64)
        return _of(one, pl.when(_KIND.is_in([DATE, MOMENT])).then(found))

    return part


def _computed(how: Callable[[pl.Expr, pl.Expr], pl.Expr]) -> Callable[[Vector, Vector], pl.Series]:
    """Arithmetic of whole numbers, where nothing can run over."""

    def computed(left: Vector, right: Vector) -> pl.Series:
        columns = {"one": _whole(left), "two": _whole(right)}
        found = _beside(how(pl.col("one"), pl.col("two")), **columns)
        sizes = [column.cast(pl.Float64).abs().max() or 0 for column in columns.values()]
        if max(*sizes, sizes[0] * sizes[1]) > _FAR:  # type: ignore[operator]
            raise Untranslated("sparql-value-odd")
        return found

    return computed


def _to_string(one: Vector) -> pl.Series:
    refuse_odd(one.values)
    return _str(one)


def _to_integer(one: Vector) -> pl.Series:
    """Of a string of digits, or a whole number."""
    if one.kind == NUMBERS:
        return one.series
    refuse_odd(one.values)
    words = pl.col("words")
    digits = words.str.contains(r"^-?[0-9]{1,15}$")
    usual = (_KIND == STRING) | ((_KIND == NUMBER) & (pl.col("type") == XSD.integer.value))
    if _of(one, (_KIND.is_in([STRING, NUMBER, BOOLEAN])) & ~(usual & digits)).any():
        raise Untranslated("sparql-value-odd")
    return _of(one, pl.when(usual).then(words).cast(pl.Int64))


_FUNCTIONS: Final[Mapping[str, Callable[..., pl.Series]]] = MappingProxyType(
    {
        "=": _equal,
        "!=": _unequal,
        "<": _less,
        "<=": _at_most,
        ">": _greater,
        ">=": _at_least,
        "IN": _in,
        "SAMETERM": _same_term,
        "STR": _str,
        "LANG": _lang,
        "LANGMATCHES": _lang_matches,
        "DATATYPE": _datatype,
        "IRI": _iri,
        "URI": _iri,
        "ISIRI": _is_iri,
        "ISURI": _is_iri,
        "ISBLANK": _is_blank,
        "ISLITERAL": _is_literal,
        "ISNUMERIC": _is_numeric,
        "CONCAT": _concat,
        "SUBSTR": _substr,
        "STRLEN": _strlen,
        "UCASE": _upper,
        "LCASE": _lower,
        "STRSTARTS": _about(lambda text, part: text.str.starts_with(part)),
        "STRENDS": _about(lambda text, part: text.str.ends_with(part)),
        "CONTAINS": _about(lambda text, part: text.str.contains(part, literal=True)),
        "STRBEFORE": _cut(before=True),
        "STRAFTER": _cut(before=False),
        "REGEX": _regex,
        "REPLACE": _replace,
        "YEAR": _date_part("^(-?[0-9]+)-"),
        "MONTH": _date_part("^-?[0-9]+-([0-9]{2})"),
        "DAY": _date_part("^-?[0-9]+-[0-9]{2}-([0-9]{2})"),
        "ADD": _computed(lambda one, two: one + two),
        "SUBTRACT": _computed(lambda one, two: one - two),
        "MULTIPLY": _computed(lambda one, two: one * two),
        XSD.string.n3(): _to_string,
        XSD.integer.n3(): _to_integer,
    }
)
KNOWN: Final = frozenset(_FUNCTIONS) | {"AND", "OR", "NOT", "IF", "COALESCE", "BOUND"}
