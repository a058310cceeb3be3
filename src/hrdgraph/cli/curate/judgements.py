"""`hrdgraph judgements`: the ledger into the formats of other tools, and theirs into the ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hrdgraph.cli.shared.common import languages, opened, project_option, write_out
from hrdgraph.cli.shared.output_format import format_of
from hrdgraph.cli.shared.words import told
from hrdgraph.errors import Origin, SourceError

if TYPE_CHECKING:
    from hrdgraph.identity.recording.append import AppendResult
    from hrdgraph.project import Project

FORMATS = ("nomenklatura", "sssom")
FILE = "data/judgements.csv"


@click.group()
def command() -> None:
    """Export judgements about what is the same, import those of others, or add one by hand.

    nomenklatura is the file of its resolver (JSON lines); sssom is the Simple Standard for
    Sharing Ontological Mappings (TSV).
    """


@command.command("export")
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    help="Which format (default: what the name of the file says).",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file (default: standard output).",
)
@project_option
def export(format_: str | None, output: Path | None, root: Path) -> None:
    """Write the judgements that stand. nomenklatura has no place for reasons: they are lost in
    it."""
    from hrdgraph.identity import read_ledger
    from hrdgraph.identity.exchange import FORMATS as KNOWN

    chosen = format_of(output, format_, FORMATS)
    ledger = opened(root).judgements_file
    write_out(KNOWN[chosen].write(read_ledger(ledger, FILE)).encode(), output, inputs=[ledger])


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    help="Which format (default: by the first line).",
)
@click.option(
    "--who",
    required=True,
    help="Who takes the judgements over: their name where the file names nobody.",
)
@click.option("--why", default="", help="The reason where the file gives none.")
@click.option("--prefix", default="", help="What stands before names that are no IRIs.")
@click.option(
    "--automatic", is_flag=True, help="Take over what programs found, too, as judgements of --who."
)
@click.option("--dry-run", is_flag=True, help="Only say what would come of it.")
@project_option
def import_(
    file: Path,
    format_: str | None,
    who: str,
    why: str,
    prefix: str,
    automatic: bool,
    dry_run: bool,
    root: Path,
) -> None:
    """Add the judgements of FILE to data/judgements.csv: all of them, or none where one
    contradicts what stands there."""
    from hrdgraph.identity.exchange import FORMATS as KNOWN
    from hrdgraph.identity.exchange.foreign import Taker

    project, text = opened(root), _text(file)
    taker = Taker(
        who, why or f"taken over from {file.name}", datetime.now(UTC).date(), prefix, automatic
    )
    read = KNOWN[format_ or _format_of(text)].read(text, str(file), taker)
    from hrdgraph.identity.recording import append, tried

    done = (tried if dry_run else append)(project.judgements_file, read.decisions, name=FILE)
    language = languages(None, project)[0]
    added = told("{count} {count:judgement|judgements}", language, count=len(done.rows))
    click.echo(
        told(
            "{added} would be added to {file}; {known} stood there already"
            if dry_run
            else "{added} added to {file}; {known} stood there already",
            language, added=added, file=FILE, known=done.known,
        )
    )  # fmt: skip
    _tell_moved(project, done, language)
    for reason, count in read.left_out.items():
        why = told(reason, language)
        click.echo(
            told("{count} {count:line|lines} left out: {reason}", language, count=count, reason=why)
        )


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except OSError as error:
        raise SourceError("unreadable", reason=error.strerror, origin=Origin(str(file))) from None
    except UnicodeDecodeError as error:
        raise SourceError("text-not-utf8", reason=error.reason, origin=Origin(str(file))) from None


def _format_of(text: str) -> str:
    return "nomenklatura" if text.lstrip().startswith("[") else "sssom"


@command.command("add")
@click.argument("left")
@click.argument("verdict", type=click.Choice(["same", "not-same", "unsure", "open"]))
@click.argument("right")
@click.option("--why", required=True, help="What the judgement rests on.")
@click.option("--who", help="Who judges (default: HRDGRAPH_REVIEWER, or the name that git knows).")
@click.option("--replace", is_flag=True, help="Replace a judgement on this pair by a later one.")
@project_option
def add(
    left: str, verdict: str, right: str, why: str, who: str | None, replace: bool, root: Path
) -> None:
    """Add one judgement: `hrdgraph judgements add person/a/X same wd:Q42 --why …`.

    LEFT and RIGHT are IRIs, paths below the base of the project, or names of an authority such
    as wd:Q42 or viaf:123. `open`, with --replace, takes a judgement back: the pair is asked
    about again.
    """
    from hrdgraph.cli.curate.review import reviewer
    from hrdgraph.identity.authorities import in_rdf
    from hrdgraph.identity.ledger import Verdict
    from hrdgraph.identity.recording import JudgementDecision, append

    project, now = opened(root), datetime.now(UTC)
    one, other = (
        iri if "://" in (iri := in_rdf(text)) or iri.startswith("urn:") else project.base + iri
        for text in (left, right)
    )
    decision = JudgementDecision(
        one, other, Verdict(verdict), reviewer(who), now.date(), why, f"{now:%H:%M:%S}Z"
    )
    done = append(project.judgements_file, [decision], name=FILE, replacing=replace)
    language = languages(None, project)[0]
    rows = "\n".join(row.told(language) for row in done.rows)
    click.echo(rows or told("it stands there already; nothing was added", language))
    _tell_moved(project, done, language)


def _tell_moved(project: Project, done: AppendResult, language: str) -> None:
    """Warn where judgements make something one with what is withdrawn, or part it from that: the
    next build hides it, or shows it."""
    from hrdgraph.privacy.withdrawals import withdrawals_of

    hidden, shown = withdrawals_of(project).moved(done.before, done.ledger)
    for iri in hidden:
        text = "note:  {iri} is now one with what is withdrawn: the next build takes it down too"
        click.echo(told(text, language, iri=iri), err=True)
    for iri in shown:
        text = (
            "note:  {iri} is no longer one with what is withdrawn: the next build shows it "
            "again; `hrdgraph withdraw` keeps it down"
        )
        click.echo(told(text, language, iri=iri), err=True)
