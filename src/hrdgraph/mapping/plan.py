"""The plan of a mapping: relations over source columns (scan, extend, iterate, join), and rules that make quads of their rows.

Relations hold raw text and are what any column engine could run; only the term kernel makes terms of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from hrdgraph.errors import NOWHERE, Origin
from hrdgraph.mapping.model import Expression, JoinCondition, LogicalSource, TermMap, references
from hrdgraph.sources import ROW


@dataclass(frozen=True)
class Scan:
    """The records of a file: the columns that anything refers to, and the row number."""

    source: LogicalSource
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Below:
    """The same rows with `prefix` before every column but the row numbers, so that the fields of a view cannot shadow them."""

    child: Relation
    prefix: str


@dataclass(frozen=True)
class Number:
    """The same rows numbered from 0 in `#`: the index of a view's iterations (RML-LV)."""

    child: Relation


@dataclass(frozen=True)
class Extend:
    """Each row with the value of an expression as column `name`; several values make several rows, numbered in `name.#`."""

    child: Relation
    name: str
    expression: Expression
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class Iterate:
    """Each row with the items that `iterator` finds in the text of `column` (JSON, or a CSV table), as JSON text in `name`,
    numbered in `name.#`."""

    child: Relation
    column: str
    name: str
    formulation: str
    iterator: str
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class Pick:
    """Each row with what a path finds in the JSON text of `column`, as column `name`; several values make several rows."""

    child: Relation
    column: str
    name: str
    path: str
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class Join:
    """Rows of `child` beside the rows of `parent` that agree on every condition. `fields` are columns made on the parent's
    side; the parent's row numbers come along under `tag`."""

    child: Relation
    parent: Relation
    inner: bool
    conditions: tuple[JoinCondition, ...]
    fields: tuple[tuple[str, Expression], ...]
    tag: str


INDEX = "#"  # of a view's iterations; after a field's name and a dot, that of the field's values

Relation = Scan | Below | Number | Extend | Iterate | Pick | Join


@dataclass(frozen=True)
class Rule:
    """One quad for each row of a relation. `graph` is None where the caller's default graph is meant."""

    relation: Relation
    subject: TermMap
    predicate: TermMap
    object: TermMap
    graph: TermMap | None
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class Plan:
    """The rules of a mapping, in its order."""

    rules: tuple[Rule, ...]

    def by_relation(self) -> list[tuple[Relation, list[Rule]]]:
        """The rules that read the same rows, together. The planner makes equal relations one object."""
        groups: dict[int, tuple[Relation, list[Rule]]] = {}
        for rule in self.rules:
            groups.setdefault(id(rule.relation), (rule.relation, []))[1].append(rule)
        return list(groups.values())


def terms_of(rules: Iterable[Rule]) -> list[TermMap]:
    """The distinct term maps of rules."""
    terms = (term for rule in rules for term in (rule.subject, rule.predicate, rule.object, rule.graph) if term is not None)
    return list(dict.fromkeys(terms))


def base_scan(relation: Relation) -> Scan:
    """The scan whose rows a relation goes through: that of the child, at every join."""
    return relation if isinstance(relation, Scan) else base_scan(relation.child)


def row_columns(relation: Relation) -> list[tuple[str, LogicalSource]]:
    """The columns that hold row numbers, each with the file that they number."""
    match relation:
        case Scan(source):
            return [(ROW, source)]
        case Join():
            return row_columns(relation.child) + [(relation.tag + name, source) for name, source in row_columns(relation.parent)]
        case _:
            return row_columns(relation.child)


def index_columns(relation: Relation) -> list[str]:
    """The columns that number the rows which fields of a view made of one iteration."""
    match relation:
        case Scan():
            return []
        case Number(child):
            return [*index_columns(child), INDEX]
        case Extend(child, name) | Iterate(child, _, name) | Pick(child, _, name):
            return [*index_columns(child), f"{name}.{INDEX}"]
        case Below(child, prefix):
            return [prefix + name for name in index_columns(child)]
        case Join(child):
            return index_columns(child)


def cells_of(relation: Relation, name: str) -> list[tuple[str, LogicalSource, str]]:
    """The source cells behind a column of a relation: row-number column, file, reference in the file."""
    match relation:
        case Scan(source, columns):
            return [(ROW, source, name)] if name in columns else []
        case Below(child, prefix):
            return cells_of(child, name.removeprefix(prefix)) if name.startswith(prefix) else []
        case Extend(child, own, expression) if name == own:
            return [cell for reference in references(expression) for cell in cells_of(child, reference)]
        case Iterate(child, column, own) | Pick(child, column, own) if name == own:
            return cells_of(child, column)
        case Join(child, parent, _, _, fields, tag):
            made = dict(fields)
            if name not in made:
                return cells_of(child, name)
            inner = [cell for reference in references(made[name]) for cell in cells_of(parent, reference)]
            return [(tag + row, source, reference) for row, source, reference in inner]
        case _:
            return cells_of(relation.child, name)


def scans(relation: Relation) -> list[Scan]:
    """The scans that a relation stands on."""
    match relation:
        case Scan():
            return [relation]
        case Join():
            return scans(relation.child) + scans(relation.parent)
        case _:
            return scans(relation.child)
