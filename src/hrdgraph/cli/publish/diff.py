"""`hrdgraph diff`: what changed between two graphs, in statements, in things of each class, and
as a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hrdgraph.cli.shared.common import (
    echo_json,
    json_option,
    language_option,
    spoken,
    table,
    write_out,
)
from hrdgraph.cli.shared.output_format import format_of
from hrdgraph.cli.shared.words import headings, told
from hrdgraph.errors import Origin, SourceError
from hrdgraph.translation import number

if TYPE_CHECKING:
    from hrdgraph.ontology import Ontology
    from hrdgraph.rdf import ColumnGraph
    from hrdgraph.release import Differences

CROSSED = 3
_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("old", type=_PATH)
@click.argument("new", type=_PATH)
@click.option(
    "--by",
    type=click.Choice(["class"]),
    help="Also count new, gone and changed things of each class.",
)
@click.option(
    "--fail-if",
    "conditions",
    multiple=True,
    metavar="CONDITION",
    help="'removed > 5%', 'foaf:Person gone > 0', …: exit code 3.",
)
@click.option(
    "--patch",
    type=click.Path(path_type=Path),
    help="Write the change as an RDF Patch, deletions in clear.",
)
@json_option
@language_option
def command(
    old: Path,
    new: Path,
    by: str | None,
    conditions: tuple[str, ...],
    patch: Path | None,
    as_json: bool,
    lang: str | None,
) -> int:
    """Compare two graphs: RDF files, releases, build folders or project folders.

    Exit code 0: compared. 1: the input is wrong. 3: a condition of --fail-if is met.
    """
    format_of(patch, "rdfp", ("rdfp",))
    from hrdgraph.release import compare, patch_lines
    from hrdgraph.release.patch import write_patch
    from hrdgraph.release.thresholds import parse_threshold

    thresholds = [parse_threshold(text) for text in conditions]
    differences = compare(*_graphs_in(old, new))
    crossed = [item.text for item in thresholds if item.is_crossed(differences)]
    if patch is not None:
        write_out(
            write_patch(patch_lines(differences, clear=True)),
            patch,
            inputs=(old, new),
            option="--patch",
        )
    if as_json:
        echo_json(
            {
                "totals": differences.totals,
                "by_class": differences.by_class.to_dicts(),
                "crossed": crossed,
            }
        )
    else:
        _tell(differences, _words(new), old.name, spoken(lang), by)
    for text in crossed:
        click.echo(
            told(
                "error: the change is larger than allowed: {condition}",
                spoken(lang),
                condition=text,
            ),
            err=True,
        )
    return CROSSED if crossed else 0


def graph_in(path: Path) -> ColumnGraph:
    """The graph of an RDF file, a release, a build folder or a project folder. SourceError where
    a folder is none of these."""
    written = _as_written(path)
    return _parsed(path) if written is None else written


def _graphs_in(old: Path, new: Path) -> list[ColumnGraph]:
    """Two graphs that can be compared text by text: as they are written, if both are so that
    nothing else can be meant."""
    written = [_as_written(path) for path in (old, new)]
    graphs = [
        _parsed(path) if graph is None else graph
        for path, graph in zip((old, new), written, strict=True)
    ]
    if None not in written:
        return graphs
    from hrdgraph.rdfio.canonical import comparable

    return [comparable(graph) for graph in graphs]


def _parsed(path: Path) -> ColumnGraph:
    from hrdgraph.rdf import ColumnGraph
    from hrdgraph.rdfio import read_quads

    return ColumnGraph.from_quads(read_quads(path if path.is_file() else _graph_file(path)))


def _as_written(path: Path) -> ColumnGraph | None:
    """A graph with its blank nodes and language tags as they are written; None where its file is
    in a form that does not keep them."""
    from hrdgraph.rdfio import load_columns
    from hrdgraph.rdfio.ntriples import read_canonical

    columns = next(
        (folder for folder in (path / "columns", path / "build" / "columns") if folder.is_dir()),
        None,
    )
    return (
        load_columns(columns)
        if columns
        else read_canonical(path if path.is_file() else _graph_file(path))
    )


def _graph_file(path: Path) -> Path:
    for folder in (path, path / "build"):
        if (folder / "graph.nq").is_file():
            return folder / "graph.nq"
    hint = "name-graph"
    fact = "folder-without-graph" if path.is_dir() else "path-not-there"
    raise SourceError(fact, origin=Origin(str(path)), hint=hint)


def _words(path: Path) -> Ontology:
    """The words for classes: those of the project that the graph belongs to, else those shipped
    with hrdgraph."""
    from hrdgraph.ontology import load
    from hrdgraph.project import shared_folder

    near = next(
        (
            folder
            for folder in (path, *path.resolve().parents)
            if (folder / "hrdgraph.toml").is_file()
        ),
        None,
    )
    return load(near / "ontology" if near else shared_folder("ontology"))


def _tell(
    differences: Differences, ontology: Ontology, old: str, language: str, by: str | None
) -> None:
    from hrdgraph.rdf import IRI
    from hrdgraph.release.difference_sentences import sentences

    click.echo(sentences(differences, old, ontology, language))
    if by == "class":
        columns = ("class", "before", "new", "gone", "changed", "statements added", "removed")
        rows = [
            _row(row, ontology.label(IRI(row["class"]), (language, "en")), language)
            for row in differences.by_class.to_dicts()
        ]
        table(headings(columns, language), rows)


def _row(row: dict[str, Any], label: str, language: str) -> tuple[str, ...]:
    return (
        label,
        *(
            number(row[name], language)
            for name in ("before", "new", "gone", "changed", "added", "removed")
        ),
    )
