"""`hrdgraph review`: proposed pairs into judgements, in the terminal or on a local page."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hrdgraph.cli.shared.common import language_option, languages, opened, project_option
from hrdgraph.cli.shared.option_values import Number, OneOf, PathTo, WholeNumber
from hrdgraph.errors import OutputError
from hrdgraph.library.identity import KINDS

if TYPE_CHECKING:
    from hrdgraph.identity.review import RecordLine, Session


@click.command()
@project_option
@click.option(
    "--from",
    "from_",
    type=PathTo(path_type=Path, dir_okay=False),
    help="Pairs of a table that `reconcile -o` wrote.",
)
@click.option(
    "--kind",
    type=OneOf(KINDS),
    multiple=True,
    help="Only things of this kind; may be given several times.",
)
@click.option(
    "--min-score",
    type=Number(0, 1),
    default=0.5,
    show_default=True,
    help="Only pairs with at least this score.",
)
@click.option("--who", help="Who judges (default: HRDGRAPH_REVIEWER, or the name that git knows).")
@click.option(
    "--page",
    "as_page",
    is_flag=True,
    help="On a page of a browser on this machine, instead of here.",
)
@click.option(
    "--port",
    type=WholeNumber(0, 65535),
    default=0,
    help="The port of the page (default: any that is free).",
)
@click.option("--with-withheld", is_flag=True, help="Compare and show withheld facts, too.")
@language_option
def command(root: Path, as_page: bool, port: int, lang: str | None, **options: Any) -> None:
    """Judge pairs that may be one thing: same, not the same, or unsure, with a reason.

    Each decision is written into data/judgements.csv at once, so you may stop at any time and go
    on later. What contradicts a judgement that stands is refused, with the chain of rows. Other
    pairs of the graph can be judged with --from.
    """
    from hrdgraph.cli.curate.reconcile import say_unasked
    from hrdgraph.library.identity import review
    from hrdgraph.library.record_facts import record_facts

    project = opened(root)
    tags = languages(lang, project)
    language = _language(tags)
    session = review(project, **options)
    say_unasked(session.unasked, language)
    facts_of = record_facts(project, tags, language)
    if as_page:
        _serve(session, facts_of, language, port)
    else:
        from hrdgraph.cli.curate.review_dialogue import ask_all

        ask_all(session, lambda iri: facts_of(iri, language), language)


def _language(tags: tuple[str, ...]) -> str:
    from hrdgraph.catalogue import LANGUAGES

    return next((tag for tag in tags if tag in LANGUAGES), "en")


def _serve(
    session: Session, facts_of: Callable[[str, str], Sequence[RecordLine]], language: str, port: int
) -> None:
    from hrdgraph.catalogue import Vocabulary
    from hrdgraph.identity.review.server import Reviewing, address_of, new_token, server_of

    token = new_token()
    try:
        server = server_of(Reviewing(session, facts_of, language, token), port)
    except OSError as error:
        raise OutputError("port-unusable", port=port, reason=error.strerror) from error
    words = Vocabulary("review", language)
    click.echo(f"{words['title']} {words['left'].format(session.left())}. {words['stay']}")
    click.echo(f"\n    {address_of(server, token)}\n\nCtrl+C: {words['quit']}")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo(f"\n{words['rebuild']}")
    finally:
        server.server_close()
