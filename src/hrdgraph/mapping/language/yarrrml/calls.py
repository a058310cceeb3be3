"""Functions of a YARRRML document, in full or on one line, into values and function executions
of RML-FNML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from hrdgraph.catalogue import Message
from hrdgraph.mapping.functions.calls import functions
from hrdgraph.mapping.functions.grel import GREL
from hrdgraph.mapping.functions.idlab import IDLAB
from hrdgraph.mapping.language.r2rml import of_function
from hrdgraph.mapping.language.yarrrml.names import PrefixMap
from hrdgraph.mapping.language.yarrrml.templates import Parts, parse
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
from hrdgraph.rdf import IRI, BlankNode
from hrdgraph.vocab import RML

FUNCTION_KEYS: Final[dict[str, tuple[str, ...]]] = {
    "function": ("fn", "f"),
    "parameters": ("pms",),
}
_PARAMETER: Final = {"parameter": ("pm",), "value": ("v",), "type": (), "from": ()}
_OWN: Final = {"equal": IDLAB.equal, "notEqual": IDLAB.notEqual, "notequal": IDLAB.notEqual}
_OWN_PARAMETERS: Final = {"str1": GREL.valueParam, "str2": GREL.valueParam2}
_SIDES: Final = {"s": "s", "subject": "s", "o": "o", "object": "o"}
_MAX_DEPTH: Final = 40
_NAME: Final = re.compile(r"\s*([^\s(),=]+)\s*")
_QUOTED: Final = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\s*""", re.S)


@dataclass(frozen=True)
class CallArgument:
    """One argument of a call. `side` says of which mapping a join takes it: `s`, `o`, or
    nothing."""

    name: str
    value: Parts | FunctionCall
    iri: bool
    side: str
    node: Node


@dataclass(frozen=True)
class FunctionCall:
    """A call: the name of its function as it is written, and its arguments."""

    function: str
    arguments: tuple[CallArgument, ...]
    node: Node


def read_call(fields: YamlFields, names: PrefixMap) -> FunctionCall:
    """The call that keys with values say by `function` and `parameters`."""
    name = text_of(fields.need("function"), "'function'")
    arguments = tuple(_read_argument(item, names) for item in each(fields.get("parameters")))
    if not name.value.rstrip().endswith(")"):
        return FunctionCall(name.value.strip(), arguments, name)
    if arguments:
        raise wrong(name, "parameters-brackets-below-parameters", "keep-two")
    return _OneLine(name, names).call()


def _read_argument(node: Node, names: PrefixMap) -> CallArgument:
    if isinstance(node, YamlList):
        if len(node.items) not in (2, 3):
            raise wrong(node, "argument-malformed", "write-like-grel-valueparam-name")
        side = (
            text_of(node.items[2], Message("side-of-parameter")) if len(node.items) == 3 else None
        )
        return _argument(
            text_of(node.items[0], Message("name-of-parameter")), node.items[1], side, None, names
        )
    fields = YamlFields(node, Message("a-parameter"), _PARAMETER)
    name = text_of(fields.need("parameter"), "'parameter'")
    return _argument(name, fields.need("value"), fields.text("from"), fields.text("type"), names)


def _argument(
    name: YamlText, value: Node, side: YamlText | None, kind: YamlText | None, names: PrefixMap
) -> CallArgument:
    if side is not None and side.value not in _SIDES:
        fact = Message("join-side-unknown", side=side.value)
        raise wrong(side, fact, "write-s-subjects-record-o")
    if kind is not None and kind.value not in ("iri", "literal"):
        fact = Message("parameter-type-malformed", type=kind.value)
        raise wrong(kind, fact, "write-iri-or-literal")
    where = _SIDES[side.value] if side is not None else ""
    if isinstance(value, Keys):
        inner = read_call(YamlFields(value, Message("a-function"), FUNCTION_KEYS), names)
        return CallArgument(name.value.strip(), inner, False, where, name)
    text = YamlText("", origin=value.origin)
    if not _is_empty(value):
        text = text_of(value, f"the parameter '{name.value}'")
    iri = text.value.endswith("~iri")
    parts = parse(text.value.removesuffix("~iri"), text, names.external)
    if kind is None and not iri:
        _check_prefix(parts, names, text, "add-iri-behind-iri-or")
    is_iri = iri or (kind is not None and kind.value == "iri")
    return CallArgument(name.value.strip(), parts, is_iri, where, name)


