"""Read claim nodes as frozen claims: what sort, about what, when, how sure, on whose word, and
what speaks against them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Final

from hrdgraph.evidence.dates import bounds
from hrdgraph.exports.network import find_status
from hrdgraph.fact_kinds import Column, Kind, claim_kinds
from hrdgraph.rdf import IRI
from hrdgraph.vocab import DCTERMS, HRD, HRDV, OA, PROV
from hrdgraph.web.memo import once
from hrdgraph.web.pages.graph_view import OTHER_CLAIM, GraphView


@dataclass(frozen=True)
class CitedDocument:
    """A page or data set that was read. `reliability` is the position of a concept, or -1."""

    node: int
    address: str
    title: str
    title_language: str
    publisher: str
    language: str
    licence: str
    reliability: int
    sha256: str
    retrieved: str

    def __hash__(self) -> int:  # it is a key many times over
        return self.node

    @property
    def href(self) -> str:
        """Return the address as a link if it is one of the web; any other scheme could do harm."""
        return self.address if self.address.startswith(("https://", "http://")) else ""

    @property
    def host(self) -> str:
        """Return the host of the address without www., or the address itself."""
        return (
            self.address.partition("://")[2].partition("/")[0].removeprefix("www.") or self.address
        )


@dataclass(frozen=True)
class PageCitation:
    """A cited place: without `start` the whole document. `end` is after the last character.
    `words` are there only where the licence of the source lets the project publish them; `found`
    says that the build saw them in the text that was read.
    """

    document: CitedDocument
    start: int | None = None
    end: int | None = None
    digest: str = ""
    words: str = ""
    found: bool = False


def document_of(rdf: GraphView, node: int) -> CitedDocument:
    """Read what the graph says of a source document."""
    titles = rdf.values(node, DCTERMS.title)
    licences = rdf.objects(node, DCTERMS.license)
    return CitedDocument(
        node=node, address=rdf.iri(node), title=titles[0].text if titles else "",
        title_language=titles[0].language if titles else "",
        publisher=rdf.text(node, DCTERMS.publisher), language=rdf.text(node, DCTERMS.language),
        licence=rdf.value(licences[0]).text if licences else "",
        reliability=rdf.first(node, HRD.sourceReliability), sha256=rdf.text(node, HRD.sha256),
        retrieved=rdf.text(node, HRD.retrievedAt),
    )  # fmt: skip


def citations_of(
    rdf: GraphView, claim: int, document: Callable[[int], CitedDocument]
) -> tuple[PageCitation, ...]:
    """List the cited places of a node, in the order of documents and positions. `document` returns
    a document by its node."""
    citations = set()
    for evidence in rdf.objects(claim, HRD.evidence):
        digest = rdf.text(evidence, HRD.quoteDigest)
        for node in rdf.objects(evidence, OA.hasSource):
            citations.update(_places(rdf, evidence, document(node), digest))
    return tuple(
        sorted(
            citations,
            key=lambda item: (
                item.document.publisher,
                item.document.address,
                item.start or 0,
                item.end or 0,
            ),
        )
    )


def _places(
    rdf: GraphView, evidence: int, document: CitedDocument, digest: str
) -> list[PageCitation]:
    selectors = rdf.objects(evidence, OA.hasSelector)
    words = next((text for node in selectors if (text := rdf.text(node, OA.exact))), "")
    is_verified = rdf.at(HRDV["evidence-status/verified"]) in rdf.objects(
        evidence, HRD.evidenceStatus
    )
    places = [(rdf.text(node, OA.start), rdf.text(node, OA.end)) for node in selectors]
    known = [
        PageCitation(document, int(start), int(end), digest, words, is_verified)
        for start, end in places
        if start.isdigit() and end.isdigit()
    ]
    return known or [PageCitation(document, digest=digest, words=words, found=is_verified)]


def inputs_of(rdf: GraphView, graph: int) -> list[str]:
    """Return the names of the files that a named graph was made from."""
    titles = (rdf.text(node, DCTERMS.title) for node in rdf.objects(graph, PROV.wasDerivedFrom))
    return sorted(filter(None, titles))


DOUBTED: Final = ("refuted", "contested")


@dataclass(frozen=True)
class Claim:
    """A claim. `core` is equal in claims that say the same; `status` is one of STATUSES;
    `sources` are named graphs, `preferred` the reasons (concepts) why it is shown before its
    rivals, if it is."""

    node: int
    kind: str
    core: tuple[object, ...]
    about: frozenset[int]
    date: str
    attested: str
    earliest: str
    status: str
    publishers: int
    citations: tuple[PageCitation, ...]
    rivals: tuple[int, ...]
    sources: tuple[int, ...]
    preferred: tuple[int, ...] = ()

    @property
    def doubted(self) -> bool:
        """Tell whether it is contested or refuted."""
        return self.status in DOUBTED

    @property
    def precision(self) -> int:
        """Return how precise the date is: a day more than a month, a month more than a year."""
        return len(self.date)


_TAKES_PART: Final = ("subject", "agent", "object", "witness", "place")


class ClaimProperties:
    """What the properties of claims do, by what pages call their kinds."""

    def __init__(self, kinds: Mapping[str, Kind]) -> None:
        self.kinds = page_kinds(kinds)
        every = [kind for kind in kinds.values() if kind.is_claim]
        predicates = dict.fromkeys(iri for kind in every for iri in kind.properties(*_TAKES_PART))
        self._about = {name: kind.properties(*_TAKES_PART) for name, kind in self.kinds.items()}
        self._about[OTHER_CLAIM] = tuple(predicates)
        parts = {iri for kind in every for iri in kind.properties("part")}
        subjects = self.kinds["act"].properties("subject")
        items = (item for kind in self.kinds.values() for item in kind.attributes)
        awards = (item.predicate for item in items if item.predicate and item.of == ("award",))
        self.editions = tuple(dict.fromkeys(awards))  # the properties that lead to them
        # the subjects of the claims that it has or is about, the award of an edition
        self.through = [(part, subject) for part in sorted(parts, key=str) for subject in subjects]
        self.through += [(edition, HRD.editionOf) for edition in self.editions]

    @once
    def fields(self) -> Mapping[str, tuple[IRI, ...]]:
        """Return what claims say beside their dates, by what the JSON API calls it: a property of
        the project's own may be called like another."""
        predicates_of: dict[str, dict[IRI, None]] = {}
        for item in (item for kind in self.kinds.values() for item in kind.attributes):
            if item.predicate and item.predicate != HRD.date:
                predicates_of.setdefault(item.field, {})[item.predicate] = None
        return {name: tuple(predicates) for name, predicates in predicates_of.items()}

    @once
    def stated(self) -> Mapping[str, list[tuple[str, Column]]]:
        """Return what claims of each kind say, each with its property: not when it was and when it
        was said, which pages tell with who says it, and what is but true or not."""
        apart = (HRD.date, HRD.attestedAt)
        return {
            name: [
                (item.predicate.value, item)
                for item in kind.attributes
                if item.predicate and item.predicate not in apart and item.type != "yes-no"
            ]
            for name, kind in self.kinds.items()
        }

    @once
    def allegations(self) -> list[tuple[str, IRI]]:
        """Return the kinds of claims that say of others who did it, and by which property."""
        bare = [each for each in self.kinds.items() if not each[1].properties("subject")]
        kinds = (each for each in bare if each[1].properties("agent", "kind"))
        return [(name, way) for name, kind in kinds for way in kind.properties("part")]

    def about(self, kind: str) -> tuple[IRI, ...]:
        """Whom or what claims of a kind are about: they are told on the page of each of these."""
        return self._about.get(kind, ())

    @cache  # noqa: B019 -- there is one of them for each site
    def with_roles(self, kind: str, *roles: str) -> tuple[IRI, ...]:
        """Return the properties of a kind that have one of some roles."""
        declared = self.kinds.get(kind)
        return declared.properties(*roles) if declared else ()

    @cache  # noqa: B019 -- likewise
    def core(self, kind: str) -> list[tuple[IRI, ...]]:
        """Return what must agree for two claims to say the same; the rest (date, motive, note) may
        be told more or less fully."""
        declared = self.kinds.get(kind)
        return [
            (item.predicate,)
            for item in (declared.attributes if declared else ())
            if item.predicate
            and item.identifies == "true"
            and item.type != "yes-no"
            and item.role != "place"
            and not item.node
        ]


