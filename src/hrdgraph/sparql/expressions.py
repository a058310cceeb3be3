"""Evaluate expressions and functions of SPARQL over whole columns. Functions for usual values
refuse the others: then the store answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Final

import polars as pl

from hrdgraph.rdf import parse_term
from hrdgraph.sparql.algebra import (
    Constant,
    Exists,
    Expression,
    Operator,
    Reference,
    Untranslated,
    list_variables,
)
from hrdgraph.sparql.column_dataset import CODE, Dictionary
from hrdgraph.sparql.values import (
    BLANK,
    BOOLEAN,
    DATE,
    IRI,
    MOMENT,
    NUMBER,
    NUMBERS,
    STRING,
    STRINGS,
    TAGGED,
    TRUTHS,
    Vector,
    alike,
    equal,
    less,
    refuse_odd,
)
from hrdgraph.store.contract import Function
from hrdgraph.vocab import XSD

Arguments = Sequence[Vector]
_KIND = pl.col("kind")
_ABSOLUTE: Final = r"^[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*$"
_FAR: Final = 2**52  # up to here floating point counts in ones


def call(name: str, arguments: Arguments) -> Vector:
    """Evaluate a function. Raises Untranslated if it is not one of those here."""
    function = _FUNCTIONS.get(name)
    if function is None:
        raise Untranslated("sparql-part-unknown", name)
    return Vector.of(function(*arguments), arguments[0].dictionary)


def _of(vector: Vector, expression: pl.Expr) -> pl.Series:
    """Evaluate an expression over the columns of a vector's values."""
    return vector.values.frame.select(expression.alias("value"))["value"]


def _beside(expression: pl.Expr, **columns: pl.Series) -> pl.Series:
    return pl.DataFrame(columns).select(expression.alias("value"))["value"]


def _equal(left: Vector, right: Vector) -> pl.Series:
    if left.kind == right.kind and left.kind in (STRINGS, NUMBERS, TRUTHS):
        return left.series == right.series
    return equal(left.values, right.values)


def _less(left: Vector, right: Vector, *, strict: bool = True) -> pl.Series:
    if left.kind == right.kind and left.kind in (STRINGS, NUMBERS):
        return left.series < right.series if strict else left.series <= right.series
    return less(left.values, right.values, strict=strict)


def _in(left: Vector, *choices: Vector) -> pl.Series:
    """Return true for one equal value; else null if one comparison was an error."""
    result = pl.repeat(False, len(left.series), dtype=pl.Boolean, eager=True)
    for other in choices:
        result = result | _equal(left, other)
    if not choices:
        raise Untranslated("sparql-part-unknown", "IN ()")
    return result


def _str(arg: Vector) -> pl.Series:
    if arg.kind == STRINGS:
        return arg.series
    if arg.kind == NUMBERS:
        return arg.series.cast(pl.String)
    return _of(arg, pl.when(_KIND != BLANK).then("words"))


def _lang(arg: Vector) -> pl.Series:
    literal = ~_KIND.is_in([0, BLANK, IRI])
    return _of(arg, pl.when(literal).then(pl.col("tag").fill_null("")))


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


def _iri(arg: Vector) -> pl.Series:
    """Make IRIs of strings that are absolute IRIs; others would need a base."""
    words = _of(arg, pl.when(_KIND.is_in([IRI, STRING])).then("words"))
    if not words.drop_nulls().str.contains(_ABSOLUTE).all():
        raise Untranslated("sparql-value-odd")
    return arg.dictionary.codes(_beside(pl.format("<{}>", "words"), words=words))


def _is_of(test: pl.Expr) -> Callable[[Vector], pl.Series]:
    """Return a test of the kind of a term."""
    return lambda vector: _of(vector, pl.when(_KIND != 0).then(test))


def _plain(arg: Vector) -> pl.Series:
    """Return plain strings. One with a language would pass it on to the result."""
    if arg.kind == STRINGS:
        return arg.series
    if (arg.values["kind"] == TAGGED).any():
        raise Untranslated("sparql-value-odd")
    return arg.simple


def _words(arg: Vector) -> pl.Series:
    """Return strings, with a language or without, where the result does not depend on it."""
    return (
        arg.series
        if arg.kind == STRINGS
        else _of(arg, pl.when(_KIND.is_in([STRING, TAGGED])).then("words"))
    )


def _concat(*some: Vector) -> pl.Series:
    if not some:
        raise Untranslated("sparql-part-unknown", "CONCAT()")
    columns = {str(place): _plain(arg) for place, arg in enumerate(some)}
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


def _whole(arg: Vector) -> pl.Series:
    """Return whole numbers; Untranslated for others."""
    if arg.kind == NUMBERS:
        return arg.series
    refuse_odd(arg.values)
    if _of(arg, (_KIND == NUMBER) & (pl.col("type") != XSD.integer.value)).any():
        raise Untranslated("sparql-value-odd")
    return _of(arg, pl.when(_KIND == NUMBER).then("number")).cast(pl.Int64)


