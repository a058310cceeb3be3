"""Newer copies of the files of a source, merged with what was corrected since they came.

An update knows three states of a file: as it was imported last (the base, kept in data/private),
as it stands now with its corrections, and the new copy. A cell that only one side changed takes
that side's text. Where both changed it, nothing is written until somebody has decided. What stood
there before an update is kept, and one call brings it back.
"""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from hrdgraph.atomic_files import copy_file, write_file, writing_to
from hrdgraph.catalogue import Message
from hrdgraph.errors import HrdgraphError, Origin, SourceError
from hrdgraph.fact_kinds.cell_values import whole_address
from hrdgraph.fact_kinds.confidentiality import SCHEME, private_data_in, says_private
from hrdgraph.mapping.facts.layout import Layout, layouts_of, location_of
from hrdgraph.pipeline.importing.typed_rows import ReadTable, TypedRow, read_table
from hrdgraph.pipeline.importing.workbook_writer import (
    EDITED,
    READ_ONLY,
    copy_as_workbook,
    free_name,
    original_of,
    turn_source,
)
from hrdgraph.project import Project, Source, Table
from hrdgraph.project.model import PRIVATE
from hrdgraph.sources import ROW, read
from hrdgraph.sources.fact_table import WORKBOOKS, cells_of
from hrdgraph.sources.spreadsheet.xlsx import NO_MARKS, marks_of
from hrdgraph.sources.text import read_bytes

MINE, THEIRS = "mine", "theirs"
_TABLE: Final = re.compile(r"^[ \t]*\[\[table\]\].*$", re.MULTILINE)
_KEPT: Final = re.compile(r"^[ \t]*totals[ \t]*=[ \t]*false", re.MULTILINE)
_SHARED: Final = 0.8  # the share of headings that a newer copy still has
_BEGINNING: Final = 1 << 16  # bytes of a text in which its headings stand
_LIKE: Final = 0.5  # the share of equal cells from which two rows are one, and of rows, two tables
_COMMON: Final = 30  # rows with one text in a column, from which on it says little
_LONGEST: Final = 80  # characters that name a row
_MARKED: Final = 3  # marked rows that are named
Cells = list[str | None]  # of a row, by the headings that are compared; None where it has none


class RowChange(NamedTuple):
    """How many rows a file had and has; which of these sum up or are remarks, and no rows any
    more: its description did not know such rows; how many corrections were kept, and which cells
    of the new copy, with formulas or merged, could not take theirs."""

    before: int
    after: int
    dropped: tuple[int, ...] = ()
    kept: int = 0
    unwritten: tuple[str, ...] = ()


class UpdateConflict(NamedTuple):
    """A cell that was corrected here and changed in the new copy, or a row (no heading) that was
    changed on one side and is gone from the other, where its text is empty. `before` is what it
    was, None where nobody knows; `name` tells which row it is."""

    file: str
    row: int
    name: str
    heading: str
    before: str | None
    mine: str
    theirs: str

    @property
    def key(self) -> str:
        """Return what names the conflict in answers."""
        return sha256("\0".join(map(str, self)).encode()).hexdigest()[:16]


class ClosedPart(NamedTuple):
    """A column of a table (no heading: all of it) that only we see since an update, because the
    new copy has something private there: a code of the catalogue and the text that says it."""

    table: str
    heading: str
    reason: str
    text: str = ""

    def message(self, file: Path) -> Message:
        """Say it, with the description of the source that says it now."""
        if not self.heading:
            return Message(self.reason, text=self.text)
        code, reason = "update-column-kept-back", Message(self.reason)
        return Message(code, column=self.heading, reason=reason, file=file)


class SourceUpdate(NamedTuple):
    """What an update did to the files of a source; nothing while conflicts are left."""

    files: dict[str, RowChange]
    conflicts: tuple[UpdateConflict, ...] = ()
    kept_back: tuple[ClosedPart, ...] = ()


class SimilarSource(NamedTuple):
    """A source that has older copies of files, by their rows: how many are the same, of how
    many."""

    name: str
    file: str
    same: int
    total: int

    @property
    def is_sure(self) -> bool:
        """Tell whether the rows tell, and not the names of the files alone."""
        return self.same >= _LIKE * self.total


