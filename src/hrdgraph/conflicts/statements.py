"""Disagreements and preferences into the statements of the derived graph."""

from __future__ import annotations

import polars as pl

from hrdgraph.conflicts.compare import Disagreements
from hrdgraph.conflicts.facts import ClaimColumns
from hrdgraph.conflicts.preference import because_iri
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.rdf.graph import TEXT_SCHEMA
from hrdgraph.vocab import HRD


def joined(found: Disagreements, facts: ClaimColumns, graph: IRI) -> ColumnGraph:
    """`hrd:alternativeTo` in both directions, and `hrd:conflictAbout` from each side to the
    rule."""
    claims = found.pairs.filter(pl.col("claim") != pl.col("other"))
    left, right = facts.text(claims["claim"]), facts.text(claims["other"])
    rules = _iris(found.pairs["rule"])
    return _graph(
        graph,
        (left, HRD.alternativeTo, right),
        (right, HRD.alternativeTo, left),
        (facts.text(found.pairs["claim"]), HRD.conflictAbout, rules),
        (facts.text(found.pairs["other"]), HRD.conflictAbout, rules),
    )


def chosen(choice: pl.DataFrame, facts: ClaimColumns, graph: IRI) -> ColumnGraph:
    """`hrd:preferredTo` from the preferred claim to each that it was preferred to, and
    `hrd:preferredBecause`."""
    claim = facts.text(choice["claim"])
    reasons = choice["because"].map_elements(
        lambda name: because_iri(name).n3(), return_dtype=pl.String
    )
    return _graph(
        graph,
        (claim, HRD.preferredTo, facts.text(choice["other"])),
        (claim, HRD.preferredBecause, reasons),
    )


def _iris(texts: pl.Series) -> pl.Series:
    return "<" + texts + ">"


def _graph(graph: IRI, *parts: tuple[pl.Series, IRI, pl.Series]) -> ColumnGraph:
    frames = [
        pl.DataFrame({"s": subjects, "o": objects})
        .with_columns(p=pl.lit(predicate.n3()), g=pl.lit(graph.n3()))
        .select(list(TEXT_SCHEMA))
        for subjects, predicate, objects in parts
    ]
    return ColumnGraph.from_text(pl.concat(frames))
