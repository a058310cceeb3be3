"""Columns of a graph into look-ups by predicate, as the network needs them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from hrdgraph.analysis.labels import TaggedLabel, best
from hrdgraph.rdf import IRI, ColumnGraph, Literal, parse_term
from hrdgraph.vocab import RDF, RDFS, SKOS

Links = dict[str, list[str]]


@dataclass(frozen=True)
class PredicateIndex:
    """Reads a graph one predicate at a time. IRIs and lexical forms come as plain texts; order
    is that of the graph."""

    graph: ColumnGraph
    languages: tuple[str, ...]

    def links(self, predicate: IRI, subjects: Collection[str] = ()) -> Links:
        """Objects by subject; of some subjects alone where any are given."""
        found: Links = {}
        said = self.graph.where(p=predicate).quads
        if subjects:
            wanted = [self.graph.position(f"<{subject}>") for subject in subjects]
            said = said.filter(pl.col("s").is_in(wanted))
        rows = said.select("s", "o").unique().sort("s", "o")
        terms = self.graph.terms
        for s, o in zip(terms.gather(rows["s"]), terms.gather(rows["o"]), strict=True):
            found.setdefault(_text(s), []).append(_text(o))
        return found

    def of_class(self, classes: Iterable[IRI]) -> list[str]:
        """The subjects of any of `classes`, sorted."""
        subjects = {s for kind in classes for s in self.graph.where(p=RDF.type, o=kind).quads["s"]}
        return [_text(self.graph.terms[position]) for position in sorted(subjects)]

    def names(self) -> dict[str, tuple[TaggedLabel, ...]]:
        """All labels by subject; preferred ones first."""
        found: dict[str, tuple[TaggedLabel, ...]] = {}
        for predicate in (SKOS.prefLabel, RDFS.label, SKOS.altLabel):
            rows = self.graph.where(p=predicate).quads.select("s", "o").unique().sort("s", "o")
            terms = self.graph.terms
            for s, o in zip(terms.gather(rows["s"]), terms.gather(rows["o"]), strict=True):
                value = parse_term(o)
                if isinstance(value, Literal):
                    subject = _text(s)
                    found[subject] = (
                        *found.get(subject, ()),
                        TaggedLabel(value.value, value.language, predicate != SKOS.altLabel),
                    )
        return found


def _text(term: str) -> str:
    if term.startswith("<"):
        return term[1:-1]
    value = parse_term(term)
    return value.value if isinstance(value, Literal) else term


def code(iri: str) -> str:
    """The last part of an IRI: `laureate` of `…/outcome/laureate`."""
    return iri.rstrip("/").rpartition("/")[2].rpartition("#")[2]


def shown(iri: str, names: dict[str, tuple[TaggedLabel, ...]], languages: Sequence[str]) -> str:
    """The label of a thing; without one, its code in plain words."""
    return best(names.get(iri, ()), languages, code(iri).replace("-", " "))
