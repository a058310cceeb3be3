"""Names of a package that are loaded when they are first asked for: who needs one does not wait
for what the others load."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def lazily(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Make a `__getattr__` for a package (PEP 562): `homes` has the names of each module below it.
    They are its `__all__` too, where it has none."""
    modules = {name: module for module, names in homes.items() for name in names.split()}
    sys.modules[package].__dict__.setdefault("__all__", sorted(modules))

    def load(name: str) -> Any:
        if name not in modules:
            raise AttributeError(f"module '{package}' has no attribute '{name}'")
        return getattr(import_module(f"{package}.{modules[name]}"), name)

    return load
