"""Translate subjects, predicates, objects and graphs of a YARRRML document into term maps of
RML."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from hrdgraph.catalogue import Message, add_this, kind_word, lacks, write_like
from hrdgraph.mapping.functions.calls import functions
from hrdgraph.mapping.functions.grel import GREL, IDLAB
from hrdgraph.mapping.language.older_vocabularies import of_function
from hrdgraph.mapping.language.yarrrml.names import Parts, PrefixMap, Ref, parse, plain_text
from hrdgraph.mapping.language.yarrrml.triples import TripleCollector
from hrdgraph.mapping.language.yarrrml.yaml import (
    Keys,
    Node,
    YamlFields,
    YamlList,
    YamlText,
    each,
    text_of,
    wrong,
)
from hrdgraph.nearest import hint_at
from hrdgraph.rdf import IRI, BlankNode
from hrdgraph.vocab import RDF, RML

FUNCTION_KEYS: Final[dict[str, tuple[str, ...]]] = {"function": ("fn", "f"), "parameters": ("pms",)}
_PARAMETER: Final = {"parameter": ("pm",), "value": ("v",), "type": (), "from": ()}
_OWN: Final = {"equal": IDLAB.equal, "notEqual": IDLAB.notEqual, "notequal": IDLAB.notEqual}
_OWN_PARAMETERS: Final = {"str1": GREL.valueParam, "str2": GREL.valueParam2}
_SIDES: Final = {"s": "s", "subject": "s", "o": "o", "object": "o"}
_MAX_DEPTH: Final = 40
_NAME: Final = re.compile(r"\s*([^\s(),=]+)\s*")
_QUOTED: Final = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\s*""", re.S)


@dataclass(frozen=True)
class CallArgument:
    """One argument of a call. `side` is the mapping of a join that it comes from: `s`, `o`, or
    ""."""

    name: str
    value: Parts | FunctionCall
    iri: bool
    side: str
    node: Node


@dataclass(frozen=True)
class FunctionCall:
    """A call: its function's name as written, and its arguments."""

    function: str
    arguments: tuple[CallArgument, ...]
    node: Node


def read_call(fields: YamlFields, names: PrefixMap) -> FunctionCall:
    """Read the call in keys with values, by `function` and `parameters`."""
    name = text_of(fields.need("function"), "'function'")
    arguments = tuple(_read_argument(item, names) for item in each(fields.get("parameters")))
    if not name.value.rstrip().endswith(")"):
        return FunctionCall(name.value.strip(), arguments, name)
    if arguments:
        raise wrong(name, Message("not-together", names="[ ], parameters"), "keep-one")
    return _OneLine(name, names).call()


def _read_argument(node: Node, names: PrefixMap) -> CallArgument:
    if isinstance(node, YamlList):
        if len(node.items) not in (2, 3):
            raise wrong(node, "not-as-expected", write_like("[grel:valueParam, $(name)]"))
        side = text_of(node.items[2], "parameter") if len(node.items) == 3 else None
        return _argument(text_of(node.items[0], "parameter"), node.items[1], side, None, names)
    fields = YamlFields(node, "parameter", _PARAMETER)
    name = text_of(fields.need("parameter"), "'parameter'")
    return _argument(name, fields.need("value"), fields.text("from"), fields.text("type"), names)


def _argument(
    name: YamlText, value: Node, side: YamlText | None, kind: YamlText | None, names: PrefixMap
) -> CallArgument:
    if side is not None and side.value not in _SIDES:
        fact = Message("not-known-here", name=side.value)
        raise wrong(side, fact, "subjects-record-s-other-objects")
    if kind is not None and kind.value not in ("iri", "literal"):
        fact = Message("not-known-here", name=kind.value)
        raise wrong(kind, fact, Message("there-is", known="iri, literal"))
    where = _SIDES[side.value] if side is not None else ""
    if isinstance(value, Keys):
        inner = read_call(YamlFields(value, "function", FUNCTION_KEYS), names)
        return CallArgument(name.value.strip(), inner, False, where, name)
    text = YamlText("", origin=value.origin)
    if not (isinstance(value, YamlText) and not value.value and not value.plain):
        text = text_of(value, f"the parameter '{name.value}'")
    iri = text.value.endswith("~iri")
    parts = parse(text.value.removesuffix("~iri"), text, names.external)
    if kind is None and not iri:
        _check_prefix(parts, names, text, "add-iri-behind-iri-or-literal")
    is_iri = iri or (kind is not None and kind.value == "iri")
    return CallArgument(name.value.strip(), parts, is_iri, where, name)


