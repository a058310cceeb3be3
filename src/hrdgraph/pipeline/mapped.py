"""Sources into one graph of columns: each mapped into its own named graph, with its description, and the ontology in another."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.metadata import version

from hrdgraph.errors import HrdgraphError, MappingError, Origin, raise_all
from hrdgraph.evidence.provenance import describe_source
from hrdgraph.explain import SourcePlan
from hrdgraph.mapping import GraphSink, run
from hrdgraph.mapping.model import Constant, TermMap
from hrdgraph.mapping.plan import Rule
from hrdgraph.ontology import Ontology
from hrdgraph.pipeline.manifest import digest
from hrdgraph.project import Project, Source
from hrdgraph.rdf import IRI, ColumnGraph, Quad
from hrdgraph.vocab import HRD, HRDV

OURS = (HRD.prefix, HRDV.prefix)


@dataclass(frozen=True)
class Mapped:
    """The graph of all sources and the ontology, and how many quads each source's mapping made."""

    graph: ColumnGraph
    counts: dict[str, int]


def map_sources(project: Project, plans: Iterable[SourcePlan], ontology: Ontology, step: Callable[[str], None]) -> Mapped:
    """Run every plan. Errors carry file, row and column."""
    graphs: list[ColumnGraph] = []
    counts: dict[str, int] = {}
    for item in plans:
        step(f"mapping {item.source.name}")
        mapped = _map(item)
        counts[item.source.name] = len(mapped)
        graphs += [mapped, ColumnGraph.from_quads(_description(item.source, item.graph))]
    graph = IRI(project.graph_name("ontology"))
    graphs.append(ColumnGraph.from_quads(Quad(q.subject, q.predicate, q.object, graph) for q in ontology.quads))
    return Mapped(ColumnGraph.union(graphs), counts)


def _map(item: SourcePlan) -> ColumnGraph:
    sink = GraphSink(IRI(item.graph).n3())
    run(item.plan, sink)
    return sink.graph()


def _description(source: Source, graph: str) -> list[Quad]:
    return describe_source(
        name=source.name,
        graph=IRI(graph),
        title=source.title,
        version=version("hrdgraph"),
        publisher=source.publisher,
        licence=source.licence,
        address=source.address,
        language=source.language,
        retrieved=source.retrieved,
        mapping=(source.mapping_file.name, digest(source.mapping_file)),
        tables=[(table.file, digest(source.table_file(table))) for table in source.tables],
    )


def check_terms(plans: Iterable[SourcePlan], ontology: Ontology) -> None:
    """Refuse mappings that name a term of our namespaces that the ontology does not define."""
    errors: dict[str, HrdgraphError] = {}
    for rule in (rule for item in plans for rule in item.plan.rules):
        errors |= _targeted(rule)
        for term in (rule.predicate, rule.object, rule.subject):
            error = _undefined(term, ontology, rule.origin)
            if error is not None:
                errors.setdefault(str(error), error)
    raise_all(list(errors.values()))


def _targeted(rule: Rule) -> dict[str, HrdgraphError]:
    hint = "leave out rml:logicalTarget, or run this mapping with `hrdgraph map`"
    error = MappingError("a build puts every statement into its graph, not into a target", origin=rule.origin, hint=hint)
    return {str(error): error} if rule.targets else {}


def _undefined(term: TermMap, ontology: Ontology, place: Origin) -> MappingError | None:
    iri = term.expression.term if isinstance(term.expression, Constant) else None
    if not isinstance(iri, IRI) or not iri.value.startswith(OURS) or iri in ontology:
        return None
    known = [name.value for name in (*ontology.classes, *ontology.properties, *ontology.concepts)]
    near = get_close_matches(iri.value, known, 1, 0.8)
    hint = f"did you mean <{near[0]}>?" if near else "define it in ontology/core.ttl, with its labels"
    return MappingError(f"the ontology has no term <{iri.value}>", origin=place, hint=hint)
