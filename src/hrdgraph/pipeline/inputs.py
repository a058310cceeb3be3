"""What a build reads: the project, its sources and their plans, the terms that they are said in,
and what people have decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hrdgraph.explain import Lineage, Names, SourcePlan, tracer_of
from hrdgraph.identity import Ledger
from hrdgraph.mapping import Tracer
from hrdgraph.mapping.execution.kept_rows import Rows
from hrdgraph.ontology import Ontology
from hrdgraph.pipeline.left_out import NOTHING_LEFT_OUT, LeftOut
from hrdgraph.project import Project, Source
from hrdgraph.queries import Catalogue
from hrdgraph.validate import Shapes
from hrdgraph.validate.tables.reading import Frames


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
        """What traces statements back to rows, of which those of some sources are made."""

        def tracer(item: SourcePlan) -> Tracer:
            return tracer_of(item, rows.get(item.source.name, {}))

        return Lineage(self.plans, names, self.project.root, tracer)
