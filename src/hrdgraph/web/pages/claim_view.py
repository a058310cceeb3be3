"""Tell claims to a reader in one language: a line, its details, its sources, and what speaks
against it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from hrdgraph.rdf import IRI
from hrdgraph.vocab import HRD, HRDV, ORG, RDF, SCHEMA, SKOS
from hrdgraph.web.pages.claim_nodes import (
    STATUSES,
    CitedDocument,
    Claim,
    PageCitation,
    outcome_rank,
    rivals_at_odds,
    status,
    together,
)
from hrdgraph.web.pages.labels import Linker, TextRun, date_words, short_date
from hrdgraph.web.pages.naming import name

Details = list[tuple[str, list[TextRun]]]


class ClaimWording:
    """Words each kind of claim. `focus` is the thing on whose page it is told: its own name is
    not said again; -1 for none."""

    def __init__(self, linker: Linker) -> None:
        self.linker = linker
        self.said = linker.site.said
        self.words = linker.words

    def all(self, group: Iterable[Claim], *predicates: IRI) -> list[int]:
        """List what any of some claims says, each once."""
        return list(
            dict.fromkeys(o for claim in group for o in self.said.objects(claim.node, *predicates))
        )

    def tell_title(self, group: list[Claim], focus: int) -> tuple[list[TextRun], Details]:
        """Return the line of a fact, and its details."""
        tell = getattr(self, f"_tell_{group[0].kind}", self._tell_declared)
        title, details = tell(group, focus)
        return title or [TextRun(self.linker.labels.kind_words(group[0].kind))], [
            pair for pair in details if pair[1]
        ]

    def _detail(
        self, key: str, group: list[Claim], *predicates: IRI, without: int = -1
    ) -> tuple[str, list[TextRun]]:
        nodes = [node for node in self.all(group, *predicates) if node != without]
        return self.words(key, n=len(nodes)), self.texts(nodes)

    def texts(self, nodes: Iterable[int]) -> list[TextRun]:
        """Nodes as links; of texts in several languages that say the same thing, those in the
        page's, or all."""
        nodes = list(nodes)
        values = [self.said.value(node) for node in nodes if not self.said.is_node(node)]
        own = [value for value in values if value.language == self.linker.language]
        return [
            *self.linker.parts(node for node in nodes if self.said.is_node(node)),
            *map(self.linker.value, own or values),
        ]

    def _tell_conferral(self, group: list[Claim], focus: int) -> tuple[list[TextRun], Details]:
        editions, recipients = self.all(group, HRD.edition), self.all(group, HRD.recipient)
        is_award = focus in editions or any(
            focus in self.said.objects(edition, HRD.editionOf) for edition in editions
        )
        title = self.linker.parts(recipients if is_award else editions)
        about = [("award", HRD.edition)] if is_award and focus not in editions else []
        about += [("recipient", HRD.recipient)] if not is_award and focus not in recipients else []
        return title, [
            *(self._detail(key, group, predicate) for key, predicate in about),
            self._detail("motivation", group, HRD.motivation),
            self._detail("share", group, HRD.share),
            self._detail("accepted_by", group, HRD.acceptedBy, HRD.acceptedByText, without=focus),
            self._detail("presented_by", group, HRD.presentedBy, without=focus),
            self._detail("country", group, HRD.recipientCountry, without=focus),
        ]

    def _tell_occasion(self, group: list[Claim], focus: int) -> tuple[list[TextRun], Details]:
        editions = [node for node in self.all(group, HRD.eventOf) if node != focus]
        planned = all(self.said.text(claim.node, HRD.planned) == "true" for claim in group)
        cities = [self.linker.labels.of(city).text for city in self.all(group, HRD.city)]
        key, places = self._detail("place", group, HRD.place, HRD.city, HRD.country, without=focus)
        return [TextRun(self.words(f"kind_{group[0].kind}")), *self.linker.parts(editions)], [
            (self.words("planned"), [TextRun(self.words("planned_told"))] if planned else []),
            self._detail("announced", group, HRD.announced),
            (key, [part for part in places if part.href or part.text not in cities]),
        ]

    _tell_announcement = _tell_ceremony = _tell_occasion

    def _tell_role(self, group: list[Claim], focus: int) -> tuple[list[TextRun], Details]:
        roles = self.linker.parts(self.all(group, ORG.role)) or self.texts(
            self.all(group, HRD.roleText)
        )
        said_as = self.texts(self.all(group, HRD.roleText))
        named = {part.text.lower() for part in roles}
        people, bodies = self.all(group, ORG.member), self.all(group, ORG.organization)
        shown = [node for node in (*people, *bodies) if node != focus]
        roles = [
            TextRun(self.linker.labels.capital(part.text), "", part.lang, part.dir)
            for part in roles
        ]
        title = (
            [*self.linker.parts(shown), *roles]
            if focus in bodies
            else [*roles, *self.linker.parts(shown)]
        )
        return title, [
            (self.words("said_as"), [part for part in said_as if part.text.lower() not in named]),
            self._detail("country", group, HRD.subdivision, without=focus),
        ]

    def _tell_event(self, group: list[Claim], focus: int) -> tuple[list[TextRun], Details]:
        acts = self.all(group, HRD.act)
        types = list(dict.fromkeys(t for act in acts for t in self.said.objects(act, HRD.actType)))
        harmed = (v for act in acts for v in self.said.objects(act, HRD.victim, HRD.victimText))
        victims = [victim for victim in harmed if victim != focus]
        labels, node = self.linker.labels, group[0].node
        what = labels.capital(self.words.join_list([labels.of(t).text for t in types]))
        title = [TextRun(what, self.linker.href_of(node)) if what else self.linker.part(node)]
        return title, [
            (self.words("victims", n=len(victims)), self.texts(dict.fromkeys(victims))),
            self._detail("place", group, HRD.place, HRD.subdivision, HRD.country, without=focus),
            self._detail("before", group, HRD.precedes, without=focus),
            (self.words("victim_count"), self._count_victims(acts)),
            (self.words("alleged"), self._tell_alleged(acts)),
            self._detail("part_of", group, HRD.partOfEvent, without=focus),
            self._detail("follows", group, HRD.follows, HRD.resultOf, without=focus),
        ]

    def _count_victims(self, acts: list[int]) -> list[TextRun]:
        """Return the numbers of victims: as counted, else from the lower to the upper end of an
        estimate."""
        counts = [self.said.text(act, HRD.victimsKnown) for act in acts]
        ends = [
            [self.said.text(act, HRD.victimsAtLeast), self.said.text(act, HRD.victimsAtMost)]
            for act in acts
        ]
        texts = [
            count or "–".join(filter(None, end)) for count, end in zip(counts, ends, strict=True)
        ]
        return [TextRun(text) for text in dict.fromkeys(filter(None, texts))]

    def _tell_alleged(self, acts: list[int]) -> list[TextRun]:
        """Tell who is said to have done the acts, as far as no person has refuted it, and whether
        it is contested."""
        claims = dict.fromkeys(
            claim for act in acts for claim in self.said.subjects(HRD.involvedIn, act)
        )
        parts = [
            (status(self.said, claim), part)
            for claim in claims
            for part in self._perpetrators([claim])
        ]
        doubt = f" ({self.words('status_contested')})"
        told = [
            part._replace(text=part.text + (doubt if stand == "contested" else ""))
            for stand, part in parts
            if stand != "refuted"
        ]
        return list(dict.fromkeys(told))

    def _perpetrators(self, claims: Iterable[int]) -> list[TextRun]:
        nodes = [
            o
            for claim in claims
            for o in self.said.objects(claim, HRD.perpetrator, HRD.perpetratorText)
        ]
        return self.texts(
            nodes or [o for claim in claims for o in self.said.objects(claim, HRD.perpetratorKind)]
        )

    def _capitals(self, nodes: Iterable[int]) -> list[TextRun]:
        return [
            part._replace(text=self.linker.labels.capital(part.text))
            for part in self.linker.parts(nodes)
        ]

    def _tell_quotation(self, group: list[Claim], focus: int) -> tuple[list[TextRun], Details]:
        said, node = self.said, group[0].node
        testimony = HRD.Testimony in {IRI(said.iri(c)) for c in said.objects(node, RDF.type)}
        title = [TextRun(self.words("kind_testimony" if testimony else "kind_quotation"))]
        creators = [creator for creator in self.all(group, SCHEMA.creator) if creator != focus]
        tags = (value.text for value in said.values(node, SCHEMA.inLanguage))
        spoken = ", ".join(self.words.language_name(tag) for tag in tags)
        if spoken and said.text(node, HRD.translated) == "true":
            spoken += f" ({self.words('translated')})"
        told = [TextRun(spoken)] if spoken else []
        return [*title, *self.linker.parts(creators)], [
            self._detail("about", group, SCHEMA.about, without=focus),
            (self.words("in_language"), told),
        ]

    def _tell_attribute(self, group: list[Claim], focus: int) -> tuple[list[TextRun], Details]:
        subjects = [node for node in self.all(group, RDF.subject) if node != focus]
        predicate = [self._predicate(p) for p in self.all(group, RDF.predicate)]
        return [
            *self.linker.parts(subjects), *predicate, *self.texts(self.all(group, RDF.object)),
        ], []  # fmt: skip

    def _predicate(self, node: int) -> TextRun:
        called = node == self.said.at(RDF.type)
        return TextRun(
            self.words("called")
            if called
            else self.linker.labels.capital(self.linker.labels.of(node).text)
        )

    def _tell_act(self, group: list[Claim], focus: int) -> tuple[list[TextRun], Details]:
        title = [
            TextRun(self.linker.labels.capital(part.text))
            for part in self.linker.parts(self.all(group, HRD.actType))
        ]
        victims = [node for node in self.all(group, HRD.victim, HRD.victimText) if node != focus]
        events = [event for claim in group for event in self.said.subjects(HRD.act, claim.node)]
        return title, [
            (self.words("victims", n=len(victims)), self.texts(victims)),
            (self.words("event"), self.linker.parts(events)),
        ]

    def _tell_declared(self, group: list[Claim], focus: int) -> tuple[list[TextRun], Details]:
        """Tell what its kind declares: its sort and whom it is of, then each other attribute."""
        kind = self.linker.site.told.properties.kinds.get(group[0].kind)
        if kind is None:
            return [self.linker.part(group[0].node)], []
        sort = self._capitals(self.all(group, *kind.properties("kind")))
        title = sort or [TextRun(self.linker.labels.kind_words(group[0].kind))]
        named = {
            role: [node for node in self.all(group, *kind.properties(role)) if node != focus]
            for role in ("subject", "agent")
        }
        head = next((role for role, nodes in named.items() if nodes), "subject")
        who = named[head]
        details: dict[str, list[int]] = {}
        for item in kind.attributes:
            if item.role not in ("kind", head) and item.predicate and item.predicate != HRD.date:
                # who is said in words stands with who is named
                named_too = kind.column(item.name.removesuffix("_text")) or item
                label = named_too.label(self.linker.language)
                found = (o for o in self.all(group, item.predicate) if o != focus)
                details.setdefault(label, []).extend(found)
        return [*title, *self.texts(who)], [
            (label, self.texts(nodes)) for label, nodes in details.items()
        ]


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
    about: str
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
        self.said = linker.site.said
        self.words = linker.words
        self.lines = ClaimWording(linker)
        self._anchors: set[str] = set()

    def sections(self, claims: Iterable[Claim], focus: int) -> list[ClaimSection]:
        """Claims grouped as a person would tell them, each group in order of time. A claim that
        is told as the rival of another is not told again."""
        grouped: dict[str, list[Claim]] = {}
        for claim in claims:
            grouped.setdefault(self._section(claim, focus), []).append(claim)
        told: set[int] = set()
        made = [
            ClaimSection(key, self._heading(key, focus), self.items(grouped[key], focus, told))
            for key, _ in _SECTIONS
            if key in grouped
        ]
        return [section for section in made if section.items]

    def _section(self, claim: Claim, focus: int) -> str:
        if (
            claim.kind == "conferral"
            and focus not in self._ends(claim)
            and focus in self.said.objects(claim.node, HRD.acceptedBy, HRD.presentedBy)
        ):
            return "accepted"
        return next((key for key, kinds in _SECTIONS if claim.kind in kinds), "more")

    def _ends(self, claim: Claim) -> list[int]:
        return self.said.objects(claim.node, HRD.recipient, HRD.edition, HRD.recipientCountry)

    def _heading(self, key: str, focus: int) -> str:
        special = f"section_{key}_{self.site.kinds.get(focus, '')}"
        return self.words(special if self.words.has(special) else f"section_{key}")

    def items(
        self, claims: Sequence[Claim], focus: int, told: set[int] | None = None
    ) -> list[Item]:
        """One item for each group of claims that say the same; what is at odds with it beside
        it. What is in `told` is left out, and what is told here beside another is added to it."""
        told = set() if told is None else told
        groups = together(claims)
        items: list[Item] = []
        for group in sorted(
            groups, key=lambda found: (found[0].doubted, found[0].earliest or "9999")
        ):
            if group[0].node in told:
                continue
            rivals = [r for claim in group for r in rivals_at_odds(claim, self.site.claims)]
            told.update(rival.node for rival in rivals)
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
        return Item(
            anchor=f"fact-{first.node}",
            when=short_date(first.date) or self._year(first),
            title=title,
            badges=self._badges(group),
            details=[*self._date_details(first), *details, *self._preference(first)],
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
        return outcome_rank(self.said, claim.node) if self.site.kinds.get(focus) == "edition" else 0

    def _common_focus(self, focus: int) -> int:
        """Return what all sides of a dispute have in common, such as an edition, which need not be
        said; whom they are about must be."""
        return (
            focus if self.site.kinds.get(focus) in ("edition", "award", "country", "place") else -1
        )

    def _year(self, claim: Claim) -> str:
        edition = self.said.first(claim.node, HRD.edition)
        return self.said.text(edition, HRD.editionYear) if edition >= 0 else ""

    def _date_details(self, claim: Claim) -> Details:
        """When it was, of several dates each with who says it; and when that was said."""
        language, told = self.linker.language, self.said.told_in(claim.node, HRD.date)
        dates = [
            (date_words(value.text, language), ", ".join(self.source(g).text for g in graphs))
            for value, graphs in told
        ]
        texts = [date_words(claim.date, language)] * bool(claim.date)
        if len(dates) > 1:
            texts = [f"{date} ({sources})" for date, sources in dates]
        attested = [date_words(claim.attested, language)] * bool(claim.attested)
        return [
            (self.words(key), [TextRun(text) for text in each])
            for key, each in (("date", texts), ("attested_label", attested))
            if each
        ]

    def _preference(self, claim: Claim) -> Details:
        """Why a claim is shown before its rivals: that is no judgement on which is true."""
        return (
            [(self.words("preferred_because"), self.linker.parts(claim.preferred))]
            if claim.preferred
            else []
        )

    def _badges(self, group: list[Claim]) -> list[tuple[str, str]]:
        outcomes = self.lines.all(group, HRD.outcome)
        found = [(self.linker.labels.of(node).text, "outcome") for node in outcomes]
        status = group[0].status
        if status in ("contested", "refuted"):
            found.append((self.words(f"status_{status}"), status))
        publishers = max(claim.publishers for claim in group)
        if status == "verified" and publishers > 1:
            found.append((self.words("verified_by", n=publishers), "verified"))
        if any(value.text in ("true", "1") for value in self.said.values(group[0].node, HRD.ended)):
            found.append((self.words("ended"), "soft"))
        return found

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
        key = self.said.iri(graph).removeprefix(self.site.graph.project.graph_base)
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

    def _reliability(self, document: CitedDocument, claim: Claim | None) -> str:
        """Return how far a document can be relied on for a claim: that it is by whoever gave an
        award says something of claims about that award only."""
        said, place = self.said, document.reliability
        if place < 0 or said.iri(place) != HRDV["reliability/awarding-body"].value:
            return self.linker.labels.of(place).text if place >= 0 else ""
        editions = said.objects(claim.node, HRD.edition, HRD.eventOf) if claim else []
        awards = [award for edition in editions for award in said.objects(edition, HRD.editionOf)]
        givers = [body for award in awards for body in said.objects(award, HRD.conferredBy)]
        names = {value.text for body in givers for value in said.values(body, *_NAMES)}
        return self.linker.labels.of(place).text if document.publisher in names else ""

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
