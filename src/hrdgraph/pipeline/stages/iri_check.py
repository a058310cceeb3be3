"""IRIs that the JSON-LD context of a project would misread into errors with the cells that they
come from."""

from __future__ import annotations

from hrdgraph.catalogue import Message
from hrdgraph.errors import MappingError, Origin, raise_all
from hrdgraph.explain import Lineage
from hrdgraph.export import misread, read_context
from hrdgraph.project import Project
from hrdgraph.rdf import IRI, ColumnGraph

SHOWN = 10  # IRIs; there may be one in every row


def check_spelled(project: Project, graph: ColumnGraph, lineage: Lineage) -> None:
    """Raise MappingError (or Problems) where a cell such as `foaf:Person` was taken for a whole
    IRI: `foaf` is no scheme but a prefix."""
    context = read_context(project.context_file)
    iris = graph.terms.filter(graph.terms.str.starts_with("<")).str.slice(1).str.strip_suffix(">")
    shortened = [beginning for beginning in (project.base, *context.prefixes.values()) if beginning]
    wrong = [
        iri for iri in misread(iris, context).head(SHOWN) if not iri.startswith(tuple(shortened))
    ]
    raise_all(
        [
            _error(
                iri, context.prefixes.get(iri.partition(":")[0], ""), _place(iri, graph, lineage)
            )
            for iri in wrong
        ]
    )


def _error(iri: str, namespace: str, place: Origin) -> MappingError:
    prefix, _, local = iri.partition(":")
    hint = (
        Message("write-in-full", namespace=namespace, local=local)
        if namespace
        else Message("write-whole-iri-https-or")
    )
    return MappingError(
        "iri-abbreviated",
        iri=iri,
        prefix=prefix,
        origin=place,
        hint=hint,
    )


def _place(iri: str, graph: ColumnGraph, lineage: Lineage) -> Origin:
    """The cell of a statement that the IRI stands in, or its row."""
    term = IRI(iri)
    for said in (graph.where(o=term), graph.where(s=term), graph.where(p=term)):
        for quad in ColumnGraph(said.terms, said.quads.head(1)):
            for trace in lineage.of(quad.subject.n3(), quad.predicate.n3(), quad.object.n3()):
                return next(
                    (cell.origin for cell in trace.cells if cell.value == iri),
                    next(iter(trace.rows), trace.rule),
                )
    return Origin("", node=term.n3())
