"""A graph into how many things of each class it holds, in all and by source."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from hrdgraph.ontology import Ontology
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.validate.report.data import ClassCount
from hrdgraph.vocab import RDF


def class_counts(
    graph: ColumnGraph, ontology: Ontology, sources: Mapping[str, str]
) -> list[ClassCount]:
    """Count the things of each class that the sources speak of, most first. `sources` names the
    source of each graph IRI."""
    names = {graph.position(IRI(graph_name)): name for graph_name, name in sources.items()}
    rows = graph.where(p=RDF.type).quads.filter(pl.col("g").is_in([*names.keys() - {None}]))
    things = pl.col("s").n_unique().alias("count")
    totals = rows.group_by("o").agg(things).sort("count", "o", descending=[True, False])
    by_class: dict[int, dict[str, int]] = {}
    for kind, name, count in rows.group_by("o", "g").agg(things).sort("o", "g").iter_rows():
        by_class.setdefault(kind, {})[names[name]] = count
    counted = (
        (graph.terms[kind][1:-1], total, by_class[kind]) for kind, total in totals.iter_rows()
    )
    return [ClassCount(iri, total, told, _labels(ontology, iri)) for iri, total, told in counted]


def _labels(ontology: Ontology, kind: str) -> dict[str, str]:
    entry = ontology.classes.get(IRI(kind))
    return dict(entry.labels) if entry else {}
