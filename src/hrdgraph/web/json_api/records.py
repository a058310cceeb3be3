"""Turn nodes of a site into plain JSON records: what a thing is called, what is claimed of it, by
whom, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from hrdgraph.rdf import IRI
from hrdgraph.vocab import DCTERMS, HRD, SKOS, short_iri
from hrdgraph.web.memo import once
from hrdgraph.web.pages.awards import WON
from hrdgraph.web.pages.claim_nodes import (
    DOUBTED,
    Claim,
    PageCitation,
    core_of,
    date_of,
    earliest,
    publishers,
    status,
)
from hrdgraph.web.pages.labels import Labels
from hrdgraph.web.pages.links import Links
from hrdgraph.web.pages.site import LINKS, SAME_AS, Site, links_of

Record = dict[str, Any]
# the lists of things, with the kinds that each holds
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "people": ("person",), "organisations": ("organisation", "group"), "awards": ("award",),
    "editions": ("edition",), "events": ("event",), "places": ("country", "place"),
}  # fmt: skip
LIST_OF: Final = {kind: name for name, kinds in KINDS.items() for kind in kinds}
# what things of a list say beyond what their kinds declare, by the name of its field
_FIELDS: Final[Mapping[str, Mapping[str, IRI]]] = {
    "people": {
        "nationalities": HRD.nationality, "countries_of_work": HRD.countryOfWork,
        "died": HRD.deathDate,
    },
    "organisations": {"founded_years": HRD.foundedYear}, "awards": {"themes": HRD.theme},
    "places": {"broader": SKOS.broader},
}  # fmt: skip
# What records hold, for who reads them by a program: each field with its type; `*` behind it is a
# list, `?` says that it may be null.
_REFERENCE: Final = {"id": "iri", "key": "text?", "type": "text?", "label": "text"}
_STANDING: Final = {"status": "Status", "publishers": "integer", "disputed": "text*"}
_BRIEF: Final = _REFERENCE | _STANDING | {"date": "text"}
_THING: Final = _REFERENCE | {
    "page": "iri", "names": "Text*", "same_as": "iri*", "links": "iri*", "claims": "integer",
}  # fmt: skip
_WORD: Final = {"sources": "text*", "documents": "Document*"}
_LIVES: Final = {"roles": "role", "acts": "event", "cases": "proceeding"}  # lists of claims
_LIFE: Final = {"awards": "Conferral*", **dict.fromkeys((*_LIVES, "timeline"), "Brief*"), **_WORD}
_ACT: Final = {"types": "Reference*", "victims": "Reference*", "victims_as_text": "text*"}
PARTS: Final[Mapping[str, Mapping[str, str]]] = {
    "Reference": _REFERENCE, "Brief": _BRIEF, "Act": _ACT,
    "Text": {"text": "text", "language": "text"},
    "Literal": {"text": "text", "language": "text", "datatype": "text"},
    "Dated": {"date": "text", "sources": "text*"},
    "Document": {"url": "iri", "title": "text", "publisher": "text"},
    "Citation": {
        "url": "text", "title": "text", "publisher": "text", "start": "integer?", "end": "integer?",
        "digest": "text", "found_in_text": "boolean",
    },
    "Conferral": _BRIEF | {
        "recipients": "Reference*", "outcome": "Reference?", "award": "Reference?",
        "edition": "Reference?", "year": "text", "undisputed": "boolean",
        "recipient_countries": "Value*", "sources": "text*",
    },
    "Claim": _BRIEF | {
        "page": "iri", "about": "Reference*", "says": "Says", "earliest": "text",
        "rivals": "Reference*", "shown_first_because": "Reference*", "sources": "text*",
        "evidence": "Citation*",
    },
    "Source": _REFERENCE | {
        "page": "iri", "publisher": "text", "licences": "text*", "addresses": "iri*",
        "statements": "integer",
    },
}  # fmt: skip
# what an entry of a list of claims says beside its attributes
_OF_CLAIMS: Final = {
    name: PARTS["Claim"][name]
    for name in (*_STANDING, "about", "earliest", "rivals", "sources", "evidence")
}
# the names of their records, for types of programs
RECORDS: Final = {
    "people": "Person", "organisations": "Organisation", "awards": "Award", "editions": "Edition",
    "events": "Event", "places": "Place", "laureates": "Conferral", "claims": "Claim",
    "sources": "Source",
}  # fmt: skip
_OF_THINGS: Final[Mapping[str, Mapping[str, str]]] = {
    "people": _LIFE, "organisations": _LIFE, "awards": {"editions": "Reference*"},
    "editions": {
        "award": "Reference?", "year": "text", "undisputed_laureates": "Reference*",
        "conferrals": "Conferral*",
    },
    "events": _BRIEF | _WORD | {
        "people": "Reference*", "places": "Value*", "dates": "Dated*", "earliest": "text",
        "countries": "Reference*", "what": "Reference*", "victims": "Reference*",
        "victims_as_text": "text*", "acts": "Act*", "claims_about": "Brief*",
    },
    "places": {"codes": "text*"},
}  # fmt: skip


def fields_of(site: Site, name: str) -> dict[str, str]:
    """Return the fields of the records of a list, each with its type."""
    if part := PARTS.get(RECORDS.get(name, "")):
        return dict(part)
    properties = dict.fromkeys(_properties(site, name), "Value*")
    more = _OF_CLAIMS if name in site.topics.properties.kinds else _OF_THINGS.get(name, {})
    return {**_THING, **properties, **more}


def _properties(site: Site, name: str) -> dict[str, IRI]:
    """Return the properties that the things of a list, or of a kind of the project, are told
    with."""
    kind = KINDS.get(name, (name,))[0]
    declared = site.attributes.get(kind, ())
    known = {item.field: item.predicate for item in declared if item.predicate}
    return known | dict(_FIELDS.get(name, {}))


_PEOPLE: Final = ("person", "organisation", "group")


@dataclass(frozen=True)
class Records:
    """Makes records in one language. `address` is where the site stands, for the pages that
    records name; it ends in a slash. `links` are the addresses of pages in a site of files, whose
    lists leave out what other lists have."""

    site: Site
    labels: Labels
    address: str
    links: Links | None = None

    @once
    def reference(self) -> Callable[[int], Record]:
        """Return what names a node in other records."""
        site = self.site

        def refer(node: int) -> Record:
            return {
                "id": site.rdf.iri(node),
                "key": site.key_of(node) if node in site.kinds else None,
                "type": site.kinds.get(node),
                "label": self.labels.of(node).text,
            }

        return lru_cache(maxsize=5_000)(refer)

    def references(self, nodes: Iterable[int]) -> list[Record]:
        """Several nodes."""
        return [self.reference(node) for node in dict.fromkeys(nodes)]

    def values(self, node: int, *predicates: IRI) -> list[Any]:
        """Return what a node says with some properties: references, and texts with their
        language; marked where the sources disagree about it, or about a claim that it names."""
        rdf, ends, records = self.site.rdf, self.site.rdf.ends(node), list[Record]()
        for predicate in predicates:
            if predicate.value in ends:
                is_disputed = rdf.at(predicate) in rdf.objects(node, HRD.disputed)
                for o in ends[predicate.value]:
                    is_claim = self.site.topics.is_claim(o)
                    held = "contested" if is_disputed else status(rdf, o) if is_claim else ""
                    doubt = {"status": held} if held in DOUBTED else {}
                    record = self.reference(o) if rdf.is_node(o) else _text(rdf.value(o))
                    records.append(doubt | record)
        return records

    def thing(self, node: int) -> Record:
        """Return the record of a person, organisation, award, edition, event, country or place."""
        kind = self.site.kinds[node]
        known = _properties(self.site, LIST_OF.get(kind, kind))
        fields = {name: self.values(node, predicate) for name, predicate in known.items()}
        return {
            **self.reference(node), "page": self._page(node), "names": self._names(node), **fields,
            "same_as": links_of(self.site.rdf, node, *SAME_AS),
            "links": links_of(self.site.rdf, node, *LINKS),
            "claims": len(self.site.topics.of(node)), **self._of_kind(node, kind),
        }  # fmt: skip

    def _of_kind(self, node: int, kind: str) -> Record:
        rdf = self.site.rdf
        if kind in _PEOPLE:
            return {"awards": self._conferrals(HRD.recipient, node), **self._life(node)}
        if kind == "award":
            return {"editions": self.references(rdf.subjects(HRD.editionOf, node))}
        if kind == "edition":
            return self._edition(node)
        if kind in KINDS["places"]:
            return {"codes": sorted(value.text for value in rdf.values(node, SKOS.notation))}
        if kind == "event":
            return self._event(node)
        claim = self.claim(node) if self.site.topics.is_claim(node) else {}
        return {name: claim[name] for name in _OF_CLAIMS if name in claim}

    def _life(self, node: int) -> Record:
        """Return the claims about somebody beside awards, in order of time, with their sources.
        Each has its status; all that it says is in the list of claims, and files of other lists
        do not say it again."""
        claims = self.site.topics.of(node)
        line = sorted(map(self.brief, claims), key=lambda each: each["date"] or "9999")
        lives = {
            name: [each for each in line if each["type"] == kind]
            for name, kind in _LIVES.items()
            if not (self.links and name == "roles")
        }
        if self.links:
            names = (name for each in (node, *claims) for name in self.sources(each))
            return lives | {"sources": list(dict.fromkeys(names))}
        dated = [each for each in line if each["date"]]
        return lives | {"timeline": dated, **self.word_of([node, *claims])}

    def brief(self, claim: int) -> Record:
        """Return a claim as named among others: when it or its edition was, how sure it is."""
        topics = self.site.topics
        date = date_of(topics, claim) or topics.rdf.text(claim, HRD.earliest) or topics.year(claim)
        return self.reference(claim) | self.standing(claim) | {"date": date}

    def word_of(self, nodes: Iterable[int]) -> Record:
        """Return the sources that say something of some nodes, and the documents that they cite."""
        nodes = list(nodes)
        names = dict.fromkeys(name for node in nodes for name in self.sources(node))
        documents = {
            url: {"url": url, "title": each.document.title, "publisher": each.document.publisher}
            for node in nodes
            for each in self.site.citations(node)
            if (url := each.document.href)
        }
        return {"sources": list(names), "documents": list(documents.values())}

    def _edition(self, node: int) -> Record:
        rdf = self.site.rdf
        conferrals = {} if self.links else {"conferrals": self._conferrals(HRD.edition, node)}
        return {
            "award": self._reference_or_none(rdf.first(node, HRD.editionOf)),
            "year": rdf.text(node, HRD.editionYear),
            "undisputed_laureates": self.references(rdf.objects(node, HRD.undisputedLaureate)),
            **conferrals,
        }

    def _conferrals(self, way: IRI, node: int) -> list[Record]:
        """Return the conferrals that name a thing with a property."""
        named = self.site.rdf.subjects(way, node)
        return [self.conferral(claim) for claim in named if claim in self.site.claims]

    def _event(self, node: int) -> Record:
        rdf, acts = self.site.rdf, self.site.rdf.objects(node, HRD.act)
        claims = [*self.site.topics.of(node), *acts]
        alike = {core_of(self.site.topics, act, "act"): act for act in reversed(acts)}
        people = {who for claim in (node, *claims) for who in self.site.topics.about(claim)}
        details = {} if self.links else {"claims_about": [self.brief(claim) for claim in claims]}
        if not self.links or len(alike) > 1:  # of one act the event says the same
            details["acts"] = [self._act(act) for act in alike.values()]
        return {
            **self.event_row(node),
            "claims": len(claims),
            "people": self.references(
                who for who in sorted(people) if self.site.kinds.get(who) in _PEOPLE
            ),
            "places": self.values(node, HRD.place),
            "dates": [
                {"date": value.text, "sources": self._named(graphs)}
                for value, graphs in rdf.told_in(node, HRD.date)
            ],
            **details,
        }

    def event_row(self, node: int) -> Record:
        """Return what happened to whom, when and where, and on whose word."""
        rdf, acts = self.site.rdf, self.site.rdf.objects(node, HRD.act)
        done = self._act(*acts)
        word = self.word_of([node, *self.site.topics.of(node), *acts])
        return {
            **self.standing(node),
            "publishers": len({each["publisher"] or each["url"] for each in word["documents"]}),
            "date": rdf.closest(node, HRD.date),
            "earliest": earliest(self.site.topics, node),
            "countries": self.references(self.site.countries_told(node)),
            "what": done.pop("types"),
            **done,
            **word,
        }

    def _act(self, *acts: int) -> Record:
        """What was done to whom in an act, or in several: claims of it are told apart."""
        rdf = self.site.rdf
        ways = {"types": HRD.actType, "victims": HRD.victim}
        done = {
            name: self.references(o for act in acts for o in rdf.objects(act, way))
            for name, way in ways.items()
        }
        texts = (value.text for act in acts for value in rdf.values(act, HRD.victimText))
        return {**done, "victims_as_text": [*dict.fromkeys(texts)]}

    def conferral(self, node: int) -> Record:
        """Return a conferral for lists and people: who was given what, and how sure that is."""
        rdf = self.site.rdf
        edition, outcome = rdf.first(node, HRD.edition), rdf.first(node, HRD.outcome)
        award = next(iter(self.site.topics.awards(node)), -1)
        return {
            **self.reference(node), **self.standing(node),
            "recipients": self.references(rdf.objects(node, HRD.recipient)),
            "outcome": self._reference_or_none(outcome), "award": self._reference_or_none(award),
            "edition": self._reference_or_none(edition),
            "year": self.site.topics.year(node),
            "undisputed": self.is_undisputed(node), "date": rdf.closest(node, HRD.date),
            "recipient_countries": self.values(node, HRD.recipientCountry),
            "sources": self.sources(node),
        }  # fmt: skip

    def is_undisputed(self, conferral: int) -> bool:
        """Tell whether no claim stands against that its recipients won."""
        rdf = self.site.rdf
        edition = rdf.first(conferral, HRD.edition)
        safe = rdf.objects(edition, HRD.undisputedLaureate) if edition >= 0 else []
        recipients = rdf.objects(conferral, HRD.recipient)
        is_win = not {*WON}.isdisjoint(self.site.codes(rdf.objects(conferral, HRD.outcome)))
        return is_win and bool(recipients) and all(who in safe for who in recipients)

    def standing(self, node: int) -> Record:
        """Return how sure a claim is (the first that holds of refuted, contested, verified,
        asserted), how many publishers say it, and about which of its fields sources disagree."""
        rdf, fields = self.site.rdf, self.site.topics.properties.fields
        disputed = set(map(rdf.iri, rdf.objects(node, HRD.disputed)))
        documents = {each.document for each in self.site.citations(node)}
        asked = {**fields, "date": (HRD.date,)} if disputed else {}
        return {
            "status": status(rdf, node) or "asserted",
            "publishers": publishers(rdf, node)
            or len({each.publisher or each.href for each in documents}),
            "disputed": [
                name
                for name, predicates in asked.items()
                if any(predicate.value in disputed for predicate in predicates)
            ],
        }

    def claim(self, node: int) -> Record:
        """Return a claim with all that it says, its rivals and its evidence."""
        claim: Claim = self.site.claims[node]
        spoken = self.site.rdf.ends(node)
        says = {
            name: self.values(node, *predicates)
            for name, predicates in self.site.topics.properties.fields.items()
            if any(each.value in spoken for each in predicates)
        }
        return {
            **self.reference(node), **self.standing(node), "page": self._page(node),
            "about": self.references(sorted(claim.about)),
            "says": says, "date": claim.date, "earliest": claim.earliest,
            "rivals": self.references(claim.rivals),
            "shown_first_because": self.references(claim.preferred), "sources": self.sources(node),
            "evidence": [_citation(citation) for citation in claim.citations],
        }  # fmt: skip

    def source(self, name: str) -> Record:
        """Return a source: its name, its publisher, and how many statements it has."""
        node = self.site.sources[name]
        rdf = self.site.rdf
        return {
            "id": rdf.iri(node), "key": name, "type": "source", "label": self.labels.of(node).text,
            "page": self._address(f"sources/{name}"),
            "publisher": rdf.text(node, DCTERMS.publisher),
            "licences": [rdf.value(o).text for o in rdf.objects(node, DCTERMS.license)],
            "addresses": links_of(rdf, node, DCTERMS.source),
            "statements": rdf.sizes.get(node, 0),
        }  # fmt: skip

    def sources(self, node: int) -> list[str]:
        """The names of the sources that say something of a node."""
        return self._named(self.site.rdf.sources(node))

    def _named(self, graphs: Collection[int]) -> list[str]:
        return [name for name, graph in self.site.sources.items() if graph in graphs]

    def _reference_or_none(self, node: int) -> Record | None:
        return self.reference(node) if node >= 0 else None

    def _names(self, node: int) -> list[Record]:
        thing = self.site.things[node]
        every = dict.fromkeys((*thing.names, *thing.others))
        return [{"text": name.text, "language": name.language} for name in every]

    def _page(self, node: int) -> str:
        return self._address(f"id/{self.site.key_of(node)}")

    def _address(self, path: str) -> str:
        links = self.links or Links(self.address)
        return links.page(self.labels.words.language, path)


def _text(value: Any) -> Record:
    typed = "" if value.language else short_iri(value.datatype)
    return {"text": value.text, "language": value.language, "datatype": typed}


def _citation(citation: PageCitation) -> Record:
    document = citation.document
    return {
        "url": document.href,  # of the web only: another scheme could do harm where it is followed
        "title": document.title,
        "publisher": document.publisher,
        "start": citation.start,
        "end": citation.end,
        "digest": citation.digest,
        "found_in_text": citation.found,
    }


Maker = Callable[[Records, int], Record]
