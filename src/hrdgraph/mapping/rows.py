"""Relations into rows: a file is read once for all relations over it, and what they share is worked out once for each batch."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from hrdgraph.errors import Origin
from hrdgraph.mapping.kernel import value_column
from hrdgraph.mapping.model import Reference
from hrdgraph.mapping.plan import Below, Extend, Iterate, Join, Pick, Relation, Scan, base_scan, row_columns
from hrdgraph.sources import read
from hrdgraph.sources.json import parse_cell, texts
from hrdgraph.sources.jsonpath import compile_path

Made = dict[int, pl.DataFrame]  # the rows of relations for one batch, by the identity of the relation


class Rows:
    """Works out relations. The parent side of a join is held whole; everything else streams."""

    def __init__(self) -> None:
        self._whole: Made = {}
        self._parents: Made = {}

    def stream(self, scan: Scan) -> Iterator[Made]:
        """The batches of a file, each ready for `of`."""
        if id(scan) in self._whole:
            yield {id(scan): self._whole[id(scan)]}
            return
        source = scan.source
        for frame in read(source.formulation, source.path, source.dialect, scan.columns, source.origin):
            yield {id(scan): frame}

    def whole(self, relation: Relation) -> pl.DataFrame:
        """Every row of a relation."""
        if id(relation) not in self._whole:
            self._whole[id(relation)] = pl.concat(self.of(relation, made) for made in self.stream(base_scan(relation)))
        return self._whole[id(relation)]

    def of(self, relation: Relation, made: Made) -> pl.DataFrame:
        """The rows of a relation over one batch; what was made for the batch already is taken from there."""
        if id(relation) not in made:
            made[id(relation)] = self._make(relation, made)
        return made[id(relation)]

    def _make(self, relation: Relation, made: Made) -> pl.DataFrame:
        assert not isinstance(relation, Scan)
        frame = self.of(relation.child, made)
        match relation:
            case Below(_, prefix):
                return frame.rename(lambda name: name if name.startswith("#") else prefix + name)
            case Extend(_, name, expression):
                return _extended(frame, name, value_column(frame, expression))
            case Iterate(_, column, name, iterator):
                return _extended(frame, name, _selected(frame, column, iterator, relation.origin, items=True))
            case Pick(_, column, name, path):
                return _extended(frame, name, _selected(frame, column, path, relation.origin, items=False))
            case Join():
                return self._joined(relation, frame)

    def _joined(self, join: Join, frame: pl.DataFrame) -> pl.DataFrame:
        keys = _keys(join)
        child = frame.with_columns(value_column(frame, c.child).alias(key) for key, c in zip(keys, join.conditions, strict=True))
        how = "inner" if join.inner else "left"
        return _spread(child, keys).join(self._parent_side(join), on=keys, how=how, maintain_order="left_right").drop(keys)  # type: ignore[arg-type]

    def _parent_side(self, join: Join) -> pl.DataFrame:
        """The parent's fields, row numbers and join keys."""
        if id(join) not in self._parents:
            frame = self.whole(join.parent)
            columns = [frame[name].alias(join.tag + name) for name, _ in row_columns(join.parent)]
            columns += [(frame[e.name] if isinstance(e, Reference) else value_column(frame, e)).alias(name) for name, e in join.fields]
            keys = [value_column(frame, c.parent).alias(key) for key, c in zip(_keys(join), join.conditions, strict=True)]
            self._parents[id(join)] = _spread(pl.DataFrame([*columns, *keys]), _keys(join))
        return self._parents[id(join)]


def _keys(join: Join) -> list[str]:
    return [f"#key{number}" for number in range(len(join.conditions))]


def _extended(frame: pl.DataFrame, name: str, values: pl.Series) -> pl.DataFrame:
    """Add a field, and the position of each of its values in `<name>.#` (from 0, as RML-LV numbers them)."""
    index = f"{name}.#"
    if values.dtype != pl.List:
        return frame.with_columns(values.alias(name), pl.lit("0").alias(index))
    positions = pl.int_ranges(pl.col(name).list.len()).cast(pl.List(pl.String)).alias(index)
    spread = frame.with_columns(values.alias(name)).with_columns(positions)
    return spread.with_columns(pl.when(pl.col(c).list.len() > 0).then(pl.col(c)) for c in (name, index)).explode(name, index)


def _selected(frame: pl.DataFrame, column: str, path: str, origin: Origin, *, items: bool) -> pl.Series:
    """What a path selects in each JSON text of a column, worked out once for each distinct text."""
    select = compile_path(path)
    cells = frame[column].explode() if frame.schema[column] == pl.List else frame[column]
    found = {text: texts(select(parse_cell(text, origin)), whole=items) for text in cells.drop_nulls().unique()}
    return pl.Series(column, [found.get(text) for text in cells], dtype=pl.List(pl.String))


def _spread(frame: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    for key in keys:
        if frame.schema[key] == pl.List:
            frame = frame.explode(key)
    return frame