# --- an update


def update_files(
    project: Project, name: str, files: Sequence[Path], choices: Mapping[str, str] | None = None,
    prefer: str = "",
) -> SourceUpdate | None:  # fmt: skip
    """Merge newer copies of files into a source. `choices` says for the key of each conflict
    whose text stays, MINE or THEIRS; `prefer` says it for all others. None, and nothing changed,
    where the source is not there, has not all of them, or its description does not fit."""
    source = next((item for item in project.sources if item.name == name), None)
    targets = _targets(source, files) if source is not None else None
    if source is None or targets is None:
        return None

    def decide(conflict: UpdateConflict) -> str:
        return (choices or {}).get(conflict.key, prefer)

    before = _rows(project, source)
    with TemporaryDirectory() as temporary:
        staged = replace(source, folder=Path(temporary) / "new")
        shutil.copytree(source.folder, staged.folder)
        for file, target in targets.items():
            _stage(file, staged.table_file(Table(target)))
        if before is None or _rows(project, staged) is None:
            return None
        merged = [
            _merge_file(project, source, staged, target, decide) for target in targets.values()
        ]
        # of a file that two tables read, the same ones are found twice
        if undecided := dict.fromkeys(conflict for edit in merged for conflict in edit.undecided):
            return SourceUpdate({}, tuple(undecided))
        kept_back = _find_private(project, source, staged, merged)
        _install(project, source, staged, dict(zip(targets, merged, strict=True)), kept_back)
    renamed = {edit.target: edit.written for edit in merged}
    tables = tuple(
        replace(table, file=renamed.get(table.file, table.file)) for table in source.tables
    )
    now = replace(source, tables=tables)
    after = _rows(project, now) or _FileRows({}, {})
    _say_totals(now, [table for table in now.tables if after.dropped.get(table.label)])
    return SourceUpdate(
        {
            edit.written: RowChange(
                before.counts.get(edit.target, 0),
                after.counts.get(edit.written, 0),
                after.list_dropped(now, edit.written),
                edit.kept,
                tuple(edit.unwritten),
            )
            for edit in merged
        },
        kept_back=tuple(kept_back),
    )


def find_similar_sources(project: Project, files: Sequence[Path]) -> list[SimilarSource]:
    """Return the sources whose files these are newer copies of, by headings and by rows, or
    names; the most similar first."""
    similar = []
    for source in project.sources:
        if (targets := _targets(source, files)) is None:
            continue
        likeness = [_likeness(source, target, file) for file, target in targets.items()]
        same, total = (sum(each) for each in zip(*likeness, strict=True))
        if total:
            similar.append(SimilarSource(source.name, ", ".join(targets.values()), same, total))
    return sorted(similar, key=lambda one: (-one.same / one.total, -one.same))


def _targets(source: Source, files: Sequence[Path]) -> dict[Path, str] | None:
    """Match each new copy to the file of a source: by its name, by what was copied from it, or by
    its rows. None where one belongs to none."""
    own = dict.fromkeys(table.file for table in source.tables if table.facts is not None)
    targets: dict[Path, str] = {}
    for file in files:
        free = [name for name in own if name not in targets.values()]
        by_name = [name for name in free if file.name in (name, original_of(source, name))]
        like = by_name or [name for name in free if _is_similar(source, name, file)]
        if not like:
            return None
        targets[file] = like[0]
    return targets


_GROWN: Final = 1000  # times: what has grown more is no newer copy, and is not read for that


def _is_similar(source: Source, target: str, file: Path) -> bool:
    there = source.folder / target
    if there.exists() and file.stat().st_size > _GROWN * there.stat().st_size:
        return False
    same, total = _likeness(source, target, file)
    return total > 0 and same >= _LIKE * total


