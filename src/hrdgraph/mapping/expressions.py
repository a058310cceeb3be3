"""Term maps and expression maps of a mapping's graph into the model."""

from __future__ import annotations

import re

from hrdgraph.errors import MappingError
from hrdgraph.mapping.graph import MappingGraph
from hrdgraph.mapping.model import Call, Constant, Expression, Reference, Template, TermMap, TermType
from hrdgraph.rdf import IRI, BlankNode, Literal, Term
from hrdgraph.vocab import RDF, RML

_PART = re.compile(r"\{((?:[^{}\\]|\\.)*)\}|((?:[^{}\\]|\\.)+)", re.S)
_VALUED = (RML.constant, RML.reference, RML.template, RML.functionExecution)
_POSITION_TYPES = {"subject": {"IRI", "URI", "UnsafeIRI", "UnsafeURI", "BlankNode"}, "predicate": {"IRI", "URI", "UnsafeIRI", "UnsafeURI"}}


def parse_template(text: str) -> Template:
    """Split a template into text and references (RML-Core §6.4); backslash escapes braces. ValueError on unbalanced ones."""
    parts: list[str | Reference] = []
    end = 0
    for match in _PART.finditer(text):
        if match.start() != end:
            break
        end = match.end()
        name, plain = match.groups()
        parts.append(Reference(_unescaped(name)) if name is not None else _unescaped(plain))
    if end != len(text) or Reference("") in parts:
        raise ValueError(text)
    return Template(tuple(parts))


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.S)


def read_expression(graph: MappingGraph, node: Term) -> Expression:
    """The expression map at a node: exactly one of constant, reference, template, function execution."""
    given = [p for p in _VALUED if graph.all(node, p)]
    if len(given) != 1:
        found = " and ".join(f"rml:{p.value.removeprefix(RML.prefix)}" for p in given) or "none"
        hint = "give exactly one of rml:constant, rml:reference, rml:template, rml:functionExecution"
        raise MappingError(f"an expression map with {found}", origin=graph.origin(node), hint=hint)
    value = graph.one(node, given[0], required=True)
    assert value is not None
    if given[0] == RML.constant:
        return Constant(value)
    return read_call(graph, value) if given[0] == RML.functionExecution else _textual(graph, node, given[0], value)


def _textual(graph: MappingGraph, node: Term, kind: IRI, value: Term) -> Expression:
    if not isinstance(value, Literal):
        raise MappingError("a reference or template must be a string", origin=graph.origin(node), hint="put it in quotes")
    if kind == RML.reference:
        return Reference(value.value)
    try:
        return parse_template(value.value)
    except ValueError:
        hint = r"close every {, name a reference inside, and write a brace that is text as \\{"
        raise MappingError(f"the template '{value.value}' does not parse", origin=graph.origin(node), hint=hint) from None


def read_call(graph: MappingGraph, node: Term) -> Call:
    """A function execution: its function and its inputs."""
    function = _constant_of(graph, node, RML.function, RML.functionMap)
    if not isinstance(function, IRI):
        raise MappingError(
            "a function execution without rml:function", origin=graph.origin(node), hint="add rml:function and the function's IRI"
        )
    inputs = [_read_input(graph, item) for item in graph.all(node, RML.input)]
    return Call(function, tuple(sorted(inputs, key=_input_key)), graph.origin(node))


def _input_key(item: tuple[IRI, Expression]) -> tuple[str, int, str]:
    """Order inputs by parameter: rdf:_1, rdf:_2 … by number, repeated ones by the text of their expression."""
    name, expression = item
    number = name.value.removeprefix(RDF.prefix + "_")
    return ("", int(number), "") if number.isdigit() else (name.value, 0, repr(expression))


def _read_input(graph: MappingGraph, node: Term) -> tuple[IRI, Expression]:
    parameter = _constant_of(graph, node, RML.parameter, RML.parameterMap)
    if not isinstance(parameter, IRI):
        raise MappingError("an input without rml:parameter", origin=graph.origin(node), hint="add rml:parameter and the parameter's IRI")
    shortcut = graph.one(node, RML.inputValue)
    if shortcut is not None:
        return parameter, Constant(shortcut)
    value = graph.one(node, RML.inputValueMap, required=True)
    assert value is not None
    return parameter, read_expression(graph, value)


def _constant_of(graph: MappingGraph, node: Term, shortcut: IRI, full: IRI) -> Term | None:
    direct = graph.one(node, shortcut)
    if direct is not None:
        return direct
    holder = graph.one(node, full)
    expression = read_expression(graph, holder) if holder is not None else None
    return expression.term if isinstance(expression, Constant) else None


def read_term(graph: MappingGraph, node: Term, position: str, base: str) -> TermMap:
    """The term map at a node; `position` is subject, predicate, object or graph (RML-Core §6.1 for the default term type)."""
    expression = read_expression(graph, node)
    datatype = _qualifier(graph, node, RML.datatype, RML.datatypeMap)
    language = _qualifier(graph, node, RML.language, RML.languageMap)
    chosen = graph.one(node, RML.termType)
    literal = bool(datatype or language) or isinstance(expression, Reference | Call)
    kind = _term_type(graph, node, chosen) if chosen else _default_type(expression, position, literal)
    if kind.value not in _POSITION_TYPES.get(position, {kind.value}):
        raise MappingError(f"a {position} cannot be a {kind.value}", origin=graph.origin(node), hint="change rml:termType or the constant")
    if kind is not TermType.LITERAL and (datatype or language):
        raise MappingError(
            "a language or datatype on what is no literal", origin=graph.origin(node), hint="drop it, or use rml:termType rml:Literal"
        )
    return TermMap(expression, kind, datatype, language, base, graph.origin(node))


def _default_type(expression: Expression, position: str, literal: bool) -> TermType:
    if isinstance(expression, Constant):
        return constant_type(expression.term)
    return TermType.LITERAL if position == "object" and literal else TermType.IRI


def _qualifier(graph: MappingGraph, node: Term, shortcut: IRI, full: IRI) -> Expression | None:
    direct = graph.one(node, shortcut)
    holder = graph.one(node, full)
    if direct is not None:
        return Constant(direct)
    return read_expression(graph, holder) if holder is not None else None


def _term_type(graph: MappingGraph, node: Term, chosen: Term) -> TermType:
    name = chosen.value.removeprefix(RML.prefix) if isinstance(chosen, IRI) else ""
    if name not in TermType._value2member_map_:
        raise MappingError(f"'{name}' is no term type", origin=graph.origin(node), hint="one of rml:IRI, rml:Literal, rml:BlankNode …")
    return TermType(name)


def constant_type(term: Term) -> TermType:
    """The term type of a constant."""
    if isinstance(term, Literal):
        return TermType.LITERAL
    return TermType.BLANK_NODE if isinstance(term, BlankNode) else TermType.IRI
