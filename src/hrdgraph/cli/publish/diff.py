"""`hrdgraph diff`: what changed between two graphs, in statements, in things of each class, and
as a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hrdgraph.api.words import headings
from hrdgraph.catalogue import number
from hrdgraph.cli.shared.common import echo_json, json_option, language_option, spoken, table, tell
from hrdgraph.cli.shared.option_values import OneOf, PathTo

if TYPE_CHECKING:
    from hrdgraph.ontology import Ontology
    from hrdgraph.release import Differences

CROSSED = 3
_PATH = PathTo(path_type=Path)


@click.command()
@click.argument("old", type=_PATH)
@click.argument("new", type=_PATH)
@click.option(
    "--by",
    type=OneOf(["class"]),
    help="Also count new, gone and changed things of each class.",
)
@click.option(
    "--fail-if",
    multiple=True,
    metavar="CONDITION",
    help="'removed > 5%', 'foaf:Person gone > 0', …: exit code 3.",
)
@click.option(
    "--patch",
    type=PathTo(path_type=Path),
    help="Write the change as an RDF Patch, deletions in clear.",
)
@json_option
@language_option
def command(
    old: Path,
    new: Path,
    by: str | None,
    fail_if: tuple[str, ...],
    patch: Path | None,
    as_json: bool,
    lang: str | None,
) -> int:
    """Compare two graphs: RDF files, releases, build folders or project folders.

    Exit code 0: compared. 1: the input is wrong. 3: a condition of --fail-if is met.
    """
    from hrdgraph.library.releases import diff

    change = diff(old, new, fail_if=fail_if, patch=patch)
    differences, crossed = change.differences, change.crossed
    if as_json:
        by_class = differences.by_class.to_dicts()
        echo_json({"totals": differences.totals, "by_class": by_class, "crossed": crossed})
    else:
        _tell(differences, _words(new), old.name, spoken(lang), by)
    for text in crossed:
        tell("change-too-large", spoken(lang), err=True, condition=text)
    return CROSSED if crossed else 0


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
