"""Findings whose rows are known into findings whose cells are known: the columns that the
mapping makes their property of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from hrdgraph.errors import Origin
from hrdgraph.explain import SourcePlan
from hrdgraph.mapping.expressions import term_references
from hrdgraph.mapping.model import Constant, Template
from hrdgraph.mapping.plan import QuadRule
from hrdgraph.mapping.planning.cell_origins import cells_of
from hrdgraph.paths import project_path
from hrdgraph.rdf import IRI
from hrdgraph.rdf.term_texts import texts_of
from hrdgraph.validate import Finding
from hrdgraph.validate.findings.source_rows import TypedRows

# by predicate and file: a column, and how the IRIs it is said of begin
Columns = Mapping[tuple[str, str], Mapping[str, tuple[str, ...]]]


def with_columns(
    findings: Iterable[Finding], plans: Iterable[SourcePlan], typed: TypedRows, root: Path
) -> list[Finding]:
    """Name the columns in the origins of findings about a property: of several that make it,
    those that hold the value. A value that is missing is missing from all of them."""
    found = list(findings)
    paths = {finding.path for finding in found if finding.path and _rows(finding)}
    columns = _columns(plans, paths, root) if paths else {}
    return [
        replace(item, origins=_placed(item, columns, typed)) if item.path in paths else item
        for item in found
    ]


def _rows(finding: Finding) -> bool:
    return any(origin.row and not origin.column for origin in finding.origins)


def _columns(plans: Iterable[SourcePlan], paths: set[str], root: Path) -> Columns:
    columns: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {}
    for rule in (rule for item in plans for rule in item.plan.rules):
        made = rule.predicate.expression
        if isinstance(made, Constant) and isinstance(made.term, IRI) and made.term.value in paths:
            for file, column in _cells(rule, root):
                starts = columns.setdefault((made.term.value, file), {})
                starts[column] = (*starts.get(column, ()), _start(rule))
    return columns


def _start(rule: QuadRule) -> str:
    """How the IRIs of a rule's subjects begin, as far as the mapping says."""
    match rule.subject.expression:
        case Template((str() as start, *_)):
            return start
        case Constant(IRI(value)):
            return value
        case _:
            return ""


def _cells(rule: QuadRule, root: Path) -> Iterable[tuple[str, str]]:
    for name in term_references(rule.object):
        yield from (
            (project_path(source.path, root), column)
            for _, source, column in cells_of(rule.relation, name)
        )


def _placed(finding: Finding, columns: Columns, typed: TypedRows) -> tuple[Origin, ...]:
    """The origins, each that has a row and no column once for each of its columns."""
    value = texts_of(finding.value) if finding.value else set()
    placed: dict[Origin, None] = {}
    for origin in finding.origins:
        known = (
            {}
            if origin.column or not origin.row
            else columns.get((finding.path or "", origin.file), {})
        )
        names = tuple(
            name for name, starts in known.items() if finding.focus.startswith(starts)
        ) or tuple(known)
        names = _holding(origin, names, value, typed) if len(names) > 1 and value else names
        placed |= dict.fromkeys([replace(origin, column=name) for name in names] or [origin])
    return tuple(placed)


def _holding(
    origin: Origin, names: tuple[str, ...], value: set[str], typed: TypedRows
) -> tuple[str, ...]:
    row = typed.row(origin)
    cells = dict(row.cells) if row else {}
    return tuple(name for name in names if (cells.get(name) or "").strip() in value) or names
