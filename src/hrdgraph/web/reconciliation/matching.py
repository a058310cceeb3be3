"""Match a name, and what else a row says, to the things that may be meant, best first, each with
its reasons.

People, organisations and awards are compared as `hrdgraph names reconcile` compares them. Of other
things only the name counts. A person is never called a certain match for a name alone: who merges
two people decides it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from hrdgraph.catalogue import too_many, write_like
from hrdgraph.errors import Origin, QueryError
from hrdgraph.exports.folding import fold
from hrdgraph.identity.matching import Comparison, compare
from hrdgraph.identity.matching.blocking import keys_of
from hrdgraph.identity.records import (
    AWARD,
    KINDS,
    ORGANISATION,
    PERSON,
    Record,
    SharedContext,
    records_of,
)
from hrdgraph.rdf import IRI
from hrdgraph.vocab import HRD, PREFIXES, RDF, XSD
from hrdgraph.web.memo import once
from hrdgraph.web.pages.labels import Labels
from hrdgraph.web.pages.links import Links
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.site import Thing

BATCH: Final = 50  # queries in one request; manifests of 0.2 cannot say it, OpenRefine sends ten
BATCH_WORDS: Final = 600  # words of all names of one request: they are what matching costs
LONGEST: Final = 400  # characters of a name or a value
_VALUES: Final = 20  # values of one property
_MOST: Final = 50
_FEW: Final = 10


@dataclass(frozen=True)
class Condition:
    """What a property should be: one of some texts, or of some ids of things."""

    property: str
    texts: tuple[str, ...]
    ids: tuple[str, ...]


@dataclass(frozen=True)
class ReconciliationQuery:
    """One name to reconcile (§4.2). `types` is empty where any will do."""

    text: str
    types: tuple[str, ...]
    limit: int
    conditions: tuple[Condition, ...]


def read_batch(text: str) -> dict[str, ReconciliationQuery]:
    """Read `queries`: an object of queries by key. QueryError otherwise."""
    document = _parse(text, "queries")
    if len(document) > BATCH:
        raise QueryError(too_many(BATCH, "question"))
    batch = {key: _query(item) for key, item in document.items()}
    if sum(len(query.text.split()) for query in batch.values()) > BATCH_WORDS:
        raise QueryError(too_many(BATCH_WORDS, "word"))
    return batch


def read_extension(text: str) -> tuple[list[str], list[tuple[str, int]]]:
    """Read `extend` (§7): the ids of things, and properties with how many values of each are
    wanted. QueryError otherwise."""
    document = _parse(text, "extend")
    ids, properties = document.get("ids"), document.get("properties")
    if (
        not isinstance(ids, list)
        or not isinstance(properties, list)
        or len(ids) > 1000
        or len(properties) > 50
    ):
        raise QueryError(
            "not-as-expected", hint=write_like('{"ids": […], "properties": [{"id": …}]}')
        )
    return [_text_of(item) for item in ids], [_read_wanted(item) for item in properties]


def _read_wanted(item: Any) -> tuple[str, int]:
    if not isinstance(item, Mapping):
        raise QueryError("not-as-expected", hint=write_like('{"id": …}'))
    settings = item.get("settings")
    limit = settings.get("limit", 0) if isinstance(settings, Mapping) else 0
    try:
        return _text_of(item.get("id")), max(int(limit or 0), 0)
    except (TypeError, ValueError, OverflowError):
        raise QueryError("not-as-expected", hint=write_like('{"limit": 10}')) from None


def _parse(text: str, name: str) -> dict[str, Any]:
    """Parse an object in JSON. QueryError where it is none."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise QueryError("must-be", term=name, kind="JSON {…}", origin=Origin(line=line)) from None
    if not isinstance(value, dict):
        raise QueryError("not-as-expected", hint=write_like('{"q0": {"query": "…"}}'))
    return value


