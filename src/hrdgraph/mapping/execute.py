"""A plan into quads in columns: relations run batch by batch, each term expression once for each batch, for a sink to take."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from hrdgraph.errors import Origin
from hrdgraph.mapping.kernel import term_column, value_column
from hrdgraph.mapping.model import Reference, TermMap
from hrdgraph.mapping.plan import Below, Extend, Iterate, Join, Pick, Plan, Relation, Rule, Scan, row_columns
from hrdgraph.rdf.graph import COLUMNS, DEFAULT_GRAPH
from hrdgraph.sources import read
from hrdgraph.sources.json import compile_path, parse_cell, texts


class Sink(Protocol):
    """Takes quads in columns. `encode` turns a column of term texts into the sink's own column type, once for each."""

    def encode(self, terms: pl.Series) -> pl.Series: ...

    def add(self, quads: pl.DataFrame) -> None: ...


@dataclass(frozen=True)
class Context:
    """What a run needs beside the plan: the graph (N-Triples text) of rules without a graph map."""

    default_graph: str = DEFAULT_GRAPH


def run(plan: Plan, sink: Sink, context: Context | None = None) -> None:
    """Run a plan. Errors of sources and values carry file, row and column; nothing is dropped silently but rows that make no term."""
    context = context or Context()
    for relation, rules in plan.by_relation().items():
        for frame in batches(relation):
            _run_rules(frame, rules, sink, context)


def _run_rules(frame: pl.DataFrame, rules: list[Rule], sink: Sink, context: Context) -> None:
    made: dict[TermMap | None, pl.Series] = {}

    def column(term: TermMap | None) -> pl.Series:
        if term not in made:
            terms = term_column(frame, term) if term else pl.repeat(context.default_graph, frame.height, dtype=pl.String, eager=True)
            made[term] = sink.encode(terms)
        return made[term]

    for rule in rules:
        parts = (rule.subject, rule.predicate, rule.object, rule.graph)
        sink.add(quads_of([column(part) for part in parts]))


def quads_of(columns: list[pl.Series]) -> pl.DataFrame:
    """Four columns of terms as quads s, p, o, g: rows without a term are left out, lists give their cartesian product."""
    frame = pl.DataFrame([column.rename(name) for name, column in zip(COLUMNS, columns, strict=True)])
    for name, kind in frame.schema.items():
        if kind == pl.List:
            frame = frame.explode(name)
    return frame.drop_nulls()


def batches(relation: Relation) -> Iterator[pl.DataFrame]:
    """The rows of a relation, batch by batch. A join holds its parent side whole; everything else streams."""
    match relation:
        case Scan(source, columns):
            yield from read(source.formulation, source.path, source.dialect, columns, source.origin)
        case Below(child, prefix):
            yield from (frame.rename(lambda name: name if name.startswith("#") else prefix + name) for frame in batches(child))
        case Extend(child, name, expression):
            yield from (_extended(frame, name, value_column(frame, expression)) for frame in batches(child))
        case Iterate(child, column, name, iterator):
            yield from (_extended(frame, name, _selected(frame, column, iterator, relation.origin, items=True)) for frame in batches(child))
        case Pick(child, column, name, path):
            yield from (_extended(frame, name, _selected(frame, column, path, relation.origin, items=False)) for frame in batches(child))
        case Join():
            yield from _joined(relation)


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


def _joined(join: Join) -> Iterator[pl.DataFrame]:
    parent = _parent_side(join)
    keys = [f"#key{number}" for number in range(len(join.conditions))]
    for frame in batches(join.child):
        child = frame.with_columns(value_column(frame, c.child).alias(key) for key, c in zip(keys, join.conditions, strict=True))
        child = _spread(child, keys)
        yield child.join(parent, on=keys, how="inner" if join.inner else "left", maintain_order="left_right").drop(keys)


def _parent_side(join: Join) -> pl.DataFrame:
    """The parent's fields, row numbers and join keys, whole."""
    frame = pl.concat(batches(join.parent))
    columns = [frame[name].alias(join.tag + name) for name, _ in row_columns(join.parent)]
    columns += [(frame[e.name] if isinstance(e, Reference) else value_column(frame, e)).alias(name) for name, e in join.fields]
    keys = [value_column(frame, condition.parent).alias(f"#key{number}") for number, condition in enumerate(join.conditions)]
    return _spread(pl.DataFrame([*columns, *keys]), [key.name for key in keys])


def _spread(frame: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    for key in keys:
        if frame.schema[key] == pl.List:
            frame = frame.explode(key)
    return frame
