"""What a context says of a property and a sort of value → the key of a JSON-LD document, and the
form of the value."""

from __future__ import annotations

from typing import NamedTuple

from hrdgraph.export.context import Definition, JsonLdContext
from hrdgraph.vocab import RDF


class Sort(NamedTuple):
    """What the choice of a key depends on, of a value: a node, or a literal of a language or a
    datatype (None for a plain string)."""

    is_node: bool
    language: str | None
    datatype: str | None


class Choice(NamedTuple):
    """The key, the form of the value (`Form` of `compact`), its key in a language map, and
    whether values are always a list."""

    key: str
    form: str
    map_key: str | None = None
    array: bool = False


def choice(context: JsonLdContext, predicate: str, fallback: str, sort: Sort) -> Choice:
    """How values of a sort are said of a property. Its prefixed name (`fallback`) has no
    definition, so it can carry any value; a term is preferred, the one that says the value in the
    fewest words first."""
    if predicate == RDF.type.value:
        word = context.keywords["@type"]
        return Choice(word, "vocab") if sort.is_node else Choice(fallback, _full(sort))
    offers = [
        (offer, item)
        for item in context.by_iri.get(predicate, ())
        if (offer := _offer(item, context, sort))
    ]
    if not offers:
        form = "reference" if sort.is_node else _plain(context.language, sort)
        return Choice(fallback, form)
    (_, form), item = min(offers, key=lambda pair: pair[0][0])
    map_key = (sort.language or "@none") if form == "map" else None
    return Choice(item.name, form, map_key, "@set" in item.container)


def _offer(item: Definition, context: JsonLdContext, sort: Sort) -> tuple[int, str] | None:
    """How well a term can carry a value (0 is best) and in what form; None where it cannot."""
    language, datatype = sort.language, sort.datatype
    if "@language" in item.container:
        # a streaming reader takes a tag that is also the name of a keyword, as `id`, for that
        if sort.is_node or datatype or language in context.keywords.values():
            return None
        return 1 - bool(language), "map"
    if item.type == "@json":
        return None
    if sort.is_node:
        return {"@id": (0, "id"), "@vocab": (0, "vocab")}.get(item.type, (2, "reference"))
    if datatype and datatype == item.type:
        return 0, "bare"
    if item.type not in ("", "@none"):
        return 3, _full(sort)
    form = _plain(context.language if item.language is None else item.language, sort)
    return (0 if form == "bare" else 2), form


def _plain(default_language: str, sort: Sort) -> str:
    """The form of a literal where strings have the language `default_language` ("" for none)."""
    is_plain = not sort.datatype and (sort.language or "").lower() == default_language
    return "bare" if is_plain else _full(sort)


def _full(sort: Sort) -> str:
    return "tagged" if sort.language else "typed" if sort.datatype else "wrapped"
