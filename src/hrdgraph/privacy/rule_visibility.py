"""Decide the level of each mapping rule (the strictest of all files and columns that it reads, by
source.toml) and of each row (by what it says of itself).

A source with rows that are not public is mapped again without them: what is then missing, nothing
else says. So whatever a row makes (a claim, the organisation that stands in it, its page) is hidden
with it, by whichever rule, join or view, and whatever a public row says too stays."""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial, reduce
from itertools import islice
from operator import or_
from pathlib import Path
from typing import Any, Final

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import HrdgraphError, Origin, ProjectError, raise_all
from hrdgraph.explain.lineage import SourcePlan
from hrdgraph.fact_kinds import Column
from hrdgraph.fact_kinds.cell_values import ANDS, SIGNS, Codes, codes_of, split_cell
from hrdgraph.fact_kinds.confidentiality import (
    RESTRICTED,
    cell_key,
    level_or_restricted,
    says_private,
)
from hrdgraph.fact_kinds.headings import folded
from hrdgraph.fact_kinds.model import match_headings
from hrdgraph.findings.model import Finding, Severity, find_in_rows
from hrdgraph.findings.source_rows import TypedRows
from hrdgraph.identity.judgements import read_ledger
from hrdgraph.mapping.execution.execute import GraphSink, run
from hrdgraph.mapping.execution.scan import part_of_file
from hrdgraph.mapping.expressions import references, term_references
from hrdgraph.mapping.facts.layout import Layout, layouts_of, location_of
from hrdgraph.mapping.model import LogicalSource, TermMap
from hrdgraph.mapping.plan import (
    INDEX,
    Below,
    Elements,
    Enumerate,
    Extend,
    Gather,
    Iterate,
    Join,
    Pick,
    Plan,
    QuadRule,
    Reify,
    Relation,
    Scan,
)
from hrdgraph.nearest import nearest
from hrdgraph.paths import project_path
from hrdgraph.privacy.kept_back import (
    NamePatterns,
    Others,
    list_different_names,
    names_of_people,
)
from hrdgraph.privacy.levels import Level, RowsKeptBack, level_of
from hrdgraph.privacy.withdrawn_names import pair_scripts
from hrdgraph.project import Project, Source, Table
from hrdgraph.project.toml import misspelt
from hrdgraph.rdf import IRI
from hrdgraph.sources import ROW, read
from hrdgraph.sources.fact_table import Area, area_of
from hrdgraph.sources.registry import FORMAT

Read = tuple[LogicalSource, str]  # a file and a reference in it; "" for its rows alone
Names = frozenset[str]


def reads_of(rule: QuadRule) -> frozenset[Read]:
    """List the columns that decide whether the rule makes a statement, and what it says: keys of
    joins too, but not other columns of a view."""
    terms = (rule.subject, rule.predicate, rule.object, rule.graph)
    return frozenset(_read(rule.relation, _names(term for term in terms if term is not None)))


def _names(terms: Iterator[TermMap]) -> Names:
    return frozenset(name for term in terms for name in term_references(term))


def _read(relation: Relation, names: Names) -> Iterator[Read]:
    match relation:
        case Scan(source):
            yield source, ""
            yield from ((source, name) for name in names)
        case Below(child, prefix):
            yield from _read(child, frozenset(name.removeprefix(prefix) for name in names))
        case Enumerate(child, name):
            yield from _read(child, names - {name})
        case Extend(child, own, expression):
            yield from _read(child, _replace(names, own, references(expression)))
        case Iterate(child, column, own) | Pick(child, column, own):
            yield from _read(child, _replace(names, own, (column,)))
        case Join():
            yield from _read_join(relation, names)
        case Gather():
            yield from _read_gather(relation, names)
        case Elements(child):
            yield from _read(child, names)
        case Reify(child, own, triple):
            yield from _read(
                child,
                _replace(names, own, term_references(triple)) | frozenset(term_references(triple)),
            )


def _replace(names: Names, own: str, made_of: tuple[str, ...]) -> Names:
    """Replace a column (or its number) among the names by the columns that it was made of."""
    parts = {own, f"{own}.{INDEX}"}
    return (names - parts) | frozenset(made_of) if names & parts else names


def _read_join(join: Join, names: Names) -> Iterator[Read]:
    """Yield what a join reads; of an outer join whose parent gives nothing, only the child."""
    fields = dict(join.fields)
    own = names & fields.keys()
    if not (join.inner or own or any(name.startswith(join.tag) for name in names)):
        yield from _read(join.child, names)
        return
    keys = frozenset(name for condition in join.conditions for name in references(condition.child))
    yield from _read(join.child, (names - own) | keys)
    theirs = [reference for name in own for reference in references(fields[name])]
    theirs += [
        reference for condition in join.conditions for reference in references(condition.parent)
    ]
    yield from _read(join.parent, frozenset(theirs))


