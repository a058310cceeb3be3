"""Collect what helps to say whether two persons, organisations, awards or events are one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Final

import polars as pl

from hrdgraph.identity.persistent_iris import is_outside
from hrdgraph.rdf import IRI, ColumnGraph, Literal, parse_term
from hrdgraph.vocab import FOAF, HRD, ORG, OWL, RDF, RDFS, SCHEMA, SKOS

PERSON: Final = "person"
ORGANISATION: Final = "organisation"
AWARD: Final = "award"
EVENT: Final = "event"
FINAL: Final = frozenset({"killing", "death", "death-in-custody"})  # done to a person once only
KINDS: Final = (PERSON, ORGANISATION, AWARD)  # those that are known by their names


@dataclass(frozen=True, slots=True)
class SharedContext:
    """Something that two records may share: a prize of one year, an organisation, or of two
    organisations a person; of events, a victim or a type of act. `kind` is award, organisation,
    person, victim or act."""

    kind: str
    iri: str
    label: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Record:
    """One thing under one IRI. Years are whole numbers; countries are IRIs or codes, equal for
    equal countries; identifiers are IRIs of outside authorities, one for each authority. `days`
    are the first and last day that the date of an event can mean, counted from the year 1.
    `withheld_birth` may only keep two apart: no output has it."""

    iri: str
    kind: str
    names: tuple[str, ...]
    birth: int | None = None
    death: int | None = None
    gender: str = ""
    countries: frozenset[str] = frozenset()
    contexts: frozenset[SharedContext] = frozenset()
    identifiers: frozenset[str] = frozenset()
    sources: tuple[str, ...] = ()
    days: tuple[int, int] | None = None
    withheld_birth: int | None = field(default=None, repr=False)

    @property
    def compared_birth(self) -> int | None:
        """Return the year for comparison: the public one, or the one that is never shown."""
        return self.withheld_birth if self.birth is None else self.birth


Pairs = Mapping[str, tuple[str, ...]]
_TYPED: Final = HRD.HumanRightsEvent


def event_records(graph: ColumnGraph) -> list[Record]:
    """Return the events of the graph that have an act, in the order of their IRIs. Of bounds, the
    widest count."""
    typed = graph.where(p=RDF.type, o=_TYPED).quads["s"].unique().sort()
    events = [text for text in graph.terms.gather(typed) if text.startswith("<")]
    return list(_records(graph, events)) if events else []


def _records(graph: ColumnGraph, events: Iterable[str]) -> Iterable[Record]:
    acts, kinds, victims = (_pairs(graph, term) for term in (HRD.act, HRD.actType, HRD.victim))
    first, last, countries = (
        _pairs(graph, term) for term in (HRD.earliest, HRD.latest, HRD.country)
    )
    dates, labels, sources = _pairs(graph, HRD.date), _pairs(graph, SKOS.prefLabel), _sources(graph)
    for event in events:
        mine = acts.get(event, ())
        done = dict.fromkeys(kind for act in mine for kind in kinds.get(act, ()))
        whom = dict.fromkeys(victim for act in mine for victim in victims.get(act, ()))
        if done:
            yield Record(
                iri=event[1:-1],
                kind=EVENT,
                names=(_name(done, whom, labels, dates.get(event, ())),),
                countries=frozenset(country[1:-1] for country in countries.get(event, ())),
                contexts=frozenset(
                    [SharedContext("victim", node[1:-1], _label(node, labels)) for node in whom]
                    + [SharedContext("act", node[1:-1], _code(node)) for node in done]
                ),
                sources=sources.get(event, ()),
                days=_days(first.get(event, ()), last.get(event, ())),
            )


def _pairs(graph: ColumnGraph, predicate: IRI) -> Pairs:
    rows = graph.where(p=predicate).text().select("s", "o").unique().sort("s", "o")
    pairs: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for subject, value in rows.iter_rows():
        pairs[subject] = (*pairs[subject], value)
    return pairs


def _sources(graph: ColumnGraph) -> Pairs:
    """Return the sources that call each thing an event."""
    rows = graph.where(p=RDF.type, o=_TYPED).text().select("s", "g").unique().sort("s", "g")
    homes: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for subject, home in rows.iter_rows():
        homes[subject] = (*homes[subject], home.strip("<>").rpartition("/")[2])
    return homes


def _name(done: Iterable[str], whom: Iterable[str], labels: Pairs, dates: tuple[str, ...]) -> str:
    """Return a label for an event without a name: `killing: Anna Politkovskaya (2006-10-07)`."""
    what, who = ", ".join(map(_code, done)), ", ".join(_label(node, labels) for node in whom)
    when = ", ".join(_text(value) for value in dates)
    return f"{what}{f': {who}' if who else ''}{f' ({when})' if when else ''}"


def _label(node: str, labels: Pairs) -> str:
    return next(iter(map(_text, labels.get(node, ()))), _code(node))


def _code(node: str) -> str:
    return node.strip("<>").rpartition("/")[2].replace("-", " ").replace("_", " ")


def _text(term: str) -> str:
    value = parse_term(term)
    return value.value if isinstance(value, Literal) else term


def _days(first: tuple[str, ...], last: tuple[str, ...]) -> tuple[int, int] | None:
    """Return the bounds of a date as days; None if one of them is open or no day."""
    begins, ends = ([_day(_text(value)) for value in values] for values in (first, last))
    bounds = [day for day in (*begins, *ends) if day is not None]
    return (
        (min(bounds), max(bounds))
        if begins and ends and len(bounds) == len(begins) + len(ends)
        else None
    )


def _day(text: str) -> int | None:
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        return None


_KINDS: Final = {
    FOAF.Person: PERSON, SCHEMA.Person: PERSON, HRD.HumanRightsDefender: PERSON,
    ORG.Organization: ORGANISATION, ORG.FormalOrganization: ORGANISATION,
    ORG.OrganizationalCollaboration: ORGANISATION, ORG.OrganizationalUnit: ORGANISATION,
    FOAF.Organization: ORGANISATION, FOAF.Group: ORGANISATION, SCHEMA.Organization: ORGANISATION,
    SCHEMA.NGO: ORGANISATION, HRD.Award: AWARD,
}  # fmt: skip
_NAMES: Final = (
    SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel, FOAF.name, SCHEMA.name, SCHEMA.alternateName,
    RDFS.label,
)  # fmt: skip
BIRTHS: Final = (HRD.birthDate, SCHEMA.birthDate)
_DEATHS: Final = (HRD.deathDate, SCHEMA.deathDate)
_FOUNDED: Final = (HRD.foundedYear, SCHEMA.foundingDate)
_GENDERS: Final = (FOAF.gender, SCHEMA.gender)
_COUNTRIES: Final = (HRD.country, HRD.countryOfWork, SCHEMA.nationality)
_SAME: Final = (SKOS.exactMatch, OWL.sameAs, SCHEMA.sameAs)
_GENDER_WORDS: Final = {
    "female": "female", "f": "female", "woman": "female", "male": "male", "m": "male",
    "man": "male",
}  # fmt: skip
_YEAR: Final = re.compile(r"(\d{4})(?:\Z|-\d{2}(?:\Z|-))")


def records_of(graph: ColumnGraph) -> list[Record]:
    """Return the things of the graph that have a kind and a name, in the order of their IRIs. A
    graph named `…/derived` counts as no source; a thing of two kinds has none."""
    events = event_records(graph)
    years_of: dict[str, set[int]] = defaultdict(set)
    for event in events:
        acts = {item.iri.rpartition("/")[2] for item in event.contexts if item.kind == "act"}
        for victim in event.contexts if acts & FINAL and event.days is not None else ():
            if victim.kind == "victim" and event.days is not None:
                years_of[victim.iri] |= {date.fromordinal(day).year for day in event.days}
    deaths = {iri: min(years) for iri, years in years_of.items() if len(years) == 1}
    things = [
        replace(item, death=deaths[item.iri]) if item.death is None and item.iri in deaths else item
        for item in _Gathering(graph).records()
    ]
    return sorted((*things, *events), key=lambda record: record.iri)


def birth_years(graph: ColumnGraph) -> dict[str, int]:
    """Return the years of birth that the graph states plainly and uniquely, by IRI."""
    gathering = _Gathering(graph)
    terms = graph.terms
    years = gathering.years(BIRTHS)
    return {terms[place][1:-1]: year for place, year in years.items()}


@dataclass(frozen=True)
class _Gathering:
    graph: ColumnGraph

    def records(self) -> list[Record]:
        kinds, names = self._kinds(), self._texts(_NAMES)
        births, deaths = self.years((*BIRTHS, *_FOUNDED)), self.years(_DEATHS)
        codes: dict[int, list[str]] = {}
        for subject, value in self._values(_COUNTRIES):
            codes.setdefault(subject, []).append(value)
        through = self._pairs_by_claim(HRD.recipient, HRD.recipientCountry)
        for subject, value in through.iter_rows():
            codes.setdefault(subject, []).append(self._terms[value][1:-1])
        genders, countries = self._genders(), codes
        iris: dict[int, list[str]] = {}
        for subject, value in self._values(_SAME):
            if is_outside(value):
                iris.setdefault(subject, []).append(value)
        identifiers, contexts = iris, self._contexts()
        sources = self._sources(kinds)
        return [
            Record(
                iri=self._terms[place][1:-1],
                kind=kinds[place],
                names=tuple(dict.fromkeys(names[place])),
                birth=births.get(place),
                death=deaths.get(place),
                gender=genders.get(place, ""),
                countries=frozenset(countries.get(place, ())),
                contexts=frozenset(contexts.get(place, ())),
                identifiers=frozenset(identifiers.get(place, ())),
                sources=tuple(sources.get(place, ())),
            )
            for place in sorted(kinds)
            if names.get(place)
        ]

    def _genders(self) -> dict[int, str]:
        """Return the first gender of each thing that has one of ours."""
        texts = self._texts(_GENDERS).items()
        genders_of = {
            place: [gender for word in words if (gender := _GENDER_WORDS.get(word.lower()))]
            for place, words in texts
        }
        return {place: genders[0] for place, genders in genders_of.items() if genders}

    @cached_property
    def _terms(self) -> pl.Series:
        return self.graph.terms

    def _statements(self, predicates: Iterable[IRI]) -> pl.DataFrame:
        """Return predicate, subject and object of quads with these predicates, each once."""
        places = [place for place in map(self.graph.position, predicates) if place is not None]
        return (
            self.graph.quads.filter(pl.col("p").is_in(places))
            .select("p", "s", "o")
            .unique(maintain_order=True)
        )

    def _kinds(self) -> dict[int, str]:
        wanted = {
            place: kind
            for term, kind in _KINDS.items()
            if (place := self.graph.position(term)) is not None
        }
        sets: dict[int, set[str]] = {}
        for _, subject, kind in (
            self._statements([RDF.type]).filter(pl.col("o").is_in(list(wanted))).iter_rows()
        ):
            if self._terms[subject].startswith("<"):
                sets.setdefault(subject, set()).add(wanted[kind])
        return {subject: kinds.pop() if len(kinds) == 1 else "" for subject, kinds in sets.items()}

    def _texts(self, predicates: Iterable[IRI]) -> dict[int, list[str]]:
        """Return the literals of each subject, in the order of the predicates."""
        order = {self.graph.position(term): rank for rank, term in enumerate(predicates)}
        values: dict[int, list[str]] = {}
        for _, subject, value in sorted(
            self._statements(predicates).iter_rows(), key=lambda row: (order[row[0]], row[1:])
        ):
            term = parse_term(self._terms[value])
            if isinstance(term, Literal):
                values.setdefault(subject, []).append(term.value)
        return values

    def years(self, predicates: Iterable[IRI]) -> dict[int, int]:
        """Return the year of each subject that is stated plainly and uniquely; approximate or
        contested ones do not count."""
        matches_of = {
            subject: {_YEAR.match(text) for text in texts}
            for subject, texts in self._texts(predicates).items()
        }
        years = {
            subject: {match[1] if match else "" for match in matches}
            for subject, matches in matches_of.items()
        }
        return {
            subject: int(year)
            for subject, values in years.items()
            if len(values) == 1 and (year := next(iter(values)))
        }

    def _values(self, predicates: Iterable[IRI]) -> Iterator[tuple[int, str]]:
        for _, subject, value in self._statements(predicates).iter_rows():
            text = self._terms[value]
            yield subject, text[1:-1] if text.startswith("<") else text

    def _pairs_by_claim(self, to_thing: IRI, to_value: IRI) -> pl.DataFrame:
        """Return pairs of a thing and a value that one claim names by two predicates."""
        things, values = self._statements([to_thing]), self._statements([to_value])
        return (
            things.join(values, on="s", suffix="_value")
            .select("o", "o_value")
            .unique(maintain_order=True)
        )

    def _contexts(self) -> dict[int, list[SharedContext]]:
        labels = self._texts([SKOS.prefLabel, SKOS.altLabel])
        contexts: dict[int, list[SharedContext]] = defaultdict(list)

        def add(thing: int, kind: str, other: int, label: str) -> None:
            contexts[thing].append(SharedContext(kind, self._terms[other][1:-1], label))

        for thing, edition in self._pairs_by_claim(HRD.recipient, HRD.edition).iter_rows():
            add(thing, "award", edition, self._edition_labels.get(edition, ""))
        members = (
            self._pairs_by_claim(ORG.member, ORG.organization),
            self._pairs_by_claim(HRD.founder, ORG.resultingOrganization),
            self._statements([ORG.memberOf]).select("s", "o"),
        )
        for person, body in (pair for frame in members for pair in frame.iter_rows()):
            add(person, "organisation", body, next(iter(labels.get(body, ())), ""))
            add(body, "person", person, next(iter(labels.get(person, ())), ""))
        return contexts

    @cached_property
    def _edition_labels(self) -> dict[int, str]:
        names, years = self._texts([SKOS.prefLabel]), self._texts([HRD.editionYear])
        of = self._statements([HRD.editionOf])
        return {
            edition: f"{next(iter(names.get(award, ())), '')} "
            f"{next(iter(years.get(edition, ())), '')}".strip()
            for _, edition, award in of.iter_rows()
        }

    def _sources(self, things: Iterable[int]) -> dict[int, list[str]]:
        """Return the names of the graphs that have each thing as a subject, without derived
        ones."""
        of = (
            self.graph.quads.filter(pl.col("s").is_in(list(things)))
            .select("s", "g")
            .unique(maintain_order=True)
        )
        names: dict[int, list[str]] = {}
        for thing, graph in of.iter_rows():
            name = self._terms[graph][1:-1].rpartition("/")[2]
            if name and name != "derived":
                names.setdefault(thing, []).append(name)
        return names
