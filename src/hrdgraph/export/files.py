"""Bytes into files: whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hrdgraph.errors import Origin, OutputError

_HINTS = {
    errno.ENOSPC: "free some space, or write to another disk",
    errno.EDQUOT: "free some space, or write to another disk",
    errno.EACCES: "choose a folder that you may write to",
    errno.EPERM: "choose a folder that you may write to",
    errno.EROFS: "choose a folder that you may write to",
    errno.ENOENT: "make the folder first",
    errno.EISDIR: "give the name of a file",
    errno.ENOTDIR: "a part of the path is a file, not a folder",
}


def write_file(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file under another name beside it, then rename. Devices and pipes are written to directly. OutputError otherwise."""
    path = path.resolve()
    with told(path):
        if path.exists() and not path.is_file() and not path.is_dir():
            _fill(path, chunks)
            return
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
        try:
            _fill(partial, chunks)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)


def write_folder(path: Path, files: Iterable[tuple[str, bytes]], *, endings: tuple[str, ...]) -> None:
    """Write a folder of files the same way. A folder that is there is replaced only if its files all have one of `endings`."""
    path = path.resolve()
    with told(path):
        _check_replaceable(path, endings)
        partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
        try:
            partial.mkdir()
            for name, data in files:
                (partial / name).write_bytes(data)
            if path.exists():
                shutil.rmtree(path)
            partial.replace(path)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn the system's errors into an OutputError with the place and a way out. A reader that closed its pipe is no error of ours."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        hint = _HINTS.get(error.errno or 0, "")
        raise OutputError(f"cannot be written: {error.strerror or error}", origin=Origin(str(path)), hint=hint) from error


def _fill(path: Path, chunks: Iterable[bytes]) -> None:
    with path.open("wb") as stream:
        for chunk in chunks:
            stream.write(chunk)


def _check_replaceable(path: Path, endings: tuple[str, ...]) -> None:
    if path.is_file():
        raise NotADirectoryError(errno.ENOTDIR, "it is a file, not a folder")
    foreign = sorted(item.name for item in path.iterdir() if item.suffix not in endings) if path.exists() else []
    if foreign:
        fact = f"the folder holds other things ('{foreign[0]}')"
        raise OutputError(fact, origin=Origin(str(path)), hint="choose a new folder, or a file that ends in .zip")
