"""`hrdgraph map`: any RML, R2RML or YARRRML mapping and its sources into RDF, outside a project
too."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import click

from hrdgraph.cli.engine.outputs import LINES, Output, opened
from hrdgraph.cli.engine.targets import check_graphs, checked_targets
from hrdgraph.cli.shared.common import Size, asked_in
from hrdgraph.cli.shared.destination import destination, outputs
from hrdgraph.cli.shared.mapping_documents import planned, reading_options
from hrdgraph.cli.shared.output_format import format_of
from hrdgraph.cli.shared.progress import ticking
from hrdgraph.cli.shared.signals import ending_cleanly
from hrdgraph.errors import HrdgraphError

FORMATS: Final = (*LINES, "ttl", "trig", "rdfxml", "jsonld", "parquet")
_SHOWN: Final = 20  # rejected rows on standard error


@click.command()
@click.argument("mapping", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file instead of standard output.",
)
@click.option(
    "--format",
    "-f",
    "format",
    type=click.Choice(FORMATS),
    help="[default: what the name of the output says, else nq]",
)
@click.option(
    "--on-error",
    type=click.Choice(["fail", "skip"]),
    default="fail",
    show_default=True,
    help="Stop, or leave the row out and say so.",
)
@click.option(
    "--rejected",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A CSV file for the rows that are left out.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    help="How many processors to use (default: one for small files, else all).",
)
@click.option(
    "--memory",
    type=Size(),
    default="1G",
    show_default=True,
    help="What rows and lines may take; what does not fit waits on disk.",
)
@reading_options
def command(mapping: Path, output: Path | None, format: str | None, **options: Any) -> None:
    """Run the RML, R2RML or YARRRML document MAPPING over the sources that it names, beside it.

    The result is a set: no quad is there twice. What is wrong with the mapping is said before a
    row is read, all of it at once. Quads that the mapping sends to logical targets go to the
    files of these, all others to the output.
    """
    limits = Limits(
        options.pop("memory"), options.pop("on_error") == "skip", options.pop("rejected")
    )
    if limits.rejected is not None and not limits.skips:
        raise click.UsageError("--rejected needs --on-error skip")
    plan, jobs, sources = planned(mapping, **options)
    from hrdgraph.mapping import run

    written = {"--output": destination(output)}
    if limits.rejected is not None:
        written["--rejected"] = destination(limits.rejected)
    own, targets = checked_targets(plan, [mapping, *sources], written)
    format_of(limits.rejected, "csv", ("csv",))
    chosen = format_of(output, format, FORMATS, "nq")
    check_graphs(own, chosen)
    made = [*targets, Output(own, chosen, written.pop("--output"))]
    with ending_cleanly(), outputs([*(item.place for item in made), *written.values()]) as waiting:
        with (
            opened(made, waiting[: len(made)], memory=limits.memory // 4, jobs=jobs) as sink,
            ticking() as read,
        ):
            run(plan, sink, memory=limits.memory, reject=limits.reject, jobs=jobs, progress=read)
        left_out = _in_order(limits.left_out)
        for file in waiting[len(made) :]:
            with file.told():
                file.stream.write(_listed(left_out))
    _tell(left_out, limits.rejected)


@dataclass(frozen=True)
class Limits:
    """Bytes to stay under, and the rows that were left out, told in the file `rejected`; `skips`
    says that this is allowed."""

    memory: int
    skips: bool
    rejected: Path | None
    left_out: list[HrdgraphError] = field(default_factory=list)

    @property
    def reject(self) -> Callable[[HrdgraphError], None] | None:
        """Who is told of rows that cannot be mapped; None where they are errors."""
        return self.left_out.append if self.skips else None


def _in_order(left_out: list[HrdgraphError]) -> list[HrdgraphError]:
    """By file and row: they come in the order of the work, which depends on what fits into
    memory."""
    files = {
        file: number
        for number, file in enumerate(dict.fromkeys(error.origin.file for error in left_out))
    }
    return sorted(left_out, key=lambda error: (files[error.origin.file], error.origin.row or 0))


def _tell(left_out: list[HrdgraphError], path: Path | None) -> None:
    """Say on standard error which rows were left out: the first, where there are many."""
    if not left_out:
        return
    from hrdgraph import translation  # most runs leave nothing out
    from hrdgraph.cli.shared.words import told

    language = asked_in(())
    for error in left_out[:_SHOWN]:
        click.echo(
            told("left out: {error}", language, error=translation.told(error, language)), err=True
        )
    more = (
        ""
        if len(left_out) <= _SHOWN or path
        else told("; --rejected FILE lists them all", language)
    )
    click.echo(
        told("{count} {count:row was|rows were} left out", language, count=len(left_out)) + more,
        err=True,
    )


def _listed(left_out: list[HrdgraphError]) -> bytes:
    text = io.StringIO()
    rows = (
        (
            e.origin.file,
            e.origin.part or "",
            e.origin.row or "",
            e.origin.column or "",
            e.fact,
            e.hint,
        )
        for e in left_out
    )
    csv.writer(text, lineterminator="\n").writerows(
        [("file", "part", "row", "column", "reason", "hint"), *rows]
    )
    return text.getvalue().encode()