def _check_prefix(parts: Parts, names: PrefixMap, node: Node, hint: str | Message) -> None:
    """Refuse a value such as `foaf:name` that does not say whether it is an IRI or a text. One
    that its prefix leaves as it is, such as http://…, is let through."""
    first = parts[0] if parts else ""
    if (
        isinstance(first, str)
        and names.looks_like_iri(first)
        and names.expand(first, node) != first
    ):
        raise wrong(node, "not-clear-whether-object-iri", hint)


class _OneLine:
    """Parses `ex:f(a = $(column), b = ex:g(c = "text"))`."""

    def __init__(self, node: YamlText, names: PrefixMap) -> None:
        self._node = node
        self._text = node.value
        self._names = names
        self._at = 0

    def call(self) -> FunctionCall:
        """Parse the whole line as one call."""
        result = self._call(0)
        if self._text[self._at :].strip():
            raise self._wrong(
                Message("value-not-as-expected", value=self._text[self._at :].strip())
            )
        return result

    def _wrong(self, fact: str | Message) -> Exception:
        return wrong(self._node, fact, write_like("grel:toUpperCase(valueParam = $(name))"))

    def _call(self, depth: int) -> FunctionCall:
        name = self._name()
        self._take("(")
        if depth > _MAX_DEPTH:
            raise self._wrong("nested-too-deep")
        arguments: list[CallArgument] = []
        while not self._text.startswith(")", self._at):
            arguments.append(self._argument(depth))
            if not self._text.startswith(")", self._at):
                self._take(",")
        self._take(")")
        return FunctionCall(name, tuple(arguments), self._node)

    def _argument(self, depth: int) -> CallArgument:
        name = self._name()
        self._take("=")
        value, iri = self._value(depth)
        return CallArgument(name, value, iri, "", self._node)

    def _value(self, depth: int) -> tuple[Parts | FunctionCall, bool]:
        quoted = _QUOTED.match(self._text, self._at)
        if quoted:
            self._at = quoted.end()
            text = re.sub(r"""\\(["'])""", r"\1", quoted[1] if quoted[1] is not None else quoted[2])
            return parse(text, self._node, self._names.external), False
        name = _NAME.match(self._text, self._at)
        if name and not name[1].endswith("$") and self._text.startswith("(", name.end()):
            return self._call(depth + 1), False
        text = self._until_end()
        parts = parse(text.removesuffix("~iri"), self._node, self._names.external)
        if not text.endswith("~iri"):
            _check_prefix(parts, self._names, self._node, "add-iri-behind-iri-or-literal")
        return parts, text.endswith("~iri")

    def _until_end(self) -> str:
        """Return the text up to the comma or bracket that ends a value, except within `$( )`."""
        start, depth = self._at, 0
        while self._at < len(self._text) and (depth or self._text[self._at] not in ",)"):
            if self._text[self._at] == "\\":
                self._at += 1
            else:
                depth += {"(": 1, ")": -1}.get(self._text[self._at], 0)
            self._at += 1
        return self._text[start : self._at].strip()

    def _name(self) -> str:
        match = _NAME.match(self._text, self._at)
        if match is None:
            raise self._wrong(
                Message("value-not-as-expected", value=self._text[self._at :].strip())
            )
        self._at = match.end()
        return match[1]

    def _take(self, mark: str) -> None:
        if not self._text.startswith(mark, self._at):
            text = self._text[self._at : self._at + 10] or "nothing"
            raise self._wrong(Message("text-unexpected", found=text, mark=mark))
        self._at += 1
        while self._text[self._at : self._at + 1].isspace():
            self._at += 1


