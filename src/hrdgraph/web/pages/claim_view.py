"""Tell claims to a reader in one language: a line, its details, its sources, and what speaks
against it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Final

from hrdgraph.exports.network import STATUSES
from hrdgraph.fact_kinds import Column
from hrdgraph.rdf import IRI
from hrdgraph.vocab import HRD, HRDV, RDF, SKOS
from hrdgraph.web.pages.awards import outcome_rank
from hrdgraph.web.pages.claim_nodes import (
    CitedDocument,
    Claim,
    PageCitation,
    rivals_at_odds,
    status,
    together,
)
from hrdgraph.web.pages.labels import Linker, TextRun, date_words, short_date
from hrdgraph.web.pages.naming import name

Details = list[tuple[str, list[TextRun]]]
Attributed = tuple[Column, list[int]]  # an attribute with what claims say in it
_HEADS: Final = ("subject", "object", "agent")  # the first of them is in the line


class ClaimWording:
    """Words each kind of claim. `focus` is the thing on whose page it is told: its own name is
    not said again; -1 for none."""

    def __init__(self, linker: Linker) -> None:
        self.linker = linker
        self.rdf = linker.site.rdf
        self.words = linker.words

    def all(self, group: Iterable[Claim], *predicates: IRI) -> list[int]:
        """List what any of some claims says, each once."""
        return list(
            dict.fromkeys(o for claim in group for o in self.rdf.objects(claim.node, *predicates))
        )

    def tell_title(self, group: list[Claim], focus: int) -> tuple[list[TextRun], Details]:
        """Return the line of a fact, and its details: what sort of fact it is and whom it is of,
        then each other attribute that its kind declares."""
        kind, properties = group[0].kind, self.linker.site.topics.properties
        if kind not in properties.kinds:
            return [self.linker.part(group[0].node)], []
        if RDF.predicate in properties.with_roles(kind, "kind"):
            return self._tell_attribute(group, focus), []
        own, attributes = self.linker.part(group[0].node), list[Attributed]()
        for item, nodes in self._values(kind, [claim.node for claim in group], focus):
            named = {self.part(node).text: node for node in nodes} if item.role == "part" else {}
            hrefs = {*map(self.linker.href_of, named.values())}
            if {*named} != {own.text} and hrefs != {own.href}:  # parts that add something, once
                attributes.append((item, [*named.values()] or nodes))
        parts = (
            []
            if any(item.role in (*_HEADS[::2], "kind") for item, _ in attributes)
            else self._parts(kind, group)
        )
        if parts:  # it consists of them: an event of its acts
            nodes = [node for _, node in parts]
            inner = self._values(parts[0][0], nodes, focus)
            title = self._sort(inner)
            details = [*self._details([*inner, *attributes], title), *self._tell_alleged(nodes)]
            if not title:
                return [own], details
            words = self._capital(self.words.join_list([part.text for part in title]))
            return [TextRun(words, own.href)], details
        head = next(
            (role for role in _HEADS if any(item.role == role for item, _ in attributes)), ""
        )
        title = self._sort(attributes)
        details = self._details(attributes, title, head)
        title = [part._replace(text=self._capital(part.text)) for part in title]
        title = title or [TextRun(self._kind_words(group[0]))]
        who = [node for item, nodes in attributes if head and item.role == head for node in nodes]
        return [*title, *self.texts(dict.fromkeys(who))], details

    def texts(self, nodes: Iterable[int]) -> list[TextRun]:
        """Nodes as links; of texts in several languages that say the same thing, those in the
        page's, or all."""
        nodes = list(nodes)
        values = [self.rdf.value(node) for node in nodes if not self.rdf.is_node(node)]
        own = [value for value in values if value.language == self.linker.language]
        return [
            *map(self.part, dict.fromkeys(filter(self.rdf.is_node, nodes))),
            *map(self.linker.value, own or values),
        ]

    def part(self, node: int) -> TextRun:
        """Name a node, and say so where it is a contested claim."""
        run = self.linker.part(node)
        if self.linker.site.topics.is_claim(node) and status(self.rdf, node) == "contested":
            return run._replace(text=f"{run.text} ({self.words('status_contested')})")
        return run

    def _values(self, kind: str, claims: Iterable[int], focus: int) -> list[Attributed]:
        """Return what claims say, but of the focus, by the attributes of their kind."""
        ends_of_claims = [self.rdf.ends(claim) for claim in claims]
        attributed_texts = []
        for way, item in self.linker.site.topics.properties.stated[kind]:
            nodes = (o for ends in ends_of_claims if way in ends for o in ends[way])
            if named := [node for node in dict.fromkeys(nodes) if node != focus]:
                attributed_texts.append((item, named))
        return attributed_texts

    def _parts(self, kind: str, group: list[Claim]) -> list[tuple[str, int]]:
        """Return the parts of claims that consist of others, each with its kind."""
        stated, kinds = self.linker.site.topics.properties.stated[kind], self.linker.site.kinds
        ways = [IRI(way) for way, item in stated if item.role == "part" and item.many]
        return [(kinds[node], node) for node in self.all(group, *ways) if node in kinds]

    def _sort(self, attributes: list[Attributed]) -> list[TextRun]:
        """Return what sort of fact it is: by its codes, else in words."""
        schemes = {item.scheme for item, _ in attributes if item.role == "kind"} - {""}
        codes = [node for item, nodes in attributes if item.role == "kind" for node in nodes]
        words = [node for item, nodes in attributes if item.scheme in schemes for node in nodes]
        return self.texts(dict.fromkeys(codes or words))

    def _capital(self, text: str) -> str:
        return self.linker.labels.capital(text)

    def _kind_words(self, claim: Claim) -> str:
        """Name the kind of a claim, by a class below that of the kind if it has one."""
        kind = self.linker.site.topics.properties.kinds[claim.kind]
        classes = {IRI(self.rdf.iri(o)): o for o in self.rdf.objects(claim.node, RDF.type)}
        closer = [o for iri, o in classes.items() if iri not in (HRD.Claim, *kind.classes)]
        named = (
            self.linker.labels.of(closer[0]).text if closer else self.words(f"kind_{claim.kind}")
        )
        return self._capital(named)

    def _details(
        self, attributes: list[Attributed], title: list[TextRun], head: str = ""
    ) -> Details:
        """Return all attributes but what the line says already, each below its label."""
        sort = {part.text.casefold() for part in title}
        details: dict[str, list[int]] = {}
        spoken: dict[str, str] = {}
        schemes = {item.scheme for item, _ in attributes if item.role == "kind"} - {""}
        kind = {item.name: item for item, _ in attributes}
        for item, nodes in attributes:
            if item.type == "language":
                tags = [self.rdf.value(node).text for node in nodes]
                spoken[self._label(item)] = ", ".join(map(self.words.language_name, tags))
            elif item.role not in ("kind", *filter(None, (head,))):
                # who is said in words stands with who is named
                named_too = kind.get(item.name.removesuffix("_text"), item)
                left = [
                    node
                    for node in nodes
                    if item.scheme not in schemes
                    or self.linker.labels.of(node).text.casefold() not in sort
                ]
                details.setdefault(self._label(named_too), []).extend(left)
        every = [node for nodes in details.values() for node in nodes]
        named = {self.linker.labels.of(node).text for node in every if self.rdf.is_node(node)}
        pairs = [
            (label, [run for run in self.texts(nodes) if run.href or run.text not in named])
            for label, nodes in details.items()
        ]
        pairs += [(label, [TextRun(text)]) for label, text in spoken.items()]
        return [pair for pair in pairs if pair[1]]

    def _label(self, item: Column) -> str:
        """Name an attribute as its kind does, else as the ontology does."""
        place = -1 if item.labels or not item.predicate else self.rdf.at(item.predicate)
        if place < 0:
            return self.words.label(item)
        return self._capital(self.linker.labels.of(place).text)

    def _tell_alleged(self, parts: list[int]) -> Details:
        """Tell who is said to have done something, by claims that say nothing else of it: as far
        as no person has refuted that, and whether it is contested."""
        doubt = f" ({self.words('status_contested')})"
        details: Details = []
        properties = self.linker.site.topics.properties
        for code, way in properties.allegations:
            runs: dict[TextRun, None] = {}
            claims = [claim for part in parts for claim in self.rdf.subjects(way, part)]
            for claim in dict.fromkeys(claims):
                stand = status(self.rdf, claim)
                ends = partial(self.linker.site.topics.ends, claim)
                for run in self.texts(ends("agent") or ends("kind")):
                    if stand != "refuted":
                        text = run.text + (doubt if stand == "contested" else "")
                        runs[run._replace(text=text)] = None
            label = self.words.label(properties.kinds[code])
            details += [(self._capital(label), [*runs])] if runs else []
        return details

    def _tell_attribute(self, group: list[Claim], focus: int) -> list[TextRun]:
        subjects = [node for node in self.all(group, RDF.subject) if node != focus]
        called = self.rdf.at(RDF.type)
        predicates = [
            TextRun(
                self.words("called")
                if node == called
                else self._capital(self.linker.labels.of(node).text)
            )
            for node in self.all(group, RDF.predicate)
        ]
        return [*self.linker.parts(subjects), *predicates, *self.texts(self.all(group, RDF.object))]


