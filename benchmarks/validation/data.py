"""A number of triples → a graph of about that size, made with a fixed seed, and the shapes that
it is validated against.

Twelve node shapes, twenty-five kinds of constraint and one SPARQL constraint over people,
organisations, awards and conferrals; one value in a hundred is wrong.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

EX = "http://example.com/"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
NOTHING = f"""@prefix sh: <http://www.w3.org/ns/shacl#> .
<{EX}Nothing> a sh:NodeShape ; sh:targetClass <{EX}NoClass> ; sh:property [ sh:path <{EX}name> ; sh:minCount 1 ] .
"""
XSD = "http://www.w3.org/2001/XMLSchema#"
PER_PERSON = 19.3  # triples of a person with all that hangs on it, on average

SHAPES = f"""@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <{XSD}> .
@prefix ex: <{EX}> .

ex:PersonShape a sh:NodeShape ; sh:targetClass ex:Person ; sh:nodeKind sh:IRI ;
  sh:property [ sh:path ex:name ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ; sh:minLength 2 ; sh:maxLength 40 ] ,
    [ sh:path ex:birth ; sh:maxCount 1 ; sh:datatype xsd:date ; sh:lessThan ex:death ; sh:minExclusive "1850-01-01"^^xsd:date ] ,
    [ sh:path ex:joined ; sh:datatype xsd:date ] ,
    [ sh:path ex:email ; sh:pattern "^[a-z0-9.]+@[a-z]+[.]org$" ] ,
    [ sh:path ex:label ; sh:uniqueLang true ; sh:languageIn ( "en" "fr" "es" ) ] ,
    [ sh:path ex:age ; sh:datatype xsd:integer ; sh:minInclusive 0 ; sh:maxInclusive 120 ] ,
    [ sh:path ex:memberOf ; sh:class ex:Organisation ; sh:nodeKind sh:IRI ] .
ex:OrganisationShape a sh:NodeShape ; sh:targetClass ex:Organisation ;
  sh:property [ sh:path ex:country ; sh:minCount 1 ; sh:in ( ex:fr ex:ru ex:co ex:us ) ] ,
    [ sh:path ex:founded ; sh:datatype xsd:gYear ; sh:maxCount 1 ] ,
    [ sh:path [ sh:inversePath ex:memberOf ] ; sh:class ex:Person ] .
ex:AwardShape a sh:NodeShape ; sh:targetClass ex:Award ;
  sh:property [ sh:path ex:title ; sh:minCount 1 ; sh:datatype xsd:string ] ,
    [ sh:path ex:givenBy ; sh:minCount 1 ; sh:node ex:HasCountry ] .
ex:HasCountry a sh:NodeShape ; sh:property [ sh:path ex:country ; sh:minCount 1 ] .
ex:ConferralShape a sh:NodeShape ; sh:targetClass ex:Conferral ;
  sh:property [ sh:path ex:recipient ; sh:minCount 1 ; sh:or ( [ sh:class ex:Person ] [ sh:class ex:Organisation ] ) ] ,
    [ sh:path ( ex:award ex:givenBy ) ; sh:minCount 1 ] ,
    [ sh:path ex:status ; sh:hasValue ex:asserted ] ,
    [ sh:path ex:year ; sh:minInclusive 1945 ; sh:maxExclusive 2030 ] ,
    [ sh:path ex:evidence ; sh:qualifiedValueShape ex:Page ; sh:qualifiedMinCount 1 ] .
ex:Page a sh:NodeShape ; sh:property [ sh:path ex:page ; sh:minCount 1 ] .
ex:EvidenceShape a sh:NodeShape ; sh:targetSubjectsOf ex:page ; sh:closed true ; sh:ignoredProperties ( ex:note ) ;
  sh:property [ sh:path ex:page ; sh:datatype xsd:anyURI ] .
ex:NotBoth a sh:NodeShape ; sh:targetClass ex:Person ; sh:not [ sh:class ex:Organisation ] .
ex:Country a sh:NodeShape ; sh:targetObjectsOf ex:country ; sh:nodeKind sh:IRI .
ex:Friends a sh:PropertyShape ; sh:targetSubjectsOf ex:knows ; sh:path ex:knows ; sh:disjoint ex:rivalOf ; sh:class ex:Person .
ex:OneName a sh:NodeShape ; sh:targetClass ex:Organisation ;
  sh:xone ( [ sh:property [ sh:path ex:name ; sh:minCount 1 ] ] [ sh:property [ sh:path ex:acronym ; sh:minCount 1 ] ] ) .