def say_call(triples: TripleCollector, call: FunctionCall) -> BlankNode:
    """Say a function execution; the node that it is."""
    execution = triples.new(call.node)
    function = function_iri(triples.names, call)
    triples.add(execution, RML.function, function)
    for argument in call.arguments:
        holder = triples.new(argument.node)
        triples.add(execution, RML.input, holder)
        triples.add(holder, RML.parameter, _parameter(triples.names, argument, call, function))
        value = triples.new(argument.node)
        triples.add(holder, RML.inputValueMap, value)
        if isinstance(argument.value, FunctionCall):
            triples.add(value, RML.functionExecution, say_call(triples, argument.value))
        else:
            triples.add_value(value, argument.value, argument.node, iri=argument.iri)
    return execution


def function_iri(names: PrefixMap, call: FunctionCall) -> IRI:
    """Return the IRI of the function that a call names."""
    iri = of_function(_OWN.get(call.function) or names.iri(call.function, call.node))
    assert isinstance(iri, IRI)
    return iri


def _parameter(names: PrefixMap, argument: CallArgument, call: FunctionCall, function: IRI) -> IRI:
    """Return the IRI of a parameter; without a prefix, it is the function's own of that name, or
    in its namespace."""
    if ":" in argument.name:
        given = of_function(names.iri(argument.name, argument.node))
        assert isinstance(given, IRI)
        return given
    if call.function in _OWN and argument.name in _OWN_PARAMETERS:
        return _OWN_PARAMETERS[argument.name]
    entry = functions().get(function)
    declared = entry.parameters if entry else ()
    own = {re.split("[#/]", iri.value)[-1]: iri for iri in declared}
    if argument.name in own:
        return own[argument.name]
    space = re.sub(r"[^#/]*$", "", function.value)
    return names.iri(space + argument.name, argument.node)


CONDITIONS: Final[Mapping[str, Sequence[str]]] = {"conditions": ("condition", "c")}
_TYPES: Final = {
    "iri": RML.IRI, "literal": RML.Literal, "blank": RML.BlankNode, "blanknode": RML.BlankNode,
}  # fmt: skip
_TERM: Final[Mapping[str, Sequence[str]]] = {
    "value": ("v",), "type": (), **FUNCTION_KEYS, "targets": ("target", "t"),
}  # fmt: skip
_OBJECT: Final[Mapping[str, Sequence[str]]] = {
    **_TERM, "datatype": (), "language": (), "mapping": ("mappings", "m"), **CONDITIONS,
}  # fmt: skip
_SUFFIX: Final = re.compile(r"(.*)~(iri|literal|blank|blanknode)", re.S)
_NO_LANGUAGE: Final = "leave-out"
_LANGUAGE: Final = re.compile(r"(.*)~([^~]+)~lang", re.S)


@dataclass(frozen=True)
class TermDescription:
    """A term in a YARRRML document. `kind` is a term type of RML, or None if not stated."""

    node: Node
    value: Parts | FunctionCall | None
    kind: IRI | None = None
    datatype: YamlText | None = None
    language: YamlText | None = None
    conditions: tuple[Node, ...] = ()
    targets: Node | None = None


def read_term(node: Node, names: PrefixMap, what: str) -> TermDescription:
    """Read a subject, predicate or graph: a text, or keys with values."""
    if isinstance(node, YamlList):
        kinds = (kind_word("text"), Message("keys-with-values"))
        raise wrong(node, Message("must-be", term=what, kind=kinds), write_like("$(name)"))
    return (
        _of_fields(YamlFields(node, what, _TERM), names)
        if isinstance(node, Keys)
        else _of_text(text_of(node, what), names)
    )


def object_fields(node: Keys) -> YamlFields:
    """Return the keys of an object."""
    return YamlFields(node, "object", _OBJECT)