def page_kinds(kinds: Mapping[str, Kind]) -> dict[str, Kind]:
    """Return the kinds of claims by page names; announcements and ceremonies share one."""
    page_names = claim_kinds(kinds)
    if event := page_names.pop("award-event", None):
        page_names["announcement"] = event
        page_names["ceremony"] = replace(event, class_iri=HRD.CeremonyEvent)
    return page_names


@dataclass(frozen=True, eq=False)
class ClaimTopics:
    """What claims are about, and so which of them the page of each thing tells. `order` is the
    place of each node among the things of the site."""

    rdf: GraphView
    kinds: Mapping[int, str]
    order: Mapping[int, int]
    properties: ClaimProperties

    def is_claim(self, node: int) -> bool:
        """Tell whether a node is a claim."""
        kind = self.kinds.get(node)
        return kind == OTHER_CLAIM or (kind in self.properties.kinds)

    @once
    def of(self) -> Callable[[int], list[int]]:
        """Return what lists the claims of a page: the same page is made in each language."""
        return lru_cache(maxsize=5_000)(self._find_claims)

    def _find_claims(self, node: int) -> list[int]:
        """List the claims of a page, in the order of the site. Acts are told by their events,
        which have their victims too."""
        incoming, kinds, ways = self.rdf.incoming, self.kinds, self._ways
        claims = {s for p, s in incoming.get(node) if kinds.get(s) in ways.get(p, ())}
        through = (
            (middle, first)
            for first, second in self._through
            for middle in incoming.along(node, second)
        )
        claims |= {
            s
            for middle, first in through
            for s in incoming.along(middle, first)
            if self.is_claim(s)
        }
        return sorted(
            (claim for claim in claims if kinds[claim] != "act"), key=self.order.__getitem__
        )

    def about(self, claim: int) -> frozenset[int]:
        """Return the things that a claim is about, an act about its event; a place or a person in
        words is none."""
        outgoing, kind, ways = self.rdf.outgoing, self.kinds[claim], self._ways
        things = [o for p, o in outgoing.get(claim) if kind in ways.get(p, ())]
        for first, second in self._through:
            for middle in outgoing.along(claim, first):
                things += outgoing.along(middle, second)
        return frozenset(self.rdf.subjects(HRD.act, claim) or filter(self.rdf.is_node, things))

    def ends(self, claim: int, *roles: str) -> list[int]:
        """Return what has one of some roles in a claim."""
        return self.rdf.objects(claim, *self.properties.with_roles(self.kinds[claim], *roles))

    def editions(self, claim: int) -> list[int]:
        """Return the editions that a claim is about."""
        return self.rdf.objects(claim, *self.properties.editions)

    def awards(self, claim: int) -> list[int]:
        """Return the awards whose editions a claim is about."""
        return [o for each in self.editions(claim) for o in self.rdf.objects(each, HRD.editionOf)]

    def year(self, claim: int) -> str:
        """Return the year of the edition that a claim is about, or ""."""
        years = (self.rdf.text(each, HRD.editionYear) for each in self.editions(claim))
        return next(filter(None, years), "")

    @once
    def _through(self) -> list[tuple[int, int]]:
        through = self.properties.through
        return [(self.rdf.at(first), self.rdf.at(second)) for first, second in through]

    @once
    def _ways(self) -> Mapping[int, frozenset[str]]:
        """Return the predicates by which claims are about something, with the kinds of claims that
        are so."""
        ways: dict[int, set[str]] = {}
        for kind in (*self.properties.kinds, OTHER_CLAIM):
            for predicate in self.properties.about(kind):
                ways.setdefault(self.rdf.at(predicate), set()).add(kind)
        return {place: frozenset(kinds) for place, kinds in ways.items() if place >= 0}


