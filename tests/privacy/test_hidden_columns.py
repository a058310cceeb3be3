"""A hidden column stands in nothing public, whatever a mapping makes of it: members of collections, statements about
statements, joins from either side."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Final

import pytest
from tests.pipeline.canaries import read_outputs
from tests.small_projects import create_small_project

from hrdgraph.errors import Origin
from hrdgraph.explain.lineage import plan_sources
from hrdgraph.mapping.model import Constant
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.privacy.levels import Level
from hrdgraph.privacy.node_kinds import Missing
from hrdgraph.privacy.redaction import find_secrets
from hrdgraph.privacy.rule_visibility import Visible
from hrdgraph.privacy.warnings import find_unlisted
from hrdgraph.project import open_project
from hrdgraph.rdf import IRI

SECRET: Final = "teléfono-de-María-José-Ñáñez-3104417733"
PREDICATES: Final = {
    "list": True, "seq": True, "open_list": False, "gathered": True, "open_gathered": False, "reified": True, "open_reified": False,
    "joined_child": True, "joined_parent": True, "joined_key": True, "open_joined": False, "of_collection": True,
}  # fmt: skip
TABLE: Final = (
    "id,name,nick,phone,team\n"
    f"m1,María José Ñáñez de la Peña,Majo,{SECRET},río\n"
    "w2,王小明,小明,+86-10-5555,río\n"
    "a3,عبد الرحمن الشامي,أبو علي,+963-11-5555,جبل\n"
)
OFFICES: Final = f"phone,city,code\n{SECRET},Ñuñoa,m1\n+86-10-5555,北京,w2\n"


def write(folder: Path) -> Path:
    create_small_project(folder, "Equipos")
    shutil.rmtree(folder / "data" / "sources" / "example")
    source = folder / "data" / "sources" / "equipos"
    source.mkdir()
    (source / "gente.csv").write_text(TABLE, "utf-8")
    (source / "oficinas.csv").write_text(OFFICES, "utf-8")
    (source / "source.toml").write_text(
        'title = "Equipos"\npublisher = "Comité"\nlicence = "CC0-1.0"\nlanguage = "es"\nmapping = "mapping.ttl"\n'
        '[[table]]\nfile = "gente.csv"\nwithheld = ["phone"]\n'
        '[[table]]\nfile = "oficinas.csv"\n',
        "utf-8",
    )
    (source / "mapping.ttl").write_text(MAPPING, "utf-8")
    with (folder / "hrdgraph.toml").open("a", encoding="utf-8") as file:
        file.write(f"public_properties = {json.dumps([f'{E}{name}' for name in PREDICATES])}\n")
        file.write(f'public_classes = ["{E}Team"]\n')
    return folder


E: Final = "https://equipos.example.org/"
MAPPING: Final = """
@prefix rml: <http://w3id.org/rml/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix e: <https://equipos.example.org/> .
@base <https://equipos.example.org/mapping> .

<#people> rml:source [ a rml:RelativePathSource ; rml:root rml:MappingDirectory ; rml:path "gente.csv" ] ;
    rml:referenceFormulation rml:CSV .
<#offices> rml:source [ a rml:RelativePathSource ; rml:root rml:MappingDirectory ; rml:path "oficinas.csv" ] ;
    rml:referenceFormulation rml:CSV .
<#office> a rml:TriplesMap ; rml:logicalSource <#offices> ;
    rml:subjectMap [ rml:template "https://equipos.example.org/oficina/{city}" ; rml:class e:Team ] .
