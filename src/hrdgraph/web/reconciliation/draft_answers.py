"""What the service knows into the JSON of API 1.0 (a draft), as its specification and schemas
shape it."""

from __future__ import annotations

from typing import Any

from hrdgraph.catalogue import phrase
from hrdgraph.identity.matching.reasons import worded
from hrdgraph.version import __version__
from hrdgraph.web.reconciliation.answers import PREVIEW, candidate, suggested_properties
from hrdgraph.web.reconciliation.draft_matching import matched
from hrdgraph.web.reconciliation.draft_queries import QUALIFIERS, MatchQuery
from hrdgraph.web.reconciliation.entities import Entities
from hrdgraph.web.reconciliation.matching import Matcher, ReconciliationCandidate
from hrdgraph.web.reconciliation.queries import BATCH


def draft_manifest(entities: Entities, top: str) -> dict[str, Any]:
    """What the service is: `top` is the address of the site, without a slash at its end."""
    limit = {
        "type": "number",
        "default": 0,
        "id": "limit",
        "name": phrase("reconciliation-limit", entities.language),
        "helpText": phrase("reconciliation-limit-help", entities.language),
    }
    return {
        "versions": ["1.0-draft"],
        "name": entities.site.title(entities.language),
        "documentation": f"{top}/{entities.language}/about",
        "serviceVersion": __version__,
        "defaultTypes": [entities.type(kind) for kind in ("person", "organisation", "award")],
        "view": {"url": f"{top}/{entities.language}/id/{{+id}}"},
        "preview": PREVIEW,
        "suggest": {"entity": True, "property": True, "type": True},
        "extend": {"proposeProperties": True, "propertySettings": [limit]},
        "batchSize": BATCH,
        "lang": entities.language,
        "standardizedScore": True,
    }


def match_result(matcher: Matcher, wanted: MatchQuery) -> dict[str, Any]:
    """The answer to one query. Scores are 0 to 100."""
    found = matched(matcher, wanted)
    return {"candidates": [_candidate(matcher.entities, item, sure) for item, sure in found]}


def _candidate(entities: Entities, item: ReconciliationCandidate, certain: bool) -> dict[str, Any]:
    return {**candidate(entities, item, certain), "features": _features(entities, item)}


def _features(entities: Entities, item: ReconciliationCandidate) -> list[dict[str, Any]]:
    """The reasons, each once, in words."""
    told = {reason.code: worded((reason,), entities.language) for reason in item.compared}
    return [
        {"id": code, "name": told.get(code) or _feature_name(entities, code), "value": value}
        for code, value in dict(item.reasons).items()
    ]


def _feature_name(entities: Entities, code: str) -> str:
    if code in ("name", "id"):
        return phrase(f"reconciliation-feature-{code}", entities.language)
    known = entities.properties.get(code)
    return known.name if known is not None else code


def draft_properties(entities: Entities, prefix: str) -> dict[str, Any]:
    """Properties whose id or name begins so, with the ways in which their values are compared."""
    ways = [
        {"id": name, "name": phrase(f"reconciliation-qualifier-{name}", entities.language)}
        for name in QUALIFIERS
    ]
    found = suggested_properties(entities, prefix)["result"]
    return {"result": [{**item, "matchQualifiers": ways} for item in found]}


def draft_extension(said: dict[str, Any]) -> dict[str, Any]:
    """The values of properties of things, as lists."""
    rows = [
        {"id": id, "properties": [{"id": name, "values": values} for name, values in row.items()]}
        for id, row in said["rows"].items()
    ]
    return {"meta": said["meta"], "rows": rows}
