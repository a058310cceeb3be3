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
    names = {IRI(graph_name).n3(): name for graph_name, name in sources.items()}
    text = graph.where(p=RDF.type).text().filter(pl.col("g").is_in(list(names)))
    things = pl.col("s").n_unique().alias("count")
    totals = text.group_by("o").agg(things).sort("count", "o", descending=[True, False])
    by_class: dict[str, dict[str, int]] = {}
    for kind, name, count in text.group_by("o", "g").agg(things).sort("o", "g").iter_rows():
        by_class.setdefault(kind, {})[names[name]] = count
    return [
        ClassCount(kind[1:-1], total, by_class[kind], _labels(ontology, kind[1:-1]))
        for kind, total in totals.iter_rows()
    ]


def _labels(ontology: Ontology, kind: str) -> dict[str, str]:
    entry = ontology.classes.get(IRI(kind))
    return dict(entry.labels) if entry else {}
