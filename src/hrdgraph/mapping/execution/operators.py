"""Rows and a relation over them into its rows: the operators that need nothing but those rows.

Joins, collections and numbers need more, and are worked out where that is held (`relations.py`).
"""

from __future__ import annotations

from functools import partial

import polars as pl

from hrdgraph.mapping.execution.collections import elements, made_of, with_triples
from hrdgraph.mapping.execution.fields import below, extended, field
from hrdgraph.mapping.execution.row_rejection import Reject, naming, sound, sound_with
from hrdgraph.mapping.plan import Below, Elements, Extend, Iterate, Pick, Reify

RowWise = Below | Extend | Iterate | Pick | Elements | Reify


def operate(relation: RowWise, frame: pl.DataFrame, reject: Reject | None) -> pl.DataFrame:
    """The rows of a relation, of the rows below it. An error in a value names its cell; with
    `reject`, rows with such a value are left out and told."""
    match relation:
        case Below(_, prefix):
            return frame.rename(below(frame, prefix))
        case Extend():
            return _extended(relation, frame, reject)
        case Iterate():
            return _iterated(relation, frame, reject)
        case Pick():
            return _picked(relation, frame, reject)
        case Elements(gather, kept):
            return elements(frame, gather, kept)
        case Reify():
            return _reified(relation, frame, reject)


def _extended(relation: Extend, frame: pl.DataFrame, reject: Reject | None) -> pl.DataFrame:
    worked_out = partial(field, expression=relation.expression)
    frame, made = sound_with(frame, relation.child, worked_out, reject)
    return extended(frame, relation.name, *made)


def _iterated(relation: Iterate, frame: pl.DataFrame, reject: Reject | None) -> pl.DataFrame:
    # loads the reader of JSON
    from hrdgraph.mapping.execution.cell_documents import items_in, with_items

    find = partial(items_in, iterate=relation)
    frame = sound(frame, relation.child, find, reject)
    with naming(relation.child):
        return with_items(frame, relation, find(frame))


def _picked(relation: Pick, frame: pl.DataFrame, reject: Reject | None) -> pl.DataFrame:
    from hrdgraph.mapping.execution.cell_documents import values_in

    pick = partial(values_in, column=relation.column, path=relation.path, origin=relation.origin)
    frame = sound(frame, relation.child, pick, reject)
    with naming(relation.child):
        return extended(frame, relation.name, *pick(frame))


def _reified(relation: Reify, frame: pl.DataFrame, reject: Reject | None) -> pl.DataFrame:
    frame = sound(frame, relation.child, lambda rows: made_of(rows, relation.triple), reject)
    with naming(relation.child):
        return with_triples(frame, relation)
