"""Find all that is wrong with a built graph, of whatever kind, with the source rows behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import polars as pl

from hrdgraph.catalogue import Message, must_be, write_like
from hrdgraph.errors import HrdgraphError, Origin, SourceError, raise_all
from hrdgraph.explain.lineage import Lineage
from hrdgraph.findings.model import (
    ANY,
    ROW_MARK,
    TRACED,
    Finding,
    Kind,
    KnownFinding,
    Severity,
    TraceRequest,
    find_in_source,
    in_order,
    mark_known,
    messages_of,
    read_known,
    with_origins,
)
from hrdgraph.findings.table_checks import Frames
from hrdgraph.identity.canonical import dangling
from hrdgraph.identity.ledger import Ledger
from hrdgraph.nearest import hint_at
from hrdgraph.paths import project_path
from hrdgraph.pipeline.stages.disagreements import with_both_sides
from hrdgraph.privacy.withdrawals import IDLE, MENTION, RETURN, withdrawals_of
from hrdgraph.privacy.withdrawn_names import LikelyReturn, return_fields
from hrdgraph.project import Expectation, Project, Source
from hrdgraph.queries.catalogue import CHECKS, Catalogue
from hrdgraph.queries.model import Query
from hrdgraph.queries.run import Violation, check
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.sources import ROW
from hrdgraph.stage_progress import Tell, nobody, tell_each
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
        fact=None if violation.messages else Message("breaks-rule"),
        focus=focus.value if isinstance(focus, IRI) else focus.n3(),
        value=violation.value.n3() if violation.value else None,
        place=Origin(project_path(query.path, root)) if query.path else Origin(),
        compared=violation.cells,
    )  # fmt: skip


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
            result.extend(_of_table(ground, _look_up(tables, expectation.table, place)))
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
        raise SourceError(
            Message("not-known-here", name=name) if name else must_be("class", "iri"),
            origin=ground.place,
            hint=write_like("hrd:AwardConferral"),
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
    raise SourceError("not-known-here", name=name, origin=place, hint=hint_at(name, things))


ROWS = 3  # source rows shown for a finding


def run_all_checks(
    project: Project, sources: tuple[Source, ...], tables: Frames, graph: ColumnGraph,
    store: Reader, catalogue: Catalogue, tell: Tell = nobody,
) -> list[Finding]:  # fmt: skip
    """Run the expectations of the sources and the check queries."""
    root = project.root
    findings = run_checks(tell_each(catalogue.topic(CHECKS), tell), store, root=root)
    for source in sources:
        own = {file: frame for (name, file), frame in tables.items() if name == source.name}
        quads = graph.where(g=IRI(project.graph_name(source.name)))
        findings += check_expectations(source, own, quads, folder=project_path(source.folder, root))
    return findings


def find_dangling(project: Project, ledger: Ledger, graph: ColumnGraph) -> list[Finding]:
    """Find the judgements about things that no source mentions; `graph` is in the names of the
    sources."""
    places = _places_in(project.judgements_file, project)
    # a judgement that somebody is not one who was withdrawn outlives the tables of the latter
    gone = {row.iri for row in withdrawals_of(project).rows}
    return [
        find_in_source(
            Severity.WARNING,
            Message("judgement-of-nothing"),
            item.iri,
            origins=places(item.rows),
            suggestion=item.suggestion,
        )
        for item in dangling(ledger, graph)
        if item.iri not in gone
    ]


def find_idle(
    project: Project, ledger: Ledger, graph: ColumnGraph, returns: tuple[LikelyReturn, ...] = (),
    mentions: tuple[LikelyReturn, ...] = (),
) -> list[Finding]:  # fmt: skip
    """Find the withdrawals that take nothing down: violations, for who was to be safe may not be;
    who may have come back after a withdrawal, and is closed until somebody answers; and what may
    mention somebody. `graph` is in the names of the sources."""
    places, down = _places_in(project.withdrawn_file, project), withdrawals_of(project)
    asked = {each.withdrawn for each in returns}
    return [
        find_in_source(
            Severity.WARNING,
            Message(rule, **return_fields(each, down)),
            each.iri,
            value=each.name if rule == MENTION else None,
        )
        for rule, likely in ((RETURN, returns), (MENTION, mentions))
        for each in likely
    ] + [
        find_in_source(
            Severity.VIOLATION,
            Message(IDLE),
            item.row.iri,
            origins=places([item.row.number]),
            suggestion=item.suggestion,
        )
        for item in down.find_idle(ledger, graph, asked)
    ]


def _places_in(path: Path, project: Project) -> Callable[[Iterable[int]], tuple[Origin, ...]]:
    file = project_path(path, project.root)
    return lambda rows: tuple(Origin(file, row) for row in rows)


def explain_findings(
    project: Project, findings: list[Finding], lineage: Lineage, *, whole: bool
) -> tuple[Finding, ...]:
    """Add the rows that findings come from, and mark those that are known. After a whole build,
    rows of the known that fit none are findings too; a part of the sources, or a build without
    shapes, cannot tell."""
    known = read_known(
        project.known_findings_file, file=project_path(project.known_findings_file, project.root)
    )
    if not whole:
        rules = {finding.rule for finding in findings}
        known = tuple(row for row in known if row.rule in rules)
    there = frozenset(finding.focus for finding in findings)
    known = tuple(_under_its_name(row, lineage, there) for row in known)
    placed = with_compared_cells(with_both_sides(findings, lineage, ROWS), lineage)

    def trace(asked: Sequence[TraceRequest]) -> list[tuple[Origin, ...]]:
        traced = lineage.first_of([_ways_to_trace(*request) for request in asked], most=ROWS)
        rows = (dict.fromkeys(row for way in ways for row in way.rows) for ways in traced)
        return [tuple(each)[:ROWS] for each in rows]

    return tuple(mark_known(with_origins(placed, trace), known))


def with_compared_cells(findings: Iterable[Finding], lineage: Lineage) -> list[Finding]:
    """Add the cells of the statements that a check compares, those of both rows, to its
    findings."""
    result = list(findings)
    asked = [(at, triple) for at, item in enumerate(result) for triple in item.compared][:TRACED]
    traced = lineage.first_of([(triple, (*triple[:2], None)) for _, triple in asked], most=ROWS)
    for (at, _), traces in zip(asked, traced, strict=True):
        cells = dict.fromkeys(cell.origin for trace in traces for cell in trace.cells)
        origins = cells or dict.fromkeys(row for trace in traces for row in trace.rows)
        merged = dict.fromkeys((*result[at].origins, *[*origins][:ROWS]))
        result[at] = replace(result[at], origins=tuple(merged))
    return result


def _under_its_name(row: KnownFinding, lineage: Lineage, there: frozenset[str]) -> KnownFinding:
    """Return the row with the name of its thing that findings have: it may have been written when
    the thing had another."""
    if row.focus in there or row.focus == ANY:
        return row
    names = sorted(name[1:-1] for name in lineage.names(f"<{row.focus}>"))
    return replace(row, focus=next((name for name in names if name in there), row.focus))


def _ways_to_trace(focus: str, path: str | None, value: str | None) -> list[TraceRequest]:
    """Return the statements behind a finding: those that said the path of its focus, else anything
    of it, else anything of its value: a rule about a property or a class has that as its focus, and
    the thing that is wrong as its value."""
    about = focus if focus.startswith("_:") else IRI(focus).n3()
    ways: list[TraceRequest] = [(about, None, None)]
    if path and path.startswith(("http://", "https://")):
        ways.insert(0, (about, IRI(path).n3(), value))
    return [*ways, (value, None, None)] if value and value.startswith("<") else ways
