"""Columns of tables of facts that nothing reads into warnings that name them: what is left out is
left out with the word of a person, in `ignore`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin
from hrdgraph.paths import project_path
from hrdgraph.project import Project, Source
from hrdgraph.validate import Finding, Kind, Severity

RULE: Final = "column-unread"


def find_unread(project: Project, sources: Iterable[Source]) -> list[Finding]:
    """A warning for each heading that means nothing and is not said to."""
    return [
        _finding(Origin(project_path(source.table_file(table), project.root), column=heading))
        for source in sources
        for table in source.tables
        for heading in table.unread
    ]


def _finding(place: Origin) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        kind=Kind.SOURCE,
        rule=RULE,
        fact=Message("column-unread", heading=place.column or ""),
        focus=f"{place.file}#column={place.column}",
        origins=(place,),
    )
