"""The folder of the ontology into values, and its errors."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrdgraph.errors import OntologyError, Problems
from hrdgraph.ontology import Ontology, load, local_name
from hrdgraph.project import Project
from hrdgraph.project.model import SHIPPED_BASE
from hrdgraph.rdf import IRI, Quad
from hrdgraph.vocab import FOAF, HRD, HRDV, ORG, SCHEMA, SKOS

CORE = """@prefix hrd: <https://w3id.org/hrdgraph/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
<https://w3id.org/hrdgraph/ontology> a owl:Ontology ; owl:versionInfo "9" .
hrd:Thing a owl:Class .
"""


def folder(root: Path, core: str = CORE, **vocabularies: str) -> Project:
    directory = root / "ontology"
    (directory / "vocabularies").mkdir(parents=True)
    (directory / "core.ttl").write_text(core, encoding="utf-8")
    for name, text in vocabularies.items():
        (directory / f"vocabularies/{name}.ttl").write_text(text, encoding="utf-8")
    return Project(root, "", SHIPPED_BASE, "", ("en",), (), ())


def test_a_class_knows_what_is_above_it(ontology: Ontology) -> None:
    assert ontology.classes[HRD.Founding].parents == (HRD.Claim, ORG.ChangeEvent)
    assert ontology.ancestors(HRD.Testimony) == {SCHEMA.Quotation, HRD.Claim}


def test_a_property_has_domain_range_and_visibility(ontology: Ontology) -> None:
    birth = ontology.properties[HRD.birthDate]
    assert birth.domain == (FOAF.Person,)
    assert birth.range == (IRI("http://id.loc.gov/datatypes/edtf"),)
    assert birth.default_visibility == HRDV["visibility/withheld"]
    assert ontology.properties[HRD.edition].default_visibility is None
    assert set(ontology.properties[HRD.countryOfWork].domain) == {FOAF.Person, ORG.Organization}


def test_what_puts_people_at_risk_is_withheld_even_in_terms_of_others(ontology: Ontology) -> None:
    withheld = {
        iri
        for iri, item in ontology.properties.items()
        if item.default_visibility == HRDV["visibility/withheld"]
    }
    assert withheld >= {
        HRD.birthDate,
        SCHEMA.birthPlace,
        SCHEMA.homeLocation,
        SCHEMA.telephone,
        SCHEMA.spouse,
        FOAF.mbox,
    }
    assert not withheld & {HRD.deathDate, HRD.country, HRD.place, SKOS.prefLabel}


def test_a_concept_has_its_scheme_names_and_codes(ontology: Ontology) -> None:
    abduction = ontology.concepts[HRDV["act-type/abduction"]]
    assert abduction.schemes == (HRDV["act-type"],)
    assert abduction.notations == ("030104000000",)
    assert abduction.labels["fr"] == "enlèvement"
    assert abduction.alternatives is not None
    assert abduction.alternatives["en"] == ("kidnapping",)
    assert abduction in ontology.members(HRDV["act-type"])
    assert ontology.concepts[HRDV["role/co-founder"]].broader == (HRDV["role/founder"],)


def test_everything_remembers_its_file(ontology: Ontology) -> None:
    assert ontology.classes[HRD.Award].file == "ontology/core.ttl"
    assert ontology.schemes[HRDV.outcome].file == "ontology/vocabularies/outcome.ttl"


def test_a_label_falls_back_to_english_and_then_to_the_name(ontology: Ontology) -> None:
    assert ontology.label(HRD.acceptedBy, ["fr", "en"]) == "reçu par"
    assert ontology.label(HRD.acceptedBy, ["ru", "es"]) == "recogido por"
    assert ontology.label(HRD.acceptedBy, ["ru"]) == "accepted by"
    assert ontology.label(HRD.notThere) == "not there"
    assert local_name(IRI("https://example.org/a-b/c_d/")) == "c d"


def test_quads_are_all_that_the_files_say(tmp_path: Path) -> None:
    concept = "<https://example.org/c> a <http://www.w3.org/2004/02/skos/core#Concept> ."
    ontology = load(folder(tmp_path, colours=concept))
    assert ontology.version == "9"
    assert len(ontology.quads) == 4
    assert all(isinstance(quad, Quad) and quad.graph is None for quad in ontology.quads)
    assert list(ontology.concepts) == [IRI("https://example.org/c")]
    assert HRD.Thing in ontology
    assert HRD.Nothing not in ontology


def test_the_ontology_has_no_blank_node(ontology: Ontology) -> None:
    assert not [
        quad
        for quad in ontology.quads
        if not isinstance(quad.subject, IRI) or quad.object.n3().startswith("_:")
    ]


def test_values_cannot_be_changed(ontology: Ontology) -> None:
    with pytest.raises(TypeError):
        ontology.classes[HRD.Claim].labels["en"] = "x"  # type: ignore[index]
    with pytest.raises(TypeError):
        ontology.classes[HRD.New] = ontology.classes[HRD.Claim]  # type: ignore[index]


def test_a_syntax_error_names_file_and_line(tmp_path: Path) -> None:
    directory = folder(tmp_path, core=CORE + "hrd:Broken a owl:Class ;; rdfs:label .\n")
    with pytest.raises(OntologyError) as caught:
        load(directory)
    assert caught.value.origin.file.endswith("core.ttl")
    assert caught.value.origin.line == 5
    assert caught.value.hint


def test_all_broken_files_are_named_at_once(tmp_path: Path) -> None:
    directory = folder(tmp_path, one="<a", two="<http://a> <http://b> <http://c> .", three="oops")
    with pytest.raises(Problems) as caught:
        load(directory)
    assert [Path(error.origin.file).name for error in caught.value.errors] == [
        "one.ttl",
        "three.ttl",
    ]
    assert all(isinstance(error, OntologyError) for error in caught.value.errors)


def test_a_core_without_an_ontology_says_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(OntologyError, match="owl:Ontology"):
        load(folder(tmp_path, core="<http://a> <http://b> <http://c> ."))
