"""What the rules of a large source make, worked out on an engine and read back."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from hrdgraph.engines import Engine, MappingRequest, find_engine
from hrdgraph.explain import SourcePlan
from hrdgraph.export.bulk import read_bulk_folder
from hrdgraph.mapping import Plan
from hrdgraph.mapping.execution.scan import Skip
from hrdgraph.mapping.plan import QuadRule
from hrdgraph.privacy.rule_visibility import Set
from hrdgraph.project import Project
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.tempfiles import passing_folder

_MEMORY: Final = 1 << 30


def check_large(on: str, plans: tuple[SourcePlan, ...]) -> None:
    """Raise MappingError where an engine is not there, or cannot run a rule of a large source."""
    engine = _find(on)
    for item in plans:
        if item.source.large:
            engine.check(item.plan)


def run_on(
    on: str, project: Project, item: SourcePlan, parts: Mapping[Set, list[QuadRule]], skip: Skip
) -> dict[Set, ColumnGraph]:
    """Return what the rules of a source make on an engine, by what is said of who may see it. Rows
    and parts lie in the project's folder, which the workers of a cluster must see."""
    engine = _find(on)
    with passing_folder(Path(project.root).resolve(), ".engine.") as folder:
        made: dict[Set, ColumnGraph] = {}
        for number, (said, rules) in enumerate(parts.items()):
            target = folder / f"part-{number}"
            request = MappingRequest(graph=IRI(item.graph).n3(), skip=skip)
            engine.map(Plan(tuple(rules)), target, request)
            made[said] = read_bulk_folder(target)
        return made


def _find(on: str) -> Engine:
    return find_engine(on, _MEMORY, os.cpu_count() or 1)
