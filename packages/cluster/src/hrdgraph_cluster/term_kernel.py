"""The public term kernel: a batch of raw strings (Arrow) into a batch of N-Quads lines, as one
pure function that can be pickled and run wherever there are columns.

Everything before it (scanning, joining, making rows distinct) is what a column engine does on raw
strings; everything that makes text is here, and is the same code that `hrdgraph map` runs.

What a batch must be:

- It has one column for each name in `kernel.columns`, in this order, whatever the engine calls
  them: strings, or lists of strings where a reference has several values. Any object that speaks
  Arrow is one: a record batch, a table, a data frame.
- **Null means no value, and makes no term. An empty string is a value**, and makes the empty
  literal. No engine may turn one into the other on the way.
- The column `ROW` holds the number of each row in its file, as a person counts, so that errors
  name it, and blank nodes without an expression differ. A column `kinds_of(name)` holds what a
  format knows of the values of another column, as numbers of `hrdgraph.sources.values`;
  without it all are strings. `kernel.over(columns)` says which columns there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final, NamedTuple

import polars as pl

from hrdgraph.errors import HrdgraphError
from hrdgraph.mapping.execution.ntriples import LineWriter
from hrdgraph.mapping.execution.relations import FileBatch, RelationBatches
from hrdgraph.mapping.execution.row_rejection import Reject, sound, telling
from hrdgraph.mapping.expressions import term_references
from hrdgraph.mapping.plan import (
    Below,
    Enumerate,
    Gather,
    Join,
    Plan,
    QuadRule,
    Relation,
    Scan,
    parts_of,
    row_columns,
    terms_of,
)
from hrdgraph.mapping.terms.kernel import term_columns
from hrdgraph.rdf.graph import DEFAULT_GRAPH
from hrdgraph.sources import ROW
from hrdgraph.sources.reference_columns import HIDDEN, kinds_of
from hrdgraph.sources.values import by_name

__all__ = ["POSITION", "ROW", "KernelResult", "TermKernel", "base_of", "kinds_of", "term_kernels"]

# the number of a row from 0, without gaps, where a view numbers the rows of a file
POSITION: Final = f"{HIDDEN}position"
_KINDS: Final = kinds_of("")


class KernelResult(NamedTuple):
    """The lines that a batch makes, in a column `line`, and the errors of rows that were left
    out."""

    lines: pl.DataFrame
    rejected: list[HrdgraphError]


@dataclass(frozen=True)
class TermKernel:
    r"""Makes the lines of rules over one relation, of batches of the rows of `base`, a part of it.

    Of rows that cannot be mapped, those are found that any of the rules `probed` refuses: all
    rules over the relation, where others than `rules` are run elsewhere.

    >>> import tempfile
    >>> from pathlib import Path
    >>> import polars as pl
    >>> from hrdgraph.mapping.language.reader import read_mapping
    >>> from hrdgraph.mapping.planning.bind import bind
    >>> from hrdgraph_cluster.term_kernel import term_kernels
    >>> mapping = Path(tempfile.mkdtemp()) / "mapping.yml"
    >>> _ = mapping.with_name("prizes.csv").write_text("key,name\n")
    >>> _ = mapping.write_text('''
    ... prefixes: {ex: "http://example.org/"}
    ... mappings:
    ...   prize: {sources: [prizes.csv~csv], s: "ex:$(key)", po: [[ex:name, $(name)]]}
    ... ''')
    >>> kernel = term_kernels(bind(read_mapping(mapping)))[0]
    >>> kernel.columns == ("key", "name", ROW)
    True
    >>> batch = pl.DataFrame({"a": ["rafto", "lamp"], "b": ["Rafto Prize", None], "c": [2, 3]})
    >>> print(*kernel(batch)["line"])
    <http://example.org/rafto> <http://example.org/name> "Rafto Prize" .
    """

    relation: Relation
    rules: tuple[QuadRule, ...]
    base: Relation
    columns: tuple[str, ...]
    graph: str = DEFAULT_GRAPH
    probed: tuple[QuadRule, ...] = ()

    def over(self, columns: Sequence[str]) -> TermKernel:
        """The same over batches that have these columns."""
        return replace(self, columns=tuple(columns))

    def __call__(self, batch: Any) -> pl.DataFrame:
        """The lines of a batch. MappingError with file, row and column where a value cannot be
        mapped."""
        return self._lines(self._named(batch), None)

    def skipping(self, batch: Any) -> KernelResult:
        """The same without the rows that cannot be mapped, which are told."""
        rejected = list[HrdgraphError]()
        return KernelResult(self._lines(self._named(batch), rejected.append), rejected)

    def _named(self, batch: Any) -> pl.DataFrame:
        frame = batch.clone() if isinstance(batch, pl.DataFrame) else pl.DataFrame(batch)
        frame.columns = list(self.columns)
        return typed(frame)

    def _lines(self, frame: pl.DataFrame, reject: Reject | None) -> pl.DataFrame:
        made = list[pl.Series]()
        if frame.height:
            rows = rows_over(self.relation, self.base, frame, reject)
            probe = partial(term_columns, terms=terms_of(self.probed or self.rules))
            rows = sound(rows, self.relation, probe, reject) if rows.height else rows
            with telling(rows, self.relation, probe):
                made = self._made(rows)
        none = pl.Series("line", dtype=pl.String)
        return pl.concat([none, *made]).alias("line").to_frame()

    def _made(self, rows: pl.DataFrame) -> list[pl.Series]:
        if not rows.height:
            return []
        writer = LineWriter(True, self.graph)
        parts = writer.by_parts(rows, self.rules, 1)
        return [lines.alias("line") for part in parts for _, lines in part]


def term_kernels(plan: Plan, *, graph: str = DEFAULT_GRAPH) -> tuple[TermKernel, ...]:
    """A kernel for each relation of a plan; `graph` is the N-Triples text of the graph of rules
    without a graph map. Those over a join have the columns that the rules use, and no other."""
    return tuple(
        TermKernel(relation, tuple(rules), base, _columns(base, rules), graph)
        for relation, rules in plan.by_relation()
        for base in [base_of(relation)]
    )


def _columns(base: Scan | Join, rules: Sequence[QuadRule]) -> tuple[str, ...]:
    if isinstance(base, Scan):
        return (*base.columns, ROW)
    names = (name for term in terms_of(rules) for name in term_references(term))
    return (*dict.fromkeys(names), *(name for name, _ in row_columns(base)))


def base_of(relation: Relation) -> Scan | Join:
    """The part of a relation that takes more than its own rows, or makes them: the scan, or the
    outermost join."""
    return relation if isinstance(relation, Scan | Join) else base_of(relation.child)


def rows_over(
    relation: Relation, base: Relation, frame: pl.DataFrame, reject: Reject | None
) -> pl.DataFrame:
    """The rows of a relation over some rows of a part of it: whatever needs no other rows."""
    rows, made = RelationBatches(reject), dict[int, pl.DataFrame]()
    batch = FileBatch(made, {})
    made[base.number] = frame.drop(POSITION, strict=False)
    if POSITION in frame.columns:
        for part in _numbered(relation):
            below = rows.of(part.child, batch)
            made[part.number] = below.hstack([frame[POSITION].cast(pl.UInt32).alias(part.name)])
    return rows.of(relation, batch)


def _numbered(relation: Relation) -> Iterable[Enumerate]:
    return (part for part in parts_of(relation) if isinstance(part, Enumerate) and is_of_file(part))


def is_of_file(relation: Enumerate) -> bool:
    """Whether it numbers the rows of a file, and not what was made of them."""
    below = relation.child
    while isinstance(below, Below):
        below = below.child
    return isinstance(below, Scan)


def is_across(relation: Relation) -> bool:
    """Whether it is a collection of terms from rows all over the file."""
    return any(isinstance(part, Gather) and part.is_named for part in parts_of(relation))


def typed(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame as the column engine has it; other engines have no unsigned numbers."""
    return frame.with_columns(
        by_name(name).cast(_type(name, kind))
        for name, kind in frame.schema.items()
        if name.startswith(HIDDEN) and name != POSITION
    )


def _type(name: str, kind: pl.DataType) -> pl.DataType | type[pl.DataType]:
    if not name.startswith(_KINDS):
        return pl.UInt32
    return pl.List(pl.UInt8) if kind == pl.List else pl.UInt8
