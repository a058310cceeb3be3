"""A sorted dictionary and texts that it may lack into one that has both, with the place of each."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl


class ExtendedDictionary(NamedTuple):
    """Sorted texts, each once; where those of the dictionary before stand in it (`own`), and
    where those that were to be in it (`more`)."""

    terms: pl.Series
    own: pl.Series
    more: pl.Series


def extended(terms: pl.Series, more: pl.Series) -> ExtendedDictionary:
    """The dictionary with more texts, sorted and each once. Only these are compared, each with
    log n of those that are there; all else is counting."""
    at = terms.search_sorted(more)
    is_new = ~_stand_at(terms, at, more)
    new, before = more.filter(is_new), is_new.cast(pl.UInt32).cum_sum() - is_new
    places = (at + before).cast(pl.UInt32)
    if not len(new):
        return ExtendedDictionary(terms, _counted(len(terms)), places)
    size, taken = len(terms) + len(new), places.filter(is_new)
    own = pl.Series([True]).new_from_index(0, size).scatter(taken, False).arg_true()
    own, order = own.cast(pl.UInt32), pl.zeros(size, dtype=pl.UInt32, eager=True)
    order = order.scatter(own, _counted(len(terms))).scatter(taken, _counted(size, len(terms)))
    texts = pl.concat([terms, new.rename(terms.name)], rechunk=True)
    return ExtendedDictionary(texts.gather(order), own, places)


def _stand_at(terms: pl.Series, places: pl.Series, texts: pl.Series) -> pl.Series:
    """Whether each of some texts is that at its place, which may be behind the last."""
    inside = places < len(terms)
    there = terms.gather(places.filter(inside)) == texts.filter(inside)
    mark = pl.Series([False]).new_from_index(0, len(texts))
    return mark.scatter(inside.arg_true().filter(there), True) if there.any() else mark


def _counted(end: int, start: int = 0) -> pl.Series:
    return pl.int_range(start, end, dtype=pl.UInt32, eager=True)
