"""A file that is made from the one before is the file that would be written anew, byte for byte."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.parts import examples

from hrdgraph.errors import OutputError
from hrdgraph.export import export
from hrdgraph.export.formats import PARTED
from hrdgraph.export.options import ExportOptions
from hrdgraph.export.parts import written_graph as module
from hrdgraph.export.parts.document import Document
from hrdgraph.export.parts.graph_texts import GraphTexts
from hrdgraph.export.parts.splicing import Parted
from hrdgraph.export.parts.written_graph import GraphFiles, WrittenGraph
from hrdgraph.rdf import IRI, BlankNode, ColumnGraph, Literal, Quad
from hrdgraph.rdf.change import patched
from hrdgraph.vocab import HRDV, RDF, SKOS, XSD

CONTEXT, BASE = Path(__file__).parent / "context.jsonld", "https://w3id.org/hrdgraph/id/"
FRENCH = Literal("é", RDF.langString.value, "fr")
THINGS = [
    *(IRI(f"{BASE}{name}") for name in ("a/1", "a/2", "b/1", "c", "é/1")),
    *(IRI(f"{HRDV}{name}") for name in ("outcome/laureate", "outcome/finalist", "status/open")),
    IRI("http://www.w3.org/ns/org#Organization"),
    IRI("http://e.org/x"),
]
SUBJECTS = [*THINGS, BlankNode("b1"), *(IRI(f"{BASE}many/{n}") for n in range(20))]
PREDICATES = [RDF.type, SKOS.prefLabel, SKOS.altLabel, IRI("http://e.org/p")]
OBJECTS = [
    *SUBJECTS[:12],
    FRENCH,
    Literal("x"),
    Literal('"\\\n'),
    Literal("7", XSD.integer.value),
    Literal("2011", XSD.gYear.value),
]
GRAPHS = [None, IRI("http://e.org/g1"), IRI(f"{HRDV}graph/g2")]
QUADS = st.builds(Quad, *map(st.sampled_from, (SUBJECTS, PREDICATES, OBJECTS, GRAPHS)))
STEPS = st.lists(
    st.tuples(st.lists(QUADS, max_size=4), st.lists(st.integers(0, 10**6), max_size=4)),
    min_size=1,
    max_size=4,
)


def options(rows: int = 3, base: str = BASE, context: Path | None = CONTEXT) -> ExportOptions:
    return ExportOptions(context, base, rows_at_once=rows)


def whole(graph: ColumnGraph, format: str, chosen: ExportOptions, folder: Path) -> bytes:
    path = folder / f"whole.{format}"
    export(graph, format, path, context=chosen.context, base=chosen.base)
    return path.read_bytes()


class Builds:
    """Files that are written one after the other, as builds do."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.count = folder, 0
        self.known: WrittenGraph | None = None

    def path(self, format: str) -> Path:
        return self.folder / f"{self.count}.{format}"

    def write(self, graph: ColumnGraph, chosen: ExportOptions) -> GraphFiles:
        before = {format: self.path(format) for format in PARTED}
        self.count += 1
        files = GraphFiles(GraphTexts.of(graph, chosen), self.known)
        for format in PARTED:
            made = files.write(format, self.path(format), before[format])
            data = self.path(format).read_bytes()
            assert data == whole(graph, format, chosen, self.folder), format
            assert made.digest == sha256(data).hexdigest()
        self.known = files.written
        return files


@given(st.lists(QUADS, max_size=60), STEPS, st.booleans())
@settings(max_examples=examples(300), deadline=None)
def test_whatever_changes(
    known: list[Quad], steps: list[tuple[list[Quad], list[int]]], is_patched: bool
) -> None:
    with TemporaryDirectory() as folder:
        builds = Builds(Path(folder))
        graph = ColumnGraph.from_quads(known)
        builds.write(graph, options())
        for came, places in steps:
            quads = list(graph)
            gone = [quads[place % len(quads)] for place in places if quads]
            if is_patched:
                parts = map(ColumnGraph.from_quads, (gone, came))
                graph = patched(graph, *parts)
            else:
                graph = ColumnGraph.from_quads([*(set(quads) - set(gone)), *came])
            builds.write(graph, options())


