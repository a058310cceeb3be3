"""The plan of a mapping: relations over source columns (scan, extend, iterate, join), and rules
that make quads of their rows. Relations hold raw text, which any column engine could process;
only the term kernel makes terms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from hrdgraph.errors import NOWHERE, Origin
from hrdgraph.mapping.model import (
    Expression,
    JoinCondition,
    LogicalSource,
    LogicalTarget,
    Reference,
    TermMap,
)
from hrdgraph.rdf import IRI
from hrdgraph.sources import ROW

UNNUMBERED: Final = -1


@dataclass(frozen=True, kw_only=True)
class _Numbered:
    """Part of a plan. Its `number` is unique among the relations, or the rules, of the plan, and
    stable as long as the mapping is: caches use it."""

    number: int = field(default=UNNUMBERED, compare=False, repr=False)


@dataclass(frozen=True)
class Scan(_Numbered):
    """The records of a file: the columns that anything refers to, and the row number."""

    source: LogicalSource
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Below(_Numbered):
    """The same rows with `prefix` before every column but the row numbers, so that the fields of
    a view cannot shadow them."""

    child: Relation
    prefix: str


@dataclass(frozen=True)
class Enumerate(_Numbered):
    """The same rows numbered from 0 in a column: by default `#`, the index of a view's
    iterations (RML-LV)."""

    child: Relation
    name: str = "#"


@dataclass(frozen=True)
class Extend(_Numbered):
    """Each row with the value of an expression as column `name`; several values make several
    rows, numbered in `name.#`."""

    child: Relation
    name: str
    expression: Expression
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class ItemField:
    """What a path finds in each item, as column `name`; several values make several rows,
    numbered in `name.#`."""

    name: str
    path: str
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class Iterate(_Numbered):
    """Each row with the items that `iterator` finds in the text of `column` (JSON, or a CSV
    table), numbered in `name.#`, and what `fields` find in them; with the items themselves as
    JSON text in `name` where something else looks into them."""

    child: Relation
    column: str
    name: str
    formulation: str
    iterator: str
    fields: tuple[ItemField, ...] = ()
    has_text: bool = True
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class Pick(_Numbered):
    """Each row with what a path finds in the JSON text of `column`, as column `name`; several
    values make several rows."""

    child: Relation
    column: str
    name: str
    path: str
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class Join(_Numbered):
    """Rows of `child` beside the rows of `parent` that agree on every condition. `fields` are
    columns made on the parent's side; the parent's row numbers come along under `tag`."""

    child: Relation
    parent: Relation
    inner: bool
    conditions: tuple[JoinCondition, ...]
    fields: tuple[tuple[str, Expression], ...]
    tag: str
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class Gather(_Numbered):
    """Each row with the collection of its members (RML-CC), whose rows stand beside it by the
    number that `child` gives.

    As finished terms: its head in `name`, null where there is none, and, where it is gathered
    across rows, its graph in `<name>.graph`. With `is_product` there are as many rows as tuples,
    numbered in `<name>.#`. Where there is no term `beside` it, the subject of which it is the
    object, nothing is gathered.
    """

    child: Enumerate
    name: str
    head: TermMap
    members: tuple[tuple[Relation, TermMap], ...]
    kind: IRI
    graph: TermMap | None
    is_named: bool
    keeps_empty: bool
    is_product: bool
    beside: TermMap | None

    def column(self, part: str) -> str:
        """Return the name of the column of a part of it: graph, #, members; and of an element:
        value, rank, cell, next."""
        return f"{self.name}.{part}"


@dataclass(frozen=True)
class Elements(_Numbered):
    """The members of collections, one a row: the finished term in `<name>.value`, its place from
    1 in `<name>.rank`; of a list, its cell and the next one. Of the other columns, those that
    are `kept` and the numbers of rows."""

    child: Gather
    kept: tuple[str, ...]


@dataclass(frozen=True)
class Reify(_Numbered):
    """Each row with a triple, as a finished term in `<name>.triple`, and the blank node that
    stands for it in `name`; several triples make several rows."""

    child: Relation
    name: str
    triple: TermMap


INDEX = "#"  # of a view's iterations; after a field's name and a dot, that of the field's values

Relation = Scan | Below | Enumerate | Extend | Iterate | Pick | Join | Gather | Elements | Reify


@dataclass(frozen=True)
class QuadRule(_Numbered):
    """One quad for each row of a relation. `graph` is None where the caller's default graph is
    meant; without `targets` the quad goes to the caller's own output."""

    relation: Relation
    subject: TermMap
    predicate: TermMap
    object: TermMap
    graph: TermMap | None
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)
    targets: tuple[LogicalTarget, ...] = ()


