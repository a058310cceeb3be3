"""The reconciliation service into the paths and schemas of an OpenAPI document
(https://www.w3.org/community/reports/reconciliation/)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from hrdgraph.web.machines.openapi_lists import operation

_TEXT: Final[dict[str, Any]] = {"type": "string"}


def reconciliation(languages: Sequence[str]) -> dict[str, Any]:
    """The paths of the service, with the language of its words as their first part."""
    language = {
        "name": "language",
        "in": "path",
        "required": True,
        "schema": {"enum": list(languages)},
    }
    top, begin, found = "/{language}/reconcile", "whose names begin so", "Suggestions"
    asked = {
        "suggest/entity": ("suggest-entity", f"Things {begin}", found, "prefix", "cursor"),
        "suggest/type": ("suggest-type", f"Types {begin}", found, "prefix"),
        "suggest/property": ("suggest-property", f"Properties {begin}", found, "prefix"),
        "properties": (
            *("properties", "The properties that things of a type have", "Properties"),
            *("type", "limit"),
        ),
        "flyout": ("flyout", "A small window about a thing", "Flyout", "id"),
    }
    service = _get("service", "The service manifest", "Manifest")
    paths: dict[str, dict[str, Any]] = {f"{top}/": {"get": service, "post": _post()}}
    paths |= {f"{top}/{path}": {"get": _get(*told)} for path, told in asked.items()}
    paths[f"{top}/preview"] = {"get": _preview()}
    return {path: {"parameters": [language], **item} for path, item in paths.items()}


def _get(name: str, summary: str, schema: str, *parameters: str) -> dict[str, Any]:
    given, answers = [*map(_parameter, parameters)], {"200": _json(summary, schema)}
    return operation("reconciliation", name, summary, answers, parameters=given)


def _parameter(name: str) -> dict[str, Any]:
    number = name in ("cursor", "limit", "offset")
    return {
        "name": name,
        "in": "query",
        "required": name == "id",
        "schema": {"type": "integer", "minimum": 0} if number else _TEXT,
    }


def _json(text: str, schema: str) -> dict[str, Any]:
    return {
        "description": text,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }


def _post() -> dict[str, Any]:
    said = {
        "queries": "An object of queries by key, as JSON",
        "extend": "`ids` and `properties`, as JSON",
    }
    fields = {
        name: {"type": "string", "description": text, "contentMediaType": "application/json"}
        for name, text in said.items()
    }
    form = {"schema": {"type": "object", "properties": fields}}
    body = {"required": True, "content": {"application/x-www-form-urlencoded": form}}
    summary = "Reconcile names, or extend what was reconciled"
    text = "Candidates for each query; or, with `extend`, the values of properties."
    refusal = _json("What is wrong with the request.", "Refusal")
    answers = {"200": _json(text, "Answers"), "400": refusal, "413": refusal}
    return operation("reconciliation", "reconcile", summary, answers, requestBody=body)


def _preview() -> dict[str, Any]:
    summary = "A small page about a thing"
    page = {"description": summary, "content": {"text/html": {"schema": _TEXT}}}
    answers = {"200": page, "404": {"description": "No such thing."}}
    return operation("reconciliation", "preview", summary, answers, parameters=[_parameter("id")])


def _object(*required: str, more: Any = True, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(required),
        "properties": properties,
        "additionalProperties": more,
    }


def _list(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


_NAMED: Final = _object("id", "name", id=_TEXT, name=_TEXT, description=_TEXT)
_SCORE: Final = {"type": "number", "minimum": 0, "maximum": 100}
_CANDIDATE: Final = _object(
    "id",
    "name",
    "score",
    id=_TEXT,
    name=_TEXT,
    description=_TEXT,
    match={"type": "boolean"},
    score=_SCORE,
    type=_list(_NAMED),
)
_CELLS: Final = _list(_object(id=_TEXT, name=_TEXT, str=_TEXT, int={"type": "integer"}))
_FOUND: Final = _object("candidates", candidates=_list(_CANDIDATE))
SCHEMAS: Final[Mapping[str, Any]] = {
    "Manifest": _object(
        "versions", "name", "identifierSpace", "schemaSpace", versions=_list(_TEXT), name=_TEXT
    ),
    "Suggestions": _object("result", result=_list(_NAMED)),
    "Properties": _object(
        "type", "properties", type=_TEXT, limit={"type": "integer"}, properties=_list(_NAMED)
    ),
    "Flyout": _object("id", "html", id=_TEXT, html=_TEXT),
    "Refusal": _object("error", error=_TEXT, hint=_TEXT),
    "Candidates": _object("result", result=_list(_CANDIDATE)),
    "Extension": _object(
        "meta", "rows", meta=_list(_NAMED), rows=_object(more=_object(more=_CELLS))
    ),
    "Answers": {
        "anyOf": [
            {"$ref": "#/components/schemas/Extension"},
            _object(more={"$ref": "#/components/schemas/Candidates"}),
        ]
    },
}