def _check_prefix(parts: Parts, names: PrefixMap, node: Node, hint: str | Message) -> None:
    """Refuse a value with a known prefix that does not say whether it is an IRI; of http:// the
    text is the same either way."""
    first = parts[0] if parts else ""
    if (
        isinstance(first, str)
        and names.looks_like_iri(first)
        and names.expanded(first, node) != first
    ):
        raise wrong(node, "value-unclear", hint)


def _is_empty(value: Node) -> bool:
    """Whether a value is the empty text, in quotes."""
    return isinstance(value, YamlText) and not value.value and not value.plain


class _OneLine:
    """Parses `ex:f(a = $(column), b = ex:g(c = "text"))`."""

    def __init__(self, node: YamlText, names: PrefixMap) -> None:
        self._node = node
        self._text = node.value
        self._names = names
        self._at = 0

    def call(self) -> FunctionCall:
        """The whole line as one call."""
        found = self._call(0)
        if self._text[self._at :].strip():
            raise self._wrong(Message("text-after-bracket", text=self._text[self._at :].strip()))
        return found

    def _wrong(self, fact: str | Message) -> Exception:
        return wrong(self._node, fact, "write-function-like-grel-touppercase")

    def _call(self, depth: int) -> FunctionCall:
        name = self._name("of a function")
        self._take("(")
        if depth > _MAX_DEPTH:
            raise self._wrong("functions-nested-too-deep")
        arguments: list[CallArgument] = []
        while not self._text.startswith(")", self._at):
            arguments.append(self._argument(depth))
            if not self._text.startswith(")", self._at):
                self._take(",")
        self._take(")")
        return FunctionCall(name, tuple(arguments), self._node)

    def _argument(self, depth: int) -> CallArgument:
        name = self._name("of a parameter")
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
            _check_prefix(parts, self._names, self._node, "add-iri-behind-iri-or-put")
        return parts, text.endswith("~iri")

    def _until_end(self) -> str:
        """The text up to the comma or bracket that ends a value; those within `$( )` do not."""
        start, depth = self._at, 0
        while self._at < len(self._text) and (depth or self._text[self._at] not in ",)"):
            if self._text[self._at] == "\\":
                self._at += 1
            else:
                depth += {"(": 1, ")": -1}.get(self._text[self._at], 0)
            self._at += 1
        return self._text[start : self._at].strip()

    def _name(self, what: str | Message) -> str:
        match = _NAME.match(self._text, self._at)
        if match is None:
            raise self._wrong(
                Message("name-expected", what=what, text=self._text[self._at :].strip())
            )
        self._at = match.end()
        return match[1]

    def _take(self, mark: str) -> None:
        if not self._text.startswith(mark, self._at):
            found = self._text[self._at : self._at + 10] or "nothing"
            raise self._wrong(Message("text-unexpected", found=found, mark=mark))
        self._at += 1
        while self._text[self._at : self._at + 1].isspace():
            self._at += 1


def say_call(triples: TripleCollector, call: FunctionCall) -> BlankNode:
    """Say a function execution; the node that it is."""
    execution = triples.new(call.node)
    function = function_named(triples.names, call)
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
            triples.valued(value, argument.value, argument.node, iri=argument.iri)
    return execution


def function_named(names: PrefixMap, call: FunctionCall) -> IRI:
    """The IRI of the function that a call names."""
    found = of_function(_OWN.get(call.function) or names.iri(call.function, call.node))
    assert isinstance(found, IRI)
    return found


def _parameter(names: PrefixMap, argument: CallArgument, call: FunctionCall, function: IRI) -> IRI:
    """The IRI of a parameter; one without a prefix is the function's own of that name, or in the
    function's namespace."""
    if ":" in argument.name:
        given = of_function(names.iri(argument.name, argument.node))
        assert isinstance(given, IRI)
        return given
    if call.function in _OWN and argument.name in _OWN_PARAMETERS:
        return _OWN_PARAMETERS[argument.name]
    found = functions().get(function)
    known = found.parameters if found else ()
    own = {re.split("[#/]", iri.value)[-1]: iri for iri in known}
    if argument.name in own:
        return own[argument.name]
    space = re.sub(r"[^#/]*$", "", function.value)
    return names.iri(space + argument.name, argument.node)
