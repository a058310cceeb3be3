"""Show saved queries: a form from their parameters, the answer as a table, a picture where it
helps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from hrdgraph.errors import HrdgraphError
from hrdgraph.queries.model import Parameter, Query, Type
from hrdgraph.queries.output import name_column
from hrdgraph.rdf import IRI, Literal, Term
from hrdgraph.store.contract import Answer, Boolean, Solutions
from hrdgraph.web.endpoint.negotiation import bad_query
from hrdgraph.web.pages.graph_view import Value
from hrdgraph.web.pages.labels import TextRun
from hrdgraph.web.pages.naming import name
from hrdgraph.web.pages.pictures import chart_of
from hrdgraph.web.pages.view import Desk, View
from hrdgraph.web.pages.views.lists import turning

ROWS_SHOWN: Final = 100  # on one page of an answer
_OFFERED: Final = 5_000  # things of which a field lets one choose
MOST_PIECES: Final = 3  # in a site of files, which has the whole answer as a file
PIECE: Final = "page"  # what asks for another piece of an answer
FILES: Final = (("csv", "CSV"), ("json", "JSON"))


@dataclass(frozen=True)
class FormField:
    """A field of a form. `options`, (value, name) pairs, are offered as one types."""

    name: str
    label: str
    value: str
    required: bool
    kind: str
    pattern: str
    options: list[tuple[str, str]]


def questions_view(desk: Desk) -> View:
    """Show all saved queries by topic."""
    topics: dict[str, list[tuple[TextRun, int]]] = {}
    for query in desk.site.graph.queries.questions:
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
    """Tell whether a query needs a value for a parameter."""
    return parameter.default is None and not parameter.optional


def can_be_asked(query: Query, given: Mapping[str, str]) -> bool:
    """Tell whether every parameter that needs a value has one."""
    return all(
        given.get(parameter.name, "").strip()
        for parameter in query.parameters
        if is_needed(parameter)
    )


def values_given(query: Query, asked: Mapping[str, str], language: str) -> dict[str, str]:
    """Return the values given for the parameters of a query; names in the language of the page
    where nothing else is said."""
    names = {parameter.name for parameter in query.parameters}
    given = {key: value for key, value in asked.items() if key in names and value.strip()}
    spoken = next(
        (p.name for p in query.parameters if p.type is Type.LANGUAGE and p.name not in given), None
    )
    return given | ({spoken: language} if spoken else {})


def question_view(
    desk: Desk, query: Query, given: Mapping[str, str], answer: Answer | HrdgraphError | None,
    page: int = 1,
) -> View:  # fmt: skip
    """Show one query. `answer` is None where it has not been asked yet; of a long one a piece is
    shown, and a page beyond the last is the last."""
    failed = bad_query(answer) if isinstance(answer, HrdgraphError) else None
    spoken = {each.name for each in query.parameters if each.type is Type.LANGUAGE}
    chosen = {key: value for key, value in given.items() if key not in spoken}
    table = _table(desk, None if isinstance(answer, HrdgraphError) else answer, page)
    values = _of_query(desk, query, given) | {
        "columns_told": [
            (name_column(column.name, desk.language), column.describe(desk.language))
            for column in query.columns
            if column.name not in table["repeated"]
        ],
        "fact": failed.fact(desk.language) if failed else "",
        "hint": failed.hint(desk.language) if failed else "",
        "answered": answer is not None and failed is None,
        **table,
    }
    path, page = f"queries/{query.name}", values["at"]
    values |= turning(page, values["pages"], lambda at: _piece(desk, path, chosen, at))
    its_path, its_query = _piece_of(desk, path, chosen, page) if page > 1 else (path, chosen)
    return View(
        "query.html", TextRun(query.title(desk.language)), its_path, values, "queries",
        query=its_query, status=failed.status if failed else 200,
        indexed=not chosen and page == 1,
        summary=" · ".join(text for _, text in values["columns_told"]),
    )  # fmt: skip


def _of_query(desk: Desk, query: Query, given: Mapping[str, str]) -> dict[str, Any]:
    """Return what a query says of itself, with its parameters as they are given."""
    parameters = (each for each in query.parameters if each.type is not Type.LANGUAGE)
    return {
        "name": query.name, "fields": [_field(desk, parameter, given) for parameter in parameters],
        "text": query.text, "empty": query.empty(desk.language),
        "files": [(label, _file(desk, query, ending, given)) for ending, label in FILES],
    }  # fmt: skip


def _piece_of(
    desk: Desk, path: str, chosen: Mapping[str, str], page: int
) -> tuple[str, dict[str, str]]:
    """Return the path and the query of a piece of an answer: in a site of files it has its own."""
    if desk.links.is_static:
        return (f"{path}/{page}" if page > 1 else path), dict(chosen)
    return path, {**chosen, **({PIECE: str(page)} if page > 1 else {})}


def _piece(desk: Desk, path: str, chosen: Mapping[str, str], page: int) -> str:
    its_path, query = _piece_of(desk, path, chosen, page)
    return desk.page(its_path, **query)


def _file(desk: Desk, query: Query, ending: str, given: Mapping[str, str]) -> str:
    if desk.links.is_static:
        return desk.links.file(f"queries/{answer_name(query, ending, desk.language)}")
    asked = f"?{urlencode(sorted(given.items()))}" if given else ""
    return desk.links.file(f"queries/{query.name}.{ending}{asked}")


def answer_name(query: Query, ending: str, language: str) -> str:
    """Name the file with the answer to a query in a site of files. Tables for people are there in
    each language where the answer has names in it."""
    is_spoken = any(parameter.type is Type.LANGUAGE for parameter in query.parameters)
    return f"{query.name}{f'.{language}' if is_spoken and ending == 'csv' else ''}.{ending}"


def _field(desk: Desk, parameter: Parameter, given: Mapping[str, str]) -> FormField:
    kinds = {Type.YEAR: ("text", "[0-9]{4}"), Type.DATE: ("date", ""), Type.INTEGER: ("number", "")}
    kind, pattern = kinds.get(parameter.type, ("text", ""))
    return FormField(
        name=parameter.name,
        label=parameter.describe(desk.language),
        value=given.get(parameter.name, parameter.default or ""),
        required=is_needed(parameter),
        kind=kind,
        pattern=pattern,
        options=_options(desk, parameter),
    )


def _options(desk: Desk, parameter: Parameter) -> list[tuple[str, str]]:
    """List what a field offers: the things under its scope by name, or the concepts of its
    vocabulary. Nothing where these are too many to choose from: the page would be megabytes,
    and some of them would look like all."""
    if parameter.type is Type.CONCEPT:
        space = f"https://w3id.org/hrdgraph/vocabulary/{parameter.scope}/"
        concepts = [iri for iri in desk.site.graph.ontology.concepts if iri.value.startswith(space)]
        offered = [
            (iri.value[len(space) :], desk.site.graph.ontology.label(iri, (desk.language,)))
            for iri in concepts
        ]
        return sorted(offered, key=lambda pair: pair[1])
    if parameter.type is not Type.IRI or not parameter.scope:
        return []
    start = f"{desk.site.base}{parameter.scope}/"
    nodes = sorted(
        (node for node in desk.site.rdf.below(start) if node in desk.site.kinds),
        key=desk.site.order.__getitem__,
    )
    if len(nodes) > _OFFERED:
        return []
    return sorted(
        ((desk.site.rdf.iri(node)[len(start) :], desk.labels.of(node).text) for node in nodes),
        key=lambda pair: pair[1].lower(),
    )


def pieces_of(answer: Answer | HrdgraphError | None, most: int = 0) -> int:
    """Count the pages of an answer, up to `most`."""
    result = None if isinstance(answer, HrdgraphError) else answer
    count = max(1, -(-len(rows_of(result)[1]) // ROWS_SHOWN))
    return min(count, most or count)


def rows_of(answer: Answer | None) -> tuple[Sequence[str], Sequence[Sequence[Term | None]]]:
    """Names and rows. Triples make a table of three columns."""
    if answer is None or isinstance(answer, Boolean):
        return (), ()
    if isinstance(answer, Solutions):
        return answer.variables, answer.rows
    triples = tuple((q.subject, q.predicate, q.object) for q in answer.quads)
    return ("subject", "predicate", "object"), triples


def _table(desk: Desk, answer: Answer | None, page: int) -> dict[str, Any]:
    """Show a piece of the answer in rows of parts, with the first one the picture of the whole;
    without columns that only say again what a linked one says."""
    variables, rows = rows_of(answer)
    pages = pieces_of(answer, MOST_PIECES if desk.links.is_static else 0)
    page = min(max(page, 1), pages)
    start = (page - 1) * ROWS_SHOWN
    piece = rows[start : start + ROWS_SHOWN]
    cells = [[cell(desk, term) for term in row] for row in piece]
    names = [name_column(variable, desk.language) for variable in variables]
    texts = [[part.text for part in row] for row in cells]
    chart = chart_of(variables, rows, texts, names) if page == 1 else None
    shown = _worth_showing(cells, len(names))
    numbered = _with_numbers(piece, cells)
    verdict = desk.words("yes" if answer else "no") if isinstance(answer, Boolean) else ""
    return {
        "columns": [names[at] for at in shown],
        "repeated": [name for at, name in enumerate(variables) if at not in shown],
        "rows": [[row[at] for at in shown] for row in numbered], "total": len(rows), "chart": chart,
        "verdict": verdict, "at": page, "pages": pages,
    }  # fmt: skip


def _worth_showing(rows: Sequence[Sequence[TextRun]], width: int) -> list[int]:
    """Return the places of the columns but those whose every text a linked column has too."""
    linked = [at for at in range(width) if any(row[at].href for row in rows)]
    return [at for at in range(width) if not any(_repeats(rows, at, other) for other in linked)]


def _repeats(rows: Sequence[Sequence[TextRun]], at: int, other: int) -> bool:
    plain = at != other and not any(row[at].href for row in rows)
    return (
        plain
        and all(row[at].text in ("", row[other].text) for row in rows)
        and any(row[at].text for row in rows)
    )


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
    """Show a term of an answer: linked where it is a thing, in words where it is a date."""
    if term is None:
        return TextRun("")
    if isinstance(term, IRI):
        node = desk.site.rdf.find(term)
        return desk.linker.part(node) if node >= 0 else TextRun(term.value)
    if isinstance(term, Literal):
        if (
            term.datatype.endswith("#integer")
            and term.value.lstrip("-").isdigit()
            and len(term.value) < 16
        ):
            return TextRun(desk.words.number(int(term.value)))
        return desk.linker.name_part(
            name(
                desk.labels.value_words(Value(term.value, term.language, term.datatype)),
                term.language,
            )
        )
    return TextRun(term.n3())
