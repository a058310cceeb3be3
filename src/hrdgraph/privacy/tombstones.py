"""Things that were taken down into marks on what else their names stand in, and into what is
left of them: a tombstone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Final

import polars as pl

from hrdgraph.privacy.risk import NAMES
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad, parse_term
from hrdgraph.rdf.marks import Columns, find
from hrdgraph.rdf.terms import escape
from hrdgraph.vocab import HRD, PROV, RDF, XSD

_SHORT: Final = 4  # characters: a shorter name in an alphabet stands in too many words
# scripts that do not part words
_NO_SPACES: Final = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")


def in_words(graph: ColumnGraph, columns: Columns, things: pl.Series) -> pl.Series:
    """A mark on the statements whose words hold a name of one of the things: notes, motivations,
    labels of claims. What another thing is called stays (an award named after a person), and so
    do names that another thing bears too.
    """
    naming = columns.having("p", find(graph, NAMES))
    theirs = columns.having("s", things)
    names = columns.objects(naming & theirs) & ~columns.objects(naming & ~theirs)
    pattern = _pattern(word for text in graph.terms.filter(names) for word in words_of(text))
    if not pattern:
        return naming & False
    told = graph.terms.str.starts_with('"') & graph.terms.str.contains(pattern)
    return columns.having("o", told) & ~naming


def _pattern(names: Iterable[str]) -> str:
    """A regular expression for any of the names, in the escapes of N-Triples."""
    each = [re.escape(escape(name)) for name in sorted(set(names)) if is_telling(name)]
    parts = [
        name
        if _NO_SPACES.search(name)
        else rf"(?:^|[^\p{{L}}\p{{N}}]){name}(?:$|[^\p{{L}}\p{{N}}])"
        for name in each
    ]
    return f"(?i){'|'.join(parts)}" if parts else ""


def is_telling(name: str) -> bool:
    """Whether a name is long enough to mean somebody wherever it stands."""
    return len(name) >= _SHORT or (len(name) > 1 and bool(_NO_SPACES.search(name)))


def words_of(text: str) -> list[str]:
    """The words of a literal, none of another term."""
    term = parse_term(text) if text.startswith('"') else None
    return [term.value.strip()] if isinstance(term, Literal) else []


def tombstones(things: Iterable[tuple[IRI, date]], graph: IRI) -> list[Quad]:
    """What is still said of things that were taken down: that they were, and since when. A
    server answers 410 by it."""
    quads: list[Quad] = []
    for thing, day in things:
        quads.append(Quad(thing, RDF.type, HRD.Withdrawn, graph))
        quads.append(
            Quad(
                thing,
                PROV.invalidatedAtTime,
                Literal(f"{day.isoformat()}T00:00:00Z", XSD.dateTime.value),
                graph,
            )
        )
    return quads
