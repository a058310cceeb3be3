"""Read Parquet files in batches of texts and kinds; fields of structures as `column.field`, lists
as several values."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, SourceError
from hrdgraph.sources.reference_columns import (
    BINARY,
    BOOLEAN,
    DATE,
    DATETIME,
    DECIMAL,
    DOUBLE,
    HIDDEN,
    INTEGER,
    STRING,
    STRUCTURE,
    TIME,
    duplicate_name,
    kinds_of,
    missing_column,
)
from hrdgraph.sources.values import by_name, canonical_double

BATCH: Final = 50_000  # rows
# days from 1970: of the years -262143 to 262142, the only ones that Polars can write
_FIRST, _LAST = -96_465_292, 95_026_236
_FAR: Final = 2_932_897  # the first day of the year 10000
_ERRORS: Final = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)
_A_DAY: Final = {"ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}


def parquet_header(path: Path) -> list[str]:
    """Return the columns of a file, and the fields of its structures as `column.field`."""
    return list(_leaves(_schema(path)))


def read_parquet(
    path: Path, names: Sequence[str] | None, *, row_column: str
) -> Iterator[pl.DataFrame]:
    """Yield the rows of a file in batches, numbered from 1."""
    leaves = _leaves(_schema(path))
    wanted = list(leaves) if names is None else list(names)
    for name in wanted:
        if name not in leaves:
            raise missing_column(name, list(leaves), Origin(str(path)))
        if len(leaves[name]) > 1:
            raise duplicate_name(name, Origin(str(path)))
    query = pl.scan_parquet(path, glob=False)
    if wanted:
        query = query.select(leaves[name][0].alias(name) for name in wanted)
    start = 1
    try:
        for frame in query.collect_batches(chunk_size=BATCH, maintain_order=True):
            rows = pl.int_range(start, start + frame.height, dtype=pl.UInt32, eager=True)
            cells = (series for name in wanted for series in texts(frame[name], path))
            yield pl.DataFrame([rows.alias(row_column), *cells])
            start += frame.height
    except _ERRORS as error:
        raise _unreadable(path, error) from error
    if start == 1:
        yield pl.DataFrame(schema={row_column: pl.UInt32, **dict.fromkeys(wanted, pl.String)})


def _schema(path: Path) -> pl.Schema:
    try:
        if not os.path.isfile(path):
            raise FileNotFoundError(2, "No such file or directory")
        return pl.scan_parquet(path, glob=False).collect_schema()
    except _ERRORS as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: BaseException) -> SourceError:
    if isinstance(error, OSError) and error.strerror:
        return SourceError.unreadable(path, error)
    hint, reason = "check-whole", str(error).splitlines()[0][:200]
    return SourceError("unreadable", reason=reason, origin=Origin(str(path)), hint=hint)


def _leaves(schema: pl.Schema) -> dict[str, list[pl.Expr]]:
    """Return each column, and each field of a structure, by its name in references, which several
    may share."""
    leaves: dict[str, list[pl.Expr]] = {}
    own = {name: kind for name, kind in schema.items() if not name.startswith(HIDDEN)}
    waiting: list[tuple[str, pl.Expr, object]] = [
        (name, by_name(name), kind) for name, kind in own.items()
    ]
    while waiting:
        name, expression, kind = waiting.pop(0)
        leaves.setdefault(name, []).append(expression)
        if isinstance(kind, pl.Struct):
            places = [f"{place}" for place in range(len(kind.fields))]
            # a name of their own might be taken for a pattern
            inner = expression.struct.rename_fields(places).struct
            waiting += [
                (f"{name}.{field.name}", inner.field(place), field.dtype)
                for place, field in zip(places, kind.fields, strict=True)
            ]
    return leaves


def texts(values: pl.Series, path: Path) -> list[pl.Series]:
    """Return a column as texts in canonical form and, unless they are strings, their kinds."""
    if isinstance(values.dtype, pl.List | pl.Array):
        if isinstance(values.dtype.inner, pl.List | pl.Array):
            raise _unknown(values.dtype, path, values.name)
        return _lists(
            values.cast(pl.List(values.dtype.inner))
            if isinstance(values.dtype, pl.Array)
            else values,
            path,
        )
    # by its own name it may be taken for a pattern
    kind, text = _text(values.alias(""), path, values.name)
    if kind == STRING:
        return [text.alias(values.name)]
    kinds = pl.select(
        pl.when(text.is_not_null()).then(pl.lit(kind, pl.UInt8)).alias(kinds_of(values.name))
    ).to_series()
    return [text.alias(values.name), kinds]


def _lists(values: pl.Series, path: Path) -> list[pl.Series]:
    """Return lists one deep; deeper ones are arrays that no term can express."""
    frame = (
        pl.DataFrame({"row": pl.int_range(values.len(), eager=True), "cell": values})
        .explode("cell")
        .drop_nulls("cell")
    )
    kind, text = _text(frame["cell"], path, values.name)
    parts = (
        frame.select("row", text=text, kind=pl.lit(kind, pl.UInt8))
        .group_by("row", maintain_order=True)
        .agg("text", "kind")
    )
    whole = pl.DataFrame({"row": pl.int_range(values.len(), eager=True)}).join(
        parts, on="row", how="left", maintain_order="left"
    )
    return [
        whole["text"].alias(values.name),
        *([whole["kind"].alias(kinds_of(values.name))] if kind != STRING else []),
    ]


def _text(values: pl.Series, path: Path, name: str) -> tuple[int, pl.Series]:
    kind = values.dtype
    if kind.is_integer():
        return INTEGER, values.cast(pl.String)
    if kind.is_float():
        texts = values.cast(pl.String)
        distinct = texts.drop_nulls().unique()
        doubles = [canonical_double(text) for text in distinct]
        return DOUBLE, texts.replace_strict(distinct, doubles, default=None, return_dtype=pl.String)
    if isinstance(kind, pl.Decimal):
        return DECIMAL, _strip_zeros(values.cast(pl.String))
    if isinstance(kind, pl.Datetime):
        moment = values.dt.convert_time_zone("UTC") if kind.time_zone else values
        return DATETIME, _strip_zeros(_format_dates(moment, "%Y-%m-%dT%H:%M:%S%.f", path, name)) + (
            "Z" if kind.time_zone else ""
        )
    if kind == pl.Date():
        return DATE, _format_dates(values, "%Y-%m-%d", path, name)
    simple = {pl.Boolean(): BOOLEAN, pl.Null(): STRING, pl.String(): STRING}
    if kind in simple:
        return simple[kind], values.cast(pl.String)
    if kind == pl.Time():
        return TIME, _strip_zeros(values.dt.to_string("%H:%M:%S%.f"))
    if kind == pl.Binary():
        return BINARY, values.bin.encode("hex").str.to_uppercase()
    kind = values.dtype
    if isinstance(kind, pl.Struct):
        return STRUCTURE, values.struct.json_encode().set(values.is_null(), None)
    if isinstance(kind, pl.Duration):
        return STRING, values.dt.to_string("iso")
    if isinstance(kind, pl.Categorical | pl.Enum):
        return STRING, values.cast(pl.String)
    raise _unknown(kind, path, name)


def _unknown(kind: pl.DataType, path: Path, name: str) -> SourceError:
    fact = Message("parquet-type-unread", column=name, kind=kind)
    return SourceError(fact, origin=Origin(str(path)), hint="cast-or-leave-row")


def _format_dates(values: pl.Series, pattern: str, path: Path, name: str) -> pl.Series:
    """Write dates or moments as texts, without the sign that Polars adds to years of more than
    four digits, unlike XSD. SourceError for years that it cannot write, such as the infinite
    ones of databases."""
    a_day = _A_DAY[values.dtype.time_unit] if isinstance(values.dtype, pl.Datetime) else 1
    ends: Any = values.to_physical().min(), values.to_physical().max()
    first, last = ((end or 0) // a_day for end in ends)
    if first < _FIRST or last > _LAST:
        fact = Message("date-beyond-range", value=name)
        raise SourceError(fact, origin=Origin(str(path)), hint="cast-or-leave-row")
    texts = values.dt.to_string(pattern)
    return texts.str.strip_prefix("+") if last >= _FAR else texts


def _strip_zeros(texts: pl.Series) -> pl.Series:
    """Drop zeros at the end of a fraction."""
    return texts.str.replace(r"(\.\d*?)0+$", "$1").str.strip_suffix(".")
