"""What an engine cannot run, named before anything runs."""

from __future__ import annotations

from collections.abc import Iterator

from hrdgraph.catalogue import Message
from hrdgraph.errors import MappingError, raise_all
from hrdgraph.mapping.kernel import is_across, is_of_file
from hrdgraph.mapping.plan import (
    INDEX,
    Elements,
    Enumerate,
    Gather,
    Join,
    Plan,
    QuadRule,
    Relation,
    parts_of,
)


def check_runs(plan: Plan) -> None:
    """Raise a MappingError for each rule that needs what no engine does."""
    raise_all(list({str(error): error for error in _refused(plan)}.values()))


def _refused(plan: Plan) -> Iterator[MappingError]:
    for rule in plan.rules:
        if (what := _missing(rule)) is not None:
            yield MappingError("engine-cannot", what=what, origin=rule.origin)


def _missing(rule: QuadRule) -> Message | None:
    """What a rule needs that is not there; None where nothing is missing."""
    parts = parts_of(rule.relation)
    if rule.targets:
        return Message("engine-no-targets")
    if is_across(rule.relation):
        return Message("engine-no-named-collections")
    gathers = any(isinstance(part, Gather | Elements) for part in parts)
    if gathers and any(isinstance(part, Join) for part in parts):
        return Message("engine-no-collections-of-joins")
    if any(_is_renumbered(part) for part in parts):
        return Message("engine-no-renumbering")
    return None


def _is_renumbered(part: Relation) -> bool:
    """Whether the rows of a view are numbered that are not those of a file, so that the numbers
    depend on all rows before."""
    return isinstance(part, Enumerate) and part.name == INDEX and not is_of_file(part)
