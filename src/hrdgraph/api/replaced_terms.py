"""IRIs that a person has from an older version into those that stand for their things now."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING, Final

from hrdgraph.api.unknown_terms import terms_of
from hrdgraph.rdf import IRI
from hrdgraph.store import Solutions
from hrdgraph.vocab import DCTERMS

if TYPE_CHECKING:
    from hrdgraph.rdf import ColumnGraph
    from hrdgraph.store import Reader

_MOST: Final = 20  # IRIs of a query that are looked up
_NEW: Final = "SELECT ?old ?new { ?old <http://purl.org/dc/terms/isReplacedBy> ?new } LIMIT 1"


def tell_replaced(text: str, base: str, store: Reader, tell: Callable[[str, str], None]) -> None:
    """Tell of each IRI below the base that a query names and that leads to another, with this."""
    for old in islice((one for one in terms_of(text) if one.value.startswith(base)), _MOST):
        answer = store.query(_NEW, parameters={"old": old})
        new = answer.column("new") if isinstance(answer, Solutions) else ()
        if new and new[0] is not None:
            tell(old.value, new[0].n3()[1:-1])


def followed(thing: IRI, graph: ColumnGraph) -> IRI:
    """The IRI that stands for a thing now."""
    new = graph.objects(thing, DCTERMS.isReplacedBy)
    return next((one for one in new if isinstance(one, IRI)), thing)
