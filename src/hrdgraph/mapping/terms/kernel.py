"""The term kernel: turn batches of rows and term maps into columns of N-Triples terms, all terms
of a batch in one pass. A column holds one text for each row, or a list of texts where a
reference is multi-valued; null means no term."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import polars as pl

from hrdgraph.mapping.expressions import (
    constant_text,
    expressions,
    references,
    term_references,
    terms_in_quote,
    walk_terms,
)
from hrdgraph.mapping.functions.calls import call
from hrdgraph.mapping.model import (
    Constant,
    Expression,
    FinishedTerms,
    FunctionExecution,
    QuotedTriple,
    Reference,
    TermMap,
    TermType,
)
from hrdgraph.mapping.terms.iris import Batch, Test
from hrdgraph.mapping.terms.terms import (
    Parts,
    concat,
    constant_term,
    is_constant,
    natural_datatype,
    parts,
    term_parts,
    treatments,
    with_kinds,
)
from hrdgraph.mapping.terms.typed_literals import LINE, BadValue, Check
from hrdgraph.sources.reference_columns import HIDDEN
from hrdgraph.sources.values import all_named, constant_column, series


class PreparedBatch(NamedTuple):
    """A batch ready to make terms: its rows with all that terms need, the pieces of each term
    map's texts (N-Triples texts, or lists of them), the term maps that make lists, and checks
    to evaluate with them. `tests` found that no value needs treatment; None if something was
    computed from these very rows."""

    frame: pl.DataFrame
    terms: dict[TermMap, Parts]
    lists: frozenset[TermMap]
    checks: tuple[Check, ...]
    tests: tuple[Test, ...] | None = None

    def serves(self, batch: Batch) -> bool:
        """Say whether other rows with the same columns can use its expressions, which take longer
        to make than few rows do to process."""
        return self.tests is not None and batch.needs_none(self.tests)

    def check_with(self, columns: dict[str, pl.Expr]) -> pl.DataFrame:
        """Add columns to the rows. MappingError with row and reference where a value cannot be a
        term."""
        if not columns and not self.checks:
            return self.frame
        doubts = {
            f"{HIDDEN}doubt:{number}": check.doubt.any() for number, check in enumerate(self.checks)
        }
        frame = self.frame.with_columns_seq(**columns, **doubts)
        for check, name in zip(self.checks, doubts, strict=True):
            if frame.height and frame[name][0]:
                check.settle(self.frame)
        return frame

    def columns(self, terms: Iterable[TermMap]) -> dict[TermMap, pl.Series]:
        """Return the terms of term maps, checked."""
        names = {term: f"{HIDDEN}term:{number}" for number, term in enumerate(dict.fromkeys(terms))}
        frame = self.check_with({name: concat(self.terms[term]) for term, name in names.items()})
        return {term: frame[name] for term, name in names.items()}


def repeating(batch: Batch, terms: Iterable[TermMap]) -> Batch:
    """Treat the texts of a batch that repeat: its parts have fewer that do."""
    own = [
        term
        for term in dict.fromkeys(terms)
        if not is_constant(term)
        and not any(isinstance(e, FunctionExecution) for e in expressions(term))
    ]
    batch.treat_repeating(
        item for term in own if _is_plain(batch, term) for item in treatments(batch, term)
    )
    return batch


def prepare(rows: pl.DataFrame | Batch, terms: Iterable[TermMap]) -> PreparedBatch:
    """Make a batch of at least one row ready for term maps. MappingError where a function
    refuses a value."""
    batch = rows if isinstance(rows, Batch) else Batch(rows)
    width = batch.frame.width
    pieces, checks, lists = dict[TermMap, Parts](), list[Check](), set[TermMap]()
    distinct = dict.fromkeys(terms)
    plain = [term for term in distinct if not is_constant(term) and _is_plain(batch, term)]
    batch.treat(item for term in plain for item in treatments(batch, term))
    for term in plain:
        pieces[term], more = term_parts(batch, term)
        checks += more
    for term in distinct:
        if is_constant(term):
            pieces[term] = [constant_term(term)]
        elif term not in pieces:
            name = batch.add((term,), partial(_apart, batch, term))
            pieces[term] = [pl.col(name)]
            lists |= {term} if batch.is_multi(name) else set()
    tests = tuple(batch.tests) if batch.frame.width == width else None
    return PreparedBatch(batch.frame, pieces, frozenset(lists), tuple(checks), tests)


def term_columns(frame: pl.DataFrame, terms: Iterable[TermMap]) -> dict[TermMap, pl.Series]:
    """Return the terms that term maps make of at least one row. MappingError with row and
    reference where a value cannot be one."""
    return prepare(frame, terms).columns(terms)


def term_column(frame: pl.DataFrame, term: TermMap) -> pl.Series:
    """Return the terms of one term map for a batch. MappingError with row and reference where a
    value cannot be one."""
    return term_columns(frame, [term])[term]


def value_column(frame: pl.DataFrame, expression: Expression) -> pl.Series:
    """Return the raw texts of an expression for a batch, as a field of a view or a join key."""
    multi = [name for name in references(expression) if frame.get_column(name).dtype == pl.List]
    return (
        _collect(frame, multi, lambda spread: _value(spread, expression))
        if multi
        else _value(frame, expression)
    )


def _value(frame: pl.DataFrame, expression: Expression) -> pl.Series:
    """Return the texts of an expression over single-valued columns."""
    match expression:
        case Reference(name):
            return series(frame, name).cast(pl.String)
        case Constant():
            return constant_column(constant_text(expression) or "", frame.height)
        case FunctionExecution():
            return _call(frame, expression)
        case _:
            batch = Batch(frame)
            return batch.frame.with_columns(concat(parts(batch, expression, None)).alias("value"))[
                "value"
            ]


def _call(frame: pl.DataFrame, expression: FunctionExecution) -> pl.Series:
    arguments = [value_column(frame, argument) for _, argument in expression.inputs]
    if not any(column.dtype == pl.List for column in arguments):
        return call(expression, arguments, frame.height)
    numbered = pl.DataFrame([column.rename(f"{number}") for number, column in enumerate(arguments)])
    inputs = tuple(
        (name, Reference(f"{number}")) for number, (name, _) in enumerate(expression.inputs)
    )
    return value_column(numbered, replace(expression, inputs=inputs))


def _is_plain(batch: Batch, term: TermMap) -> bool:
    """Say whether a term map makes one term of every row, if its calls are computed as columns."""
    if any(part.condition is not None for part in walk_terms(term)) or any(
        batch.is_multi(name) for name in term_references(term)
    ):
        return False
    calls = [e for e in expressions(term) if isinstance(e, FunctionExecution)]
    return not any(batch.is_multi(batch.add((e,), partial(_call, batch.frame, e))) for e in calls)


def _apart(batch: Batch, term: TermMap) -> pl.Series:
    """Return the terms of a term map that needs rows of its own: for multi-valued cells, functions
    with many results, or conditions."""
    multi = [name for name in term_references(term) if batch.is_multi(name)]
    if multi:
        return _collect(batch.frame, multi, lambda spread: term_column(spread, term))
    if term.condition is not None:
        return _where(
            batch.frame,
            _is_true(_value(batch.frame, term.condition)),
            replace(term, condition=None),
        )
    if isinstance(term.expression, QuotedTriple):
        return _quote(batch.frame, term)
    parts = (term.expression, term.datatype or natural_datatype(term), term.language)
    value, datatype, language = (_result(batch, part) for part in parts)
    return term_column(
        batch.frame,
        replace(term, expression=value or term.expression, datatype=datatype, language=language),
    )


def _is_true(values: pl.Series) -> pl.Series:
    """Say whether a condition holds; one true value of several is enough."""
    return values.list.contains("true") if values.dtype == pl.List else values == "true"


def _result(batch: Batch, expression: Expression | None) -> Expression | None:
    """Return a reference to the result of a function; other expressions as they are."""
    if not isinstance(expression, FunctionExecution):
        return expression
    return Reference(batch.add((expression,), partial(_call, batch.frame, expression)))


def _quote(frame: pl.DataFrame, term: TermMap) -> pl.Series:
    """Return triples of terms that need rows of their own; for several in a row, their cartesian
    product."""
    terms = terms_in_quote(term)
    parts = term_columns(frame, terms)
    columns = pl.DataFrame([parts[part].alias(f"{number}") for number, part in enumerate(terms)])
    finished = replace(
        term,
        expression=QuotedTriple(
            *(TermMap(FinishedTerms(f"{number}"), TermType.ANY) for number in range(len(terms)))
        ),
    )
    return term_column(columns, finished)


def _where(frame: pl.DataFrame, kept: pl.Series, term: TermMap) -> pl.Series:
    """Return the terms of some rows, null in the others."""
    rows = _number_rows(frame)
    some = rows.filter(kept)
    if not some.height:
        return constant_column(None, frame.height)
    terms = _beside_lines(some, lambda rows: term_column(rows, term))
    return rows.select(LINE).join(terms, on=LINE, how="left", maintain_order="left")["made"]


def _number_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """Number rows anew, replacing the numbers of surrounding rows."""
    return frame.drop(LINE, strict=False).with_row_index(LINE)


def _beside_lines(rows: pl.DataFrame, make: Callable[[pl.DataFrame], pl.Series]) -> pl.DataFrame:
    """Return what is made of numbered rows, beside their numbers, which errors have too."""
    try:
        return rows.select(pl.col(LINE), make(rows).alias("made"))
    except BadValue as error:
        error.stand_for(rows[LINE])
        raise


def _collect(
    frame: pl.DataFrame, multi: list[str], make: Callable[[pl.DataFrame], pl.Series]
) -> pl.Series:
    """Spread multi-valued cells into their cartesian product, make terms, and collect those of
    each row in a list."""
    spread = _number_rows(frame)
    for name in multi:
        spread = spread.explode(all_named(with_kinds(spread, [name])))
    terms = _beside_lines(spread, make)
    terms = terms.explode("made") if terms.schema["made"] == pl.List else terms
    lists = terms.drop_nulls("made").group_by(LINE, maintain_order=True).agg("made")
    lines = pl.DataFrame({LINE: pl.Series(range(frame.height), dtype=terms.schema[LINE])})
    return lines.join(lists, on=LINE, how="left", maintain_order="left")["made"]
