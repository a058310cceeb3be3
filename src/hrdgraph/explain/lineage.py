"""Trace statements to the source rows that made them, through the names that things had before
identity."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Self

from hrdgraph.disk_cache import code_version, digest_of, digests_of_files, keep, recall
from hrdgraph.errors import HrdgraphError, Origin, raise_all
from hrdgraph.identity.ledger import Ledger
from hrdgraph.mapping.facts.layout import location_of
from hrdgraph.mapping.model import LogicalSource
from hrdgraph.mapping.plan import Plan, scans
from hrdgraph.paths import project_path
from hrdgraph.project import Project, Source, find_folder, model_dirs
from hrdgraph.rdf import ColumnGraph
from hrdgraph.sources.registry import header_of
from hrdgraph.vocab import SKOS

if TYPE_CHECKING:
    from hrdgraph.mapping.tracing import MadeRows, Trace, Tracer


_MOST = 16 << 20  # bytes of a file that is read whole to know whether it has changed
Heads = dict[Path, tuple[str, ...]]


def plan_of(project: Project, source: Source) -> Plan:
    """Read and bind the mapping of a source. Raises everything that is wrong in it."""
    if not _is_public(source):
        return make_plan(project, source)
    try:
        heads = heads_of(source)
    except (HrdgraphError, OSError):  # which is told with all else that is wrong
        return make_plan(project, source)
    name, key = _name(project, source), _key(project, source, heads)
    kept = recall(name, key)
    if kept is not None and digests_of_files(kept[0]) == kept[1]:
        plan: Plan = kept[2]
        return plan
    plan = make_plan(project, source)
    read = _read_by(plan, source, heads)
    # who changed a file meanwhile gets a plan anew
    if read is not None and key == _key(project, source, heads_of(source)):
        keep(name, key, (read, digests_of_files(read), plan))
    return plan


def make_plan(project: Project, source: Source) -> Plan:
    """Make the plan of a source. The planner is only imported here."""
    from hrdgraph.mapping.facts.document import read_source
    from hrdgraph.mapping.planning.bind import bind

    return bind(read_source(project, source))


def _is_public(source: Source) -> bool:
    """Say whether a plan only repeats public things: the cache outlives the project, so it must
    not hold hidden sources, tables or namesakes, or constants where columns are hidden."""
    facts = [table.facts for table in source.tables if table.facts]
    whole = {source.visibility, *(table.visibility for table in source.tables)}
    whole |= {file.visibility for file in source.files}
    if whole != {"public"} or any(each.apart for each in facts):
        return False
    columns = {field.visibility for table in source.tables for field in table.fields}
    columns |= {level for file in source.files for level in file.columns.values()}
    cells = (item for each in facts for items in each.columns.values() for item in items)
    has_constants = source.has_mapping or any(item.value is not None for item in cells)
    return columns <= {"public"} or not has_constants


def heads_of(source: Source) -> Heads:
    """Return the headings of plain tables, by file. If all tables of a source are tables of facts,
    its plan depends on nothing else in them: it stays valid while other rows change."""
    if source.has_mapping:
        return {}
    return {
        source.table_file(table): tuple(header_of(source.table_file(table), dialect))
        for table in source.tables
        for name, dialect in [location_of(table)]
        if name == "CSV" and table.file.lower().endswith((".csv", ".tsv", ".tab"))
    }


def _name(project: Project, source: Source) -> str:
    """Return the name of a plan in the cache. A build has more fields than an explanation, so each
    has its own."""
    fields = sum(len(table.fields) for table in source.tables)
    return f"plan {project.root.absolute()} {source.name} {fields}"


def _key(project: Project, source: Source, heads: Heads) -> str:
    """Return a digest of all that a plan depends on, except the files that it reads."""
    folders = (*model_dirs(project.root), find_folder("ontology") / "tables")
    files = [source.description_file, *source.mapping_files]
    files += [path for folder in folders for path in _below(folder)]
    settings = (source, project.root, project.base, project.graph_base, project.prefixes)
    return digest_of([code_version(), Path.cwd(), *settings, heads, *digests_of_files(files)])


def _below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _read_by(plan: Plan, source: Source, heads: Heads) -> list[Path] | None:
    """Return the files that a plan reads beyond headings; None if one is large, or no file."""
    relations = (relation for relation, _ in plan.by_relation())
    read = {scan.source for relation in relations for scan in scans(relation)}
    files = {item.path for item in read} | set(map(source.table_file, source.tables))
    if not all(map(_is_file, read)) or any(
        path.stat().st_size > _MOST for path in files - {*heads}
    ):
        return None
    return sorted(files - {*heads})


def _is_file(source: LogicalSource) -> bool:
    return source.dialect.database is None and source.path.is_file()


# subject, predicate and object as N-Triples texts; None for any
Asked = tuple[str, str | None, str | None]
# the N-Triples text of a thing into the texts of all its names
Names = Callable[[str], frozenset[str]]

NO_ROWS: Final[MadeRows] = MappingProxyType({})
_LABELS = frozenset((SKOS.prefLabel.n3(), SKOS.altLabel.n3()))


def names_of(ledger: Ledger) -> Names:
    """Return a function from any name of a thing to all its names: those that the ledger judges to
    be the same."""

    def names(text: str) -> frozenset[str]:
        same = ledger.members.get(text[1:-1]) if text.startswith("<") else None
        return frozenset(f"<{iri}>" for iri in same) if same else frozenset((text,))

    return names


def names_in_public(names: Names, graph: ColumnGraph, ledger: Ledger) -> Names:
    """Return the function of those names of a thing that a published graph shows, with the
    unpublished names of published things, but not of withheld ones."""
    private = {
        f"<{row.name}>": f"<{row.iri}>" for row in ledger.persistent if row.public_name != row.name
    }
    return lambda text: frozenset(
        name
        for name in names(text)
        if name == text or graph.position(private.get(name, name)) is not None
    )


@dataclass(frozen=True)
class SourcePlan:
    """A source with the bound plan of its mapping, and the IRI of its named graph."""

    source: Source
    plan: Plan
    graph: str


def plan_source(project: Project, source: Source) -> SourcePlan:
    """Read and bind the mapping of a source. Raises everything that is wrong in it."""
    return SourcePlan(source, plan_of(project, source), project.graph_name(source.name))


def plan_sources(project: Project, sources: Iterable[Source]) -> tuple[SourcePlan, ...]:
    """Plan each source. Raises everything that is wrong in any of them at once."""
    plans: list[SourcePlan] = []
    errors: list[HrdgraphError] = []
    for source in sources:
        try:
            plans.append(plan_source(project, source))
        except HrdgraphError as error:
            errors.append(error)
    raise_all(errors)
    return tuple(plans)


def ignore_row(_: object) -> None:
    """Ignore a row that cannot be mapped: a build left it out, or there is none."""


def tracer_of(item: SourcePlan, rows: MadeRows = NO_ROWS) -> Tracer:
    """Return the tracer of a source; some of its `rows` may be made already."""
    from hrdgraph.mapping.tracing import Tracer

    return Tracer(item.plan, ignore_row, rows)


class _TracersAsNeeded(Mapping[str, "Tracer"]):
    """The tracer of each source by the IRI of its graph, planned when first needed: a question
    about one thing does not wait for all mappings."""

    def __init__(self, project: Project, sources: Iterable[Source]) -> None:
        self._project = project
        self._sources = {project.graph_name(source.name): source for source in sources}
        self._made: dict[str, Tracer] = {}

    def __getitem__(self, graph: str) -> Tracer:
        if graph not in self._made:
            self._made[graph] = tracer_of(plan_source(self._project, self._sources[graph]))
        return self._made[graph]

    def __contains__(self, graph: object) -> bool:
        return graph in self._sources

    def __iter__(self) -> Iterator[str]:
        return iter(self._sources)

    def __len__(self) -> int:
        return len(self._sources)


class Lineage:
    """Traces statements of the built graph over all sources, by all `names` of things. A source is
    read when first needed, then cached."""

    def __init__(
        self, plans: Iterable[SourcePlan], names: Names, root: Path,
        tracer: Callable[[SourcePlan], Tracer] = tracer_of,
    ) -> None:  # fmt: skip
        self._tracers: Mapping[str, Tracer] = {item.graph: tracer(item) for item in plans}
        self.names = names
        self._root = root
        self._name = cache(self._inside)  # many rows are of few files

    @classmethod
    def of_project(cls, project: Project, names: Names) -> Self:
        """Trace over the sources of a project as they are now. Errors in a mapping are raised by
        the first trace that needs it."""
        lineage = cls((), names, project.root)
        lineage._tracers = _TracersAsNeeded(project, project.sources)
        return lineage

    def of(
        self, subject: str, predicate: str | None = None, object: str | None = None, *,
        graph: str | None = None,
    ) -> list[Trace]:  # fmt: skip
        """Return every way in which statements of this subject (and predicate, and object) were
        made. Terms are N-Triples texts; `graph` is the IRI of a source's graph, all sources
        without it. Derived statements have none."""
        tracers = self._of(graph)
        predicates = None if predicate is None else _predicates_before(predicate)
        objects = None if object is None else self.names(object)
        traces = [
            trace
            for tracer in tracers
            for trace in tracer.trace(self.names(subject), predicates, objects)
        ]
        return [self._with_relative_paths(trace) for trace in traces]

    def each(
        self, asked: Sequence[Asked], *, graph: str | None = None, most: int | None = None
    ) -> list[list[Trace]]:
        """Do what `of` does, for many statements at once. With `most`, stop after the ways that
        name so many rows: an award may be stated in thousands."""
        places: list[int] = []
        triples: list[Asked] = []
        for place, (subject, predicate, object) in enumerate(asked):
            predicates = [None] if predicate is None else sorted(_predicates_before(predicate))
            ends = [None] if object is None else sorted(self.names(object))
            for triple in product(sorted(self.names(subject)), predicates, ends):
                places.append(place)
                triples.append(triple)
        traces_at: list[dict[Trace, None]] = [{} for _ in asked]
        for tracer in self._of(graph) if triples else ():
            for place, traces in zip(places, tracer.trace_each(triples, most), strict=True):
                if isinstance(traces, tuple):
                    traces_at[place] |= dict.fromkeys(traces)
        return [[self._with_relative_paths(trace) for trace in traces] for traces in traces_at]

    def first_of(self, asked: Sequence[Sequence[Asked]], *, most: int) -> list[list[Trace]]:
        """Do the same for many lists of statements: of each, the first that any way made."""
        traces_of: list[list[Trace]] = [[] for _ in asked]
        for turn in range(max(map(len, asked), default=0)):
            places = [at for at, ways in enumerate(asked) if turn < len(ways) and not traces_of[at]]
            traced = self.each([asked[place][turn] for place in places], most=most)
            for place, traces in zip(places, traced, strict=True):
                traces_of[place] = traces
        return traces_of

    def _of(self, graph: str | None) -> list[Tracer]:
        if not graph:
            return list(self._tracers.values())
        return [self._tracers[graph]] if graph in self._tracers else []

    def _with_relative_paths(self, trace: Trace) -> Trace:
        """Return the trace with paths relative to the project folder."""
        rule, rows = self._relative(trace.rule), tuple(map(self._relative, trace.rows))
        cells = tuple(replace(cell, origin=self._relative(cell.origin)) for cell in trace.cells)
        return replace(trace, rule=rule, rows=rows, cells=cells)

    def _relative(self, origin: Origin) -> Origin:
        return replace(origin, file=self._name(origin.file))

    def _inside(self, file: str) -> str:
        return project_path(Path(file), self._root)


def _predicates_before(predicate: str) -> frozenset[str]:
    """Return the predicates that a mapping may have used for a statement: identity turns second
    preferred labels of a thing into others, and others that are a preferred label elsewhere
    into preferred ones."""
    return _LABELS if predicate in _LABELS else frozenset((predicate,))
