"""A YARRRML document into the triples of an RML mapping."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

from hrdgraph.catalogue import Message
from hrdgraph.errors import MappingError, Origin
from hrdgraph.mapping.language.yarrrml.calls import FunctionCall, say_call
from hrdgraph.mapping.language.yarrrml.names import PrefixMap, read_names
from hrdgraph.mapping.language.yarrrml.rules import RuleWriter
from hrdgraph.mapping.language.yarrrml.sources import is_short, say_source
from hrdgraph.mapping.language.yarrrml.targets import say_target
from hrdgraph.mapping.language.yarrrml.templates import Ref, parse
from hrdgraph.mapping.language.yarrrml.terms import (
    CONDITIONS,
    TermDescription,
    object_fields,
    read_object,
    read_term,
)
from hrdgraph.mapping.language.yarrrml.triples import TripleCollector
from hrdgraph.mapping.language.yarrrml.yaml import (
    Keys,
    Node,
    YamlFields,
    YamlList,
    YamlText,
    each,
    named,
    read_yaml,
    text_of,
    wrong,
)
from hrdgraph.nearest import meant
from hrdgraph.rdf import IRI, BlankNode, Quad
from hrdgraph.rdf import Term as RdfTerm
from hrdgraph.vocab import RDF, RML

_AUTHOR: Final = {"name": (), "email": (), "website": ()}


def check_authors(node: Node | None) -> None:
    """Refuse what is no author: a text, or keys with a name, an email and a website."""
    for item in each(node):
        if not isinstance(item, Keys):
            text_of(item, Message("an-author"))
            continue
        fields = YamlFields(item, Message("an-author"), _AUTHOR)
        for key in _AUTHOR:
            fields.text(key)


Find = Callable[[Node], BlankNode]  # the source that a node names
_VIEW: Final = ("on", "fields", "joins")
_JOIN: Final = {"to": (), "on": (), "fields": (), "type": ()}
_TYPES: Final = {"left": RML.leftJoin, "inner": RML.innerJoin}


def is_view(node: Node) -> bool:
    """Whether a source has computed fields, or joins."""
    return isinstance(node, Keys) and any(key.value in _VIEW for key, _ in node.entries)


def say_view(triples: TripleCollector, node: Node, find: Find) -> BlankNode:
    """Say a logical view; the node that it is."""
    assert isinstance(node, Keys)
    own = {key.value: value for key, value in node.entries if key.value in _VIEW}
    rest = Keys(
        tuple((key, value) for key, value in node.entries if key.value not in _VIEW), node.origin
    )
    if "on" in own and rest.entries:
        raise wrong(
            rest.entries[0][0],
            Message("view-key-misplaced", key=rest.entries[0][0].value),
            "say-source",
        )
    holder = triples.new(node)
    triples.add(holder, RDF.type, RML.LogicalView)
    triples.add(holder, RML.viewOn, find(own["on"]) if "on" in own else say_source(triples, rest))
    for key, value in named(own.get("fields"), "'fields'"):
        triples.add(holder, RML.field, _say_field(triples, key, value))
    for item in each(own.get("joins")):
        _say_join(triples, holder, item, find)
    return holder


def _say_field(triples: TripleCollector, name: YamlText, value: Node) -> BlankNode:
    holder = triples.new(name)
    triples.add(holder, RDF.type, RML.ExpressionField)
    triples.add(holder, RML.fieldName, name.value)
    _say_value(triples, holder, value)
    return holder


def _say_value(triples: TripleCollector, holder: BlankNode, node: Node) -> None:
    if isinstance(node, YamlText):
        triples.valued(holder, parse(node.value, node, triples.names.external), node, iri=False)
        return
    if isinstance(node, YamlList):
        raise wrong(node, "list-value-field", "write-text-or-function")
    object_fields(node)
    term = read_object(node, triples.names)
    if isinstance(term.value, FunctionCall):
        triples.add(holder, RML.functionExecution, say_call(triples, term.value))
    else:
        triples.valued(holder, term.value or (), node, iri=False)


def _say_join(triples: TripleCollector, view: BlankNode, node: Node, find: Find) -> None:
    fields = YamlFields(node, "a join", _JOIN)
    kind = fields.text("type")
    name = kind.value if kind is not None else "left"
    if name not in _TYPES:
        raise wrong(node, Message("join-type-unknown", name=name), "write-left-or-inner")
    holder = triples.new(node)
    triples.add(view, _TYPES[name], holder)
    triples.add(holder, RML.parentLogicalView, find(fields.need("to")))
    for pair in each(fields.need("on")):
        if not isinstance(pair, YamlList) or len(pair.items) != 2:
            raise wrong(pair, "records-joined-value", "write-like-key-name")
        condition = triples.new(pair)
        triples.add(holder, RML.joinCondition, condition)
        for item, short, full in zip(
            pair.items, (RML.child, RML.parent), (RML.childMap, RML.parentMap), strict=True
        ):
            _say_side(triples, condition, item, short, full)
    for key, value in named(fields.need("fields"), "'fields'"):
        triples.add(holder, RML.field, _say_field(triples, key, value))


def _say_side(
    triples: TripleCollector, condition: BlankNode, node: Node, short: IRI, full: IRI
) -> None:
    parts = parse(text_of(node, "what is joined by").value, node, triples.names.external)
    if len(parts) == 1 and isinstance(parts[0], Ref):
        triples.add(condition, short, parts[0].name)
        return
    holder = triples.new(node)
    triples.add(condition, full, holder)
    triples.valued(holder, parts, node, iri=False)


BASE: Final = "http://mapping.example.com/"
_MAX_MAPS: Final = 1000
_DOCUMENT: Final[Mapping[str, Sequence[str]]] = {
    "base": (),
    "prefixes": ("prefix",),
    "authors": ("author", "a"),
    "external": (),
    "sources": ("source",),
    "targets": ("target",),
    "mappings": ("mapping", "m"),
}
_MAPPING: Final[Mapping[str, Sequence[str]]] = {
    "sources": ("source",),
    "subjects": ("subject", "s"),
    "predicateobjects": ("predicateobject", "po"),
    "graphs": ("graph", "g"),
    **CONDITIONS,
}


def read_yarrrml(
    path: Path, prefixes: Mapping[str, str] | None = None
) -> tuple[list[Quad], dict[RdfTerm, Origin]]:
    """The triples of the RML mapping that a YARRRML file says, and where each of their nodes is
    written. `prefixes` are known before the file says any.

    MappingError with file, line and hint on everything that is not YARRRML.
    """
    return say_yarrrml(read_yaml(_text(path), str(path)), prefixes)


def say_yarrrml(
    node: Node, prefixes: Mapping[str, str] | None = None
) -> tuple[list[Quad], dict[RdfTerm, Origin]]:
    """The same of a document that is read already."""
    fields = YamlFields(node, Message("a-yarrrml-document"), _DOCUMENT)
    check_authors(fields.get("authors"))
    triples = TripleCollector(read_names(fields.get("prefixes"), fields.get("external"), prefixes))
    document = _Document(triples, _base(fields, triples.names))
    document.say(fields)
    return triples.quads, triples.places


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        hint = "check-path-and-rights"
        raise MappingError(
            "unreadable", reason=error.strerror, origin=Origin(str(path)), hint=hint
        ) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise MappingError(
            "file-not-utf8", origin=Origin(str(path), line=line), hint="save-as-utf8"
        ) from error


def _base(fields: YamlFields, names: PrefixMap) -> str:
    base = fields.text("base")
    return names.iri(base.value, base).value if base is not None else BASE


class _Document:
    """Says the sources, targets and mappings of a document."""

    def __init__(self, triples: TripleCollector, base: str) -> None:
        self._triples = triples
        self._base = base
        self._sources: dict[str, BlankNode] = {}
        self._targets: dict[str, BlankNode] = {}

    def say(self, fields: YamlFields) -> None:
        """Say everything that is written."""
        for key, value in named(fields.get("sources"), "'sources'"):
            self._sources[key.value] = self._say_named(value)
        for key, value in named(fields.get("targets"), "'targets'"):
            self._targets[key.value] = say_target(self._triples, value)
        written = [
            (key, YamlFields(value, Message("a-mapping"), _MAPPING))
            for key, value in named(fields.need("mappings"), "'mappings'")
        ]
        if not written:
            raise wrong(fields.node, "mappings-empty", "write-below-mappings")
        read = [
            (key, item, self._read_sources(item), self._read_subjects(item))
            for key, item in written
        ]
        maps = {
            key.value: self._iris(key, len(sources) * len(subjects))
            for key, _, sources, subjects in read
        }
        for key, item, sources, subjects in read:
            self._say_mapping(item, maps[key.value], sources, subjects, maps)

    def _say_named(self, node: Node) -> BlankNode:
        """A source, or a view on one that is named before it."""
        return (
            say_view(self._triples, node, self._source)
            if is_view(node)
            else say_source(self._triples, node)
        )

    def _iris(self, key: YamlText, number: int) -> list[IRI]:
        """The names of the triples maps that a mapping becomes: one for each source and subject."""
        if number > _MAX_MAPS:
            raise wrong(
                key,
                Message("combinations-too-many", number=number),
                Message("write-more-mappings", limit=_MAX_MAPS),
            )
        first = self._base + quote(key.value, safe="")
        made = [IRI(first), *(IRI(f"{first}/{count}") for count in range(2, number + 1))]
        self._triples.places.update(dict.fromkeys(made, key.origin))
        return made

    def _read_sources(self, fields: YamlFields) -> list[BlankNode]:
        node = fields.need("sources")
        if isinstance(node, YamlList) and self._is_one(node):
            return [say_source(self._triples, node)]
        found = [source for item in each(node) for source in self._some(item)]
        if not found:
            raise wrong(fields.node, "mapping-source-missing", "add-sources-people-csv-csv")
        return found

    def _some(self, node: Node) -> list[BlankNode]:
        """The sources that an item of a list is: several where it is a list of names itself."""
        if isinstance(node, YamlList) and not any(is_short(item) for item in node.items):
            return [self._source(item) for item in node.items]
        return [self._source(node)]

    def _is_one(self, node: YamlList) -> bool:
        """Whether a list is one source, a file and its iterator, and not several sources."""
        if len(node.items) != 2 or not is_short(node.items[0]):
            return False
        second = node.items[1]
        return (
            isinstance(second, YamlText)
            and not is_short(second)
            and second.value not in self._sources
        )

    def _source(self, node: Node) -> BlankNode:
        if not isinstance(node, YamlText) or is_short(node):
            return say_source(self._triples, node)
        name = text_of(node, Message("a-source")).value
        if name not in self._sources:
            known = (
                Message("there-is", known=", ".join(self._sources))
                if self._sources
                else Message("write-file-source", name=name)
            )
            raise wrong(
                node,
                Message("mapping-source-unknown", name=name),
                meant(name, self._sources, known),
            )
        return self._sources[name]

    def _read_subjects(self, fields: YamlFields) -> list[TermDescription]:
        nodes = each(fields.get("subjects"))
        if not nodes:
            return [TermDescription(fields.node, None, RML.BlankNode)]
        return [read_term(item, self._triples.names, Message("a-subject")) for item in nodes]

    def _say_mapping(
        self,
        fields: YamlFields,
        iris: list[IRI],
        sources: list[BlankNode],
        subjects: list[TermDescription],
        maps: Mapping[str, Sequence[IRI]],
    ) -> None:
        rules = RuleWriter(self._triples, fields, self._targets, maps)
        pairs = ((source, subject) for source in sources for subject in subjects)
        for iri, (source, subject) in zip(iris, pairs, strict=True):
            rules.say(iri, source, subject)