def claim_of(
    topics: ClaimTopics, node: int, citations: Callable[[int], tuple[PageCitation, ...]],
    hidden: frozenset[int],
) -> Claim:  # fmt: skip
    """Read the claim of a node. `citations` returns the cited places of a node; `hidden` are the
    graphs that are no source: what is derived."""
    rdf, kind, ways = topics.rdf, topics.kinds[node], (HRD.alternativeTo, HRD.preferredTo)
    against = (rival for way in ways for rival in rdf.subjects(way, node))
    rivals = {*rdf.objects(node, *ways), *against} - {node}
    is_preferred = bool(rdf.objects(node, HRD.preferredTo))
    return Claim(
        node=node, kind=kind, core=core_of(topics, node, kind), about=topics.about(node),
        date=date_of(topics, node), attested=rdf.text(node, HRD.attestedAt),
        earliest=earliest(topics, node), status=status(rdf, node), publishers=publishers(rdf, node),
        citations=citations(node),
        rivals=tuple(sorted(rivals)), sources=tuple(sorted(rdf.sources(node) - hidden)),
        preferred=tuple(rdf.objects(node, HRD.preferredBecause)) if is_preferred else (),
    )  # fmt: skip


def core_of(topics: ClaimTopics, node: int, kind: str) -> tuple[object, ...]:
    """What is equal in claims that say the same."""
    core = topics.properties.core(kind)
    parts = tuple(tuple(topics.rdf.objects(node, *predicates)) for predicates in core)
    # a founding without a founder says less than one with, so it is not the same
    return (kind, *parts) if parts and all(parts) else (kind, node)


