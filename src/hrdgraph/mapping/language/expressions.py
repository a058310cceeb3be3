"""Read term maps and expression maps of a mapping's graph into the model."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from hrdgraph.catalogue import Message, is_not, lacks, must_be, write_like
from hrdgraph.errors import MappingError
from hrdgraph.mapping.expressions import constant_text
from hrdgraph.mapping.language.access import check_name, no_path
from hrdgraph.mapping.language.graph import MappingGraph
from hrdgraph.mapping.model import (
    Constant,
    Expression,
    FreshBlankNode,
    FunctionExecution,
    LogicalTarget,
    Reference,
    Template,
    TermMap,
    TermType,
)
from hrdgraph.rdf import IRI, BlankNode, Literal, Term
from hrdgraph.rdf.terms import LANGUAGE_TAG
from hrdgraph.sources.dialect import current
from hrdgraph.vocab import RDF, RML, Namespace

FORMATS: Final = Namespace("http://www.w3.org/ns/formats/")
SERIALIZATIONS: Final = ("N-Triples", "N-Quads", "Turtle", "TriG", "N3", "JSON-LD", "RDF_XML")
COMPRESSIONS: Final = ("none", "gzip", "zip", "targz", "tarxz")
_ROOTS: Final = Message("there-is", known="rml:CurrentWorkingDirectory, rml:MappingDirectory")
ENCODINGS: Final = ("UTF-8", "UTF-16")
_HOLDERS: Final = (
    *(
        RML[f"{name}Map"]
        for name in ("subject", "predicate", "object", "graph", "language", "datatype")
    ),
    RDF.first,  # members of collections
)


def read_targets(graph: MappingGraph, *nodes: Term) -> tuple[LogicalTarget, ...]:
    """Return the targets of the term map at a node, including those of its language and datatype
    maps."""
    holders = [
        *nodes,
        *(other for node in nodes for other in graph.all(node, RML.languageMap, RML.datatypeMap)),
    ]
    return tuple(
        dict.fromkeys(
            graph.once(target, _read_target)
            for holder in holders
            for target in graph.all(holder, RML.logicalTarget)
        )
    )


def _read_target(graph: MappingGraph, node: Term) -> LogicalTarget:
    target = graph.one(node, RML.target, required=True)
    assert target is not None
    names = (
        _read_name(graph, (node, target), RML.serialization, FORMATS.prefix, SERIALIZATIONS),
        _read_name(graph, (node, target), RML.compression, RML.prefix, COMPRESSIONS),
        _read_name(graph, (node, target), RML.encoding, RML.prefix, ENCODINGS),
    )
    # a target is written below the working directory, or below its root, unless the caller allows
    # more
    text = graph.text(target, RML.path)
    if not text:
        fact = lacks("rml:target", "rml:path")
        raise MappingError(fact, origin=graph.origin(target))
    folder = _root(graph, target)
    try:
        path = (folder / text).resolve()
        is_inside = path != folder.resolve() and path.is_relative_to(folder.resolve())
        check_name(path)
    except (OSError, ValueError, RuntimeError) as error:
        raise no_path(text, error, graph.origin(target)) from error
    if not is_inside and not current().outside:
        way = Message("keep-beside-mapping", option="--outside")
        raise MappingError("path-leaves-folder", path=text, origin=graph.origin(target), hint=way)
    return LogicalTarget(path, *names, graph.origin(node))


def _read_name(
    graph: MappingGraph, nodes: tuple[Term, Term], predicate: IRI, prefix: str,
    known: tuple[str, ...],
) -> str:  # fmt: skip
    """Return one of the known names, or the default of RML-IO. The logical target has it in the
    table of RML-IO (§3.1.2), the target itself in the text and the examples there: either is
    read."""
    values = [value for node in nodes if (value := graph.one(node, predicate)) is not None]
    value, node = next(iter(values), None), nodes[0]
    if any(other != value for other in values):
        raise MappingError(
            "there-twice", name=f"rml:{predicate.value.removeprefix(RML.prefix)}",
            origin=graph.origin(node), hint="keep-one",
        )  # fmt: skip
    if value is None:
        return "N-Quads" if predicate == RML.serialization else known[0]
    name = value.value.removeprefix(prefix) if isinstance(value, IRI) else ""
    if name not in known:
        space = "formats" if predicate == RML.serialization else "rml"
        hint = Message("there-is", known=", ".join(f"{space}:{item}" for item in known))
        raise MappingError(
            "not-known-here", name=name or getattr(value, "value", ""),
            origin=graph.origin(node), hint=hint,
        )  # fmt: skip
    return name


def _root(graph: MappingGraph, target: Term) -> Path:
    """Return the working directory by default (RML-IO §3.1), the mapping's folder, or a folder in
    it."""
    root = graph.one(target, RML.root)
    if root is None or root == RML.CurrentWorkingDirectory:
        return Path()
    beside = graph.file.parent
    if root == RML.MappingDirectory:
        return beside
    folder = beside / root.value if isinstance(root, Literal) else None
    if folder is None or not (_is_below(folder, beside) or current().outside):
        fact = Message("value-not-as-expected", value="rml:root")
        raise MappingError(fact, origin=graph.origin(target), hint=_ROOTS)
    return folder


def _is_below(folder: Path, beside: Path) -> bool:
    try:
        return folder.resolve().is_relative_to(beside.resolve())
    except (OSError, ValueError, RuntimeError):  # no path at all
        return False


def check_targets(graph: MappingGraph) -> None:
    """Refuse targets where they would have no effect: on anything but a term map."""
    holders = graph.subjects_with(RML.logicalTarget)
    maps = (
        {item for node in graph.subjects_with(*_HOLDERS) for item in graph.all(node, *_HOLDERS)}
        if holders
        else set()
    )
    for node in holders:
        if node not in maps:
            hint = "put-target-on-term-map"
            raise MappingError(
                "not-allowed-here", term="rml:logicalTarget", origin=graph.origin(node), hint=hint
            )


_PART = re.compile(r"\{((?:[^{}\\]|\\.)*)\}|((?:[^{}\\]|\\.)+)", re.S)
VALUED = (RML.constant, RML.reference, RML.template, RML.functionExecution)
_CHOSEN = {kind.value for kind in TermType} - {TermType.TRIPLE.value, TermType.ANY.value}
_IRIS = {"IRI", "URI", "UnsafeIRI", "UnsafeURI"}
_POSITION_TYPES = {
    "subject": {*_IRIS, "BlankNode"}, "predicate": _IRIS, "graph": {*_IRIS, "BlankNode"},
}  # fmt: skip


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
        parts.append(Reference(_unescape(name)) if name is not None else _unescape(plain))
    if end != len(text) or Reference("") in parts:
        raise ValueError(text)
    return Template(tuple(parts))


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.S)


def read_expression(graph: MappingGraph, node: Term) -> Expression:
    """Read the expression map at a node: exactly one of constant, reference, template, function
    execution."""
    if graph.all(node, RML.condition):
        fact = Message("not-allowed-here", term="rml:condition")
        raise MappingError(fact, hint="put-target-on-term-map", origin=graph.origin(node))
    return _read_valued(graph, node)


def _read_valued(graph: MappingGraph, node: Term) -> Expression:
    given = [p for p in VALUED if graph.all(node, p)]
    if len(given) != 1:
        names = [f"rml:{p.value.removeprefix(RML.prefix)}" for p in given] or Message("word-none")
        hint = Message(
            "there-is", known="rml:constant, rml:reference, rml:template, rml:functionExecution"
        )
        raise MappingError("several-of", names=names, origin=graph.origin(node), hint=hint)
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
        fact = must_be("rml:reference, rml:template", "text")
        raise MappingError(fact, hint=write_like('rml:reference "name"'), origin=graph.origin(node))
    if kind == RML.reference:
        return reference(graph, node, value.value)
    try:
        return parse_template(value.value)
    except ValueError:
        hint = "close-braces"
        raise MappingError(
            "value-not-as-expected", value=value.value, origin=graph.origin(node), hint=hint
        ) from None


def reference(graph: MappingGraph, node: Term, name: str) -> Reference:
    """Return the reference of a name; MappingError for "", which no column or path of most formats
    may be."""
    if not name:
        raise MappingError(is_not(name, "name"), origin=graph.origin(node))
    return Reference(name)


def _read_call(graph: MappingGraph, node: Term, holder: Term) -> FunctionExecution:
    """Read a function execution: its function and its inputs, and the output that the expression
    map `holder` names."""
    function = _constant_of(graph, node, RML.function, RML.functionMap)
    if not isinstance(function, IRI):
        raise MappingError(
            lacks("rml:functionExecution", "rml:function"), origin=graph.origin(node)
        )
    inputs = [_read_input(graph, item) for item in graph.all(node, RML.input)]
    output = _constant_of(graph, holder, RML["return"], RML.returnMap)
    return FunctionExecution(
        function, tuple(sorted(inputs, key=_input_key)),
        output if isinstance(output, IRI) else None, graph.origin(node),
    )  # fmt: skip


def _input_key(item: tuple[IRI, Expression]) -> tuple[str, int, str]:
    """Order inputs by parameter: rdf:_1, rdf:_2 … by number, repeated ones by the text of their
    expression."""
    name, expression = item
    number = name.value.removeprefix(RDF.prefix + "_")
    return ("", int(number), "") if number.isdigit() else (name.value, 0, repr(expression))


def _read_input(graph: MappingGraph, node: Term) -> tuple[IRI, Expression]:
    parameter = _constant_of(graph, node, RML.parameter, RML.parameterMap)
    if not isinstance(parameter, IRI):
        raise MappingError(lacks("rml:input", "rml:parameter"), origin=graph.origin(node))
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
    """Read the term map at a node; `position` is subject, predicate, object or graph (RML-Core
    §6.1 for the default term type)."""
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
    """Return the term map for a shortcut such as rml:object at `node`."""
    term_map = TermMap(
        Constant(term), constant_type(term), base=base, ill_typed=graph.ill_typed,
        origin=graph.origin(node),
    )  # fmt: skip
    _check_position(term_map, position)
    return term_map


def _check_position(term: TermMap, position: str) -> None:
    if term.type.value not in _POSITION_TYPES.get(position, {term.type.value}):
        raise MappingError(
            "term-type-misplaced", position=position, type=term.type.value, origin=term.origin,
            hint="change-term-type",
        )  # fmt: skip


def _of_term(graph: MappingGraph, node: Term, chosen: Term | None) -> Expression:
    """Read the expression of a term map; only a blank node may have none (RML-Core §6.1)."""
    if chosen == RML.BlankNode and not any(graph.all(node, p) for p in VALUED):
        return FreshBlankNode(node.label if isinstance(node, BlankNode) else node.value)
    return _read_valued(graph, node)


def _check_term(term: TermMap) -> None:
    literal = term.type is TermType.LITERAL
    if not literal and (term.datatype or term.language):
        hint = "leave-out"
        raise MappingError("literal-parts-misplaced", origin=term.origin, hint=hint)
    if (
        isinstance(term.expression, Constant)
        and (constant_type(term.expression.term) is TermType.LITERAL) != literal
    ):
        raise MappingError(
            "not-together", names=f"rml:constant, rml:{term.type.value}", origin=term.origin,
            hint="write-iri-literal-quotes-drop",
        )  # fmt: skip
    if term.language and term.datatype:
        raise MappingError(
            "not-together", names="rml:language, rml:datatype", hint="keep-one", origin=term.origin
        )
    tag = constant_text(term.language)
    if tag is not None and not re.match(LANGUAGE_TAG, tag):
        raise MappingError(is_not(tag, "language-tag"), origin=term.origin)


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
        raise MappingError(
            "not-known-here",
            hint=Message("there-is", known="rml:IRI, rml:Literal, rml:BlankNode"),
            name=name,
            origin=graph.origin(node),
        )
    return TermType(name)


def constant_type(term: Term) -> TermType:
    """Return the term type of a constant."""
    if isinstance(term, Literal):
        return TermType.LITERAL
    return TermType.BLANK_NODE if isinstance(term, BlankNode) else TermType.IRI
