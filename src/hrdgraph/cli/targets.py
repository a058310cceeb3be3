"""The logical targets of a plan (RML-IO) into outputs, checked before a row is read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hrdgraph.cli.outputs import Output
from hrdgraph.errors import OutputError

if TYPE_CHECKING:
    from hrdgraph.mapping import Plan
    from hrdgraph.mapping.logical_target import LogicalTarget

_FORMATS: Final = {
    "N-Triples": "nt",
    "N-Quads": "nq",
    "Turtle": "ttl",
    "TriG": "trig",
    "N3": "ttl",  # every Turtle document is one in N3
    "JSON-LD": "jsonld",
    "RDF_XML": "rdfxml",
    "RDF_JSON": "rdfjson",
}
_WITH_GRAPHS: Final = ("nq", "trig", "jsonld")


def checked_targets(plan: Plan, used: Iterable[Path]) -> tuple[Plan, list[Output]]:
    """The plan of the quads without a target, and the output of each target. OutputError where something would be lost or
    overwritten: another target, one of the files that are `used`, or a source."""
    from hrdgraph.mapping.plan import scans
    from hrdgraph.mapping.running.routes import by_target

    own, routes = by_target(plan)
    sources = (scan.source.path for rule in plan.rules for scan in scans(rule.relation)) if routes else ()
    taken = {path.resolve() for path in (*used, *sources)}
    for target, part in routes.items():
        if target.path in taken:
            raise _refused(target, "is in use for something else in this run", "give each target a file of its own")
        taken.add(target.path)
        _check_format(target, part)
    return own, [Output(part, _FORMATS[target.serialization], target.path, target) for target, part in routes.items()]


def _check_format(target: LogicalTarget, plan: Plan) -> None:
    format = _FORMATS[target.serialization]
    if format not in _WITH_GRAPHS and any(rule.graph is not None for rule in plan.rules):
        raise _refused(
            target, f"takes quads of named graphs, which {target.serialization} cannot say", "use formats:N-Quads or formats:TriG"
        )
    if format == "rdfxml" and target.encoding != "UTF-8":
        raise _refused(target, f"is RDF/XML, which is written in UTF-8, not in {target.encoding}", "drop rml:encoding")


def _refused(target: LogicalTarget, fact: str, hint: str) -> OutputError:
    return OutputError(f"the target '{target.path.name}' {fact}", origin=target.origin, hint=hint)
