"""A project with a canary in each kind of place that must not get out. A canary is a word that nothing else in the project has."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import polars as pl
import pyoxigraph as ox
from tests.small_projects import create_small_project

EXAMPLE = Path("data/sources/example")
PLACES = (
    "property", "column", "columnkey", "joined", "function", "restricted", "restrictedtable", "table", "tablekey", "row", "rowkey", "rowname",
    "note", "source", "sourcefile", "sourcetitle", "sourcekey", "risk", "expect", "judgement", "snapshot", "words", "unmapped", "place",
    "claimkey", "claimname",
)  # fmt: skip
SAID = (
    "description",
    "disambiguatingDescription",
    "url",
    "colleague",
    "keywords",
    "identifier",
    "name",
)
RESTRICTED = ("restricted", "restrictedtable")


def canary(place: str, flock: str = "A") -> str:
    """The canary of a place. Two flocks differ in nothing else."""
    return f"canary{place}é{flock}q"


def make(folder: Path, flock: str = "A") -> Path:
    """A project with a canary in each place."""
    create_small_project(folder, "Canaries")
    with (folder / "hrdgraph.toml").open(
        "a", encoding="utf-8"
    ) as file:  # what is withheld here must be so for another reason
        file.write(
            f"public_properties = {json.dumps([f'https://schema.org/{name}' for name in SAID])}\n"
        )
        file.write('public_classes = ["https://schema.org/ContactPage"]\n')
    bird = {place: canary(place, flock) for place in PLACES}
    key = {place: f"canary{place}{flock}q" for place in PLACES}
    _public(folder, bird, key)
    _secret(folder / "data" / "sources" / f"secret{key['source']}", bird, key)
    _judged(folder, bird, key)
    (folder / "data" / "snapshots").mkdir(exist_ok=True)
    (folder / "data" / "snapshots" / "page.txt").write_text(
        f"A page that says {bird['snapshot']} and {bird['words']}.", encoding="utf-8"
    )
    return folder


def _public(folder: Path, bird: dict[str, str], key: dict[str, str]) -> None:
    source = folder / EXAMPLE
    page = "https://example.org/award/2023"
    (source / "people.csv").write_text(
        "key,name,source_url,birth,phone,remark,lat,risk,visibility,idle\n"
        f"Ada_Example,Ada Example,{page},{bird['property']},{bird['column']},{bird['restricted']},{bird['place']},,,{bird['unmapped']}\n"
        "Berta_Example,Berta Example,https://example.org/award/2024,,,,,,public,\n"
        f"{key['rowkey']},{bird['rowname']},{page},,,,,,withheld,\n"
        f"Rosa_Risk,Rosa Risk,{page},,,,,true,,\n"
        f"{key['claimkey']},{bird['claimname']},{page},,,,,,,\n",
        encoding="utf-8",
    )
    (source / "conferrals.csv").write_text(
        "award_key,year,person_key,outcome,date,source_url,visibility,note\n"
        "example-award,2023,Ada_Example,laureate,2023-12-10,https://example.org/award/2023,,\n"
        "example-award,2024,Berta_Example,laureate,2024-12,https://example.org/award/2024,,\n"
        f"example-award,2024,{key['rowkey']},finalist,,https://example.org/award/2024,withheld,{bird['row']}\n"
        "example-award,2023,Rosa_Risk,finalist,,https://example.org/award/2023,,\n"
        f"example-award,2023,{key['claimkey']},finalist,,https://example.org/award/2023,withheld,\n",
        encoding="utf-8",
    )
    (source / "contacts.csv").write_text(
        f"person_key,friend_key,friend_name,city\nAda_Example,{key['tablekey']},{bird['table']},{bird['joined']}\n",
        encoding="utf-8",
    )
    (source / "trusted.csv").write_text(
        f"person_key,said\nAda_Example,{bird['restrictedtable']}\n", encoding="utf-8"
    )
    (source / "risks.csv").write_text(
        f"person_key,role\nRosa_Risk,{bird['risk']}\n", encoding="utf-8"
    )
    description = (source / "source.toml").read_text("utf-8")
    description = description.replace(
        'name = { required = true }\nsource_url = { required = true, type = "uri" }',
        'name = { required = true }\nsource_url = { required = true, type = "uri" }\nphone = { visibility = "withheld" }\n'
        'remark = { visibility = "restricted" }\nidle = { visibility = "withheld" }',
        1,
    )
    description = description.replace(
        'mapping = "mapping.ttl"', 'mapping = "mapping.ttl"\nkind = "award-list"'
    )
    # what is withheld there is the claim, not who is in it
    description = description.replace(
        'file = "conferrals.csv"', 'file = "conferrals.csv"\nhides = "row"', 1
    )
    description += (
        '\n[[table]]\nfile = "contacts.csv"\nvisibility = "withheld"\n[[table]]\nfile = "trusted.csv"\nvisibility = "restricted"\n'
        '[[table]]\nfile = "risks.csv"\n'
        '\n[[expect]]\ntitle = "different phones"\ntable = "people.csv"\ndistinct = ["phone"]\nmin_rows = 99\n'
        '\n[[expect]]\ntitle = "different births"\ntable = "people.csv"\ncomplete = ["birth", "phone"]\n'
    )
    (source / "source.toml").write_text(description, encoding="utf-8")
    with (source / "mapping.ttl").open("a", encoding="utf-8") as file:
        file.write(_MAPPING)


_MAPPING = """
@prefix schema: <https://schema.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
:more a rml:TriplesMap ; rml:logicalSource :people ;
    rml:subjectMap [ rml:template "https://example.org/id/person/example/{key}" ] ;
    rml:predicateObjectMap [ rml:predicate hrd:birthDate ; rml:objectMap [ rml:reference "birth" ] ] ;
    rml:predicateObjectMap [ rml:predicate schema:description ; rml:objectMap [ rml:reference "phone" ] ] ;
    rml:predicateObjectMap [ rml:predicate schema:disambiguatingDescription ; rml:objectMap [ rml:template "call {phone} of {name}" ; rml:termType rml:Literal ] ] ;
    rml:predicateObjectMap [ rml:predicate schema:url ; rml:objectMap [ rml:template "https://example.org/line/{phone}" ; rml:termType rml:IRI ] ] ;
    rml:predicateObjectMap [ rml:predicate hrd:note ; rml:objectMap [ rml:reference "remark" ; rml:language "en" ] ] ;
    rml:predicateObjectMap [ rml:predicate schema:latitude ; rml:objectMap [ rml:reference "lat" ] ] ;
    rml:predicateObjectMap [ rml:predicate hrd:atRisk ; rml:objectMap [ rml:reference "risk" ; rml:datatype xsd:boolean ] ] ;
    rml:predicateObjectMap [ rml:predicate hrd:visibility ;
        rml:objectMap [ rml:template "https://w3id.org/hrdgraph/vocabulary/visibility/{visibility}" ] ] .
