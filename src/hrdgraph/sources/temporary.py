"""Temporary files, and what is said where the disk does not take them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, OutputError, reason_of
from hrdgraph.tempfiles import passing_file


@contextmanager
def writing_temporary(what: str) -> Iterator[None]:
    """Turn the system's errors into an OutputError that names the folder of temporary files;
    `what` says what they hold."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        hint = "free-some-space-or-let"
        fact = Message("temporary-folder-refuses", what=what, reason=reason_of(error))
        raise OutputError(fact, origin=Origin(_folder()), hint=hint) from error


def temporary_file() -> AbstractContextManager[tuple[Path, BinaryIO]]:
    """A new file that only its owner can read, open for writing; removed at the end. OSError
    where the system does not take it."""
    return passing_file(Path(tempfile.gettempdir()), "hrdgraph-", 0o600)


def _folder() -> str:
    try:
        return tempfile.gettempdir()
    except OSError:  # none of the usual places can be used
        return os.environ.get("TMPDIR", "")