def _read_gather(gather: Gather, names: Names) -> Iterator[Read]:
    heads = (term for term in (gather.head, gather.graph, gather.beside) if term is not None)
    own = frozenset(
        name for name in names if name == gather.name or name.startswith(f"{gather.name}.")
    )
    yield from _read(gather.child, (names - own) | _names(heads))
    for rows, term in gather.members:
        yield from _read(rows, frozenset(term_references(term)))


COLUMN: Final = "visibility"  # in small letters; the column that says of a row who may see it
_SOURCE: Final = "document"  # the column of a kind that says where a row was read
_LEVELS: Final = (Level.WITHHELD, Level.RESTRICTED)
THING, PERSON = "thing", "person"  # of `hides`: what says so itself; and who is in the row, too
UNSOURCED: Final = "rows-without-source"
LEFT_OVER: Final = "rows-with-other-texts"
PUBLISHED: Final = "rows-published"

Levels = Mapping[Level, pl.Series]
RowCount = Callable[..., Iterator[Finding]]  # given the names of others, by source


@dataclass(frozen=True)
class RowLevels:
    """Row numbers by file and level, of rows above public; and those of rows that keep back the
    people in them (`keeping`), beside those of all `others` of their file. `findings`
    are about rows that only we see for want of a source, or of an answer; `counts` count the rows
    of tables that everybody may see, given the names that are other people's, by source. `kept`
    is what rows say that keep back the people in them."""

    rows: Mapping[Path, Levels]
    keeping: Mapping[Path, Levels]
    others: Mapping[Path, Levels]
    findings: tuple[Finding, ...] = ()
    counts: tuple[RowCount, ...] = ()
    kept: tuple[RowsKeptBack, ...] = ()

    def of(self, item: SourcePlan) -> Mapping[Path, Levels]:
        """Return the levels of the files that a source reads."""
        read = {scan.source for scan in item.plan.scans}
        places = {source.path.resolve() for source in read}
        places |= {part_of_file(source.path, source.dialect.iterator) for source in read}
        return {place: levels for place, levels in self.rows.items() if place in places}


def read_row_levels(project: Project, plans: Iterable[SourcePlan]) -> RowLevels:
    """Read the levels of the rows of all tables that have a column of them, or whose rows must
    name a source. Other tables are not read."""
    plans = tuple(plans)
    typed = TypedRows(project.root, project.sources, plans)
    tables = ((source, table) for source in project.sources for table in source.tables)
    hides: dict[Path, str] = {}
    for source, table in tables:
        _add_strictest(hides, source.table_file(table).resolve(), table.hides)
    marked: dict[Path, Levels] = {}
    numbers: dict[Path, pl.Series] = {}
    for path in sorted(_find_candidates(project, plans)):
        is_spared = hides.get(path.resolve()) == THING
        frame = None if is_spared else typed.table(project_path(path, project.root))
        if frame is not None and (levels := _levels(frame)):
            marked[path.resolve()], numbers[path.resolve()] = levels, frame[ROW]
    rows, findings = dict(marked), list[Finding]()
    counters: dict[Path, tuple[Layout, RowCount]] = {}
    for layout, place, frame, of_table, count in _read_fact_tables(project):
        findings += (finding for finding in of_table if finding not in findings)
        counters[place] = (layout, count)
        if (levels := _levels(frame)) and layout.table.hides != THING:
            _add_strictest(hides, place, layout.table.hides)
            marked[place] = _join_levels(marked.get(place, {}), levels)
            rows[place], numbers[place] = (_join_levels(rows.get(place, {}), levels), frame[ROW])
        if _SOURCE in frame.columns:
            bare = frame[ROW].filter(frame[_SOURCE] == "")
            level = level_of(layout.facts.unsourced or layout.kind.unsourced)
            if len(bare):
                rows[place] = _join_levels(rows.get(place, {}), {level: bare})
    keeping = {
        place: levels for place, levels in marked.items() if hides.get(place, PERSON) == PERSON
    }
    longer_names = {
        place: {
            level: numbers[place].filter(~numbers[place].is_in(own.implode()))
            for level, own in levels.items()
        }
        for place, levels in keeping.items()
    }
    known = RowLevels(rows, keeping, longer_names)
    kept = [each for item in plans for each in _read_kept_rows(item, known, IRI(item.graph).n3())]
    for layout, place, frame, level, people, named_rows in _find_rows_of_people(project, kept):
        rows[place] = _join_levels(
            rows.get(place, {}), {level: named_rows[ROW]} if len(named_rows) else {}
        )
        _, count = counters.get(place) or (layout, partial(_count_rows, project, layout, frame, {}))
        counters[place] = (layout, partial(count, people=people, of_people=named_rows))
    counts = (partial(_count_each_once, project, (*counters.values(),)),)
    return RowLevels(rows, keeping, longer_names, tuple(findings), counts, tuple(kept))


