"""A site into what a reconciliation service knows: things with their types, properties, and the
values of these."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from hrdgraph.rdf import IRI
from hrdgraph.vocab import HRD, PREFIXES, RDF, XSD
from hrdgraph.web.memo import once
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.site import Thing
from hrdgraph.web.pages.wording.labels import Labels

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
        self.labels: Labels = pages.desk(language, _no_links()).labels

    def thing(self, id: str) -> Thing | None:
        """The thing of an id, or that has taken its place, if it is of a type that the service
        offers."""
        key = id.removeprefix(self.site.base)
        found = self.pages.moved(key) or self.pages.find(key)
        return found if found is not None and found.kind in TYPES else None

    def type(self, kind: str) -> dict[str, str]:
        """A type, as the service shows it."""
        words = self.labels.words
        return {"id": kind, "name": words(f"kind_{kind}") if words.has(f"kind_{kind}") else kind}

    def described(self, thing: Thing) -> str:
        """What tells a thing from its namesakes: countries and other names."""
        places = [self.labels.of(node).text for node in self.site.countries_of(thing.node)]
        name = self.labels.of(thing.node).text
        others = [other.text for other in (*thing.names, *thing.others) if other.text != name]
        return " · ".join(dict.fromkeys([*places, *others[:3]]))

    @once
    def properties(self) -> Mapping[str, ReconciliationProperty]:
        """Every property that things of the offered types have, by id, the most used first."""
        counts = sum((self._uses.get(kind, Counter()) for kind in TYPES), Counter[int]())
        found = (
            self._property(p)
            for p, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        )
        return {item.id: item for item in found if item}

    def properties_of(self, kind: str) -> list[ReconciliationProperty]:
        """The properties that things of a type have, the most used first."""
        counts = self._uses.get(kind, Counter())
        found = [
            self._property(p)
            for p, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        ]
        return [item for item in found if item]

    @once
    def _uses(self) -> Mapping[str, Counter[int]]:
        """How many things of each type have each property."""
        found: dict[str, Counter[int]] = {}
        for node, kind in self.site.kinds.items():
            if kind in TYPES:
                found.setdefault(kind, Counter()).update(
                    self.site.said.outgoing.grouped(node).keys()
                )
        return found

    def _property(self, node: int) -> ReconciliationProperty | None:
        iri = IRI(self.site.said.iri(node))
        prefix = next(
            (name for name, space in PREFIXES.items() if iri.value.startswith(space)), None
        )
        if iri in _INNER or prefix is None:
            return None
        return ReconciliationProperty(
            f"{prefix}:{iri.value.removeprefix(PREFIXES[prefix])}",
            node,
            self.site.ontology.label(iri, (self.language, "en")),
        )

    def values(
        self, thing: Thing, property: ReconciliationProperty, limit: int = 0
    ) -> Iterator[dict[str, Any]]:
        """The values of a property, as data extension gives them (§7.2). Dates stay texts: a
        month is no moment."""
        objects = self.site.said.outgoing.along(thing.node, property.node)
        values = [self._value(node) for node in objects]
        distinct = {tuple(value.items()): value for value in values}
        yield from [*distinct.values()][: limit or None]

    def _value(self, node: int) -> dict[str, Any]:
        found = self.site.things.get(node)
        if found is not None and found.kind in TYPES:
            return {"id": found.key, "name": self.labels.of(node).text}
        if self.site.said.is_node(node):
            return {
                "str": self.labels.of(node).text
                if IRI(self.site.said.iri(node)) in self.site.ontology
                else self.site.said.iri(node)
            }
        value = self.site.said.value(node)
        if (
            value.datatype in _INTEGERS
            and value.text.removeprefix("-").isdigit()
            and len(value.text) < 16
        ):
            return {"int": int(value.text)}
        return {"str": value.text}


def _no_links() -> Any:
    from hrdgraph.web.pages.routing.links import Links

    return Links()
