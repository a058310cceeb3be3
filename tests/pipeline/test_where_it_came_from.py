"""What is withheld stays so in whatever graph it is put; and of a withheld row, all that only it says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

import pytest
from tests.pipeline.canaries import read_outputs
from tests.small_projects import add_terms, create_small_project

from hrdgraph.errors import HrdgraphError, MappingError, ProjectError
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.project import open_project

GRAPHS: Final = "https://example.org/graph/"
QUICK: Final = BuildOptions(validate=False)
SOURCE: Final = 'title = "A leak"\npublisher = "x"\nlicence = "none"\nlanguage = "en"\n'
HEAD: Final = """@prefix rml: <http://w3id.org/rml/> . @prefix hrd: <https://w3id.org/hrdgraph/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix org: <http://www.w3.org/ns/org#> . @prefix oa: <http://www.w3.org/ns/oa#> . @prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rr: <http://www.w3.org/ns/r2rml#> .
<#s> rml:source [ a rml:RelativePathSource ; rml:root rml:MappingDirectory ; rml:path "who.csv" ; rml:null "" ] ;
    rml:referenceFormulation rml:CSV .
"""
WHO: Final = """<#p> rml:logicalSource <#s> ; rml:subjectMap [ rml:template "https://example.org/id/person/leaky/{key}" ;
    rml:class foaf:Person GRAPH ] ; rml:predicateObjectMap [ rml:predicate skos:prefLabel ; rml:objectMap [ rml:reference "name" ] ] .
