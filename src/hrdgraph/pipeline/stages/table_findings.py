"""Find faults in the cells, columns and names of tables: cells that a program damaged, addresses
that people wrote short, columns that nothing reads, and one name that may be two people's."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin
from hrdgraph.explain.lineage import Lineage
from hrdgraph.fact_kinds.cell_values import is_completed, looks_like_address, whole_address
from hrdgraph.fact_kinds.headings import folded
from hrdgraph.fact_kinds.name_parts import join_name
from hrdgraph.findings.model import TRACED, Finding, Kind, Severity, find_in_rows, find_in_source
from hrdgraph.findings.source_rows import TypedRows
from hrdgraph.mapping.facts.layout import ADDRESS, DOCUMENT, Layout
from hrdgraph.paths import project_path
from hrdgraph.pipeline.importing.table_proposal import NamedRows, find_namesakes
from hrdgraph.privacy.redaction import Secrets
from hrdgraph.project import Project, Source, Table
from hrdgraph.project.model import FORMAT, LOCAL, OWN
from hrdgraph.rdf import ColumnGraph
from hrdgraph.sources import ROW
from hrdgraph.sources.text import (
    BROKEN_SIGN,
    DECOMPOSED_SIGN,
    ERROR_SIGN,
    LOST,
    compose_accents,
    is_error,
    repair_text,
)
from hrdgraph.vocab import RDF

_STEM: Final = r"(?P<stem>.+?)"
_NAMES: Final = tuple(
    re.compile(_STEM + end, re.I)
    for end in (
        # Dropbox, Nextcloud: in brackets, in the language of the computer
        r" \([^()]*(?:conflict|conflit|conflicto|conflito|konflikt|конфликт)[^()]*\)",
        r"_conflict-\d{8}-\d{6}",  # ownCloud
        r"\.sync-conflict-\d{8}-\d{6}(?:-\w+)?",  # Syncthing
        r"-(?:DESKTOP|LAPTOP|PC|MACBOOK|SURFACE)[\w-]*",  # OneDrive: the name of the computer
        r" \(\d{1,2}\)",  # Google Drive
    )
)


def find_conflicting_copies(root: Path) -> Iterator[tuple[Path, Path]]:
    """Yield the conflicting copies in what people write, each with the file that it is a copy
    of, where that is there."""
    for name in ("", *OWN):
        for folder, folders, files in os.walk(root / name):
            if not name:
                folders.clear()
            for file in sorted(files):
                if (copied := _original(file)) and copied in files:
                    yield Path(folder, file), Path(folder, copied)


def _original(file: str) -> str:
    """Return the name of the file that one is a conflicting copy of, or ""."""
    stem, ending = os.path.splitext(file)
    match_of_stem = next((match for name in _NAMES if (match := name.fullmatch(stem))), None)
    return f"{match_of_stem['stem']}{ending}" if match_of_stem else ""


RULE: Final = "namesakes-joined"
REPEATED, MERGED = "rows-repeated", "rows-merged"
_THINGS: Final = ("person", "organisation")
_KEYS: Final = ("key", "id")
_SHOWN: Final = 100  # names of one table that are told


def find_joined(
    project: Project, layouts: Iterable[Layout], secrets: Secrets, typed: TypedRows
) -> list[Finding]:
    """Warn whoever builds, nobody else, of each such name: it tells of what is withheld."""
    return [
        finding
        for layout in layouts
        if layout.kind.thing in _THINGS and layout.facts.names == "names"
        for finding in _of_table(project, layout, secrets, typed)
    ]


def find_repeated(
    project: Project, layouts: Iterable[Layout], secrets: Secrets, typed: TypedRows
) -> list[Finding]:
    """Count the rows of each table that another one says word for word, and those that agree with
    another in all that tells facts apart: they are one fact."""
    findings: list[Finding] = []
    for layout in layouts:
        file = project_path(layout.source.table_file(layout.table), project.root)
        frame = None if secrets.hides_file(file) else typed.table(file)
        if frame is None or not layout.header:
            continue
        if not layout.are_public(layout.facts.rows_apart):
            continue  # the number of each row tells it apart
        cells = frame.select([name for name in layout.header if name in frame.columns])
        again = ~cells.select(pl.struct(pl.all()).is_first_distinct()).to_series()
        heads = [name for name in _telling_headings(layout) if name in cells.columns]
        alike = ~frame.select(pl.struct(heads or cells.columns).is_first_distinct()).to_series()
        alike &= frame.select(pl.all_horizontal(pl.col(heads or cells.columns) != "")).to_series()
        ways = (Severity.INFO, REPEATED, again), (Severity.WARNING, MERGED, alike & ~again)
        for severity, rule, which in ways:
            if rows := frame[ROW].filter(which).to_list():
                fact = Message(
                    rule, count=len(rows), rows=rows[:10], columns=tuple(heads), **layout.place
                )
                findings.append(find_in_rows(severity, fact, file, rows))
    return findings


def _telling_headings(layout: Layout) -> list[str]:
    """List the public headings that tell the facts of a table apart; none where a number does."""
    kind = layout.kind
    if layout.columns.get("id"):
        return []
    columns = [column for name in kind.identity if (column := kind.column(name))]
    items = (layout.columns.get(column.name, ()) for column in columns if layout.is_public(column))
    headings = (heading for each in items for item in each for heading in item.headings)
    return list(dict.fromkeys((*headings, *layout.facts.rows_apart)))


def _of_table(
    project: Project, layout: Layout, secrets: Secrets, typed: TypedRows
) -> Iterator[Finding]:
    file = project_path(layout.source.table_file(layout.table), project.root)
    name = layout.heading_of(layout.kind.key_of)
    frame = None if secrets.hides_file(file) or not name else typed.table(file)
    if frame is None or name not in frame.columns or _has_keys(layout, frame):
        return
    parts = layout.columns[layout.kind.key_of][0].headings
    if not {*parts} <= {*frame.columns}:
        return
    rows = _find_repeated(
        _whole(frame, parts), name, {folded(apart) for apart in layout.facts.apart}
    )
    headings = [heading for heading in rows.columns if heading != ROW]
    columns = {column: layout.heading_of(column) for column in layout.columns}
    table = NamedRows(
        headings,
        [[text or "" for text in cells] for cells in rows.select(headings).iter_rows()],
        {column: heading for column, heading in columns.items() if heading in headings},
    )
    for namesakes in find_namesakes(layout.kind, table, {})[:_SHOWN]:
        places = rows.filter(pl.col(name).is_in(namesakes.names))[ROW].to_list()
        known = namesakes.names[0]
        fact = Message(RULE, name=known, count=len(places), column=namesakes.heading)
        yield find_in_rows(Severity.WARNING, fact, file, places, name, known)


def _whole(frame: pl.DataFrame, parts: Sequence[str]) -> pl.DataFrame:
    """Return the rows with names that are in parts whole, under the heading of the first."""
    if len(parts) < 2:
        return frame
    names = [join_name(cells) for cells in frame.select(parts).iter_rows()]
    return frame.with_columns(pl.Series(parts[0], names, dtype=pl.String))


def _has_keys(layout: Layout, frame: pl.DataFrame) -> bool:
    """Tell whether each row says itself who it is of."""
    headings = [layout.heading_of(key) for key in _KEYS if key in layout.columns]
    return any(name in frame.columns and frame[name].null_count() == 0 for name in headings if name)


def _find_repeated(frame: pl.DataFrame, name: str, apart: set[str]) -> pl.DataFrame:
    """Find the rows whose name other rows have too, but those that were asked about."""
    written = pl.col(name).str.strip_chars()
    some = frame.filter(written.str.len_chars() > 0)
    again = some.filter(written.str.to_lowercase().is_duplicated())
    asked = [text for text in again[name].unique().to_list() if folded(text) in apart]
    return again.filter(~pl.col(name).is_in(asked))


Asked = tuple[str, str, str]  # the N-Triples texts of a statement
_SIGNS: Final = (ERROR_SIGN, BROKEN_SIGN, DECOMPOSED_SIGN)
ERROR, BROKEN, DECOMPOSED = "spreadsheet-error", "broken-letters", "decomposed-letters"


def find_damaged(
    graph: ColumnGraph, lineage: Lineage, secrets: Secrets, typed: TypedRows
) -> list[Finding]:
    """One finding for each cell. Every text of a graph is looked at, and only what is made of a
    doubtful one is traced: of errors, and of broken letters, the first `TRACED` statements each."""
    doubtful = graph.terms.str.contains("|".join(f"(?:{sign})" for sign in _SIGNS)).arg_true()
    asked = [statement for sign in _SIGNS for statement in _doubtful(graph, doubtful, sign)]
    findings: dict[Origin, Finding] = {}
    for (subject, *_), traces in zip(asked, lineage.each(asked), strict=True):
        for cell in (cell for trace in traces for cell in trace.cells):
            place = cell.origin
            if place in findings or secrets.hides(place) or secrets.hides_row(place, typed):
                continue
            if finding := _damage_finding(subject, cell.value.strip(), place):
                findings[place] = finding
    return list(findings.values())


def _doubtful(graph: ColumnGraph, doubtful: pl.Series, sign: str) -> Iterator[Asked]:
    """Yield the statements whose object, or whose subject where they say what it is, may be made
    of a damaged cell: of the terms that have any sign, those that have this one."""
    places = doubtful.filter(graph.terms[doubtful].str.contains(sign))
    if not len(places):
        return
    kind = graph.position(RDF.type)
    of_object, of_subject = (pl.col(name).is_in(places.implode()) for name in ("o", "s"))
    quads = (
        graph.quads.filter(of_object | (of_subject & (pl.col("p") == kind)))
        .select("s", "p", "o")
        .unique(maintain_order=True)
    )
    yield from zip(*(graph.terms.gather(column) for column in quads.head(TRACED)), strict=True)


def _damage_finding(subject: str, text: str, origin: Origin) -> Finding | None:
    """Find what is wrong with the text of a cell; None where nothing is."""
    if is_error(text):
        return _of_cell(Severity.VIOLATION, ERROR, "value-spreadsheet-error", subject, text, origin)
    meant = repair_text(text)
    if LOST in (meant or text):
        return _of_cell(Severity.WARNING, BROKEN, "letter-lost", subject, text, origin)
    if meant:
        return _of_cell(Severity.WARNING, BROKEN, "letters-broken", subject, text, origin, meant)
    if whole := compose_accents(text):
        return _of_cell(Severity.WARNING, DECOMPOSED, "accents-apart", subject, text, origin, whole)
    return None


def _of_cell(
    severity: Severity, rule: str, code: str, subject: str, text: str, origin: Origin,
    meant: str = "",
) -> Finding:  # fmt: skip
    return Finding(
        severity=severity, kind=Kind.SOURCE, rule=rule,
        focus=subject.removeprefix("<").removesuffix(">"), value=text, suggestion=meant,
        fact=Message(code, text=text, meant=meant), origins=(origin,),
    )  # fmt: skip


COMPLETED: Final = "address-completed"
UNLIKELY: Final = "address-unlikely"


def find_completed(
    project: Project, sources: Iterable[Source], tables: Mapping[tuple[str, str], pl.DataFrame],
    secrets: Secrets,
) -> list[Finding]:  # fmt: skip
    """Find the columns with web addresses that lack https:// or are not valid."""
    return [
        finding
        for source in sources
        for table in source.tables
        if not secrets.hides_file(file := project_path(source.table_file(table), project.root))
        for finding in _check_addresses(tables[source.name, table.label], table, file)
    ]


