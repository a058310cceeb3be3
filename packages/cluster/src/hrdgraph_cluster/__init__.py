"""Run a mapping, or judge shapes, on Sail on this machine or on Spark through Spark Connect.

The split is that of the plan. `staging` writes the sources once, by the readers of hrdgraph, as
Parquet of raw strings. `relational` has the engine scan, join and make distinct. `tasks` run the
kernel of `term_kernel` inside it and write parts. `mapping_job` puts these together; the folder
appears when all of it is there. `neighbourhood` says what shapes look at around each focus node,
`validation_job` brings it together, and `shape_tasks` judge it inside the engine.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from hrdgraph.engines import EngineOutcome, MappingRequest
from hrdgraph.mapping.plan import Plan
from hrdgraph.shacl.shapes import Shapes
from hrdgraph_cluster.session import EngineLimits, check_engine, is_address


def open_engine(address: str, memory: int, jobs: int) -> ClusterEngine | None:
    """Return an engine for `sail` or an `sc://` address, None for any other.

    Raises MappingError where its library is not installed.
    """
    if not is_address(address):
        return None
    check_engine(address)
    return ClusterEngine(address, EngineLimits(memory, jobs))


class ClusterEngine(NamedTuple):
    """Sail or a Spark cluster, as hrdgraph asks for it."""

    address: str
    limits: EngineLimits

    def check(self, plan: Plan) -> None:
        """As `hrdgraph.engines.Engine.check`."""
        from hrdgraph_cluster.mapping_job import check_runs

        check_runs(plan)

    def map(self, plan: Plan, output: str | Path, request: MappingRequest) -> int:
        """As `hrdgraph.engines.Engine.map`."""
        from hrdgraph_cluster.mapping_job import JobOptions, map_on

        return map_on(plan, output, JobOptions(self.address, self.limits, *request))

    def validate(self, place: str, shapes: Shapes, rule: str = "") -> EngineOutcome:
        """As `hrdgraph.engines.Engine.validate`."""
        from hrdgraph_cluster.validation_job import validate_on

        return validate_on(place, shapes, self.address, self.limits, rule=rule)
