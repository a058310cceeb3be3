"""A few changed rows of files into the rows of relations that differ for them, as they were and as
they are.

A row of a relation stands on one row of its file, and on those rows of other files that it is
joined with. So what may differ is what stands on a row that changed, or is joined with a parent
that did: both are mapped twice, as they were and as they are, and nothing else is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import polars as pl

from hrdgraph.mapping.execution.join_sides import keys_of
from hrdgraph.mapping.execution.memory import KeptSides, Parent
from hrdgraph.mapping.execution.relations import FileBatch, RelationBatches
from hrdgraph.mapping.execution.table_changes import (
    ChangedRows,
    stay_in_place,
    surplus,
    table_change,
)
from hrdgraph.mapping.expressions import references, term_references
from hrdgraph.mapping.plan import (
    INDEX,
    Below,
    Enumerate,
    Extend,
    Iterate,
    Join,
    Pick,
    Plan,
    QuadRule,
    Relation,
    Scan,
    base_scan,
    parts_of,
    row_columns,
    terms_of,
)
from hrdgraph.sources import ROW
from hrdgraph.sources.value_kinds import HIDDEN

_ROW_WISE: Final = (Scan, Below, Enumerate, Extend, Iterate, Join, Pick)
_SHARE: Final = 4  # where more than this part of the rows is touched, all are mapped in less time


class TooMuchError(Exception):
    """More has changed than is worth to be told from the rest, or something is not known."""


def is_row_wise(plan: Plan) -> bool:
    """Whether what a plan makes of a row of a file hangs on this row, and those that it is joined
    with, and not on where it stands or what stands beside it."""
    return all(
        all(isinstance(part, _ROW_WISE) for part in parts_of(relation))
        # of these, equal rows are mapped once, if it is seen that there are many
        and not isinstance(relation, Join)
        and not any(map(_tells_places, _names(relation, rules)))
        for relation, rules in plan.by_relation()
    )


def _tells_places(name: str) -> bool:
    """Whether a column may number the rows of a file. `name.#` numbers the values of a cell."""
    return name.startswith(HIDDEN) or (name.endswith(INDEX) and not name.endswith(f".{INDEX}"))


def _names(relation: Relation, rules: list[QuadRule]) -> Iterator[str]:
    """The columns that the parts of a relation, and its rules, look into."""
    for term in terms_of(rules):
        yield from term_references(term)
    for part in parts_of(relation):
        match part:
            case Extend(_, _, expression):
                yield from references(expression)
            case Join(_, _, _, conditions, fields):
                sides = [side for one in conditions for side in (one.child, one.parent)]
                for expression in (*sides, *(expression for _, expression in fields)):
                    yield from references(expression)
            case Iterate(_, column) | Pick(_, column):
                yield column


class SmallChanges:
    """The rows of relations that differ, between what a run has `kept` and `scans` read again, by
    their numbers. TooMuchError where it is better to map everything."""

    def __init__(self, kept: KeptSides, scans: Mapping[int, pl.DataFrame]) -> None:
        self._scans = {**kept.scans, **scans}
        self._files = {
            number: _of_file(kept.scans[number], frame) for number, frame in scans.items()
        }
        self.placed = kept.placed and all(
            stay_in_place(kept.scans[number], scans[number], change)
            for number, change in self._files.items()
        )
        self._parents = dict(kept.parents)
        self._before, self._now = RelationBatches(), RelationBatches()
        self._sides_before = self._before.join_with(kept.parents)
        self._sides_now = self._now.join_with(self._parents)
        self._keys: dict[int, pl.DataFrame] = {}
        self._touched: dict[int, ChangedRows] = {}

    def rows(self, relation: Relation) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The rows of a relation that may differ, as they were and as they are."""
        touched = self._touching(relation)
        if not touched:
            return touched.gone, touched.came
        made = self._over(relation, touched)
        return made.gone, made.came

    def put_right(self, relation: Relation, rows: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
        """All rows of a relation, of those that it had, and those that may differ as they are.
        Only where rows have kept their places."""
        touched = self._touching(relation)
        return _replaced(rows, ROW, touched, now) if touched else rows

    def kept(self) -> KeptSides:
        """What the next change is told from."""
        return KeptSides(self._scans, self._parents, self.placed)

    def _over(self, relation: Relation, rows: ChangedRows) -> ChangedRows:
        """What stands on some rows of a file, which may be more than differs."""
        number = base_scan(relation).number
        return ChangedRows(
            self._before.of(relation, FileBatch({number: rows.gone}, {})),
            self._now.of(relation, FileBatch({number: rows.came}, {})),
        )

    def _touching(self, relation: Relation) -> ChangedRows:
        """The rows of its file on which rows of a relation stand that differ: as they were, and
        as they are, of which many are the same and only joined with what is not."""
        if relation.number not in self._touched:
            scan = base_scan(relation).number
            own = self._file(scan)
            joined = self._joined(relation, own)
            if joined is not None:
                own = ChangedRows(pl.concat([own.gone, joined]), pl.concat([own.came, joined]))
            if len(own) * _SHARE > self._scans[scan].height + _SHARE * _SHARE:
                raise TooMuchError
            self._touched[relation.number] = own
        return self._touched[relation.number]

    def _file(self, scan: int) -> ChangedRows:
        if scan not in self._scans:
            raise TooMuchError
        nothing = self._scans[scan].clear()
        return self._files.get(scan, ChangedRows(nothing, nothing))

    def _joined(self, relation: Relation, own: ChangedRows) -> pl.DataFrame | None:
        """The rows of a file that have not changed, but meet parents that have."""
        joins = [join for join in reversed(_joins_through(relation)) if self._changed(join).height]
        if not joins:
            return None
        scan = base_scan(relation).number
        frame = self._scans[scan]
        stays = frame.filter(~frame[ROW].is_in(own.came[ROW].implode()))
        batch, met = FileBatch({scan: stays}, {}), list[pl.Series]()
        for join in joins:
            child = self._sides_now.child(join, self._now.of(join.child, batch))
            met.append(child.join(self._changed(join), on=keys_of(join), how="semi")[ROW])
        touched: pl.DataFrame = stays.filter(stays[ROW].is_in(pl.concat(met).unique().implode()))
        return touched

    def _changed(self, join: Join) -> pl.DataFrame:
        """The keys under which a join finds other parents than before."""
        if join.number not in self._keys:
            self._keys[join.number] = self._update(join)
        return self._keys[join.number]

    def _update(self, join: Join) -> pl.DataFrame:
        """Put the parents of a join right; the keys of those that changed."""
        if join.number not in self._parents:
            raise TooMuchError
        parents, keys = self._parents[join.number].rows, keys_of(join)
        touched = self._touching(join.parent)
        if not touched:
            return parents[:0].select(keys)
        made = self._over(join.parent, touched)
        gone = self._sides_before.brought(join, made.gone)
        came = self._sides_now.brought(join, made.came)
        if not gone.schema == came.schema == parents.schema or pl.List in gone.dtypes:
            raise TooMuchError
        tags = [] if self.placed else [join.tag + name for name, _ in row_columns(join.parent)]
        names = [name for name in parents.columns if name not in tags]
        change = ChangedRows(gone[surplus(gone, came, names)], came[surplus(came, gone, names)])
        changed = pl.concat([change.gone, change.came]).select(keys).drop_nulls().unique()
        if changed.height:
            if self.placed:
                rows = _replaced(parents, join.tag + ROW, touched, came)
            else:
                rows = _exchanged(parents, change, names, changed)
            self._parents[join.number] = Parent.of(rows, keys)
            self._now.join_with({join.number: self._parents[join.number]})
        return changed


def _replaced(
    rows: pl.DataFrame, number: str, touched: ChangedRows, came: pl.DataFrame
) -> pl.DataFrame:
    """Rows with others in the place of those that stand on rows of a file which were touched."""
    places = pl.concat([touched.gone[ROW], touched.came[ROW]]).unique()
    stay = rows.filter(~rows[number].is_in(places.implode()))
    return pl.concat([stay, came]).sort(number, maintain_order=True)


def _exchanged(
    parents: pl.DataFrame, change: ChangedRows, names: list[str], keys: pl.DataFrame
) -> pl.DataFrame:
    """Parents of which as many as went are left out, as far as some columns tell; those without
    a key meet nobody."""
    near = parents.join(keys, on=keys.columns, how="semi")
    near = near[surplus(near, change.gone, names)]
    far = parents.join(keys, on=keys.columns, how="anti")
    here = change.came.join(keys, on=keys.columns, how="semi")
    return pl.concat([far, near, here], rechunk=True)


def _of_file(old: pl.DataFrame, new: pl.DataFrame) -> ChangedRows:
    names = [name for name in old.columns if name != ROW]
    if old.schema != new.schema or not names or pl.List in old.dtypes:
        raise TooMuchError
    return table_change(old, new, names)


def _joins_through(relation: Relation) -> list[Join]:
    """The joins that the rows of a relation go through, the last first."""
    joins: list[Join] = []
    while not isinstance(relation, Scan):
        joins += [relation] if isinstance(relation, Join) else []
        relation = relation.child
    return joins
