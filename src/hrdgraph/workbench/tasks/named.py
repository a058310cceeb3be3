"""Tasks by their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final

from hrdgraph.evidence.dating import LANGUAGES, read_date
from hrdgraph.library.progress import Progress
from hrdgraph.workbench.tasks.building import build_project
from hrdgraph.workbench.tasks.importing import (
    accept_tables,
    copy_table,
    propose_tables,
    update_tables,
    write_cells,
)
from hrdgraph.workbench.tasks.publishing import (
    change_since_release,
    check_withdrawn,
    make_release,
    make_site,
    take_down,
)
from hrdgraph.workbench.tasks.reading import read_page, take_page

Task = Callable[[dict[str, Any], Progress], Any]

TASKS: Final[Mapping[str, Task]] = {
    "build": build_project,
    "propose": propose_tables,
    "accept": accept_tables,
    "update": update_tables,
    "copy": copy_table,
    "write": write_cells,
    "change": change_since_release,
    "release": make_release,
    "site": make_site,
    "withdraw": take_down,
    "check": check_withdrawn,
    "read": read_page,
    "take": take_page,
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
    for language in LANGUAGES:  # the patterns of each take a tenth of a second
        read_date("1 1 2000", language)
