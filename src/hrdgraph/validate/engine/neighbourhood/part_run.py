"""Some focus nodes with all that lies around them → their results, as rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from hrdgraph.rdf import ColumnGraph
from hrdgraph.store.worker_process import QueryProcess
from hrdgraph.validate.engine.columns.relation import member, nodes_of
from hrdgraph.validate.engine.evaluation import EvaluationRun
from hrdgraph.validate.engine.neighbourhood.part_results import result_rows
from hrdgraph.validate.engine.outcome import data_of
from hrdgraph.validate.engine.reading.model_reader import read_model
from hrdgraph.validate.shapes import Shapes


def results_of_part(
    triples: pl.DataFrame, own: pl.Series, shapes: Shapes, roots: Sequence[int]
) -> Iterator[pl.DataFrame]:
    """The results of the nodes `own` that are focus nodes of the shapes of these numbers. `triples`
    are texts s, p, o, with all that `neighbourhood_of` says of each of these nodes; what else is
    there does no harm."""
    graph = ColumnGraph.from_text(triples.with_columns(pl.lit("").alias("g")))
    model, data = read_model(shapes), data_of(graph, shapes)
    places = data.find(own)
    ours = nodes_of(places[places >= 0].astype("uint32"), data.size)
    with QueryProcess() as apart:  # which nothing is asked of
        run = EvaluationRun(model, data, shapes, apart)
        for number in roots:
            shape = model.shapes[model.roots[number]]
            focus = run.focus_of(shape)
            focus = focus[member(focus, ours, data.size)]
            if len(focus):
                yield from result_rows(data, model, number, run.of(shape, focus))