def _likeness(source: Source, target: str, file: Path) -> tuple[int, int]:
    """Count the rows of a file of a source that a new copy has, and all its rows."""
    endings = (Path(target).suffix.lower(), file.suffix.lower())
    if endings[0] != endings[1] and not (endings[0] in EDITED and endings[1] in READ_ONLY):
        return 0, 0
    same = total = 0
    for table in (table for table in source.tables if table.file == target and table.facts):
        try:
            ours = read_table(source, table)
            if not _may_have(file, ours.headings):
                continue
            new = read_table(replace(source, folder=file.parent), replace(table, file=file.name))
        except HrdgraphError:
            continue
        shared = [name for name in ours.headings if name in new.headings]
        if len(shared) >= _SHARED * len(ours.headings):
            rows = [_cells(one, shared) for one in (ours, new)]
            same += len(match_rows(*rows))
            total += min(map(len, rows))
    return same, total


def _may_have(file: Path, headings: Sequence[str]) -> bool:
    """Return whether a file may have most of some headings, by its first lines where it is text."""
    if file.suffix.lower() in (*EDITED, *READ_ONLY):
        return True
    with file.open("rb") as stream:
        begin = stream.read(_BEGINNING)
    hits = sum(name.encode() in begin or not name.isascii() for name in headings)
    return b"\0" in begin or hits >= _SHARED * len(headings)


def _stage(file: Path, target: Path) -> None:
    """Put a new copy where a file is staged: a spreadsheet that can only be read as a workbook,
    where its source has it as one."""
    if target.suffix.lower() in EDITED and file.suffix.lower() in READ_ONLY:
        copy_as_workbook(file, target)
    else:
        with writing_to(target):
            copy_file(file, target)


@dataclass
class _MergedFile:
    """A file that was merged: which one, under which name it is written, how many corrections it
    keeps, which cells could not take theirs, and what nobody has decided."""

    target: str
    written: str
    kept: int = 0
    unwritten: list[str] = field(default_factory=list)
    undecided: list[UpdateConflict] = field(default_factory=list)


def _merge_file(
    project: Project, source: Source, staged: Source, target: str,
    decide: Callable[[UpdateConflict], str],
) -> _MergedFile:  # fmt: skip
    """Write the corrections of a file into its staged new copy."""
    merged = _MergedFile(target, target)
    base = _base_of(project, source, target)
    layouts = {layout.table.label: layout for layout in layouts_of(project.kinds, source)}
    for table in (table for table in source.tables if table.file == target):
        old = None
        if base is not None:
            old = read_table(replace(source, folder=base.parent), replace(table, file=base.name))
        ours, new = read_table(source, table), read_table(staged, _rename(table, merged.written))
        merge = _TableMerge(table, layouts.get(table.label), decide, old, ours, new)
        merged.undecided += merge.undecided
        if merge.undecided or not merge.is_changed:
            continue
        if new.file is None:  # nothing writes such a spreadsheet: a workbook takes its place
            name = free_name(source.folder / target).name
            copy_as_workbook(staged.folder / merged.written, staged.folder / name)
            merged.written = name
            new = read_table(staged, _rename(table, name))
            merge = _TableMerge(table, layouts.get(table.label), decide, old, ours, new)
        merge.write(merged)
    return merged


def _rename(table: Table, file: str) -> Table:
    return replace(table, file=file)


# --- rows of one table