def _add_strictest(hides: dict[Path, str], place: Path, level: str) -> None:
    """Note what the rows of a file, or of a part of it, hide: people, if any table says so."""
    hides[place] = PERSON if PERSON in (level, hides.get(place)) else level


def _read_fact_tables(
    project: Project,
) -> Iterator[tuple[Layout, Path, pl.DataFrame, list[Finding], RowCount]]:
    """Yield the tables of facts that only we see or that say who may see their rows, under any
    heading and in the labels of codes, or whose rows must name a source: layout, part of the
    file, levels and sources, findings about the rows that only we see, and what counts the
    others."""
    codes = codes_of(project.vocabulary_dirs, COLUMN)
    kinds = project.kinds
    for layout in (layout for source in project.sources for layout in layouts_of(kinds, source)):
        path, heading = layout.source.table_file(layout.table), layout.heading_of(COLUMN)
        needs, sources = _needs_source(layout), layout.columns.get(_SOURCE, ())
        cited = [name for item in sources for name in item.headings if name]
        rows_level = layout.facts.rows
        hidden = layout.level_of_names if layout.kind.thing == "person" else "public"
        is_closed = {hidden, layout.table.visibility} != {"public"}
        is_of_papers = layout.kind.name == _SOURCE and not layout.columns.get(COLUMN)
        if not (heading or needs or rows_level or is_of_papers or is_closed):
            continue
        if is_of_papers:  # what is no web page is only for us, unless somebody says otherwise
            cited = [*filter(None, [layout.heading_of("address")])]
        name, dialect = location_of(layout.table)
        of_people = (
            name
            for column in _columns_of_people(layout)
            for item in layout.columns[column.name]
            if not item.through
            for name in item.headings
        )
        headings = [*dict.fromkeys([*filter(None, [heading]), *rows_level, *cited, *of_people])]
        headings = headings or [*layout.header[:1]]
        frame = pl.concat(read(name, path, dialect, headings, Origin(str(path))))
        columns, findings = [frame[ROW]], list[Finding]()
        words = (
            {heading: [_level_in(cell or "", heading, codes) for cell in frame[heading]]}
            if heading
            else {}
        )
        for column, levels in rows_level.items():
            by_cell = {cell_key(cell): level for cell, level in levels.items()}
            said_of = [by_cell.get(cell_key(cell or "")) for cell in frame[column]]
            other = levels.get("*", "")
            words[column] = [
                level or (RESTRICTED if says_private(cell or "") else other) or RESTRICTED
                for level, cell in zip(said_of, frame[column], strict=True)
            ]
            unsaid = frame.filter(pl.Series(said_of, dtype=pl.String).is_null())
            if not other and unsaid.height:
                findings.append(_warn_left_over(project, layout, column, unsaid))
        column_of_levels = layout.kind.column(COLUMN)
        usual = column_of_levels.default if column_of_levels else ""  # what an empty cell means
        closed = {
            name: frame[ROW].filter(
                pl.Series([(level or usual) not in ("", "public") for level in levels])
            )
            for name, levels in words.items()
        }
        if hidden != "public":  # its people are kept back in the other tables too
            words[""] = [hidden] * frame.height
        if words:
            strictest = [
                max(filter(None, row), key=level_of, default="")
                for row in zip(*words.values(), strict=True)
            ]
            columns.append(pl.Series(COLUMN, strictest, dtype=pl.String))
        if needs or is_of_papers:
            empty = ["", *layout.facts.unknown]
            cells = [frame[heading].fill_null("").str.strip_chars() for heading in cited]
            told = reduce(or_, (~each.is_in(empty) for each in cells), frame[ROW].is_null())
            closed[""] = frame[ROW].filter(~told)
            if needs:
                columns.append(told.replace_strict({True: "yes", False: ""}).alias(_SOURCE))
            if needs and len(closed[""]):
                fact = Message(UNSOURCED, count=len(closed[""]), **layout.place)
                findings.append(_warn(project, layout, closed[""], fact))
        count = partial(_count_rows, project, layout, frame, closed)
        yield layout, part_of_file(path, dialect.iterator), pl.DataFrame(columns), findings, count


