"""`hrdgraph explain`: a thing or a triple back to the rows, rules and words behind it."""

from __future__ import annotations

from pathlib import Path

import click

from hrdgraph.cli.common import echo_json, json_option, language_option, languages, opened, project_option


@click.command()
@click.argument("what", nargs=-1, required=True, metavar="IRI | SUBJECT PREDICATE OBJECT")
@project_option
@json_option
@language_option
def command(what: tuple[str, ...], root: Path, as_json: bool, lang: str | None) -> None:
    """Say where facts come from: source, table row and column, mapping rule, place in the page, and its words.

    WHAT is the IRI of a thing (whole, or its path such as person/kalyapin-page/Igor_Kalyapin), its name, or a triple in N-Triples
    words, each in quotes of the shell.
    """
    from hrdgraph.api import open as open_graph

    if len(what) not in (1, 3):
        raise click.UsageError("give one IRI, or the three parts of a triple, each in quotes")
    project = opened(root)
    graph = open_graph(root, languages=languages(lang, project))
    explanation = graph.explain(*what)
    if as_json:
        echo_json(explanation.as_dict())
        return
    from hrdgraph.cli.explained import lines

    click.echo("\n".join(lines(explanation, project.base)))
