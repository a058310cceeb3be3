"""Compare terms as SPARQL does: equal, less, true, and in order. A column holds codes of terms, or
truth values, strings and numbers that need no code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from hrdgraph.rdf.lexical import unescape_column
from hrdgraph.rdf.terms import escape
from hrdgraph.sparql.algebra import Untranslated
from hrdgraph.sparql.column_dataset import Dictionary, look_up
from hrdgraph.vocab import XSD

# kinds of terms, in the order in which they are sorted
BLANK, IRI, STRING, TAGGED, BOOLEAN, NUMBER, DATE, MOMENT, YEAR, MONTH, OTHER, ODD = range(1, 13)
_TEXTUAL: Final = (STRING, TAGGED, OTHER)
_LITERAL: Final = r'(?s)^"(?P<words>.*)"(?:@(?P<tag>[A-Za-z0-9-]+)|\^\^<(?P<type>[^>]*)>)?$'
_INTEGER: Final = r"^-?[0-9]{1,15}$"
_DECIMAL: Final = r"^-?[0-9]{1,9}(?:\.[0-9]{1,5})?$"
_DOUBLE: Final = r"^-?[0-9]{1,9}(?:\.[0-9]{1,5})?(?:[eE][+-]?[0-9]{1,2})?$"
_DAY: Final = r"^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$"
_MOMENT: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"
# the types whose values are known, with their kind and the form in which they are
_KNOWN: Final = (
    ("integer", NUMBER, _INTEGER), ("decimal", NUMBER, _DECIMAL), ("double", NUMBER, _DOUBLE),
    ("boolean", BOOLEAN, r"^(?:true|false)$"), ("date", DATE, _DAY), ("dateTime", MOMENT, _MOMENT),
    ("gYear", YEAR, r"^[0-9]{4}$"), ("gYearMonth", MONTH, r"^[0-9]{4}-(?:0[1-9]|1[0-2])$"),
)  # fmt: skip
# types of which the store keeps values too, and which nothing here compares
_VALUED: Final = (
    *("float", "time", "gMonth", "gDay", "gMonthDay", "duration", "dayTimeDuration"),
    *("yearMonthDuration", "long", "int", "short", "byte", "nonNegativeInteger"),
    *("positiveInteger", "negativeInteger", "nonPositiveInteger", "unsignedLong"),
    *("unsignedInt", "unsignedShort", "unsignedByte", "dateTimeStamp", "string"),
)
_TYPE = pl.col("type")


@dataclass(frozen=True, eq=False)
class Values:
    """The values of a column of codes, row by row: `kind` (0 for none), `number`, `words` (the
    lexical form), `tag` and `type`."""

    codes: pl.Series
    frame: pl.DataFrame

    def __getitem__(self, name: str) -> pl.Series:
        return self.frame[name]


def values_of(codes: pl.Series, dictionary: Dictionary) -> Values:
    """Return the values of codes. Those of the graph's terms are read once, all together."""
    early = dictionary.size
    if not len(codes) or (codes.max() or 0) < early:  # type: ignore[operator]
        frame = dictionary.table(read_values).select(pl.all().gather(codes))
        filled = frame.with_columns(pl.col("kind").fill_null(0)) if codes.null_count() else frame
        return Values(codes, filled)
    distinct = codes.drop_nulls().unique()
    read = read_values(dictionary.texts(distinct)).with_columns(code=distinct)
    return Values(codes, look_up(codes, read, "code").with_columns(pl.col("kind").fill_null(0)))


def read_values(texts: pl.Series) -> pl.DataFrame:
    """Return the values of N-Triples texts, row by row."""
    groups = (
        texts.rename("text")
        .to_frame()
        .select("text", pl.col("text").str.extract_groups(_LITERAL).alias("groups"))
    )
    frame = groups.unnest("groups").with_columns(
        type=pl.when(pl.col("words").is_not_null() & pl.col("tag").is_null()).then(
            _TYPE.fill_null(XSD.string.value)
        )
    )
    frame = frame.with_columns(kind=_kind())
    iri = pl.when(pl.col("kind") == IRI).then(pl.col("text").str.slice(1).str.strip_suffix(">"))
    frame = frame.with_columns(words=pl.coalesce("words", iri))
    frame = frame.with_columns(words=unescape_column(frame["words"]))
    return frame.with_columns(number=_number()).drop("text")