def _needs_source(layout: Layout) -> bool:
    """Tell whether a row of a table is public only with a source of its own."""
    level = layout.facts.unsourced or layout.kind.unsourced
    given = any(item.value for item in layout.columns.get(_SOURCE, ()))
    is_cited = bool(layout.table.evidence) or layout.source.document is not None
    return level_of(level) > Level.PUBLIC and not (given or is_cited)


def count_table_rows(source: Source, table: Table) -> int:
    """Count the rows of a table that are not blank."""
    path, (name, dialect) = source.table_file(table), location_of(table)
    return sum(frame.height for frame in read(name, path, dialect, [], Origin(str(path))))


def why_only_us(layout: Layout) -> Iterator[Message]:
    """Say why nothing of a public table is published, though nobody hid its rows: what else would
    be public stands on a column that is not."""
    kind, facts, columns = layout.kind, layout.facts, layout.columns
    level = kind.column(COLUMN)
    if level and level.default == RESTRICTED and not columns.get(COLUMN) and kind.name != _SOURCE:
        kind_label, count = kind.all_labels, count_table_rows(layout.source, layout.table)
        yield Message("only-us-kind", **layout.place, kind=kind_label, count=count)
    hidden = layout.table.kept_back
    named = [name for item in facts.columns.get(_SOURCE, ()) for name in item.headings]
    named += filter(None, [match_headings(kind, facts.withheld).get(_SOURCE)])
    withheld = [name for name in named if name in facts.withheld]
    if withheld and _needs_source(layout) and not columns.get(_SOURCE):
        yield Message("only-us-without-source", **layout.place, heading=withheld[0])
    needed = (
        column for column in kind.columns
        if column.required
        and not any(map(columns.get, {*column.unless} & {*_PARTIES} or column.unless))
    )  # fmt: skip
    for name in [*(column.name for column in needed), _SOURCE]:
        for heading in {layout.heading_of(name)}.intersection(hidden):
            code = "only-us-source" if name == _SOURCE else "only-us-column"
            yield Message(code, **layout.place, heading=heading)
    parties = [
        party for party in _PARTIES if columns.get(party) and layout.heading_of(party) not in hidden
    ]
    if parties == ["complainant"] and not columns.get("complainant_kind"):
        heading = layout.heading_of("complainant")
        yield Message("only-us-complainant", **layout.place, heading=heading)


_PARTIES: Final = ("accused", "accused_text", "complainant", "about_act")  # of a case in court


def _warn_left_over(project: Project, layout: Layout, column: str, rows: pl.DataFrame) -> Finding:
    """Warn of the rows with texts below a heading of marks of which nobody has said who may see
    them."""
    counts = Counter(cell or "" for cell in rows[column])
    empty = Message("word-empty-cell")
    texts = [
        Message("text-counted", text=text or empty, count=n) for text, n in counts.most_common()
    ]
    fact = Message(
        LEFT_OVER, count=rows.height, **layout.place, heading=column, texts=texts[:_SHOWN]
    )
    return _warn(project, layout, rows[ROW], fact, column)


def _count_each_once(
    project: Project, counters: Iterable[tuple[Layout, RowCount]],
    longer_names: Mapping[str, Others],
) -> Iterator[Finding]:  # fmt: skip
    """Yield the counts of tables: once, where all uses of a table agree, else each with its
    kinds."""
    uses: dict[Finding, list[Layout]] = {}
    for layout, count in counters:
        for finding in count(longer_names):
            uses.setdefault(finding, []).append(layout)
    for finding, layouts in uses.items():
        source, table = layouts[0].source, layouts[0].table
        if finding.fact and len(layouts) < sum(one.part == table.part for one in source.tables):
            kinds = ", ".join(layout.kind.label(project.languages[0]) for layout in layouts)
            fields = finding.fact.fields | {"table": f"{table.title} ({kinds})"}
            finding = replace(finding, fact=Message(finding.fact.code, **fields))
        yield finding