class _TableMerge:
    """The changes that corrections make to the rows of a new copy: cells, rows that are taken out
    and rows that are added."""

    def __init__(
        self, table: Table, layout: Layout | None, decide: Callable[[UpdateConflict], str],
        base: ReadTable | None, ours: ReadTable, new: ReadTable,
    ) -> None:  # fmt: skip
        self._table, self._decide, self._new = table, decide, new
        self._shared = [name for name in new.headings if name in ours.headings]
        self._names = _name_columns(layout, self._shared)
        self._has_base = base is not None
        self.cells: list[tuple[TypedRow, str, str]] = []
        self.deleted: list[TypedRow] = []
        self.added: list[Cells] = []
        self.undecided: list[UpdateConflict] = []
        self._merge(base, ours)

    @property
    def is_changed(self) -> bool:
        """Tell whether the new copy lacks anything that was corrected here."""
        return bool(self.cells or self.deleted or self.added)

    def _merge(self, base: ReadTable | None, ours: ReadTable) -> None:
        new_rows, our_rows = _cells(self._new, self._shared), _cells(ours, self._shared)
        base_rows = _cells(base, self._shared) if base is not None else []
        to_ours = match_rows(base_rows, our_rows, by_place=True)
        to_new = match_rows(base_rows, new_rows)
        for number, before in enumerate(base_rows):
            mine, theirs = to_ours.get(number), to_new.get(number)
            if mine is not None and theirs is not None:
                self._merge_row(before, our_rows[mine], new_rows[theirs], theirs)
            elif theirs is not None:
                self._leave_out(before, new_rows[theirs], theirs)
            elif mine is not None and our_rows[mine] != before:
                self._keep_row(before, our_rows[mine], ours.rows[mine].number)
        left = [at for at in range(len(our_rows)) if at not in to_ours.values()]
        there = [at for at in range(len(new_rows)) if at not in to_new.values()]
        both = match_rows([our_rows[at] for at in left], [new_rows[at] for at in there])
        for place, mine in enumerate(left):
            if place in both:
                theirs = there[both[place]]
                nothing: Cells = [None] * len(self._shared)
                self._merge_row(nothing, our_rows[mine], new_rows[theirs], theirs)
            elif self._has_base:
                self.added.append(our_rows[mine])
            else:
                self._keep_row(None, our_rows[mine], ours.rows[mine].number)

    def _merge_row(self, before: Cells, mine: Cells, theirs: Cells, place: int) -> None:
        row = self._new.rows[place]
        # somebody else's name in the new copy: the correction may be about another person
        is_renamed = any(
            before[at] is not None and theirs[at] not in (before[at], mine[at])
            for at in self._names
        )
        for at, heading in enumerate(self._shared):
            old, own, other = before[at], mine[at] or "", theirs[at] or ""
            if own in (old, other) or (old is None and not own):
                continue
            is_ours = other == old or (old is None and not other)
            if is_ours and not is_renamed:
                self.cells.append((row, heading, own))
                continue
            conflict = self._conflict(row.number, theirs, heading, old, own, other)
            if self._is_mine(conflict):
                self.cells.append((row, heading, own))

    def _leave_out(self, before: Cells, theirs: Cells, place: int) -> None:
        """Leave out a row that was deleted here."""
        row = self._new.rows[place]
        if theirs == before or self._is_mine(
            self._conflict(row.number, theirs, "", _line(before), "", _line(theirs))
        ):
            self.deleted.append(row)

    def _keep_row(self, before: Cells | None, mine: Cells, number: int) -> None:
        """Keep a row that was corrected here, and is not in the new copy."""
        old = _line(before) if before is not None else None
        if self._is_mine(self._conflict(number, mine, "", old, _line(mine), "")):
            self.added.append(mine)

    def _conflict(
        self, row: int, cells: Cells, heading: str, before: str | None, mine: str, theirs: str
    ) -> UpdateConflict:
        named = [cells[at] for at in self._names if cells[at]] or list(filter(None, cells))
        name = (named[0] or "")[:_LONGEST] if named else ""
        return UpdateConflict(self._table.file, row, name, heading, before, mine, theirs)

    def _is_mine(self, conflict: UpdateConflict) -> bool:
        choice = self._decide(conflict)
        if choice not in (MINE, THEIRS):
            self.undecided.append(conflict)
        return choice == MINE

    def write(self, merged: _MergedFile) -> None:
        """Write the changes into the new copy. HrdgraphError where it cannot hold a text."""
        file = self._new.file
        assert file is not None
        locked = file.find_locked()
        texts = [text for _, _, text in self.cells]
        for text in [*texts, *(cell or "" for cells in self.added for cell in cells)]:
            if code := file.refusal(text):
                raise HrdgraphError(code, value=text)
        for row, heading, text in self.cells:
            column = self._new.headings.index(heading)
            if (row.number, column) in locked:
                merged.unwritten.append(f"{row.number}: {heading}")
                continue
            row.cells[column] = text
            row.changed.add(column)
            merged.kept += 1
        gone = {row.number for row in self.deleted}
        rows = [row for row in self._new.rows if row.number not in gone]
        for number, cells in enumerate(self.added, 1):
            texts_of = dict(zip(self._shared, cells, strict=True))
            rows.append(TypedRow(-number, [texts_of.get(h) or "" for h in self._new.headings]))
        file.write(rows, sorted(gone))
        merged.kept += len(gone) + len(self.added)


