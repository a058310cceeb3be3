"""Term maps and expression maps of a mapping's graph into the model."""

from __future__ import annotations

import re

from hrdgraph.errors import MappingError
from hrdgraph.mapping.expressions import constant_text
from hrdgraph.mapping.language.graph import MappingGraph
from hrdgraph.mapping.language.targets import read_targets
from hrdgraph.mapping.model import (
    Constant,
    Expression,
    FreshBlankNode,
    FunctionExecution,
    Reference,
    Template,
    TermMap,
    TermType,
)
from hrdgraph.rdf import IRI, BlankNode, Literal, Term
from hrdgraph.rdf.terms import LANGUAGE_TAG
from hrdgraph.vocab import RDF, RML

_PART = re.compile(r"\{((?:[^{}\\]|\\.)*)\}|((?:[^{}\\]|\\.)+)", re.S)
VALUED = (RML.constant, RML.reference, RML.template, RML.functionExecution)
_CHOSEN = {kind.value for kind in TermType} - {TermType.TRIPLE.value, TermType.ANY.value}
_IRIS = {"IRI", "URI", "UnsafeIRI", "UnsafeURI"}
_POSITION_TYPES = {
    "subject": {*_IRIS, "BlankNode"},
    "predicate": _IRIS,
    "graph": {*_IRIS, "BlankNode"},
}


def parse_template(text: str) -> Template:
    """Split a template into text and references (RML-Core §6.4); backslash escapes braces.
    ValueError on unbalanced ones."""
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
    """The expression map at a node: exactly one of constant, reference, template, function
    execution."""
    if graph.all(node, RML.condition):
        raise MappingError("condition-misplaced", origin=graph.origin(node))
    return _read_valued(graph, node)


def _read_valued(graph: MappingGraph, node: Term) -> Expression:
    given = [p for p in VALUED if graph.all(node, p)]
    if len(given) != 1:
        found = " and ".join(f"rml:{p.value.removeprefix(RML.prefix)}" for p in given) or "none"
        hint = "give-one-expression"
        raise MappingError(
            "expression-map-ambiguous", found=found, origin=graph.origin(node), hint=hint
        )
    value = graph.one(node, given[0], required=True)
    assert value is not None
    if given[0] == RML.constant:
        return Constant(value)
    return (
        _read_call(graph, value, node)
        if given[0] == RML.functionExecution
        else _textual(graph, node, given[0], value)
    )


def _textual(graph: MappingGraph, node: Term, kind: IRI, value: Term) -> Expression:
    if not isinstance(value, Literal):
        raise MappingError("reference-not-text", origin=graph.origin(node))
    if kind == RML.reference:
        return reference(graph, node, value.value)
    try:
        return parse_template(value.value)
    except ValueError:
        hint = "close-braces"
        raise MappingError(
            "template-malformed", template=value.value, origin=graph.origin(node), hint=hint
        ) from None


def reference(graph: MappingGraph, node: Term, name: str) -> Reference:
    """The reference of a name; MappingError where it has none, as no column or path of most
    formats may."""
    if not name:
        raise MappingError("reference-without-name", origin=graph.origin(node))
    return Reference(name)


def _read_call(graph: MappingGraph, node: Term, holder: Term) -> FunctionExecution:
    """A function execution: its function and its inputs, and the output that the expression map
    `holder` asks for."""
    function = _constant_of(graph, node, RML.function, RML.functionMap)
    if not isinstance(function, IRI):
        raise MappingError("execution-without-function", origin=graph.origin(node))
    inputs = [_read_input(graph, item) for item in graph.all(node, RML.input)]
    output = _constant_of(graph, holder, RML["return"], RML.returnMap)
    return FunctionExecution(
        function,
        tuple(sorted(inputs, key=_input_key)),
        output if isinstance(output, IRI) else None,
        graph.origin(node),
    )


