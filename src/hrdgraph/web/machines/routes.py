"""What machines read first, by its addresses: `/.well-known/void`, `/void.ttl`,
`/queries/examples.ttl`, and the interfaces of a site as one OpenAPI 3.1 document."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from hrdgraph.exports.network import STATUSES
from hrdgraph.queries.model import Parameter, Query, Type
from hrdgraph.web.endpoint import negotiation as problems
from hrdgraph.web.endpoint.http import ProblemResponse, top
from hrdgraph.web.endpoint.negotiation import (
    BY_NAME,
    FORMS,
    GRAPHS,
    Problem,
    choose,
)
from hrdgraph.web.json_api.lists import (
    LIMIT,
    LONGEST,
    MOST,
    ROWS,
    THINGS,
    YEARS,
    Lists,
    choices_of,
    ways_of,
)
from hrdgraph.web.json_api.records import PARTS, RECORDS, fields_of
from hrdgraph.web.json_api.routes import ROOT
from hrdgraph.web.machines.dataset import FORMATS, DataSet, examples
from hrdgraph.web.pages.routes import content
from hrdgraph.web.pages.site import Site
from hrdgraph.web.pages.views.questions import is_needed
from hrdgraph.web.turns import in_turn

_TEXT: Final[dict[str, Any]] = {"type": "string"}
_IRI: Final = {**_TEXT, "format": "uri"}
_RESULTS: Final = {"$ref": "#/components/schemas/Results"}
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
_SPAN: Final = "; a span: 2013-2015, 2013-, -2015"
_FILTERS: Final[Mapping[str, tuple[str, str]]] = {
    "country": (
        "Keys of countries; names, codes and addresses are read too: of nationality and work of "
        "a person, of the seat of an organisation, of the place or recipient that a claim names",
        "country/RU",
    ),
    "award": ("Keys of awards; names and addresses are read too", "award/martin-ennals-award"),
    "decade": (f"The first year of a decade{_SPAN}", "2010"),
    "year": (f"A year{_SPAN}", "2013"),
    "source": ("The name of a source", "award-lists"),
    "publisher": ("Who published it", ""),
    "status": ("How sure a claim is; of other things, any claim about them", "verified"),
    "kind": ("The kind of a claim", "conferral"),
    "outcome": ("What a conferral came to", "laureate"),
    "about": ("The key, name, code or address of a thing that it is about", "Igor Kalyapin"),
    "what": ("The kind of an act", "killing"),
}


def lists(site: Site) -> dict[str, Any]:
    """Describe the paths of the API."""
    languages = site.languages
    paths: dict[str, Any] = {
        ROOT: {"get": _get("lists", "What lists there are", [], "Index")},
        f"{ROOT}/search": {
            "get": _get(
                "search",
                "Things by their names, in any language and script, small mistakes forgiven",
                [
                    _parameter("q", "What is looked for", "kalyapin", _TYPED, required=True),
                    _in_query("kind", "Only things of a kind.", _one_of(site.listed_kinds)),
                    _limit(100, 20),
                    _CURSOR,
                    _language(languages),
                ],
                "Hits",
                failures=("400", "404"),
            )
        },
    }
    for name in (*Lists.NAMES, *site.own_lists):
        paths[f"{ROOT}/{name}"] = {"get": _list(site, name)}
        for table in _TABLES:
            paths[f"{ROOT}/{name}.{table}"] = {"get": _list(site, name, table)}
        paths[f"{ROOT}/{name}/{{key}}"] = {"get": _entry(site, name)}
    return paths


def _filter(site: Site, name: str, key: str) -> list[dict[str, Any]]:
    """Describe a filter, which may be repeated; nothing where there is no value that it could
    have."""
    text, example = _FILTERS.get(key, (f"A code of {key}", ""))
    words = choices_of(site, name, key)
    if key in THINGS:
        shape: dict[str, Any] = _field(f"{key.title()}Key") if words else {}
    elif key in ("year", "decade"):
        shape = {**_TEXT, "pattern": f"^(?:{YEARS})$"}
    else:
        shape = _TYPED if key == "about" else _one_of(words) if words else {}
    more = {"example": [example]} if example in words or not words else {}
    many = {"type": "array", "items": shape, "minItems": 1}
    return [_in_query(key, f"{text}.", many, style="form", explode=True, **more)] * bool(shape)


def _fields(site: Site, name: str) -> dict[str, Any]:
    shape = {"type": "array", "items": _one_of(fields_of(site, name))}
    text = "The wanted fields, with commas between; `id` always."
    return _in_query("fields", text, shape, style="form", explode=False, example=["label"])


def _list(site: Site, name: str, table: str = "") -> dict[str, Any]:
    own, (filters, sorts) = site.own_lists.get(name), ways_of(site, name)
    summary, example = (own.description("en"), "") if own else _SAID[name]
    given = [each for key in filters for each in _filter(site, name, key)]
    text = "Those whose names, or names that they are about, are like this"
    given += [_parameter("q", text, "igor", {**_TEXT, "maxLength": LONGEST})]
    limits = (ROWS, ROWS) if table else (MOST, LIMIT)
    given += [_sort(sorts), _limit(*limits), _language(site.languages)]
    text = "Count the entries by the values of a filter, instead of listing them"
    facet = _in_query("facet", f"{text}.", _one_of(filters))
    given += [_CURSOR, _fields(site, name), facet]
    described = f"{summary}{', as a ' + _TABLES[table][0] if table else ''}"
    entry = _get(
        f"list-{name}{f'-{table}' if table else ''}",
        described,
        given,
        f"{record_name(name)}Page",
        ("400", "404"),
        table,
    )
    if example:
        path = f"{ROOT}/{name}{f'.{table}' if table else ''}?{example}"
        entry["description"] = f"For example `GET {path}`."
    return entry


def _entry(site: Site, name: str) -> dict[str, Any]:
    key = {
        "name": "key", "in": "path", "required": True,
        "description": "The `key` of an entry, with its slashes as they are; or its name or code.",
        "schema": _TEXT,
    }  # fmt: skip
    given = [key, _language(site.languages), _fields(site, name)]
    schema = record_name(name)
    return _get(f"one-of-{name}", f"One of the {name}", given, schema, ("400", "404", "410"))


def operation(
    tag: str, name: str, summary: str, responses: dict[str, Any], **more: Any
) -> dict[str, Any]:
    """Describe a request under a tag and a name, with its answers."""
    named = {"tags": [tag], "operationId": name, "summary": summary}
    return {**named, **more, "responses": responses}


def _get(
    name: str, summary: str, given: Sequence[Any], schema: str, failures: Sequence[str] = (),
    table: str = "",
) -> dict[str, Any]:  # fmt: skip
    reference: dict[str, Any] = {"$ref": f"#/components/schemas/{schema}"}
    content: dict[str, Any] = {"application/json": {"schema": reference}}
    if table:
        content = {_TABLES[table][1]: {"schema": _TEXT}}
    answers = {"200": {"description": summary, "content": content}}
    answers |= _failures(*failures, "429", "503")
    return operation("lists", name, summary, answers, parameters=list(given))


_TABLES: Final = {
    "csv": ("table", "text/csv"),
    "xlsx": ("workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def _one_of(words: Iterable[str]) -> dict[str, Any]:
    return {**_TEXT, "enum": list(words)}


def _in_query(name: str, text: str, shape: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": text, "schema": shape, **more}


def _parameter(
    name: str, text: str, example: str, shape: Mapping[str, Any] = _TEXT, **more: Any
) -> dict[str, Any]:
    return _in_query(name, f"{text}.", shape, **({"example": example} if example else {}), **more)


_TYPED: Final = {**_TEXT, "maxLength": LONGEST, "pattern": r"[^\s]"}
_CURSOR: Final = _parameter(
    "cursor", "Where to go on: the `cursor` of the page before", "",
    {**_TEXT, "pattern": "^[A-Za-z0-9_-]*$"},
)  # fmt: skip


def _limit(most: int, usual: int) -> dict[str, Any]:
    shape = {"type": "integer", "minimum": 1, "maximum": most, "default": usual}
    return _in_query("limit", "How many at most.", shape)


def _sort(keys: Sequence[str]) -> dict[str, Any]:
    ways = [way for key in keys for way in (key, f"-{key}")]
    return _in_query("sort", "The order.", {**_one_of(ways), "default": ways[0]})


def _language(languages: Sequence[str]) -> dict[str, Any]:
    shape = {**_one_of(languages), "default": languages[0]}
    return _in_query("lang", "Of labels.", shape)


_PLAIN: Final = {
    "text": _TEXT, "iri": {**_TEXT, "format": "iri"}, "integer": {"type": "integer"},
    "boolean": {"type": "boolean"}, "object": {"type": "object"},
}  # fmt: skip


def record_name(name: str) -> str:
    """Return the name of the records of a list, as the document has it."""
    return RECORDS.get(name) or name.title().replace("-", "")


def _field(held: str) -> dict[str, Any]:
    """Describe what a field holds."""
    name = held.rstrip("*?")
    schema = _PLAIN.get(name) or {"$ref": f"#/components/schemas/{name}"}
    if held.endswith("*"):
        return {"type": "array", "items": schema}
    return {"anyOf": [schema, {"type": "null"}]} if held.endswith("?") else schema


def _object(fields: Mapping[str, str], required: Collection[str] | None = None) -> dict[str, Any]:
    """Describe an object; where `fields` chooses, some may be left out."""
    needed = list(fields if required is None else required)
    properties = {name: _field(held) for name, held in fields.items()}
    return {"type": "object", "required": needed, "properties": properties}


def schemas_of(site: Site) -> dict[str, Any]:
    """Describe the records of each list, their parts, and pages of them. What a claim says follows
    from the kinds that are declared."""
    attributes = [
        item for kind in site.topics.properties.kinds.values() for item in kind.attributes
    ]
    says = {
        item.field: {**_field("Value*"), "description": item.label("en")}
        for item in reversed(attributes)
        if item.field in site.topics.properties.fields
    }
    schemas = {name: _object(fields) for name, fields in PARTS.items()}
    schemas |= {name: _object(*held) for name, held in _ENDPOINT.items()}
    parts = (PARTS[name] for name in ("Reference", "Literal"))
    values = [_object({**part, "status": "Status"}, part) for part in parts]
    schemas |= {
        "Status": _one_of(STATUSES),
        "Row": {"type": "object", "additionalProperties": _field("Term")},
        "Value": {"anyOf": values, "description": "`status` where the sources disagree."},
        "Says": {"type": "object", "properties": dict(reversed(says.items()))},
        "Count": _object(
            {"value": "text", "label": "text", "count": "integer", "disputed": "integer"}
        ),
        "Hits": _page(_object({**PARTS["Reference"], "names": "text*"})),
        "Index": {
            "type": "object", "required": ["lists"],
            "properties": {"lists": {"type": "object", "additionalProperties": _PLAIN["iri"]}},
        },
        **{
            f"{key.title()}Key": _one_of(words)
            for key in THINGS
            if (words := choices_of(site, "", key))
        },
    }  # fmt: skip
    for name in (*Lists.NAMES, *site.own_lists):
        record = record_name(name)
        schemas[record] = _object(fields_of(site, name), ("id",))
        counted = [{"$ref": f"#/components/schemas/{each}"} for each in (record, "Count")]
        schemas[f"{record}Page"] = _page({"anyOf": counted})
    return schemas


_ENDPOINT: Final = {  # what it answers with: fields, and those that are always there
    "Problem": (
        {
            **dict.fromkeys(("type", "title", "code", "detail", "hint"), "text"),
            **dict.fromkeys(("status", "line", "column"), "integer"),
            "fields": "object", "errors": "object*",
        },
        ("status", "code"),
    ),
    "Results": ({"head": "object", "boolean": "boolean", "results": "Bindings"}, ("head",)),
    "Bindings": ({"bindings": "Row*"}, ("bindings",)),
    "Term": (
        dict.fromkeys(("type", "value", "xml:lang", "datatype"), "text"), ("type", "value"),
    ),
}  # fmt: skip


def _page(items: Mapping[str, Any]) -> dict[str, Any]:
    """Describe a page of a list."""
    page = _object({"count": "integer", "next": "iri?", "cursor": "text?"})
    page["required"].append("data")
    left_out = {"type": "object", "description": "What is not shown, and how to see it."}
    page["properties"] |= {"left_out": left_out, "data": {"type": "array", "items": items}}
    return page


_DESCRIPTION: Final = (
    "Everything here is read-only, needs no key and may be called by pages of other sites. Every "
    "thing has a permanent address, {base}KEY: "
    "`GET /id/KEY` leads (303) to its page or, by `Accept`, to its data as text/turtle, "
    "application/ld+json or application/n-triples."
)
_SHAPES: Final[Mapping[Type, dict[str, Any]]] = {
    Type.IRI: _TYPED,
    Type.CONCEPT: _TYPED,
    Type.STRING: _TEXT,
    Type.LANGUAGE: {**_TEXT, "pattern": "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"},
    Type.YEAR: {**_TEXT, "pattern": "^[0-9]{4}$"},
    Type.DATE: {**_TEXT, "format": "date"},
    Type.INTEGER: {**_TEXT, "pattern": "^[+-]?[0-9]+$"},
}
_FAILURE: Final = {
    "description": "What is wrong, and a way out (RFC 9457).",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def document(site: Site, address: str) -> bytes:
    """Write the document as JSON. `address` is where the server stands and ends in a slash."""
    paths = {
        **_endpoint(),
        **_descriptions(),
        **{path: item for query in site.graph.queries.questions for path, item in _query(query)},
    }
    openapi = {
        "openapi": "3.1.1",
        "info": {
            "title": site.graph.project.title_in("en"),
            "version": str(site.graph.manifest.get("versions", {}).get("hrdgraph", "0")),
            "description": _DESCRIPTION.format(base=site.base),
        },
        "servers": [{"url": address.rstrip("/") or "/"}],
        "tags": [{"name": name, "description": text} for name, text in _TAGS.items()],
        "paths": {**lists(site), **paths},
        "components": {"schemas": schemas_of(site)},
    }
    return (json.dumps(openapi, ensure_ascii=False, indent=1) + "\n").encode()


_TAGS: Final = {
    "lists": "Plain JSON and CSV: things, claims, who won what; each claim has its status.",
    "queries": "Saved queries: each is a question with parameters.",
    "sparql": "The SPARQL 1.1 endpoint and its graphs.",
    "descriptions": "What the data set holds and how it is asked.",
}


def _query(query: Query) -> list[tuple[str, dict[str, Any]]]:
    """Describe the paths of a saved query: one for each format."""
    kinds = {
        "csv": ("text/csv", _TEXT), "json": ("application/sparql-results+json", _RESULTS),
    }  # fmt: skip
    titles = "\n\n".join(f"[{language}] {title}" for language, title in query.titles)
    columns = "".join(f"\n- `{column.name}`: {column.text}" for column in query.columns)
    columns = f"\n\nColumns:\n{columns}" if columns else ""
    texts = {
        "description": f"{titles}{columns}",
        "parameters": [_query_parameter(parameter) for parameter in query.parameters],
    }
    paths = []
    for ending, (kind, shape) in kinds.items():
        answer = {"description": "The answer, whole.", "content": {kind: {"schema": shape}}}
        answers = {"200": answer, **_failures("400", "404", "503", "504")}
        name = f"{query.name}-{ending}"
        item = operation("queries", name, query.title("en"), answers, **texts)
        paths.append((f"/queries/{query.name}.{ending}", {"get": item}))
    return paths


def _query_parameter(parameter: Parameter) -> dict[str, Any]:
    shape = dict(_SHAPES[parameter.type])
    if parameter.default is not None:
        shape["default"] = parameter.default
    return {
        "name": parameter.name, "in": "query", "required": is_needed(parameter),
        "description": parameter.text, "schema": shape,
    }  # fmt: skip


def _endpoint() -> dict[str, Any]:
    given = [
        _in_query(
            "query", "A query of SPARQL 1.1. Without it, the description of the service.", _TEXT
        ),
        _many("default-graph-uri", "A graph to read, as often as need be; without any, all."),
        _many("named-graph-uri", "A graph that GRAPH may name."),
        _in_query(
            "format",
            "A format by its short name, where Accept names none that can be met.",
            _one_of(BY_NAME),
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
        "application/sparql-query": {"schema": _TEXT},
    }
    longer = "Ask a query that is too long for an address"
    body = {"required": True, "content": bodies}
    get = operation("sparql", "query", "Ask a query", {**answers}, parameters=given)
    answers |= _failures("415")
    post = operation("sparql", "query-by-post", longer, answers, requestBody=body)
    return {"/sparql": {"get": get, "post": post}, "/sparql/graphs": {"get": _graph()}}


def _graph() -> dict[str, Any]:
    contents = {media.type: {"schema": _TEXT} for media in GRAPHS}
    given = [
        _in_query("graph", "The IRI of a named graph.", _IRI),
        _in_query(
            "default", "Given without a value: all graphs as one.", _TEXT, allowEmptyValue=True
        ),
    ]
    answer = {"description": "The graph.", "content": contents}
    answers = {"200": answer, **_failures("400", "404", "406", "429", "503", "504")}
    summary = "One graph, whole (Graph Store Protocol)"
    return operation("sparql", "graph", summary, answers, parameters=given)


def _contents() -> dict[str, Any]:
    content = {media.type: {"schema": _TEXT} for medias in FORMS.values() for media in medias}
    return content | {"application/sparql-results+json": {"schema": _RESULTS}}


def _descriptions() -> dict[str, Any]:
    descriptions = {
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
    for path, (name, summary, kinds) in descriptions.items():
        content = {kind: {"schema": _TEXT} for kind in kinds}
        answers = {"200": {"description": summary, "content": content}}
        paths[path] = {"get": operation("descriptions", name, summary, answers)}
    return paths


def _many(name: str, text: str) -> dict[str, Any]:
    shape = {"type": "array", "items": _IRI}
    return _in_query(name, text, shape, style="form", explode=True)


def _failures(*statuses: str) -> dict[str, Any]:
    return dict.fromkeys(statuses, _FAILURE)


_OFFERED: Final = tuple(media for media in GRAPHS if media.name in FORMATS)
_TYPES: Final = {media.name: media.header for media in _OFFERED} | {"rdf": "application/rdf+xml"}
_JSON: Final = "application/vnd.oai.openapi+json;version=3.1"


def routes(site: Site) -> list[BaseRoute]:
    """List the routes, to be put before those of the pages."""
    own = _MachineHandlers(site)
    fixed = [
        Route(f"/void.{name}", partial(own.data_set_in, name), methods=["GET"]) for name in FORMATS
    ]
    return [
        *fixed,
        Route("/.well-known/void", own.data_set, methods=["GET"]),
        Route("/openapi.json", own.interfaces, methods=["GET"]),
        Route("/queries/examples.ttl", own.examples, methods=["GET"]),
    ]


class _MachineHandlers:
    """The own. What is made takes some milliseconds, so a thread makes it."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._data_set = DataSet(site)

    async def data_set_in(self, name: str, request: Request) -> Response:
        """Answer with the description of the data set in one format."""
        return await self._answer(
            request, _TYPES[name], lambda at: self._data_set.document(at, name, endpoint=True)
        )

    async def data_set(self, request: Request) -> Response:
        """Answer with the description in the format that the client likes best; 406 with the list
        where it likes none."""
        media = choose(request.headers.get("accept", ""), _OFFERED)
        if media is None:
            return ProblemResponse(problems.not_acceptable(_OFFERED))
        return await self.data_set_in(media.name, request)

    async def interfaces(self, request: Request) -> Response:
        """Answer with the interfaces as OpenAPI."""
        return await self._answer(request, _JSON, lambda at: document(self._site, at))

    async def examples(self, request: Request) -> Response:
        """Answer with the saved queries as examples."""
        return await self._answer(
            request, _TYPES["ttl"], lambda at: examples(self._site, at, endpoint=True)
        )

    async def _answer(
        self, request: Request, media_type: str, make: Callable[[str], bytes]
    ) -> Response:
        try:
            body = await in_turn(make, self._site.address or f"{top(request)}/")
        except Problem as problem:
            return ProblemResponse(problem)
        return await in_turn(content, request, body, media_type, shared=True)