def _query(item: Any) -> ReconciliationQuery:
    if not isinstance(item, Mapping):
        raise QueryError("not-as-expected", hint=write_like('{"query": "…"}'))
    kinds = item.get("type") or []
    if not isinstance(kinds, str | list):
        raise QueryError("not-as-expected", hint=write_like('"type": "person"'))
    conditions = item.get("properties", [])
    if not isinstance(conditions, list) or len(conditions) > 20:
        raise QueryError("not-as-expected", hint=write_like('"properties": [{"pid": …, "v": …}]'))
    text = _text_of(item.get("query", ""))
    if not text.strip() and not conditions:
        raise QueryError("not-as-expected", hint=write_like('{"query": "…"}'))
    parsed = tuple(_condition(condition) for condition in conditions)
    return ReconciliationQuery(
        text, tuple(_text_of(kind) for kind in ([kinds] if isinstance(kinds, str) else kinds)),
        _limit_of(item), parsed,
    )  # fmt: skip


def _limit_of(item: Mapping[str, Any]) -> int:
    """Return how many candidates are wanted, within bounds."""
    limit = item.get("limit")
    return (
        min(max(int(limit), 1), _MOST)
        if isinstance(limit, int | float) and abs(limit) < 1e9 and not isinstance(limit, bool)
        else _FEW
    )


def _condition(item: Any) -> Condition:
    if not isinstance(item, Mapping) or "pid" not in item or "v" not in item:
        raise QueryError("not-as-expected", hint=write_like('{"pid": "hrd:country", "v": "…"}'))
    texts, ids = _values_of(item["v"])
    return Condition(_text_of(item["pid"]), texts, ids)


