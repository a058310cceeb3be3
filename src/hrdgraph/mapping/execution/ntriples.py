"""Make the text lines of rules over batches of rows, and write each distinct line once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO, Final, NamedTuple

import polars as pl

from hrdgraph.mapping.execution.execute import quads_of
from hrdgraph.mapping.execution.scan import RowFacts
from hrdgraph.mapping.execution.spill import Distinct
from hrdgraph.mapping.execution.uniqueness import UniquenessProbe, once
from hrdgraph.mapping.expressions import expressions, term_references
from hrdgraph.mapping.model import FunctionExecution, TermMap
from hrdgraph.mapping.plan import Plan, QuadRule, terms_of
from hrdgraph.mapping.planning.keys import Key, prove_distinct
from hrdgraph.mapping.terms.iris import Batch
from hrdgraph.mapping.terms.kernel import PreparedBatch, prepare, repeating
from hrdgraph.mapping.terms.terms import Parts, concat, is_constant
from hrdgraph.rdf.graph import DEFAULT_GRAPH
from hrdgraph.sources.reference_columns import HIDDEN, kinds_of
from hrdgraph.sources.resources import in_order

# bounds the text that is alive at once; handing over more parts costs more than it saves
_LINES_AT_ONCE: Final = 100_000
# of the rows, where their cells are long: pairs of a join may share those of one row
_BYTES_AT_ONCE: Final = 16 << 20

Made = list[tuple[QuadRule, pl.Series]]


class Recipe(NamedTuple):
    """How prepared rows become lines: columns to make first, the `names` of those that are terms,
    an expression for the line of each rule, and rules that may make several lines of a row.
    `schema` is that of the rows."""

    prepared: PreparedBatch
    schema: dict[str, pl.DataType]
    columns: dict[str, pl.Expr]
    names: dict[TermMap, str]
    lines: list[tuple[QuadRule, pl.Expr]]
    multi: list[QuadRule]

    def serves(self, batch: Batch) -> bool:
        """Say whether it fits other rows too."""
        return self.schema == batch.schema and self.prepared.serves(batch)


class LineWriter:
    """Makes N-Quads lines (or, without `graphs`, N-Triples). `graph` is the N-Triples text of the
    graph of rules without a graph map."""

    def __init__(self, graphs: bool, graph: str) -> None:
        self._graphs, self._default = graphs, graph

    def by_parts(
        self, frame: pl.DataFrame, rules: Sequence[QuadRule], jobs: int, *, bare: bool = False
    ) -> Iterator[Made]:
        """Yield the lines of each rule for one part of the rows after the other, `jobs` of them at
        a time; with `bare`, no value needs escapes in a literal."""
        # which know the columns that were made of these rows
        recipes: dict[tuple[int, ...], Recipe] = {}
        parts = _parts(repeating(Batch(frame, bare=bare), terms_of(rules)), rules)
        return in_order(lambda part: self._of(part, rules, recipes), parts, jobs)

    def _of(
        self, batch: Batch, rules: Sequence[QuadRule], recipes: dict[tuple[int, ...], Recipe]
    ) -> Made:
        """Return the lines of each rule, none null, by the recipe of earlier rows if it fits."""
        key = tuple(rule.number for rule in rules)
        earlier = recipes.get(key)
        if earlier is not None and earlier.serves(batch):
            return self._write(earlier.prepared._replace(frame=batch.frame), earlier)
        schema, prepared = dict(batch.schema), prepare(batch, terms_of(rules))
        # Make the recipe for lines: terms that several rules share become columns where that
        # pays; others are part of their line.
        multi = [rule for rule in rules if not prepared.lists.isdisjoint(terms_of([rule]))]
        apart = {rule.number for rule in multi}
        simple = [rule for rule in rules if rule.number not in apart]
        shared = _share(simple, prepared.terms) | {
            term: f"{HIDDEN}list:{number}" for number, term in enumerate(terms_of(multi))
        }
        parts = prepared.terms | {term: [pl.col(name)] for term, name in shared.items()}
        lines = [
            (rule, self._line(rule, parts).alias(f"{number}")) for number, rule in enumerate(simple)
        ]
        columns = {name: concat(prepared.terms[term]) for term, name in shared.items()}
        recipe = Recipe(prepared, schema, columns, shared, lines, multi)
        recipes[key] = recipe._replace(prepared=prepared._replace(frame=prepared.frame.clear()))
        return self._write(prepared, recipe)

    def _write(self, batch: PreparedBatch, recipe: Recipe) -> Made:
        frame = batch.check_with(recipe.columns)
        # one after the other: other processors have parts of their own, and handing work around
        # takes a twentieth more
        columns = frame.select_seq(line for _, line in recipe.lines)
        simple = [column.drop_nulls() if column.null_count() else column for column in columns]
        return [
            *((rule, column) for (rule, _), column in zip(recipe.lines, simple, strict=True)),
            *((rule, self._spread(frame, rule, recipe.names)) for rule in recipe.multi),
        ]

    def _line(self, rule: QuadRule, parts: dict[TermMap, Parts]) -> pl.Expr:
        graph: Parts = [self._default] if rule.graph is None else parts[rule.graph]
        fixed = isinstance(graph[0], str) and len(graph) == 1
        named = [*graph, " "] if self._graphs and not (fixed and graph[0] == DEFAULT_GRAPH) else []
        line = concat(
            [
                *parts[rule.subject],
                " ",
                *parts[rule.predicate],
                " ",
                *parts[rule.object],
                " ",
                *named,
                ".",
            ]
        )
        return line if self._graphs or fixed else pl.when(concat(graph).is_not_null()).then(line)

    def _spread(self, frame: pl.DataFrame, rule: QuadRule, names: dict[TermMap, str]) -> pl.Series:
        """Return the lines of a rule with several terms in a row."""
        default = pl.repeat(self._default, frame.height, eager=True)
        terms = [
            default if term is None else frame[names[term]]
            for term in (rule.subject, rule.predicate, rule.object, rule.graph)
        ]
        quads = quads_of(terms)
        graph = (
            pl.when(pl.col("g") == DEFAULT_GRAPH).then(pl.lit("")).otherwise(pl.col("g") + " ")
            if self._graphs
            else pl.lit("")
        )
        line = concat([pl.col("s"), " ", pl.col("p"), " ", pl.col("o"), " ", graph, "."])
        return quads.select(line.alias("line"))["line"].drop_nulls()


def write_lines(lines: pl.Series, out: BinaryIO) -> None:
    """Write lines, each with its end."""
    lines.to_frame("line").write_csv(out, include_header=False, quote_style="never")


def _parts(batch: Batch, rules: Sequence[QuadRule]) -> list[Batch]:
    """Split the rows into equal parts, within the bounds for lines and bytes in memory. Their
    number is even if there are many lines, and never depends on the number of processors: the
    order of lines must be the same on every machine."""
    height = batch.frame.height
    lines = height * len(rules)
    count = max(-(-lines // _LINES_AT_ONCE), int(batch.frame.estimated_size()) // _BYTES_AT_ONCE)
    count += count % 2 if lines > _LINES_AT_ONCE // 4 else 0
    return list(batch.parts(max(-(-height // count), 1))) if count else []


def _share(rules: Sequence[QuadRule], parts: Mapping[TermMap, Parts]) -> dict[TermMap, str]:
    """Name the columns of terms that several rules make, except of those that are almost a column
    already."""
    times = Counter(term for rule in rules for term in terms_of([rule]) if not is_constant(term))
    often = [term for term, count in times.items() if count > 1 and not _is_little(parts[term])]
    return {term: f"{HIDDEN}shared:{number}" for number, term in enumerate(often)}


def _is_little(parts: Parts) -> bool:
    """Say whether making a term takes as long as copying it."""
    columns = [part for part in parts if not isinstance(part, str)]
    return len(columns) == 1 and columns[0].meta.is_column()


def is_multi(rule: QuadRule, lists: set[str]) -> bool:
    """Say whether a row may make several quads, from columns with lists or from a function."""
    names = [name for term in terms_of([rule]) for name in term_references(term)]
    calls = any(
        isinstance(expression, FunctionExecution)
        for term in terms_of([rule])
        for expression in expressions(term)
    )
    return calls or not lists.isdisjoint(names)


MEMORY: Final = 256 << 20  # bytes of lines that are held back before they go to disk
# bytes of lines that are compared with each other; what is on disk of fewer would be very small
# files
_LEAST: Final = 16 << 20
_JOB: Final = 32 << 20  # bytes of the two parts that a processor has in hand


class LineSink:
    """Writes N-Quads lines (or, without graph names, N-Triples) to a stream, each once. `graph` is
    the N-Triples text of the graph of rules without a graph map. Lines that may repeat are held
    back, up to `memory` bytes in memory, until `finish`. Parts of the rows are processed by
    `jobs` processors, as far as `memory` allows."""

    def __init__(
        self, plan: Plan, out: BinaryIO, *, graphs: bool, graph: str = DEFAULT_GRAPH,
        memory: int = MEMORY, jobs: int = 1,
    ) -> None:  # fmt: skip
        self._jobs = max(1, min(jobs, memory // _JOB))
        self._out, self._lines = out, LineWriter(graphs=graphs, graph=graph)
        self._keys, self._groups = prove_distinct(plan.rules, graphs=graphs)
        count = max(1, min(len({*self._groups.values()}) + 1, memory // _LEAST))
        self._held = [Distinct(memory // count) for _ in range(count)]

    def take(self, frame: pl.DataFrame, rules: Sequence[QuadRule], known: RowFacts) -> None:
        """Take the quads of rules over rows."""
        lists = {name for name, kind in frame.schema.items() if kind == pl.List}
        alone = [rule for rule in rules if rule.number in self._keys and not is_multi(rule, lists)]
        # what all rows are known to lack, other rows may hold
        keys = _refine_keys(frame, alone, self._keys) if known.whole else self._keys
        proven = [rule for rule in alone if known.unique & keys[rule.number].columns]
        rest = [
            rule for rule in _without(alone, proven) if known.settles(keys[rule.number].columns)
        ]
        frame, settled, keyed = _sort_rules(frame, rest, rules, keys) if rest else (frame, [], [])
        proven += settled
        direct = {rule.number for rule in proven}
        apart = {rule.number for rule, _ in keyed}
        self._make(frame, [rule for rule in rules if rule.number not in apart], direct, known.bare)
        for rule, names in keyed:  # one after the other: each takes rows of its own
            self._make(once(frame, names), [rule], {rule.number}, known.bare)

    def finish(self) -> None:
        """Write what was held back."""
        for held in self._held:
            for lines in held.batches():
                write_lines(lines, self._out)

    def close(self) -> None:
        """Leave nothing on disk, however the run ended."""
        for held in self._held:
            held.close()

    def _make(
        self, frame: pl.DataFrame, rules: Sequence[QuadRule], direct: set[int], bare: bool
    ) -> None:
        """Make the lines of rules, several parts of the rows at a time; write those of `direct`
        at once, in the order of rows."""
        for parts in self._lines.by_parts(frame, rules, self._jobs, bare=bare):
            if direct:  # in one go: each has a cost of its own
                write_lines(
                    pl.concat([lines for rule, lines in parts if rule.number in direct]), self._out
                )
            for rule, lines in parts:
                if rule.number not in direct:
                    self._held[self._groups.get(rule.number, -1) % len(self._held)].add(lines)


Keys = dict[int, Key]


def _refine_keys(frame: pl.DataFrame, rules: Sequence[QuadRule], keys: Keys) -> Keys:
    """Refine keys by the values of these rows."""
    if not any(keys[rule.number].loose for rule in rules):
        return keys
    lacks = UniquenessProbe(frame).lacks
    return {rule.number: keys[rule.number].over(lacks) for rule in rules}


def _sort_rules(
    frame: pl.DataFrame, alone: Sequence[QuadRule], rules: Sequence[QuadRule], keys: Keys
) -> tuple[pl.DataFrame, list[QuadRule], list[tuple[QuadRule, list[str]]]]:
    """Return the rows to make quads of, the rules whose quads are then distinct, and the others
    with the columns whose first distinct rows make each quad once."""
    unique = UniquenessProbe(frame)
    proven = (
        unique.by_shared(alone, keys)
        if len(alone) > 1
        else [rule for rule in alone if unique.by_all(keys[rule.number])]
    )
    rest = _without(alone, proven)
    if rest and not proven:
        # whole rows that repeat are the usual reason; where a column differs in every row, there
        # are none
        used = _used_columns(frame, rules)
        frame = once(frame, used) if used else frame.head(1)
        unique = UniquenessProbe(frame)
        proven = unique.by_shared(rest, keys)
    proven += [rule for rule in _without(rest, proven) if unique.by_all(keys[rule.number])]
    return (
        frame,
        proven,
        [
            (rule, names)
            for rule in _without(rest, proven)
            if (names := unique.subset(keys[rule.number]))
        ],
    )


def _without(rules: Sequence[QuadRule], left_out: Sequence[QuadRule]) -> list[QuadRule]:
    """Return the rules that are not among others, compared by number: thousands of them take long
    to compare by value."""
    numbers = {rule.number for rule in left_out}
    return [rule for rule in rules if rule.number not in numbers]


def _used_columns(frame: pl.DataFrame, rules: Sequence[QuadRule]) -> list[str]:
    """Return the columns that the quads of rules depend on, including kinds."""
    names = dict.fromkeys(name for term in terms_of(rules) for name in term_references(term))
    present = frozenset(frame.columns)
    return [column for name in names for column in (name, kinds_of(name)) if column in present]
