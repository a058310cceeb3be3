"""The text of a query into the IRIs in it that are no longer those of their things, and those
that are."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from hrdgraph.api.unknown_terms import terms_of
from hrdgraph.store import Solutions

if TYPE_CHECKING:
    from hrdgraph.store import Reader

_MOST: Final = 20  # IRIs of a query that are looked up
_NEW: Final = "SELECT ?old ?new { ?old <http://purl.org/dc/terms/isReplacedBy> ?new } LIMIT 1"


def replaced_terms(text: str, base: str, store: Reader) -> dict[str, str]:
    """The IRIs below the base that a query names and that lead to others, with these."""
    found: dict[str, str] = {}
    for old in islice((one for one in terms_of(text) if one.value.startswith(base)), _MOST):
        answer = store.query(_NEW, parameters={"old": old})
        new = answer.column("new") if isinstance(answer, Solutions) else ()
        if new and new[0] is not None:
            found[old.value] = new[0].n3()[1:-1]
    return found