:line a rml:TriplesMap ; rml:logicalSource :people ;
    rml:subjectMap [ rml:template "https://example.org/line/{phone}" ; rml:class schema:ContactPage ] ;
    rml:predicateObjectMap [ rml:predicate skos:prefLabel ; rml:object "a line" ] ;
    rml:predicateObjectMap [ rml:predicate schema:name ; rml:objectMap [ rml:functionExecution [ rml:function hrdf:orElse ;
        rml:input [ rml:parameter hrdf:value ; rml:inputValueMap [ rml:reference "phone" ] ] ,
            [ rml:parameter hrdf:otherwise ; rml:inputValueMap [ rml:reference "name" ] ] ] ] ] .
:claims a rml:TriplesMap ; rml:logicalSource :conferrals ;
    rml:subjectMap [ rml:template "https://example.org/id/conferral/example/{award_key}/{year}/{person_key}" ] ;
    rml:predicateObjectMap [ rml:predicate hrd:note ; rml:objectMap [ rml:reference "note" ; rml:language "en" ] ] ;
    rml:predicateObjectMap [ rml:predicate hrd:visibility ;
        rml:objectMap [ rml:template "https://w3id.org/hrdgraph/vocabulary/visibility/{visibility}" ] ] .
:contacts a rml:LogicalSource ;
    rml:source [ a rml:RelativePathSource ; rml:root rml:MappingDirectory ; rml:path "contacts.csv" ; rml:null "" ] ;
    rml:referenceFormulation rml:CSV .
