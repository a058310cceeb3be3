"""Find the pairs of focus node and value node that break one constraint of SHACL Core."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import polars as pl

from hrdgraph.errors import HrdgraphError
from hrdgraph.rdf import Term
from hrdgraph.rdf.lexical import is_of
from hrdgraph.rdf.terms import unescape
from hrdgraph.shacl.compare import Ranks, ordered, values_of
from hrdgraph.shacl.expressions import holding, in_parts
from hrdgraph.shacl.graph_data import BLANK_KIND, IRI_KIND, LITERAL_KIND, TripleArrays
from hrdgraph.shacl.model import (
    ClassOf,
    ClosedConstraint,
    Constraint,
    CountConstraint,
    DatatypeConstraint,
    ExpressionConstraint,
    HasValue,
    In,
    LanguageIn,
    Length,
    Logic,
    LogicalConstraint,
    NodeKind,
    PairConstraint,
    Pairwise,
    PatternConstraint,
    QualifiedCount,
    Range,
    RangeComparison,
    Shape,
    UniqueLang,
)
from hrdgraph.shacl.paths import walk
from hrdgraph.shacl.regex import matches
from hrdgraph.shacl.relation import (
    NONE,
    Ids,
    Mask,
    Pairs,
    TooManyPairs,
    count_of,
    distinct_sorted,
    expand,
    member,
    member_pairs,
    nodes_of,
    pack,
    spans,
)
from hrdgraph.shacl.results import Places
from hrdgraph.vocab import RDFS

if TYPE_CHECKING:
    from numpy.typing import NDArray


_TEXT = pl.col("t")
_FEW = 2_000  # texts that a loop is through sooner than Polars is started
ValueConstraint = (
    ClassOf | DatatypeConstraint | NodeKind | Range | Length | PatternConstraint | LanguageIn | In
)


def broken_by(data: TripleArrays, constraint: ValueConstraint, terms: Ids) -> Mask:
    """For each of these distinct terms, whether it breaks the constraint."""
    match constraint:
        case ClassOf(term):
            return ~member(terms, data.instances(term), data.size)
        case In(members):
            return ~member(terms, data.numbers(members), data.size)
        case NodeKind():
            return _wrong_kind(data, constraint, terms)
        case DatatypeConstraint(iri):
            if iri == RDFS.Literal:
                return np.asarray(data.kinds[terms] != LITERAL_KIND)
            return np.asarray(~is_of(data.texts(terms), iri.value, _is_edtf).to_numpy())
        case Range():
            return _outside(data, constraint, terms)
        case LanguageIn(ranges):
            return np.asarray(~_speaks(data.texts(terms), ranges).to_numpy())
        case Length() | PatternConstraint():
            return _wrong_text(data, constraint, terms)


def _is_edtf(text: str) -> bool:
    """Whether it is a date of the Extended Date/Time Format, of a day that its month has."""
    from hrdgraph.evidence import (
        is_edtf,  # its library takes a while to load, and most graphs have plain dates
    )

    return is_edtf(text)


def _wrong_kind(data: TripleArrays, kind: NodeKind, terms: Ids) -> Mask:
    allowed = np.zeros(3, np.bool_)
    allowed[[IRI_KIND, BLANK_KIND, LITERAL_KIND]] = [kind.iri, kind.blank, kind.literal]
    return np.asarray(~allowed[data.kinds[terms]])


def _outside(data: TripleArrays, constraint: Range, terms: Ids) -> Mask:
    values = values_of(data.texts(terms))
    limit = values_of(pl.Series([constraint.limit.n3()], dtype=pl.String)).take(
        np.zeros(len(terms), np.intp)
    )
    strict = constraint.order in (RangeComparison.MIN_EXCLUSIVE, RangeComparison.MAX_EXCLUSIVE)
    if constraint.order in (RangeComparison.MIN_INCLUSIVE, RangeComparison.MIN_EXCLUSIVE):
        return ~ordered(limit, values, strict=strict)
    return ~ordered(values, limit, strict=strict)


def _speaks(texts: pl.Series, ranges: tuple[str, ...]) -> pl.Series:
    """Whether the language of each text is in one of the ranges (basic filtering, RFC 4647
    §3.3.1)."""
    tags = tags_of(texts)
    fits = pl.Series([False] * len(texts), dtype=pl.Boolean)
    for wanted in ranges:
        fits |= (
            tags.is_not_null()
            if wanted == "*"
            else (tags == wanted) | tags.str.starts_with(wanted + "-")
        )
    return fits.fill_null(False)


def tags_of(texts: pl.Series) -> pl.Series:
    """The language tags in lower case; null where there is none."""
    return texts.to_frame("t").select(
        _TEXT.str.extract(r'^"(?s:.*)"@([A-Za-z0-9-]+)$').str.to_lowercase()
    )["t"]


def _wrong_text(data: TripleArrays, constraint: Length | PatternConstraint, terms: Ids) -> Mask:
    """Length and pattern of `str()`; a blank node has none and always breaks them."""
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


def _lengths(texts: pl.Series) -> NDArray[np.integer[Any]]:
    if len(texts) < _FEW:
        return np.array([len(_lexical(text)) for text in texts.to_list()])
    return lexical(texts).str.len_chars().to_numpy()


def _lexical(text: str) -> str:
    bare = text[1 : -1 if text.startswith("<") else text.rindex('"')]
    return unescape(bare) if "\\" in bare else bare


def lexical(texts: pl.Series) -> pl.Series:
    """`str()` of IRIs and literals from their N-Triples texts."""
    if len(texts) < _FEW:
        return pl.Series([_lexical(text) for text in texts.to_list()], dtype=pl.String)
    frame = texts.to_frame("t")
    bare, is_plain = (
        _TEXT.str.slice(1).str.head(-1),
        _TEXT.str.ends_with('"') | _TEXT.str.starts_with("<"),
    )
    plain, escaped = frame.select(
        is_plain.all(), _TEXT.str.contains("\\", literal=True).any().alias("escaped")
    ).row(0)
    if not plain:
        bare = pl.when(is_plain).then(bare).otherwise(_TEXT.str.extract(r'^"((?s:.*))"'))
    found = frame.select(bare.alias("t"))["t"]
    if escaped:
        places = found.str.contains("\\", literal=True).arg_true()
        found = found.scatter(places, [unescape(text) for text in found.gather(places).to_list()])
    return found


class ShapeOracle(Protocol):
    """What constraints that hold other shapes ask."""

    data: TripleArrays

    def failing(self, node: Term, focus: Ids) -> Ids:
        """Which nodes do not conform to a shape."""
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
        """The distinct value nodes."""
        return (
            self.focus
            if self.pairs.right is self.focus
            else nodes_of(self.pairs.right, self.data.size)
        )

    def among(self, nodes: Ids) -> Mask:
        """For each pair, whether its value is in a set."""
        return member(self.pairs.right, nodes, self.data.size)

    def where(self, chosen: Mask | Places) -> Violations:
        """The pairs of a mask or in these rows, as found."""
        return Violations(self.pairs.left[chosen], self.pairs.right[chosen])


@dataclass(frozen=True, slots=True, eq=False)
class Violations:
    """Focus nodes in error with the value that is wrong, None where no value is to blame;
    `paths` where a row has its own, `times` where it is several results.
    """

    focus: Ids
    values: Ids | None = None
    paths: Ids | None = None
    times: Places | None = None


_NOTHING = Violations(NONE, NONE)


def found_by(task: Task, constraint: Constraint) -> Violations:
    """What breaks the constraint."""
    return _CHECKS[type(constraint)](task, constraint)


def _each_value(task: Task, constraint: Any) -> Violations:
    """Constraints on single values are asked once for each distinct value."""
    if not len(task.pairs):
        return _NOTHING
    broken = broken_by(task.data, constraint, task.terms)
    return task.where(task.among(task.terms[broken])) if broken.any() else _NOTHING


def _each_node(task: Task, constraint: ClassOf | NodeKind | In) -> Violations:
    """Tests that are one look into an array need no distinct values."""
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
    """A row for each language that is used twice."""
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


def _closed(task: Task, constraint: ClosedConstraint) -> Violations:
    """Every triple of a value node whose predicate is not allowed."""
    data = task.data
    run, places = expand(*spans(task.pairs.right, data.subjects))
    predicates = data.predicates[places]
    wrong = ~member(predicates, data.numbers(constraint.allowed), data.size)
    return Violations(task.pairs.left[run[wrong]], data.objects[places[wrong]], predicates[wrong])


def _compared(task: Task, constraint: PairConstraint) -> Violations:
    others = walk(task.data, constraint.predicate, task.focus)
    if constraint.how in (Pairwise.LESS_THAN, Pairwise.LESS_THAN_OR_EQUALS):
        return _less(task, others, strict=constraint.how is Pairwise.LESS_THAN)
    ours, theirs = pack(task.pairs.left, task.pairs.right), pack(others.left, others.right)
    both = member_pairs(ours, theirs)
    if constraint.how is Pairwise.DISJOINT:
        return task.where(both)
    only = ~member_pairs(theirs, ours)
    left, right = task.pairs.left[~both], task.pairs.right[~both]
    return Violations(
        np.concatenate([left, others.left[only]]), np.concatenate([right, others.right[only]])
    )


def _less(task: Task, others: Pairs, *, strict: bool) -> Violations:
    """A row for each value that is not less than some of the others, for as many results
    (§4.5.3)."""
    terms = nodes_of(np.concatenate([task.pairs.right, others.right]), task.data.size)
    ranks = Ranks(values_of(task.data.texts(terms)))
    theirs = np.sort(pack(others.left, ranks.of[np.searchsorted(terms, others.right)]))
    own = ranks.of[np.searchsorted(terms, task.pairs.right)]
    wrong = count_of(others, task.pairs.left)
    for run in ranks.greater(strict=strict):
        start, end = (np.searchsorted(theirs, pack(task.pairs.left, bound[own])) for bound in run)
        wrong -= end - start
    rows = np.flatnonzero(wrong)
    return replace(task.where(rows), times=None if (wrong[rows] == 1).all() else wrong[rows])


def _combined(task: Task, constraint: LogicalConstraint) -> Violations:
    """Values that fail: sh:and and sh:node at least one shape, sh:or all of them, sh:not none,
    sh:xone all but not one."""
    fails = np.zeros(len(task.terms), np.intp)
    for node in constraint.shapes:
        fails += member(task.terms, task.judge.failing(node, task.terms), task.data.size)
    wanted = len(constraint.shapes)
    match constraint.logic:
        case Logic.AND | Logic.NODE:
            wrong = fails > 0
        case Logic.OR:
            wrong = fails == wanted
        case Logic.NOT:
            wrong = fails == 0
        case Logic.XONE:
            wrong = fails != wanted - 1
    return task.where(task.among(task.terms[wrong]))


def _qualified(task: Task, constraint: QualifiedCount) -> Violations:
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


def _expressed(task: Task, constraint: ExpressionConstraint) -> Violations:
    """Values for which the expression gives anything but true (SHACL-AF §7)."""
    good = [NONE]
    try:
        for part, (pairs,) in in_parts(task.judge, (constraint.expression,), task.terms):
            good.append(part[holding(task.data, pairs, part)])
    except TooManyPairs as error:
        fact = "expression-leads-too-far"
        raise HrdgraphError(fact, hint="write-path-without-star") from error
    return task.where(~task.among(nodes_of(np.concatenate(good), task.data.size)))


_CHECKS: Mapping[type, Callable[[Task, Any], Violations]] = {
    ClassOf: _each_node,
    NodeKind: _each_node,
    In: _each_node,
    DatatypeConstraint: _each_value,
    Range: _each_value,
    Length: _each_value,
    PatternConstraint: _each_value,
    LanguageIn: _each_value,
    CountConstraint: _count,
    HasValue: _has_value,
    UniqueLang: _unique_lang,
    ClosedConstraint: _closed,
    PairConstraint: _compared,
    LogicalConstraint: _combined,
    QualifiedCount: _qualified,
    ExpressionConstraint: _expressed,
}
