"""What the service knows into the JSON of its answers, as the specification and its schemas
shape it."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from hrdgraph.html_templates import Templates
from hrdgraph.vocab import HRD
from hrdgraph.web.pages.routing.links import Links
from hrdgraph.web.pages.search.folding import fold
from hrdgraph.web.pages.site import Thing
from hrdgraph.web.reconciliation.entities import TYPES, Entities, ReconciliationProperty
from hrdgraph.web.reconciliation.matching import Matcher, ReconciliationCandidate
from hrdgraph.web.reconciliation.queries import ReconciliationQuery

_FACTS: Final = 6  # of a preview
_TEMPLATES: Final = Templates("hrdgraph.web.reconciliation")
PREVIEW = {"width": 430, "height": 320}
SUGGESTED = 20
_LIMIT = {
    "type": "number",
    "default": 0,
    "label": "Limit",
    "name": "limit",
    "help_text": "At most so many values; 0 for all",
}


def manifest(entities: Entities, top: str, path: str) -> dict[str, Any]:
    """What the service is (§3): `top` is the address of the site, without a slash at its end,
    and `path` is its own below that."""
    address = top + path
    suggest = {
        kind: {"service_url": address, "service_path": f"/suggest/{kind}"}
        for kind in ("entity", "property", "type")
    }
    suggest["entity"]["flyout_service_path"] = "/flyout?id=${id}"
    return {
        "versions": ["0.2"],
        "name": entities.site.title(entities.language),
        "identifierSpace": entities.site.base,
        "schemaSpace": str(HRD),
        "documentation": f"{top}/{entities.language}/about",
        "defaultTypes": [entities.type(kind) for kind in ("person", "organisation", "award")],
        "view": {"url": f"{top}/{entities.language}/id/{{{{id}}}}"},
        "preview": {"url": f"{address}/preview?id={{{{id}}}}", **PREVIEW},
        "suggest": suggest,
        "extend": {
            "propose_properties": {"service_url": address, "service_path": "/properties"},
            "property_settings": [_LIMIT],
        },
    }


def results(matcher: Matcher, query: ReconciliationQuery) -> dict[str, Any]:
    """The answer to one query (§4.3). Scores are 0 to 100."""
    return {
        "result": [
            candidate(matcher.entities, item, certain) for item, certain in matcher.match(query)
        ]
    }


def candidate(entities: Entities, item: ReconciliationCandidate, certain: bool) -> dict[str, Any]:
    """One thing that may be meant."""
    return {
        "id": item.thing.key,
        "name": entities.labels.of(item.thing.node).text,
        "description": " · ".join(filter(None, (entities.described(item.thing), item.why))),
        "type": [entities.type(item.thing.kind)],
        "score": round(item.score * 100, 1),
        "match": certain,
        "features": [{"id": code, "value": value} for code, value in item.reasons],
    }


def suggested_entities(
    entities: Entities, prefix: str, cursor: int, limit: int = SUGGESTED
) -> dict[str, Any]:
    """Things whose names begin with what was typed (§6.1), or whose id it is."""
    named = [
        row.thing
        for row in entities.pages.index.search(prefix, cursor + 200, beyond=False)
        if row.thing.kind in TYPES
    ]
    known = entities.thing(prefix) if prefix else None
    found = named if known is None else [known, *(item for item in named if item != known)]
    return {
        "result": [
            {
                "id": thing.key,
                "name": entities.labels.of(thing.node).text,
                "description": entities.described(thing),
                "notable": [entities.type(thing.kind)],
            }
            for thing in found[cursor : cursor + limit]
        ]
    }


def suggested_types(entities: Entities, prefix: str) -> dict[str, Any]:
    """Types whose id or name begins so (§6.3)."""
    every = [entities.type(kind) for kind in TYPES]
    return {"result": [item for item in every if _begins(prefix, item["id"], item["name"])]}


def suggested_properties(entities: Entities, prefix: str) -> dict[str, Any]:
    """Properties whose id or name begins so (§6.2)."""
    found = [
        item
        for item in entities.properties.values()
        if _begins(prefix, item.id, item.id.partition(":")[2], item.name)
    ]
    return {"result": [_property(item) for item in found[:SUGGESTED]]}


def proposed_properties(entities: Entities, kind: str, limit: int) -> dict[str, Any]:
    """What a table of things of a type can be filled with (§7.3)."""
    return {
        "type": kind,
        "limit": limit,
        "properties": [_property(item) for item in entities.properties_of(kind)[:limit]],
    }


def extension(entities: Entities, ids: list[str], wanted: list[tuple[str, int]]) -> dict[str, Any]:
    """The values of properties of things (§7.2). Of what is not known, there are none."""
    asked = [
        (entities.properties.get(id) or ReconciliationProperty(id, -1, id), limit)
        for id, limit in wanted
    ]
    rows: dict[str, Any] = {}
    for id in ids:
        thing = entities.thing(id)
        rows[id] = {
            item.id: list(entities.values(thing, item, limit)) if thing else []
            for item, limit in asked
        }
    return {"meta": [_property(item) for item, _ in asked], "rows": rows}


def flyout(entities: Entities, id: str, html: str) -> dict[str, Any]:
    """The small window that opens on a suggestion."""
    return {
        "id": id,
        "html": html,
        "name": entities.labels.of(thing.node).text if (thing := entities.thing(id)) else id,
    }


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


def page_of(entities: Entities, top: str, key: str) -> str:
    """The address of a thing's page."""
    return f"{top}/{entities.language}/id/{quote(key, safe='/')}"


def _property(item: ReconciliationProperty) -> dict[str, str]:
    return {"id": item.id, "name": item.name}


def _begins(prefix: str, *names: str) -> bool:
    wanted = fold(prefix)
    return any(
        fold(name).startswith(wanted) or (prefix and name.startswith(prefix)) for name in names
    )
