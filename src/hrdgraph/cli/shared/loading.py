"""What no command needs is loaded when something asks for it: `import polars` spends a sixth of
its time on Iceberg tables."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, Final

_ICEBERG: Final = "polars.io.iceberg"
# what Polars takes from there when it is loaded itself
_FUNCTIONS: Final = frozenset({"delete_iceberg", "scan_iceberg"})


def lighten() -> None:
    """Have `import polars` take 156 ms of CPU instead of 198: a stand-in has the names that it
    looks for, and loads what is behind them when they are called, or when anything else is looked
    for. For programs only that go by way of the command line."""
    if "polars" not in sys.modules:
        sys.modules[_ICEBERG] = _StandIn(_ICEBERG)


class _StandIn(ModuleType):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        found = find_spec("polars")
        self.__path__ = (
            [str(Path(place, "io", "iceberg")) for place in found.submodule_search_locations or ()]
            if found
            else []
        )

    def __getattr__(self, name: str) -> Any:
        return _later(name) if name in _FUNCTIONS else getattr(_whole(), name)


def _whole() -> ModuleType:
    if isinstance(sys.modules.get(_ICEBERG), _StandIn):
        del sys.modules[_ICEBERG]
    return import_module(_ICEBERG)


def _later(name: str) -> Callable[..., Any]:
    def called(*arguments: Any, **more: Any) -> Any:
        return getattr(_whole(), name)(*arguments, **more)

    return called
