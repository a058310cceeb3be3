"""Evaluate algebra over a dataset in columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import singledispatchmethod
from itertools import product
from typing import Final

import polars as pl

from hrdgraph.sparql.algebra import (
    Aggregate,
    Alternatives,
    Basic,
    Distinct,
    Exists,
    Expression,
    Extend,
    Filter,
    Graph,
    Group,
    Join,
    LeftJoin,
    Minus,
    Operator,
    Order,
    Pattern,
    Project,
    Slice,
    Slot,
    Table,
    Union,
    Untranslated,
    Variable,
    conditions,
    expressions,
    free,
    is_key_again,
    is_ordered,
    list_variables,
    parts,
    visible,
)
from hrdgraph.sparql.column_dataset import CODE, ColumnDataset, Dictionary
from hrdgraph.sparql.expressions import Expressions, call
from hrdgraph.sparql.values import NUMBERS, STRINGS, TERMS, Vector, order_of
from hrdgraph.store.contract import Function

ROW: Final = "\x01row"  # the number of a row; no variable is called so
UNIT: Final = "\x01unit"  # stands in solutions without variables: no rows without columns
_OTHER: Final = "\x01other"
MOST: Final = 50_000_000  # rows of a product that are still tried


def unit(height: int = 1) -> pl.DataFrame:
    """Return so many solutions that bind no variable."""
    return pl.DataFrame({UNIT: pl.zeros(height, dtype=CODE, eager=True)})


def common_variables(left: pl.DataFrame, right: pl.DataFrame) -> list[str]:
    """Return the variables that both sides may bind."""
    return [name for name in left.columns if name in right.columns and name[0] != "\x01"]


def join(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """Join every two solutions that agree. The left side's column of row numbers is kept."""
    names = common_variables(left, right)
    if UNIT in right.columns and (UNIT in left.columns or len(right.columns) > 1):
        right = right.rename({UNIT: _OTHER})
    parts = [_merge(mine, theirs, on, names) for mine, theirs, on in _agreeing(left, right, names)]
    joined = (
        pl.concat(parts, how="diagonal")
        if parts
        else _merge(left.clear(), right.clear(), names, names)
    )
    return joined.drop(_OTHER, strict=False)


