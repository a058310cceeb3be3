"""Take away from the program what Python lacks on Windows, before anything of it is loaded.

The standard library and others keep what they have loaded by then: their own branches for Windows
are not what is tested.
"""

import asyncio  # noqa: F401
import concurrent.futures.process  # noqa: F401
import ctypes
import multiprocessing.pool
import multiprocessing.synchronize  # noqa: F401
import os
import select
import shutil  # noqa: F401
import signal
import subprocess  # noqa: F401
import sys
import tempfile  # noqa: F401
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


def _rename(source, target, *, src_dir_fd=None, dst_dir_fd=None):
    if src_dir_fd is not None or dst_dir_fd is not None:
        raise NotImplementedError("dir_fd unavailable on this platform")
    if os.path.exists(target):
        raise FileExistsError(17, "File exists", target)
    os.rename(source, target)


def _kill(process, number):
    if number == 0:
        raise AssertionError("0 is CTRL_C_EVENT, for all processes of the console")
    os.kill(process, number)


class _Library(ctypes.CDLL):
    def __init__(self, name, *arguments, **options):
        if name is None:
            raise TypeError("bad argument type for built-in operation")
        super().__init__(name, *arguments, **options)


for _name in ("fcntl", "grp", "pwd", "resource", "syslog", "termios"):
    sys.modules[_name] = None
for _module, _lacking in LACKING.items():
    _copy = _limited(_module, _lacking)
    if _module is os:
        _copy.open, _copy.rename, _copy.kill = _open, _rename, _kill
        _copy.supports_dir_fd = set()
_limited(ctypes, "CDLL").CDLL = _Library
