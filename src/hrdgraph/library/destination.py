"""Write outputs where they go: a file that is there when all of it is, standard output, or a
folder."""

from __future__ import annotations

import codecs
import errno
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from io import BufferedIOBase
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple, cast

from hrdgraph.atomic_files import beside, writing_to
from hrdgraph.catalogue import Message
from hrdgraph.errors import HrdgraphError, Origin, OutputError
from hrdgraph.sources.resources import temporary_file, writing_temporary

if TYPE_CHECKING:
    import polars as pl

    from hrdgraph.mapping.execution.execute import GraphSink, Sink
    from hrdgraph.mapping.execution.ntriples import LineSink
    from hrdgraph.mapping.execution.scan import RowFacts
    from hrdgraph.mapping.model import LogicalTarget
    from hrdgraph.mapping.plan import Plan, QuadRule
    from hrdgraph.rdf import ColumnGraph


_ENDINGS: Final = (".zip", ".tar.gz", ".tgz", ".tar.xz", ".txz")
# the first moment that a zip archive can say: the same input gives the same bytes
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


@contextmanager
def pack(file: BinaryIO, target: LogicalTarget, folder: Path) -> Iterator[BinaryIO]:
    """Open a stream for the UTF-8 text of a target, which comes into `file` in the target's
    encoding and compression; what has to wait until it is packed does so in `folder`."""
    inner = folder / _inner_name(target.path.name)
    with _PACKERS[target.compression](file, inner) as stream:
        if target.encoding == "UTF-8":
            yield stream
        else:
            recoder = _Utf16(stream)
            yield cast("BinaryIO", recoder)
            recoder.finish()


def _inner_name(name: str) -> str:
    """Return the name of a file in its archive."""
    ending = next(
        (
            ending
            for ending in _ENDINGS
            if name.lower().endswith(ending) and len(name) > len(ending)
        ),
        "",
    )
    return name.removesuffix(name[len(name) - len(ending) :]) if ending else name


