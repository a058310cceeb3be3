"""Logical sources and logical views of a mapping's graph into the model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from hrdgraph.errors import MappingError
from hrdgraph.mapping.language.access import (
    read_dialect,
    read_location,
    unpacked_ending,
)
from hrdgraph.mapping.language.expressions import read_expression, reference
from hrdgraph.mapping.language.graph import MappingGraph
from hrdgraph.mapping.model import (
    Expression,
    ExpressionField,
    Field,
    IterableField,
    JoinCondition,
    LogicalSource,
    LogicalView,
    ViewJoin,
)
from hrdgraph.rdf import IRI, Term
from hrdgraph.sources.registry import ENDINGS, RESULTS
from hrdgraph.vocab import RDF, RML

SQL2008_QUERY = "SQL2008Query"


def read_logical(graph: MappingGraph, node: Term) -> LogicalSource | LogicalView:
    """The logical source or view at a node."""
    return (
        graph.once(node, read_view)
        if graph.all(node, RML.viewOn)
        else graph.once(node, read_source)
    )


def read_source(graph: MappingGraph, node: Term) -> LogicalSource:
    """A logical source (RML-IO): a file within reach of the mapping, or a database, and how to
    iterate over it."""
    source = graph.one(node, RML.source, required=True)
    assert source is not None
    path, database = read_location(graph, source)
    iterator, query = graph.text(node, RML.iterator), graph.text(node, RML.query)
    dialect = read_dialect(graph, source, path, query or iterator or "$")
    name = _formulation(
        graph, node, path, is_query=query is not None, is_database=database is not None
    )
    if name.startswith(RESULTS.prefix) and (query or iterator):
        hint = "save-result-query-file-name"
        raise MappingError("query-of-file", origin=graph.origin(node), hint=hint)
    namespaces = _namespaces(graph, graph.one(node, RML.referenceFormulation))
    return LogicalSource(
        path, name, replace(dialect, namespaces=namespaces, database=database), graph.origin(node)
    )


def _formulation(
    graph: MappingGraph, node: Term, path: Path, *, is_query: bool, is_database: bool
) -> str:
    """The reference formulation, by its IRI or its class; where none is given, what the source
    is or its name ends in."""
    given = graph.one(node, RML.referenceFormulation)
    ending = unpacked_ending(path)
    if given is None:
        return SQL2008_QUERY if is_query or is_database else ENDINGS.get(ending) or "CSV"
    if RML.XPathReferenceFormulation in graph.all(given, RDF.type):
        return "XPath"
    if not isinstance(given, IRI):
        hint = "give-formulation"
        raise MappingError(
            "reference-formulation-not-understood", origin=graph.origin(given), hint=hint
        )
    name = given.value.removeprefix(RML.prefix)
    likely = ENDINGS.get(ending)
    # text would be made of what is no text
    if name == "CSV" and likely is not None and ":" in likely:
        raise MappingError("file-not-csv", file=path.name, likely=likely, origin=graph.origin(node))
    return name


def _namespaces(graph: MappingGraph, formulation: Term | None) -> tuple[tuple[str, str], ...]:
    """The prefixes of an XPath reference formulation, each with its namespace, in the order of
    prefixes."""
    found: dict[str, str] = {}
    for node in graph.all(formulation, RML.namespace) if formulation is not None else ():
        prefix, url = graph.text(node, RML.namespacePrefix), graph.text(node, RML.namespaceURL)
        if not prefix or not url or found.get(prefix, url) != url:
            hint = "give-namespace"
            raise MappingError("namespace-incomplete", origin=graph.origin(node), hint=hint)
        found[prefix] = url
    return tuple(sorted(found.items()))


def read_view(graph: MappingGraph, node: Term) -> LogicalView:
    """A logical view (RML-LV): what it stands on, its fields, its joins."""
    on = graph.one(node, RML.viewOn, required=True)
    assert on is not None
    fields = tuple(_read_field(graph, item, "") for item in graph.all(node, RML.field))
    joins = [_read_join(graph, item, inner=False) for item in graph.all(node, RML.leftJoin)]
    joins += [_read_join(graph, item, inner=True) for item in graph.all(node, RML.innerJoin)]
    view = LogicalView(read_logical(graph, on), fields, tuple(joins), graph.origin(node))
    _check_names(view)
    return view


def _check_names(view: LogicalView) -> None:
    """Each field of a view has a name of its own, those that joins add among them."""
    seen: set[str] = set()
    for item in (*_flat(view.fields), *(field for join in view.joins for field in join.fields)):
        if item.name in seen:
            raise MappingError("field-twice", name=item.name, origin=item.origin)
        seen.add(item.name)


def _flat(fields: Iterable[Field]) -> Iterator[Field]:
    for item in fields:
        yield item
        yield from _flat(item.fields)


def _read_field(graph: MappingGraph, node: Term, prefix: str) -> Field:
    name = graph.text(node, RML.fieldName)
    if not name:
        raise MappingError("field-without-name", origin=graph.origin(node))
    full = prefix + name
    nested = tuple(_read_field(graph, item, f"{full}.") for item in graph.all(node, RML.field))
    if graph.all(node, RML.iterator) or RML.IterableField in graph.all(node, RDF.type):
        formulation = graph.text(node, RML.referenceFormulation) or RML.JSONPath.value
        return IterableField(
            full,
            formulation.removeprefix(RML.prefix),
            graph.text(node, RML.iterator) or "$",
            nested,
            graph.origin(node),
        )
    return ExpressionField(full, read_expression(graph, node), nested, graph.origin(node))


def _read_join(graph: MappingGraph, node: Term, *, inner: bool) -> ViewJoin:
    parent = graph.one(node, RML.parentLogicalView, required=True)
    assert parent is not None
    fields = tuple(
        f
        for item in graph.all(node, RML.field)
        if isinstance(f := _read_field(graph, item, ""), ExpressionField)
    )
    return ViewJoin(
        inner,
        graph.once(parent, read_view),
        read_conditions(graph, node),
        fields,
        graph.origin(node),
    )


def read_conditions(graph: MappingGraph, node: Term) -> tuple[JoinCondition, ...]:
    """The join conditions of a referencing object map or of a join of views."""
    return tuple(_read_condition(graph, item) for item in graph.all(node, RML.joinCondition))


def _read_condition(graph: MappingGraph, node: Term) -> JoinCondition:
    child, parent = (
        _side(graph, node, short, full)
        for short, full in ((RML.child, RML.childMap), (RML.parent, RML.parentMap))
    )
    return JoinCondition(child, parent, graph.origin(node))


def _side(graph: MappingGraph, node: Term, shortcut: IRI, full: IRI) -> Expression:
    text = graph.text(node, shortcut)
    if text is not None:
        return reference(graph, node, text)
    holder = graph.one(node, full, required=True)
    assert holder is not None
    return read_expression(graph, holder)
