"""The relational part of a plan, on an engine: scans of staged sources, equi-joins, distinct rows,
all on raw strings. No text is made here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import polars as pl

from hrdgraph.cluster.staging import KIND, KINDS, NUMBER, TEXT, TEXTS, StagedSource
from hrdgraph.cluster.tasks import FaultLog, SideTask
from hrdgraph.mapping.execution.join_sides import Sides, keys_of
from hrdgraph.mapping.execution.row_rejection import Reject
from hrdgraph.mapping.expressions import references
from hrdgraph.mapping.kernel import POSITION, base_of, rows_over
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
from hrdgraph.sources.value_kinds import HIDDEN, kinds_of
from hrdgraph.version import __version__

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


class EngineRows(NamedTuple):
    """Rows in an engine: its data frame, and its columns as the plan's name, the name there, and
    the type."""

    frame: Any
    columns: tuple[tuple[str, str, str], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The plan's names, in the order of the columns."""
        return tuple(name for name, _, _ in self.columns)

    def called(self, name: str) -> str:
        """What the engine calls a column."""
        return next(there for own, there, _ in self.columns if own == name)

    def only(self, names: Iterable[str]) -> EngineRows:
        """Some of the columns."""
        wanted = frozenset(names)
        kept = tuple(column for column in self.columns if column[0] in wanted)
        return EngineRows(self.frame.select(*(there for _, there, _ in kept)), kept)

    def using(self, names: Iterable[str]) -> EngineRows:
        """The columns of these names, with what is known of them and where rows come from."""
        wanted = {column for name in names for column in (name, kinds_of(name))}
        return self.only(
            name
            for name in self.names
            if name in wanted or (name.startswith(HIDDEN) and not name.startswith(kinds_of("")))
        )

    def once(self) -> EngineRows:
        """Of rows that agree in all but where they come from, one, with the least of its places."""
        from pyspark.sql.connect import functions as engine

        values, places = list[str](), list[str]()
        for name, there, kind in self.columns:
            is_place = kind == NUMBER and name.startswith(HIDDEN)
            (places if is_place else values).append(there)
        least = [engine.min(there).alias(there) for there in places]
        grouped = self.frame.groupBy(*values).agg(*least) if least else self.frame.distinct()
        return EngineRows(grouped.select(*(there for _, there, _ in self.columns)), self.columns)

    def differ_in(self, names: Sequence[str]) -> bool:
        """Whether no two rows agree in some columns, rows with a null aside: by hashes, so that
        it may say no where it is yes, and never the other way."""
        from pyspark.sql.connect import functions as engine

        there = [engine.col(self.called(name)) for name in names]
        rows = self.frame
        for column in there:
            rows = rows.where(column.isNotNull())
        hashes = rows.select(engine.xxhash64(*there).alias("h")).groupBy("h").count()
        return not hashes.where("count > 1").limit(1).collect()


class RelationalPart(NamedTuple):
    """Makes the rows of scans and joins in a session."""

    session: Any
    staged: dict[Scan, StagedSource]
    faults: FaultLog

    def rows(self, base: Scan | Join) -> EngineRows:
        """The rows of a scan or a join."""
        if isinstance(base, Join):
            return self._joined(base)
        source = self.staged[base]
        frame = self.session.read.parquet(source.folder.engine_path)
        return EngineRows(frame.select(*(there for _, there, _ in source.columns)), source.columns)

    def _joined(self, join: Join) -> EngineRows:
        from pyspark.sql.connect import functions as engine

        keys = frozenset(keys_of(join))
        child, parent = self._side(join, parent=False), self._side(join, parent=True)
        child, parent = _renamed(child, "l"), _renamed(parent, "r")
        conditions = [
            engine.col(child.called(key)) == engine.col(parent.called(key)) for key in keys_of(join)
        ]
        frame = child.frame.join(parent.frame, conditions, "inner" if join.inner else "left")
        kept = [c for c in (*child.columns, *parent.columns) if c[0] not in keys]
        frame = frame.select(*(there for _, there, _ in kept))
        return _renamed(EngineRows(frame, tuple(kept)), "c")

    def _side(self, join: Join, *, parent: bool) -> EngineRows:
        relation = join.parent if parent else join.child
        base = base_of(relation)
        rows, copied = self.rows(base), copied_keys(join, self.staged, parent=parent)
        if copied is not None:
            return _parent(join, rows, copied) if parent else _child(join, rows, copied)
        types = (parent_types if parent else child_types)(join, self.staged)
        columns = tuple(
            (name, f"s{number}", kind)
            for number, (name, kind) in enumerate(types.items())
            if name != POSITION
        )
        task = SideTask(
            SideMaker(join, base, parent), rows.names, columns, self.faults, __version__
        )
        schema = ", ".join(f"{there} {kind}" for _, there, kind in columns)
        return EngineRows(rows.frame.mapInArrow(task, schema), columns)


def _child(join: Join, rows: EngineRows, keys: Sequence[str]) -> EngineRows:
    """The rows of a child with copies of the columns that are its keys."""
    taken = [(name, name) for name in rows.names if name != POSITION]
    return _taken(rows, [*taken, *zip(keys_of(join), keys, strict=True)])


def _parent(join: Join, rows: EngineRows, keys: Sequence[str]) -> EngineRows:
    """What a join takes of the rows of its parent, under the names that it gives."""
    taken = [(join.tag + name, name) for name, _ in row_columns(join.parent)]
    for name, expression in join.fields:
        assert isinstance(expression, Reference)
        taken.append((name, expression.name))
        if kinds_of(expression.name) in rows.names:
            taken.append((kinds_of(name), kinds_of(expression.name)))
    return _taken(rows, [*taken, *zip(keys_of(join), keys, strict=True)])


def _taken(rows: EngineRows, pairs: Sequence[tuple[str, str]]) -> EngineRows:
    """Columns under other names of the plan."""
    from pyspark.sql.connect import functions as engine

    types = {name: kind for name, _, kind in rows.columns}
    columns = [
        engine.col(rows.called(old)).alias(f"t{number}") for number, (_, old) in enumerate(pairs)
    ]
    named = tuple((new, f"t{number}", types[old]) for number, (new, old) in enumerate(pairs))
    return EngineRows(rows.frame.select(*columns), named)


def _renamed(rows: EngineRows, letter: str) -> EngineRows:
    """The same rows, whose columns the engine calls by a letter and a number: those of two sides
    must differ."""
    columns = tuple(
        (name, f"{letter}{number}", kind) for number, (name, _, kind) in enumerate(rows.columns)
    )
    return EngineRows(rows.frame.toDF(*(there for _, there, _ in columns)), columns)


def is_staged_only(relation: Relation) -> bool:
    """Whether rows are those of a scan or a join, as the engine has them."""
    return isinstance(relation, Scan | Join)
