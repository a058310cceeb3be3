"""Results of parts as rows of plain texts and numbers, and the rows of all parts as one outcome."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
import polars as pl

from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.graph import TEXT_SCHEMA
from hrdgraph.validate.engine.columns.data import TripleArrays
from hrdgraph.validate.engine.model.shapes import Model
from hrdgraph.validate.engine.outcome import ValidationOutcome, data_of
from hrdgraph.validate.engine.reading.model_reader import read_model
from hrdgraph.validate.engine.results.result_columns import ResultBatch, rows_of
from hrdgraph.validate.shapes import Shapes

_KEY: Final = ("root", "shape", "constraint")  # numbers: what was found by what
_PLACE: Final = ("focus", "value", "path")  # texts of terms, null for none
SCHEMA: Final = (
    dict.fromkeys(_KEY, pl.Int64) | dict.fromkeys(_PLACE, pl.String) | {"times": pl.Int64}
)


def result_rows(
    data: TripleArrays, model: Model, root: int, batches: Iterable[ResultBatch]
) -> Iterator[pl.DataFrame]:
    """The results of a shape with targets, of this number, as rows."""
    numbers = {shape: number for number, shape in enumerate(model.shapes.values())}
    for batch in batches:
        texts = rows_of(data, batch)
        columns = {
            "root": [root] * len(batch),
            "shape": [numbers[batch.shape]] * len(batch),
            "constraint": [batch.shape.constraints.index(batch.constraint)] * len(batch),
            "focus": texts.focus,
            "value": texts.values,
            "path": texts.paths,
            "times": [1] * len(batch) if batch.times is None else batch.times.tolist(),
        }
        yield pl.DataFrame(columns, schema=SCHEMA)


def outcome_of_rows(rows: pl.DataFrame, shapes: Shapes) -> ValidationOutcome:
    """The outcome that the rows of all parts make. A node that several parts lead to is one row,
    whose results count as often as all of them say."""
    model = read_model(shapes)
    key = [*_KEY, *_PLACE]
    whole = rows.group_by(key).agg(pl.col("times").sum()).sort(key)
    texts = pl.concat([whole[name].drop_nulls().rename("term") for name in _PLACE])
    terms = texts.unique().sort()
    data = data_of(
        ColumnGraph(terms, pl.DataFrame(schema=dict.fromkeys(TEXT_SCHEMA, pl.UInt32))), shapes
    )
    return ValidationOutcome(shapes, model, data, tuple(_batches(whole, model, data)))


def _batches(rows: pl.DataFrame, model: Model, data: TripleArrays) -> Iterator[ResultBatch]:
    shapes = [*model.shapes.values()]
    for part in rows.partition_by(*_KEY, maintain_order=True):
        shape = shapes[part["shape"][0]]
        focus, values, paths = (
            np.where(part[name].is_null(), -1, data.find(part[name].fill_null("")))
            for name in _PLACE
        )
        times = part["times"].to_numpy()
        yield ResultBatch(
            shape,
            shape.constraints[part["constraint"][0]],
            focus,
            values,
            paths if (paths >= 0).any() else None,
            times=None if (times == 1).all() else times,
        )