<#team> a rml:TriplesMap ; rml:logicalSource <#people> ;
    rml:subjectMap [ rml:template "https://equipos.example.org/{id}" ; rml:class e:Team ] ;
    rml:predicateObjectMap [ rml:predicate e:list ; rml:objectMap [
        rml:gather ( [ rml:reference "nick" ] [ rml:reference "phone" ] ) ; rml:gatherAs rdf:List ] ] ;
    rml:predicateObjectMap [ rml:predicate e:seq ; rml:objectMap [
        rml:gather ( [ rml:reference "nick" ] [ rml:template "tel:{phone}" ; rml:termType rml:IRI ] ) ; rml:gatherAs rdf:Seq ] ] ;
    rml:predicateObjectMap [ rml:predicate e:open_list ; rml:objectMap [
        rml:gather ( [ rml:reference "nick" ] [ rml:reference "name" ] ) ; rml:gatherAs rdf:List ] ] ;
    rml:predicateObjectMap [ rml:predicate e:gathered ; rml:objectMap [
        rml:template "https://equipos.example.org/tel/{team}" ; rml:gather ( [ rml:reference "phone" ] ) ; rml:gatherAs rdf:Bag ] ] ;
    rml:predicateObjectMap [ rml:predicate e:of_collection ; rml:objectMap [
        rml:template "https://equipos.example.org/col/{phone}" ; rml:gather ( [ rml:reference "nick" ] ) ; rml:gatherAs rdf:Bag ] ] ;
    rml:predicateObjectMap [ rml:predicate e:open_gathered ; rml:objectMap [
        rml:template "https://equipos.example.org/all/{team}" ; rml:gather ( [ rml:reference "nick" ] ) ; rml:gatherAs rdf:Bag ] ] ;
    rml:predicateObjectMap [ rml:predicate e:joined_key ; rml:objectMap [ rml:parentTriplesMap <#office> ;
        rml:joinCondition [ rml:child "phone" ; rml:parent "phone" ] ] ] ;
    rml:predicateObjectMap [ rml:predicate e:open_joined ; rml:objectMap [ rml:parentTriplesMap <#office> ;
        rml:joinCondition [ rml:child "id" ; rml:parent "code" ] ] ] .
<#stated> a rml:TriplesMap ; rml:logicalSource <#people> ;
    rml:subjectMap [ rml:template "https://equipos.example.org/dicho/{id}" ; rml:class rdf:Statement ] ;
    rml:predicateObjectMap [ rml:predicate rdf:subject ; rml:objectMap [ rml:template "https://equipos.example.org/{id}" ] ] ;
    rml:predicateObjectMap [ rml:predicate rdf:predicate ; rml:object e:reified ] ;
    rml:predicateObjectMap [ rml:predicate rdf:object ; rml:objectMap [ rml:reference "phone" ] ] .
<#stated_openly> a rml:TriplesMap ; rml:logicalSource <#people> ;
    rml:subjectMap [ rml:template "https://equipos.example.org/abierto/{id}" ; rml:class rdf:Statement ] ;
    rml:predicateObjectMap [ rml:predicate rdf:subject ; rml:objectMap [ rml:template "https://equipos.example.org/{id}" ] ] ;
    rml:predicateObjectMap [ rml:predicate rdf:predicate ; rml:object e:open_reified ] ;
    rml:predicateObjectMap [ rml:predicate rdf:object ; rml:objectMap [ rml:reference "nick" ] ] .
<#people_of> a rml:TriplesMap ; rml:logicalSource <#people> ;
    rml:subjectMap [ rml:template "https://equipos.example.org/tel/{phone}" ; rml:class e:Team ] .
<#from_offices> a rml:TriplesMap ; rml:logicalSource <#offices> ;
    rml:subjectMap [ rml:template "https://equipos.example.org/oficina/{city}" ] ;
    rml:predicateObjectMap [ rml:predicate e:joined_parent ; rml:objectMap [ rml:parentTriplesMap <#people_of> ;
        rml:joinCondition [ rml:child "code" ; rml:parent "id" ] ] ] ;
    rml:predicateObjectMap [ rml:predicate e:joined_child ; rml:objectMap [ rml:parentTriplesMap <#team> ;
        rml:joinCondition [ rml:child "phone" ; rml:parent "phone" ] ] ] .
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write(tmp_path_factory.mktemp("columnas") / "equipos")
    build(open_project(folder), BuildOptions(validate=False))
    return folder


@pytest.mark.parametrize("predicate", PREDICATES)
def test_a_statement_is_hidden_if_a_hidden_column_is_in_it(predicate: str, project: Path) -> None:
    graph = (project / "build" / "graph.nq").read_text("utf-8")
    assert (f"{E}{predicate}>" not in graph) is PREDICATES[predicate]


def test_no_public_byte_has_the_cell(project: Path) -> None:
    words = (
        SECRET,
        SECRET.encode("ascii", "backslashreplace").decode(),
        "3104417733",
        "+86-10-5555",
    )
    assert [
        (name, word)
        for name, data in read_outputs(project / "build")
        for word in words
        if word.encode() in data
    ] == []
    graph = (project / "build" / "graph.nq").read_text("utf-8")
    assert all(nick in graph for nick in ("Majo", "小明", "أبو علي"))


