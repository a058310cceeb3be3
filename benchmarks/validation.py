"""Validates the same graph with hrdgraph and with pySHACL, in processes of their own, and compares CPU seconds, memory and results.

Usage: python benchmarks/validation.py [TRIPLES] [RUNS] [--alone]   (default: 100000 1; --alone: without pySHACL)

The graph is made with a fixed seed: twelve node shapes, twenty-five kinds of constraint and one SPARQL constraint over people,
organisations, awards and conferrals, one value in a hundred wrong. Results must be equal as sets, else the run fails. "validating"
counts from when the graph and the shapes are in memory as each engine wants them; "process" is the whole process with the reading
of the file. CPU seconds are those of user and system together, over all threads.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

EX = "http://example.com/"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
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


def organisation(n: int, bad: object, rng: random.Random) -> Iterator[str]:
    wrong = bad  # type: ignore[assignment]
    s = iri(f"organisation/{n}")
    yield f"{s} {TYPE} {iri('Organisation')} ."
    yield f"{s} {iri('country')} {iri('xx' if wrong() else rng.choice(('fr', 'ru', 'co', 'us')))} ."
    yield f"{s} {iri('founded')} {typed('197x' if wrong() else 1900 + n % 120, 'gYear')} ."
    yield f'{s} {iri("name")} "Organisation {n}" .'
    if wrong():
        yield f'{s} {iri("acronym")} "O{n}" .'


def award(n: int, groups: int, bad: object) -> Iterator[str]:
    wrong = bad  # type: ignore[assignment]
    s = iri(f"award/{n}")
    yield f"{s} {TYPE} {iri('Award')} ."
    yield f'{s} {iri("title")} "Award {n}" .'
    yield f'{s} {iri("display")} "Award {"?" if wrong() else n}" .'
    yield f"{s} {iri('since')} {typed(1950 + n % 50, 'integer')} ."
    yield f"{s} {iri('givenBy')} {iri(f'organisation/{n % groups}')} ."


def person(n: int, people: int, groups: int, bad: object, rng: random.Random) -> Iterator[str]:
    wrong = bad  # type: ignore[assignment]
    s = iri(f"person/{n}")
    born = 1900 + rng.randrange(90)
    yield f"{s} {TYPE} {iri('Person')} ."
    if not wrong():
        yield f'{s} {iri("name")} "Person {n}" .'
    yield f"{s} {iri('birth')} {typed(f'{born}-0{rng.randrange(1, 10)}-1{rng.randrange(10)}', 'date')} ."
    yield f"{s} {iri('joined')} {typed(f'{born + 20}-02-{30 if wrong() else 11}', 'date')} ."
    yield f"{s} {iri('death')} {typed(f'{born - 1 if wrong() else born + 40}-01-01', 'date')} ."
    yield f'{s} {iri("email")} "p{n}{"_" if wrong() else ""}@example.org" .'
    yield f'{s} {iri("label")} "Person {n}"@en .'
    yield f'{s} {iri("label")} "Personne {n}"@{"en" if wrong() else "fr"} .'
    yield f"{s} {iri('age')} {typed(500 if wrong() else rng.randrange(100), 'integer')} ."
    yield f"{s} {iri('memberOf')} {iri(f'organisation/{n % groups}') if not wrong() else iri(f'person/{(n + 1) % people}')} ."
    yield f"{s} {iri('knows')} {iri(f'person/{rng.randrange(people)}')} ."
    yield f"{s} {iri('rivalOf')} {iri(f'person/{rng.randrange(people)}')} ."


def conferral(n: int, people: int, bad: object, rng: random.Random) -> Iterator[str]:
    wrong = bad  # type: ignore[assignment]
    s, page = iri(f"conferral/{n}"), iri(f"evidence/{n}")
    award_number = n % max(2, people // 200)
    yield f"{s} {TYPE} {iri('Conferral')} ."
    yield f"{s} {iri('recipient')} {iri(f'person/{n}') if not wrong() else page} ."
    yield f"{s} {iri('award')} {iri(f'award/{award_number}')} ."
    yield f"{s} {iri('status')} {iri('asserted' if not wrong() else 'unsure')} ."
    early = 1950 + award_number % 50 - 3
    yield f"{s} {iri('year')} {typed(early if wrong() else 2000 + rng.randrange(25), 'integer')} ."
    yield f"{s} {iri('evidence')} {page} ."
    yield f"{page} {iri('page')} {typed(f'http://example.com/page/{n}', 'anyURI')} ."
    if wrong():
        yield f'{page} {iri("text")} "quoted" .'


def iri(name: str) -> str:
    return f"<{EX}{name}>"


def typed(value: object, kind: str) -> str:
    return f'"{value}"^^<{XSD}{kind}>'


COMMON = """
import json, resource, sys, time
def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
"""
OURS = (
    COMMON
    + """
