"""The tables of facts of a source into one YARRRML document: views over their cells, and the
mappings of their kinds over these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from hrdgraph.errors import Origin
from hrdgraph.kinds.load import SHARED_FILE
from hrdgraph.mapping.facts.fields import MADE, Fields
from hrdgraph.mapping.facts.layout import Layout, location_of
from hrdgraph.mapping.facts.nodes import items, keys, reference, references, text
from hrdgraph.mapping.facts.rules import Rules
from hrdgraph.mapping.facts.views import Listed, Views
from hrdgraph.mapping.language.yarrrml.nodes import Keys, Node, YamlList, YamlText
from hrdgraph.mapping.language.yarrrml.yaml import read_yaml

PREFIXES: Final = {
    "hrd": "https://w3id.org/hrdgraph/ontology#",
    "code": "https://w3id.org/hrdgraph/vocabulary/",
    "edtf": "http://id.loc.gov/datatypes/",
    "schema": "https://schema.org/",
}  # and id:, the base of the project


def document_of(layouts: Iterable[Layout], vocabularies: Path) -> Keys:
    """The document that maps the tables of a source; `vocabularies` is the folder of the
    schemes."""
    layouts = tuple(layouts)
    listed = Listed(layouts)
    sources: dict[str, Node] = {}
    mappings: dict[str, Node] = {}
    for layout in layouts:
        sources |= _lists(layout, listed, vocabularies)
    for layout in layouts:
        fields = Fields(layout, listed, vocabularies)
        views = fields.made()
        for name, file in fields.lookups.items():
            sources.setdefault(name, _lookup(layouts, file))
        made = dict(_mappings(layout, views))
        used = {name for mapping in made.values() for name in references(mapping)}
        sources |= _sources(layout, views, used)
        mappings |= made
    return keys({"sources": keys(sources), "mappings": keys(mappings)})


def _file(layout: Layout) -> dict[str, Node]:
    name, dialect = location_of(layout.table)
    said: dict[str, Node] = {"access": text(layout.table.file)}
    if name != "CSV":
        said |= {"referenceFormulation": text("facttable"), "iterator": text(dialect.iterator)}
    elif not layout.table.file.lower().endswith((".csv", ".tsv", ".tab")):
        said["referenceFormulation"] = text("csv")
    if dialect.delimiter != ",":
        said["delimiter"] = text(dialect.delimiter)
    if dialect.encoding:
        said["encoding"] = text(dialect.encoding)
    said["nulls"] = items([text(""), *map(text, layout.facts.unknown)])
    return said


def _sources(layout: Layout, views: Views, used: set[str]) -> dict[str, Node]:
    """The views of a table: one where nothing is looked up and no list is taken apart, else one
    on the other."""
    facts = {name: value for name, value in views.facts.items() if name in used}
    simple = {name for name, value in views.rows.items() if isinstance(value, YamlText)}
    if not views.joins and set(views.rows) <= {*simple, "row id"}:
        row = views.rows.get("row id")
        whole = {name: _put(value, "row id", row) for name, value in facts.items()}
        return {views.name: keys({**_file(layout), "fields": keys(whole)}, views.origin)}
    needed = _needed(facts, views)
    rows = {name: value for name, value in views.rows.items() if name in needed}
    below, of_rows = f"{views.name} rows", {**_file(layout), "fields": keys(rows)}
    found: dict[str, Node] = {below: keys(of_rows, views.origin)}
    if views.joins:
        looked = keys({**{name: reference(name) for name in rows}, **views.looked})
        entries: dict[str, Node] = {
            "on": text(below),
            "fields": looked,
            "joins": items(views.joins),
        }
        below = f"{views.name} looked up"
        found[below] = keys(entries, views.origin)
    found[views.name] = keys({"on": text(below), "fields": keys(facts)}, views.origin)
    return found


def _needed(facts: Mapping[str, Node], views: Views) -> set[str]:
    """The cells that the fields of a view and its joins want."""
    named = {name for value in facts.values() for name in references(value)}
    return named | {name for value in views.looked.values() for name in references(value)}


def _put(node: Node, name: str, value: Node | None) -> Node:
    """A node with a reference replaced by what it stands for."""
    if value is None:
        return node
    if isinstance(node, YamlText):
        return value if node.value == f"$({name})" else node
    if isinstance(node, YamlList):
        return replace(node, items=tuple(_put(item, name, value) for item in node.items))
    return replace(
        node, entries=tuple((key, _put(item, name, value)) for key, item in node.entries)
    )


def _lookup(layouts: Iterable[Layout], file: str) -> Node:
    """A table that cells are looked up in, with the columns that any table asks of it."""
    asked = (item for layout in layouts for each in layout.columns.values() for item in each)
    names = dict.fromkeys(
        name
        for item in asked
        if file in (item.through, item.without)
        for name in (item.key, item.to)
        if name
    )
    columns: dict[str, Node] = {name: reference(name) for name in names}
    return keys({"access": text(file), "nulls": text(""), "fields": keys(columns)})


def _lists(layout: Layout, listed: Listed, vocabularies: Path) -> dict[str, Node]:
    """The list of the things that a table has, by their keys."""
    thing = layout.kind.name
    if thing not in MADE or listed.of(thing)[0] is not layout:
        return {}
    key = Fields(layout, listed, vocabularies).made().facts["key"]
    return {f"{thing} list 0": keys({**_file(layout), "fields": keys({"key": key})})}


def _mappings(layout: Layout, views: Views) -> Iterator[tuple[str, Node]]:
    """The mappings of a kind, of what it cites, and of the things that its cells name."""
    shared = _document(_shared_file(layout.kind.file))
    own = _entry(_document(layout.kind.file), "mapping")
    common = _entry(shared, "mappings")
    rules = Rules(layout, views, _entry(shared, "fragments"))
    for key, node in own.entries:
        yield from rules.said(key, node)
    for key, node in common.entries:
        if key.value not in MADE:
            yield from rules.said(key, node)
    for column in layout.kind.columns:
        for key, node in common.entries:
            if (
                column.type == "name"
                and key.value in column.of
                and f"{column.name} {key.value}" in views.facts
            ):
                yield from rules.said(key, node, column.name)


def _shared_file(file: Path) -> Path:
    """The parts that kinds share: beside a kind of the project, or of this version."""
    from hrdgraph.project import shared_folder

    beside = file.parent / SHARED_FILE
    return beside if beside.is_file() else shared_folder("ontology") / "tables" / SHARED_FILE


def _document(path: Path) -> Keys:
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int) -> Keys:
    found = read_yaml(path.read_text("utf-8"), str(path))
    assert isinstance(found, Keys)
    return found


def _entry(node: Keys, name: str) -> Keys:
    found = next((value for key, value in node.entries if key.value == name), None)
    return found if isinstance(found, Keys) else keys({}, Origin())


__all__ = ["PREFIXES", "document_of"]
