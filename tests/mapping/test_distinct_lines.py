"""Lines are written once each whatever the keys prove: the graph sink, which proves nothing and compares everything, is the judge."""

from __future__ import annotations

import csv
import io
import json
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hrdgraph.errors import MappingError, OutputError, SourceError
from hrdgraph.mapping.execution.execute import GraphSink, run
from hrdgraph.mapping.execution.ntriples import LineSink, LineWriter
from hrdgraph.mapping.execution.scan import examine_columns, part_rows
from hrdgraph.mapping.execution.spill import Distinct
from hrdgraph.mapping.language.reader import read_mapping
from hrdgraph.mapping.plan import QuadRule
from hrdgraph.mapping.planning.bind import bind

PREFIXES = "@prefix rml: <http://w3id.org/rml/> .\n@prefix ex: <http://e.org/> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
CELLS = st.sampled_from(
    [
        "",
        "1",
        "2",
        "o",
        "1/2",
        "/",
        "a b",
        "é",
        '"',
        "\\",
        "%2F",
        "fr",
        "en",
        "#",
        "x\ny",
        "-",
        "1-2",
        "_",
    ]
)
TABLES = st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=8)

SUBJECTS = st.sampled_from(
    [
        'rml:template "http://e.org/{a}"',
        'rml:template "http://e.org/{a}/{b}"',
        'rml:template "http://e.org/{a}{b}"',
        'rml:template "http://e.org/{a}-{b}"',
        'rml:template "http://e.org/{a}-{b}-{c}"',
        'rml:template "http://e.org/{a}_-{b}/{c}"',
        'rml:template "http://e.org/{a}{b}-{c}"',
        'rml:template "http://e.org/{a}-x-{b}_"',
        'rml:template "http://e.org/x"',
        'rml:template "rel/{b}"',
        'rml:template "{a}" ; rml:termType rml:BlankNode',
        'rml:template "{a}.{b}" ; rml:termType rml:BlankNode',
        "rml:constant ex:s",
    ]
)
PREDICATES = st.sampled_from(
    [
        "rml:predicate ex:p",
        "rml:predicate ex:q",
        'rml:predicateMap [ rml:template "http://e.org/p{c}" ]',
    ]
)
OBJECTS = st.sampled_from(
    [
        'rml:reference "c"',
        'rml:reference "b" ; rml:language "fr"',
        'rml:reference "b" ; rml:languageMap [ rml:template "x-a{a}" ]',
        'rml:reference "c" ; rml:datatype xsd:token',
        'rml:reference "c" ; rml:datatype xsd:string',
        'rml:template "{a}{c}" ; rml:termType rml:Literal',
        'rml:template "http://e.org/{c}"',
        'rml:template "http://e.org/{b}/{c}"',
        'rml:constant "o"',
        "rml:constant ex:s",
    ]
)
GRAPHS = st.sampled_from(
    ["", "rml:graph ex:g ;", 'rml:graphMap [ rml:template "http://e.org/g{c}" ] ;']
)
PAIRS = st.tuples(PREDICATES, OBJECTS, GRAPHS).map(
    lambda parts: (
        f"rml:predicateObjectMap [ {parts[0]} ; {parts[2]} rml:objectMap [ {parts[1]} ] ] ;"
    )
)
JOIN = (
    "rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ "
    'rml:parentTriplesMap ex:m0 ; rml:joinCondition [ rml:child "a" ; rml:parent "b" ] ] ] ;'
)
MEMORY = st.sampled_from([0, 400, 800, 1 << 30])  # streamed; in parts, some of which fit; held
MAPS = st.tuples(
    SUBJECTS,
    st.lists(PAIRS | st.just(JOIN), max_size=3),
    st.sampled_from(["", "rml:class ex:C ;"]),
    st.sampled_from(["t", "u"]),
)


def mapping_of(maps: list[tuple[str, list[str], str, str]]) -> str:
    blocks = [
        f'ex:m{number} rml:logicalSource [ rml:source "{table}.csv" ; rml:referenceFormulation rml:CSV ] ; {" ".join(pairs)}'
        f" rml:subjectMap [ {kind} {subject} ] ."
        for number, (subject, pairs, kind, table) in enumerate(maps)
    ]
    return PREFIXES + "\n".join(blocks)


