"""Suggest what a wrong value may mean: a code of a list, the key of a table, a day."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import Final
from unicodedata import combining, normalize
from urllib.parse import unquote

import polars as pl

from hrdgraph.findings.model import Finding
from hrdgraph.nearest import nearest_few
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Term, parse_term
from hrdgraph.shacl.shapes import Shapes
from hrdgraph.vocab import RDF, SH

# words that are compared with others in one build: each costs some milliseconds
LOOKUPS: Final = 300
POOL: Final = 5_000  # names that one word is compared with
_CLOSE: Final = 0.75
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def suggest(findings: Iterable[Finding], graph: ColumnGraph, shapes: Shapes) -> list[Finding]:
    """Add the suggestion for each finding's value, unless it has one. Only the first `LOOKUPS`
    words that are in no list are looked up."""
    suggester = _Suggester(graph, shapes)
    return [
        replace(finding, suggestion=suggester.of(finding))
        if finding.value and not finding.suggestion
        else finding
        for finding in findings
    ]


def valid_date(text: str) -> str:
    """Return the nearest day of the same month, or the date with day and month swapped; "" for a
    text that is no such date, or is valid.

    >>> valid_date("2011-02-30"), valid_date("2011-13-05"), valid_date("2011-02-28")
    ('2011-02-28', '2011-05-13', '')"""
    match = _DATE.fullmatch(text.strip())
    if not match:
        return ""
    year, month, day = map(int, match.groups())
    if not year or not month or not day:
        return ""
    if month > 12:
        return (
            f"{match[1]}-{match[3]}-{match[2]}"
            if day <= 12 and month <= monthrange(year, day)[1]
            else ""
        )
    last = monthrange(year, month)[1]
    return f"{match[1]}-{match[2]}-{last:02}" if day > last else ""


def nearest(word: str, names: Iterable[str]) -> str:
    """Return the most similar name, if one is similar; of very many, only those with the same
    beginning and about the same length are compared. Numbers have none: another year is no
    other spelling."""
    if word.isdecimal():
        return ""
    pool = [name for name in names if abs(len(name) - len(word)) <= 3 + len(word) // 4]
    if len(pool) > POOL:
        pool = [name for name in pool if name[:1].lower() == word[:1].lower()][:POOL]
    same = [name for name in pool if _plain(name) == _plain(word)]
    similar = same or nearest_few(word, pool, 1, _CLOSE)
    return similar[0] if similar and similar[0] != word else ""


def _plain(text: str) -> str:
    """Return a text without capitals and accents."""
    return "".join(letter for letter in normalize("NFKD", text).casefold() if not combining(letter))


class _Suggester:
    """Looks words up in the lists of shapes and among the names of a graph; each list is made when
    first needed, and each word looked up once."""

    def __init__(self, graph: ColumnGraph, shapes: Shapes) -> None:
        self._graph, self._shapes = graph, shapes
        self._found: dict[tuple[str, str], str] = {}
        self._names: dict[str, list[str]] = {}  # by the beginning of their IRIs

    def of(self, finding: Finding) -> str:
        assert finding.value is not None
        term = _term(finding.value)
        if isinstance(term, Literal) and (day := valid_date(term.value)):
            return day
        key = (finding.rule if finding.rule in self._codes else "", finding.value)
        if key not in self._found and len(self._found) < LOOKUPS:
            self._found[key] = self._look_up(finding, term)
        return self._found.get(key, "")

    def _look_up(self, finding: Finding, term: Term | None) -> str:
        if codes := self._codes.get(finding.rule):
            return nearest(_word(term) if term is not None else finding.value or "", codes)
        return self._key(term) if isinstance(term, IRI) else ""

    def _key(self, term: IRI) -> str:
        """Return the name most similar to an undescribed one, among things of the same kind, by
        the beginning of their IRIs."""
        space = _space(term.value)
        if space == term.value or any(part.objects(term, RDF.type) for part in self._graphs):
            return ""
        if space not in self._names:
            same = {iri for graph in self._graphs for iri in _find_described(graph, space)}
            self._names[space] = sorted(_word(IRI(iri)) for iri in same)
        return nearest(_word(term), self._names[space])

    @property
    def _graphs(self) -> tuple[ColumnGraph, ColumnGraph]:
        return self._graph, self._shapes.background

    @cached_property
    def _codes(self) -> dict[str, tuple[str, ...]]:
        """Return the words of the list (`sh:in`) of each rule that has one."""
        shapes = self._shapes
        heads = [(quad.subject, quad.object) for quad in shapes.quads if quad.predicate == SH["in"]]
        return {
            shapes.rule_of(shape): tuple(map(_word, shapes.members(head))) for shape, head in heads
        }


def _find_described(graph: ColumnGraph, space: str) -> Iterator[str]:
    """Yield the IRIs directly below a namespace that have a type. The dictionary is sorted, so
    they are one run."""
    starts = pl.Series([f"<{space}", f"<{space}\U0010ffff"])
    low, high = graph.terms.search_sorted(starts).to_list()
    typed = graph.where(p=RDF.type).quads["s"]
    own = graph.terms[typed.filter(typed.is_between(low, high, closed="left")).unique()]
    yield from (iri for text in own.to_list() if _space(iri := text[1:-1]) == space)


def _term(value: str) -> Term | None:
    try:
        return parse_term(value)
    except ValueError:
        return Literal(value)


def _space(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def _word(term: Term) -> str:
    """Return a term as typed: the words of a literal, the last part of an IRI."""
    if isinstance(term, IRI):
        return unquote(term.value.removeprefix(_space(term.value))) or term.value
    return term.value if isinstance(term, Literal) else term.n3()
