"""`hrdgraph query`: a question and its parameters into an answer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from hrdgraph.cli.shared import completion
from hrdgraph.cli.shared.common import (
    echo_json,
    json_option,
    language_option,
    languages,
    opened,
    parameter_pairs,
    project_option,
    tell,
)
from hrdgraph.cli.shared.option_values import Number, PathTo, Size
from hrdgraph.errors import HrdgraphError, ProjectError, raise_all
from hrdgraph.library.files.output_format import format_of
from hrdgraph.library.files.writing import write_out
from hrdgraph.library.misuse import UsageError

if TYPE_CHECKING:
    from hrdgraph.api import Graph
    from hrdgraph.project import Project
    from hrdgraph.store.worker_process import WorkerLimits


@click.command()
@click.argument("question", metavar="NAME|FILE|-", shell_complete=completion.questions)
@click.option(
    "--param",
    "-P",
    "parameters",
    multiple=True,
    metavar="KEY=VALUE",
)
@click.option(
    "--format",
    "-f",
    "format",
    shell_complete=completion.formats(
        "table", "csv", "tsv", "json", "xml", "parquet", "ttl", "nt", "jsonld", "rdfxml"
    ),
)
@click.option(
    "--output",
    "-o",
    type=PathTo(path_type=Path, dir_okay=False),
)
@click.option(
    "--timeout",
    type=Number(0, min_open=True),
    default=300.0,
    show_default=True,
)
@click.option(
    "--memory",
    type=Size(least=1),
    default="2G",
    show_default=True,
)
@click.option(
    "--explain-plan",
    "explain_plan",
    is_flag=True,
)
@click.option(
    "--store",
    default="",
    metavar="URL",
)
@project_option
@json_option
@language_option
def command(
    question: str,
    parameters: tuple[str, ...],
    format: str | None,
    output: Path | None,
    timeout: float,
    memory: int,
    explain_plan: bool,
    store: str,
    root: Path,
    as_json: bool,
    lang: str | None,
) -> None:
    """Ask a question."""
    values = parameter_pairs(parameters)  # what is called wrongly is said before anything is opened
    if store and explain_plan:
        raise UsageError("store-without-plan")
    from hrdgraph.queries import FORMATS
    from hrdgraph.store.worker_process import WorkerLimits

    chosen = format_of(output, "json" if as_json else format, FORMATS, "table")
    project = opened(root)
    spoken = languages(lang, project)[0]
    graph = _graph(project, question, store, WorkerLimits(timeout, memory), spoken)
    if explain_plan:
        _explain_plan(graph, question, values, spoken, as_json=as_json)
        return
    language = spoken if lang or chosen == "table" else ""
    _answer(graph, question, values, _AnswerOutput(chosen, language, spoken, output))


class _AnswerOutput(NamedTuple):
    """How and where an answer is written: in a format, with labels of a language (none, where a
    file is to be the same everywhere), for a person who speaks one."""

    format: str
    language: str
    spoken: str
    output: Path | None


def _answer(graph: Graph, question: str, values: dict[str, str], how: _AnswerOutput) -> None:
    from hrdgraph.queries import write

    replaced: list[tuple[str, str]] = []
    answer = graph.answer(
        question, values, language=how.language, spoken=how.spoken, stdin=sys.stdin.read,
        on_replaced=lambda old, new: replaced.append((old, new)),
    )  # fmt: skip
    _remember(graph.project, how.output)
    named = next((one for one in graph.questions() if one.name == question), None)
    empty = named.empty(how.spoken) if named else ""
    base = graph.project.base if how.format == "table" else ""
    data = write(answer, how.format, base=base, language=how.language, empty=empty)
    write_out(data, how.output, inputs=[Path(question)])
    for old, new in replaced:
        tell("query-iri-replaced", how.spoken, err=True, old=old, new=new)


def _remember(project: Project, output: Path | None) -> None:
    """Have a file known as one that may have to be made again after a withdrawal."""
    from hrdgraph.library.files.destination import check_place
    from hrdgraph.privacy.readable_build import remember_output

    if output is not None and str(output) != "-":
        check_place(output)
        remember_output(project, output)


def _unknown_question(project: Project, question: str) -> list[HrdgraphError]:
    """What is wrong with the question itself, where there is no graph to ask yet: who builds
    first is not to learn only then that the name was mistyped."""
    from hrdgraph.queries import find, resolve

    try:
        resolve(find(project.queries_dir), question, str)
    except HrdgraphError as error:
        return [error]
    return []


def _graph(
    project: Project, question: str, store: str, limits: WorkerLimits, language: str
) -> Graph:
    from hrdgraph.library.searching import SearchingGraph, SearchingRemoteGraph
    from hrdgraph.store.bounded import BoundedReader

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
    from hrdgraph.api.engine_choice import plan_of

    plan = plan_of(graph, question, parameters, language=language, stdin=sys.stdin.read)
    if as_json:
        echo_json(plan.as_dict())
        return
    tell(f"query-engine-{plan.engine}", language, reason=plan.reason)