def _name_columns(layout: Layout | None, headings: Sequence[str]) -> list[int]:
    """List the columns that name what a row is about."""
    if layout is None:
        return []
    columns = [layout.kind.column(layout.column_of(name)) for name in headings]
    return [
        at for at, one in enumerate(columns) if one and one.type == "name" and one.required
    ] or [at for at, one in enumerate(columns) if one and one.type == "name"][:1]


def _cells(table: ReadTable, headings: Sequence[str]) -> list[Cells]:
    places = [table.headings.index(name) if name in table.headings else -1 for name in headings]
    return [[row.cells[at].strip() if at >= 0 else None for at in places] for row in table.rows]


def _line(cells: Cells) -> str:
    return " · ".join(filter(None, cells))


def match_rows(
    old: Sequence[Cells], new: Sequence[Cells], *, by_place: bool = False
) -> dict[int, int]:
    """Return which new row each old row is, by their places: an equal one, else the one that
    shares most cells, rare texts first; with `by_place` also the one that stands in its place,
    between rows that are known. Rows may have moved."""
    waiting: dict[tuple[str | None, ...], list[int]] = defaultdict(list)
    for at in reversed(range(len(new))):
        waiting[tuple(new[at])].append(at)
    twins = {
        number: places.pop()
        for number, cells in enumerate(old)
        if (places := waiting.get(tuple(cells)))
    }
    twins |= _most_alike(old, new, twins)
    if by_place:
        twins |= _in_place(old, new, twins)
    return twins


def _most_alike(
    old: Sequence[Cells], new: Sequence[Cells], twins: Mapping[int, int]
) -> dict[int, int]:
    taken = set(twins.values())
    where: dict[tuple[int, str], list[int]] = defaultdict(list)
    for at, cells in enumerate(new):
        if at not in taken:
            for column, text in enumerate(cells):
                if text:
                    where[column, text].append(at)
    pairs = []
    for number, cells in enumerate(old):
        if number in twins:
            continue
        scores = Counter[int]()
        for column, text in enumerate(cells):
            rows = where.get((column, text), ()) if text else ()
            if len(rows) <= _COMMON:
                for at in rows:
                    scores[at] += 1000 // len(rows)
        for at, score in scores.items():
            compared = [pair for pair in zip(cells, new[at], strict=True) if any(pair)]
            filled, equal = len(compared), sum(one == other for one, other in compared)
            if equal >= _LIKE * filled:
                pairs.append((-equal / filled, -score, abs(number - at), number, at))
    more: dict[int, int] = {}
    for _, _, _, number, at in sorted(pairs):
        if number not in more and at not in taken:
            more[number] = at
            taken.add(at)
    return more


def _in_place(
    old: Sequence[Cells], new: Sequence[Cells], twins: Mapping[int, int]
) -> dict[int, int]:
    """Rows between two known neighbours that stand next to each other on both sides alike."""
    more: dict[int, int] = {}
    known = [(-1, -1), *sorted(twins.items()), (len(old), len(new))]
    for (before, first), (after, last) in pairwise(known):
        if after - before == last - first > 1:
            places = zip(range(before + 1, after), range(first + 1, last), strict=True)
            taken = set(twins.values())
            more |= {number: at for number, at in places if at not in taken}
    return more


# --- what is kept for updates


def _kept_folder(project: Project, part: str, name: str) -> Path:
    """Return the folder for what is kept of a source: its files as imported, or as before an
    update. Whoever may not read data/private reads none of it, and git passes it over."""
    return project.root / "data" / PRIVATE / "updates" / part / name


def _base_of(project: Project, source: Source, target: str) -> Path | None:
    """Return a file as it was imported last; None where nobody kept it."""
    folder = _kept_folder(project, "imported", source.name)
    names = filter(None, (target, original_of(source, target)))
    return next((folder / name for name in names if (folder / name).is_file()), None)