QUOTED: Final = (
    MAPPING
    + """
<#phone> a rml:NonAssertedTriplesMap ; rml:logicalSource <#people> ;
    rml:subjectMap [ rml:template "https://equipos.example.org/{id}" ] ;
    rml:predicateObjectMap [ rml:predicate e:phone ; rml:objectMap [ rml:reference "phone" ] ] .
<#nick> a rml:NonAssertedTriplesMap ; rml:logicalSource <#people> ;
    rml:subjectMap [ rml:template "https://equipos.example.org/{id}" ] ;
    rml:predicateObjectMap [ rml:predicate e:nick ; rml:objectMap [ rml:reference "nick" ] ] .
<#quotes> a rml:TriplesMap ; rml:logicalSource <#people> ;
    rml:subjectMap [ rml:template "https://equipos.example.org/{id}" ] ;
    rml:predicateObjectMap [ rml:predicate e:quoted ; rml:objectMap [ rml:quotedTriplesMap <#phone> ] ] ;
    rml:predicateObjectMap [ rml:predicate e:quoted_in_bag ; rml:objectMap [
        rml:gather ( [ rml:quotedTriplesMap <#phone> ] ) ; rml:gatherAs rdf:Bag ] ] ;
    rml:predicateObjectMap [ rml:predicate e:open_quoted ; rml:objectMap [ rml:quotedTriplesMap <#nick> ] ] .
"""
)


def levels_in(folder: Path) -> dict[str, set[Level]]:
    """The levels of the rules of each property."""
    opened, levels = open_project(folder), dict[str, set[Level]]()
    visible = Visible(opened.sources)
    for item in plan_sources(opened, opened.sources):
        for rule in item.plan.rules:
            made = rule.predicate.expression
            if isinstance(made, Constant) and isinstance(made.term, IRI):
                name = made.term.value.removeprefix(E)
                levels.setdefault(name, set()).add(visible.of(item, rule).level)
    return levels


def test_a_quoted_triple_has_the_level_of_what_it_is_made_of(tmp_path: Path) -> None:
    """A build refuses them; whoever asks for the level of a rule is told the truth all the same."""
    folder = write(tmp_path / "equipos")
    (folder / "data" / "sources" / "equipos" / "mapping.ttl").write_text(QUOTED, "utf-8")
    levels = levels_in(folder)
    assert levels["quoted"] == levels["quoted_in_bag"] == {Level.WITHHELD}
    assert levels["open_quoted"] == {Level.PUBLIC}


