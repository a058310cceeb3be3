"""A query and the values its variables can have → the few triples that can be part of a
solution, by semi-joins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from hrdgraph.validate.engine.columns.data import IRI_KIND, TripleArrays
from hrdgraph.validate.engine.columns.relation import NONE, Ids, Mask, distinct, member, nodes_of
from hrdgraph.validate.engine.queries.structure import QueryGroup, QueryStructure, TriplePattern

_ROUNDS = 2  # of restricting variables by one another; more rarely take away more
Domains = dict[str, Ids]


@dataclass(frozen=True, slots=True, eq=False)
class TripleColumns:
    """Subjects, predicates and objects."""

    s: Ids
    p: Ids
    o: Ids

    def where(self, mask: Mask) -> TripleColumns:
        """Some of the triples."""
        return self if mask.all() else TripleColumns(self.s[mask], self.p[mask], self.o[mask])


def triples_for(
    data: TripleArrays, scanned: QueryStructure, columns: Mapping[str, Ids]
) -> TripleColumns:
    """Every triple that a solution, or the test whether there is one, can meet. `columns` are
    variables with their values.

    What the outermost group joins restricts that group, its OPTIONAL parts and what it asks with
    EXISTS. Other groups have scopes of their own: of them only the predicates count.
    """
    reducer = _Reducer(data, scanned)
    if any(
        scanned.is_free(item) or (item.variable is None and item.predicates is None)
        for item in scanned.patterns
    ):
        return reducer.whole
    domains: dict[QueryGroup, Domains] = {}
    parts: list[TripleColumns] = []
    for group in scanned.groups:
        known = dict(columns) if group.parent is None else domains.get(group.parent)
        own = [item for item in scanned.patterns if item.group is group]
        if known is None or group.kind not in ("top", "exists", "optional") or scanned.subselects:
            parts += [reducer.met_by(item, {}) for item in own]
        else:
            domains[group] = reducer.joined(own, dict(known))
            parts += [reducer.met_by(item, domains[group]) for item in own]
    return _union(parts)


class _Reducer:
    def __init__(self, data: TripleArrays, scanned: QueryStructure) -> None:
        self.data = data
        self.whole = TripleColumns(data.subjects, data.predicates, data.objects)
        named = {
            iri
            for item in scanned.patterns
            for iri in (item.iri, item.subject_iri, *(item.predicates or ()))
            if iri
        }
        places = data.find(pl.Series("term", sorted(named), dtype=pl.String)).tolist()
        self.numbers = {
            text: place for text, place in zip(sorted(named), places, strict=True) if place >= 0
        }

    def joined(self, patterns: list[TriplePattern], domains: Domains) -> Domains:
        """The domains as the join of patterns restricts them."""
        if not any(item.zero for item in patterns):
            for item in [item for item in patterns if item.plain] * _ROUNDS:
                self.bound(domains, item, self.met_by(item, domains))
        return domains

    def bound(self, domains: Domains, item: TriplePattern, met: TripleColumns) -> Domains:
        """The domains with the variables of a pattern restricted to what it meets."""
        for name, column in ((item.subject, met.s), (item.variable, met.p), (item.object, met.o)):
            if name and name != "[]":
                domains[name] = nodes_of(column, self.data.size)
        return domains

    def met_by(self, item: TriplePattern, domains: Domains) -> TripleColumns:
        """The triples that a pattern can meet; for a path, those of its predicates."""
        found = self._of_predicates(item, domains)
        if not item.plain:
            return found
        for column, name, iri in (
            ("s", item.subject, item.subject_iri),
            ("o", item.object, item.iri),
        ):
            allowed = self._set([iri]) if iri is not None else domains.get(name or "")
            if allowed is not None:
                found = found.where(member(getattr(found, column), allowed, self.data.size))
        return found

    def _of_predicates(self, item: TriplePattern, domains: Domains) -> TripleColumns:
        if item.variable is not None and item.variable not in domains:
            return self.whole
        chosen = (
            domains[item.variable]
            if item.variable is not None
            else self._set(item.predicates or ())
        )
        chosen = chosen[self.data.kinds[chosen] == IRI_KIND]
        pairs = [self.data.pairs(place) for place in chosen.tolist()]
        s, o = (
            np.concatenate([NONE, *columns])
            for columns in ([one.left for one in pairs], [one.right for one in pairs])
        )
        return TripleColumns(s, np.repeat(chosen, [len(one) for one in pairs]), o)

    def _set(self, texts: Iterable[str]) -> Ids:
        return distinct(
            np.array([self.numbers[text] for text in texts if text in self.numbers], np.uint32)
        )


def _union(parts: list[TripleColumns]) -> TripleColumns:
    """The triples of all parts, each once."""
    s, p, o = (
        np.concatenate([NONE, *columns])
        for columns in ([x.s for x in parts], [x.p for x in parts], [x.o for x in parts])
    )
    order = np.lexsort((o, p, s))
    s, p, o = s[order], p[order], o[order]
    keep = np.ones(len(s), np.bool_)
    keep[1:] = (s[1:] != s[:-1]) | (p[1:] != p[:-1]) | (o[1:] != o[:-1])
    return TripleColumns(s, p, o).where(keep)