:friend a rml:TriplesMap ; rml:logicalSource :contacts ;
    rml:subjectMap [ rml:template "https://example.org/id/person/example/{friend_key}" ; rml:class foaf:Person ] ;
    rml:predicateObjectMap [ rml:predicate skos:prefLabel ; rml:objectMap [ rml:reference "friend_name" ] ] ;
    rml:predicateObjectMap [ rml:predicate schema:colleague ; rml:objectMap [ rml:template "https://example.org/id/person/example/{person_key}" ] ] .
:known a rml:TriplesMap ; rml:logicalSource :people ;
    rml:subjectMap [ rml:template "https://example.org/id/person/example/{key}" ] ;
    rml:predicateObjectMap [ rml:predicate schema:colleague ; rml:objectMap [ rml:parentTriplesMap :friend ;
        rml:joinCondition [ rml:child "key" ; rml:parent "person_key" ] ] ] .
:met a rml:LogicalView ; rml:viewOn :people ;
    rml:field [ a rml:ExpressionField ; rml:fieldName "key" ; rml:reference "key" ] ;
    rml:leftJoin [ rml:parentLogicalView :friends ; rml:joinCondition [ rml:child "key" ; rml:parent "person_key" ] ;
        rml:field [ a rml:ExpressionField ; rml:fieldName "city" ; rml:reference "city" ] ] .
:friends a rml:LogicalView ; rml:viewOn :contacts ;
    rml:field [ a rml:ExpressionField ; rml:fieldName "person_key" ; rml:reference "person_key" ] ,
        [ a rml:ExpressionField ; rml:fieldName "city" ; rml:reference "city" ] .
:meeting a rml:TriplesMap ; rml:logicalSource :met ;
    rml:subjectMap [ rml:template "https://example.org/id/person/example/{key}" ] ;
    rml:predicateObjectMap [ rml:predicate schema:keywords ; rml:objectMap [ rml:reference "city" ] ] ;
    rml:predicateObjectMap [ rml:predicate schema:identifier ; rml:objectMap [ rml:template "known as {key}" ; rml:termType rml:Literal ] ] .
:trusted a rml:TriplesMap ;
    rml:logicalSource [ rml:source [ a rml:RelativePathSource ; rml:root rml:MappingDirectory ; rml:path "trusted.csv" ] ;
        rml:referenceFormulation rml:CSV ] ;
    rml:subjectMap [ rml:template "https://example.org/id/person/example/{person_key}" ] ;
    rml:predicateObjectMap [ rml:predicate schema:award ; rml:objectMap [ rml:reference "said" ] ] .
:risks a rml:TriplesMap ;
    rml:logicalSource [ rml:source [ a rml:RelativePathSource ; rml:root rml:MappingDirectory ; rml:path "risks.csv" ] ;
        rml:referenceFormulation rml:CSV ] ;
    rml:subjectMap [ rml:template "https://example.org/id/person/example/{person_key}" ] ;
    rml:predicateObjectMap [ rml:predicate hrd:occupation ; rml:objectMap [ rml:reference "role" ] ] .
