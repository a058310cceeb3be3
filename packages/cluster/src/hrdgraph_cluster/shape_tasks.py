"""What runs inside the engine to validate: parts of a bulk folder into triples, each under the node
that it is needed for; and what came together for some focus nodes into results.

A row is a triple of texts with a mark, which says what it is there for; or, with its own marks,
what the graph knows of classes and predicates, or an error, which travel the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]

from hrdgraph.errors import HrdgraphError, MappingError
from hrdgraph.exports.bulk import BulkPart, read_part
from hrdgraph.rdf import ColumnGraph
from hrdgraph.shacl.shapes import Shapes
from hrdgraph.vocab import RDF, RDFS
from hrdgraph_cluster.neighbourhood import Hop
from hrdgraph_cluster.storage import StorageFolder
from hrdgraph_cluster.tasks import Batches, check_version, together, written

BESIDE: Final = 0  # a triple around a node
SUBJECT: Final = 1  # a triple whose subject is a focus node of this bucket, or may be
OBJECT: Final = 2  # a triple whose object is
KNOWN: Final = 3  # a predicate or a class that the graph has
FAULT: Final = 9  # an error, as JSON in place of the subject
FAULT_ROOT, KNOWN_ROOT = -1, -2  # the numbers of these in place of a shape's

TRIPLES: Final = "bucket bigint, key string, mark bigint, s string, p string, o string"
RESULTS: Final = (
    "root bigint, shape bigint, constraint bigint, focus string, value string, path string, "
    "times bigint"
)
_SPO: Final = ("s", "p", "o")
_TRIPLES: Final = {"bucket": pl.Int64, "key": pl.String, "mark": pl.Int64} | dict.fromkeys(
    _SPO, pl.String
)
_ARROW: Final = {pl.Int64: pa.int64(), pl.String: pa.string()}
_TRIPLES_SCHEMA: Final = pa.schema([(n, _ARROW[t]) for n, t in _TRIPLES.items()])
_RESULTS_SCHEMA: Final = pa.schema(
    [
        (name, pa.string() if name in ("focus", "value", "path") else pa.int64())
        for name in (part.split()[0] for part in RESULTS.split(", "))
    ]
)
_TYPE: Final = RDF.type.n3()
_BELOW: Final = RDFS.subClassOf.n3()


@dataclass(frozen=True)
class KeyedTriplesTask:
    """Reads the parts whose numbers it is handed, and yields the triples that one hop needs, each
    under the node whose triple it is. `buckets` says, of the hop of the focus nodes, how many
    buckets there are: each must know all subclasses. The number after the last part is that of
    the `background` and of the nodes that are `named`.
    """

    folder: StorageFolder
    parts: tuple[BulkPart, ...]
    hop: Hop
    background: ColumnGraph
    named: frozenset[str]
    buckets: int
    version: str

    def __call__(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        check_version(self.version)
        for batch in batches:
            for number in batch.column(0).to_pylist():
                try:
                    for frame in self._rows(number):
                        yield from _batches(frame, _TRIPLES_SCHEMA)
                except HrdgraphError as error:
                    yield from _batches(_fault_triple(error), _TRIPLES_SCHEMA)

    def _rows(self, number: int) -> Iterator[pl.DataFrame]:
        if number == len(self.parts):
            text = self.background.text()
            yield self._named(text)
            yield from self._keyed(text)
            return
        known = list[pl.DataFrame]()
        for frame in read_part(self.folder.place, self.parts[number], self.folder.read_if_there):
            yield from self._keyed(frame)
            if self.buckets:
                known.append(_known(frame))
                yield from self._below(frame)
        if known:
            yield _rows(pl.concat(known).unique(), pl.lit(""), KNOWN)

    def _keyed(self, frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
        leaving, coming = self.hop.outgoing, self.hop.incoming
        focus = bool(self.buckets)
        chosen = frame if leaving is None else frame.filter(pl.col("p").is_in(list(leaving)))
        yield _rows(chosen, pl.col("s"), SUBJECT if focus else BESIDE)
        if coming:
            chosen = frame.filter(pl.col("p").is_in(list(coming)))
            yield _rows(chosen, pl.col("o"), OBJECT if focus else BESIDE)

    def _below(self, frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
        below = frame.filter(pl.col("p") == _BELOW)
        for bucket in range(self.buckets if below.height else 0):
            yield _rows(below, pl.lit(None, pl.String), BESIDE, bucket)

    def _named(self, background: pl.DataFrame) -> pl.DataFrame:
        """What may be a focus node though no triple of the parts has it."""
        texts = pl.concat(
            [
                pl.Series("s", sorted(self.named), pl.String),
                *(background[name].rename("s") for name in ("s", "o")),
            ]
        ).unique()
        empty = (pl.lit(None, pl.String).alias(name) for name in ("p", "o"))
        return _rows(texts.to_frame().with_columns(*empty), pl.col("s"), SUBJECT)


def _known(frame: pl.DataFrame) -> pl.DataFrame:
    """The classes and predicates of some statements: a triple for each, whose other terms are of
    no account."""
    p = pl.col("p")
    types = frame.filter(p == _TYPE).select(pl.col("o").alias("s"), "p", "o").unique()
    below = frame.filter(p == _BELOW).select(_SPO).unique()
    others = frame.select(p.unique()).filter(~p.is_in([_TYPE, _BELOW]))
    return pl.concat([types, below, others.select(p.alias("s"), "p", p.alias("o"))])


def _rows(frame: pl.DataFrame, key: pl.Expr, mark: int, bucket: int | None = None) -> pl.DataFrame:
    return frame.select(
        pl.lit(bucket, pl.Int64).alias("bucket"),
        key.alias("key"),
        pl.lit(mark, pl.Int64).alias("mark"),
        *_SPO,
    )


def _fault_triple(error: HrdgraphError) -> pl.DataFrame:
    row = {"bucket": 0, "key": None, "mark": FAULT, "s": written([error]).decode()}
    return pl.DataFrame([row | {"p": None, "o": None}], schema=_TRIPLES)


@dataclass(frozen=True)
class ResultsTask:
    """Holds the focus nodes of each bucket against the shapes of some numbers. A bucket comes as
    one run of rows."""

    shapes: Shapes
    roots: tuple[int, ...]
    version: str

    def __call__(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        check_version(self.version)
        for rows in _by_bucket(batches):
            yield from _batches(_passed_on(rows), _RESULTS_SCHEMA)
            try:
                for found in self._results(rows):
                    yield from _batches(found, _RESULTS_SCHEMA)
            except HrdgraphError as error:
                text = written([*getattr(error, "errors", (error,))]).decode()
                yield from _batches(_results(FAULT_ROOT, [text]), _RESULTS_SCHEMA)

    def _results(self, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
        from hrdgraph_cluster.neighbourhood import results_of_part

        mark = pl.col("mark")
        own = pl.concat(
            [rows.filter(mark == SUBJECT)["s"], rows.filter(mark == OBJECT)["o"].rename("s")]
        ).unique()
        triples = rows.filter(mark <= OBJECT, pl.col("p").is_not_null()).select(_SPO)
        yield from results_of_part(triples, own, self.shapes, self.roots)


def _passed_on(rows: pl.DataFrame) -> pl.DataFrame:
    known, faults = (rows.filter(pl.col("mark") == mark) for mark in (KNOWN, FAULT))
    texts = [known[name].to_list() for name in ("s", "o", "p")]
    return pl.concat([_results(KNOWN_ROOT, *texts), _results(FAULT_ROOT, faults["s"].to_list())])


def _results(root: int, focus: Sequence[str], *others: Sequence[str]) -> pl.DataFrame:
    value, path = others or ([None] * len(focus),) * 2
    numbers = dict.fromkeys(("root", "shape", "constraint"), pl.lit(root, pl.Int64))
    return pl.DataFrame(
        {"focus": focus, "value": value, "path": path},
        schema=dict.fromkeys(("focus", "value", "path"), pl.String),
    ).select(**numbers, focus="focus", value="value", path="path", times=pl.lit(1, pl.Int64))


def _by_bucket(batches: Batches) -> Iterator[pl.DataFrame]:
    """The rows of one bucket after the other. MappingError where one comes twice: what it held the
    first time would have been judged by half of what is said of it."""
    held, seen, last = list[pl.DataFrame](), set[int](), None
    for frame in together(batches):
        for (bucket,), rows in frame.partition_by(
            "bucket", as_dict=True, maintain_order=True
        ).items():
            if bucket != last:
                if bucket in seen:
                    raise MappingError("engine-cannot", what="--distinct", hint="distinct-source")
                if held:
                    yield pl.concat(held)
                held, last = [], bucket
                seen.add(int(bucket))
            held.append(rows)
    if held:
        yield pl.concat(held)


def _batches(frame: pl.DataFrame, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    yield from frame.to_arrow().cast(schema).to_batches(max_chunksize=1 << 16)
