"""Ask the built graph: query, explain."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from hrdgraph.catalogue import Message, render
from hrdgraph.catalogue.words import headings
from hrdgraph.cli import completion
from hrdgraph.cli.command_from_function import (
    FILE,
    FLAG,
    READING,
    CommandCall,
    argument,
    option,
    own_command,
)
from hrdgraph.cli.common import echo_json, echo_utf8, languages, open_in, table, tell
from hrdgraph.cli.option_values import Number, OneOf, PathTo, Size
from hrdgraph.cli.progress import counting
from hrdgraph.errors import HrdgraphError, Origin, ProjectError, SourceError, raise_all
from hrdgraph.library.calls import UsageError
from hrdgraph.library.destination import check_place, write_out
from hrdgraph.library.explained import ENOUGH, Heading, trace_lines
from hrdgraph.library.mapping_runs import bound, trace_terms
from hrdgraph.library.output_format import format_of
from hrdgraph.mapping.plan import Plan
from hrdgraph.mapping.tracing import Trace, Tracer, Untraceable
from hrdgraph.rdfio.read import statement_texts

if TYPE_CHECKING:
    from hrdgraph.library.graph import Graph
    from hrdgraph.project import Project
    from hrdgraph.queries.model import Parameter, Query
    from hrdgraph.store.worker_process import WorkerLimits


def explain_mapping(
    plan: Plan, mapping: Path, asked: str | Sequence[str], *, language: str, skips: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Explain a thing or a triple, or each statement of the file that is named. Where it
    `skips`, rows that cannot be mapped are passed over: `map` tells of them."""
    if isinstance(asked, str):
        tracer = Tracer(plan, reject=(lambda _: None) if skips else None)
        _explain_each(tracer, asked, language, as_json=as_json)
    else:
        _explain_one(plan, mapping, asked, language, skips=skips, as_json=as_json)


def _explain_one(
    plan: Plan, mapping: Path, what: Sequence[str], language: str, *, skips: bool, as_json: bool
) -> None:
    """Print every way in which a thing or a triple is made. MappingError where there is none."""
    found = trace_terms(plan, mapping, what, skips=skips)
    if as_json:
        echo_json([_as_dict(trace) for trace in found])
    else:
        click.echo("\n".join(_lines(found, language)))


def _explain_each(tracer: Tracer, file: str, language: str, *, as_json: bool) -> None:
    """Print how each statement of an N-Triples or N-Quads file is made, in one pass over the
    sources; graph names are not looked at."""
    try:
        with click.open_file(file, "rb") as statements:
            triples = statement_texts(statements.read(), file)
    except OSError as error:
        raise SourceError("unreadable", reason=error.strerror, origin=Origin(file)) from error
    found = zip(triples, tracer.trace_each(triples), strict=True)
    # a statement a line: to spread thousands of them over more takes longer than to find their rows
    if as_json:
        each = ({"statement": triple, **_traces_dict(traces)} for triple, traces in found)
        lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in each)
        echo_utf8(f"[\n{lines}\n]")
        return
    for triple, traces in found:
        click.secho(f"{' '.join(triple)} .", bold=True)
        if isinstance(traces, Untraceable):
            click.echo(render(traces.reason, language))
        else:
            click.echo("\n".join(_lines(traces, language)))


def _traces_dict(traces: tuple[Trace, ...] | Untraceable) -> dict[str, object]:
    return (
        {"untraceable": str(traces.reason)}
        if isinstance(traces, Untraceable)
        else {"traces": [_as_dict(trace) for trace in traces]}
    )


def _as_dict(trace: Trace) -> dict[str, object]:
    cells = [{"origin": _place(cell.origin), "value": cell.value} for cell in trace.cells]
    return {"rule": _place(trace.rule), "rows": [_place(row) for row in trace.rows], "cells": cells}


def _place(origin: Origin) -> dict[str, object]:
    return {name: getattr(origin, name) for name in Origin.__slots__}


def _lines(traces: Sequence[Trace], language: str) -> list[str]:
    return [line.strip() for trace in traces for line in trace_lines(trace, language)]


def _list_questions(call: CommandCall) -> None:
    """Print the questions that a project has, with their parameters."""
    from hrdgraph.queries.catalogue import find

    questions = find(*call.project.queries_dirs).questions
    language = call.language
    if call.is_json:
        echo_json([_query_dict(query) for query in questions])
        return
    rows = [
        (query.topic, query.name, query.title(language), _parameters(query, language))
        for query in questions
    ]
    table(headings(("topic", "name", "question", "parameters"), language), rows)
    call.tell("queries-next", apart=True)


