"""300 personal properties of 12 vocabularies, in both schemes, into three graphs, through three mapping languages: none gets out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from tests.pipeline.canaries import read_outputs
from tests.small_projects import add_terms, create_small_project

from hrdgraph.findings.model import Finding
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.project import open_project
from hrdgraph.rdf import IRI
from hrdgraph.rdf.marks import key_of

LIST: Final = Path(__file__).parent / "golden" / "personal_properties.txt"
WHO: Final = "https://example.org/id/person/Ada_Example"
FOREIGN: Final = "http://example.net/elsewhere"
OWN: Final = "https://example.org/graph/leaky"
TITLE: Final = 'title = "A leak"\npublisher = "x"\nlicence = "none"\nlanguage = "en"\n'
Mapping = Callable[[list[tuple[str, str, str]]], str]


def properties() -> list[str]:
    """The properties of the list, in both schemes."""
    found: list[str] = []
    prefix = ""
    for line in LIST.read_text("utf-8").splitlines():
        if line.endswith(" :"):
            prefix = line.removesuffix(" :")
        elif line and not line.startswith("#"):
            found += [prefix + name for name in line.split()]
    return [scheme + one.partition("://")[2] for one in found for scheme in ("http://", "https://")]


def test_the_list_is_as_long_as_it_is_said_to_be() -> None:
    each = properties()
    assert len(set(each)) == len(each)
    assert len(each) // 2 >= 300
    assert len([line for line in LIST.read_text("utf-8").splitlines() if line.endswith(" :")]) == 12


def canaries() -> list[tuple[str, str, str]]:
    """Property, graph ("" for none that is named) and the word that is said, which is a number in three letters of its graph."""
    graphs = {"": "shown", FOREIGN: "foreign", OWN: "owned", "default": "plain"}
    return [
        (iri, graph, f"canary{name}n{number}q")
        for number, iri in enumerate(properties())
        for graph, name in graphs.items()
    ]


def _graph(graph: str, default: str) -> str:
    return {"": "", "default": default}.get(graph, f"<{graph}>")


def rml(rows: list[tuple[str, str, str]]) -> str:
    head = (
        '@prefix rml: <http://w3id.org/rml/> .\n<#s> rml:source [ a rml:RelativePathSource ; rml:root rml:MappingDirectory ; rml:path "who.csv" ]'
        ' ; rml:referenceFormulation rml:CSV .\n<#p> rml:logicalSource <#s> ; rml:subjectMap [ rml:reference "iri" ; rml:class'
        " <http://xmlns.com/foaf/0.1/Person> ]"
    )
    return head + "".join(
        f' ;\n rml:predicateObjectMap [ rml:predicate <{iri}> ; rml:objectMap [ rml:template "{word}{{end}}" ; rml:termType rml:Literal ]'
        + (f" ; rml:graph {_graph(graph, 'rml:defaultGraph')}" if graph else "")
        + " ]"
        for iri, graph, word in rows
    ) + " ."  # fmt: skip


def r2rml(rows: list[tuple[str, str, str]]) -> str:
    text = (
        rml(rows)
        .replace("http://w3id.org/rml/", "http://www.w3.org/ns/r2rml#")
        .replace("rml:", "rr:")
    )
    text = text.replace("rr:logicalSource <#s>", 'rr:logicalTable [ rr:tableName "who" ]')
    text = re.sub(r"(?m)^<#s> .*\n", "", text)
    return text.replace('rr:reference "iri"', 'rr:column "iri"').replace('{end}"', '{\\"end\\"}"')


def yarrrml(rows: list[tuple[str, str, str]]) -> str:
    each = [
        f"      - p: {iri if iri.startswith('https://schema.org/') is False else 'schema:' + iri.rpartition('/')[2]}\n        o: {word}$(end)\n"
        + (f"        g: {_graph(graph, 'rml:defaultGraph').strip('<>')}\n" if graph else "")
        for iri, graph, word in rows
    ]
    head = 'prefixes: {rml: "http://w3id.org/rml/"}\nmappings:\n  p:\n    sources: who.csv~csv\n    s: $(iri)\n    po:\n'
    return head + "      - [a, foaf:Person]\n" + "".join(each)


def put(project: Path, name: str, mapping: str, file: str, *, more: str = "") -> None:
    """A source with one row about a person whom another source names too."""
    folder = project / "data" / "sources" / name
    folder.mkdir(parents=True)
    (folder / "who.csv").write_text(f"iri,end\n{WHO},x\n", encoding="utf-8")
    (folder / "source.toml").write_text(TITLE + more, encoding="utf-8")
    (folder / file).write_text(mapping, encoding="utf-8")


def spoken(project: Path) -> Iterator[str]:
    for _, data in read_outputs(project / "build"):
        yield from (word.decode() for word in re.findall(rb"canary[a-z]+n\d+q", data))


@pytest.mark.parametrize(
    ("write", "file"),
    [
        pytest.param(rml, "mapping.ttl", id="rml"),
        pytest.param(r2rml, "mapping.ttl", id="r2rml", marks=pytest.mark.heavy),
        pytest.param(yarrrml, "mapping.yml", id="yarrrml", marks=pytest.mark.heavy),
    ],
)
def test_no_personal_property_gets_out(write: Mapping, file: str, tmp_path: Path) -> None:
    create_small_project(tmp_path / "project", "Leaks")
    put(tmp_path / "project", "leaky", write(canaries()), file)
    result = build(open_project(tmp_path / "project"), BuildOptions(validate=False))
    names = {word: iri for iri, _, word in canaries()}
    out = {key_of(names[word]) for word in spoken(tmp_path / "project")}
    assert sorted(out)[:20] == []
    warned = {finding.focus for finding in result.findings if finding.rule == "property-not-public"}
    assert {iri for iri, _, _ in canaries() if "vcard" in iri} <= warned


def warnings(project: Path) -> list[Finding]:
    found = build(open_project(project), BuildOptions(validate=False))
    assert not [one for one in found.public if one.rule.endswith("-not-public")]
    return [one for one in found.findings if one.rule.endswith("-not-public")]


@pytest.mark.heavy
def test_the_warning_names_property_rule_and_way_out_and_the_way_leads_out(tmp_path: Path) -> None:
    project, fax = tmp_path / "project", "http://schema.org/faxNumber"
    create_small_project(project, "Leaks")
    put(project, "leaky", rml([(fax, "", "canaryfaxn1q")]), "mapping.ttl")
    [one] = warnings(project)
    assert (one.rule, one.focus) == ("property-not-public", fax)
    assert f'public_properties = ["{fax}"]' in one.message("en")
    assert [place.file for place in one.origins] == ["data/sources/leaky/mapping.ttl"]
    assert one.origins[0].line or one.origins[0].node
    with (project / "hrdgraph.toml").open("a", encoding="utf-8") as file:
        file.write(
            'public_properties = ["https://www.schema.org/faxNumber"]\n'
        )  # the same name, written otherwise
    assert warnings(project) == []
    assert set(spoken(project)) == {"canaryfaxn1q"}


@pytest.mark.heavy
def test_the_ontology_allows_what_it_declares(tmp_path: Path) -> None:
    project = tmp_path / "project"
    create_small_project(project, "Leaks")
    put(
        project,
        "leaky",
        rml([("https://schema.org/knowsLanguage", "", "canarytonguen1q")]),
        "mapping.ttl",
    )
    add_terms(
        project,
        '<https://schema.org/knowsLanguage> a <http://www.w3.org/2002/07/owl#DatatypeProperty> ; <http://www.w3.org/2000/01/rdf-schema#label> "speaks"@en , "parle"@fr , "habla"@es .\n',
    )
    assert warnings(project) == []
    assert set(spoken(project)) == {"canarytonguen1q"}


TYPED: Final = {  # what is said of a thing, and whether its keywords are published then
    "": False,  # nothing says what it is
    "a <http://example.net/Activist>": False,  # nor is it known what this is
    "a <http://schema.org/Person>": False,
    "a <https://xmlns.com/foaf/0.1#Person>": False,
    "a <http://www.w3.org/ns/org#Organization>": True,
    "a <http://www.w3.org/ns/org#Organization> , <http://www.w3.org/2006/vcard/ns#Individual>": False,
    "a <https://w3id.org/hrdgraph/ontology#HumanRightsDefender>": False,
    "a <https://w3id.org/hrdgraph/ontology#Claim>": False,
    '<https://w3id.org/hrdgraph/ontology#occupation> "lawyer"': False,
}  # fmt: skip


@pytest.mark.sampled(1)
@pytest.mark.parametrize("where", ["", f" ; rml:graph <{FOREIGN}>"])
def test_what_is_not_surely_something_else_is_a_person(where: str, tmp_path: Path) -> None:
    """In whichever graph it is said what it is; each thing is of a source of its own."""
    project = tmp_path / "project"
    create_small_project(project, "Leaks")
    for number, typed in enumerate(TYPED):
        put(project, f"leaky{number}", thing(number, typed, where), "mapping.ttl")
    build(open_project(project), BuildOptions(validate=False))
    assert set(spoken(project)) == {
        f"canarythingn{number}q" for number, is_out in enumerate(TYPED.values()) if is_out
    }


def thing(number: int, typed: str, where: str) -> str:
    """A mapping that says keywords of a thing, and what it is."""
    text = '@prefix rml: <http://w3id.org/rml/> .\n<#s> rml:source [ a rml:RelativePathSource ; rml:root rml:MappingDirectory ; rml:path "who.csv" ] ; rml:referenceFormulation rml:CSV .\n'
    about = f'<#p> rml:logicalSource <#s> ; rml:subjectMap [ rml:template "http://example.net/thing{number}/{{end}}" ] '
    said = [
        part.strip().split(" ", 1) for part in typed.replace(" , ", " ; a ").split(" ; ") if part
    ]
    for predicate, value in [
        ("<https://schema.org/keywords>", f'"canarythingn{number}q"'),
        *said,
    ]:
        predicate = (
            "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>" if predicate == "a" else predicate
        )
        about += f"; rml:predicateObjectMap [ rml:predicate {predicate} ; rml:objectMap [ rml:constant {value} ]{where if value[0] == '<' else ''} ] "
    return text + about + "."


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("http://schema.org/email", "https://schema.org/email", True), ("http://www.schema.org/email", "https://schema.org/email", True),
        ("https://schema.org#email", "https://schema.org/email", True), ("https://schema.org//email/", "https://schema.org/email", True),
        ("HTTPS://Schema.ORG:443/email", "https://schema.org/email", True), ("https://schema.org/em%61il", "https://schema.org/email", True),
        ("https://schema.org/Email", "https://schema.org/email", False), ("https://schema.organic/email", "https://schema.org/email", False),
        ("https://schema.org.evil.example/email", "https://schema.org/email", False), ("urn:x:email", "urn:y:email", False),
    ],
)  # fmt: skip
def test_namespaces_that_are_one(one: str, other: str, are_one: bool) -> None:
    assert (key_of(one) == key_of(other)) is are_one


def test_the_built_in_prefixes_are_those_of_the_ontology() -> None:
    from hrdgraph.mapping.language.yarrrml.names import DEFAULTS
    from hrdgraph.vocab import PREFIXES

    assert {name: iri for name, iri in DEFAULTS.items() if PREFIXES.get(name, iri) != iri} == {}
    assert IRI(DEFAULTS["schema"]) == IRI("https://schema.org/")
