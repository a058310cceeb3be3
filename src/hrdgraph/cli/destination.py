"""Where an output goes: into a file, replaced once all of it is there, or into what is open or is no file, as it is."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from hrdgraph.errors import Origin, OutputError, reason_of
from hrdgraph.sources.temporary import writing_temporary

_LINKS: Final = 40  # as many as Linux follows
_STANDARD: Final = 1  # the descriptor of standard output


@dataclass(frozen=True)
class Destination:
    """Where a path leads, all links followed: to a `file`, there or not; to a `descriptor` that is open (1 without a path, 2 for
    /dev/stderr); or, with neither, to a device or a named pipe."""

    path: Path | None
    file: Path | None = None
    descriptor: int | None = None

    @property
    def identity(self) -> tuple[object, ...] | None:
        """Equal where one would be written over the other; None where nothing can be: of a terminal, of /dev/null."""
        try:
            found = os.fstat(self.descriptor) if self.descriptor is not None else os.stat(self.file or self.path or "")
        except OSError:  # nothing there yet, or closed
            return (self.file,) if self.file is not None else None
        return None if stat.S_ISCHR(found.st_mode) else (found.st_dev, found.st_ino)


def destination(path: Path | None) -> Destination:
    """Where a path leads; standard output without one. OutputError where nothing can be written."""
    if path is None:
        return Destination(None, descriptor=_STANDARD)
    with written(path):
        return _followed(path)


def _followed(path: Path) -> Destination:
    step = path
    for _ in range(_LINKS):
        step = Path(os.path.realpath(step.parent)) / step.name
        if str(step.parent) in ("/dev/fd", f"/proc/{os.getpid()}/fd") and step.name.isdecimal():
            return Destination(path, descriptor=int(step.name))  # opened by its name, it would begin anew and lose its place
        if not step.is_symlink():
            return _ended(path, step)
        step = step.parent / os.readlink(step)
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))


def _ended(path: Path, end: Path) -> Destination:
    try:
        mode = end.stat().st_mode
    except FileNotFoundError:
        return Destination(path, end)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    return Destination(path, end if stat.S_ISREG(mode) else None)


@contextmanager
def written(path: Path | None) -> Iterator[None]:
    """Turn the system's errors into an OutputError with the place and a way out. A reader that has gone is no error of ours."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        hint = "is the folder there, may you write into it, and is there room on the disk?"
        place = Origin(str(path) if path is not None else "standard output")
        raise OutputError(f"cannot be written: {reason_of(error)}", origin=place, hint=hint) from error


@dataclass(frozen=True)
class Waiting:
    """What is to be written somewhere, in a file of its own until it is whole: beside the file that it will be, else where
    temporary files are."""

    place: Destination
    stream: BinaryIO
    held: Path

    @contextmanager
    def told(self) -> Iterator[None]:
        """Turn the system's errors of the block into one that says which disk does not take the output."""
        with written(self.place.path) if self.place.file is not None else writing_temporary("what is to be written"):
            try:
                yield
            except OutputError as error:
                if error.origin.file != str(self.held):
                    raise
                raise OutputError(error.fact, origin=Origin(str(self.place.path or "standard output")), hint=error.hint) from error

    def pour(self) -> None:
        """Write it into what is no file."""
        with written(self.place.path), self.held.open("rb") as held, _entrance(self.place) as out:
            shutil.copyfileobj(held, out)
            out.flush()

    def appear(self) -> None:
        """Have it take the place of the file."""
        assert self.place.file is not None
        with written(self.place.path):
            self.held.replace(self.place.file)


@contextmanager
def _entrance(place: Destination) -> Iterator[BinaryIO]:
    sys.stdout.flush()  # what was said before comes before
    if place.path is None:
        yield sys.stdout.buffer
        return
    handle = os.open(place.path, os.O_WRONLY) if place.descriptor is None else os.dup(place.descriptor)
    with os.fdopen(handle, "wb") as out:
        yield out


@contextmanager
def outputs(places: Sequence[Destination]) -> Iterator[list[Waiting]]:
    """Streams for several places; what is written appears when all of it is, and no error came up: in all of them, or in no file."""
    with ExitStack() as stack:
        waiting = [stack.enter_context(_waiting(place)) for place in places]
        yield waiting
        for item in waiting:
            _close(item)
        gone = _poured([item for item in waiting if item.place.file is None])
        for item in waiting:
            if item.place.file is not None:
                item.appear()
    if gone is not None:
        raise gone


@contextmanager
def _waiting(place: Destination) -> Iterator[Waiting]:
    with written(place.path) if place.file is not None else writing_temporary("what is to be written"):
        folder = place.file.parent if place.file is not None else None
        stream = tempfile.NamedTemporaryFile(dir=folder, prefix=".hrdgraph-", delete=False)  # noqa: SIM115 -- closed below
    held = Path(stream.name)
    try:
        yield Waiting(place, stream.file, held)  # type: ignore[arg-type]
    finally:
        with suppress(OSError):  # of what is thrown away, or was written before
            stream.close()
        held.unlink(missing_ok=True)


def _close(item: Waiting) -> None:
    with item.told():
        item.stream.close()
        item.held.chmod(0o666 & ~_umask())


def _poured(items: Sequence[Waiting]) -> BrokenPipeError | None:
    """Write what goes into no file; a reader that has gone does not keep the others from theirs, and is the answer."""
    gone = None
    for item in items:
        try:
            item.pour()
        except BrokenPipeError as error:
            gone = error
    return gone


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