def read_object(node: Node, names: PrefixMap) -> TermDescription:
    """Read an object: a text, a text with datatype or language in a list, or keys with values."""
    if isinstance(node, Keys):
        return _of_fields(object_fields(node), names)
    if isinstance(node, YamlList):
        if len(node.items) not in (1, 2):
            raise wrong(
                node,
                Message("not-as-expected"),
                write_like("[$(name), xsd:date]"),
            )
        term = _of_text(text_of(node.items[0], "value"), names)
        return qualify(term, text_of(node.items[1], "datatype")) if len(node.items) == 2 else term
    text = text_of(node, "object")
    if re.fullmatch(r"[\w-]+~lang", text.value):
        raise wrong(
            text,
            Message("not-as-expected"),
            write_like("[$(name), en~lang]"),
        )
    return _of_text(text, names)


def qualify(term: TermDescription, qualifier: YamlText) -> TermDescription:
    """Return a term with a datatype, or with a language for a text ending in `~lang`; its own ones
    are kept."""
    if term.datatype or term.language:
        return term
    if qualifier.value.endswith("~lang"):
        return replace(
            term, language=replace(qualifier, value=qualifier.value.removesuffix("~lang"))
        )
    return replace(term, datatype=qualifier)


def _of_text(text: YamlText, names: PrefixMap) -> TermDescription:
    spoken = _LANGUAGE.fullmatch(text.value)
    if spoken:
        return TermDescription(
            text, parse(spoken[1], text, names.external), RML.Literal,
            language=replace(text, value=spoken[2]),
        )  # fmt: skip
    typed = _SUFFIX.fullmatch(text.value)
    if typed:
        return TermDescription(text, parse(typed[1], text, names.external), _TYPES[typed[2]])
    parts = parse(text.value, text, names.external)
    last = parts[-1] if len(parts) > 1 and isinstance(parts[-2], Ref) else ""
    if isinstance(last, str) and re.fullmatch(r"~\w+", last):
        raise _no_type(text, last[1:], "write-text-key-value-where")
    return TermDescription(text, parts)


def _no_type(node: Node, name: str, otherwise: str | Message) -> Exception:
    return wrong(node, Message("not-known-here", name=name), hint_at(name, _TYPES, otherwise))


def term_type(node: YamlText) -> IRI:
    """Return the term type that a text names."""
    if node.value not in _TYPES:
        raise _no_type(node, node.value, Message("there-is", known=", ".join(_TYPES)))
    return _TYPES[node.value]


def _of_fields(fields: YamlFields, names: PrefixMap) -> TermDescription:
    kind = fields.text("type")
    is_object = fields.what == "object"
    return TermDescription(
        fields.node, _value(fields, names), term_type(kind) if kind is not None else None,
        fields.text("datatype") if is_object else None,
        _language(fields.text("language")) if is_object else None,
        each(fields.get("conditions")) if is_object else (), fields.get("targets"),
    )  # fmt: skip


def _language(node: YamlText | None) -> YamlText | None:
    return replace(node, value=node.value.removesuffix("~lang")) if node is not None else None


def _value(fields: YamlFields, names: PrefixMap) -> Parts | FunctionCall | None:
    if fields.has("function"):
        if fields.has("value"):
            raise wrong(fields.node, Message("not-together", names="value, function"), "keep-one")
        return read_call(fields, names)
    if fields.has("parameters"):
        raise wrong(fields.node, lacks("parameters", "function"), add_this("function: …"))
    kind = fields.get("type")
    if not fields.has("value") and isinstance(kind, YamlText) and kind.value.startswith("blank"):
        return None
    value = fields.need("value")
    text = (
        text_of(value, "'value'")
        if not (isinstance(value, YamlText) and not value.value)
        else value
    )
    # Refuse a mark of the short form behind a text of the key `value`, of which it would silently
    # be a part.
    spoken, typed = _LANGUAGE.fullmatch(text.value), _SUFFIX.fullmatch(text.value)
    if spoken:
        way = (
            Message("write-beside", syntax=f"language: {spoken[2]}")
            if fields.what == "object"
            else _NO_LANGUAGE
        )
        raise wrong(text, Message("mark-behind-value"), way)
    if typed:
        fact = Message("mark-behind-value", mark=typed[2])
        raise wrong(text, fact, Message("write-beside", syntax=f"type: {typed[2]}"))
    return parse(text.value, text, names.external)


