"""Load the plan of a source from a cache, if all that it depends on is unchanged."""

from __future__ import annotations

from pathlib import Path

from hrdgraph.disk_cache import code_version, digest_of, digests_of_files, keep, recall
from hrdgraph.errors import HrdgraphError
from hrdgraph.mapping.facts.layout import location_of
from hrdgraph.mapping.model import LogicalSource
from hrdgraph.mapping.plan import Plan, scans
from hrdgraph.project import Project, Source, find_folder, model_dirs
from hrdgraph.sources.registry import header_of

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
