"""What is known of the rows of a file into what is known of the rows of relations over it: which
columns differ in each row, which rows that agree come together."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import polars as pl

from hrdgraph.mapping.execution.join_sides import has_one_key
from hrdgraph.mapping.execution.scan import RowFacts
from hrdgraph.mapping.model import Reference
from hrdgraph.mapping.plan import (
    INDEX,
    Below,
    Elements,
    Enumerate,
    Extend,
    Gather,
    Iterate,
    Join,
    Pick,
    Relation,
    Scan,
    base_scan,
    fields_of,
)
from hrdgraph.mapping.planning.keys import determined

RowsOf = Callable[[Relation], pl.DataFrame]
Alike = Callable[[Join], int | None]


def facts_of(relation: Relation, known: RowFacts, rows_of: RowsOf, alike: Alike) -> RowFacts:
    """What is known of the rows of a relation over a batch, of which `known` is known. `alike`
    tells how many rows of a join's parent may agree in its keys."""
    match relation:
        case Scan():
            return known
        # the one has the same rows, the other what is in them
        case Enumerate(child) | Elements(child):
            return facts_of(child, known, rows_of, alike)
        case Below(child, prefix):
            return facts_of(child, known, rows_of, alike).below(prefix)
        case Iterate(child):
            below = facts_of(child, known, rows_of, alike)
            return _with_fields(relation, fields_of(relation), below, rows_of)
        case Extend(child, name) | Pick(child, _, name):
            return _with_fields(relation, [name], facts_of(child, known, rows_of, alike), rows_of)
        case Join(child):
            return _of_pairs(relation, facts_of(child, known, rows_of, alike), rows_of, alike)
        case Gather(child) if not relation.is_named:
            return _of_gathered(relation, facts_of(child, known, rows_of, alike))
        case _:
            return RowFacts(known.whole)


def _of_gathered(relation: Gather, known: RowFacts) -> RowFacts:
    """No other row has its head, or the cells after that."""
    is_own = not known.unique.isdisjoint(determined(relation.head))
    own = [relation.name, relation.column("cell")] if is_own else []
    return RowFacts(known.whole, together=frozenset(own))


def _with_fields(
    relation: Extend | Iterate | Pick, names: list[str], known: RowFacts, rows_of: RowsOf
) -> RowFacts:
    """A row becomes as many as its fields have values."""
    rows = rows_of(relation)
    last = max(_last(rows.get_column(f"{name}.{INDEX}")) for name in names)
    is_copy = isinstance(relation, Extend) and isinstance(relation.expression, Reference)
    copy = relation.expression.name if is_copy else None  # type: ignore[union-attr]
    return reduce(lambda known, name: known.copied(copy, name), names, known.met(last + 1))


def _last(positions: pl.Series) -> int:
    """The highest of some positions; 0 where there is none."""
    found = positions.max()
    assert found is None or isinstance(found, int)
    return found or 0


def _of_pairs(join: Join, known: RowFacts, rows_of: RowsOf, alike: Alike) -> RowFacts:
    if not known.unique and not known.together:
        return known
    if pl.List in rows_of(base_scan(join)).dtypes or not has_one_key(join):
        return known._replace(unique=frozenset())
    most = alike(join)
    return known if most is None else known.met(most)
