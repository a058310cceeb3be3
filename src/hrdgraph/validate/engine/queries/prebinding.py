"""A query and its pre-bound variables → query texts with their values written in (SHACL §5.3,
appendix A)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hrdgraph.rdf import Term
from hrdgraph.store.blank_nodes import BLANK, REWRITTEN
from hrdgraph.store.tokens import tokens_of
from hrdgraph.validate.engine.model.shapes import ConstraintQuery
from hrdgraph.validate.engine.queries.structure import (
    NO_PLACE,
    QueryGroup,
    QueryStructure,
    TriplePattern,
)

Edit = tuple[int, int, str]
# the variable by which an ASK tells for which rows it is true: a store writes literals its own way
ROW = "hrdgraph_row"
_MANY = 20_000  # rows written into one query: each may cost a look at the whole graph


@dataclass(frozen=True, slots=True)
class Bound:
    """Variables with a value in each row, and those with one value for all."""

    columns: Mapping[str, list[str]]
    constants: Mapping[str, Term]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), [""]))

    def values(self, start: int, end: int) -> str:
        """A VALUES block of these rows."""
        names = [*self.columns, *self.constants]
        same = " ".join(_named(term.n3()) for term in self.constants.values())
        rows = (
            zip(*(column[start:end] for column in self.columns.values()), strict=True)
            if self.columns
            else [()]
        )
        lines = " ".join(f"({' '.join(map(_named, row))} {same})" for row in rows)
        return f" VALUES ({' '.join(f'?{name}' for name in names)}) {{ {lines} }} "


def bound_queries(
    query: ConstraintQuery, scanned: QueryStructure, bound: Bound, *, blanks: bool
) -> Iterator[str]:
    """The texts to ask. Many rows at once where a join in the outermost group is the same as
    substitution, else each by itself, its values in every group. `blanks` says that blank nodes
    stand under IRIs.
    """
    together = scanned.is_joinable([*bound.columns, *bound.constants])
    edits = _rewritten(query, blanks=blanks)
    if together:
        joins = antijoins(query.text, scanned, frozenset([*bound.columns, *bound.constants]))
        edits += [
            join for join in joins if not any(join[0] <= start < join[1] for start, _, _ in edits)
        ]
    step = _MANY if together else 1
    places = (
        [scanned.groups[0].start]
        if together
        else [group.start for group in scanned.groups if group.start != NO_PLACE]
    )
    for start in range(0, len(bound), step):
        values = bound.values(start, start + step)
        yield _edited(query.text, [*edits, *((place, place, values) for place in places)])


def open_query(query: ConstraintQuery, scanned: QueryStructure) -> str:
    """The text to ask for all focus nodes of the graph at once, none of them named."""
    return _edited(query.text, list(antijoins(query.text, scanned, frozenset())))


def _edited(text: str, edits: list[tuple[int, int, str]]) -> str:
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _rewritten(query: ConstraintQuery, *, blanks: bool) -> list[tuple[int, int, str]]:
    """ASK as the SELECT of what it is asked for; functions that tell blank nodes, for blank
    nodes that have been given IRIs."""
    edits = []
    depth = 0
    for token in tokens_of(query.text):
        depth += (token.text == "{") - (token.text == "}")
        if token.kind == "word" and token.text == "ASK" and depth == 0 and query.ask:
            edits.append((token.start, token.end, f"SELECT DISTINCT ?{ROW} "))
        elif blanks and token.kind == "word" and token.text in REWRITTEN:
            edits.append((token.start, token.end, REWRITTEN[token.text].n3()))
    return edits


def _named(text: str) -> str:
    """A term that a query may name: a blank node by the IRI that stands for it."""
    return f"<{BLANK}{text[2:]}>" if text.startswith("_:") else text


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
