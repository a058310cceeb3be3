"""What an explanation says, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hrdgraph.explain.claim_status import ClaimStatus, ClaimVisibility
from hrdgraph.explain.passages import Passage
from hrdgraph.rdf import IRI, Literal, Quad, Term

if TYPE_CHECKING:
    from hrdgraph.mapping import Trace, TracedCell


@dataclass(frozen=True)
class Statement:
    """One statement: its quad, how its parts are called, and where it comes from: source rows,
    or the rule that derived it."""

    quad: Quad
    predicate_label: str
    object_label: str
    source: str
    traces: tuple[Trace, ...] = ()
    derived_by: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """For machines: terms as N-Triples text, origins as file, row and column."""
        return {
            "subject": self.quad.subject.n3(),
            "predicate": self.quad.predicate.n3(),
            "object": self.quad.object.n3(),
            "predicate_label": self.predicate_label,
            "object_label": self.object_label,
            "source": self.source,
            "rows": [_trace_dict(trace) for trace in self.traces],
            "derived_by": list(self.derived_by),
        }


@dataclass(frozen=True)
class ExplainedNode:
    """A node with what is said of it: the thing that was asked for, or a claim that mentions it.
    `standing` is that of a claim."""

    node: IRI
    label: str
    kind: str
    statements: tuple[Statement, ...]
    passages: tuple[Passage, ...]
    standing: ClaimStatus | None = None

    @property
    def is_claim(self) -> bool:
        """Whether it has a status of its own."""
        return self.standing is not None and bool(self.standing.status)

    def as_dict(self) -> dict[str, object]:
        """For machines."""
        return {
            "node": self.node.value,
            "label": self.label,
            "kind": self.kind,
            "statements": [statement.as_dict() for statement in self.statements],
            "evidence": [passage.as_dict() for passage in self.passages],
            "standing": self.standing.as_dict() if self.standing else None,
        }


@dataclass(frozen=True)
class Explanation:
    """Everything that is said of a thing: on the thing itself first, then claim by claim.
    `names` are its other IRIs. `grounds` are what a derived statement follows from, if it was
    one statement that was asked for. `untold` counts the claims that are no facts here, since
    only the first were asked for, by their kind and who may see them."""

    thing: IRI
    names: tuple[str, ...]
    facts: tuple[ExplainedNode, ...]
    grounds: tuple[ExplainedNode, ...] = ()
    untold: Mapping[tuple[str, ClaimVisibility], int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, object]:
        """For machines; how many claims are untold is there where some are."""
        facts, grounds = (
            [fact.as_dict() for fact in facts] for facts in (self.facts, self.grounds)
        )
        untold: dict[str, object] = {"untold": sum(self.untold.values())} if self.untold else {}
        return {
            "thing": self.thing.value,
            "also": list(self.names),
            "facts": facts,
            "grounds": grounds,
            **untold,
        }


def _trace_dict(trace: Trace) -> dict[str, object]:
    return {
        "rows": [{"file": row.file, "row": row.row} for row in trace.rows],
        "cells": [_cell_dict(cell) for cell in trace.cells],
        "rule": {"file": trace.rule.file, "line": trace.rule.line, "node": trace.rule.node},
    }


def _cell_dict(cell: TracedCell) -> dict[str, object]:
    return {
        "file": cell.origin.file,
        "row": cell.origin.row,
        "column": cell.origin.column,
        "value": cell.value,
    }


def words_of(term: Term) -> str:
    """A term as a person would read it."""
    if isinstance(term, Literal):
        return f"{term.value} ({term.language})" if term.language else term.value
    return term.value if isinstance(term, IRI) else term.n3()
