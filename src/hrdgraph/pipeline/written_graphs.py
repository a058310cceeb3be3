"""The named graphs that mappings write into: which source writes where, and which graphs are not
theirs to write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from hrdgraph.errors import HrdgraphError, MappingError
from hrdgraph.evidence.namespaces import key_of
from hrdgraph.explain import SourcePlan
from hrdgraph.mapping.model import Constant
from hrdgraph.mapping.plan import QuadRule
from hrdgraph.project import Project
from hrdgraph.rdf import IRI

_OURS: Final = ("ontology", "derived", "withdrawn", "restricted")
_SYSTEM: Final = "urn:hrdgraph:"
_DERIVED: Final = "/derived"  # whatever stands before it, this marks statements that rules derived


def check_graphs(project: Project, item: SourcePlan, names: Iterable[str]) -> list[HrdgraphError]:
    """Errors for graphs (N-Triples texts) that a source writes into and that are another's, unless
    its source.toml names that source in `writes_to`; or that only a build writes. Without this,
    anybody's statement could pass for another's."""
    found = [
        (text, error)
        for text in sorted(names)
        if (error := _error(project, item, text[1:-1])) is not None
    ]
    return [
        MappingError(code, graph=text, source=other, origin=_rule(item, text).origin)
        for text, (code, other) in found
    ]


def _error(project: Project, item: SourcePlan, name: str) -> tuple[str, str] | None:
    key = key_of(name)
    reserved = [key_of(project.graph_name(own)) for own in _OURS]
    if (
        name.startswith(_SYSTEM)
        or key.endswith(_DERIVED)
        or any(_is_within(key, own) for own in reserved)
    ):
        return "graph-of-the-build", ""
    allowed = {item.source.name, *item.source.writes_to}
    others = (one.name for one in project.sources if one.name not in allowed)
    other = next((one for one in others if _is_within(key, key_of(project.graph_name(one)))), None)
    return None if other is None else ("graph-of-another-source", other)


def _is_within(key: str, graph: str) -> bool:
    return key == graph or key.startswith(f"{graph}/")


def _rule(item: SourcePlan, text: str) -> QuadRule:
    """The rule that names a graph, else one that works out which graph it writes into."""
    named = [rule for rule in item.plan.rules if rule.graph is not None]
    constant = (
        rule for rule in named if rule.graph and rule.graph.expression == Constant(IRI(text[1:-1]))
    )
    return next(constant, next((rule for rule in named if _is_worked_out(rule)), named[0]))


def _is_worked_out(rule: QuadRule) -> bool:
    return rule.graph is not None and not isinstance(rule.graph.expression, Constant)


def rooms_of(written: Mapping[str, Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    """Sets of graphs that are written by one source, or by sources that write into one graph, from
    the graphs (N-Triples texts) that each source's own graph stands for. A source that writes into
    its own alone makes none."""
    rooms: list[set[str]] = []
    for own, graphs in written.items():
        new = {own, *graphs}
        apart = [room for room in rooms if room.isdisjoint(new)]
        rooms = [*apart, new.union(*(room for room in rooms if not room.isdisjoint(new)))]
    return tuple(tuple(sorted(text[1:-1] for text in room)) for room in rooms if len(room) > 1)
