"""The triples of an RML mapping as they are said, each new node with the place in the YAML file
that it comes from."""

from __future__ import annotations

from typing import Final

from hrdgraph.catalogue import Message
from hrdgraph.errors import MappingError, Origin
from hrdgraph.mapping.language.yarrrml.names import PrefixMap
from hrdgraph.mapping.language.yarrrml.templates import Parts, as_template, plain_text
from hrdgraph.mapping.language.yarrrml.yaml import Node
from hrdgraph.rdf import IRI, BlankNode, Literal, Quad, Term
from hrdgraph.vocab import RML

_MAX_TRIPLES: Final = 500_000  # sources, subjects and mappings that are referred to multiply


class TripleCollector:
    """Collects triples and the places of their nodes."""

    def __init__(self, names: PrefixMap) -> None:
        self.names = names
        self.quads: list[Quad] = []
        self.places: dict[Term, Origin] = {}

    def new(self, node: Node) -> BlankNode:
        """A new node that stands at a place of the YAML file."""
        made = BlankNode(f"yarrrml-{len(self.places)}")
        self.places[made] = node.origin
        return made

    def add(self, subject: IRI | BlankNode, predicate: IRI, value: Term | str) -> None:
        """Say a triple; a text stands for a plain literal."""
        if len(self.quads) >= _MAX_TRIPLES:
            hint = Message("references-multiply", limit=_MAX_TRIPLES)
            raise MappingError("mapping-too-large", origin=self.places.get(subject), hint=hint)
        self.quads.append(
            Quad(subject, predicate, Literal(value) if isinstance(value, str) else value)
        )

    def valued(self, holder: BlankNode, parts: Parts, node: Node, *, iri: bool) -> None:
        """Say the expression of an expression map: a constant, a reference or a template."""
        text = plain_text(parts)
        if text is not None:
            self.add(holder, RML.constant, self.names.iri(text, node) if iri else Literal(text))
        elif len(parts) == 1 and not isinstance(parts[0], str):
            self.add(holder, RML.reference, parts[0].name)
        else:
            self.add(
                holder, RML.template, as_template(self._expanded(parts, node) if iri else parts)
            )

    def _expanded(self, parts: Parts, node: Node) -> Parts:
        first = parts[0]
        return (self.names.expanded(first, node), *parts[1:]) if isinstance(first, str) else parts
