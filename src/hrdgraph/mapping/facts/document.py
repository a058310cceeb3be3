"""Turn a source's tables of facts into one YARRRML document: views over their cells, and the
mappings of their kinds over these."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from hrdgraph.errors import Origin
from hrdgraph.fact_kinds import Column, Kind
from hrdgraph.fact_kinds.cell_types import CELL_TYPES
from hrdgraph.fact_kinds.model import SHARED_FILE
from hrdgraph.mapping.facts.fields import MADE, Fields
from hrdgraph.mapping.facts.layout import Layout, layouts_of, location_of
from hrdgraph.mapping.facts.views import (
    REFERENCE,
    ROW_NUMBER,
    Listed,
    Views,
    call,
    change_texts,
    first_of,
    is_constant,
    items,
    keys,
    reference,
    references,
    text,
)
from hrdgraph.mapping.language.reader import mapping_of, read_mapping
from hrdgraph.mapping.language.yarrrml.document import say_yarrrml
from hrdgraph.mapping.language.yarrrml.yaml import Keys, Node, YamlList, YamlText, each, read_yaml
from hrdgraph.mapping.model import Mapping
from hrdgraph.mapping.plan import INDEX
from hrdgraph.project import COMMA, Project, Source, find_folder
from hrdgraph.vocab import PREFIXES, short_iri

_SAFE: Final = re.compile(r"[A-Za-z0-9_.-]+")
_LANGUAGE: Final = re.compile(r"\$\(([^()]*)\)~lang")
# what a claim says of itself where a plain statement beside it says no more than it
_PLAIN: Final = {"visibility": ("public",), "status": ("asserted", "verified")}


class Rules:
    """Makes the mappings of a kind over the fields of one table."""

    def __init__(self, layout: Layout, views: Views, fragments: Keys, own: Keys) -> None:
        self._layout, self._views = layout, views
        self._fragments = dict(_entries(fragments))
        self._fragments["attributes"] = _say_attributes(layout.kind, own)

    def write(self, key: YamlText, node: Node, column: str = "") -> Iterator[tuple[str, Node]]:
        """Yield the mapping, if the table has what it needs: none or one. `column` is a name that
        makes a thing."""
        assert isinstance(node, Keys)
        parts = {entry.value: value for entry, value in node.entries}
        subject = self._text(parts["s"], column)
        pairs = [pair for item in each(parts.get("po")) for pair in self._pairs(item, column)]
        condition = self._condition(parts.get("needs"))
        if condition is False or not self._is_there(subject) or not pairs:
            return
        name = " ".join(filter(None, (self._layout.name, column, key.value)))
        entries: dict[str, Node] = {
            "sources": text(self._views.name, key.origin),
            "s": subject,
            "po": items(pairs, node.origin),
        }
        if isinstance(condition, Keys):
            entries["conditions"] = condition
        yield name, keys(entries, key.origin)

    def _condition(self, needs: Node | None) -> Node | bool:
        """Say whether a mapping is wanted: it may need a column, one of several, or a condition."""
        need = needs.value if isinstance(needs, YamlText) else ""
        if need == "open":
            return self._openness()
        facts = self._views.facts
        if need in ("cites", "describes"):
            is_cited = "evidence" in facts and "evidence_start" not in facts
            return is_cited and ("paper" in facts or "address" in facts)
        return not need or need == "named" or any(name in facts for name in need.split(" or "))

    def _openness(self) -> Node | bool:
        """Return the condition for plain statements, which hide a claim's doubts: the claim must
        be public, and asserted or verified."""
        fields: dict[str, Node] = {}
        for column, words in _PLAIN.items():
            fact = self._views.facts.get(column)
            if fact is not None and not is_constant(fact):
                fields[column] = fact
            elif isinstance(fact, YamlText) and fact.value not in words:
                return False
        if not fields:
            return True
        whole: Node = text("yes")
        for column, fact in fields.items():
            whole = first_of(
                [call("when", test=fact, equals=text(word), value=whole) for word in _PLAIN[column]]
            )
        self._views.facts["is plain"] = whole
        pair = [
            items([text("grel:valueParam"), reference("is plain")]),
            items([text("grel:valueParam2"), text("yes")]),
        ]
        return keys({"function": text("idlab-fn:equal"), "parameters": items(pair)})

    def _text(self, node: Node, column: str) -> Node:
        """Fill in the names of source, thing and column, and values that are the same in each
        row."""
        layout = self._layout

        names = {
            "@source": layout.source.name, "@thing": layout.kind.thing,
            "@class": layout.facts.unlisted_class, "@column": column,
        }  # fmt: skip

        def change(node: YamlText) -> YamlText:
            if node.is_null:
                return node
            value = node.value
            for mark, name in names.items():
                value = value.replace(mark, name)
            value = REFERENCE.sub(lambda match: self._constant_of(match[1]) or match[0], value)
            return replace(node, value=value, plain=False)

        return change_texts(node, change)

    def _constant_of(self, name: str) -> str:
        """Return the one value of a field, if it is safe in an IRI and in a text."""
        value = self._views.facts.get(name)
        return value.value if isinstance(value, YamlText) and _SAFE.fullmatch(value.value) else ""

    def _is_there(self, node: Node) -> bool:
        return all(name in self._views.facts for name in references(node))

    def _pairs(self, node: Node, column: str) -> Iterator[Node]:
        """Yield the rules of a predicate and object: none if a column is missing, two if some
        texts have a language."""
        if isinstance(node, YamlText):
            for item in each(self._fragments[node.value]):
                yield from self._pairs(item, column)
            return
        node = self._text(node, column)
        if isinstance(node, Keys):
            yield from self._long(node)
        elif isinstance(node, YamlList):
            yield from self._short(node)

    def _short(self, node: YamlList) -> Iterator[Node]:
        predicate, value, *rest = node.items
        values = [item for item in each(value) if self._is_there(item)]
        if not values or not self._is_there(predicate):
            return
        kept = values[0]
        if isinstance(value, YamlList):
            kept = replace(value, items=tuple(values))
        first = rest[0] if rest else None
        tag = _LANGUAGE.fullmatch(first.value) if isinstance(first, YamlText) else None
        spoken = self._views.facts.get(tag[1]) if tag else None
        is_untold = spoken is None or (isinstance(spoken, YamlText) and not spoken.value)
        if tag and is_untold:
            yield replace(node, items=(predicate, kept))
            return
        yield replace(node, items=(predicate, kept, *rest))
        if tag:
            test = items([text("hrdf:test"), reference(tag[1])])
            arguments = items([test, items([text("hrdf:value"), values[0]])])
            bare: dict[str, Node] = {
                "function": text("hrdf:whenNull", node.origin),
                "parameters": arguments,
            }
            yield keys({"p": predicate, "o": keys(bare, node.origin)}, node.origin)

    def _long(self, node: Keys) -> Iterator[Node]:
        """Yield a rule with a function: missing parameters are null, and if all are missing, so is
        the rule."""
        entries = {key.value: value for key, value in node.entries}
        names = list(references(entries["o"]))
        if names and not any(name in self._views.facts for name in names):
            return
        for name in names:
            if name not in self._views.facts:
                self._views.facts[name] = call("nothing")
        yield node


# and id:, the base of the project
_PREFIXES: Final = PREFIXES | {"code": "https://w3id.org/hrdgraph/vocabulary/"}


def document_of(layouts: Iterable[Layout], vocabularies: Sequence[Path]) -> Keys:
    """Return the document that maps the tables of a source; `vocabularies` are the folders of the
    schemes."""
    layouts = tuple(layouts)
    listed = Listed(layouts)
    sources: dict[str, Node] = {}
    mappings: dict[str, Node] = {}
    for layout in layouts:
        sources |= _lists(layout, listed, vocabularies)
    for layout in layouts:
        fields = Fields(layout, listed, vocabularies)
        views = fields.make()
        for name, file in fields.lookups.items():
            columns: dict[str, Node] = {
                column: reference(column)
                for other in layouts
                for lookups in other.columns.values()
                for item in lookups
                if file in (item.through, item.without)
                for column in (item.key, item.to)
                if column
            }
            table = keys({"access": text(file), "nulls": text(""), "fields": keys(columns)})
            sources.setdefault(name, table)
        parts = dict(_mappings(layout, views))
        used = {name for mapping in parts.values() for name in references(mapping)}
        sources |= _sources(layout, views, used)
        mappings |= parts
    return keys({"sources": keys(sources), "mappings": keys(mappings)})


def _file(layout: Layout) -> dict[str, Node]:
    name, dialect = location_of(layout.table)
    entries: dict[str, Node] = {"access": text(layout.table.file)}
    if name != "CSV":
        entries |= {"referenceFormulation": text("facttable"), "iterator": text(dialect.iterator)}
    elif not layout.table.file.lower().endswith((".csv", ".tsv", ".tab")):
        entries["referenceFormulation"] = text("csv")
    if dialect.delimiter != ",":
        entries["delimiter"] = text(dialect.delimiter)
    if dialect.encoding:
        entries["encoding"] = text(dialect.encoding)
    entries["nulls"] = items([text(""), *map(text, layout.facts.unknown)])
    return entries


def _sources(layout: Layout, views: Views, used: set[str]) -> dict[str, Node]:
    """Return the views of a table: one if it has no look-ups and no lists, else one on another."""
    facts = {name: value for name, value in views.facts.items() if name in used}
    simple = {name for name, value in views.rows.items() if isinstance(value, YamlText)}
    names = {name for value in facts.values() for name in references(value)}
    if not views.joins and set(views.rows) <= {*simple, "row id"} and ROW_NUMBER not in names:
        if row := views.rows.get("row id"):
            facts = _substitute(facts, "row id", row)
        return {views.name: keys({**_file(layout), "fields": keys(facts)}, views.origin)}
    needed = names | {name for value in views.looked.values() for name in references(value)}
    rows = {name: value for name, value in views.rows.items() if name in needed}
    below, of_rows = f"{views.name} rows", {**_file(layout), "fields": keys(rows)}
    sources: dict[str, Node] = {below: keys(of_rows, views.origin)}
    if views.joins:
        number = {ROW_NUMBER: reference(INDEX)} if ROW_NUMBER in names else {}
        looked = keys({**{name: reference(name) for name in rows}, **number, **views.looked})
        entries: dict[str, Node] = {
            "on": text(below), "fields": looked, "joins": items(views.joins),
        }  # fmt: skip
        below = f"{views.name} looked up"
        sources[below] = keys(entries, views.origin)
    else:
        facts = _substitute(facts, ROW_NUMBER, reference(INDEX))
    sources[views.name] = keys({"on": text(below), "fields": keys(facts)}, views.origin)
    return sources


def _substitute(facts: dict[str, Node], name: str, value: Node) -> dict[str, Node]:
    """Replace a reference in fields by what it stands for."""

    def change(node: YamlText) -> Node:
        return value if node.value == f"$({name})" else node

    return {field: change_texts(node, change) for field, node in facts.items()}


def _lists(layout: Layout, listed: Listed, vocabularies: Sequence[Path]) -> dict[str, Node]:
    """Return the keys of a table's things as a source: of documents for each table, else for the
    first."""
    thing = layout.kind.name
    number = listed.of(thing).index(layout)
    is_own = layout.kind.is_own and bool(layout.kind.key_of)
    if thing != "document" and (not (thing in MADE or is_own) or number):
        return {}
    views = Fields(layout, listed, vocabularies).make()
    key = views.facts.get("key")
    if key is None:
        return {}
    rows = {name: views.rows[name] for name in references(key) if name in views.rows}
    own = Views(f"{thing} list {number}", views.origin, facts={"key": key}, rows=rows)
    return _sources(layout, own, {"key"})


def _mappings(layout: Layout, views: Views) -> Iterator[tuple[str, Node]]:
    """Yield the mappings of a kind, of what it cites, and of the things that its cells name."""
    shared_file = layout.kind.file.parent / SHARED_FILE
    if not shared_file.is_file():
        shared_file = find_folder("ontology") / "tables" / SHARED_FILE
    shared = _read(shared_file, shared_file.stat().st_mtime_ns)
    own = _declaration(layout.kind)
    common = _entry(shared, "mappings")
    rules = Rules(layout, views, _entry(shared, "fragments"), own)
    for key, node in _entry(own, "mapping").entries:
        yield from rules.write(key, node)
    for key, node in common.entries:
        if key.value not in MADE:
            yield from rules.write(key, node)
    for column in layout.kind.columns:
        for key, node in common.entries:
            is_named = column.type == "name" and key.value in column.of
            if is_named and f"{column.name} {key.value}" in views.facts:
                yield from rules.write(key, node, column.name)
        for thing, class_iri in column.own_things:
            if f"{column.name} {thing}" in views.facts:
                yaml_text = _NAMED.replace("@thing", thing) % (thing, thing, class_iri.value)
                named = read_yaml(yaml_text, str(own.origin.file))
                assert isinstance(named, Keys)
                for key, node in named.entries:
                    yield from rules.write(key, node, column.name)


def _say_attributes(kind: Kind, own: Keys) -> YamlList:
    """Write the rules for the attributes of a kind, except for properties that its own mappings
    name."""
    pairs = [
        pair
        for _, mapping in _entries(_entry(own, "mapping"))
        if isinstance(mapping, Keys)
        for pair in each(dict(_entries(mapping)).get("po"))
    ]
    named = {_predicate(pair) for pair in pairs}
    rows: list[Node] = []
    places = {key.value: key.origin for key, _ in _entry(own, "columns").entries}
    for column in kind.attributes:
        place = places.get(column.name, own.origin)
        rules = [] if column.node else [(column, _value(column, kind))]
        if spoken := kind.column(column.words_column):
            rules.append((spoken, (f"$({column.name} words)",)))
        for item, value in rules:
            predicate = short_iri(item.predicate.value) if item.predicate else ""
            if predicate and value and predicate not in named:
                parts = [text(part, place) for part in (predicate, *value)]
                rows.append(items(parts, place))
    return items(rows, own.origin)


def _entries(node: Keys) -> Iterator[tuple[str, Node]]:
    return ((key.value, value) for key, value in node.entries)


def _predicate(pair: Node) -> str:
    """Return the predicate that a rule names."""
    if isinstance(pair, Keys):
        pair = items([dict(_entries(pair))["p"]])
    first = pair.items[0] if isinstance(pair, YamlList) else pair
    return first.value if isinstance(first, YamlText) else ""


def _value(column: Column, kind: Kind) -> tuple[str, ...]:
    """Return the value of an attribute for a YARRRML rule, with its datatype or language."""
    cell = f"$({column.name})"
    if column.type == "words":
        language = kind.column(f"{column.name}_language")
        return (cell, f"$({language.name})~lang") if language else (cell,)
    if column.is_own_scheme:
        return (f"own-code:{column.scheme}/{cell}~iri",)
    type_, thing = CELL_TYPES[column.type], ""
    if "{thing}" in type_.node:
        if not column.of:
            return ()  # only the mapping of the kind says of what it is the key
        kind_of = f"$({column.name} kind)" if column.kind_column else column.of[0]
        thing = f"id:{kind_of}/{'' if kind_of == 'award' else '@source/'}"
    if type_.node:
        return (type_.node.format(thing=thing, scheme=column.scheme, cell=cell),)
    return (cell, type_.datatype) if type_.datatype else (cell,)


_CLAIM: Final = (
    "mapping: {%s: {s: id:%s/@source/$(id), po: [[a, [%s, hrd:Claim]], attributes, claim]}}"
)
_THING: Final = """mapping: {%s: {s: id:%s/@source/$(key), po: [[a, %s],
  [skos:prefLabel, $(@name)], attributes, cited]}}"""


_NAMED: Final = """%s: {needs: named, s: id:%s/@source/$(@column @thing), po: [[a, %s],
  [skos:prefLabel, $(@column name)], [hrd:evidence, id:evidence/@source/$(evidence)~iri]]}"""


def _declaration(kind: Kind) -> Keys:
    """Return the contents of a kind's file, with the usual mapping where it has none."""
    content = _read(kind.file, kind.file.stat().st_mtime_ns)
    if _entry(content, "mapping").entries:
        return content
    template = (_CLAIM if kind.is_claim else _THING) % (kind.name, kind.thing, kind.class_iri.value)
    mapping = read_yaml(template.replace("@name", kind.key_of), str(kind.file))
    assert isinstance(mapping, Keys)
    return replace(content, entries=(*content.entries, *mapping.entries))


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int) -> Keys:
    node = read_yaml(path.read_text("utf-8"), str(path))
    assert isinstance(node, Keys)
    return node


