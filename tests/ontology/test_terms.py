"""Every term is defined, labelled in three languages, and used somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from hrdgraph.ontology import Ontology
from hrdgraph.ontology.model import Entry
from hrdgraph.rdf import IRI
from hrdgraph.rdfio.formats import format_named
from hrdgraph.rdfio.read import parse
from hrdgraph.vocab import HRD, HRDV, PREFIXES, SKOS

ROOT = Path(__file__).parents[2]
LANGUAGES = {"en", "fr", "es"}
ONTOLOGY_IRI = str(HRD).rstrip("#")
DEFINED_SCHEMES = [HRDV[name] for name in ("outcome", "claim-status", "reliability", "visibility")]

NOISE = re.compile(
    r'(<[^<>\s]*>)|"""(?:[^\\]|\\.)*?"""|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|#[^\n]*', re.S
)
PREFIX = re.compile(r"(?i)@?prefix\s+([\w-]*):\s*<([^>]*)>")
NAME = re.compile(r"(?<![\w:?$-])([A-Za-z][\w-]*):([A-Za-z][\w-]*)")
FULL = re.compile(r"<([^<>\s]*)>")


def iris_in(text: str, *, strings: bool = False) -> set[str]:
    """The IRIs that a text of prefixed names speaks of, outside comments and (unless `strings`) outside strings."""
    spaces = PREFIXES | dict(PREFIX.findall(text))
    bare = text if strings else NOISE.sub(lambda match: match[1] or " ", text)
    bare = PREFIX.sub(" ", bare)
    named = {
        spaces[prefix] + local
        for prefix, local in NAME.findall(FULL.sub(" ", bare))
        if prefix in spaces
    }
    return named | set(FULL.findall(bare))


def ours(iris: Iterable[str]) -> set[IRI]:
    """Those in the namespaces of the ontology and the vocabularies."""
    return {
        IRI(iri)
        for iri in iris
        if iri.startswith((str(HRD), str(HRDV))) and iri not in (str(HRD), str(HRDV), ONTOLOGY_IRI)
    }


def files(*patterns: str) -> list[Path]:
    return sorted(path for pattern in patterns for path in ROOT.glob(pattern))


MAPPINGS = files("data/sources/*/mapping.ttl", "data/sources/*/mapping.yml")
QUERIES = files("queries/**/*.rq")
SHAPES = files("ontology/shapes/*.ttl")
VOCABULARIES = files("ontology/vocabularies/*.ttl")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", [*MAPPINGS, *QUERIES, *SHAPES], ids=name_of)
def test_every_term_spoken_of_is_defined(path: Path, ontology: Ontology) -> None:
    assert {
        iri.value for iri in ours(iris_in(path.read_text(encoding="utf-8"))) if iri not in ontology
    } == set()


@pytest.mark.parametrize("path", SHAPES, ids=name_of)
def test_messages_and_queries_of_shapes_name_no_unknown_term(
    path: Path, ontology: Ontology
) -> None:
    assert {
        iri.value
        for iri in ours(iris_in(path.read_text(encoding="utf-8"), strings=True))
        if iri not in ontology
    } == set()


def test_no_term_is_unused(ontology: Ontology) -> None:
    texts = [path.read_text(encoding="utf-8") for path in [*MAPPINGS, *QUERIES, *SHAPES]]
    texts += [
        query
        for path in SHAPES
        for query in re.findall(r'"""(.*?)"""', path.read_text(encoding="utf-8"), re.S)
    ]
    texts += [path.read_text(encoding="utf-8") for path in VOCABULARIES]
    spoken = {iri for text in texts for iri in ours(iris_in(text))} | set(in_code())
    terms = {
        iri
        for iri in (*ontology.classes, *ontology.properties, *ontology.datatypes)
        if iri.value.startswith(str(HRD))
    }
    assert {iri.value for iri in terms - spoken} == set()


def in_code() -> Iterator[IRI]:
    """`HRD.x` and `HRD["x"]` in the package."""
    for path in files("src/hrdgraph/**/*.py"):
        for name, quoted in re.findall(
            r'\bHRD(?:\.(\w+)|\["([^"]+)"\])', path.read_text(encoding="utf-8")
        ):
            yield HRD[name or quoted]


def groups(ontology: Ontology) -> tuple[Mapping[IRI, Entry], ...]:
    return (
        ontology.classes,
        ontology.properties,
        ontology.datatypes,
        ontology.concepts,
        ontology.schemes,
    )


def entries(ontology: Ontology) -> list[Entry]:
    return [entry for group in groups(ontology) for entry in group.values()]


def test_everything_is_labelled_in_three_languages(ontology: Ontology) -> None:
    assert {
        entry.iri.value: sorted(entry.labels)
        for entry in entries(ontology)
        if not set(entry.labels) >= LANGUAGES
    } == {}


def test_every_term_of_ours_is_defined_in_three_languages(ontology: Ontology) -> None:
    terms = [entry for entry in entries(ontology) if entry.iri.value.startswith(str(HRD))]
    assert {entry.iri.value for entry in terms if set(entry.definitions) != LANGUAGES} == set()


@pytest.mark.parametrize(
    "scheme", DEFINED_SCHEMES, ids=lambda scheme: scheme.value.rsplit("/", 1)[-1]
)
def test_concepts_that_judge_are_defined_in_three_languages(
    ontology: Ontology, scheme: IRI
) -> None:
    members = ontology.members(scheme)
    assert members
    assert {
        concept.iri.value for concept in members if set(concept.definitions) != LANGUAGES
    } == set()


def test_no_text_is_blank_or_the_same_in_all_languages(ontology: Ontology) -> None:
    for entry in entries(ontology):
        assert all(
            text.strip() == text and text
            for text in (*entry.labels.values(), *entry.definitions.values())
        ), entry.iri
        assert len(set(entry.definitions.values())) == len(entry.definitions), entry.iri


def test_a_concept_is_in_a_scheme_of_its_own_file(ontology: Ontology) -> None:
    for concept in ontology.concepts.values():
        assert concept.schemes, concept.iri
        assert {ontology.schemes[scheme].file for scheme in concept.schemes} == {concept.file}


def test_no_two_concepts_of_a_scheme_share_a_name(ontology: Ontology) -> None:
    for scheme in ontology.schemes:
        for language in LANGUAGES:
            labels = [concept.labels[language] for concept in ontology.members(scheme)]
            assert len(set(labels)) == len(labels), (scheme, language)


@pytest.mark.parametrize("scheme", ["outcome", "role"])
def test_what_somebody_is_called_names_both_genders_or_none(
    scheme: str, ontology: Ontology
) -> None:
    """The name by which a concept is shown is no form that has another beside it: `lauréat` where `lauréate` is an alternative."""
    members = ontology.members(HRDV[scheme])
    assert members
    shown = [
        (concept.labels[tag], (concept.alternatives or {}).get(tag, ()))
        for concept in members
        for tag in ("fr", "es")
    ]
    assert [
        (text, other) for text, others in shown for other in others if is_form_of(text, other)
    ] == []


def is_form_of(text: str, other: str) -> bool:
    """Whether two names of people are the same words with other endings; `nomination` and `candidatura` are of no gender."""
    words, others = text.split(), other.split()
    is_thing = text.endswith(("ion", "ión", "ura"))
    return (
        not is_thing
        and len(words) == len(others)
        and all(word[:3] == form[:3] for word, form in zip(words, others, strict=True))
    )


def test_terms_of_others_say_where_they_are_from(ontology: Ontology) -> None:
    homes = {
        quad.subject for quad in ontology.quads if quad.predicate.value.endswith("#isDefinedBy")
    }
    assert [
        iri.value
        for iri in (*ontology.classes, *ontology.properties, *ontology.datatypes)
        if iri not in homes
    ] == []


def test_domains_ranges_and_parents_are_described(ontology: Ontology) -> None:
    outside = (
        "http://www.w3.org/2001/XMLSchema#",
        "http://www.w3.org/2000/01/rdf-schema#",
        "http://id.loc.gov/datatypes/",
    )
    named = {iri for item in ontology.properties.values() for iri in (*item.domain, *item.range)}
    named |= {iri for item in ontology.classes.values() for iri in item.parents}
    assert {
        iri.value
        for iri in named
        if not iri.value.startswith(outside) and iri not in (*ontology.classes, *ontology.datatypes)
    } == set()


def test_iris_in_reads_queries_as_they_are_written() -> None:
    text = """# hrd:comment
        PREFIX hrd: <https://w3id.org/hrdgraph/ontology#>
        PREFIX act: <https://w3id.org/hrdgraph/vocabulary/act-type/>
        SELECT ?x WHERE { ?x hrd:act/hrd:actType act:killing ; a <https://w3id.org/hrdgraph/ontology#Act> . # hrd:tail
        FILTER(?a < 3 && ?b > 2 && STR(?x) != "hrd:string") }"""
    expected = {HRD.act, HRD.actType, HRD.Act, HRDV["act-type/killing"]}
    assert ours(iris_in(text)) == expected


def test_the_ontology_says_who_made_it_and_how_it_is_abbreviated(ontology: Ontology) -> None:
    said = {q.predicate.value: q.object for q in ontology.quads if q.subject == IRI(ONTOLOGY_IRI)}
    version = said["http://www.w3.org/2002/07/owl#versionIRI"]
    assert version == IRI(f"{ONTOLOGY_IRI}/{ontology.version}")
    for name in ("creator", "publisher", "created", "license", "title", "description"):
        assert f"http://purl.org/dc/terms/{name}" in said
    assert said["http://purl.org/vocab/vann/preferredNamespaceUri"].value == str(HRD)


def test_examples_are_statements_of_known_terms(ontology: Ontology) -> None:
    examples = [q.object.value for q in ontology.quads if q.predicate == SKOS.example]
    assert len(examples) >= 4
    start = "".join(f"@prefix {name}: <{space}> .\n" for name, space in PREFIXES.items())
    for text in examples:
        quads = list(
            parse(f"@base <https://e.org/> .\n{start}{text}".encode(), format_named("ttl"))
        )
        terms = ours({q.predicate.value for q in quads} | {q.object.value for q in quads})
        assert quads
        assert {iri.value for iri in terms if iri not in ontology} == set()