"""
PLACES: Final = {
    "none": "",
    "default": "; rml:graph rml:defaultGraph",
    "own": f"; rml:graph <{GRAPHS}leaky>",
    "within": f"; rml:graph <{GRAPHS}leaky/more>",
    "foreign": "; rml:graph <http://example.net/elsewhere>",
    "foreign-derived": "; rml:graph <http://example.net/derive>",
    "worked-out": '; rml:graphMap [ rml:template "http://example.net/{key}" ]',
    "several": f"; rml:graph <http://example.net/elsewhere> , <{GRAPHS}leaky> , rml:defaultGraph",
}


def put(
    project: Path,
    mapping: str,
    *,
    more: str = "",
    rows: str = "A,canarynameq\n",
    header: str = "key,name",
    name: str = "leaky",
) -> Path:
    if not project.exists():
        create_small_project(project, "Leaks")
    folder = project / "data" / "sources" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "who.csv").write_text(f"{header}\n{rows}", encoding="utf-8")
    (folder / "source.toml").write_text(SOURCE + more, encoding="utf-8")
    (folder / "mapping.ttl").write_text(HEAD + mapping, encoding="utf-8")
    return project


def spoken(project: Path) -> set[str]:
    build(open_project(project), QUICK)
    return {
        word.decode()
        for _, data in read_outputs(project / "build")
        for word in re.findall(rb"canary[a-z]+q", data)
    }


CASES: Final = [
    *(("source", graph, level) for graph in PLACES for level in ("withheld", "restricted")),
    *(
        (what, graph, "withheld")
        for what in ("table", "column", "row")
        for graph in ("foreign", "several", "worked-out")
    ),
]


def test_visibility_follows_where_a_statement_came_from(tmp_path: Path) -> None:
    """A source for each case, and one that everybody may see, in one build."""
    project, table = tmp_path / "p", '[[table]]\nfile = "who.csv"\n'
    put(project, WHO.replace("GRAPH", PLACES["foreign"]), rows="A,canaryopenq\n")
    for number, (what, where, level) in enumerate(CASES):
        name = f"case{number}"
        graph = PLACES[where].replace(f"{GRAPHS}leaky", f"{GRAPHS}{name}")
        more = {
            "source": f'visibility = "{level}"\n', "table": f'{table}visibility = "{level}"\n', "row": table,
            "column": f'{table}[table.fields]\nname = {{ visibility = "{level}" }}\n',
        }[what]  # fmt: skip
        put(
            project,
            WHO.replace("GRAPH", graph).replace("/leaky/", f"/{name}/"),
            more=more,
            rows=f"A,canary{what}{where.replace('-', '')}{level}q,{level if what == 'row' else ''}\n",
            header="key,name,visibility",
            name=name,
        )
    assert spoken(project) == {"canaryopenq"}


@pytest.mark.sampled(1)
@pytest.mark.parametrize("graph", [PLACES["foreign"], PLACES["several"]])
def test_what_is_public_is_so_in_each_graph(graph: str, tmp_path: Path) -> None:
    assert spoken(put(tmp_path / "p", WHO.replace("GRAPH", graph))) == {"canarynameq"}


THEIRS: Final = {
    "another": f"; rml:graph <{GRAPHS}example>", "its-part": f"; rml:graph <{GRAPHS}example/build>",
    "scheme": "; rml:graph <http://example.org/graph/example>", "worked-out": f'; rml:graphMap [ rml:template "{GRAPHS}{{place}}" ]',
    "derived": f"; rml:graph <{GRAPHS}derived>", "ontology": f"; rml:graph <{GRAPHS}ontology>",
    "withdrawn": f"; rml:graph <{GRAPHS}withdrawn>", "anybodys-derived": "; rml:graph <http://example.net/derived>",
    "shadow": "; rml:graph <urn:hrdgraph:hidden:withheld:x:http://example.net/g>",
}  # fmt: skip


@pytest.mark.sampled(1)
@pytest.mark.parametrize("name", THEIRS)
def test_no_source_writes_into_the_graph_of_another(name: str, tmp_path: Path) -> None:
    project = put(
        tmp_path / "p",
        WHO.replace("GRAPH", THEIRS[name]),
        rows="A,canarynameq,example\n",
        header="key,name,place",
    )
    with pytest.raises(MappingError) as caught:
        build(open_project(project), QUICK)
    is_theirs = name in ("another", "its-part", "scheme", "worked-out")
    assert caught.value.code == ("graph-of-another-source" if is_theirs else "graph-of-the-build")
    assert "mapping.ttl" in caught.value.origin.file
    assert caught.value.origin.node or caught.value.origin.line
    put(
        project,
        WHO.replace("GRAPH", THEIRS[name]),
        rows="A,canarynameq,example\n",
        header="key,name,place",
        more='writes_to = ["example"]\n',
    )
    if is_theirs:
        assert spoken(project) == {"canarynameq"}
    else:
        with pytest.raises(MappingError):
            build(open_project(project), QUICK)


@pytest.mark.heavy
def test_a_withheld_source_that_may_write_into_another_graph_is_withheld_there(
    tmp_path: Path,
) -> None:
    more = 'visibility = "withheld"\nwrites_to = ["example"]\n'
    assert spoken(put(tmp_path / "p", WHO.replace("GRAPH", THEIRS["another"]), more=more)) == set()


def test_a_misspelt_source_allows_nothing(tmp_path: Path) -> None:
    project = put(tmp_path / "p", WHO.replace("GRAPH", ""), more='writes_to = ["exmaple"]\n')
    with pytest.raises(ProjectError, match="'exmaple' is not known here"):
        open_project(project)


CITED: Final = """<#p> rml:logicalSource <#s> ; rml:subjectMap [ rml:template "https://example.org/id/person/leaky/{key}" ; rml:class foaf:Person ] ;
    rml:predicateObjectMap [ rml:predicate skos:prefLabel ; rml:object "Ana" ] ;
    rml:predicateObjectMap [ rml:predicate hrd:occupation ; rml:objectMap [ rml:reference "name" ] GRAPH ] ;
    rml:predicateObjectMap [ rml:predicate hrd:evidence ; rml:objectMap [ rml:template "https://example.org/id/evidence/leaky/{key}" ] ] .
