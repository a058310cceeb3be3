"""Keep statements of private tables and columns apart in graphs of their own, and fold these into
one graph with a mark on each.

A mapping rule that reads such a column makes statements that no column of the graph tells from
others. So the build lets them into a *shadow* of the named graph that they belong to. Its name
tells the level and the place that set it, and is never published."""

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
    """Name the shadow of a graph (both as N-Triples texts) for statements that `place` gives a
    level."""
    return (
        f"{_START}{level.code}:{quote(place, safe='')}:{graph.removeprefix('<').removesuffix('>')}>"
    )


def parse_shadow(shadow: str) -> tuple[str, Level, str]:
    """Return the graph, the level and the place that a shadow's name tells, or ValueError."""
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
    """Return the named graph that a shadow belongs to; of any other graph, itself."""
    if not graph.n3().startswith(_START):
        return graph
    home = parse_shadow(graph.n3())[0]
    return IRI(home[1:-1]) if home.startswith("<") else BlankNode(home[2:]) if home else None


def move_to_shadow(graph: ColumnGraph, name: str, level: Level, place: str) -> ColumnGraph:
    """Move all quads to the shadow of their graph; `name` is that of quads without one."""
    text = graph.text()
    names = text["g"].unique()
    shadows = pl.Series([shadow_of(each or name, level, place) for each in names], dtype=pl.String)
    return ColumnGraph.from_text(text.with_columns(pl.col("g").replace(names, shadows)))


def fold_shadows(graph: ColumnGraph, shown: Level) -> tuple[ColumnGraph, pl.Series]:
    """Return the graph without shadows, and mark the quads that a shadow above `shown` made.

    Within one named graph the stricter wins: a statement that a public column makes too is marked
    all the same. Not so for what a thing is, what it is called, and what a document is: a table of
    contacts does not take people out of the public table beside it, where their absence would tell
    that they are in both. Nor for rows that say of themselves that they are not public: what
    another row says stays. A quad in another named graph is not touched."""
    names = graph.quads["g"].unique()
    shadows = names.filter(graph.terms.gather(names).str.starts_with(_START))
    if not len(shadows):
        return graph, pl.repeat(False, len(graph), dtype=pl.Boolean, eager=True)
    parts = [parse_shadow(text) for text in graph.terms.gather(shadows)]
    homes = pl.Series([home for home, _, _ in parts], dtype=pl.String)
    terms = pl.concat([graph.terms.rename(""), homes]).unique().sort()
    place = terms.search_sorted(graph.terms).cast(pl.UInt32)
    quads = graph.quads.with_columns(
        place.gather(graph.quads[name]).alias(name) for name in COLUMNS
    )
    above = pl.Series([level > shown for _, level, _ in parts])
    by_rows = pl.Series([place.startswith(ROWS) for _, _, place in parts])
    hidden = graph.quads["g"].is_in(shadows.filter(above).implode())
    strict = graph.quads["g"].is_in(shadows.filter(above & ~by_rows).implode())
    own = quads["g"].replace(place.gather(shadows), terms.search_sorted(homes).cast(pl.UInt32))
    marked = quads.with_columns(own.alias("g"), hidden.alias("all"), strict.alias("any"))
    merged = marked.group_by(COLUMNS).agg(pl.col("any").any(), pl.col("all").all()).sort(COLUMNS)
    whole, either = ColumnGraph(terms, merged.select(COLUMNS)), pl.col("any") | pl.col("all")
    return whole, merged.select(pl.when(_mark_shared(whole)).then("all").otherwise(either))["all"]


def mark_equal_quads(graph: ColumnGraph, hidden: pl.Series, rooms: pl.Series) -> pl.Series:
    """Mark also the quads that are equal to a marked one, once each thing has one name and all
    graphs that one source writes into are one (`rooms`); not what is shared."""
    if not hidden.any():
        return hidden
    quads = graph.quads.select("s", "p", "o", g=rooms.gather(graph.quads["g"]), hidden=hidden)
    equal = quads.select(pl.col("hidden").any().over(COLUMNS))["hidden"]
    return hidden | (equal & ~_mark_shared(graph))


def find_hiding_place(graph: ColumnGraph, quad: Quad) -> str:
    """Return the place that hides a statement which a shadow makes, the strictest of several, or
    ""."""
    home = quad.graph.n3() if quad.graph else ""
    graphs = (
        graph.where(s=quad.subject, p=quad.predicate, o=quad.object).text()["g"].unique().sort()
    )
    places = [
        (level, place)
        for name, level, place in map(parse_shadow, graphs.filter(graphs.str.starts_with(_START)))
        if name == home
    ]
    return max(places, key=lambda each: each[0])[1] if places else ""


def list_cited_in_shadow(graph: ColumnGraph) -> frozenset[str]:
    """List the evidence nodes whose cited words a shadow tells. Ask before evidence is anchored:
    that takes the words out of the graph, and with them what tells that a hidden column gave
    them."""
    columns = Columns.of(graph)
    hidden = columns.having("g", beginning(graph, _START))
    if not hidden.any():
        return frozenset()
    citing = columns.subjects(hidden & columns.having("p", find(graph, _CITING)))
    through = columns.subjects(
        columns.having("p", find(graph, (OA.hasSelector,))) & columns.having("o", citing)
    )
    return frozenset(graph.terms.filter(citing | through))


def _mark_shared(graph: ColumnGraph) -> pl.Series:
    """Mark the quads that say what a thing is, what it is called, or anything of a document."""
    columns = Columns.of(graph)
    named = columns.having("p", find(graph, _SHARED))
    documents = columns.subjects(
        columns.having("p", find(graph, (RDF.type,)))
        & columns.having("o", find(graph, (HRD.SourceDocument,)))
    )
    return named | columns.having("s", documents)
