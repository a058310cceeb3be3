"""A site into entities of FollowTheMoney (https://followthemoney.tech), a line each: people,
organisations, memberships, events. It has no place for the status of a claim, so what is contested
or refuted is left out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import sha1
from typing import Any, Final

from hrdgraph.rdf import IRI
from hrdgraph.vocab import HRD, ORG, SKOS
from hrdgraph.web.json_api.records import Records
from hrdgraph.web.pages.claims.claim_nodes import DOUBTED, status
from hrdgraph.web.pages.site import LINKS, SAME_AS, links_of

_SCHEMAS: Final = {"person": "Person", "organisation": "Organization", "group": "LegalEntity"}
_WIKIDATA: Final = "http://www.wikidata.org/entity/"
Properties = dict[str, list[str]]


def entities(records: Records) -> bytes:
    """The entities, in the order of the site."""
    found = [*_agents(records), *_memberships(records), *_events(records)]
    return "".join(f"{json.dumps(entity, ensure_ascii=False)}\n" for entity in found).encode()


def _entity(iri: str, schema: str, properties: Mapping[str, list[str]]) -> dict[str, Any]:
    held = {name: values for name, values in properties.items() if values}
    return {"id": entity_id(iri), "schema": schema, "properties": held}


def entity_id(iri: str) -> str:
    """The name of an entity, made of its IRI."""
    return f"hrdgraph-{sha1(iri.encode(), usedforsecurity=False).hexdigest()}"


def _agents(records: Records) -> Iterator[dict[str, Any]]:
    site, said = records.site, records.site.said
    for node in site.of_kind(*_SCHEMAS):
        thing, kind = site.things[node], site.kinds[node]
        same = links_of(said, node, *SAME_AS)
        properties: Properties = {
            "name": _once(name.text for name in thing.names) or [records.labels.of(node).text],
            "alias": _once(name.text for name in thing.others),
            "country": _codes(records, node, HRD.country, HRD.countryOfWork),
            "sourceUrl": [thing.iri],
            "website": _once(links_of(said, node, *LINKS)),
            "wikidataId": [iri[len(_WIKIDATA) :] for iri in same if iri.startswith(_WIKIDATA)],
        }
        if kind == "person":
            properties |= {
                "nationality": _codes(records, node, HRD.nationality),
                "birthDate": _days(records, node, HRD.birthDate),
                "deathDate": _days(records, node, HRD.deathDate),
            }
        yield _entity(thing.iri, _SCHEMAS[kind], properties)


def _memberships(records: Records) -> Iterator[dict[str, Any]]:
    site, said = records.site, records.site.said
    for node in site.claims:
        who, where = said.first(node, ORG.member), said.first(node, ORG.organization)
        known = site.kinds.get(who) in _SCHEMAS and site.kinds.get(where) in _SCHEMAS
        if site.kinds[node] == "role" and known and _is_safe(records, node):
            roles = [records.labels.of(role).text for role in said.objects(node, ORG.role)]
            properties = {
                "member": [entity_id(said.iri(who))],
                "organization": [entity_id(said.iri(where))],
                "role": _once([*roles, *(v.text for v in said.values(node, HRD.roleText))]),
                "date": _days(records, node, HRD.date),
                "sourceUrl": _cited(records, node),
            }
            yield _entity(said.iri(node), "Membership", properties)


def _events(records: Records) -> Iterator[dict[str, Any]]:
    site, said = records.site, records.site.said
    for node in site.of_kind("event"):
        if _is_safe(records, node):
            victims = [
                v for act in said.objects(node, HRD.act) for v in said.objects(act, HRD.victim)
            ]
            properties = {
                "name": [records.labels.of(node).text],
                "date": _days(records, node, HRD.date),
                "country": _codes(records, node, HRD.country),
                "involved": _once(
                    entity_id(said.iri(v)) for v in victims if site.kinds.get(v) in _SCHEMAS
                ),
                "sourceUrl": _cited(records, node),
            }
            yield _entity(said.iri(node), "Event", properties)


def _is_safe(records: Records, node: int) -> bool:
    return status(records.site.said, node) not in DOUBTED


def _once(texts: Any) -> list[str]:
    return list(dict.fromkeys(text for text in texts if text))


def _codes(records: Records, node: int, *predicates: IRI) -> list[str]:
    """The codes of countries of two letters, as FollowTheMoney has them."""
    site, said = records.site, records.site.said
    places = [site.country_around(place) for place in said.objects(node, *predicates)]
    codes = [v.text.lower() for place in places for v in said.values(place, SKOS.notation)]
    return _once(code for code in codes if len(code) == 2 and code.isalpha())


def _days(records: Records, node: int, predicate: IRI) -> list[str]:
    """Dates that are a year, a month or a day; others FollowTheMoney cannot say."""
    texts = (value.text for value in records.site.said.values(node, predicate))
    return _once(text for text in texts if text.replace("-", "").isdigit() and len(text) <= 10)


def _cited(records: Records, node: int) -> list[str]:
    return _once(
        url for found in records.evidence(node) if (url := found["url"]).startswith("http")
    )
