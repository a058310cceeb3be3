"""Nodes into what they are called in one language: things by their names, editions and events by
what they are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from hrdgraph.rdf import IRI
from hrdgraph.vocab import HRD, ORG, RDF, SCHEMA, XSD
from hrdgraph.web.pages.graph_view import Value
from hrdgraph.web.pages.routing.links import Links
from hrdgraph.web.pages.site import Site
from hrdgraph.web.pages.wording.dates import date_words
from hrdgraph.web.pages.wording.naming import DisplayName, best, name, names_of, shortened
from hrdgraph.web.pages.wording.words import PageLanguage

_KEPT: Final = 20_000  # names
_DURATION: Final = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?")
_UNITS: Final = ("of_years", "of_months", "of_days")
# what a claim without a name is called by: what it says of whom
_ENDS: Final[dict[str, tuple[IRI, ...]]] = {
    "conferral": (HRD.edition, HRD.recipient),
    "announcement": (HRD.eventOf,),
    "ceremony": (HRD.eventOf,),
    "role": (ORG.role, ORG.member, ORG.organization),
    "founding": (ORG.resultingOrganization,),
    "quotation": (SCHEMA.creator,),
    "situation": (HRD.abuse, HRD.situationIn),
    "involvement": (HRD.perpetrator, HRD.perpetratorKind, HRD.perpetratorText),
    "proceeding": (HRD.proceedingType, HRD.accused, HRD.accusedText),
    "intervention": (HRD.interventionType, HRD.onBehalfOf),
    "fate": (HRD.fate, HRD.fateOf),
    "media": (HRD.mediaType, HRD.takenAt),
    "attribute": (RDF.subject, RDF.predicate),
    "act": (HRD.actType, HRD.victim),
}


class TextRun(NamedTuple):
    """A piece of a line: text, perhaps a link, and the language and direction of the text where
    they are not the page's."""

    text: str
    href: str = ""
    lang: str = ""
    dir: str = ""
    outside: bool = False


class Labels:
    """Names in one language. Those that were asked for last are kept: a country is named on
    hundreds of pages."""

    def __init__(self, site: Site, words: PageLanguage) -> None:
        self.site = site
        self.words = words
        self._known = lru_cache(maxsize=_KEPT)(self._made)

    def of(self, node: int) -> DisplayName:
        """What a node is called. Never empty."""
        return self._known(node)

    def _made(self, node: int) -> DisplayName:
        said, thing = self.site.said, self.site.things.get(node)
        if not said.is_node(node):
            value = said.value(node)
            return name(self.value_words(value), value.language)
        known = best(thing.names if thing else names_of(said, node)[0], self.words.language)
        if known is None and thing is not None:
            known = self._composed(node, thing.kind)
        if known is None:
            iri = IRI(said.iri(node))
            tags = (self.words.language, "en")
            known = (
                DisplayName(self.site.ontology.label(iri, tags))
                if iri in self.site.ontology
                else best(thing.others if thing else (), "en")
            )
        return known or name(shortened(said.iri(node)))

    def _composed(self, node: int, kind: str) -> DisplayName | None:
        """The name of what has none: an edition is its award and year, an event its acts and
        victims."""
        said = self.site.said
        if kind == "edition":
            awards = [self.of(award) for award in said.objects(node, HRD.editionOf)]
            if not awards:
                return None
            text = f"{awards[0].text} {said.text(node, HRD.editionYear)}".strip()
            return DisplayName(text, awards[0].language)
        if kind == "event":
            acts = said.objects(node, HRD.act)
            types = [self.of(t).text for act in acts for t in said.objects(act, HRD.actType)]
            what, whom = self.capital(self.words.listed(types)), self._victims(acts)
            told = " – ".join(filter(None, (what, whom)))
            return name(told) if told else None
        return self._composed_claim(node, kind)

    def _victims(self, acts: Iterable[int]) -> str:
        said, acts = self.site.said, list(acts)
        named = [self.of(v).text for act in acts for v in said.objects(act, HRD.victim)]
        named += (v.text for act in acts for v in said.values(act, HRD.victimText))
        return self.words.listed(list(dict.fromkeys(named)))

    def _composed_claim(self, node: int, kind: str) -> DisplayName | None:
        ends = _ENDS.get(kind)
        if ends is None:
            return None
        firsts = (self.site.said.objects(node, predicate)[:1] for predicate in ends)
        named = [self.capital(self.of(o).text) for found in firsts for o in found]
        return name(" – ".join([self.words(f"kind_{kind}"), *named]))

    def capital(self, text: str) -> str:
        """The text with a capital at its beginning."""
        return text[:1].upper() + text[1:]

    def value_words(self, value: Value) -> str:
        """A literal as people read it: dates in words, yes and no."""
        if value.datatype.startswith(("http://id.loc.gov/", XSD.date.value)):
            return date_words(value.text, self.words.language)
        if value.datatype == XSD.boolean.value:
            return self.words("yes" if value.text in ("true", "1") else "no")
        if value.datatype == XSD.duration.value:
            return self._duration(value.text)
        return value.text

    def _duration(self, text: str) -> str:
        """`P1Y6M` as "1 year, 6 months"; anything else as it is."""
        match = _DURATION.fullmatch(text)
        found = (
            [(int(n), key) for n, key in zip(match.groups(), _UNITS, strict=True) if n]
            if match
            else []
        )
        return ", ".join(f"{n} {self.words(key, n=n)}" for n, key in found) or text


