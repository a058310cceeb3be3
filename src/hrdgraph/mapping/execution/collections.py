"""Turn rows into what stands for several terms, as columns of finished terms: collections and
their elements (RML-CC), reified triples. Labels are derived from the contents, so that the same
input gives the same bytes: a cell is named after its list and position."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import polars as pl

from hrdgraph.mapping.execution.row_rejection import Reject, faults, naming, sound
from hrdgraph.mapping.model import TermMap
from hrdgraph.mapping.plan import INDEX, Gather, Reify
from hrdgraph.mapping.terms.kernel import term_column
from hrdgraph.mapping.terms.terms import constant_term, hash_texts, is_constant
from hrdgraph.sources.reference_columns import HIDDEN, kinds_of
from hrdgraph.vocab import RDF

NIL: Final = RDF.nil.n3()
_TERMS: Final = pl.List(pl.String)
_NONE: Final = pl.lit([], dtype=_TERMS)


def gather_members(
    frame: pl.DataFrame, gather: Gather, members: Sequence[pl.DataFrame], reject: Reject | None
) -> pl.DataFrame:
    """Add what rows gather, from the rows of each member; rows with a rejected member are left
    out."""
    lists, line = [], gather.child.name
    for (rows, term), each in zip(gather.members, members, strict=True):
        own = each
        if reject is not None:
            bad = faults(own, rows, partial(terms_column, term=term), reject)
            lost = own[line].gather(bad).unique()
            frame = frame.filter(~pl.col(line).is_in(lost))
            own = own.filter(~pl.col(line).is_in(lost))
        with naming(rows):
            terms = pl.DataFrame([own[line], terms_column(own, term).alias("term")])
            terms = terms.explode("term") if terms.schema["term"] == pl.List else terms
            lists.append(terms.drop_nulls("term").group_by(line, maintain_order=True).agg("term"))
    frame = sound(frame, gather.child, partial(heads_of, gather=gather), reject)
    with naming(gather.child):
        return with_heads(with_members(frame, gather, lists), gather)


def across(gather: Gather) -> list[str]:
    """Return the columns that distinguish collections gathered across rows."""
    return [gather.name, *([gather.column("graph")] if gather.graph is not None else [])]


def terms_column(rows: pl.DataFrame, term: TermMap) -> pl.Series:
    """Return the terms of a term map for rows, also for no rows."""
    if is_constant(term):
        return pl.repeat(constant_term(term), rows.height, dtype=pl.String, eager=True)
    return term_column(rows, term) if rows.height else pl.Series([], dtype=pl.String)


def with_members(
    frame: pl.DataFrame, gather: Gather, lists: Sequence[pl.DataFrame]
) -> pl.DataFrame:
    """Join the lists of all members to rows: one after the other, or as tuples of their cartesian
    product."""
    names = [gather.column(f"list{number}") for number in range(len(lists))]
    line = gather.child.name
    for name, terms in zip(names, lists, strict=True):
        frame = frame.join(terms.rename({"term": name}), on=line, how="left", maintain_order="left")
    frame = frame.with_columns(pl.col(names).fill_null(_NONE))
    frame = _tuples(frame, gather, names) if gather.is_product else frame
    together = pl.concat_list(names) if names else _NONE
    return frame.with_columns(together.alias(gather.column("members"))).drop(names)


def _tuples(frame: pl.DataFrame, gather: Gather, names: list[str]) -> pl.DataFrame:
    """Return a row for each tuple, its members as lists of one; an empty product becomes one empty
    row."""
    line = pl.col(gather.child.name)
    for name in names:
        frame = frame.explode(name)
    is_full = pl.all_horizontal(pl.col(names).is_not_null())
    frame = frame.filter(is_full | line.is_first_distinct())
    return frame.with_columns(
        pl.int_range(pl.len(), dtype=pl.UInt32).over(gather.child.name).alias(gather.column(INDEX)),
        *(
            pl.when(is_full).then(pl.concat_list(name)).otherwise(_NONE).alias(name)
            for name in names
        ),
    )


def heads_of(frame: pl.DataFrame, gather: Gather) -> list[pl.Series]:
    """Return the terms of a collection beside its members: its head, its subject, its graph; of a
    product, those of one tuple stand for all."""
    frame = (
        frame.with_columns(pl.lit(0, pl.UInt32).alias(gather.column(INDEX)))
        if gather.is_product
        else frame
    )
    graph = gather.graph if gather.is_named else None
    return [
        terms_column(frame, term)
        for term in (gather.head, gather.beside, graph)
        if term is not None
    ]


def with_heads(frame: pl.DataFrame, gather: Gather) -> pl.DataFrame:
    """Add the head of their collection to rows, and its graph if gathered across rows; several
    heads make several rows."""
    frame = _with(frame, gather.name, terms_column(frame, gather.head))
    if gather.beside is not None:
        is_said = terms_column(frame, gather.beside).is_not_null()
        members = gather.column("members")
        frame = frame.with_columns(
            pl.when(is_said).then(gather.name),
            pl.when(is_said).then(members).otherwise(_NONE).alias(members),
        )
    if gather.is_named and gather.graph is not None:
        frame = _with(frame, gather.column("graph"), terms_column(frame, gather.graph))
    return frame


def _with(frame: pl.DataFrame, name: str, terms: pl.Series) -> pl.DataFrame:
    frame = frame.with_columns(terms.alias(name))
    return frame.explode(name) if frame.schema[name] == pl.List else frame


def count_members(frame: pl.DataFrame, gather: Gather) -> pl.DataFrame:
    """Add to the rows of a collection its size and the number of members before each; empty ones
    get no head, or the term for an empty collection."""
    size = pl.col(gather.column("members")).list.len()
    across = [name for name in (gather.name, gather.column("graph")) if name in frame.columns]
    total = size.sum().over(across) if gather.is_named else size
    before = size.cum_sum().over(across) - size if gather.is_named else pl.lit(0, pl.UInt32)
    frame = frame.with_columns(
        total.alias(gather.column("size")), before.alias(gather.column("before"))
    )
    head = pl.col(gather.name)
    own = pl.concat_str(across, separator=" ").map_batches(hash_texts, return_dtype=pl.String)
    base = (
        pl.when(head.str.starts_with("_:"))
        .then(head.str.slice(2))
        .otherwise(pl.concat_str(pl.lit("i"), own))
    )
    empty = pl.lit(NIL) if gather.kind == RDF.List else pl.col(gather.name)
    nothing = (
        pl.when(pl.col(gather.name).is_not_null()).then(empty)
        if gather.keeps_empty
        else pl.lit(None, pl.String)
    )
    return frame.with_columns(_label(gather, across)).with_columns(
        pl.concat_str(pl.lit("_:l"), base, pl.lit(".")).alias(gather.column("base")),
        (
            pl.when(pl.col(gather.column("size")) > 0)
            .then(gather.name)
            .otherwise(nothing)
            .alias(gather.name)
        ),
    )


def _label(gather: Gather, across: list[str]) -> pl.Expr:
    """Return the head; a blank node gathered across the rows of a graph belongs to it, so its
    label depends on the graph."""
    head = pl.col(gather.name)
    if len(across) < 2 or not gather.is_named:
        return head
    own = pl.concat_str(
        pl.lit("_:g"),
        pl.concat_str(across, separator=" ").map_batches(hash_texts, return_dtype=pl.String),
    )
    return pl.when(head.str.starts_with("_:")).then(own).otherwise(head).alias(gather.name)


def elements(frame: pl.DataFrame, gather: Gather, kept: tuple[str, ...]) -> pl.DataFrame:
    """Turn heads into members, one a row; in a list, each with its cell and the next one."""
    members, rank = gather.column("members"), gather.column("rank")
    kinds = {kinds_of(name) for name in frame.columns if name not in kept}
    own = [
        name
        for name in frame.columns
        if name in kept or (name.startswith(HIDDEN) and name not in kinds)
    ]
    frame = frame.select(own).filter(
        pl.col(gather.name).is_not_null() & (pl.col(members).list.len() > 0)
    )
    places = (
        pl.int_ranges(pl.col(members).list.len(), dtype=pl.UInt32)
        + pl.col(gather.column("before"))
        + 1
    )
    frame = (frame.with_columns(places.alias(rank)) .explode(members, rank) .rename({
        members: gather.column("value"),
    }))  # fmt: skip
    place, base = pl.col(rank), pl.col(gather.column("base"))
    if gather.kind != RDF.List:
        return frame
    cell = pl.when(place == 1).then(gather.name).otherwise(pl.concat_str(base, place))
    after = (
        pl.when(place == pl.col(gather.column("size")))
        .then(pl.lit(NIL))
        .otherwise(pl.concat_str(base, place + 1))
    )
    return frame.with_columns(cell.alias(gather.column("cell")), after.alias(gather.column("next")))


def with_triples(frame: pl.DataFrame, reify: Reify) -> pl.DataFrame:
    """Add a triple to each row, and the blank node that stands for it."""
    frame = _with(frame, f"{reify.name}.triple", terms_column(frame, reify.triple))
    triple = pl.col(f"{reify.name}.triple").cast(pl.String)
    return frame.with_columns(
        pl.concat_str(pl.lit("_:t"), triple.map_batches(hash_texts, return_dtype=pl.String)).alias(
            reify.name
        )
    )
