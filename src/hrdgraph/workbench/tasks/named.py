"""Tasks by their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final

from hrdgraph.library.progress import Progress
from hrdgraph.workbench.tasks.building import build_project
from hrdgraph.workbench.tasks.importing import accept_tables, propose_tables, update_tables

Task = Callable[[dict[str, Any], Progress], Any]

TASKS: Final[Mapping[str, Task]] = {
    "build": build_project,
    "propose": propose_tables,
    "accept": accept_tables,
    "update": update_tables,
}
_NEEDED: Final = (
    "hrdgraph.pipeline.build",
    "hrdgraph.pipeline.importing.propose",
    "hrdgraph.validate.tables.checks",
)


def preload() -> None:
    """Load what tasks need, before there is one."""
    for name in _NEEDED:
        import_module(name)
