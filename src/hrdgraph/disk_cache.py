"""Values that take long to make and hold nothing of anybody, kept for the next process by what
they were made from."""

from __future__ import annotations

import os
import pickle
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache, lru_cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from hrdgraph.tempfiles import passing_file
from hrdgraph.user_state import cache_folder

_ENVIRONMENT: Final = "HRDGRAPH_CACHE"  # a folder; `off` for none
_MARK: Final = b"hrdgraph cache 1\n"
_OLD: Final = 90 * 24 * 3600  # seconds after which what nobody has written again is removed
_OTHERS: Final = frozenset(
    {("pathlib", "PosixPath"), ("pathlib", "WindowsPath"), ("datetime", "date")}
)


def recall(name: str, key: str) -> Any:
    """Return what was kept under a name, if it was made from what `key` says; else None. What is
    damaged, or lies where others may write, is as if it were not there."""
    folder = _folder()
    if folder is None or not _is_ours(folder):
        return None
    try:
        return _read(_place(folder, name).read_bytes(), key)
    except Exception:  # whatever is wrong with it, it is made anew
        return None


def keep(name: str, key: str, value: object) -> None:
    """Keep a value in the place of the last one of that name. Where that cannot be, nothing is
    kept: who comes next makes it again."""
    folder = _folder()
    if folder is None:
        return
    with suppress(OSError, pickle.PicklingError, TypeError, AttributeError, RecursionError):
        data = pickle.dumps(value, protocol=5)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _is_ours(folder):
            with passing_file(folder, ".kept-", 0o600) as (file, stream):
                stream.write(_seal(key, data) + data)
                stream.close()
                file.replace(_place(folder, name))
            for path in folder.glob("*.kept"):
                if path.stat().st_mtime < time.time() - _OLD:
                    path.unlink(missing_ok=True)


def digest_of(parts: Iterable[object]) -> str:
    """Digest values by how Python writes them, in which each keeps its bounds."""
    digest = sha256()
    for part in parts:
        text = repr(part).encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(text) + text)
    return digest.hexdigest()


def digests_of_files(paths: Iterable[Path]) -> list[tuple[Path, str]]:
    """Return each file with its SHA-256, which is empty where there is none."""
    return [(path, _digest_of_file(path)) for path in paths]


def _digest_of_file(path: Path) -> str:
    try:
        stat = path.stat()
    except OSError:
        return ""
    return _digest(path, (stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns))


@lru_cache(maxsize=4096)
def _digest(path: Path, _state: tuple[int, ...]) -> str:
    return sha256(path.read_bytes()).hexdigest()


@cache
def code_version() -> str:
    """Return what changes with each change of the program: the size and the time of all its files,
    and the version of Python."""
    return digest_of([sys.version, *sorted(_files(os.path.dirname(__file__)))])


def _files(folder: str) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _files(entry.path) if entry.name != "__pycache__" else ()
            else:
                stat = entry.stat()
                yield entry.path, stat.st_size, stat.st_mtime_ns


def _folder() -> Path | None:
    folder = os.environ.get(_ENVIRONMENT, "")
    if folder:
        return Path(folder) if folder != "off" else None
    return cache_folder()


def _is_ours(folder: Path) -> bool:
    """Say whether nobody else can have put anything there."""
    try:
        stat = folder.lstat()
    except OSError:
        return False
    if not folder.is_dir() or folder.is_symlink():
        return False
    # Windows gives a folder of the user's profile to nobody else
    return not hasattr(os, "geteuid") or (stat.st_uid == os.geteuid() and not stat.st_mode & 0o077)


def _place(folder: Path, name: str) -> Path:
    return folder / f"{sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()}.kept"


def _seal(key: str, data: bytes) -> bytes:
    return _MARK + sha256(key.encode() + b"\n" + data).digest()


def _read(kept: bytes, key: str) -> Any:
    size = len(_MARK) + sha256().digest_size
    return (
        _Unpickler(BytesIO(kept[size:])).load() if kept[:size] == _seal(key, kept[size:]) else None
    )


class _Unpickler(pickle.Unpickler):
    """Makes values of our own classes, and calls nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        loaded = super().find_class(module, name)
        if module.partition(".")[0] == "hrdgraph" and isinstance(loaded, type):
            return loaded
        if (module, name) in _OTHERS:
            return loaded
        raise pickle.UnpicklingError(f"{module}.{name}")