@pytest.mark.parametrize(
    ("owner", "level"),
    [("", Level.PUBLIC), ('visibility = "restricted"\n', Level.RESTRICTED), ('visibility = "withheld"\n', Level.WITHHELD)],
)  # fmt: skip
def test_whoever_reads_the_file_of_another_source_heeds_what_that_says(
    owner: str, level: Level, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a table that it describes, of a column of it, and of a file of which it says nothing."""
    folder = write(tmp_path / "equipos")
    source, other = (folder / "data" / "sources" / name for name in ("equipos", "anuario"))
    (source / "source.toml").write_text(
        owner + (source / "source.toml").read_text("utf-8"), "utf-8"
    )
    (source / "notas.csv").write_text("id,nota\nm1,Ñuñoa\n", "utf-8")
    (source / "otras.csv").write_text("id,nota\nm1,Ñuñoa\n", "utf-8")
    description = (source / "source.toml").read_text("utf-8")
    (source / "source.toml").write_text(
        description + '[[file]]\nname = "notas.csv"\nvisibility = "restricted"\n', "utf-8"
    )
    other.mkdir()
    maps = "".join(
        f'<#{name}> a rml:TriplesMap ; rml:logicalSource [ rml:source [ a rml:RelativePathSource ; rml:root rml:CurrentWorkingDirectory ; rml:path '
        f'"data/sources/equipos/{file}" ] ; rml:referenceFormulation rml:CSV ] ; rml:subjectMap [ rml:template "https://equipos.example.org/{{id}}" ] ;\n'
        f'  rml:predicateObjectMap [ rml:predicate e:{name} ; rml:objectMap [ rml:reference "{column}" ] ] .\n'
        for name, file, column in (
            ("apodo", "gente.csv", "nick"), ("tel", "gente.csv", "phone"), ("nota", "notas.csv", "nota"), ("otra", "otras.csv", "nota"),
        )
    )  # fmt: skip
    (other / "mapping.ttl").write_text(MAPPING[: MAPPING.index("<#people>")] + maps, "utf-8")
    (other / "source.toml").write_text(
        'title = "Anuario"\npublisher = "Comité"\nlicence = "CC0-1.0"\nlanguage = "es"\nmapping = "mapping.ttl"\n',
        "utf-8",
    )
    monkeypatch.chdir(folder)
    levels = levels_in(folder)
    assert levels["apodo"] == levels["otra"] == {level}
    assert levels["nota"] == {max(level, Level.RESTRICTED)}
    assert levels["tel"] == {Level.WITHHELD}
    secrets, _ = find_secrets(open_project(folder))  # no error tells a cell of it
    assert secrets.hides(Origin("data/sources/equipos/notas.csv", 2, "id"))


SPEAKS: Final = """
<#named> a rml:TriplesMap ; rml:logicalSource <#people> ;
    rml:subjectMap [ rml:template "https://equipos.example.org/{id}" ; rml:class e:Team ] ;
    rml:predicateObjectMap [ rml:predicate e:apodo ; rml:objectMap [ rml:reference "nick" ] ] .
<#worked_out_class> a rml:TriplesMap ; rml:logicalSource <#people> ;
    rml:subjectMap [ rml:template "https://equipos.example.org/{id}" ] ;
    rml:predicateObjectMap [ rml:predicate rdf:type ; rml:objectMap [
        rml:template "https://equipos.example.org/{nick}" ; rml:termType rml:IRI ] ] .
<#worked_out> a rml:TriplesMap ; rml:logicalSource <#people> ;
    rml:subjectMap [ rml:template "https://equipos.example.org/{id}" ] ;
    rml:predicateObjectMap [ rml:predicateMap [ rml:template "https://equipos.example.org/{team}" ] ;
        rml:objectMap [ rml:reference "name" ] ] .
"""


@pytest.mark.parametrize(
    ("kind", "name", "rules"),
    [
        ("property", "apodo", {"named"}), ("property", "río", {"worked_out"}), ("class", "Team", {"named"}),
        ("class", "Majo", {"worked_out", "worked_out_class"}),
    ],
)  # fmt: skip
def test_what_is_not_on_the_list_is_told_with_the_rules_that_may_say_it(
    kind: str, name: str, rules: set[str], tmp_path: Path
) -> None:
    folder = write(tmp_path / "equipos")
    head = MAPPING[: MAPPING.index("<#office>")]
    (folder / "data" / "sources" / "equipos" / "mapping.ttl").write_text(head + SPEAKS, "utf-8")
    opened, iri = open_project(folder), IRI(f"{E}{name}")
    missing = [Missing(kind, iri, graph, count) for graph, count in (("<g:1>", 2), ("<g:2>", 3))]
    [found] = find_unlisted(opened, plan_sources(opened, opened.sources), missing)
    assert (found.focus, found.rule) == (iri.value, f"{kind}-not-public")
    assert "5" in found.message("es")
    assert {place.node.partition("#")[2].partition(">")[0] for place in found.origins} == rules
    assert {place.file for place in found.origins} == {"data/sources/equipos/mapping.ttl"}


def test_dates_that_cannot_be_read_in_columns_for_us_alone_cost_their_cells(tmp_path: Path) -> None:
    root = tmp_path / "p"
    create_small_project(root, "Cargos")
    shutil.rmtree(root / "data" / "sources" / "example")
    source = root / "data" / "sources" / "cargos"
    source.mkdir()
    rows = "Iñigo Peñalver,Comité Ñandú,vocal,de niño,2019\nEdurne Etxeberría,Comité Ñandú,vocal,2011,-384 a. C.\n"
    (source / "cargos.csv").write_text(f"Person,Organisation,Role,From,Until\n{rows}", "utf-8")
    (source / "source.toml").write_text(
        'title = "Cargos"\npublisher = "Comité"\nlicence = "CC0-1.0"\nlanguage = "es"\n[facts]\nunsourced = "public"\n'
        '[[table]]\nfile = "cargos.csv"\nkind = "role"\nrestricted = ["From", "Until"]\n',
        "utf-8",
    )
    result = build(open_project(root), BuildOptions(validate=False))
    assert [error.origin.column for error in result.left_out] == ["From", "Until"]
    assert "Edurne Etxeberría" in result.graph.document().decode()
