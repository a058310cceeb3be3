"""A graph into marks on its nodes: which are claims, and which stand on their own whoever speaks
of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import polars as pl

from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.rdf.marks import Columns, beginning, find
from hrdgraph.vocab import HRD, HRDV, ORG, OWL, RDF, RDFS, SCHEMA, SKOS

# Known even where the ontology is not in the graph; what it declares below them is added.
CLAIMS: Final = (
    HRD.Claim,
    HRD.AttributeClaim,
    HRD.AwardConferral,
    HRD.CeremonyEvent,
    HRD.Announcement,
    HRD.Founding,
    HRD.HumanRightsEvent,
    HRD.Act,
    HRD.SituationStatement,
    HRD.Testimony,
    SCHEMA.Quotation,
    ORG.Membership,
    RDF.Statement,
    HRD.Involvement,
    HRD.Proceeding,
    HRD.Intervention,
    HRD.FateStatement,
    HRD.MediaObject,
)
_PARTS: Final = (HRD.Act, HRD.CeremonyEvent, HRD.Announcement)
_VOCABULARY: Final = (
    OWL.Class,
    OWL.Ontology,
    OWL.ObjectProperty,
    OWL.DatatypeProperty,
    OWL.AnnotationProperty,
    RDFS.Class,
    RDF.Property,
    SKOS.ConceptScheme,
)


def claims(graph: ColumnGraph, columns: Columns) -> pl.Series:
    """A mark on the nodes of a claim class."""
    return of_class(graph, columns, CLAIMS)


def standing(graph: ColumnGraph, columns: Columns) -> pl.Series:
    """A mark on what is published although withheld statements speak of it: claims, each with a
    visibility of its own, and the vocabulary. An act is not among them, for it is a part of its
    event, nor a ceremony or announcement, which are parts of a conferral; nor is a person, a
    place or a document.
    """
    independent = claims(graph, columns) & ~of_class(graph, columns, _PARTS)
    return independent | of_class(graph, columns, _VOCABULARY) | beginning(graph, f"<{HRDV}")


def of_class(graph: ColumnGraph, columns: Columns, classes: tuple[IRI, ...]) -> pl.Series:
    """A mark on the nodes of these classes, and of those declared below them."""
    declared = columns.only(columns.having("p", find(graph, (RDFS.subClassOf,))))
    wanted = replace(declared, s=declared.o, o=declared.s).reach(find(graph, classes))
    return columns.subjects(
        columns.having("p", find(graph, (RDF.type,))) & columns.having("o", wanted)
    )
