"""Mapped quads into text lines, each once: written as they come where keys prove them distinct, else held back and sorted out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import BinaryIO, Final

import polars as pl

from hrdgraph.mapping.model import Call, TermMap, expressions, term_references
from hrdgraph.mapping.plan import Plan, Rule, terms_of
from hrdgraph.mapping.planning.keys import Key, key_of, overlapping
from hrdgraph.mapping.running.reading import Known
from hrdgraph.mapping.running.sinks import quads_of
from hrdgraph.mapping.running.spill import Distinct
from hrdgraph.mapping.running.unique import Unique
from hrdgraph.mapping.terms.batch import Batch
from hrdgraph.mapping.terms.kernel import Prepared, prepare, repeating
from hrdgraph.mapping.terms.terms import constant_term, is_constant, joined
from hrdgraph.rdf.graph import DEFAULT_GRAPH
from hrdgraph.sources.kinds import HIDDEN, kinds_of
from hrdgraph.sources.parallel import in_order

_LINES_AT_ONCE: Final = 200_000  # bounds the text that is alive at once; with half as many, handing over costs more than it saves
MEMORY: Final = 256 << 20  # bytes of lines that are held back before they go to disk
_JOB: Final = 32 << 20  # bytes of the two parts that a processor has in hand


class LineSink:
    """Writes N-Quads lines (or, without graph names, N-Triples) to a stream, each distinct line once.

    `graph` is the N-Triples text of the graph of rules without a graph map. Lines that cannot be proven distinct are held back,
    up to `memory` bytes in memory, until `finish`. Parts of the rows are worked on by `jobs` processors, as far as `memory` allows.
    """

    def __init__(self, plan: Plan, out: BinaryIO, *, graphs: bool, graph: str = DEFAULT_GRAPH, memory: int = MEMORY, jobs: int = 1) -> None:
        self._jobs = max(1, min(jobs, memory // _JOB))
        self._out, self._graphs, self._default = out, graphs, graph
        told = {id(rule): rule if graphs else replace(rule, graph=None) for rule in plan.rules}  # what of a rule a line tells
        groups = overlapping(told.values())
        self._keys: dict[int, Key] = {number: key_of(rule) for number, rule in told.items() if id(rule) not in groups}
        kinds = {*groups.values(), None}
        self._held = {group: Distinct(memory // len(kinds)) for group in kinds}
        self._groups: dict[int, int | None] = {number: groups.get(id(rule)) for number, rule in told.items()}

    def take(self, frame: pl.DataFrame, rules: Sequence[Rule], known: Known) -> None:
        """Take the quads of rules over rows."""
        lists = {name for name, kind in frame.schema.items() if kind == pl.List}
        alone = [rule for rule in rules if id(rule) in self._keys and not _is_multi(rule, lists)]
        proven = [rule for rule in alone if known.unique & self._keys[id(rule)].columns]
        rest = [rule for rule in alone if rule not in proven and known.settles(self._keys[id(rule)].columns)]
        frame, settled, keyed = _sorted_out(frame, rest, rules, self._keys) if rest else (frame, [], [])
        proven += settled
        direct = {id(rule) for rule in proven}
        apart = {id(rule) for rule, _ in keyed}
        self._make(frame, [rule for rule in rules if id(rule) not in apart], direct)
        for rule, rows in keyed:
            self._make(rows, [rule], {id(rule)})

    def finish(self) -> None:
        """Write what was held back."""
        for held in self._held.values():
            for lines in held.batches():
                _write(lines, self._out)

    def close(self) -> None:
        """Leave nothing on disk, however the run ended."""
        for held in self._held.values():
            held.close()

    def _make(self, frame: pl.DataFrame, rules: Sequence[Rule], direct: set[int]) -> None:
        """Make the lines of rules, several parts of the rows at a time; write those of `direct` at once, in the order of rows."""
        terms = terms_of(rules)
        parts = _parts(repeating(frame, terms), rules)
        for made in in_order(lambda part: list(self._lines(prepare(part, terms), rules)), parts, self._jobs):
            if direct:  # in one go: each has a cost of its own
                _write(pl.concat([lines for rule, lines in made if id(rule) in direct]), self._out)
            for rule, lines in made:
                if id(rule) not in direct:
                    self._held[self._groups[id(rule)]].add(lines)

    def _lines(self, batch: Prepared, rules: Sequence[Rule]) -> Iterator[tuple[Rule, pl.Series]]:
        """The lines of each rule, none null. Terms that several rules share are made once; others as part of their line."""
        multi = [rule for rule in rules if not batch.lists.isdisjoint(terms_of([rule]))]
        simple = [rule for rule in rules if rule not in multi]
        shared = _shared(simple) | {term: f"{HIDDEN}list:{number}" for number, term in enumerate(terms_of(multi))}
        frame = batch.checked({name: batch.terms[term] for term, name in shared.items()})
        parts = {term: constant_term(term) if is_constant(term) else batch.terms[term] for term in batch.terms}
        parts |= {term: pl.col(name) for term, name in shared.items()}
        made = frame.select(self._line(rule, parts).alias(f"{number}") for number, rule in enumerate(simple))
        yield from zip(simple, (column.drop_nulls() if column.null_count() else column for column in made), strict=True)
        for rule in multi:
            yield rule, self._spread(frame, rule, shared)

    def _line(self, rule: Rule, parts: dict[TermMap, str | pl.Expr]) -> pl.Expr:
        graph = self._default if rule.graph is None else parts[rule.graph]
        named = [graph, " "] if self._graphs and not (isinstance(graph, str) and graph == DEFAULT_GRAPH) else []
        line = joined([parts[rule.subject], " ", parts[rule.predicate], " ", parts[rule.object], " ", *named, "."])
        return line if self._graphs or isinstance(graph, str) else pl.when(graph.is_not_null()).then(line)

    def _spread(self, frame: pl.DataFrame, rule: Rule, names: dict[TermMap, str]) -> pl.Series:
        """The lines of a rule with several terms in a row."""
        default = pl.repeat(self._default, frame.height, eager=True)
        terms = [default if term is None else frame[names[term]] for term in (rule.subject, rule.predicate, rule.object, rule.graph)]
        quads = quads_of(terms)
        graph = pl.when(pl.col("g") == DEFAULT_GRAPH).then(pl.lit("")).otherwise(pl.col("g") + " ") if self._graphs else pl.lit("")
        line = joined([pl.col("s"), " ", pl.col("p"), " ", pl.col("o"), " ", graph, "."])
        return quads.select(line.alias("line"))["line"].drop_nulls()


def _write(lines: pl.Series, out: BinaryIO) -> None:
    lines.to_frame("line").write_csv(out, include_header=False, quote_style="never")


def _parts(batch: Batch, rules: Sequence[Rule]) -> list[Batch]:
    """The rows in parts alike in size, of no more lines than may be alive at once; where there are many, in an even number of parts,
    whatever the processors: the order of lines must not depend on these."""
    height = batch.frame.height
    lines = height * len(rules)
    count = -(-lines // _LINES_AT_ONCE)
    count += count % 2 if lines > _LINES_AT_ONCE // 4 else 0
    return list(batch.parts(max(-(-height // count), 1))) if count else []


def _shared(rules: Sequence[Rule]) -> dict[TermMap, str]:
    """Names for the columns of terms that more than one rule makes."""
    times = Counter(term for rule in rules for term in terms_of([rule]) if not is_constant(term))
    return {term: f"{HIDDEN}shared:{number}" for number, (term, count) in enumerate(times.items()) if count > 1}


def _is_multi(rule: Rule, lists: set[str]) -> bool:
    """Whether a row may make several quads, of which no proof is known: of columns that hold lists, or of a function."""
    names = [name for term in terms_of([rule]) for name in term_references(term)]
    calls = any(isinstance(expression, Call) for term in terms_of([rule]) for expression in expressions(term))
    return calls or not lists.isdisjoint(names)


Keys = dict[int, Key]


def _sorted_out(
    frame: pl.DataFrame, alone: Sequence[Rule], rules: Sequence[Rule], keys: Keys
) -> tuple[pl.DataFrame, list[Rule], list[tuple[Rule, pl.DataFrame]]]:
    """The rows to make quads of, the rules whose quads are then distinct, and others with the rows that make each quad once."""
    unique = Unique(frame)
    proven = unique.by_shared(alone, keys) if len(alone) > 1 else [rule for rule in alone if unique.by_all(keys[id(rule)])]
    rest = [rule for rule in alone if rule not in proven]
    if rest and not proven:
        used = _used(frame, rules)  # whole rows that repeat are the usual reason; where a column differs in every row, there are none
        frame = frame.unique(used, keep="first", maintain_order=True) if used else frame.head(1)
        unique = Unique(frame)
        proven = unique.by_shared(rest, keys)
    proven += [rule for rule in rest if rule not in proven and unique.by_all(keys[id(rule)])]
    keyed = [(rule, names) for rule in rest if rule not in proven and (names := unique.subset(keys[id(rule)]))]
    return frame, proven, [(rule, frame.unique(names, keep="first", maintain_order=True)) for rule, names in keyed]


def _used(frame: pl.DataFrame, rules: Sequence[Rule]) -> list[str]:
    """The columns that the quads of rules depend on, kinds among them."""
    names, known = dict.fromkeys(name for term in terms_of(rules) for name in term_references(term)), frozenset(frame.columns)
    return [column for name in names for column in (name, kinds_of(name)) if column in known]
