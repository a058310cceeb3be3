"""Sources into Parquet of raw strings, each read once by our own readers: engines read quotes,
escapes and empty cells otherwise.

A staged source has a column `c0`, `c1` … for each column that the plan needs, `k0` … for what is
known of their kinds, the number of each row in its file as `row`, and its place from 0 as
`position`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final, NamedTuple

import polars as pl

from hrdgraph.mapping.execution.row_rejection import Reject
from hrdgraph.mapping.execution.scan import NO_ROWS, Progress, ScanOptions, Skip
from hrdgraph.mapping.plan import Plan, Scan, scans
from hrdgraph.sources import ROW, check_unchanged
from hrdgraph.sources.reference_columns import kinds_of
from hrdgraph.sources.values import series
from hrdgraph_cluster.storage import StorageFolder
from hrdgraph_cluster.term_kernel import POSITION

_ROWS: Final = 250_000  # of a file: a cluster reads files side by side
_BYTES: Final = 64 << 20

# how a column is written, by what it holds
TEXT: Final = "string"
TEXTS: Final = "array<string>"
NUMBER: Final = "bigint"
KIND: Final = "smallint"
KINDS: Final = "array<smallint>"
_TYPES: Final[dict[str, pl.DataType]] = {
    TEXT: pl.String(),
    TEXTS: pl.List(pl.String),
    NUMBER: pl.Int64(),
    KIND: pl.Int16(),
    KINDS: pl.List(pl.Int16),
}


class StagedSource(NamedTuple):
    """Where the rows of a scan are, its columns (the plan's name, the staged name, the type), and
    how many rows there are."""

    folder: StorageFolder
    columns: tuple[tuple[str, str, str], ...]
    rows: int

    @property
    def types(self) -> dict[str, str]:
        """The types by the plan's names."""
        return {name: kind for name, _, kind in self.columns}


def all_scans(plan: Plan) -> list[Scan]:
    """The files of a plan, each once."""
    found = {scan: None for relation, _ in plan.by_relation() for scan in scans(relation)}
    return list(found)


def stage(
    plan: Plan,
    folder: StorageFolder,
    reject: Reject | None = None,
    progress: Progress | None = None,
    skip: Skip = NO_ROWS,
) -> dict[Scan, StagedSource]:
    """Write all sources of a plan into folders of one; rows that are no records are rejected, or
    errors. The rows of `skip` are passed over."""
    with check_unchanged({scan.source.path for scan in all_scans(plan)}):
        return {
            scan: _staged(
                ScanOptions(scan.source, scan.columns, reject, 1, progress, skip),
                folder.inside(f"source-{number}"),
            )
            for number, scan in enumerate(all_scans(plan))
        }


def _staged(scan: ScanOptions, folder: StorageFolder) -> StagedSource:
    types = dict.fromkeys(scan.columns, TEXT)
    # what a later batch has more than those before is rare, and then they are written anew
    while True:
        wider, rows = _written(scan.frames(), scan.columns, types, folder)
        if wider == types:
            return StagedSource(folder, tuple(_layout(scan.columns, types)), rows)
        types, scan = wider, scan._replace(reject=scan.reject and _again)


def _again(_: object) -> None:
    """Rejects nothing: the first reading told of what is left out."""


def _layout(names: Sequence[str], types: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    yield ROW, "row", NUMBER
    yield POSITION, "position", NUMBER
    for number, name in enumerate(names):
        yield name, f"c{number}", types[name]
        if kinds_of(name) in types:
            yield kinds_of(name), f"k{number}", types[kinds_of(name)]


def _written(
    frames: Iterator[pl.DataFrame],
    names: Sequence[str],
    types: dict[str, str],
    folder: StorageFolder,
) -> tuple[dict[str, str], int]:
    """The types that all batches fit, and how many rows there are; written only if these are
    the types that were given."""
    folder.clear()
    folder.create()
    first = next(frames, None)
    types = types if first is None else _wider(types, first)
    rows, wider = 0, types
    every = frames if first is None else chain([first], frames)
    for number, frame in enumerate(_sized(every)):
        wider = _wider(wider, frame)
        if wider == types:
            with folder.writing(f"part-{number:05}.parquet") as out:
                _as_staged(frame, names, types, rows).write_parquet(out, compression="lz4")
        rows += frame.height
    if not rows:
        with folder.writing("part-00000.parquet") as out:
            _as_staged(_nothing(names), names, types, 0).write_parquet(out, compression="lz4")
    return wider, rows


def _nothing(names: Sequence[str]) -> pl.DataFrame:
    return pl.DataFrame(schema={ROW: pl.UInt32, **dict.fromkeys(names, pl.String)})


def _wider(types: dict[str, str], frame: pl.DataFrame) -> dict[str, str]:
    """The types that hold a batch too."""
    found = dict(types)
    for name, kind in frame.schema.items():
        is_list = kind == pl.List
        if name in types:
            found[name] = TEXTS if is_list else found[name]
        elif name != ROW:
            found[name] = KINDS if is_list else found.get(name, KIND)
    return found


def _as_staged(
    frame: pl.DataFrame, names: Sequence[str], types: dict[str, str], start: int
) -> pl.DataFrame:
    numbers = pl.int_range(start, start + frame.height, dtype=pl.Int64, eager=True)
    numbered = frame.hstack([numbers.alias(POSITION)])
    return as_columns(numbered, tuple(_layout(names, types)))


def as_columns(frame: pl.DataFrame, columns: Sequence[tuple[str, str, str]]) -> pl.DataFrame:
    """The columns of a frame, by their names, as an engine has them: another name, and a type.
    What is not there is null."""
    known = frozenset(frame.columns)
    none = pl.repeat(None, frame.height, dtype=pl.Int16, eager=True)
    return pl.DataFrame(
        [
            conformed(series(frame, name) if name in known else none, kind).alias(staged)
            for name, staged, kind in columns
        ]
    )


def conformed(column: pl.Series, kind: str) -> pl.Series:
    """A column as an engine is told that it is; a single value as a list of one."""
    wanted = _TYPES[kind]
    if not isinstance(wanted, pl.List) or column.dtype == pl.List:
        return column.cast(wanted)
    lists = pl.when(pl.col("cell").is_not_null()).then(pl.concat_list("cell"))
    return column.alias("cell").to_frame().select(lists.alias("cell"))["cell"].cast(wanted)


def _sized(frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Batches put together and cut to files of so many rows, of no more bytes than that."""
    held, rows, size = list[pl.DataFrame](), 0, 0
    for frame in frames:
        for part in frame.iter_slices(_ROWS):
            held.append(part)
            rows, size = rows + part.height, size + int(part.estimated_size())
            if rows >= _ROWS or size >= _BYTES:
                yield pl.concat(held, how="diagonal_relaxed")
                held, rows, size = [], 0, 0
    if held:
        yield pl.concat(held, how="diagonal_relaxed")
