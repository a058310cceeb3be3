"""Replace blank nodes by IRIs, so that a query can name them, and give queries functions that
still tell them from other IRIs."""

from __future__ import annotations

from typing import Final

from hrdgraph.rdf import IRI, BlankNode, Literal, Term
from hrdgraph.store.contract import Functions
from hrdgraph.vocab import XSD

BLANK: Final = "urn:x-hrdgraph:blank:"
_OWN: Final = "urn:x-hrdgraph:function:"
REWRITTEN: Final = {
    "ISBLANK": IRI(_OWN + "isBlank"), "ISIRI": IRI(_OWN + "isIRI"), "ISURI": IRI(_OWN + "isIRI"),
    "STR": IRI(_OWN + "str"),
}  # fmt: skip


def is_blank(term: Term) -> bool:
    """Say whether a term is a blank node, or stands for one."""
    return isinstance(term, BlankNode) or (isinstance(term, IRI) and term.value.startswith(BLANK))


def _boolean(value: bool) -> Literal:
    return Literal("true" if value else "false", XSD.boolean.value)


def _text(term: Term) -> Literal | None:
    """Return STR of a term; None for blank nodes."""
    return Literal(term.value) if isinstance(term, IRI | Literal) and not is_blank(term) else None


FUNCTIONS: Final[Functions] = {
    IRI(_OWN + "isBlank"): lambda term: _boolean(is_blank(term)),
    IRI(_OWN + "isIRI"): lambda term: _boolean(isinstance(term, IRI) and not is_blank(term)),
    IRI(_OWN + "str"): _text,
}
