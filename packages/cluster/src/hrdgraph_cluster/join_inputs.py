"""The sides of joins as an engine needs them: which columns of which types, and what makes keys
that are more than copies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from hrdgraph.mapping.execution.join_sides import Sides, keys_of
from hrdgraph.mapping.execution.row_rejection import Reject
from hrdgraph.mapping.expressions import references
from hrdgraph.mapping.model import Expression, Reference
from hrdgraph.mapping.plan import (
    INDEX,
    Below,
    Enumerate,
    Extend,
    Iterate,
    Join,
    Pick,
    Reify,
    Relation,
    Scan,
    fields_of,
    row_columns,
)
from hrdgraph.sources.reference_columns import HIDDEN, kinds_of
from hrdgraph_cluster.staging import KIND, KINDS, NUMBER, TEXT, TEXTS, StagedSource
from hrdgraph_cluster.term_kernel import POSITION, rows_over

Types = dict[str, str]


@dataclass(frozen=True)
class SideMaker:
    """Makes one side of a join, with its keys, of rows of `base`, on which it stands."""

    join: Join
    base: Relation
    is_parent: bool

    def __call__(self, frame: pl.DataFrame, reject: Reject | None) -> pl.DataFrame:
        """The rows, one for each key. An error names the cell of a value that can be no key."""
        relation = self.join.parent if self.is_parent else self.join.child
        rows = rows_over(relation, self.base, frame, reject)
        sides = Sides(reject)
        return sides.brought(self.join, rows) if self.is_parent else sides.child(self.join, rows)


def types_of(relation: Relation, staged: dict[Scan, StagedSource]) -> Types:
    """The columns of a relation with their types, those of kinds among them."""
    match relation:
        case Scan():
            return staged[relation].types
        case Join(child):
            return {**types_of(child, staged), **dict(_brought(relation, staged))}
        case Below(child, prefix):
            return {
                _below(name, prefix): kind
                for name, kind in types_of(child, staged).items()
                if name != POSITION
            }
        case Enumerate(child, name):
            return {**types_of(child, staged), name: NUMBER}
        case Extend(child, name) | Pick(child, _, name):
            return {**types_of(child, staged), **_field(name)}
        case Iterate(child):
            own = [item for name in fields_of(relation) for item in _field(name).items()]
            return {**types_of(child, staged), **dict(own)}
        case Reify(child, name):
            return {**types_of(child, staged), name: TEXT, f"{name}.triple": TEXT}
        case _:
            raise AssertionError("refused before")


def _field(name: str) -> Types:
    return {name: TEXT, f"{name}.{INDEX}": NUMBER, kinds_of(name): KIND}


def _below(name: str, prefix: str) -> str:
    kinds = kinds_of("")
    if name.startswith(kinds):
        return kinds_of(prefix + name.removeprefix(kinds))
    return name if name.startswith(HIDDEN) else prefix + name


def _brought(join: Join, staged: dict[Scan, StagedSource]) -> Iterator[tuple[str, str]]:
    """What a join adds of its parent."""
    parent = types_of(join.parent, staged)
    yield from ((join.tag + name, NUMBER) for name, _ in row_columns(join.parent))
    for name, expression in join.fields:
        is_list = _is_list(expression, parent)
        kind = parent.get(expression.name) if isinstance(expression, Reference) else None
        yield name, kind or (TEXTS if is_list else TEXT)
        yield kinds_of(name), KINDS if is_list else KIND


def _is_list(expression: Expression, types: Types) -> bool:
    return any(types.get(name) == TEXTS for name in references(expression))


def parent_types(join: Join, staged: dict[Scan, StagedSource]) -> Types:
    """The columns of the parent's side: what the join adds, and its keys."""
    return {**dict(_brought(join, staged)), **dict.fromkeys(keys_of(join), TEXT)}


def child_types(join: Join, staged: dict[Scan, StagedSource]) -> Types:
    """The columns of the child's side, with its keys."""
    return {**types_of(join.child, staged), **dict.fromkeys(keys_of(join), TEXT)}


def copied_keys(join: Join, staged: dict[Scan, StagedSource], *, parent: bool) -> list[str] | None:
    """The columns that are the keys of a side, where they are copied as they are: single texts
    of which no format says that they are anything else. None where the kernel makes them."""
    side = join.parent if parent else join.child
    if not isinstance(side, Scan | Join):
        return None
    types = types_of(side, staged)
    keys = [condition.parent if parent else condition.child for condition in join.conditions]
    names = [key.name for key in keys if isinstance(key, Reference)]
    is_plain = all(types[name] == TEXT and kinds_of(name) not in types for name in names)
    fields = all(isinstance(item, Reference) for _, item in join.fields) or not parent
    return names if len(names) == len(keys) and is_plain and fields else None