def keep_imported(project: Project, name: str, files: Sequence[Path], called: str = "") -> None:
    """Keep files as they were imported, for the next update. OutputError where that cannot be."""
    folder = _kept_folder(project, "imported", name)
    with writing_to(folder):
        _make_private(project, folder)
        for file in files:
            copy_file(file, folder / (called or file.name))


def keep_before(project: Project, name: str, files: Sequence[Path]) -> list[Path]:
    """Keep the state of a source before files take the place of its own. Returns those that are
    new to it. SourceError where one would revert corrections that no update can merge."""
    source = next((item for item in project.sources if item.name == name), None)
    if source is None:
        return list(files)
    new = [file for file in files if _is_new(project, source, file, file.name)]
    for own in (source.folder / file.name for file in new):
        base = _base_of(project, source, own.name)
        if own.is_file() and base is not None and base.read_bytes() != own.read_bytes():
            raise SourceError("import-would-revert", file=own.name, origin=Origin(str(own)))
    if new or not can_undo_update(project, name):  # an answer given again is part of its update
        _keep_state(project, source, [file.name for file in files])
    return new


def _is_new(project: Project, source: Source, file: Path, target: str) -> bool:
    """Tell whether a file is not the corrected one of the source itself, given again."""
    own = source.folder / target
    is_own = own.is_file() and own.read_bytes() == file.read_bytes()
    return not is_own or _base_of(project, source, target) is None


def _keep_state(project: Project, source: Source, names: Sequence[str]) -> None:
    folder = _kept_folder(project, "before", source.name)
    with writing_to(folder):
        shutil.rmtree(folder, ignore_errors=True)
        _make_private(project, folder)
        for name, pair in _places(project, source, names).items():
            if pair.is_file():
                (folder / name).parent.mkdir(mode=0o700, exist_ok=True)
                copy_file(pair, folder / name)


def _places(project: Project, source: Source, names: Sequence[str]) -> dict[str, Path]:
    """Return what an update may change, by its name in the folder of what was before."""
    imported = _kept_folder(project, "imported", source.name)
    return {
        "source.toml": source.description_file,
        **{f"files/{name}": source.folder / name for name in names},
        **{f"imported/{name}": imported / name for name in names},
    }


def _make_private(project: Project, folder: Path) -> None:
    top = project.root / "data" / PRIVATE
    below = folder.relative_to(top)
    for part in reversed((below, *below.parents)):
        (top / part).mkdir(mode=0o700, exist_ok=True)
    ignore = top / "updates" / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", "utf-8")


def _install(
    project: Project, source: Source, staged: Source, merged: Mapping[Path, _MergedFile],
    kept_back: Sequence[ClosedPart],
) -> None:  # fmt: skip
    """Keep what was there before, and put the merged files into their places; first the
    description says what of them only we see."""
    originals = [
        (file, original_of(source, one.target) or one.target) for file, one in merged.items()
    ]
    names = dict.fromkeys(
        [name for edit in merged.values() for name in (edit.target, edit.written)]
        + [name for _, name in originals]
    )
    _keep_state(project, source, list(names))
    _keep_back(source, kept_back)
    with writing_to(source.folder):
        for (file, name), one in zip(originals, merged.values(), strict=True):
            if _is_new(project, source, file, one.target):
                keep_imported(project, source.name, [file], name)
            if name != one.written:
                copy_file(file, source.folder / name)
            copy_file(staged.folder / one.written, source.folder / one.written)
            if one.written != one.target:
                turn_source(source, one.target, one.written)


def can_undo_update(project: Project, name: str) -> bool:
    """Tell whether the state of a source before its last update is kept."""
    return (_kept_folder(project, "before", name) / "source.toml").is_file()


def undo_update(project: Project, name: str) -> list[str]:
    """Bring a source back to the state before its last update, and keep the present one in its
    place, so that the next call brings that back. Returns the files. SourceError where nothing is
    kept."""
    folder = _kept_folder(project, "before", name)
    source = next((item for item in project.sources if item.name == name), None)
    if source is None or not can_undo_update(project, name):
        raise SourceError("word-nothing-back")
    names = sorted(path.name for path in (folder / "files").glob("*"))
    with writing_to(folder), TemporaryDirectory(dir=folder.parent) as temporary:
        for kept_name, place in _places(project, source, names).items():
            kept, aside = folder / kept_name, Path(temporary) / "aside"
            if not kept.is_file():
                continue
            if place.is_file():
                copy_file(place, aside)
            copy_file(kept, place)
            kept.unlink()
            if aside.is_file():
                aside.replace(kept)
    return names


