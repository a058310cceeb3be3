"""`hrdgraph template`: a workbook to type facts in."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hrdgraph.cli.shared.common import language_option, languages, opened, project_option, write_out
from hrdgraph.cli.shared.words import told

if TYPE_CHECKING:
    from hrdgraph.project import Project

_COUNTRY_COLUMNS = {"fr": "official_name_fr", "es": "official_name_es", "en": "CLDR display name"}

_THINGS = ("person", "organisation", "award")
_MOST = 5000  # names that a drop-down can offer and a person look through


@click.command()
@click.argument("names", metavar="KIND…", nargs=-1, required=True)
@click.option(
    "--output",
    "-o",
    "path",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The workbook: registre.xlsx",
)
@project_option
@language_option
def command(names: tuple[str, ...], path: Path, root: Path, lang: str | None) -> None:
    """Write a workbook to type in, with a sheet for each KIND of facts: headings in your
    language, drop-downs, explanations.

    `hrdgraph kinds` lists the kinds; `hrdgraph import` makes a source of what was typed, without
    a question.
    """
    from hrdgraph.kinds.codes import codes_of
    from hrdgraph.kinds.template import template
    from hrdgraph.mapping.facts.layout import kinds_of
    from hrdgraph.pipeline.importing.propose import known_kind

    project = opened(root)
    language = languages(lang, project)[0]
    known = kinds_of(project)
    kinds = [known_kind(known, name) for name in names]
    folder = project.ontology_dir / "vocabularies"
    codes = {
        column.scheme: codes_of(folder, column.scheme)
        for kind in kinds
        for column in kind.columns
        if column.scheme
    }
    data = template(kinds, codes, _countries(project, language), language, _things(project))
    write_out(data, path)
    click.echo(
        told("written: {path}; type into it, then: hrdgraph import {path}", language, path=path)
    )


def _countries(project: Project, language: str) -> list[str]:
    """The names of countries in a language, of the countries that the project has; those that
    can be read back."""
    from hrdgraph.kinds.countries import is_country

    file = project.root / "data" / "sources" / "countries" / "country-codes.csv"
    if not file.is_file():
        return []
    with file.open(encoding="utf-8-sig", newline="") as rows:
        names = {
            row.get(_COUNTRY_COLUMNS.get(language, ""), "") or row["ISO3166-1-Alpha-2"]
            for row in csv.DictReader(rows)
        }
    return sorted(name for name in names if name and is_country(name))


def _things(project: Project) -> dict[str, list[str]]:
    """The names of people, organisations and awards in the last build, by what they are; none
    where nothing is built."""
    from hrdgraph.api.build_folder import load_graph
    from hrdgraph.errors import HrdgraphError
    from hrdgraph.vocab import SKOS

    found: dict[str, list[str]] = {}
    try:
        labels = load_graph(project).where(p=SKOS.prefLabel)
    except HrdgraphError:
        return found
    for quad in labels:
        thing = quad.subject.n3().strip("<>").removeprefix(project.base).partition("/")[0]
        if thing in _THINGS:
            found.setdefault(thing, []).append(getattr(quad.object, "value", ""))
    return {thing: names[:_MOST] for thing, names in found.items()}
