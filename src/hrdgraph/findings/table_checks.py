"""Read the tables that sources declare, and check every cell against source.toml."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl

from hrdgraph.catalogue import Message, write_like
from hrdgraph.errors import HrdgraphError, Origin, SourceError
from hrdgraph.fact_kinds.cell_values import split_cell
from hrdgraph.findings.cells import CellSieve, Judge, judge_of, near
from hrdgraph.invisible_characters import INVISIBLE
from hrdgraph.mapping.facts.layout import location_of
from hrdgraph.nearest import SAME_LOOK, unify_look
from hrdgraph.project import Source, Table, TableField
from hrdgraph.sources import ROW, Dialect, header_of, read
from hrdgraph.sources.reference_columns import missing_column
from hrdgraph.sources.registry import formulation
from hrdgraph.sources.values import series

Place = tuple[str, str]  # a source and a table of it
Frames = dict[Place, pl.DataFrame]
Key = tuple[str, str, str]  # a source, a file and a column of it


def read_tables(sources: tuple[Source, ...]) -> Frames:
    """Read the declared tables, by source and file name; empty cells are null. SourceError on
    unreadable files."""
    fields = (
        (field, source) for source in sources for table in source.tables for field in table.fields
    )
    referred: dict[Place, set[str]] = {}
    for field, source in fields:
        if field.references:
            owner, name, column = target_of(field.references, source)
            referred.setdefault((owner, name), set()).add(column)
    return {
        (source.name, table.label): table_of(
            source, table, frozenset(referred.get((source.name, table.label), set()))
        )
        for source in sources
        for table in source.tables
    }


def table_of(source: Source, table: Table, referred: Collection[str]) -> pl.DataFrame:
    """Read a table; other tables refer to its columns `referred`."""
    path = source.table_file(table)
    name, layout = location_of(table)
    unknown = table.facts.unknown if table.facts else ()
    dialect = replace(layout, nulls=("", *unknown))
    columns = (
        None
        if table.primary_key
        else _columns_to_read(source, table, referred, headings_of(name, path, dialect))
    )
    return pl.concat(read(name, path, dialect, columns, Origin(str(path))))


def texts_not_known(source: Source, table: Table, names: Sequence[str]) -> dict[int, str]:
    """Return the texts for "not known" in some columns, by row: read again, since a table is read
    without them."""
    if table.facts is None or not table.facts.unknown:
        return {}
    path, (name, dialect) = source.table_file(table), location_of(table)
    frames = read(name, path, dialect, [*names], Origin(str(path)))
    rows = ((row, *cells) for frame in frames for row, *cells in frame.select(ROW, *names).rows())
    unknown = {*table.facts.unknown}
    return {row: text for row, *cells in rows for text in cells if text in unknown}


def headings_of(name: str, path: Path, dialect: Dialect) -> list[str]:
    """Return the headings of a file in a format."""
    if name == "CSV":
        return header_of(path, dialect)
    return formulation(name, Origin(str(path))).columns(path, dialect, ())


def _columns_to_read(
    source: Source, table: Table, referred: Collection[str], header: list[str]
) -> list[str]:
    """Return the columns that something is declared of; the others only matter if rows are
    compared as a whole."""
    expected = (
        name
        for item in source.expectations
        if item.table in (table.file, table.label)
        for name in (*item.complete, *item.distinct)
    )
    names = {*list_declared(table), *expected, *referred}
    return [name for name in header if name in names]


def target_of(target: str, source: Source) -> Key:
    """Return the source, file and column of a reference."""
    file, _, column = target.rpartition(":")
    owner, _, name = file.rpartition("/")
    return owner or source.name, name, column


def list_declared(table: Table) -> list[str]:
    """Return the columns that source.toml declares as a field, a key or evidence."""
    names = [*(field.name for field in table.fields), *table.primary_key, *table.evidence]
    return list(dict.fromkeys(names))


# where two may look the same
_ODD: Final = rf"^\s|\s$|\s\s|[^\S ]|\pM|[{INVISIBLE}]"
EXAMPLES: Final = 5  # errors shown of one kind in one column; the rest is counted
_ALL: Final = 1 << 31


def check_tables(
    frames: Frames, sources: tuple[Source, ...], *, whole: bool = False
) -> list[HrdgraphError]:
    """Return every deviation of the tables from source.toml, by source, table and column; for many
    cells of a column the first ones and their number, unless `whole`."""
    checked = check_each_table(frames, sources, whole=whole)
    return [error for _, _, errors in checked for error in errors]


def check_each_table(
    frames: Frames, sources: tuple[Source, ...], *, whole: bool
) -> Iterator[tuple[Source, Table, list[HrdgraphError]]]:
    """Yield each table with all that is wrong in it, each error once."""
    checker = _Checker(frames, sources, limit=_ALL if whole else EXAMPLES)
    known: set[str] = set()  # a column may be missing, and missed by what refers to it
    for source in sources:
        for table in source.tables:
            errors = {str(error): error for error in checker.check(source, table)}
            yield source, table, [errors[text] for text in errors if text not in known]
            known |= errors.keys()


class _Checker:
    """Checks tables one after another; keeps the keys that other tables refer to, by source, file
    and column."""

    def __init__(self, frames: Frames, sources: tuple[Source, ...], *, limit: int) -> None:
        self.frames, self.limit = frames, limit
        self.tables = {
            (source.name, table.label): (source, table)
            for source in sources
            for table in source.tables
        }
        self.keys: dict[Key, frozenset[str]] = {}

    def check(self, source: Source, table: Table) -> Iterator[HrdgraphError]:
        frame = self.frames[source.name, table.label]
        missing = [name for name in list_declared(table) if name not in frame.columns]
        if missing:
            errors = [_missing(name, source, table) for name in missing]
            # as where cells are separated otherwise
            is_one_column = len(frame.columns) <= 2 and len({error.hint for error in errors}) == 1
            yield from errors[:1] if is_one_column else errors
            return
        again = _headings_again(frame)
        for row in again:
            origin = replace(_place(source, table), row=row)
            yield SourceError("heading-repeated", origin=origin, hint="take-row-away")
        frame = frame.filter(~pl.col(ROW).is_in(again.implode())) if len(again) else frame
        required = dict.fromkeys(field.name for field in table.fields if field.required)
        blanks = frame.select(is_blank(name).any().alias(name) for name in required)
        gaps = {name for name in required if blanks[name].item()}
        for field in table.fields:
            if field.name in gaps:
                yield from _empty(field, frame, source, table, self.limit)
            yield from self._check_field(field, frame, source, table)
        yield from _check_evidence(frame, source, table, self.limit)
        for names in table.any_of:
            empty = frame.filter(pl.all_horizontal(is_blank(name) for name in names))[ROW]
            texts = texts_not_known(source, table, names) if len(empty) else {}
            place = _place(source, table, " / ".join(names))
            cells = [(row, texts.get(row)) for row in empty]
            yield from _limit(cells, place, _nothing_said, self.limit)
        if table.primary_key:
            yield from _check_key(frame, source, table)
            yield from _check_look(frame, source, table)

    def _check_field(
        self, field: TableField, frame: pl.DataFrame, source: Source, table: Table
    ) -> Iterator[HrdgraphError]:
        place = _place(source, table, field.name)
        try:
            judge = self._judge(field, source)
        except SourceError as error:
            yield error
            return
        if judge is None:
            return
        is_list = field.separators or field.values
        items = _items(frame, field) if is_list else frame
        values = items[field.name].drop_nulls().unique()
        unsure = judge.unfit(values) if isinstance(judge, CellSieve) else values
        if faults := {value: fault for value in unsure if (fault := judge(value))}:
            bad = pl.col(field.name).is_in([*faults])
            rows = items.filter(bad).select(ROW, field.name).rows()
            yield from _limit(rows, place, lambda text: faults[text or ""], self.limit)

    def _judge(self, field: TableField, source: Source) -> Judge | None:
        """Return the check for the cells of a column; None where every text is right."""
        if field.references:
            targets = self._target_texts(field.references, source)

            def judge(value: str) -> tuple[Message, Message] | None:
                if value in targets:
                    return None
                hint = near(value, targets) if targets else Message("add-to-column")
                return Message("value-not-in", value=value, target=field.references), hint

            return judge
        return judge_of(field, source)

    def _target_texts(self, target: str, source: Source) -> frozenset[str]:
        """Return the texts of the column `file.csv:column` of the source itself, or
        `source/file.csv:column` of another."""
        key = target_of(target, source)
        if key not in self.keys:
            frame = self.frames.get(key[:2])
            if frame is None:
                place = Origin(str(source.description_file))
                hint = write_like("source/file.csv:column")
                raise SourceError("value-not-as-expected", value=target, origin=place, hint=hint)
            if key[2] not in frame.columns:
                raise _missing(key[2], *self.tables[key[:2]])
            self.keys[key] = frozenset(frame[key[2]].drop_nulls())
        return self.keys[key]


def _missing(name: str, source: Source, table: Table) -> SourceError:
    path = source.table_file(table)
    location, dialect = location_of(table)
    return missing_column(name, headings_of(location, path, dialect), Origin(str(path), 1))


def _items(frame: pl.DataFrame, field: TableField) -> pl.DataFrame:
    """Return the items of the cells of a column, without those whose meaning a person has given."""
    separators = field.separators

    def split(text: str) -> list[str]:
        items_of = [] if text.strip() in field.values else split_cell(text, separators)
        return [item for item in items_of if item not in field.values]

    if field.values or len(separators) != 1 or separators[0].isalpha():
        items = pl.col(field.name).map_elements(split, pl.List(pl.String))
    else:
        parts = pl.col(field.name).str.split(separators[0])
        items = parts.list.eval(pl.element().str.strip_chars())
    return frame.select(ROW, items).explode(field.name).filter(pl.col(field.name) != "")


def _place(source: Source, table: Table, column: str | None = None) -> Origin:
    """Return the place of a table or one of its columns; of a workbook, the sheet."""
    part = table.facts.sheet if table.facts is not None else ""
    return Origin(str(source.table_file(table)), column=column, part=part or None)


def _limit(
    rows: Sequence[tuple[int, str | None]], place: Origin,
    say: Callable[[str | None], tuple[Message, Message]], limit: int = EXAMPLES,
) -> Iterator[SourceError]:  # fmt: skip
    for row, value in rows[:limit]:
        fact, hint = say(value)
        yield SourceError(fact, origin=replace(place, row=row), hint=hint)
    more = len(rows) - limit
    if more > 0:
        fact, hint = (Message("and-more", count=more), Message("correct-first-ones-build-again"))
        yield SourceError(fact, origin=place, hint=hint)


def _headings_again(frame: pl.DataFrame) -> pl.Series:
    """Return the rows that repeat the headings, as where tables were put one below another."""
    names = [name for name in frame.columns if name != ROW]
    if len(names) < 2:
        return frame[ROW].clear()
    return frame.filter(pl.all_horizontal(series(frame, name) == name for name in names))[ROW]


def is_blank(column: str) -> pl.Expr:
    """Say whether a cell is empty or only has spaces."""
    return pl.col(column).str.strip_chars().fill_null("") == ""


def _empty(
    field: TableField, frame: pl.DataFrame, source: Source, table: Table, limit: int
) -> Iterator[SourceError]:
    blank = is_blank(field.name)
    rows = frame.filter(blank).select(ROW, field.name).rows()
    texts = texts_not_known(source, table, (field.name,))
    above = frame.filter(~blank)[ROW].min()
    # who leaves a cell empty below a filled one may mean the same, which nobody else can know
    hint = Message(
        "fill-in-when-known" if above is None or rows[0][0] < above else "fill-in-or-as-above"
    )

    def say(value: str | None) -> tuple[Message, Message]:
        if value and value.strip():
            return Message("cell-says-unknown", value=value), Message("fill-in-when-known")
        return Message("cell-empty"), hint

    cells = [(row, texts.get(row, value)) for row, value in rows]
    yield from _limit(cells, _place(source, table, field.name), say, limit)


def _check_evidence(
    frame: pl.DataFrame, source: Source, table: Table, limit: int
) -> Iterator[SourceError]:
    if not table.evidence:
        return
    filled = [~is_blank(name) for name in table.evidence]
    is_whole = table.evidence_mode == "positions"
    cited = pl.all_horizontal(filled) if is_whole else pl.any_horizontal(filled)
    rows = [(row, None) for row in frame.filter(~cited)[ROW]]
    place = _place(source, table, ", ".join(table.evidence))
    fault = (Message("row-without-evidence"), Message("say-where-read"))
    yield from _limit(rows, place, lambda _: fault, limit)


def _nothing_said(text: str | None) -> tuple[Message, Message]:
    """Return the error for a row that lacks what it needs, or says "not known"."""
    if text:
        return Message("cell-says-unknown", value=text), Message("fill-in-when-known")
    return Message("row-all-empty"), Message("fill-one-in")


def _check_key(frame: pl.DataFrame, source: Source, table: Table) -> Iterator[SourceError]:
    if not frame.select(table.primary_key).is_duplicated().any():
        return
    distinct = frame.unique(
        [name for name in frame.columns if name != ROW], keep="first", maintain_order=True
    )
    first = distinct.group_by(table.primary_key, maintain_order=True).agg(
        pl.col(ROW).first().alias("first"), pl.col(ROW).alias("rows")
    )
    second = pl.col("rows").list.get(1, null_on_oob=True).alias(ROW)
    yield from _twice(
        first.with_columns(second), source, table, "keep-row-or-give-each",
    )  # fmt: skip


def _check_look(frame: pl.DataFrame, source: Source, table: Table) -> Iterator[SourceError]:
    """Yield an error for keys that look the same: they differ in spaces, in the Unicode form of
    accents, or in invisible characters."""
    texts = pl.col(table.primary_key)
    if not frame.select(pl.any_horizontal(texts.str.contains(_ODD).any())).item():
        return
    bare = [
        pl.col(name).map_elements(unify_look, pl.String).alias(f"bare {name}\0")
        for name in table.primary_key
    ]
    keys = frame.unique(table.primary_key, keep="first", maintain_order=True)
    alike = keys.group_by(bare, maintain_order=True).agg(
        pl.col(ROW).first().alias("first"), pl.col(ROW, *table.primary_key)
    )
    twins = alike.with_columns(pl.col(ROW, *table.primary_key).list.get(1, null_on_oob=True))
    yield from _twice(twins, source, table, SAME_LOOK)


def _twice(keys: pl.DataFrame, source: Source, table: Table, hint: str) -> Iterator[SourceError]:
    """Yield the error of each key that has a second row, in `ROW`."""
    twice = keys.filter(pl.col(ROW).is_not_null())
    for record in twice.head(EXAMPLES).iter_rows(named=True):
        key = ", ".join(f"{name} '{record[name]}'" for name in table.primary_key)
        origin = replace(_place(source, table), row=record[ROW])
        yield SourceError(
            "already-in-row", thing=key, row=record["first"], origin=origin, hint=hint
        )
    more = twice.height - EXAMPLES
    if more > 0:
        place = _place(source, table, ", ".join(table.primary_key))
        fact, again = (Message("and-more", count=more), "correct-first-ones-build-again")
        yield SourceError(fact, origin=place, hint=again)
