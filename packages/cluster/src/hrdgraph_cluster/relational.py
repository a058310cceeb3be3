"""The relational part of a plan, on an engine: scans of staged sources, equi-joins, distinct rows,
all on raw strings. No text is made here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from hrdgraph.mapping.execution.join_sides import keys_of
from hrdgraph.mapping.model import Reference
from hrdgraph.mapping.plan import Join, Relation, Scan, row_columns
from hrdgraph.sources.reference_columns import HIDDEN, kinds_of
from hrdgraph.version import __version__
from hrdgraph_cluster.join_inputs import (
    SideMaker,
    child_types,
    copied_keys,
    parent_types,
)
from hrdgraph_cluster.staging import NUMBER, StagedSource
from hrdgraph_cluster.tasks import FaultLog, SideTask
from hrdgraph_cluster.term_kernel import POSITION, base_of


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
