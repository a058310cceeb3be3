"""Columns of quads into columns of JSON-LD: for each quad the key, the language and the value as
JSON text.

The choice of a key depends on the property and on the sort of value only, so it is made once for
each such pair that occurs. N-Triples escapes (as `hrdgraph.rdf` writes them) are JSON escapes,
so literals are copied as they stand.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import OutputError
from hrdgraph.export.columns import parts
from hrdgraph.export.context import Definition, JsonLdContext
from hrdgraph.export.names import ANY_LOCAL, IriShortener
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.terms import unescape
from hrdgraph.vocab import RDF

_SORT = ["p", "is_node", "language", "datatype"]
_SCHEMA = {"key": pl.String, "form": pl.String, "map_key": pl.String, "array": pl.Boolean}


@dataclass(frozen=True)
class CompactColumns:
    """`rows`: the positions of a quad each, `g` null in the default graph. `ids`: the JSON text of
    each term as an `@id`. What else is known of each term is in `pieces`, `prefixed`, `values`.
    """

    rows: pl.DataFrame
    ids: pl.Series
    pieces: pl.DataFrame
    prefixed: pl.Series
    values: pl.DataFrame
    context: JsonLdContext

    def facts(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Some rows of one graph, whole subjects of it, with `key`, `map_key` (of a language map,
        else null), `value` (JSON text) and `array` (always a list). Sorted as it is to be
        read."""
        chosen = _chosen(rows, self.pieces, self.prefixed, self.context)
        return _valued(chosen, self.values, self.context)


def compacted(graph: ColumnGraph, context: JsonLdContext, base: str) -> CompactColumns:
    """What compacts every quad. OutputError where an IRI would be misread with this context."""
    graph = graph.trimmed()
    pieces = parts(graph.terms)
    names = IriShortener.of(context.prefixes, base)
    prefixed = names.prefixed(pieces["iri"], ANY_LOCAL)
    spelled = pieces.select(
        pl.coalesce(names.relative(pieces["iri"]), prefixed, pl.col("iri"), "text").alias("id")
    )["id"]
    _check(pieces["iri"].filter(pieces["iri"] == spelled), context)
    datatype = pl.lit(names.prefixed(pieces["datatype"], ANY_LOCAL))
    values = pieces.select(
        _quoted(spelled).alias("id"),
        _quoted(_vocabulary(pieces, prefixed, context)).alias("vocab"),
        pl.lit(_quoted_lexical(pieces["lexical"])).alias("lexical"),
        pl.coalesce(datatype, "datatype").alias("datatype"),
        "language",
    )
    default, g = graph.position(""), pl.col("g")
    is_named = g != (len(graph.terms) if default is None else default)
    rows = graph.quads.with_columns(g=pl.when(is_named).then(g))
    return CompactColumns(rows, values["id"], pieces, prefixed, values, context)


def misread(iris: pl.Series, context: JsonLdContext) -> pl.Series:
    """The IRIs whose scheme is a term of the context: written out, they would be expanded again
    when they are read."""
    schemes = iris.str.extract(r"^([^:/?#]*):(?:[^/]|/[^/]|/?$)")
    return iris.filter(schemes.is_in(list(context.names)).fill_null(False))


def _check(iris: pl.Series, context: JsonLdContext) -> None:
    wrong = misread(iris, context)
    if len(wrong):
        fact = Message("iri-read-as-prefixed", iri=wrong[0])
        raise OutputError(fact, hint="rename-term-context-spelled-like")


def _quoted(texts: pl.Series) -> pl.Series:
    """JSON strings of IRIs and blank node labels, which hold nothing that JSON escapes but
    perhaps a backslash."""
    return '"' + texts.str.replace_all("\\", "\\\\", literal=True) + '"'


def _quoted_lexical(lexical: pl.Series) -> pl.Series:
    """JSON strings of literals. Two escapes of N-Triples are unknown to JSON; texts with these
    are written anew."""
    foreign = lexical.filter(lexical.str.contains(r"\\[U']").fill_null(False)).unique()
    return lexical.replace(
        foreign,
        pl.Series(
            [json.dumps(unescape(text[1:-1]), ensure_ascii=False) for text in foreign],
            dtype=pl.String,
        ),
    )


def _vocabulary(pieces: pl.DataFrame, prefixed: pl.Series, context: JsonLdContext) -> pl.Series:
    """IRIs as they are written where a term of the vocabulary may stand: a term, a prefixed
    name, or in full."""
    terms = {iri: found[0].name for iri, found in context.by_iri.items() if ":" in iri}
    known = pieces.select(
        pl.col("iri").replace_strict(terms, default=None, return_dtype=pl.String)
    )["iri"]
    return pieces.select(pl.coalesce(known, prefixed, pl.col("iri"), "text").alias("vocab"))[
        "vocab"
    ]


