"""A finished build into what its report shows."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from hrdgraph.catalogue import LANGUAGES, Vocabulary
from hrdgraph.ontology import Ontology
from hrdgraph.pipeline.findings.findings_output import FindingsOutput
from hrdgraph.pipeline.result import Result
from hrdgraph.project import Project, Source
from hrdgraph.rdf import IRI, ColumnGraph, Literal, parse_term
from hrdgraph.validate import (
    EvidenceCount,
    Finding,
    ReportData,
    SourceLine,
    WithheldCount,
    class_counts,
)
from hrdgraph.validate.findings.history import NO_CHANGE
from hrdgraph.version import installed
from hrdgraph.vocab import DCTERMS, HRD, HRDV, RDFS, SKOS


def report_data(
    project: Project,
    sources: tuple[Source, ...],
    ontology: Ontology,
    result: Result,
    *,
    validated: bool,
) -> ReportData:
    """Gather counts, labels and findings."""
    return ReportData(
        title=project.title,
        version=installed("hrdgraph"),
        quads=len(result.graph),
        sources=tuple(_line(source, result) for source in sources),
        classes=tuple(
            class_counts(
                result.graph,
                ontology,
                {project.graph_name(source.name): source.name for source in sources},
            )
        ),
        findings=result.findings,
        evidence=EvidenceCount(
            result.evidence.verified, result.evidence.unverifiable, len(result.evidence.broken)
        ),
        withheld=tuple(
            WithheldCount(reason, count, _reason(reason))
            for reason, count in result.withheld.items()
            if count
        ),
        labels=_labels(ontology, result),
        languages=project.languages,
        validated=validated,
        since=result.since or NO_CHANGE,
    )


def as_published(
    result: Result, told: FindingsOutput, project: Project, sources: tuple[Source, ...]
) -> Result:
    """The result as far as it may be passed on: counts are of what is in the graph, findings are
    those about it."""
    graphs = {project.graph_name(source.name): source.name for source in sources}
    found = result.graph.quads["g"].value_counts()
    names = (text[1:-1] for text in result.graph.terms.gather(found["g"]))
    by_graph = dict(zip(names, found["count"], strict=True))
    counts = {name: by_graph.get(graph, 0) for graph, name in graphs.items()}
    evidence = replace(result.evidence, **_cited(result.graph), broken=())
    return replace(
        result,
        counts=counts,
        findings=told.public,
        since=told.public_since,
        evidence=evidence,
        withheld={},
        notes=(),
    )


def _cited(graph: ColumnGraph) -> dict[str, int]:
    """How many pieces of evidence are in the graph, by what came of them."""
    names = {"verified": "verified", "unverifiable": "unverifiable", "whole": "whole-document"}
    concepts = {field: HRDV[f"evidence-status/{name}"] for field, name in names.items()}
    return {
        field: graph.where(p=HRD.evidenceStatus, o=concept).quads["s"].n_unique()
        for field, concept in concepts.items()
    }


def _line(source: Source, result: Result) -> SourceLine:
    is_told = bool(len(result.graph.where(p=DCTERMS.title, o=Literal(source.title))))
    return SourceLine(
        name=source.name,
        titles={"": source.title, **source.titles}
        if is_told or source.visibility != "public"
        else {"": source.name},
        publisher=source.publisher,
        licence=source.licence,
        quads=result.counts.get(source.name, 0),
        address=source.address,
        language=source.language,
        retrieved=source.retrieved.isoformat() if source.retrieved else "",
        visibility=source.visibility,
    )


def _labels(ontology: Ontology, result: Result) -> dict[str, dict[str, str]]:
    """Labels of the properties that findings name, and of the things they are about."""
    paths = {IRI(finding.path) for finding in result.findings if finding.path}
    labels = {iri.value: dict(entry.labels) for iri in paths if (entry := ontology.get(iri))}
    return labels | _thing_labels(result.graph, result.findings)


def _thing_labels(graph: ColumnGraph, findings: tuple[Finding, ...]) -> dict[str, dict[str, str]]:
    wanted = {
        IRI(finding.focus).n3()
        for finding in findings
        if finding.focus and not finding.focus.startswith("_:")
    }
    labels: dict[str, dict[str, str]] = {}
    places = graph.positions(pl.Series(sorted(wanted), dtype=pl.String)).drop_nulls().implode()
    for predicate in (RDFS.label, SKOS.prefLabel):
        rows = graph.where(p=predicate).quads.filter(pl.col("s").is_in(places))
        for subject, text in ColumnGraph(graph.terms, rows).text().select("s", "o").iter_rows():
            term = parse_term(text)
            if isinstance(term, Literal):
                labels.setdefault(subject[1:-1], {})[term.language] = term.value
    return labels


def _reason(reason: str) -> dict[str, str]:
    """Why statements are withheld, in each language; nothing for a reason without words."""
    words = {language: Vocabulary("reason", language) for language in LANGUAGES}
    return {tag: known(reason) for tag, known in words.items() if reason in known}
