"""Show a thing and the claims about it: at a glance, told in parts, in time, among its neighbours,
as data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final, NamedTuple

from hrdgraph.vocab import HRD, RDF, SKOS
from hrdgraph.web.pages.claim_nodes import DOUBTED, status
from hrdgraph.web.pages.claim_view import ClaimSection, Item, anchor_of
from hrdgraph.web.pages.labels import TextRun, date_words
from hrdgraph.web.pages.links import PLAIN
from hrdgraph.web.pages.naming import DisplayName
from hrdgraph.web.pages.pictures import dots, neighbours_of
from hrdgraph.web.pages.site import LINKS, SAME_AS, Site, Thing, links_of
from hrdgraph.web.pages.view import Desk, View
from hrdgraph.web.pages.views.about import files_of
from hrdgraph.web.pages.views.awards import NAMED, join_names, of_kind, tell_given
from hrdgraph.web.pages.views.lists import turning

MOST_TOLD: Final = 400  # claims on one page
_MOST_OF_PLACE: Final = 100  # which the pages of people tell too


_KINDS: Final = ("person", "organisation")


def safe_summary(desk: Desk, thing: Thing) -> str:
    """Tell what was done to somebody, which awards were received, what was founded, which roles
    were held, or who received an award, as far as no claim stands against it."""
    if thing.kind == "award":
        return tell_given(desk, thing.node)
    if thing.kind not in _KINDS:
        return ""
    rdf = desk.site.rdf
    won = sorted(
        rdf.subjects(HRD.undisputedLaureate, thing.node),
        key=lambda edition: rdf.text(edition, HRD.editionYear),
    )
    founded = [
        o
        for claim in _claims_of(desk, "founding", "agent", thing.node)
        for o in desk.site.topics.ends(claim, "subject")
    ]
    words = desk.words
    texts = [
        (words("section_events"), words.join_list(_tell_suffered(desk, thing.node)[:NAMED])),
        (words("awards_column"), join_names(desk, list(dict.fromkeys(won)))),
        (words("section_foundings"), join_names(desk, list(dict.fromkeys(founded)))),
        (words("role", n=2), words.join_list(_roles(desk, thing.node)[:NAMED])),
    ]
    return " ".join(
        words("name_value", name=name, value=f"{text}.") for name, text in texts if text
    )


def _claims_of(desk: Desk, kind: str, role: str, node: int) -> list[int]:
    """Return the claims of a kind in which something has a role, as far as no claim stands
    against them."""
    rdf, topics = desk.site.rdf, desk.site.topics
    return [
        claim
        for claim in topics.of(node)
        if topics.kinds[claim] == kind
        and node in topics.ends(claim, role)
        and status(rdf, claim) not in DOUBTED
    ]


def _roles(desk: Desk, node: int) -> list[str]:
    """What somebody is or was in which organisation, as far as nobody disputes it, each once. That
    of a founder is told by foundings."""
    rdf, topics, labels = desk.site.rdf, desk.site.topics, desk.labels
    roles_held = [
        f"{desk.words.join_list([labels.of(o).text for o in roles])} ({labels.of(body).text})"
        for claim in _claims_of(desk, "role", "subject", node)
        if not rdf.objects(claim, HRD.disputed)
        for body in topics.ends(claim, "object")
        if (roles := [o for o in topics.ends(claim, "kind") if not rdf.iri(o).endswith("founder")])
    ]
    return list(dict.fromkeys(roles_held))


def _tell_suffered(desk: Desk, node: int) -> list[str]:
    """Tell what was done to somebody as far as nobody disputes it, each event once with its date,
    the last first: that somebody was killed is told before anything else."""
    rdf, site, topics = desk.site.rdf, desk.site, desk.site.topics
    acts: dict[int, list[str]] = {}
    for event in topics.of(node):
        if topics.kinds[event] == "event" and status(rdf, event) not in DOUBTED:
            for act in topics.ends(event, "part"):
                if node in topics.ends(act, "subject") and status(rdf, act) not in DOUBTED:
                    kinds = (desk.labels.of(kind).text for kind in topics.ends(act, "kind"))
                    acts.setdefault(event, []).extend(kinds)
    latest_first = sorted(acts, key=lambda event: site.claims[event].earliest, reverse=True)
    days = {
        event: date_words(site.claims[event].date, desk.language)
        for event in latest_first
        if rdf.at(HRD.date) not in rdf.objects(event, HRD.disputed)
    }
    return [
        desk.words.join_list([*dict.fromkeys(acts[event])])
        + (f" ({days[event]})" if days.get(event) else "")
        for event in latest_first
    ]


DATA: Final = (
    ("text/turtle", "ttl", "Turtle"),
    ("application/ld+json", "jsonld", "JSON-LD"),
    ("application/n-triples", "nt", "N-Triples"),
)
# what stands at the top of a page beyond what kinds declare: catalogue key and property
_GLANCE: Final = (
    ("nationality", HRD.nationality.value), ("country_of_work", HRD.countryOfWork.value),
    ("died", HRD.deathDate.value), ("purpose", HRD.purpose.value), ("jury", HRD.jury.value),
    ("lies_in", SKOS.broader.value), ("source_words", HRD.sourceWords.value),
)  # fmt: skip


def thing_view(desk: Desk, thing: Thing) -> View:
    """Show the page of a thing or of a claim."""
    claim, plain = desk.site.claims.get(thing.node), thing.kind in PLAIN
    own = desk.teller.items([claim], -1 if thing.kind != "event" else thing.node) if claim else []
    cited = () if claim else desk.site.citations(thing.node)
    values = _about(desk, thing) | {
        "own": own, "safe": safe_summary(desk, thing), "statements": _statements(desk, thing),
        "cited": desk.teller.all_cited(cited),
        **dict.fromkeys(("sections", "timeline", "neighbours", "dots"), ()), "untold": 0,
    }  # fmt: skip
    values |= ({} if plain else _of_claims(desk, thing)) | of_kind(desk, thing)
    alternates = (
        _whole_files(desk)
        if desk.links.is_static
        else tuple((kind, desk.links.data(thing.key, ending), name) for kind, ending, name in DATA)
    )
    # these bear the names of what they say: their keys tell them apart
    bears_name = claim or plain or thing.kind == "record"
    apart = thing.key.partition("/")[2] if bears_name else desk.words(f"kind_{thing.kind}")
    return View(
        "thing.html", desk.linker.name_part(values["name"]), f"id/{thing.key}", values,
        _nav(thing.kind), alternates, thing.iri, apart=apart, summary=_summary(desk, thing, values),
    )  # fmt: skip


class SharedPage(NamedTuple):
    """A page of a large site of files that tells several things of one kind. `number` is its
    place among all pages of that kind."""

    kind: str
    number: int
    pages: int
    nodes: tuple[int, ...]

    @property
    def path(self) -> str:
        """Return the path of the page."""
        return self._path_of(self.number)

    def _path_of(self, number: int) -> str:
        return f"more/{self.kind}/{number}"

    def view(self, desk: Desk) -> View:
        """Show the page, each thing at the place of its own address."""
        site = desk.site
        sections = []
        for node in self.nodes:
            thing, claim = site.things[node], site.claims.get(node)
            claims = [site.claims[each] for each in list_claims_of_page(site, node)[0]]
            own = desk.teller.items([claim], -1) if claim else []
            items = [item for part in desk.teller.sections(claims, node) for item in part.items]
            # a fact that is told of two things on the page has no second place of its own
            facts = [replace(item, anchor="") for item in (*own, *items)]
            place = "" if claim else anchor_of(thing.key)  # a claim brings its own
            sections.append((place, _about(desk, thing) | {"facts": facts}))
        names = [about["name"].text for _, about in sections]
        title = TextRun(desk.words(f"kinds_{self.kind}", n=2))
        values = {
            "told": sections,
            **turning(self.number, self.pages, lambda at: desk.page(self._path_of(at))),
        }
        return View(
            "shared.html", title, self.path, values, _nav(self.kind), _whole_files(desk),
            apart=f"{names[0]} – {names[-1]}", summary=" · ".join(names),
        )  # fmt: skip


def _whole_files(desk: Desk) -> tuple[tuple[str, str, str], ...]:
    """List the files with data of all things, which a site of files has for each thing's own."""
    return tuple(
        (file.media_type, desk.links.file(f"files/{file.name}"), file.label)
        for file in files_of(desk.site, static=True)
    )


