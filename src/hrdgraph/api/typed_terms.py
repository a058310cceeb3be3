"""What a person types into the term that is meant."""

from __future__ import annotations

from hrdgraph.errors import QueryError
from hrdgraph.rdf import IRI, Literal, Term, parse_term
from hrdgraph.vocab import PREFIXES


def parse_thing(text: str, base: str, *, or_name: bool = False) -> Term:
    """The term that a person typed: `<iri>`, an IRI, a prefixed name, a literal in quotes, or a
    path under the base.

    With `or_name`, a text that is none of these comes back as a literal.
    """
    text = text.strip()
    if text.startswith(("<", '"', "_:")):
        try:
            return parse_term(text)
        except ValueError as error:
            raise QueryError("term-malformed", text=text, hint="write-a-term") from error
    prefix, colon, local = text.partition(":")
    if colon and local.startswith("//"):
        return IRI(text)
    if colon and prefix in PREFIXES:
        return IRI(PREFIXES[prefix] + local)
    return IRI(base + text) if "/" in text or not or_name else Literal(text)
