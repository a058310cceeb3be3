"""Source descriptions in mappings: what is read from where, what is refused, and where the error says so."""

from __future__ import annotations

import gzip
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from hrdgraph.errors import HrdgraphError, MappingError, SourceError
from hrdgraph.mapping.execution.execute import GraphSink, run
from hrdgraph.mapping.language.reader import read_mapping
from hrdgraph.mapping.model import LogicalSource
from hrdgraph.mapping.planning.bind import bind
from hrdgraph.sources import Database, allowing

PREFIXES = """@prefix rml: <http://w3id.org/rml/> . @prefix csvw: <http://www.w3.org/ns/csvw#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix d2rq: <http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#> . @prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
@prefix format: <https://w3id.org/hrdgraph/format#> . @prefix e: <http://e.org/> . @base <http://e.org/mapping> .
"""


@pytest.fixture
def mapping(tmp_path: Path) -> Callable[..., Path]:
    """A mapping in a folder of its own, with a triples map over the logical source that is given."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "t.csv").write_text("id,v\n1,x\n", "utf-8")
    (tmp_path / "outside.csv").write_text("id,v\n9,secret\n", "utf-8")

    def written(logical: str, reference: str = "id") -> Path:
        path = folder / "mapping.ttl"
        rule = f"""rml:subjectMap [ rml:template "http://e.org/s" ] ;
          rml:predicateObjectMap [ rml:predicate e:v ; rml:objectMap [ rml:reference "{reference}" ] ] ."""
        path.write_text(
            f"{PREFIXES}\n<#m> a rml:TriplesMap ; rml:logicalSource [ {logical} ] ; {rule}\n",
            "utf-8",
        )
        return path

    return written


def objects(mapping: Path) -> list[str]:
    sink = GraphSink()
    run(bind(read_mapping(mapping)), sink)
    return sorted(line.split(" ", 2)[2].removesuffix(" .") for line in sink.graph().lines())


def source_of(mapping: Path) -> LogicalSource:
    source = read_mapping(mapping).triples_maps[0].source
    assert isinstance(source, LogicalSource)
    return source


@pytest.mark.parametrize(
    "source",
    [
        '"t.csv"',
        '[ a rml:FilePath ; rml:path "t.csv" ]',
        '[ a rml:RelativePathSource ; rml:root rml:MappingDirectory ; rml:path "./t.csv" ]',
        '[ a rml:FilePath ; rml:root "sub/.." ; rml:path "t.csv" ]',
        '[ a csvw:Table ; csvw:url "t.csv" ]',
        "[ a dcat:Distribution ; dcat:downloadURL <file://FOLDER/t.csv> ]",
        "[ a csvw:Table ; csvw:url <file://FOLDER/t.csv> ]",
        '[ a rml:FilePath ; rml:root <file://FOLDER> ; rml:path "t.csv" ]',
        '[ a rml:FilePath ; rml:path "FOLDER/t.csv" ]',
    ],
)
def test_ways_to_name_a_file(source: str, mapping: Callable[..., Path], tmp_path: Path) -> None:
    assert objects(
        mapping(f"rml:source {source.replace('FOLDER', str(tmp_path / 'project'))}")
    ) == ['"1"']


@pytest.mark.parametrize(
    "source",
    ['[ rml:root rml:CurrentWorkingDirectory ; rml:path "here.csv" ]', '[ rml:path "here.csv" ]'],
)
def test_the_working_directory(
    source: str, mapping: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "here.csv").write_text("id\n7\n", "utf-8")
    monkeypatch.chdir(tmp_path / "work")
    assert objects(mapping(f"rml:source {source}")) == ['"7"']


OUTSIDE = [
    '"../outside.csv"',
    '[ rml:root rml:MappingDirectory ; rml:path "../outside.csv" ]',
    '[ rml:root rml:MappingDirectory ; rml:path "link.csv" ]',
    '[ rml:root ".." ; rml:path "outside.csv" ]',
    '[ rml:root "FOLDER" ; rml:path "outside.csv" ]',
    '[ rml:root <file://FOLDER> ; rml:path "outside.csv" ]',
    '[ rml:path "FOLDER/outside.csv" ]',
    "[ a dcat:Distribution ; dcat:downloadURL <file://FOLDER/outside.csv> ]",
    "[ a csvw:Table ; csvw:url <file://FOLDER/project/%2e%2e/outside.csv> ]",
]


@pytest.mark.parametrize("source", OUTSIDE)
def test_paths_that_leave_the_folder(
    source: str, mapping: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "project" / "link.csv").symlink_to(tmp_path / "outside.csv")
    path = mapping(f"rml:source {source.replace('FOLDER', str(tmp_path))}")
    with pytest.raises(MappingError, match="leaves the folder") as caught:
        objects(path)
    assert caught.value.origin.file == str(path)
    with allowing(outside=True):
        assert objects(path) == ['"9"']
    with pytest.raises(MappingError, match="leaves the folder"):
        objects(path)


@pytest.mark.parametrize(
    "source",
    [
        "[ a dcat:Distribution ; dcat:downloadURL <http://127.0.0.1/t.csv> ]",
        "[ a dcat:Distribution ; dcat:accessURL <https://127.0.0.1/t.csv> ]",
        "[ a csvw:Table ; csvw:url <t.csv> ]",
        "[ a csvw:Table ; csvw:url <file://elsewhere/t.csv> ]",
        "[ a sd:Service ; sd:endpoint <http://127.0.0.1/sparql> ]",
        '[ rml:root <http://127.0.0.1/> ; rml:path "t.csv" ]',
    ],
)
def test_nothing_is_fetched_from_a_network(source: str, mapping: Callable[..., Path]) -> None:
    with allowing(outside=True, servers=True), pytest.raises(MappingError, match="on a network"):
        objects(mapping(f"rml:source {source}"))


@pytest.mark.parametrize(
    ("source", "fact"),
    [
        (
            '[ rml:path "t.csv" ; rml:compression rml:rar ]',
            "'(rml:)?rar' is not known here",
        ),
        ('[ rml:path "t.csv" ; rml:encoding "EBCDIC-X" ]', "'EBCDIC-X' is not known here"),
        ('[ rml:path "t.csv" ; rml:encoding "base64" ]', "is not known here"),
        ('[ rml:path "t.csv" ; csvw:dialect [ csvw:delimiter "ab" ] ]', "not one character"),
        ('[ rml:path "t.csv" ; csvw:dialect [ csvw:skipRows "x" ] ]', "is not a whole number"),
        (
            '[ rml:path "t.csv" ; csvw:dialect [ csvw:doubleQuote false ] ]',
            "csvw:doubleQuote false. is not written as expected",
        ),
        ('[ rml:path "t.csv" ; csvw:dialect [ csvw:headerRowCount 2 ] ]', "csvw:headerRowCount 2"),
        ('[ rml:path "t.csv" ; csvw:dialect [ csvw:skipColumns 1 ] ]', "csvw:skipColumns 1"),
        ("[ a rml:FilePath ]", "rml:source lacks rml:path"),
        ('[ d2rq:jdbcDSN "jdbc:oracle:x" ]', "'oracle' is not known here"),
        ('[ d2rq:jdbcDSN "jdbc:sqlite:../x.db" ]', "leaves the folder"),
        ('[ d2rq:jdbcDSN "$NOT_SET_ANYWHERE" ]', "NOT_SET_ANYWHERE. is not known here"),
        ('[ d2rq:jdbcDSN "jdbc:postgresql://127.0.0.1/x" ]', "which is not allowed here"),
        ('[ d2rq:jdbcDSN "jdbc:mysql://127.0.0.1/x" ]', "which is not allowed here"),
        ('"t\\u0000.csv"', "is not a path"),
        ('"t.xlsx"', "is not CSV"),
    ],
)
def test_what_is_refused(source: str, fact: str, mapping: Callable[..., Path]) -> None:
    path = mapping(f"rml:source {source} ; rml:referenceFormulation rml:CSV")
    with pytest.raises(MappingError, match=fact) as caught:
        objects(path)
    assert (caught.value.origin.file, bool(caught.value.hint)) == (str(path), True)


def test_a_missing_file_is_named_with_what_to_do(mapping: Callable[..., Path]) -> None:
    for logical in (
        'rml:source "none.csv"',
        'rml:source "none.xml" ; rml:iterator "/r"',
        'rml:source "none.parquet"',
        'rml:source "none.json"',
    ):
        with pytest.raises(HrdgraphError) as caught:
            objects(mapping(logical))
        assert "none." in str(caught.value)
        assert caught.value.hint


def test_a_dialect(mapping: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "project" / "d.txt").write_bytes(
        "note\n# c\nid;v\n'é;2';-\n3;x\n".encode("latin-1")
    )
    dialect = """csvw:dialect [ csvw:delimiter ";" ; csvw:quoteChar "'" ; csvw:skipRows 1 ; csvw:commentPrefix "#" ; csvw:encoding "ISO-8859-1" ] ; csvw:null "-" """
    assert objects(mapping(f'rml:source [ a csvw:Table ; csvw:url "d.txt" ; {dialect} ]')) == [
        '"3"',
        '"é;2"',
    ]
    assert objects(mapping(f'rml:source [ a csvw:Table ; csvw:url "d.txt" ; {dialect} ]', "v")) == [
        '"x"'
    ]
    table = 'csvw:url "d.txt" ; rml:encoding "ISO-8859-1" ; csvw:dialect [ csvw:header false ; csvw:delimiter ";" ; csvw:skipRows 4 ]'
    assert objects(mapping(f"rml:source [ {table} ]", "_col.2")) == ['"x"']


def test_compression_by_name_and_as_said(mapping: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "project" / "t.json.gz").write_bytes(gzip.compress(b'[{"id": 5}]'))
    (tmp_path / "project" / "packed").write_bytes(gzip.compress(b"id\n6\n"))
    number = '"5"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert objects(mapping('rml:source "t.json.gz" ; rml:iterator "$[*]"')) == [number]
    assert objects(mapping('rml:source [ rml:path "packed" ; rml:compression rml:gzip ]')) == [
        '"6"'
    ]
    with pytest.raises(SourceError):
        objects(
            mapping(
                'rml:source [ rml:path "t.json.gz" ; rml:compression rml:none ] ; rml:referenceFormulation rml:JSONPath'
            )
        )


def test_values_that_mean_nothing(mapping: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "project" / "n.json").write_text(
        '[{"id": ["a", "-", null, "b"]}, {"id": ["-"]}, {"id": []}]', "utf-8"
    )
    logical = 'rml:source [ rml:path "n.json" ; rml:null "-" ] ; rml:iterator "$[*]"'
    assert objects(mapping(logical, "id[*]")) == ['"a"', '"b"']


def test_namespaces_of_xpath(mapping: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "project" / "n.xml").write_text(
        '<r xmlns="http://e.org/n"><p id="1"/></r>', "utf-8"
    )
    space = '[ rml:namespacePrefix "n" ; rml:namespaceURL "http://e.org/n" ]'
    logical = 'rml:source "n.xml" ; rml:iterator "/n:r/n:p" ; rml:referenceFormulation [ a rml:XPathReferenceFormulation ; rml:namespace {} ]'
    assert objects(mapping(logical.format(space), "@id")) == ['"1"']
    with pytest.raises(MappingError, match="rml:namespace lacks rml:namespacePrefix"):
        objects(mapping(logical.format('[ rml:namespacePrefix "n" ]'), "@id"))
    with pytest.raises(MappingError, match="this path is not understood"):
        objects(mapping(logical.format(space), "x:id"))


@pytest.fixture
def database(tmp_path: Path, mapping: Callable[..., Path]) -> Path:  # noqa: ARG001 - it makes the folder
    path = tmp_path / "project" / "d.db"
    connection = sqlite3.connect(path)
    connection.executescript(
        "CREATE TABLE t (id INTEGER, born DATE); INSERT INTO t VALUES (1, '2001-02-03'), (2, NULL)"
    )
    connection.close()
    return path


@pytest.mark.usefixtures("database")
def test_databases(mapping: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHERE_IT_IS", "sqlite:d.db")
    source = 'rml:source [ a d2rq:Database ; d2rq:jdbcDSN "jdbc:${WHERE_IT_IS}" ]'
    day = '"2001-02-03"^^<http://www.w3.org/2001/XMLSchema#date>'
    assert objects(
        mapping(f'{source} ; rml:referenceFormulation rml:SQL2008Table ; rml:iterator "t"', "born")
    ) == [day]
    assert objects(
        mapping(
            f'{source} ; rml:referenceFormulation rml:SQL2008Query ; rml:iterator "SELECT born AS b FROM t"',
            "B",
        )
    ) == [day]
    assert objects(mapping(f'{source} ; rml:query "SELECT born FROM t"', "born")) == [day]
    assert objects(
        mapping(
            'rml:source "d.db" ; rml:referenceFormulation rml:SQL2008Table ; rml:iterator "t"',
            "born",
        )
    ) == [day]
    with pytest.raises(MappingError, match="no column 'bor'"):
        bind(read_mapping(mapping(f'{source} ; rml:query "SELECT born FROM t"', "bor")))


def test_a_server_with_its_password_from_the_environment(
    mapping: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_TEST", "pa$$word")
    path = mapping(
        'rml:source [ d2rq:jdbcDSN "jdbc:postgresql://127.0.0.1:1/d?x=1" ; d2rq:username "me" ; d2rq:password "$SECRET_OF_TEST" ] ; rml:query "SELECT 1"'
    )
    with allowing(servers=True):
        source = source_of(path)
    assert source.dialect.database == Database(
        "postgresql", "postgresql://127.0.0.1:1/d?x=1", "me", "pa$$word"
    )
    assert source.path == Path("postgresql:127.0.0.1/d")
    assert "pa$$word" not in repr(source)


def test_sources_compare_by_meaning(mapping: Callable[..., Path]) -> None:
    one = source_of(mapping('rml:source "t.csv"'))
    other = source_of(
        mapping(
            'rml:source [ a rml:FilePath ; rml:root rml:MappingDirectory ; rml:path "./t.csv" ; rml:compression rml:none ]'
        )
    )
    assert (one, hash(one)) == (other, hash(other))
    assert one != source_of(mapping('rml:source [ rml:path "t.csv" ; rml:null "x" ]'))