ex:SameLabel a sh:PropertyShape ; sh:targetClass ex:Award ; sh:path ex:title ; sh:equals ex:display .
ex:Years a sh:NodeShape ; sh:targetClass ex:Conferral ; sh:sparql [
  sh:message "{{$this}} is of {{?value}}, before its award." ;
  sh:select \"\"\"SELECT $this ?value WHERE {{
    $this <{EX}award> ?award ; <{EX}year> ?value . ?award <{EX}since> ?since . FILTER ( ?value < ?since ) }}\"\"\" ] .
"""


def made(triples: int) -> Iterator[str]:
    """N-Triples lines, one value in a hundred wrong."""
    rng = random.Random(11)
    people = max(10, int(triples / PER_PERSON))
    groups = max(3, people // 20)

    def bad() -> bool:
        return rng.random() < 0.01

    for n in range(groups):
        yield from organisation(n, bad, rng)
    for n in range(max(2, people // 200)):
        yield from award(n, groups, bad)
    for n in range(people):
        yield from person(n, people, groups, bad, rng)
        yield from conferral(n, people, bad, rng)


def organisation(n: int, bad: Callable[[], bool], rng: random.Random) -> Iterator[str]:
    s = iri(f"organisation/{n}")
    yield f"{s} {TYPE} {iri('Organisation')} ."
    yield f"{s} {iri('country')} {iri('xx' if bad() else rng.choice(('fr', 'ru', 'co', 'us')))} ."
    yield f"{s} {iri('founded')} {typed('197x' if bad() else 1900 + n % 120, 'gYear')} ."
    yield f'{s} {iri("name")} "Organisation {n}" .'
    if bad():
        yield f'{s} {iri("acronym")} "O{n}" .'


def award(n: int, groups: int, bad: Callable[[], bool]) -> Iterator[str]:
    s = iri(f"award/{n}")
    yield f"{s} {TYPE} {iri('Award')} ."
    yield f'{s} {iri("title")} "Award {n}" .'
    yield f'{s} {iri("display")} "Award {"?" if bad() else n}" .'
    yield f"{s} {iri('since')} {typed(1950 + n % 50, 'integer')} ."
    yield f"{s} {iri('givenBy')} {iri(f'organisation/{n % groups}')} ."


def person(
    n: int, people: int, groups: int, bad: Callable[[], bool], rng: random.Random
) -> Iterator[str]:
    s = iri(f"person/{n}")
    born = 1900 + rng.randrange(90)
    yield f"{s} {TYPE} {iri('Person')} ."
    if not bad():
        yield f'{s} {iri("name")} "Person {n}" .'
    yield (
        f"{s} {iri('birth')} "
        f"{typed(f'{born}-0{rng.randrange(1, 10)}-1{rng.randrange(10)}', 'date')} ."
    )
    yield f"{s} {iri('joined')} {typed(f'{born + 20}-02-{30 if bad() else 11}', 'date')} ."
    yield f"{s} {iri('death')} {typed(f'{born - 1 if bad() else born + 40}-01-01', 'date')} ."
    yield f'{s} {iri("email")} "p{n}{"_" if bad() else ""}@example.org" .'
    yield f'{s} {iri("label")} "Person {n}"@en .'
    yield f'{s} {iri("label")} "Personne {n}"@{"en" if bad() else "fr"} .'
    yield f"{s} {iri('age')} {typed(500 if bad() else rng.randrange(100), 'integer')} ."
    yield (
        f"{s} {iri('memberOf')} "
        f"{iri(f'organisation/{n % groups}') if not bad() else iri(f'person/{(n + 1) % people}')} ."
    )
    yield f"{s} {iri('knows')} {iri(f'person/{rng.randrange(people)}')} ."
    yield f"{s} {iri('rivalOf')} {iri(f'person/{rng.randrange(people)}')} ."


def conferral(n: int, people: int, bad: Callable[[], bool], rng: random.Random) -> Iterator[str]:
    s, page = iri(f"conferral/{n}"), iri(f"evidence/{n}")
    award_number = n % max(2, people // 200)
    yield f"{s} {TYPE} {iri('Conferral')} ."
    yield f"{s} {iri('recipient')} {iri(f'person/{n}') if not bad() else page} ."
    yield f"{s} {iri('award')} {iri(f'award/{award_number}')} ."
    yield f"{s} {iri('status')} {iri('asserted' if not bad() else 'unsure')} ."
    early = 1950 + award_number % 50 - 3
    yield f"{s} {iri('year')} {typed(early if bad() else 2000 + rng.randrange(25), 'integer')} ."
    yield f"{s} {iri('evidence')} {page} ."
    yield f"{page} {iri('page')} {typed(f'http://example.com/page/{n}', 'anyURI')} ."
    if bad():
        yield f'{page} {iri("text")} "quoted" .'


def iri(name: str) -> str:
    return f"<{EX}{name}>"


def typed(value: object, kind: str) -> str:
    return f'"{value}"^^<{XSD}{kind}>'
