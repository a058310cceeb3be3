"""Commands about mappings, outside a project too: map, check, plan."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from hrdgraph.catalogue import phrase
from hrdgraph.cli.common import asked_in, echo_json, misused, reading_options, tell
from hrdgraph.cli.completion import formats
from hrdgraph.cli.generate import FILE, PATH, CommandCall, argument, command, register
from hrdgraph.cli.option_values import OneOf, PathTo, Place, Size, WholeNumber
from hrdgraph.cli.process import ending_cleanly
from hrdgraph.cli.progress import ticking
from hrdgraph.errors import HrdgraphError
from hrdgraph.library.mapping_runs import MapLimits, bound, run_into, run_on_engine
from hrdgraph.library.output_format import FORMATS_OF_MAP
from hrdgraph.sources.table_cache import handing_on

if TYPE_CHECKING:
    from hrdgraph.library.mapping import Checked
    from hrdgraph.mapping.planning.show import Pass


FORMATS: Final = FORMATS_OF_MAP
_SHOWN: Final = 20  # rejected rows on standard error


@register("map")
@click.command()
@click.argument("mapping", type=PathTo(path_type=Path, dir_okay=False))
@click.option("--output", "-o", type=Place())
@click.option("--format", "-f", "format", shell_complete=formats(*FORMATS_OF_MAP))
@click.option("--on", metavar="ENGINE")
@click.option(
    "--distinct", type=OneOf(["exact", "source", "none"]), default="exact", show_default=True
)
@click.option("--on-error", type=OneOf(["fail", "skip"]), default="fail", show_default=True)
@click.option("--rejected", type=PathTo(path_type=Path, dir_okay=False))
@click.option("--jobs", type=WholeNumber(1))
@click.option("--memory", type=Size(), default="1G", show_default=True)
@reading_options
def run_map(
    mapping: Path,
    output: Path | str | None,
    format: str | None,
    on: str | None,
    distinct: str,
    **options: Any,
) -> None:
    """Run the RML, R2RML or YARRRML document MAPPING over the sources that it names, beside it."""
    memory, rejected = options.pop("memory"), options.pop("rejected")
    limits = MapLimits(memory, options.pop("on_error") == "skip", rejected)
    if limits.rejected is not None and not limits.skips:
        raise misused("rejected-needs-skip")
    if on is None and isinstance(output, str):
        raise misused("url-needs-engine")
    with handing_on(), ending_cleanly(), ticking(asked_in(())) as read:
        plan = bound(mapping, **options)

        def progress(file: str, rows: int, _: int) -> None:
            read(file, rows)

        if on is not None:
            run_on_engine(plan, output, format, on, distinct, limits, progress)
        else:
            path = None if output is None else Path(output)
            run_into(mapping, plan, path, format, limits, progress)
    _tell(limits.in_order(), limits.rejected)


def _tell(left_out: list[HrdgraphError], path: Path | None) -> None:
    """Say on standard error which rows were left out: the first, where there are many."""
    if not left_out:
        return
    from hrdgraph.catalogue import phrase

    language = asked_in(())
    for error in left_out[:_SHOWN]:
        tell("error-left-out", language, err=True, error=error.text(language))
    more = "" if len(left_out) <= _SHOWN or path else phrase("rejected-lists-all", language)
    click.echo(phrase("rows-left-out", language, count=len(left_out)) + more, err=True)


@command("check", lang=False, mapping=argument(type=FILE))
def show_check(call: CommandCall, found: Checked) -> None:
    """Say that a mapping is in order."""
    mapping = call.given["mapping"]
    rules = phrase("rules-counted", call.language, count=found.rules)
    relations = phrase("relations-counted", call.language, count=found.relations)
    call.answer(
        {"mapping": str(mapping), "rules": found.rules, "relations": found.relations},
        "mapping-in-order", mapping=mapping, rules=rules, relations=relations,
    )  # fmt: skip


@command("plan", lang=False, mapping=argument(type=PATH, metavar="MAPPING|SOURCE"))
def show_plan(call: CommandCall, steps: tuple[Pass, ...]) -> None:
    """Print a plan before and after each rewrite."""
    if call.is_json:
        echo_json([asdict(step) for step in steps])
        return
    for number, step in enumerate(steps, 1):
        parts: dict[str, Any] = {"before": step.before, "after": step.after}
        click.echo(f"{number}. {step.name}: {step.why}\n")
        for name, lines in parts.items():
            click.echo("\n".join([f"  {name}", *(f"    {line}" for line in lines), ""]))
