"""The text of a query that found nothing → the terms in it that neither the ontology nor the
graph has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from hrdgraph.catalogue import Message
from hrdgraph.errors import QueryError
from hrdgraph.nearest import meant
from hrdgraph.rdf import IRI
from hrdgraph.store.tokens import iris_in
from hrdgraph.vocab import HRD, HRDV, PREFIXES, short_iri

if TYPE_CHECKING:
    from hrdgraph.ontology import Ontology
    from hrdgraph.store import Reader

_OWN: Final = (HRD.prefix, HRDV.prefix)
_LIKE: Final = 0.75  # of names with their prefix, which many share
_USED: Final = (
    "ASK { { ?thing ?p ?o } UNION { ?s ?thing ?o } UNION { ?s ?p ?thing } UNION { "
    "GRAPH ?thing { ?s ?p ?o } } }"
)


def check_terms(text: str, ontology: Ontology, store: Reader) -> None:
    """QueryError where a query has a term of the namespace of the ontology, or of its
    vocabularies, that is nowhere: its answer would be nothing, and look well."""
    for term in terms_of(text):
        if (
            term.value.startswith(_OWN)
            and ontology.get(term) is None
            and not store.query(_USED, parameters={"thing": term})
        ):
            raise _unknown(term, ontology)


def _unknown(term: IRI, ontology: Ontology) -> QueryError:
    """The error; names of both namespaces may have been meant: hrdv:Award is hrd:Award."""
    name = short_iri(term.value)
    names = [short_iri(iri) for space in _OWN for iri in ontology.names(space)]
    otherwise = Message("see-ontology-pages")
    hint = meant(name, names, otherwise, cutoff=_LIKE, count=3, shown="{}")
    return QueryError("query-term-unknown", term=name, hint=hint)


def terms_of(text: str) -> Iterator[IRI]:
    """Yield the IRIs that a query names, once each."""
    return map(IRI, dict.fromkeys(iri for _, iri in iris_in(text, PREFIXES) if iri))
