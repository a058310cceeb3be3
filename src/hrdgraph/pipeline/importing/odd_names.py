"""Names of a table into those that are no name of one person: several in a cell, and those of
organisations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from hrdgraph.fact_kinds import Column, Kind
from hrdgraph.fact_kinds.headings import folded
from hrdgraph.pipeline.importing.table_proposal import TableProposal

_LISTS: Final = re.compile(r"\s*[;/|\n]\s*")
_WORDS: Final = re.compile(r",\s*|\s+(?:y|e|et|and|и|&)\s+|\s+و")
# words of names of organisations, without case and accents
_BODIES: Final = frozenset(
    (
        "fundacion", "fondation", "foundation", "fundacao", "asociacion", "association",
        "associacao", "comite", "committee", "collectif", "colectivo", "collective", "coletivo",
        "ligue", "liga", "league", "sindicato", "syndicat", "federacion", "federation",
        "federacao", "confederacion", "confederation", "reseau", "network", "movimiento",
        "mouvement", "movement", "movimento", "consejo", "conseil", "council", "coordinadora",
        "coordination", "instituto", "institut", "institute", "comision", "commission",
        "organizacion", "organisation", "organization", "ong", "ngo", "cooperativa",
        "cooperative", "corporacion", "observatorio", "observatoire", "observatory", "centre",
        "center", "centro", "groupe", "group", "grupo", "fonds", "fondo", "red", "alianza",
        "alliance", "фонд", "комитет", "центр", "организация", "جمعية", "منظمة", "مركز", "لجنة",
    )
)  # fmt: skip


def several_names(proposal: TableProposal, kind: Kind) -> list[str]:
    """The cells that have names of several people, where one is read in them, each once."""
    found = (text for column, text in _people(proposal, kind) if _is_several(text, column))
    return list(dict.fromkeys(found))


def bodies_among_people(proposal: TableProposal, kind: Kind) -> list[str]:
    """The names of organisations among those that would be people, each once."""
    if kind.thing == "organisation":
        return []
    return list(dict.fromkeys(text for _, text in _people(proposal, kind) if _is_body(text)))


def _people(proposal: TableProposal, kind: Kind) -> Iterator[tuple[Column, str]]:
    """Each cell that would name somebody, unless another column says of what kind."""
    for column in kind.columns:
        is_own = kind.thing == "person" and column.name == kind.key_of
        is_told = column.kind_column in proposal.columns or column.name not in proposal.columns
        if (is_own or column.of[:1] == ("person",)) and not is_told:
            for row in proposal.rows:
                text = proposal.cell(row, column.name)
                if text and text not in proposal.unknown:
                    yield column, text


def _is_several(text: str, column: Column) -> bool:
    items = [item for item in _LISTS.split(text) if len(item) > 2]
    if len(items) > 1 and not (column.many and ";" in text):
        return True
    return any(sum(" " in part for part in _WORDS.split(item)) > 1 for item in items)


def _is_body(text: str) -> bool:
    return bool(_BODIES & {*folded(text).split()})
