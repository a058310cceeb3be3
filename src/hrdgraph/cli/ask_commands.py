"""Commands that ask the built graph: queries, query, explain, stats, analyse."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from hrdgraph.catalogue import number, phrase
from hrdgraph.catalogue.words import headings
from hrdgraph.cli import completion
from hrdgraph.cli.common import (
    echo_json,
    languages,
    misused,
    opened,
    parameter_pairs,
    reading_options,
    spoken,
    standard_options,
    table,
    tell,
)
from hrdgraph.cli.generate import register
from hrdgraph.cli.option_values import Number, OneOf, PathTo, Size, WholeNumber
from hrdgraph.errors import HrdgraphError, ProjectError, raise_all
from hrdgraph.library.calls import UsageError
from hrdgraph.library.destination import write_out
from hrdgraph.library.output_format import format_of

if TYPE_CHECKING:
    import networkx  # type: ignore[import-untyped]

    from hrdgraph.exports.network_measures import Measures
    from hrdgraph.findings.report_data import ClassCount
    from hrdgraph.library.graph import Graph
    from hrdgraph.project import Project
    from hrdgraph.queries import Parameter, Query
    from hrdgraph.store.worker_process import WorkerLimits


@register("queries")
@click.command()
@standard_options
def run_queries(root: Path, as_json: bool, lang: str | None) -> None:
    """List the questions that a project has, with their parameters."""
    from hrdgraph.queries import find

    project = opened(root)
    questions = find(project.queries_dir).questions
    if as_json:
        echo_json([_as_dict(query) for query in questions])
        return
    language = languages(lang, project)[0]
    rows = [
        (query.topic, query.name, query.title(language), _parameters(query, language))
        for query in questions
    ]
    table(headings(("topic", "name", "question", "parameters"), language), rows)
    tell("queries-next", language, apart=True)


def _parameters(query: Query, language: str) -> str:
    return " ".join(_parameter(parameter, language) for parameter in query.parameters)


def _parameter(parameter: Parameter, language: str) -> str:
    """A parameter, with what holds where it is not given: of a language, that of who asks."""
    if parameter.type.value == "language":
        return f"[{parameter.name}={language}]"
    if parameter.default is not None:
        return f"[{parameter.name}={parameter.default}]"
    return f"[{parameter.name}]" if parameter.optional else parameter.name


def _as_dict(query: Query) -> dict[str, object]:
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


@register("query")
@click.command()
@click.argument("question", metavar="NAME|FILE|-", shell_complete=completion.questions)
@click.option("--param", "-P", "parameters", multiple=True, metavar="KEY=VALUE")
@click.option(
    "--format",
    "-f",
    "format",
    shell_complete=completion.formats(
        "table", "csv", "tsv", "json", "xml", "parquet", "ttl", "nt", "jsonld", "rdfxml"
    ),
)
@click.option("--output", "-o", type=PathTo(path_type=Path, dir_okay=False))
@click.option("--timeout", type=Number(0, min_open=True), default=300.0, show_default=True)
@click.option("--memory", type=Size(least=1), default="2G", show_default=True)
@click.option("--explain-plan", "explain_plan", is_flag=True)
@click.option("--store", default="", metavar="URL")
@click.option("--as-of", "as_of", default="", metavar="DATE")
@standard_options
def run_query(
    question: str,
    parameters: tuple[str, ...],
    format: str | None,
    output: Path | None,
    timeout: float,
    memory: int,
    explain_plan: bool,
    store: str,
    as_of: str,
    root: Path,
    as_json: bool,
    lang: str | None,
) -> None:
    """Ask a question."""
    values = parameter_pairs(parameters)  # what is called wrongly is said before anything is opened
    if store and explain_plan:
        raise UsageError("store-without-plan")
    if as_of and (store or explain_plan):
        raise UsageError("as-of-alone")
    from hrdgraph.library.searching import open_release
    from hrdgraph.queries import FORMATS
    from hrdgraph.store.worker_process import WorkerLimits

    chosen = format_of(output, "json" if as_json else format, FORMATS, "table")
    project = opened(root)
    spoken = languages(lang, project)[0]
    limits = WorkerLimits(timeout, memory)
    graph = (
        open_release(project, as_of, limits=limits)
        if as_of
        else _graph(project, question, store, limits, spoken)
    )
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
    from hrdgraph.library.destination import check_place
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


_COUNTED: Final = "facts-of-all"


@register("explain")
@click.command()
@click.argument(
    "what", nargs=-1, metavar="IRI | SUBJECT PREDICATE OBJECT", shell_complete=completion.things
)
@click.option("--mapping", type=PathTo(path_type=Path, dir_okay=False))
@click.option("--statements", type=PathTo(allow_dash=True, dir_okay=False))
@click.option("--on-error", type=OneOf(["fail", "skip"]))
@click.option("--full", is_flag=True)
@reading_options
@standard_options
def run_explain(
    what: tuple[str, ...],
    mapping: Path | None,
    statements: str | None,
    on_error: str | None,
    full: bool,
    root: Path,
    as_json: bool,
    lang: str | None,
    **reading: Any,
) -> None:
    """Say where facts come from."""
    _check_call(what, mapping, statements, on_error, any(reading.values()))
    if mapping is None:
        _explain(what, root, lang, full=full, as_json=as_json)
        return
    from hrdgraph.cli.mapping_traces import explain_mapping
    from hrdgraph.library.mapping_runs import bound

    plan, skips = bound(mapping, **reading).plan, on_error == "skip"
    asked, language = statements or what, spoken(lang)
    explain_mapping(plan, mapping, asked, language=language, skips=skips, as_json=as_json)


def _explain(
    what: tuple[str, ...], root: Path, lang: str | None, *, full: bool, as_json: bool
) -> None:
    from hrdgraph.cli.progress import counting
    from hrdgraph.library.explained import ENOUGH, Heading
    from hrdgraph.library.graph import open_graph

    project = opened(root)
    tags = languages(lang, project)
    graph = open_graph(project, languages=tags)
    with counting(_COUNTED, tags[0]) as progress:
        most, brief = (None, False) if full or as_json else (ENOUGH, True)
        explanation = graph.explain(*what, most=most, progress=progress, brief=brief)
    if as_json:
        echo_json(explanation.as_dict())
        return
    for line in explanation.lines(full=full):
        click.echo(click.style(line, bold=True) if isinstance(line, Heading) else line)


def _check_call(
    what: tuple[str, ...],
    mapping: Path | None,
    statements: str | None,
    on_error: str | None,
    is_read: bool,
) -> None:
    if mapping is None and (statements or on_error or is_read):
        raise misused("options-of-mapping")
    if len(what) not in ((0,) if statements else (1, 3)):
        raise misused("give-iri-or-triple")


@register("stats")
@click.command()
@standard_options
def run_stats(root: Path, as_json: bool, lang: str | None) -> None:
    """Count the things and statements of the built graph, by class and by source."""
    from hrdgraph.findings.report_data import worded
    from hrdgraph.library.graph import Graph

    project = opened(root)
    graph = Graph(project)
    found = graph.stats()
    counts, names = found.classes, found.sources
    if as_json:
        classes = [
            {"class": c.iri, "total": c.total, "by_source": dict(c.by_source)} for c in counts
        ]
        echo_json({"manifest": graph.manifest, "classes": classes})
        return
    language = languages(lang, project)[0]
    columns = (*headings(("class", "things"), language), *names)
    rows = [(worded(c.labels, language, c.iri), *_counts(c, names, language)) for c in counts]
    statements = phrase("statements-counted", language, count=len(graph))
    named = {"title": project.title_in(language), "statements": statements}
    table(columns, rows, title=phrase("title-statements", language, **named))


def _counts(line: ClassCount, sources: Sequence[str], language: str) -> list[str]:
    """How many things there are, in all and by source; nothing where a source has none."""
    own = (line.by_source.get(name, 0) for name in sources)
    return [
        number(line.total, language),
        *(number(count, language) if count else "" for count in own),
    ]


@register("analyse")
@click.command()
@click.option("--path", "ends", nargs=2, metavar="FROM TO")
@click.option("--top", type=WholeNumber(1), default=20, show_default=True)
@standard_options
def run_analyse(
    ends: tuple[str, str] | None,
    top: int,
    root: Path,
    as_json: bool,
    lang: str | None,
) -> None:
    """Measure the network of people, organisations and awards."""
    from hrdgraph.library.graph import open_graph

    tags = languages(lang, opened(root))
    net = open_graph(root, languages=tags).to_networkx()
    if ends:
        _show_path(net, ends, as_json, tags[0])
    else:
        _show_measures(net, top, as_json, tags[0])


def _show_path(
    net: networkx.MultiDiGraph, ends: tuple[str, str], as_json: bool, language: str
) -> None:
    from hrdgraph.exports.network_measures import path_between

    found = path_between(net, *ends, "en" if as_json else language)
    if as_json:
        steps = [
            {"from": s.source, "to": s.target, "words": s.words, "claims": list(s.claims)}
            for s in found.steps
        ]
        echo_json({"labels": list(found.labels), "steps": steps})
        return
    click.echo(" → ".join(found.labels))
    for step in found.steps:
        click.echo(f"  {step.words}")
        for claim in step.claims:
            click.echo(f"      {claim}")


def _show_measures(net: networkx.MultiDiGraph, top: int, as_json: bool, language: str) -> None:
    from dataclasses import asdict

    from hrdgraph.exports.network_measures import measures

    found = measures(net)
    if as_json:
        echo_json({**asdict(found), "kinds": dict(found.kinds), "relations": dict(found.relations)})
        return
    rows = [
        (
            n.label,
            phrase(f"kind-{n.kind}", language),
            n.country,
            str(n.degree),
            f"{n.betweenness:.4f}",
            str(n.community),
        )
        for n in found.table[:top]
    ]
    table(
        headings(("name", "kind", "country", "neighbours", "betweenness", "community"), language),
        rows,
    )
    click.echo("\n" + _totals(found, language))


def _totals(found: Measures, language: str) -> str:
    totals = phrase(
        "network-summary",
        language,
        things=phrase("things-counted", language, count=found.nodes),
        relations=phrase("relations-counted", language, count=found.edges),
        components=phrase("components-counted", language, count=len(found.components)),
        largest=number(found.components[0], language),
        communities=phrase("communities-counted", language, count=len(found.communities)),
    )
    if not found.sampled:
        return totals
    return totals + phrase("betweenness-estimated", language, count=found.sampled)
