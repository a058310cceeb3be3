"""A source that is written to while it is read is an error that names it: what was read of it may be of both."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest

from hrdgraph.errors import SourceError
from hrdgraph.mapping.execution.execute import GraphSink, run
from hrdgraph.mapping.language.reader import read_mapping
from hrdgraph.mapping.planning.bind import bind

MAPPING = """
@prefix rml: <http://w3id.org/rml/> . @prefix e: <http://e/> .
e:m rml:logicalSource [ rml:source SOURCE ] ;
  rml:subjectMap [ rml:template "http://e/{id}" ] ; rml:predicateObjectMap [ rml:predicate e:n ; rml:objectMap [ rml:reference "n" ] ] ;
  rml:predicateObjectMap [ rml:predicate e:j ; rml:objectMap [ rml:parentTriplesMap e:o ; rml:joinCondition [ rml:child "id" ; rml:parent "id" ] ] ] .
e:o rml:logicalSource [ rml:source "other.csv" ; rml:referenceFormulation rml:CSV ] ; rml:subjectMap [ rml:template "http://e/o/{id}" ] .
"""
FILE = '[ a rml:RelativePathSource ; rml:root rml:MappingDirectory ; rml:path "{}" ]'


def write_parquet(path: Path, tag: str) -> None:
    pl.DataFrame({"id": ["1"], "n": [tag]}).write_parquet(path)


def write_sqlite(path: Path, tag: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("create table if not exists t (id text, n text)")
        connection.execute("insert into t values ('1', ?)", [tag])
        connection.commit()


WRITERS: dict[str, tuple[str, Callable[[Path, str], object]]] = {
    "t.csv": (FILE, lambda path, tag: path.write_text(f"id,n\n1,{tag}\n")),
    "t.json": (FILE + ' ; rml:referenceFormulation rml:JSONPath ; rml:iterator "$[*]"', lambda path, tag: path.write_text(f'[{{"id":1,"n":"{tag}"}}]')),
    "t.jsonl": (FILE + ' ; rml:referenceFormulation rml:JSONPath ; rml:iterator "$"', lambda path, tag: path.write_text(f'{{"id":1,"n":"{tag}"}}\n')),
    "t.xml": (FILE + ' ; rml:referenceFormulation rml:XPath ; rml:iterator "/d/r"', lambda path, tag: path.write_text(f"<d><r><id>1</id><n>{tag}</n></r></d>")),
    "t.parquet": (FILE, write_parquet),
    "t.db": (
        '[ a <http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#Database> ; <http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#jdbcDSN>'
        ' "jdbc:sqlite:{}" ] ; rml:referenceFormulation rml:SQL2008Table ; rml:iterator "t"',
        write_sqlite,
    ),
}  # fmt: skip


def case_of(folder: Path, file: str) -> Callable[[str], object]:
    """A mapping of a file and another one; how the file is written again."""
    source, write = WRITERS[file]
    (folder / "m.ttl").write_text(MAPPING.replace("SOURCE", source.format(file)), encoding="utf-8")
    (folder / "other.csv").write_text("id\n1\n", encoding="utf-8")
    write(folder / file, "old")
    return lambda tag: write(folder / file, tag)


@pytest.mark.parametrize("file", WRITERS)
def test_a_source_that_changes_is_an_error(tmp_path: Path, file: str) -> None:
    again = case_of(tmp_path, file)
    plan = bind(read_mapping(tmp_path / "m.ttl"))
    with pytest.raises(SourceError, match=f"{file}: it was changed meanwhile"):
        run(plan, GraphSink(), progress=lambda *_: again("newer"))
    run(plan, GraphSink())  # as it is now, it can be mapped


def test_so_is_one_that_is_replaced(tmp_path: Path) -> None:
    case_of(tmp_path, "t.csv")

    def replace(*_: object) -> None:
        (tmp_path / "new.csv").write_text("id\n1\n", encoding="utf-8")
        (tmp_path / "new.csv").replace(tmp_path / "other.csv")

    with pytest.raises(SourceError, match=r"other\.csv: it was changed meanwhile"):
        run(bind(read_mapping(tmp_path / "m.ttl")), GraphSink(), progress=replace)


def test_what_is_wrong_with_a_half_written_source_is_that_it_changed(tmp_path: Path) -> None:
    case_of(tmp_path, "t.csv")
    with pytest.raises(SourceError, match=r"t\.csv: it was changed meanwhile") as caught:
        run(
            bind(read_mapping(tmp_path / "m.ttl")),
            GraphSink(),
            progress=lambda *_: (tmp_path / "t.csv").write_text("id,n\n1,a,b\n"),
        )
    assert "close it in other programs" in caught.value.hint
