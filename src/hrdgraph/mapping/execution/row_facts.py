"""What is known of the rows of a file into what is known of the rows of relations over it: which
columns differ in each row, which rows that agree come together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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


def chain_to(last: Extend, is_made: Callable[[Relation], bool] = lambda _: False) -> list[Extend]:
    """The fields up to a last one that are made together, the first one first: those below it up
    to what is made, or made apart. No two have one name."""
    steps, names = [last], {last.name}
    while (
        isinstance(below := steps[-1].child, Extend)
        and not is_made(below)
        and below.name not in names
    ):
        steps.append(below)
        names.add(below.name)
    return steps[::-1]


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
        case Extend():
            return _with_chain(chain_to(relation), known, rows_of, alike)
        case Pick(child, _, name):
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


def _with_chain(
    steps: Sequence[Extend], known: RowFacts, rows_of: RowsOf, alike: Alike
) -> RowFacts:
    """Of fields that are made together, there are no rows but those of the last. They have the
    positions of all values, but of rows that a later field has left out, which makes what is
    said of the others no less true."""
    known, rows = facts_of(steps[0].child, known, rows_of, alike), rows_of(steps[-1])
    for step in steps:
        copy = step.expression.name if isinstance(step.expression, Reference) else None
        known = known.met(_most(rows, [step.name])).copied(copy, step.name)
    return known


def _with_fields(
    relation: Iterate | Pick, names: list[str], known: RowFacts, rows_of: RowsOf
) -> RowFacts:
    """A row becomes as many as its fields have values."""
    met = known.met(_most(rows_of(relation), names))
    return reduce(lambda known, name: known.copied(None, name), names, met)


def _most(rows: pl.DataFrame, names: list[str]) -> int:
    """How many rows the fields of these names make of one at most."""
    return 1 + max(_last(rows.get_column(f"{name}.{INDEX}")) for name in names)


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