def _about(test: Callable[[pl.Expr, pl.Expr], pl.Expr]) -> Callable[[Vector, Vector], pl.Series]:
    """Return a function that tests one string against another, which has no language."""

    def run(text: Vector, part: Vector) -> pl.Series:
        return _beside(test(pl.col("text"), pl.col("part")), text=_words(text), part=_plain(part))

    return run


def _text_beside(*, before: bool) -> Callable[[Vector, Vector], pl.Series]:
    def split(text: Vector, part: Vector) -> pl.Series:
        mark = _constant(part)
        words = _plain(text)
        if not mark:
            raise Untranslated("sparql-value-odd")
        parted = pl.col("text").str.splitn(mark, 2).struct.field(f"field_{0 if before else 1}")
        has = pl.col("text").str.contains(mark, literal=True)
        return _beside(pl.when(has).then(parted).when(~has).then(pl.lit("")), text=words)

    return split


def _constant(arg: Vector) -> str:
    """Return the one string that all rows have."""
    distinct = _plain(arg).unique().to_list()
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
    return _words(text).str.contains(_pattern(pattern, flags), strict=True)


def _replace(
    text: Vector, pattern: Vector, other: Vector, flags: Vector | None = None
) -> pl.Series:
    if not len(text.series):
        return pl.Series(dtype=pl.String)
    return _plain(text).str.replace_all(_pattern(pattern, flags), _constant(other))


def _date_part(pattern: str) -> Callable[[Vector], pl.Series]:
    def part(moment: Vector) -> pl.Series:
        refuse_odd(moment.values)
        if _of(
            moment, ~_KIND.is_in([0, BLANK, IRI, STRING, TAGGED, BOOLEAN, NUMBER, DATE, MOMENT])
        ).any():
            raise Untranslated("sparql-value-odd")
        number = pl.col("words").str.extract(pattern).cast(pl.Int64)
        return _of(moment, pl.when(_KIND.is_in([DATE, MOMENT])).then(number))

    return part


def _calculate(how: Callable[[pl.Expr, pl.Expr], pl.Expr]) -> Callable[[Vector, Vector], pl.Series]:
    """Return integer arithmetic that refuses values that might overflow."""

    def run(left: Vector, right: Vector) -> pl.Series:
        columns = {"one": _whole(left), "two": _whole(right)}
        result = _beside(how(pl.col("one"), pl.col("two")), **columns)
        sizes = [column.cast(pl.Float64).abs().max() or 0 for column in columns.values()]
        if max(*sizes, sizes[0] * sizes[1]) > _FAR:  # type: ignore[operator]
            raise Untranslated("sparql-value-odd")
        return result

    return run


def _to_integer(arg: Vector) -> pl.Series:
    """Convert strings of digits and whole numbers to integers."""
    if arg.kind == NUMBERS:
        return arg.series
    refuse_odd(arg.values)
    words = pl.col("words")
    digits = words.str.contains(r"^-?[0-9]{1,15}$")
    usual = (_KIND == STRING) | ((_KIND == NUMBER) & (pl.col("type") == XSD.integer.value))
    if _of(arg, (_KIND.is_in([STRING, NUMBER, BOOLEAN])) & ~(usual & digits)).any():
        raise Untranslated("sparql-value-odd")
    return _of(arg, pl.when(usual).then(words).cast(pl.Int64))


_FUNCTIONS: Final[Mapping[str, Callable[..., pl.Series]]] = MappingProxyType(
    {
        "=": _equal,
        "!=": lambda left, right: ~_equal(left, right),
        "<": _less,
        "<=": partial(_less, strict=False),
        ">": lambda left, right: _less(right, left),
        ">=": lambda left, right: _less(right, left, strict=False),
        "IN": _in,
        "SAMETERM": lambda left, right: left.codes == right.codes,
        "STR": _str,
        "LANG": _lang,
        "LANGMATCHES": _lang_matches,
        "IRI": _iri,
        "URI": _iri,
        "ISIRI": _is_of(_KIND == IRI),
        "ISURI": _is_of(_KIND == IRI),
        "ISBLANK": _is_of(_KIND == BLANK),
        "ISLITERAL": _is_of(~_KIND.is_in([BLANK, IRI])),
        "CONCAT": _concat,
        "SUBSTR": _substr,
        "STRLEN": lambda text: _words(text).str.len_chars().cast(pl.Int64),
        "UCASE": lambda text: _plain(text).str.to_uppercase(),
        "LCASE": lambda text: _plain(text).str.to_lowercase(),
        "STRSTARTS": _about(lambda text, part: text.str.starts_with(part)),
        "STRENDS": _about(lambda text, part: text.str.ends_with(part)),
        "CONTAINS": _about(lambda text, part: text.str.contains(part, literal=True)),
        "STRBEFORE": _text_beside(before=True),
        "STRAFTER": _text_beside(before=False),
        "REGEX": _regex,
        "REPLACE": _replace,
        "YEAR": _date_part("^(-?[0-9]+)-"),
        "MONTH": _date_part("^-?[0-9]+-([0-9]{2})"),
        "DAY": _date_part("^-?[0-9]+-[0-9]{2}-([0-9]{2})"),
        "ADD": _calculate(lambda one, two: one + two),
        "SUBTRACT": _calculate(lambda one, two: one - two),
        "MULTIPLY": _calculate(lambda one, two: one * two),
        XSD.integer.n3(): _to_integer,
    }
)


