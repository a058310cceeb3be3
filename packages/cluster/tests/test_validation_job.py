"""Validation in parts, by an engine, finds what one machine finds; what it cannot judge it refuses by name, before anything is read."""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hrdgraph_cluster.session import EngineLimits
from hrdgraph_cluster.storage import StorageFolder
from hypothesis import HealthCheck, given, settings
from tests.parts import examples

import hrdgraph
from hrdgraph.cli.app import run
from hrdgraph.errors import HrdgraphError, OntologyError, Problems, SourceError
from hrdgraph.exports.bulk import bulk_files, read_bulk_folder, read_local_file, read_manifest_parts
from hrdgraph.library.calls import UsageError
from hrdgraph.project import open_shipped_model
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio.read import read_quads
from hrdgraph.shacl.outcome import ValidationOutcome
from hrdgraph.shacl.shapes import Shapes, ShapesFile, read_shapes
from hrdgraph.shacl.validator import ColumnSHACL

pytest.importorskip("pyarrow", reason="needs the extra sail: pip install 'hrdgraph-cluster[sail]'")
from hrdgraph_cluster.validation_job import validate_on

sys.path.insert(0, str(Path(__file__).parents[3] / "tests" / "shacl"))
from made import EX, cases

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "ontology" / "golden"
LIMITS = EngineLimits(512 << 20, 2)
PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://ex.example/> .\n"


def bulk(graph: ColumnGraph, folder: Path, size: int = 500_000) -> Path:
    """A bulk folder of a graph, in parts of so many statements."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in bulk_files(graph, size):
        (folder / name).write_bytes(data)
    return folder


def results(outcome: ValidationOutcome) -> Counter[Any]:
    """What an outcome holds: each result, without the order."""
    told = outcome.findings()
    counted = {(tally.first.rule, tally.count) for tally in outcome.tallies()}
    return Counter([*map(str, told), *map(str, sorted(counted)), str(len(outcome))])


def by_parts(folder: Path, shapes: Shapes, buckets: int) -> ValidationOutcome:
    """What an engine does, in Polars: equal keys into equal buckets, and joins."""
    import pyarrow as pa
    from hrdgraph_cluster.neighbourhood import neighbourhood_of, predicates_onward
    from hrdgraph_cluster.shape_tasks import (
        _RESULTS_SCHEMA,
        _TRIPLES_SCHEMA,
        KeyedTriplesTask,
        ResultsTask,
    )
    from hrdgraph_cluster.validation_job import _outcome

    from hrdgraph.shacl.model_reader import read_model
    from hrdgraph.version import __version__

    place, model = StorageFolder.of(folder), read_model(shapes)
    parts, around = (
        read_manifest_parts(place.place, place.read_if_there),
        neighbourhood_of(shapes, model, model.roots),
    )

    def keyed(number: int) -> pl.DataFrame:
        count = 0 if number else buckets
        task = KeyedTriplesTask(
            place, parts, around.hops[number], shapes.background, around.named, count, __version__
        )
        numbers = pa.array([*range(len(parts) + (0 if number else 1))])
        made = pa.Table.from_batches(task([pa.record_batch([numbers], ["id"])]), _TRIPLES_SCHEMA)
        frame = pl.from_arrow(made)
        assert isinstance(frame, pl.DataFrame)
        return frame

    bucket = pl.coalesce("bucket", pl.col("key").hash(1).mod(buckets).cast(pl.Int64))
    rows = [keyed(0).with_columns(bucket=bucket).select("bucket", "mark", "s", "p", "o")]
    for number, hop in enumerate(around.hops[:-1], 1):
        last = rows[-1]
        ends = pl.concat([
            last.filter(pl.col("p").is_in([*predicates_onward(hop, inward=inward)])).select("bucket", key=end)
            for inward, end in ((False, "o"), (True, "s"))
        ]).unique()  # fmt: skip
        rows.append(
            ends.join(keyed(number).drop("bucket"), on="key")
            .with_columns(mark=pl.lit(0, pl.Int64))
            .select("bucket", "mark", "s", "p", "o")
        )
    together = pl.concat(rows).sort("bucket")
    task = ResultsTask(shapes, tuple(range(len(model.roots))), __version__)
    found = pl.from_arrow(
        pa.Table.from_batches(task(together.to_arrow().to_batches()), _RESULTS_SCHEMA)
    )
    assert isinstance(found, pl.DataFrame)
    return _outcome(found, shapes, 0).outcome


@settings(
    max_examples=examples(400),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(cases())
def test_parts_find_what_the_whole_finds(case: tuple[Shapes, ColumnGraph]) -> None:
    shapes, graph = case[0], case[1].triples()
    graph = ColumnGraph.union([graph, graph.within(EX.graph)])  # all of it twice
    with tempfile.TemporaryDirectory() as name:
        folder = bulk(graph, Path(name), 7)
        try:
            made = by_parts(folder, shapes, 3)
        except (OntologyError, Problems) as error:
            codes = {one.code for one in getattr(error, "errors", (error,))}
            assert codes == {"engine-cannot"} or _fails_here(graph, shapes)
            return
        assert results(made) == results(ColumnSHACL().run(read_bulk_folder(Path(folder)), shapes))


def _fails_here(graph: ColumnGraph, shapes: Shapes) -> bool:
    try:
        ColumnSHACL().run(graph, shapes)
    except HrdgraphError:
        return True
    return False


def golden() -> ColumnGraph:
    """All golden data of the ontology in one graph."""
    paths = [*sorted(GOLDEN.glob("good/*.ttl")), *sorted(GOLDEN.glob("bad/*.ttl"))]
    return ColumnGraph.from_quads(
        quad for path in paths for quad in read_quads(path, base=f"https://example.org/{path.stem}/")
    )  # fmt: skip


def bounded() -> Shapes:
    """The shipped shapes without the files that ask SPARQL queries."""
    shapes = read_shapes(open_shipped_model())
    files = tuple(file for file in shapes.files if "sh:sparql" not in file.text)
    assert len(files) > 10
    return Shapes(files, shapes.background)


def test_the_shipped_shapes_on_sail(sail: Any, tmp_path: Path) -> None:
    folder, shapes = bulk(golden(), tmp_path / "bulk", 900), bounded()
    there = validate_on(str(folder), shapes, "sail", LIMITS, session=sail, bucket=900)
    graph = read_bulk_folder(Path(folder))
    here = ColumnSHACL().run(graph, shapes)
    assert len(here) > 100
    assert results(there.outcome) == results(here)
    assert there.statements == len(graph)
    notices = ColumnSHACL().notices
    assert notices(there.known, shapes) == notices(graph, shapes)
    assert sorted(there.outcome.turtle()) != []


JOINED = """
ex:Prize a sh:NodeShape ; sh:targetClass ex:Prize ;
    sh:property [ sh:path ex:of ; sh:class ex:Body ; sh:property [ sh:path ex:name ; sh:minCount 1 ] ] ,
        [ sh:path ( ex:of [ sh:inversePath ex:of ] ) ; sh:maxCount 4 ] .