def _chosen(
    rows: pl.DataFrame, pieces: pl.DataFrame, prefixed: pl.Series, context: JsonLdContext
) -> pl.DataFrame:
    """Add key, form, map_key and array to each row."""
    sorts = pieces.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("o"),
        pl.col("lexical").is_null().alias("is_node"),
        "language",
        "datatype",
    )
    rows = rows.join(sorts, on="o", how="left", maintain_order="left")
    kinds = rows.select(_SORT).unique(maintain_order=True)
    predicates = pieces["iri"].gather(kinds["p"])
    fallback = prefixed.gather(kinds["p"]).fill_null(predicates)
    each = zip(predicates, fallback, kinds.iter_rows(), strict=True)
    choices = [_choice(context, iri, other, *kind) for iri, other, (_, *kind) in each]
    table = kinds.hstack(pl.DataFrame(choices, schema=_SCHEMA, orient="row"))
    reading = pl.when(pl.col("key") != context.keywords["@type"]).then("key").otherwise(pl.lit(""))
    table = table.with_columns(
        slot=reading.rank("dense"), map_slot=pl.col("map_key").rank("dense").fill_null(0)
    )
    return rows.join(table, on=_SORT, how="left", nulls_equal=True, maintain_order="left")


def _choice(
    context: JsonLdContext,
    predicate: str,
    fallback: str,
    is_node: bool,
    language: str | None,
    datatype: str | None,
) -> tuple[str, str, str | None, bool]:
    """Key, form, key in the language map, and whether values are always a list. The prefixed
    name has no definition, so it can carry any value; a term is preferred, the one that says the
    value in the fewest words first.
    """
    if predicate == RDF.type.value and is_node:
        return context.keywords["@type"], "vocab", None, False
    if predicate == RDF.type.value:
        return fallback, _full(language, datatype), None, False
    offers = [
        (offer, item)
        for item in context.by_iri.get(predicate, ())
        if (offer := _offer(item, context, is_node, language, datatype))
    ]
    if not offers:
        form = "reference" if is_node else _plain(context.language, language, datatype)
        return fallback, form, None, False
    (_, form), item = min(offers, key=lambda pair: pair[0][0])
    map_key = (language or "@none") if form == "map" else None
    return item.name, form, map_key, "@set" in item.container


def _offer(
    item: Definition,
    context: JsonLdContext,
    is_node: bool,
    language: str | None,
    datatype: str | None,
) -> tuple[int, str] | None:
    """How well a term can carry a value (0 is best) and in what form; None where it cannot."""
    if "@language" in item.container:
        # a streaming reader takes a tag that is also the name of a keyword, as `id`, for that
        if is_node or datatype or language in context.keywords.values():
            return None
        return 1 - bool(language), "map"
    if item.type == "@json":
        return None
    if is_node:
        return {"@id": (0, "id"), "@vocab": (0, "vocab")}.get(item.type, (2, "reference"))
    if datatype and datatype == item.type:
        return 0, "bare"
    if item.type not in ("", "@none"):
        return 3, _full(language, datatype)
    form = _plain(context.language if item.language is None else item.language, language, datatype)
    return (0 if form == "bare" else 2), form


def _plain(default_language: str, language: str | None, datatype: str | None) -> str:
    """The form of a literal where strings have the language `default_language` ("" for none)."""
    return (
        "bare"
        if not datatype and (language or "").lower() == default_language
        else _full(language, datatype)
    )


def _full(language: str | None, datatype: str | None) -> str:
    return "tagged" if language else "typed" if datatype else "wrapped"


def _valued(rows: pl.DataFrame, values: pl.DataFrame, context: JsonLdContext) -> pl.DataFrame:
    """Add the JSON text of each value, and put rows in reading order: `type` first, then keys by
    name."""
    word = context.keywords
    at = {name: pl.lit(values[name].gather(rows["o"])) for name in values.columns}
    value = f'{{"{word["@value"]}": ' + at["lexical"]
    form = pl.col("form")
    text = (
        pl.when(form == "id").then(at["id"])
        .when(form == "vocab").then(at["vocab"])
        .when(form == "reference").then(f'{{"{word["@id"]}": ' + at["id"] + "}")
        .when(form == "tagged").then(value + f', "{word["@language"]}": "' + at["language"] + '"}')
        .when(form == "typed").then(value + f', "{word["@type"]}": "' + at["datatype"] + '"}')
        .when(form == "wrapped").then(value + "}")
        .otherwise(at["lexical"])
    )  # fmt: skip
    facts = rows.select(
        "s", "o", "slot", "map_slot", "key", "map_key", "array", text.alias("value")
    )
    return facts.sort("s", "slot", "map_slot", "o")
