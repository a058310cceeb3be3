"""Commands about mappings and shapes: check, plan."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from hrdgraph.catalogue import phrase
from hrdgraph.cli.common import echo_json
from hrdgraph.cli.generate import FILE, PATH, CommandCall, argument, command

if TYPE_CHECKING:
    from hrdgraph.library.mapping import Checked
    from hrdgraph.mapping.planning.show import Pass


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