def publishers(rdf: GraphView, node: int) -> int:
    """Return how many publishers say it, as the build has counted them."""
    count = rdf.text(node, HRD.independentPublishers)
    return int(count) if count.isdigit() else 0


def date_of(topics: ClaimTopics, node: int) -> str:
    """Return when a claim was: its date, else the first of its own times that it says."""
    times = (HRD.date, *topics.properties.with_roles(topics.kinds[node], "time"))
    dates = (topics.rdf.closest(node, time) for time in times if time != HRD.attestedAt)
    return next(filter(None, dates), "")


def earliest(topics: ClaimTopics, node: int) -> str:
    """Return what to sort by: the first day that the date may mean; of an award without one, the
    year of its edition."""
    rdf, date = topics.rdf, date_of(topics, node)
    days = (value.text for value in rdf.values(node, HRD.earliest))
    first = None if rdf.objects(node, HRD.date) else bounds(date)
    own = str(first.earliest) if first and first.earliest else date
    return max(days, default="") or own or topics.year(node) or rdf.text(node, HRD.attestedEarliest)


def is_year_disputed(topics: ClaimTopics, node: int) -> bool:
    """Tell whether the sources disagree about the year of a claim, not only about the day."""
    rdf = topics.rdf
    if rdf.at(HRD.date) not in rdf.objects(node, HRD.disputed):
        return False
    rivals = (*rdf.objects(node, HRD.alternativeTo), *rdf.subjects(HRD.alternativeTo, node))
    dates = (value.text for each in (node, *rivals) for value in rdf.values(each, HRD.date))
    return len({text[:4] for text in dates}) > 1


def status(rdf: GraphView, node: int) -> str:
    """Return the first of STATUSES that a claim has, or ""."""
    ways = (HRD.claimStatus, HRD.disputed)
    return find_status(*([rdf.iri(o) for o in rdf.objects(node, way)] for way in ways))


def rivals_at_odds(claim: Claim, claims: Mapping[int, Claim]) -> list[Claim]:
    """List the claims that cannot be true together with this one."""
    return [claims[node] for node in claim.rivals if node in claims]


def together(claims: Iterable[Claim]) -> list[list[Claim]]:
    """Claims that say the same, each group with the one first that is surest and most precise;
    groups in order of time.

    Claims that are alternatives to each other stay apart, though their core agrees.
    """
    groups: dict[tuple[object, ...], list[list[Claim]]] = {}
    for claim in claims:
        fitting = groups.setdefault(claim.core, [])
        for group in fitting:
            if (
                not any(other.node in claim.rivals for other in group)
                and group[0].doubted == claim.doubted
            ):
                group.append(claim)
                break
        else:
            fitting.append([claim])
    ordered = [sorted(group, key=_surest) for group_list in groups.values() for group in group_list]
    return sorted(
        ordered, key=lambda group: (group[0].earliest or "9999", group[0].doubted, group[0].node)
    )


def _surest(claim: Claim) -> tuple[bool, int, int, int]:
    order = {"verified": 0, "asserted": 1, "": 1, "contested": 2, "refuted": 3}
    return not claim.preferred, order[claim.status], -claim.precision, claim.node