ex:Given a sh:NodeShape ; sh:targetObjectsOf ex:of ; sh:nodeKind sh:IRI ; sh:closed true .
"""


@pytest.fixture
def prizes(tmp_path: Path) -> Path:
    """A bulk folder whose joins lead from every part into every other."""
    a = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    ex = "http://ex.example/"
    lines = [
        "<http://ex.example/Board> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <http://ex.example/Body> ."
    ]
    for n in range(300):
        lines += [
            f"<{ex}p{n}> {a} <{ex}Prize> .",
            f"<{ex}p{n}> <{ex}of> <{ex}b{n * 7 % 90}> <{ex}g{n % 3}> .",
        ]
        kind, name = ("Board", "Body", "Other")[n % 3], f'"{n}"' if n % 5 else '"\\u00e9"@fr-CA'
        if n < 90:
            lines += [f"<{ex}b{n}> {a} <{ex}{kind}> .", f"<{ex}b{n}> <{ex}name> {name} ."][
                : 1 + (n % 4 > 0)
            ]
    path = tmp_path / "prizes.nq"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    from hrdgraph.rdfio.ntriples import read_columns

    (tmp_path / "shapes.ttl").write_text(PREFIXES + JOINED, "utf-8")
    return bulk(read_columns(path), tmp_path / "bulk", 100)


def test_joined_neighbours_on_sail(
    sail: Any, prizes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from contextlib import nullcontext

    from hrdgraph_cluster import validation_job

    monkeypatch.setattr(validation_job, "session_on", lambda *_: nullcontext(sail))
    shapes = prizes.parent / "shapes.ttl"
    here, there = (hrdgraph.validate(prizes, shapes, on=on) for on in (None, "sail"))
    assert len(here) > 100
    assert there.findings == here.findings
    one = hrdgraph.validate(str(prizes), shapes, on="sail", shape="Given")
    assert [f for f in here.findings if f.rule.endswith("Given")] == [*one.findings]


def test_the_command_says_the_same(
    sail: Any, prizes: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from contextlib import nullcontext

    from hrdgraph_cluster import validation_job

    monkeypatch.setattr(validation_job, "session_on", lambda *_: nullcontext(sail))
    command = ["validate", str(prizes), "--shapes", str(prizes.parent / "shapes.ttl")]
    told = []
    for more in ([], ["--on", "sail"]):
        assert run([*command, *more]) == 3
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]


REFUSED = {
    "SPARQL": 'ex:S sh:targetClass ex:A ; sh:sparql [ sh:select "SELECT $this WHERE { $this <http://ex.example/p> ?v }" ] .',
    "sh:path *": "ex:S sh:targetClass ex:A ; sh:property [ sh:path [ sh:zeroOrMorePath ex:p ] ; sh:minCount 1 ] .",
    "sh:path > 6": "ex:S sh:targetClass ex:A ; sh:property [ sh:path ( ex:a ex:b ex:c ex:d ex:e ex:f ex:g ) ; sh:minCount 1 ] .",
    "sh:expression": "ex:S sh:targetClass ex:A ; sh:expression [ sh:path ex:p ] .",
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_it_cannot_judge_is_named_before_anything_is_read(what: str, tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(PREFIXES + REFUSED[what], "utf-8")
    with pytest.raises(OntologyError) as caught:
        hrdgraph.validate("s3://no/where", tmp_path / "shapes.ttl", on="sail")
    assert caught.value.code == "engine-cannot"
    assert caught.value.message.fields["what"].text == what
    assert "--on" in caught.value.hint
    assert caught.value.origin.file.endswith("shapes.ttl")


def test_all_that_it_cannot_judge_is_named_at_once(tmp_path: Path) -> None:
    shapes = read_shapes(open_shipped_model())
    with pytest.raises(Problems) as caught:
        validate_on(str(tmp_path), shapes, "sail", LIMITS)
    assert len(caught.value.errors) >= 5
    assert {one.code for one in caught.value.errors} == {"engine-cannot"}


def test_what_is_no_bulk_folder_is_told(prizes: Path) -> None:
    shapes = str(prizes.parent / "shapes.ttl")
    cases: list[tuple[Any, dict[str, Any], str]] = [
        (prizes / "part-0000.nq.gz", {}, "goes-with"),
        (None, {"project": ROOT}, "goes-with"),
        (prizes, {"infer": True}, "not-together"),
    ]
    for data, more, code in cases:
        with pytest.raises(UsageError) as caught:
            hrdgraph.validate(data, shapes, on="sail", **more)
        assert caught.value.code == code
    assert run(["validate", "s3://a/b", "--shapes", shapes]) == 2


def _cut(folder: Path) -> None:
    (folder / "part-0001.nq.gz").unlink()


def _changed(folder: Path) -> None:
    path = folder / "part-0001.nq.gz"
    path.write_bytes(
        gzip.compress(b"<http://a.example/> <http://a.example/> <http://a.example/> .\n")
    )


def _elsewhere(folder: Path) -> None:
    told = json.loads((folder / "manifest.json").read_text())
    told["parts"][0]["name"] = "../secret.nq.gz"
    (folder / "manifest.json").write_text(json.dumps(told))


def _deep(folder: Path) -> None:
    (folder / "manifest.json").write_text("[" * 100_000)


def _gone(folder: Path) -> None:
    (folder / "manifest.json").unlink()


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (_cut, "file-missing"),
        (_changed, "differs-from"),
        (_elsewhere, "differs-from"),
        (_deep, "differs-from"),
        (_gone, "folder-lacks"),
    ],
)
def test_a_folder_that_is_not_whole_is_told_by_both(
    harm: Callable[[Path], None], code: str, prizes: Path, sail: Any
) -> None:
    harm(prizes)
    with pytest.raises(SourceError) as caught:
        hrdgraph.validate(prizes, prizes.parent / "shapes.ttl")
    assert caught.value.code == code
    shapes = read_shapes_of(prizes.parent / "shapes.ttl")
    with pytest.raises(SourceError) as caught:
        validate_on(str(prizes), shapes, "sail", LIMITS, session=sail, bucket=100)
    assert caught.value.code == code


def test_what_cannot_be_read_is_not_said_to_be_written(
    prizes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refused)
    with pytest.raises(SourceError) as caught:
        read_manifest_parts(str(prizes), read_local_file(prizes))
    assert caught.value.code == "unreadable"
    assert "Permission denied" in str(caught.value)


def read_shapes_of(path: Path) -> Shapes:
    quads = tuple(read_quads(path))
    return Shapes(
        (ShapesFile(path.name, path.read_text("utf-8"), quads),), ColumnGraph.from_quads([])
    )
