"""Show the ontology on one page: classes, properties and vocabularies with their definitions, each
under the end of its IRI."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hrdgraph.ontology import Concept, Ontology, OntologyClass, Property, files_of_ontology
from hrdgraph.ontology.model import Entry
from hrdgraph.rdf import IRI
from hrdgraph.vocab import HRDV, RDF, short_iri
from hrdgraph.web.pages.labels import TextRun, anchor
from hrdgraph.web.pages.naming import name
from hrdgraph.web.pages.view import Desk, View


@dataclass(frozen=True)
class TermEntry:
    """An entry of the page. `facts` are (heading, links) pairs; `used` says how often the graph
    uses it."""

    anchor: str
    iri: str
    short: str
    label: TextRun
    definition: TextRun | None
    facts: list[tuple[str, list[TextRun]]]
    used: int


def ontology_view(desk: Desk) -> View:
    """Show the page of the ontology."""
    ontology = desk.site.graph.ontology
    classes = [_class(desk, ontology, entry) for entry in ontology.classes.values()]
    properties = [_property(desk, entry) for entry in ontology.properties.values()]
    datatypes = [_term(desk, entry, [], 0) for entry in ontology.datatypes.values()]
    groups = [
        (desk.words("ontology_classes"), "classes", _own_first(classes)),
        (desk.words("ontology_properties"), "properties", _own_first(properties)),
        (desk.words("ontology_datatypes"), "datatypes", datatypes),
    ]
    schemes = []
    for scheme in ontology.schemes.values():
        concepts = [_concept(desk, concept) for concept in ontology.members(scheme.iri)]
        schemes.append((_term(desk, scheme, [], 0), concepts))
    values = {
        "version": ontology.version,
        "groups": groups,
        "schemes": schemes,
        "files": [
            (label, desk.links.file(f"ontology/{file}")) for label, file in ontology_files(desk)
        ],
    }
    title = desk.link("nav_ontology", "ontology")
    return View("ontology.html", title, "ontology", values, "ontology")


def ontology_files(desk: Desk) -> list[tuple[str, str]]:
    """Return the Turtle files of the ontology, and of what the project adds: names and paths."""
    return [(path.rpartition("/")[2], path) for path in files_of_ontology(desk.site.graph.project)]


def _own_first(terms: Iterable[TermEntry]) -> list[TermEntry]:
    """Our own terms before those of others; each by its label."""
    return sorted(
        terms,
        key=lambda term: (not term.short.startswith("hrd:"), term.label.text.lower(), term.iri),
    )


def _class(desk: Desk, ontology: Ontology, entry: OntologyClass) -> TermEntry:
    properties = [p.iri for p in ontology.properties.values() if entry.iri in p.domain]
    members = len(desk.site.rdf.members(entry.iri))
    return _term(
        desk, entry, [("ontology_below", entry.parents), ("ontology_has", properties)], members
    )


def _property(desk: Desk, entry: Property) -> TermEntry:
    hidden = (entry.default_visibility,) if entry.default_visibility else ()
    used = desk.site.rdf.count_uses(entry.iri)
    facts = [
        ("ontology_below", entry.parents), ("ontology_domain", entry.domain),
        ("values", entry.range), ("ontology_visibility", hidden),
    ]  # fmt: skip
    return _term(desk, entry, facts, used)


def _concept(desk: Desk, concept: Concept) -> TermEntry:
    rdf = desk.site.rdf
    used = sum(p != rdf.at(RDF.subject) for p, _ in rdf.incoming.get(rdf.at(concept.iri)))
    term = _term(desk, concept, [("ontology_below", concept.broader)], used)
    codes = (
        [(desk.words("code"), [TextRun(", ".join(concept.notations))])] if concept.notations else []
    )
    return TermEntry(
        term.anchor, term.iri, term.short, term.label, term.definition, [*term.facts, *codes],
        term.used,
    )  # fmt: skip


def _term(
    desk: Desk, entry: Entry, facts: Sequence[tuple[str, Iterable[IRI]]], used: int
) -> TermEntry:
    label = _text(desk, entry.labels) or TextRun(desk.site.graph.ontology.label(entry.iri))
    parts = [(desk.words(key), [_link(desk, iri) for iri in iris]) for key, iris in facts]
    iri = entry.iri.value
    return TermEntry(
        anchor(iri), iri, short(iri), label, _text(desk, entry.definitions),
        [fact for fact in parts if fact[1]], used,
    )  # fmt: skip


def _text(desk: Desk, texts: Mapping[str, str]) -> TextRun | None:
    tag = next((tag for tag in (desk.language, "en", "", *texts) if tag in texts), None)
    return None if tag is None else desk.linker.name_part(name(texts[tag], tag))


def _link(desk: Desk, iri: IRI) -> TextRun:
    known = desk.site.graph.ontology.get(iri)
    label = short(iri.value)
    return (
        TextRun(label, f"#{anchor(iri.value)}")
        if known
        else TextRun(label, iri.value if iri.value.startswith("http") else "", outside=True)
    )


def short(iri: str) -> str:
    """Write an IRI with its prefix, or whole."""
    if iri.startswith(HRDV.prefix):
        return iri[len(HRDV.prefix) :]
    return short_iri(iri)
