"""`hrdgraph analyse`: the network of people, organisations and awards: its measures, a path, a
file, a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hrdgraph.api.words import headings
from hrdgraph.catalogue import number, phrase
from hrdgraph.cli.shared.common import (
    echo_json,
    json_option,
    language_option,
    languages,
    misused,
    opened,
    project_option,
    table,
    tell,
)
from hrdgraph.cli.shared.option_values import PathTo, WholeNumber

if TYPE_CHECKING:
    import networkx  # type: ignore[import-untyped]

    from hrdgraph.export.network_measures import Measures


@click.command()
@click.option(
    "--path",
    "ends",
    nargs=2,
    metavar="FROM TO",
)
@click.option(
    "--picture",
    type=PathTo(path_type=Path, dir_okay=False),
    metavar="FILE",
)
@click.option(
    "--output",
    "-o",
    type=PathTo(path_type=Path, dir_okay=False),
)
@click.option(
    "--top",
    type=WholeNumber(1),
    default=20,
    show_default=True,
)
@project_option
@json_option
@language_option
def command(
    ends: tuple[str, str] | None,
    picture: Path | None,
    output: Path | None,
    top: int,
    root: Path,
    as_json: bool,
    lang: str | None,
) -> None:
    """Measure and draw the network of people, organisations and awards."""
    from hrdgraph.api import open as open_graph
    from hrdgraph.library.files.destination import check_place
    from hrdgraph.privacy.readable_build import remember_output

    files = [path for path in (picture, output) if path]
    for path in files:
        check_place(path)
    project = opened(root)
    tags = languages(lang, project)
    net = open_graph(root, languages=tags).to_networkx()
    for path in files:
        remember_output(project, path)
    if ends:
        _show_path(net, ends, as_json, tags[0])
    elif picture:
        _draw(net, picture, tags[0])
    elif output:
        _write(net, output, tags[0])
    else:
        _show_measures(net, top, as_json, tags[0])


def _draw(net: networkx.MultiDiGraph, file: Path, language: str) -> None:
    from hrdgraph.export.network_picture import picture

    picture(net, file)
    tell("picture-drawn", language, file=file)


def _write(net: networkx.MultiDiGraph, file: Path, language: str) -> None:
    from hrdgraph.export.network_measures import write_gexf, write_graphml

    write = {".graphml": write_graphml, ".gexf": write_gexf}.get(file.suffix)
    if write is None:
        raise misused("output-no-network", file=file.name)
    write(net, file)
    tell("file-written", language, file=file)


def _show_path(
    net: networkx.MultiDiGraph, ends: tuple[str, str], as_json: bool, language: str
) -> None:
    from hrdgraph.export.network_measures import path_between

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

    from hrdgraph.export.network_measures import measures

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