@dataclass(frozen=True)
class SourceView:
    """A source as it is shown. `place` says where in it, `about` what sort of source it is,
    `page` what else was read there, where the site has a page for that."""

    publisher: str
    title: TextRun | None
    address: str
    host: str
    page: str
    place: str
    about: TextRun | None
    found: bool
    quotes: list[str]


def anchor_of(key: str) -> str:
    """Return the place of a claim on the pages that tell it."""
    return f"claim-{sha256(key.encode()).hexdigest()[:10]}"


@dataclass(frozen=True)
class Version:
    """One claim among those that say the same: its own date and its sources. Its
    anchor is empty where the page has it already."""

    href: str
    anchor: str
    date: str
    cited: list[SourceView]
    sources: list[TextRun]


@dataclass(frozen=True)
class Item:
    """A fact as a reader is told it. `badges` are (text, class) pairs; `rivals` are told side by
    side with it."""

    anchor: str
    when: str
    title: list[TextRun]
    badges: list[tuple[str, str]]
    details: Details
    versions: list[Version]
    rivals: list[Item]
    earliest: str
    doubt: int
    rank: int
    href: str

    @property
    def sides(self) -> list[Item]:
        """It and its rivals, the least doubted first."""
        return sorted([self, *self.rivals], key=lambda item: item.doubt)