def _about(desk: Desk, thing: Thing) -> dict[str, Any]:
    """Return what is said of a thing itself; the claims about it are none yet."""
    node, rdf, name = thing.node, desk.site.rdf, desk.labels.of(thing.node)
    elsewhere, homepages = links_of(rdf, node, *SAME_AS), links_of(rdf, node, *LINKS)
    return {
        "thing": thing, "name": name, "others": _other_names(desk, thing, name),
        "glance": _glance(desk, thing),
        "defender": rdf.at(HRD.HumanRightsDefender) in rdf.objects(node, RDF.type),
        "same_as": [
            TextRun(iri.partition("://")[2].replace("www.wikidata.org/entity/", "Wikidata "), iri)
            for iri in elsewhere
        ],
        "homepages": [TextRun(iri.partition("://")[2].rstrip("/"), iri) for iri in homepages],
    }  # fmt: skip


def _of_claims(desk: Desk, thing: Thing) -> dict[str, Any]:
    """Return what claims tell of a thing, when it was, and what it is tied to by them."""
    site = desk.site
    listed, untold = list_claims_of_page(site, thing.node)
    claims = [site.claims[claim] for claim in listed]
    sections = desk.teller.sections(claims, thing.node)
    around, linker = neighbours_of(site, thing.node), desk.linker
    return {
        "sections": sections,
        "untold": untold,
        "timeline": [(section, item, _people(desk, item)) for section, item in _timeline(sections)],
        "neighbours": [
            (linker.part(item.node), item, site.kinds[item.node])
            for item in around[: 12 if desk.links.is_static else 60]
        ],
        "dots": dots(linker, around) if thing.kind != "country" else (),
    }


