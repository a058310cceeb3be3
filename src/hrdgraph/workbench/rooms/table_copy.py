"""A copy of a spreadsheet that can be edited, and the way back to the original."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from hrdgraph.errors import HrdgraphError
from hrdgraph.workbench.rooms.addresses import table_address
from hrdgraph.workbench.visit import Visit, in_thread, text_of, to

_SECONDS: Final = 300.0  # that reading and writing a file may take


async def make_copy(visit: Visit) -> Response:
    """Copy the file of a table, or turn back; the table again, of the other file."""
    form = await visit.form()
    project, name, label = visit.workplace.project, text_of(form, "source"), text_of(form, "table")
    tables = project.source(name).tables if name in {one.name for one in project.sources} else ()
    place = next((at for at, one in enumerate(tables) if one.label == label), -1)
    if place < 0:
        raise HrdgraphError("workbench-table-gone", table=label)
    await in_thread(visit.workplace.tables.save)
    given = {
        "project": str(project.root),
        "name": name,
        "file": tables[place].file,
        "undo": bool(form.get("undo")),
    }
    task = visit.workplace.spare.take()
    await in_thread(lambda: task.run("copy", given, seconds=_SECONDS))
    turned = visit.workplace.project.source(name).tables[place]
    return to(table_address(name, turned.label))
