"""Read what a build needs: the project, its sources and their plans, the terms that they are said
in, and what people have decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple
from unicodedata import normalize

import polars as pl

from hrdgraph.errors import HrdgraphError, Origin, ProjectError, raise_all
from hrdgraph.explain.lineage import Lineage, Names, SourcePlan, plan_sources, tracer_of
from hrdgraph.findings.table_checks import Frames, check_each_table, is_blank, read_tables
from hrdgraph.identity.judgements import read_ledger
from hrdgraph.identity.ledger import Ledger
from hrdgraph.mapping.execution.execute import Rows
from hrdgraph.mapping.execution.scan import NO_ROWS, Skip, part_of_file
from hrdgraph.mapping.facts.layout import location_of
from hrdgraph.mapping.tracing import Tracer
from hrdgraph.nearest import hint_at
from hrdgraph.ontology import Ontology, load
from hrdgraph.pipeline.result import BuildOptions
from hrdgraph.pipeline.stages.mapping import check_terms, place_of_fault
from hrdgraph.privacy.levels import Level
from hrdgraph.privacy.private_cells import PrivateCells, find_private_cells
from hrdgraph.project import Project, Source, Table
from hrdgraph.project.open import list_source_folders
from hrdgraph.queries.catalogue import Catalogue, find
from hrdgraph.shacl.shapes import Shapes, read_shapes
from hrdgraph.sources import ROW


class UnreadPlace(NamedTuple):
    """The rows and cells that are left out and why, and errors for which none can be: they are of
    no single row of a table of facts, or the person chose to stop at them."""

    rows: Skip = NO_ROWS
    errors: tuple[HrdgraphError, ...] = ()
    others: tuple[HrdgraphError, ...] = ()
    whole: int = 0  # how many rows are left out with all their cells


NOTHING_LEFT_OUT: Final = UnreadPlace()


@dataclass(frozen=True)
class Inputs:
    """Everything that a build reads, read and checked before anything is made."""

    project: Project
    sources: tuple[Source, ...]
    tables: Frames
    ontology: Ontology
    shapes: Shapes
    catalogue: Catalogue
    ledger: Ledger
    plans: tuple[SourcePlan, ...]
    left_out: UnreadPlace = NOTHING_LEFT_OUT

    def with_unread(self, errors: tuple[HrdgraphError, ...]) -> Inputs:
        """Return the same with more cells that were left out."""
        left_out = self.left_out._replace(errors=(*self.left_out.errors, *errors))
        return replace(self, left_out=left_out)

    @property
    def is_whole(self) -> bool:
        """Tell whether every source of the project is built."""
        return len(self.sources) == len(list_source_folders(self.project.root))

    def lineage(self, names: Names, rows: Mapping[str, Rows]) -> Lineage:
        """Return the tracer of statements to rows; `rows` are those read before, by source."""

        def tracer(item: SourcePlan) -> Tracer:
            return tracer_of(item, rows.get(item.source.name, {}))

        return Lineage(self.plans, names, self.project.root, tracer)


def read_inputs(project: Project, options: BuildOptions) -> Inputs:
    """Read and check everything that a build needs. Raises all that is wrong in it at once, but
    for the rows that the person chose to leave out."""
    if not project.sources:
        folder = Origin(str(project.root / "data" / "sources"))
        hint = "add-folder-source-toml-table"
        raise ProjectError("project-without-source", origin=folder, hint=hint)
    names = [source.name for source in project.sources]
    wanted = [normalize("NFC", name) for name in options.only]
    for name in wanted:
        if name not in names:
            raise ProjectError(
                "not-known-here",
                name=name,
                hint=hint_at(name, names),
            )
    sources = tuple(source for source in project.sources if not wanted or source.name in wanted)
    ontology = load(project)
    shapes = read_shapes(project)
    catalogue = find(*project.queries_dirs)
    ledger = read_ledger(project.judgements_file)
    tables = read_tables(project.sources)
    private = find_private_cells(project) if options.shown is Level.PUBLIC else {}
    left_out = leave_out(tables, sources, options.on_error, private)
    raise_all(left_out.others)
    plans = plan_sources(project, sources)
    check_terms(plans, ontology)
    return Inputs(project, sources, tables, ontology, shapes, catalogue, ledger, plans, left_out)


_TELLS_NOTHING: Final = ("cell-empty", "cell-says-unknown", "row-all-empty")


def leave_out(
    frames: Frames, sources: tuple[Source, ...], on_error: str, private: PrivateCells
) -> UnreadPlace:
    """Return the cells of tables of facts that cannot be read or are `private`, and the rows that
    mean nothing without them; with `on_error="row"`, the rows of all of them."""
    skip: dict[Path, set[int]] = {}
    kept: list[HrdgraphError] = []
    stopping: list[HrdgraphError] = []
    whole: set[tuple[object, int]] = set()
    for source, table, errors in check_each_table(frames, sources, whole=True):
        how = on_error or (table.facts.on_error if table.facts else "") or "cell"
        if table.facts is None or how == "stop":
            stopping += errors
            errors = []
        errors += private.get((source.name, table.label), ())
        place = source.table_file(table), location_of(table)[1].iterator
        for error in errors:
            if (row := error.origin.row) is None:
                stopping.append(error)
                continue
            column = _cell_to_empty(error, table, frames[source.name, table.label])
            key = place_of_fault(source, table, column, how)
            skip.setdefault(key, set()).add(row)
            is_row = key == part_of_file(*place)
            if table.facts and table.facts.use and is_row and error.code in _TELLS_NOTHING:
                continue  # a row of which another fact is read need not tell this one
            whole |= {(place, row)} if is_row else set()
            kept.append(error)
    rows = {place: pl.Series(sorted(numbers), dtype=pl.UInt32) for place, numbers in skip.items()}
    return UnreadPlace(rows, tuple(kept), tuple(stopping), len(whole))


def _cell_to_empty(error: HrdgraphError, table: Table, frame: pl.DataFrame) -> str:
    """Return the heading of the cell that is left out for an error; "" for the whole row, where
    all other cells that could say what the row needs are empty."""
    heading = error.origin.column or ""
    for names in table.any_of:
        blanks = [is_blank(name) for name in names if name != heading]
        row = frame.filter(pl.col(ROW) == error.origin.row)
        if heading in names and row.select(pl.all_horizontal(True, *blanks)).item():
            return ""
    return heading
