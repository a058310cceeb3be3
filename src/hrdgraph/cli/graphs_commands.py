"""Commands about whole graphs: they are compared, sent elsewhere, and measured."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hrdgraph.catalogue import Message, number, phrase
from hrdgraph.catalogue.words import headings
from hrdgraph.cli.command_from_function import PATH, CommandCall, command, option, own_command
from hrdgraph.cli.common import echo_json, languages, table
from hrdgraph.cli.option_values import OneOf, WholeNumber

if TYPE_CHECKING:
    import networkx  # type: ignore[import-untyped]

    from hrdgraph.exports.network_measures import Measures
    from hrdgraph.findings.report_data import ClassCount
    from hrdgraph.library.handing_on import PushedGraphs
    from hrdgraph.library.releases import GraphChange
    from hrdgraph.ontology import Ontology

CROSSED = 3  # the exit code where a change is larger than a condition allows


@command("graphs bulk", refuses="written")
def show_bulk(call: CommandCall, count: int) -> None:
    """Say how many statements were written."""
    folder = call.given["output"]
    answer = {"statements": count, "folder": str(folder)}
    things = Message("word-statements-n", count=count)
    call.answer(answer, "things-in-folder", things=things, folder=folder)


def _check_server(given: dict[str, Any]) -> None:
    from hrdgraph.library.handing_on import check_address

    check_address(given["to"])


@command(
    "graphs push",
    refuses="exported",
    quiet=True,
    check=_check_server,
    to=option(metavar="URL"),
    update=option(metavar="URL"),
)
def show_push(call: CommandCall, sent: PushedGraphs) -> None:
    """Say how many statements were sent."""
    answer = {"statements": sent.total, "server": call.given["to"]}
    call.answer(answer, "word-statements-n", count=sent.total)


def _write_patched(call: CommandCall, apply: Any, /, **options: Any) -> None:
    from hrdgraph.library.destination import output
    from hrdgraph.library.output_format import format_of

    target, read = call.given["output"], (options["old"], options["patch"])
    format_of(target, "nq", ("nq",))
    graph = apply(**options).graph
    with output(target, inputs=read) as stream:
        stream.write(graph.document())


@command("graphs patch", json=False, run=_write_patched, output=option(type=PATH))
def show_patch(call: CommandCall, written: None) -> None:
    """Say nothing: the graph is on standard output, or in its file."""


@command("graphs diff", by=option(type=OneOf(["class"])), fail_if=option(metavar="CONDITION"))
def show_diff(call: CommandCall, change: GraphChange) -> int:
    """Print what changed between two graphs."""
    differences, crossed = change.differences, change.crossed
    if call.is_json:
        by_class = differences.by_class.to_dicts()
        echo_json({"totals": differences.totals, "by_class": by_class, "crossed": crossed})
    else:
        from hrdgraph.exports.changes import sentences
        from hrdgraph.rdf import IRI

        ontology, language = _ontology_of(Path(call.given["new"])), call.language
        click.echo(sentences(change.differences, Path(call.given["old"]).name, ontology, language))
        if call.given["by"] == "class":
            counts = ("before", "new", "gone", "changed", "added", "removed")
            rows = [
                (
                    ontology.label(IRI(row["class"]), (language, "en")),
                    *(number(row[name], language) for name in counts),
                )
                for row in change.differences.by_class.to_dicts()
            ]
            columns = ("class", "before", "new", "gone", "changed", "statements added", "removed")
            table(headings(columns, language), rows)
    for text in crossed:
        call.tell("change-too-large", err=True, condition=text)
    return CROSSED if crossed else 0


def _ontology_of(graph: Path) -> Ontology:
    """Return the words for classes: those of the project that the graph belongs to, else those
    shipped with hrdgraph."""
    from hrdgraph.ontology import load
    from hrdgraph.project import open_project, open_shipped_model

    for folder in (graph, *graph.resolve().parents):
        if (folder / "hrdgraph.toml").is_file():
            return load(open_project(folder, with_sources=False))
    return load(open_shipped_model())


@own_command("graphs stats")
def show_stats(call: CommandCall) -> None:
    """Count the things and statements of the built graph, by class and by source."""
    from hrdgraph.findings.report_data import choose_words
    from hrdgraph.library.graph import Graph

    graph, language = Graph(call.project), call.language
    counts, names = (stats := graph.stats()).classes, stats.sources
    if call.is_json:
        classes = [
            {"class": c.iri, "total": c.total, "by_source": dict(c.by_source)} for c in counts
        ]
        echo_json({"manifest": graph.manifest, "classes": classes})
        return
    columns = (*headings(("class", "things"), language), *names)
    rows = [(choose_words(c.labels, language, c.iri), *_counts(c, names, language)) for c in counts]
    statements = phrase("word-statements-n", language, count=len(graph))
    title = phrase("name-value", language, name=call.project.title_in(language), value=statements)
    table(columns, rows, title=title)


def _counts(line: ClassCount, sources: Sequence[str], language: str) -> list[str]:
    """Return how many things there are, in all and by source; "" where a source has none."""
    own = (line.by_source.get(name, 0) for name in sources)
    return [
        number(line.total, language),
        *(number(count, language) if count else "" for count in own),
    ]


@own_command(
    "graphs analyse", path=option(nargs=2, metavar="FROM TO"), top=option(type=WholeNumber(1))
)
def show_network(call: CommandCall, *, top: int = 20) -> None:
    """Measure the network of people, organisations and awards."""
    from hrdgraph.library.graph import Graph

    tags = languages(call.given["lang"], call.project)
    graph = Graph(call.project, tags)
    net = graph.to_networkx()
    if call.given["path"]:
        first, last = (graph.thing(end).value for end in call.given["path"])
        _show_path(net, (first, last), call.is_json, tags[0])
    else:
        _show_measures(net, top, call.is_json, tags[0])


def _show_path(
    net: networkx.MultiDiGraph, ends: tuple[str, str], as_json: bool, language: str
) -> None:
    from hrdgraph.exports.network_measures import path_between

    path = path_between(net, *ends, "en" if as_json else language)
    if as_json:
        steps = [
            {"from": s.source, "to": s.target, "words": s.words, "claims": list(s.claims)}
            for s in path.steps
        ]
        echo_json({"labels": list(path.labels), "steps": steps})
        return
    click.echo(" → ".join(path.labels))
    for step in path.steps:
        click.echo(f"  {step.words}")
        for claim in step.claims:
            click.echo(f"      {claim}")


def _show_measures(net: networkx.MultiDiGraph, top: int, as_json: bool, language: str) -> None:
    from dataclasses import asdict

    from hrdgraph.exports.network_measures import measures

    sums = measures(net)
    if as_json:
        echo_json({**asdict(sums), "kinds": dict(sums.kinds), "relations": dict(sums.relations)})
        return
    table(
        headings(("name", "kind", "country", "neighbours", "betweenness", "community"), language),
        [
            (
                n.label,
                phrase(f"kind-{n.kind}", language),
                n.country,
                str(n.degree),
                f"{n.betweenness:.4f}",
                str(n.community),
            )
            for n in sums.table[:top]
        ],
    )
    click.echo("\n" + _totals(sums, language))


def _totals(sums: Measures, language: str) -> str:
    totals = phrase(
        "network-summary",
        language,
        things=phrase("word-things-n", language, count=sums.nodes),
        relations=phrase("relations-counted", language, count=sums.edges),
        components=phrase("components-counted", language, count=len(sums.components)),
        largest=number(sums.components[0], language),
        communities=phrase("communities-counted", language, count=len(sums.communities)),
    )
    if not sums.sampled:
        return totals
    return totals + phrase("betweenness-estimated", language, count=sums.sampled)
