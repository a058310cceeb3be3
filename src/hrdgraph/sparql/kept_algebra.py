"""The text of a query of a project → its algebra, from the last process that read the same text."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.metadata import version
from typing import Final

from hrdgraph.disk_cache import code_version, digest_of, keep, recall
from hrdgraph.sparql.algebra import Query, Untranslated
from hrdgraph.sparql.translation import translate

_MOST: Final = 1024  # queries of a project that one process reads
_READERS: Final = ("rdflib", "pyparsing")


def translate_kept(text: str) -> Query:
    """The algebra of a query, as `translate` says it. Of queries that are files of a project and
    of no others: what somebody asks may name people, and is never kept."""
    found = _read(text)
    if isinstance(found, Untranslated):
        raise found
    return found


@lru_cache(maxsize=_MOST)
def _read(text: str) -> Query | Untranslated:
    name, edition = f"algebra {digest_of([text])}", _edition()
    found = recall(name, edition)
    if isinstance(found, Query | Untranslated):
        return found
    made = _made(text)
    keep(name, edition, made)
    return made


def _made(text: str) -> Query | Untranslated:
    try:
        return translate(text)
    except Untranslated as reason:
        return Untranslated(reason.reason, reason.detail)  # without where it was raised


@cache
def _edition() -> str:
    """What tells one state of the code that reads queries from another."""
    return digest_of([code_version(), *map(version, _READERS)])
