"""Commands about mappings, outside a project too: map, and check and plan of the group."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import click

from hrdgraph.catalogue import phrase
from hrdgraph.cli.command_from_function import (
    FILE,
    PATH,
    READING,
    CommandCall,
    argument,
    command,
    option,
    own_command,
)
from hrdgraph.cli.common import echo_json, tell
from hrdgraph.cli.completion import formats
from hrdgraph.cli.option_values import Place, WholeNumber
from hrdgraph.cli.process import ending_cleanly
from hrdgraph.cli.progress import ticking
from hrdgraph.errors import HrdgraphError
from hrdgraph.library.calls import UsageError
from hrdgraph.library.mapping_runs import MapLimits, bound, run_into, run_on_engine
from hrdgraph.library.output_format import FORMATS_OF_MAP
from hrdgraph.sources.table_cache import handing_on

if TYPE_CHECKING:
    from hrdgraph.library.mapping import Checked
    from hrdgraph.mapping.planning.show import Pass


_SHOWN: Final = 20  # rejected rows on standard error


def _check_map(given: dict[str, Any]) -> None:
    if given["rejected"] is not None and given["on_error"] != "skip":
        raise UsageError("goes-with", option="--rejected", options="--on-error skip")
    if given["on"] is None and isinstance(given["output"], str):
        raise UsageError("goes-with", option="--output URL", options="--on")


@own_command(
    "map", project="", json=False, check=_check_map,
    mapping=argument(type=FILE), output=option(type=Place()), on=option(metavar="ENGINE"),
    format=option(shell_complete=formats(*FORMATS_OF_MAP)),
    rejected=option(type=FILE), jobs=option(type=WholeNumber(1)), **READING,
)  # fmt: skip
def run_map(
    call: CommandCall, mapping: Path, *, output: Path | str | None = None,
    format: str | None = None, on: str | None = None,
    distinct: Literal["exact", "source", "none"] = "exact",
    on_error: Literal["fail", "skip"] = "fail", rejected: Path | None = None,
    jobs: int | None = None, memory: str | int = "1G",
) -> None:  # fmt: skip
    """Run the RML, R2RML or YARRRML document MAPPING over the sources that it names, beside it."""
    assert isinstance(memory, int)
    limits = MapLimits(memory, on_error == "skip", rejected)
    with handing_on(), ending_cleanly(), ticking(call.language) as read:
        plan = bound(mapping, jobs=jobs, **{name: call.given[name] for name in READING})

        def progress(file: str, rows: int, _: int) -> None:
            read(file, rows)

        if on is not None:
            run_on_engine(plan, output, format, on, distinct, limits, progress)
        else:
            path = None if output is None else Path(output)
            run_into(mapping, plan, path, format, limits, progress)
    _tell(limits.in_order(), limits.rejected, call.language)


def _tell(left_out: list[HrdgraphError], path: Path | None, language: str) -> None:
    """Say on standard error which rows were left out: the first, where there are many."""
    if not left_out:
        return
    for error in left_out[:_SHOWN]:
        tell("error-left-out", language, err=True, error=error.text(language))
    more = "" if len(left_out) <= _SHOWN or path else phrase("rejected-lists-all", language)
    click.echo(phrase("rows-left-out", language, count=len(left_out)) + more, err=True)


@command("mappings check", mapping=argument(type=FILE))
def show_check(call: CommandCall, checked: Checked) -> None:
    """Say that a mapping is in order."""
    mapping = call.given["mapping"]
    rules = phrase("word-rules-n", call.language, count=checked.rules)
    relations = phrase("relations-counted", call.language, count=checked.relations)
    call.answer(
        {"mapping": str(mapping), "rules": checked.rules, "relations": checked.relations},
        "mapping-in-order", mapping=mapping, rules=rules, relations=relations,
    )  # fmt: skip


@command("mappings plan", mapping=argument(type=PATH, metavar="MAPPING|SOURCE"))
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