# --- whether a description fits


class _FileRows(NamedTuple):
    """How many rows each file has, and the numbers of those of each table that sum up or are
    remarks, where its description says nothing of such."""

    counts: dict[str, int]
    dropped: dict[str, tuple[int, ...]]

    def list_dropped(self, source: Source, file: str) -> tuple[int, ...]:
        """List the dropped rows of the tables of a file."""
        own = (table.label for table in source.tables if table.file == file)
        return tuple(number for label in own for number in self.dropped.get(label, ()))


def _rows(project: Project, source: Source) -> _FileRows | None:
    """Return the rows that there are; None where a heading is new, or a needed one is gone."""
    rows = _FileRows({}, {})
    try:
        layouts = layouts_of(project.kinds, source)
        if not layouts or any(layout.unused for layout in layouts):
            return None
        for layout in layouts:
            numbers = _numbers(layout, layout.table)
            dropped = set[int]()
            if not layout.facts.totals and not bool(
                _KEPT.search(source.description_file.read_text("utf-8"))
            ):
                bare = replace(layout.table, facts=replace(layout.facts, totals=True))
                dropped = numbers - _numbers(layout, bare)
            rows.dropped[layout.table.label] = tuple(sorted(dropped))
            file, count = layout.table.file, len(numbers) - len(dropped)
            rows.counts[file] = rows.counts.get(file, 0) + count
    except HrdgraphError:
        return None
    return rows


def _numbers(layout: Layout, table: Table) -> set[int]:
    name, dialect = location_of(table)
    path = layout.source.table_file(table)
    frames = read(name, path, dialect, None, Origin(str(path)))
    return {number for frame in frames for number in frame[ROW]}


def _say_totals(source: Source, tables: Sequence[Table]) -> None:
    """Say of tables that they have rows that sum up; the description is else left as it was
    typed."""
    text = source.description_file.read_text("utf-8")
    heads = list(_TABLE.finditer(text))
    if not tables or len(heads) != len(source.tables):
        return
    for head, table in reversed([*zip(heads, source.tables, strict=True)]):
        if table in tables:
            text = f"{text[: head.end()]}\ntotals = true{text[head.end() :]}"
    write_file(source.description_file, [text.encode()])


# --- what is private in a new copy, and was in none before


def _find_private(
    project: Project, source: Source, staged: Source, merged: Iterable[_MergedFile]
) -> list[ClosedPart]:
    """Find what an import would keep back of the new copies and nobody has been asked about: the
    person who said who sees the table has not seen these cells."""
    written = {edit.target: edit.written for edit in merged}
    parts = []
    for layout in layouts_of(project.kinds, source):
        table = layout.table
        if table.file in written and {source.visibility, table.visibility} == {"public"}:
            new = _rename(table, written[table.file])
            parts += [*_private_columns(layout, staged, new), *_private_signs(layout, staged, new)]
    return parts


def _private_columns(layout: Layout, staged: Source, table: Table) -> Iterator[ClosedPart]:
    """Yield the columns for everybody with a sort of private data that none of their cells had."""
    ours, new = read_table(layout.source, layout.table), read_table(staged, table)
    unseen = {field.name for field in table.fields if field.visibility != "public"}
    for heading in new.headings:
        if heading in unseen or heading in layout.facts.ignore or heading in layout.facts.rows:
            continue
        column = layout.kind.column(layout.column_of(heading))
        is_link = column is not None and column.type in ("document", "address")
        before, now = ({cells[0] or "" for cells in _cells(one, [heading])} for one in (ours, new))
        texts = (text for text in now - before if not (is_link and whole_address(text)))
        held = set(private_data_in(texts)).difference(private_data_in(before))
        if held:
            yield ClosedPart(layout.table.label, heading, f"who-{min(held)}")


