"""A number of people → a project folder that also other engines can map and validate: four
tables made with a fixed seed, a mapping in the older RML vocabulary, which all read, and the
shapes of the validation benchmark. One value in a hundred is wrong.
"""

from __future__ import annotations

import csv
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from hrdgraph.project import find_folder

EX = "http://example.com/"
SOURCE = Path("data", "sources", "dump")
MAIN = "from hrdgraph.cli import main; main()"
PREFIXES = """@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SETTINGS = """title = "A dump"
publisher = "Nobody"
address = "http://example.com/"
licence = "CC0-1.0"
language = "en"
visibility = "public"
mapping = "mapping.ttl"
"""

Row = dict[str, object]


class Table(NamedTuple):
    """What a table is about, the class of it if any, and each column's property with what a cell
    becomes: a thing (`thing:` and how its name begins), or a literal (its datatype, or @ and its
    language; none where nothing follows). No cell is empty, since engines differ about these:
    what few have is in a table of its own."""

    subject: str
    columns: dict[str, str]
    kind: str = ""


TABLES = {
    "organisation": Table(
        "organisation", {"country": "thing:", "founded": "gYear", "name": ""}, "Organisation"
    ),
    "acronym": Table("organisation", {"acronym": ""}),
    "award": Table(
        "award",
        {"title": "", "display": "", "since": "integer", "givenBy": "thing:organisation/"},
        "Award",
    ),
    "person": Table(
        "person",
        {
            "birth": "date",
            "joined": "date",
            "death": "date",
            "email": "",
            "label_en": "@en",
            "label_fr": "@fr",
            "age": "integer",
            "knows": "thing:person/",
            "rivalOf": "thing:person/",
        },
        "Person",
    ),
    "person_name": Table("person", {"name": ""}),
    "member": Table("person", {"memberOf": "thing:organisation/"}),
    "member_of_person": Table("person", {"memberOf": "thing:person/"}),
    "conferral": Table(
        "conferral",
        {
            "award": "thing:award/",
            "status": "thing:",
            "year": "integer",
            "evidence": "thing:evidence/",
        },
        "Conferral",
    ),
    "recipient": Table("conferral", {"recipient": "thing:person/"}),
    "recipient_page": Table("conferral", {"recipient": "thing:evidence/"}),
    "page": Table("evidence", {"page": "anyURI"}),
    "page_text": Table("evidence", {"text": ""}),
}


def make(folder: Path, people: int, shapes: str) -> None:
    """Write the project."""
    subprocess.run(
        [sys.executable, "-c", MAIN, "init", str(folder)], check=True, capture_output=True
    )
    shutil.copytree(find_folder("ontology"), folder / "ontology")
    for place in (folder / "data" / "sources", folder / "ontology" / "shapes"):
        shutil.rmtree(place)
        place.mkdir()
    (folder / "ontology" / "shapes" / "bench.ttl").write_text(shapes, encoding="utf-8")
    with (folder / "hrdgraph.toml").open("a", encoding="utf-8") as file:
        file.write(_public())
    source = folder / SOURCE
    source.mkdir()
    (source / "mapping.ttl").write_text(mapping(), encoding="utf-8")
    (source / "source.toml").write_text(
        "\n".join([SETTINGS, *map(_described, TABLES)]), encoding="utf-8"
    )
    grouped: dict[str, list[Row]] = {name: [] for name in TABLES}
    for name, row in rows(people):
        grouped[name].append(row)
    for name, some in grouped.items():
        with (source / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, ["id", *TABLES[name].columns], lineterminator="\n")
            writer.writeheader()
            writer.writerows(some)


def _public() -> str:
    """That all may be published: of what no ontology declares, nothing is unless a project says
    so."""
    classes = {EX + table.kind for table in TABLES.values() if table.kind}
    properties = {EX + one.partition("_")[0] for table in TABLES.values() for one in table.columns}
    return f"public_classes = {sorted(classes)}\npublic_properties = {sorted(properties)}\n"


def _described(table: str) -> str:
    fields = "".join(
        f"{column} = {{ required = true }}\n" for column in ("id", *TABLES[table].columns)
    )
    return f'[[table]]\nfile = "{table}.csv"\nprimary_key = ["id"]\n[table.fields]\n{fields}'


def mapping() -> str:
    """The mapping document: one triples map a table."""
    return PREFIXES + "\n".join(_triples_map(name, table) for name, table in TABLES.items())


def _triples_map(name: str, table: Table) -> str:
    lines = [
        f'<#{name}> rml:logicalSource [ rml:source "{name}.csv" ; rml:referenceFormulation ql:CSV ]'
    ]
    lines.append(
        f"rr:subjectMap [ rr:template "
        f'"{EX}{table.subject}/{{id}}"{f" ; rr:class <{EX}{table.kind}>" if table.kind else ""} ]'
    )
    lines += [
        f"rr:predicateObjectMap [ rr:predicate <{EX}{column.partition('_')[0]}> ; rr:objectMap [ "
        f"{_object(column, how)} ] ]"
        for column, how in table.columns.items()
    ]
    return " ;\n  ".join(lines) + " .\n"


def _object(column: str, how: str) -> str:
    if how.startswith("thing:"):
        return f'rr:template "{EX}{how.removeprefix("thing:")}{{{column}}}"'
    more = (
        f' ; rr:language "{how[1:]}"'
        if how.startswith("@")
        else f" ; rr:datatype xsd:{how}"
        if how
        else ""
    )
    return f'rml:reference "{column}"{more}'


def rows(people: int) -> Iterator[tuple[str, Row]]:
    """Every row, with the name of its table."""
    rng = random.Random(11)
    groups, awards = max(3, people // 20), max(2, people // 200)
    for n in range(groups):
        yield from _organisation(n, rng)
    for n in range(awards):
        yield (
            "award",
            {
                "title": f"Award {n}",
                "display": f"Award {'?' if _bad(rng) else n}",
                "since": 1950 + n % 50,
                "givenBy": n % groups,
                "id": n,
            },
        )
    for n in range(people):
        yield from _person(n, people, groups, rng)
        yield from _conferral(n, awards, rng)


def _bad(rng: random.Random) -> bool:
    return rng.random() < 0.01


def _organisation(n: int, rng: random.Random) -> Iterator[tuple[str, Row]]:
    country, founded = "xx" if _bad(rng) else rng.choice(("fr", "ru", "co", "us")), 1900 + n % 120
    yield (
        "organisation",
        {"id": n, "country": country, "founded": founded, "name": f"Organisation {n}"},
    )
    if _bad(rng):
        yield "acronym", {"id": n, "acronym": f"O{n}"}


def _person(n: int, people: int, groups: int, rng: random.Random) -> Iterator[tuple[str, Row]]:
    born = 1900 + rng.randrange(90)
    row = {
        "id": n,
        "birth": f"{born}-0{rng.randrange(1, 10)}-1{rng.randrange(10)}",
        "joined": f"{born + 20}-02-11",
        "death": f"{born - 1 if _bad(rng) else born + 40}-01-01",
        "email": f"p{n}{'_' if _bad(rng) else ''}@example.org",
        "label_en": f"Person {n}",
        "label_fr": f"Personne {n}",
        "age": 500 if _bad(rng) else rng.randrange(100),
        "knows": rng.randrange(people),
        "rivalOf": rng.randrange(people),
    }
    yield "person", row
    if not _bad(rng):
        yield "person_name", {"id": n, "name": f"Person {n}"}
    wrong = _bad(rng)
    yield (
        "member_of_person" if wrong else "member",
        {"id": n, "memberOf": (n + 1) % people if wrong else n % groups},
    )


def _conferral(n: int, awards: int, rng: random.Random) -> Iterator[tuple[str, Row]]:
    status, early = "unsure" if _bad(rng) else "asserted", _bad(rng)
    year = 1947 + n % awards % 50 if early else 2000 + rng.randrange(25)
    yield "conferral", {"id": n, "award": n % awards, "status": status, "evidence": n, "year": year}
    yield "recipient_page" if _bad(rng) else "recipient", {"id": n, "recipient": n}
    yield "page", {"id": n, "page": f"{EX}page/{n}"}
    if _bad(rng):
        yield "page_text", {"id": n, "text": "quoted"}