def _input_key(item: tuple[IRI, Expression]) -> tuple[str, int, str]:
    """Order inputs by parameter: rdf:_1, rdf:_2 … by number, repeated ones by the text of their
    expression."""
    name, expression = item
    number = name.value.removeprefix(RDF.prefix + "_")
    return ("", int(number), "") if number.isdigit() else (name.value, 0, repr(expression))


def _read_input(graph: MappingGraph, node: Term) -> tuple[IRI, Expression]:
    parameter = _constant_of(graph, node, RML.parameter, RML.parameterMap)
    if not isinstance(parameter, IRI):
        raise MappingError("input-without-parameter", origin=graph.origin(node))
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
    """The term map at a node; `position` is subject, predicate, object or graph (RML-Core §6.1
    for the default term type)."""
    chosen = graph.one(node, RML.termType)
    expression = _of_term(graph, node, chosen)
    datatype = _qualifier(graph, node, RML.datatype, RML.datatypeMap)
    language = _qualifier(graph, node, RML.language, RML.languageMap)
    holder = graph.one(node, RML.condition)
    condition = read_expression(graph, holder) if holder is not None else None
    literal = bool(datatype or language) or isinstance(expression, Reference | FunctionExecution)
    kind = (
        _term_type(graph, node, chosen) if chosen else _default_type(expression, position, literal)
    )
    origin, targets = graph.origin(node), read_targets(graph, node)
    term = TermMap(
        expression, kind, datatype, language, base, condition, graph.ill_typed, origin, targets
    )
    _check_position(term, position)
    _check_term(term)
    return term


def read_constant(graph: MappingGraph, node: Term, term: Term, position: str, base: str) -> TermMap:
    """The term map that a shortcut such as rml:object at `node` stands for."""
    made = TermMap(
        Constant(term),
        constant_type(term),
        base=base,
        ill_typed=graph.ill_typed,
        origin=graph.origin(node),
    )
    _check_position(made, position)
    return made


def _check_position(term: TermMap, position: str) -> None:
    if term.type.value not in _POSITION_TYPES.get(position, {term.type.value}):
        hint = "change-term-type"
        raise MappingError(
            "term-type-misplaced",
            position=position,
            type=term.type.value,
            origin=term.origin,
            hint=hint,
        )


def _of_term(graph: MappingGraph, node: Term, chosen: Term | None) -> Expression:
    """The expression of a term map; only a blank node may go without (RML-Core §6.1)."""
    if chosen == RML.BlankNode and not any(graph.all(node, p) for p in VALUED):
        return FreshBlankNode(node.label if isinstance(node, BlankNode) else node.value)
    return _read_valued(graph, node)


def _check_term(term: TermMap) -> None:
    literal = term.type is TermType.LITERAL
    if not literal and (term.datatype or term.language):
        hint = "drop-or-use-rml-termtype"
        raise MappingError("literal-parts-misplaced", origin=term.origin, hint=hint)
    if (
        isinstance(term.expression, Constant)
        and (constant_type(term.expression.term) is TermType.LITERAL) != literal
    ):
        kind = "no literal" if literal else "a literal"
        hint = "write-iri-literal-quotes-drop"
        raise MappingError(
            "constant-of-other-type",
            found=kind,
            type=term.type.value,
            origin=term.origin,
            hint=hint,
        )
    if term.language and term.datatype:
        raise MappingError("language-and-datatype", origin=term.origin)
    tag = constant_text(term.language)
    if tag is not None and not re.match(LANGUAGE_TAG, tag):
        raise MappingError("language-tag-malformed", tag=tag, origin=term.origin)


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
    if name not in _CHOSEN:
        raise MappingError("term-type-unknown", name=name, origin=graph.origin(node))
    return TermType(name)


def constant_type(term: Term) -> TermType:
    """The term type of a constant."""
    if isinstance(term, Literal):
        return TermType.LITERAL
    return TermType.BLANK_NODE if isinstance(term, BlankNode) else TermType.IRI
