"""A name, and what else a row says, into the things that may be meant, best first, each with its
reasons.

People, organisations and awards are compared as `hrdgraph reconcile` compares them. Of other
things only the name counts. A person is never called a certain match for a name alone: who
merges two people decides it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from hrdgraph.identity.matching import Comparison, compare
from hrdgraph.identity.matching.reasons import Reason
from hrdgraph.identity.records import AWARD, KINDS, ORGANISATION, PERSON, Record, SharedContext
from hrdgraph.web.pages.search.folding import fold
from hrdgraph.web.pages.site import Thing
from hrdgraph.web.reconciliation.entities import TYPES, Entities
from hrdgraph.web.reconciliation.name_index import MOST_COMPARED, NameIndex
from hrdgraph.web.reconciliation.queries import Condition, ReconciliationQuery

_KIND_OF: Final = {
    "person": PERSON,
    "organisation": ORGANISATION,
    "group": ORGANISATION,
    "award": AWARD,
}
_CERTAIN, _APART = 0.9, 0.2  # a certain match has this score, and is this far from the next
# of a whole name, its beginning, words of it, parts of words
_BY_NAME: Final = (1.0, 0.7, 0.5, 0.3)
_BY_VALUE: Final = 0.5  # the score of what is found without a name
_COUNTRY, _AWARD, _MEMBER = "hrd:country", "hrd:hasWon", "org:memberOf"
_BEYOND_NAMES: Final = frozenset(
    {
        "same-identifier",
        "same-birth",
        "same-death",
        "same-award",
        "same-organisation",
        "same-founded",
    }
)
_IDENTIFIERS: Final = ("skos:exactMatch", "owl:sameAs", "schema:sameAs")


@dataclass(frozen=True)
class ReconciliationCandidate:
    """A thing that may be meant. `score` is 0 to 1; `agreed` counts the conditions that it
    meets, beyond those that are compared."""

    thing: Thing
    score: float
    reasons: tuple[tuple[str, float], ...]
    alone: bool  # whether nothing but the name speaks for it
    why: str = ""
    compared: tuple[Reason, ...] = ()  # those of its reasons that have words


class Matcher:
    """What answers queries in one language."""

    def __init__(self, entities: Entities, known: NameIndex) -> None:
        self.entities = entities
        self._known = known

    def match(self, query: ReconciliationQuery) -> list[tuple[ReconciliationCandidate, bool]]:
        """The candidates for a query, best first, each with whether it is a certain match."""
        found = {item.thing.node: item for item in (*self._by_value(query), *self._by_name(query))}
        found |= {
            item.thing.node: item
            for item in self._compared(query)
            if item.score >= found.get(item.thing.node, item).score
        }
        scored = [
            self._with_conditions(item, query)
            for item in found.values()
            if item.score > 0 and self.has_required(item.thing, query)
        ]
        best = sorted(scored, key=lambda item: (-item.score, item.thing.key))
        return [
            (item, place == 0 and _is_certain(item, best[1:2]))
            for place, item in enumerate(best[: query.limit])
        ]

    def has_required(self, thing: Thing, query: ReconciliationQuery) -> bool:
        """Whether a thing meets each condition without which it is no candidate."""
        return all(self._meets(thing, each) for each in query.conditions if each.required)

    def _by_value(self, query: ReconciliationQuery) -> Iterator[ReconciliationCandidate]:
        """Where no name is given, the things of which a condition says another thing."""
        site = self.entities.site
        for condition in () if query.text.strip() else query.conditions:
            property = self.entities.properties.get(condition.property)
            if property is None or condition.quantifier == "none":
                continue
            for value in self._meant(condition):
                for node in site.said.incoming.along(value.node, property.node)[:MOST_COMPARED]:
                    thing = site.things.get(node)
                    if thing is not None and thing.kind in TYPES and self._wants(query, thing):
                        yield ReconciliationCandidate(thing, _BY_VALUE, (), alone=False)

    def _wants(self, query: ReconciliationQuery, thing: Thing) -> bool:
        """Whether a thing is of a type that is asked for. Where none is, an edition is meant only
        by who names a year: the many of an award would hide it."""
        if query.types:
            return thing.kind in query.types
        return thing.kind != "edition" or any(char.isdigit() for char in query.text)

    def _by_name(self, query: ReconciliationQuery) -> Iterator[ReconciliationCandidate]:
        """What the search of the site finds; people and organisations among it count little,
        since they are compared."""
        index = self.entities.pages.index
        rows = index.search(query.text, 200, beyond=False) if query.text.strip() else []
        wanted = fold(query.text)
        for row in (row for row in rows if self._wants(query, row.thing)):
            score = max((_likeness(name, wanted) for name in row.folded), default=0.0)
            compared = row.thing.kind in _KIND_OF
            yield ReconciliationCandidate(
                row.thing, score * (0.4 if compared else 1.0), (("name", score),), alone=True
            )

    def _compared(self, query: ReconciliationQuery) -> Iterator[ReconciliationCandidate]:
        asked = (
            {_KIND_OF[kind] for kind in query.types if kind in _KIND_OF}
            if query.types
            else set(KINDS)
        )
        for kind in sorted(asked):
            wanted = self._record(query, kind)
            for record in self._known.near(wanted):
                thing = self.entities.thing(record.iri)
                if thing is not None and self._wants(query, thing):
                    yield _candidate(thing, compare(wanted, record), self.entities.language)

    def _record(self, query: ReconciliationQuery, kind: str) -> Record:
        """What the row says, as a record of a kind."""
        record = Record(iri="", kind=kind, names=(query.text,) if query.text.strip() else ())
        for condition in filter(_is_compared, query.conditions):
            record = self._informed(record, condition)
        return record

    def _informed(self, record: Record, condition: Condition) -> Record:
        """The record with what one condition says of it."""
        if condition.property in _IDENTIFIERS:
            known = frozenset(filter(None, map(_identifier, condition.texts)))
            return replace(record, identifiers=record.identifiers | known)
        things = list(self._meant(condition))
        if condition.property == _COUNTRY:
            countries = {thing.iri for thing in things if thing.kind == "country"}
            return replace(record, countries=record.countries | countries)
        joined: set[SharedContext] = set()
        if condition.property == _AWARD:
            awards = [thing for thing in things if thing.kind == "award"]
            editions = (iri for award in awards for iri in self._editions(award))
            joined = {SharedContext("award", iri) for iri in editions}
        elif condition.property == _MEMBER:
            bodies = (thing for thing in things if thing.kind in ("organisation", "group"))
            joined = {SharedContext("organisation", thing.iri) for thing in bodies}
        return replace(record, contexts=record.contexts | joined)

    def _editions(self, award: Thing) -> list[str]:
        from hrdgraph.vocab import HRD

        said = self.entities.site.said
        return [said.iri(node) for node in said.subjects(HRD.editionOf, award.node)]

    def _meant(self, condition: Condition) -> Iterator[Thing]:
        """The things that a condition names, by id or by name."""
        yield from filter(None, map(self.entities.thing, condition.ids))
        for text in condition.texts:
            yield from self._known.named.get(fold(text), ())

    def _with_conditions(
        self, item: ReconciliationCandidate, query: ReconciliationQuery
    ) -> ReconciliationCandidate:
        """The candidate, better or worse by the conditions that no comparison knows."""
        others = [c for c in query.conditions if not _is_compared(c)]
        if not others:
            return item
        met = [self._meets(item.thing, condition) for condition in others]
        score = round(0.7 * item.score + 0.3 * sum(met) / len(met), 3)
        told = tuple(
            (condition.property, float(is_met))
            for condition, is_met in zip(others, met, strict=True)
        )
        return replace(
            item, score=score, reasons=(*item.reasons, *told), alone=item.alone and not any(met)
        )

    def _meets(self, thing: Thing, condition: Condition) -> bool:
        property = self.entities.properties.get(condition.property)
        if property is None:
            return condition.quantifier == "none"
        values = list(self.entities.values(thing, property))
        texts = {
            fold(str(value)) for item in values for name, value in item.items() if name != "id"
        }
        ids = {item["id"] for item in values if "id" in item}
        met = [
            *(self._is_said(text, texts, ids, condition.qualifier) for text in condition.texts),
            *(id in ids or self._key(id) in ids for id in condition.ids),
        ]
        if condition.quantifier == "all":
            return bool(met) and all(met)
        return any(met) != (condition.quantifier == "none")

    def _is_said(self, text: str, texts: set[str], ids: set[str], qualifier: str) -> bool:
        """Whether a text is one of the values: its folded text, an identifier that it stands for,
        the name of a thing in any language."""
        wanted = fold(text)
        if qualifier == "starts":
            return any(value.startswith(wanted) for value in texts)
        if qualifier == "contains":
            return any(wanted in value for value in texts)
        named = {thing.key for thing in self._known.named.get(wanted, ())}
        return wanted in texts or (fold(_identifier(text)) or wanted) in texts or bool(named & ids)

    def _key(self, id: str) -> str:
        thing = self.entities.thing(id)
        return thing.key if thing is not None else ""


def _is_compared(condition: Condition) -> bool:
    """Whether it is compared with records; the rest is met or not."""
    plain = condition.quantifier == "any" and not condition.qualifier
    return plain and condition.property in (_COUNTRY, _AWARD, _MEMBER, *_IDENTIFIERS)


def _candidate(thing: Thing, comparison: Comparison, language: str) -> ReconciliationCandidate:
    reasons = tuple((reason.code, round(reason.points, 3)) for reason in comparison.reasons)
    alone = not any(reason.code in _BEYOND_NAMES for reason in comparison.reasons)
    return ReconciliationCandidate(
        thing, comparison.score, reasons, alone, comparison.why(language), comparison.reasons
    )


def _is_certain(best: ReconciliationCandidate, following: list[ReconciliationCandidate]) -> bool:
    if best.thing.kind == "person" and best.alone:
        return False
    return best.score >= _CERTAIN and all(best.score - other.score >= _APART for other in following)


def _likeness(name: str, wanted: str) -> float:
    if name == wanted:
        return _BY_NAME[0]
    if name.startswith(wanted):
        return _BY_NAME[1]
    starts = name.split()
    return (
        _BY_NAME[2]
        if all(any(start.startswith(word) for start in starts) for word in wanted.split())
        else _BY_NAME[3]
    )


def _identifier(text: str) -> str:
    """An outside identifier as an IRI; a bare Q and digits is Wikidata's."""
    text = text.strip()
    if text[:1] in "Qq" and text[1:].isdigit():
        return f"http://www.wikidata.org/entity/Q{text[1:]}"
    return text if text.startswith(("http://", "https://")) else ""