from pathlib import Path
import numpy
from hrdgraph.rdf import ColumnGraph
from hrdgraph.validate import ColumnSHACL, read_shapes
import polars as pl
texts = pl.read_csv("data.nt", has_header=False, separator="\\x01", quote_char=None, new_columns=["line"])
parts = texts.select(pl.col("line").str.extract_groups(r"^(?<s>\\S+) (?<p>\\S+) (?<o>.*) \\.$")).unnest("line").with_columns(g=pl.lit(""))
del texts
graph = ColumnGraph.from_text(parts)
del parts
shapes = read_shapes(Path("ontology"))
import hrdgraph.validate.engine.outcome
before = cpu()
outcome = ColumnSHACL().run(graph, shapes)
found = list(outcome.findings())
spent = cpu() - before
rows = sorted({(one.focus, one.path or "", one.value or "", one.component) for one in found})
"""
)
THEIRS = (
    COMMON
    + """
import pyshacl, rdflib
data = rdflib.Graph().parse("data.nt", format="nt")
shapes = rdflib.Graph().parse("ontology/shapes/shapes.ttl")
before = cpu()
report = pyshacl.validate(data, shacl_graph=shapes, inplace=True)[1]
spent = cpu() - before
SH = rdflib.SH
from rdflib.collection import Collection
def path(node):
    if node is None or isinstance(node, rdflib.URIRef):
        return str(node or "")
    inner = report.value(node, SH.inversePath)
    if inner is not None:
        return "^<%s>" % inner
    return "/".join("<%s>" % item for item in Collection(report, node))
def text(node):
    return "" if node is None else node.n3()
rows = set()
for node in report.objects(None, SH.result):
    get = lambda name: report.value(node, SH[name])
    component = str(get("sourceConstraintComponent")).rpartition("#")[2].removesuffix("ConstraintComponent")
    rows.add((str(get("focusNode")), path(get("resultPath")), text(get("value")), component))
rows = sorted(rows)
"""
)
TAIL = """
import hashlib
spaced = [list(row) for row in rows]
json.dump({"validating": spent, "process": cpu(), "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
           "results": len(rows), "rows": spaced if len(rows) < 200000 else []}, sys.stdout)
"""


def run(code: str, folder: Path) -> dict[str, object]:
    """One process; what it prints."""
    done = subprocess.run([sys.executable, "-c", code + TAIL], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def median(answers: list[dict[str, object]], name: str) -> float:
    return statistics.median(float(str(answer[name])) for answer in answers)


def main() -> None:
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    triples, runs = (*numbers, 100_000, 1)[:2] if len(numbers) != 1 else (numbers[0], 1)
    engines = {"hrdgraph": OURS} if "--alone" in sys.argv else {"hrdgraph": OURS, "pySHACL": THEIRS}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "ontology" / "shapes").mkdir(parents=True)
        (folder / "ontology" / "shapes" / "shapes.ttl").write_text(SHAPES, "utf-8")
        with (folder / "data.nt").open("w", encoding="utf-8") as file:
            count = sum(1 for line in made(triples) if file.write(line + "\n"))
        print(f"{count:,} triples, {runs} run(s)\n\n| engine | validating, CPU s | process, CPU s | memory, MB | results |")
        print("|---|--:|--:|--:|--:|", flush=True)
        answers = {engine: [run(code, folder) for _ in range(runs)] for engine, code in engines.items()}
    for engine, told in answers.items():
        figures = " | ".join(f"{median(told, name):,.{digits}f}" for name, digits in FIGURES)
        print(f"| {engine} | {figures} |")
    if len(engines) == 2:
        compare(answers)


FIGURES = (("validating", 2), ("process", 2), ("memory", 0), ("results", 0))


def compare(answers: dict[str, list[dict[str, object]]]) -> None:
    """Print the ratio; exit with an error where results differ but for what is argued in tests/validate/engine."""
    ours, theirs = ({tuple(row) for row in told[0]["rows"]} for told in answers.values())  # type: ignore[attr-defined]
    ratio = median(answers["pySHACL"], "validating") / median(answers["hrdgraph"], "validating")
    print(f"\nratio of CPU while validating: {ratio:.0f}")
    for name, rows in (("only hrdgraph", ours - theirs), ("only pySHACL", theirs - ours)):
        for row in sorted(rows)[:5]:
            print(f"{name}: {row}")
    if ours != theirs:
        sys.exit(f"results differ: {len(ours - theirs)} only ours, {len(theirs - ours)} only theirs")
    print("results are equal")


if __name__ == "__main__":
    main()