class _Utf16(BufferedIOBase):
    """Takes UTF-8 in pieces that may end within a character, and passes on UTF-16 with a byte
    order mark, low bytes first."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        out.write(codecs.BOM_UTF16_LE)

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._out.write(self._decoder.decode(data).encode("utf-16-le"))
        return len(data)

    def finish(self) -> None:
        """Make sure that the text ended with a character."""
        self._decoder.decode(b"", final=True)


@contextmanager
def _plain(file: BinaryIO, _inner: Path) -> Iterator[BinaryIO]:
    yield file


@contextmanager
def _gzip(file: BinaryIO, _inner: Path) -> Iterator[BinaryIO]:
    import gzip  # here and below: few runs write archives

    with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as stream:
        yield cast("BinaryIO", stream)


@contextmanager
def _zip(file: BinaryIO, inner: Path) -> Iterator[BinaryIO]:
    import zipfile

    info = zipfile.ZipInfo(inner.name, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(file, "w") as archive, archive.open(info, "w", force_zip64=True) as stream:
        yield cast("BinaryIO", stream)


@contextmanager
def _tar(file: BinaryIO, inner: Path) -> Iterator[BinaryIO]:
    """Write an archive, which begins with its size: the file waits on disk until it is whole."""
    import tarfile

    with tempfile.TemporaryFile(dir=inner.parent) as held:
        yield cast("BinaryIO", held)
        info = tarfile.TarInfo(inner.name)
        info.size = held.tell()
        held.seek(0)
        with tarfile.open(fileobj=file, mode="w") as archive:
            archive.addfile(info, held)


@contextmanager
def _targz(file: BinaryIO, inner: Path) -> Iterator[BinaryIO]:
    with _gzip(file, inner) as stream, _tar(stream, inner) as archived:
        yield archived


@contextmanager
def _tarxz(file: BinaryIO, inner: Path) -> Iterator[BinaryIO]:
    import lzma

    with lzma.LZMAFile(file, "wb") as stream, _tar(cast("BinaryIO", stream), inner) as archived:
        yield archived


_PACKERS: Final = {"none": _plain, "gzip": _gzip, "zip": _zip, "targz": _targz, "tarxz": _tarxz}


_LINKS: Final = 40  # as many as Linux follows
_STANDARD: Final = 1  # the descriptor of standard output


class Destination(NamedTuple):
    """Where a path leads, all links followed: to a `file`, there or not; to a `descriptor` that
    is open (1 without a path, 2 for /dev/stderr); or, with neither, to a device or a named pipe."""

    path: Path | None
    file: Path | None = None
    descriptor: int | None = None

    @property
    def name(self) -> str:
        """Return what it is called in messages."""
        return "standard output" if self.path is None else str(self.path)

    @property
    def identity(self) -> tuple[object, ...] | None:
        """Equal where one would be written over the other; None where nothing can be: of a
        terminal, of /dev/null."""
        try:
            place = (
                os.fstat(self.descriptor)
                if self.descriptor is not None
                else os.stat(self.file or self.path or "")
            )
        except OSError:  # nothing there yet, or closed
            return (self.file,) if self.file is not None else None
        return None if stat.S_ISCHR(place.st_mode) else (place.st_dev, place.st_ino)


def destination(path: Path | None) -> Destination:
    """Return where a path leads; standard output without one. OutputError where nothing can be
    written, or may be."""
    if path is None:
        return Destination(None, descriptor=_STANDARD)
    with writing_to(path):
        place = _follow(path)
    if place.file is not None:
        check_place(path)
    return place


def check_place(path: Path) -> None:
    """OutputError where an output would take the place of what people wrote in a project,
    whichever, or would go with its next build."""
    real = Path(os.path.realpath(path))
    for part in {
        part for end in (Path(os.path.abspath(path)), real) for part in (end, *end.parents)
    }:
        if os.path.isfile(part.parent / "hrdgraph.toml"):
            from hrdgraph.project.model import BUILDS, OWN

            # where the disk does not tell capitals apart, the name counts in small letters
            plain, name, origin = part.parent / part.name.lower(), part.name, Origin(str(path))
            if part.exists() and plain.exists() and part.samefile(plain):
                name = plain.name
            if name in BUILDS or (
                os.path.exists(real) and (name in OWN or _is_of_project(part.parent, real))
            ):
                known, *folders = OWN
                hint = Message(
                    "choose-place-outside-project", known=known, folders=", ".join(folders)
                )
                raise OutputError("output-overwrites-project", origin=origin, hint=hint)


def _is_of_project(root: Path, real: Path) -> bool:
    """Tell whether a place is a table or has pages of a project that keeps these elsewhere."""
    from hrdgraph.project import open_project

    try:
        project = open_project(root)
    except HrdgraphError:  # whoever wants to use it gets the error
        return False
    tables = (source.table_file(table) for source in project.sources for table in source.tables)
    kept = map(
        os.path.realpath,
        [
            *tables,
            *(file for source in project.sources for file in source.mapping_files),
            *project.snapshot_dirs,
        ],
    )
    return any(
        real in (Path(place), *Path(place).parents) or Path(place) in real.parents for place in kept
    )


def input_of(path: Path) -> Destination:
    """Return where a file that is read would be written to."""
    return Destination(path, Path(os.path.realpath(path)))


def overwriting(option: str, place: Destination) -> OutputError:
    """Return the error of an option that would write over a file of the same run."""
    return OutputError("output-overwrites-input", option=option, file=place.name)


def _follow(path: Path) -> Destination:
    step = path
    for _ in range(_LINKS):
        step = Path(os.path.realpath(step.parent)) / step.name
        if str(step.parent) in ("/dev/fd", f"/proc/{os.getpid()}/fd") and step.name.isdecimal():
            # opened by its name, it would begin anew and lose its place
            return Destination(path, descriptor=int(step.name))
        if not step.is_symlink():
            try:
                mode = step.stat().st_mode
            except FileNotFoundError:
                return Destination(path, step)
            if stat.S_ISDIR(mode):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            return Destination(path, step if stat.S_ISREG(mode) else None)
        step = step.parent / os.readlink(step)
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))


class Waiting(NamedTuple):
    """What is to be written somewhere, in a file of its own until it is whole: beside the file
    that it will be, else where temporary files are."""

    place: Destination
    stream: BinaryIO
    held: Path

    @contextmanager
    def naming_disk(self) -> Iterator[None]:
        """Turn the system's errors of the block into one that says which disk does not take the
        output."""
        with _name_disk(self.place):
            try:
                yield
            except OutputError as error:
                if error.origin.file != str(self.held):
                    raise
                raise OutputError(
                    error.message, origin=Origin(self.place.name), hint=error.advice
                ) from error

    def pour(self) -> None:
        """Write it into what is no file."""
        with (
            writing_to(self.place.name),
            self.held.open("rb") as held,
            _entrance(self.place) as out,
        ):
            shutil.copyfileobj(held, out)
            out.flush()

    def appear(self) -> None:
        """Have it take the place of the file."""
        assert self.place.file is not None
        with writing_to(self.place.name):
            self.held.replace(self.place.file)


def _name_disk(place: Destination) -> AbstractContextManager[None]:
    """Name what does not take the output: the disk of the file, or of temporary files."""
    return writing_to(place.name) if place.file is not None else writing_temporary()


@contextmanager
def _entrance(place: Destination) -> Iterator[BinaryIO]:
    sys.stdout.flush()  # what was said before comes before
    if place.path is None:
        yield sys.stdout.buffer
        return
    handle = (
        os.open(place.path, os.O_WRONLY) if place.descriptor is None else os.dup(place.descriptor)
    )
    with os.fdopen(handle, "wb") as out:
        yield out


@contextmanager
def outputs(places: Sequence[Destination]) -> Iterator[list[Waiting]]:
    """Streams for several places; what is written appears when all of it is, and no error came
    up: in all of them, or in no file."""
    with ExitStack() as stack:
        waiting = [stack.enter_context(_waiting(place)) for place in places]
        yield waiting
        for item in waiting:
            with item.naming_disk():
                item.stream.close()
        gone = _pour([item for item in waiting if item.place.file is None])
        for item in waiting:
            if item.place.file is not None:
                item.appear()
    if gone is not None:
        raise gone


@contextmanager
def _waiting(place: Destination) -> Iterator[Waiting]:
    with ExitStack() as stack:
        with _name_disk(place):
            held, stream = stack.enter_context(
                temporary_file() if place.file is None else beside(place.file)
            )
        yield Waiting(place, stream, held)


def _pour(items: Sequence[Waiting]) -> BrokenPipeError | None:
    """Write what goes into no file; a reader that has gone does not keep the others from theirs,
    and is the answer."""
    gone = None
    for item in items:
        try:
            item.pour()
        except BrokenPipeError as error:
            gone = error
    return gone


def write_out(
    data: bytes, path: Path | None, *, inputs: Iterable[Path] = (), option: str = "--output"
) -> None:
    """Write bytes to a file, whole or not at all, or to standard output; OutputError where it is
    one of the files `inputs`."""
    with output(path, inputs=inputs, option=option) as stream:
        stream.write(data)


@contextmanager
def output(
    path: Path | None, *, inputs: Iterable[Path] = (), option: str = "--output"
) -> Iterator[BinaryIO]:
    """Open a stream into a file, or to standard output; what is written appears there when all of
    it is, or not at all. OutputError where what the option names is one of the files `inputs`."""
    place = destination(path)
    # what is written must not take the place of a file that is read, or of the folder it is in
    read = [input_of(path) for path in inputs]
    is_inside = (
        place.file is not None
        and place.file.exists()
        and any(file.file in place.file.parents for file in read)
    )
    if is_inside or (
        place.identity is not None and place.identity in {file.identity for file in read}
    ):
        raise overwriting(option, place)
    with outputs([place]) as (waiting,), waiting.naming_disk():
        yield waiting.stream


LINES: Final = ("nq", "nt")  # written as they are made; of the others, the whole graph is held
_WITHOUT_TRIPLE_TERMS: Final = ("jsonld", "rdfxml")


class Output(NamedTuple):
    """What is to be written where. `target` says how the file is encoded and packed."""

    plan: Plan
    format: str
    place: Destination
    target: LogicalTarget | None = None


class _OutputSink(NamedTuple):
    """The sink of one output. Where the disk does not take what it writes, the error names that
    disk."""

    item: Output
    waiting: Waiting
    stream: BinaryIO
    sink: LineSink | GraphSink

    def take(self, frame: pl.DataFrame, rules: Sequence[QuadRule], known: RowFacts) -> None:
        """Take the quads of rules over rows."""
        with self.waiting.naming_disk():
            self.sink.take(frame, rules, known)

    def finish(self) -> None:
        """Write what was held back."""
        with self.waiting.naming_disk():
            from hrdgraph.mapping.execution.ntriples import LineSink

            if isinstance(self.sink, LineSink):
                self.sink.finish()
            else:
                write_graph(self.sink.graph(), self.stream, self.item.format)


@contextmanager
def open_sink(
    outputs: Sequence[Output], waiting: Sequence[Waiting], *, memory: int, jobs: int
) -> Iterator[Sink]:
    """Open a sink for the rows of a run, after which all is in the streams that are `waiting`.
    `memory` bounds the lines that are held back, in bytes."""
    from hrdgraph.mapping.execution.execute import Routes

    with ExitStack() as inner:
        sinks: list[_OutputSink] = []
        for item, place in zip(outputs, waiting, strict=True):
            stream = place.stream
            if item.target is not None:
                stream = inner.enter_context(_pack(place, item.target))
            sink = inner.enter_context(_sink(item, stream, memory // len(outputs), jobs))
            sinks.append(_OutputSink(item, place, stream, sink))
        yield sinks[0] if len(sinks) == 1 else Routes([(sink.item.plan, sink) for sink in sinks])
        for each in sinks:
            each.finish()


@contextmanager
def _pack(place: Waiting, target: LogicalTarget) -> Iterator[BinaryIO]:

    with place.naming_disk(), pack(place.stream, target, place.held.parent) as stream:
        yield stream


@contextmanager
def _sink(item: Output, stream: BinaryIO, memory: int, jobs: int) -> Iterator[LineSink | GraphSink]:
    from hrdgraph.mapping.execution.execute import GraphSink
    from hrdgraph.mapping.execution.ntriples import LineSink

    if item.format not in LINES:
        yield GraphSink()
        return
    with closing(
        LineSink(item.plan, stream, graphs=item.format == "nq", memory=memory, jobs=jobs)
    ) as sink:
        yield sink


def write_graph(graph: ColumnGraph, out: BinaryIO, format: str) -> None:
    """Write a graph in a format of whole graphs. OutputError on what it cannot say."""
    from hrdgraph.exports.formats import export
    from hrdgraph.rdfio.columns import write_parquet

    if format in _WITHOUT_TRIPLE_TERMS and graph.terms.str.starts_with("<<(").any():
        hint = Message("choose-format", formats="nq, nt, ttl, trig")
        raise OutputError("triple-term-unsupported", hint=hint)
    if format == "parquet":
        write_parquet(graph, out)
    else:
        export(graph, format, out, context=None, base="")


_FORMATS: Final = {
    "N-Triples": "nt",
    "N-Quads": "nq",
    "Turtle": "ttl",
    "TriG": "trig",
    "N3": "ttl",  # every Turtle document is one in N3
    "JSON-LD": "jsonld",
    "RDF_XML": "rdfxml",
}
_WITH_GRAPHS: Final = ("nq", "trig", "jsonld")


def check_targets(
    plan: Plan, inputs: Iterable[Path], written: Mapping[str, Destination]
) -> tuple[Plan, list[Output]]:
    """Return the plan of the quads without a target, and the output of each target. OutputError
    where something would be lost or overwritten: one of the files `inputs`, or what another
    option (`written`, by its name) or another target writes."""
    from hrdgraph.mapping.execution.execute import by_target

    own, routes = by_target(plan)
    taken = {input_of(path).identity for path in inputs}
    for option, place in written.items():
        if place.identity is not None and place.identity in taken:
            raise overwriting(option, place)
        taken.add(place.identity)
    names = []
    for target, part in routes.items():
        place = destination(target.path)
        if place.identity is not None and place.identity in taken:
            raise _target_error(
                target, overwriting("rml:logicalTarget", place).message, "choose-name"
            )
        taken.add(place.identity)
        format = _FORMATS[target.serialization]
        if format not in _WITH_GRAPHS and any(rule.graph is not None for rule in part.rules):
            raise _target_error(
                target,
                Message("format-without-named-graphs", format=target.serialization),
                Message("choose-format", formats="formats:N-Quads, formats:TriG"),
            )
        if format == "rdfxml" and target.encoding != "UTF-8":
            fact = Message("must-be-one-of", term="rml:encoding", known="UTF-8")
            raise _target_error(target, fact, "")
        names.append(Output(part, _FORMATS[target.serialization], place, target))
    return own, names


def check_graphs(plan: Plan, format: str) -> None:
    """OutputError where a format would lose the names of the graphs that quads of the caller's
    own output are in."""
    graph = next((rule.graph for rule in plan.rules if rule.graph is not None), None)
    if graph is not None and format not in (*_WITH_GRAPHS, "parquet"):
        hint = Message("choose-format", formats="nq, trig, jsonld, parquet")
        raise OutputError(
            "format-without-named-graphs", format=format, origin=graph.origin, hint=hint
        )


def _target_error(target: LogicalTarget, fact: str | Message, hint: str | Message) -> OutputError:
    return OutputError(
        "place-and-fact", file=target.path.name, fact=fact, origin=target.origin, hint=hint
    )