"""


def _secret(folder: Path, bird: dict[str, str], key: dict[str, str]) -> None:
    folder.mkdir(parents=True)
    table = f"{key['sourcefile']}.csv"
    (folder / table).write_text(
        f"key,name,source_url\n{key['sourcekey']},{bird['source']},https://example.org/{key['source']}\n",
        encoding="utf-8",
    )
    (folder / "source.toml").write_text(
        f'title = "{bird["sourcetitle"]}"\npublisher = "{bird["sourcetitle"]}"\nlicence = "none"\nlanguage = "en"\nvisibility = "withheld"\n'
        f'[[table]]\nfile = "{table}"\nprimary_key = ["key"]\n[[expect]]\ntitle = "{bird["expect"]}"\ntable = "{table}"\nmin_rows = 9\n',
        encoding="utf-8",
    )
    (folder / "mapping.ttl").write_text(
        """@prefix rml: <http://w3id.org/rml/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
<#p> a rml:TriplesMap ; rml:logicalSource [ rml:source [ a rml:RelativePathSource ; rml:root rml:MappingDirectory ; rml:path "TABLE" ] ;
  rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:template "https://example.org/id/person/secret/{key}" ; rml:class foaf:Person ] ;
  rml:predicateObjectMap [ rml:predicate skos:prefLabel ; rml:objectMap [ rml:reference "name" ] ] .
""".replace("TABLE", table),
        encoding="utf-8",
    )


def _judged(folder: Path, bird: dict[str, str], key: dict[str, str]) -> None:
    secret, near = (
        f"https://example.org/id/person/secret/{key['sourcekey']}",
        "https://example.org/id/person/secret/canarysourcekeq",
    )
    claimed = f"https://example.org/id/person/example/{key['claimkey']}"  # only a withheld claim speaks of this one
    with (folder / "data" / "judgements.csv").open("a", encoding="utf-8") as file:
        file.write(
            f"{secret},https://example.org/id/person/example/Ada_Example,same,me,2026-01-01,{bird['judgement']}\n"
        )
        file.write(
            "https://example.org/id/person/example/Rosa_Risk,http://www.wikidata.org/entity/Q424242,same,me,2026-01-01,a guess\n"
        )
        file.write(
            f"{claimed},https://example.org/id/person/example/Ada_Example,same,me,2026-01-01,a guess\n"
        )
        file.write(f"{claimed},http://www.wikidata.org/entity/Q525252,same,me,2026-01-01,a guess\n")
        file.write(
            f"{near},https://example.org/id/person/example/Berta_Example,unsure,me,2026-01-01,a guess\n"
        )


def forms(word: str) -> list[bytes]:
    """How a word may be written in a file."""
    plain = word.replace("é", "")
    texts = {
        word,
        json.dumps(word)[1:-1],
        quote(word),
        plain,
        word.replace("é", "\\u00E9"),
        word.replace("é", "&#233;"),
    }
    return [text.encode() for text in sorted(texts)] + [
        word.encode("utf-16-le"),
        word.encode("latin-1"),
    ]


def read_outputs(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield all that a file or folder holds, unpacked; written apart from what the program does for the same end."""
    files = sorted(item for item in path.rglob("*") if item.is_file()) if path.is_dir() else [path]
    for file in files:
        if "private" not in file.relative_to(path if path.is_dir() else path.parent).parts:
            yield str(file), str(file.relative_to(path.parent)).encode() + b"\n" + file.read_bytes()
            yield from ((f"{file}!", data) for data in _inside(file.read_bytes()))
    if (path / "store" / "CURRENT").is_file():
        yield "store", "\n".join(map(str, ox.Store.read_only(str(path / "store")))).encode()


def _inside(data: bytes) -> Iterator[bytes]:
    if data.startswith(b"PAR1"):
        yield pl.read_parquet(io.BytesIO(data)).write_json().encode()
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield name.encode() + archive.read(name)
    for magic, unpack in (
        (b"\x1f\x8b", gzip.decompress),
        (b"BZh", bz2.decompress),
        (b"\xfd7zXZ", lzma.decompress),
    ):
        if data.startswith(magic):
            yield unpack(data)
