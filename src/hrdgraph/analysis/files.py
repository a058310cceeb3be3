"""Bytes into a file: whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from hrdgraph.errors import Origin, OutputError


def write_bytes(path: Path, data: bytes) -> None:
    """Write beside the file, then rename; a device or pipe is written to directly. OutputError on what the system refuses."""
    path = path.resolve()
    special = path.exists() and not path.is_file() and not path.is_dir()
    partial = path if special else path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(data)
        if not special:
            partial.replace(path)
    except BrokenPipeError:
        raise
    except OSError as error:
        fact = f"cannot be written: {error.strerror or error}"
        raise OutputError(
            fact, origin=Origin(str(path)), hint="choose a folder that exists, has room, and that you may write to"
        ) from error
    finally:
        if not special:
            partial.unlink(missing_ok=True)
