"""Solutions in groups → one solution for each group."""

from __future__ import annotations

from typing import Final

import polars as pl

from hrdgraph.sparql.algebra import Aggregate, Group, Untranslated
from hrdgraph.sparql.dictionary import CODE, Dictionary
from hrdgraph.sparql.expressions import Expressions
from hrdgraph.sparql.functions import call
from hrdgraph.sparql.solutions import unit
from hrdgraph.sparql.values import order_of
from hrdgraph.sparql.vectors import NUMBERS, STRINGS, TERMS, Vector

_RANK: Final = "\x01rank"


def grouped(
    node: Group, rows: pl.DataFrame, expressions: Expressions, dictionary: Dictionary
) -> pl.DataFrame:
    """One solution for each group; without keys one for all, even of no rows."""
    for name in node.keys:
        if name not in rows.columns:
            rows = rows.with_columns(pl.lit(None, CODE).alias(name))
    inputs, folds = list[pl.Series](), list[pl.Expr]()
    backs: dict[str, pl.DataFrame] = {}
    for aggregate in node.aggregates:
        if aggregate.function == "SAMPLE":  # of a key, see the translation
            assert aggregate.expression is not None
            inputs.append(
                expressions.vector(aggregate.expression, rows).codes.alias(aggregate.name)
            )
            folds.append(pl.col(aggregate.name).first())
        else:
            column, fold = _folded(aggregate, rows, expressions, dictionary, backs)
            inputs += [] if column is None else [column]
            folds.append(fold.alias(aggregate.name))
    frame = rows.select(node.keys).with_columns(inputs) if node.keys else pl.DataFrame(inputs)
    if node.keys:
        found = frame.group_by(node.keys, maintain_order=True).agg(folds)
    else:
        held = frame if frame.width else unit(rows.height)
        found = held.select(folds) if folds else unit()
    return _coded(found, node, backs, dictionary)


def _folded(
    aggregate: Aggregate,
    rows: pl.DataFrame,
    expressions: Expressions,
    dictionary: Dictionary,
    backs: dict[str, pl.DataFrame],
) -> tuple[pl.Series | None, pl.Expr]:
    """The column that is folded, and how."""
    name, function = aggregate.name, aggregate.function
    if aggregate.expression is None:
        if aggregate.distinct:
            raise Untranslated("sparql-function-unknown", "COUNT(DISTINCT *)")
        return None, pl.len().cast(pl.Int64)
    vector = expressions.vector(aggregate.expression, rows)
    if function == "COUNT":
        column = pl.col(name)
        fold = column.drop_nulls().n_unique() if aggregate.distinct else column.count()
        return vector.series.alias(name), fold.cast(pl.Int64)
    if function == "SUM":
        return _summed(vector, name, distinct=aggregate.distinct)
    if vector.kind == TERMS:
        ranks = _ranks(vector)
        backs[name] = pl.DataFrame({name: ranks, "code": vector.codes}).drop_nulls().unique(name)
        vector = Vector(NUMBERS, ranks, dictionary)
    elif vector.kind not in (STRINGS, NUMBERS):
        raise Untranslated("sparql-order-mixed")
    column = pl.col(name)
    return vector.series.alias(name), column.min() if function == "MIN" else column.max()


def _summed(vector: Vector, name: str, *, distinct: bool) -> tuple[pl.Series, pl.Expr]:
    numbers = call("ADD", [vector, Vector.of(vector.series.cast(pl.Int64) * 0, vector.dictionary)])
    if distinct or numbers.series.null_count():
        raise Untranslated("sparql-value-odd")
    return numbers.series.alias(name), pl.col(name).sum()


def _ranks(vector: Vector) -> pl.Series:
    """Terms as numbers in their order, null for null."""
    distinct = vector.codes.drop_nulls().unique()
    values = Vector(TERMS, distinct, vector.dictionary).values
    keys = order_of(values)
    if keys.select(pl.col("rank", "number", "words")).is_duplicated().any():
        raise Untranslated("sparql-order-mixed")  # equal values of several terms
    order = keys.with_columns(code=distinct).sort("rank", "number", "words", "tag")
    places = order.select("code").with_row_index("place")
    return (
        vector.codes.to_frame("code")
        .join(places, on="code", how="left", maintain_order="left")["place"]
        .cast(pl.Int64)
    )


def _coded(
    found: pl.DataFrame, node: Group, backs: dict[str, pl.DataFrame], dictionary: Dictionary
) -> pl.DataFrame:
    for name, back in backs.items():
        codes = found.select(pl.col(name).cast(pl.Int64)).join(
            back, on=name, how="left", maintain_order="left"
        )["code"]
        found = found.with_columns(codes.alias(name))
    return found.select(
        *node.keys,
        *(
            Vector.of(found[one.name], dictionary).codes.alias(one.name)
            if found[one.name].dtype != CODE
            else pl.col(one.name)
            for one in node.aggregates
        ),
    )