def _count_rows(
    project: Project, layout: Layout, frame: pl.DataFrame, closed: Mapping[str, pl.Series],
    longer_names: Mapping[str, Others], people: Collection[str] = (),
    of_people: pl.DataFrame | None = None,
) -> Iterator[Finding]:  # fmt: skip
    """Yield how many rows of a public table everybody may see, and why not the others: by the
    heading that closes them, for want of a source, or because they name `people` who are kept
    back, as those `of_people` do in any column."""
    hidden = layout.level_of_names if layout.kind.thing == "person" else "public"
    if {hidden, layout.source.visibility, layout.table.visibility} != {"public"}:
        return
    empty = {
        name for name, levels in layout.facts.rows.items() if {*levels} == {"", "*"} and levels[""]
    }
    bare = "rows-no-page" if layout.kind.name == _SOURCE else "rows-bare"
    reasons, rows = list[Message](), frame[ROW].clear()
    for name, of_reason in closed.items():
        if count := len(fresh := of_reason.filter(~of_reason.is_in(rows.implode()))):
            code = "rows-empty" if name in empty else "rows-marked" if name else bare
            reasons.append(Message(code, column=name, count=count, **layout.place))
            rows = pl.concat([rows, fresh]).sort()
    home = IRI(project.graph_name(layout.source.name)).n3()
    named = _find_named(layout, frame, people, longer_names.get(home, {}))
    if of_people is not None:
        named = pl.concat([named, of_people]).unique(ROW, keep="first").sort(ROW)
    named = named.filter(~named[ROW].is_in(rows.implode()))
    if named.height:
        names = list(dict.fromkeys(text.strip() for text in named["text"]))
        shown = ", ".join([*names[:_SHOWN], *["…"][: len(names) - _SHOWN]])
        said = {"count": named.height, "rows": named[ROW].to_list(), "names": shown}
        reasons.append(Message("rows-named", **said, **layout.place))
    if reasons:
        rows = pl.concat([rows, named[ROW]])
        size, count = frame.height, frame.height - len(rows)
        fact = Message(PUBLISHED, count=count, size=size, **layout.place, reasons=reasons)
        yield replace(_warn(project, layout, rows, fact), severity=Severity.INFO)


def _columns_of_people(layout: Layout) -> list[Column]:
    """List the columns that name the people whom a row is about."""
    kind = layout.kind
    return [
        column
        for column in kind.columns
        if layout.columns.get(column.name)
        and (
            (column.type == "name" and "person" in column.of and not column.beside)
            or column.name == kind.key_of
        )
    ]


def _cells_of_people(layout: Layout, frame: pl.DataFrame) -> Iterator[pl.Series]:
    """Yield the cells that name people, by column."""
    for column in _columns_of_people(layout):
        for item in layout.columns[column.name]:
            if item.headings and not item.through:
                parts = [frame[heading].fill_null("") for heading in item.headings]
                yield reduce(lambda one, other: one + " " + other, parts)


def _find_named(
    layout: Layout, frame: pl.DataFrame, kept: Collection[str], longer_names: Others
) -> pl.DataFrame:
    """List the rows that name somebody who is kept back, with the text that does."""
    apart, frames = layout.facts.apart, list[pl.DataFrame]()
    patterns = NamePatterns({*kept}.difference(apart), apart)
    for texts in _cells_of_people(layout, frame):
        hits = patterns.find(texts).filter(pl.col("is_whole") | ~pl.col("is_word"))
        for number, name in enumerate(patterns.names):
            at = hits["text"].filter(hits["name"] == number)
            if len(at) and (longer := longer_names.get(name)):
                at = at.filter(NamePatterns([name]).is_beside(texts.gather(at), longer))
            frames.append(pl.DataFrame([frame[ROW].gather(at), texts.gather(at).alias("text")]))
    none = frame.select(ROW, text=pl.lit("")).clear()
    return pl.concat([none, *frames]).unique(ROW).sort(ROW)


def _find_rows_of_people(
    project: Project, kept: Iterable[RowsKeptBack]
) -> Iterator[tuple[Layout, Path, pl.DataFrame, Level, Collection[str], pl.DataFrame]]:
    """Find the rows of which a cell, in whatever column, is the name of somebody whom a row of the
    same source keeps back, or a list with it: layout, part of the file, the whole table, who may
    see them, the people, and the rows with that text. Whom a judgement tells from another person
    of her source is known only by what the rules make."""
    pairs = list_different_names(read_ledger(project.judgements_file))
    judged = {
        f"<{side}>" for pair in pairs
        if len({iri.rpartition("/")[0] for iri in pair}) == 1
        for side in pair
    }  # fmt: skip
    names: dict[tuple[str, Level], set[str]] = {}
    for rows in kept:
        for level in _LEVELS:
            if rows.level >= level:
                of_source = names.setdefault((rows.graph, level), set())
                of_source.update(names_of_people(rows.said, judged))
    for source in project.sources:
        for level in _LEVELS:
            people = names.get((IRI(project.graph_name(source.name)).n3(), level), set())
            for layout in layouts_of(project.kinds, source) if people else ():
                path, (name, dialect) = source.table_file(layout.table), location_of(layout.table)
                frame = pl.concat(read(name, path, dialect, None, Origin(str(path))))
                found = _find_whole_names(frame, people.difference(layout.facts.apart), layout)
                yield layout, part_of_file(path, dialect.iterator), frame, level, people, found