def _private_signs(layout: Layout, staged: Source, table: Table) -> Iterator[ClosedPart]:
    """Yield the whole table, where a title or a cell says now that something is not for everybody,
    or rows are marked now. Cells that say who sees their row are read anyhow."""
    ours = _signs(layout.source.table_file(layout.table), layout)
    new = _signs(staged.table_file(table), layout)
    texts = sorted(new.texts - ours.texts)
    marks = zip(new.marks, ours.marks, strict=True)
    if texts:
        yield ClosedPart(layout.table.label, "", "who-copy-says-private", texts[0])
    elif rows := sorted(row for now, before in marks if now and not before for row in now):
        text = ", ".join(map(str, rows[:_MARKED]))
        yield ClosedPart(layout.table.label, "", "who-rows-marked", text)


class _Signs(NamedTuple):
    """The texts of a sheet that say that something is private, and the rows that are hidden,
    coloured and struck out."""

    texts: set[str]
    marks: tuple[set[int], ...]


def _signs(file: Path, layout: Layout) -> _Signs:
    sheet, is_book = layout.facts.sheet, file.suffix.lower() in WORKBOOKS
    cells = cells_of(file, sheet, None if is_book else location_of(layout.table)[1])
    texts = {cell for row in cells for cell in row if cell and says_private(cell)}
    read = read_table(replace(layout.source, folder=file.parent), _rename(layout.table, file.name))
    # a column with a meaning said for each cell: others keep their row back
    exact = (heading for heading, rows in layout.facts.rows.items() if "*" not in rows)
    levels = [heading for heading in (layout.heading_of(SCHEME), *exact) if heading]
    texts -= {cell or "" for row in _cells(read, levels) for cell in row}
    marks = marks_of(read_bytes(file), sheet) if is_book else NO_MARKS
    rows = {row.number for row in read.rows}
    hidden, coloured, struck = (rows & of for of in (marks.hidden, marks.coloured, marks.struck))
    return _Signs(texts, (hidden, coloured if 3 * len(coloured) <= len(rows) else set(), struck))


def _keep_back(source: Source, parts: Sequence[ClosedPart]) -> None:
    """Write into the description that only we see some columns and tables; where that has not the
    shape that an import writes, that only we see the source."""
    if not parts:
        return
    text = source.description_file.read_text("utf-8")
    heads = [head.end() for head in _TABLE.finditer(text)]
    if len(heads) != len(source.tables):
        text, heads = _with_level(text, 0), []
    for place, table in reversed([*zip(heads, source.tables, strict=False)]):
        own = [part for part in parts if part.table == table.label]
        if any(not rule.heading for rule in own):
            text = _with_level(text, place)
        for one in own:
            if one.heading:
                text = _with_restricted(text, place, one.heading)
    write_file(source.description_file, [text.encode()])


def _with_level(text: str, place: int) -> str:
    """Return the text of a description with `visibility = "restricted"` in the part that begins at
    a place."""
    if match := _search(r"^[ \t]*visibility[ \t]*=[ \t]*([^\n]*)", text, place):
        return f'{text[: match.start(1)]}"restricted"{text[match.end(1) :]}'
    line = 'visibility = "restricted"'
    return f"{text[:place]}\n{line}{text[place:]}" if place else f"{line}\n{text}"


def _with_restricted(text: str, place: int, heading: str) -> str:
    """Return the same with one more heading in the list `restricted`."""
    name = json.dumps(heading, ensure_ascii=False)
    if match := _search(r"^[ \t]*restricted[ \t]*=[ \t]*\[", text, place):
        return f"{text[: match.end()]}{name}, {text[match.end() :]}"
    return f"{text[:place]}\nrestricted = [{name}]{text[place:]}"


def _search(pattern: str, text: str, place: int) -> re.Match[str] | None:
    """Return the first line like a pattern, before another part of the description begins."""
    part = re.compile(r"^[ \t]*\[", re.MULTILINE).search(text, place)
    end = part.start() if part else len(text)
    return re.compile(pattern, re.MULTILINE).search(text, place, end)
