"""A site into commands of QuickStatements (version 1) for Wikidata: awards received, births and
deaths, and when organisations were founded, of those who have an item there, each with its
reference. What is contested, or stands
against another claim, is left out; which of them Wikidata has already, QuickStatements sees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from hrdgraph.vocab import HRD, ORG, RDF
from hrdgraph.web.json_api.records import Records
from hrdgraph.web.pages.claims.claim_nodes import DOUBTED, status
from hrdgraph.web.pages.site import SAME_AS, links_of

_ITEM: Final = re.compile(r"https?://www\.wikidata\.org/entity/(Q[1-9][0-9]{0,11})")
_DATE: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_FOUNDED: Final = ORG.resultingOrganization
_DATES: Final = {HRD.birthDate.value: "P569", HRD.deathDate.value: "P570"}


def statements(records: Records) -> bytes:
    """The commands, a line each."""
    return "".join(
        f"{line}\n" for line in [*_awards(records), *_days(records), *_foundings(records)]
    ).encode()


def item_of(records: Records, node: int) -> str:
    """The item of a thing in Wikidata, or nothing."""
    if node < 0:
        return ""
    found = (_ITEM.fullmatch(iri) for iri in links_of(records.site.said, node, *SAME_AS))
    return next((match[1] for match in found if match), "")


def _awards(records: Records) -> Iterator[str]:
    site, said = records.site, records.site.said
    for node in site.claims:
        if site.kinds[node] != "conferral" or not records.is_undisputed(node):
            continue
        edition = said.first(node, HRD.edition)
        award = item_of(records, said.first(edition, HRD.editionOf))
        year = date_of(said.text(edition, HRD.editionYear))
        for who in said.objects(node, HRD.recipient):
            item = item_of(records, who)
            if item and award:
                dated = f"\tP585\t{year}" if year else ""
                yield f"{item}\tP166\t{award}{dated}{_reference(records, node)}"


def _days(records: Records) -> Iterator[str]:
    """Births and deaths that are claims of their own: only then is it known which document says
    them."""
    site, said = records.site, records.site.said
    for node in site.claims:
        predicate = said.first(node, RDF.predicate)
        name = _DATES.get(said.iri(predicate)) if predicate >= 0 else None
        if site.kinds[node] == "attribute" and name and status(said, node) not in DOUBTED:
            item = item_of(records, said.first(node, RDF.subject))
            day = date_of(said.text(node, RDF.object))
            reference = _reference(records, node)
            if item and day and reference:
                yield f"{item}\t{name}\t{day}{reference}"


def _foundings(records: Records) -> Iterator[str]:
    """When an organisation was founded, where a document says it and no claim says otherwise."""
    site, said = records.site, records.site.said
    found: dict[str, dict[str, str]] = {}  # of each item: the day, and the document that says it
    for node in site.claims:
        if site.kinds[node] == "founding" and status(said, node) not in DOUBTED:
            day = said.text(node, HRD.date)
            for item in filter(None, (item_of(records, o) for o in said.objects(node, _FOUNDED))):
                found.setdefault(item, {}).setdefault(day, _reference(records, node))
    for item, days in found.items():
        (day, reference), *others = days.items()
        if date_of(day) and reference and not others:
            yield f"{item}\tP571\t{date_of(day)}{reference}"


def date_of(text: str) -> str:
    """A date as Wikidata has it, with its precision; nothing for what is no plain date."""
    match = _DATE.fullmatch(text)
    if match is None:
        return ""
    year, month, day = match.groups()
    precision = 11 if day else 10 if month else 9
    return f"+{year}-{month or '00'}-{day or '00'}T00:00:00Z/{precision}"


def _reference(records: Records, node: int) -> str:
    """The first document of the web that is cited."""
    urls = (found["url"] for found in records.evidence(node))
    known = next((url for url in urls if url.startswith("http")), "")
    quoted = known.replace('"', "%22")
    return f'\tS854\t"{quoted}"' if known else ""
