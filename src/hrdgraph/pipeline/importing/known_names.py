"""Names of a table that the graph almost knows: written in another order, with other accents or
vowels. A suggestion, never a merge."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from hrdgraph.fact_kinds import Kind
from hrdgraph.fact_kinds.headings import folded
from hrdgraph.pipeline.importing.table_proposal import TableProposal

MOST: Final = 10  # suggestions that are shown
_VOWELS: Final = re.compile("[aeiouyаеёиоуыэюя]")
_TWICE: Final = re.compile(r"(.)\1+")
_SHORT: Final = 4  # consonants: names with fewer are like too many others


class NearName(NamedTuple):
    """A name of a table, and one that the graph has for a thing of that kind."""

    name: str
    known: str
    thing: str


def near_names(
    proposals: Iterable[TableProposal],
    kinds: Mapping[str, Kind],
    known: Mapping[str, Sequence[str]],
) -> list[NearName]:
    """The names that are like one in the graph, and none of them is that."""
    there = {thing: set(names) for thing, names in known.items()}
    like = {
        thing: {key: name for name in names if (key := _sound(name))}
        for thing, names in known.items()
    }
    found: dict[tuple[str, str], NearName] = {}
    for proposal in proposals:
        for name, things in names_in(proposal, kinds[proposal.guess.kind]):
            for thing in things:
                other = like.get(thing, {}).get(_sound(name), "")
                if other and name not in there[thing]:
                    found.setdefault((thing, name), NearName(name, other, thing))
    return list(found.values())


def names_in(proposal: TableProposal, kind: Kind) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Each name in the rows of a table, with the kinds of things that it may be of."""
    for column in kind.columns:
        things = (kind.thing,) if column.name == kind.key_of else column.of
        if things and column.name in proposal.columns:
            for row in proposal.rows:
                cell = proposal.cell(row, column.name)
                if cell and cell not in proposal.unknown:
                    yield cell, things


def _sound(name: str) -> str:
    """The consonants of the words of a name, in one order; empty where they are too few."""
    words = sorted(_TWICE.sub(r"\1", _VOWELS.sub("", word)) for word in folded(name).split())
    key = " ".join(filter(None, words))
    return key if len(key.replace(" ", "")) >= _SHORT else ""
