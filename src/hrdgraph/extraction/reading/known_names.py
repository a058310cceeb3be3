"""The names that the graph knows, in every language, into an automaton that finds them all in
one pass over a text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from ahocorasick_rs import AhoCorasick, MatchKind

from hrdgraph.extraction.reading.mentions import AWARD, BODY, PERSON, Mention
from hrdgraph.extraction.reading.text import levelled

KINDS: Final = {"person": PERSON, "organisation": BODY, "award": AWARD}
_SHORTEST: Final = 4  # characters of a name that is looked for: less is found by chance
_UNEVEN: Final = 1  # a character whose small form is longer than one would shift all positions


@dataclass(frozen=True)
class KnownNames:
    """Names of things by kind. They are found folded for case and marks, as whole words only,
    the longest first."""

    names: tuple[tuple[str, str], ...] = ()  # written name, kind
    _automaton: AhoCorasick | None = field(default=None, repr=False)

    @classmethod
    def of(cls, names: Iterable[tuple[str, str]]) -> KnownNames:
        """Build from (name, kind) pairs; kinds are person, organisation and award."""
        distinct = {
            _plain(name): (name, KINDS[kind])
            for name, kind in names
            if kind in KINDS and _is_telling(name, kind)
        }
        automaton = (
            AhoCorasick(list(distinct), matchkind=MatchKind.LeftmostLongest) if distinct else None
        )
        return cls(tuple(distinct.values()), automaton)

    def find(self, text: str) -> list[Mention]:
        """The known names that stand in a text."""
        if self._automaton is None:
            return []
        plain = _plain(text)
        places = self._automaton.find_matches_as_indexes(plain)
        return [
            Mention(self.names[number][1], start, end, text[start:end], proposer="known-names")
            for number, start, end in places
            if _is_whole(plain, start, end)
            and text[start].isupper() == self.names[number][0][0].isupper()
        ]

    def joined(self, names: Iterable[tuple[str, str]]) -> KnownNames:
        """With further names; a name that is known already keeps its kind."""
        kinds = {value: key for key, value in KINDS.items()}
        own = [(name, kinds[kind]) for name, kind in self.names]
        return KnownNames.of([*names, *own])

    def given_names(self) -> frozenset[str]:
        """The first words of the names of persons."""
        firsts = (levelled(name).lower().split() for name, kind in self.names if kind == PERSON)
        return frozenset(words[0] for words in firsts if len(words) > 1 and len(words[0]) > 2)


def _plain(text: str) -> str:
    return "".join(
        small if len(small := char.lower()) == _UNEVEN else char for char in levelled(text)
    )


def _is_telling(name: str, kind: str) -> bool:
    """A person with one name, or a short name, would be found where somebody else is meant."""
    return len(name) >= _SHORTEST and (kind != "person" or " " in name.strip())


def _is_whole(text: str, start: int, end: int) -> bool:
    return not (start and text[start - 1].isalnum()) and not (
        end < len(text) and text[end].isalnum()
    )