def plain_left_join(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame | None:
    """Return the left join without a condition, if no shared variable is unbound anywhere; else
    None."""
    names = common_variables(left, right)
    if not names or any(side[name].null_count() for side in (left, right) for name in names):
        return None
    right = right.drop(UNIT, strict=False)
    return left.join(right, on=names, how="left", maintain_order="left")


def minus(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """Return the solutions of the left that agree with none of the right that shares a bound
    variable."""
    names = common_variables(left, right)
    if not names or not right.height:
        return left
    right = right.select(names).unique()
    if not any(side[name].null_count() for side in (left, right) for name in names):
        return left.join(right, on=names, how="anti", maintain_order="left")
    numbered = left.with_row_index(_OTHER)
    removed = [
        mine.join(theirs, on=on, how="semi")[_OTHER]
        for mine, theirs, on in _agreeing(numbered, right, names)
        if on
    ]
    removed_rows = pl.concat(removed) if removed else pl.Series(dtype=pl.UInt32)
    return numbered.filter(~pl.col(_OTHER).is_in(removed_rows.implode())).drop(_OTHER)


def matches(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Say for each solution of the left whether one of the right agrees with it."""
    names = common_variables(left, right)
    numbered = left.with_row_index(_OTHER)
    if not names:
        return pl.repeat(right.height > 0, left.height, dtype=pl.Boolean, eager=True)
    right = right.select(names).unique()
    agreeing = [
        (mine.join(theirs, on=on, how="semi") if on else mine)[_OTHER]
        for mine, theirs, on in _agreeing(numbered, right, names)
    ]
    agreeing_rows = pl.concat(agreeing) if agreeing else pl.Series(dtype=pl.UInt32)
    return numbered.select(pl.col(_OTHER).is_in(agreeing_rows.implode()))[_OTHER]


def _agreeing(
    left: pl.DataFrame, right: pl.DataFrame, names: Sequence[str]
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame, list[str]]]:
    """Yield parts of both sides that bind the same variables, with those that both bind."""
    loose = [name for name in names if left[name].null_count() or right[name].null_count()]
    if not loose:
        yield left, right, list(names)
        return
    for (first, mine), (second, theirs) in product(_by_bound(left, loose), _by_bound(right, loose)):
        yield mine, theirs, [name for name in names if name not in first | second]


def _by_bound(
    frame: pl.DataFrame, names: Sequence[str]
) -> list[tuple[frozenset[str], pl.DataFrame]]:
    """Split a frame by its unbound variables; yield these with each part."""
    loose = [name for name in names if frame[name].null_count()]
    if not loose:
        return [(frozenset(), frame)]
    masks = frame.select(pl.col(loose).is_null())
    groups = []
    for row in masks.unique().iter_rows():
        same = pl.all_horizontal(
            masks[name] == value for name, value in zip(loose, row, strict=True)
        )
        unbound = frozenset(name for name, value in zip(loose, row, strict=True) if value)
        groups.append((unbound, frame.filter(masks.select(same.alias("same"))["same"])))
    return groups


def _merge(
    left: pl.DataFrame, right: pl.DataFrame, on: Sequence[str], names: Sequence[str]
) -> pl.DataFrame:
    """Join two parts; a variable that only one of them binds takes that value."""
    if not on:
        if left.height * right.height > MOST:
            raise Untranslated("sparql-too-many")
        merged = left.join(right, how="cross", suffix=_OTHER)
    else:
        merged = left.join(right, on=list(on), how="inner", suffix=_OTHER)
    doubled = [name for name in names if name not in on]
    return merged.with_columns(
        pl.coalesce(name, f"{name}{_OTHER}").alias(name) for name in doubled
    ).drop(f"{name}{_OTHER}" for name in doubled)


Hints = Mapping[str, pl.Series]
NOTHING: Final[Hints] = {}
NO_VALUES: Final[Mapping[str, int]] = {}
_FEW: Final = 20_000  # values of a variable that are passed on, so that less is read
_PROPERTIES: Final = 50  # that are read one by one where no others matter
_FEWER: Final = 20  # so many times fewer triples have a subject or object that is given
_IN_GRAPH: Final = (Basic, Join, LeftJoin, Filter, Union, Alternatives, Extend)
_SHRUNK: Final = 4  # how much smaller they must make what is read


class Evaluation:
    """Evaluate one query. Raises Untranslated where the result would differ from the store's."""

    def __init__(
        self, dataset: ColumnDataset, functions: Mapping[str, Function],
        given: Mapping[str, int] = NO_VALUES,
    ) -> None:  # fmt: skip
        self._dataset, self._dictionary = dataset, dataset.dictionary
        self._expressions = Expressions(dataset.dictionary, functions, self._matching)
        self._graph: list[Slot | None] = [None]
        self._expressions.given = given
        self._enough: set[str] | None = None  # variables of which each value is wanted once

    def solutions(self, node: Operator, hints: Hints = NOTHING) -> pl.DataFrame:
        """Return the solutions of an operator: a column of codes for each variable it may bind.
        `hints` are the only values of variables that matter; others may be missing."""
        return self._of(node, hints)

    @property
    def _given(self) -> Mapping[str, int]:
        """Return the codes of the parameters visible here: their variables have this value in
        every solution."""
        return self._expressions.given

    def _fill_parameters(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Fill in the value of each parameter that occurs."""
        names = [name for name in self._given if name in rows.columns]
        return rows.with_columns(pl.lit(self._given[name], CODE).alias(name) for name in names)

    @singledispatchmethod
    def _of(self, node: Operator, _hints: Hints) -> pl.DataFrame:
        raise Untranslated("sparql-part-unknown", type(node).__name__)

    @_of.register
    def _(self, node: Basic, hints: Hints) -> pl.DataFrame:
        if len(node.patterns) == 1:
            enough, self._enough = self._enough, None
            rows = self._scan(node.patterns[0], hints)
            return rows if enough is None else _select_distinct(rows, enough)
        return self._join_operands(node, hints)

    @_of.register
    def _(self, node: Table, _hints: Hints) -> pl.DataFrame:
        if self._graph[-1] is not None:
            raise Untranslated("sparql-part-unknown", "GRAPH")
        if not node.variables:
            return unit(len(node.rows))
        code = self._dictionary.code
        rows = pl.DataFrame(
            [[text if text is None else code(text) for text in row] for row in node.rows],
            schema=dict.fromkeys(node.variables, CODE),
            orient="row",
        )
        for name in self._given.keys() & set(node.variables):
            rows = rows.filter((pl.col(name) == self._given[name]).fill_null(value=True))
        return self._fill_parameters(rows)

    @_of.register
    def _(self, node: Join, hints: Hints) -> pl.DataFrame:
        return self._join_operands(node, hints)

    @_of.register
    def _(self, node: LeftJoin, hints: Hints) -> pl.DataFrame:
        left = self._of(node.left, hints)
        if not left.height:
            return left
        right = self._of(node.right, _narrow_hints(left, NOTHING, visible(node.right)))
        if node.condition is None:
            plain = plain_left_join(left, right)
            if plain is not None:
                return self._fill_parameters(plain)
        left = left.with_row_index(ROW)
        joined = join(left, right)
        if node.condition is not None:
            joined = joined.filter(self._expressions.holds(node.condition, joined))
        bare = left.join(joined.select(pl.col(ROW).unique()), on=ROW, how="anti")
        return self._fill_parameters(pl.concat([joined, bare], how="diagonal").drop(ROW))

    @_of.register
    def _(self, node: Minus, hints: Hints) -> pl.DataFrame:
        left = self._of(node.left, hints)
        both = set(left.columns) & visible(node.right)
        if self._given and not both - self._given.keys():
            raise Untranslated("sparql-part-unknown", "$")  # which the store has on both sides
        if not both or not left.height:
            return left
        return minus(left, self._of(node.right, _narrow_hints(left, NOTHING, both)))

    @_of.register
    def _(self, node: Filter, hints: Hints) -> pl.DataFrame:
        rows = self._of(node.inner, hints)
        return rows.filter(self._expressions.holds(node.condition, rows))

    @_of.register
    def _(self, node: Union, hints: Hints) -> pl.DataFrame:
        both = [self._of(node.left, hints), self._of(node.right, hints)]
        return self._fill_parameters(pl.concat(both, how="diagonal"))

    @_of.register
    def _(self, node: Alternatives, hints: Hints) -> pl.DataFrame:
        rows = self._of(node.inner, hints)
        graph = self._graph[-1]
        kept = [*node.ends, *([graph.name] if isinstance(graph, Variable) else [])]
        return rows.select(sorted(set(kept))).unique() if kept else rows.head(1)

    @_of.register
    def _(self, node: Extend, hints: Hints) -> pl.DataFrame:
        if node.name in self._given:
            if not is_key_again(node):
                raise Untranslated("sparql-part-unknown", "$")
            return self._of(node.inner, hints)
        rows = self._of(node.inner, {k: v for k, v in hints.items() if k != node.name})
        codes = self._expressions.vector(node.expression, rows).codes
        return rows.with_columns(codes.alias(node.name))

    @_of.register
    def _(self, node: Graph, hints: Hints) -> pl.DataFrame:
        if self._graph[-1] is not None:
            raise Untranslated("sparql-part-unknown", "GRAPH")
        _refuse_in_graph(node.inner)
        self._graph.append(node.name)
        try:
            return self._of(node.inner, hints)
        finally:
            self._graph.pop()

    @_of.register
    def _(self, node: Group, hints: Hints) -> pl.DataFrame:
        rows = self._of(node.inner, {k: v for k, v in hints.items() if k in node.keys})
        keys = [name for name in node.keys if name in self._given]
        rows = rows.with_columns(pl.lit(self._given[name], CODE).alias(name) for name in keys)
        return evaluate_group(node, rows, self._expressions, self._dictionary)

    @_of.register
    def _(self, node: Project, hints: Hints) -> pl.DataFrame:
        outer = self._given
        inner = {name: code for name, code in outer.items() if name in node.variables}
        self._expressions.given = inner
        rows = self._of(node.inner, {k: v for k, v in hints.items() if k in node.variables})
        self._expressions.given = outer
        rows = rows.with_columns(pl.lit(code, CODE).alias(name) for name, code in inner.items())
        if not node.variables:
            return unit(rows.height)
        bare = [name for name in node.variables if name not in rows.columns]
        return rows.with_columns(pl.lit(None, CODE).alias(name) for name in bare).select(
            node.variables
        )

    @_of.register
    def _(self, node: Distinct, hints: Hints) -> pl.DataFrame:
        self._enough = _enough(node)
        return self._of(node.inner, hints).unique(maintain_order=True)

    @_of.register
    def _(self, node: Order, hints: Hints) -> pl.DataFrame:
        rows = self._of(node.inner, hints)
        rows = rows.sort(rows.columns)  # what is equal comes in the same order each time
        columns, falling = list[pl.Series](), list[bool]()
        for place, (key, descending) in enumerate(node.keys):
            ranks = order_of(self._expressions.vector(key, rows).values)
            columns += [series.alias(f"\x01{place} {series.name}") for series in ranks]
            falling += [descending] * ranks.width
        names = [column.name for column in columns]
        ordered = rows.with_columns(columns).sort(
            names, descending=falling, nulls_last=falling, maintain_order=True
        )
        return ordered.drop(names)

    @_of.register
    def _(self, node: Slice, _hints: Hints) -> pl.DataFrame:
        rows = self._of(node.inner, NOTHING)
        rows = rows if is_ordered(node.inner) else rows.sort(rows.columns)
        return rows.slice(node.start, node.length)

    def _join_operands(self, node: Operator, hints: Hints) -> pl.DataFrame:
        """Join all operands, the smallest first, then always the smallest that shares a variable:
        only its agreeing part is read."""
        first, *rest = sorted(_operands(node), key=self._size)
        names = [visible(part) for part in rest]
        solutions = self._of(first, hints)
        while rest and solutions.height:
            place = next((n for n, own in enumerate(names) if own & {*solutions.columns}), 0)
            passed = _narrow_hints(solutions, hints, names.pop(place))
            solutions = join(solutions, self._of(rest.pop(place), passed))
        return solutions

    def _size(self, node: Operator) -> int:
        """Estimate the number of solutions of an operator."""
        if isinstance(node, Table):
            return len(node.rows)
        if isinstance(node, Basic):
            return min(map(self._pattern_size, node.patterns))
        sizes = [self._size(part) for part in parts(node)]
        if isinstance(node, Union):
            return sum(sizes)
        return min(sizes) if isinstance(node, Join) else sizes[0]

    def _pattern_size(self, pattern: Pattern) -> int:
        predicate = self._dictionary.code(pattern.p) if isinstance(pattern.p, str) else None
        size = self._dataset.height(predicate)
        ends = (pattern.s, pattern.o)
        known = any(isinstance(end, str) or end.name in self._given for end in ends)
        return size // _FEWER if known else size

    def _scan(self, pattern: Pattern, hints: Hints) -> pl.DataFrame:
        """Return the triples that match a pattern, as columns of its variables."""
        slots = {name: getattr(pattern, name) for name in ("s", "p", "o")}
        graph = self._graph[-1]
        rows = self._read(pattern.p, hints)
        if graph is not None:
            slots["g"] = graph
        names: dict[str, str] = {}
        for column, slot in slots.items():
            if isinstance(slot, str) and column == "p":
                continue
            if isinstance(slot, str):
                rows = rows.filter(pl.col(column) == self._dictionary.code(slot))
            elif slot.name in names:
                rows = rows.filter(pl.col(column) == pl.col(names[slot.name]))
            else:
                names[slot.name] = column
                if slot.name in self._given:
                    rows = rows.filter(pl.col(column) == self._given[slot.name])
                rows = _restrict(rows, column, hints.get(slot.name))
        if not names:
            return unit(rows.select("s", "p", "o").unique().height)
        return rows.select(pl.col(column).alias(name) for name, column in names.items())

    def _read(self, property: Slot, hints: Hints) -> pl.DataFrame:
        """Return the triples of a property, of each that matters, or of all."""
        read = self._dataset.triples if self._graph[-1] is None else self._dataset.quads
        if isinstance(property, str):
            return read(self._dictionary.code(property))
        values = hints.get(property.name, ())
        one_by_one = 0 < len(values) <= _PROPERTIES
        return pl.concat([read(code) for code in values]) if one_by_one else read(None)

    def _matching(self, inner: Operator, rows: pl.DataFrame) -> pl.Series:
        """Say for each row whether a solution of an EXISTS pattern agrees with it. Its conditions
        may refer to the row, so they are tested on the joined solutions."""
        _refuse_in_exists(inner)
        tests: list[Expression] = []
        while isinstance(inner, Filter) and free(inner) & set(rows.columns):
            tests.append(inner.condition)
            inner = inner.inner
        if free(inner) & set(rows.columns):
            raise Untranslated("sparql-part-unknown", "EXISTS")
        solutions = self._of(inner, _narrow_hints(rows, NOTHING, visible(inner)))
        if not tests:
            return matches(rows, solutions)
        names = [name for name in rows.columns if name[0] != "\x01"]
        numbered = rows.select(names).with_row_index(ROW)
        joined = join(numbered, solutions)
        for test in tests:
            joined = joined.filter(self._expressions.holds(test, joined))
        return numbered.select(pl.col(ROW).is_in(joined[ROW].unique().implode()))[ROW]


def _enough(node: Distinct) -> set[str] | None:
    """Return the variables on which the distinct solutions of a single pattern depend; None for
    other patterns."""
    if not isinstance(node.inner, Project):
        return None
    names, inner = set(node.inner.variables), node.inner.inner
    while isinstance(inner, Filter):
        names |= list_variables(inner.condition)
        inner = inner.inner
    return names if isinstance(inner, Basic) and len(inner.patterns) == 1 else None


def _select_distinct(rows: pl.DataFrame, names: set[str]) -> pl.DataFrame:
    some = [name for name in rows.columns if name in names]
    return rows.select(some).unique() if some else rows


def _operands(node: Operator) -> Iterator[Operator]:
    """Yield the operands of a join, single patterns too, in any order."""
    if isinstance(node, Join):
        yield from _operands(node.left)
        yield from _operands(node.right)
    elif isinstance(node, Basic):
        yield from (Basic((pattern,)) for pattern in node.patterns)
    else:
        yield node


def _narrow_hints(rows: pl.DataFrame, hints: Hints, names: set[str]) -> Hints:
    """Return the hints for what is joined to these rows: the values of variables that have few."""
    narrowed = dict(hints)
    if rows.height > _FEW * 10:
        return narrowed
    for name in names.intersection(rows.columns):
        if rows[name].null_count():
            continue
        values = rows[name].unique()
        if len(values) <= _FEW and (name not in narrowed or len(values) < len(narrowed[name])):
            narrowed[name] = values
    return narrowed


def _restrict(rows: pl.DataFrame, column: str, values: pl.Series | None) -> pl.DataFrame:
    if values is None or len(values) * _SHRUNK > rows.height:
        return rows
    return rows.filter(pl.col(column).is_in(values.implode()))


def _refuse_in_graph(node: Operator) -> None:
    """Refuse parts within GRAPH that do not read from the graph."""
    asked = (item for condition in conditions(node) for item in expressions(condition))
    allowed = isinstance(node, _IN_GRAPH) and not any(isinstance(item, Exists) for item in asked)
    if not allowed:
        raise Untranslated("sparql-part-unknown", "GRAPH")
    for part in parts(node):
        _refuse_in_graph(part)


def _refuse_in_exists(node: Operator) -> None:
    """Refuse EXISTS where values of the row, which replace variables everywhere, differ from a
    join with it."""
    if not isinstance(node, Basic | Table | Join | Filter | Union | Alternatives | Graph):
        raise Untranslated("sparql-part-unknown", "EXISTS")
    for part in parts(node):
        _refuse_in_exists(part)


def evaluate_group(
    node: Group, rows: pl.DataFrame, expressions: Expressions, dictionary: Dictionary
) -> pl.DataFrame:
    """Return one solution for each group; without keys one for all, even of no rows."""
    for name in node.keys:
        if name not in rows.columns:
            rows = rows.with_columns(pl.lit(None, CODE).alias(name))
    inputs, folds = list[pl.Series](), list[pl.Expr]()
    backs: dict[str, pl.DataFrame] = {}
    for aggregate in node.aggregates:
        if aggregate.function == "SAMPLE":  # of a key, see the translation
            assert aggregate.expression is not None
            inputs.append(
                expressions.vector(aggregate.expression, rows).codes.alias(aggregate.name)
            )
            folds.append(pl.col(aggregate.name).first())
        else:
            column, fold = _fold(aggregate, rows, expressions, dictionary, backs)
            inputs += [] if column is None else [column]
            folds.append(fold.alias(aggregate.name))
    frame = rows.select(node.keys).with_columns(inputs) if node.keys else pl.DataFrame(inputs)
    if node.keys:
        groups = frame.group_by(node.keys, maintain_order=True).agg(folds)
    else:
        columns = frame if frame.width else unit(rows.height)
        groups = columns.select(folds) if folds else unit()
    for name, back in backs.items():
        codes = groups.select(pl.col(name).cast(pl.Int64)).join(
            back, on=name, how="left", maintain_order="left"
        )["code"]
        groups = groups.with_columns(codes.alias(name))
    return groups.select(
        *node.keys,
        *(
            Vector.of(groups[fold.name], dictionary).codes.alias(fold.name)
            if groups[fold.name].dtype != CODE
            else pl.col(fold.name)
            for fold in node.aggregates
        ),
    )


def _fold(
    aggregate: Aggregate, rows: pl.DataFrame, expressions: Expressions, dictionary: Dictionary,
    backs: dict[str, pl.DataFrame],
) -> tuple[pl.Series | None, pl.Expr]:  # fmt: skip
    """Return the column of an aggregate and the expression that folds it."""
    name, function = aggregate.name, aggregate.function
    if aggregate.expression is None:
        if aggregate.distinct:
            raise Untranslated("sparql-part-unknown", "COUNT(DISTINCT *)")
        return None, pl.len().cast(pl.Int64)
    vector = expressions.vector(aggregate.expression, rows)
    if function == "COUNT":
        column = pl.col(name)
        fold = column.drop_nulls().n_unique() if aggregate.distinct else column.count()
        return vector.series.alias(name), fold.cast(pl.Int64)
    if function == "SUM":
        numbers = call(
            "ADD", [vector, Vector.of(vector.series.cast(pl.Int64) * 0, vector.dictionary)]
        )
        if aggregate.distinct or numbers.series.null_count():
            raise Untranslated("sparql-value-odd")
        return numbers.series.alias(name), pl.col(name).sum()
    if vector.kind == TERMS:
        distinct = vector.codes.drop_nulls().unique()
        keys = order_of(Vector(TERMS, distinct, vector.dictionary).values)
        if keys.select(pl.col("rank", "number", "words")).is_duplicated().any():
            raise Untranslated("sparql-value-odd")  # equal values of several terms
        order = keys.with_columns(code=distinct).sort("rank", "number", "words", "tag")
        places = order.select("code").with_row_index("place")
        ranks = (
            vector.codes.to_frame("code")
            .join(places, on="code", how="left", maintain_order="left")["place"]
            .cast(pl.Int64)
        )
        backs[name] = pl.DataFrame({name: ranks, "code": vector.codes}).drop_nulls().unique(name)
        vector = Vector(NUMBERS, ranks, dictionary)
    elif vector.kind not in (STRINGS, NUMBERS):
        raise Untranslated("sparql-value-odd")
    column = pl.col(name)
    return vector.series.alias(name), column.min() if function == "MIN" else column.max()
