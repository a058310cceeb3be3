"""The lists of the API into their part of the OpenAPI document, with examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from hrdgraph.web.json_api.lists import FILTERS, SORTED_BY, Lists
from hrdgraph.web.json_api.questions import LIMIT, MOST
from hrdgraph.web.json_api.routes import ROOT

_TEXT: Final = {"type": "string"}
_SAID: Final[Mapping[str, tuple[str, str]]] = {
    "people": ("People with their awards", "q=kalyapin"),
    "organisations": ("Organisations and groups", "country=country/RU"),
    "awards": ("Awards with their editions", "sort=name"),
    "editions": ("Editions: a year of an award, with all that was conferred", "decade=2010"),
    "events": ("What happened: acts, their victims, places and dates", "country=country/RU"),
    "places": ("Countries, regions and cities", "limit=10"),
    "laureates": (
        "Who won what. Contested and refuted claims are left out, and counted, unless their status "
        "is asked for; `undisputed` says that no claim stands against it",
        "award=award/martin-ennals-award&year=2013",
    ),
    "claims": ("Every claim with its status, rivals and evidence", "status=contested"),
    "sources": ("The sources that the graph was made from", ""),
}
_FILTERS: Final[Mapping[str, tuple[str, str]]] = {
    "country": ("The key of a country", "country/RU"),
    "award": ("The key of an award", "award/martin-ennals-award"),
    "decade": ("The first year of a decade", "2010"),
    "year": ("A year", "2013"),
    "source": ("The name of a source", "award-lists"),
    "status": ("How sure it is: asserted, verified, contested, refuted", "verified"),
    "kind": ("The kind of a claim, such as conferral, role, event", "conferral"),
    "outcome": ("What a conferral came to, such as laureate, finalist", "laureate"),
    "about": ("The key of a thing that it is about", "award/martin-ennals-award"),
}


def lists(languages: Sequence[str]) -> dict[str, Any]:
    """The paths of the API."""
    made: dict[str, Any] = {
        ROOT: {"get": _get("lists", "What lists there are", [], "Index")},
        f"{ROOT}/search": {
            "get": _get(
                "search",
                "Things by their names, in any language and script, small mistakes forgiven",
                [
                    _asked("q", "What is looked for", "kalyapin", required=True),
                    _asked("kind", "Only things of a kind", "person"),
                    _limit(100, 20),
                    _language(languages),
                ],
                "Hits",
                failures=("400",),
            )
        },
    }
    for name in Lists.NAMES:
        made[f"{ROOT}/{name}"] = {"get": _list(name, languages)}
        for table in _TABLES:
            made[f"{ROOT}/{name}.{table}"] = {"get": _list(name, languages, table)}
        made[f"{ROOT}/{name}/{{key}}"] = {"get": _entry(name, languages)}
    return made


def _list(name: str, languages: Sequence[str], table: str = "") -> dict[str, Any]:
    summary, example = _SAID[name]
    given = [_asked(key, *_FILTERS[key]) for key in FILTERS[name]]
    given += [_asked("q", "Those whose names, or names that they are about, are like this", "igor")]
    given += [_sort(name), _limit(MOST, LIMIT), _language(languages)]
    given += [
        _asked("cursor", "Where to go on: the `cursor` of the page before", ""),
        _asked("fields", "The wanted fields, with commas between; `id` is always there", "label"),
    ]
    if FILTERS[name]:
        text = "Count the entries by the values of a filter, instead of listing them"
        given.append(_asked("facet", text, FILTERS[name][0]))
    told = f"{summary}{', as a ' + _TABLES[table][0] if table else ''}"
    made = _get(f"list-{name}{f'-{table}' if table else ''}", told, given, "Page", ("400",), table)
    if example:
        path = f"{ROOT}/{name}{f'.{table}' if table else ''}?{example}"
        made["description"] = f"For example `GET {path}`."
    return made


def _entry(name: str, languages: Sequence[str]) -> dict[str, Any]:
    key = {
        "name": "key",
        "in": "path",
        "required": True,
        "description": "The `key` of an entry, with its slashes as they are.",
        "schema": _TEXT,
    }
    given = [key, _language(languages), _asked("fields", "The wanted fields", "label")]
    summary = f"One of the {name}"
    return _get(f"one-of-{name}", summary, given, "Record", ("400", "404", "410"))


def operation(
    tag: str, name: str, summary: str, responses: dict[str, Any], **more: Any
) -> dict[str, Any]:
    """What a request does, under a tag and a name, with its answers."""
    named = {"tags": [tag], "operationId": name, "summary": summary}
    return {**named, **more, "responses": responses}


def _get(
    name: str,
    summary: str,
    given: Sequence[Any],
    schema: str,
    failures: Sequence[str] = (),
    table: str = "",
) -> dict[str, Any]:
    reference: dict[str, Any] = {"$ref": f"#/components/schemas/{schema}"}
    content: dict[str, Any] = {"application/json": {"schema": reference}}
    if table:
        content = {_TABLES[table][1]: {"schema": _TEXT}}
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    told = {"description": "What is wrong, and a way out.", "content": {_PROBLEM: problem}}
    answers = {"200": {"description": summary, "content": content}}
    answers |= dict.fromkeys((*failures, "429", "503"), told)
    return operation("lists", name, summary, answers, parameters=list(given))


_PROBLEM: Final = "application/problem+json"
_TABLES: Final = {
    "csv": ("table", "text/csv"),
    "xlsx": ("workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def _asked(name: str, text: str, example: str, *, required: bool = False) -> dict[str, Any]:
    more = {"example": example} if example else {}
    made = {"name": name, "in": "query", "description": f"{text}.", "schema": _TEXT, **more}
    return made | ({"required": True} if required else {})


def _limit(most: int, usual: int) -> dict[str, Any]:
    shape = {"type": "integer", "minimum": 1, "maximum": most, "default": usual}
    return {"name": "limit", "in": "query", "description": "How many at most.", "schema": shape}


def _sort(name: str) -> dict[str, Any]:
    ways = [way for key in SORTED_BY[name] for way in (key, f"-{key}")]
    shape = {"enum": ways, "default": ways[0]}
    return {"name": "sort", "in": "query", "description": "The order.", "schema": shape}


def _language(languages: Sequence[str]) -> dict[str, Any]:
    shape = {"enum": list(languages), "default": languages[0]}
    return {"name": "lang", "in": "query", "description": "Of labels.", "schema": shape}


_REFERENCE: Final = {
    "type": "object",
    "required": ["id", "key", "type", "label"],
    "properties": {
        "id": {"type": "string", "format": "uri"},
        "key": {"type": ["string", "null"]},
        "type": {"type": ["string", "null"]},
        "label": _TEXT,
    },
    "example": {
        "id": "https://w3id.org/hrdgraph/id/award/martin-ennals-award",
        "key": "award/martin-ennals-award",
        "type": "award",
        "label": "Martin Ennals Award for Human Rights Defenders",
    },
}
_RECORD: Final = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string", "format": "uri"},
        "key": _TEXT,
        "type": _TEXT,
        "label": _TEXT,
        "status": {"enum": ["asserted", "verified", "contested", "refuted"]},
        "publishers": {"type": "integer", "description": "Publishers that say it independently."},
        "undisputed": {"type": "boolean"},
    },
}
SCHEMAS: Final[Mapping[str, Any]] = {
    "Reference": _REFERENCE,
    "Record": _RECORD,
    "Index": {"type": "object", "required": ["lists"], "properties": {"lists": {"type": "object"}}},
    "Hits": {
        "type": "object",
        "required": ["count", "data"],
        "properties": {
            "count": {"type": "integer"},
            "data": {"type": "array", "items": {"$ref": "#/components/schemas/Reference"}},
        },
    },
    "Page": {
        "type": "object",
        "required": ["data"],
        "properties": {
            "count": {"type": "integer", "description": "Entries that fit, on all pages."},
            "next": {"type": ["string", "null"], "format": "uri"},
            "cursor": {"type": ["string", "null"]},
            "left_out": {"type": "object", "description": "What is not shown, and how to see it."},
            "data": {
                "type": "array",
                "items": {
                    "anyOf": [
                        {"$ref": "#/components/schemas/Record"},
                        {"$ref": "#/components/schemas/Count"},
                    ]
                },
            },
        },
    },
    "Count": {
        "type": "object",
        "required": ["value", "label", "count"],
        "properties": {"value": _TEXT, "label": _TEXT, "count": {"type": "integer"}},
    },
}
