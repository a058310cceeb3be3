"""Names of tables into those that may be one name written in two ways: `Jean-Paul NGOY` and
`Ngoy, Jean-Paul`. They stay two until a person judges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from hrdgraph.fact_kinds import Kind
from hrdgraph.fact_kinds.headings import folded
from hrdgraph.identity.ledger import Ledger
from hrdgraph.identity.matching.propose import propose
from hrdgraph.identity.records import ORGANISATION, PERSON, Record
from hrdgraph.pipeline.importing.known_names import names_in
from hrdgraph.pipeline.importing.table_proposal import TableProposal

_LIKELY: Final = 0.6  # the score of two names from which a person is told of them
_MANY: Final = 20_000  # names that are compared before a file is read
_SHORT: Final = 3  # letters of a word that may be a name by itself


class TwoSpellings(NamedTuple):
    """Two names that may be of one person or organisation; `is_short` says that the first is a
    word of the other."""

    name: str
    other: str
    thing: str
    is_short: bool = False


def find_spellings(
    proposals: Iterable[TableProposal], kinds: Mapping[str, Kind]
) -> list[TwoSpellings]:
    """The names that may be one, the likeliest first; then words that may be short for a name."""
    by_thing: dict[str, dict[str, None]] = {PERSON: {}, ORGANISATION: {}}
    for proposal in proposals:
        for name, things in names_in(proposal, kinds[proposal.guess.kind]):
            if things[0] in by_thing:
                by_thing[things[0]][" ".join(name.split())] = None
    return [
        pair
        for thing, names in by_thing.items()
        for pair in (*_alike([*names][:_MANY], thing), *_short([*names], thing))
    ]


def _alike(names: Sequence[str], thing: str) -> Iterator[TwoSpellings]:
    records = [Record(name, thing, (name,)) for name in names]
    for found in propose(records, Ledger(), at_least=_LIKELY).best:
        yield TwoSpellings(found.left.iri, found.right.iri, thing)


def _short(names: Sequence[str], thing: str) -> Iterator[TwoSpellings]:
    """Words that stand alone and begin or end longer names: a surname, or a given name."""
    longer: dict[str, list[str]] = {}
    for name in names:
        words = folded(name).split()
        for word in {*words[:1], *words[-1:]} if len(words) > 1 else ():
            longer.setdefault(word, []).append(name)
    for name in names if thing == PERSON else ():
        if len(name) >= _SHORT:
            others = longer.get(folded(name), ())[:1]
            yield from (TwoSpellings(name, other, thing, is_short=True) for other in others)