def _kind() -> pl.Expr:
    kind_of_value = (
        pl.when(pl.col("text").str.starts_with("<"))
        .then(IRI)
        .when(pl.col("words").is_null())
        .then(BLANK)
        .when(pl.col("tag").is_not_null())
        .then(TAGGED)
        .when(XSD.string.value == _TYPE)
        .then(STRING)
    )
    for name, kind, form in _KNOWN:
        is_plain = pl.col("words").str.contains(form)
        kind_of_value = kind_of_value.when(XSD[name].value == _TYPE).then(
            pl.when(is_plain).then(kind).otherwise(ODD)
        )
    odd = _TYPE.is_in([XSD[name].value for name in _VALUED])
    return kind_of_value.when(odd).then(ODD).otherwise(OTHER).cast(pl.UInt8)


def _number() -> pl.Expr:
    kind, words = pl.col("kind"), pl.col("words")

    def of(*kinds: int) -> pl.Expr:
        return pl.when(kind.is_in(kinds)).then(words)

    return pl.coalesce(
        of(NUMBER, YEAR).cast(pl.Float64, strict=False),
        of(BOOLEAN).eq("true").cast(pl.Float64),
        of(DATE).str.to_date("%Y-%m-%d", strict=False).to_physical().cast(pl.Float64),
        of(MOMENT)
        .str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="ms", strict=False)
        .to_physical()
        .cast(pl.Float64),
        of(MONTH).str.replace("-", "", literal=True).cast(pl.Float64, strict=False),
    )


def refuse_odd(*sides: Values) -> None:
    """Raise Untranslated where a value is one that is not compared here: a time zone, a number
    that is too long, a type that is seldom used."""
    for side in sides:
        if (side["kind"] == ODD).any():
            raise Untranslated("sparql-value-odd")


def equal(left: Values, right: Values) -> pl.Series:
    """Say whether values are equal; null where that is an error, as with unlike literals of
    unknown types."""
    refuse_odd(left, right)
    frame = _both(left, right)
    comparable_by_code = [BLANK, IRI, TAGGED]
    return frame.select(
        pl.when((pl.col("kind") == 0) | (pl.col("kind2") == 0))
        .then(None)
        .when(pl.col("code") == pl.col("code2"))
        .then(True)
        .when(pl.col("kind").is_in(comparable_by_code) | pl.col("kind2").is_in(comparable_by_code))
        .then(False)
        .when((pl.col("kind") == OTHER) | (pl.col("kind2") == OTHER))
        .then(None)
        .when(pl.col("kind") == pl.col("kind2"))
        .then(pl.col("number").eq(pl.col("number2")).fill_null(value=False))
        .otherwise(False)
        .alias("equal")
    )["equal"]


def less(left: Values, right: Values, *, strict: bool) -> pl.Series:
    """Say whether values are less (or, unless `strict`, equal); null where they have no order."""
    refuse_odd(left, right)
    frame = _both(left, right)
    kind, words, number = pl.col("kind"), pl.col("words"), pl.col("number")
    alike = kind == pl.col("kind2")
    tagged = alike & (kind == TAGGED) & (pl.col("tag") == pl.col("tag2"))
    textual = (alike & (kind == STRING)) | tagged
    numeric = alike & kind.is_in([NUMBER, DATE, MOMENT, YEAR, MONTH])
    return frame.select(
        pl.when((kind == 0) | (pl.col("kind2") == 0))
        .then(None)
        .when(pl.col("code") == pl.col("code2"))
        .then(not strict)
        .when(textual)
        .then(words < pl.col("words2"))
        .when(numeric)
        .then(number < pl.col("number2") if strict else number <= pl.col("number2"))
        .otherwise(None)
        .alias("less")
    )["less"]


def truth(side: Values) -> pl.Series:
    """Return the effective boolean values; null for values without one."""
    refuse_odd(side)
    kind = pl.col("kind")
    return side.frame.select(
        pl.when(kind == STRING)
        .then(pl.col("words") != "")
        .when(kind.is_in([BOOLEAN, NUMBER]))
        .then(pl.col("number") != 0)
        .otherwise(None)
        .alias("truth")
    )["truth"]


