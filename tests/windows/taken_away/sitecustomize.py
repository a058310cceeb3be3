"""Take away from the program what Python lacks on Windows, before anything of it is loaded.

The standard library and others keep what they have loaded by then: their own branches for Windows
are not what is tested. All of them get what is different in the files of Windows: a file that is
open cannot be moved, replaced or removed, nor a folder with an open file in it, and a text has the
line ends of Windows and is in cp1252 where nobody says otherwise.
"""

import asyncio  # noqa: F401
import builtins
import concurrent.futures.process  # noqa: F401
import ctypes
import fcntl
import io
import multiprocessing.pool
import multiprocessing.synchronize  # noqa: F401
import os
import select
import shutil
import signal
import subprocess  # noqa: F401
import sys
import tempfile  # noqa: F401
import time
from contextlib import suppress
from types import ModuleType

import numpy  # noqa: F401
import platformdirs  # noqa: F401
import polars  # noqa: F401
import psutil  # noqa: F401

LACKING = {
    os: "chown chroot fchown fork forkpty getegid geteuid getgid getpgid getpriority getuid killpg "
    "mkfifo nice posix_spawn sched_getaffinity setpriority setsid sync uname wait "
    "O_DIRECTORY O_NOFOLLOW O_CLOEXEC O_NONBLOCK",
    signal: "SIGALRM SIGCHLD SIGHUP SIGKILL SIGPIPE SIGQUIT SIGUSR1 SIGUSR2 SIGXCPU SIGXFSZ alarm "
    "pthread_sigmask setitimer",
    select: "poll epoll",
}


def _limited(module: ModuleType, lacking: str) -> ModuleType:
    copy = ModuleType(module.__name__)
    names = set(lacking.split())
    vars(copy).update({name: value for name, value in vars(module).items() if name not in names})
    sys.modules[module.__name__] = copy
    return copy


def _open(path, flags, mode=0o777, *, dir_fd=None):
    if dir_fd is not None:
        raise NotImplementedError("dir_fd unavailable on this platform")
    if os.path.isdir(path):
        raise PermissionError(13, "Permission denied", path)
    return os.open(path, flags, mode)


def _locking(descriptor, mode, count):
    assert (mode, count) == (2, 1)  # LK_NBLCK
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise PermissionError(13, "Permission denied") from None


_MARK = os.path.dirname(__file__).encode()
_OURS = {}  # by number of a process: whether it runs on this Windows
_RENAME, _REPLACE, _UNLINK, _RMDIR, _OPEN = os.rename, os.replace, os.unlink, os.rmdir, io.open


def _opened():
    """Yield the files that processes of this Windows hold open, and the folders they are in."""
    for process in filter(str.isdecimal, os.listdir("/proc")):
        with suppress(OSError):  # it has ended meanwhile
            if process not in _OURS:
                with _OPEN(f"/proc/{process}/environ", "rb") as environ:
                    _OURS[process] = _MARK in environ.read()
            if _OURS[process]:
                yield os.readlink(f"/proc/{process}/cwd")
                for number in os.listdir(f"/proc/{process}/fd"):
                    with suppress(OSError):
                        yield os.readlink(f"/proc/{process}/fd/{number}")
                with _OPEN(f"/proc/{process}/maps", "rb") as maps:
                    yield from {os.fsdecode(line.split(None, 5)[-1].strip()) for line in maps}


def _free(path):
    """PermissionError where a file, or one in a folder, is open. A process that is just being
    started has the files of its parent, for a moment: on Windows it never has."""
    place = os.path.realpath(path)
    for _ in range(4):
        if not any(each == place or each.startswith(f"{place}/") for each in _opened()):
            return
        time.sleep(0.05)
    raise PermissionError(13, "The process cannot access the file", os.fspath(path))


def _rename(source, target, *, src_dir_fd=None, dst_dir_fd=None):
    if src_dir_fd is not None or dst_dir_fd is not None:
        raise NotImplementedError("dir_fd unavailable on this platform")
    if os.path.exists(target):
        raise FileExistsError(17, "File exists", target)
    _free(source)
    _RENAME(source, target)


def _replace(source, target):
    if os.path.isdir(target):
        raise PermissionError(13, "Permission denied", target)
    _free(source)
    _free(target)
    _REPLACE(source, target)


def _unlink(path):
    _free(path)
    _UNLINK(path)


def _rmdir(path):
    _free(path)
    _RMDIR(path)


def _open_text(
    file, mode="r", buffering=-1, encoding=None, errors=None, newline=None, *rest, **more
):
    if "b" not in mode:
        encoding = "cp1252" if encoding in (None, "locale") else encoding
        newline = "\r\n" if newline is None and mode.strip("tr") else newline
    return _OPEN(file, mode, buffering, encoding, errors, newline, *rest, **more)


def _kill(process, number):
    if number == 0:
        raise AssertionError("0 is CTRL_C_EVENT, for all processes of the console")
    os.kill(process, number)


class _Library(ctypes.CDLL):
    def __init__(self, name, *arguments, **options):
        if name is None:
            raise TypeError("bad argument type for built-in operation")
        super().__init__(name, *arguments, **options)


os.rename, os.replace, os.unlink, os.remove, os.rmdir = _rename, _replace, _unlink, _unlink, _rmdir
shutil._use_fd_functions = False  # they remove what is in an open folder
builtins.open = io.open = _open_text
sys.modules["msvcrt"] = _msvcrt = ModuleType("msvcrt")
_msvcrt.LK_NBLCK = 2
_msvcrt.locking = _locking
for _name in ("fcntl", "grp", "pwd", "resource", "syslog", "termios"):
    sys.modules[_name] = None
for _module, _lacking in LACKING.items():
    _copy = _limited(_module, _lacking)
    if _module is os:
        _copy.open, _copy.kill = _open, _kill
        _copy.supports_dir_fd = set()
_limited(ctypes, "CDLL").CDLL = _Library
