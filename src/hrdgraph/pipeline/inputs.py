"""What a build reads: the project, its sources and their plans, the terms that they are said in,
and what people have decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple
from unicodedata import normalize

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import HrdgraphError, Origin, ProjectError, raise_all
from hrdgraph.explain import Lineage, Names, SourcePlan, plan_sources, tracer_of
from hrdgraph.findings.table_checks import Frames, check_tables, read_tables
from hrdgraph.identity import Ledger, read_ledger
from hrdgraph.mapping import Tracer
from hrdgraph.mapping.execution.execute import Rows
from hrdgraph.mapping.execution.scan import NO_ROWS, Skip, part_of_file
from hrdgraph.mapping.facts.layout import location_of
from hrdgraph.nearest import meant
from hrdgraph.ontology import Ontology, load
from hrdgraph.pipeline.result import BuildOptions
from hrdgraph.pipeline.stages.mapping import check_terms
from hrdgraph.project import Project, Source
from hrdgraph.queries import Catalogue, find
from hrdgraph.shacl.shapes import Shapes, read_shapes


class LeftOut(NamedTuple):
    """The rows that are left out and why, and errors that are of no single row of a table of
    facts, which no row can be left out for."""

    rows: Skip = NO_ROWS
    errors: tuple[HrdgraphError, ...] = ()
    others: tuple[HrdgraphError, ...] = ()


NOTHING_LEFT_OUT: Final = LeftOut()


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
    left_out: LeftOut = NOTHING_LEFT_OUT

    @property
    def is_whole(self) -> bool:
        """Whether every source of the project is built."""
        return len(self.sources) == len(self.project.sources)

    def lineage(self, names: Names, rows: Mapping[str, Rows]) -> Lineage:
        """Return what traces statements back to rows, of which those of some sources are made."""

        def tracer(item: SourcePlan) -> Tracer:
            return tracer_of(item, rows.get(item.source.name, {}))

        return Lineage(self.plans, names, self.project.root, tracer)


def read_inputs(project: Project, options: BuildOptions) -> Inputs:
    """Read and check everything that a build needs. Raises all that is wrong in it at once, but
    for the rows that the person chose to leave out."""
    sources = _choose_sources(project, options.only)
    ontology = load(project.ontology_dir)
    shapes = read_shapes(project.ontology_dir, root=project.root)
    catalogue = find(project.queries_dir)
    ledger = read_ledger(project.judgements_file)
    tables = read_tables(project.sources)
    errors = check_tables(tables, sources, whole=options.skip_errors)
    left_out = NOTHING_LEFT_OUT
    if options.skip_errors:
        left_out = _leave_out_rows(errors, sources)
        raise_all(left_out.others)
    else:
        raise_all(errors)
    plans = plan_sources(project, sources)
    check_terms(plans, ontology)
    return Inputs(project, sources, tables, ontology, shapes, catalogue, ledger, plans, left_out)


def _choose_sources(project: Project, only: tuple[str, ...]) -> tuple[Source, ...]:
    if not project.sources:
        folder = Origin(str(project.root / "data" / "sources"))
        hint = "add-folder-source-toml-table"
        raise ProjectError("project-without-source", origin=folder, hint=hint)
    names = [source.name for source in project.sources]
    wanted = [normalize("NFC", name) for name in only]
    for name in wanted:
        if name not in names:
            raise ProjectError(
                "source-unknown",
                name=name,
                hint=meant(name, names, Message("there-is", known=", ".join(names))),
            )
    return tuple(source for source in project.sources if not wanted or source.name in wanted)


def _leave_out_rows(errors: Sequence[HrdgraphError], sources: Sequence[Source]) -> LeftOut:
    """Return the rows of tables of facts that have an error."""
    # of a sheet with several tables the row is left out in whichever has it
    tables: dict[tuple[str, str | None], set[Path]] = {}
    for source in sources:
        for table in source.tables:
            if table.facts is not None:
                path = source.table_file(table)
                place = part_of_file(path, location_of(table)[1].iterator)
                tables.setdefault((str(path), table.facts.sheet or None), set()).add(place)
    rows: dict[Path, set[int]] = {}
    kept: list[HrdgraphError] = []
    others: list[HrdgraphError] = []
    for error in errors:
        places = tables.get((error.origin.file, error.origin.part), set())
        if not places or error.origin.row is None:
            others.append(error)
            continue
        for place in places:
            rows.setdefault(place, set()).add(error.origin.row)
        kept.append(error)
    skip = {place: pl.Series(sorted(numbers), dtype=pl.UInt32) for place, numbers in rows.items()}
    return LeftOut(skip, tuple(kept), tuple(others))