def order_of(side: Values) -> pl.DataFrame:
    """Return the columns for sorting rows as ORDER BY does: unbound first, then blank nodes, IRIs,
    literals. Raises Untranslated for kinds of literals without a common order."""
    refuse_odd(side)
    kinds = set(side["kind"].unique().to_list()) - {0, BLANK, IRI}
    numeric = kinds - set(_TEXTUAL)
    if BLANK in side["kind"] or (numeric and len(kinds) > 1) or BOOLEAN in kinds:
        raise Untranslated("sparql-value-odd")
    if OTHER in kinds and (
        len(kinds) > 1 or side.frame.filter(pl.col("kind") == OTHER)["type"].n_unique() > 1
    ):
        raise Untranslated("sparql-value-odd")
    return side.frame.select(
        pl.col("kind").clip(0, STRING).alias("rank"), pl.col("number"), pl.col("words"),
        pl.col("tag"),
    )  # fmt: skip


def _both(left: Values, right: Values) -> pl.DataFrame:
    first = left.frame.with_columns(code=left.codes)
    other = right.frame.with_columns(code=right.codes)
    return pl.concat([first, other.rename(lambda name: f"{name}2")], how="horizontal")


TERMS: Final = "terms"
TRUTHS: Final = "truths"
STRINGS: Final = "strings"
NUMBERS: Final = "numbers"
_TYPES: Final = {pl.UInt32: TERMS, pl.Boolean: TRUTHS, pl.String: STRINGS, pl.Int64: NUMBERS}


@dataclass(frozen=True, eq=False)
class Vector:
    """One value for each row, null where there is none or an error."""

    kind: str
    series: pl.Series
    dictionary: Dictionary

    @classmethod
    def of(cls, series: pl.Series, dictionary: Dictionary) -> Vector:
        """Return a vector of the kind of the column's type."""
        return cls(_TYPES[type(series.dtype)], series, dictionary)

    @cached_property
    def codes(self) -> pl.Series:
        """Return the values as codes of terms."""
        if self.kind == TERMS:
            return self.series
        distinct = self.series.drop_nulls().unique()
        codes = self.dictionary.codes(self._to_ntriples(distinct), plain=True)
        table = pl.DataFrame({"value": distinct, "code": codes})
        return look_up(self.series.rename("value"), table, "value")["code"]

    @cached_property
    def values(self) -> Values:
        """Return the values for comparison."""
        return values_of(self.codes, self.dictionary)

    @cached_property
    def truths(self) -> pl.Series:
        """Return the effective boolean values."""
        if self.kind == TRUTHS:
            return self.series
        if self.kind == STRINGS:
            return self.series != ""
        return truth(self.values)

    @cached_property
    def simple(self) -> pl.Series:
        """Return the values that are plain strings; null for others."""
        if self.kind == STRINGS:
            return self.series
        frame = self.values.frame
        return frame.select(pl.when(pl.col("kind") == STRING).then("words").alias("words"))["words"]

    def _to_ntriples(self, values: pl.Series) -> pl.Series:
        if self.kind == TRUTHS:
            texts, type_ = values.cast(pl.String), XSD.boolean.value
        elif self.kind == NUMBERS:
            texts, type_ = values.cast(pl.String), XSD.integer.value
        else:
            return (
                values.to_frame("value")
                .select(pl.format('"{}"', escape_column(values)))
                .to_series()
            )
        return texts.to_frame("value").select(pl.format(f'"{{}}"^^<{type_}>', "value")).to_series()


def escape_column(texts: pl.Series) -> pl.Series:
    """Escape strings for N-Triples; few need it."""
    special = texts.str.contains(r'[\\"\x00-\x1f\x7f]').arg_true()
    if not len(special):
        return texts
    changed = [escape(text) for text in texts.gather(special).to_list()]
    return texts.clone().scatter(special, pl.Series(changed, dtype=pl.String))


def alike(vectors: Sequence[Vector]) -> list[pl.Series]:
    """Return vectors as columns of one type: their own, if it is the same, else codes."""
    kinds = {vector.kind for vector in vectors}
    return [vector.series if len(kinds) == 1 else vector.codes for vector in vectors]
