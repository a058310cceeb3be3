"""The two SHACL engines, columns and pySHACL, and the comparison of what each finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from hrdgraph.findings.model import Finding, in_order
from hrdgraph.rdf import ColumnGraph
from hrdgraph.shacl.compare import values_of
from hrdgraph.shacl.model import Constraint, PairConstraint, Range
from hrdgraph.shacl.outcome import ValidationOutcome, outcome_of
from hrdgraph.shacl.results import findings_of
from hrdgraph.shacl.shape_warnings import notices
from hrdgraph.shacl.shapes import Shapes
from hrdgraph.stage_progress import Tell, nobody
from hrdgraph.store.worker_process import USUAL, WorkerLimits
from hrdgraph.vocab import EDTF, XSD

if TYPE_CHECKING:
    from hrdgraph.shacl.rules import InferenceResult


COLUMNS, PYSHACL = "columns", "pyshacl"  # the names of the engines


class ColumnSHACL:
    """SHACL by set operations on arrays, with the contract of `Validator`; nothing is fetched, and
    inferred only by `infer`."""

    def __init__(self, limits: WorkerLimits = USUAL) -> None:
        self.limits = limits

    def run(self, graph: ColumnGraph, shapes: Shapes, tell: Tell = nobody) -> ValidationOutcome:
        """Return every SHACL result; OntologyError for unusable shapes, or a query beyond the
        limits. `tell` gets the numbers of finished and all shapes."""
        return outcome_of(graph, shapes, self.limits, tell)

    def infer(self, graph: ColumnGraph, shapes: Shapes) -> InferenceResult:
        """Return the graph with all that the rules of the shapes derive; OntologyError for
        unusable or endless rules."""
        from hrdgraph.shacl.rules import infer_triples

        return infer_triples(graph, shapes, self.limits)

    def notices(
        self, graph: ColumnGraph, shapes: Shapes, *, inferred: bool = False
    ) -> list[Finding]:
        """Return warnings for likely mistakes in the shapes, each once."""
        return in_order({*notices(graph, shapes, inferred=inferred)})

    def validate(self, graph: ColumnGraph, shapes: Shapes, tell: Tell = nobody) -> list[Finding]:
        """Return every SHACL result as a finding, and warnings for likely mistakes in the
        shapes."""
        return in_order({*self.run(graph, shapes, tell).findings(), *notices(graph, shapes)})


class PySHACL(ColumnSHACL):
    """pySHACL with the same contract: the reference, some twenty times slower. It has no limits,
    and derives nothing."""

    def run(self, graph: ColumnGraph, shapes: Shapes, tell: Tell = nobody) -> ValidationOutcome:
        """Return every SHACL result; OntologyError for unusable shapes."""
        return outcome_of(graph, shapes, tell=tell, by_pyshacl=True)


ENGINES: Final[Mapping[str, type[ColumnSHACL]]] = MappingProxyType(
    {COLUMNS: ColumnSHACL, PYSHACL: PySHACL}
)


Key = tuple[str, str, str, str | None, str | None]


class Difference(NamedTuple):
    """A finding of one engine only. `reason` says why, if known: the columns follow the
    specification, and the shape is evaluated accordingly."""

    finding: Finding
    found_by: str
    reason: str


def compare_engines(graph: ColumnGraph, shapes: Shapes, tell: Tell = nobody) -> list[Difference]:
    """Return what one engine finds and the other does not, in the order of findings. Messages are
    not compared. `tell` is told how many shapes pySHACL has judged."""
    ours = _constraints_by_finding(ColumnSHACL().run(graph, shapes))
    theirs = _constraints_by_finding(PySHACL().run(graph, shapes, tell))
    differing = [
        (COLUMNS if key in ours else PYSHACL, *(ours | theirs)[key]) for key in ours.keys() ^ theirs
    ]
    found_by = {finding: engine for engine, finding, _ in differing}
    constraints = {finding: constraint for _, finding, constraint in differing}
    return [
        Difference(
            finding, found_by[finding], _reason(finding, constraints[finding], found_by[finding])
        )
        for finding in in_order(constraints)
    ]


def _constraints_by_finding(outcome: ValidationOutcome) -> dict[Key, tuple[Finding, Constraint]]:
    return {_key(finding): (finding, constraint) for finding, constraint in _findings(outcome)}


def _findings(outcome: ValidationOutcome) -> Iterator[tuple[Finding, Constraint]]:
    for batch in outcome.batches:
        for finding in findings_of(outcome.data, batch, outcome.shapes):
            yield finding, batch.constraint


def _key(finding: Finding) -> Key:
    return finding.rule, finding.component, finding.focus, finding.path, finding.value


def _reason(finding: Finding, constraint: Constraint, found_by: str) -> str:
    """Return why pySHACL passes over a value that the columns find; nothing where no reason is
    known. All that it finds alone is a difference without one."""
    value = finding.value or ""
    if found_by == PYSHACL:
        return ""
    if finding.component == "Datatype" and value.endswith(f"^^{EDTF.n3()}"):
        return "pySHACL does not know which texts are EDTF, and takes all"
    if finding.component == "Datatype" and value.endswith(tuple(_CUT_OFF)):
        return "rdflib cuts a date off where the datatype ends: 0093-05 is no xsd:gYear"
    if finding.component == "Pattern" and '\\n"' in value:
        return "`$` is the end of a text (XPath), and for Python also before a last line break"
    if finding.component in ("MinLength", "MaxLength") and value.startswith("_:"):
        return "a blank node has no length, not even 0 (SHACL §4.6.1)"
    if isinstance(constraint, Range) and _family(value) != _family(constraint.limit.n3()):
        return _NO_ORDER
    if isinstance(constraint, PairConstraint) and "LessThan" in finding.component:
        return _NO_ORDER
    return ""


_NO_ORDER = "`<` of SPARQL has no answer for IRIs, ill-typed values, or a date beside a text"
_CUT_OFF = [f"^^{XSD[name].n3()}" for name in ("gYear", "gYearMonth")]


def _family(text: str) -> int:
    """Return a number for the sort of values that can be put in order with each other; 0 where
    there is no order."""
    return int(values_of(pl.Series([text], dtype=pl.String)).family[0])
