"""Saved queries into pages: a form from their parameters, the answer as a table, a picture where
it helps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from hrdgraph.errors import HrdgraphError
from hrdgraph.queries import Parameter, Query, Type, called
from hrdgraph.rdf import IRI, Literal, Term
from hrdgraph.store import Answer, Boolean, Solutions
from hrdgraph.web.endpoint.problems import bad_query
from hrdgraph.web.pages.graph_view import Value
from hrdgraph.web.pages.pictures.charts import chart_of
from hrdgraph.web.pages.view import Desk, View
from hrdgraph.web.pages.wording.labels import TextRun
from hrdgraph.web.pages.wording.naming import name

ROWS_SHOWN: Final = 500
_OFFERED: Final = 5_000  # things of which a field lets one choose
FILES: Final = (("csv", "CSV"), ("json", "JSON"))


@dataclass(frozen=True)
class FormField:
    """A field of a form. `options`, (value, name) pairs, are offered as one types."""

    name: str
    label: str
    hint: str
    value: str
    required: bool
    kind: str
    pattern: str
    options: list[tuple[str, str]]


def questions_view(desk: Desk) -> View:
    """All saved queries by topic."""
    topics: dict[str, list[tuple[TextRun, int]]] = {}
    for query in desk.site.queries.questions:
        part = TextRun(query.title(desk.language), desk.page(f"queries/{query.name}"))
        topics.setdefault(query.topic, []).append(
            (part, len([p for p in query.parameters if is_needed(p)]))
        )
    named = [(_topic(desk, topic), items) for topic, items in sorted(topics.items())]
    return View(
        "queries.html", desk.link("nav_queries", "queries"), "queries", {"topics": named}, "queries"
    )


def _topic(desk: Desk, topic: str) -> str:
    return desk.words(f"topic_{topic}") if desk.words.has(f"topic_{topic}") else topic.capitalize()


def is_needed(parameter: Parameter) -> bool:
    """Whether a query cannot be asked without a value for a parameter."""
    return parameter.default is None and not parameter.optional


def can_be_asked(query: Query, given: Mapping[str, str]) -> bool:
    """Whether every parameter that needs a value has one."""
    return all(
        given.get(parameter.name, "").strip()
        for parameter in query.parameters
        if is_needed(parameter)
    )


def given_to(query: Query, asked: Mapping[str, str], language: str) -> dict[str, str]:
    """The values that were given for the parameters of a query; names in the language of the
    page where nothing else is said."""
    names = {parameter.name for parameter in query.parameters}
    given = {key: value for key, value in asked.items() if key in names and value.strip()}
    spoken = next(
        (p.name for p in query.parameters if p.type is Type.LANGUAGE and p.name not in given), None
    )
    return given | ({spoken: language} if spoken else {})


def question_view(
    desk: Desk, query: Query, given: Mapping[str, str], answer: Answer | HrdgraphError | None
) -> View:
    """The page of one query. `answer` is None where it has not been asked yet."""
    failed = bad_query(answer) if isinstance(answer, HrdgraphError) else None
    chosen = {key: value for key, value in given.items() if not _is_language(query, key)}
    values: dict[str, Any] = {
        "name": query.name,
        "fields": [
            _field(desk, parameter, given)
            for parameter in query.parameters
            if parameter.type is not Type.LANGUAGE
        ],
        "columns_told": [
            (called(column.name, desk.language), column.told(desk.language))
            for column in query.columns
        ],
        "text": query.text,
        "empty": query.empty(desk.language),
        "fact": failed.fact(desk.language) if failed else "",
        "hint": failed.hint(desk.language) if failed else "",
        "answered": answer is not None and failed is None,
        "files": [(label, _file(desk, query, ending, given)) for ending, label in FILES],
        **_table(desk, None if isinstance(answer, HrdgraphError) else answer),
    }
    title = TextRun(query.title(desk.language))
    path = f"queries/{query.name}"
    status, summary = (
        failed.status if failed else 200,
        " · ".join(told for _, told in values["columns_told"]),
    )
    return View(
        "query.html",
        title,
        path,
        values,
        "queries",
        query=chosen,
        status=status,
        indexed=not chosen,
        summary=summary,
    )


def _is_language(query: Query, name: str) -> bool:
    return any(
        parameter.name == name and parameter.type is Type.LANGUAGE for parameter in query.parameters
    )


def _file(desk: Desk, query: Query, ending: str, given: Mapping[str, str]) -> str:
    from urllib.parse import urlencode

    if desk.links.is_static:
        return desk.links.file(f"queries/{query.name}.{desk.language}.{ending}")
    return desk.links.file(f"queries/{query.name}.{ending}") + (
        f"?{urlencode(sorted(given.items()))}" if given else ""
    )


def _field(desk: Desk, parameter: Parameter, given: Mapping[str, str]) -> FormField:
    kinds = {Type.YEAR: ("text", "[0-9]{4}"), Type.DATE: ("date", ""), Type.INTEGER: ("number", "")}
    kind, pattern = kinds.get(parameter.type, ("text", ""))
    return FormField(
        name=parameter.name,
        label=desk.words(key)
        if desk.words.has(key := f"parameter_{parameter.name}")
        else parameter.name.replace("_", " "),
        hint=parameter.told(desk.language),
        value=given.get(parameter.name, parameter.default or ""),
        required=is_needed(parameter),
        kind=kind,
        pattern=pattern,
        options=_options(desk, parameter),
    )


def _options(desk: Desk, parameter: Parameter) -> list[tuple[str, str]]:
    """What a field offers: the things under its scope by name, or the concepts of its
    vocabulary. Nothing where these are too many to choose from: the page would be megabytes, and
    some of them would look like all."""
    if parameter.type is Type.CONCEPT:
        space = f"https://w3id.org/hrdgraph/vocabulary/{parameter.scope}/"
        concepts = [iri for iri in desk.site.ontology.concepts if iri.value.startswith(space)]
        offered = [
            (iri.value[len(space) :], desk.site.ontology.label(iri, (desk.language,)))
            for iri in concepts
        ]
        return sorted(offered, key=lambda pair: pair[1])
    if parameter.type is not Type.IRI or not parameter.scope:
        return []
    start = f"{desk.site.base}{parameter.scope}/"
    nodes = sorted(
        (node for node in desk.site.said.below(start) if node in desk.site.kinds),
        key=desk.site.order.__getitem__,
    )
    if len(nodes) > _OFFERED:
        return []
    return sorted(
        ((desk.site.said.iri(node)[len(start) :], desk.labels.of(node).text) for node in nodes),
        key=lambda pair: pair[1].lower(),
    )


def _table(desk: Desk, answer: Answer | None) -> dict[str, Any]:
    """The answer in rows of parts, and its picture. Triples make a table of three columns."""
    empty: dict[str, Any] = {"columns": [], "rows": [], "total": 0, "chart": None, "verdict": ""}
    if answer is None:
        return empty
    if isinstance(answer, Boolean):
        return empty | {"verdict": desk.words("yes" if answer else "no")}
    if isinstance(answer, Solutions):
        variables, rows = answer.variables, answer.rows
    else:
        variables, rows = (
            ("subject", "predicate", "object"),
            tuple((q.subject, q.predicate, q.object) for q in answer.quads),
        )
    cells = [[cell(desk, term) for term in row] for row in rows[:ROWS_SHOWN]]
    names = [called(variable, desk.language) for variable in variables]
    chart = chart_of(variables, rows, [[part.text for part in row] for row in cells], names)
    return empty | {
        "columns": names,
        "rows": _with_numbers(rows, cells),
        "total": len(rows),
        "chart": chart,
    }


def _with_numbers(
    rows: Sequence[Sequence[Term | None]], cells: list[list[TextRun]]
) -> list[list[tuple[TextRun, bool]]]:
    numeric = ("integer", "decimal", "double", "float")
    return [
        [
            (part, isinstance(term, Literal) and term.datatype.endswith(numeric))
            for term, part in zip(row, parts, strict=True)
        ]
        for row, parts in zip(rows, cells, strict=False)
    ]


def cell(desk: Desk, term: Term | None) -> TextRun:
    """A term of an answer: linked where it is a thing, in words where it is a date."""
    if term is None:
        return TextRun("")
    if isinstance(term, IRI):
        node = desk.site.said.find(term)
        return desk.linker.part(node) if node >= 0 else TextRun(term.value)
    if isinstance(term, Literal):
        if (
            term.datatype.endswith("#integer")
            and term.value.lstrip("-").isdigit()
            and len(term.value) < 16
        ):
            return TextRun(desk.words.number(int(term.value)))
        return desk.linker.named(
            name(
                desk.labels.value_words(Value(term.value, term.language, term.datatype)),
                term.language,
            )
        )
    return TextRun(term.n3())
