"""The parameters and results of the functions of mappings."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Final, NamedTuple

import polars as pl

from hrdgraph.rdf import IRI
from hrdgraph.sources.reference_columns import STRING

ColumnBody = Callable[..., pl.Series]

# what Python takes for white space: the column engine knows no \x1c to \x1f as such
SPACES: Final = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
_RUN: Final = r"[\t-\r\x1c-\x20\u{85}\u{a0}]+"
_SHORT: Final = r"^[\u{0}-\u{2ff}]*$"  # no normal form changes these
_ADDRESS: Final = r"^https?://"
_LIKE_ADDRESS: Final = r"^\S+[.:]\S+$"


def on_distinct(body: Callable[..., str | None], column: pl.Series) -> pl.Series:
    """Apply a body to each text of a column, once for each distinct one."""
    texts = column.unique(maintain_order=True)
    results = pl.Series([body(text) for text in texts], dtype=pl.String)
    if texts.len() == column.len():
        return results
    table = pl.DataFrame({"text": texts, "made": results})
    rows = column.alias("text").to_frame()
    return rows.join(table, on="text", how="left", nulls_equal=True, maintain_order="left")["made"]


def slug(body: Callable[..., str | None]) -> ColumnBody:
    """Return `slug` for columns. Texts that may have another normal form are left to the body."""

    def apply(values: pl.Series) -> pl.Series:
        short = values.str.contains(_SHORT).fill_null(True)
        plain = values if short.all() else values.zip_with(short, _none(values))
        plain = plain.str.strip_chars(SPACES).str.replace_all(_RUN, "_")
        plain = plain.zip_with((values != "").fill_null(False), _none(values))
        if short.all():
            return plain
        rest = (~short).arg_true()
        return plain.scatter(rest, on_distinct(body, values.gather(rest)))

    return apply


def slug_apart(body: Callable[..., str | None], slug_of: ColumnBody) -> ColumnBody:
    """Return `slug_apart` for columns. If all rows have the same names, which may be long, they
    are read once."""

    def apply(values: pl.Series, names: pl.Series, rows: pl.Series) -> pl.Series:
        if not names.eq_missing(names[:1]).all():
            return pl.Series([*map(body, values, names, rows)], dtype=pl.String)
        listed = pl.Series(json.loads(names[0] or "[]"), dtype=pl.String)
        keys = slug_of(values)
        own = values.is_in(listed.implode()).fill_null(False)
        return (keys + "-" + rows.fill_null("")).zip_with(own, keys)

    return apply


def trim(values: pl.Series) -> pl.Series:
    """Apply `trim` to a column."""
    texts = values.str.strip_chars(SPACES).str.replace_all(_RUN, " ")
    return texts.zip_with((texts != "").fill_null(False), _none(texts))


def content_hash(*values: pl.Series) -> pl.Series:
    """Apply `content_hash` to columns."""
    columns = [value.alias(f"{number}") for number, value in enumerate(values)]
    texts = pl.DataFrame(columns).select(
        pl.concat_str(pl.all().fill_null(""), separator="\x1f").cast(pl.Binary)
    )
    hashes = [sha256(text).hexdigest()[:16] for text in texts.to_series().to_list()]
    return pl.Series(hashes, dtype=pl.String)


def page(whole: Callable[..., str | None]) -> ColumnBody:
    """Return `page_of` for columns. Texts that may be an address without its beginning are left to
    `whole`."""

    def apply(values: pl.Series) -> pl.Series:
        texts = values.str.strip_chars(SPACES)
        pages = texts.zip_with(texts.str.contains(_ADDRESS).fill_null(False), _none(texts))
        unsure = (pages.is_null() & texts.str.contains(_LIKE_ADDRESS).fill_null(False)).arg_true()
        if not unsure.len():
            return pages
        return pages.scatter(unsure, on_distinct(whole, texts.gather(unsure)))

    return apply


def paper(page_of: ColumnBody, slug_of: ColumnBody) -> ColumnBody:
    """Return `paper_of` for columns."""

    def apply(values: pl.Series) -> pl.Series:
        texts = values.str.strip_chars(SPACES)
        return slug_of(texts.zip_with(page_of(values).is_null(), _none(texts)))

    return apply


def document_key(page_of: ColumnBody, slug_of: ColumnBody) -> ColumnBody:
    """Return `document_key` for columns."""

    def apply(values: pl.Series) -> pl.Series:
        texts, pages = values.str.strip_chars(SPACES), page_of(values)
        keys = slug_of(texts.zip_with(pages.is_null(), _none(texts)))
        places = pages.is_not_null().arg_true()
        return keys.scatter(places, content_hash(pages.gather(places)))

    return apply


def when(test: pl.Series, equals: pl.Series, value: pl.Series) -> pl.Series:
    """Apply `when` to columns."""
    return value.zip_with(test.eq_missing(equals), _none(value))


def when_not(test: pl.Series, equals: pl.Series, value: pl.Series) -> pl.Series:
    """Apply `when_not` to columns."""
    return value.zip_with(test.ne_missing(equals), _none(value))


def when_null(test: pl.Series, value: pl.Series) -> pl.Series:
    """Apply `when_null` to columns."""
    return value.zip_with(test.is_null(), _none(value))


def when_starts_with(test: pl.Series, prefix: pl.Series, value: pl.Series) -> pl.Series:
    """Apply `when_starts_with` to columns."""
    texts = pl.DataFrame({"test": test, "prefix": prefix})
    begins = texts.select(pl.col("test").str.starts_with(pl.col("prefix"))).to_series()
    return value.zip_with(begins.fill_null(False), _none(value))


def or_else(value: pl.Series, otherwise: pl.Series) -> pl.Series:
    """Apply `or_else` to columns."""
    return value.zip_with(value.is_not_null(), otherwise) if value.null_count() else value


def _none(column: pl.Series) -> pl.Series:
    """Return as many missing texts."""
    return pl.Series([None], dtype=pl.String).new_from_index(0, column.len())


Result = str | list[str] | None


class Function(NamedTuple):
    """A function over texts; None is a missing value. `many` returns a list; unless `variadic`,
    parameters are positional, and the last `optional` of them may be left out. `outputs` are
    allowed in rml:return (anything, if empty); `kind` is the natural datatype of the result.
    `columns` does for whole columns what `body` does for each row, and refuses none."""

    iri: IRI
    parameters: tuple[IRI, ...]
    body: Callable[..., Result]
    many: bool = False
    variadic: bool = False
    optional: int = 0
    outputs: tuple[IRI, ...] = ()
    kind: int = STRING
    columns: ColumnBody | None = None
