"""Temporary files, and what is said where the disk does not take them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from hrdgraph.errors import Origin, OutputError, reason_of


@contextmanager
def writing_temporary(what: str) -> Iterator[None]:
    """Turn the system's errors into an OutputError that names the folder of temporary files; `what` says what they hold."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        hint = "free some space there, or let TMPDIR name a folder with more room, such as: export TMPDIR=/var/tmp"
        fact = f"the folder of temporary files does not take {what}: {reason_of(error)}"
        raise OutputError(fact, origin=Origin(_folder()), hint=hint) from error


@contextmanager
def temporary_file() -> Iterator[tuple[Path, BinaryIO]]:
    """A new file that only its owner can read, open for writing; removed at the end."""
    handle, name = tempfile.mkstemp(prefix="hrdgraph-")
    os.close(handle)
    stream = Path(name).open("wb")  # which knows its name  # noqa: SIM115 -- closed below
    try:
        yield Path(name), stream
    finally:
        with suppress(OSError):  # of what is thrown away; who keeps it has closed it
            stream.close()
        Path(name).unlink(missing_ok=True)


def _folder() -> str:
    try:
        return tempfile.gettempdir()
    except OSError:  # none of the usual places can be used
        return os.environ.get("TMPDIR", "")
