"""Check a finished graph: queries that must have no answer, and what sources promise to hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import polars as pl

from hrdgraph.catalogue import Label, Message
from hrdgraph.errors import HrdgraphError, Origin, SourceError, raise_all
from hrdgraph.findings.model import ROW_MARK, Finding, Kind, Severity, in_order, messages_of
from hrdgraph.nearest import meant
from hrdgraph.paths import project_path
from hrdgraph.project import Expectation, Source
from hrdgraph.queries import Query, Violation, check
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.sources import ROW
from hrdgraph.store.contract import Reader
from hrdgraph.vocab import PREFIXES, RDF


def run_checks(
    checks: Iterable[Query], store: Reader, *, root: Path | None = None
) -> list[Finding]:
    """Run every check. The rule is the name of the query, its place the file (relative to
    `root`). A check without a severity finds violations, one without messages tells its title.
    Raises QueryError for the checks that cannot run.
    """
    result: list[Finding] = []
    errors: list[HrdgraphError] = []
    for query in checks:
        try:
            result.extend(_finding(violation, root) for violation in check(store, query))
        except HrdgraphError as error:
            errors.append(error)
    raise_all(errors)
    return in_order(result)


def _finding(violation: Violation, root: Path | None) -> Finding:
    query, focus = violation.check, violation.focus
    return Finding(
        severity=Severity(query.severity or Severity.VIOLATION), kind=Kind.CHECK,
        rule=f"checks/{query.name}", messages=messages_of(dict(violation.messages)),
        fact=None if violation.messages else Message("check-found", title=_title(query)),
        focus=focus.value if isinstance(focus, IRI) else focus.n3(),
        value=violation.value.n3() if violation.value else None, place=_place(query, root),
        compared=violation.cells,
    )  # fmt: skip


def _title(query: Query) -> Label:
    return Label(query.titles or (("", query.name),))


def _place(query: Query, root: Path | None) -> Origin:
    if query.path is None:
        return Origin()
    return Origin(project_path(query.path, root))


T = TypeVar("T")

FIRST_ROW = 2  # of the data, in a spreadsheet: row 1 is the header


@dataclass(frozen=True)
class _ExpectationBasis:
    """The context of one expectation: where it is written and where its rows are."""

    expectation: Expectation
    rule: str
    place: Origin
    file: str

    def finding(
        self, code: str, focus: str, value: str | None = None, origins: Sequence[Origin] = (),
        **parts: object,
    ) -> Finding:  # fmt: skip
        return Finding(
            severity=Severity.VIOLATION, kind=Kind.EXPECTATION, rule=self.rule, place=self.place,
            focus=focus, value=value, fact=Message(code, **parts), origins=tuple(origins),
        )  # fmt: skip


def check_expectations(
    source: Source, tables: Mapping[str, pl.DataFrame], graph: ColumnGraph, *, folder: str = ""
) -> list[Finding]:
    """Hold `tables` (by file name; a column `ROW` gives their row numbers) and the quads of the
    source against its expectations. `folder` is the source's folder as people know it. Raises
    SourceError for an expectation about a table, column or class that does not exist.
    """
    folder = folder or str(source.folder)
    result: list[Finding] = []
    for expectation in source.expectations:
        place = Origin(f"{folder}/source.toml", node=f'[[expect]] "{expectation.title}"')
        ground = _ExpectationBasis(
            expectation, f"{source.name}: {expectation.title}", place,
            f"{folder}/{expectation.table}",
        )  # fmt: skip
        if expectation.table:
            frame = _look_up(tables, expectation.table, place)
            result.extend(_of_table(ground, frame))
        else:
            result.extend(_of_class(ground, graph))
    return in_order(result)


def _of_table(ground: _ExpectationBasis, frame: pl.DataFrame) -> Iterator[Finding]:
    wanted = ground.expectation
    for name in (*wanted.complete, *wanted.distinct):
        _look_up(frame.schema, name, ground.place)
    yield from _amount(ground, frame.height, wanted.table, ground.file)
    for name in wanted.complete:
        for row in _number_rows(frame).filter(_words(name) == "")[ROW]:
            origin = Origin(ground.file, row=row, column=name)
            yield ground.finding(
                "column-must-be-filled", _row_name(origin), origins=[origin], column=name
            )
    if wanted.distinct:
        yield from _find_repeats(ground, frame)


def _of_class(ground: _ExpectationBasis, graph: ColumnGraph) -> Iterator[Finding]:
    name = ground.expectation.class_name
    prefix, colon, local = name.partition(":")
    if not colon or (not local.startswith("//") and prefix not in PREFIXES):
        hint = Message("write-class", known=", ".join(PREFIXES))
        raise SourceError(
            Message("class-unknown", name=name) if name else Message("target-unset"),
            origin=ground.place,
            hint=hint,
        )
    iri = name if local.startswith("//") else PREFIXES[prefix] + local
    count = graph.where(p=RDF.type, o=f"<{iri}>").quads["s"].n_unique()
    yield from _amount(ground, count, name, iri)


def _amount(ground: _ExpectationBasis, count: int, what: str, focus: str) -> Iterator[Finding]:
    least, most = ground.expectation.min_rows, ground.expectation.max_rows
    if least is not None and count < least:
        yield ground.finding("rows-too-few", focus, str(count), what=what, bound=least, count=count)
    if most is not None and count > most:
        yield ground.finding("rows-too-many", focus, str(count), what=what, bound=most, count=count)


def _find_repeats(ground: _ExpectationBasis, frame: pl.DataFrame) -> Iterator[Finding]:
    """Yield a finding for each combination that several rows share; rows empty in these columns
    are not compared."""
    names = list(ground.expectation.distinct)
    keys = _number_rows(frame).select(ROW, *(_words(name) for name in names))
    filled = keys.filter(pl.any_horizontal(pl.col(names) != ""))
    for *cells, rows in (
        filled.group_by(names, maintain_order=True)
        .agg(ROW)
        .filter(pl.col(ROW).list.len() > 1)
        .iter_rows()
    ):
        origins = [
            Origin(ground.file, row=row, column=names[0] if len(names) == 1 else None)
            for row in rows
        ]
        yield ground.finding(
            "column-must-differ", _row_name(origins[0]), ", ".join(cells), origins,
            column=", ".join(names), count=len(rows),
        )  # fmt: skip


def _number_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with the spreadsheet numbers of its rows, from the reader or else
    counted."""
    return frame if ROW in frame.columns else frame.with_row_index(ROW, FIRST_ROW)


def _words(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String).fill_null("").str.strip_chars()


def _row_name(origin: Origin) -> str:
    """Return the row as an address, after RFC 7111 (where the header is row 1, too)."""
    return f"{origin.file}{ROW_MARK}{origin.row}"


def _look_up(things: Mapping[str, T], name: str, place: Origin) -> T:
    if name in things:
        return things[name]
    hint = meant(name, things)
    raise SourceError("not-known-here", name=name, origin=place, hint=hint)
