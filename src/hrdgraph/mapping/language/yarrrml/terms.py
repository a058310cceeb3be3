"""Subjects, predicates, objects and graphs of a YARRRML document into term maps of RML."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from hrdgraph.catalogue import Message
from hrdgraph.mapping.language.yarrrml.calls import FUNCTION_KEYS, FunctionCall, read_call, say_call
from hrdgraph.mapping.language.yarrrml.names import PrefixMap
from hrdgraph.mapping.language.yarrrml.templates import Parts, Ref, parse, plain_text
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
from hrdgraph.nearest import meant
from hrdgraph.rdf import IRI, BlankNode
from hrdgraph.vocab import RDF, RML

CONDITIONS: Final[Mapping[str, Sequence[str]]] = {"conditions": ("condition", "c")}
_TYPES: Final = {
    "iri": RML.IRI,
    "literal": RML.Literal,
    "blank": RML.BlankNode,
    "blanknode": RML.BlankNode,
}
_TERM: Final[Mapping[str, Sequence[str]]] = {
    "value": ("v",),
    "type": (),
    **FUNCTION_KEYS,
    "targets": ("target", "t"),
}
_OBJECT: Final[Mapping[str, Sequence[str]]] = {
    **_TERM,
    "datatype": (),
    "language": (),
    "mapping": ("mappings", "m"),
    **CONDITIONS,
}
_SUFFIX: Final = re.compile(r"(.*)~(iri|literal|blank|blanknode)", re.S)
_NO_LANGUAGE: Final = "drop-only-object-language"
_LANGUAGE: Final = re.compile(r"(.*)~([^~]+)~lang", re.S)


@dataclass(frozen=True)
class TermDescription:
    """What a YARRRML document says of one term. `kind` is a term type of RML, or None where it
    is not said."""

    node: Node
    value: Parts | FunctionCall | None
    kind: IRI | None = None
    datatype: YamlText | None = None
    language: YamlText | None = None
    conditions: tuple[Node, ...] = ()
    targets: Node | None = None


def read_term(node: Node, names: PrefixMap, what: str | Message) -> TermDescription:
    """A subject, predicate or graph: a text, or keys with values."""
    if isinstance(node, YamlList):
        raise wrong(node, Message("text-or-keys-expected", what=what), "take-pair-brackets-away")
    return (
        _of_fields(YamlFields(node, what, _TERM), names)
        if isinstance(node, Keys)
        else _of_text(text_of(node, what), names)
    )


def object_fields(node: Keys) -> YamlFields:
    """The keys of an object."""
    return YamlFields(node, Message("an-object"), _OBJECT)


def read_object(node: Node, names: PrefixMap) -> TermDescription:
    """An object: a text, a text with datatype or language in a list, or keys with values."""
    if isinstance(node, Keys):
        return _of_fields(object_fields(node), names)
    if isinstance(node, YamlList):
        return _of_pair(node, names)
    text = text_of(node, Message("an-object"))
    if re.fullmatch(r"[\w-]+~lang", text.value):
        raise wrong(
            text, Message("language-without-text", text=text.value), "put-two-into-brackets"
        )
    return _of_text(text, names)


def _of_pair(node: YamlList, names: PrefixMap) -> TermDescription:
    if len(node.items) not in (1, 2):
        raise wrong(
            node,
            Message("object-of-parts", count=len(node.items)),
            "object-brackets-value-datatype-or",
        )
    term = _of_text(text_of(node.items[0], Message("value-of-object")), names)
    return (
        qualified(term, text_of(node.items[1], Message("a-datatype-or-language")))
        if len(node.items) == 2
        else term
    )


def qualified(term: TermDescription, qualifier: YamlText) -> TermDescription:
    """A term with a datatype, or with a language where the text ends with `~lang`; those of its
    own are kept."""
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
            text,
            parse(spoken[1], text, names.external),
            RML.Literal,
            language=replace(text, value=spoken[2]),
        )
    typed = _SUFFIX.fullmatch(text.value)
    if typed:
        return TermDescription(text, parse(typed[1], text, names.external), _TYPES[typed[2]])
    parts = parse(text.value, text, names.external)
    last = parts[-1] if len(parts) > 1 and isinstance(parts[-2], Ref) else ""
    if isinstance(last, str) and re.fullmatch(r"~\w+", last):
        raise _no_type(text, last[1:], "write-text-key-value-where")
    return TermDescription(text, parts)


def _no_type(node: Node, name: str, otherwise: str | Message) -> Exception:
    return wrong(node, Message("term-type-name-unknown", name=name), meant(name, _TYPES, otherwise))


def type_named(node: YamlText) -> IRI:
    """The term type that a text names."""
    if node.value not in _TYPES:
        raise _no_type(node, node.value, Message("one-of", known=", ".join(_TYPES)))
    return _TYPES[node.value]


def _of_fields(fields: YamlFields, names: PrefixMap) -> TermDescription:
    kind = fields.text("type")
    is_object = fields.what == Message("an-object")
    return TermDescription(
        fields.node,
        _value(fields, names),
        type_named(kind) if kind is not None else None,
        fields.text("datatype") if is_object else None,
        _language(fields.text("language")) if is_object else None,
        each(fields.get("conditions")) if is_object else (),
        fields.get("targets"),
    )


def _language(node: YamlText | None) -> YamlText | None:
    return replace(node, value=node.value.removesuffix("~lang")) if node is not None else None


def _value(fields: YamlFields, names: PrefixMap) -> Parts | FunctionCall | None:
    if fields.has("function"):
        if fields.has("value"):
            raise wrong(fields.node, Message("value-and-function", what=fields.what), "keep-one")
        return read_call(fields, names)
    if fields.has("parameters"):
        raise wrong(fields.node, "parameters-without-function", "add-function")
    kind = fields.get("type")
    if not fields.has("value") and isinstance(kind, YamlText) and kind.value.startswith("blank"):
        return None
    value = fields.need("value")
    text = (
        text_of(value, "'value'")
        if not (isinstance(value, YamlText) and not value.value)
        else value
    )
    _check_unmarked(text, fields.what)
    return parse(text.value, text, names.external)


def _check_unmarked(text: YamlText, what: str | Message) -> None:
    """Refuse a mark of the short form behind a text of the key `value`, of which it would
    silently be a part."""
    spoken, typed = _LANGUAGE.fullmatch(text.value), _SUFFIX.fullmatch(text.value)
    if spoken:
        way = (
            Message("write-language-beside", language=spoken[2])
            if what == Message("an-object")
            else _NO_LANGUAGE
        )
        raise wrong(text, Message("language-mark-behind-value", mark=spoken[2]), way)
    if typed:
        fact = Message("mark-behind-value", mark=typed[2])
        raise wrong(text, fact, Message("write-type-beside", type=typed[2]))


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
        raise wrong(term.node, "blank-node-constant-name", "leave-value-out-or-name")
    triples.valued(holder, term.value, term.node, iri=kind == RML.IRI)
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
        raise wrong(given, "datatype-or-language-no-literal", "drop-or-drop-type")
    if term.datatype and term.language:
        raise wrong(given, "datatype-language", "keep-text-language-no-other")
    parts = parse(given.value, given, triples.names.external)
    text = plain_text(parts)
    if text is None:
        inner = triples.new(given)
        triples.valued(inner, parts, given, iri=term.datatype is not None)
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
        raise wrong(conditions[1], "second-condition", "keep-function-can-take-result")
    call = read_call(
        YamlFields(conditions[0], Message("a-condition"), FUNCTION_KEYS), triples.names
    )
    holder = triples.new(conditions[0])
    triples.add(holder, RML.functionExecution, say_call(triples, call))
    return holder


def is_type(term: TermDescription, names: PrefixMap) -> bool:
    """Whether a predicate is rdf:type, for which YARRRML also writes `a`."""
    text = plain_text(term.value) if isinstance(term.value, tuple) else None
    return text is not None and (text == "a" or names.expanded(text, term.node) == RDF.type.value)


def check_object(term: TermDescription, names: PrefixMap) -> None:
    """Refuse an object that begins like an IRI and does not say what it is: some programs read
    it as a text, others as an IRI."""
    if term.kind or term.datatype or term.language or not isinstance(term.value, tuple):
        return
    first = term.value[0] if term.value else ""
    if isinstance(first, str) and names.looks_like_iri(first):
        hint = "add-iri-behind-iri-or-literal"
        if isinstance(term.node, Keys):
            hint = "value-write-type"
        raise wrong(term.node, "not-clear-whether-object-iri", hint)