def _find_whole_names(frame: pl.DataFrame, names: Collection[str], layout: Layout) -> pl.DataFrame:
    """List the rows with a cell that is one of some names, or a list with it. A part of a name
    counts in a column with whole ones."""
    patterns = NamePatterns(names, layout.facts.apart)
    frames = [frame.select(ROW, text=pl.lit("")).clear()]
    for name in frame.select(pl.col(pl.String)).columns:
        texts = frame[name].drop_nulls().unique()
        items = [
            (text, item)
            for text in texts
            for item in {
                text,
                *split_cell(text, (*SIGNS, *ANDS)),
                *split_cell(text, (*SIGNS, ",", *ANDS)),
            }
        ]
        parts = pl.DataFrame(items, schema={"text": pl.String, "item": pl.String}, orient="row")
        hits = patterns.find(parts["item"].str.replace(r"\s*[\[(].*", "")).filter("is_whole")
        other_scripts = [text for _, text in pair_scripts(names, parts["item"].unique())]
        if hits["is_short"].all():
            hits = hits.clear()
        of_people = {*parts["text"].gather(hits["text"])}
        of_people.update(parts["text"].filter(parts["item"].is_in(other_scripts)))
        rows = frame.filter(pl.col(name).is_in([*of_people]))
        frames.append(rows.select(ROW, text=name))
    return pl.concat(frames).unique(ROW, keep="first").sort(ROW)


_SHOWN: Final = 12  # texts of a column that one warning names


def _warn(
    project: Project, layout: Layout, rows: pl.Series, fact: Message, column: str | None = None
) -> Finding:
    file = project_path(layout.source.table_file(layout.table), project.root)
    return find_in_rows(Severity.WARNING, fact, file, rows.to_list(), column)


def _level_in(text: str, heading: str, codes: Codes) -> str:
    """Return the level that a cell says; one not understood keeps its row back."""
    if heading.strip().lower() == COLUMN:
        return codes.by_name.get(folded(text), RESTRICTED) if text.strip() else ""
    return level_or_restricted(text.strip(), heading, codes)


def _join_levels(levels: Levels, other: Levels) -> Levels:
    both = {level: [each[level] for each in (levels, other) if level in each] for level in _LEVELS}
    return {level: pl.concat(rows).unique() for level, rows in both.items() if rows}


def _find_candidates(project: Project, plans: Iterable[SourcePlan]) -> set[Path]:
    """Find the tables that have the column in their first line, and files of which a mapping reads
    it."""
    tables = {
        source.table_file(table): table.delimiter
        for source in project.sources
        for table in source.tables
        if table.facts is None
    }
    paths: set[Path] = set()
    for scan in (scan for item in plans for scan in item.plan.scans):
        if scan.source.formulation == "CSV":
            tables.setdefault(scan.source.path, scan.source.dialect.delimiter)
        if any(name.lower() == COLUMN for name in scan.columns):
            paths.add(scan.source.path)
    return paths | {path for path, delimiter in tables.items() if _has_column(path, delimiter)}


def _has_column(path: Path, delimiter: str) -> bool:
    try:
        with path.open("rb") as file:
            line = file.readline(1 << 20).decode("utf-8-sig", "replace")
    except OSError:
        return False
    names = next(csv.reader([line], delimiter=delimiter or ","), [])
    return any(name.strip().lower() == COLUMN for name in names)


def _levels(frame: pl.DataFrame) -> dict[Level, pl.Series]:
    marks = [name for name in frame.columns if name.strip().lower() == COLUMN]
    levels: dict[Level, pl.Series] = {}
    taken = pl.Series([], dtype=frame[ROW].dtype)
    for level in _LEVELS if marks else ():
        rows = pl.concat([frame[ROW].filter(_is_of(frame[name], level)) for name in marks]).unique()
        rows = rows.filter(~rows.is_in(taken.implode()))
        taken = pl.concat([taken, rows])
        if len(rows):
            levels[level] = rows
    return levels


def _is_of(cells: pl.Series, level: Level) -> pl.Series:
    words = cells.fill_null("").str.strip_chars()
    wanted = [word for word in words.unique() if word and level_of(word) is level]
    return words.is_in(wanted)


def list_hidden_rows(
    levels: Mapping[Path, Mapping[Level, pl.Series]], above: Level
) -> dict[Path, pl.Series]:
    """Return the rows of each file that are above a level."""
    rows_above = {
        path: [rows for level, rows in each.items() if level > above]
        for path, each in levels.items()
    }
    return {path: pl.concat(rows) for path, rows in rows_above.items() if rows}