def _values_of(json_value: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the texts and the ids of a value, or of a list of values."""
    values = (json_value if isinstance(json_value, list) else [json_value])[:_VALUES]
    ids = (
        _text_of(value["id"]) for value in values if isinstance(value, Mapping) and "id" in value
    )
    return tuple(_scalars(values)), tuple(ids)


def _scalars(values: list[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, bool):
            yield str(value).lower()
        elif isinstance(value, str | int | float):
            yield str(value)[:LONGEST]


def _text_of(value: Any) -> str:
    """Return a text, cut where it is long. QueryError where it is none."""
    if not isinstance(value, str):
        raise QueryError("not-as-expected", hint=write_like('"…"'))
    return value[:LONGEST]


TYPES: Final = ("person", "organisation", "group", "award", "edition", "event", "country")
# machinery of the graph: nothing that a column of a table is filled with
_INNER: Final = (RDF.type, HRD.evidence, HRD.alternativeTo, HRD.visibility)
_INTEGERS: Final = frozenset(
    XSD[name].value
    for name in ("integer", "gYear", "nonNegativeInteger", "positiveInteger", "int", "long")
)


@dataclass(frozen=True)
class ReconciliationProperty:
    """A property as the service names it: `hrd:country`, its position in the graph, what it is
    called."""

    id: str
    node: int
    name: str


class Entities:
    """The things of a site for the service, with the words of one language."""

    def __init__(self, pages: Pages, language: str) -> None:
        self.pages = pages
        self.site = pages.site
        self.language = language
        self.labels: Labels = pages.desk(language, Links()).labels

    def thing(self, id: str) -> Thing | None:
        """Return the thing of an id, or its successor, if it is of a type that the service
        offers."""
        key = id.removeprefix(self.site.base)
        thing = self.pages.find_successor(key) or self.pages.find(key)
        return thing if thing is not None and thing.kind in TYPES else None

    def type(self, kind: str) -> dict[str, str]:
        """Return a type, as the service shows it."""
        words = self.labels.words
        return {"id": kind, "name": words(f"kind_{kind}") if words.has(f"kind_{kind}") else kind}

    def description(self, thing: Thing) -> str:
        """Describe what tells a thing from its namesakes: countries and other names."""
        places = [self.labels.of(node).text for node in self.site.countries_of(thing.node)]
        name = self.labels.of(thing.node).text
        names = [other.text for other in (*thing.names, *thing.others) if other.text != name]
        return " · ".join(dict.fromkeys([*places, *names[:3]]))

    @once
    def properties(self) -> Mapping[str, ReconciliationProperty]:
        """Return every property of things of the offered types by id, the most used first."""
        return {item.id: item for item in self.properties_of(*TYPES)}

    def properties_of(self, *kinds: str) -> list[ReconciliationProperty]:
        """List the properties that things of some types have, the most used first."""
        counts = sum((self._uses.get(kind, Counter()) for kind in kinds), Counter[int]())
        offered = [
            self._property(p)
            for p, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        ]
        return [item for item in offered if item]

    @once
    def _uses(self) -> Mapping[str, Counter[int]]:
        """Return how many things of each type have each property."""
        uses: dict[str, Counter[int]] = {}
        for node, kind in self.site.kinds.items():
            if kind in TYPES:
                rdf = self.site.rdf
                uses.setdefault(kind, Counter()).update(map(rdf.at, rdf.ends(node)))
        return uses

    def _property(self, node: int) -> ReconciliationProperty | None:
        iri = IRI(self.site.rdf.iri(node))
        prefix = next(
            (name for name, space in PREFIXES.items() if iri.value.startswith(space)), None
        )
        if iri in _INNER or prefix is None:
            return None
        return ReconciliationProperty(
            f"{prefix}:{iri.value.removeprefix(PREFIXES[prefix])}",
            node,
            self.site.graph.ontology.label(iri, (self.language, "en")),
        )

    def values(
        self, thing: Thing, property: ReconciliationProperty, limit: int = 0
    ) -> Iterator[dict[str, Any]]:
        """Yield the values of a property, for data extension (§7.2). Dates stay texts: a month is
        no moment."""
        objects = self.site.rdf.outgoing.along(thing.node, property.node)
        values = [self._value(node) for node in objects]
        distinct = {tuple(value.items()): value for value in values}
        yield from [*distinct.values()][: limit or None]

    def _value(self, node: int) -> dict[str, Any]:
        thing = self.site.things.get(node)
        if thing is not None and thing.kind in TYPES:
            return {"id": thing.key, "name": self.labels.of(node).text}
        if self.site.rdf.is_node(node):
            return {
                "str": self.labels.of(node).text
                if IRI(self.site.rdf.iri(node)) in self.site.graph.ontology
                else self.site.rdf.iri(node)
            }
        value = self.site.rdf.value(node)
        if (
            value.datatype in _INTEGERS
            and value.text.removeprefix("-").isdigit()
            and len(value.text) < 16
        ):
            return {"int": int(value.text)}
        return {"str": value.text}


_KIND_OF: Final = {
    "person": PERSON, "organisation": ORGANISATION, "group": ORGANISATION, "award": AWARD,
}  # fmt: skip
_CERTAIN, _APART = 0.9, 0.2  # a certain match has this score, and is this far from the next
# of a whole name, its beginning, words of it, parts of words
_BY_NAME: Final = (1.0, 0.7, 0.5, 0.3)
_BY_VALUE: Final = 0.5  # the score of what is found without a name
_COUNTRY, _AWARD, _MEMBER = "hrd:country", "hrd:hasWon", "org:memberOf"
_BEYOND_NAMES: Final = frozenset({
    "same-identifier", "same-birth", "same-death", "same-award", "same-organisation",
    "same-founded",
})  # fmt: skip
MOST_COMPARED: Final = 400  # records that one query is compared with
_BODIES: Final = ("organisation", "group")
_MOST_WORDS: Final = 16  # of a name: those of people and of bodies in the graph have fewer
_IDENTIFIERS: Final = ("skos:exactMatch", "owl:sameAs", "schema:sameAs")


class NameIndex:
    """The things of a site, ready to be looked for in any language. Worked out when first asked,
    once; safe to share between threads."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def near(self, wanted: Record) -> Iterator[Record]:
        """Find the records that share a key, those that share most first."""
        shared: dict[int, int] = {}
        for key in _plain_key(keys_of(wanted)):
            for place in self._places.get(key, ()):
                shared[place] = shared.get(place, 0) + 1
        best = sorted(shared, key=lambda place: (-shared[place], place))[:MOST_COMPARED]
        return (self._records[place] for place in best)

    @once
    def by_name(self) -> Mapping[str, list[Thing]]:
        """Return the things by folded name: one request may bring thousands of conditions."""
        things: dict[str, list[Thing]] = {}
        for row in self._pages.index.rows:
            for name in row.folded:
                things.setdefault(name, []).append(row.thing)
        return things

    @once
    def _records(self) -> list[Record]:
        return records_of(self._pages.site.graph.columns)

    @once
    def _places(self) -> Mapping[str, list[int]]:
        places: dict[str, list[int]] = {}
        for place, record in enumerate(self._records):
            for key in _plain_key(keys_of(record)):
                places.setdefault(key, []).append(place)
        return places


@dataclass(frozen=True)
class ReconciliationCandidate:
    """A thing that may be meant. `score` is 0 to 1; `agreed` counts the conditions that it
    meets, beyond those that are compared."""

    thing: Thing
    score: float
    reasons: tuple[tuple[str, float], ...]
    alone: bool  # whether nothing but the name speaks for it
    why: str = ""


class Matcher:
    """What answers queries in one language."""

    def __init__(self, entities: Entities, known: NameIndex) -> None:
        self.entities = entities
        self._known = known

    def match(self, query: ReconciliationQuery) -> list[tuple[ReconciliationCandidate, bool]]:
        """List the candidates for a query, best first, and whether each is a certain match."""
        near = {item.thing.node: item for item in (*self._by_value(query), *self._by_name(query))}
        near |= {
            item.thing.node: item
            for item in self._compare(query)
            if item.score >= near.get(item.thing.node, item).score
        }
        scored = [self._with_conditions(item, query) for item in near.values() if item.score > 0]
        best = sorted(scored, key=lambda item: (-item.score, item.thing.key))
        return [
            (item, place == 0 and _is_certain(item, best[1:2]))
            for place, item in enumerate(best[: query.limit])
        ]

    def _by_value(self, query: ReconciliationQuery) -> Iterator[ReconciliationCandidate]:
        """Where no name is given, yield the things of which a condition says another thing."""
        site = self.entities.site
        for condition in () if query.text.strip() else query.conditions:
            property = self.entities.properties.get(condition.property)
            if property is None:
                continue
            for value in self._things_meant(condition):
                for node in site.rdf.incoming.along(value.node, property.node)[:MOST_COMPARED]:
                    thing = site.things.get(node)
                    if thing is not None and thing.kind in TYPES and self._wants(query, thing):
                        yield ReconciliationCandidate(thing, _BY_VALUE, (), alone=False)

    def _wants(self, query: ReconciliationQuery, thing: Thing) -> bool:
        """Tell whether a thing is of a type that is asked for. Where none is, an edition is meant
        only by who names a year: the many of an award would hide it."""
        if query.types:
            return thing.kind in query.types
        return thing.kind != "edition" or any(char.isdigit() for char in query.text)

    def _by_name(self, query: ReconciliationQuery) -> Iterator[ReconciliationCandidate]:
        """Yield what the search of the site finds; people and organisations among it count little,
        since they are compared."""
        index = self.entities.pages.index
        rows = index.search(query.text, 200, beyond=False) if query.text.strip() else []
        wanted = fold(query.text)
        for row in (row for row in rows if self._wants(query, row.thing)):
            score = max((_score_of_hit(name, wanted) for name in row.folded), default=0.0)
            compared = row.thing.kind in _KIND_OF
            yield ReconciliationCandidate(
                row.thing, score * (0.4 if compared else 1.0), (("name", score),), alone=True
            )

    def _compare(self, query: ReconciliationQuery) -> Iterator[ReconciliationCandidate]:
        kinds = (
            {_KIND_OF[kind] for kind in query.types if kind in _KIND_OF}
            if query.types
            else set(KINDS)
        )
        described = self._describe(query)
        for kind in sorted(kinds):
            wanted = replace(described, kind=kind)
            for record in self._known.near(wanted):
                thing = self.entities.thing(record.iri)
                if thing is not None and self._wants(query, thing):
                    yield _candidate(thing, compare(wanted, record), self.entities.language)

    def _describe(self, query: ReconciliationQuery) -> Record:
        """Return what the row says as a record, whose kind is still open. Of a long name only the
        first words count: comparing costs the square of their number."""
        name = " ".join(query.text.split()[:_MOST_WORDS])
        things: dict[str, dict[int, Thing]] = {_COUNTRY: {}, _AWARD: {}, _MEMBER: {}}
        identifiers = set[str]()
        for condition in query.conditions:
            if condition.property in _IDENTIFIERS:
                identifiers |= set(filter(None, map(_identifier, condition.texts)))
            elif condition.property in things:
                things[condition.property] |= {
                    item.node: item for item in self._things_meant(condition)
                }
        awards = (thing for thing in things[_AWARD].values() if thing.kind == "award")
        bodies = (item for item in things[_MEMBER].values() if item.kind in _BODIES)
        return Record(
            iri="",
            kind="",
            names=(name,) if name else (),
            countries=frozenset(
                item.iri for item in things[_COUNTRY].values() if item.kind == "country"
            ),
            identifiers=frozenset(identifiers),
            contexts=frozenset(
                [
                    *(
                        SharedContext("award", iri)
                        for item in awards
                        for iri in self._editions(item)
                    ),
                    *(SharedContext("organisation", item.iri) for item in bodies),
                ]
            ),
        )

    def _editions(self, award: Thing) -> list[str]:
        rdf = self.entities.site.rdf
        return [rdf.iri(node) for node in rdf.subjects(HRD.editionOf, award.node)]

    def _things_meant(self, condition: Condition) -> Iterator[Thing]:
        """Yield the things that a condition names, by id or by name."""
        yield from filter(None, map(self.entities.thing, condition.ids))
        for text in condition.texts:
            yield from self._known.by_name.get(fold(text), ())

    def _with_conditions(
        self, item: ReconciliationCandidate, query: ReconciliationQuery
    ) -> ReconciliationCandidate:
        """Return the candidate, better or worse by the conditions that no comparison knows."""
        rest = [c for c in query.conditions if not _is_compared(c)]
        if not rest:
            return item
        met = [self._meets(item.thing, condition) for condition in rest]
        score = round(0.7 * item.score + 0.3 * sum(met) / len(met), 3)
        marks = tuple(
            (condition.property, float(is_met)) for condition, is_met in zip(rest, met, strict=True)
        )
        return replace(
            item, score=score, reasons=(*item.reasons, *marks), alone=item.alone and not any(met),
        )  # fmt: skip

    def _meets(self, thing: Thing, condition: Condition) -> bool:
        """Tell whether one of the values is what a condition asks for: an id, a folded text, an
        identifier that a text stands for, the name of a thing in any language."""
        property = self.entities.properties.get(condition.property)
        if property is None:
            return False
        values = list(self.entities.values(thing, property))
        texts = {
            fold(str(value)) for item in values for name, value in item.items() if name != "id"
        }
        ids = {item["id"] for item in values if "id" in item}
        if any(id in ids or self._key(id) in ids for id in condition.ids):
            return True
        for text in condition.texts:
            wanted = fold(text)
            named = {thing.key for thing in self._known.by_name.get(wanted, ())}
            if wanted in texts or (fold(_identifier(text)) or wanted) in texts or named & ids:
                return True
        return False

    def _key(self, id: str) -> str:
        thing = self.entities.thing(id)
        return thing.key if thing is not None else ""


def _is_compared(condition: Condition) -> bool:
    """Tell whether it is compared with records; the rest is met or not."""
    return condition.property in (_COUNTRY, _AWARD, _MEMBER, *_IDENTIFIERS)


def _candidate(thing: Thing, comparison: Comparison, language: str) -> ReconciliationCandidate:
    reasons = tuple((reason.code, round(reason.points, 3)) for reason in comparison.reasons)
    alone = not any(reason.code in _BEYOND_NAMES for reason in comparison.reasons)
    return ReconciliationCandidate(
        thing, comparison.score, reasons, alone, comparison.why(language)
    )


def _is_certain(best: ReconciliationCandidate, following: list[ReconciliationCandidate]) -> bool:
    if best.thing.kind == "person" and best.alone:
        return False
    return best.score >= _CERTAIN and all(best.score - other.score >= _APART for other in following)


def _score_of_hit(name: str, wanted: str) -> float:
    """Return the score of a name that a search found, by how its words begin like those wanted."""
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
    """Return an outside identifier as an IRI; a bare Q and digits is Wikidata's."""
    text = text.strip()
    if text[:1] in "Qq" and text[1:].isdigit():
        return f"http://www.wikidata.org/entity/Q{text[1:]}"
    return text if text.startswith(("http://", "https://")) else ""


def _plain_key(keys: Iterable[str]) -> Iterator[str]:
    """Yield the keys for look-up: an initial and a name that it may stand for are one key, as in
    blocking."""
    return (f"pi{key[2:]}" if key[:2] == "pn" else key for key in keys)
