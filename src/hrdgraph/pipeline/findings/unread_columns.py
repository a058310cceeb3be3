"""Columns of tables of facts that nothing reads into warnings that name them: what is left out is
left out with the word of a person, in `ignore`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from hrdgraph.errors import Origin
from hrdgraph.paths import project_path
from hrdgraph.project import Project, Source
from hrdgraph.validate import Finding, Kind, Severity, messages_of

RULE: Final = "column-unread"
_UNREAD: Final = {
    "en": "Nothing reads the column '{heading}': what stands in it is not in the graph. Say which "
    "column it is under [table.columns] in source.toml, or add it to ignore.",
    "es": "Nadie lee la columna '{heading}': lo que hay en ella no está en el grafo. Diga qué "
    "columna es en [table.columns] de source.toml, o añádala a ignore.",
    "fr": "Rien ne lit la colonne '{heading}' : ce qu'elle contient n'est pas dans le graphe. "
    "Dites de quelle colonne il s'agit sous [table.columns] dans source.toml, ou ajoutez-la à "
    "ignore.",
}


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
        messages=messages_of(_UNREAD, heading=place.column or ""),
        focus=f"{place.file}#column={place.column}",
        origins=(place,),
    )
