"""How many things and statements a graph holds, by class and by source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hrdgraph.api.answers import Answer, html_table
from hrdgraph.findings.report_data import ClassCount

if TYPE_CHECKING:
    import polars

    from hrdgraph.ontology import Ontology
    from hrdgraph.project import Project
    from hrdgraph.rdf import ColumnGraph


@dataclass(frozen=True)
class Statistics(Answer):
    """`statements` in all; `classes` with how many things each has, in all and by source;
    `sources` by name."""

    statements: int
    classes: tuple[ClassCount, ...]
    sources: Sequence[str]
    language: str = "en"

    def label(self, count: ClassCount) -> str:
        """What a class is called."""
        from hrdgraph.findings.report_data import worded

        return worded(count.labels, self.language, count.iri)

    def to_polars(self) -> polars.DataFrame:
        """A row for each class: its IRI, its label, things in all, and a column for each source."""
        import polars

        rows: list[Mapping[str, object]] = [
            {"class": one.iri, "label": self.label(one), "things": one.total}
            | {name: one.by_source.get(name, 0) for name in self.sources}
            for one in self.classes
        ]
        return polars.DataFrame(rows)

    def __repr__(self) -> str:
        return f"<hrdgraph statistics, {self.statements} statements, {len(self.classes)} classes>"

    def _repr_html_(self) -> str:
        rows = [(self.label(one), one.total) for one in self.classes]
        return html_table(rows, ("class", "things"))


def statistics_of(
    graph: ColumnGraph, project: Project, ontology: Ontology, language: str
) -> Statistics:
    """The statistics of a built graph."""
    from hrdgraph.findings.report_data import class_counts

    names = {project.graph_name(source.name): source.name for source in project.sources}
    counts = class_counts(graph, ontology, names)
    return Statistics(len(graph), tuple(counts), tuple(names.values()), language)
