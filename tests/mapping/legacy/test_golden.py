"""Each golden mapping in an older vocabulary gives its translation, its quads, or its error. A new case is a new folder."""

from __future__ import annotations

import os
from pathlib import Path

import pyoxigraph as ox
import pytest

from hrdgraph.errors import HrdgraphError
from hrdgraph.mapping.execution.execute import GraphSink, run
from hrdgraph.mapping.language.older_vocabularies import modern
from hrdgraph.mapping.language.reader import read_mapping
from hrdgraph.mapping.planning.bind import bind
from hrdgraph.rdfio.read import read_quads

BASE = "http://example.com/base/"
FOLDERS = sorted(path for path in (Path(__file__).parent / "golden").iterdir() if path.is_dir())


def canonical(lines: str) -> ox.Dataset:
    dataset = ox.Dataset(ox.parse(lines, format=ox.RdfFormat.N_QUADS))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def lines_of(mapping: Path) -> str:
    sink = GraphSink()
    run(bind(read_mapping(mapping, base=BASE)), sink)
    return "\n".join(sink.graph().lines())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_case(folder: Path) -> None:
    mapping, translated, expected, error = (
        folder / name for name in ("mapping.ttl", "rml.ttl", "expected.nq", "error.txt")
    )
    assert error.exists() != (translated.exists() or expected.exists())
    if error.exists():
        with pytest.raises(HrdgraphError) as caught:
            lines_of(mapping)
        assert str(caught.value).replace(f"{folder}{os.sep}", "") == error.read_text(
            "utf-8"
        ).rstrip("\n")
    if translated.exists():
        quads = modern(
            read_quads(mapping, base=f"{BASE}mapping"), mapping, mapping.read_text("utf-8")
        )
        made = "".join(f"{q.subject.n3()} {q.predicate.n3()} {q.object.n3()} .\n" for q in quads)
        wanted = "".join(
            f"{q.subject.n3()} {q.predicate.n3()} {q.object.n3()} .\n"
            for q in read_quads(translated, base=f"{BASE}mapping")
        )
        assert canonical(made) == canonical(wanted)
    if expected.exists():
        assert canonical(lines_of(mapping)) == canonical(expected.read_text("utf-8"))
