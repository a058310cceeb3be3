"""Which changed statements a query can see: all that it says of one thing must hold of the subject
of a statement that is part of a solution, before the change or after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Final

from hrdgraph.sparql.algebra import (
    Alternatives,
    Basic,
    Distinct,
    Extend,
    Filter,
    Graph,
    Group,
    Join,
    LeftJoin,
    Minus,
    Operator,
    Order,
    Pattern,
    Project,
    Slice,
    Slot,
    Untranslated,
    Variable,
    below,
    walk,
)
from hrdgraph.sparql.algebra import parts as parts_of
from hrdgraph.sparql.kept_algebra import translate_kept
from hrdgraph.sparql.reach import Values, is_changing, values_beside

Statement = tuple[str, str, str]
Facts = dict[str, dict[str, set[str]]]  # of a subject: the objects of each property
Patterns = tuple[tuple[Pattern, ...], ...]  # of each, the ways to read it
Required = dict[str, Patterns]  # of a variable: what is asked of it as a subject


@dataclass(frozen=True)
class Star:
    """The patterns that a query has of one subject in one place, and those elsewhere without
    which what is found here counts for nothing."""

    own: Patterns
    beside: Patterns


class Changes:
    """Changed statements, and all that is said of their subjects, before or after."""

    def __init__(self) -> None:
        self.statements: set[Statement] = set()
        self.facts: Facts = {}

    def add(self, statements: Iterable[Statement]) -> list[str]:
        """Take up changed statements; the subjects that are new, of which nothing is known."""
        statements = list(statements)
        self.statements.update(statements)
        new = dict.fromkeys(s for s, _, _ in statements if s not in self.facts)
        self.facts |= {subject: {} for subject in new}
        return [*new]

    def tell(self, statements: Iterable[Statement]) -> None:
        """What is said of subjects."""
        for s, p, o in statements:
            self.facts[s].setdefault(p, set()).add(o)

    def are_seen_by(self, text: str) -> bool:
        """Whether the answer of a query may be another after these changes."""
        stars = stars_of(text)
        return bool(self.statements) and (stars is None or any(self._meet(star) for star in stars))

    def _meet(self, star: Star) -> bool:
        return any(
            any(_is_match(pattern, statement) for ways in star.own for pattern in ways)
            and self._fits((*star.own, *star.beside), statement[0])
            for statement in self.statements
        )

    def _fits(self, patterns: Patterns, subject: str) -> bool:
        """Whether something is said of a subject for each pattern."""
        facts = self.facts[subject]
        return all(any(_holds(pattern, facts) for pattern in ways) for ways in patterns)


@lru_cache(maxsize=1024)
def stars_of(text: str) -> tuple[Star, ...] | None:
    """What a query asks of each subject; None where that cannot be told."""
    try:
        query = translate_kept(text)
    except Untranslated:
        return None
    found = tuple(_stars(query.inner, {}, {}))
    # which graphs there are, no pattern says
    is_told = not is_changing(query) and not any(
        isinstance(one, Graph) for one in walk(query.inner)
    )
    return found if found and is_told else None


def _stars(node: Operator, values: Values, beside: Required) -> Iterator[Star]:
    """The stars of an operator. `values` are what tables that it is joined with leave of its
    variables, `beside` what its solutions must be joined with."""
    match node:
        case Basic(patterns):
            by_subject: dict[Slot, list[tuple[Pattern, ...]]] = {}
            for pattern in patterns:
                by_subject.setdefault(pattern.s, []).append(_ways(pattern, values))
            for subject, own in by_subject.items():
                name = subject.name if isinstance(subject, Variable) else ""
                yield Star(tuple(own), beside.get(name, ()))
        case Join():
            parts, own_values = values_beside(node)
            required = _both(beside, *(_required(part, own_values) for part in parts))
            for part in parts:
                yield from _stars(part, own_values, required)
        case _:
            for part in parts_of(node):
                yield from _stars(part, {}, _onward(node, part, beside))
            for part in (one for one in below(node) if one not in parts_of(node)):
                yield from _stars(part, {}, {})


def _onward(node: Operator, part: Operator, beside: Required) -> Required:
    """What stands beside a part of an operator. What is optional or taken away depends on the
    other side alone where that does not bind a variable."""
    match node:
        case Minus(left, right) | LeftJoin(left, right) if part is right:
            required = _required(left, {})
            return _both(required, _only(beside, required))
        case Project(_, names) | Alternatives(_, names) | Group(_, names):
            return _only(beside, names)
        case Slice():
            return {}
    return beside


def _required(node: Operator, values: Values) -> Required:
    """What each solution of an operator says of a variable as a subject."""
    match node:
        case Basic(patterns):
            found = [(one.s, _ways(one, values)) for one in patterns]
            each = [
                Required({slot.name: (ways,)}) for slot, ways in found if not isinstance(slot, str)
            ]
            return _both(*each)
        case Join():
            parts, own = values_beside(node)
            return _both(*(_required(part, own) for part in parts))
        case Minus(left) | LeftJoin(left):
            return _required(left, {})
        case Filter(inner) | Extend(inner) | Distinct(inner) | Order(inner):
            return _required(inner, {})
        case Project(inner, names):
            return _only(_required(inner, {}), names)
    return {}


def _both(*each: Required) -> Required:
    names = dict.fromkeys(name for one in each for name in one)
    return {name: tuple(ways for one in each for ways in one.get(name, ())) for name in names}


def _only(required: Required, names: Iterable[str]) -> Required:
    return {name: required[name] for name in names if name in required}


def _ways(pattern: Pattern, values: Values) -> tuple[Pattern, ...]:
    """A pattern with each value that its property and its object may have. Of a literal, the
    store keeps the value and not the text: any may be it."""
    return tuple(
        Pattern(pattern.s, p, o)
        for p, o in product(_slots(pattern.p, values), _slots(pattern.o, values))
    )


def _slots(slot: Slot, values: Values) -> tuple[Slot, ...]:
    if isinstance(slot, Variable):
        known = values.get(slot.name, (slot,))
        return known if all(isinstance(one, str) and one[:1] == "<" for one in known) else (ANY,)
    return (slot,) if slot.startswith("<") else (ANY,)


def _is_match(pattern: Pattern, statement: Statement) -> bool:
    slots = (pattern.s, pattern.p, pattern.o)
    return all(
        isinstance(slot, Variable) or slot == term
        for slot, term in zip(slots, statement, strict=True)
    )


def _holds(pattern: Pattern, facts: dict[str, set[str]]) -> bool:
    """Whether something is said of a subject that a pattern may mean."""
    if isinstance(pattern.p, Variable):
        return bool(facts)
    objects = facts.get(pattern.p, set())
    return bool(objects) and (isinstance(pattern.o, Variable) or pattern.o in objects)


ANY: Final = Variable("")
