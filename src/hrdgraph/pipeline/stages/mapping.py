"""Sources into one graph of columns: each mapped into its own named graph, with its description,
and the ontology in another."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import version
from urllib.parse import quote

from hrdgraph.errors import HrdgraphError, MappingError, Origin, raise_all
from hrdgraph.evidence.provenance import describe_source
from hrdgraph.explain import SourcePlan
from hrdgraph.mapping import GraphSink, Plan, run
from hrdgraph.mapping.execution.routes import Routes
from hrdgraph.mapping.facts.layout import kind_files
from hrdgraph.mapping.model import Constant, TermMap, TermType
from hrdgraph.mapping.plan import QuadRule
from hrdgraph.nearest import meant
from hrdgraph.ontology import Ontology
from hrdgraph.pipeline.manifest import digest
from hrdgraph.privacy import Level, level_of
from hrdgraph.privacy.rule_visibility import OPEN, Set, Visible
from hrdgraph.privacy.shadow_graphs import in_shadow
from hrdgraph.project import Project, Source, Table
from hrdgraph.rdf import IRI, ColumnGraph, Quad
from hrdgraph.vocab import HRD, HRDV

OURS = (HRD.prefix, HRDV.prefix)
UNNAMED = "a source that is not public"  # in the place of its name, where it must not be told


@dataclass(frozen=True)
class MappingResult:
    """The graph of all sources and the ontology, and how many quads each source's mapping made."""

    graph: ColumnGraph
    counts: dict[str, int]


def map_sources(
    project: Project,
    plans: Iterable[SourcePlan],
    ontology: Ontology,
    step: Callable[[str], None],
    shown: Level = Level.PUBLIC,
) -> MappingResult:
    """Run every plan. Errors carry file, row and column. What comes from tables and columns that
    are not public is in the shadow of its graph; a table above `shown` is not described."""
    plans, visible = tuple(plans), Visible(project.sources)
    visible.check(plans)
    graphs: list[ColumnGraph] = []
    counts: dict[str, int] = {}
    for item in plans:
        step(
            f"mapping {item.source.name if level_of(item.source.visibility) <= shown else UNNAMED}"
        )
        mapped = _map(item, visible)
        counts[item.source.name] = sum(map(len, mapped))
        graphs += [
            *mapped,
            ColumnGraph.from_quads(_description(project, item.source, item.graph, shown)),
        ]
    graph = IRI(project.graph_name("ontology"))
    graphs.append(
        ColumnGraph.from_quads(
            Quad(q.subject, q.predicate, q.object, graph) for q in ontology.quads
        )
    )
    return MappingResult(ColumnGraph.union(graphs), counts)


def _map(item: SourcePlan, visible: Visible) -> list[ColumnGraph]:
    """What the rules of a source make: those that read only what is public, and by each place
    that says otherwise the others."""
    parts: dict[Set, list[QuadRule]] = {}
    for rule in item.plan.rules:
        said = visible.of(item, rule)
        parts.setdefault(said if said.level else OPEN, []).append(rule)
    name = IRI(item.graph).n3()
    sinks = {said: GraphSink(name) for said in parts}
    run(item.plan, Routes([(Plan(tuple(rules)), sinks[said]) for said, rules in parts.items()]))
    return [
        sink.graph() if said is OPEN else in_shadow(sink.graph(), name, said.level, said.place)
        for said, sink in sinks.items()
    ]


def _description(project: Project, source: Source, graph: str, shown: Level) -> list[Quad]:
    open_tables = [table for table in source.tables if level_of(table.visibility) <= shown]
    quads = describe_source(
        name=source.name,
        graph=IRI(graph),
        title=source.title,
        version=version("hrdgraph"),
        publisher=source.publisher,
        licence=source.licence,
        address=source.address,
        language=source.language,
        retrieved=source.retrieved,
        mappings=[
            (file.name, digest(file))
            for file in (*source.mapping_files, *kind_files(project, source))
        ],
        tables=list(
            dict.fromkeys((table.file, digest(source.table_file(table))) for table in open_tables)
        ),
    )
    partly = {
        IRI(f"{graph}/input/{quote(table.file)}")
        for table in open_tables
        if _is_partly_hidden(table, shown)
    }
    return [quad for quad in quads if not (quad.predicate == HRD.sha256 and quad.subject in partly)]


def _is_partly_hidden(table: Table, shown: Level) -> bool:
    """Whether a digest of the table would let what its hidden columns hold be tried out."""
    return any(level_of(field.visibility) > shown for field in table.fields)


def check_terms(plans: Iterable[SourcePlan], ontology: Ontology) -> None:
    """Refuse mappings that name a term of our namespaces that the ontology does not define, and
    what no graph of a build can hold."""
    errors: dict[str, HrdgraphError] = {}
    for rule in (rule for item in plans for rule in item.plan.rules):
        errors |= _targeted(rule) | _quoting(rule)
        for term in (rule.predicate, rule.object, rule.subject):
            error = _undefined(term, ontology, rule.origin)
            if error is not None:
                errors.setdefault(str(error), error)
    raise_all(list(errors.values()))


def _targeted(rule: QuadRule) -> dict[str, HrdgraphError]:
    hint = "leave-out-rml-logicaltarget-or"
    error = MappingError(
        "target-in-build",
        origin=rule.origin,
        hint=hint,
    )
    return {str(error): error} if rule.targets else {}


def _quoting(rule: QuadRule) -> dict[str, HrdgraphError]:
    """What may be seen of a triple within a triple is not decided: so none gets as far as the
    graph."""
    if TermType.TRIPLE not in (rule.subject.type, rule.object.type):
        return {}
    hint = "state-node-rdf-subject-rdf"
    error = MappingError(
        "triple-term-in-build",
        origin=rule.origin,
        hint=hint,
    )
    return {str(error): error}


def _undefined(term: TermMap, ontology: Ontology, place: Origin) -> MappingError | None:
    iri = term.expression.term if isinstance(term.expression, Constant) else None
    if not isinstance(iri, IRI) or not iri.value.startswith(OURS) or iri in ontology:
        return None
    known = [name.value for name in (*ontology.classes, *ontology.properties, *ontology.concepts)]
    hint = meant(
        iri.value,
        known,
        "define-ontology-core-ttl-labels",
        cutoff=0.8,
        shown="<{}>",
    )
    return MappingError("term-not-in-ontology", iri=iri.value, origin=place, hint=hint)
