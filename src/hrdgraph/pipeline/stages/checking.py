"""Find all that is wrong with a built graph, of whatever kind, with the source rows behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin
from hrdgraph.explain.lineage import Lineage
from hrdgraph.findings.checks import check_expectations, run_checks
from hrdgraph.findings.model import (
    ANY,
    TRACED,
    Finding,
    Kind,
    KnownFinding,
    Severity,
    Trace,
    TraceRequest,
    mark_known,
    read_known,
    with_origins,
)
from hrdgraph.findings.table_checks import Frames
from hrdgraph.identity.canonical import dangling
from hrdgraph.identity.ledger import Ledger
from hrdgraph.paths import project_path
from hrdgraph.pipeline.stages.disagreements import with_both_sides
from hrdgraph.privacy.withdrawals import IDLE, RETURN, withdrawals_of
from hrdgraph.privacy.withdrawn_names import LikelyReturn, return_fields
from hrdgraph.project import Project, Source
from hrdgraph.queries import CHECKS, Catalogue
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.stage_progress import Tell, counted, nobody
from hrdgraph.store.contract import Reader

ROWS = 3  # source rows shown for a finding


def run_all_checks(
    project: Project, sources: tuple[Source, ...], tables: Frames, graph: ColumnGraph,
    store: Reader, catalogue: Catalogue, tell: Tell = nobody,
) -> list[Finding]:  # fmt: skip
    """Run the expectations of the sources and the check queries."""
    root = project.root
    found = run_checks(counted(catalogue.topic(CHECKS), tell), store, root=root)
    for source in sources:
        own = {file: frame for (name, file), frame in tables.items() if name == source.name}
        quads = graph.where(g=IRI(project.graph_name(source.name)))
        found += check_expectations(source, own, quads, folder=project_path(source.folder, root))
    return found


def find_dangling(project: Project, ledger: Ledger, graph: ColumnGraph) -> list[Finding]:
    """Find the judgements about things that no source mentions; `graph` is in the names of the
    sources."""
    places = _places_in(project.judgements_file, project)
    # a judgement that somebody is not one who was withdrawn outlives the tables of the latter
    gone = {row.iri for row in withdrawals_of(project).rows}
    return [
        _idle_rows(
            Severity.WARNING,
            "judgement-of-nothing",
            Message("judgement-of-nothing"),
            item.iri,
            places(item.rows),
            item.suggestion,
        )
        for item in dangling(ledger, graph)
        if item.iri not in gone
    ]


def find_idle(
    project: Project, ledger: Ledger, graph: ColumnGraph, returns: tuple[LikelyReturn, ...] = ()
) -> list[Finding]:
    """Find the withdrawals that take nothing down: violations, for who was to be safe may not be;
    and who may have come back after a withdrawal, and is closed until somebody answers. `graph`
    is in the names of the sources."""
    places, down = _places_in(project.withdrawn_file, project), withdrawals_of(project)
    asked = {each.withdrawn for each in returns}
    return [
        Finding(
            severity=Severity.WARNING,
            kind=Kind.SOURCE,
            rule=RETURN,
            fact=Message("likely-return", **return_fields(each, down)),
            focus=each.iri,
        )
        for each in returns
    ] + [
        _idle_rows(
            Severity.VIOLATION,
            IDLE,
            Message("withdrawal-of-nothing"),
            item.row.iri,
            places([item.row.number]),
            item.suggestion,
        )
        for item in down.find_idle(ledger, graph, asked)
    ]


def _places_in(path: Path, project: Project) -> Callable[[Iterable[int]], tuple[Origin, ...]]:
    file = project_path(path, project.root)
    return lambda rows: tuple(Origin(file, row) for row in rows)


def _idle_rows(
    severity: Severity, rule: str, fact: Message, iri: str, origins: tuple[Origin, ...],
    suggestion: str,
) -> Finding:  # fmt: skip
    """Rows of a list that name a thing of which no source speaks."""
    return Finding(
        severity=severity, kind=Kind.SOURCE, rule=rule, fact=fact, focus=iri, origins=origins,
        suggestion=suggestion,
    )  # fmt: skip


def explain_findings(
    project: Project, found: list[Finding], lineage: Lineage, *, whole: bool
) -> tuple[Finding, ...]:
    """Add the rows that findings come from, and mark those that are known. After a whole build,
    rows of the known that fit none are findings too; a part of the sources, or a build without
    shapes, cannot tell."""
    known = read_known(
        project.known_findings_file, file=project_path(project.known_findings_file, project.root)
    )
    if not whole:
        rules = {finding.rule for finding in found}
        known = tuple(row for row in known if row.rule in rules)
    there = frozenset(finding.focus for finding in found)
    known = tuple(_under_its_name(row, lineage, there) for row in known)
    placed = with_compared_cells(with_both_sides(found, lineage, ROWS), lineage)
    return tuple(mark_known(with_origins(placed, _tracer(lineage)), known))


def with_compared_cells(findings: Iterable[Finding], lineage: Lineage) -> list[Finding]:
    """Add the cells of the statements that a check compares, those of both rows, to its
    findings."""
    result = list(findings)
    asked = [(at, one) for at, item in enumerate(result) for one in item.compared][:TRACED]
    exact = lineage.each([one for _, one in asked], most=ROWS)
    anyway = lineage.each([(*one[:2], None) for _, one in asked], most=ROWS)
    for (at, _), said, usual in zip(asked, exact, anyway, strict=True):
        cells = (cell.origin for trace in said or usual for cell in trace.cells)
        rows = (row for trace in said or usual for row in trace.rows)
        found = list(dict.fromkeys(cells)) or list(dict.fromkeys(rows))
        merged = dict.fromkeys((*result[at].origins, *found[:ROWS]))
        result[at] = replace(result[at], origins=tuple(merged))
    return result


def _under_its_name(row: KnownFinding, lineage: Lineage, there: frozenset[str]) -> KnownFinding:
    """Return the row with the name of its thing that findings have: it may have been written when
    the thing had another."""
    if row.focus in there or row.focus == ANY:
        return row
    names = sorted(name[1:-1] for name in lineage.names(f"<{row.focus}>"))
    return replace(row, focus=next((name for name in names if name in there), row.focus))


def _tracer(lineage: Lineage) -> Trace:
    """Rows behind findings: those that said the path of a focus, else anything of it, else
    anything of its value: a rule about a property or a class has that as its focus, and the
    thing that is wrong as its value."""

    def trace(asked: Sequence[TraceRequest]) -> list[tuple[Origin, ...]]:
        found: list[tuple[Origin, ...]] = [()] * len(asked)
        for way in (_trace_request, _about, _about_value):
            places = [place for place, one in enumerate(asked) if not found[place] and way(*one)]
            traces = lineage.each(
                [triple for place in places if (triple := way(*asked[place]))], most=ROWS
            )
            for place, ways in zip(places, traces, strict=True):
                found[place] = tuple(dict.fromkeys(row for item in ways for row in item.rows))[
                    :ROWS
                ]
        return found

    return trace


def _trace_request(focus: str, path: str | None, value: str | None) -> TraceRequest | None:
    return (
        (*_about(focus)[:1], IRI(path).n3(), value)
        if path and path.startswith(("http://", "https://"))
        else None
    )


def _about(focus: str, *_: str | None) -> TraceRequest:
    return (focus if focus.startswith("_:") else IRI(focus).n3(), None, None)


def _about_value(_: str, __: str | None, value: str | None) -> TraceRequest | None:
    return (value, None, None) if value and value.startswith("<") else None
