"""A mapping on an engine, into a bulk folder: Sail on this machine, or a Spark cluster."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hrdgraph.library.files.destination import check_place, destination, outputs
from hrdgraph.library.files.output_format import format_of
from hrdgraph.library.mapping_runs import BoundPlan, MapLimits, listed, rows_read
from hrdgraph.library.misuse import UsageError
from hrdgraph.library.progress import Progress

if TYPE_CHECKING:
    from hrdgraph.rdf import ColumnGraph


class EngineRequest(NamedTuple):
    """An engine (`sail`, or `sc://host` of a Spark cluster), and which statements may be there
    twice: none (`exact`), what different rows or rules make (`source`), any (`none`)."""

    on: str
    distinct: str = "exact"


def run_on(
    plan: BoundPlan,
    output: str | Path | None,
    format: str | None,
    choice: EngineRequest,
    limits: MapLimits,
    progress: Progress | None = None,
) -> int:
    """Run a plan on an engine into a new folder, by its path or URL. Returns how many statements
    it has."""
    from hrdgraph.cluster.mapping_job import DISTINCT, JobOptions, map_on
    from hrdgraph.cluster.session import EngineLimits
    from hrdgraph.cluster.storage import is_url

    if output is None:
        raise UsageError("engine-needs-folder")
    if format not in (None, "nq"):
        raise UsageError("engine-writes-nquads", format=format)
    if choice.distinct not in DISTINCT:
        raise UsageError("distinct-unknown", value=choice.distinct, known=", ".join(DISTINCT))
    if not is_url(str(output)):
        check_place(Path(output))
    told = [] if limits.rejected is None else [destination(limits.rejected)]
    format_of(limits.rejected, "csv", ("csv",))
    how = EngineLimits(limits.memory, plan.jobs)
    options = JobOptions(choice.on, how, choice.distinct, limits.reject, rows_read(progress))
    with outputs(told) as waiting:
        count = map_on(plan.plan, output, options)
        for file in waiting:
            with file.told():
                file.stream.write(listed(limits.in_order()))
    return count


def read_back(output: str | Path) -> ColumnGraph:
    """The statements of a bulk folder. UsageError for one in an object store."""
    from hrdgraph.cluster.bulk_reader import read_bulk
    from hrdgraph.cluster.storage import is_url

    if is_url(str(output)):
        raise UsageError("bulk-folder-elsewhere")
    return read_bulk(Path(output))
