"""The version of the program, as it was installed."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("hrdgraph")
except PackageNotFoundError:  # run from its folder, without being installed
    __version__ = "0+unknown"
