"""Statements of tables and columns that are not public, set apart in graphs of their own, back
into one graph with a mark on each.

A mapping rule that reads such a column makes statements that no column of the graph tells from
others. So the build lets them into a
*shadow* of the named graph that they belong to. Its name tells the level and the place that set
it, and is never published.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, unquote

import polars as pl

from hrdgraph.privacy.levels import Level
from hrdgraph.rdf import IRI, BlankNode, ColumnGraph, Quad
from hrdgraph.rdf.graph import COLUMNS
from hrdgraph.rdf.marks import Columns, beginning, find
from hrdgraph.vocab import HRD, OA, RDF, RDFS, SKOS

_START: Final = "<urn:hrdgraph:hidden:"
# begins a place that hides what it alone says, and nothing that something public says too
ROWS: Final = "rows of "
_NAME: Final = re.compile(rf"{_START}(restricted|withheld):([^:]*):(.*)>", re.S)
_CITING: Final = (
    OA.exact, OA["prefix"], OA.suffix, OA.start, OA.end, OA.hasSelector, HRD.quoteDigest,
)  # fmt: skip
_SHARED: Final = (RDF.type, SKOS.prefLabel, SKOS.altLabel, RDFS.label)


def shadow_of(graph: str, level: Level, place: str) -> str:
    """The name of the shadow of a graph (both as N-Triples texts) for statements that `place`
    gives a level."""
    return (
        f"{_START}{level.code}:{quote(place, safe='')}:{graph.removeprefix('<').removesuffix('>')}>"
    )


def told_by(shadow: str) -> tuple[str, Level, str]:
    """The graph, the level and the place that a shadow's name tells. ValueError on what is none."""
    match = _NAME.fullmatch(shadow)
    if match is None:
        raise ValueError(f"no shadow of a graph: {shadow}")
    level, place, name = match.groups()
    return (
        name if name.startswith("_:") or not name else f"<{name}>",
        Level[level.upper()],
        unquote(place),
    )


def home_of(graph: IRI) -> IRI | BlankNode | None:
    """The named graph that a shadow belongs to; a graph that is none, itself."""
    if not graph.n3().startswith(_START):
        return graph
    home = told_by(graph.n3())[0]
    return IRI(home[1:-1]) if home.startswith("<") else BlankNode(home[2:]) if home else None


def in_shadow(graph: ColumnGraph, name: str, level: Level, place: str) -> ColumnGraph:
    """The same quads, each in the shadow of its graph; `name` is that of quads without one."""
    text = graph.text()
    names = text["g"].unique()
    shadows = pl.Series([shadow_of(each or name, level, place) for each in names], dtype=pl.String)
    return ColumnGraph.from_text(text.with_columns(pl.col("g").replace(names, shadows)))


def folded(graph: ColumnGraph, shown: Level) -> tuple[ColumnGraph, pl.Series]:
    """The graph without shadows, and a mark on the quads that a shadow above `shown` made.

    Within one named graph the stricter wins: a statement that a public column makes too is
    marked all the same. Not so for what a thing is, what it is called, and what a document is: a
    table of contacts does not take people out of the public table beside it, where their absence
    would tell that they are in both. Nor for rows that say of themselves that they are not
    public: what another row says stays. In another named graph it is another quad, and not
    touched.
    """
    names = graph.quads["g"].unique()
    shadows = names.filter(graph.terms.gather(names).str.starts_with(_START))
    if not len(shadows):
        return graph, pl.repeat(False, len(graph), dtype=pl.Boolean, eager=True)
    told = [told_by(text) for text in graph.terms.gather(shadows)]
    homes = pl.Series([home for home, _, _ in told], dtype=pl.String)
    terms = pl.concat([graph.terms.rename(""), homes]).unique().sort()
    place = terms.search_sorted(graph.terms).cast(pl.UInt32)
    quads = graph.quads.with_columns(
        place.gather(graph.quads[name]).alias(name) for name in COLUMNS
    )
    above = pl.Series([level > shown for _, level, _ in told])
    by_rows = pl.Series([place.startswith(ROWS) for _, _, place in told])
    hidden = graph.quads["g"].is_in(shadows.filter(above).implode())
    strict = graph.quads["g"].is_in(shadows.filter(above & ~by_rows).implode())
    own = quads["g"].replace(place.gather(shadows), terms.search_sorted(homes).cast(pl.UInt32))
    made = quads.with_columns(own.alias("g"), hidden.alias("all"), strict.alias("any"))
    merged = made.group_by(COLUMNS).agg(pl.col("any").any(), pl.col("all").all()).sort(COLUMNS)
    whole, either = ColumnGraph(terms, merged.select(COLUMNS)), pl.col("any") | pl.col("all")
    return whole, merged.select(pl.when(_is_shared(whole)).then("all").otherwise(either))["all"]


def in_each_name(graph: ColumnGraph, hidden: pl.Series, rooms: pl.Series) -> pl.Series:
    """The mark also on the quads that are equal to a marked one, once each thing has one name
    and all graphs that one source writes into are one (`rooms`); not so for what is shared."""
    if not hidden.any():
        return hidden
    quads = graph.quads.select("s", "p", "o", g=rooms.gather(graph.quads["g"]), hidden=hidden)
    equal = quads.select(pl.col("hidden").any().over(COLUMNS))["hidden"]
    return hidden | (equal & ~_is_shared(graph))


def set_by(graph: ColumnGraph, quad: Quad) -> str:
    """The place that hides a statement which a shadow makes, the strictest of several; "" where
    none does."""
    home = quad.graph.n3() if quad.graph else ""
    made = graph.where(s=quad.subject, p=quad.predicate, o=quad.object).text()["g"].unique().sort()
    told = [
        (level, place)
        for name, level, place in map(told_by, made.filter(made.str.starts_with(_START)))
        if name == home
    ]
    return max(told, key=lambda each: each[0])[1] if told else ""


def cited_in_shadow(graph: ColumnGraph) -> frozenset[str]:
    """The evidence nodes of which a shadow says which words they cite. To be asked before
    evidence is anchored: that takes the words out of the graph, and with them what tells that a
    hidden column gave them."""
    columns = Columns.of(graph)
    hidden = columns.having("g", beginning(graph, _START))
    if not hidden.any():
        return frozenset()
    citing = columns.subjects(hidden & columns.having("p", find(graph, _CITING)))
    through = columns.subjects(
        columns.having("p", find(graph, (OA.hasSelector,))) & columns.having("o", citing)
    )
    return frozenset(graph.terms.filter(citing | through))


def _is_shared(graph: ColumnGraph) -> pl.Series:
    """A mark on the quads that say what a thing is, what it is called, or anything of a
    document."""
    columns = Columns.of(graph)
    named = columns.having("p", find(graph, _SHARED))
    documents = columns.subjects(
        columns.having("p", find(graph, (RDF.type,)))
        & columns.having("o", find(graph, (HRD.SourceDocument,)))
    )
    return named | columns.having("s", documents)
