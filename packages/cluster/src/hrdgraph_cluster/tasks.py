"""What runs inside the engine: batches of raw strings into lines, and lines into the parts of a
bulk folder. Tasks pickle; each attempt writes files of its own names, so that what a killed one
left behind is told from what counts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from gzip import compress
from hashlib import sha256
from secrets import token_hex
from typing import Any, Final, NamedTuple

import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]

from hrdgraph.catalogue import Cell, Message
from hrdgraph.errors import HrdgraphError, MappingError, OntologyError, Origin, SourceError
from hrdgraph.version import __version__
from hrdgraph_cluster.join_inputs import SideMaker
from hrdgraph_cluster.staging import KIND, KINDS, NUMBER, TEXT, TEXTS, as_columns
from hrdgraph_cluster.storage import StorageFolder
from hrdgraph_cluster.term_kernel import TermKernel, typed

_KINDS: Final = {kind.__name__: kind for kind in (MappingError, OntologyError, SourceError)}


def written(errors: Sequence[HrdgraphError]) -> bytes:
    """Errors as lines of JSON; of a kind that only this run knows, as MappingError."""
    return b"".join(json.dumps(_encoded(error)).encode() + b"\n" for error in errors)


def read_errors(data: bytes) -> Iterator[HrdgraphError]:
    """The errors that `written` wrote."""
    for line in data.splitlines():
        found = json.loads(line)
        advice = _message(found["advice"]) if found["advice"] else ""
        yield _KINDS.get(found["kind"], MappingError)(
            _message(found["message"]), origin=Origin(**found["origin"]), hint=advice
        )


def _encoded(error: HrdgraphError) -> dict[str, Any]:
    return {
        "kind": next(
            (name for name, kind in _KINDS.items() if isinstance(error, kind)), "MappingError"
        ),
        "message": _plain(error.message),
        "advice": _plain(error.advice) if error.advice else None,
        "origin": asdict(error.origin),
    }


def _plain(part: Any) -> Any:
    if isinstance(part, Message):
        return {"code": part.code, "fields": {n: _plain(v) for n, v in part.fields.items()}}
    if isinstance(part, tuple):
        return [_plain(item) for item in part]
    return part if isinstance(part, str | int | float) else {"cell": str(part)}


def _message(data: Any) -> Message:
    return Message(data["code"], **{name: _part(value) for name, value in data["fields"].items()})


def _part(data: Any) -> Any:
    if isinstance(data, list):
        return tuple(_part(item) for item in data)
    if isinstance(data, dict):
        return Cell(data["cell"]) if "cell" in data else _message(data)
    return data


PART: Final = 500_000  # statements of a part, as in `hrdgraph graphs bulk`
ATTEMPT: Final = "attempt-"  # begins the names of parts until they count
FAULTS: Final = "faults-"  # and of files with errors
STOP: Final = "stop"  # the file by which a task that failed says so to the others
_LEVEL: Final = 3  # of gzip: the next one takes twice as long for a tenth less
_ROWS: Final = 1 << 16  # engines hand over some thousand rows at a time
_BYTES: Final = 32 << 20

LINES: Final = "line string"
SUMMARIES: Final = "name string, statements bigint, bytes bigint, sha256 string, bucket bigint"
_LINES: Final = pa.schema([("line", pa.string())])
_SUMMARIES: Final = pa.schema(
    [
        ("name", pa.string()),
        ("statements", pa.int64()),
        ("bytes", pa.int64()),
        ("sha256", pa.string()),
        ("bucket", pa.int64()),
    ]
)
_ARROW: Final = {
    NUMBER: pa.int64(),
    TEXT: pa.string(),
    TEXTS: pa.list_(pa.string()),
    KIND: pa.int16(),
    KINDS: pa.list_(pa.int16()),
}
_SORTED: Final = {"bucket": pl.Int64, "line": pl.String}
Batches = Iterable[pa.RecordBatch]


class PartSummary(NamedTuple):
    """A part that was written, and its bucket where lines were sorted into some."""

    name: str
    statements: int
    bytes: int
    sha256: str
    bucket: int


class FaultLog(NamedTuple):
    """Where tasks leave the errors of rows. With `skips`, these rows are left out; else the
    first error ends the work of all."""

    folder: StorageFolder
    skips: bool

    def tell(self, errors: Sequence[HrdgraphError]) -> None:
        """Write errors."""
        if errors:
            self.folder.write(f"{FAULTS}{token_hex(16)}", written(errors))
            if not self.skips:
                self.folder.write(STOP, b"")

    def is_over(self) -> bool:
        """Whether some task has failed."""
        return not self.skips and self.folder.has(STOP)


@dataclass(frozen=True)
class KernelTask:
    """Runs a kernel over the batches of a partition."""

    kernel: TermKernel
    faults: FaultLog
    version: str

    def lines(self, batches: Batches) -> Iterator[pl.Series]:
        """The lines of some rows after the other."""
        check_version(self.version)
        for frame in together(batches):
            if self.faults.is_over():
                return
            if self.faults.skips:
                made, rejected = self.kernel.skipping(frame)
                self.faults.tell(rejected)
                yield made["line"]
                continue
            try:
                yield self.kernel(frame)["line"]
            except HrdgraphError as error:
                self.faults.tell([error])
                return


@dataclass(frozen=True)
class LinesTask:
    """Hands lines on to the engine, which brings equal ones together."""

    work: KernelTask

    def __call__(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        for lines in self.work.lines(batches):
            yield from _batches(lines.to_frame(), _LINES)


@dataclass(frozen=True)
class PartsTask:
    """Writes the lines of a partition as parts, as they come."""

    work: KernelTask

    def __call__(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        writer = _PartWriter(self.work.faults.folder)
        for lines in self.work.lines(batches):
            yield from _summaries(writer.add(lines))
        yield from _summaries(writer.flush())


@dataclass(frozen=True)
class SortedPartsTask:
    """Writes lines that come sorted within their bucket, each once; a bucket begins a part."""

    folder: StorageFolder

    def __call__(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        writer, last = _PartWriter(self.folder), (-1, "")
        for frame in together(batches):
            frame, last = _once(frame, last)
            for (bucket,), rows in frame.partition_by(
                "bucket", as_dict=True, maintain_order=True
            ).items():
                yield from _summaries(writer.add(rows["line"], int(bucket)))
        yield from _summaries(writer.flush())


def _once(frame: pl.DataFrame, last: tuple[int, str]) -> tuple[pl.DataFrame, tuple[int, str]]:
    """Sorted lines without those that repeat the one before them. MappingError where they are
    not sorted: then some would be there twice."""
    ends = pl.DataFrame({"bucket": last[:1], "line": last[1:]}, schema=_SORTED)
    every = pl.concat([ends, frame.select("bucket", "line").cast(_SORTED)])  # type: ignore[arg-type]
    before = every.shift(1)
    is_next = every["bucket"] != before["bucket"]
    if not (is_next | (every["line"] >= before["line"])).all():
        raise MappingError("engine-cannot", what="--distinct", hint="distinct-source")
    is_new = (is_next | (every["line"] != before["line"]))[1:]
    return frame.filter(is_new), (int(every["bucket"][-1]), str(every["line"][-1]))


class _PartWriter:
    """Gathers lines to parts."""

    def __init__(self, folder: StorageFolder) -> None:
        self._folder, self._held, self._count, self._bucket = folder, list[pl.Series](), 0, -1

    def add(self, lines: pl.Series, bucket: int = -1) -> Iterator[PartSummary]:
        """Take lines; those of another bucket come into another part."""
        if bucket != self._bucket:
            yield from self.flush()
            self._bucket = bucket
        while len(lines):
            room = PART - self._count
            self._held.append(lines[:room])
            self._count += len(self._held[-1])
            lines = lines[room:]
            if self._count == PART:
                yield from self.flush()

    def flush(self) -> Iterator[PartSummary]:
        """Write what is held."""
        if self._count:
            text = pl.concat(self._held).str.join("\n").item()
            data = compress(f"{text}\n".encode(), _LEVEL, mtime=0)
            name = f"{ATTEMPT}{token_hex(16)}.nq.gz"
            self._folder.write(name, data)
            digest = sha256(data).hexdigest()
            yield PartSummary(name, self._count, len(data), digest, self._bucket)
        self._held, self._count = [], 0


@dataclass(frozen=True)
class SideTask:
    """Makes one side of a join of the rows below it, where that takes more than copying
    columns."""

    make: SideMaker
    names: tuple[str, ...]
    columns: tuple[tuple[str, str, str], ...]
    faults: FaultLog
    version: str

    def __call__(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        check_version(self.version)
        schema = pa.schema([(staged, _ARROW[kind]) for _, staged, kind in self.columns])
        for frame in together(batches):
            if self.faults.is_over():
                return
            frame.columns = list(self.names)
            frame = typed(frame)
            rejected = list[HrdgraphError]()
            try:
                made = self.make(frame, rejected.append if self.faults.skips else None)
            except HrdgraphError as error:
                self.faults.tell([error])
                return
            self.faults.tell(rejected)
            yield from _batches(as_columns(made, self.columns), schema)


def check_version(wanted: str) -> None:
    """MappingError where a worker has another version of this program than who sent the task."""
    if wanted != __version__:
        raise MappingError(
            "worker-version", version=__version__, known=wanted, hint="install-workers"
        )


def together(batches: Batches) -> Iterator[pl.DataFrame]:
    """Batches as larger frames, with a bound on rows and bytes."""
    held, rows, size = list[pa.RecordBatch](), 0, 0
    for batch in batches:
        if not batch.num_rows:
            continue
        held.append(batch)
        rows, size = rows + batch.num_rows, size + batch.nbytes
        if rows >= _ROWS or size >= _BYTES:
            yield _frame(held)
            held, rows, size = [], 0, 0
    if held:
        yield _frame(held)


def _frame(batches: list[pa.RecordBatch]) -> pl.DataFrame:
    made: Any = pl.from_arrow(pa.Table.from_batches(batches))
    assert isinstance(made, pl.DataFrame)
    return made.rechunk()


def _batches(frame: pl.DataFrame, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    yield from frame.to_arrow().cast(schema).to_batches(max_chunksize=_ROWS)


def _summaries(parts: Iterable[PartSummary]) -> Iterator[pa.RecordBatch]:
    for part in parts:
        yield pa.RecordBatch.from_pylist([part._asdict()], schema=_SUMMARIES)