def _check_addresses(frame: pl.DataFrame, table: Table, file: str) -> Iterator[Finding]:
    for field in table.fields:
        if not field.type.startswith((ADDRESS, DOCUMENT)) or field.name not in frame.columns:
            continue
        texts = frame[field.name].drop_nulls().unique()
        short = texts.filter(~texts.str.contains("^https?://")).to_list()
        for rule, severity, test in _TESTS:
            cells = [text for text in short if test(text.strip())]
            rows = frame.filter(pl.col(field.name).is_in(cells)).select(ROW, field.name).rows()
            if rows:
                numbers, (text, *_) = zip(*rows, strict=True)
                read = whole_address(text.strip())
                fact = Message(rule, count=len(rows), text=text, read=read)
                yield find_in_rows(severity, fact, file, numbers, field.name, text)


_TESTS: Final[tuple[tuple[str, Severity, Callable[[str], bool]], ...]] = (
    (COMPLETED, Severity.INFO, is_completed),
    (UNLIKELY, Severity.WARNING, looks_like_address),
)


def find_in_folder(project: Project) -> list[Finding]:
    """Findings about the files of a project: copies that a shared folder made of a file which two
    people changed, columns of its own kinds that nobody may see, an ontology of its own."""
    findings = [
        _of_file(project, copy, "file-conflicting-copy", of=project_path(file, project.root))
        for copy, file in find_conflicting_copies(project.root)
    ]
    for kind in project.kinds.values():
        own = (attribute for attribute in kind.attributes if attribute.is_own)
        if names := tuple(item.name for item in own if item.visibility == "withheld"):
            file, severity = project.root / LOCAL / "kinds" / f"{kind.name}.yml", Severity.INFO
            findings.append(
                _of_file(project, file, "kind-withheld", severity, kind=kind.name, names=names)
            )
    if not project.is_packaged(project.ontology_dir) and project.format < FORMAT:
        findings.append(_of_file(project, project.ontology_dir, "ontology-copied", Severity.INFO))
    return findings


def _of_file(
    project: Project, path: Path, rule: str, severity: Severity = Severity.WARNING, **fields: Any
) -> Finding:
    file = project_path(path, project.root)
    return find_in_source(severity, Message(rule, file=file, **fields), file, place=Origin(file))


UNREAD: Final = "column-unread"


def find_unread(project: Project, sources: Iterable[Source]) -> list[Finding]:
    """Warn of each heading that means nothing, in no use of its table, and is not said to."""
    return [
        find_in_source(
            Severity.WARNING, Message(UNREAD, heading=heading, file=file),
            f"{file}#column={heading}",
            origins=(Origin(file, column=heading),),
        )
        for source in sources
        for table in source.tables
        for file in [project_path(source.table_file(table), project.root)]
        if table.facts and not table.facts.use
        for heading in table.unread
        if all(heading in use.unread for use in source.tables if use.part == table.part)
    ]  # fmt: skip