class Linker:
    """Nodes into parts of lines: named in the language of the page, and linked to their pages."""

    def __init__(self, labels: Labels, links: Links) -> None:
        self.site = labels.site
        self.words = labels.words
        self.labels = labels
        self.links = links

    @property
    def language(self) -> str:
        """The language of the page."""
        return self.words.language

    def part(self, node: int) -> TextRun:
        """A node, linked to its page, to its entry in the ontology, or to where it is elsewhere
        on the web."""
        found = self.labels.of(node)
        href, outside = self._href(node)
        return TextRun(found.text, href, self._other(found), self._direction(found), outside)

    def href_of(self, node: int) -> str:
        """The address of a thing's page, or nothing."""
        thing = self.site.things.get(node)
        return self.links.thing(self.language, thing.key) if thing else ""

    def named(self, found: DisplayName, href: str = "") -> TextRun:
        """A name as a part."""
        return TextRun(found.text, href, self._other(found), self._direction(found))

    def value(self, value: Value) -> TextRun:
        """A literal as a part."""
        return self.named(name(self.labels.value_words(value), value.language))

    def parts(self, nodes: Iterable[int]) -> list[TextRun]:
        """Several nodes, in order, each once."""
        return [self.part(node) for node in dict.fromkeys(nodes)]

    def _href(self, node: int) -> tuple[str, bool]:
        thing = self.site.things.get(node)
        if thing is not None:
            return self.links.thing(self.language, thing.key), False
        if not self.site.said.is_node(node):
            return "", False
        iri = self.site.said.iri(node)
        if IRI(iri) in self.site.ontology:
            return f"{self.links.page(self.language, 'ontology')}#{anchor(iri)}", False
        return (iri, True) if iri.startswith(("https://", "http://")) else ("", False)

    def _other(self, found: DisplayName) -> str:
        return (
            found.language
            if found.language and found.language.partition("-")[0] != self.language
            else ""
        )

    def _direction(self, found: DisplayName) -> str:
        return "rtl" if found.direction == "rtl" else ""


def anchor(iri: str) -> str:
    """The name of an entry on the ontology page: the last part of its IRI, with its scheme
    before it where it has one."""
    local = iri.partition("#")[2]
    if local:
        return (
            local
            if "hrdgraph/ontology#" in iri
            else f"{iri.partition('#')[0].rstrip('/').rpartition('/')[2]}-{local}"
        )
    parts = iri.rstrip("/").split("/")
    return "-".join(parts[-2:]) if len(parts) > 3 else parts[-1]
