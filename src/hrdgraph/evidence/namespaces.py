"""IRIs into keys that are equal where two IRIs are one name: namespaces that differ only in
their scheme, `www`, `/` or `#` are one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

import polars as pl

from hrdgraph.rdf import IRI, ColumnGraph

_WEB: Final = re.compile(r"https?://(?:[^/?#@]*@)?([^/?#:]*)(?::\d*)?(.*)", re.I | re.S)
_SLASHES: Final = re.compile(r"[/#]+")


@lru_cache(maxsize=1 << 14)
def key_of(iri: str) -> str:
    """The key of an IRI.

    >>> key_of("http://schema.org/birthDate") == key_of("https://www.schema.org#birthDate/")
    True
    >>> key_of("urn:x:birthDate")
    'urn:x:birthDate'
    """
    found = _WEB.fullmatch(iri)
    if found is None:
        return iri
    host, path = found.groups()
    return host.lower().rstrip(".").removeprefix("www.") + _SLASHES.sub("/", unquote(path)).rstrip(
        "/"
    )


def keys_of(iris: Iterable[IRI]) -> frozenset[str]:
    """The keys of IRIs."""
    return frozenset(key_of(iri.value) for iri in iris)


def mark_terms(
    graph: ColumnGraph, candidates: pl.Series, keys: Collection[str], *, absent: bool = False
) -> pl.Series:
    """A mark on those of the candidate terms (positions in the dictionary) whose key is one of
    some keys, or, if `absent`, none."""
    places = candidates.unique()
    texts = graph.terms.gather(places)
    found = [(key_of(text[1:-1]) in keys) is not absent for text in texts]
    mark = pl.repeat(False, len(graph.terms), dtype=pl.Boolean, eager=True)
    wanted = places.filter(pl.Series(found, dtype=pl.Boolean))
    return mark.scatter(wanted, True) if len(wanted) else mark