@dataclass(frozen=True)
class Plan:
    """The rules of a mapping, in its order; or some of them, which keep their numbers."""

    rules: tuple[QuadRule, ...]

    @classmethod
    def of(cls, rules: Iterable[QuadRule]) -> Plan:
        """Return the plan of rules, numbered by their place. Their relations are numbered
        already."""
        return cls(tuple(replace(rule, number=number) for number, rule in enumerate(rules)))

    def by_relation(self) -> list[tuple[Relation, list[QuadRule]]]:
        """Group the rules that read the same rows."""
        groups: dict[int, tuple[Relation, list[QuadRule]]] = {}
        for rule in self.rules:
            groups.setdefault(rule.relation.number, (rule.relation, []))[1].append(rule)
        return list(groups.values())

    @cached_property
    def scans(self) -> tuple[Scan, ...]:
        """Return the scans below its relations, each once."""
        scans_below = (scan for relation, _ in self.by_relation() for scan in scans(relation))
        return tuple({scan.number: scan for scan in scans_below}.values())


def terms_of(rules: Iterable[QuadRule]) -> list[TermMap]:
    """Return the distinct term maps of rules."""
    terms = (
        term
        for rule in rules
        for term in (rule.subject, rule.predicate, rule.object, rule.graph)
        if term is not None
    )
    return list(dict.fromkeys(terms))


def base_scan(relation: Relation) -> Scan:
    """Return the scan whose rows a relation goes through: the child's, at every join."""
    return relation if isinstance(relation, Scan) else base_scan(relation.child)


def row_columns(relation: Relation) -> list[tuple[str, LogicalSource]]:
    """Return the columns of row numbers, each with the file that they number."""
    match relation:
        case Scan(source):
            return [(ROW, source)]
        case Join():
            return row_columns(relation.child) + [
                (relation.tag + name, source) for name, source in row_columns(relation.parent)
            ]
        case _:
            return row_columns(relation.child)


def index_columns(relation: Relation) -> list[str]:
    """Return the columns that number the rows which view fields make of one iteration."""
    match relation:
        case Scan():
            return []
        case Enumerate(child, name):
            return [*index_columns(child), name]
        case Iterate(child):
            return [*index_columns(child), *(f"{own}.{INDEX}" for own in fields_of(relation))]
        case Extend(child, name) | Pick(child, _, name):
            return [*index_columns(child), f"{name}.{INDEX}"]
        case Below(child, prefix):
            return [prefix + name for name in index_columns(child)]
        case Join(child) | Gather(child) | Elements(child) | Reify(child):
            return index_columns(child)


def fields_of(iterate: Iterate) -> list[str]:
    """Return the columns that an iteration adds, without those of item numbers."""
    return [iterate.name, *(item.name for item in iterate.fields)]


def parts_of(relation: Relation) -> list[Relation]:
    """Return a relation and all below it."""
    parts, waiting = list[Relation](), [relation]
    while waiting:
        parts.append(waiting.pop())
        waiting += reversed(_below(parts[-1]))
    return parts


def find_shared(plan: Plan) -> frozenset[int]:
    """Return the numbers of relations below several relations, or below one and used by rules."""
    parts = {part.number: part for each, _ in plan.by_relation() for part in parts_of(each)}
    below = Counter(
        below for part in parts.values() for below in {other.number for other in _below(part)}
    )
    below.update(relation.number for relation, _ in plan.by_relation())
    return frozenset(number for number, times in below.items() if times > 1)


def _below(relation: Relation) -> list[Relation]:
    """Return the relations directly below one."""
    match relation:
        case Scan():
            return []
        case Join(child, parent):
            return [child, parent]
        case Gather(child, members=members):
            return [child, *(rows for rows, _ in members)]
        case _:
            return [relation.child]


def steps_of(relation: Relation) -> list[Join | Gather]:
    """Return the joins whose pairs a relation takes one by one, and the collection across rows
    below, the last to be made first."""
    steps: list[Join | Gather] = []
    while isinstance(relation, Below | Elements | Extend | Iterate | Join | Pick | Reify):
        steps += [relation] if isinstance(relation, Join) else []
        relation = relation.child
    return [*steps, relation] if isinstance(relation, Gather) and relation.is_named else steps


def is_copy(relation: Relation) -> bool:
    """Say whether every text of a relation is that of a cell, unchanged."""
    match relation:
        case Scan():
            return True
        case Join(child, parent, _, _, fields):
            return (
                is_copy(child)
                and is_copy(parent)
                and all(isinstance(expression, Reference) for _, expression in fields)
            )
        case _:
            return False


def scans(relation: Relation) -> list[Scan]:
    """Return the scans below a relation."""
    return [part for part in parts_of(relation) if isinstance(part, Scan)]