<#e> rml:logicalSource <#s> ; rml:subjectMap [ rml:template "https://example.org/id/evidence/leaky/{key}" ; rml:class oa:SpecificResource ] ;
    rml:predicateObjectMap [ rml:predicate oa:hasSource ; rml:objectMap [ rml:constant <https://example.org/page> ] ] .
"""


@pytest.mark.sampled(1)
@pytest.mark.parametrize("graph", ["", PLACES["foreign"]])
def test_no_digest_of_a_source_is_told(graph: str, tmp_path: Path) -> None:
    """Not of the table, the mapping, the judgements, whether something is withheld or not: a guess could be tried, and a
    digest that goes tells that something is hidden."""
    more = '[[table]]\nfile = "who.csv"\n'
    project = put(tmp_path / "p", CITED.replace("GRAPH", graph), more=more, rows="A,canaryjobq\n")
    assert spoken(project) == {"canaryjobq"}
    open_inputs = json.loads((project / "build" / "manifest.json").read_bytes())["inputs"]
    assert not [name for name in open_inputs if name.startswith("data/")]
    property_of = "https://w3id.org/hrdgraph/ontology#occupation"
    add_terms(
        project,
        f"<{property_of}> hrd:defaultVisibility <https://w3id.org/hrdgraph/vocabulary/visibility/withheld> .\n",
    )
    assert spoken(project) == set()
    inputs = json.loads((project / "build" / "manifest.json").read_bytes())["inputs"]
    assert not [name for name in inputs if "leaky" in name or "judgements" in name]
    graphs = (project / "build" / "graph.nq").read_text("utf-8")
    assert not re.findall(r"graph/leaky/input/\S+> <\S+sha256>", graphs)
    private = json.loads((project / "build" / "private" / "manifest.json").read_bytes())["inputs"]
    assert {"data/sources/leaky/mapping.ttl", "data/judgements.csv"} <= set(private)


ROWS: Final = """<#m> rml:logicalSource <#s> ; rml:subjectMap [ rml:template "https://example.org/id/role/leaky/{key}" ; rml:class org:Membership ] ;
    rml:predicateObjectMap [ rml:predicate org:member ; rml:objectMap [ rml:template "https://example.org/id/person/leaky/{key}" ] ] ;
    rml:predicateObjectMap [ rml:predicate hrd:visibility ;
        rml:objectMap [ rml:template "https://w3id.org/hrdgraph/vocabulary/visibility/{visibility}" ] ] .
<#o> rml:logicalSource <#s> ; rml:subjectMap [ rml:template "https://example.org/id/organisation/leaky/{org}" ; rml:class org:Organization ] ;
    rml:predicateObjectMap [ rml:predicate skos:prefLabel ; rml:objectMap [ rml:reference "org" ] ] .
<#d> rml:logicalSource <#s> ; rml:subjectMap [ rml:reference "page" ; rml:class hrd:SourceDocument ] ;
    rml:predicateObjectMap [ rml:predicate dcterms:title ; rml:objectMap [ rml:reference "title" ] ] .
"""
TABLE: Final = '[[table]]\nfile = "who.csv"\n'
LINES: Final = (
    "A,canaryorgoneq,https://example.net/canarypageoneq,canarytitleoneq,withheld\n"
    "B,canaryorgtwoq,https://example.net/canarypagetwoq,canarytitletwoq,\n"
    "C,canaryorgtwoq,https://example.net/canarypagetwoq,canarytitletwoq,withheld\n"
)


@pytest.mark.sampled(1)
@pytest.mark.parametrize("word", ["withheld", "restricted", "Public", "secret"])
def test_a_withheld_row_hides_what_only_it_says(word: str, tmp_path: Path) -> None:
    """The organisation and the page that it alone makes, with no claim that leads to them; not those of a public row as well."""
    project = put(
        tmp_path / "p",
        ROWS,
        more=TABLE,
        rows=LINES.replace("withheld", word),
        header="key,org,page,title,visibility",
    )
    assert spoken(project) == {"canaryorgtwoq", "canarypagetwoq", "canarytitletwoq"}


@pytest.mark.heavy
def test_a_row_hides_its_claim_alone_where_source_toml_says_so(tmp_path: Path) -> None:
    project = put(
        tmp_path / "p",
        ROWS,
        more=f'{TABLE}hides = "thing"\n',
        rows=LINES,
        header="key,org,page,title,visibility",
    )
    assert {"canaryorgoneq", "canarypageoneq", "canarytitleoneq"} <= spoken(project)
    put(
        project,
        ROWS,
        more=f'{TABLE}hides = "nothing"\n',
        rows=LINES,
        header="key,org,page,title,visibility",
    )
    with pytest.raises(HrdgraphError, match="'hides' does not take 'nothing'"):
        open_project(project)


def test_nothing_that_may_be_published_names_the_folder(tmp_path: Path) -> None:
    project = put(tmp_path / "canaryfolderq", WHO.replace("GRAPH", ""))
    assert spoken(project) == {"canarynameq"}
    assert not list((project / "build" / "store").glob("LOG*"))
