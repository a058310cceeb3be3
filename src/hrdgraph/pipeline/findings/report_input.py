"""A finished build into what its report shows."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version

import polars as pl

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
from hrdgraph.vocab import DCTERMS, HRD, HRDV, RDFS, SKOS

REASONS = {
    "withdrawn": {
        "en": "about things that were withdrawn",
        "fr": "sur des choses retirées",
        "es": "sobre cosas retiradas",
    },
    "column": {
        "en": "from a table or column that is not public",
        "fr": "d'une table ou colonne non publique",
        "es": "de una tabla o columna no pública",
    },
    "risk": {
        "en": "about a person at risk",
        "fr": "sur une personne en danger",
        "es": "sobre una persona en riesgo",
    },
    "place": {
        "en": "saying exactly where a living person is",
        "fr": "disant où se trouve exactement une personne vivante",
        "es": "que dicen dónde está exactamente una persona viva",
    },
    "words": {
        "en": "telling which words say something withheld",
        "fr": "désignant les mots qui disent une chose retenue",
        "es": "que señalan las palabras que dicen algo retenido",
    },
    "name": {
        "en": "whose words name a thing that was withdrawn",
        "fr": "dont les mots nomment une chose retirée",
        "es": "cuyas palabras nombran una cosa retirada",
    },
    "digest": {
        "en": "digests of tables that hold something withheld",
        "fr": "empreintes de tables qui contiennent une chose retenue",
        "es": "resúmenes de tablas que contienen algo retenido",
    },
    "property": {
        "en": "of a property that is not public",
        "fr": "d'une propriété non publique",
        "es": "de una propiedad no pública",
    },
    "source": {
        "en": "of a source that is not public",
        "fr": "d'une source non publique",
        "es": "de una fuente no pública",
    },
    "claim": {
        "en": "about a claim that is not public",
        "fr": "sur une assertion non publique",
        "es": "sobre una afirmación no pública",
    },
    "mention": {
        "en": "pointing at something withheld",
        "fr": "qui désignent une chose retenue",
        "es": "que apuntan a algo retenido",
    },
    "orphan": {
        "en": "about what only withheld claims name",
        "fr": "sur ce que seules nomment des assertions retenues",
        "es": "sobre lo que solo nombran afirmaciones retenidas",
    },
    "derived": {
        "en": "derived from something withheld",
        "fr": "dérivées d'une chose retenue",
        "es": "derivadas de algo retenido",
    },
}


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
        version=version("hrdgraph"),
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
            WithheldCount(reason, count, REASONS.get(reason, {}))
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
    for predicate in (RDFS.label, SKOS.prefLabel):
        rows = graph.where(p=predicate).text().filter(pl.col("s").is_in(list(wanted)))
        for subject, text in rows.select("s", "o").iter_rows():
            term = parse_term(text)
            if isinstance(term, Literal):
                labels.setdefault(subject[1:-1], {})[term.language] = term.value
    return labels