def say_term(
    triples: TripleCollector, term: TermDescription, *, literal: bool = False
) -> BlankNode:
    """Say a term map; `literal` is what an object is where nothing else is said."""
    kind = term.kind or (RML.Literal if literal else RML.IRI)
    holder = triples.new(term.node)
    default = RML.IRI
    if isinstance(term.value, FunctionCall):
        triples.add(holder, RML.functionExecution, say_call(triples, term.value))
        default = RML.Literal if literal else RML.IRI
    elif term.value is not None:
        default = _say_value(triples, holder, term, kind, literal)
    if kind != default or term.value is None:
        triples.add(holder, RML.termType, kind)
    _say_qualifiers(triples, holder, term, kind)
    if term.conditions:
        triples.add(holder, RML.condition, say_condition(triples, term.conditions))
    return holder


def _say_value(
    triples: TripleCollector, holder: BlankNode, term: TermDescription, kind: IRI, literal: bool
) -> IRI:
    """Say the expression of a term map; the term type that it has without rml:termType."""
    assert isinstance(term.value, tuple)
    constant = plain_text(term.value)
    if constant is not None and kind == RML.BlankNode:
        raise wrong(
            term.node, Message("not-allowed-here", term="value"), "give-blank-node-template-or"
        )
    triples.add_value(holder, term.value, term.node, iri=kind == RML.IRI)
    if constant is not None:
        return kind
    is_reference = len(term.value) == 1
    return RML.Literal if literal and (is_reference or term.datatype or term.language) else RML.IRI


def _say_qualifiers(
    triples: TripleCollector, holder: BlankNode, term: TermDescription, kind: IRI
) -> None:
    given = term.datatype or term.language
    if given is None:
        return
    if kind != RML.Literal:
        raise wrong(given, "literal-parts-misplaced", "leave-out")
    if term.datatype and term.language:
        raise wrong(given, Message("not-together", names="rml:language, rml:datatype"), "keep-one")
    parts = parse(given.value, given, triples.names.external)
    text = plain_text(parts)
    if text is None:
        inner = triples.new(given)
        triples.add_value(inner, parts, given, iri=term.datatype is not None)
        triples.add(holder, RML.datatypeMap if term.datatype else RML.languageMap, inner)
    else:
        triples.add(
            holder,
            RML.datatype if term.datatype else RML.language,
            triples.names.iri(text, given) if term.datatype else text,
        )


def say_condition(triples: TripleCollector, conditions: tuple[Node, ...]) -> BlankNode:
    """Say the condition of a term map; the node of its expression map."""
    if len(conditions) > 1:
        raise wrong(
            conditions[1], Message("not-together", names="condition, condition"), "keep-one"
        )
    call = read_call(YamlFields(conditions[0], "condition", FUNCTION_KEYS), triples.names)
    holder = triples.new(conditions[0])
    triples.add(holder, RML.functionExecution, say_call(triples, call))
    return holder


def is_type(term: TermDescription, names: PrefixMap) -> bool:
    """Say whether a predicate is rdf:type, for which YARRRML also writes `a`."""
    text = plain_text(term.value) if isinstance(term.value, tuple) else None
    return text is not None and (text == "a" or names.expand(text, term.node) == RDF.type.value)


def check_object(term: TermDescription, names: PrefixMap) -> None:
    """Refuse an object that begins like an IRI and does not say what it is: some programs read
    it as a text, others as an IRI."""
    if term.kind or term.datatype or term.language or not isinstance(term.value, tuple):
        return
    first = term.value[0] if term.value else ""
    if isinstance(first, str) and names.looks_like_iri(first):
        hint: str | Message = "add-iri-behind-iri-or-literal"
        if isinstance(term.node, Keys):
            hint = add_this("type: iri")
        raise wrong(term.node, "not-clear-whether-object-iri", hint)
