"""The logical targets of a plan (RML-IO) into outputs; these and those of the caller are checked
before a row is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hrdgraph.catalogue import Message
from hrdgraph.errors import OutputError
from hrdgraph.library.files.destination import READ, Destination, destination, input_of, overwriting
from hrdgraph.library.files.outputs import Output

if TYPE_CHECKING:
    from hrdgraph.mapping import Plan
    from hrdgraph.mapping.model import LogicalTarget

_FORMATS: Final = {
    "N-Triples": "nt",
    "N-Quads": "nq",
    "Turtle": "ttl",
    "TriG": "trig",
    "N3": "ttl",  # every Turtle document is one in N3
    "JSON-LD": "jsonld",
    "RDF_XML": "rdfxml",
}
_WITH_GRAPHS: Final = ("nq", "trig", "jsonld")


def checked_targets(
    plan: Plan, inputs: Iterable[Path], written: Mapping[str, Destination]
) -> tuple[Plan, list[Output]]:
    """The plan of the quads without a target, and the output of each target. OutputError where
    something would be lost or overwritten: one of the files `inputs`, or what another option
    (`written`, by its name) or another target writes."""
    from hrdgraph.mapping.execution.execute import by_target

    own, routes = by_target(plan)
    taken = {input_of(path).identity: READ for path in inputs}
    for option, place in written.items():
        if place.identity is not None and place.identity in taken:
            raise overwriting(option, place, taken[place.identity])
        taken[place.identity] = Message("what-option-writes", option=option)
    found = []
    for target, part in routes.items():
        place = destination(target.path)
        if place.identity is not None and place.identity in taken:
            raise _refused(target, Message("target-used-twice"), "give-each-target-file")
        taken[place.identity] = Message("")
        _check_format(target, part)
        found.append(Output(part, _FORMATS[target.serialization], place, target))
    return own, found


def check_graphs(plan: Plan, format: str) -> None:
    """OutputError where a format would lose the names of the graphs that quads of the caller's
    own output are in."""
    graph = next((rule.graph for rule in plan.rules if rule.graph is not None), None)
    if graph is not None and format not in (*_WITH_GRAPHS, "parquet"):
        hint = "choose-quads-format"
        raise OutputError(
            "format-without-named-graphs", format=format, origin=graph.origin, hint=hint
        )


def _check_format(target: LogicalTarget, plan: Plan) -> None:
    format = _FORMATS[target.serialization]
    if format not in _WITH_GRAPHS and any(rule.graph is not None for rule in plan.rules):
        raise _refused(
            target,
            Message("target-takes-named-graphs", format=target.serialization),
            "use-formats-n-quads-or",
        )
    if format == "rdfxml" and target.encoding != "UTF-8":
        raise _refused(
            target, Message("target-rdfxml-encoding", encoding=target.encoding), "drop-rml-encoding"
        )


def _refused(target: LogicalTarget, fact: str | Message, hint: str | Message) -> OutputError:
    return OutputError(
        "target-wrong", file=target.path.name, fact=fact, origin=target.origin, hint=hint
    )
