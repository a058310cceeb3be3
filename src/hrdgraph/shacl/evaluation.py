"""Evaluate the shapes of a model: sets of focus nodes at once, each inner shape once; find the
pairs that break a constraint of SHACL Core, and evaluate node expressions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
import polars as pl

from hrdgraph.catalogue import Message, Value
from hrdgraph.errors import HrdgraphError, OntologyError
from hrdgraph.evidence.dates import is_edtf
from hrdgraph.rdf import Literal, Term
from hrdgraph.rdf.lexical import is_of
from hrdgraph.rdf.terms import unescape
from hrdgraph.shacl.compare import is_ordered, values_of
from hrdgraph.shacl.graph_data import (
    BLANK_KIND,
    IRI_KIND,
    LITERAL_KIND,
    NONE,
    Ids,
    Mask,
    Pairs,
    TooManyPairs,
    TripleArrays,
    count_of,
    distinct,
    distinct_sorted,
    expand,
    member,
    member_pairs,
    nodes_of,
    pack,
    pairs_of,
    spans,
    unite,
    unpack,
)
from hrdgraph.shacl.model import (
    Along,
    ClassOf,
    ClosedConstraint,
    ConstantExpression,
    Constraint,
    CountConstraint,
    CountExpression,
    Custom,
    DatatypeConstraint,
    Exists,
    Expression,
    ExpressionConstraint,
    FilterShapeExpression,
    HasValue,
    IfExpression,
    In,
    Intersection,
    LanguageIn,
    Length,
    Logic,
    LogicalConstraint,
    Minus,
    Model,
    NodeKind,
    PairConstraint,
    Pairwise,
    PatternConstraint,
    PropertyConstraint,
    QualifiedCount,
    Range,
    RangeComparison,
    Shape,
    SparqlConstraint,
    Target,
    TargetKind,
    This,
    Union,
    UniqueLang,
)
from hrdgraph.shacl.paths import fitting, identity, onward, walk
from hrdgraph.shacl.regex import matches
from hrdgraph.shacl.results import Places, ResultBatch
from hrdgraph.shacl.shapes import Shapes
from hrdgraph.shacl.sparql_constraints import Asker
from hrdgraph.stage_progress import Tell, nobody, tell_each
from hrdgraph.store.worker_process import QueryProcess
from hrdgraph.vocab import RDFS, XSD

if TYPE_CHECKING:
    from numpy.typing import NDArray


TRUE: Final = Literal("true", XSD.boolean.value)
FALSE: Final = Literal("false", XSD.boolean.value)


class ConformanceOracle(Protocol):
    """What expressions that refer to shapes need."""

    data: TripleArrays

    def failing(self, node: Term, focus: Ids) -> Ids:
        """Return the nodes that do not conform to a shape."""
        ...


def in_parts(
    judge: ConformanceOracle, expressions: tuple[Expression, ...], focus: Ids
) -> Iterator[tuple[Ids, tuple[Pairs, ...]]]:
    """Yield the focus nodes in parts that fit into memory, with the nodes of every expression.
    TooManyPairs if a single node does not fit."""
    waiting = [focus] if len(focus) else []
    while waiting:
        part = waiting.pop()
        try:
            yield part, tuple(nodes_of_expression(judge, item, part) for item in expressions)
        except TooManyPairs:
            if len(part) < 2:
                raise
            waiting += [part[len(part) // 2 :], part[: len(part) // 2]]


def nodes_of_expression(judge: ConformanceOracle, expression: Expression, focus: Ids) -> Pairs:
    """Return the nodes of an expression for each of the sorted focus nodes."""
    match expression:
        case This():
            return identity(focus)
        case ConstantExpression(term):
            return Pairs(focus, np.full(len(focus), _number(judge.data, term), np.uint32))
        case Along(path, This()):
            return walk(judge.data, path, focus)
        case Along(path, nodes):
            return onward(judge.data, nodes_of_expression(judge, nodes, focus), path)
        case FilterShapeExpression(shape, nodes):
            pairs = nodes_of_expression(judge, nodes, focus)
            wrong = judge.failing(shape, distinct(pairs.right))
            keep = ~member(pairs.right, wrong, judge.data.size)
            return Pairs(pairs.left[keep], pairs.right[keep])
        case Union(parts):
            return unite([nodes_of_expression(judge, part, focus) for part in parts])
        case IfExpression():
            holds = holding(
                judge.data, nodes_of_expression(judge, expression.condition, focus), focus
            )
            branches = ((expression.then, focus[holds]), (expression.otherwise, focus[~holds]))
            chosen = [nodes_of_expression(judge, branch, part) for branch, part in branches]
            left = np.concatenate([pairs.left for pairs in chosen])
            return pairs_of(left, np.concatenate([pairs.right for pairs in chosen]))
        case _:
            return _compare_nodes(judge, expression, focus)


def _compare_nodes(
    judge: ConformanceOracle,
    expression: Intersection | Minus | Exists | CountExpression,
    focus: Ids,
) -> Pairs:
    """Evaluate expressions that only compare the results of others."""
    match expression:
        case Intersection(parts):
            first, *others = (
                (nodes_of_expression(judge, part, focus) for part in parts)
                if parts
                else (Pairs(NONE, NONE),)
            )
            return _select_pairs(first, others, there=True)
        case Minus(nodes, others):
            return _select_pairs(
                nodes_of_expression(judge, nodes, focus),
                [nodes_of_expression(judge, others, focus)],
                there=False,
            )
        case Exists(nodes):
            pairs = nodes_of_expression(judge, nodes, focus)
            holds = member(focus, distinct_sorted(pairs.left), judge.data.size)
            return Pairs(
                focus,
                np.where(holds, _number(judge.data, TRUE), _number(judge.data, FALSE)).astype(
                    np.uint32
                ),
            )
        case CountExpression(nodes):
            return _counts(judge.data, nodes_of_expression(judge, nodes, focus), focus)


def _number(data: TripleArrays, term: Term) -> int:
    """Return the number of a term, a new one if no dictionary has it."""
    return int(data.number_new([term.n3()])[0])


def _select_pairs(pairs: Pairs, restrictions: list[Pairs], *, there: bool) -> Pairs:
    """Return the pairs that are in all others, or in none."""
    keys = pack(pairs.left, pairs.right)
    for other in restrictions:
        is_there = member_pairs(keys, pack(other.left, other.right))
        keys = keys[is_there if there else ~is_there]
    return unpack(keys)


def holding(data: TripleArrays, pairs: Pairs, focus: Ids) -> Mask:
    """Say for each focus node whether an expression gave `true` for it, and nothing else."""
    counts = np.searchsorted(pairs.left, focus, "right") - np.searchsorted(
        pairs.left, focus, "left"
    )
    true = pairs.left[pairs.right == _number(data, TRUE)]
    return np.asarray((counts == 1) & member(focus, true, data.size))


def _counts(data: TripleArrays, pairs: Pairs, focus: Ids) -> Pairs:
    counts = np.searchsorted(pairs.left, focus, "right") - np.searchsorted(
        pairs.left, focus, "left"
    )
    numbers = {
        count: _number(data, Literal(str(count), XSD.integer.value))
        for count in distinct(counts.astype(np.uint32)).tolist()
    }
    return Pairs(focus, np.array([numbers[count] for count in counts.tolist()], np.uint32))


_TEXT = pl.col("t")
_FEW = 2_000  # texts that a loop is through sooner than Polars is started
ValueConstraint = (
    ClassOf | DatatypeConstraint | NodeKind | Range | Length | PatternConstraint | LanguageIn | In
)


def broken_by(data: TripleArrays, constraint: ValueConstraint, terms: Ids) -> Mask:
    """Say for each of these distinct terms whether it breaks the constraint."""
    match constraint:
        case ClassOf(term):
            return ~member(terms, data.instances(term), data.size)
        case In(members):
            return ~member(terms, data.numbers(members), data.size)
        case NodeKind():
            allowed = np.zeros(3, np.bool_)
            kinds = [constraint.iri, constraint.blank, constraint.literal]
            allowed[[IRI_KIND, BLANK_KIND, LITERAL_KIND]] = kinds
            return np.asarray(~allowed[data.kinds[terms]])
        case DatatypeConstraint(iri):
            if iri == RDFS.Literal:
                return np.asarray(data.kinds[terms] != LITERAL_KIND)
            return np.asarray(~is_of(data.texts(terms), iri.value, _is_edtf).to_numpy())
        case Range():
            values = values_of(data.texts(terms))
            limit = values_of(pl.Series([constraint.limit.n3()], dtype=pl.String)).take(
                np.zeros(len(terms), np.intp)
            )
            strict = constraint.name in (
                RangeComparison.MIN_EXCLUSIVE,
                RangeComparison.MAX_EXCLUSIVE,
            )
            if constraint.name in (RangeComparison.MIN_INCLUSIVE, RangeComparison.MIN_EXCLUSIVE):
                return ~is_ordered(limit, values, strict=strict)
            return ~is_ordered(values, limit, strict=strict)
        case LanguageIn(ranges):
            return np.asarray(~_speaks(data.texts(terms), ranges).to_numpy())
        case Length() | PatternConstraint():
            wrong = data.kinds[terms] == BLANK_KIND
            places = np.flatnonzero(~wrong)
            if len(places):
                texts = data.texts(terms[places])
                if isinstance(constraint, PatternConstraint):
                    fits = matches(lexical(texts), constraint.text, constraint.flags).to_numpy()
                else:
                    lengths = _lengths(texts)
                    fits = (
                        lengths >= constraint.limit
                        if constraint.name == "MinLength"
                        else lengths <= constraint.limit
                    )
                wrong[places] = ~fits
            return np.asarray(wrong)


def _is_edtf(text: str) -> bool:
    """Say whether a text is a date of the Extended Date/Time Format, on an existing day."""
    return is_edtf(text)


def _speaks(texts: pl.Series, ranges: tuple[str, ...]) -> pl.Series:
    """Say whether the language of each text is in one of the ranges (basic filtering, RFC 4647
    §3.3.1)."""
    tags = tags_of(texts)
    fits = pl.Series([False] * len(texts), dtype=pl.Boolean)
    for tag_range in ranges:
        fits |= (
            tags.is_not_null()
            if tag_range == "*"
            else (tags == tag_range) | tags.str.starts_with(tag_range + "-")
        )
    return fits.fill_null(False)


def tags_of(texts: pl.Series) -> pl.Series:
    """Return the language tags in lower case; null if there is none."""
    return texts.to_frame("t").select(
        _TEXT.str.extract(r'^"(?s:.*)"@([A-Za-z0-9-]+)$').str.to_lowercase()
    )["t"]


def _lengths(texts: pl.Series) -> NDArray[np.integer[Any]]:
    if len(texts) < _FEW:
        return np.array([len(_lexical(text)) for text in texts.to_list()])
    return lexical(texts).str.len_chars().to_numpy()


def _lexical(text: str) -> str:
    bare = text[1 : -1 if text.startswith("<") else text.rindex('"')]
    return unescape(bare) if "\\" in bare else bare


def lexical(texts: pl.Series) -> pl.Series:
    """Return `str()` of IRIs and literals from their N-Triples texts."""
    if len(texts) < _FEW:
        return pl.Series([_lexical(text) for text in texts.to_list()], dtype=pl.String)
    frame = texts.to_frame("t")
    bare = _TEXT.str.slice(1).str.head(-1)
    is_plain = _TEXT.str.ends_with('"') | _TEXT.str.starts_with("<")
    plain, escaped = frame.select(
        is_plain.all(), _TEXT.str.contains("\\", literal=True).any().alias("escaped")
    ).row(0)
    if not plain:
        bare = pl.when(is_plain).then(bare).otherwise(_TEXT.str.extract(r'^"((?s:.*))"'))
    words = frame.select(bare.alias("t"))["t"]
    if escaped:
        places = words.str.contains("\\", literal=True).arg_true()
        words = words.scatter(places, [unescape(text) for text in words.gather(places).to_list()])
    return words


class ShapeOracle(Protocol):
    """What constraints that refer to other shapes need."""

    data: TripleArrays

    def failing(self, node: Term, focus: Ids) -> Ids:
        """Return the nodes that do not conform to a shape."""
        ...


@dataclass(frozen=True, eq=False)
class Task:
    """Focus nodes of a shape and their value nodes. Every focus node is there, with or without a
    value."""

    judge: ShapeOracle
    shape: Shape
    focus: Ids
    pairs: Pairs

    @property
    def data(self) -> TripleArrays:
        return self.judge.data

    @cached_property
    def terms(self) -> Ids:
        """Return the distinct value nodes."""
        return (
            self.focus
            if self.pairs.right is self.focus
            else nodes_of(self.pairs.right, self.data.size)
        )

    def among(self, nodes: Ids) -> Mask:
        """Say for each pair whether its value is in a set."""
        return member(self.pairs.right, nodes, self.data.size)

    def where(self, chosen: Mask | Places) -> Violations:
        """Return the pairs of a mask or in these rows."""
        return Violations(self.pairs.left[chosen], self.pairs.right[chosen])


@dataclass(frozen=True, slots=True, eq=False)
class Violations:
    """Focus nodes in error with the wrong value, None if no value is to blame; `paths` if rows
    have their own, `times` if they are several results."""

    focus: Ids
    values: Ids | None = None
    paths: Ids | None = None
    times: Places | None = None


_NOTHING = Violations(NONE, NONE)


def _each_value(task: Task, constraint: Any) -> Violations:
    """Check a constraint on single values, once for each distinct value."""
    if not len(task.pairs):
        return _NOTHING
    broken = broken_by(task.data, constraint, task.terms)
    return task.where(task.among(task.terms[broken])) if broken.any() else _NOTHING


def _each_node(task: Task, constraint: ClassOf | NodeKind | In) -> Violations:
    """Check a constraint that is one look into an array, which needs no distinct values."""
    return (
        task.where(broken_by(task.data, constraint, task.pairs.right))
        if len(task.pairs)
        else _NOTHING
    )


def _count(task: Task, constraint: CountConstraint) -> Violations:
    if constraint.name == "MinCount" and constraint.limit == 1:
        return Violations(task.focus[~member(task.focus, task.pairs.left, task.data.size)])
    counts = count_of(task.pairs, task.focus)
    wrong = (
        counts < constraint.limit if constraint.name == "MinCount" else counts > constraint.limit
    )
    return Violations(task.focus[wrong])


def _has_value(task: Task, constraint: HasValue) -> Violations:
    place = task.data.number(constraint.term)
    have = task.pairs.left[task.pairs.right == place] if place is not None else NONE
    return Violations(task.focus[~member(task.focus, have, task.data.size)])


def _unique_lang(task: Task, _: UniqueLang) -> Violations:
    """Return a row for each language that is used twice."""
    terms = task.terms[task.data.kinds[task.terms] == LITERAL_KIND]
    tags = tags_of(task.data.texts(terms))
    tagged = tags.is_not_null().to_numpy()
    codes = np.zeros(task.data.size, np.uint32) if len(terms) else NONE
    if not tagged.any():
        return _NOTHING
    codes[terms[tagged]] = tags.drop_nulls().rank("dense").to_numpy()
    chosen = task.among(terms[tagged])
    keys = np.sort(pack(task.pairs.left[chosen], codes[task.pairs.right[chosen]]))
    return Violations(
        (distinct_sorted(keys[1:][keys[1:] == keys[:-1]]) >> np.uint64(32)).astype(np.uint32)
    )


def _check_closed(task: Task, constraint: ClosedConstraint) -> Violations:
    """Return every triple of a value node whose predicate is not allowed."""
    data = task.data
    run, places = expand(*spans(task.pairs.right, data.subjects))
    predicates = data.predicates[places]
    wrong = ~member(predicates, data.numbers(constraint.allowed), data.size)
    return Violations(task.pairs.left[run[wrong]], data.objects[places[wrong]], predicates[wrong])


def _check_pair(task: Task, constraint: PairConstraint) -> Violations:
    second = walk(task.data, constraint.predicate, task.focus)
    if constraint.name in (Pairwise.LESS_THAN, Pairwise.LESS_THAN_OR_EQUALS):
        return _less(task, second, strict=constraint.name is Pairwise.LESS_THAN)
    ours, theirs = pack(task.pairs.left, task.pairs.right), pack(second.left, second.right)
    both = member_pairs(ours, theirs)
    if constraint.name is Pairwise.DISJOINT:
        return task.where(both)
    only = ~member_pairs(theirs, ours)
    left, right = task.pairs.left[~both], task.pairs.right[~both]
    return Violations(
        np.concatenate([left, second.left[only]]), np.concatenate([right, second.right[only]])
    )


_AT_ONCE: Final = 1 << 20  # pairs that are compared together


def _less(task: Task, second: Pairs, *, strict: bool) -> Violations:
    """Return a row for each value that is not less than some of the others, counted as that many
    results (§4.5.3)."""
    terms = nodes_of(np.concatenate([task.pairs.right, second.right]), task.data.size)
    values = values_of(task.data.texts(terms))
    own, theirs = (np.searchsorted(terms, pairs.right) for pairs in (task.pairs, second))
    starts, counts = spans(task.pairs.left, second.left)
    wrong, batches = np.zeros_like(counts), (np.cumsum(counts) // _AT_ONCE).astype(np.uint32)
    for batch in distinct_sorted(batches):
        chosen = np.flatnonzero(batches == batch)
        run, places = expand(starts[chosen], counts[chosen])
        left, right = values.take(own[chosen[run]]), values.take(theirs[places])
        wrong[chosen] = np.bincount(
            run[~is_ordered(left, right, strict=strict)], minlength=len(chosen)
        )
    rows = np.flatnonzero(wrong)
    return replace(task.where(rows), times=None if (wrong[rows] == 1).all() else wrong[rows])


def _check_logic(task: Task, constraint: LogicalConstraint) -> Violations:
    """Return the values that fail: for sh:and and sh:node at least one shape, for sh:or all of
    them, for sh:not none, for sh:xone all but not one."""
    fails = np.zeros(len(task.terms), np.intp)
    for node in constraint.shapes:
        fails += member(task.terms, task.judge.failing(node, task.terms), task.data.size)
    total = len(constraint.shapes)
    match constraint.name:
        case Logic.AND | Logic.NODE:
            wrong = fails > 0
        case Logic.OR:
            wrong = fails == total
        case Logic.NOT:
            wrong = fails == 0
        case Logic.XONE:
            wrong = fails != total - 1
    return task.where(task.among(task.terms[wrong]))


def _check_qualified(task: Task, constraint: QualifiedCount) -> Violations:
    """Count the values that conform to the shape and to none of its siblings (§4.7.3)."""
    conforming = task.terms[
        ~member(task.terms, task.judge.failing(constraint.shape, task.terms), task.data.size)
    ]
    for sibling in constraint.siblings:
        conforming = task.judge.failing(sibling, conforming)
    good = task.among(conforming)
    counts = count_of(Pairs(task.pairs.left[good], task.pairs.right[good]), task.focus)
    return Violations(
        task.focus[
            counts < constraint.limit
            if constraint.name == "QualifiedMinCount"
            else counts > constraint.limit
        ]
    )


def _check_expression(task: Task, constraint: ExpressionConstraint) -> Violations:
    """Return the values for which the expression gives anything but true (SHACL-AF §7)."""
    good = [NONE]
    try:
        for part, (pairs,) in in_parts(task.judge, (constraint.expression,), task.terms):
            good.append(part[holding(task.data, pairs, part)])
    except TooManyPairs as error:
        raise HrdgraphError("rule-leads-too-far", hint="shorten-path-or-focus") from error
    return task.where(~task.among(nodes_of(np.concatenate(good), task.data.size)))


_CHECKS: Mapping[type, Callable[[Task, Any], Violations]] = {
    ClassOf: _each_node, NodeKind: _each_node, In: _each_node, DatatypeConstraint: _each_value,
    Range: _each_value, Length: _each_value, PatternConstraint: _each_value,
    LanguageIn: _each_value, CountConstraint: _count, HasValue: _has_value,
    UniqueLang: _unique_lang, ClosedConstraint: _check_closed, PairConstraint: _check_pair,
    LogicalConstraint: _check_logic, QualifiedCount: _check_qualified,
    ExpressionConstraint: _check_expression,
}  # fmt: skip


# pairs that one shape may walk in all: beyond it a path is taken for a mistake
MOST_WALKED = 1 << 28
# times that nested shapes may ask about one node: each is a result in the report
MOST_TIMES = 1 << 28


@dataclass(frozen=True, slots=True, eq=False)
class FocusNodes:
    """Sorted focus nodes of a shape, and how often each is checked; None for once."""

    focus: Ids
    times: Places | None

    @property
    def most(self) -> int:
        """Return the highest number of checks of a node."""
        return 1 if self.times is None else int(self.times.max(initial=0))

    def of(self, nodes: Ids) -> Places | None:
        """Return the numbers of checks of some nodes."""
        return None if self.times is None else self.times[np.searchsorted(self.focus, nodes)]

    def beside(self, other: FocusNodes) -> FocusNodes:
        """Add other focus nodes."""
        nodes = distinct(np.concatenate([self.focus, other.focus]))
        times = np.zeros(len(nodes), np.int64)
        for part in (self, other):
            times[np.searchsorted(nodes, part.focus)] += 1 if part.times is None else part.times
        return FocusNodes(nodes, times)


class EvaluationRun:
    """One validation, whose queries run in a process of their own. Results of inner shapes are
    cached, so that no node is checked twice."""

    def __init__(
        self, model: Model, data: TripleArrays, shapes: Shapes, apart: QueryProcess
    ) -> None:
        self.model, self.data, self.shapes = model, data, shapes
        self.asker = Asker(data, shapes, apart)
        self._verdicts: dict[Term, tuple[Ids, Ids]] = {}

    def results(self, tell: Tell = nobody) -> Iterator[ResultBatch]:
        """Yield the results of every shape with targets; `tell` gets the number of each before it
        starts."""
        for node in tell_each(self.model.roots, tell):
            shape = self.model.shapes[node]
            focus = self.focus_of(shape)
            if len(focus):
                yield from self.of(shape, focus)

    def focus_of(self, shape: Shape) -> Ids:
        """Return the focus nodes of all targets of a shape (§2.1.3)."""
        parts = [self._target(shape, target) for target in shape.targets]
        return nodes_of(np.concatenate([NONE, *parts]), self.data.size)

    def of(self, shape: Shape, focus: Ids) -> Iterator[ResultBatch]:
        """Yield the results of a shape for its focus nodes. An inner shape, however often it is
        referred to, is evaluated once for each node, whose results count as often as it is
        reached."""
        reached: dict[Term, FocusNodes] = {shape.node: FocusNodes(focus, None)}
        for node in self._within(shape):
            if node in reached:
                yield from self._of(self.model.shapes[node], reached.pop(node), reached)

    def _within(self, shape: Shape) -> list[Term]:
        """Return a shape and those that sh:property leads to, each before those within it. Circles
        were refused."""
        order: dict[Term, None] = {}

        def visit(node: Term) -> None:
            if node not in order:
                for constraint in reversed(self.model.shapes[node].constraints):
                    if isinstance(constraint, PropertyConstraint):
                        visit(constraint.shape)
                order[node] = None

        visit(shape.node)
        return [*reversed(order)]

    def _of(
        self, shape: Shape, asked: FocusNodes, within: dict[Term, FocusNodes]
    ) -> Iterator[ResultBatch]:
        """Yield the results of the shape itself; nodes for inner shapes are added to `within`."""
        for task in self._tasks(shape, asked.focus):
            weights = asked.of(task.focus)
            for constraint in shape.constraints:
                if isinstance(constraint, PropertyConstraint):
                    if len(task.pairs):
                        more = FocusNodes(task.terms, _onward(task, weights))
                        within[constraint.shape] = (
                            more.beside(within[constraint.shape])
                            if constraint.shape in within
                            else more
                        )
                        if within[constraint.shape].most > MOST_TIMES:
                            raise self._wrong(
                                shape, "rule-leads-too-far", "name-each-shape-once",
                            )  # fmt: skip
                else:
                    batch = self._batch(task, constraint)
                    if len(batch):
                        yield (
                            batch
                            if weights is None
                            else batch.repeat(weights[np.searchsorted(task.focus, batch.focus)])
                        )

    def failing(self, node: Term, focus: Ids) -> Ids:
        """Return which of these nodes do not conform to a shape."""
        checked, failed = self._verdicts.get(node, (NONE, NONE))
        fresh = focus if not len(checked) else focus[~member(focus, checked, self.data.size)]
        if len(fresh):
            shape = self.model.shapes[node]
            parts = [NONE]
            for task in self._tasks(shape, fresh):
                for constraint in shape.constraints:
                    if isinstance(constraint, PropertyConstraint):
                        wrong = self.failing(constraint.shape, task.terms)
                        is_wrong = member(task.pairs.right, wrong, self.data.size)
                        parts.append(task.pairs.left[is_wrong])
                    else:
                        parts.append(self._batch(task, constraint).focus.astype(np.uint32))
            more = nodes_of(np.concatenate(parts), self.data.size)
            checked, failed = (
                nodes_of(np.concatenate(two), self.data.size)
                for two in ((checked, fresh), (failed, more))
            )
            self._verdicts[node] = checked, failed
        return focus[member(focus, failed, self.data.size)]

    def _tasks(self, shape: Shape, focus: Ids) -> Iterator[Task]:
        """Yield the focus nodes with their value nodes, in parts that fit into memory."""
        if not shape.constraints:
            return
        start, size, walked = 0, len(focus), 0
        while start < len(focus):
            part = focus[start : start + size]
            try:
                pairs = identity(part) if shape.path is None else walk(self.data, shape.path, part)
            except TooManyPairs as error:
                if len(part) < 2:
                    raise self._wrong(
                        shape, "rule-leads-too-far", "shorten-path-or-focus"
                    ) from error
                size = len(part) // 2
                continue
            walked += len(pairs)
            if walked > MOST_WALKED:
                raise self._wrong(shape, "rule-leads-too-far", "shorten-path-or-focus")
            yield Task(self, shape, part, pairs)
            start += len(part)
            size = min(2 * len(part), fitting(part, pairs))

    def _batch(self, task: Task, constraint: Constraint) -> ResultBatch:
        try:
            if isinstance(constraint, SparqlConstraint | Custom):
                return self.asker.batch(task.shape, constraint, task.focus, task.pairs)
            violations = _CHECKS[type(constraint)](task, constraint)
        except OntologyError:
            raise
        except HrdgraphError as error:
            raise self._wrong(task.shape, error.message, error.advice) from error
        return _batch(task.shape, constraint, violations)

    def _target(self, shape: Shape, target: Target) -> Ids:
        match target.kind:
            case TargetKind.NODE:
                return self.data.numbers([target.term])
            case TargetKind.CLASS:
                return self.data.instances(target.term)
            case TargetKind.SUBJECTS:
                return nodes_of(self.data.pairs(target.term).left, self.data.size)
            case TargetKind.OBJECTS:
                return nodes_of(self.data.pairs(target.term).right, self.data.size)
            case TargetKind.SPARQL:
                return self._query_target(shape, target)

    def _query_target(self, shape: Shape, target: Target) -> Ids:
        assert target.query is not None
        try:
            return self.asker.targets(target.query, target.parameters)
        except HrdgraphError as error:
            raise self._wrong(shape, error.message, error.advice) from error

    def _wrong(
        self, shape: Shape, fact: str | Message, hint: str | Message | None, **fields: Value
    ) -> OntologyError:
        return self.asker.facts.wrong(shape.node, fact, hint, **fields)


def _onward(task: Task, weights: Places | None) -> Places | None:
    """Return how often each value node is reached; None if each is reached once."""
    if weights is None and len(task.terms) == len(task.pairs):
        return None
    reached = np.searchsorted(task.terms, task.pairs.right)
    each = None if weights is None else weights[np.searchsorted(task.focus, task.pairs.left)]
    return np.bincount(reached, each, len(task.terms)).astype(np.int64)


def _batch(shape: Shape, constraint: Constraint, wrong: Violations) -> ResultBatch:
    focus = wrong.focus.astype(np.int64)
    values = (
        np.full(len(focus), -1, np.int64) if wrong.values is None else wrong.values.astype(np.int64)
    )
    paths = None if wrong.paths is None else wrong.paths.astype(np.int64)
    return ResultBatch(shape, constraint, focus, values, paths, times=wrong.times)
