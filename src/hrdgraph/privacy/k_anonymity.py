"""Tables that hold something back into warnings about rows that may tell who they are by what is
left: one person alone in a group.

A small check, and an honest one: it looks at the columns that source.toml names as
`quasi_identifiers`, in one table at a time. It does not know what else can be read elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import polars as pl

from hrdgraph.errors import Origin, ProjectError
from hrdgraph.paths import project_path
from hrdgraph.privacy.hidden_cells import Secrets
from hrdgraph.project import Project, Source, Table
from hrdgraph.sources import ROW
from hrdgraph.sources.column_names import all_named
from hrdgraph.validate import Finding, Kind, Severity, messages_of
from hrdgraph.validate.findings.source_rows import TypedRows

SHOWN: Final = 100  # rows of one table that are told
_ALONE = {
    "en": "Something is withheld in this row, yet what is left ({what}) is said of {count} "
    "{count:row|rows} only: it may tell who this is."
    " Withhold one of these columns too, or make its values coarser.",
    "es": "En esta fila se retiene algo, pero lo que queda ({what}) se dice de solo {count} "
    "{count:fila|filas}: puede revelar de quién"
    " se trata."
    " Retenga también una de estas columnas o haga más generales sus valores.",
    "fr": "Quelque chose est retenu dans cette ligne, mais ce qui reste ({what}) ne se dit que de "
    "{count} {count:ligne|lignes} : cela peut"
    " révéler de qui il s'agit. Retenez aussi l'une de ces colonnes ou rendez ses valeurs plus "
    "générales.",
}
_NOBODY = {
    "en": "This table withholds columns, but names no quasi_identifiers in source.toml: nobody has "
    "looked whether what is left tells who a"
    " row is about.",
    "es": "Esta tabla retiene columnas, pero no nombra quasi_identifiers en source.toml: nadie ha "
    "mirado si lo que queda revela de quién"
    " trata una fila.",
    "fr": "Cette table retient des colonnes, mais ne nomme pas de quasi_identifiers dans "
    "source.toml : personne n'a regardé si ce qui reste"
    " révèle de qui parle une ligne.",
}


def find_alone(
    project: Project, sources: Iterable[Source], secrets: Secrets, typed: TypedRows
) -> list[Finding]:
    """The warnings, which are for whoever builds: they tell of what is withheld."""
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
            yield _finding("nobody-looked", Severity.INFO, _NOBODY, Origin(file))
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
        yield _finding(
            "alone-in-group", Severity.WARNING, _ALONE, Origin(file, row), what=what, count=count
        )


def _rare(
    frame: pl.DataFrame, shown: list[str], hidden: list[str], group: int
) -> list[tuple[Any, ...]]:
    """Row, size of its group and its values, of rows with something hidden whose group is
    smaller than `group`."""
    words = frame[[ROW, *dict.fromkeys((*shown, *hidden))]].with_columns(
        pl.col(pl.String).fill_null("").str.strip_chars()
    )
    counted = words.with_columns(pl.len().over(all_named(shown)).alias("\0count"))
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
                "column-name-unknown",
                name=name,
                known=", ".join(there[:20]),
                origin=origin,
                hint="there-is",
            )


def _finding(
    rule: str, severity: Severity, texts: dict[str, str], origin: Origin, **parts: object
) -> Finding:
    messages = messages_of(texts, **parts)
    focus = f"{origin.file}#row={origin.row}" if origin.row else origin.file
    return Finding(
        severity=severity,
        kind=Kind.SOURCE,
        rule=rule,
        messages=messages,
        focus=focus,
        origins=(origin,),
    )
