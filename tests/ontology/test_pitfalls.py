"""The pitfalls of the OOPS! catalogue (https://oops.linkeddata.es/catalogue.jsp) that a program can find, looked for in our ontology and its
vocabularies, and in a small ontology that has each of them. What `test_terms` and `test_load` hold is not here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import rdflib
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, XSD, Graph, URIRef
from rdflib.term import Node
from tests.ontology.conftest import ROOT, graph_of

HRD = rdflib.Namespace("https://w3id.org/hrdgraph/ontology#")
CLASSES = (OWL.Class, RDFS.Class)
PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty, RDF.Property, OWL.AnnotationProperty)
# of RDF itself: nobody declares these
_BUILT_IN = (*map(str, (RDF, RDFS, OWL, XSD, SKOS)), "http://id.loc.gov/datatypes/")
_SPOILED = """
@prefix hrd: <https://w3id.org/hrdgraph/ontology#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://w3id.org/hrdgraph/ontology> a owl:Ontology .
hrd:A a owl:Class ; rdfs:subClassOf hrd:B ; rdfs:label "thing"@en .
hrd:B a owl:Class ; rdfs:subClassOf hrd:A ; rdfs:label "thing"@en .
hrd:C a owl:Class ; rdfs:subClassOf hrd:D .
hrd:p a owl:ObjectProperty ; owl:inverseOf hrd:p ; rdfs:domain hrd:A , hrd:C .
hrd:q a owl:ObjectProperty ; owl:inverseOf hrd:r ; rdfs:domain hrd:A ; rdfs:range hrd:B .
hrd:r a owl:ObjectProperty ; rdfs:domain hrd:C ; rdfs:range hrd:A ; rdfs:subPropertyOf hrd:s .
hrd:q rdfs:subPropertyOf hrd:r .
hrd:r rdfs:subPropertyOf hrd:q .
hrd:t a owl:ObjectProperty , owl:DatatypeProperty .
hrd:u a owl:SymmetricProperty , owl:ObjectProperty ; rdfs:domain hrd:A ; rdfs:range hrd:B .
hrd:v_w a owl:DatatypeProperty ; rdfs:range hrd:A .
hrd:x a skos:Concept ; skos:broader hrd:y ; skos:related hrd:y . hrd:y a skos:Concept ; skos:broader hrd:x .
"""


def _terms(graph: Graph, kinds: tuple[URIRef, ...]) -> set[Node]:
    return {term for kind in kinds for term in graph.subjects(RDF.type, kind)}


def _cyclic(graph: Graph, predicate: URIRef) -> Iterator[Node]:
    """What is above itself."""
    for term in set(graph.subjects(predicate)):
        if any(term in graph.transitive_objects(up, predicate) for up in graph.objects(term, predicate)):  # fmt: skip
            yield term


def hierarchies_in_circles(graph: Graph) -> Iterator[Node]:
    """P06, for classes, properties and concepts."""
    for predicate in (RDFS.subClassOf, RDFS.subPropertyOf, SKOS.broader):
        yield from _cyclic(graph, predicate)


def inverses_that_do_not_fit(graph: Graph) -> Iterator[Node]:
    """P05, P25: the domain of the one is the range of the other, where both are said; none is its own."""
    for one, other in graph.subject_objects(OWL.inverseOf):
        if one == other:
            yield one
        for a, b in ((one, other), (other, one)):
            domain, range_ = set(graph.objects(a, RDFS.domain)), set(graph.objects(b, RDFS.range))
            if domain and range_ and domain != range_:
                yield a


def undeclared_terms(graph: Graph) -> Iterator[Node]:
    """P34, P35: what is above a class or a property, or its domain or range, and is nothing."""
    known = _terms(graph, (*CLASSES, *PROPERTIES, RDFS.Datatype))
    for predicate in (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, OWL.inverseOf, OWL.disjointWith):  # fmt: skip
        for term in set(graph.objects(predicate=predicate)):
            if term not in known and not str(term).startswith(_BUILT_IN):
                yield term


def several_domains_or_ranges(graph: Graph) -> Iterator[Node]:
    """P19: several are all of them at once, which is seldom meant."""
    for predicate in (RDFS.domain, RDFS.range):
        counts = Counter(graph.subjects(predicate))
        yield from (term for term, count in counts.items() if count > 1)


def symmetric_between_two_kinds(graph: Graph) -> Iterator[Node]:
    """P28."""
    for term in graph.subjects(RDF.type, OWL.SymmetricProperty):
        if set(graph.objects(term, RDFS.domain)) != set(graph.objects(term, RDFS.range)):
            yield term


def terms_of_two_sorts(graph: Graph) -> Iterator[Node]:
    """A thing that is a class and a property, or an object property and one of literals; a literal property with a class as its range."""
    objects = _terms(graph, (OWL.ObjectProperty,))
    literals = _terms(graph, (OWL.DatatypeProperty,))
    yield from objects & literals
    yield from _terms(graph, CLASSES) & (objects | literals)
    classes = _terms(graph, CLASSES)
    for term in literals:
        yield from (term for range_ in graph.objects(term, RDFS.range) if range_ in classes)


def names_shared_by_classes(graph: Graph) -> Iterator[Node]:
    """P32, P12: two classes, or two properties, with one label in a language."""
    for kinds in (CLASSES, PROPERTIES):
        ours = [term for term in _terms(graph, kinds) if str(term).startswith(str(HRD))]
        labels = Counter(label for term in ours for label in graph.objects(term, RDFS.label))
        for term in ours:
            yield from (term for label in graph.objects(term, RDFS.label) if labels[label] > 1)


def names_of_another_form(graph: Graph) -> Iterator[Node]:
    """P22: classes are HumanRights, properties humanRights."""
    for kinds, is_right in ((CLASSES, str.isupper), (PROPERTIES, str.islower)):
        for term in _terms(graph, kinds):
            name = str(term).removeprefix(str(HRD))
            if str(term).startswith(str(HRD)) and not (is_right(name[0]) and name.isalnum()):
                yield term


def related_and_broader(graph: Graph) -> Iterator[Node]:
    """SKOS, S27: what is above a concept is not beside it."""
    for one, other in graph.subject_objects(SKOS.related):
        if other in graph.transitive_objects(one, SKOS.broader):
            yield one


def ontologies_without_licence(graph: Graph) -> Iterator[Node]:
    """P41."""
    for term in graph.subjects(RDF.type, OWL.Ontology):
        if not any(graph.objects(term, DCTERMS.license)):
            yield term


PITFALLS = (
    hierarchies_in_circles, inverses_that_do_not_fit, undeclared_terms, several_domains_or_ranges, symmetric_between_two_kinds,
    terms_of_two_sorts, names_shared_by_classes, names_of_another_form, related_and_broader, ontologies_without_licence,
)  # fmt: skip
Pitfall = Callable[[Graph], Iterator[Node]]


@pytest.fixture(scope="module")
def core() -> Graph:
    return graph_of([*sorted((ROOT / "ontology").glob("*.ttl")), *sorted((ROOT / "ontology/vocabularies").glob("*.ttl"))])  # fmt: skip


@pytest.mark.parametrize("pitfall", PITFALLS, ids=lambda each: each.__name__)
def test_our_ontology_has_no_pitfall(core: Graph, pitfall: Pitfall) -> None:
    assert sorted({str(term) for term in pitfall(core)}) == []


@pytest.mark.parametrize("pitfall", PITFALLS, ids=lambda each: each.__name__)
def test_each_pitfall_is_found_where_it_is(tmp_path: Path, pitfall: Pitfall) -> None:
    (tmp_path / "spoiled.ttl").write_text(_SPOILED)
    assert set(pitfall(graph_of([tmp_path / "spoiled.ttl"])))


def test_properties_of_ours_have_a_domain_or_say_why_not(core: Graph) -> None:
    """P11: what has neither domain nor range is explained by its scope, or stands between any things."""
    bare = {
        str(term)
        for term in _terms(core, PROPERTIES[:2])
        if str(term).startswith(str(HRD))
        and not any(core.objects(term, RDFS.domain))
        and not any(core.objects(term, RDFS.range))
    }
    assert bare == set()
