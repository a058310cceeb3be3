"""Map sources into one graph of columns: each into its own named graph, with its description, and
the ontology in another."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import polars as pl

from hrdgraph.errors import HrdgraphError, MappingError, Origin, SourceError, raise_all
from hrdgraph.explain.lineage import SourcePlan
from hrdgraph.fact_kinds.confidentiality import SCHEME
from hrdgraph.findings.model import Finding
from hrdgraph.mapping.execution.execute import GraphSink, KeptRows, Routes, Rows, run
from hrdgraph.mapping.execution.scan import (
    NO_ROWS,
    Progress,
    RowFacts,
    Skip,
    cells_of_column,
    part_of_file,
)
from hrdgraph.mapping.facts.layout import kind_files, location_of
from hrdgraph.mapping.model import Constant, TermMap, TermType
from hrdgraph.mapping.plan import Plan, QuadRule
from hrdgraph.nearest import hint_at
from hrdgraph.ontology import Ontology
from hrdgraph.privacy.levels import Level, RowsKeptBack, level_of
from hrdgraph.privacy.rule_visibility import (
    OPEN,
    RowCount,
    RowLevels,
    Set,
    Visible,
    list_hidden_rows,
    read_row_levels,
)
from hrdgraph.privacy.shadow_graphs import ROWS, move_to_shadow
from hrdgraph.project import Project, Source, Table
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad, Term
from hrdgraph.rdf.marks import key_of
from hrdgraph.stage_progress import rows_within
from hrdgraph.tempfiles import passing_folder
from hrdgraph.version import installed
from hrdgraph.vocab import DCTERMS, HRD, HRDV, PROV, RDF, RDFS, XSD

if TYPE_CHECKING:
    from hrdgraph.engines import Engine

OURS = (HRD.prefix, HRDV.prefix)
UNNAMED = "a source that is not public"  # in the place of its name, where it must not be told

Made = dict[Set, ColumnGraph]
Parts = Mapping[Set, list[QuadRule]]
Mapped = Callable[[Parts, Skip], Made]
_MEMORY: Final = 1 << 30  # bytes that an engine may take
_WEB_ADDRESS: Final = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
_SMALL: Final = 2 << 20  # bytes of the files of a source whose rows are kept to the end of a build


@dataclass(frozen=True)
class MappingResult:
    """The graph of all sources and the ontology, how many quads each source's mapping made, and
    the sets of graphs that one source, or sources with a graph in common, write into. `rows` are
    those that relations of small sources were found to have, for who traces. `kept` is what rows
    say that keep people back, `findings` are about rows that only we see, `row_counts` count the
    others. `unread` says of cells of tables of facts that no rule can read them: they are left
    out."""

    graph: ColumnGraph
    counts: dict[str, int]
    rooms: tuple[tuple[str, ...], ...] = ()
    rows: Mapping[str, Rows] = field(default_factory=dict)
    kept: tuple[RowsKeptBack, ...] = ()
    findings: tuple[Finding, ...] = ()
    row_counts: tuple[RowCount, ...] = ()
    unread: tuple[HrdgraphError, ...] = ()


def map_sources(
    project: Project, plans: Iterable[SourcePlan], ontology: Ontology, step: Callable[[str], None],
    shown: Level = Level.PUBLIC, skip: Skip = NO_ROWS, on: str = "", on_error: str = "",
) -> MappingResult:  # fmt: skip
    """Run every plan. Errors carry file, row and column. What comes from tables and columns that
    are not public is in the shadow of its graph; a table above `shown` is not described.
    MappingError where a source writes into the graph of another. Sources that are large run `on`
    an engine, where one is named."""
    plans, visible = tuple(plans), Visible(project.sources)
    visible.check(plans)
    if on:
        engine = _find_engine(on)
        for item in plans:
            if item.source.large:
                engine.check(item.plan)
    rows = read_row_levels(project, plans)
    graphs: list[ColumnGraph] = []
    written: dict[str, set[str]] = {}
    errors: list[HrdgraphError] = []
    counts: dict[str, int] = {}
    made_rows: dict[str, Rows] = {}
    unread: list[HrdgraphError] = []
    for item in plans:
        is_open = level_of(item.source.visibility) <= shown
        stage = f"mapping {item.source.name if is_open else UNNAMED}"
        step(stage)
        rows_read = rows_within(step, stage) if is_open else None
        rows_made = made_rows.setdefault(item.source.name, {})
        run = partial(_run, on, project, rows_read, rows_made if _is_small(item) else None, item)
        try:
            mapped, names = _map(item, visible, rows, skip, run)
        except (MappingError, SourceError) as error:
            cells, errors_of_cells = _find_unread(item, skip, error, on_error)
            rows_made.clear()
            unread += errors_of_cells
            mapped, names = _map(item, visible, rows, _both(skip, cells), run)
        own = IRI(item.graph).n3()
        written[own] = names - {own}
        errors += check_graphs(project, item, written[own])
        counts[item.source.name] = sum(map(len, mapped))
        described = _description(project, item.source, item.graph, shown)
        graphs += [*mapped, ColumnGraph.from_quads(described)]
    raise_all(errors)
    graphs.append(_in_columns(ontology, IRI(project.graph_name("ontology"))))
    return MappingResult(
        ColumnGraph.union(graphs),
        counts,
        rooms_of(written),
        made_rows,
        rows.kept,
        rows.findings,
        rows.counts,
        tuple(unread),
    )


def _find_unread(
    item: SourcePlan, skip: Skip, error: HrdgraphError, on_error: str
) -> tuple[Skip, list[HrdgraphError]]:
    """Return the cells of fact tables that the rules of a source cannot read, and their errors.
    Raise `error`, which stopped the run before, if it is not about such a cell."""
    cells: dict[Path, set[int]] = {}
    errors: list[HrdgraphError] = []

    def leave_out(fault: HrdgraphError) -> None:
        place = fault.origin
        tables = [
            table
            for table in item.source.tables
            if table.facts is not None
            and (on_error or table.facts.on_error) != "stop"
            and (str(item.source.table_file(table)), table.facts.sheet or None)
            == (place.file, place.part)
        ]
        if not tables or place.row is None:
            raise fault
        for table in tables:
            key = place_of_fault(item.source, table, place.column or "", on_error)
            cells.setdefault(key, set()).add(place.row)
        errors.append(SourceError("not-as-expected", origin=place))

    run(item.plan, _Nowhere(), reject=leave_out, skip=skip)
    if not errors:
        raise error
    return {key: pl.Series(sorted(rows), dtype=pl.UInt32) for key, rows in cells.items()}, errors


class _Nowhere:
    """Takes rows, and makes nothing of them."""

    def take(self, frame: pl.DataFrame, rules: Sequence[QuadRule], known: RowFacts) -> None:
        """Leave them."""


def place_of_fault(source: Source, table: Table, column: str, on_error: str) -> Path:
    """Return the key of the cells of a column that are left out where one cannot be read; of whole
    rows, where a row says nothing or something else without it, where its cell says who may see
    the row, and where a person chose so."""
    place = source.table_file(table), location_of(table)[1].iterator
    how = on_error or (table.facts.on_error if table.facts else "")
    field = next((field for field in table.fields if field.name == column), None)
    is_row = field is None or field.required or field.is_said_empty
    if how == "row" or is_row or (field and field.type.endswith(f":{SCHEME}")):
        return part_of_file(*place)
    return cells_of_column(*place, column)


@lru_cache(maxsize=2)
def _in_columns(ontology: Ontology, graph: IRI) -> ColumnGraph:
    return ColumnGraph.from_quads(
        Quad(q.subject, q.predicate, q.object, graph) for q in ontology.quads
    )


def _map(
    item: SourcePlan, visible: Visible, rows: RowLevels, skip: Skip, run: Mapped
) -> tuple[list[ColumnGraph], set[str]]:
    """Return what the rules of a source make, and the names of the graphs that they write into:
    first what reads only what is public, then, by each place that says otherwise, the rest; of
    each, what only rows say that are not public is apart."""
    parts: dict[Set, list[QuadRule]] = {}
    for rule in item.plan.rules:
        setting = visible.of_statements(item, rule)
        parts.setdefault(setting if setting.level else OPEN, []).append(rule)
    whole, levels, name = run(parts, skip), rows.of(item), IRI(item.graph).n3()
    names = {
        text for graph in whole.values() for text in graph.terms.gather(graph.quads["g"].unique())
    }
    if not levels:
        return [_to_shadow(graph, name, setting) for setting, graph in whole.items()], names
    public = run(parts, _both(skip, list_hidden_rows(levels, Level.PUBLIC)))
    withheld_rows = list_hidden_rows(levels, Level.RESTRICTED)
    known = run(parts, _both(skip, withheld_rows)) if withheld_rows else whole
    place = f"{ROWS}{', '.join(path.name for path in sorted(levels))}"
    graphs: list[ColumnGraph] = []
    for setting, graph in whole.items():
        closed = graph.minus(public[setting])
        withheld = closed.minus(known[setting])
        of_rows = ((Level.RESTRICTED, closed.minus(withheld)), (Level.WITHHELD, withheld))
        graphs.append(_to_shadow(graph.minus(closed), name, setting))
        graphs += [
            move_to_shadow(part, name, max(level, setting.level), place)
            for level, part in of_rows
            if len(part)
        ]
    return graphs, names


def _both(skip: Skip, other: Skip) -> Skip:
    return {
        place: pl.concat([rows[place] for rows in (skip, other) if place in rows])
        for place in {**skip, **other}
    }


def _run(
    on: str, project: Project, progress: Progress | None, kept: Rows | None, item: SourcePlan,
    parts: Parts, skip: Skip,
) -> Made:  # fmt: skip
    """Map a source; its rows are `kept` for who traces."""
    if on and item.source.large:
        # Map a source on an engine, and read back what it makes. Rows and parts lie in the
        # project's folder, which the workers of a cluster must see.
        from hrdgraph.engines import MappingRequest
        from hrdgraph.exports.bulk import read_bulk_folder

        engine = _find_engine(on)
        request = MappingRequest(graph=IRI(item.graph).n3(), skip=skip)
        with passing_folder(Path(project.root).resolve(), ".engine.") as folder:
            graphs: Made = {}
            for number, (level, rules) in enumerate(parts.items()):
                target = folder / f"part-{number}"
                engine.map(Plan(tuple(rules)), target, request)
                graphs[level] = read_bulk_folder(target)
            return graphs
    sinks = {level: GraphSink(IRI(item.graph).n3()) for level in parts}
    routes = Routes([(Plan(tuple(rules)), sinks[level]) for level, rules in parts.items()])
    # who passes over rows traces with all of them
    sink = routes if kept is None or skip else KeptRows(routes, kept)
    run(item.plan, sink, progress=progress, skip=skip)
    return {level: sink.graph() for level, sink in sinks.items()}


def _find_engine(on: str) -> Engine:
    from hrdgraph.engines import find_engine

    return find_engine(on, _MEMORY, os.cpu_count() or 1)


def _is_small(item: SourcePlan) -> bool:
    """Tell whether a source is small enough to keep its rows during the build."""
    read = {scan.source for scan in item.plan.scans}
    is_of_files = all(source.dialect.database is None and source.path.is_file() for source in read)
    return is_of_files and sum(source.path.stat().st_size for source in read) <= _SMALL


def _to_shadow(graph: ColumnGraph, name: str, level: Set) -> ColumnGraph:
    return graph if level is OPEN else move_to_shadow(graph, name, level.level, level.place)


def _description(project: Project, source: Source, graph: str, shown: Level) -> list[Quad]:
    open_tables = [table for table in source.tables if level_of(table.visibility) <= shown]
    shown_part = replace(source, tables=tuple(open_tables))
    files = (*source.mapping_files, *kind_files(project, shown_part))
    return describe_source(
        source, IRI(graph), installed("hrdgraph"), [file.name for file in files],
        dict.fromkeys(table.file for table in open_tables),
    )  # fmt: skip


def describe_source(
    source: Source, graph: IRI, version: str, mappings: Iterable[str], tables: Iterable[str]
) -> list[Quad]:
    """Describe a source's named graph, in that graph: what it is, what it was made from (names of
    files), and what made it (a version of hrdgraph).

    Equal sources give equal quads: there is no clock in them. The build and each file get IRIs
    under the graph's own. No digest of a file is told: with the public cells known, a cell that
    is not public could be guessed until the digest fits.
    """
    build = IRI(f"{graph.value}/build")
    statements = [
        *_about_graph(source, graph), (graph, PROV.wasGeneratedBy, build),
        *_about_build(build, version),
    ]  # fmt: skip
    for kind, files in ((PROV.Plan, mappings), (None, tables)):
        statements += (quad for file in files for quad in _input(graph, build, kind, file))
    return [Quad(subject, predicate, value, graph) for subject, predicate, value in statements]


def _about_graph(source: Source, graph: IRI) -> Iterator[tuple[IRI, IRI, Term]]:
    yield graph, RDF.type, PROV.Entity
    yield graph, DCTERMS.identifier, Literal(source.name)
    yield graph, DCTERMS.title, Literal(source.title)
    texts = ((DCTERMS.publisher, source.publisher), (DCTERMS.language, source.language))
    yield from ((graph, predicate, Literal(text)) for predicate, text in texts if text)
    if source.licence:
        yield graph, DCTERMS.license, _address(source.licence)
    if source.address:
        yield graph, DCTERMS.source, _address(source.address)
    if source.retrieved:
        yield graph, HRD.retrievedAt, Literal(source.retrieved.isoformat(), XSD.date.value)


def _about_build(build: IRI, version: str) -> Iterator[tuple[IRI, IRI, Term]]:
    software = IRI(f"https://w3id.org/hrdgraph/software/{quote(version, safe='')}")
    yield build, RDF.type, PROV.Activity
    yield build, PROV.wasAssociatedWith, software
    yield software, RDF.type, PROV.SoftwareAgent
    yield software, RDFS.label, Literal(f"hrdgraph {version}")


def _input(graph: IRI, build: IRI, kind: IRI | None, file: str) -> Iterator[tuple[IRI, IRI, Term]]:
    entity = IRI(f"{graph.value}/input/{quote(file)}")
    yield entity, RDF.type, PROV.Entity
    if kind:
        yield entity, RDF.type, kind
    yield entity, DCTERMS.title, Literal(file)
    yield build, PROV.used, entity
    yield graph, PROV.wasDerivedFrom, entity


def _address(text: str) -> IRI | Literal:
    return IRI(text) if _WEB_ADDRESS.fullmatch(text) else Literal(text)


def check_terms(plans: Iterable[SourcePlan], ontology: Ontology) -> None:
    """Refuse mappings that name a term of our namespaces that the ontology does not define, and
    what no graph of a build can hold."""
    errors: dict[str, HrdgraphError] = {}
    for rule in (rule for item in plans for rule in item.plan.rules):
        terms = (rule.predicate, rule.object, rule.subject)
        undefined = (_find_undefined(term, ontology, rule.origin) for term in terms)
        for error in (*_refuse_in_build(rule), *filter(None, undefined)):
            errors.setdefault(str(error), error)
    raise_all(list(errors.values()))


def _refuse_in_build(rule: QuadRule) -> Iterator[MappingError]:
    if rule.targets:
        hint = "leave-out-rml-logicaltarget-or"
        yield MappingError("target-in-build", origin=rule.origin, hint=hint)
    # what may be seen of a triple within a triple is not decided
    if TermType.TRIPLE in (rule.subject.type, rule.object.type):
        hint = "state-node-rdf-subject-rdf"
        yield MappingError("triple-term-unsupported", origin=rule.origin, hint=hint)


def _find_undefined(term: TermMap, ontology: Ontology, place: Origin) -> MappingError | None:
    iri = term.expression.term if isinstance(term.expression, Constant) else None
    if not isinstance(iri, IRI) or not iri.value.startswith(OURS) or iri in ontology:
        return None
    known = [name.value for name in (*ontology.classes, *ontology.properties, *ontology.concepts)]
    hint = hint_at(iri.value, known, "define-ontology-core-ttl-labels", cutoff=0.8, shown="<{}>")
    return MappingError("term-not-in-ontology", term=f"<{iri.value}>", origin=place, hint=hint)


_OURS: Final = ("ontology", "derived", "withdrawn", "restricted")
_SYSTEM: Final = "urn:hrdgraph:"
_DERIVED: Final = "/derived"  # whatever stands before it, this marks statements that rules derived


def check_graphs(project: Project, item: SourcePlan, names: Iterable[str]) -> list[HrdgraphError]:
    """Errors for graphs (N-Triples texts) that a source writes into and that are another's, unless
    its source.toml names that source in `writes_to`; or that only a build writes. Without this,
    anybody's statement could pass for another's."""
    return [
        MappingError(
            owner[0], graph=text, source=owner[1], origin=_rule_of_graph(item, text).origin
        )
        for text in sorted(names)
        if (owner := _find_owner(project, item, text[1:-1])) is not None
    ]


def _find_owner(project: Project, item: SourcePlan, name: str) -> tuple[str, str] | None:
    key = key_of(name)
    reserved = [key_of(project.graph_name(own)) for own in _OURS]
    if (
        name.startswith(_SYSTEM)
        or key.endswith(_DERIVED)
        or any(_is_within(key, own) for own in reserved)
    ):
        return "graph-of-the-build", ""
    allowed = {item.source.name, *item.source.writes_to}
    names = (source.name for source in project.sources if source.name not in allowed)
    other = next(
        (name for name in names if _is_within(key, key_of(project.graph_name(name)))), None
    )
    return None if other is None else ("graph-of-another-source", other)


def _is_within(key: str, graph: str) -> bool:
    return key == graph or key.startswith(f"{graph}/")


def _rule_of_graph(item: SourcePlan, text: str) -> QuadRule:
    """Return the rule that names a graph, else one that works out which graph it writes into."""
    named = [rule for rule in item.plan.rules if rule.graph is not None]
    constant = (
        rule for rule in named if rule.graph and rule.graph.expression == Constant(IRI(text[1:-1]))
    )
    worked_out = (
        rule for rule in named if rule.graph and not isinstance(rule.graph.expression, Constant)
    )
    return next(constant, next(worked_out, named[0]))


def rooms_of(written: Mapping[str, Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    """Sets of graphs that are written by one source, or by sources that write into one graph, from
    the graphs (N-Triples texts) that each source's own graph stands for. A source that writes into
    its own alone makes none."""
    rooms: list[set[str]] = []
    for own, graphs in written.items():
        new = {own, *graphs}
        apart = [room for room in rooms if room.isdisjoint(new)]
        rooms = [*apart, new.union(*(room for room in rooms if not room.isdisjoint(new)))]
    return tuple(tuple(sorted(text[1:-1] for text in room)) for room in rooms if len(room) > 1)
