"""The interfaces of a site into one OpenAPI 3.1 document: the endpoint, its saved queries, the
reconciliation service, descriptions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from hrdgraph.queries import Parameter, Query, Type
from hrdgraph.web.endpoint.formats import FORMS, GRAPHS
from hrdgraph.web.machines.openapi_lists import SCHEMAS as LIST_SCHEMAS
from hrdgraph.web.machines.openapi_lists import lists, operation
from hrdgraph.web.machines.openapi_reconciliation import SCHEMAS, reconciliation
from hrdgraph.web.pages.site import Site
from hrdgraph.web.pages.views.questions import is_needed

_DESCRIPTION: Final = (
    "Everything here is read-only, needs no key and may be called by pages of other sites. Every "
    "thing has a permanent address, {base}KEY: "
    "`GET /id/KEY` leads (303) to its page or, by `Accept`, to its data as text/turtle, "
    "application/ld+json or application/n-triples."
)
_SHAPES: Final[Mapping[Type, dict[str, Any]]] = {
    Type.IRI: {"type": "string"},
    Type.CONCEPT: {"type": "string"},
    Type.STRING: {"type": "string"},
    Type.LANGUAGE: {"type": "string", "pattern": "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"},
    Type.YEAR: {"type": "string", "pattern": "^[0-9]{4}$"},
    Type.DATE: {"type": "string", "format": "date"},
    Type.INTEGER: {"type": "string", "pattern": "^[+-]?[0-9]+$"},
}
_PROBLEM: Final = {
    "description": "What is wrong, and a way out (RFC 9457).",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def document(site: Site, address: str) -> bytes:
    """The document as JSON. `address` is where the server stands and ends in a slash."""
    paths = {
        **_endpoint(),
        **_descriptions(),
        **{path: item for query in site.queries.questions for path, item in _query(query)},
    }
    made = {
        "openapi": "3.1.1",
        "info": {
            "title": site.title("en"),
            "version": str(site.manifest.get("versions", {}).get("hrdgraph", "0")),
            "description": _DESCRIPTION.format(base=site.base),
        },
        "servers": [{"url": address.rstrip("/") or "/"}],
        "tags": [{"name": name, "description": text} for name, text in _TAGS.items()],
        "paths": {**lists(site.languages), **paths, **reconciliation(site.languages)},
        "components": {"schemas": {**_SCHEMAS, **SCHEMAS, **LIST_SCHEMAS}},
    }
    return (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode()


_TAGS: Final = {
    "lists": "Plain JSON and CSV: things, claims, who won what; each claim has its status.",
    "queries": "Saved queries: each is a question with parameters.",
    "sparql": "The SPARQL 1.1 endpoint and its graphs.",
    "reconciliation": "Reconciliation Service API 0.2, for OpenRefine and others.",
    "descriptions": "What the data set holds and how it is asked.",
}


def _query(query: Query) -> list[tuple[str, dict[str, Any]]]:
    """The paths of a saved query: one for each format."""
    kinds = {"csv": "text/csv", "json": "application/sparql-results+json"}
    shapes = {"csv": {"type": "string"}, "json": {"$ref": "#/components/schemas/Results"}}
    titles = "\n\n".join(f"[{language}] {title}" for language, title in query.titles)
    columns = "".join(f"\n- `{column.name}`: {column.text}" for column in query.columns)
    columns = f"\n\nColumns:\n{columns}" if columns else ""
    told = {
        "description": f"{titles}{columns}",
        "parameters": [_parameter(parameter) for parameter in query.parameters],
    }
    paths = []
    for ending, kind in kinds.items():
        answer = {
            "description": "The answer, whole.",
            "content": {kind: {"schema": shapes[ending]}},
        }
        answers = {"200": answer, **_failures("400", "503", "504")}
        name = f"{query.name}-{ending}"
        item = operation("queries", name, query.title("en"), answers, **told)
        paths.append((f"/queries/{query.name}.{ending}", {"get": item}))
    return paths


def _parameter(parameter: Parameter) -> dict[str, Any]:
    shape = dict(_SHAPES[parameter.type])
    if parameter.default is not None:
        shape["default"] = parameter.default
    return {
        "name": parameter.name,
        "in": "query",
        "required": is_needed(parameter),
        "description": parameter.text,
        "schema": shape,
    }


def _endpoint() -> dict[str, Any]:
    given = [
        _asked("query", "A query of SPARQL 1.1. Without it, the description of the service."),
        _many("default-graph-uri", "A graph to read, as often as need be; without any, all."),
        _many("named-graph-uri", "A graph that GRAPH may name."),
        _asked(
            "format",
            "A format by its short name, where Accept names none that can be met: json, xml, csv, "
            "tsv, ttl, jsonld, nt, rdfxml, trig, nq.",
        ),
    ]
    answers = {
        "200": {"description": "The answer, whole.", "content": _contents()},
        **_failures("400", "406", "429", "503", "504"),
    }
    form = {item["name"]: item["schema"] for item in given}
    bodies = {
        "application/x-www-form-urlencoded": {
            "schema": {"type": "object", "required": ["query"], "properties": form}
        },
        "application/sparql-query": {"schema": {"type": "string"}},
    }
    longer = "Ask a query that is too long for an address"
    body = {"required": True, "content": bodies}
    post = operation("sparql", "query-by-post", longer, answers, requestBody=body)
    get = operation("sparql", "query", "Ask a query", answers, parameters=given)
    return {"/sparql": {"get": get, "post": post}, "/sparql/graphs": {"get": _graph()}}


def _graph() -> dict[str, Any]:
    contents = {media.type: {"schema": {"type": "string"}} for media in GRAPHS}
    given = [
        _asked("graph", "The IRI of a named graph."),
        _asked("default", "Given without a value: all graphs as one.", empty=True),
    ]
    answer = {"description": "The graph.", "content": contents}
    answers = {"200": answer, **_failures("400", "404", "406", "429", "503", "504")}
    summary = "One graph, whole (Graph Store Protocol)"
    return operation("sparql", "graph", summary, answers, parameters=given)


def _contents() -> dict[str, Any]:
    made = {
        media.type: {"schema": {"type": "string"}} for medias in FORMS.values() for media in medias
    }
    return made | {
        "application/sparql-results+json": {"schema": {"$ref": "#/components/schemas/Results"}}
    }


def _descriptions() -> dict[str, Any]:
    told = {
        "/void.ttl": ("data-set", "What the data set holds: VoID and DCAT", ("text/turtle",)),
        "/.well-known/void": (
            "data-set-negotiated",
            "The same in the format that is accepted",
            ("text/turtle", "application/ld+json", "application/n-triples"),
        ),
        "/queries/examples.ttl": (
            "examples",
            "Examples of queries (https://w3id.org/sparql-examples)",
            ("text/turtle",),
        ),
    }
    paths = {}
    for path, (name, summary, kinds) in told.items():
        content = {kind: {"schema": {"type": "string"}} for kind in kinds}
        answers = {"200": {"description": summary, "content": content}}
        paths[path] = {"get": operation("descriptions", name, summary, answers)}
    return paths


def _asked(name: str, text: str, *, empty: bool = False) -> dict[str, Any]:
    more = {"allowEmptyValue": True} if empty else {}
    return {"name": name, "in": "query", "description": text, "schema": {"type": "string"}, **more}


def _many(name: str, text: str) -> dict[str, Any]:
    shape = {"type": "array", "items": {"type": "string", "format": "uri"}}
    return {
        "name": name,
        "in": "query",
        "description": text,
        "schema": shape,
        "style": "form",
        "explode": True,
    }


def _failures(*statuses: str) -> dict[str, Any]:
    return dict.fromkeys(statuses, _PROBLEM)


_TERM: Final = {
    "type": "object",
    "required": ["type", "value"],
    "properties": {
        "type": {"enum": ["uri", "literal", "bnode"]},
        "value": {"type": "string"},
        "xml:lang": {"type": "string"},
        "datatype": {"type": "string"},
    },
}
_SCHEMAS: Final[Mapping[str, Any]] = {
    "Problem": {
        "type": "object",
        "required": ["status", "code"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "code": {"type": "string"},
            "fields": {"type": "object"},
            "detail": {"type": "string"},
            "hint": {"type": "string"},
            "errors": {"type": "array", "items": {"type": "object"}},
            "line": {"type": "integer"},
            "column": {"type": "integer"},
        },
    },
    "Results": {
        "description": "SPARQL 1.1 Query Results JSON Format",
        "type": "object",
        "required": ["head"],
        "properties": {
            "head": {
                "type": "object",
                "properties": {"vars": {"type": "array", "items": {"type": "string"}}},
            },
            "boolean": {"type": "boolean"},
            "results": {
                "type": "object",
                "required": ["bindings"],
                "properties": {
                    "bindings": {
                        "type": "array",
                        "items": {"type": "object", "additionalProperties": _TERM},
                    }
                },
            },
        },
    },
}
