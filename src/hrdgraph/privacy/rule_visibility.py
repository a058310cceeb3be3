"""What source.toml says of tables and columns into a level for each rule of a mapping: the
strictest of all that the rule reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, ProjectError, raise_all
from hrdgraph.explain import SourcePlan
from hrdgraph.mapping.plan import QuadRule
from hrdgraph.nearest import nearest
from hrdgraph.privacy import Level, level_of
from hrdgraph.privacy.rule_references import Read, reads
from hrdgraph.project import Source
from hrdgraph.project.spelling import misspelt

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
        """The stricter of two; of equal ones the first."""
        return other if other.level > self.level else self


OPEN: Final = Set()


@dataclass(frozen=True)
class DeclaredVisibility:
    """What is said of one file: of all that is made from it, and of single columns."""

    owner: str
    whole: Set
    columns: Mapping[str, Set]

    def beside(self, other: DeclaredVisibility | None) -> DeclaredVisibility:
        """What this and another table of one file say: of equal columns, the strictest."""
        if other is None:
            return self
        columns = {
            name: self.columns.get(name, OPEN) | other.columns.get(name, OPEN)
            for name in {**other.columns, **self.columns}
        }
        return DeclaredVisibility(self.owner, self.whole | other.whole, columns)

    def of(self, reference: str, formulation: str) -> Set:
        """What is said of a reference: of a path, also of what lies below or above it, since the
        whole tells the part."""
        found = OPEN
        for column, said in self.columns.items():
            found |= said if _touches(reference, column, formulation) else OPEN
        return found


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
        self._files: dict[Path, DeclaredVisibility] = {}
        for path, said in (item for source in self._sources for item in _declared(source)):
            self._files[path] = said.beside(self._files.get(path))
        closed = any(level_of(source.visibility) for source in self._sources)
        self._is_open = not closed and not any(
            said.whole.level or said.columns for said in self._files.values()
        )

    def of(self, item: SourcePlan, rule: QuadRule) -> Set:
        """The strictest of what is said of the files and columns that a rule reads."""
        found = OPEN
        if self._is_open:
            return found
        for source, reference in sorted(reads(rule), key=lambda read: (str(read[0].path), read[1])):
            said = self._files.get(_key(source.path))
            if said is None:
                found |= self._in_folder(source.path, item.source)
            else:
                found |= (
                    _outside(said, item.source, self._sources)
                    | said.whole
                    | (said.of(reference, source.formulation) if reference else OPEN)
                )
        return found

    def of_statements(self, item: SourcePlan, rule: QuadRule) -> Set:
        """The same for what the rule makes: where it goes into a graph of its own, that of its
        source counts too, which else the name of the graph tells."""
        return self.of(item, rule) | (_of_source(item.source) if rule.graph is not None else OPEN)

    def _in_folder(self, path: Path, reader: Source) -> Set:
        """Of a file that nothing is said of: what its source says, where another source reads
        it."""
        owner = next(
            (source for source in self._sources if _key(path).is_relative_to(_key(source.folder))),
            reader,
        )
        return OPEN if owner == reader else _of_source(owner)

    def check(self, plans: Iterable[SourcePlan]) -> None:
        """Refuse a file that the disk has under another name, and a column of `[[file]]` that is
        not read, but nearly: what is said of a misspelt name would protect nothing."""
        plans = tuple(plans)
        raise_all([error for item in plans for error in _misnamed(item)])
        used: dict[Path, set[Read]] = {}
        if self._is_open:
            return
        for item in plans:
            for rule in item.plan.rules:
                for read in reads(rule):
                    used.setdefault(_key(read[0].path), set()).add(read)
        raise_all([error for source in self._sources for error in _misspelt(source, used)])


def _declared(source: Source) -> Iterable[tuple[Path, DeclaredVisibility]]:
    for table in source.tables:
        columns = {field.name: field.visibility for field in table.fields}
        yield _key(source.table_file(table)), _said(source, table.file, table.visibility, columns)
    for file in source.files:
        yield (
            _key(source.folder / file.name),
            _said(source, file.name, file.visibility, file.columns),
        )


def _said(
    source: Source, file: str, visibility: str, columns: Mapping[str, str]
) -> DeclaredVisibility:
    place = f"{_toml(source)}, {file}"
    hidden = {
        name: Set(level_of(word), f"{place}, column '{name}'")
        for name, word in columns.items()
        if word != Level.PUBLIC.code
    }
    return DeclaredVisibility(source.name, Set(level_of(visibility), place), hidden)


def _outside(said: DeclaredVisibility, reader: Source, sources: tuple[Source, ...]) -> Set:
    """What the source says whose file is read, where it is not the reader's own."""
    return (
        OPEN
        if said.owner == reader.name
        else next((_of_source(item) for item in sources if item.name == said.owner), OPEN)
    )


def _of_source(source: Source) -> Set:
    return Set(level_of(source.visibility), _toml(source))


def _toml(source: Source) -> str:
    return f"data/sources/{source.name}/source.toml"


def _key(path: Path) -> Path:
    return path.resolve()


def _misnamed(item: SourcePlan) -> Iterable[ProjectError]:
    files = {scan.source.path for scan in item.plan.scans}
    root, place = (
        item.source.folder.parents[2],
        Origin(str((*item.source.mapping_files, item.source.description_file)[0])),
    )
    return (error for path in sorted(files) if (error := misspelt(path, root, place)))


def _misspelt(source: Source, used: Mapping[Path, set[Read]]) -> list[ProjectError]:
    errors: list[ProjectError] = []
    for file in source.files:
        known = [
            (name, item.formulation)
            for item, name in used.get(_key(source.folder / file.name), ())
            if name not in _ITSELF
        ]
        for name in file.columns:
            is_read = any(_touches(other, name, kind) for other, kind in known)
            near = None if is_read else nearest(name, [other for other, _ in known], 0.75)
            if near is not None:
                origin = Origin(str(source.description_file), node=f"[[file]] {file.name}")
                fact = Message("column-not-read", name=name)
                errors.append(
                    ProjectError(
                        fact, origin=origin, hint=Message("did-you-mean-else-leave", near=near)
                    )
                )
    return errors
