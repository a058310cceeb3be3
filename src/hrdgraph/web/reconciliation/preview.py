"""A thing into the small page that a client shows beside a candidate (§5)."""

from __future__ import annotations

from typing import Final

from hrdgraph.html_templates import Templates
from hrdgraph.vocab import HRD
from hrdgraph.web.pages.routing.links import Links
from hrdgraph.web.pages.site import Thing
from hrdgraph.web.reconciliation.entities import Entities

_FACTS: Final = 6
_TEMPLATES: Final = Templates("hrdgraph.web.reconciliation")


def preview(entities: Entities, thing: Thing, links: Links, page: str) -> str:
    """The page: kind, names, countries, prizes or editions, and a link to the whole."""
    name = entities.labels.of(thing.node)
    others = [other.text for other in (*thing.names, *thing.others) if other.text != name.text]
    return _TEMPLATES.render(
        "preview.html",
        language=entities.language,
        name=name,
        kind=entities.type(thing.kind)["name"],
        others=list(dict.fromkeys(others))[:5],
        places=[entities.labels.of(node).text for node in entities.site.countries_of(thing.node)],
        facts=_facts(entities, thing),
        page=page,
        style=links.asset("site.css"),
    )


def _facts(entities: Entities, thing: Thing) -> list[str]:
    """The editions in which it received a prize, or those of a prize."""
    said = entities.site.said
    received = [
        edition
        for node in said.subjects(HRD.recipient, thing.node)
        for edition in said.objects(node, HRD.edition)
    ]
    own = received or said.subjects(HRD.editionOf, thing.node)
    return list(dict.fromkeys(entities.labels.of(node).text for node in own))[:_FACTS]