def _entry(node: Keys, name: str) -> Keys:
    entry = next((value for key, value in node.entries if key.value == name), None)
    return entry if isinstance(entry, Keys) else keys({}, Origin())


__all__ = ["document_of"]


def read_source(project: Project, source: Source) -> Mapping:
    """Read the mapping of a source. Raises all errors in its tables, or MappingError with the
    place in the mapping."""
    # The tables that a source's description names, with the delimiter that it states
    # (which mappings may override) or "".
    described = {
        Path(os.path.normpath(source.table_file(table))): table.delimiter.removeprefix(COMMA)
        for table in source.tables
    }
    mappings: list[Mapping] = []
    if any(table.facts for table in source.tables):
        layouts = layouts_of(project.kinds, source)
        document = document_of(layouts, [folder.resolve() for folder in project.vocabulary_dirs])
        prefixes = {"id": project.base, "own-code": f"{project.namespace}vocabulary/", **_PREFIXES}
        quads, places = say_yarrrml(document, prefixes)
        about = (quads, source.description_file, "", project.base, places)
        mappings.append(mapping_of(*about, described=described))
    if source.has_mapping:
        prefixes = {"id": project.base, **_PREFIXES}
        mappings.append(
            read_mapping(
                source.mapping_file, base=project.base, described=described, prefixes=prefixes
            )
        )
    return Mapping(
        mappings[-1].file, tuple(item for mapping in mappings for item in mapping.triples_maps)
    )