def _parameters(query: Query, language: str) -> str:
    return " ".join(_parameter(parameter, language) for parameter in query.parameters)


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
        raise UsageError("not-together", names=_option_names(apart), hint="keep-one")
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
    language = spoken if call.given["lang"] or format == "table" else ""
    return _answer(graph, question, values, _AnswerOutput(format, language, spoken, output))


class _AnswerOutput(NamedTuple):
    """How and where an answer is written: in a format, with labels of a language (none, where a
    file is to be the same everywhere), for a person who speaks one."""

    format: str
    language: str
    spoken: str
    output: Path | None


def _answer(graph: Graph, question: str, values: dict[str, str], how: _AnswerOutput) -> None:
    from hrdgraph.queries.output import write

    replaced: list[tuple[str, str]] = []
    answer = graph.answer(
        question, values, language=how.language, spoken=how.spoken, stdin=sys.stdin.read,
        on_replaced=lambda old, new: replaced.append((old, new)),
    )  # fmt: skip
    from hrdgraph.privacy.readable_build import remember_output

    if how.output is not None and str(how.output) != "-":
        check_place(how.output)
        remember_output(graph.project, how.output)
    named = next((one for one in graph.questions() if one.name == question), None)
    empty = named.empty(how.spoken) if named else ""
    base = graph.project.base if how.format == "table" else ""
    data = write(answer, how.format, base=base, language=how.language, empty=empty)
    write_out(data, how.output, inputs=[Path(question)])
    for old, new in replaced:
        tell("query-iri-replaced", how.spoken, err=True, old=old, new=new)


def _unknown_question(project: Project, question: str) -> list[HrdgraphError]:
    """Find what is wrong with the question itself, where there is no graph to ask yet: who builds
    first is not to learn only then that the name was mistyped."""
    from hrdgraph.queries.catalogue import find, resolve

    try:
        resolve(find(*project.queries_dirs), question, str)
    except HrdgraphError as error:
        return [error]
    return []


def _graph(
    project: Project, question: str, store: str, limits: WorkerLimits, language: str
) -> Graph:
    from hrdgraph.library.searching import SearchingGraph, SearchingRemoteGraph
    from hrdgraph.store.worker_process import BoundedReader

    if store:
        return SearchingRemoteGraph(project, store, limits=limits)

    try:
        graph = SearchingGraph(project, limits=limits)
    except ProjectError as error:
        raise_all([*_unknown_question(project, question), error])
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
    tell(f"query-engine-{plan.engine}", language, reason=plan.reason)


def _option_names(names: Iterable[str]) -> str:
    return ", ".join(f"--{name.replace('_', '-')}" for name in names)


def _check_explain(given: dict[str, Any]) -> None:
    of_mapping = [name for name in ("statements", "on_error", *READING) if given[name]]
    if given["mapping"] is None and of_mapping:
        raise UsageError("goes-with", option=_option_names(of_mapping), options="--mapping")
    if len(given["what"]) not in ((0,) if given["statements"] else (1, 3)):
        raise UsageError("give-iri-or-triple")


@own_command(
    "explain", project="folder", check=_check_explain, mapping=option(type=FILE),
    what=argument(metavar="IRI | SUBJECT PREDICATE OBJECT", shell_complete=completion.things),
    statements=option(type=PathTo(allow_dash=True, dir_okay=False)),
    on_error=option(type=OneOf(["fail", "skip"])), full=FLAG, **READING,
)  # fmt: skip
def run_explain(call: CommandCall, what: Sequence[str], *, mapping: Path | None = None) -> None:
    """Say where facts come from."""
    given = call.given
    if mapping is None:
        _explain(what, given["root"], given["lang"], full=given["full"], as_json=call.is_json)
        return
    plan = bound(mapping, **{name: given[name] for name in READING}).plan
    asked, skips = given["statements"] or what, given["on_error"] == "skip"
    explain_mapping(plan, mapping, asked, language=call.language, skips=skips, as_json=call.is_json)


def _explain(
    what: Sequence[str], root: Path, lang: str | None, *, full: bool, as_json: bool
) -> None:
    from hrdgraph.library.graph import open_graph

    tags = languages(lang, open_in(root))
    graph = open_graph(root, languages=tags)
    with counting("part-facts", tags[0]) as progress:
        most, brief = (None, False) if full or as_json else (ENOUGH, True)
        explanation = graph.explain(*what, most=most, progress=progress, brief=brief)
    if as_json:
        echo_json(explanation.as_dict())
        return
    for line in explanation.lines(full=full):
        click.echo(click.style(line, bold=True) if isinstance(line, Heading) else line)