MANY = [Quad(thing, RDF.type, THINGS[0], graph) for thing in SUBJECTS for graph in GRAPHS]
MORE = Quad(SUBJECTS[-1], SKOS.altLabel, FRENCH)


@pytest.fixture
def builds(tmp_path: Path) -> Builds:
    found = Builds(tmp_path)
    found.write(ColumnGraph.from_quads(MANY), options())
    return found


@pytest.fixture
def anew(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many statements are put into words each time."""
    counts: list[int] = []
    for format, parted in PARTED.items():

        def write(texts: GraphTexts, parted: Parted = parted) -> Document:
            counts.append(len(texts.graph))
            return parted.write(texts)

        monkeypatch.setitem(PARTED, format, parted._replace(write=write))
    return counts


def test_only_what_has_changed_is_put_into_words(builds: Builds, anew: list[int]) -> None:
    builds.write(ColumnGraph.from_quads([*MANY, MORE]), options())
    assert len(anew) == len(PARTED)
    assert max(anew) < 12 < len(MANY)


def test_where_nothing_has_changed_nothing_is(builds: Builds, anew: list[int]) -> None:
    builds.write(ColumnGraph.from_quads(MANY), options())
    assert anew == [0] * len(PARTED)


@pytest.mark.parametrize("way", ["changed", "changed back in time", "replaced", "cut", "gone"])
def test_nothing_is_taken_from_a_file_that_somebody_else_has_changed(
    builds: Builds, anew: list[int], way: str
) -> None:
    for format in PARTED:
        path = builds.path(format)
        data, then = path.read_bytes(), path.stat()
        other = data.replace(b"many", b"MANY")
        if way == "replaced":
            path.with_suffix(".new").write_bytes(other)
            path.with_suffix(".new").replace(path)
        elif way == "gone":
            path.unlink()
        else:
            path.write_bytes(data[:40] if way == "cut" else other)
        if way == "changed back in time":
            os.utime(path, ns=(then.st_atime_ns, then.st_mtime_ns))
    builds.write(ColumnGraph.from_quads([*MANY, MORE]), options())
    assert anew == [len(MANY) + 1] * len(PARTED)


def test_a_link_to_a_file_does_not_change_it(builds: Builds, anew: list[int]) -> None:
    for format in PARTED:
        os.link(builds.path(format), builds.folder / f"linked.{format}")
    builds.write(ColumnGraph.from_quads([*MANY, MORE]), options())
    assert max(anew) < 12


def test_a_file_may_change_while_it_is_read(
    builds: Builds, anew: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = module.spliced

    def touching(*given: object) -> Document | None:
        for format in PARTED:
            path = builds.folder / f"{builds.count - 1}.{format}"
            path.write_bytes(path.read_bytes().replace(b"many", b"MANY"))
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "spliced", touching)
    builds.write(ColumnGraph.from_quads([*MANY, MORE]), options())
    assert anew.count(len(MANY) + 1) == len(PARTED)


@pytest.mark.parametrize("other", [options(base="http://e.org/"), options(context=None)])
def test_other_options_give_other_files(builds: Builds, other: ExportOptions) -> None:
    builds.write(ColumnGraph.from_quads([*MANY, MORE]), other)


def test_a_prefix_that_is_used_no_more_is_declared_no_more(builds: Builds) -> None:
    graph = ColumnGraph.from_quads([*MANY, MORE])
    builds.write(graph, options())
    assert b"@prefix skos:" in builds.path("ttl").read_bytes()
    builds.write(ColumnGraph.from_quads(MANY), options())
    assert b"@prefix skos:" not in builds.path("ttl").read_bytes()


def test_what_a_format_cannot_say_is_refused(builds: Builds) -> None:
    text = ColumnGraph.from_quads([*MANY, MORE]).text()
    bad = ColumnGraph.from_text(text.with_columns(text["s"].str.replace("many/19", r"many/\u0020")))
    with pytest.raises(OutputError):
        builds.write(bad, options())
