"""What the rules of a large source make, worked out on an engine and read back."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from hrdgraph.cluster.bulk_reader import read_bulk
from hrdgraph.cluster.mapping_job import JobOptions, check_runs, map_on
from hrdgraph.cluster.session import EngineLimits, check_engine, session_on
from hrdgraph.explain import SourcePlan
from hrdgraph.mapping import Plan
from hrdgraph.mapping.execution.scan import Skip
from hrdgraph.mapping.plan import QuadRule
from hrdgraph.privacy.rule_visibility import Set
from hrdgraph.project import Project
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.tempfiles import passing_folder

_MEMORY: Final = 1 << 30


def check_large(on: str, plans: tuple[SourcePlan, ...]) -> None:
    """MappingError where an engine is not there, or cannot run a rule of a large source."""
    check_engine(on)
    for item in plans:
        if item.source.large:
            check_runs(item.plan)


def run_on(
    on: str, project: Project, item: SourcePlan, parts: Mapping[Set, list[QuadRule]], skip: Skip
) -> dict[Set, ColumnGraph]:
    """What the rules of a source make on an engine, by what is said of who may see it. Staged rows
    and parts lie in the project's folder, which the workers of a cluster must see."""
    limits = EngineLimits(_MEMORY, os.cpu_count() or 1)
    with (
        passing_folder(Path(project.root).resolve(), ".engine.") as folder,
        session_on(on, limits) as session,
    ):
        made: dict[Set, ColumnGraph] = {}
        for number, (said, rules) in enumerate(parts.items()):
            options = JobOptions(on, limits, graph=IRI(item.graph).n3(), skip=skip)
            target = folder / f"part-{number}"
            map_on(Plan(tuple(rules)), target, options, session)
            made[said] = read_bulk(target)
        return made