def _summary(desk: Desk, thing: Thing, values: dict[str, Any]) -> str:
    """Return what stands at the top of the page, as one line."""
    name = [] if values["own"] else [values["name"].text]
    kind = [
        desk.words(f"kind_{thing.kind}"),
        *([desk.words("defender")] if values["defender"] else []),
    ]
    glance = [
        f"{label} – {', '.join(part.text for part in parts)}" for label, parts in values["glance"]
    ]
    own = []
    for item in values["own"]:
        doubt = (text for text, sort in item.badges if sort in DOUBTED)
        runs = (item.when, *(run.text for run in item.title), *doubt)
        own.append(" – ".join(filter(None, runs)))
    return " · ".join(filter(None, [*name, *kind, values["safe"], *glance, *own]))


def _nav(kind: str) -> str:
    return {"award": "awards", "edition": "awards", "country": "countries"}.get(kind, "browse")


def list_claims_of_page(site: Site, node: int) -> tuple[list[int], int]:
    """Return the claims that the page of a thing lists one by one, and how many more there are. The
    conferrals of an award, a country or a place stand in a table instead."""
    claims, most = site.topics.of(node), MOST_TOLD
    if site.kinds.get(node) in ("award", "country", "place"):
        claims, most = [each for each in claims if site.kinds[each] != "conferral"], _MOST_OF_PLACE
    return claims[:most], max(0, len(claims) - most)


def _other_names(desk: Desk, thing: Thing, shown: DisplayName) -> list[tuple[TextRun, str]]:
    """Every other name, with the languages that it is used in. What is called by what it consists
    of has no other name."""
    tags_by_name: dict[tuple[str, str], list[str]] = {}
    for other in desk.site.own_names(thing):
        if other.text != shown.text:
            tags = tags_by_name.setdefault((other.text, other.direction), [])
            tags += [other.language] if other.language and other.language not in tags else []
    return [
        (
            TextRun(text, "", tags[0] if tags else "", "rtl" if direction == "rtl" else ""),
            ", ".join(map(desk.words.language_name, tags)),
        )
        for (text, direction), tags in tags_by_name.items()
    ]


def _glance(desk: Desk, thing: Thing) -> list[tuple[str, list[TextRun]]]:
    rdf, node = desk.site.rdf, thing.node
    disputed = set(map(rdf.iri, rdf.objects(node, HRD.disputed)))
    kind, ends = "" if node in desk.site.claims else thing.kind, rdf.ends(node)
    asked = {
        way: desk.words.label(item)
        for way, item in desk.site.attributes_of_things(kind)
        if way in ends
    }
    asked |= {way: desk.words(key) for key, way in _GLANCE if way in ends}
    doubt = f" – {desk.words('disagree')}"
    entries = [
        (label + doubt * (way in disputed), _capital(desk.teller.lines.texts(ends[way])))
        for way, label in asked.items()
    ]
    codes = [
        value.text
        for value in rdf.values(node, SKOS.notation)
        if "alpha" in value.datatype or value.datatype.endswith("iso3166-2")
    ]
    if codes:
        code = " · ".join(sorted(codes, key=lambda code: (len(code), code)))
        entries.append((desk.words("code"), [TextRun(code)]))
    return [pair for pair in entries if pair[1]]


def _capital(parts: list[TextRun]) -> list[TextRun]:
    return [
        part._replace(text=part.text[:1].upper() + part.text[1:]) if not at else part
        for at, part in enumerate(parts)
    ]


def _timeline(sections: Iterable[ClaimSection]) -> list[tuple[ClaimSection, Item]]:
    """Return the dated facts of all parts in order, of a dispute each side; nothing where there
    are too few to make a line."""
    dated = [
        (section, replace(side, anchor=item.anchor))
        for section in sections
        for item in section.items
        for side in item.sides
        if side.when and side.earliest
    ]
    moments = {item.when for _, item in dated}
    return (
        sorted(dated, key=lambda pair: (pair[1].earliest, pair[1].anchor))
        if len(moments) > 1 and len(dated) > 2
        else []
    )


def _people(desk: Desk, item: Item) -> list[TextRun]:
    """Whom a line of the timeline is about, where its title does not name them."""
    labels = {
        desk.words.label(column)
        for kind in desk.site.topics.properties.kinds.values()
        for column in kind.attributes
        if column.role in ("subject", "agent") and column.identifies == "true"
    }
    titles = {part.text for part in item.title}
    named = [part for label, parts in item.details if label in labels for part in parts]
    return [part for part in named if part.text not in titles][:3]


def _statements(desk: Desk, thing: Thing) -> list[tuple[TextRun, list[TextRun]]]:
    """Everything that is said, but in a site of files, where the data beside the page say it."""
    is_told = desk.links.is_static and thing.kind not in PLAIN
    return [] if is_told else statements(desk, thing.node)


def statements(desk: Desk, node: int) -> list[tuple[TextRun, list[TextRun]]]:
    """Everything that is said of the thing itself, as a table of properties and values."""
    rdf = desk.site.rdf
    return [
        (desk.linker.part(rdf.at(p)), [desk.teller.lines.part(o) for o in objects])
        for p, objects in rdf.ends(node).items()
        if p != HRD.evidence.value
    ]
