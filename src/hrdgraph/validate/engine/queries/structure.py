"""A scanned query: its groups and triple patterns, and what can be told from them before it is
asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from hrdgraph.catalogue import Message

PREBOUND = frozenset({"this"})
NO_PLACE = -1
AGGREGATES = {"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"}


@dataclass(slots=True, eq=False)
class QueryGroup:
    """One group of a query, from behind its brace to the other one. `negated` is where the
    FILTER of a NOT EXISTS begins."""

    kind: str
    parent: QueryGroup | None
    start: int
    filtered: set[str] = field(default_factory=set)
    assigned: set[str] = field(default_factory=set)
    end: int = 0
    negated: int | None = None


@dataclass(frozen=True, slots=True)
class TriplePattern:
    """One triple pattern. `predicates` are N-Triples texts; None where any predicate may match
    (a negated set, say). `iri` is the object where that is one, `subject_iri` the subject;
    `plain` says that the predicate is no longer path.
    """

    group: QueryGroup
    subject: str | None
    variable: str | None
    predicates: frozenset[str] | None
    object: str | None
    zero: bool
    plain: bool = False
    iri: str | None = None
    subject_iri: str | None = None

    def binds(self, name: str) -> bool:
        """Whether every match binds the variable, to a node that the pattern itself finds."""
        return not self.zero and name in (self.subject, self.object, self.variable)


@dataclass(frozen=True)
class QueryStructure:
    """What was found in a query."""

    groups: tuple[QueryGroup, ...]
    patterns: tuple[TriplePattern, ...]
    projected: frozenset[str]
    subselects: tuple[frozenset[str], ...]
    renamed: frozenset[str]
    clauses: frozenset[str]
    grouped: frozenset[str]
    variables: frozenset[str]

    def forbidden(self, prebound: Iterable[str]) -> Message:
        """What pre-binding forbids (appendix A); empty where nothing is wrong."""
        for clause in ("MINUS", "VALUES", "SERVICE"):
            if clause in self.clauses:
                return Message("clause-with-prebound", clause=clause)
        for name in sorted(prebound):
            if name in self.renamed:
                return Message("prebound-assigned", name=name)
            if any(name not in projected for projected in self.subselects):
                return Message("prebound-unselected", name=name)
        return Message("")

    def is_joinable(self, names: Iterable[str]) -> bool:
        """Whether binding these variables in the outermost group alone, to many values at once,
        is the same as binding them everywhere, one value at a time.
        """
        if self.subselects or self.clauses & {"LIMIT", "OFFSET"}:
            return False
        wanted = set(names)
        if self.clauses & (AGGREGATES | {"GROUP", "HAVING"}) and not wanted <= self.grouped:
            return False
        return all(self._is_open(group, name) for group in self.groups for name in wanted)

    def _is_open(self, group: QueryGroup, name: str) -> bool:
        """Whether the value of a variable reaches the group, or the group finds it itself."""
        if group.parent is None or (group.kind == "exists" and self._is_open(group.parent, name)):
            return True
        used = group.assigned if group.kind == "optional" else group.assigned | group.filtered
        zero = any(
            item.zero and name in (item.subject, item.object)
            for item in self.patterns
            if item.group is group
        )
        if name not in used and not zero:
            return True
        return any(item.binds(name) for item in self.patterns if item.group is group)

    def binds(self, name: str) -> bool:
        """Whether the outermost group itself finds every value of the variable."""
        return any(item.group.parent is None and item.binds(name) for item in self.patterns)

    def is_free(self, item: TriplePattern) -> bool:
        """Whether a pattern of zero length would go through every node of the graph."""
        ends = [item.subject, item.object]
        return item.zero and not any(
            end is None
            or any(other.binds(end) for other in self.patterns if other.group is item.group)
            for end in ends
        )
