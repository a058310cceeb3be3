"""Warnings for whoever builds: properties that are said of persons and are not named as public, and
rows that may tell who they are by what is left.

The second is a small check: it looks at the columns that source.toml names as `quasi_identifiers`,
in one table at a time. It does not know what else can be read elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, ProjectError
from hrdgraph.explain.lineage import SourcePlan
from hrdgraph.findings.model import Finding, Kind, Severity, find_in_rows
from hrdgraph.findings.source_rows import TypedRows
from hrdgraph.mapping.model import Constant, TermMap
from hrdgraph.mapping.plan import QuadRule
from hrdgraph.paths import project_path
from hrdgraph.privacy.node_kinds import Missing
from hrdgraph.privacy.redaction import Secrets
from hrdgraph.project import Project, Source, Table
from hrdgraph.rdf import IRI
from hrdgraph.sources import ROW
from hrdgraph.sources.values import all_named
from hrdgraph.vocab import RDF

SHOWN: Final = 100  # rows of one table that are told


def find_alone(
    project: Project, sources: Iterable[Source], secrets: Secrets, typed: TypedRows
) -> list[Finding]:
    """Warn whoever builds, nobody else, of rows that may tell who they are by what is left."""
    return [
        finding
        for source in sources
        for table in source.tables
        for finding in _of_table(project, source, table, secrets, typed)
    ]


def _of_table(
    project: Project, source: Source, table: Table, secrets: Secrets, typed: TypedRows
) -> Iterator[Finding]:
    file = project_path(source.table_file(table), project.root)
    hidden = secrets.columns.get(file, frozenset())
    if secrets.hides_file(file):
        return
    if not table.quasi_identifiers:
        if any(item.visibility != "public" for item in table.fields):
            fact = Message("nobody-looked", table=table.title, folder=source.name)
            yield find_in_rows(Severity.INFO, fact, file, ())
        return
    frame = typed.table(file)
    if frame is None:
        return
    _check(table.quasi_identifiers, frame.columns, source)
    shown = [name for name in table.quasi_identifiers if name not in hidden]
    for row, count, *values in (
        _rare(frame, shown, sorted(hidden & set(frame.columns)), table.group) if shown else ()
    ):
        what = ", ".join(f"{name} '{value}'" for name, value in zip(shown, values, strict=True))
        fact = Message("alone-in-group", what=what, count=count)
        yield find_in_rows(Severity.WARNING, fact, file, (row,))


def _rare(
    frame: pl.DataFrame, shown: list[str], hidden: list[str], group: int
) -> list[tuple[Any, ...]]:
    """Row, size of its group and its values, of rows with something hidden whose group is
    smaller than `group`."""
    words = frame[[ROW, *dict.fromkeys((*shown, *hidden))]].with_columns(
        pl.col(pl.String).fill_null("").str.strip_chars()
    )
    counted = words.with_columns(pl.len().over(pl.struct(all_named(shown))).alias("\0count"))
    rare = counted.filter(
        (pl.col("\0count") < group) & pl.any_horizontal(all_named(shown).as_expr() != "")
    )
    rare = rare.filter(pl.any_horizontal(all_named(hidden).as_expr() != "")) if hidden else rare
    return rare[[ROW, "\0count", *shown]].head(SHOWN).rows()


def _check(wanted: Iterable[str], there: list[str], source: Source) -> None:
    for name in wanted:
        if name not in there:
            origin = Origin(str(source.description_file), node="quasi_identifiers")
            raise ProjectError(
                "column-unknown", column=name, known=", ".join(there[:20]), origin=origin,
                hint="there-is",
            )  # fmt: skip


RULES: Final = {"property": "property-not-public", "class": "class-not-public"}


def find_unlisted(
    project: Project, plans: Iterable[SourcePlan], missing: Iterable[Missing]
) -> list[Finding]:
    """One warning for each property or class, with the rules that may say it. For whoever
    builds: it tells of what is withheld."""
    plans, counts = tuple(plans), dict[tuple[str, IRI], int]()
    for item in missing:
        counts[item.kind, item.term] = counts.get((item.kind, item.term), 0) + item.count
    return [
        Finding(
            severity=Severity.WARNING, kind=Kind.SOURCE, rule=RULES[kind],
            fact=Message(RULES[kind], term=term.value, count=count), focus=term.value,
            origins=_places(project.root, plans, kind, term),
        )
        for (kind, term), count in sorted(counts.items(), key=str)
    ]  # fmt: skip


def _places(root: Path, plans: tuple[SourcePlan, ...], kind: str, term: IRI) -> tuple[Origin, ...]:
    """Return where the rules stand that name it, else those with a computed property (class)."""
    rules = [rule for item in plans for rule in item.plan.rules]
    ours = [rule for rule in rules if _says(rule, kind, term)] or [
        rule for rule in rules if _may_say(rule, kind)
    ]
    return tuple(
        dict.fromkeys(
            replace(rule.origin, file=project_path(Path(rule.origin.file), root)) for rule in ours
        )
    )


def _says(rule: QuadRule, kind: str, term: IRI) -> bool:
    if kind == "property":
        return _constant(rule.predicate) == term
    return _constant(rule.predicate) == RDF.type and _constant(rule.object) == term


def _may_say(rule: QuadRule, kind: str) -> bool:
    predicate = _constant(rule.predicate)
    return predicate is None or (
        kind == "class" and predicate == RDF.type and _constant(rule.object) is None
    )


def _constant(term: TermMap) -> IRI | None:
    expression = term.expression
    return (
        expression.term
        if isinstance(expression, Constant) and isinstance(expression.term, IRI)
        else None
    )
