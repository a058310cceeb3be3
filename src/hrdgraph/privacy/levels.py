"""Levels of visibility that can be compared, and the policy that the settings of a project make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from hrdgraph.rdf import IRI
from hrdgraph.vocab import HRDV

if TYPE_CHECKING:
    import polars as pl

    from hrdgraph.privacy.node_kinds import AllowList
    from hrdgraph.privacy.withdrawn_names import LikelyReturn
    from hrdgraph.rdf import ColumnGraph


class Level(IntEnum):
    """Who may see a statement; of two levels the higher counts."""

    PUBLIC = 0
    RESTRICTED = 1
    WITHHELD = 2

    @property
    def code(self) -> str:
        """Return the word of source.toml: public, restricted, withheld."""
        return self.name.lower()

    @property
    def concept(self) -> IRI:
        """Return the concept of ontology/vocabularies/visibility.ttl."""
        return HRDV[f"visibility/{self.code}"]


PUBLIC: Final = Level.PUBLIC.concept
_KNOWN: Final = {word: level for level in Level for word in (level.code, level.concept.value)}


def level_of(value: IRI | str) -> Level:
    """Return the level that a concept, its IRI or its code means; withheld if unknown or misspelt.

    >>> level_of("restricted").code, level_of("Public").code
    ('restricted', 'withheld')"""
    return _KNOWN.get(value.value if isinstance(value, IRI) else value, Level.WITHHELD)


class RowsKeptBack(NamedTuple):
    """What the rows of one source say that are of a level above public: `graph` is that of the
    source (an N-Triples text). The people in it are kept back, not only what it says."""

    graph: str
    level: Level
    said: ColumnGraph


class Question(NamedTuple):
    """A name that one source keeps back and another uses; of both, the graph."""

    name: str
    kept_in: str
    named_in: str


@dataclass(frozen=True)
class Policy:
    """What a project says of visibility outside its graph.

    `properties` and `graphs` have a visibility each (a concept, its IRI or its code);
    `award_lists` are the named graphs of public award lists; `withdrawn` are the names of things
    that were taken down; `places` says where the visibility of a graph is written; `wordless`
    are evidence nodes (N-Triples texts) whose words are not to be told; `joined` are sets of
    names that people judged to be one thing: what holds for one of them holds for all. `shown`
    is the highest level that is let through: it is never WITHHELD. `allowed_of_persons` is all
    that may be said of persons; None lets all through that is not withheld for another reason.
    The graphs `trusted` are the ontology's. `rooms` are sets of graphs (N-Triples texts) that
    one source writes into, its own first. `returns` are who may be somebody that was withdrawn:
    they are closed until somebody answers. `withdrawn_names` are what withdrawn things were
    called, which no source may call so any more. `kept_rows` keep back the people in them;
    `answers` say who may see what another source says of somebody of the same name, by the words
    of the name and the graphs of both; `different` are pairs of names that people judged to be
    two, `apart` names that several people bear; `was_published` marks those of some quads (texts)
    that the last build says.
    """

    properties: Mapping[IRI, IRI | str] = field(default_factory=dict)
    graphs: Mapping[IRI, IRI | str] = field(default_factory=dict)
    award_lists: frozenset[IRI] = frozenset()
    withdrawn: frozenset[IRI] = frozenset()
    places: Mapping[IRI, str] = field(default_factory=dict)
    wordless: frozenset[str] = frozenset()
    joined: tuple[tuple[str, ...], ...] = ()
    shown: Level = Level.PUBLIC
    allowed_of_persons: AllowList | None = None
    trusted: frozenset[IRI] = frozenset()
    rooms: tuple[tuple[str, ...], ...] = ()
    returns: tuple[LikelyReturn, ...] = ()
    withdrawn_names: tuple[str, ...] = ()
    kept_rows: tuple[RowsKeptBack, ...] = ()
    answers: Mapping[tuple[str, str, str], Level] = field(default_factory=dict)
    different: tuple[tuple[str, str], ...] = ()
    apart: frozenset[str] = frozenset()
    was_published: Callable[[pl.DataFrame], pl.Series] = lambda quads: quads["s"].is_null()

    def __post_init__(self) -> None:
        if self.shown is Level.WITHHELD:
            raise ValueError("what is withheld is in no output")

    def list_hidden(self, visibilities: Mapping[IRI, IRI | str]) -> list[IRI]:
        """List the names whose visibility is above what is shown."""
        return [name for name, value in visibilities.items() if level_of(value) > self.shown]
