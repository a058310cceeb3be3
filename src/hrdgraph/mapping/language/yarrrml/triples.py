"""Collect the triples of an RML mapping, each new node with its place in the YAML file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from hrdgraph.catalogue import Message, add_this, is_not, lacks, write_like
from hrdgraph.errors import MappingError, Origin
from hrdgraph.mapping.language.access import inner_ending
from hrdgraph.mapping.language.yarrrml.names import Parts, PrefixMap, as_template, plain_text
from hrdgraph.mapping.language.yarrrml.yaml import (
    Node,
    YamlFields,
    YamlList,
    YamlText,
    each,
    is_nothing,
    text_of,
    wrong,
)
from hrdgraph.nearest import hint_at
from hrdgraph.rdf import IRI, BlankNode, Literal, Quad, Term
from hrdgraph.sources.registry import ENDINGS, FORMULATIONS
from hrdgraph.sources.text import is_encoding
from hrdgraph.vocab import RDF, RML, Namespace

_MAX_TRIPLES: Final = 500_000  # sources, subjects and mappings that are referred to multiply


class TripleCollector:
    """Collects triples and the places of their nodes."""

    def __init__(self, names: PrefixMap) -> None:
        self.names = names
        self.quads: list[Quad] = []
        self.places: dict[Term, Origin] = {}

    def new(self, node: Node) -> BlankNode:
        """Make a new node with a place in the YAML file."""
        blank = BlankNode(f"yarrrml-{len(self.places)}")
        self.places[blank] = node.origin
        return blank

    def add(self, subject: IRI | BlankNode, predicate: IRI, value: Term | str) -> None:
        """Say a triple; a text stands for a plain literal."""
        if len(self.quads) >= _MAX_TRIPLES:
            hint = Message("at-most", limit=_MAX_TRIPLES)
            raise MappingError("mapping-too-large", origin=self.places.get(subject), hint=hint)
        self.quads.append(
            Quad(subject, predicate, Literal(value) if isinstance(value, str) else value)
        )

    def add_value(self, holder: BlankNode, parts: Parts, node: Node, *, iri: bool) -> None:
        """State the expression of an expression map: a constant, a reference or a template."""
        text = plain_text(parts)
        if text is not None:
            self.add(holder, RML.constant, self.names.iri(text, node) if iri else Literal(text))
        elif len(parts) == 1 and not isinstance(parts[0], str):
            self.add(holder, RML.reference, parts[0].name)
        else:
            self.add(holder, RML.template, as_template(self._expand(parts, node) if iri else parts))

    def _expand(self, parts: Parts, node: Node) -> Parts:
        first = parts[0]
        return (self.names.expand(first, node), *parts[1:]) if isinstance(first, str) else parts


CSVW: Final = Namespace("http://www.w3.org/ns/csvw#")
D2RQ: Final = Namespace("http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#")
_SOURCE: Final[Mapping[str, Sequence[str]]] = {
    "access": (), "type": (), "referenceFormulation": (), "iterator": (), "delimiter": (),
    "encoding": (), "nulls": (), "query": (), "table": (), "queryFormulation": (),
    "credentials": (), "driver": (), "contentType": (), "operationType": (), "security": (),
}  # fmt: skip
_CREDENTIALS: Final[Mapping[str, Sequence[str]]] = {"username": (), "password": ()}
_FILE: Final = "localfile"
_ENCODINGS: Final = ("utf-8", "utf-16", "iso-8859-1", "windows-1252")
_EMBEDDED: Final = ("sqlite", "duckdb")
_DATABASES: Final = ("mysql", "postgresql", *_EMBEDDED)
_OTHER_DATABASES: Final = (
    "oracle", "hsql", "db2", "informix", "ingres", "sapase", "sapsqlanywhere", "firebird",
    "mssqlserver", "virtuoso",
)  # fmt: skip
_ELSEWHERE: Final = ("remotefile", "sparql", "wot")
_WITH_ITERATOR: Final = {"JSONPath": "$.people[*]", "XPath": "/people/person"}


def is_short(node: Node) -> bool:
    """Say whether a text is the short form of a source, `file.csv~csv`, and not its name."""
    return isinstance(node, YamlText) and "~" in node.value


def say_source(triples: TripleCollector, node: Node) -> BlankNode:
    """Say a logical source, written as keys with values, as a list, or as `file~formulation`;
    the node that it is."""
    holder = triples.new(node)
    triples.add(holder, RDF.type, RML.LogicalSource)
    if isinstance(node, YamlList | YamlText):
        _say_short(triples, holder, node)
        return holder
    fields = YamlFields(node, "source", _SOURCE)
    for key in ("contentType", "operationType", "security"):
        if fields.has(key):
            raise wrong(node, Message("not-allowed-here", term=f"'{key}'"), "save-beside-mapping")
    kind = _type(fields)
    if kind == _FILE:
        for key in ("query", "table", "queryFormulation", "credentials", "driver"):
            if fields.has(key):
                raise wrong(
                    fields.node,
                    Message("not-allowed-here", term=f"'{key}'"),
                    Message("must-be-one-of", term="type", known=", ".join(_DATABASES)),
                )
        access = text_of(fields.need("access"), "'access'")
        given = fields.text("referenceFormulation")
        name = (
            _formulation(given, given.value, access.value)
            if given is not None
            else ENDINGS.get(inner_ending(Path(access.value)))
        )
        if not name:
            raise wrong(
                fields.node,
                lacks("source", "referenceFormulation"),
                add_this("referenceFormulation: csv"),
            )
        triples.add(holder, RML.source, _file(triples, access, access.value, fields))
        _say_formulation(triples, holder, fields.node, name, fields.text("iterator"))
    else:
        _say_database(triples, holder, fields, kind)
    return holder


def _say_short(triples: TripleCollector, holder: BlankNode, node: YamlList | YamlText) -> None:
    parts = each(node)
    if len(parts) not in (1, 2):
        raise wrong(node, "not-as-expected", write_like("[people.json~jsonpath, '$.people[*]']"))
    first = text_of(parts[0], "source")
    access, mark, name = first.value.rpartition("~")
    if not mark:
        raise wrong(
            first,
            Message("lacks", missing="~csv", term=first.value),
            write_like("people.csv~csv"),
        )
    iterator = (
        text_of(parts[1], "iterator") if len(parts) == 2 and not is_nothing(parts[1]) else None
    )
    triples.add(holder, RML.source, _file(triples, first, access))
    _say_formulation(triples, holder, first, _formulation(first, name, access), iterator)


def _type(fields: YamlFields) -> str:
    """Return the type of a source; MappingError if it is missing, or would have to be fetched."""
    value = fields.text("type")
    if value is None:
        return _FILE
    if value.value in (_FILE, *_DATABASES):
        return value.value
    if value.value in _ELSEWHERE:
        raise wrong(value, Message("not-known-here", name=value.value), "save-beside-mapping")
    if value.value in _OTHER_DATABASES:
        raise wrong(value, Message("not-known-here", name=value.value), "save-as-table")
    hint = hint_at(
        value.value,
        (_FILE, *_DATABASES),
        Message("there-is", known=", ".join((_FILE, *_DATABASES))),
    )
    raise wrong(value, Message("not-known-here", name=value.value), hint)


def _file(
    triples: TripleCollector, node: YamlText, access: str, fields: YamlFields | None = None
) -> BlankNode:
    """Write a file beside the mapping, with its encoding, its delimiter and its empty cells."""
    if re.match(r"[A-Za-z][\w+.-]*://", access):
        raise wrong(node, Message("source-on-network", address=access), "save-beside-mapping")
    if not access:
        raise wrong(node, lacks("source", "access"), add_this("access: people.csv"))
    source = triples.new(node)
    triples.add(source, RDF.type, RML.RelativePathSource)
    triples.add(source, RML.root, RML.MappingDirectory)
    triples.add(source, RML.path, access)
    if fields is not None:
        for cell in each(fields.get("nulls")):
            triples.add(
                source,
                RML.null,
                cell.value
                if isinstance(cell, YamlText) and not cell.is_null
                else text_of(cell, "'nulls'").value,
            )
        encoding = fields.text("encoding")
        if encoding is not None:
            if not is_encoding(encoding.value):
                known = Message("there-is", known=", ".join(_ENCODINGS))
                hint = hint_at(encoding.value.lower(), _ENCODINGS, known)
                raise wrong(encoding, Message("not-known-here", name=encoding.value), hint)
            triples.add(
                source,
                RML.encoding,
                RML["UTF-8"] if encoding.value.upper() == "UTF-8" else encoding.value,
            )
        delimiter = fields.text("delimiter")
        if delimiter is not None:
            if len(delimiter.value.replace("\\t", "\t")) != 1 or delimiter.value in "\r\n":
                raise wrong(delimiter, is_not(delimiter.value, "character"), write_like('";"'))
            dialect = triples.new(delimiter)
            triples.add(source, CSVW.dialect, dialect)
            triples.add(dialect, CSVW.delimiter, delimiter.value.replace("\\t", "\t"))
    return source


def _formulation(node: YamlText, name: str, access: str) -> str:
    """Return the reference formulation by its name in any case, or by the ending of its files."""
    keys = {
        re.split("[#/]", key)[-1].lower(): key for key in FORMULATIONS if not key.startswith("SQL")
    }
    keys |= {ending[1:]: name for ending, name in ENDINGS.items()}
    match = keys.get(name.lower())
    if match is None:
        raise wrong(
            node,
            Message("not-known-here", name=name),
            hint_at(name.lower(), keys, Message("there-is", known=", ".join(keys))),
        )
    likely = ENDINGS.get(inner_ending(Path(access)), "")
    if match == "CSV" and ":" in likely:  # text would be made of what is no text
        short = re.split("[#/]", likely)[-1].lower()
        raise wrong(
            node,
            Message("is-not", value=access, kind="CSV"),
            Message("write-formulation", short=short, name=name),
        )
    return match


def _say_formulation(
    triples: TripleCollector, holder: BlankNode, node: Node, name: str, iterator: YamlText | None
) -> None:
    triples.add(holder, RML.referenceFormulation, IRI(name) if ":" in name else RML[name])
    if iterator is not None:
        # earlier JSONPaths have a point before a bracket, `$.[*]`
        path = re.sub(r"(?<!\.)\.\[", "[", iterator.value)
        triples.add(holder, RML.iterator, path if name == "JSONPath" else iterator.value)
    elif name in _WITH_ITERATOR:
        raise wrong(
            node, lacks("source", "iterator"), add_this(f"iterator: '{_WITH_ITERATOR[name]}'")
        )


def _say_database(
    triples: TripleCollector, holder: BlankNode, fields: YamlFields, kind: str
) -> None:
    for key in ("delimiter", "encoding", "nulls"):
        if fields.has(key):
            raise wrong(fields.node, Message("not-allowed-here", term=f"'{key}'"), "leave-out")
    access = text_of(fields.need("access"), "'access'")
    query, table = fields.text("query"), fields.text("table")
    if (query is None) == (table is None):
        raise wrong(fields.node, "give-table-or-query", "")
    database = triples.new(fields.node)
    triples.add(database, RDF.type, D2RQ.Database)
    triples.add(database, D2RQ.jdbcDSN, _dsn(kind, access.value))
    _say_credentials(triples, database, fields.get("credentials"))
    triples.add(holder, RML.source, database)
    triples.add(holder, RML.referenceFormulation, RML.SQL2008Query if query else RML.SQL2008Table)
    triples.add(holder, RML.iterator, (query or table or access).value.strip().removesuffix(";"))


def _dsn(kind: str, access: str) -> str:
    if access.startswith("jdbc:"):
        return access
    rest = re.sub(r"^[A-Za-z][\w+.-]*://", "", access)
    return f"jdbc:{kind}:{rest}" if kind in _EMBEDDED else f"jdbc:{kind}://{rest}"


def _say_credentials(triples: TripleCollector, database: BlankNode, node: Node | None) -> None:
    if node is None:
        return
    fields = YamlFields(node, "'credentials'", _CREDENTIALS)
    for key, predicate in (("username", D2RQ.username), ("password", D2RQ.password)):
        value = fields.text(key)
        if value is not None:
            triples.add(database, IRI(predicate.value), value.value)
