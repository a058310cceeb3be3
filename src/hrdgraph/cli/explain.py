"""`hrdgraph explain`: a thing or a triple back to the rows, rules and words behind it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hrdgraph.cli.common import echo_json, json_option, language_option, languages, opened, project_option
from hrdgraph.errors import MappingError, Origin

if TYPE_CHECKING:
    from hrdgraph.explain import Explanation


@click.command()
@click.argument("what", nargs=-1, required=True, metavar="IRI | SUBJECT PREDICATE OBJECT")
@click.option("--mapping", type=click.Path(path_type=Path, dir_okay=False), help="A mapping document instead of the built graph.")
@click.option("--full", is_flag=True, help="Every row and rule, also where that is more than a screen.")
@project_option
@json_option
@language_option
def command(what: tuple[str, ...], mapping: Path | None, full: bool, root: Path, as_json: bool, lang: str | None) -> None:
    """Say where facts come from: source, table row and column, mapping rule, place in the page, and its words; and where each claim
    stands: its status, who else says it, what contradicts it. What is longer than a screen is summed up first.

    WHAT is the IRI of a thing (whole, or its path such as person/kalyapin-page/Igor_Kalyapin), its name, or a triple in N-Triples
    words, each in quotes of the shell. With --mapping, the rows that this mapping makes it of are found anew in its sources.
    """
    if len(what) not in (1, 3):
        raise click.UsageError("give one IRI, or the three parts of a triple, each in quotes")
    if mapping is not None:
        _explain_mapped(mapping, what, as_json)
        return
    from hrdgraph.api import open as open_graph

    project = opened(root)
    graph = open_graph(root, languages=languages(lang, project))
    explanation = graph.explain(*what)
    if as_json:
        echo_json(explanation.as_dict())
        return
    click.echo("\n".join(_lines(explanation, project.base, what[0], full=full)))


def _lines(explanation: Explanation, base: str, asked: str, *, full: bool) -> list[str]:
    from hrdgraph.cli.explained import lines
    from hrdgraph.cli.explained_short import WHOLE, short_lines

    whole = list(lines(explanation, base))
    if full or len(whole) <= WHOLE or len(explanation.facts) == 1:
        return whole
    more = f'{len(whole)} lines tell it in full, with rows, rules and words: hrdgraph explain "{asked}" --full (or name one fact instead)'
    return [*short_lines(explanation, base), "", more]


def _explain_mapped(mapping: Path, what: tuple[str, ...], as_json: bool) -> None:
    from hrdgraph.mapping import Tracer, bind, read_mapping
    from hrdgraph.rdf import parse_term

    terms = [text if text.startswith(("<", "_:", '"')) else f"<{text}>" for text in what]
    try:
        wanted = [frozenset([parse_term(text).n3()]) for text in terms]
    except ValueError as error:
        raise click.UsageError(f'{error}; write <IRI>, _:label or "text"@en') from error
    found = Tracer(bind(read_mapping(mapping))).trace(*wanted)
    if as_json:
        echo_json([asdict(trace) for trace in found])
        return
    if not found:
        raise MappingError(
            f"no rule of this mapping makes {' '.join(terms)}", origin=Origin(str(mapping)), hint="`hrdgraph map` prints what it makes"
        )
    from hrdgraph.cli.explained import trace_lines

    click.echo("\n".join(line.strip() for trace in found for line in trace_lines(trace)))
