"""The two engines that hold a graph against shapes: columns, and pySHACL."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from hrdgraph.findings.model import Finding, in_order
from hrdgraph.rdf import ColumnGraph
from hrdgraph.shacl.shape_warnings import notices
from hrdgraph.shacl.shapes import Shapes
from hrdgraph.stage_progress import Tell, nobody
from hrdgraph.store.worker_process import USUAL, WorkerLimits

if TYPE_CHECKING:
    from hrdgraph.shacl.inference import InferenceResult
    from hrdgraph.shacl.outcome import ValidationOutcome

COLUMNS, PYSHACL = "columns", "pyshacl"  # the names of the engines


class ColumnSHACL:
    """SHACL by set operations on arrays. Keeps the contract of `Validator`; nothing is fetched,
    and inferred only by `infer`."""

    def __init__(self, limits: WorkerLimits = USUAL) -> None:
        self.limits = limits

    def run(self, graph: ColumnGraph, shapes: Shapes, tell: Tell = nobody) -> ValidationOutcome:
        """Every SHACL result; OntologyError for shapes that cannot be used, or have a query that
        goes beyond the limits. `tell` is told how many shapes are done, of how many."""
        from hrdgraph.shacl.outcome import outcome_of

        return outcome_of(graph, shapes, self.limits, tell)

    def infer(self, graph: ColumnGraph, shapes: Shapes) -> InferenceResult:
        """The graph with all that the rules of the shapes derive; OntologyError for rules that
        cannot be used or do not end."""
        from hrdgraph.shacl.inference import derived_from

        return derived_from(graph, shapes, self.limits)

    def notices(
        self, graph: ColumnGraph, shapes: Shapes, *, inferred: bool = False
    ) -> list[Finding]:
        """Warnings for what looks like a mistake in the shapes, each once."""
        return in_order({*notices(graph, shapes, inferred=inferred)})

    def validate(self, graph: ColumnGraph, shapes: Shapes, tell: Tell = nobody) -> list[Finding]:
        """Every SHACL result as a finding, and a warning for what looks like a mistake in the
        shapes."""
        return in_order({*self.run(graph, shapes, tell).findings(), *notices(graph, shapes)})


class PySHACL(ColumnSHACL):
    """pySHACL with the same contract: the reference, some twenty times slower. It knows no limits,
    and derives nothing."""

    def run(self, graph: ColumnGraph, shapes: Shapes, tell: Tell = nobody) -> ValidationOutcome:
        """Every SHACL result; OntologyError for shapes that cannot be used."""
        from hrdgraph.shacl.outcome import outcome_of

        return outcome_of(graph, shapes, tell=tell, by_pyshacl=True)


ENGINES: Final[Mapping[str, type[ColumnSHACL]]] = MappingProxyType(
    {COLUMNS: ColumnSHACL, PYSHACL: PySHACL}
)
