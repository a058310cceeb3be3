"""Engines that run a mapping, or judge shapes, in place of this program.

None is part of it. Another package names a function under the entry point `hrdgraph.engines`, which
gives an `Engine` for the addresses that it knows, and None for others.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from hrdgraph.catalogue import Message
from hrdgraph.errors import MappingError
from hrdgraph.mapping.execution.scan import NO_ROWS, Progress, Skip
from hrdgraph.rdf.graph import DEFAULT_GRAPH

if TYPE_CHECKING:
    from hrdgraph.mapping.execution.row_rejection import Reject
    from hrdgraph.mapping.plan import Plan
    from hrdgraph.rdf import ColumnGraph
    from hrdgraph.shacl.outcome import ValidationOutcome
    from hrdgraph.shacl.shapes import Shapes

GROUP: Final = "hrdgraph.engines"
DISTINCT: Final = ("exact", "source", "none")


class MappingRequest(NamedTuple):
    """How an engine runs a mapping.

    `distinct` says which statements may be there twice: none (`exact`), those that different rules
    or rows make (`source`), any (`none`). With `reject`, rows that cannot be mapped are left out
    and reported to it. `graph` is the N-Triples text of the graph of rules without a graph map. The
    rows of `skip` are passed over.
    """

    distinct: str = "exact"
    reject: Reject | None = None
    progress: Progress | None = None
    graph: str = DEFAULT_GRAPH
    skip: Skip = NO_ROWS


class EngineOutcome(NamedTuple):
    """What an engine found in a graph: the results; how many statements there were; and a graph of
    the classes and predicates of the data, for warnings about the shapes."""

    outcome: ValidationOutcome
    statements: int
    known: ColumnGraph


class Engine(Protocol):
    """Runs a plan into a bulk folder, or judges one by shapes."""

    def check(self, plan: Plan) -> None:
        """Raise MappingError for each rule that the engine cannot run."""

    def map(self, plan: Plan, output: str | Path, request: MappingRequest) -> int:
        """Run a plan into a new bulk folder, by its path or URL; return how many statements it
        has. The folder appears when all of it is there."""

    def validate(self, place: str, shapes: Shapes, rule: str = "") -> EngineOutcome:
        """Judge a bulk folder, by its path or URL, by all shapes, or by those named `rule`.
        Raise OntologyError, before anything is read, for a shape that the engine cannot judge."""


EngineFactory = Callable[[str, int, int], Engine | None]


def find_engine(address: str, memory: int, jobs: int) -> Engine:
    """Return the engine at an address, which may take so many bytes and processors.

    Raises MappingError where no installed package knows the address.
    """
    installed = entry_points(group=GROUP)
    for entry in installed:
        open_engine: EngineFactory = entry.load()
        if (engine := open_engine(address, memory, jobs)) is not None:
            return engine
    if installed:
        raise MappingError("not-known-here", name=address, known="sail, sc://HOST", hint="there-is")
    extra = Message("pip-install", syntax="hrdgraph-cluster[sail]")
    raise MappingError("not-known-here", name=address, hint=extra)


def is_url(place: str | Path) -> bool:
    """Return whether a place is named by a URL, as in an object store."""
    return "://" in str(place)
