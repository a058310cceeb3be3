"""Graphs from files of different formats into a form in which equal ones are equal: as far as
RDF makes no difference, nor do texts."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

import polars as pl

from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.graph import COLUMNS
from hrdgraph.rdfio.blank_nodes import alike_names

CAPITALS = r'"@[A-Za-z0-9-]*[A-Z][A-Za-z0-9-]*$'
_TOLD: Final = "_:told"  # a blank node that is named by what is said of it
# in columns, over all that are alike; in long chains each tells two nodes apart, and what follows
# goes from these on
_ROUNDS: Final = 20


def comparable(graph: ColumnGraph) -> ColumnGraph:
    """The same graph with language tags in lower case (RDF 1.1 §3.3), and blank nodes named by
    what is said of them, so that a change to one leaves the names of the others."""
    return _alike_named(_told_named(lower_tags(graph)))


def lower_tags(graph: ColumnGraph) -> ColumnGraph:
    """The same graph with language tags in lower case."""
    tagged = graph.terms.filter(graph.terms.str.contains(CAPITALS))
    return graph.rename(tagged, lowered(tagged)) if len(tagged) else graph


def lowered(terms: pl.Series) -> pl.Series:
    """N-Triples texts of terms, with the tag of those that have a language in lower case."""
    tag = terms.str.extract(r'"(@[A-Za-z0-9-]+)$').fill_null("")
    return terms.str.strip_suffix(tag) + tag.str.to_lowercase()


def _told_named(graph: ColumnGraph) -> ColumnGraph:
    """Name each blank node that differs from all others in what is said of it, of the nodes that
    this names, and so on."""
    blank, names, kinds = graph.terms.str.starts_with("_:").arg_true(), graph.terms.clone(), 0
    said = pl.concat(_said(graph.quads, name, blank) for name in ("s", "o", "g"))
    names = names.scatter(blank, "_:")
    for _ in range(_ROUNDS if len(blank) else 0):
        told = _told(said, names)
        names = names.scatter(told["node"], told["name"])
        alike = told.filter(pl.col("name").is_duplicated())
        known, kinds = kinds, alike["name"].n_unique()
        blank = alike["node"]
        if known == kinds + told.height - alike.height:  # none is told apart any more
            break
        said = said.filter(pl.col("node").is_in(blank.implode()))
    own = graph.terms.gather(blank)
    return graph.rename(graph.terms, names.scatter(blank, own))


def _said(quads: pl.DataFrame, own: str, blank: pl.Series) -> pl.DataFrame:
    """The statements that have a blank node in one place: the node, the place, and the terms of
    the others."""
    others = [
        pl.col(name).alias(f"{number}")
        for number, name in enumerate(name for name in COLUMNS if name != own)
    ]
    return quads.filter(pl.col(own).is_in(blank.implode())).select(
        pl.col(own).alias("node"), pl.lit(own).alias("place"), *others
    )


def _told(said: pl.DataFrame, names: pl.Series) -> pl.DataFrame:
    """Each node with a name that is made of all that is said of it, as far as this has names."""
    texts = said.select(
        "node",
        pl.concat_str(
            "place", *(names.gather(said[f"{number}"]).alias(f"{number}") for number in range(3))
        ).alias("text"),
    )
    whole = texts.group_by("node").agg(pl.col("text").sort().str.join("\n"))
    digests = [_TOLD + sha256(text.encode()).hexdigest()[:32] for text in whole["text"]]
    return pl.DataFrame(
        {"node": whole["node"], "name": digests}, schema_overrides={"name": pl.String}
    )


def _alike_named(graph: ColumnGraph) -> ColumnGraph:
    """Name the blank nodes that are left, the others standing as they are."""
    left = (graph.terms.str.starts_with("_:") & ~graph.terms.str.starts_with(_TOLD)).arg_true()
    if not len(left):
        return graph
    said = graph.quads.filter(
        pl.any_horizontal(pl.col(name).is_in(left.implode()) for name in COLUMNS)
    )
    used = pl.concat([said[name] for name in COLUMNS]).unique()
    names = alike_names(
        left, said.iter_rows(), dict(zip(used, graph.terms.gather(used), strict=True))
    )
    return graph.rename(graph.terms.gather(left), pl.Series([_TOLD + names[node] for node in left]))
