"""Logical sources and logical views of a mapping's graph into the model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from hrdgraph.errors import MappingError
from hrdgraph.mapping.expressions import read_expression
from hrdgraph.mapping.graph import MappingGraph
from hrdgraph.mapping.model import (
    Expression,
    ExpressionField,
    Field,
    IterableField,
    JoinCondition,
    LogicalSource,
    LogicalView,
    Reference,
    ViewJoin,
)
from hrdgraph.rdf import IRI, Literal, Term
from hrdgraph.sources import Dialect
from hrdgraph.vocab import RDF, RML, Namespace

CSVW = Namespace("http://www.w3.org/ns/csvw#")


def read_logical(graph: MappingGraph, node: Term) -> LogicalSource | LogicalView:
    """The logical source or view at a node."""
    return graph.once(node, read_view) if graph.all(node, RML.viewOn) else graph.once(node, read_source)


def read_source(graph: MappingGraph, node: Term) -> LogicalSource:
    """A logical source on a file beside the mapping (RML-IO: RelativePathSource, csvw:Table, or a plain string)."""
    source = graph.one(node, RML.source, required=True)
    assert source is not None
    formulation = graph.text(node, RML.referenceFormulation) or RML.CSV.value
    path = _path(graph, source)
    nulls = tuple(t.value for t in graph.all(source, RML.null, CSVW.null) if isinstance(t, Literal))
    dialect = _dialect(graph, source, path, nulls, graph.text(node, RML.iterator) or "$")
    return LogicalSource(path, formulation.removeprefix(RML.prefix), dialect, graph.origin(node))


def _path(graph: MappingGraph, source: Term) -> Path:
    text = source.value if isinstance(source, Literal) else graph.text(source, RML.path) or graph.text(source, CSVW.url)
    if not text:
        raise MappingError(
            "a source without a path", origin=graph.origin(source), hint="add rml:path and the file's name beside the mapping"
        )
    root = graph.one(source, RML.root)
    folder = Path.cwd() if root == RML.CurrentWorkingDirectory else graph.file.parent
    path = (folder / text).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise MappingError(f"the path '{text}' leaves the folder", origin=graph.origin(source), hint="keep the file beside the mapping")
    return folder / text


def _dialect(graph: MappingGraph, source: Term, path: Path, nulls: tuple[str, ...], iterator: str) -> Dialect:
    node = graph.one(source, CSVW.dialect)
    delimiter = "\t" if path.suffix == ".tsv" else ","
    if node is None:
        return Dialect(delimiter, '"', iterator, nulls)
    return Dialect(graph.text(node, CSVW.delimiter) or delimiter, graph.text(node, CSVW.quoteChar) or '"', iterator, nulls)


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
            raise MappingError(f"two fields are called '{item.name}'", origin=item.origin, hint="give each field a name of its own")
        seen.add(item.name)


def _flat(fields: Iterable[Field]) -> Iterator[Field]:
    for item in fields:
        yield item
        yield from _flat(item.fields)


def _read_field(graph: MappingGraph, node: Term, prefix: str) -> Field:
    name = graph.text(node, RML.fieldName)
    if not name:
        raise MappingError("a field without a name", origin=graph.origin(node), hint="add rml:fieldName")
    full = prefix + name
    nested = tuple(_read_field(graph, item, f"{full}.") for item in graph.all(node, RML.field))
    if graph.all(node, RML.iterator) or RML.IterableField in graph.all(node, RDF.type):
        formulation = graph.text(node, RML.referenceFormulation) or RML.JSONPath.value
        return IterableField(full, formulation.removeprefix(RML.prefix), graph.text(node, RML.iterator) or "$", nested, graph.origin(node))
    return ExpressionField(full, read_expression(graph, node), nested, graph.origin(node))


def _read_join(graph: MappingGraph, node: Term, *, inner: bool) -> ViewJoin:
    parent = graph.one(node, RML.parentLogicalView, required=True)
    assert parent is not None
    fields = tuple(f for item in graph.all(node, RML.field) if isinstance(f := _read_field(graph, item, ""), ExpressionField))
    return ViewJoin(inner, graph.once(parent, read_view), read_conditions(graph, node), fields, graph.origin(node))


def read_conditions(graph: MappingGraph, node: Term) -> tuple[JoinCondition, ...]:
    """The join conditions of a referencing object map or of a join of views."""
    return tuple(_read_condition(graph, item) for item in graph.all(node, RML.joinCondition))


def _read_condition(graph: MappingGraph, node: Term) -> JoinCondition:
    sides = [_side(graph, node, shortcut, full) for shortcut, full in ((RML.child, RML.childMap), (RML.parent, RML.parentMap))]
    return JoinCondition(*sides)


def _side(graph: MappingGraph, node: Term, shortcut: IRI, full: IRI) -> Expression:
    text = graph.text(node, shortcut)
    if text is not None:
        return Reference(text)
    holder = graph.one(node, full, required=True)
    assert holder is not None
    return read_expression(graph, holder)
