"""`hrdgraph review`: proposed pairs into judgements in the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from hrdgraph.cli.shared.common import language_option, languages, opened, project_option
from hrdgraph.cli.shared.option_values import Number, OneOf, PathTo
from hrdgraph.library.identity import KINDS


@click.command()
@project_option
@click.option(
    "--from",
    "from_",
    type=PathTo(path_type=Path, dir_okay=False),
)
@click.option(
    "--kind",
    type=OneOf(KINDS),
    multiple=True,
)
@click.option(
    "--min-score",
    type=Number(0, 1),
    default=0.5,
    show_default=True,
)
@click.option(
    "--who",
)
@click.option(
    "--with-withheld",
    is_flag=True,
)
@language_option
def command(root: Path, lang: str | None, **options: Any) -> None:
    """Judge pairs that may be one thing: same, not the same, or unsure, with a reason."""
    from hrdgraph.cli.curate.reconcile import say_unasked
    from hrdgraph.cli.curate.review_dialogue import ask_all
    from hrdgraph.library.identity import review
    from hrdgraph.library.record_facts import record_facts

    project = opened(root)
    tags = languages(lang, project)
    language = _language(tags)
    session = review(project, **options)
    say_unasked(session.unasked, language)
    facts_of = record_facts(project, tags, language)
    ask_all(session, lambda iri: facts_of(iri, language), language)


def _language(tags: tuple[str, ...]) -> str:
    from hrdgraph.catalogue import LANGUAGES

    return next((tag for tag in tags if tag in LANGUAGES), "en")