def _read_kept_rows(item: SourcePlan, rows: RowLevels, graph: str) -> Iterator[RowsKeptBack]:
    """Yield what the rows of a source say that keep back the people in them: one file at a time, by
    the rules that are made of its rows. A row that is left out for a cell keeps back people, too:
    only rules that need that cell pass over it, and no other row."""
    for place in rows.of(item).keys() & rows.keeping.keys():
        rules = tuple(rule for rule in item.plan.rules if _is_of_file(rule, place))
        for level, skipped in rows.others[place].items() if rules else ():
            sink = GraphSink(graph)
            try:
                run(Plan(rules), sink, skip={place: skipped})
            except HrdgraphError:
                sink = GraphSink(graph)
                for rule in map(_narrow, rules):
                    run(Plan((rule,)), sink, skip={place: skipped}, reject=lambda _: None)
            yield RowsKeptBack(graph, level, sink.graph())


def _narrow(rule: QuadRule) -> QuadRule:
    """Drop the columns that the rule does not need, whose cells may be wrong."""
    terms = (rule.subject, rule.predicate, rule.object, rule.graph)
    needed = _names(term for term in terms if term is not None)
    return replace(rule, relation=_narrow_relation(rule.relation, needed))


def _narrow_relation(relation: Relation, names: Names) -> Relation:
    match relation:
        case Extend(child, own, expression):
            if not names & {own, f"{own}.{INDEX}"}:
                return _narrow_relation(child, names)
            below = _replace(names, own, references(expression))
            return replace(relation, child=_narrow_relation(child, below))
        case Enumerate(child, own):
            return replace(relation, child=_narrow_relation(child, names - {own}))
        case Below(child, prefix):
            below = frozenset(name.removeprefix(prefix) for name in names)
            return replace(relation, child=_narrow_relation(child, below))
        case _:
            return relation


def _is_of_file(rule: QuadRule, place: Path) -> bool:
    """Tell whether each row of a file, or of a part of it, makes a statement by the rule."""
    relation = rule.relation
    while not isinstance(relation, Scan):
        relation = relation.child
    source = relation.source
    return place in (source.path.resolve(), part_of_file(source.path, source.dialect.iterator))


# of a path that may lead to any part of a record
_ANYTHING: Final = re.compile(r"\*|//|\.\.|\(|\[\?|\[[^\]'\"\d]|@\.|\|")
_STEPS: Final = re.compile(r"[^.\[\]/'\"$@]+")
_ITSELF: Final = ("$", "@", ".", "")
# reference formulations in which one reference may lie within another
_PATHS: Final = ("JSONPath", "XPath")


@dataclass(frozen=True)
class Set:
    """A level, and the place that sets it; "" where nothing does."""

    level: Level = Level.PUBLIC
    place: str = ""

    def __or__(self, other: Set) -> Set:
        """Return the stricter of two; of equal ones the first."""
        return other if other.level > self.level else self


OPEN: Final = Set()


@dataclass(frozen=True)
class DeclaredVisibility:
    """What is said of one file, or of the `area` of it that is a table: of all that is made from
    it, and of single columns."""

    owner: str
    whole: Set
    columns: Mapping[str, Set]
    area: Area | None = None

    def of(self, reference: str, formulation: str) -> Set:
        """Return what is said of a reference; of a path, also what is said below or above it,
        since the whole tells the part."""
        strictest = OPEN
        for column, level in self.columns.items():
            strictest |= level if _touches(reference, column, formulation) else OPEN
        return strictest


def _touches(reference: str, column: str, formulation: str) -> bool:
    if formulation not in _PATHS:
        return reference == column
    if _ANYTHING.search(reference) or _ANYTHING.search(column):
        return True
    one, other = _STEPS.findall(reference), _STEPS.findall(column)
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


