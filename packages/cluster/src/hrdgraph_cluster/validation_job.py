"""A bulk folder held against shapes on an engine: what each focus node needs is brought together,
and judged there by the engine of SHACL that judges on one machine."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from functools import reduce
from typing import Any, Final, NamedTuple

import polars as pl

from hrdgraph.engines import EngineOutcome
from hrdgraph.errors import raise_all
from hrdgraph.exports.bulk import BulkPart, read_manifest_parts
from hrdgraph.rdf import ColumnGraph
from hrdgraph.shacl.model_reader import read_model
from hrdgraph.shacl.shapes import Shapes
from hrdgraph.version import __version__
from hrdgraph_cluster.neighbourhood import (
    Hop,
    Neighbourhood,
    neighbourhood_of,
    predicates_onward,
    roots_asking,
)
from hrdgraph_cluster.session import EngineLimits, check_engine, session_on
from hrdgraph_cluster.shape_tasks import (
    BESIDE,
    FAULT_ROOT,
    KNOWN_ROOT,
    RESULTS,
    TRIPLES,
    KeyedTriplesTask,
    ResultsTask,
)
from hrdgraph_cluster.storage import StorageFolder
from hrdgraph_cluster.tasks import read_errors

_BUCKET: Final = 500_000  # statements whose subjects come together, as many as a part has
_COLUMNS: Final = ("bucket", "mark", "s", "p", "o")


def validate_on(
    place: str,
    shapes: Shapes,
    on: str,
    limits: EngineLimits,
    *,
    rule: str = "",
    session: Any | None = None,
    bucket: int = _BUCKET,
) -> EngineOutcome:
    """Hold a bulk folder, by its path or URL, against shapes: all of them, or those that ask one of
    the name `rule`. OntologyError, before anything runs, for shapes that need more than what
    lies around a focus node. A `session` that is open already is used, and stays open."""
    check_engine(on)
    model = read_model(shapes)
    roots = roots_asking(model, shapes, rule)
    around = neighbourhood_of(shapes, model, [model.roots[number] for number in roots])
    folder = StorageFolder.of(place)
    parts = read_manifest_parts(folder.place, folder.read_if_there)
    count = sum(part.statements for part in parts)
    with nullcontext(session) if session else session_on(on, limits) as own:
        job = _ValidationJob(own, folder, parts, shapes, around, max(1, -(-count // bucket)))
        rows = job.results(roots)
    return _outcome(rows, shapes, count)


def _outcome(rows: pl.DataFrame, shapes: Shapes, count: int) -> EngineOutcome:
    from hrdgraph_cluster.neighbourhood import outcome_of_rows

    root = pl.col("root")
    faults = rows.filter(root == FAULT_ROOT)["focus"].sort().to_list()
    raise_all([error for text in dict.fromkeys(faults) for error in read_errors(text.encode())])
    known = rows.filter(root == KNOWN_ROOT).select(
        s="focus", p="path", o="value", g=pl.lit(None, pl.String)
    )
    outcome = outcome_of_rows(rows.filter(root >= 0), shapes)
    return EngineOutcome(outcome, count, ColumnGraph.from_text(known))


class _ValidationJob(NamedTuple):
    session: Any
    folder: StorageFolder
    parts: tuple[BulkPart, ...]
    shapes: Shapes
    around: Neighbourhood
    buckets: int

    def results(self, roots: tuple[int, ...]) -> pl.DataFrame:
        """The rows of results, and what travels with them."""
        rows = reduce(lambda one, other: one.union(other), self._hops())
        task = ResultsTask(self.shapes, roots, __version__)
        found = self._together(rows).mapInArrow(task, RESULTS).toArrow()
        made = pl.from_arrow(found)
        assert isinstance(made, pl.DataFrame)
        return made

    def _hops(self) -> list[Any]:
        """The triples of each hop, with the buckets that need them."""
        from pyspark.sql.connect import functions as engine

        first, *others = self.around.hops
        key = engine.crc32(engine.col("key").cast("binary")) % self.buckets
        rows = self._keyed(first, self.buckets).withColumn(
            "bucket", engine.coalesce(engine.col("bucket"), key)
        )
        made = [rows.select(*_COLUMNS)]
        for before, hop in zip(self.around.hops, others, strict=False):
            made.append(self._joined(self._ends(made[-1], before), self._keyed(hop, 0)))
        return made

    def _keyed(self, hop: Hop, buckets: int) -> Any:
        """The triples that a hop needs, by node. Of the hop of the focus nodes, with the background
        and all that is known to every bucket."""
        task = KeyedTriplesTask(
            self.folder,
            self.parts,
            hop,
            self.shapes.background,
            self.around.named,
            buckets,
            __version__,
        )
        numbers = len(self.parts) + (1 if buckets else 0)
        slices = max(1, numbers)
        return self.session.range(0, numbers, 1, slices).mapInArrow(task, TRIPLES)

    def _ends(self, rows: Any, hop: Hop) -> Any:
        """The nodes at the ends of steps that lead on, for each bucket once."""
        from pyspark.sql.connect import functions as engine

        def taken(predicates: Iterable[str], end: str) -> Any:
            found = rows.where(engine.col("p").isin(sorted(predicates)))
            return found.select(engine.col("bucket").alias("wanted"), engine.col(end).alias("node"))

        ends = [
            taken(predicates, end)
            for inward, end in ((False, "o"), (True, "s"))
            if (predicates := set(predicates_onward(hop, inward=inward)))
        ]
        return reduce(lambda one, other: one.union(other), ends).distinct()

    def _joined(self, ends: Any, triples: Any) -> Any:
        from pyspark.sql.connect import functions as engine

        same = engine.col("node") == engine.col("key")
        return ends.join(triples, [same], "inner").select(
            engine.col("wanted").alias("bucket"),
            engine.lit(BESIDE).cast("bigint").alias("mark"),
            *("s", "p", "o"),
        )

    def _together(self, rows: Any) -> Any:
        """Each bucket as one run of rows."""
        from pyspark.sql.connect import functions as engine
        from pyspark.sql.connect.window import Window

        # a plain sort before a task is one that an engine may leave out; that of a window is not
        order = Window.partitionBy("bucket").orderBy("mark")
        return rows.select(*_COLUMNS, engine.row_number().over(order).alias("number"))
