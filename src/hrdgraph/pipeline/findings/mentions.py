"""Findings about a thing that no row describes into findings with the cells that mention it:
there its name may be mistyped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from hrdgraph.errors import Origin
from hrdgraph.explain import Lineage
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.validate import Finding

FOLLOWED: Final = 10  # findings of one rule
STATEMENTS: Final = 3  # that mention one thing


def with_mentions(
    findings: Iterable[Finding], graph: ColumnGraph, lineage: Lineage
) -> list[Finding]:
    """Give findings without a source row the cells that statements about other things name their
    thing in."""
    counts: dict[str, int] = {}
    found: list[Finding] = []
    for finding in findings:
        if not finding.origins and finding.focus.startswith(("http://", "https://")):
            counts[finding.rule] = counts.get(finding.rule, 0) + 1
            if counts[finding.rule] <= FOLLOWED:
                finding = replace(finding, origins=_cells(finding.focus, graph, lineage))
        found.append(finding)
    return found


def _cells(thing: str, graph: ColumnGraph, lineage: Lineage) -> tuple[Origin, ...]:
    said = graph.where(o=IRI(thing))
    cells: dict[Origin, None] = {}
    for quad in ColumnGraph(said.terms, said.quads.head(STATEMENTS)):
        for trace in lineage.of(quad.subject.n3(), quad.predicate.n3(), quad.object.n3()):
            cells |= dict.fromkeys([cell.origin for cell in trace.cells] or trace.rows)
    return tuple(cells)[:STATEMENTS]