class Visible:
    """Levels of rules over the files of all sources of a project: a mapping may read the table
    of another source."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._sources = tuple(sources)
        self._resolve = cache(Path.resolve)
        self._files: dict[Path, list[DeclaredVisibility]] = {}
        for path, declarations in (
            item for source in self._sources for item in _declarations(source)
        ):
            self._files.setdefault(path, []).append(declarations)
        closed = any(level_of(source.visibility) for source in self._sources)
        self._is_open = not closed and not any(
            declaration.whole.level or declaration.columns
            for each in self._files.values()
            for declaration in each
        )

    def of(self, item: SourcePlan, rule: QuadRule) -> Set:
        """Return the strictest of what is said of the files and columns that a rule reads."""
        level = OPEN
        if self._is_open:
            return level
        for source, reference in sorted(
            reads_of(rule), key=lambda read: (str(read[0].path), read[1])
        ):
            place = self._resolve(source.path)
            declared = self._files.get(place, [])
            owners = {entry.owner for entry in declared} or self._name_owner(place)
            owners -= {item.source.name}
            for other in self._sources if owners else ():
                level |= _of_source(other) if other.name in owners else OPEN
            for entry in declared:
                if _may_overlap(entry.area, _area(source.formulation, source.dialect.iterator)):
                    level |= entry.whole
                    level |= entry.of(reference, source.formulation) if reference else OPEN
        return level

    def of_statements(self, item: SourcePlan, rule: QuadRule) -> Set:
        """Return the strictest level of what the rule makes: in a graph other than that of its
        source, the level of the source counts too."""
        return self.of(item, rule) | (_of_source(item.source) if rule.graph is not None else OPEN)

    def _name_owner(self, path: Path) -> set[str]:
        """Return the name of the source in whose folder a file lies that none declares."""
        inside = (
            source.name for source in self._sources if path.is_relative_to(source.folder.resolve())
        )
        return {*islice(inside, 1)}

    def check(self, plans: Iterable[SourcePlan]) -> None:
        """Refuse a file that the disk has under another name, and a column of `[[file]]` that is
        not read, but nearly: what is said of a misspelt name would protect nothing."""
        plans = tuple(plans)
        raise_all([error for item in plans for error in _find_misspelt(item)])
        used: dict[Path, set[Read]] = {}
        if self._is_open:
            return
        for item in plans:
            for rule in item.plan.rules:
                for source, name in reads_of(rule):
                    used.setdefault(self._resolve(source.path), set()).add((source, name))
        raise_all([error for source in self._sources for error in _misspelt(source, used)])


def _declarations(source: Source) -> Iterable[tuple[Path, DeclaredVisibility]]:
    for table in source.tables:
        columns = {field.name: field.visibility for field in table.fields}
        name, dialect = location_of(table)
        area = _area(name, dialect.iterator)
        declaration = _read_declaration(source, table.file, table.visibility, columns, area)
        yield source.table_file(table).resolve(), declaration
    for file in source.files:
        declaration = _read_declaration(source, file.name, file.visibility, file.columns)
        yield (source.folder / file.name).resolve(), declaration


def _read_declaration(
    source: Source, file: str, visibility: str, columns: Mapping[str, str],
    area: Area | None = None,
) -> DeclaredVisibility:  # fmt: skip
    place = f"{_toml(source)}, {file}"
    hidden = {
        name: Set(level_of(word), f"{place}, column '{name}'")
        for name, word in columns.items()
        if word != Level.PUBLIC.code
    }
    return DeclaredVisibility(source.name, Set(level_of(visibility), place), hidden, area)


def _area(formulation: str, iterator: str) -> Area | None:
    """Return the part of a file that is read; None where it may be any."""
    return area_of(iterator) if formulation == FORMAT.FactTable.value else None


def _may_overlap(one: Area | None, other: Area | None) -> bool:
    """Tell whether two parts of a file may share a cell. What is not said may be anything."""
    if one is None or other is None:
        return True
    sheets = {area.sheet.casefold() for area in (one, other)} - {""}
    rows = [(area.header, area.last or math.inf) for area in (one, other)]
    columns = [
        tuple((len(end), end.upper()) for end in (first, last or first))
        for first, _, last in (area.columns.partition(":") for area in (one, other))
    ]
    return (
        len(sheets) < 2 and _meet(*rows) and ("" in (one.columns, other.columns) or _meet(*columns))
    )


def _meet(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    return bool(one[0] <= other[1] and other[0] <= one[1])


def _of_source(source: Source) -> Set:
    return Set(level_of(source.visibility), _toml(source))


def _toml(source: Source) -> str:
    return f"data/sources/{source.name}/source.toml"


def _find_misspelt(item: SourcePlan) -> Iterable[ProjectError]:
    files = {scan.source.path for scan in item.plan.scans}
    place = Origin(str((*item.source.mapping_files, item.source.description_file)[0]))
    errors = (misspelt(path, item.source.folder.parents[2], place) for path in sorted(files))
    return filter(None, errors)


def _misspelt(source: Source, used: Mapping[Path, set[Read]]) -> list[ProjectError]:
    errors: list[ProjectError] = []
    for file in source.files:
        known = [
            (name, item.formulation)
            for item, name in used.get((source.folder / file.name).resolve(), ())
            if name not in _ITSELF
        ]
        for name in file.columns:
            is_read = any(_touches(other, name, kind) for other, kind in known)
            near = None if is_read else nearest(name, [other for other, _ in known], 0.75)
            if near is not None:
                origin = Origin(str(source.description_file), node=f"[[file]] {file.name}")
                fact = Message("column-not-read", name=name)
                errors.append(
                    ProjectError(fact, origin=origin, hint=Message("did-you-mean", nearest=near))
                )
    return errors
