"""FILTER NOT EXISTS → MINUS where both mean the same: asked once for all rows, not once for
each."""

from __future__ import annotations

from collections.abc import Iterator

from hrdgraph.validate.engine.queries.structure import QueryGroup, QueryStructure, TriplePattern

Edit = tuple[int, int, str]


def antijoins(text: str, scanned: QueryStructure, prebound: frozenset[str]) -> Iterator[Edit]:
    """The edits that take such filters out and put a MINUS at the end of the group around them.
    `prebound` are variables that the outermost group binds.
    """
    for group in scanned.groups:
        parent = group.parent
        if (
            group.negated is not None
            and parent is not None
            and _is_antijoin(scanned, group, parent, prebound)
        ):
            yield group.negated, group.end + 1, ""
            yield parent.end, parent.end, f" MINUS {{{text[group.start : group.end]}}} "


def _is_antijoin(
    scanned: QueryStructure, group: QueryGroup, parent: QueryGroup, prebound: frozenset[str]
) -> bool:
    """Whether the two share variables that both sides always bind, and the inner one uses no
    other variable of the outer one."""
    own = [item for item in scanned.patterns if item.group is group]
    inner = _names(own)
    # of few rows each finds one pattern by itself, quicker than all that matches it is gathered
    if prebound and len(own) < 2:
        return False
    is_plain = not group.assigned and not any(item.zero for item in own) and group.filtered <= inner
    if (
        not is_plain
        or "GRAPH" in scanned.clauses
        or any(other.parent is group for other in scanned.groups)
    ):
        return False
    outer = _names(item for item in scanned.patterns if item.group is parent and not item.zero)
    shared = inner & (outer | (prebound if parent.parent is None else frozenset()))
    return bool(shared) and not (inner - shared) & _elsewhere(scanned, group, parent)


def _elsewhere(scanned: QueryStructure, group: QueryGroup, parent: QueryGroup) -> frozenset[str]:
    """Variables that anything but the group itself and the certain patterns around it has."""
    patterns = _names(
        item
        for item in scanned.patterns
        if item.group is not group and (item.group is not parent or item.zero)
    )
    used = (other.assigned | other.filtered for other in scanned.groups if other is not group)
    return patterns | scanned.projected.union(*used)


def _names(patterns: Iterator[TriplePattern] | list[TriplePattern]) -> frozenset[str]:
    return frozenset(
        name
        for item in patterns
        for name in (item.subject, item.object, item.variable)
        if name and name != "[]"
    )