def write_table(path: Path, rows: list[tuple[str, str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(
            file, lineterminator="\n"
        )  # a table without quotes is known to have nothing to escape
        writer.writerow(["a", "b", "c"])
        writer.writerows(rows)


@pytest.mark.heavy
@given(st.lists(MAPS, min_size=1, max_size=3), TABLES, TABLES, MEMORY, st.booleans())
@example(
    [('rml:template "http://e.org/{a}{b}"', [], "rml:class ex:C ;", "t")],
    [("1", "12", ""), ("11", "2", "")],
    [],
    1 << 30,
    True,
)
@example(
    [
        (
            "rml:constant ex:s",
            [
                'rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ rml:constant "o" ] ] ;'
            ],
            "",
            "t",
        )
    ],
    [("", "", "")] * 2,
    [],
    1 << 30,
    True,
)
@example(
    [
        (
            "rml:constant ex:s",
            [
                'rml:predicateObjectMap [ rml:predicate ex:p ; rml:graphMap [ rml:template "http://e.org/g{c}" ] ; rml:objectMap [ rml:constant "o" ] ] ;'
            ],
            "",
            "u",
        )
    ],
    [],
    [("", "", ""), ("", "", "1")],
    0,
    False,
)
@example(
    [
        (
            "rml:constant ex:s",
            [
                'rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ rml:constant "o" ] ] ;',
                'rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ rml:reference "c" ; rml:datatype xsd:string ] ] ;',
            ],
            "",
            "t",
        )
    ],
    [("", "", "o")],
    [],
    1 << 30,
    True,
)
def test_each_line_once(
    tmp_path_factory: pytest.TempPathFactory,
    maps: list[tuple[str, list[str], str, str]],
    first: list[tuple[str, str, str]],
    second: list[tuple[str, str, str]],
    memory: int,
    graphs: bool,
) -> None:
    folder = tmp_path_factory.mktemp("lines")
    write_table(folder / "t.csv", first)
    write_table(folder / "u.csv", second)
    (folder / "m.ttl").write_text(mapping_of(maps), encoding="utf-8")
    check_lines(folder, memory=memory, graphs=graphs)


def check_lines(folder: Path, *, memory: int, graphs: bool) -> None:
    """The lines of a mapping are the quads that the graph sink gathers, each once; few lines are too many to be held or made at once,
    too, and few bytes are a piece of a file or a parent that waits on disk."""
    for lines, at_once in ((1_000_000, 200_000), (-1, 2)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("hrdgraph.mapping.execution.scan._LINES", lines)
            patch.setattr("hrdgraph.mapping.execution.ntriples._LINES_AT_ONCE", at_once)
            patch.setattr("hrdgraph.mapping.execution.join_sides._LEAST", lines)
            check_lines_once(folder, memory=memory, graphs=graphs)


def check_lines_once(folder: Path, *, memory: int, graphs: bool) -> None:
    plan, out = bind(read_mapping(folder / "m.ttl")), io.BytesIO()
    columns, lines = GraphSink(), LineSink(plan, out, graphs=graphs, memory=memory)
    try:
        run(plan, columns)
    except MappingError:  # a language tag that is none, for one: then there must be no lines either
        with pytest.raises(MappingError), closing(lines):
            run(plan, lines, memory=memory)
        return
    run(plan, lines, memory=memory)
    lines.finish()
    graph = columns.graph()
    assert sorted(out.getvalue().decode().splitlines()) == sorted(
        (graph if graphs else graph.triples()).lines()
    )


ROWS = st.lists(st.tuples(st.sampled_from(["a", "b", "c", None]), st.integers(0, 9)), max_size=9)


@given(st.lists(ROWS, max_size=4), st.integers(1, 300))
def test_rows_that_agree_come_into_one_part(
    batches: list[list[tuple[str | None, int]]], count: int
) -> None:
    frames = [
        pl.DataFrame(rows, schema={"key": pl.String, "value": pl.Int64}, orient="row")
        for rows in batches
    ]
    with part_rows(frames, "key", count) as parts:
        found = [[row for frame in part for row in frame.iter_rows()] for part in parts]
    assert sorted(map(repr, (row for part in found for row in part))) == sorted(
        repr(row) for rows in batches for row in rows
    )
    keys = [key for part in found for key in {key for key, _ in part}]
    assert len(keys) == len(set(keys))
    for part in found:
        places = {key: [value for other, value in part if other == key] for key, _ in part}
        assert places == {
            key: [value for rows in batches for other, value in rows if other == key]
            for key in places
        }


@pytest.mark.parametrize(
    ("keys", "column"),
    [
        ([{"same"}, {"some"}, {"some"}], "some"),  # settles more rules
        ([{"same", "some"}], "some"),  # has more texts
        ([{"one"}, {"one", "some"}], None),  # differs in every row, so nothing repeats
        ([{"lists"}], None),
        ([], None),
    ],
)
def test_the_column_that_settles_most(
    keys: list[set[str]], column: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = pl.DataFrame(
        {
            "same": ["a"] * 6,
            "some": ["a", "b", None] * 2,
            "one": list("abcdef"),
            "lists": [["a"]] * 6,
        }
    )
    looked = examine_columns([rows[:3], rows[3:]], frozenset(rows.columns))
    assert (
        looked.parting([frozenset(key) for key in keys]) is None
    )  # few lines are sorted out as lines
    monkeypatch.setattr("hrdgraph.mapping.execution.scan._LINES", 0)
    assert looked.parting([frozenset(key) for key in keys]) == column


BATCHES = st.lists(st.lists(st.integers(0, 40) | st.none(), max_size=30), min_size=1, max_size=6)


@given(BATCHES, st.sampled_from([2, 8, 1 << 18]))
@example([[*range(16)], [*range(16, 32)], [0]], 8)  # the last text of all repeats the first
@example([[0, 0, *range(200)]], 2)  # one in so many that so many of them would be all
def test_the_columns_that_differ_in_every_row(batches: list[list[int | None]], held: int) -> None:
    frames = [
        pl.DataFrame({"a": [None if n is None else f"{n}" for n in batch]}, schema={"a": pl.String})
        for batch in batches
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hrdgraph.mapping.execution.scan._HASHES", held)
        looked = examine_columns(frames, frozenset("a"))
    texts = [text for frame in frames for text in frame["a"] if text is not None]
    assert looked.rows == sum(map(len, batches))
    assert looked.unique == ({"a"} if texts and len(set(texts)) == len(texts) else set())
    if held > len(texts):
        assert looked.distinct == ({"a": len(set(texts))} if texts else {})


def test_about_how_many_texts_there_are_where_some_stand_for_all() -> None:
    frames = [
        pl.DataFrame({"a": [f"{n % 50_000}" for n in range(start, start + 10_000)]})
        for start in range(0, 100_000, 7_000)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hrdgraph.mapping.execution.scan._HASHES", 20_000)
        looked = examine_columns([frames[0], *frames], frozenset("a"))
    assert looked.unique == set()
    assert 40_000 < looked.distinct["a"] < 60_000


PARTS = """
ex:a rml:logicalSource ex:t ; rml:subjectMap [ rml:template "http://e.org/a/{a}" ; rml:class ex:C ] ;
  rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ rml:reference "b" ] ] ;
  rml:predicateObjectMap [ rml:predicate ex:q ; rml:objectMap [ rml:reference "c" ] ] .
ex:b rml:logicalSource ex:t ; rml:subjectMap [ rml:template "http://e.org/b/{b}" ; rml:class ex:B ] .
ex:t rml:source "t.csv" ; rml:referenceFormulation rml:CSV .
"""


@pytest.mark.parametrize(
    "memory", [9_000, 80_000, 1 << 30], ids=["one part too large", "in parts", "held"]
)
def test_a_rule_that_a_column_does_not_settle_repeats_nothing_in_parts_by_it(
    memory: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hrdgraph.mapping.execution.scan._LINES", 0)
    takes: list[tuple[str | None, bool]] = []
    take = LineSink.take
    monkeypatch.setattr(
        LineSink,
        "take",
        lambda *given: takes.append((given[-1].together, given[-1].whole)) or take(*given),
    )
    rows = [f"{0 if row < 300 else row // 2},{row % 3},c{row % 5}" for row in range(1000)]
    (tmp_path / "t.csv").write_text("\n".join(["a,b,c", *rows]) + "\n", encoding="utf-8")
    (tmp_path / "m.ttl").write_text(PREFIXES + PARTS, encoding="utf-8")
    check_lines_once(tmp_path, memory=memory, graphs=False)
    if memory > 80_000:
        assert takes == [(frozenset(), True)]
    else:
        assert {together for together, _ in takes} == (
            {frozenset("a"), frozenset()} if memory == 9_000 else {frozenset("a")}
        )


@pytest.fixture
def parting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A mapping of a table whose rows are parted; temporary files come into the folder that is returned."""
    monkeypatch.setattr("hrdgraph.mapping.execution.scan._LINES", 0)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    rows = [f"{row // 2},{row},{'a b' if row == 999 else 'c'}" for row in range(1000)]
    (tmp_path / "t.csv").write_text("\n".join(["a,b,c", *rows]) + "\n", encoding="utf-8")
    (tmp_path / "m.ttl").write_text(
        PREFIXES + PARTS.replace('"c" ]', '"c" ; rml:termType rml:IRI ]'), encoding="utf-8"
    )
    return tmp_path / "temporary"


def test_no_part_stays_on_disk_when_a_value_is_refused(parting: Path) -> None:
    with pytest.raises(MappingError, match="row 1001"):
        lines_by(parting.parent, 1, 9_000)
    assert list(parting.iterdir()) == []


def test_a_full_disk_is_told(parting: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_ipc", full)
    with pytest.raises(
        OutputError,
        match="cannot be written: No space left",
    ) as caught:
        lines_by(parting.parent, 1, 9_000)
    assert caught.value.origin.file == str(parting)
    assert list(parting.iterdir()) == []


VALUES = st.sampled_from([1, "1", 1.0, "1.0", True, "true", "a b", None, 2])
RECORDS = st.lists(st.fixed_dictionaries({"a": VALUES, "b": VALUES, "c": VALUES}), max_size=6)


@pytest.mark.heavy
@given(st.lists(MAPS, min_size=1, max_size=2), RECORDS, RECORDS, MEMORY, st.booleans())
@example(
    [
        (
            'rml:template "http://e.org/{c}"',
            [
                'rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ rml:reference "c" ] ] ;'
            ],
            "",
            "t",
        )
    ],
    [{"a": 1, "b": 1, "c": value} for value in (1, "1", 2)],
    [],
    1 << 30,
    True,
)
def test_each_line_once_of_values_that_have_types(
    tmp_path_factory: pytest.TempPathFactory,
    maps: list[tuple[str, list[str], str, str]],
    first: list[dict[str, object]],
    second: list[dict[str, object]],
    memory: int,
    graphs: bool,
) -> None:
    folder = tmp_path_factory.mktemp("typed")
    for name, records in (("t", first), ("u", second)):
        (folder / f"{name}.json").write_text(json.dumps(records), encoding="utf-8")
    typed = (
        mapping_of(maps)
        .replace(".csv", ".json")
        .replace("rml:CSV", 'rml:JSONPath ; rml:iterator "$[*]"')
    )
    (folder / "m.ttl").write_text(typed, encoding="utf-8")
    check_lines(folder, memory=memory, graphs=graphs)


MADE = """
@prefix grel: <http://users.ugent.be/~bjdmeest/function/grel.ttl#> .
ex:v a rml:LogicalView ; rml:viewOn ex:t ; rml:field [ rml:fieldName "a" ; rml:reference "a" ] ,
  [ rml:fieldName "q" ; rml:template "\\"{b}\\"" ] .
ex:p rml:logicalSource ex:v ; rml:subjectMap [ rml:template "http://e.org/{q}" ] .
ex:x rml:logicalSource ex:v ; rml:subjectMap [ rml:template "http://e.org/{a}" ] ;
  rml:predicateObjectMap [ rml:predicate ex:q ; rml:objectMap [ rml:reference "q" ] ] .
ex:c rml:logicalSource ex:t ; rml:subjectMap [ rml:template "http://e.org/{a}" ] ;
  rml:predicateObjectMap [ rml:predicate ex:plain ; rml:objectMap [ rml:reference "b" ] ] ,
  [ rml:predicate ex:made ; rml:objectMap [ rml:template "say \\"{b}\\"" ; rml:termType rml:Literal ] ] ,
  [ rml:predicate ex:called ; rml:objectMap [ rml:functionExecution [ rml:function grel:string_replace ;
    rml:input [ rml:parameter grel:valueParam ; rml:inputValueMap [ rml:reference "b" ] ] ,
      [ rml:parameter grel:p_string_find ; rml:inputValue "b" ] , [ rml:parameter grel:p_string_replace ; rml:inputValue "\\"" ] ] ] ] .
ex:t rml:source "t.csv" ; rml:referenceFormulation rml:CSV .
"""


def test_what_is_made_of_cells_without_quotes_is_escaped_where_it_has_some(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,bob\n2,b\n", encoding="utf-8")
    (tmp_path / "m.ttl").write_text(PREFIXES + MADE, encoding="utf-8")
    out = io.BytesIO()
    plan = bind(read_mapping(tmp_path / "m.ttl"))
    with closing(LineSink(plan, out, graphs=False)) as sink:
        run(plan, sink)
        sink.finish()
    of_one = sorted(
        line for line in out.getvalue().decode().splitlines() if line.startswith("<http://e.org/1>")
    )
    assert of_one == [
        '<http://e.org/1> <http://e.org/called> "\\"o\\"" .',
        '<http://e.org/1> <http://e.org/made> "say \\"bob\\"" .',
        '<http://e.org/1> <http://e.org/plain> "bob" .',
        '<http://e.org/1> <http://e.org/q> "\\"bob\\"" .',
    ]


@given(
    st.lists(st.lists(st.text("ab", max_size=2), max_size=5), max_size=6),
    st.sampled_from([0, 40, 1 << 20]),
)
def test_distinct_lines_come_once_in_memory_or_from_disk(
    batches: list[list[str]], memory: int
) -> None:
    distinct = Distinct(memory)
    for batch in batches:
        distinct.add(pl.Series(batch, dtype=pl.String))
    found = [line for lines in distinct.batches() for line in lines]
    assert sorted(found) == sorted({line for batch in batches for line in batch})


def spilled() -> tuple[Distinct, Path]:
    """Lines that wait on disk, and where."""
    distinct = Distinct(0)
    distinct.add(pl.Series(["a", "b"]))
    assert distinct._pile._folder is not None
    return distinct, Path(distinct._pile._folder.name)


def test_nothing_stays_on_disk() -> None:
    distinct, folder = spilled()
    assert folder.is_dir()
    distinct.close()
    assert not folder.exists()


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_nor_where_nobody_closes() -> None:
    distinct, folder = spilled()
    del distinct
    assert not folder.exists()


JOBS = """
ex:a rml:logicalSource [ rml:source "a.csv" ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:template "http://e.org/a/{id}" ; rml:class ex:C ] ;
  rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ rml:reference "text" ] ] ;
  rml:predicateObjectMap [ rml:predicate ex:q ; rml:objectMap [ rml:parentTriplesMap ex:b ;
    rml:joinCondition [ rml:child "key" ; rml:parent "key" ] ] ] .
ex:b rml:logicalSource [ rml:source "b.csv" ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:template "http://e.org/b/{id}" ] ;
  rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ rml:reference "text" ] ] .
"""


def lines_by(folder: Path, jobs: int, memory: int) -> bytes:
    plan, out = bind(read_mapping(folder / "m.ttl")), io.BytesIO()
    sink = LineSink(plan, out, graphs=False, jobs=jobs)
    run(plan, sink, memory=memory, jobs=jobs)
    sink.finish()
    return out.getvalue()


@pytest.mark.parametrize("memory", [1 << 30, 1], ids=["held", "streamed"])
def test_the_same_bytes_by_any_number_of_processors(
    memory: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name, small in (
        ("sources.delimited.csv", "LARGE", 0),
        ("sources.delimited.columns", "CHUNK", 500),
        ("mapping.execution.ntriples", "_LINES_AT_ONCE", 60),
    ):
        monkeypatch.setattr(f"hrdgraph.{module}.{name}", small)
    (tmp_path / "m.ttl").write_text(PREFIXES + JOBS, encoding="utf-8")
    for number, file in enumerate("ab"):
        rows = [f'{row},{row % 7},"of ""{row % (30 + number)}"""' for row in range(200)]
        (tmp_path / f"{file}.csv").write_text(
            "\n".join(["id,key,text", *rows]) + "\n", encoding="utf-8"
        )
    one = lines_by(tmp_path, 1, memory)
    assert lines_by(tmp_path, 3, memory) == one
    assert (
        len(one.splitlines())
        == len(set(one.splitlines()))
        == 2 * 200 + 200 + sum(len(range(key, 200, 7)) ** 2 for key in range(7))
    )


def test_an_error_in_a_file_that_is_read_ahead_is_told(tmp_path: Path) -> None:
    (tmp_path / "m.ttl").write_text(PREFIXES + JOBS, encoding="utf-8")
    (tmp_path / "a.csv").write_text(
        "id,key,text\n" + "1,1,x\n" * 60_000 + "2,2\n", encoding="utf-8"
    )
    (tmp_path / "b.csv").write_text("id,key,text\n1,1,x\n", encoding="utf-8")
    with pytest.raises(SourceError, match="row 60002"):
        lines_by(tmp_path, 2, 1)


def test_rules_are_not_all_held_against_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What grows with the square of their number takes minutes where there are thousands of rules."""
    source = 'ex:t rml:source "t.csv" ; rml:referenceFormulation rml:CSV .\n'
    maps = "".join(
        f'ex:m{number} rml:logicalSource ex:t ; rml:subjectMap [ rml:template "http://e.org/{number}/{{a}}" ; rml:class ex:C{number} ] ;\n'
        f'  rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ rml:reference "b" ] ] .\n'
        f"ex:all rml:predicateObjectMap [ rml:predicate ex:q ; rml:object ex:o{number} ] .\n"
        for number in range(100)
    )
    whole = (
        'ex:all rml:logicalSource ex:t ; rml:subjectMap [ rml:template "http://e.org/all/{a}" ] .\n'
    )
    (tmp_path / "m.ttl").write_text(PREFIXES + source + maps + whole, encoding="utf-8")
    (tmp_path / "t.csv").write_text("a,b\n1,2\n3,4\n", encoding="utf-8")
    plan, out, compared = bind(read_mapping(tmp_path / "m.ttl")), io.BytesIO(), list[object]()
    monkeypatch.setattr(
        "hrdgraph.mapping.planning.keys.are_disjoint", lambda *_: compared.append(None) is None
    )
    monkeypatch.setattr(QuadRule, "__eq__", lambda *_: compared.append(None) is not None)
    sink = LineSink(plan, out, graphs=False)
    run(plan, sink)
    sink.finish()
    assert len(out.getvalue().splitlines()) == 2 * len(plan.rules) == 2 * 300
    assert len(compared) < 300


def test_what_waits_on_disk_is_in_few_files_however_many_predicates_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names, rows = [f"c{number}" for number in range(40)], 1000
    pairs = "".join(
        f"rml:predicateObjectMap [ rml:predicate ex:{n} ; rml:objectMap [ rml:reference '{n}' ] ] ; "
        for n in names
    )
    mapping = PREFIXES
    for table in "ab":  # of the same subjects
        cells = (
            ",".join([f"{row}", *(f"{table}{row}{name}" for name in names)]) for row in range(rows)
        )
        (tmp_path / f"{table}.csv").write_text(
            "\n".join([",".join(["id", *names]), *cells]), "utf-8"
        )
        source = (
            f'rml:logicalSource [ rml:source "{table}.csv" ; rml:referenceFormulation rml:CSV ]'
        )
        mapping += f'ex:{table} {source} ; {pairs} rml:subjectMap [ rml:template "http://e.org/{{id}}" ] .\n'
    (tmp_path / "m.ttl").write_text(mapping, "utf-8")
    files, write = list[object](), pl.DataFrame.write_ipc
    monkeypatch.setattr(
        pl.DataFrame, "write_ipc", lambda frame, file: files.append(file) or write(frame, file)
    )
    plan, out = bind(read_mapping(tmp_path / "m.ttl")), io.BytesIO()
    with closing(LineSink(plan, out, graphs=True, memory=4 << 20)) as sink:
        run(plan, sink)
        sink.finish()
    lines = out.getvalue().splitlines()
    assert len(lines) == len(set(lines)) == 2 * rows * len(names)
    assert 0 < len(files) < 500  # it was 64 for each predicate, and more


LONG = """ex:m rml:logicalSource [ rml:source "t.csv" ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:template "http://e.org/{a}" ] ; rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ rml:reference "c" ] ] ."""


def test_few_rows_of_long_cells_are_several_parts(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,c\n1,x\n", "utf-8")
    (tmp_path / "m.ttl").write_text(PREFIXES + LONG, "utf-8")
    rules = bind(read_mapping(tmp_path / "m.ttl")).rules
    long = pl.Series("c", ["x" * 1_000_000]).gather(
        [0] * 50
    )  # as pairs of a join share the cells of one row
    frame = long.to_frame().with_columns(pl.int_range(50).cast(pl.String).alias("a"))
    made = [
        lines
        for part in LineWriter(graphs=False, graph="").by_parts(frame, rules, 1)
        for _, lines in part
    ]
    assert sum(map(len, made)) == 50
    assert max(lines.estimated_size() for lines in made) < 30_000_000
