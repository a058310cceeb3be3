"""Claims into what a reader is told, in one language: a line, its details, its sources, and what
speaks against it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from hrdgraph.vocab import HRD
from hrdgraph.web.pages.claims.citations import CitedDocument, PageCitation
from hrdgraph.web.pages.claims.claim_lines import ClaimWording, Details
from hrdgraph.web.pages.claims.claim_nodes import (
    STATUSES,
    Claim,
    outcome_rank,
    rivals_at_odds,
    together,
)
from hrdgraph.web.pages.wording.dates import date_words, short_date
from hrdgraph.web.pages.wording.labels import Linker, TextRun
from hrdgraph.web.pages.wording.naming import name


@dataclass(frozen=True)
class SourceView:
    """A source as it is shown. `place` says where in it, `about` what sort of source it is,
    `page` what else was read there."""

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
    """The place of a claim on the pages that tell it."""
    return f"claim-{sha256(key.encode()).hexdigest()[:10]}"


@dataclass(frozen=True)
class Version:
    """One claim among those that say the same: its own date and remarks, and its sources. Its
    anchor is empty where the page has it already."""

    href: str
    anchor: str
    date: str
    notes: list[TextRun]
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
    ("awards", ("conferral",)),
    ("accepted", ()),
    ("occasions", ("announcement", "ceremony")),
    ("foundings", ("founding",)),
    ("roles", ("role",)),
    ("events", ("event",)),
    ("said", ("quotation",)),
    ("involvements", ("involvement",)),
    ("proceedings", ("proceeding",)),
    ("interventions", ("intervention",)),
    ("fates", ("fate",)),
    ("pictures", ("media",)),
    ("situations", ("situation",)),
    ("attributes", ("attribute",)),
    ("more", ("claim", "act")),
)


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
        return next(key for key, kinds in _SECTIONS if claim.kind in kinds)

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
        """The rivals, those that say the same as one; whom they are about matters here."""
        ours = {claim.node for claim in group}
        fresh = [rival for rival in dict.fromkeys(rivals) if rival.node not in ours]
        return [self._item(side, self._shared(focus), []) for side in together(fresh)]

    def _item(self, group: list[Claim], focus: int, rivals: list[Item]) -> Item:
        first = group[0]
        title, details = self.lines.titled(group, self._shared(focus) if rivals else focus)
        return Item(
            anchor=f"fact-{first.node}",
            when=short_date(first.date) or self._year(first) or short_date(first.attested),
            title=title,
            badges=self._badges(group),
            details=[*self._dated(first), *details, *self._preference(first)],
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

    def _shared(self, focus: int) -> int:
        """What all sides of a dispute have in common, such as an edition, need not be said; whom
        they are about must be."""
        return (
            focus if self.site.kinds.get(focus) in ("edition", "award", "country", "place") else -1
        )

    def _year(self, claim: Claim) -> str:
        edition = self.said.first(claim.node, HRD.edition)
        return self.said.text(edition, HRD.editionYear) if edition >= 0 else ""

    def _dated(self, claim: Claim) -> Details:
        language = self.linker.language
        dated = [("date", claim.date), ("attested_label", claim.attested)]
        return [
            (self.words(key), [TextRun(date_words(text, language))]) for key, text in dated if text
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
        """What one claim says by itself, and on whose word."""
        differs = claim is not first and claim.date and claim.date != first.date
        return Version(
            href=self.linker.href_of(claim.node),
            anchor=self._anchor(claim),
            date=date_words(claim.date, self.linker.language) if differs else "",
            notes=[self.linker.named(note) for note in claim.notes],
            cited=self.all_cited(claim.citations),
            sources=[self.source(node) for node in claim.sources],
        )

    def _anchor(self, claim: Claim) -> str:
        """The place of a claim on the page, once."""
        anchor = anchor_of(self.site.key_of(claim.node))
        fresh = anchor if anchor not in self._anchors else ""
        self._anchors.add(anchor)
        return fresh

    def source(self, graph: int) -> TextRun:
        """The data set that a claim came with, linked to its page."""
        key = self.said.iri(graph).removeprefix(self.site.graph.project.graph_base)
        href = (
            self.linker.links.page(self.linker.language, f"sources/{key}")
            if key in self.site.sources
            else ""
        )
        return TextRun(key, href)

    def all_cited(self, citations: Iterable[PageCitation]) -> list[SourceView]:
        """The documents that are cited, each once with all places in it."""
        by_document: dict[CitedDocument, list[PageCitation]] = {}
        for citation in citations:
            by_document.setdefault(citation.document, []).append(citation)
        return [self._cited(document, found) for document, found in by_document.items()]

    def _cited(self, document: CitedDocument, citations: list[PageCitation]) -> SourceView:
        cited = [c for c in citations if c.start is not None]
        places = [self.words("from_to", start=f"{c.start}", end=f"{c.end}") for c in cited]
        place = self.words("characters", places=self.words.listed(places)) if places else ""
        tongue, path = (
            document.title_language or document.language,
            self.site.document_key(document),
        )
        reliable = document.reliability
        return SourceView(
            publisher=document.publisher or document.host,
            title=self.linker.named(name(document.title, tongue)) if document.title else None,
            address=document.href,
            host=document.host,
            page=self.linker.links.page(self.linker.language, f"documents/{path}"),
            place=place,
            about=self.linker.labels.of(reliable).text if reliable >= 0 else "",
            found=bool(citations) and all(citation.found for citation in citations),
            quotes=list(dict.fromkeys(citation.words for citation in citations if citation.words)),
        )
