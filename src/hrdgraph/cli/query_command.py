"""Ask the built graph: query."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hrdgraph.catalogue import Message
from hrdgraph.catalogue.words import headings
from hrdgraph.cli import completion
from hrdgraph.cli.command_from_function import (
    FILE,
    FLAG,
    CommandCall,
    argument,
    option,
    own_command,
)
from hrdgraph.cli.common import echo_json, name_options, table, tell
from hrdgraph.cli.option_values import Number, Size
from hrdgraph.errors import HrdgraphError, ProjectError, raise_all
from hrdgraph.library.calls import UsageError
from hrdgraph.library.destination import check_place, write_out
from hrdgraph.library.output_format import format_of

if TYPE_CHECKING:
    from hrdgraph.library.graph import Graph
    from hrdgraph.project import Project
    from hrdgraph.queries.model import Parameter, Query
    from hrdgraph.store.worker_process import WorkerLimits


def _list_questions(call: CommandCall) -> None:
    """Print the questions that a project has, with their parameters."""
    from hrdgraph.queries.catalogue import find

    questions = find(*call.project.queries_dirs).questions
    language = call.language
    if call.is_json:
        echo_json([_query_dict(query) for query in questions])
        return
    rows = [
        (
            query.topic,
            query.name,
            query.title(language),
            " ".join(_parameter(parameter, language) for parameter in query.parameters),
        )
        for query in questions
    ]
    table(headings(("topic", "name", "question", "parameters"), language), rows)
    call.tell("queries-next", apart=True)


def _parameter(parameter: Parameter, language: str) -> str:
    """Show a parameter, with what holds where it is not given: of a language, that of who asks."""
    if parameter.type.value == "language":
        return f"[{parameter.name}={language}]"
    if parameter.default is not None:
        return f"[{parameter.name}={parameter.default}]"
    return f"[{parameter.name}]" if parameter.optional else parameter.name


def _query_dict(query: Query) -> dict[str, object]:
    return {
        "topic": query.topic,
        "name": query.name,
        "titles": dict(query.titles),
        "parameters": [
            {
                "name": p.name,
                "type": p.type.value,
                "scope": p.scope,
                "text": p.text,
                "default": p.default,
                "optional": p.optional,
            }
            for p in query.parameters
        ],
        "columns": [{"name": column.name, "text": column.text} for column in query.columns],
    }


def _check_query(given: dict[str, Any]) -> None:
    """Refuse what is called wrongly before anything is opened."""
    apart = [name for name in ("as_of", "store", "explain_plan") if given[name]]
    if len(apart) > 1:
        raise UsageError("not-together", names=name_options(apart), hint="keep-one")
    if given["question"] is None and not given["list"]:
        raise UsageError(
            "missing",
            option="NAME|FILE|-",
            hint=Message("see-address", address="hrdgraph query --list"),
        )
    from hrdgraph.queries.output import FORMATS

    format = "json" if given["as_json"] else given["format"]
    given["format"] = format_of(given["output"], format, FORMATS, "table")


@own_command(
    "query", check=_check_query, list=FLAG,
    question=argument(metavar="NAME|FILE|-", shell_complete=completion.questions),
    format=option(
        shell_complete=completion.formats(
            "table", "csv", "tsv", "json", "xml", "parquet", "ttl", "nt", "jsonld", "rdfxml"
        )
    ),
    output=option(type=FILE), timeout=option(type=Number(0, min_open=True)),
    memory=option(type=Size(least=1)), store=option(metavar="URL"), as_of=option(metavar="DATE"),
)  # fmt: skip
def run_query(
    call: CommandCall, question: str | None = None, *, param: Mapping[str, str] | None = None,
    format: str | None = None, output: Path | None = None, timeout: float = 300.0,
    memory: str | int = "2G", explain_plan: bool = False, store: str = "", as_of: str = "",
) -> None:  # fmt: skip
    """Ask a question, or list those that there are."""
    from hrdgraph.library.searching import open_release
    from hrdgraph.store.worker_process import WorkerLimits

    if question is None or call.given["list"]:
        return _list_questions(call)
    assert isinstance(memory, int)
    assert format is not None
    limits, project, spoken = WorkerLimits(timeout, memory), call.project, call.language
    values = dict(param or {})
    graph = (
        open_release(project, as_of, limits=limits)
        if as_of
        else _graph(project, question, store, limits, spoken)
    )
    if explain_plan:
        return _explain_plan(graph, question, values, spoken, as_json=call.is_json)
    # a file is to be the same everywhere
    language = spoken if call.given["lang"] or format == "table" else ""
    replaced: list[tuple[str, str]] = []
    answer = graph.answer(
        question, values, language=language, spoken=spoken, stdin=sys.stdin.read,
        on_replaced=lambda old, new: replaced.append((old, new)),
    )  # fmt: skip
    from hrdgraph.privacy.readable_build import remember_output
    from hrdgraph.queries.output import write

    if output is not None and str(output) != "-":
        check_place(output)
        remember_output(project, output)
    named = next((query for query in graph.questions() if query.name == question), None)
    empty = named.empty(spoken) if named else ""
    base = project.base if format == "table" else ""
    data = write(answer, format, base=base, language=language, empty=empty)
    write_out(data, output, inputs=[Path(question)])
    for old, new in replaced:
        tell("query-iri-replaced", spoken, err=True, old=old, new=new)
    return None


def _graph(
    project: Project, question: str, store: str, limits: WorkerLimits, language: str
) -> Graph:
    from hrdgraph.library.searching import RemoteGraph, SearchingGraph
    from hrdgraph.queries.catalogue import find, resolve
    from hrdgraph.store.worker_process import BoundedReader

    if store:
        return RemoteGraph(project, store, limits=limits)

    try:
        graph = SearchingGraph(project, limits=limits)
    except ProjectError as error:
        errors: list[HrdgraphError] = [error]
        try:  # who builds first is not to learn only then that the name was mistyped
            resolve(find(*project.queries_dirs), question, str)
        except HrdgraphError as unknown:
            errors.insert(0, unknown)
        raise_all(errors)
    assert isinstance(graph.reader, BoundedReader)
    graph.reader.on_filling = lambda: tell("store-filling", language, err=True, count=len(graph))
    return graph


def _explain_plan(
    graph: Graph, question: str, parameters: dict[str, str], language: str, *, as_json: bool
) -> None:
    from hrdgraph.library.graph import plan_of

    plan = plan_of(graph, question, parameters, language=language, stdin=sys.stdin.read)
    if as_json:
        echo_json(plan.as_dict())
        return
    tell("name-value", language, name=plan.engine, value=plan.reason)
