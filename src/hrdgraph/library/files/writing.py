"""Bytes into a file, whole or not at all, or onto standard output."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from hrdgraph.library.files.destination import check_apart, destination, outputs


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
    """A stream into a file, or to standard output; what is written appears there when all of it
    is, or not at all. OutputError where what the option names is one of the files `inputs`."""
    place = destination(path)
    check_apart(option, place, inputs)
    with outputs([place]) as (waiting,), waiting.told():
        yield waiting.stream
