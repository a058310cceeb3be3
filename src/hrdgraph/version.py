"""The version of the program, as it was installed, and those of its libraries."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version

installed = cache(version)  # reading it takes as long as a small table

try:
    __version__ = installed("hrdgraph")
except PackageNotFoundError:  # run from its folder, without being installed
    __version__ = "0+unknown"
