"""Write mapped quads as distinct lines: at once where keys prove them distinct, else held back and
deduplicated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO, Final

import polars as pl

from hrdgraph.mapping.execution.ntriples import LineWriter, is_multi, write_lines
from hrdgraph.mapping.execution.scan import RowFacts
from hrdgraph.mapping.execution.spill import Distinct
from hrdgraph.mapping.execution.uniqueness import UniquenessProbe, once
from hrdgraph.mapping.expressions import term_references
from hrdgraph.mapping.plan import Plan, QuadRule, terms_of
from hrdgraph.mapping.planning.keys import Key, prove_distinct
from hrdgraph.rdf.graph import DEFAULT_GRAPH
from hrdgraph.sources.reference_columns import kinds_of

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
                    self._hold(rule, lines)

    def _hold(self, rule: QuadRule, lines: pl.Series) -> None:
        """Hold lines back beside those that they may be equal to."""
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


def _without(rules: Sequence[QuadRule], others: Sequence[QuadRule]) -> list[QuadRule]:
    """Return the rules that are not among others, compared by number: thousands of them take long
    to compare by value."""
    numbers = {rule.number for rule in others}
    return [rule for rule in rules if rule.number not in numbers]


def _used_columns(frame: pl.DataFrame, rules: Sequence[QuadRule]) -> list[str]:
    """Return the columns that the quads of rules depend on, including kinds."""
    names, present = (
        dict.fromkeys(name for term in terms_of(rules) for name in term_references(term)),
        frozenset(frame.columns),
    )
    return [column for name in names for column in (name, kinds_of(name)) if column in present]