@dataclass(frozen=True)
class ClaimSection:
    """Facts of one sort, below a heading."""

    name: str
    title: str
    items: list[Item]


# The order in which a life is told, and which claims each part holds.
_SECTIONS: Final = (
    ("awards", ("conferral",)), ("accepted", ()), ("occasions", ("announcement", "ceremony")),
    ("foundings", ("founding",)), ("roles", ("role",)), ("events", ("event",)),
    ("said", ("quotation",)), ("involvements", ("involvement",)), ("proceedings", ("proceeding",)),
    ("interventions", ("intervention",)), ("fates", ("fate",)), ("pictures", ("media",)),
    ("situations", ("situation",)), ("attributes", ("attribute",)), ("more", ("claim", "act")),
)  # fmt: skip


_NAMES: Final = (SKOS.prefLabel, SKOS.altLabel)


class Teller:
    """Tells claims on a page of one thing. `focus` is that thing: its own name is not said again
    in every line."""

    def __init__(self, linker: Linker) -> None:
        self.linker = linker
        self.site = linker.site
        self.rdf = linker.site.rdf
        self.words = linker.words
        self.lines = ClaimWording(linker)
        self._anchors: set[str] = set()

    def sections(self, claims: Iterable[Claim], focus: int) -> list[ClaimSection]:
        """Claims grouped as a person would tell them, each group in order of time. A claim that
        is told as the rival of another is not told again."""
        grouped: dict[str, list[Claim]] = {}
        for claim in claims:
            grouped.setdefault(self._section(claim, focus), []).append(claim)
        shown: set[int] = set()
        sections = [
            ClaimSection(key, self._heading(key, focus), self.items(grouped[key], focus, shown))
            for key in dict.fromkeys([*(key for key, _ in _SECTIONS), *grouped])
            if key in grouped
        ]
        return [section for section in sections if section.items]

    def _section(self, claim: Claim, focus: int) -> str:
        if claim.kind == "conferral":
            ends = self.site.topics.ends(claim.node, "subject", "object", "place")
            if focus in self.site.topics.ends(claim.node, "agent") and focus not in ends:
                return "accepted"
        return next((key for key, kinds in _SECTIONS if claim.kind in kinds), claim.kind)

    def _heading(self, key: str, focus: int) -> str:
        if not self.words.has(f"section_{key}"):  # a kind of the project
            return self.linker.labels.capital(self.words(f"kinds_{key}"))
        special = f"section_{key}_{self.site.kinds.get(focus, '')}"
        return self.words(special if self.words.has(special) else f"section_{key}")

    def items(
        self, claims: Sequence[Claim], focus: int, shown: set[int] | None = None
    ) -> list[Item]:
        """Return an item for each group of claims that say the same, with the claims that
        contradict it. Claims in `shown` are left out; those shown beside another are added to
        it."""
        shown = set() if shown is None else shown
        groups = together(claims)
        items: list[Item] = []
        for group in sorted(
            groups, key=lambda group: (group[0].doubted, group[0].earliest or "9999")
        ):
            if group[0].node in shown:
                continue
            rivals = [r for claim in group for r in rivals_at_odds(claim, self.site.claims)]
            shown.update(rival.node for rival in rivals)
            items.append(self._item(group, focus, self._beside(rivals, group, focus)))
        return sorted(items, key=lambda item: (item.rank, item.earliest or "9999", item.anchor))

    def _beside(self, rivals: list[Claim], group: list[Claim], focus: int) -> list[Item]:
        """List the rivals, those that say the same as one; whom they are about matters here."""
        ours = {claim.node for claim in group}
        fresh = [rival for rival in dict.fromkeys(rivals) if rival.node not in ours]
        return [self._item(side, self._common_focus(focus), []) for side in together(fresh)]

    def _item(self, group: list[Claim], focus: int, rivals: list[Item]) -> Item:
        first = group[0]
        title, details = self.lines.tell_title(
            group, self._common_focus(focus) if rivals else focus
        )
        because = self.words("preferred_because")  # which is no judgement on what is true
        preference = [(because, self.linker.parts(first.preferred))] if first.preferred else []
        return Item(
            anchor=f"fact-{first.node}",
            when=short_date(first.date) or self.site.topics.year(first.node),
            title=title,
            badges=self._badges(group),
            details=[*self._date_details(first), *details, *preference],
            versions=[self.version(claim, first) for claim in group],
            rivals=rivals,
            earliest=first.earliest,
            doubt=-1
            if first.preferred
            else STATUSES[::-1].index(first.status)
            if first.doubted
            else 0,
            rank=self._rank(first, focus),
            href=self.linker.href_of(first.node),
        )

    def _rank(self, claim: Claim, focus: int) -> int:
        """Within one edition laureates come first; everything else goes by time."""
        return (
            outcome_rank(self.site.topics, claim.node)
            if self.site.kinds.get(focus) == "edition"
            else 0
        )

    def _common_focus(self, focus: int) -> int:
        """Return what all sides of a dispute have in common, such as an edition, which need not be
        said; whom they are about must be."""
        return (
            focus if self.site.kinds.get(focus) in ("edition", "award", "country", "place") else -1
        )

    def _date_details(self, claim: Claim) -> Details:
        """When it was, of several dates each with who says it; and when that was said."""
        language, dates = self.linker.language, self.rdf.told_in(claim.node, HRD.date)
        texts = [date_words(claim.date, language)] * bool(dates)
        if len(dates) > 1:
            dates.sort(key=lambda pair: pair[0].text != claim.date)  # the one that is shown first
            named = ((value, ", ".join(self.source(g).text for g in gs)) for value, gs in dates)
            texts = [f"{date_words(value.text, language)} ({names})" for value, names in named]
        attested = [date_words(claim.attested, language)] * bool(claim.attested)
        return [
            (self.words(key), [TextRun(text) for text in each])
            for key, each in (("date", texts), ("attested_label", attested))
            if each
        ]

    def _badges(self, group: list[Claim]) -> list[tuple[str, str]]:
        badges: list[tuple[str, str]] = []
        status = group[0].status
        if status in ("contested", "refuted"):
            badges.append((self.words(f"status_{status}"), status))
        publishers = max(claim.publishers for claim in group)
        if status == "verified" and publishers > 1:
            badges.append((self.words("verified_by", n=publishers), "verified"))
        kind = self.site.topics.properties.kinds.get(group[0].kind)
        for item in kind.attributes if kind else ():
            if item.predicate and item.type == "yes-no":
                values = self.rdf.values(group[0].node, item.predicate)
                if any(value.text in ("true", "1") for value in values):
                    badges.append((self.words.label(item), "soft"))
        return badges

    def version(self, claim: Claim, first: Claim) -> Version:
        """Return what one claim says by itself, and on whose word."""
        differs = claim is not first and claim.date and claim.date != first.date
        return Version(
            href=self.linker.href_of(claim.node),
            anchor=self._anchor(claim),
            date=date_words(claim.date, self.linker.language) if differs else "",
            cited=self.all_cited(claim.citations, claim),
            sources=[self.source(node) for node in claim.sources],
        )

    def _anchor(self, claim: Claim) -> str:
        """Return the place of a claim on the page, once."""
        anchor = anchor_of(self.site.key_of(claim.node))
        fresh = anchor if anchor not in self._anchors else ""
        self._anchors.add(anchor)
        return fresh

    def source(self, graph: int) -> TextRun:
        """Return the data set that a claim came with, linked to its page."""
        key = self.rdf.iri(graph).removeprefix(self.site.graph.project.graph_base)
        href = (
            self.linker.links.page(self.linker.language, f"sources/{key}")
            if key in self.site.sources
            else ""
        )
        return TextRun(key, href)

    def all_cited(
        self, citations: Iterable[PageCitation], claim: Claim | None = None
    ) -> list[SourceView]:
        """List the documents that are cited, each once with all cited in it."""
        by_document: dict[CitedDocument, list[PageCitation]] = {}
        for citation in citations:
            by_document.setdefault(citation.document, []).append(citation)
        return [
            self._view_document(document, cited, claim) for document, cited in by_document.items()
        ]

    def _reliability(self, document: CitedDocument, claim: Claim | None) -> TextRun | None:
        """Return how far a document can be relied on for a claim: that it is by whoever gave an
        award says something of claims about that award only."""
        rdf, place = self.rdf, document.reliability
        what = rdf.iri(place).removeprefix(HRDV["reliability/"].value) if place >= 0 else "unknown"
        if what == "unknown":  # which says nothing
            return None
        if what == "awarding-body":
            awards = self.site.topics.awards(claim.node) if claim else []
            givers = [body for award in awards for body in rdf.objects(award, HRD.conferredBy)]
            names = {value.text for body in givers for value in rdf.values(body, *_NAMES)}
            if document.publisher not in names:
                return None
        return self.linker.name_part(self.linker.labels.of(place))

    def _view_document(
        self, document: CitedDocument, citations: list[PageCitation], claim: Claim | None
    ) -> SourceView:
        cited = [c for c in citations if c.start is not None]
        places = [self.words("from_to", start=f"{c.start}", end=f"{c.end}") for c in cited]
        place = self.words("characters", places=self.words.join_list(places)) if places else ""
        tongue = document.title_language or document.language
        links, path = self.linker.links, f"documents/{self.site.document_key(document)}"
        return SourceView(
            publisher=document.publisher or document.host,
            title=self.linker.name_part(name(document.title, tongue)) if document.title else None,
            address=document.href,
            host=document.host,
            page="" if path in links.homes else links.page(self.linker.language, path),
            place=place,
            about=self._reliability(document, claim),
            found=bool(citations) and all(citation.found for citation in citations),
            quotes=list(dict.fromkeys(citation.words for citation in citations if citation.words)),
        )