Matching = Callable[[Operator, pl.DataFrame], pl.Series]
_FEW: Final = 256  # rows of which it is not worth while to find the distinct ones
_PLACE: Final = "\x01place"


class Expressions:
    """Evaluates expressions. `matching` says for each solution whether a pattern has one that
    agrees; `functions` are those of the caller, by IRI."""

    def __init__(
        self, dictionary: Dictionary, functions: Mapping[str, Function], matching: Matching
    ) -> None:
        self._dictionary, self._functions, self._matching = dictionary, functions, matching
        self.given: Mapping[str, int] = {}  # the values of parameters

    def vector(self, expression: Expression, rows: pl.DataFrame) -> Vector:
        """Return the values of an expression, row by row."""
        names = [name for name in rows.columns if name in list_variables(expression)]
        if isinstance(expression, Reference) or rows.height <= _FEW or not names:
            return self._value(expression, rows)
        distinct = rows.select(names).unique()
        if distinct.height * 2 > rows.height:
            return self._value(expression, rows)
        values = self._value(expression, distinct)
        distinct = distinct.with_columns(values.series.alias(_PLACE))
        series = rows.select(names).join(
            distinct, on=names, how="left", nulls_equal=True, maintain_order="left"
        )[_PLACE]
        return Vector(values.kind, series, self._dictionary)

    def holds(self, condition: Expression, rows: pl.DataFrame) -> pl.Series:
        """Say for each row whether a condition is true; an error is not."""
        return self.vector(condition, rows).truths.fill_null(value=False)

    def _value(self, expression: Expression, rows: pl.DataFrame) -> Vector:
        if isinstance(expression, Reference):
            if expression.name in self.given:
                code = self.given[expression.name]
                return self._of(pl.repeat(code, rows.height, dtype=CODE, eager=True))
            if expression.name in rows.columns:
                return self._of(rows[expression.name])
            return self._of(pl.repeat(None, rows.height, dtype=CODE, eager=True))
        if isinstance(expression, Constant):
            code = self._dictionary.code(expression.text)
            return self._of(pl.repeat(code, rows.height, dtype=CODE, eager=True))
        if isinstance(expression, Exists):
            return self._of(self._matching(expression.inner, rows))
        name, arguments = expression.name, expression.arguments
        if name == "BOUND":
            return self._of(self._value(arguments[0], rows).series.is_not_null())
        vectors = [self._value(argument, rows) for argument in arguments]
        if name == "NOT":
            return self._of(~vectors[0].truths)
        if name in ("AND", "OR"):
            truth = vectors[0].truths
            for vector in vectors[1:]:
                truth = truth & vector.truths if name == "AND" else truth | vector.truths
            return self._of(truth)
        if name == "COALESCE":
            columns = alike(vectors)
            frame = pl.DataFrame([column.alias(str(n)) for n, column in enumerate(columns)])
            return self._of(frame.select(pl.coalesce(pl.all()).alias("value"))["value"])
        if name == "IF":
            return self._choose(*vectors)
        if name in self._functions:
            return self._call_given(self._functions[name], vectors)
        return call(name, vectors)

    def _of(self, series: pl.Series) -> Vector:
        return Vector.of(series, self._dictionary)

    def _choose(self, condition: Vector, first: Vector, second: Vector) -> Vector:
        left, right = alike([first, second])
        frame = pl.DataFrame(
            [condition.truths.alias("truth"), left.alias("one"), right.alias("two")]
        )
        choice = pl.when(pl.col("truth")).then("one").when(~pl.col("truth")).then("two")
        return self._of(frame.select(choice.alias("value"))["value"])

    def _call_given(self, function: Function, vectors: list[Vector]) -> Vector:
        """Call a function of the caller's, once for each distinct row of terms."""
        names = [str(place) for place in range(len(vectors))]
        if not names:
            raise Untranslated("sparql-part-unknown", "()")
        rows = pl.DataFrame(
            [vector.codes.alias(name) for name, vector in zip(names, vectors, strict=True)]
        )
        distinct = rows.drop_nulls().unique()
        texts = [self._dictionary.texts(distinct[name]).to_list() for name in names]
        answers = [
            None if (value := function(*map(parse_term, row))) is None else value.n3()
            for row in zip(*texts, strict=True)
        ]
        codes = self._dictionary.codes(pl.Series(answers, dtype=pl.String))
        codes_by_row = rows.join(
            distinct.with_columns(codes.alias(_PLACE)), on=names, how="left", maintain_order="left"
        )
        return self._of(codes_by_row[_PLACE])
