"""Files and folders that are written whole or not at all, and what is said where the system does
not take them."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, OutputError, reason_of
from hrdgraph.tempfiles import passing_file, passing_folder

_FULL: Final = Message("free-space")
_CLOSED: Final = Message("choose-writable-folder")
_HINTS: Final = {
    errno.ENOSPC: _FULL, errno.EDQUOT: _FULL, errno.EACCES: _CLOSED, errno.EPERM: _CLOSED,
    errno.EROFS: _CLOSED, errno.ENOENT: Message("make-folder"),
    errno.EISDIR: Message("give-file-name"), errno.ENOTDIR: Message("file-instead-of-folder"),
}  # fmt: skip
_ANY: Final = Message("check-file-and-disk")


@contextmanager
def writing_to(place: Path | str, *, left: Message | None = None) -> Iterator[None]:
    """Turn the system's errors into an OutputError with the place and a way out; `left` says
    what is there now.

    A reader that has gone (BrokenPipeError) is no error of ours.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        hint = _HINTS.get(error.errno or 0, _ANY)
        hint = Message("two-hints", first=hint, second=left) if left else hint
        raise OutputError(
            "unwritable", reason=reason_of(error), origin=Origin(str(place)), hint=hint
        ) from error


def write_file(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file whole or not at all; into a device or pipe, directly. OutputError where the
    system does not take it."""
    with writing_to(path), whole_file(path) as stream:
        stream.writelines(chunks)


def copy_file(source: Path, target: Path) -> None:
    """Copy a file whole or not at all. Only those may read the copy who may read both the
    original and the file that it replaces. OSError if the system refuses."""
    if target.exists() and target.samefile(source):
        return
    mode = source.stat().st_mode & 0o777
    mode = mode & target.stat().st_mode if target.exists() else mode
    with passing_file(target.parent, ".hrdgraph-", 0o600) as (held, stream):
        with source.open("rb") as data:
            shutil.copyfileobj(data, stream)
        stream.close()
        held.chmod(mode | 0o600)
        held.replace(target.resolve())


@contextmanager
def whole_file(path: Path, *, lasting: bool = False) -> Iterator[BinaryIO]:
    """Open a stream into a file that takes the place of `path`, links followed, once the block ends
    without an error; with `lasting`, when the disk has it. A device or pipe is written to
    directly. OSError where the system does not take it."""
    # before links are followed: that of /dev/stdout leads to no name
    if path.exists() and not path.is_file() and not path.is_dir():
        with path.open("wb") as stream:
            yield stream
        return
    path = path.resolve()
    with beside(path) as (held, stream):
        yield stream
        stream.flush()
        if lasting:
            os.fsync(stream.fileno())
        stream.close()
        held.replace(path)


@contextmanager
def beside(path: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """Open a new file next to a path for writing, with the permissions of what is there;
    removed at the end, unless it has moved."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    mode = path.stat().st_mode & 0o777 if path.exists() else None
    with passing_file(path.parent, ".hrdgraph-", 0o666 if mode is None else 0o600) as (
        held,
        stream,
    ):
        if mode is not None:
            held.chmod(mode)
        yield held, stream


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Make a folder that takes the place of `path`, with all that is in it by then, once the
    block ends without an error. OSError where the system does not take it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with passing_folder(path.parent, f".{path.name}.") as folder:
        yield folder
        swap(folder, path, path.with_name(f".{path.name}.{os.getpid()}.old"))


def swap(folder: Path, path: Path, old: Path) -> None:
    """Put a folder into the place of another, which has the name `old` meanwhile; both are as
    they were where that fails."""
    if path.exists():
        path.rename(old)
    try:
        folder.rename(path)
    except OSError:
        if old.exists():
            old.rename(path)
        raise
    shutil.rmtree(old, ignore_errors=True)
