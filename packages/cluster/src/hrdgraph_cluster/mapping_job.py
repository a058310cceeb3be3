"""A whole mapping on an engine: staged, joined, made into lines, and committed as a bulk folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import reduce
from pathlib import Path
from typing import Any, Final, NamedTuple

from hrdgraph.errors import HrdgraphError, MappingError, Origin, OutputError, raise_all
from hrdgraph.exports.bulk import MANIFEST, loader_files, manifest_of
from hrdgraph.mapping.execution.ntriples import is_multi
from hrdgraph.mapping.execution.row_rejection import Reject, reject_once
from hrdgraph.mapping.execution.scan import NO_ROWS, Progress, Skip
from hrdgraph.mapping.expressions import term_references
from hrdgraph.mapping.plan import (
    INDEX,
    Elements,
    Enumerate,
    Gather,
    Join,
    Plan,
    QuadRule,
    Relation,
    base_scan,
    parts_of,
    terms_of,
)
from hrdgraph.mapping.planning.keys import Key, prove_distinct
from hrdgraph.rdf.graph import DEFAULT_GRAPH
from hrdgraph.sources.reference_columns import kinds_of
from hrdgraph.tempfiles import passing_folder
from hrdgraph.version import __version__
from hrdgraph_cluster.relational import EngineRows, RelationalPart, is_staged_only
from hrdgraph_cluster.session import EngineLimits, check_engine, session_on
from hrdgraph_cluster.staging import TEXT, TEXTS, all_scans, stage
from hrdgraph_cluster.storage import StorageFolder
from hrdgraph_cluster.tasks import (
    FAULTS,
    LINES,
    PART,
    SUMMARIES,
    FaultLog,
    KernelTask,
    LinesTask,
    PartsTask,
    PartSummary,
    SortedPartsTask,
    read_errors,
)
from hrdgraph_cluster.term_kernel import POSITION, TermKernel, base_of, is_across, is_of_file


def check_runs(plan: Plan) -> None:
    """Raise a MappingError for each rule that needs what no engine does."""
    raise_all(list({str(error): error for error in _refused(plan)}.values()))


def _refused(plan: Plan) -> Iterator[MappingError]:
    for rule in plan.rules:
        if what := _missing(rule):
            yield MappingError("engine-cannot", what=what, origin=rule.origin)


def _missing(rule: QuadRule) -> str:
    """The term of RML that a rule uses and no engine has; empty where there is none."""
    parts = parts_of(rule.relation)
    if rule.targets:
        return "rml:logicalTarget"
    gathers = any(isinstance(part, Gather | Elements) for part in parts)
    joins = any(isinstance(part, Join) for part in parts)
    if is_across(rule.relation) or (gathers and joins):
        return "rml:gather"
    return "rml:LogicalView" if any(map(_is_renumbered, parts)) else ""


def _is_renumbered(part: Relation) -> bool:
    """Whether the rows of a view are numbered that are not those of a file, so that the numbers
    depend on all rows before."""
    return isinstance(part, Enumerate) and part.name == INDEX and not is_of_file(part)


def faults_in(folder: StorageFolder, files: Sequence[str]) -> Iterator[HrdgraphError]:
    """The errors that tasks left, by file, in the order of the plan, and row: tasks come to an
    end in any order."""
    order = {file: number for number, file in enumerate(files)}
    found = [
        error
        for name in folder.names()
        if name.startswith(FAULTS)
        for error in read_errors(folder.read(name))
    ]
    yield from sorted(
        found,
        key=lambda error: (
            order.get(error.origin.file, len(order)),
            error.origin.row or 0,
            error.origin.column or "",
        ),
    )


def commit(folder: StorageFolder, parts: Sequence[PartSummary], target: StorageFolder) -> int:
    """Make the folder whole and, of a path, have it appear. Returns how many statements it has."""
    ordered = sorted(parts, key=lambda part: (part.bucket, part.sha256, part.name))
    names = {part.name: f"part-{number:04}.nq.gz" for number, part in enumerate(ordered)}
    for name in folder.names():
        if name in names:
            folder.rename(name, names[name])
        else:  # of an attempt that does not count, or what tasks told
            folder.remove(name)
    told = [
        {
            "name": names[part.name],
            "statements": part.statements,
            "bytes": part.bytes,
            "sha256": part.sha256,
        }
        for part in ordered
    ]
    for name, data in loader_files():
        folder.write(name, data)
    folder.write(MANIFEST, manifest_of(told))
    if folder != target:
        Path(folder.place).rename(target.place)
    return sum(part.statements for part in ordered)


_BUCKETS: Final = 10_000


class JobOptions(NamedTuple):
    """How a mapping is run: on which engine, with which limits; which lines may repeat: none
    (`exact`), those of different rules and rows (`source`), all (`none`). With `reject`, rows
    that cannot be mapped are left out and told; `progress` is told how many rows of a file have
    been read. `graph` is the N-Triples text of the graph of rules without a graph map; the rows
    of `skip` are passed over."""

    on: str
    limits: EngineLimits
    distinct: str = "exact"
    reject: Reject | None = None
    progress: Progress | None = None
    graph: str = DEFAULT_GRAPH
    skip: Skip = NO_ROWS


def map_on(plan: Plan, output: str | Path, options: JobOptions, session: Any | None = None) -> int:
    """Run a plan on an engine into a new bulk folder, by its path or URL. Returns how many
    statements it has. The folder is there when all of it is; nothing that looks whole is left
    where the run ends early. A `session` that is open already is used, and stays open."""
    check_engine(options.on)
    check_runs(plan)
    target = StorageFolder.of(output)
    with _prepared(target) as folder:
        told = None if options.reject is None else reject_once(options.reject)
        staging = folder.inside("staging")
        staged = stage(plan, staging, told, options.progress, options.skip)
        faults = FaultLog(folder, options.reject is not None)
        with nullcontext(session) if session else session_on(options.on, options.limits) as own:
            part = RelationalPart(own, staged, faults)
            summaries = _Job(plan, part, options).run()
        files = [str(scan.source.path) for scan in all_scans(plan)]
        for error in faults_in(folder, files):
            if told is None:
                raise error
            told(error)
        staging.clear()
        return commit(folder, summaries, target)


@contextmanager
def _prepared(target: StorageFolder) -> Iterator[StorageFolder]:
    """The folder in which the parts are made: beside that of a path, which it will become."""
    if not target.is_local:
        if target.names():
            raise OutputError("folder-exists", origin=Origin(target.place))
        try:
            yield target
        except BaseException:
            target.clear()
            raise
        return
    path = Path(target.place)
    if path.exists():
        raise OutputError("folder-exists", origin=Origin(str(path)))
    from hrdgraph.atomic_files import writing_to

    with writing_to(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with passing_folder(path.parent, f".{path.name}.") as made:
            yield StorageFolder.of(made)


class _Share(NamedTuple):
    """Rules that are run together, over rows of their relation."""

    rows: EngineRows
    relation: Relation
    rules: tuple[QuadRule, ...]
    probed: tuple[QuadRule, ...]


class _Job:
    """Parts the rules of a plan into those whose lines are written as they come, since each is
    there once, and those whose lines the engine sorts."""

    def __init__(self, plan: Plan, part: RelationalPart, options: JobOptions) -> None:
        self._plan, self._part, self._distinct = plan, part, options.distinct
        self._graph = options.graph
        self._keys = prove_distinct(plan.rules, graphs=True).keys
        self._direct, self._sorted = list[_Share](), list[_Share]()

    def run(self) -> list[PartSummary]:
        """Run all rules; returns the parts that count."""
        for relation, rules in self._plan.by_relation():
            self._divide(relation, rules)
        frames = [self._parts(share) for share in self._direct]
        frames += [self._sorted_parts()] if self._sorted else []
        if not frames:
            return []
        rows = reduce(lambda one, other: one.union(other), frames).collect()
        return [PartSummary(*row) for row in rows]

    def _divide(self, relation: Relation, rules: Sequence[QuadRule]) -> None:
        rows = self._part.rows(base_of(relation))
        if is_staged_only(relation):
            rows = rows.using(name for term in terms_of(rules) for name in term_references(term))
        if not any(isinstance(part, Enumerate) for part in parts_of(relation)):
            rows = rows.only(name for name in rows.names if name != POSITION)
        settled = self._settled(relation, rows, rules) if self._distinct != "none" else []
        if self._distinct == "none":
            self._share(self._direct, rows, relation, rules, rules)
            return
        proven = self._proven(rows, settled)
        if settled and not proven and not self._part.faults.skips:
            rows = rows.once()  # whole rows that repeat are the usual reason
            proven = self._proven(rows, settled)
        rest = [rule for rule in rules if rule.number not in {one.number for one in proven}]
        self._share(self._direct, rows, relation, proven, rules)
        others = self._sorted if self._distinct == "exact" else self._direct
        self._share(others, rows, relation, rest, rules)

    def _share(
        self,
        shares: list[_Share],
        rows: EngineRows,
        relation: Relation,
        rules: Sequence[QuadRule],
        probed: Sequence[QuadRule],
    ) -> None:
        if rules:
            shares.append(_Share(rows, relation, tuple(rules), tuple(probed)))

    def _settled(
        self, relation: Relation, rows: EngineRows, rules: Sequence[QuadRule]
    ) -> list[QuadRule]:
        """The rules that make no line of another rule, over rows as the engine has them."""
        lists = {name for name, _, kind in rows.columns if kind == TEXTS}
        return [
            rule
            for rule in rules
            if is_staged_only(relation) and rule.number in self._keys and not is_multi(rule, lists)
        ]

    def _proven(self, rows: EngineRows, rules: Sequence[QuadRule]) -> list[QuadRule]:
        """The rules of which each row makes a line of its own: a column that most of them tell
        differs in every row, or the columns that all of them tell do together."""
        usable = [_columns(self._keys[rule.number], rows) for rule in rules]
        times = Counter(name for names in usable for name in names)
        if not times:
            return []
        most = max(times.values())
        name = min(name for name, count in times.items() if count == most)
        if rows.differ_in([name]):
            return [rule for rule, names in zip(rules, usable, strict=True) if name in names]
        common = sorted(frozenset.intersection(*usable))
        return list(rules) if len(common) > 1 and rows.differ_in(common) else []

    def _task(self, share: _Share) -> KernelTask:
        base = base_of(share.relation)
        faults = self._part.faults
        probed = share.probed if faults.skips else ()
        names = share.rows.names
        kernel = TermKernel(share.relation, share.rules, base, names, self._graph, probed)
        return KernelTask(kernel, faults, __version__)

    def _parts(self, share: _Share) -> Any:
        return share.rows.frame.mapInArrow(PartsTask(self._task(share)), SUMMARIES)

    def _sorted_parts(self) -> Any:
        """Equal lines come into one bucket, and sorted they stand side by side."""
        from pyspark.sql.connect import functions as engine
        from pyspark.sql.connect.window import Window

        lines = reduce(
            lambda one, other: one.union(other),
            (
                share.rows.frame.mapInArrow(LinesTask(self._task(share)), LINES)
                for share in self._sorted
            ),
        )
        # a plain sort before a task is one that an engine may leave out; that of a window is not
        order = Window.partitionBy("bucket").orderBy("line")
        bucket = engine.crc32(engine.col("line").cast("binary")) % self._buckets()
        sorted_lines = lines.select("line", bucket.alias("bucket")).select(
            "line", "bucket", engine.row_number().over(order).alias("number")
        )
        task = SortedPartsTask(self._part.faults.folder)
        return sorted_lines.mapInArrow(task, SUMMARIES)

    def _buckets(self) -> int:
        """As many as parts are expected, by what is known before: equal on every engine, so that
        equal sources give equal parts."""
        lines = sum(
            self._part.staged[base_scan(share.relation)].rows * len(share.rules)
            for share in self._sorted
        )
        return max(1, min(_BUCKETS, -(-lines // PART)))


def _columns(key: Key, rows: EngineRows) -> frozenset[str]:
    """The columns of which different texts give different quads: single texts without kinds."""
    known = {name: kind for name, _, kind in rows.columns}
    natural = {name for name in key.natural if kinds_of(name) not in known}
    return frozenset(name for name in key.columns | natural if known.get(name) == TEXT)
