"""Labels of a node into names for readers: the one in their language, and the others beside it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final, NamedTuple

from hrdgraph.rdf import IRI
from hrdgraph.vocab import DCTERMS, FOAF, RDFS, SCHEMA, SKOS
from hrdgraph.web.pages.graph_view import GraphView

_PREFERRED: Final = (SKOS.prefLabel, RDFS.label, DCTERMS.title, FOAF.name, SCHEMA.name)
_OTHER: Final = (SKOS.altLabel, SKOS.hiddenLabel)


class DisplayName(NamedTuple):
    """A name with its language tag (perhaps none) and its writing direction, `ltr` or `rtl`."""

    text: str
    language: str = ""
    direction: str = "ltr"


def name(text: str, language: str = "") -> DisplayName:
    """A name, its direction told by its own letters: tags are often missing."""
    return DisplayName(text, language, direction_of(text))


def direction_of(text: str) -> str:
    """`rtl` where the first letter that has a direction runs from right to left."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


def names_of(said: GraphView, node: int) -> tuple[tuple[DisplayName, ...], tuple[DisplayName, ...]]:
    """The preferred names of a node, and its other ones; each sorted and once."""
    preferred = _sorted(
        name(value.text, value.language) for value in said.values(node, *_PREFERRED)
    )
    taken = set(preferred)
    return preferred, tuple(
        other
        for other in _sorted(name(v.text, v.language) for v in said.values(node, *_OTHER))
        if other not in taken
    )


def best(names: Iterable[DisplayName], language: str) -> DisplayName | None:
    """The name for a reader of a language: in it, without a tag, in English, in the letters of
    the page, or any."""
    return min(names, key=lambda found: (_rank(found, language), found), default=None)


def _rank(found: DisplayName, language: str) -> int:
    tag = found.language.lower()
    if tag.partition("-")[0] == language:
        return 0
    if tag in ("", "mul", "und"):
        return 1 if is_latin(found.text) else 4
    return 2 if tag.startswith("en") else 3 if is_latin(found.text) else 5


def is_latin(text: str) -> bool:
    """Whether the first letter is a Latin one."""
    first = next((char for char in text if char.isalpha()), "a")
    return unicodedata.name(first, "LATIN").startswith("LATIN")


def shortened(iri: str) -> str:
    """The last part of an IRI as words, for what has no name."""
    from hrdgraph.ontology import local_name

    return local_name(IRI(iri)) or iri


def _sorted(names: Iterable[DisplayName]) -> tuple[DisplayName, ...]:
    return tuple(sorted(set(names), key=lambda found: (found.language, found.text)))
