"""`hrdgraph check`: whether a mapping fits its sources, before a row is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from hrdgraph.catalogue import phrase
from hrdgraph.cli.shared.common import asked_in, echo_json, json_option, tell
from hrdgraph.cli.shared.mapping_documents import reading_options
from hrdgraph.cli.shared.option_values import PathTo


@click.command()
@click.argument("mapping", type=PathTo(path_type=Path, dir_okay=False))
@reading_options
@json_option
def command(mapping: Path, as_json: bool, **reading: Any) -> None:
    """Check the RML, R2RML or YARRRML document MAPPING against its sources: terms, columns,
    paths, functions. No row is read.

    Everything that is wrong is said at once, each with file and node; the exit code is then 1.
    """
    from hrdgraph.library.mapping import check

    found = check(mapping, **reading)
    if as_json:
        echo_json({"mapping": str(mapping), "rules": found.rules, "relations": found.relations})
    else:
        language = asked_in(())
        rules = phrase("rules-counted", language, count=found.rules)
        relations = phrase("relations-counted", language, count=found.relations)
        tell("mapping-in-order", language, mapping=mapping, rules=rules, relations=relations)
